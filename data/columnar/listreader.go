package columnar

import (
	"math"

	"tradeoff/data/columns"
)

// This file reads the lists of a Parquet column. An entry of a page is a value of a
// list, or stands for a list without values. The levels of many entries are read at
// once, and with them the places that values have in a dictionary; each value of a
// dictionary is looked up only once.

// manyEntries is how many entries of a page are taken at a time.
const manyEntries = 1024

// A listReader reads the lists of a chunk.
type listReader struct {
	chunk   *chunk
	element element
	find    func(text []byte) (item int32, err error) // the answer that a value is, noItem for none

	again, level []byte // of the entries that were taken
	at           int    // the next of them
	places       []int32
	value        int // the next of the places

	of       *dictionary // that the places are in
	items    []int32     // by place: the answer, unknown where it was not looked up
	unlooked int         // how many were not
}

// What stands for the place of an answer where there is none.
const (
	noItem  = -1
	unknown = math.MinInt32
)

// newListReader starts at the first list of a chunk.
func newListReader(c *chunk, find func(text []byte) (item int32, err error)) *listReader {
	return &listReader{chunk: c, element: newElement(c.leaf.kind), find: find}
}

// page goes to the page that has the next entries; false behind the last.
func (r *listReader) page() (bool, error) {
	for r.chunk.left == 0 {
		if r.chunk.values == 0 {
			return false, nil
		}
		if err := r.chunk.next(); err != nil {
			return false, err
		}
	}
	if c := r.chunk; c.places != nil && c.of != r.of {
		r.of, r.unlooked = c.of, c.of.n
		r.items = make([]int32, c.of.n)
		for i := range r.items {
			r.items[i] = unknown
		}
	}
	return true, nil
}

// more takes the next entries; false behind the last. Where they are damaged it takes
// fewer, so that a fault is told in its row.
func (r *listReader) more() (bool, error) {
	if ok, err := r.page(); !ok || err != nil {
		return false, err
	}
	for n := min(manyEntries, r.chunk.left); ; n /= 2 {
		before := r.chunk.steps()
		err := r.take(n)
		if err == nil {
			r.chunk.left -= n
			return true, nil
		}
		if n == 1 {
			return false, err
		}
		r.chunk.back(before)
	}
}

// steps are how far the levels and places of a page have been read.
type steps struct{ again, levels, places hybrid }

func (c *chunk) steps() (s steps) {
	s.again = *c.again
	if c.levels != nil {
		s.levels = *c.levels
	}
	if c.places != nil {
		s.places = *c.places
	}
	return s
}

// back goes back to where they were read before.
func (c *chunk) back(s steps) {
	*c.again = s.again
	if c.levels != nil {
		*c.levels = s.levels
	}
	if c.places != nil {
		*c.places = s.places
	}
}

// take reads the levels of n entries of the page, and the places of those that have a
// value.
func (r *listReader) take(n int) error {
	c := r.chunk
	r.at, r.value = 0, 0
	r.again, r.level = sized(r.again, n), sized(r.level, n)
	if err := c.again.fillBytes(r.again); err != nil {
		return err
	}
	full, there := byte(c.leaf.maxDef), n
	if c.levels == nil {
		repeat(r.level, full)
	} else {
		if err := c.levels.fillBytes(r.level); err != nil {
			return err
		}
		there = 0
		for _, level := range r.level {
			if level >= full {
				there++
			}
		}
	}
	if c.places == nil {
		return nil
	}
	if cap(r.places) < there {
		r.places = make([]int32, manyEntries)
	}
	r.places = r.places[:there]
	return c.places.fill(r.places)
}

// item is the answer that the next value is.
func (r *listReader) item() (int32, error) {
	c := r.chunk
	if c.places == nil {
		v, err := c.source()
		if err != nil {
			return noItem, err
		}
		return r.look(v)
	}
	place := r.places[r.value]
	r.value++
	if uint(place) >= uint(len(r.items)) {
		return noItem, r.of.beyond(int(uint32(place)))
	}
	if r.items[place] == unknown {
		item, err := r.look(r.of.value(int(place)))
		if err != nil {
			return noItem, err
		}
		r.items[place] = item
		r.unlooked--
	}
	return r.items[place], nil
}

// look finds the answer that a stored value is.
func (r *listReader) look(v []byte) (int32, error) {
	text, err := r.element.text(func(b *builder) error { return r.chunk.leaf.put(b, v) })
	if err != nil {
		return noItem, err
	}
	return r.find(text)
}

// row reads the list of a row: its values are set. none says that there is no list.
func (r *listReader) row(t *columns.Ticks) (none bool, err error) {
	full, there := byte(r.chunk.leaf.maxDef), byte(r.chunk.leaf.list.there)
	empty := false
	for first := true; ; first = false {
		if r.at == len(r.again) {
			if ok, err := r.more(); err != nil {
				return none, err
			} else if !ok && first {
				return none, breaks("a column of lists holds fewer lists than there are rows")
			} else if !ok {
				return none, nil
			}
		}
		begins, level := r.again[r.at] == 0, r.level[r.at]
		switch {
		case begins && !first:
			return none, nil
		case !begins && first:
			return none, breaks("a column of lists begins inside a list")
		case empty || !begins && level < there:
			return none, breaks("a list without values goes on")
		}
		r.at++
		if level < full {
			none, empty = level < there-1, level < there
			continue
		}
		item, err := r.item()
		if err != nil {
			return none, err
		}
		if item != noItem {
			t.Set(int(item))
		}
	}
}

// end checks that no list is left.
func (r *listReader) end() error {
	left := r.at < len(r.again)
	if !left {
		var err error
		if left, err = r.page(); err != nil {
			return err
		}
	}
	if left {
		return breaks("a column of lists holds more lists than there are rows")
	}
	return nil
}

// ticks reads the next n lists; it returns the index of one that was refused.
func (r *listReader) ticks(t *columns.Ticks, n int) (bad int, err error) {
	for i := range n {
		none, err := r.row(t)
		switch {
		case err != nil:
			return i, err
		case none:
			t.Null()
		default:
			t.Row()
		}
	}
	return -1, nil
}

// placeIn finds answers that were met.
func placeIn(a *columns.Answers) func(text []byte) (int32, error) {
	return func(text []byte) (int32, error) {
		k, ok := a.Place(text)
		if !ok {
			return noItem, errChanged
		}
		return int32(k), nil
	}
}

// meetLists finds the values of all lists of a chunk, which begins with a row. A page
// that refers to a dictionary of which all values were met is passed over.
func meetLists(c *chunk, row int64) error {
	r := newListReader(c, func(text []byte) (int32, error) {
		c.leaf.list.answers.Meet(text, row)
		return noItem, nil
	})
	for {
		if ok, err := r.page(); !ok || err != nil {
			return err
		}
		if c.places != nil && r.unlooked == 0 {
			c.left = 0
			continue
		}
		if _, err := r.more(); err != nil {
			return err
		}
		for _, level := range r.level {
			if level < byte(c.leaf.maxDef) {
				continue
			}
			if _, err := r.item(); err != nil {
				return err
			}
		}
	}
}

package pipeline

import (
	"fmt"
	"slices"
)

// People in the base of a tick-all question may have no answer to an item: the cell is
// empty although the column holds a code for "not ticked", or it holds a missing code.
// They are not in the base of the item, and that is said.

// A given is who of the people in Total that answered a tick-all question in several
// columns answered its items.
type given struct {
	people  [][]int // by file and part: who answered any item
	asked   []int   // by item: who of them was asked it
	without []int   // by item: who of these has no answer to it
}

// tallyGiven counts the rows of a batch in one turn. Items that are not partial have an
// answer of everybody.
func tallyGiven[T code](c *counter, x *rows, l int, codes [][]T, state []uint8, partial []bool) {
	g, file := &c.given, x.b.File
	if g.people == nil {
		g.people, g.asked, g.without = make([][]int, len(c.s.Files)), make([]int, len(c.q.items)), make([]int, len(c.q.items))
	}
	parts := len(c.q.items[0].ticked[l].blank[file])
	g.people[file] = longer(g.people[file], parts-1)
	people, now := g.people[file], make([]int, parts)
	c.scratch.counted = resize(c.scratch.counted, x.n)
	counted := c.scratch.counted
	for i, is := range state {
		counted[i] = 0
		if is&answered != 0 && (x.here == nil || x.here[i]) {
			counted[i] = 1
			now[partOf(x.wave, i)]++
		}
	}
	for p, n := range now {
		people[p] += n
	}
	for k := range c.q.items {
		blanks := c.q.items[k].ticked[l].blank[file]
		for p, b := range blanks {
			if b != unasked {
				g.asked[k] += now[p]
			}
		}
		if !partial[k] {
			continue
		}
		none := uint32(uint16(noCode[T]()))
		if slices.Contains(blanks, unasked) {
			for i, v := range codes[k][:x.n] {
				if uint32(uint16(v)) == none && counted[i] == 1 && blanks[partOf(x.wave, i)] != unasked {
					g.without[k]++
				}
			}
			continue
		}
		n := uint32(0)
		for i, v := range codes[k][:x.n] { // without branches: empty cells come in any order
			n += (uint32(uint16(v)) ^ none - 1) >> 31 & uint32(counted[i])
		}
		g.without[k] += int(n)
	}
}

// withoutAnswer says how many have no answer, item by item; nil if nobody is so.
func (c *counter) withoutAnswer() []string {
	var out []string
	for k, n := range c.given.without {
		if n > 0 {
			out = append(out, fmt.Sprintf("%s: %s of %s", c.q.items[k].label, guarded(c.p.study, n, ""), plural(c.given.asked[k], c.unit())))
		}
	}
	return out
}

// emptyIn lists the items that nobody answered in a file, or in a wave, although others
// were: "Mail (2024)".
func (c *counter) emptyIn() []string {
	var out []string
	for k, it := range c.q.items {
		var where []string
		for f, parts := range c.given.people {
			for p, n := range parts {
				isGap := func(t *tickColumn) bool { return t.blank[f][p] == unasked && c.s.Files[f].Has(t.name) }
				if n == 0 || !slices.ContainsFunc(it.ticked, isGap) {
					continue
				}
				if name := c.partName(f, p); !slices.Contains(where, name) {
					where = append(where, name)
				}
			}
		}
		if where != nil {
			out = append(out, fmt.Sprintf("%s (%s)", c.q.items[k].label, list(where, 5)))
		}
	}
	return out
}

// partName is what a part is called: by its wave, or its file.
func (c *counter) partName(file, part int) string {
	if c.p.waves == nil {
		return c.s.Files[file].Name()
	}
	return c.f.waveName(part)
}

// partial reports whether item k was not asked in some part, though others were.
func (c *counter) partial(k int) bool {
	for f, parts := range c.given.people {
		for p, n := range parts {
			if n > 0 && slices.ContainsFunc(c.q.items[k].ticked, func(t *tickColumn) bool { return t.blank[f][p] == unasked }) {
				return true
			}
		}
	}
	return false
}

// gapNotes are the footnotes on items without an answer.
func (c *counter) gapNotes() []string {
	var notes []string
	if items := c.emptyIn(); items != nil {
		notes = append(notes, fmt.Sprintf("Nobody has an answer, and taken as not asked there: %s.", list(items, 10)))
	}
	if items := c.withoutAnswer(); items != nil {
		notes = append(notes, fmt.Sprintf("Without an answer to an item, and not in its base: %s. Any of these and the mean number are of all who answered any item.", list(items, 20)))
	}
	return notes
}

// gapWarnings say the same to the analyst, with what to do.
func (c *counter) gapWarnings() []string {
	var out []string
	if items := c.emptyIn(); items != nil {
		out = append(out, fmt.Sprintf("question %s: columns of items are empty, and these are taken as not asked there: %s; if they were asked and nobody ticked them, write a code for not ticked into the export", c.q.spec.Name, list(items, 5)))
	}
	if items := c.withoutAnswer(); items != nil {
		out = append(out, fmt.Sprintf("question %s: columns that hold a code for not ticked are empty or missing for some who answered other items, and these are not in the base of the item (%s); if such a code is there by mistake, list it under missing:, and empty cells count as not ticked", c.q.spec.Name, list(items, 5)))
	}
	return out
}

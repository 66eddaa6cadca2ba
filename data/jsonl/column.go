package jsonl

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"tradeoff/data"
	"tradeoff/data/columns"
)

// exact is the number from which on float64 does not hold every whole one.
const exact = 1 << 53

// A column is what the first pass has seen of the values of a key.
type column struct {
	name string

	counts  [unknown + 1]int64 // values of each kind, those in lists apart
	first   [unknown + 1]int64 // row of the first of each kind
	words   int64              // texts that are no numbers
	huge    int64              // whole numbers that float64 does not hold
	answers columns.Answers    // the different values in lists

	how   data.Type
	truth bool // of true and false
	out   bool // left out
}

// see counts a value, items those of a list.
func (c *column) see(v *value, items []value, o *object) error {
	c.count(v.kind, o)
	switch v.kind {
	case text, number:
		huge, word, err := o.look(v, c.words == 0)
		if huge {
			c.huge++
		}
		if word {
			c.words++
		}
		return err
	case list:
		for i := range items {
			if items[i].kind == unknown {
				c.count(unknown, o)
				continue
			}
			if _, _, err := o.look(&items[i], false); err != nil {
				return err
			}
			c.item(&items[i], o)
		}
	}
	return nil
}

func (c *column) count(k kind, o *object) {
	if c.counts[k]++; c.first[k] == 0 {
		c.first[k] = o.number
	}
}

// mixed reports whether some answers are lists and some are not.
func (c *column) mixed() bool {
	return c.counts[list] > 0 && c.counts[number]+c.counts[text]+c.counts[truth] > 0
}

// again collects the values of lists of a mixed column, with those in no list, which
// are lists of one.
func (c *column) again(v *value, items []value, o *object) {
	if v.kind != list {
		c.item(v, o)
	}
	for i := range items {
		if items[i].kind != unknown {
			c.item(&items[i], o)
		}
	}
}

// item remembers a value of a list.
func (c *column) item(v *value, o *object) {
	if !v.null {
		c.answers.Meet(o.text(v), o.number)
	}
}

// look says of a number whether float64 holds it, and of a text, if that is asked,
// whether it is no number.
func (o *object) look(v *value, asked bool) (huge, word bool, err error) {
	b := o.raw(v)
	switch {
	case v.short:
		return false, false, nil
	case v.kind == number && len(b) > fewDigits:
		n, err := strconv.ParseFloat(string(b), 64)
		if err != nil || math.IsInf(n, 0) {
			return false, false, o.refuse(v.node, "a number is larger than any that can be computed with; correct it, or write it as a text")
		}
		return math.Abs(n) >= exact && !strings.ContainsAny(string(b), ".eE"), false, nil
	case v.kind == number:
		if n := parse(b); math.IsInf(n, 0) {
			return false, false, o.refuse(v.node, "a number is larger than any that can be computed with; correct it, or write it as a text")
		}
	case v.kind == text && asked:
		return false, v.escaped || !canonical(b), nil
	}
	return false, false, nil
}

// refuse is a fault of a value of the object.
func (o *object) refuse(n *node, what string) *data.Fault {
	return o.fault(o.number, short(n.name), "%s", what)
}

// canonical reports whether a text is a number, spelled as its code is, so that no
// two texts become one.
func canonical(b []byte) bool {
	if len(b) == 0 || len(b) > 24 || b[0] != '-' && (b[0] < '0' || b[0] > '9') {
		return false
	}
	n, err := strconv.ParseFloat(string(b), 64)
	return err == nil && math.Abs(n) < exact && data.Code(n) == string(b)
}

// powers of ten that float64 holds exactly.
var powers = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// parse is a number that was checked. Up to 15 digits make a whole number and a power
// of ten that float64 both holds exactly, so that dividing them rounds once.
func parse(b []byte) float64 {
	digits := b
	if b[0] == '-' {
		digits = b[1:]
	}
	whole, point := uint64(0), -1
	for i, c := range digits {
		switch {
		case c >= '0' && c <= '9' && len(digits) <= 16:
			whole = whole*10 + uint64(c-'0')
		case c == '.':
			point = i
		default:
			v, _ := strconv.ParseFloat(string(b), 64) // infinite if too large
			return v
		}
	}
	if len(digits) == 16 && point < 0 {
		v, _ := strconv.ParseFloat(string(b), 64)
		return v
	}
	v := float64(whole)
	if point >= 0 {
		v /= powers[len(digits)-point-1]
	}
	if b[0] == '-' {
		v = -v
	}
	return v
}

// raw is a value as it stands, a text without its quotation marks.
func (o *object) raw(v *value) []byte { return o.bytes[v.start:v.end] }

// text is a value as a text, without blanks at its end; valid until the next.
func (o *object) text(v *value) []byte {
	b := o.raw(v)
	switch {
	case v.kind == number:
		if n := parse(b); math.Abs(n) < exact {
			o.scratch = append(o.scratch[:0], data.Code(n)...)
			return o.scratch
		}
	case v.escaped:
		o.scratch = unescape(o.scratch[:0], b)
		b = o.scratch
	}
	for len(b) > 0 && b[len(b)-1] == ' ' {
		b = b[:len(b)-1]
	}
	return b
}

// settle finds out what the column is, and says what an analyst should know of it,
// with the row in which it first shows.
func (c *column) settle() (what string, row int64) {
	n := &c.counts
	total := n[number] + n[text] + n[truth]
	switch {
	case n[unknown] > 0:
		c.out = true
		return "Lists of objects or of lists are left out; export a column for each of their values", c.first[unknown]
	case c.answers.Many > 0:
		c.out = true
		return columns.TooMany(), c.answers.Many
	case n[list] > 0 && total > 0:
		return "Values that are in no list are read as lists of one", max(c.first[number], c.first[text], c.first[truth])
	case n[list] > 0, total == 0:
		return "", 0
	case n[truth] == total:
		c.truth = true
		return "", 0
	case n[number] == total && c.huge == 0:
		return "", 0
	case n[truth] == 0 && c.words == 0 && c.huge == 0:
		return "Numbers in quotation marks are read as numbers", c.first[text]
	}
	c.how = data.Text
	switch {
	case n[text] == total:
		return "", 0
	case n[number] == total:
		return "Whole numbers of more digits than a number can hold are kept as text", c.first[number]
	}
	rows := slices.DeleteFunc([]int64{c.first[number], c.first[text], c.first[truth]}, func(r int64) bool { return r == 0 })
	return "Texts stand among numbers, or true and false, so the column is read as text", slices.Max(rows)
}

// A place is where a variable comes from: a column, and an item of its lists or -1.
type place struct{ column, item int }

// book is the codebook; columns come in the order of the keys.
func (t *table) book() (data.Codebook, error) {
	var book data.Codebook
	t.where = map[string]place{}
	for i, c := range t.columns {
		if _, twice := t.where[c.name]; twice {
			return book, t.fault(0, short(c.name), "a key has a point in its name and stands for the same column as a key inside another; rename it")
		}
		t.where[c.name] = place{i, -1}
	}
	remarks := map[string][]string{}
	var order []string
	for i, c := range t.columns {
		if what, row := c.settle(); what != "" {
			if remarks[what] == nil {
				order = append(order, what)
			}
			remarks[what] = append(remarks[what], fmt.Sprintf("%s (%s %d)", c.name, t.unit, row))
		}
		switch {
		case c.out:
			delete(t.where, c.name)
		case c.counts[list] > 0:
			t.multiple(&book, i, c)
		default:
			v := data.Variable{Name: c.name, Type: c.how}
			if c.truth {
				v.Level = data.Nominal
				v.Labels = []data.ValueLabel{{Code: "0", Label: "false"}, {Code: "1", Label: "true"}}
			}
			book.Variables = append(book.Variables, v)
		}
	}
	for _, what := range order {
		names := remarks[what]
		if n := len(names) - remarked; n > 0 {
			names = append(names[:remarked:remarked], fmt.Sprintf("%d more", n))
		}
		book.Notes = append(book.Notes, what+": "+strings.Join(names, ", ")+".")
	}
	left := slices.ContainsFunc(t.columns, func(c *column) bool { return c.out })
	if t.rows == 1 && (left || t.deep()) || len(book.Variables) == 0 {
		return book, t.fault(0, "", "the file holds no list of respondents but %s; export JSON Lines, or an array with one flat object for each respondent", t.objects())
	}
	return book, nil
}

// remarked is how many columns a sentence names before it only counts.
const remarked = 8

// walk collects the columns: keys without a value in any object are columns of
// nulls, unless there are keys inside them.
func (t *table) walk(n *node) {
	if n.column == nil && n.parent != nil && len(n.order) == 0 {
		n.column = &column{name: n.name}
	}
	if n.column != nil {
		n.index = len(t.columns)
		t.columns = append(t.columns, n.column)
	}
	for _, k := range n.order {
		t.walk(k)
	}
}

// deep reports whether there are keys inside keys.
func (t *table) deep() bool {
	return slices.ContainsFunc(t.tree.order, func(n *node) bool { return len(n.order) > 0 })
}

func (t *table) objects() string {
	if t.rows == 1 {
		return "one object with others inside it"
	}
	return "objects without values"
}

// multiple makes a variable of 1 and 0 for each value of a list.
func (t *table) multiple(book *data.Codebook, i int, c *column) {
	delete(t.where, c.name)
	all, set := c.answers.Variables(c.name, func(name string) bool { _, taken := t.where[name]; return taken })
	for k, v := range all {
		t.where[v.Name] = place{i, k}
	}
	book.Variables = append(book.Variables, all...)
	if len(all) > 0 {
		book.Sets = append(book.Sets, set)
	}
}

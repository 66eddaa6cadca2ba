package columns

import (
	"fmt"
	"slices"

	"github.com/apache/arrow/go/v17/arrow"

	"tradeoff/data"
)

// Limits of a multiple answer: how many different values its lists hold, and how many
// bytes one has that is no open answer.
const (
	maxItems = 255
	maxItem  = 1000
)

// Answers are the different values in the lists of a column, in which each respondent
// has any number of them: a multiple answer.
type Answers struct {
	Items  []string // in the order in which they were met
	Many   int64    // the row with which there were too many, or a long text; 0: none
	places map[string]int
}

// Meet remembers a value of a list in a row. An empty text is none.
func (a *Answers) Meet(item []byte, row int64) {
	if a.Many > 0 || len(item) == 0 {
		return
	}
	if _, ok := a.places[string(item)]; ok {
		return
	}
	if len(a.Items) == maxItems || len(item) > maxItem {
		a.Many = row
		return
	}
	if a.places == nil {
		a.places = map[string]int{}
	}
	a.places[string(item)] = len(a.Items)
	a.Items = append(a.Items, string(item))
}

// TooMany says why columns are left out whose Answers are Many.
func TooMany() string {
	return fmt.Sprintf("Lists that hold more than %d different values, or long texts, are no multiple answers and are left out", maxItems)
}

// Variables makes a variable of 1 and 0 for each value: Q2_5, or with more underscores
// where that name is taken; and the set of them, which has no variable if there was no
// value.
func (a *Answers) Variables(column string, taken func(name string) bool) (all []data.Variable, set data.Set) {
	set = data.Set{Name: column, Counted: "1"}
	for _, item := range a.Items {
		name := column + "_" + item
		for taken(name) {
			name = column + "_" + name[len(column):]
		}
		set.Variables = append(set.Variables, name)
		all = append(all, data.Variable{Name: name, Label: item, Level: data.Nominal, Format: "multiple",
			Labels: []data.ValueLabel{{Code: "0", Label: "No"}, {Code: "1", Label: "Yes"}}})
	}
	return all, set
}

// Place is the place of a value among the Items, -1 for an empty text, which is none;
// false for one that was not met.
func (a *Answers) Place(item []byte) (int, bool) {
	if len(item) == 0 {
		return -1, true
	}
	k, ok := a.places[string(item)]
	return k, ok
}

// Ticks collects the rows of a multiple answer, a column of 1 and 0 for each value that
// is asked for. A row is Null where there is no list; else each of its values has a Tick,
// or is Set by its place among the Items, and Row ends it.
type Ticks struct {
	of    *Answers
	on    []uint8 // by item, of the row: 1 or 0, which are their own codes
	asked []int
	made  []*ticked
}

// NewTicks makes them without columns.
func NewTicks(of *Answers) *Ticks { return &Ticks{of: of, on: make([]uint8, len(of.Items))} }

// Ask adds the column of an item.
func (t *Ticks) Ask(item int) Column {
	c := &ticked{}
	c.values.Values = []float64{0, 1}
	t.asked, t.made = append(t.asked, item), append(t.made, c)
	return c
}

// Null adds a row without a list.
func (t *Ticks) Null() {
	for _, c := range t.made {
		c.Null()
	}
}

// Tick sets a value of the row; false for one that was not met.
func (t *Ticks) Tick(item []byte) bool {
	k, ok := t.of.Place(item)
	if k >= 0 && ok {
		t.Set(k)
	}
	return ok
}

// Set sets the value of the row that is the item k.
func (t *Ticks) Set(k int) { t.on[k] = 1 }

// Row adds the row of the values that are set.
func (t *Ticks) Row() {
	for i, c := range t.made {
		c.codes = append(c.codes, t.on[t.asked[i]])
	}
	clear(t.on)
}

// ticked is the column of an item.
type ticked struct {
	codes  []uint8
	values Dictionary // 0 and 1
}

func (c *ticked) Reserve(n int) { c.codes = slices.Grow(c.codes, n) }

func (c *ticked) Null() { c.codes = append(c.codes, data.NoCode) }

func (c *ticked) Array() arrow.Array {
	codes := c.codes
	c.codes = nil
	return Coded(codes, c.values.Array())
}

package columns

import (
	"fmt"

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

// Ticks collects the rows of a multiple answer, a column of 1 and 0 for each value that
// is asked for. A row is Null where there is no list; else each of its values has a Tick,
// and Row ends it.
type Ticks struct {
	of    *Answers
	on    []bool // by item, of the row
	asked []int
	made  []*Numbers
}

// NewTicks makes them without columns.
func NewTicks(of *Answers) *Ticks { return &Ticks{of: of, on: make([]bool, len(of.Items))} }

// Ask adds the column of an item.
func (t *Ticks) Ask(item int) Column {
	c := NewNumbers()
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
	if len(item) == 0 {
		return true
	}
	k, ok := t.of.places[string(item)]
	if ok {
		t.on[k] = true
	}
	return ok
}

// Row adds the row of the values that are set.
func (t *Ticks) Row() {
	for i, c := range t.made {
		ticked := 0.0
		if t.on[t.asked[i]] {
			ticked = 1
		}
		c.Add(ticked)
	}
	clear(t.on)
}

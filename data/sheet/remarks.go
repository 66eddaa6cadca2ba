package sheet

import "fmt"

// remarks gathers what is to be said of columns: one sentence for all columns
// of which the same is true.
type remarks struct {
	order   []string
	columns map[string][]string
}

// remarked is how many columns a sentence names before it only counts.
const remarked = 8

// add notes that what is true of a column, and where that shows.
func (r *remarks) add(what, column, where string) {
	if r.columns == nil {
		r.columns = map[string][]string{}
	}
	if r.columns[what] == nil {
		r.order = append(r.order, what)
	}
	r.columns[what] = append(r.columns[what], fmt.Sprintf("%s (%s)", column, where))
}

// sentences are the remarks, in the order in which they first came up.
func (r *remarks) sentences() []string {
	var out []string
	for _, what := range r.order {
		columns := r.columns[what]
		if n := len(columns) - remarked; n > 0 {
			columns = append(columns[:remarked:remarked], fmt.Sprintf("%d more", n))
		}
		out = append(out, fmt.Sprintf("%s: %s.", what, listed(columns)))
	}
	return out
}

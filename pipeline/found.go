package pipeline

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"tradeoff/data"
	"tradeoff/data/study"
)

// maxFound is how many answers or groups of one column are found rather than
// listed.
const maxFound = 100

// An open list collects the values of a column that nobody listed.
type openList struct {
	path       string
	column     string
	missing    map[string]bool
	categories *[]category
	separator  string           // between several answers in one cell, or ""
	found      map[string]int   // question: how often each answer was given
	index      map[string]int16 // segments: place while reading
	labelled   int              // how many categories the export labels
	limit      bool
}

// openLists counts the answers of questions whose answers nobody listed.
func (r *reader) openLists(b data.Batch, cols []column, n int) {
	for _, o := range r.sortedOpen() {
		if strings.HasPrefix(o.path, "segments.") || o.limit {
			continue
		}
		c := cols[r.index[o.column]]
		for i := range n {
			if c.null(i) || o.limit {
				continue
			}
			if o.separator == "" {
				r.find(o, b, i, c.code(i))
				continue
			}
			for part := range strings.SplitSeq(c.code(i), o.separator) {
				r.find(o, b, i, strings.TrimSpace(part))
			}
		}
	}
}

// find counts one answer.
func (r *reader) find(o *openList, b data.Batch, i int, code string) {
	if o.found[code] > 0 {
		o.found[code]++
		return
	}
	if code == "" || o.missing[code] || r.p.book.Variable(o.column).Missing.Declares(code) {
		return
	}
	r.formulas(b, i, o.column, code)
	if len(o.found) >= maxFound {
		r.fault(b, i, o.column, "more than %d different answers; list the answers in the study, or use type: number", maxFound)
		o.limit = true
		return
	}
	o.found[code] = 1
}

func (r *reader) sortedOpen() []*openList {
	keys := make([]string, 0, len(r.open))
	for k := range r.open {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	out := make([]*openList, len(keys))
	for i, k := range keys {
		out[i] = r.open[k]
	}
	return out
}

// close orders what was found, and says what an analyst should know.
func (r *reader) close() {
	for k, s := range r.f.places {
		if s.open {
			r.reorder(k, s)
		}
	}
	for _, q := range r.p.asked {
		r.closeQuestion(q)
	}
	columns := make([]string, 0, len(r.formula))
	for c := range r.formula {
		columns = append(columns, c)
	}
	slices.Sort(columns)
	for _, c := range columns {
		r.warn(fmt.Sprintf("column %s has values that look like formulas or paths, the first at %s; they are printed as text and never run", c, r.formula[c]))
	}
}

// closeQuestion adds the answers that were found to those that the export
// labels. A text that fewer people wrote than the smallest answer shown is not
// named: the words themselves would tell on them.
func (r *reader) closeQuestion(q *question) {
	if q.open {
		found := map[string]int{}
		text := false
		for _, it := range q.items {
			for _, c := range it.columns {
				text = text || r.p.book.Variable(c).Type == data.Text
				for code, n := range r.open[c+"/question/"+q.spec.Name].found {
					if !slices.ContainsFunc(q.answers, func(a category) bool { return a.code == code || a.label == code }) {
						found[code] += n
					}
				}
			}
		}
		rare := func(code string) bool { return text && found[code] < or(r.p.study.Protect.Answer, answerShown) }
		q.answers = append(q.answers, named(found, rare, "Other answers")...)
		if q.spec.Type != study.Number {
			q.score()
		}
	}
	for i := range q.items {
		it := &q.items[i]
		if !it.only {
			continue
		}
		// Where no value says "no", every value is a tick and an empty cell is none.
		yes, no := false, false
		var other []string
		for _, c := range it.columns {
			for code := range r.open[c+"/ticks/"+q.spec.Name].found {
				switch w := strings.ToLower(code); {
				case noWords[w]:
					no = true
				case it.yes[w]:
					yes = true
					it.yes[code] = true
				default:
					other = append(other, code)
				}
			}
		}
		it.only = !no
		if !yes || no { // the words of the option itself mean ticked
			for _, code := range other {
				it.yes[code] = true
			}
		}
	}
}

// named makes categories of found codes, in order; the rare ones become one
// category that does not repeat their words.
func named(found map[string]int, rare func(string) bool, others string) []category {
	codes := make([]string, 0, len(found))
	for c := range found {
		codes = append(codes, c)
	}
	sortCodes(codes)
	var out []category
	last := category{code: others, label: others}
	for _, c := range codes {
		if rare(c) {
			last.also = append(last.also, c)
			continue
		}
		out = append(out, category{code: c, label: c})
	}
	if last.also != nil {
		out = append(out, last)
	}
	return out
}

// reorder sorts the values that were found behind those that the export
// labels, leaves out labels that nobody has, and renumbers the combinations.
// A text that fewer people share than the smallest group shown is not named.
func (r *reader) reorder(k int, s *segment) {
	labelled := r.open[s.column+"/segment/"+s.name].labelled
	count := make([]int, len(s.values))
	for _, c := range r.f.combo {
		if v := r.f.combos[c][k]; v >= 0 {
			count[v]++
		}
	}
	var ordered []category
	found := map[string]int{}
	for i, v := range s.values {
		switch {
		case i >= labelled:
			found[v.code] = count[i]
		case count[i] > 0:
			ordered = append(ordered, v)
		}
	}
	text := r.p.book.Variable(s.column).Type == data.Text && s != r.p.waves
	rare := func(code string) bool { return text && found[code] < or(r.p.study.Protect.Group, groupShown) }
	ordered = append(ordered, named(found, rare, "Others")...)
	to := make([]int16, len(s.values))
	for i, v := range s.values {
		to[i] = int16(slices.IndexFunc(ordered, func(o category) bool { return o.code == v.code || slices.Contains(o.also, v.code) }))
	}
	for _, c := range r.f.combos {
		if c[k] >= 0 {
			c[k] = to[c[k]]
		}
	}
	s.values = ordered
	s.group()
}

// sortCodes sorts numbers by value and before words.
func sortCodes(codes []string) {
	sort.Slice(codes, func(i, j int) bool {
		a, errA := strconv.ParseFloat(codes[i], 64)
		b, errB := strconv.ParseFloat(codes[j], 64)
		switch {
		case errA == nil && errB == nil && a != b:
			return a < b
		case (errA == nil) != (errB == nil):
			return errA == nil
		}
		return codes[i] < codes[j]
	})
}

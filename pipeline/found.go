package pipeline

import (
	"cmp"
	"fmt"
	"slices"
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
	separator  string            // between several answers in one cell, or ""
	found      map[string]int    // question: how often each answer was given
	index      map[string]int16  // segments: place while reading
	formula    map[string]string // column: first place of a value that looks like a formula
	labelled   int               // how many categories the export labels
	limit      bool
}

// openLists counts the answers of questions whose answers nobody listed.
func (r *reader) openLists(b data.Batch, cols []column, n int) {
	for _, o := range r.sortedOpen() {
		if strings.HasPrefix(o.path, "segments.") || o.limit {
			continue
		}
		c := cols[r.index[o.column]]
		var times [256]int // of a coded column: how often each value came again
		for i := range n {
			switch {
			case r.place[i] < 0 || c.null(i) || o.limit:
				continue
			case c.codes == nil:
				r.answer(o, b, i, c.code(i), 1)
				continue
			}
			if at := c.codes[i]; times[at] == 0 {
				r.answer(o, b, i, c.code(i), 1)
			}
			times[c.codes[i]]++
		}
		for i := range n {
			if c.codes != nil && times[c.codes[i]] > 1 && r.place[i] >= 0 {
				r.answer(o, b, i, c.code(i), times[c.codes[i]]-1)
				times[c.codes[i]] = 0
			}
		}
	}
}

// answer counts what stands in one cell, so many times.
func (r *reader) answer(o *openList, b data.Batch, i int, code string, times int) {
	if o.separator == "" {
		r.find(o, b, i, code, times)
		return
	}
	parts, _ := data.NewSeveral(o.separator, nil).Split(code)
	for _, part := range parts {
		r.find(o, b, i, part, times)
	}
}

// find counts one answer.
func (r *reader) find(o *openList, b data.Batch, i int, code string, times int) {
	if o.found[code] > 0 {
		o.found[code] += times
		return
	}
	if code == "" || o.missing[code] || r.p.book.Variable(o.column).Missing.Declares(code) {
		return
	}
	o.formulas(r.s, b, i, code)
	if len(o.found) >= maxFound {
		r.fault(b, i, o.column, "more than %d different answers; list the answers in the study, or use type: number", maxFound)
		o.limit = true
		return
	}
	o.found[code] = times
}

// formulas notes values that a spreadsheet or a file system could take for an
// instruction; they are only ever printed as text.
func (o *openList) formulas(s *data.Survey, b data.Batch, i int, value string) {
	if o.formula[o.column] == "" && (strings.ContainsAny(value[:min(1, len(value))], "=+@-\t") && !isNumber(value) || strings.Contains(value, "../")) {
		o.formula[o.column] = s.Place(b, i)
	}
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
	r.f.combos = r.combos.all()
	if n := len(r.f.combos); n > 0 {
		r.f.people = longer(r.f.people, n-1)
	}
	for k, s := range r.f.places {
		if s.open {
			r.reorder(k, s)
		}
	}
	for _, q := range r.p.asked {
		r.closeQuestion(q)
	}
	if r.p.waves != nil {
		if s := strangers(r.p.study.Wave, r.p.waves.values); s != nil {
			r.warn(fmt.Sprintf("wave.events and wave.breaks name %s, which the data do not have; they are not drawn", list(s, 5)))
		}
	}
	for k, c := range r.p.filter {
		if s := c.strangers(r.filter[k]); s != "" {
			r.warn(s)
		}
	}
	if r.f.panel > 0 {
		r.warn(fmt.Sprintf("%s answered in more than one wave; the tables show the waves side by side and do not test them against each other; the chapter on the trend does, and knows who is the same person", cameBack(r.p, r.f.panel, r.f.byWave())))
	}
	columns := make([]string, 0, len(r.formula))
	for c := range r.formula {
		columns = append(columns, c)
	}
	slices.Sort(columns)
	for _, c := range columns {
		r.warn(fmt.Sprintf("column %s has values that look like formulas or paths, the first at %s; they are printed as text", c, r.formula[c]))
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
		if q.spec.Ordered {
			r.order(q)
		}
		apart(q.answers)
		if q.spec.Type != study.Number {
			q.score()
		}
	}
	r.closeTicks(q)
}

// order puts the answers of a scale that the study does not list in the order
// of their codes, don't know last. Words have no order that a program knows.
func (r *reader) order(q *question) {
	dk := func(c category) bool { return q.isDontKnow(c.code) }
	for _, a := range q.answers {
		if !isNumber(a.code) && !dk(a) {
			f := r.p.study.Fault("questions."+q.spec.Name, "the answers of this scale are words, and their order is not known; list them under scale:, lowest first")
			r.faults = append(r.faults, f)
			return
		}
	}
	slices.SortStableFunc(q.answers, func(a, b category) int {
		if dk(a) != dk(b) {
			if dk(b) {
				return -1
			}
			return 1
		}
		return compareCodes(a.code, b.code)
	})
}

// apart tells answers with the same word apart by their codes.
func apart(answers []category) {
	count := map[string]int{}
	for _, a := range answers {
		count[a.label]++
	}
	for i, a := range answers {
		if count[a.label] > 1 {
			answers[i].label = fmt.Sprintf("%s (%s)", a.label, a.code)
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
// A text that fewer people share than the smallest group shown is not named, and stays
// in the group that the study file puts it in.
func (r *reader) reorder(k int, s *segment) {
	labelled := r.open[s.column+"/segment/"+s.name].labelled
	count := make([]int, len(s.values))
	for c, n := range r.f.people {
		if v := r.f.combos[c][k]; v >= 0 {
			count[v] += n
		}
	}
	var ordered []category
	found := map[string]int{}
	for i, v := range s.values {
		switch {
		case count[i] == 0: // a label that nobody has
		case i >= labelled:
			found[v.code] = count[i]
		default:
			ordered = append(ordered, v)
		}
	}
	text := r.p.book.Variable(s.column).Type == data.Text && s != r.p.waves
	listed := func(code string) bool {
		return slices.ContainsFunc(s.nets, func(n study.Net) bool { return slices.Contains(n.Codes, code) })
	}
	rare := func(code string) bool {
		return text && found[code] < or(r.p.study.Protect.Group, groupShown) && !listed(code)
	}
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

// sortCodes sorts numbers by value and before words, and words so that wave 10
// stands behind wave 9.
func sortCodes(codes []string) { slices.SortFunc(codes, compareCodes) }

func compareCodes(a, b string) int {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	switch {
	case errX == nil && errY == nil && x != y:
		return cmp.Compare(x, y)
	case (errX == nil) != (errY == nil):
		if errX == nil {
			return -1
		}
		return 1
	}
	return cmp.Or(natural(a, b), cmp.Compare(a, b))
}

// natural compares words, and runs of digits in them by value.
func natural(a, b string) int {
	for a != "" && b != "" {
		na, nb := digits(a), digits(b)
		if na > 0 && nb > 0 {
			x, y := strings.TrimLeft(a[:na], "0"), strings.TrimLeft(b[:nb], "0")
			if c := cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y)); c != 0 {
				return c
			}
			a, b = a[na:], b[nb:]
			continue
		}
		if a[0] != b[0] {
			return cmp.Compare(a[0], b[0])
		}
		a, b = a[1:], b[1:]
	}
	return cmp.Compare(len(a), len(b))
}

// digits is how many digits a text begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

package pipeline

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"tradeoff/data/study"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
	"tradeoff/stats/dist"
	"tradeoff/stats/hypothesis"
)

// Groups of people are picked for a sentence because they differ most, out of many
// pairs. So the tests of a segment's pairs are adjusted for their number (Holm) before
// one of them is said.

// A spread is how the groups of a segment differ in a figure.
type spread struct {
	n     indicator
	s     *segment
	order []int // columns that were compared, the highest first
	left  []int // those that were not: hidden, or of too few people
	tests []crosstab.Comparison
	p     []float64 // of tests, adjusted for their number
	level float64   // below which a p is beyond chance
}

// spreadOf is the spread of a figure by a segment that splits people; not ok where
// nothing was compared.
func (e *evidence) spreadOf(n indicator, s *segment) (spread, bool) {
	x := spread{n: n, s: s, level: or(e.plan.study.Tests.Strict, strictLevel)}
	g, ok := groupOf(n.t, s.name)
	if !ok || s.loop != nil || len(s.nest) > 0 {
		return x, false
	}
	in := func(j int) bool {
		return j >= g.First && j < g.First+g.N && reports.HasNumber(reports.Shown(n.t, n.row, j))
	}
	compared := map[int]bool{}
	var p []float64
	for _, t := range n.t.Comparisons {
		if t.Row == n.row && t.Status == crosstab.OK && in(t.A) && in(t.B) {
			compared[t.A], compared[t.B] = true, true
			x.tests, p = append(x.tests, t), append(p, t.P)
		}
	}
	x.p = hypothesis.Adjust(p, hypothesis.Holm)
	for j := g.First; j < g.First+g.N; j++ {
		switch {
		case compared[j]:
			x.order = append(x.order, j)
		case n.t.Columns[j].Status == crosstab.Suppressed || n.t.Columns[j].Base.People > 0:
			x.left = append(x.left, j)
		}
	}
	slices.SortStableFunc(x.order, func(a, b int) int { return cmp.Compare(n.cell(b).Estimate, n.cell(a).Estimate) })
	return x, len(x.tests) > 0
}

// clearest is the place of the test with the smallest p.
func (x spread) clearest() int {
	best := 0
	for i := range x.p {
		if x.p[i] < x.p[best] {
			best = i
		}
	}
	return best
}

// smallest is the smallest adjusted p.
func (x spread) smallest() float64 { return x.p[x.clearest()] }

// ends is the place of the test of the highest against the lowest, -1 if there is none.
func (x spread) ends() int {
	hi, lo := x.order[0], x.order[len(x.order)-1]
	return slices.IndexFunc(x.tests, func(t crosstab.Comparison) bool { return t.A == hi && t.B == lo || t.A == lo && t.B == hi })
}

// pair are two columns that differ beyond chance: the highest and the lowest of all if
// they do, else those that differ most clearly.
func (x spread) pair() (hi, lo int, ends bool) {
	if i := x.ends(); i >= 0 && x.p[i] < x.level {
		return x.order[0], x.order[len(x.order)-1], true
	}
	t := x.tests[x.clearest()]
	if t.EstimateA < t.EstimateB {
		return t.B, t.A, false
	}
	return t.A, t.B, false
}

// without says which groups were not compared, and why; "" if all were.
func (x spread) without() string { return notCompared(x.n, x.left) }

func notCompared(n indicator, columns []int) string {
	var hidden, few, out []string
	for _, j := range columns {
		if reports.Shown(n.t, n.row, j) == crosstab.Suppressed {
			hidden = append(hidden, n.t.Columns[j].Label)
		} else {
			few = append(few, n.t.Columns[j].Label)
		}
	}
	if hidden != nil {
		out = append(out, "hidden to protect people: "+list(hidden, mostNamed))
	}
	if few != nil {
		out = append(out, "with too few people: "+list(few, mostNamed))
	}
	if out == nil {
		return ""
	}
	return "not compared, " + strings.Join(out, "; ")
}

// sentenceOf puts words after a sentence as one of their own.
func sentenceOf(words string) string {
	if words == "" {
		return ""
	}
	return " " + upper(words) + "."
}

// standOut tells which figures differ from a value beyond chance, allowing for how many
// of them are looked at (Holm); t is how many standard errors a figure is from it.
func (e *evidence) standOut(cells []*crosstab.Cell, from float64, t func(*crosstab.Cell) float64) []bool {
	p := make([]float64, len(cells))
	for i, c := range cells {
		if p[i] = 1; c.HasCI && c.SE > 0 {
			p[i] = dist.TTwoSided(math.Abs(t(c)), c.DF)
		}
	}
	out := make([]bool, len(cells))
	for i, p := range hypothesis.Adjust(p, hypothesis.Holm) {
		out[i] = p < or(e.plan.study.Tests.Strict, strictLevel) && !crosses(cells[i], from)
	}
	return out
}

// by names the segment, and who is in none of its groups.
func (e *evidence) by(x spread) string {
	if out := e.outside(x.s); out != "" {
		return fmt.Sprintf("%s (%s)", lower(x.s.label), out)
	}
	return lower(x.s.label)
}

// outside says who is in none of the groups of a segment that holds some codes of a
// column, by the words that another segment has for the others: "without Brazil and
// Japan". "" where nobody is known to be.
func (e *evidence) outside(s *segment) string {
	var out []string
	for _, o := range e.plan.segments {
		if o.column == "" || o.column != s.column || s.nets == nil {
			continue
		}
		for _, v := range o.values {
			in := func(n study.Net) bool { return slices.Contains(n.Codes, v.code) }
			if !slices.ContainsFunc(s.nets, in) && !slices.Contains(out, v.label) {
				out = append(out, v.label)
			}
		}
	}
	switch {
	case out == nil:
		return ""
	case len(out) > mostNamed:
		return "without " + list(out, mostNamed)
	}
	return "without " + and(out)
}

// spreads are the segments by which a figure differs beyond chance, the clearest first,
// and those by which it does not, in the study's order. A segment whose highest and
// lowest group could not be compared, or no more than half of whose groups could, is in
// neither, unless some differ.
func (e *evidence) spreads(n indicator) (differ, alike []spread) {
	for _, s := range e.plan.segments {
		x, ok := e.spreadOf(n, s)
		switch {
		case !ok:
		case x.smallest() < x.level:
			differ = append(differ, x)
		case x.ends() >= 0 && len(x.order) > len(x.left):
			alike = append(alike, x)
		}
	}
	slices.SortStableFunc(differ, func(a, b spread) int { return cmp.Compare(a.smallest(), b.smallest()) })
	return differ, alike
}

// mostSegments have a sentence on a figure; others are named.
const mostSegments = 2

// bySegment says by which segments a figure differs, and by which not.
func (e *evidence) bySegment(c *reports.Chapter, n indicator, what string) {
	differ, alike := e.spreads(n)
	said := differ[:min(len(differ), mostSegments)]
	for i, x := range said {
		f := e.byGroup(x, what)
		if more := differ[len(said):]; len(more) > 0 && i == len(said)-1 {
			var also []string
			for _, x := range more {
				hi, lo, _ := x.pair()
				also = append(also, fmt.Sprintf("%s (%s)", lower(x.s.label), e.inBrackets(x, fmt.Sprintf("%s %s, %s %s", x.n.t.Columns[lo].Label, x.n.figure(lo), x.n.t.Columns[hi].Label, x.n.figure(hi)), lo, hi)))
				f.Refs = append(f.Refs, x.n.ref(lo), x.n.ref(hi))
			}
			f.Text += fmt.Sprintf(" Beyond chance it also differs by %s.", and(also))
		}
		tell(c, f, true)
	}
	f, ok := e.noneDiffers(alike, what)
	tell(c, f, ok)
}

// inBrackets adds to two figures of a segment how few people they stand on, and whom it
// does not speak of.
func (e *evidence) inBrackets(x spread, said string, ends ...int) string {
	for _, j := range ends {
		if base := e.few(x.n, j); base != "" {
			said += fmt.Sprintf("; %s: %s", x.n.t.Columns[j].Label, base)
		}
	}
	for _, more := range []string{e.outside(x.s), x.without()} {
		if more != "" {
			said += "; " + more
		}
	}
	return said
}

// byGroup says how the groups of a segment differ.
func (e *evidence) byGroup(x spread, what string) reports.Finding {
	hi, lo, ends := x.pair()
	figure := func(j int, of string) string {
		return fmt.Sprintf("%s for %s", e.withBase(x.n, j, x.n.hedged(j))+of, x.n.t.Columns[j].Label)
	}
	of := ofRatings(x.n)
	text := fmt.Sprintf("By %s, %s ranges from %s down to %s: more than chance explains.", e.by(x), what, figure(hi, of), figure(lo, ""))
	if !ends {
		text = fmt.Sprintf("By %s, %s is %s against %s: the clearest difference between two of these groups.", e.by(x), what, figure(hi, of), figure(lo, ""))
	}
	return reports.Finding{Text: text + sentenceOf(x.without()), Refs: []reports.Ref{x.n.ref(hi), x.n.ref(lo)}, After: true}
}

// noneDiffers names the segments by which a figure does not differ, with its range and
// the groups that this does not speak of.
func (e *evidence) noneDiffers(alike []spread, what string) (reports.Finding, bool) {
	var parts []string
	var refs []reports.Ref
	for _, x := range alike {
		hi, lo := x.order[0], x.order[len(x.order)-1]
		in := e.inBrackets(x, fmt.Sprintf("%s to %s", x.n.figure(lo), x.n.figure(hi)), lo, hi)
		parts, refs = append(parts, fmt.Sprintf("%s (%s)", lower(x.s.label), in)), append(refs, x.n.ref(hi), x.n.ref(lo))
	}
	text := fmt.Sprintf("Differences in %s by %s may be chance.", what, and(parts))
	return reports.Finding{Text: text, Refs: refs, After: true, Minor: true}, parts != nil
}

// few says how few people a figure stands on where its base is low, else "".
func (e *evidence) few(n indicator, col int) string {
	if reports.Shown(n.t, n.row, col) != crosstab.LowBase {
		return ""
	}
	b := n.t.BaseOf(n.row, col)
	if b.People >= or(e.plan.study.Tests.Low, lowBase) { // low by its weights
		return fmt.Sprintf("weights leave %.0f of %s people", b.Effective, thousands(b.People))
	}
	return fmt.Sprintf("only %s people", thousands(b.People))
}

// withBase adds that to a figure in words.
func (e *evidence) withBase(n indicator, col int, said string) string {
	base := e.few(n, col)
	if base == "" {
		return said
	}
	if open, ok := strings.CutSuffix(said, ")"); ok {
		return open + "; " + base + ")"
	}
	return fmt.Sprintf("%s (%s)", said, base)
}

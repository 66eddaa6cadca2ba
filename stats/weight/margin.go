package weight

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"tradeoff/stats"
)

// A Margin is a categorical variable and what is known of it: age bands with
// their shares in the population. Categories that are crossed (age in every
// country) are a margin too; see Interaction and Within.
type Margin struct {
	Name   string   // for messages: "age"
	Labels []string // of the categories, for messages; nil = by number, from 1
	Of     []int    // category of each row, from 0; -1 = none. A length of the rows of the design

	// Targets of the categories, either all shares (they add up to 1) or all
	// counts of the population. NaN keeps the share that the category has before:
	// the others are scaled to what it leaves. That is how to treat "prefers not
	// to say", or a variable that is missing.
	Targets []float64
}

// Labelled is a margin of a column of texts, one for each row; "" is none.
// Targets are those of the labels, in order. A text that is not among the labels
// becomes a category of its own, with a target of zero, so that Check names it.
// TestLabelled.
func Labelled(name string, values, labels []string, targets []float64) Margin {
	if len(labels) != len(targets) {
		panic(fmt.Sprintf("weight: margin %s has %d labels for %d targets", name, len(labels), len(targets)))
	}
	m := Margin{Name: name, Labels: slices.Clone(labels), Of: make([]int, len(values)), Targets: slices.Clone(targets)}
	at := map[string]int{"": -1}
	for c, l := range labels {
		at[l] = c
	}
	for i, v := range values {
		c, ok := at[v]
		if !ok {
			c = len(m.Labels)
			at[v] = c
			m.Labels, m.Targets = append(m.Labels, v), append(m.Targets, 0)
		}
		m.Of[i] = c
	}
	return m
}

// label is what a category is called.
func (m *Margin) label(c int) string {
	if c < len(m.Labels) {
		return m.Labels[c]
	}
	return strconv.Itoa(c + 1)
}

// categories is how many categories there are, by targets, labels or rows.
func (m *Margin) categories() int {
	k := max(len(m.Targets), len(m.Labels))
	if k == 0 {
		for _, c := range m.Of {
			k = max(k, c+1)
		}
	}
	return k
}

// must panics unless the slices of a margin fit together and to the rows.
func (m *Margin) must(rows int) {
	k := m.categories()
	if len(m.Of) != rows {
		panic(fmt.Sprintf("weight: margin %s has %d rows, the design %d", m.Name, len(m.Of), rows))
	}
	if m.Labels != nil && len(m.Labels) != k || m.Targets != nil && len(m.Targets) != k {
		panic(fmt.Sprintf("weight: margin %s has %d labels for %d targets", m.Name, len(m.Labels), len(m.Targets)))
	}
	for _, c := range m.Of {
		if c < -1 || c >= k {
			panic(fmt.Sprintf("weight: margin %s has a row of category %d, and %d categories", m.Name, c, k))
		}
	}
}

// Interaction is the margin of every combination of two: targets has a row for
// each category of a, in it a column for each of b, shares of the whole or
// counts. Targets of a and b themselves are not used. A row without one of the
// two categories has none. TestWithin.
func Interaction(a, b Margin, targets [][]float64) Margin {
	ka, kb := a.categories(), b.categories()
	if len(targets) != ka {
		panic(fmt.Sprintf("weight: %s × %s has targets for %d of %d categories", a.Name, b.Name, len(targets), ka))
	}
	m := Margin{Name: a.Name + " × " + b.Name}
	m.Of, _ = stats.Cross([]int{ka, kb}, a.Of, b.Of)
	for x, row := range targets {
		if len(row) != kb {
			panic(fmt.Sprintf("weight: %s has targets for %d of %d categories", m.Name, len(row), kb))
		}
		for y, t := range row {
			m.Targets = append(m.Targets, t)
			m.Labels = append(m.Labels, a.label(x)+" × "+b.label(y))
		}
	}
	return m
}

// Within is the margin for targets inside groups: age in each country. shares
// has a row for each group, in it the shares of m's categories inside the group,
// which add up to 1. Groups get their own targets; without any (Targets nil)
// each keeps the share that it has in the design. The error, as Problems, is of
// shares that do not add up (kind SharesSum). TestWithin.
func Within(d *stats.Design, groups, m Margin, shares [][]float64) (Margin, error) {
	groups.must(d.Rows())
	size := groups.Targets
	if size == nil {
		size = sharesOf(&groups, d.Weights())
	}
	var p Problems
	targets := make([][]float64, len(shares))
	for g, row := range shares {
		sum := 0.0
		for _, s := range row {
			sum += s
		}
		if math.Abs(sum-1) > rounding {
			p.fault(SharesSum, groups.Name, groups.label(g), "the shares of %s in it add up to %.6g; inside a group they add up to 1", m.Name, sum)
		}
		targets[g] = make([]float64, len(row))
		for c, s := range row {
			targets[g][c] = size[g] * s / sum
		}
	}
	if p != nil {
		return Margin{}, p
	}
	return Interaction(groups, m, targets), nil
}

// sharesOf are the weighted shares of the categories of a margin.
func sharesOf(m *Margin, w []float64) []float64 {
	sum, all := sumBy(m.Of, m.categories(), w), 0.0
	for _, s := range sum {
		all += s
	}
	for c := range sum {
		sum[c] /= all
	}
	return sum
}

// sumBy adds up by group; a row of a negative one is in none.
func sumBy(group []int, n int, x []float64) []float64 {
	s := make([]float64, n)
	for i, v := range x {
		if v != 0 && group[i] >= 0 {
			s[group[i]] += v
		}
	}
	return s
}

// rounding is how far shares may be from 1, and totals of margins from each
// other, as a share, to count as equal. What is left is scaled away.
const rounding = 1e-6

// resolve turns the targets of margins into totals that weights must have:
// all margins add up to the same. p gets what is wrong with them. With
// disagreeing, totals that differ stay as they are.
func resolve(margins []Margin, w []float64, total float64, disagreeing bool, p *Problems) [][]float64 {
	if total < 0 || math.IsNaN(total) || math.IsInf(total, 0) {
		p.fault(BadTarget, "", "", "weights cannot add up to %g", total)
		return nil
	}
	present := 0.0
	for _, x := range w {
		present += x
	}
	type kind struct{ shares, kept bool }
	kinds := make([]kind, len(margins))
	targets := make([][]float64, len(margins))
	goal, from := total, ""
	for k := range margins {
		m := &margins[k]
		t, kept := withKept(m, w)
		targets[k] = t
		sum := 0.0
		for c, v := range t {
			if v < 0 || math.IsInf(v, 0) {
				p.fault(BadTarget, m.Name, m.label(c), "the target is %g; a target is zero or more", v)
				return nil
			}
			sum += v
		}
		switch {
		case math.Abs(sum-1) <= rounding || kept && sum < 1.5:
			kinds[k] = kind{true, kept}
		case total > 0:
		case sum == 0:
			p.fault(BadTarget, m.Name, "", "all targets are zero")
			return nil
		case sum > 0.5 && sum < 1.5:
			p.fault(SharesSum, m.Name, "", "the targets add up to %.6g; shares add up to 1: correct them, or set Total to have them scaled", sum)
			return nil
		case goal == 0:
			goal, from = sum, m.Name
		case math.Abs(sum/goal-1) > rounding:
			if disagreeing {
				p.note(TotalsDisagree, m.Name, "", "the targets add up to %.10g, those of %s to %.10g; the last margin wins", sum, from, goal)
				continue
			}
			p.fault(TotalsDisagree, m.Name, "", "the targets add up to %.10g, those of %s to %.10g; correct them, or set Total to have all scaled to it", sum, from, goal)
		}
	}
	if goal == 0 {
		goal = present
	}
	for k, t := range targets {
		sum := 0.0
		for _, v := range t {
			sum += v
		}
		if disagreeing && !kinds[k].shares && total == 0 {
			continue
		}
		for c := range t {
			t[c] *= goal / sum
		}
	}
	return targets
}

// withKept is the targets of a margin with the share before in place of NaN, in
// units of the other targets.
func withKept(m *Margin, w []float64) (t []float64, kept bool) {
	t = append(t, m.Targets...)
	known, keep := 0.0, 0.0
	before := sharesOf(m, w)
	for c, v := range t {
		if math.IsNaN(v) {
			kept = true
			keep += before[c]
		} else {
			known += v
		}
	}
	for c, v := range t {
		if math.IsNaN(v) {
			t[c] = 0
			if keep < 1 {
				t[c] = known * before[c] / (1 - keep)
			}
		}
	}
	return t, kept
}

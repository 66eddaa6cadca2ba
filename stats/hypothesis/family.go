package hypothesis

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// A Correction says how p values of several tests are adjusted for their number.
type Correction string

// Corrections. Bonferroni to Hommel hold the chance of one false finding or
// more in the family below the level, Holm without any assumption and never
// losing to Bonferroni; Hochberg and Hommel assume tests that are not negatively
// dependent. BenjaminiHochberg holds the expected share of false findings among
// the findings (positively dependent tests), BenjaminiYekutieli the same for any
// dependence.
const (
	Uncorrected        Correction = "none"
	Bonferroni         Correction = "Bonferroni"
	Holm               Correction = "Holm"
	Hochberg           Correction = "Hochberg"
	Hommel             Correction = "Hommel"
	BenjaminiHochberg  Correction = "Benjamini-Hochberg"
	BenjaminiYekutieli Correction = "Benjamini-Yekutieli"
)

// Adjust adjusts p values for their number m, with p(1) <= ... <= p(m):
//
//	Bonferroni           m p
//	Holm                 max over j <= i of (m-j+1) p(j)
//	Hochberg             min over j >= i of (m-j+1) p(j)
//	Benjamini-Hochberg   min over j >= i of m p(j) / j
//	Benjamini-Yekutieli  the same times 1 + 1/2 + ... + 1/m
//	Hommel               the smallest level at which the closed test by Simes rejects
//
// never above 1. Results are in the order of p, which is not changed. A NaN (no
// test) stays NaN and is not counted; for no p values there is no result. It
// panics on a correction that does not exist.
//
// Holm (1979); Hochberg (1988); Hommel (1988), computed as in Wright (1992),
// appendix; Benjamini and Hochberg (1995); Benjamini and Yekutieli (2001). R:
// p.adjust. TestOracle: 16_base, 08_tests; TestAdjustOrder.
func Adjust(p []float64, c Correction) []float64 {
	var order []int
	for i, x := range p {
		if !math.IsNaN(x) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	m := len(order)
	q := make([]float64, m) // adjusted, in order of size
	for j, i := range order {
		q[j] = p[i]
	}
	harmonic := 0.0
	for j := range m {
		harmonic += 1 / float64(j+1)
	}
	switch c {
	case Uncorrected:
	case Bonferroni:
		scale(q, func(int) float64 { return float64(m) })
	case Holm:
		scale(q, func(j int) float64 { return float64(m - j) })
		for j := 1; j < m; j++ {
			q[j] = max(q[j], q[j-1])
		}
	case Hochberg:
		scale(q, func(j int) float64 { return float64(m - j) })
		fromAbove(q)
	case Hommel:
		q = hommel(q)
	case BenjaminiHochberg:
		scale(q, func(j int) float64 { return float64(m) / float64(j+1) })
		fromAbove(q)
	case BenjaminiYekutieli:
		scale(q, func(j int) float64 { return harmonic * float64(m) / float64(j+1) })
		fromAbove(q)
	default:
		panic(fmt.Sprintf("hypothesis: no correction is called %q", c))
	}
	adjusted := slices.Clone(p)
	for j, i := range order {
		adjusted[i] = min(1, q[j])
	}
	return adjusted
}

func scale(q []float64, by func(j int) float64) {
	for j := range q {
		q[j] *= by(j)
	}
}

// fromAbove is the running minimum from the largest.
func fromAbove(q []float64) {
	for j := len(q) - 2; j >= 0; j-- {
		q[j] = min(q[j], q[j+1])
	}
}

// hommel adjusts sorted p values. For a subset of k hypotheses that holds the
// i-th, the closed test rejects by Simes at min k p / rank; the worst subset of a
// size holds the largest p values, so one pass for each size finds the adjusted
// value.
func hommel(p []float64) []float64 {
	m := len(p)
	q := make([]float64, m)
	for k := 1; k <= m; k++ {
		// The k-1 largest have ranks 2 to k beside any smaller one.
		top := math.Inf(1)
		for r := 2; r <= k; r++ {
			top = min(top, float64(k)*p[m-k+r-1]/float64(r))
		}
		last := 0.0
		for i := 0; i <= m-k; i++ {
			last = min(top, float64(k)*p[i])
			q[i] = max(q[i], last)
		}
		for i := m - k + 1; i < m; i++ {
			q[i] = max(q[i], last)
		}
	}
	return q
}

// A Family is the tests among which false findings are counted, and what the
// correction made of them. Which tests belong together is a decision of the
// analyst, so a family has a name that can be printed beside its results.
type Family struct {
	Name       string // what the tests have in common: "pairs of countries on trust"
	Correction Correction
	Tests      []string  // names
	P          []float64 // as the tests gave them; NaN = no test, not counted
	Adjusted   []float64
}

// NewFamily adjusts the p values of tests by their names. It panics without a
// name for the family, or if slices differ in length. See Adjust. TestFamily.
func NewFamily(name string, c Correction, tests []string, p []float64) Family {
	if name == "" {
		panic("hypothesis: a family of tests needs a name")
	}
	mustLen("names of tests", len(tests), len(p))
	return Family{name, c, slices.Clone(tests), slices.Clone(p), Adjust(p, c)}
}

// FamilyOf is NewFamily of t tests, by their own names. TestFamily.
func FamilyOf(name string, c Correction, tests ...TTest) Family {
	var names []string
	var p []float64
	for _, t := range tests {
		names, p = append(names, t.Name), append(p, t.P)
	}
	return NewFamily(name, c, names, p)
}

// Counted is the number of tests that exist, the m of Adjust.
func (f Family) Counted() int {
	n := 0
	for _, p := range f.P {
		if !math.IsNaN(p) {
			n++
		}
	}
	return n
}

// Found are the places of the tests with an adjusted p below the level.
func (f Family) Found(level float64) []int {
	var found []int
	for i, p := range f.Adjusted {
		if p < level {
			found = append(found, i)
		}
	}
	return found
}

// Footnote says in a sentence what was adjusted.
func (f Family) Footnote() string {
	n := f.Counted()
	tests := fmt.Sprintf("%d tests", n)
	if n == 1 {
		tests = "1 test"
	}
	if f.Correction == Uncorrected {
		return fmt.Sprintf("p values of %s (%s) are not adjusted for their number.", tests, f.Name)
	}
	return fmt.Sprintf("p values are adjusted by the method of %s over %s (%s).", f.Correction, tests, f.Name)
}

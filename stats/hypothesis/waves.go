package hypothesis

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"tradeoff/stats"
)

// A Wave is one wave of a tracking survey. Slices have a length of its rows, or are
// nil; labels need not be dense.
type Wave struct {
	Name    string
	IDs     []int     // respondent of each row: the same number in two waves is the same person; nil = nobody of another wave
	Weights []float64 // of this wave; not nil
	Strata  []int     // nil = one
	PSUs    []int     // within strata; the same label in two waves is the same unit; nil = respondents are the PSUs
}

// Waves are several waves in one design, so that people who answered in more than
// one carry the covariance between them.
type Waves struct {
	// Design holds the rows of all waves, one wave after the other. Another design
	// of the same rows may take its place: one with replicate weights, or one that
	// knows what weights were calibrated to (weight.Precalibrated).
	Design *stats.Design

	names []string
	first []int // row of the first of each wave, and the number of rows
	ids   []map[int]bool
}

// Stack puts waves into one design. Units (PSUs, or respondents) that are in several
// waves are one unit, with its linearised values of all waves summed; that is what
// makes the standard error of a change right for a panel, where it gains from
// people who stay, and for fresh samples, where waves are independent, and for
// every mixture.
//
// Units that enter in a later wave are a sample of their own: within a stratum
// they are a stratum apart from those that were there before. Where a stratum has
// only one such unit, it stays with those of the wave before (or, the first, with
// those of the next), which makes variances too large rather than none.
//
// Estimate, Change and Design take it from there. df: units less strata of the
// stack, see stats.Design.DF. Sampling is taken as with replacement, and weights as
// they are: see Waves.Design.
//
// It panics if lengths differ, there is no wave, or a wave has no weights. Errors are
// a *stats.DesignError: what stats.NewDesign finds, and respondents who are in
// another stratum or PSU than in an earlier wave. Kish (1965), chapter 12, on
// overlapping samples; Berger and Priam (2016) estimate the same covariance by
// regression. TestWavesCalibrated, TestWavesPanel, TestWavesFresh, TestWavesRotating, TestWavesUnits,
// TestWavesStrata, TestWavesProblems.
func Stack(lonely stats.Lonely, waves ...Wave) (*Waves, error) {
	if len(waves) == 0 {
		panic("hypothesis: no waves")
	}
	s := &Waves{}
	var weights []float64
	for _, w := range waves {
		n := len(w.Weights)
		for what, column := range map[string][]int{"ids": w.IDs, "strata": w.Strata, "PSUs": w.PSUs} {
			if column != nil {
				mustLen(what, len(column), n)
			}
		}
		s.names = append(s.names, w.Name)
		s.first = append(s.first, len(weights))
		s.ids = append(s.ids, set(w.IDs))
		weights = append(weights, w.Weights...)
	}
	s.first = append(s.first, len(weights))
	if err := moved(waves); err != nil {
		return nil, err
	}
	units, strata := cohorts(waves)
	d, err := stats.NewDesign(stats.Sampling{
		Rows:    len(weights),
		Weights: weights,
		Stages:  []stats.Stage{{Strata: strata, Units: units}},
		Lonely:  lonely,
	})
	if err != nil {
		return nil, err
	}
	s.Design = d
	return s, nil
}

func set(ids []int) map[int]bool {
	m := make(map[int]bool, len(ids))
	for _, id := range ids {
		m[id] = true
	}
	return m
}

// A place is where a row was drawn, by the labels of its wave.
type place struct{ stratum, psu int }

func (w *Wave) place(i int) place {
	var p place
	if w.Strata != nil {
		p.stratum = w.Strata[i]
	}
	if w.PSUs != nil {
		p.psu = w.PSUs[i]
	}
	return p
}

// moved complains of respondents who are not in the place of an earlier wave.
func moved(waves []Wave) error {
	type seen struct {
		place
		wave int
	}
	was := map[int]seen{}
	reported := map[int]bool{}
	var problems []string
	for k := range waves {
		w := &waves[k]
		for i, id := range w.IDs {
			p := w.place(i)
			old, known := was[id]
			switch {
			case !known:
				was[id] = seen{p, k}
			case old.place != p && !reported[id]:
				reported[id] = true
				problems = append(problems, fmt.Sprintf("respondent %d is in stratum %d, PSU %d of %s, but in stratum %d, PSU %d of %s; give the strata and PSUs in which people were drawn first",
					id, old.stratum, old.psu, name(waves, old.wave), p.stratum, p.psu, name(waves, k)))
			}
		}
	}
	const most = 20
	if n := len(problems) - most; n > 0 {
		problems = append(problems[:most], fmt.Sprintf("and %d more", n))
	}
	if problems == nil {
		return nil
	}
	return &stats.DesignError{Problems: problems}
}

func name(waves []Wave, k int) string {
	if n := strings.TrimSpace(waves[k].Name); n != "" {
		return n
	}
	return fmt.Sprintf("wave %d", k+1)
}

// cohorts numbers the units of all rows and the strata they are in: those of the
// waves, apart by the wave of entry.
func cohorts(waves []Wave) (unit, stratum []int) {
	type key struct {
		place
		kind  byte // PSU, respondent, or row
		label int
		wave  int // of a row
	}
	number := map[key]int{}
	var entry, of []int // by unit: wave of entry and stratum label
	for k := range waves {
		w := &waves[k]
		for i := range w.Weights {
			u := key{place: w.place(i), kind: 'p'}
			switch {
			case w.PSUs != nil:
			case w.IDs != nil:
				u.kind, u.label = 'i', w.IDs[i]
			default:
				u.kind, u.label, u.wave = 'r', i, k
			}
			n, known := number[u]
			if !known {
				n = len(entry)
				number[u] = n
				entry, of = append(entry, k), append(of, u.stratum)
			}
			unit = append(unit, n)
		}
	}
	group := groups(entry, of, len(waves))
	for _, u := range unit {
		stratum = append(stratum, group[u])
	}
	return unit, stratum
}

// groups numbers the strata of units: the units of a stratum label by wave of
// entry, a single one with those before, or at the start those after.
func groups(entry, label []int, waves int) []int {
	count := map[int][]int{} // by label, then wave
	for u, h := range label {
		if count[h] == nil {
			count[h] = make([]int, waves)
		}
		count[h][entry[u]]++
	}
	at := map[int][]int{} // number by label, then wave
	next := 0
	for _, h := range slices.Sorted(maps.Keys(count)) {
		at[h] = make([]int, waves)
		inside := 0 // units in the stratum with the number next
		for k, n := range count[h] {
			if n > 1 && inside > 1 {
				next++
				inside = 0
			}
			inside += n
			at[h][k] = next
		}
		next++
	}
	group := make([]int, len(label))
	for u, h := range label {
		group[u] = at[h][entry[u]]
	}
	return group
}

// In marks the rows of wave k. TestWavesCalibrated.
func (s *Waves) In(k int) []bool {
	in := make([]bool, s.Design.Rows())
	for i := s.first[k]; i < s.first[k+1]; i++ {
		in[i] = true
	}
	return in
}

// Values is a column of the stack from those of the waves, in order. It panics if
// there are more or fewer, or their lengths are not those of the waves.
// TestWavesCalibrated, TestMisuse.
func (s *Waves) Values(y ...[]float64) []float64 {
	if len(y) != len(s.names) {
		panic(fmt.Sprintf("hypothesis: columns of %d waves for %d", len(y), len(s.names)))
	}
	var all []float64
	for k, column := range y {
		mustLen("values", len(column), s.first[k+1]-s.first[k])
		all = append(all, column...)
	}
	return all
}

// Shared is the number of respondents who are in both waves, by IDs.
// TestWavesPanel.
func (s *Waves) Shared(a, b int) int {
	n := 0
	for id := range s.ids[a] {
		if s.ids[b][id] {
			n++
		}
	}
	return n
}

// Estimate estimates the mean of an answer in every wave, with the covariance
// between waves; Trend, Pairs and AllEqual take it. y is a column for each wave; NaN
// is missing. See stats.Mean. TestWavesRotating.
func (s *Waves) Estimate(y ...[]float64) (*stats.Estimates, error) {
	all := s.Values(y...)
	columns := make([][]bool, len(y))
	for k := range y {
		columns[k] = s.In(k)
	}
	return Columns(s.Design, s.names, all, columns...)
}

// Change tests that the mean of an answer is the same in two waves:
//
//	t = (m_b - m_a) / SE,  SE^2 = V(m_a) + V(m_b) - 2 Cov(m_a, m_b)
//
// on the df of the units with a value in either wave. With all respondents in both
// waves and equal weights it is the paired t test; with none it is that of two
// samples with variances of their own. y is a column for each wave (nil for waves
// that are not compared); NaN is missing. P is NaN where that of Compare is.
// TestWavesPanel, TestWavesFresh, TestWavesRotating.
func (s *Waves) Change(a, b int, y ...[]float64) (TTest, error) {
	y = slices.Clone(y)
	for k := range y {
		if y[k] == nil && k != a && k != b {
			y[k] = make([]float64, s.first[k+1]-s.first[k])
		}
	}
	all := s.Values(y...)
	inA, inB := s.In(a), s.In(b)
	either := present(all)
	for i := range either {
		either[i] = either[i] && (inA[i] || inB[i])
	}
	e, err := Columns(s.Design.Domain(either), []string{s.names[a], s.names[b]}, all, inA, inB)
	if err != nil {
		return TTest{}, err
	}
	return Compare(e, 0, 1), nil
}

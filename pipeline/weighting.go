package pipeline

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"tradeoff/data"
	"tradeoff/data/study"
	"tradeoff/reports"
	"tradeoff/stats"
	"tradeoff/stats/crosstab"
	"tradeoff/stats/weight"
)

// Weighting makes the weights agree with the targets of the study, between the
// two passes. Raking multiplies the weights of all who share a combination of
// groups by one factor, so it needs no more than the sum of the weights of each
// combination, and so does the variance that knows of it.

// A raking is what was done to the weights.
type raking struct {
	of          []int32       // by combination of the segments' values: the calibration cell, -1 for nobody inside
	cells       *stats.Design // a row for each calibration cell, calibrated
	calibration *crosstab.Calibration
	report      *weight.Report
	margins     []*margin
	waves       weight.Margin    // of every calibration cell; no labels: there are no waves
	total       float64          // that the weights add up to, 0 = what they add up to before
	trim        float64          // 0 = factors have no bound
	before      []weight.Balance // by margin: shares before; nil in a study with waves
}

// A margin is bound: its segments are places in the combinations, and its
// categories are listed.
type margin struct {
	spec   study.Margin
	at     []int // by segment
	labels []string
	target map[string]int // by values of the segments: the category
	weight.Margin
	base []int // respondents with a weight
}

// rake makes the weights that the study asks for.
func (r *reader) rake() error {
	st := r.p.study
	if st.Weighting.Rake == nil {
		return nil
	}
	k := &raker{reader: r, k: &raking{}}
	for _, spec := range st.Weighting.Rake {
		k.margins = append(k.margins, k.bind(spec))
	}
	if err := k.faults.Err(); err != nil {
		return err
	}
	k.number()
	total := k.share()
	if err := k.faults.Err(); err != nil {
		return err
	}
	if err := k.rake(total); err != nil {
		return err
	}
	k.factors()
	r.f.raking = k.k
	return nil
}

// A raker rakes the weights of a frame.
type raker struct {
	*reader
	faults  data.Faults
	margins []*margin
	first   []int // by calibration cell: one of its combinations
	before  []float64
	k       *raking
}

func (k *raker) fault(path, format string, args ...any) {
	k.faults = append(k.faults, k.p.study.Fault(path, format, args...))
}

// bind finds the groups that the targets of a margin are about.
func (k *raker) bind(spec study.Margin) *margin {
	m := &margin{spec: spec, target: map[string]int{}}
	m.Name = spec.Name
	for _, name := range spec.Segments {
		m.at = append(m.at, slices.IndexFunc(k.f.places, func(s *segment) bool { return s.name == name && s != k.p.waves }))
	}
	for _, t := range spec.Targets {
		var key, words []string
		for j, c := range t.Categories {
			s := k.f.places[m.at[j]]
			v, label := s.find(c)
			if v < 0 {
				k.fault(spec.Path(t), "%q is not a group of %s; it has %s", c, s.name, list(s.words(), 12))
				break
			}
			key, words = append(key, fmt.Sprint(v)), append(words, label)
		}
		if len(key) < len(t.Categories) {
			continue
		}
		id := strings.Join(key, "*")
		if other, twice := m.target[id]; twice {
			k.fault(spec.Path(t), "this is the same group as %s, which has a target already; keep one", m.labels[other])
			continue
		}
		m.target[id] = len(m.labels)
		m.labels, m.Targets = append(m.labels, strings.Join(words, " × ")), append(m.Targets, t.Value)
	}
	m.Labels = m.labels
	return m
}

// find is the value of a group, by its code, else by its words; -1 if there is
// none.
func (s *segment) find(name string) (value int, label string) {
	i := slices.IndexFunc(s.values, func(c category) bool { return c.code == name || slices.Contains(c.also, name) })
	if i < 0 {
		i = slices.IndexFunc(s.values, func(c category) bool { return c.label == name })
	}
	if i < 0 {
		return -1, ""
	}
	return i, s.values[i].label
}

// words are the names of a segment's groups.
func (s *segment) words() []string {
	var out []string
	for _, c := range s.values {
		out = append(out, c.label)
	}
	return out
}

// number numbers the calibration cells: the combinations of what margins, and
// waves, are made of.
func (k *raker) number() {
	var at []int
	if k.p.waves != nil {
		at = append(at, slices.Index(k.f.places, k.p.waves))
	}
	for _, m := range k.margins {
		at = append(at, m.at...)
	}
	cells := map[string]int32{}
	k.byCombo = longer(k.byCombo, len(k.f.combos)-1)
	for c, values := range k.f.combos {
		q := int32(-1)
		if k.byCombo[c].rows > 0 {
			id := keyOf(values, at)
			var known bool
			if q, known = cells[id]; !known {
				q = int32(len(k.first))
				cells[id] = q
				k.first, k.before = append(k.first, c), append(k.before, 0)
			}
			k.before[q] += k.byCombo[c].sum
		}
		k.k.of = append(k.k.of, q)
	}
}

func keyOf(values []int16, at []int) string {
	var key []string
	for _, a := range at {
		key = append(key, fmt.Sprint(values[a]))
	}
	return strings.Join(key, "*")
}

// share finds the category of every calibration cell, and makes shares of the
// targets. It returns what the weights add up to: the counts of the targets, 0
// if they are shares. In a study with waves every wave is raked by itself, and
// keeps its size.
func (k *raker) share() (total float64) {
	counted := ""
	for _, m := range k.margins {
		path := "weighting.rake." + m.spec.Name
		m.base = make([]int, len(m.labels))
		others := map[string]int{}
		for _, c := range k.first {
			m.Of = append(m.Of, k.category(m, c))
		}
		for c, q := range k.k.of {
			if q < 0 || k.byCombo[c].n == 0 {
				continue
			}
			if t := m.Of[q]; t >= 0 {
				m.base[t] += k.byCombo[c].n
			} else {
				others[k.wordsOf(m, c)] += k.byCombo[c].n
			}
		}
		for _, words := range slices.Sorted(maps.Keys(others)) {
			n := guarded(k.p.study, others[words], "respondent")
			if words == "" {
				k.fault(path, "%s in none of the groups of %s; everybody needs a target: give those without an answer a group of their own, or leave them out by a filter", n, and(m.spec.Segments))
			} else {
				k.fault(path, "%s with %s, which has no target; give it one, or merge it with a neighbour, in the segment and in the targets", n, words)
			}
		}
		sum := 0.0
		for t, v := range m.Targets {
			sum += v
			switch {
			case v > 0 && m.base[t] == 0:
				k.fault(m.spec.Path(m.spec.Targets[t]), "nobody is in %s, whose target is %v; merge it with a neighbour, in the segment and in the targets", m.labels[t], v)
			case v == 0 && m.base[t] > 0:
				k.fault(m.spec.Path(m.spec.Targets[t]), "%s in %s, whose target is 0; give it a target, or leave them out by a filter", guarded(k.p.study, m.base[t], "respondent"), m.labels[t])
			case m.base[t] > 0 && m.base[t] < smallCategory:
				k.warn(fmt.Sprintf("weighting: the target of %s in %s rests on %s; think of merging it with a neighbour", m.labels[t], m.Name, guarded(k.p.study, m.base[t], "respondent")))
			}
		}
		switch {
		case sum == 0:
			k.fault(path, "all targets are 0")
			continue
		case math.Abs(sum-1) <= sharesRound, math.Abs(sum/100-1) <= sharesRound:
		case sum > 0.5 && sum < 1.5:
			k.fault(path, "the targets add up to %.6g; shares add up to 1", sum)
		case sum > 50 && sum < 150:
			k.fault(path, "the targets add up to %.6g; percentages add up to 100", sum)
		case total == 0:
			total, counted = sum, m.Name
		case math.Abs(sum/total-1) > 1e-6:
			k.fault(path, "the targets add up to %.10g, those of %s to %.10g; they count the same people", sum, counted, total)
		}
		for t := range m.Targets {
			m.Targets[t] /= sum
		}
	}
	if k.p.waves != nil {
		return 0
	}
	return total
}

// sharesRound is how far shares may be from 1 for having been rounded.
const sharesRound = 0.005

// smallCategory is the number of respondents below which a target is said to
// rest on few.
const smallCategory = 30

// category is the category of a combination, -1 if it has no target.
func (k *raker) category(m *margin, combo int) int {
	if t, ok := m.target[keyOf(k.f.combos[combo], m.at)]; ok {
		return t
	}
	return -1
}

// wordsOf names the groups that a combination is in, "" where it is in none.
func (k *raker) wordsOf(m *margin, combo int) string {
	var words []string
	for _, a := range m.at {
		v, s := k.f.combos[combo][a], k.f.places[a]
		if v < 0 {
			return ""
		}
		words = append(words, s.name+" "+s.values[v].label)
	}
	return strings.Join(words, " × ")
}

// rake rakes the sums of the weights of the calibration cells.
func (k *raker) rake(total float64) error {
	cells, err := stats.NewDesign(stats.Sampling{Rows: len(k.before), Weights: k.before, Lonely: stats.LonelyRemove})
	if err != nil {
		return k.worded(err)
	}
	k.k.margins, k.k.total, k.k.trim = k.margins, total, k.p.study.Weighting.Trim
	if k.p.waves != nil {
		at := slices.Index(k.f.places, k.p.waves)
		k.k.waves = weight.Margin{Name: k.p.waves.label, Labels: k.p.waves.words()}
		for _, c := range k.first {
			k.k.waves.Of = append(k.k.waves.Of, int(k.f.combos[c][at]))
		}
	}
	margins := make([]weight.Margin, len(k.margins))
	for i, m := range k.margins {
		margins[i] = m.Margin
	}
	if k.k.cells, k.k.report, err = k.k.rake(cells, margins, k.k.waves); err != nil {
		return k.problems(err)
	}
	if k.p.waves == nil {
		k.k.before = weight.Compare(cells, k.k.cells, margins...)
	}
	return nil
}

// rake rakes the weights of a design to margins of its rows, inside of every wave
// where there are waves.
func (k *raking) rake(d *stats.Design, margins []weight.Margin, waves weight.Margin) (*stats.Design, *weight.Report, error) {
	if waves.Labels != nil {
		margins = slices.Clone(margins)
		for i, m := range margins {
			var err error
			if margins[i], err = weight.Within(d, waves, m, slices.Repeat([][]float64{m.Targets}, len(waves.Labels))); err != nil {
				return nil, nil, err
			}
		}
	}
	if k.trim == 0 {
		return weight.Rake(d, margins, weight.Options{Total: k.total})
	}
	return k.bounded(d, margins)
}

// bounded rakes with an upper bound of the factors. Weights that are to add up to
// counts are multiplied by the mean factor beforehand: the factors of a truncated
// exponential are the same from there, and from far below its steps do not find
// them.
func (k *raking) bounded(d *stats.Design, margins []weight.Margin) (*stats.Design, *weight.Report, error) {
	weights := slices.Clone(d.Weights())
	present := 0.0
	for _, w := range weights {
		present += w
	}
	for i := range weights {
		weights[i] *= or(k.total, present) / present
	}
	d = d.WithWeights(weights, nil)
	terms, err := weight.Terms(d, k.total, margins...)
	if err != nil {
		return nil, nil, err
	}
	return weight.Calibrate(d, terms, weight.Calibration{Distance: weight.Exponential, Bounds: &weight.Bounds{Lower: 0, Upper: k.trim}})
}

// problems are what keeps the weights from being made, at the margins that they
// are about.
func (k *raker) problems(err error) error {
	var ps weight.Problems
	if !errors.As(err, &ps) {
		return err
	}
	trim := k.p.study.Weighting.Trim
	for _, p := range ps {
		path, of := "weighting", p.Margin
		if k.p.waves != nil {
			of = strings.TrimPrefix(of, k.p.waves.label+" × ")
		}
		for _, m := range k.margins {
			if of == m.Name || strings.HasPrefix(of, m.Name+", ") {
				path = "weighting.rake." + m.spec.Name
			}
		}
		if p.Kind == weight.Unmet && trim > 0 {
			p.Text = fmt.Sprintf("no factors up to trim, %v times the mean factor, meet all targets; raise trim, or merge groups, in the segment and in the targets", trim)
		}
		k.fault(path, "%s", p)
	}
	return k.faults
}

// factors hands the factors to the second pass, and describes the weights that
// they make.
func (k *raker) factors() {
	after := k.k.cells.Weights()
	k.f.weights = weights{}
	k.locator.factor = make([]float64, len(k.k.of))
	for c, q := range k.k.of {
		f := 1.0
		if q >= 0 && k.before[q] > 0 {
			f = after[q] / k.before[q]
		}
		k.locator.factor[c] = f
		if q >= 0 {
			k.f.weights = k.f.weights.join(k.byCombo[c].times(f))
		}
	}
}

// weightingOf describes the weights, and what they make of the segments' groups: shares
// of those who answered the first question, as its protected table has them. Waves are
// samples of their own and no such groups. Nil where everybody counts the same.
func weightingOf(p *plan, f *frame, e *evidence) *reports.Weighting {
	x := f.weights
	if p.study.Design.Weight == "" && f.raking == nil || x.n == 0 {
		return nil
	}
	out := &reports.Weighting{Weight: p.study.Design.Weight, Raked: f.raking != nil, Low: x.low, High: x.high, Effective: x.sum * x.sum / x.squares}
	out.Efficiency = out.Effective / float64(x.n)
	out.CV = math.Sqrt(max(0, 1/out.Efficiency-1))
	t := e.ofPeople()
	if t == nil {
		return out
	}
	all := t.Columns[0].Base
	for _, g := range t.Groups {
		for j := g.First; j < g.First+g.N; j++ {
			if c := t.Columns[j]; c.Parent == "" && c.Group != "wave" && c.Base.Unweighted > 0 {
				out.Groups = append(out.Groups, reports.WeightedGroup{Banner: g.Name, Segment: c.Label, Unweighted: float64(c.Base.Unweighted) / float64(all.Unweighted), Weighted: c.Base.Weighted / all.Weighted})
			}
		}
	}
	return out
}

// weightingFacts say what was done to the weights.
func weightingFacts(p *plan, f *frame) []reports.Fact {
	k := f.raking
	if k == nil {
		return nil
	}
	var facts []reports.Fact
	add := func(label, format string, args ...any) {
		facts = append(facts, reports.Fact{Label: label, Value: fmt.Sprintf(format, args...)})
	}
	var names []string
	for _, m := range p.study.Weighting.Rake {
		names = append(names, m.Name)
	}
	start := "1 for everybody"
	if w := p.study.Design.Weight; w != "" {
		start = w
	}
	each := ""
	if p.waves != nil {
		each = ", every wave by itself"
	}
	add("Raking", "the weights meet the targets of %s%s; they start from %s", and(names), each, start)
	if t := p.study.Weighting.Trim; t > 0 {
		add("Trimming", "raking multiplies no weight by more than %v times the mean factor; the targets are met all the same", t)
	}
	for i, m := range k.margins {
		var parts []string
		for t, label := range m.labels {
			part := label + " " + percent(m.Targets[t])
			if k.before != nil && m.base[t] >= or(p.study.Protect.Group, groupShown) {
				part += fmt.Sprintf(" (%s before)", percent(k.before[i].Categories[t].Before))
			}
			parts = append(parts, part)
		}
		add("Targets of "+m.Name, "%s", strings.Join(parts, ", "))
	}
	return facts
}

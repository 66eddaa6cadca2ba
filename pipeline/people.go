package pipeline

import (
	"fmt"
	"math"
	"slices"

	"tradeoff/data/study"
	"tradeoff/pipeline/analysis"
	"tradeoff/stats"
	"tradeoff/stats/replicate"
	"tradeoff/stats/weight"
)

// Models take respondents one by one. The second pass holds those that it meets,
// with their answers to the questions that measure something: all of them, or one
// of every so many where there are more than models need.

// mostHeld is the number of respondents that are held at most.
const mostHeld = 100_000

// A held is the respondents in memory, in the order of the rows.
type held struct {
	every    int64
	counters []*counter // of questions that measure something
	weight   []float64
	reps     []float64 // replicate weights, those of a respondent together
	stratum  []int32
	psu      []int32
	combo    []int32
	in       []bool   // inside of the filter
	person   []uint64 // a hash of the respondent's id; nil unless some answered in several waves
	codes    [][][]uint8
	values   [][][]float64
}

// newHeld begins to hold respondents; nil if no question measures anything.
func newHeld(f *frame, counters []*counter) *held {
	h := &held{every: int64((f.respondents + mostHeld - 1) / mostHeld)}
	rows := 0
	if h.every > 0 {
		rows = (f.respondents + int(h.every) - 1) / int(h.every)
	}
	columns := func(n int) [][]uint8 {
		out := make([][]uint8, n)
		for i := range out {
			out[i] = make([]uint8, 0, rows)
		}
		return out
	}
	for _, c := range counters {
		number := c.q.spec.Type == study.Number
		if c.q.spec.Measures == "" || number && c.q.loop != nil || !number && c.wide() {
			continue
		}
		h.counters = append(h.counters, c)
		h.codes, h.values = append(h.codes, nil), append(h.values, nil)
		if number {
			h.values[len(h.values)-1] = [][]float64{make([]float64, 0, rows)}
		} else {
			h.codes[len(h.codes)-1] = columns(len(c.sums) * c.loopCount())
		}
	}
	if len(h.counters) == 0 || f.respondents == 0 {
		return nil
	}
	return h
}

// take holds the rows of a batch that are to be held, coded behind those that are
// in the block.
func (h *held) take(k *counting, x *rows) {
	at := h.chosen(k, x)
	for _, i := range at {
		h.weight = append(h.weight, k.f.weight[i])
		h.stratum = append(h.stratum, k.f.stratum[i])
		if k.f.psu != nil {
			h.psu = append(h.psu, k.f.psu[i])
		}
		h.combo = append(h.combo, k.f.combo[i])
		h.in = append(h.in, x.in == nil || x.in[i])
		h.reps = append(h.reps, k.f.replicatesOf(i)...)
	}
	for n, c := range h.counters {
		if c.q.spec.Type == study.Number {
			for _, i := range at {
				h.values[n][0] = append(h.values[n][0], c.scratch.numbers[i])
			}
			continue
		}
		block := k.blockOf(c)
		for j := range h.codes[n] {
			codes := block.Codes[c.first+j][k.fill:]
			for _, i := range at {
				h.codes[n][j] = append(h.codes[n][j], codes[i])
			}
		}
	}
}

// chosen are the rows of a batch that are to be held: one of every so many, of a
// panel with all waves in which a person answered.
func (h *held) chosen(k *counting, x *rows) []int {
	var at []int
	if k.f.panel == 0 {
		for i := (h.every - x.b.Before%h.every) % h.every; i < int64(x.n); i += h.every {
			at = append(at, int(i))
		}
		return at
	}
	id := x.cols[k.f.index[k.p.study.Respondent]]
	for i := range x.n {
		if person := hashOf(id, i); person%uint64(h.every) == 0 {
			at = append(at, i)
			h.person = append(h.person, person)
		}
	}
	return at
}

// people are the respondents held, as models take them.
func (h *held) people(p *plan, f *frame) (*analysis.People, error) {
	group, answer := shownFrom(p.study)
	out := &analysis.People{Every: int(h.every), Level: level, Small: max(or(p.study.Tests.Base, testedBase), group), Shown: answer, Low: or(p.study.Tests.Low, lowBase)}
	all, err := h.design(p, f, stats.Stage{Strata: ints(h.stratum), Units: ints(h.psu)}, stats.Lonely(p.study.Design.Lonely))
	if err != nil {
		return nil, err
	}
	across := all
	if h.person != nil {
		if across, err = h.design(p, f, h.entered(f), stats.LonelyAdjust); err != nil {
			return nil, err
		}
	}
	total := slices.Clone(h.in)
	if latest(p) {
		in := inTotal(p, f)
		for i, c := range h.combo {
			total[i] = total[i] && in[c]
		}
	}
	out.All, out.Design, out.Across = all.Domain(h.in), all.Domain(total), across.Domain(h.in)
	simple := *p // models say nothing of groups within groups
	simple.segments = slices.DeleteFunc(slices.Clone(p.segments), func(s *segment) bool { return len(s.nest) > 0 })
	b := bannerOf(&simple, f, nil)
	out.Groups, out.Sums = b.groups, b.sums
	for j, c := range b.columns {
		in := make([]bool, len(h.combo))
		for i, combo := range h.combo {
			in[i] = h.in[i] && b.specs[j].In(combo)
		}
		out.Columns = append(out.Columns, analysis.Column{Column: c, In: in})
	}
	for _, s := range p.segments {
		if s.loop == nil && len(s.nest) == 0 {
			out.Segments = append(out.Segments, h.segment(f, s))
		}
	}
	if p.waves != nil {
		waves := h.segment(f, p.waves)
		out.Wave = waves.Of
		for _, v := range p.waves.values {
			out.Waves = append(out.Waves, v.label)
		}
	}
	for n, c := range h.counters {
		q := h.question(p, n, c)
		q.Side = slices.Contains(sideOf(h.counters, q.Measures), c)
		out.Questions = append(out.Questions, q)
	}
	return out, nil
}

// segment finds the group of everybody; nets share no answer, and who is in none of
// them has no group.
func (h *held) segment(f *frame, s *segment) analysis.Segment {
	out := analysis.Segment{Name: s.name, Label: s.label, Of: make([]int16, len(h.combo))}
	group := map[int16]int16{}
	for g, x := range s.groups {
		out.Groups = append(out.Groups, x.label)
		for _, v := range x.values {
			group[int16(v)] = int16(g)
		}
	}
	if len(s.groups) == 0 {
		for v := range s.values {
			group[int16(v)] = int16(v)
		}
	}
	at := slices.Index(f.places, s)
	for i, combo := range h.combo {
		g, ok := group[f.combos[combo][at]]
		if !ok {
			g = -1
		}
		out.Of[i] = g
	}
	return out
}

func (h *held) question(p *plan, n int, c *counter) *analysis.Question {
	q := &analysis.Question{Name: c.q.spec.Name, Label: shortName(c.q), Text: c.q.text, Measures: c.q.spec.Measures, Multi: c.q.spec.Type == study.Multi, Ordered: c.q.spec.Ordered,
		Randomized: c.q.spec.Randomized, Resigned: c.q.spec.Resigned, Unit: c.q.spec.Unit}
	top := c.q.top()
	for i, a := range c.q.answers {
		score := math.NaN()
		if i < len(c.q.scores) {
			score = c.q.scores[i]
		}
		q.Answers = append(q.Answers, analysis.Answer{Code: a.code, Label: a.label, Score: score, Top: top[int16(i)]})
	}
	if c.q.loop != nil {
		q.Loop = &analysis.Loop{Name: c.q.loop.name, Label: words(c.q.loop.name)}
		for _, s := range p.segments {
			if s.loop == c.q.loop {
				q.Loop.Label, q.Loop.Segment = s.label, s.name
			}
		}
		for _, it := range c.q.loop.items {
			q.Loop.Items = append(q.Loop.Items, it.label)
		}
	}
	items := c.q.items
	if c.q.spec.Separator != "" { // the answers are the boxes
		items = nil
		for _, a := range c.q.answers {
			items = append(items, item{key: a.code, label: a.label, none: noneOfThese.MatchString(a.label)})
		}
		q.Answers = nil
	}
	turns := c.loopCount()
	for k, it := range items {
		x := analysis.Item{Key: it.key, Label: it.label, None: it.none}
		if len(items) == 1 && it.key == q.Name { // the question itself
			x.Label = q.Label
		}
		if c.q.spec.Type == study.Number {
			x.Values = h.values[n]
		} else {
			x.Codes = h.codes[n][k*turns:][:turns]
		}
		q.Items = append(q.Items, x)
	}
	return q
}

// entered is the stage of a panel: who answered in several waves is one unit, in
// the stratum and the PSU of the first.
func (h *held) entered(f *frame) stats.Stage {
	first := map[uint64]int{} // by person: the row of the first wave
	for i, id := range h.person {
		if at, ok := first[id]; !ok || f.combos[h.combo[i]][0] < f.combos[h.combo[at]][0] {
			first[id] = i
		}
	}
	s := stats.Stage{Strata: make([]int, len(h.person)), Units: make([]int, len(h.person))}
	for i, id := range h.person {
		at := first[id]
		s.Strata[i], s.Units[i] = int(h.stratum[at]), at
		if h.psu != nil {
			s.Units[i] = int(h.psu[at])
		}
	}
	return s
}

// design is the design of the respondents held, whose variance knows of raking.
func (h *held) design(p *plan, f *frame, stage stats.Stage, lonely stats.Lonely) (*stats.Design, error) {
	weights := slices.Clone(h.weight)
	if f.raking != nil {
		for i, c := range h.combo {
			weights[i] /= f.factor[c] // as they came: they are raked anew
		}
	}
	switch {
	case h.every > 1:
		lonely = stats.LonelyAdjust // a stratum may have lost its other PSUs
	case f.fpc != nil:
		stage.FPC = make([]float64, len(weights))
		for i, s := range stage.Strata {
			stage.FPC[i] = f.fpc[s]
		}
	}
	d, err := stats.NewDesign(stats.Sampling{Rows: len(weights), Weights: weights, Stages: []stats.Stage{stage}, Lonely: lonely})
	if err != nil {
		return nil, fmt.Errorf("the design of the respondents that models take: %w", err)
	}
	if n := len(p.study.Design.Replicates.Columns); n > 0 {
		return h.replicated(p.study, d, n)
	}
	if f.raking != nil {
		return h.raked(f.raking, d)
	}
	return d, nil
}

// replicated is the design with the producer's replicate weights.
func (h *held) replicated(st *study.Study, d *stats.Design, n int) (*stats.Design, error) {
	r := st.Design.Replicates
	s := replicate.Supply{Kind: replicateKinds[r.Method], Rho: r.Rho, Scale: r.Scale, RScales: r.RScales, MSE: r.MSE, DF: float64(r.DF)}
	for k := range n {
		w := make([]float64, d.Rows())
		for i := range w {
			w[i] = h.reps[i*n+k]
		}
		s.Weights = append(s.Weights, w)
	}
	d, _, err := replicate.Supplied(d, s)
	return d, err
}

// raked rakes the respondents held to the targets of the study.
func (h *held) raked(k *raking, d *stats.Design) (*stats.Design, error) {
	in := make([]bool, d.Rows())
	of := make([]int, d.Rows())
	for i, c := range h.combo {
		of[i] = int(k.of[c])
		in[i] = h.in[i] && of[i] >= 0
	}
	margins := make([]weight.Margin, len(k.margins))
	for m, x := range k.margins {
		margins[m] = x.Margin
		margins[m].Of = mapped(x.Of, of)
	}
	waves := k.waves
	waves.Of = mapped(waves.Of, of)
	d, _, err := k.rake(d.Domain(in), margins, waves)
	return d, err
}

// mapped is a list by calibration cell as one by row; -1 in no cell.
func mapped(list, cells []int) []int {
	if list == nil {
		return nil
	}
	out := make([]int, len(cells))
	for i, c := range cells {
		out[i] = -1
		if c >= 0 {
			out[i] = list[c]
		}
	}
	return out
}

func ints(x []int32) []int {
	if len(x) == 0 {
		return nil
	}
	out := make([]int, len(x))
	for i, v := range x {
		out[i] = int(v)
	}
	return out
}

package analysis

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
	"tradeoff/stats/hypothesis"
	"tradeoff/stats/importance"
	"tradeoff/stats/model"
)

// drivers say what willingness to share goes with when everything else is the
// same: odds ratios and average effects of a logistic model, how much of what it
// explains belongs to each driver, whether a driver counts for more in some groups
// than in others, and what the model says if something moved. Where every driver tells
// the willing without exception there is no model, but there is what counts.
func drivers(p *People) ([]*crosstab.Table, error) {
	m, err := explain(p)
	if err != nil || m == nil {
		return nil, err
	}
	counts, err := m.importance()
	if err != nil || m.fit == nil {
		return []*crosstab.Table{counts}, err
	}
	odds, err := m.odds()
	if err != nil {
		return nil, err
	}
	meetings, err := m.meetings()
	if err != nil {
		return nil, err
	}
	m.join()
	effects, err := m.effects()
	if err != nil {
		return nil, err
	}
	out := append([]*crosstab.Table{odds, effects, counts}, meetings...)
	for _, make := range []func() (*crosstab.Table, error){m.whatIf, func() (*crosstab.Table, error) { return m.otherwise(effects) }} {
		t, err := make()
		if err != nil {
			return out, err
		}
		if t != nil {
			out = append(out, t)
		}
	}
	return out, nil
}

// explain fits the model; nil where there is no question on willingness, or no other. An
// error says why there is none although both were asked.
func explain(p *People) (*explained, error) {
	o := p.willingness()
	if o == nil {
		return nil, nil
	}
	s := &screening{p: p, o: o, design: thinned(p.Design, mostRows), drivers: p.candidates()}
	if len(s.drivers) == 0 {
		return nil, nil
	}
	s.screen()
	fit, err := s.fit()
	switch {
	case err != nil:
		return nil, err
	case fit == nil && len(s.exact) == 0:
		return nil, fmt.Errorf("every driver was left out: %s", strings.Join(s.left, "; "))
	case p.base(s.complete(slices.Concat(s.drivers, s.exact)), nil).People < p.Small:
		return nil, fmt.Errorf("fewer than %d people have an answer to the question on willingness and to all drivers", p.Small)
	}
	s.near = fit
	return &explained{screening: s, fit: fit, in: s.complete(s.drivers)}, nil
}

// thinned is the design of one of every so many people, where people times sets of
// weights are more than models can be fitted to in seconds.
func thinned(d *stats.Design, most int) *stats.Design {
	sets := 1
	if r := d.Replicates(); r != nil {
		sets += len(r.Weights)
	}
	every := (d.Base()*sets + most - 1) / most
	if every <= 1 {
		return d
	}
	in := make([]bool, d.Rows())
	for i := 0; i < len(in); i += every {
		in[i] = true
	}
	return d.Domain(in)
}

// An explained outcome is the model of it.
type explained struct {
	*screening
	fit     *model.Fit   // nil where all drivers are exact
	in      []bool       // people of the model
	weights []float64    // how much each driver counts for, from importance
	held    []model.Term // interactions that hold, from meetings
	joint   *model.Fit   // the model with them, from join
	met     bool         // it has them
}

// table begins one of the tables of the model.
func (m *explained) table(id, title string) *builder { return m.tableOf(id, title, m.in) }

// tableOf begins one of some people.
func (m *explained) tableOf(id, title string, in []bool) *builder {
	b := m.p.total(crosstab.Table{ID: m.id(id), Question: m.o.q.Name, Title: title, Text: m.o.q.Text,
		BaseText: "All who answered every question that this takes"}, in)
	if m.stack != nil {
		m.stack.base(b.t, in)
	}
	return b
}

// id is the name of a table of the model.
func (m *explained) id(of string) string {
	if m.stack != nil {
		return m.o.q.Name + ".rated" + of
	}
	return m.o.q.Name + of
}

// people counts those of the model in a group of a driver.
func (m *explained) people(d *driver, group int) int {
	in := func(i int) bool { return m.in[i] && d.codes[i] == group }
	if m.stack != nil {
		return m.stack.count(in)
	}
	n := 0
	for i := range d.codes {
		if in(i) {
			n++
		}
	}
	return n
}

// notes say what the model is.
func (m *explained) notes(b *builder) {
	among := m.o.among()
	if m.stack != nil {
		among = m.stack.among(m.o.q)
	}
	b.note(among + " Drivers are all questions that measure something else than sharing, and the segments that no question says already: " + strings.Join(labels(slices.Concat(m.drivers, m.exact)), ", ") + ". A person's score is the mean of what he or she answered to a question's items or ratings; of a tick-all question the number of boxes. A step of a number is the one of 1, 2, 5, 10, 20, 50 ... that is nearest to its standard deviation; of a whole number not less than 1.")
	if len(m.exact) > 0 {
		b.note(exactly + strings.Join(labels(m.exact), "; ") + ".")
	}
	if len(m.left) > 0 {
		b.note(leftOut + strings.Join(m.left, "; ") + ".")
	}
	if m.stack != nil && m.stack.every > 1 {
		b.note(fmt.Sprintf("The model takes one of every %d people.", m.stack.every))
	}
	if m.design != m.p.Design {
		b.note("The model is fitted to one of every so many people, because the replicate weights are many.")
	}
	b.note("What goes with willingness need not cause it: people were not drawn to trust more or less, and what nobody asked about may be behind both. Only what a draw decided is a cause.")
}

// labels are the names of drivers in words.
func labels(drivers []*driver) []string {
	var said []string
	for _, d := range drivers {
		said = append(said, d.label)
	}
	return said
}

// rows calls a function for every coefficient of the drivers: its name in the
// model, its row, and the people that it stands on, 0 for all.
func (m *explained) rows(do func(d *driver, name, label string, people int)) {
	for _, d := range m.drivers {
		if d.x != nil {
			do(d, d.name, fmt.Sprintf("%s: %s", d.label, d.step), 0)
			continue
		}
		for g, group := range d.groups[1:] {
			do(d, d.name+"="+group, fmt.Sprintf("%s: %s rather than %s", d.label, group, d.groups[0]), m.people(d, g+1))
		}
	}
}

// odds are the adjusted odds ratios.
func (m *explained) odds() (*crosstab.Table, error) {
	b := m.table(".odds", "What willingness to share goes with: odds ratios")
	m.rows(func(_ *driver, name, label string, people int) {
		b.row(crosstab.Row{Kind: crosstab.OddsRatio, Label: label, Code: name}, uncounted(m.ratio(m.fit.Estimates, slices.Index(m.fit.Names, name), people)))
	})
	b.note("An odds ratio says by how much the odds of being willing are multiplied, with everything else in the model the same: above 1 more are willing, below 1 fewer.")
	m.notes(b)
	return b.t, nil
}

// ratio is a cell of an odds ratio.
func (m *explained) ratio(e *stats.Estimates, k, people int) crosstab.Cell {
	x, low, high := model.Exponentiate(e, k, m.p.Level)
	return m.p.made(x, x*e.SE(k), low, high, e.DF, people)
}

// join fits the model with the interactions that hold, so that a driver counts in each
// group for what it does there. Where these people cannot tell all of them in one model,
// it is that without any.
func (m *explained) join() {
	m.joint, m.met = m.fit, false
	if len(m.held) > 0 {
		if fit, err := m.screening.fit(m.held...); err == nil && len(fit.Aliased) == 0 {
			m.joint, m.met = fit, true
		}
	}
}

// effects are the average effects: by how much the share of the willing changes,
// on average over the people of the model, if everybody moves a step, or from one group
// to another. What-if moves people in the same way.
func (m *explained) effects() (*crosstab.Table, error) {
	b := m.table(".effects", "What willingness to share goes with: points")
	changed, err := m.changes(m.moves())
	if err != nil {
		return nil, err
	}
	k := 0
	m.rows(func(_ *driver, name, label string, people int) {
		b.row(crosstab.Row{Kind: crosstab.Effect, Label: label, Code: name}, uncounted(changed(k, people)))
		k++
	})
	over, same := "people", " A what-if says the same of the same step."
	if m.stack != nil {
		over, same = "ratings", ""
	}
	b.note("An average effect says by how many points the share of the willing would be higher, on average over all " + over + " and with everything else in the model the same: of a driver with steps, if everybody stood one step higher, each no further than people answered; of groups, if everybody were in the one rather than in the other." + same)
	m.noteMet(b)
	m.notes(b)
	return b.t, nil
}

// moves are those of the rows: everybody a step up, or from the first group to another.
func (m *explained) moves() []model.Move {
	var out []model.Move
	for _, d := range m.drivers {
		if d.x != nil {
			out = append(out, model.Move{To: model.Data{d.name: model.Numeric(m.step(d, 1))}})
			continue
		}
		for g := 1; g < len(d.groups); g++ {
			out = append(out, model.Move{From: model.Data{d.name: d.everybody(0)}, To: model.Data{d.name: d.everybody(g)}})
		}
	}
	return out
}

// otherwise is the effect that the chapter names first, of the driver that counts most,
// under other choices, each with a model of its own; nil where no effect is beyond chance,
// or where the models are of a part of the people, because fitting takes long.
func (m *explained) otherwise(effects *crosstab.Table) (*crosstab.Table, error) {
	k, d := m.foremost(effects)
	if k < 0 || m.design != m.p.Design {
		return nil, nil
	}
	move, row := m.moves()[k:k+1], effects.Rows[k]
	f := recount{kind: row.Kind, design: m.design, asked: m.in, of: []crosstab.Figure{{Table: effects.ID, Kind: row.Kind, Code: row.Code}},
		make: func(design *stats.Design) (crosstab.Cell, error) {
			fit := m.joint
			if design != m.design {
				other := *m.screening
				other.design = design
				var held []model.Term
				if m.met {
					held = m.held
				}
				var err error
				if fit, err = other.fit(held...); err != nil || fit == nil || len(fit.Aliased) > 0 || len(other.drivers) < len(m.drivers) {
					return none(), nil // these people cannot tell what the others do
				}
			}
			e, err := fit.Changes([][]bool{m.in}, move)
			if err != nil {
				return crosstab.Cell{}, err
			}
			return m.p.cell(e[0][0], 0, 0), nil
		}}
	return m.p.choice(crosstab.Table{ID: effects.ID + ".choices", Question: m.o.q.Name, Title: OtherChoices + row.Label, Text: m.o.q.Text, BaseText: effects.BaseText}, f,
		besides(m.p.doubts(m.p.Design), func(q *Question) bool { return q == m.o.q || q.Name == d.name }))
}

// foremost is the row of the driver that counts most of those with an effect beyond
// chance, its largest, and the driver; -1 without one. What a draw decided stands apart.
func (m *explained) foremost(effects *crosstab.Table) (row int, of *driver) {
	row = -1
	most, weight, k := 0.0, -1.0, 0
	for j, d := range m.drivers {
		for range d.coefficients() {
			c := effects.Cell(k, 0)
			size := math.Abs(c.Estimate)
			beyond := c.Status == crosstab.OK && c.HasCI && (c.Low > 0 || c.High < 0)
			if beyond && !d.random && (m.weights[j] > weight || d == of && size > most) {
				row, of, most, weight = k, d, size, m.weights[j]
			}
			k++
		}
	}
	return row, of
}

// changes says by how much the share of the willing changes along each of some moves, as a
// cell of so many people. Ratings are estimated in the design of the people who gave them.
func (m *explained) changes(moves []model.Move) (cell func(k, people int) crosstab.Cell, err error) {
	if m.stack == nil {
		e, err := m.joint.Changes([][]bool{m.in}, moves)
		return func(k, people int) crosstab.Cell { return m.p.cell(e[0][k], 0, people) }, err
	}
	s, err := m.joint.Moved(m.in, moves)
	if err != nil {
		return nil, err
	}
	e, err := m.stack.people.Design.Estimate(m.stack.of(s))
	return func(k, people int) crosstab.Cell { return m.p.cell(e, k, people) }, err
}

// importance divides what the drivers explain together. It is of a linear model, which
// holds those that tell the willing without exception too.
func (m *explained) importance() (*crosstab.Table, error) {
	all := slices.Concat(m.drivers, m.exact)
	b := m.tableOf(".importance", "What willingness to share goes with: how much each counts", m.complete(all))
	var x []importance.Predictor
	for _, d := range all {
		x = append(x, d.predictor())
	}
	r, err := importance.Analyze(m.design, importance.Johnson, m.o.y, x...)
	if err != nil {
		return nil, err
	}
	part := func(k int) crosstab.Cell {
		c := m.p.cell(r.Estimates, k, 0)
		c.Low, c.High = max(c.Low, 0), min(c.High, 1)
		return c
	}
	for k, d := range all {
		c := part(1 + len(all) + k)
		m.weights = append(m.weights, c.Estimate)
		b.row(crosstab.Row{Kind: crosstab.Importance, Label: d.label, Code: d.name}, c)
	}
	b.row(crosstab.Row{Kind: crosstab.Importance, Label: "Explained by all of them together", Code: "all", Pinned: true}, part(0))
	b.note("Shares of what the drivers explain together of who is willing (relative weights of a linear model of the shares, Johnson 2000); the last row says how much of the differences between people that is. Intervals end at 0; near it they say little.")
	m.notes(b)
	return b.t, nil
}

// A meeting is the interaction of a driver with a segment, in a model of its own.
type meeting struct {
	d, s *driver
	fit  *model.Fit
	err  error
}

func (x meeting) term() model.Term { return model.Term{x.d.name, x.s.name} }

// met fits the models of meetings, some at a time, up to mostMeetings of them, and
// leaves out those without one: separated, or too few people in a group.
func (s *screening) met(meetings []meeting) []meeting {
	var out []meeting
	for len(meetings) > 0 && len(out) < mostMeetings {
		next := meetings[:min(len(meetings), mostMeetings-len(out))]
		meetings = meetings[len(next):]
		var g errgroup.Group
		g.SetLimit(min(mostAtOnce, runtime.GOMAXPROCS(0)))
		for i := range next {
			g.Go(func() error {
				next[i].fit, next[i].err = s.fit(next[i].term())
				return nil
			})
		}
		_ = g.Wait() // a meeting without a model is no failure
		for _, x := range next {
			if x.err == nil {
				out = append(out, x)
			}
		}
	}
	return out
}

// meetings test whether a driver counts for more in some groups than in others:
// trust, what people know and were told, and expertise, by every segment of the
// model. Of those that hold there is a table of odds ratios by group.
func (m *explained) meetings() ([]*crosstab.Table, error) {
	var found []meeting
	some := *m.screening
	some.design = thinned(m.design, mostMet)
	for _, d := range m.drivers {
		if !slices.Contains([]string{"trust", "communication", "control", "expertise"}, d.measures) || d.coefficients() > 1 {
			continue
		}
		for _, s := range m.drivers {
			if s.measures == "" && m.stack.new(d, s) {
				found = append(found, meeting{d: d, s: s})
			}
		}
	}
	all := some.met(found)
	var rows []crosstab.Row
	var tests []float64
	for _, x := range all {
		rows = append(rows, crosstab.Row{Kind: crosstab.PValue, Label: x.d.label + " by " + x.s.label, Code: x.d.name + ":" + x.s.name})
		tests = append(tests, x.fit.WorkingWald(x.term()).P())
	}
	t := m.p.chances(crosstab.Table{ID: m.id(".meetings"), Question: m.o.q.Name, Title: "Whether a driver counts for more in some groups", Text: m.o.q.Text,
		BaseText: "All who answered every question that this takes"}, m.in, rows, tests,
		"Rao-Scott tests of the interaction of a driver with a segment in the model of the odds ratios")
	if t == nil {
		return nil, nil
	}
	if m.stack != nil {
		m.stack.base(t, m.in)
	}
	if some.design != m.design {
		t.Notes = append(t.Notes, "These tests are of one of every so many people.")
	}
	out := []*crosstab.Table{t}
	b := m.table(".bygroup", "Where a driver counts for more: odds ratios by group")
	for k, adjusted := range hypothesis.Adjust(tests, hypothesis.Holm) {
		if !(adjusted < holdsAt) {
			continue
		}
		m.held = append(m.held, model.Term{all[k].d.name, all[k].s.name})
		m.byGroup(b, all[k].d, all[k].s, all[k].fit)
	}
	if len(b.t.Rows) > 0 {
		b.note("Odds ratios of a driver in each group of a segment, from the model with their interaction.")
		m.notes(b)
		out = append(out, b.t)
	}
	return out, nil
}

// byGroup adds the odds ratio of a driver in each group of a segment: of the
// coefficient, and of its sum with that of the interaction.
func (m *explained) byGroup(b *builder, d, s *driver, fit *model.Fit) {
	name, step := d.name, d.step
	if d.x == nil {
		name, step = d.name+"="+d.groups[1], d.groups[1]+" rather than "+d.groups[0]
	}
	at := slices.Index(fit.Names, name)
	for g, group := range s.groups {
		sum := make([]float64, fit.Len())
		sum[at] = 1
		cell := none()
		if k := slices.Index(fit.Names, name+":"+s.name+"="+group); k >= 0 || g == 0 {
			if g > 0 {
				sum[k] = 1
			}
			cell = uncounted(m.ratio(fit.Contrast([]string{""}, sum), 0, m.people(s, g)))
		}
		b.row(crosstab.Row{Kind: crosstab.OddsRatio, Label: fmt.Sprintf("%s: %s: %s", d.label, step, group), Code: fmt.Sprintf("%s@%s=%s", d.name, s.name, group)}, cell)
	}
}

package analysis

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
	"tradeoff/stats/model"
)

// Where people say what they would share with each of several industries, the drivers'
// model is fitted to their ratings, stacked: the industry is a driver, and what is
// asked of the same industry, trust in it above all, has a value a rating. A person's
// ratings have the person's weight and count as one in the variance.

// ratedDrivers are the tables of that model; none where no question on sharing is
// asked in a loop.
func ratedDrivers(p *People) ([]*crosstab.Table, error) {
	q := p.sharedInTurns()
	if q == nil {
		return nil, nil
	}
	m, err := p.ratedModel(q)
	if m == nil || err != nil {
		return nil, err
	}
	odds, err := m.odds()
	if err != nil {
		return nil, err
	}
	out := []*crosstab.Table{odds}
	if m.driver(m.stack.turnName()) != nil {
		alike, err := m.alike()
		if err != nil {
			return nil, err
		}
		out = append(out, alike)
	}
	more, err := m.meetings()
	if err != nil {
		return nil, err
	}
	m.join()
	effects, err := m.effects()
	if err != nil {
		return nil, err
	}
	return append(append(out, more...), effects), nil
}

// sharedInTurns is the first question on sharing that is asked in a loop, and of which
// a rating is willing or not; nil if there is none.
func (p *People) sharedInTurns() *Question {
	for _, q := range p.Measuring("sharing") {
		if q.Loop != nil && len(q.Loop.Items) > 1 && (q.Multi || q.hasTop() && len(q.Items) == 1) {
			return q
		}
	}
	return nil
}

// A stack is ratings as a model takes them.
type stack struct {
	*ratings
	people *People
	loop   *Loop
	every  int      // ratings of one of so many people; 1 = all
	own    []string // drivers with a value a rating
}

// ratedModel is the model of the ratings of a question; nil where there is none.
func (p *People) ratedModel(q *Question) (*explained, error) {
	tops := q.topAnswers()
	most := mostMet
	if r := p.Design.Replicates(); r != nil {
		most = 5 * mostMet / (5 + len(r.Weights))
	}
	r, every := p.stacked(tops, most)
	if len(r.top) == 0 {
		return nil, nil
	}
	k := &stack{ratings: r, people: p, loop: q.Loop, every: every}
	design, err := k.design()
	if err != nil {
		return nil, err
	}
	in := make([]bool, len(r.top))
	for i := range in {
		in[i] = true
	}
	rows := &People{Design: design, All: design, Columns: []Column{{p.Columns[0].Column, in}}, Level: p.Level, Small: p.Small, Low: p.Low}
	s := &screening{p: rows, o: &outcome{q, r.top}, design: design, drivers: k.drivers(), stack: k}
	s.screen()
	fit, err := s.fit()
	if err == nil && fit == nil && len(s.exact) > 0 {
		return nil, fmt.Errorf("every driver tells some or all of the willing ratings from the others without exception; measure something else than sharing with one of %s", strings.Join(labels(s.exact), ", "))
	}
	if err != nil || fit == nil || fit.Base < p.Small {
		return nil, err
	}
	s.near = fit
	return &explained{screening: s, fit: fit, in: s.complete(s.drivers)}, nil
}

// design is that of ratings as rows, for fitting: the PSUs are the people's.
func (k *stack) design() (*stats.Design, error) {
	d := k.people.Design
	psu, stratum := d.PSU()
	s := stats.Stage{Units: make([]int, len(k.person)), Strata: make([]int, len(k.person))}
	for i, person := range k.person {
		u := psu[person]
		s.Units[i], s.Strata[i] = int(u), int(stratum[u])
	}
	return stats.NewDesign(stats.Sampling{Rows: len(k.person), Weights: k.spread(d.Weights()), Stages: []stats.Stage{s}, Lonely: stats.LonelyAdjust})
}

// estimates gives a fit the covariance that its coefficients have in the design of
// the people, with all that it knows: fractions, raking, replicate weights.
func (k *stack) estimates(fit *model.Fit) error {
	e, err := k.people.Design.Estimate(k.of(fit.Coefficients()))
	if err == nil {
		e.Names, e.DF = fit.Names, fit.DF // less the coefficients, as of any model
		fit.Estimates = e
	}
	return err
}

// drivers are the industry, and the candidates of the people: what was asked in
// the same loop has a value a rating.
func (k *stack) drivers() []*driver {
	turn := &driver{name: k.turnName(), label: k.loop.Label, groups: k.loop.Items, codes: k.turn}
	out := []*driver{turn}
	for _, d := range k.people.candidates() {
		x := *d
		switch q := k.people.question(d.name); {
		case q != nil && q.Loop != nil && q.Loop.Name == k.loop.Name && q.Ordered && len(q.Items) == 1:
			k.own = append(k.own, d.name)
			x.x = make([]float64, len(k.person))
			for i, person := range k.person {
				x.x[i] = math.NaN()
				if c := q.Items[0].Codes[k.turn[i]][person]; c != None {
					x.x[i] = q.Answers[c].Score
				}
			}
		case d.x != nil:
			x.x = make([]float64, len(k.person))
			for i, person := range k.person {
				x.x[i] = d.x[person]
			}
		default:
			x.codes = make([]int, len(k.person))
			for i, person := range k.person {
				x.codes[i] = d.codes[person]
			}
		}
		out = append(out, &x)
	}
	return out
}

// new reports whether a driver and a segment meet in ratings only: elsewhere the
// model of people tests them. Without ratings all do.
func (k *stack) new(d, s *driver) bool {
	return k == nil || s.name == k.turnName() || slices.Contains(k.own, d.name)
}

// turnName is the industry as a driver.
func (k *stack) turnName() string { return "turn." + k.loop.Name }

// question finds one by name, nil if there is none.
func (p *People) question(name string) *Question {
	for _, q := range p.Questions {
		if q.Name == name {
			return q
		}
	}
	return nil
}

// driver finds one by name, nil if it was left out.
func (s *screening) driver(name string) *driver {
	for _, d := range s.drivers {
		if d.name == name {
			return d
		}
	}
	return nil
}

// count counts the people behind some ratings.
func (k *stack) count(in func(int) bool) int {
	n, last := 0, -1
	for i, person := range k.person {
		if in(i) && person != last {
			n, last = n+1, person
		}
	}
	return n
}

// base is the base of a table of some ratings.
func (k *stack) base(t *crosstab.Table, in []bool) {
	b := &t.Columns[0].Base
	b.People = k.count(func(i int) bool { return in[i] })
	t.Loop = true
	of := map[int]int{}
	for i, person := range k.person {
		if in[i] {
			of[person]++
			t.PerPerson = max(t.PerPerson, of[person])
		}
	}
	t.Columns[0].Status = k.people.status(*b)
}

// among says what the outcome is, for a footnote.
func (k *stack) among(q *Question) string {
	text := "A rating is willing where one of the top answers was given."
	if q.Multi {
		text = "A rating is willing where at least one of the things asked about would be shared."
	}
	return text + fmt.Sprintf(" Each rating is a row of the model, and %s one of its drivers; what was asked of each by itself has a value a rating. Ratings by one person are not independent, and the intervals know it.", lowered(k.loop.Label))
}

// alike are the shares of willing ratings by industry, as if the same people had rated
// all, and trusted each alike.
func (m *explained) alike() (*crosstab.Table, error) {
	b := m.table(".alike", "Who would be given data, with all the rest alike")
	d := m.driver(m.stack.turnName())
	s, err := m.fit.Averages(d.name)
	if err != nil {
		return nil, err
	}
	e, err := m.stack.people.Design.Estimate(m.stack.of(s))
	if err != nil {
		return nil, err
	}
	for g, label := range d.groups {
		b.row(crosstab.Row{Kind: crosstab.Probability, Label: label, Code: fmt.Sprint("alike", g)}, uncounted(m.p.probability(e, g, m.people(d, g))))
	}
	b.note("The share of willing ratings that there would be if each were rated by all who rated any, with the values of all other drivers that the ratings have: average predictions of the model of the odds ratios.")
	m.notes(b)
	return b.t, nil
}

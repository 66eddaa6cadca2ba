package analysis

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"tradeoff/stats"
	"tradeoff/stats/importance"
	"tradeoff/stats/model"
)

// A driver is what people say or are that willingness may go with: a number, or
// groups of which the first is what the others are compared with.
type driver struct {
	name, measures string
	label          string // in words: "Trust"
	step           string // of a number, in words: "one answer higher"
	random         bool   // a draw decided it
	x              []float64
	codes          []int // of groups: -1 for who is not known, one more than the last for who is in none
	groups         []string
}

// AnswerHigher is the step of a scale, in words.
const AnswerHigher = "one answer higher"

// most and least that drivers are held to.
const (
	mostLevels   = 12     // of a segment or question that is a driver
	leastKnown   = 0.8    // share of those with an outcome who must have a value
	mostAlike    = 0.9    // correlation of two numbers above which the second says nothing new
	peopleEach   = 10     // of the rarer outcome for each coefficient (Peduzzi and others 1996)
	mostRows     = 1e6    // people times sets of weights that a model is fitted to
	holdsAt      = 0.05   // adjusted chance below which an interaction is said to hold
	mostMet      = 50_000 // the same, for each interaction that is tested
	mostMeetings = 24     // interactions that are tested
	mostAtOnce   = 4      // of their models that are fitted at the same time: each takes its room
)

// candidates are what could be drivers: the questions on other things than
// sharing, in the order of what the subject holds to matter, then the segments that
// no question says already.
func (p *People) candidates() []*driver {
	var out []*driver
	for _, what := range []string{"trust", "communication", "control", "benefit", "concern", "expertise", "expectation", "behaviour"} {
		for _, q := range p.Measuring(what) {
			if d := q.driver(p); d != nil {
				out = append(out, d)
			}
		}
	}
	for k := range p.Segments {
		s := &p.Segments[k]
		if slices.ContainsFunc(p.Questions, func(q *Question) bool {
			return q.Measures != "sharing" && q.Loop == nil && len(q.Items) == 1 && q.Items[0].Codes != nil && follows(p.Design, s.Of, q.Items[0].Codes[0])
		}) {
			continue
		}
		d := &driver{name: "segment." + s.Name, label: s.Label, groups: s.Groups, codes: make([]int, len(s.Of))}
		for i, g := range s.Of {
			d.codes[i] = int(g)
		}
		for _, c := range p.Columns {
			if !c.Unprinted || c.Group != s.Name {
				continue
			}
			for i, in := range c.In {
				if in && d.codes[i] < 0 {
					d.codes[i] = len(d.groups)
				}
			}
		}
		out = append(out, d)
	}
	return out
}

// driver is a question as one: a score, a number of boxes, a number in steps of a round
// size, or answers in no order, the last of which the others are compared
// with. It is nil for a grid of answers in no order.
func (q *Question) driver(p *People) *driver {
	d := &driver{name: q.Name, measures: q.Measures, label: q.Label, random: q.Randomized}
	switch {
	case q.Multi:
		boxes := 0
		for _, item := range q.Items {
			if !item.None {
				boxes++
			}
		}
		d.x, d.step = q.score(), fmt.Sprintf("one more of the %d", boxes)
	case q.Answers == nil:
		d.x, d.step = stepped(p.Design, q.score(), q.Unit)
	case q.Ordered:
		d.x, d.step = q.score(), AnswerHigher
	case len(q.Items) > 1 || q.Loop != nil:
		return nil
	default:
		n := len(q.Answers)
		for k := range n {
			d.groups = append(d.groups, q.Answers[(k+n-1)%n].Label)
		}
		for _, c := range q.Items[0].Codes[0] {
			if c == None {
				d.codes = append(d.codes, -1)
			} else {
				d.codes = append(d.codes, (int(c)+1)%n)
			}
		}
	}
	return d
}

// stepped is a number in steps of a round size, and the step in words: "10 years more". A
// step of 1 is "one more", since a unit is named for many.
func stepped(d *stats.Design, x []float64, unit string) (steps []float64, words string) {
	mean, sd := spread(d, x)
	size := roundStep(sd)
	if !slices.ContainsFunc(x, func(v float64) bool { return v != math.Trunc(v) && !math.IsNaN(v) }) {
		size = max(1, size) // a part of a whole number is no step that anybody can take
	}
	for _, v := range x {
		steps = append(steps, (v-mean)/size)
	}
	if size == 1 {
		return steps, "one more"
	}
	return steps, strings.Join(strings.Fields(strconv.FormatFloat(size, 'f', -1, 64)+" "+unit+" more"), " ")
}

// roundStep is the one of 1, 2, 5, 10, 20, 50 ... that a size is nearest to, as a ratio;
// 1 of what has no size.
func roundStep(size float64) float64 {
	if !(size > 0) || math.IsInf(size, 0) {
		return 1
	}
	digits := int(math.Floor(math.Log10(size)))
	best := math.Inf(1)
	for _, text := range []string{"1", "2", "5", "10"} {
		// parsed and not multiplied: 0.05 is that, to the last bit
		step, _ := strconv.ParseFloat(fmt.Sprintf("%se%d", text, digits), 64)
		if math.Abs(math.Log(step/size)) < math.Abs(math.Log(best/size)) {
			best = step
		}
	}
	return best
}

// spread is the mean and the standard deviation of a number in a domain.
func spread(d *stats.Design, x []float64) (mean, sd float64) {
	var sum, square float64
	w := d.Weights()
	for i, v := range x {
		if !math.IsNaN(v) && w[i] != 0 {
			sum += w[i]
			mean += w[i] * v
		}
	}
	mean /= sum
	for i, v := range x {
		if !math.IsNaN(v) && w[i] != 0 {
			square += w[i] * (v - mean) * (v - mean)
		}
	}
	return mean, math.Sqrt(square / sum)
}

// known tells whether a row has a value.
func (d *driver) known(row int) bool {
	if d.x != nil {
		return !math.IsNaN(d.x[row])
	}
	return d.codes[row] >= 0
}

// column is the driver as models take it.
func (d *driver) column() model.Column {
	if d.x != nil {
		return model.Numeric(d.x)
	}
	return model.Factor(d.codes, d.groups)
}

// everybody is everybody in one group.
func (d *driver) everybody(group int) model.Column {
	return model.Factor(slices.Repeat([]int{group}, len(d.codes)), d.groups)
}

// coefficients is how many the driver takes.
func (d *driver) coefficients() int { return max(1, len(d.groups)-1) }

// predictor is the driver as importance takes it: a group a column, so that none
// is special.
func (d *driver) predictor() importance.Predictor {
	if d.x != nil {
		return importance.Predictor{Name: d.name, Columns: [][]float64{d.x}}
	}
	return importance.Predictor{Name: d.name, Columns: stats.Indicators(d.codes, len(d.groups))}
}

// What the groups are called that pooled makes: of those whose answer is in none of the
// groups, of those in groups of too few people, and of both; where all these are too few
// themselves, andOthers stands behind the name of the group that they join.
const (
	noGroup     = "None of these groups"
	smallGroups = "All others, few of each"
	allOthers   = "All others"
	andOthers   = " and others"
)

// made tells whether pooled named a group.
func made(group string) bool { return group == noGroup || group == smallGroups || group == allOthers }

// pooled joins groups of too few people among some, and who is in none, as one group: how
// many are in none would tell how many are in a group that is hidden. Where that is too
// small as well, it joins the smallest of the other groups. Nobody is left out: the bases
// of the model beside those of the questions would tell how many are in a group that is
// hidden, and how they answered. It is false where fewer than two groups are left.
func (d *driver) pooled(in []bool, small int) bool {
	rest := len(d.groups)
	count := make([]int, rest+1)
	for i, c := range d.codes {
		if in[i] && c >= 0 {
			count[c]++
		}
	}
	to, groups, others, least := make([]int, len(count)), []string(nil), 0, -1
	for g, n := range count {
		if to[g] = len(groups); n < small || g == rest {
			to[g] = -1
			others += n
			continue
		}
		groups = append(groups, d.groups[g])
		if least < 0 || n < count[least] {
			least = g
		}
	}
	if least < 0 {
		return false
	}
	last := to[least]
	switch {
	case others >= small:
		last = len(groups)
		name := allOthers
		if others == count[rest] {
			name = noGroup
		} else if count[rest] == 0 {
			name = smallGroups
		}
		groups = append(groups, name)
	case others > 0:
		groups[last] += andOthers
	}
	codes := make([]int, len(d.codes))
	for i, c := range d.codes {
		switch {
		case c < 0:
			codes[i] = -1
		case to[c] < 0:
			codes[i] = last
		default:
			codes[i] = to[c]
		}
	}
	d.codes, d.groups = codes, groups
	return len(groups) > 1
}

// A screening finds the drivers that a model can hold, and says of the others why
// not.
type screening struct {
	p       *People
	o       *outcome
	design  *stats.Design // of the people that models are fitted to
	drivers []*driver
	exact   []*driver  // those that tell the willing without exception: no model can hold them
	left    []string   // drivers left out, each with the reason
	stack   *stack     // of ratings; nil where a row is a person
	near    *model.Fit // without interactions: where models with them begin; nil before it is fitted
}

// How the notes of a model begin that list drivers: those that are left out, and those
// that need no model.
const (
	leftOut = "Left out: "
	exactly = "Without odds ratios and points, because they tell some or all of the willing from the others without exception: "
)

func (s *screening) leave(d *driver, why string) {
	s.left = append(s.left, fmt.Sprintf("%s (%s)", d.label, why))
}

// keep drops drivers that do not pass, with what is wrong with them.
func (s *screening) keep(wrong func(*driver) string) {
	var kept []*driver
	for _, d := range s.drivers {
		if why := wrong(d); why != "" {
			s.leave(d, why)
			continue
		}
		kept = append(kept, d)
	}
	s.drivers = kept
}

// screen applies the rules, the cheapest first.
func (s *screening) screen() {
	in := make([]bool, s.p.Rows())
	n, rare := 0, [2]float64{}
	for i, w := range s.design.Weights() {
		if in[i] = w != 0 && !math.IsNaN(s.o.y[i]); in[i] {
			n++
			rare[0] += 1 - s.o.y[i]
			rare[1] += s.o.y[i]
		}
	}
	s.keep(func(d *driver) string {
		known := 0
		for i := range in {
			if in[i] && d.known(i) {
				known++
			}
		}
		switch {
		case float64(known) < leastKnown*float64(n):
			return "too many have no answer"
		case d.x == nil && len(d.groups) > mostLevels:
			return fmt.Sprintf("more than %d groups", mostLevels)
		case d.x == nil && !d.pooled(in, s.p.Small):
			return "too few people in all groups but one"
		case d.x != nil && !varies(d.x, in):
			return "all answers are alike"
		}
		return ""
	})
	var before []*driver
	s.keep(func(d *driver) string {
		for _, b := range before {
			if d.x != nil && b.x != nil && math.Abs(correlation(b.x, d.x, in)) > mostAlike {
				return "it says nearly the same as " + b.label
			}
		}
		before = append(before, d)
		return ""
	})
	room := min(min(rare[0], rare[1])/peopleEach, s.design.DF()/2)
	s.keep(func(d *driver) string {
		if room -= float64(d.coefficients()); room < 0 {
			return "too few people for one more"
		}
		return ""
	})
}

// complete marks the people who have an outcome and a value of every one of some drivers.
func (s *screening) complete(drivers []*driver) []bool {
	in := make([]bool, s.p.Rows())
	for i, w := range s.design.Weights() {
		in[i] = w != 0 && !math.IsNaN(s.o.y[i])
		for _, d := range drivers {
			in[i] = in[i] && d.known(i)
		}
	}
	return in
}

// fit fits the model of all drivers. Those that others determine are left out, those
// that tell the willing from the others without exception are put aside as exact, and it
// is fitted again; nil where none is left.
func (s *screening) fit(more ...model.Term) (*model.Fit, error) {
	for len(s.drivers) > 0 {
		data, terms := model.Data{}, []model.Term(nil)
		for _, d := range s.drivers {
			data[d.name] = d.column()
			terms = append(terms, model.Term{d.name})
		}
		m, err := model.New(model.Spec{Outcome: s.o.y, Data: data, Terms: append(terms, more...), Family: model.Binomial})
		if err != nil {
			return nil, err
		}
		fit, err := m.FitFrom(s.design, s.near)
		if err == nil && s.stack != nil {
			err = s.stack.estimates(fit)
		}
		if len(more) > 0 {
			return fit, err
		}
		var separated *model.SeparatedError
		switch {
		case errors.As(err, &separated):
			last := s.take(separated.Columns)
			if last == nil {
				return nil, err
			}
			s.exact = append(s.exact, last)
		case err != nil:
			return nil, err
		case len(fit.Aliased) > 0:
			last := s.take(fit.Aliased)
			if last == nil {
				return nil, nil
			}
			s.leave(last, "others say it already")
		default:
			return fit, nil
		}
	}
	return nil, nil
}

// take takes out the last driver that has one of the columns of a model; nil if none has.
func (s *screening) take(columns []string) *driver {
	for k, d := range slices.Backward(s.drivers) {
		for _, c := range columns {
			if c == d.name || strings.HasPrefix(c, d.name+"=") {
				s.drivers = slices.Delete(slices.Clone(s.drivers), k, k+1)
				return d
			}
		}
	}
	return nil
}

func varies(x []float64, in []bool) bool {
	low, high := math.Inf(1), math.Inf(-1)
	for i, v := range x {
		if in[i] && !math.IsNaN(v) {
			low, high = min(low, v), max(high, v)
		}
	}
	return high > low
}

// correlation of two numbers among some people, each counted once.
func correlation(a, b []float64, in []bool) float64 {
	var n, sa, sb, saa, sbb, sab float64
	for i := range a {
		if in[i] && !math.IsNaN(a[i]) && !math.IsNaN(b[i]) {
			n++
			sa += a[i]
			sb += b[i]
			saa += a[i] * a[i]
			sbb += b[i] * b[i]
			sab += a[i] * b[i]
		}
	}
	return (sab - sa*sb/n) / math.Sqrt((saa-sa*sa/n)*(sbb-sb*sb/n))
}

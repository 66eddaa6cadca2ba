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

// What the table of what-if offers.
const (
	mostLevers = 5
	mostPlaces = 4 // of a lever without steps
	mostMoved  = 2 // levers at a time
)

// LeverOf is the lever of the code of a shift: "trust+" has everybody's trust a step
// higher, "trust-" a step lower, "told=1" has everybody give the first answer. The rows
// of what-if list in Codes what moves.
func LeverOf(code string) string {
	if k := strings.LastIndexAny(code, "+-="); k >= 0 {
		return code[:k]
	}
	return code
}

// A shift is a driver moved for everybody.
type shift struct {
	code, label string
	name        string    // of the driver
	from, to    []float64 // where people stand, and where they end up; of groups 1 in that one
	up          bool
	moved       model.Column
}

// whatIf says by how many points the share of the willing changes, in each column of
// the banner, if its people's trust, understanding, wanted benefits ... move a step,
// one or two of them at a time.
func (m *explained) whatIf() (*crosstab.Table, error) {
	var shifts []*shift
	for _, d := range m.levers() {
		shifts = append(shifts, m.shifts(d)...)
	}
	if len(shifts) == 0 {
		return nil, nil
	}
	b := m.p.banner(crosstab.Table{ID: m.o.q.Name + ".whatif", Question: m.o.q.Name, Title: "What if: willingness to share when something moves a step", Text: m.o.q.Text,
		BaseText: "All who answered every question that this takes", Multi: true}, m.in)
	y := make([]float64, len(m.in))
	for i, in := range m.in {
		if y[i] = math.NaN(); in {
			y[i] = m.o.y[i]
		}
	}
	now, err := m.p.portions(y)
	if err != nil {
		return nil, err
	}
	b.row(crosstab.Row{Kind: crosstab.Proportion, Label: m.o.label() + ", as people answered", Code: "now", Of: m.o.figures()}, now...)
	if err := m.move(b, shifts); err != nil {
		return nil, err
	}
	if len(b.t.Rows) == 1 {
		return nil, nil
	}
	return b.t, nil
}

// levers are the drivers that a company or a law could move: trust, what people
// understand, control, benefits, what they were told, worry. Of several questions on one of them
// it is the one that counts most in telling who is willing.
func (m *explained) levers() []*driver {
	var out []*driver
	for _, fits := range []func(*driver) bool{
		func(d *driver) bool { return d.measures == "trust" },
		func(d *driver) bool { return d.measures == "communication" && !d.random },
		func(d *driver) bool { return d.measures == "control" },
		func(d *driver) bool { return d.measures == "benefit" },
		func(d *driver) bool { return d.measures == "communication" && d.random },
		func(d *driver) bool { return d.measures == "concern" },
	} {
		best := -1
		for k, d := range m.drivers {
			if fits(d) && len(d.groups) <= mostPlaces && (best < 0 || m.weights[k] > m.weights[best]) {
				best = k
			}
		}
		if best >= 0 && len(out) < mostLevers {
			out = append(out, m.drivers[best])
		}
	}
	return out
}

// shifts are where a driver can be moved: a number a step down or up, each person no
// further than the answers reach; groups to each but the one that the others are
// compared with.
func (m *explained) shifts(d *driver) []*shift {
	if d.x == nil {
		return d.groupShifts()
	}
	down := &shift{code: d.name + "-", label: d.label + ": " + less(d.step), name: d.name, from: d.x, to: m.step(d, -1)}
	up := &shift{code: d.name + "+", label: d.label + ": " + d.step, name: d.name, from: d.x, to: m.step(d, 1), up: true}
	down.moved, up.moved = model.Numeric(down.to), model.Numeric(up.to)
	return []*shift{down, up}
}

// step is where a driver's steps take everybody, no further than the people of the model
// answered.
func (m *explained) step(d *driver, by float64) []float64 {
	low, high := math.Inf(1), math.Inf(-1)
	for i, in := range m.in {
		if in {
			low, high = min(low, d.x[i]), max(high, d.x[i])
		}
	}
	out := make([]float64, len(d.x))
	for i, x := range d.x {
		out[i] = max(low, min(high, x+by)) // NaN stays
	}
	return out
}

// groupShifts put everybody in one group.
func (d *driver) groupShifts() []*shift {
	var out []*shift
	in := stats.Indicators(d.codes, len(d.groups))
	for g, label := range d.groups {
		if g == 0 || made(label) {
			continue
		}
		out = append(out, &shift{code: fmt.Sprint(d.name, "=", g), label: d.label + ": " + label + " for everybody", name: d.name, up: true,
			from: in[g], to: slices.Repeat([]float64{1}, len(d.codes)), moved: d.everybody(g)})
	}
	return out
}

// less is a step in the other direction.
func less(step string) string {
	if box, ok := strings.CutPrefix(step, "one more "); ok {
		return "one fewer " + box
	}
	if much, ok := strings.CutSuffix(step, " more"); ok {
		return much + " less"
	}
	return strings.TrimSuffix(step, "higher") + "lower"
}

// scenarios are the shifts that can be made together: of each lever one at most, first
// those of one lever, then of two, and so on.
func scenarios(shifts []*shift) [][]int {
	all := [][]int{nil}
	for from := 0; from < len(all); from++ {
		first := 0
		if so := all[from]; len(so) > 0 {
			first = so[len(so)-1] + 1
			for first < len(shifts) && shifts[first].name == shifts[first-1].name {
				first++
			}
		}
		for k := first; k < len(shifts) && len(all[from]) < mostMoved; k++ {
			all = append(all, append(slices.Clone(all[from]), k))
		}
	}
	return all[1:]
}

// move adds a row for every scenario that the data reach in some column.
func (m *explained) move(b *builder, shifts []*shift) error {
	m.whatIfNotes(b)
	all := scenarios(shifts)
	moves := make([]model.Move, len(all))
	for k, scenario := range all {
		moves[k].To = model.Data{}
		for _, s := range scenario {
			moves[k].To[shifts[s].name] = shifts[s].moved
		}
	}
	var groups [][]bool
	var columns []int
	for j, c := range m.p.Columns {
		if !c.Unprinted && b.t.Columns[j].Base.People >= m.p.Small {
			columns, groups = append(columns, j), append(groups, both(c.In, m.in))
		}
	}
	changes, err := m.joint.Changes(groups, moves)
	if err != nil {
		return err
	}
	rows, offered := make([][]crosstab.Cell, len(all)), make([]bool, len(all))
	for k := range rows {
		rows[k] = b.filled(nil)
	}
	for g, j := range columns {
		for k, ok := range m.reached(groups[g], shifts, all) {
			if ok {
				rows[k][j], offered[k] = m.p.cell(changes[g][k], 0, 0), true
			}
		}
	}
	for k, scenario := range all {
		var codes, labels []string
		for _, s := range scenario {
			codes, labels = append(codes, shifts[s].code), append(labels, shifts[s].label)
		}
		if offered[k] {
			b.row(crosstab.Row{Kind: crosstab.Effect, Code: strings.Join(codes, " & "), Codes: codes, Label: strings.Join(labels, " & ")}, rows[k]...)
		}
	}
	return nil
}

// reached tells which scenarios the data reach in a group: those in which all shifts
// move somebody there, and enough people of the model already stand where the average
// person of the group would, or beyond, on all that moves.
func (m *explained) reached(group []bool, shifts []*shift, all [][]int) []bool {
	marks := make([]uint32, len(group)) // a bit for each shift
	for bit, s := range shifts {
		m.mark(marks, 1<<bit, group, s)
	}
	people := map[uint32]int{} // how many there are with these marks
	for i, in := range m.in {
		if in {
			people[marks[i]]++
		}
	}
	out := make([]bool, len(all))
	for k, scenario := range all {
		want, n := uint32(0), 0
		for _, s := range scenario {
			want |= 1 << s
		}
		for have, some := range people {
			if have&want == want {
				n += some
			}
		}
		out[k] = n >= m.p.Small
	}
	return out
}

// mark sets a bit for everybody who stands where the average person of a group would
// after a shift, or beyond; for nobody if it moves nobody there.
func (m *explained) mark(marks []uint32, bit uint32, group []bool, s *shift) {
	w, sum, total, moves := m.design.Weights(), 0.0, 0.0, false
	for i, in := range group {
		if in {
			sum += w[i] * s.to[i]
			total += w[i]
			moves = moves || s.to[i] != s.from[i]
		}
	}
	if !moves {
		return
	}
	for i, x := range s.from {
		if s.up && x >= sum/total || !s.up && x <= sum/total {
			marks[i] |= bit
		}
	}
}

// whatIfNotes say how to read the table.
func (m *explained) whatIfNotes(b *builder) {
	b.note("A change says by how many points more or fewer of the column would be willing, with everybody moved and everything else as they answered: the average over its people of what the model of the drivers says of each, moved and as they are. Who stands less than a step from the end of what people answered moves only as far as that.")
	b.note(fmt.Sprintf("Left empty is what the data do not reach: fewer than %d people stand where the average person of the column would, or beyond, on all that moves, or the column has fewer than %d. At most %d things move at a time.", m.p.Small, m.p.Small, mostMoved))
	m.noteMet(b)
	if len(m.held) == 0 {
		b.note("The model holds the same odds ratios in all groups, where no test found them to differ; changes in points differ because people start from different places.")
	}
	m.notes(b)
}

// noteMet says whether the model has the interactions that hold.
func (m *explained) noteMet(b *builder) {
	var said []string
	for _, t := range m.held {
		said = append(said, m.labelOf(t[0])+" by "+m.labelOf(t[1]))
	}
	switch {
	case m.met:
		b.note("The model allows for what counts for more in some groups than in others: " + strings.Join(said, ", ") + ".")
	case len(said) > 0:
		b.note("The model holds the same odds ratios in all groups, although some count for more in some of them: " + strings.Join(said, ", ") + ". There are too few people to hold that in one model; read changes by group with care.")
	}
}

// labelOf is a driver's name in words.
func (m *explained) labelOf(name string) string {
	for _, d := range m.drivers {
		if d.name == name {
			return d.label
		}
	}
	return name
}

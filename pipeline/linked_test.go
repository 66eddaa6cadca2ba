package pipeline

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"tradeoff/stats/crosstab"
)

// The attack on tables of the same people: in a small tracker everybody answered
// everything and counts the same, so that every share times its base is a count. An
// attacker takes all tables, those of the models too, and writes down as one system
// what each is made of: halves of a group add to it, a change is the difference of two
// waves. Equations are of the definitions in docs/methods.md, not of the code.

const tracker = `
study: A small tracker
sources: crowd.csv
wave: {column: wave, report: latest}
segments:
  age: {from: age, codes: [a, b, c, d, e]}
  country: {from: country, codes: [K, L, M, N]}
questions:
  want: {column: want, measures: expectation, scale: &points {1: one, 2: two, 3: three, 4: four, 5: five}, top: 2}
  worry: {column: worry, measures: concern, scale: *points, top: 2}
  trusts: {column: trusts, measures: trust, scale: *points, top: 2}
  willing: {column: willing, measures: sharing, scale: *points, top: 2}
  read: {column: read, measures: communication, scale: *points, top: 2}
  told: {column: told, measures: communication, answers: {1: Told, 0: Not told}, randomized: true}
  benefit: {columns: "benefit_{item}", measures: benefit, type: multi, items: {1: money, 2: time, 3: ease}, yes: [1]}
  did: {columns: "did_{item}", measures: behaviour, type: multi, items: {1: places, 2: contacts}, yes: [1]}
`

// scaled are its questions on a scale.
var scaled = []string{"want", "worry", "trusts", "willing", "read"}

// trackerCrowd invents the people: 480 in each of two waves.
func trackerCrowd(t *testing.T, folder string, seed uint64) Source {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 11))
	pick := picker(rng)
	lines := [][]string{{"wave", "age", "country", "want", "worry", "trusts", "willing", "read", "told", "benefit_1", "benefit_2", "benefit_3", "did_1", "did_2"}}
	for i := range 960 {
		age, low := pick("abcde", .08, .2, .3, .3), 0.0
		if age < "c" {
			low = .2 // few of the young are willing, read or trust
		}
		lines = append(lines, []string{fmt.Sprint(1 + i/480), age, pick("KLMN", .5, .3, .15),
			pick("12345", .05, .1, .15, .4), pick("12345", .1, .1, .15, .4), pick("12345", .3+low, .25+low, .3, .1), pick("12345", .3+low, .25+low, .2, .15),
			pick("12345", .3+low, .25+low, .2, .15), pick("10", .5), pick("10", .9), pick("10", .3), pick("10", .08), pick("10", .8), pick("10", .15)})
	}
	return crowded(t, folder, lines, tracker)
}

// tablesOf are the tables of a study, protected or as estimated.
func tablesOf(t *testing.T, s Source, protected bool) map[string]*crosstab.Table {
	t.Helper()
	r := newRun(s, Options{})
	t.Cleanup(r.close)
	stages := []stage{{"loading", r.load}, {"binding", r.bind}, {"reading", r.readFrame}, {"counting", r.count}, {"estimating", r.estimate}}
	if protected {
		stages = append(stages, stage{"protecting", r.protect})
	}
	if err := r.do(context.Background(), stages); err != nil {
		t.Fatal(err)
	}
	out := map[string]*crosstab.Table{}
	for _, x := range r.tables {
		out[x.ID] = x
	}
	return out
}

// A linkedAttack is an attack on all tables at once; its segments are columns by group
// and label.
type linkedAttack struct {
	attack
	tables   map[string]*crosstab.Table
	segments []string
	models   int // figures of models that are printed
}

// cell is what a table prints in a segment, and whether it does.
func (a *linkedAttack) cell(table, code, segment string) (crosstab.Cell, bool) {
	t := a.tables[table]
	if t == nil {
		return crosstab.Cell{}, false
	}
	row := t.RowOf(crosstab.NetRow, "")
	if code != "" {
		row = slices.IndexFunc(t.Rows, func(r crosstab.Row) bool { return r.Code == code })
	}
	j := slices.IndexFunc(t.Columns, func(c crosstab.Column) bool { return c.Group+"/"+c.Segment() == segment })
	if row < 0 || j < 0 {
		return crosstab.Cell{}, false
	}
	c := t.Cells[row][j]
	if t.Model && c.Status == crosstab.OK || c.Status == crosstab.LowBase {
		a.models++
	}
	return c, c.Status == crosstab.OK || c.Status == crosstab.LowBase
}

// base of a segment, if any table prints it.
func (a *linkedAttack) base(segment string) (float64, bool) {
	v, ok := a.known[[2]string{"", segment}]
	return v, ok
}

// count notes a share that is one of a number of people.
func (a *linkedAttack) count(name, table, code, s string) {
	b, known := a.base(s)
	if c, ok := a.cell(table, code, s); ok && known {
		a.sum(math.Round(1e6*c.Estimate*b)/1e6, part{[2]string{name, s}, 1})
	}
}

// halves notes the shares of the people with a trait and of the others in whom
// something holds, and the difference of the two.
func (a *linkedAttack) halves(name, trait, table, code, s string) {
	b, known := a.base(s)
	if !known {
		return
	}
	in, top, all := [2]string{name + "&" + trait, s}, [2]string{trait, s}, [2]string{name, s}
	if c, ok := a.cell(table, code+".top", s); ok {
		a.sum(0, part{in, 1}, part{top, -c.Estimate})
	}
	if c, ok := a.cell(table, code+".rest", s); ok {
		a.sum(c.Estimate*b, part{all, 1}, part{in, -1}, part{top, c.Estimate})
	}
	if n, ok := a.known[top]; ok {
		if c, ok := a.cell(table, code+".gap", s); ok {
			a.sum(c.Estimate, part{in, 1/n + 1/(b-n)}, part{all, -1 / (b - n)})
		}
	}
}

// read takes the tables of the questions.
func (a *linkedAttack) read() {
	for _, t := range a.tables {
		for _, c := range t.Columns {
			s := c.Group + "/" + c.Segment()
			if !slices.Contains(a.segments, s) {
				a.segments = append(a.segments, s)
			}
			if c.Base.Unweighted > 0 && !strings.HasSuffix(t.ID, ".willing") {
				a.known[[2]string{"", s}] = float64(c.Base.Unweighted)
			}
		}
	}
	slices.Sort(a.segments)
	for _, s := range a.segments {
		take := func(name, table, code string) {
			if c, ok := a.cell(table, code, s); ok {
				a.known[[2]string{name, s}] = float64(c.Count)
			}
		}
		for _, q := range scaled {
			take(q, q, "")
			for _, code := range []string{"1", "2", "3", "4", "5"} {
				take(q+"="+code, q, code)
			}
		}
		take("told=1", "told", "1")
		take("told=0", "told", "0")
		for _, k := range []string{"1", "2", "3"} {
			take("benefit="+k, "benefit", k)
			take("did="+k, "did", k)
		}
		for _, k := range []string{"1", "2", "3", "4"} {
			take("quadrant="+k, "contradiction", k)
		}
		for _, k := range []string{"fundamentalist", "unconcerned", "pragmatist"} {
			take(k, "contradiction.types", k)
		}
	}
}

// relate writes down what the tables have to do with each other in a segment.
func (a *linkedAttack) relate(s string) {
	one := func(name string) part { return part{[2]string{name, s}, 1} }
	less := func(name string) part { return part{[2]string{name, s}, -1} }
	for _, q := range scaled {
		a.sum(0, less(q), one(q+"=4"), one(q+"=5"))
		a.sum(0, less(""), one(q+"=1"), one(q+"=2"), one(q+"=3"), one(q+"=4"), one(q+"=5"))
	}
	a.sum(0, less(""), one("told=1"), one("told=0"))
	a.sum(0, less(""), one("quadrant=1"), one("quadrant=2"), one("quadrant=3"), one("quadrant=4"))
	a.sum(0, less("want"), one("quadrant=1"), one("quadrant=2"))
	a.sum(0, less("worry"), one("quadrant=1"), one("quadrant=3"))
	a.sum(0, less(""), one("fundamentalist"), one("unconcerned"), one("pragmatist"))
	a.sum(0, one("worry"), less("trusts"), less("fundamentalist"), one("unconcerned"))
	b, known := a.base(s)
	if !known {
		return
	}
	chance, ok1 := a.cell("contradiction.chance", "chance", s)
	excess, ok2 := a.cell("contradiction.chance", "excess", s)
	lift, ok3 := a.cell("contradiction.chance", "lift", s)
	switch {
	case ok1 && ok2:
		a.sum(b*(chance.Estimate+excess.Estimate), one("quadrant=1"))
	case ok1 && ok3:
		a.sum(b*chance.Estimate*lift.Estimate, one("quadrant=1"))
	case ok2 && ok3 && math.Abs(lift.Estimate-1) > 1e-6:
		a.sum(b*excess.Estimate*lift.Estimate/(lift.Estimate-1), one("quadrant=1"))
	}
	a.halves("willing", "read", "read.with", "willing", s)
	a.halves("trusts", "read", "read.with", "trust", s)
	for _, k := range []string{"1", "2", "3"} {
		a.halves("willing", "benefit="+k, "benefit.willing", k, s)
	}
	a.sum(0, less("willing"), one("willing&told=1"), one("willing&told=0"))
	for _, arm := range []string{"1", "0"} {
		if c, ok := a.cell("told.effect", "share."+arm, s); ok {
			a.sum(0, one("willing&told="+arm), part{[2]string{"told=" + arm, s}, -c.Estimate})
		}
	}
	n1, ok1 := a.known[[2]string{"told=1", s}]
	n0, ok2 := a.known[[2]string{"told=0", s}]
	if c, ok := a.cell("told.effect", "lift.1", s); ok && ok1 && ok2 {
		a.sum(c.Estimate, part{[2]string{"willing&told=1", s}, 1 / n1}, part{[2]string{"willing&told=0", s}, -1 / n0})
	}
	a.count("willing", "did.consent", "said.1", s)
	for _, k := range []string{"1", "2"} {
		a.count("did="+k, "did.consent", "did."+k, s)
		a.count("despite="+k, "did.consent", "despite."+k, s)
		if c, ok := a.cell("did.consent", "gap."+k, s); ok {
			a.sum(c.Estimate*b, one("did="+k), less("willing"))
		}
	}
	a.count("willing", "willing.whatif", "now", s)
	a.count("worry", "worry.standardized", "raw0", s)
	if alike, ok := a.cell("worry.standardized", "alike0", s); ok {
		if shift, ok := a.cell("worry.standardized", "shift0", s); ok {
			a.sum(b*(alike.Estimate-shift.Estimate), one("worry"))
		}
	}
	if c, ok := a.cell("want.index", "index.", s); ok {
		if all, ok := a.known[[2]string{"want", "/Total"}]; ok {
			a.sum(c.Estimate/100*all/a.known[[2]string{"", "/Total"}]*b, one("want"))
		}
	}
	a.sets(s, b)
}

// sets notes what the sets of benefits reach: one of a single benefit is its share.
func (a *linkedAttack) sets(s string, b float64) {
	t := a.tables["benefit.sets"]
	if t == nil {
		return
	}
	item := map[string]string{"money": "benefit=1", "time": "benefit=2", "ease": "benefit=3"}
	for _, size := range []string{"1", "2"} {
		var names []string
		for _, code := range []string{"best" + size, "next" + size} {
			k := slices.IndexFunc(t.Rows, func(r crosstab.Row) bool { return r.Code == code })
			if k < 0 {
				return
			}
			_, of, _ := strings.Cut(t.Rows[k].Label, ": ")
			if name, ok := item[of]; ok {
				of = name
			}
			names = append(names, of)
			a.count(of, "benefit.sets", code, s)
		}
		if c, ok := a.cell("benefit.sets", "lead"+size, s); ok {
			a.sum(c.Estimate*b, part{[2]string{names[0], s}, 1}, part{[2]string{names[1], s}, -1})
		}
	}
}

// changes notes the changes of the shares from wave to wave, and other choices.
func (a *linkedAttack) changes() {
	figures := map[string]string{}
	for _, q := range scaled {
		figures[q] = q + ".trend/since"
		a.count(q, q+".choices", "published", "/Total")
	}
	for _, k := range []string{"1", "2", "3"} {
		figures["benefit="+k] = "benefit.trend/since:" + k
	}
	for _, k := range []string{"1", "2"} {
		figures["did="+k] = "did.trend/since:" + k
	}
	b1, b2 := a.known[[2]string{"", "wave/1"}], a.known[[2]string{"", "wave/2"}]
	for name, at := range figures {
		table, code, _ := strings.Cut(at, "/")
		for _, code := range []string{code, strings.Replace(code, "since", "step", 1)} {
			if c, ok := a.cell(table, code, "wave/2"); ok {
				a.sum(c.Estimate, part{[2]string{name, "wave/2"}, 1 / b2}, part{[2]string{name, "wave/1"}, -1 / b1})
			}
		}
	}
}

// add notes that the groups of every segment are those of the total.
func (a *linkedAttack) add() {
	var names []string
	for name := range a.known {
		names = append(names, name[0])
	}
	for name := range a.unknown {
		names = append(names, name[0])
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		for _, group := range []string{"age/", "country/"} {
			parts := []part{{[2]string{name, "/Total"}, -1}}
			for _, s := range a.segments {
				if strings.HasPrefix(s, group) {
					parts = append(parts, part{[2]string{name, s}, 1})
				}
			}
			a.sum(0, parts...)
		}
		a.sum(0, part{[2]string{name, "/Total"}, -1}, part{[2]string{name, "wave/2"}, 1})
	}
}

// run solves what all tables say, by name and segment; what is printed is among it.
func (a *linkedAttack) run() map[[2]string]float64 {
	a.read()
	for _, s := range a.segments {
		a.relate(s)
	}
	a.changes()
	a.add()
	out := a.solve()
	for name, v := range a.known {
		out[name] = v
	}
	return out
}

func attackOn(tables map[string]*crosstab.Table) *linkedAttack {
	return &linkedAttack{attack: attack{known: map[[2]string]float64{}, unknown: map[[2]string]int{}}, tables: tables}
}

func TestAttackOnLinkedTables(t *testing.T) {
	hidden, models := 0, 0
	for seed := range uint64(6) {
		source := trackerCrowd(t, t.TempDir(), seed)
		truth := attackOn(tablesOf(t, source, false)).run()
		a := attackOn(tablesOf(t, source, true))
		solved := a.run()
		hidden += len(a.unknown)
		models += a.models
		for name, v := range solved {
			if want, ok := truth[name]; ok && math.Abs(v-want) > 1e-3 {
				t.Fatalf("crowd %d: the attack finds %v for %v, which is %v: it is wrong itself", seed, v, name, want)
			}
			if small(name, v) {
				t.Errorf("crowd %d: %v can be worked out: %.0f", seed, name, v)
			}
			if base, ok := solved[[2]string{"", name[1]}]; ok && slices.Contains(scaled, name[0]) && small(name, base-v) {
				t.Errorf("crowd %d: %v leaves %.0f of %.0f", seed, name, base-v, base)
			}
		}
	}
	t.Logf("%d numbers hidden, %d figures of models printed", hidden, models)
	if hidden < 500 || models < 500 {
		t.Errorf("%d numbers hidden, %d figures of models printed: the crowd is no test", hidden, models)
	}
}

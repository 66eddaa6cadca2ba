package analysis

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"tradeoff/stats/crosstab"
	"tradeoff/stats/disclosure"
	"tradeoff/stats/model"
)

// modelOf is the model of the drivers, with what what-if takes of the other tables.
func modelOf(t testing.TB, p *People) *explained {
	t.Helper()
	m, err := explain(p)
	if err != nil || m == nil {
		t.Fatalf("no model: %v", err)
	}
	if _, err := m.importance(); err != nil {
		t.Fatal(err)
	}
	if _, err := m.meetings(); err != nil {
		t.Fatal(err)
	}
	m.join()
	return m
}

// whatIfOf is the table of what-if.
func whatIfOf(t testing.TB, p *People) *crosstab.Table {
	t.Helper()
	table, err := modelOf(t, p).whatIf()
	if err != nil || table == nil {
		t.Fatalf("no what-if: %v", err)
	}
	return table
}

// rowBy is the row in which these things move.
func rowBy(t testing.TB, table *crosstab.Table, codes ...string) int {
	t.Helper()
	k := slices.IndexFunc(table.Rows, func(r crosstab.Row) bool { return slices.Equal(r.Codes, codes) && (len(codes) > 0 || r.Code == "now") })
	if k < 0 {
		t.Fatalf("no row of %v", codes)
	}
	return k
}

// Changes in every group, average effects, and their standard errors, are R's:
// testdata/whatif.R works them out by hand from svyglm and svytotal.
func TestWhatIfAgainstR(t *testing.T) {
	var r struct {
		People  int
		Now     float64
		Changes [][]struct{ Value, SE float64 }
		Effects []struct{ Value, SE float64 }
	}
	text, err := os.ReadFile("testdata/whatif.json")
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	if err != nil {
		t.Fatal(err)
	}
	p, _ := answers(t)
	wants, worries := p.Questions[1], p.Questions[2]
	ask := func(name, measures string, answers []Answer, ordered bool, items ...Item) {
		p.Questions = append(p.Questions, &Question{Name: name, Label: name, Measures: measures, Answers: answers, Ordered: ordered, Randomized: !ordered, Items: items})
	}
	p.Questions, p.Small, p.Low = nil, 5, 1
	ask("trust", "trust", worries.Answers, true, worries.Items[:2]...)
	ask("clarity", "communication", worries.Answers, true, worries.Items[2])
	told := make([]uint8, p.Rows())
	for i := range told {
		told[i] = uint8((i/15 + 1) % 2) // PSUs of 15 people, from 1: every second was told
	}
	ask("told", "communication", []Answer{{Label: "Told"}, {Label: "Not told"}}, false, Item{Codes: [][]uint8{told}})
	hours := make([]float64, p.Rows())
	for i, c := range worries.Items[3].Codes[0] {
		if hours[i] = float64(3*(int(c)+1) + (i/15+1)%4); c == None {
			hours[i] = math.NaN()
		}
	}
	p.Questions = append(p.Questions, &Question{Name: "hours", Label: "hours", Measures: "benefit", Unit: "hours", Items: []Item{{Values: [][]float64{hours}}}})
	ask("willing", "sharing", wants.Answers, true, wants.Items[0])
	m := modelOf(t, p)
	table, err := m.whatIf()
	if err != nil {
		t.Fatal(err)
	}
	if n := table.Columns[0].Base.People; n != r.People {
		t.Fatalf("%d people, R has %d", n, r.People)
	}
	agrees(t, "the share as people answered", table.Cells[0][0].Estimate, r.Now)
	for k, codes := range [][]string{{"trust+"}, {"trust-"}, {"clarity+"}, {"told=1"}, {"trust+", "clarity-"}, nil, {"hours+"}, {"hours-"}} {
		if codes == nil {
			continue // of three things, which no table holds
		}
		row := rowBy(t, table, codes...)
		for j := range table.Columns {
			c := table.Cells[row][j]
			what := fmt.Sprint(table.Columns[j].Label, " ", codes)
			if !c.HasCI || c.Status != crosstab.OK {
				t.Fatalf("%s: %+v", what, c)
			}
			agrees(t, what, c.Estimate, r.Changes[j][k].Value)
			agrees(t, "SE of "+what, c.SE, r.Changes[j][k].SE)
		}
	}
	effects, err := m.effects()
	if err != nil {
		t.Fatal(err)
	}
	want := append([]struct{ Value, SE float64 }{r.Changes[0][0], r.Changes[0][2], r.Effects[0], r.Changes[0][6]}, r.Effects[1:]...) // trust, clarity, told, hours, age, country
	if len(effects.Rows) != len(want) {
		t.Fatalf("%d effects, R has %d", len(effects.Rows), len(want))
	}
	for k, row := range effects.Rows {
		agrees(t, row.Label, effects.Cells[k][0].Estimate, want[k].Value)
		agrees(t, "SE of "+row.Label, effects.Cells[k][0].SE, want[k].SE)
	}
}

// The points of a step are those of the what-if in Total, to the last digit, also where
// the step counts for more among some.
func TestAStepIsOneThing(t *testing.T) {
	for _, more := range []float64{0, 0.7} {
		tables, err := drivers(movers(t, 6000, 3, 0.3, more))
		if err != nil {
			t.Fatal(err)
		}
		effects, what := find(t, tables, "willing.effects"), find(t, tables, "willing.whatif")
		steps := 0
		for i, r := range effects.Rows {
			k := slices.IndexFunc(what.Rows, func(w crosstab.Row) bool { return w.Code == r.Code+"+" })
			if k < 0 {
				continue
			}
			steps++
			if a, b := effects.Cells[i][0], what.Cells[k][0]; a != b {
				t.Errorf("%s: %+v is not %+v", r.Label, a, b)
			}
		}
		if steps < 3 {
			t.Errorf("%d steps are in both tables", steps)
		}
	}
}

// In Total and in the groups that the model knows, what it says of people as they are
// is the share observed: moving nothing changes nothing. And the share of a group after a
// move is what the model says of its people.
func TestMovingNothingIsTheShareObserved(t *testing.T) {
	p := movers(t, 2000, 2, 0.5, 0)
	m := modelOf(t, p)
	table, err := m.whatIf()
	if err != nil {
		t.Fatal(err)
	}
	fitted := m.fit.Fitted()
	for j, c := range table.Columns {
		sum, W := 0.0, 0.0
		for i, w := range p.Design.Weights() {
			if p.Columns[j].In[i] && m.in[i] {
				sum += w * fitted[i]
				W += w
			}
		}
		if now := table.Cells[0][j]; math.Abs(now.Estimate-sum/W) > 1e-9 || now.Low >= now.Estimate || now.High <= now.Estimate {
			t.Errorf("%s: %v (%v to %v) observed, the model says %v", c.Label, now.Estimate, now.Low, now.High, sum/W)
		}
	}
	groups := [][]bool{p.Columns[0].In, p.Columns[1].In}
	still, err := m.fit.Changes(groups, []model.Move{{}})
	if err != nil {
		t.Fatal(err)
	}
	for g := range groups {
		if still[g][0].Value[0] != 0 || still[g][0].SE(0) != 0 {
			t.Errorf("nothing moves, and the share changes by %v", still[g][0].Value[0])
		}
	}
}

// A step more is worth what the population behind the answers says, of which the model
// is true: the changes were worked out from the coefficients and all people.
func TestWhatIfFindsTheChange(t *testing.T) {
	p := movers(t, 6000, 1, 0.5, 0)
	table := whatIfOf(t, p)
	logistic := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	for code, by := range map[string]float64{"trust+": 1, "trust-": -1} {
		want := 0.0 // trust is drawn evenly from 0 to 4
		for x := range 5 {
			to := max(0, min(4, float64(x)+by))
			want += (logistic(-1+0.5*to) - logistic(-1+0.5*float64(x))) / 5
		}
		row := rowBy(t, table, code)
		for j, c := range table.Columns {
			if x := table.Cells[row][j]; x.Low > want+0.01 || x.High < want-0.01 {
				t.Errorf("%s %s: %v (%v to %v), and was %v", c.Label, code, x.Estimate, x.Low, x.High, want)
			}
		}
	}
}

// Where a lever counts for more among some, the model of what-if knows it.
func TestWhatIfAllowsForMeetings(t *testing.T) {
	p := movers(t, 6000, 1, 0.3, 0.7)
	table := whatIfOf(t, p)
	row := rowBy(t, table, "trust+")
	men, women := table.Cells[row][1], table.Cells[row][2]
	if women.Low < men.High {
		t.Errorf("men %v (to %v), women %v (from %v)", men.Estimate, men.High, women.Estimate, women.Low)
	}
	if !slices.ContainsFunc(table.Notes, func(n string) bool { return strings.Contains(n, "Trust by Sex") }) {
		t.Errorf("no note says so: %q", table.Notes)
	}
}

// Interactions that people cannot tell are left out of the model, which the table says.
func TestWhatIfWithoutMeetingsThatCannotBeTold(t *testing.T) {
	p := movers(t, 2000, 1, 0.5, 0)
	m := modelOf(t, p)
	m.held = []model.Term{{"segment.sex", "segment.age"}, {"trust", "segment.sex"}}
	sex, age := p.Segments[0].Of, p.Segments[1].Of
	for _, d := range m.drivers {
		for i := range d.codes {
			if d.name == "segment.age" && sex[i] == 1 && age[i] == 2 {
				d.codes[i] = 0 // no old women: their coefficient is in no data
			}
		}
	}
	m.join()
	table, err := m.whatIf()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(table.Notes, func(n string) bool { return strings.Contains(n, "too few people to hold that") }) {
		t.Errorf("no note says so: %q", table.Notes)
	}
}

// What the data do not reach is left empty: a move beyond what people answer together,
// one that moves nobody, and columns of few people. Each row is there for some column.
func TestWhatIfStaysInTheData(t *testing.T) {
	p := movers(t, 2000, 1, 0.5, 0)
	trust := p.Questions[0].Items[0].Codes[0]
	p.ask(Question{Name: "clarity", Label: "Clarity", Measures: "communication", Ordered: true, Answers: p.Questions[0].Answers}, []string{""}, func(i, _ int) uint8 {
		if p.Segments[1].Of[i] == 2 {
			return 4 // the old all understand very well
		}
		return []uint8{4, 3, 2, 1, 0}[trust[i]] // and others the less, the more they trust
	})
	p.Questions = slices.DeleteFunc(p.Questions, func(q *Question) bool { return strings.HasPrefix(q.Name, "other") })
	few := slices.Index(p.Columns[3].In, true)
	for i := range p.Columns[3].In {
		p.Columns[3].In[i] = p.Columns[3].In[i] && i < few+40 // some ten of the young
	}
	table := whatIfOf(t, p)
	empty := func(column int, codes ...string) bool {
		return table.Cells[rowBy(t, table, codes...)][column].Status == crosstab.NotApplicable
	}
	for what, got := range map[string]bool{
		"Total, both up: none but the old are high in both": !empty(0, "trust+", "clarity+"),
		"Total, trust alone":                       !empty(0, "trust+"),
		"the old, clarity up: they are at the top": empty(5, "clarity+"),
		"the old, clarity down":                    !empty(5, "clarity-"),
		"ten people":                               empty(3, "trust+"),
	} {
		if !got {
			t.Error(what)
		}
	}
	for i, r := range table.Rows {
		if !slices.ContainsFunc(table.Cells[i], func(c crosstab.Cell) bool { return c.Status != crosstab.NotApplicable }) {
			t.Errorf("%s is empty", r.Label)
		}
	}
	// Without the old nobody trusts and understands.
	in := make([]bool, p.Rows())
	for i := range in {
		in[i] = p.Segments[1].Of[i] != 2
	}
	p.Design, p.All = p.Design.Domain(in), p.All.Domain(in)
	table = whatIfOf(t, p)
	for _, r := range table.Rows {
		if slices.Equal(r.Codes, []string{"trust+", "clarity+"}) {
			t.Errorf("%s is offered", r.Label)
		}
	}
}

// A company could move four things at most: of several questions on one of them, the one
// that tells most. Without any there is no table.
func TestLeversAreWhatCanBeMoved(t *testing.T) {
	p := movers(t, 3000, 6, 0.5, 0)
	p.ask(Question{Name: "benefits", Label: "Benefits", Measures: "benefit", Multi: true}, []string{"a", "b", "c"}, func(row, k int) uint8 { return uint8(row >> k & 1) })
	m := modelOf(t, p)
	var names []string
	for _, d := range m.levers() {
		names = append(names, d.measures)
	}
	if want := []string{"trust", "communication", "benefit", "concern"}; !slices.Equal(names, want) {
		t.Errorf("levers are %v, want %v", names, want)
	}
	for _, d := range m.levers() {
		for k, other := range m.drivers {
			if other.measures == d.measures && m.weights[k] > m.weights[slices.Index(m.drivers, d)] {
				t.Errorf("%s tells more than %s", other.name, d.name)
			}
		}
	}
	var shifts []*shift
	for _, d := range m.levers() {
		shifts = append(shifts, m.shifts(d)...)
	}
	seen := map[string]bool{}
	for _, s := range scenarios(shifts) {
		used := map[string]bool{}
		for _, k := range s {
			if used[shifts[k].name] {
				t.Errorf("%v moves %s twice", s, shifts[k].name)
			}
			used[shifts[k].name] = true
		}
		seen[fmt.Sprint(s)] = true
	}
	if len(seen) != 4*2+6*4 {
		t.Errorf("%d scenarios of four levers, not two of each alone and four of each two together", len(seen))
	}
	p.Questions = slices.DeleteFunc(p.Questions, func(q *Question) bool { return q.Measures != "sharing" && q.Measures != "expertise" })
	tables, err := drivers(p)
	if err != nil {
		t.Fatal(err)
	}
	find(t, tables, "willing.odds")
	if slices.ContainsFunc(tables, func(x *crosstab.Table) bool { return x.ID == "willing.whatif" }) {
		t.Error("there is a what-if without a lever")
	}
}

// Where so few of a group are willing that their share is hidden, its changes are hidden
// with it, and those of a neighbour: together they would tell.
func TestWhatIfIsProtected(t *testing.T) {
	p := movers(t, 1500, 1, 0.5, 0)
	willing := p.Questions[2].Items[0].Codes[0]
	left := 3
	for i, young := range p.Columns[3].In {
		if young && willing[i] == 1 {
			if left--; left < 0 {
				willing[i] = 0
			}
		}
	}
	table := whatIfOf(t, p)
	disclosure.Protect([]*crosstab.Table{table}, disclosure.Rules{Group: 10, Answer: 5})
	hidden := 0
	for j := range table.Columns {
		if table.Cells[0][j].Status != crosstab.Suppressed {
			continue
		}
		hidden++
		for i, r := range table.Rows {
			if c := table.Cells[i][j]; c.Status != crosstab.Suppressed || c.Estimate != 0 || c.HasCI {
				t.Errorf("%s, %s: %+v", table.Columns[j].Label, r.Label, c)
			}
		}
	}
	if table.Cells[0][3].Status != crosstab.Suppressed || hidden < 2 {
		t.Errorf("%d columns are hidden", hidden)
	}
}

// The work on 9,000 people, four levers, eight questions and two segments.
func BenchmarkWhatIf(b *testing.B) {
	p := movers(b, 9000, 7, 0.5, 0)
	p.ask(Question{Name: "benefits", Label: "Benefits", Measures: "benefit", Multi: true}, []string{"a", "b", "c"}, func(row, k int) uint8 { return uint8(row >> k & 1) })
	m := modelOf(b, p)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.whatIf(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(p.Rows())*float64(b.N)/b.Elapsed().Seconds(), "people/s")
}

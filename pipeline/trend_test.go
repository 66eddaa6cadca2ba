package pipeline

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tradeoff/data/study"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// trendOf is a question asked in three waves, and its changes.
func trendOf() (*evidence, *crosstab.Table, *crosstab.Table) {
	share := func(x float64) crosstab.Cell {
		return crosstab.Cell{Status: crosstab.OK, Estimate: x, Low: x - 0.02, High: x + 0.02, HasCI: true}
	}
	change := func(x float64) crosstab.Cell {
		return crosstab.Cell{Status: crosstab.OK, Estimate: x, Low: x - 0.03, High: x + 0.03, HasCI: true}
	}
	none := crosstab.Cell{Status: crosstab.NotApplicable}
	columns := []crosstab.Column{{Label: "Total", Status: crosstab.OK}}
	p := &plan{study: &study.Study{Wave: study.Wave{Column: "wave"}}, waves: &segment{name: "wave"}}
	for _, w := range []string{"2023", "2024", "2025"} {
		columns = append(columns, crosstab.Column{Group: "wave", Label: w, Wave: w, Status: crosstab.OK, Base: crosstab.Base{Unweighted: 900, People: 900}})
		p.waves.values = append(p.waves.values, category{code: w, label: w})
	}
	waves := []crosstab.Group{{Name: "wave", Label: "Wave", First: 1, N: 3}}
	q := &crosstab.Table{ID: "worry", Question: "worry", Measures: "concern", Title: "Worry?", Text: "Do you worry?", Columns: columns, Groups: waves,
		Rows: []crosstab.Row{{Kind: crosstab.NetRow, Label: "Worried"}}, Cells: [][]crosstab.Cell{{share(0.5), share(0.4), share(0.45), share(0.5)}}}
	c := &crosstab.Table{ID: "worry.trend", Question: "worry", Model: true, Columns: append([]crosstab.Column(nil), columns...), Groups: waves,
		Rows: []crosstab.Row{{Kind: crosstab.Difference, Label: "change from the wave before", Code: "step"}, {Kind: crosstab.Difference, Label: "change since 2023", Code: "since"},
			{Kind: crosstab.Difference, Label: "change since 2023, as if all waves were composed like the last by age", Code: "since.same"}},
		Cells: [][]crosstab.Cell{{none, none, change(0.05), change(0.05)}, {none, none, change(0.05), change(0.10)}, {none, none, change(0.05), change(0.09)}}}
	return &evidence{plan: p, tables: []*crosstab.Table{q, c}}, q, c
}

// The sentence on a figure follows its cells: it turns with a change, hedges one
// that may be chance, and is gone where a figure is hidden or its base is low.
func TestTrendSaysWhatItsCellsSay(t *testing.T) {
	for name, c := range map[string]struct {
		do        func(e *evidence, q, changes *crosstab.Table)
		says, not string // "" for not: says nothing else; "" for says: no sentence
	}{
		"up": {func(*evidence, *crosstab.Table, *crosstab.Table) {}, "“Worried” rose by 10 points (7 to 13), from 40% in 2023 to 50% in 2025.", "chance"},
		"down": {func(_ *evidence, _, c *crosstab.Table) {
			c.Cells[1][3].Estimate, c.Cells[1][3].Low, c.Cells[1][3].High = -0.1, -0.13, -0.07
		}, "“Worried” fell by 10 points (7 to 13), from 40% in 2023 to 50% in 2025. Since 2024 alone, up by 5 points (2 to 8).", "rose"},
		"chance":      {func(_ *evidence, _, c *crosstab.Table) { c.Cells[1][3].Low = -0.01 }, "“Worried” rose by 5 points (2 to 8) since 2024, to 50%. Since 2023, when it was 40%, it may not have changed: up by 10 points (from 1 down to 13 up), which may be chance.", "from 40%"},
		"just chance": {func(_ *evidence, _, c *crosstab.Table) { c.Cells[1][3].Low = -0.001 }, "up by 10 points (from less than 1 down to 13 up), which may be chance.", "beyond"},
		"just beyond": {func(_ *evidence, _, c *crosstab.Table) { c.Cells[1][3].Low = 0.001 }, "“Worried” rose by 10 points (less than 1 to 13), from 40%", "may not"},
		"none": {func(_ *evidence, q, c *crosstab.Table) {
			q.Cells[0][1].Estimate = 0.504
			c.Cells[1][3].Estimate, c.Cells[1][3].Low, c.Cells[1][3].High = -0.004, -0.03, 0.02
			c.Cells[rowOf(c, "step")][3].Low = -0.01
		}, "“Worried” may not have changed: 50% in 2023, 50% in 2025; level within chance (from 3 down to 2 up).", "down by"},
		"hidden":      {func(_ *evidence, _, c *crosstab.Table) { c.Cells[1][3].Status = crosstab.Suppressed }, "", ""},
		"low":         {func(_ *evidence, _, c *crosstab.Table) { c.Cells[1][3].Status = crosstab.LowBase }, "", ""},
		"level":       {func(_ *evidence, q, _ *crosstab.Table) { q.Cells[0][1].Status = crosstab.Suppressed }, "", ""},
		"people":      {func(_ *evidence, _, c *crosstab.Table) { c.Cells[2][3].Low = -0.01 }, "Part of that may come from who answered in each wave: with the mix of age of 2025 in every wave it is up by 9 points (from 1 down to 12 up), which may be chance.", "not because"},
		"same people": {func(*evidence, *crosstab.Table, *crosstab.Table) {}, "Who answered in each wave does not explain it: with the mix of age of 2025 in every wave it is up by 9 points (6 to 12).", "Part of"},
		"turned by people": {func(_ *evidence, _, c *crosstab.Table) {
			c.Cells[2][3].Estimate, c.Cells[2][3].Low, c.Cells[2][3].High = -0.07, -0.1, -0.04
		}, "That comes from who answered in each wave: with the mix of age of 2025 in every wave it is down by 7 points (4 to 10).", "explain"},
		"less by people": {func(_ *evidence, _, c *crosstab.Table) {
			c.Cells[2][3].Estimate, c.Cells[2][3].Low, c.Cells[2][3].High = 0.06, 0.03, 0.09
		}, "Part of that may come from who answered in each wave: with the mix of age of 2025 in every wave it is up by 6 points (3 to 9).", "explain"},
		"hidden by people": {func(_ *evidence, _, c *crosstab.Table) { c.Cells[1][3].Low = -0.01 }, "A change may be hidden by who answered in each wave: with the mix of age of 2025 in every wave it is up by 9 points (6 to 12).", "Part of"},
		"gap": {func(_ *evidence, q, _ *crosstab.Table) {
			q.Columns[2].Status, q.Cells[0][2].Status = crosstab.NotAsked, crosstab.NotAsked
		}, "It was not asked in 2024.", "0%"},
	} {
		t.Run(name, func(t *testing.T) {
			e, q, changes := trendOf()
			c.do(e, q, changes)
			f, ok := e.moves(e.movers()[0], false)
			switch {
			case c.says == "" && ok:
				t.Errorf("says %s", f.Text)
			case c.says != "" && !strings.Contains(f.Text, c.says):
				t.Errorf("says %q, want %q", f.Text, c.says)
			case c.not != "" && strings.Contains(strings.ReplaceAll(f.Text, "50%", ""), c.not) && name != "gap":
				t.Errorf("says %q, and must not say %q", f.Text, c.not)
			}
		})
	}
}

// Of boxes the trend draws the one ticked most, with its question; of items the first.
func TestTrendDrawsTheBoxTickedMost(t *testing.T) {
	e, q, changes := trendOf()
	q.Title, q.Multi = "Shared", true
	q.Rows = []crosstab.Row{{Kind: crosstab.Proportion, Label: "Location", Code: "a"}, {Kind: crosstab.Proportion, Label: "Address", Code: "b"}}
	q.Cells = append(q.Cells, slices.Clone(q.Cells[0]))
	q.Cells[1][0].Estimate = 0.6
	var rows []crosstab.Row
	var cells [][]crosstab.Cell
	for _, key := range []string{":a", ":b"} {
		for i, r := range changes.Rows {
			r.Code += key
			rows, cells = append(rows, r), append(cells, changes.Cells[i])
		}
	}
	changes.Rows, changes.Cells = rows, cells
	said := func() string {
		if heads := e.leading(e.movers()); len(heads) == 1 {
			return heads[0].long()
		}
		return "not one"
	}
	if got := said(); got != "Address (Shared)" {
		t.Errorf("it is %s, want the box ticked most", got)
	}
	q.Cells[1][0].Status = crosstab.LowBase
	if got := said(); got != "Location (Shared)" {
		t.Errorf("it is %s, and the other is on a low base", got)
	}
}

// Whether a figure depends on choices is whether one takes it out of its interval.
func TestChoicesSayWhetherTheyMatter(t *testing.T) {
	cell := func(x float64) []crosstab.Cell {
		return []crosstab.Cell{{Status: crosstab.OK, Estimate: x, Low: x - 0.03, High: x + 0.03, HasCI: true}}
	}
	e := &evidence{}
	x := &crosstab.Table{ID: "worry.choices", Model: true, Title: "The same figure under other choices: “Do you worry?”", Columns: []crosstab.Column{{Label: "Total"}},
		Rows:  []crosstab.Row{{Kind: crosstab.Proportion, Label: "As published"}, {Kind: crosstab.Proportion, Label: "Counting every person the same"}, {Kind: crosstab.Proportion, Label: "With weights trimmed"}},
		Cells: [][]crosstab.Cell{cell(0.5), cell(0.52), cell(0.49)}}
	for _, c := range []struct {
		name, says string
		other      crosstab.Cell
	}{
		{"inside", "Counted in other ways, the 50% (47–53%) for “Do you worry?” stays inside its brackets, at 49% to 52%.", cell(0.52)[0]},
		{"at the bound as printed", "stays inside its brackets, at 49% to 53%.", cell(0.5349)[0]},
		{"outside", "How people are counted matters for the 50% (47–53%) for “Do you worry?”: counting every person the same it is 56% (53–59%). Counted in another way it is 49%.", cell(0.56)[0]},
		{"outside and rough", "inside its brackets, at 49%. One way is much less sure: counting every person the same it is 56% (46–66%).", around(0.56, 0.1)},
		{"outside for sure and rough", "matters for the 50% (47–53%) for “Do you worry?”: counting every person the same it is 65% (57–73%).", around(0.65, 0.08)},
		{"hidden", "inside its brackets, at 49%.", crosstab.Cell{Status: crosstab.Suppressed}},
	} {
		x.Cells[1][0] = c.other
		if f, _ := e.depends(x); !strings.Contains(f.Text, c.says) {
			t.Errorf("%s: it says %s, want %s", c.name, f.Text, c.says)
		}
	}
	x.Cells[1] = cell(0.52)
	if f, _ := e.depends(x); f.Asked != "In other ways: counting every person the same 52%; with weights trimmed 49%." {
		t.Errorf("under it stands %s", f.Asked)
	}
	x.Cells[0][0].Status = crosstab.LowBase
	if f, ok := e.depends(x); ok {
		t.Errorf("on a low base it says %s", f.Text)
	}
}

// A difference under other choices is named by what it is of, and goes one way or the other.
func TestChoicesOfDifferences(t *testing.T) {
	e, _, trend := trendOf()
	told := modelTable("told.effect", crosstab.Difference, []string{"share.1", "share.0", "lift.1"}, around(0.45, 0.03), around(0.37, 0.03), around(0.08, 0.04))
	told.Rows[0].Label, told.Rows[1].Label, told.Rows[2].Label = "Willing to share: Told", "Willing to share: Not told", "Told compared with Not told"
	effects := modelTable("willing.effects", crosstab.Effect, []string{"trust"}, around(0.07, 0.02))
	effects.Rows[0].Label = "Trust: one answer higher"
	e.tables = append(e.tables, told, effects)
	for _, c := range []struct {
		of           *crosstab.Table
		code         string
		from, to, by float64
		says         string
	}{
		{told, "lift.1", 0.08, 0.06, 0.03, "Counted in another way, the difference of 8 points (5 to 11) between those “Told” and those “Not told” stays inside its brackets, at 6 points."},
		{told, "lift.1", 0.08, -0.02, 0.03, "How people are counted matters for the difference of 8 points (5 to 11) between those “Told” and those “Not told”: counting every person the same it is 2 points the other way, which may be chance."},
		{told, "lift.1", -0.08, -0.06, 0.03, "the difference of 8 points (5 to 11) between those “Told” and those “Not told” stays inside its brackets, at 6 to 7 points."},
		{effects, "trust", 0.07, 0.08, 0.02, "Counted in another way, the difference of 7 points (5 to 9) with one answer higher on “Trust” stays inside"},
		{trend, "since", 0.1, 0.09, 0.03, "Counted in another way, the change of 10 points (7 to 13) since 2023 in “Worried” stays inside its brackets, at 9 points."},
	} {
		kind := c.of.Rows[rowOf(c.of, c.code)].Kind
		x := modelTable(c.of.ID+".choices", kind, []string{"published", "unweighted"}, around(c.from, c.by), around(c.to, c.by))
		x.Rows[1].Label, x.Rows[0].Of = "Counting every person the same", []crosstab.Figure{{Table: c.of.ID, Kind: kind, Code: c.code}}
		if c.from < 0 {
			x.Rows, x.Cells = append(x.Rows, crosstab.Row{Kind: kind, Label: "Without some"}), append(x.Cells, []crosstab.Cell{around(-0.07, c.by)})
		}
		if f, ok := e.depends(x); !ok || !strings.Contains(f.Text, c.says) {
			t.Errorf("it says %q, want %q", f.Text, c.says)
		}
	}
}

// What a study leaves open is said, with the key that fills it.
func TestDisclosuresSayWhatIsNotStated(t *testing.T) {
	of := func(st study.Study) map[string]string {
		out := map[string]string{}
		for _, x := range disclosures(&plan{study: &st}, &frame{inside: 1200}) {
			out[x.Label] = x.Value
		}
		return out
	}
	open, full := of(study.Study{}), of(study.Study{Mode: "telephone", Probability: true, Design: study.Design{Weight: "w"}})
	if open["Mode"] != "not stated in the study; add mode:" || full["Mode"] != "telephone" {
		t.Errorf("mode is %q and %q", open["Mode"], full["Mode"])
	}
	if !strings.Contains(open["Precision"], "no margin of sampling error") || strings.Contains(full["Precision"], "no margin") {
		t.Errorf("precision is %q and %q", open["Precision"], full["Precision"])
	}
	if !strings.Contains(full["Weighting"], "column w") || !strings.HasPrefix(open["Sample size"], "1,200 respondents") {
		t.Errorf("weighting is %q, size %q", full["Weighting"], open["Sample size"])
	}
}

// Breaks of the series are said once, with the chapter's first sentence, where a figure is
// followed across them.
func TestBreaksAreSaidOnce(t *testing.T) {
	e, _, _ := trendOf()
	c := reports.Chapter{Key: "trend"}
	for _, x := range []struct {
		at, want string
	}{{"2024", "(6 to 12). The series breaks at 2024 (online): a change across it may come from that."}, {"2023", "in every wave it is up by 9 points (6 to 12)."}} {
		e.plan.study.Wave.Breaks, c.Findings = []study.Code{{Code: x.at, Label: "online"}}, nil
		if e.waves(&c); !strings.HasSuffix(c.Findings[0].Text, x.want) {
			t.Errorf("a break at %s: %s", x.at, c.Findings[0].Text)
		}
	}
}

// heads are three questions in three waves, with the changes of each since 2023, and since
// then as if all waves were composed like the last.
func heads(changes [3][2]float64) *evidence {
	var all *evidence
	for k, x := range changes {
		e, q, c := trendOf()
		q.ID, q.Question, q.Measures, q.Rows[0].Label = fmt.Sprint("q", k), fmt.Sprint("q", k), []string{"concern", "trust", "control"}[k], []string{"Worried", "Trusting", "In control"}[k]
		c.ID, c.Question = q.ID+".trend", q.ID
		q.Cells[0][1] = around(0.5-x[0], 0.02)
		for row, v := range map[int]float64{0: x[0] / 2, 1: x[0], 2: x[1]} {
			c.Cells[row][3] = around(v, 0.03)
		}
		if all == nil {
			all = e
			continue
		}
		all.tables = append(all.tables, q, c)
	}
	return all
}

// Changes that who answered does not explain are said to be that once; one that it does
// explain, or that is none, has a sentence of its own, and several that are none one.
func TestTrendSaysOnceWhatIsTheSameForAll(t *testing.T) {
	say := func(changes [3][2]float64) (texts []string, under string) {
		e := heads(changes)
		c := reports.Chapter{Key: "trend"}
		e.waves(&c)
		for _, f := range c.Findings {
			checkFinding(t, &reports.Report{Tables: e.tables}, f)
			texts, under = append(texts, f.Text), f.Asked
		}
		return texts, under
	}
	const once = "Who answered in each wave does not explain the changes since 2023: they stay when every wave has the mix of age of 2025."
	got, under := say([3][2]float64{{0.10, 0.09}, {0.10, 0.08}, {0.10, 0.10}})
	if want := []string{"Of three answers followed from 2023 to 2025, three rose and none fell by more than chance. Up most: “Worried”, by 10 points (7 to 13); “Trusting”, by 10 points (7 to 13).",
		"“Worried” rose by 10 points (7 to 13), from 40% in 2023 to 50% in 2025.", "“Trusting” rose by 10 points (7 to 13), from 40% in 2023 to 50% in 2025.", "“In control” rose by 10 points (7 to 13), from 40% in 2023 to 50% in 2025.", once}; !slices.Equal(got, want) {
		t.Errorf("of three alike it says\n%s", strings.Join(got, "\n"))
	}
	if want := "In figures: “Worried” up by 9 points (6 to 12); “Trusting” up by 8 points (5 to 11); “In control” up by 10 points (7 to 13)."; under != want {
		t.Errorf("under it stands %q", under)
	}
	got, _ = say([3][2]float64{{0.10, 0.09}, {0.10, -0.05}, {0.10, 0.10}})
	if !slices.Contains(got, strings.Replace(once, "changes since", "changes of “Worried” and “In control” since", 1)) || !strings.HasSuffix(got[2], "in 2025. That comes from who answered in each wave: with the mix of age of 2025 in every wave it is down by 5 points (2 to 8).") {
		t.Errorf("of one that is not alike it says\n%s", strings.Join(got, "\n"))
	}
	got, under = say([3][2]float64{{0.10, 0.09}, {0.01, 0.01}, {-0.02, 0.01}})
	if !strings.HasSuffix(got[1], "Who answered in each wave does not explain it: with the mix of age of 2025 in every wave it is up by 9 points (6 to 12).") || got[2] != "“Trusting” and “In control” may not have changed." || len(got) != 3 {
		t.Errorf("of two that may be level it says\n%s", strings.Join(got, "\n"))
	}
	if want := "In figures: “Trusting” 49% in 2023, 50% in 2025: up by 1 point (from 2 down to 4 up), which may be chance. “In control” 52% in 2023, 50% in 2025: down by 2 points (from 5 down to 1 up), which may be chance."; under != want {
		t.Errorf("under it stands %q", under)
	}
	got, _ = say([3][2]float64{{0.01, 0.01}, {0.01, 0.01}, {-0.02, 0.01}})
	if !strings.HasPrefix(got[0], "None of the three answers followed from 2023 to 2025 changed by more than chance. The largest change is that of “In control”, down by 2 points") {
		t.Errorf("of none that moved it says %s", got[0])
	}
}

// Who is willing to share is a subject of its own beside what people would share.
func TestTrendTellsOfTheWilling(t *testing.T) {
	e := &evidence{plan: &plan{study: &study.Study{}}}
	var list []mover
	for _, question := range []string{"worry", "worry2", "kinds", "willing"} {
		x := modelTable(question, crosstab.NetRow, []string{"top"}, around(0.5, 0.02))
		x.Model, x.Question, x.Measures, x.Multi = false, question, map[bool]string{true: "concern", false: "sharing"}[strings.HasPrefix(question, "worry")], question == "kinds"
		e.tables = append(e.tables, x)
		list = append(list, mover{indicator: indicator{x, 0, question}})
	}
	var said []string
	for _, m := range e.leading(list) {
		said = append(said, m.label)
	}
	if got := strings.Join(said, ", "); got != "worry, kinds, willing" {
		t.Errorf("the trend leads with %s", got)
	}
}

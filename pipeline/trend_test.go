package pipeline

import (
	"slices"
	"strings"
	"testing"

	"tradeoff/data/study"
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
		"up": {func(*evidence, *crosstab.Table, *crosstab.Table) {}, "“Worried”: up by 10 points (7 to 13), from 40% in 2023 to 50% in 2025. Since 2024 alone: up by 5 points", "chance"},
		"down": {func(_ *evidence, _, c *crosstab.Table) {
			c.Cells[1][3].Estimate, c.Cells[1][3].Low, c.Cells[1][3].High = -0.1, -0.13, -0.07
		}, "down by 10 points (7 to 13)", "up by 10"},
		"chance":      {func(_ *evidence, _, c *crosstab.Table) { c.Cells[1][3].Low = -0.01 }, "“Worried”: 40% in 2023, then 50% in 2025. Between these two: up by 10 points (from 1 down to 13 up), which may be chance. Since 2024 alone: up by 5 points (2 to 8).", "from 40%"},
		"just chance": {func(_ *evidence, _, c *crosstab.Table) { c.Cells[1][3].Low = -0.001 }, "up by 10 points (from less than 1 down to 13 up), which may be chance.", "beyond"},
		"just beyond": {func(_ *evidence, _, c *crosstab.Table) { c.Cells[1][3].Low = 0.001 }, "“Worried”: up by 10 points (less than 1 to 13), from 40%", "may not"},
		"none": {func(_ *evidence, _, c *crosstab.Table) {
			c.Cells[1][3].Estimate, c.Cells[1][3].Low, c.Cells[1][3].High = -0.004, -0.03, 0.02
			c.Cells[rowOf(c, "step")][3].Low = -0.01
		}, "“Worried” may not have changed: 40% in 2023, 50% in 2025; level within chance (from 3 down to 2 up).", "down by"},
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
		"a break": {func(e *evidence, _, _ *crosstab.Table) {
			e.plan.study.Wave.Breaks = []study.Code{{Code: "2024", Label: "online"}}
		}, "The series breaks at 2024 (online): the change may come from that.", ""},
	} {
		t.Run(name, func(t *testing.T) {
			e, q, changes := trendOf()
			c.do(e, q, changes)
			f, ok := e.moves(e.movers()[0])
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
		if heads := leading(e.movers()); len(heads) == 1 {
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
		Rows:  []crosstab.Row{{Kind: crosstab.Proportion, Label: "As published"}, {Kind: crosstab.Proportion, Label: "Without weights"}, {Kind: crosstab.Proportion, Label: "With weights trimmed"}},
		Cells: [][]crosstab.Cell{cell(0.5), cell(0.52), cell(0.49)}}
	for _, c := range []struct {
		name, says string
		other      crosstab.Cell
	}{
		{"inside", "The 50% (47–53%) for “Do you worry?” holds when it is counted in other ways: it is then 49% to 52%.", cell(0.52)[0]},
		{"at the bound as printed", "holds when it is counted in other ways: it is then 49% to 53%.", cell(0.5349)[0]},
		{"outside", "depends on how it is counted: it is 56% (53–59%) without weights. In other ways it is 49%.", cell(0.56)[0]},
		{"outside and rough", "it is then 49%. One way is much less sure: 56% (46–66%) without weights.", around(0.56, 0.1)},
		{"outside for sure and rough", "depends on how it is counted: it is 65% (57–73%) without weights.", around(0.65, 0.08)},
		{"hidden", "it is then 49%.", crosstab.Cell{Status: crosstab.Suppressed}},
	} {
		x.Cells[1][0] = c.other
		if f, _ := e.depends(x); !strings.Contains(f.Text, c.says) {
			t.Errorf("%s: it says %s, want %s", c.name, f.Text, c.says)
		}
	}
	x.Cells[1] = cell(0.52)
	if f, _ := e.depends(x); f.Asked != "In other ways: without weights 52%; with weights trimmed 49%." {
		t.Errorf("under it stands %s", f.Asked)
	}
	x.Cells[0][0].Status = crosstab.LowBase
	if f, ok := e.depends(x); ok {
		t.Errorf("on a low base it says %s", f.Text)
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

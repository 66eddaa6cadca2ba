package pipeline

import (
	"strings"
	"testing"

	"tradeoff/data/study"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// ageTable is a share of three ages, of which the last has 86 people, and of two sexes;
// p are those of the pairs of ages in order (1-2, 1-3, 2-3) and of the sexes.
func ageTable(shares [5]float64, p [4]float64) *crosstab.Table {
	t := &crosstab.Table{ID: "worry", Question: "worry", Rows: []crosstab.Row{{Kind: crosstab.NetRow, Label: "Worry"}},
		Columns: []crosstab.Column{{Label: "Total", Base: crosstab.Base{Unweighted: 700, People: 700, Effective: 700}}},
		Groups:  []crosstab.Group{{Name: "age", Label: "Age", First: 1, N: 3}, {Name: "sex", Label: "Sex", First: 4, N: 2}},
		Cells:   [][]crosstab.Cell{{around(0.6, 0.02)}}}
	for i, label := range []string{"18-34", "35-74", "75+", "Men", "Women"} {
		n := []int{300, 300, 86, 350, 350}[i]
		x, col := around(shares[i], 0.04), crosstab.Column{Label: label, Base: crosstab.Base{Unweighted: n, People: n, Effective: float64(n)}}
		if n < lowBase {
			x.Status, col.Status = crosstab.LowBase, crosstab.LowBase
		}
		t.Columns, t.Cells[0] = append(t.Columns, col), append(t.Cells[0], x)
	}
	for i, at := range [][2]int{{1, 2}, {1, 3}, {2, 3}, {4, 5}} {
		t.Comparisons = append(t.Comparisons, crosstab.Comparison{A: at[0], B: at[1], EstimateA: shares[at[0]-1], EstimateB: shares[at[1]-1], P: p[i], Status: crosstab.OK})
	}
	return t
}

// Sentences by group follow the figures, bases and tests: every group that was compared is
// ranked, a low base is said, the clearest segment comes first, p values are adjusted by
// Holm's rule (of three pairs the smallest is worth three times as much), and what was not
// compared is said not to be.
func TestGroupsAreSaid(t *testing.T) {
	old := [5]float64{0.51, 0.7, 0.84, 0.6, 0.62}
	age := "By age, worry ranges from 84% (80–88%; only 86 people) for 75+ down to 51% (47–55%) for 18-34: more than chance explains."
	sex := "By sex, worry ranges from 62% (58–66%) for Women down to 60% (56–64%) for Men: more than chance explains."
	hide := func(t *crosstab.Table) {
		t.Columns[3].Status, t.Columns[3].Base, t.Cells[0][3] = crosstab.Suppressed, crosstab.Base{}, crosstab.Cell{Status: crosstab.Suppressed}
		t.Comparisons[1].Status, t.Comparisons[2].Status = crosstab.Suppressed, crosstab.Suppressed
	}
	for name, c := range map[string]struct {
		shares [5]float64
		p      [4]float64
		change func(*crosstab.Table)
		want   string
	}{
		"age":           {old, [4]float64{0.001, 0.001, 0.2, 0.4}, nil, age + "|Differences in worry by sex (60% to 62%) may be chance."},
		"in order":      {old, [4]float64{0.3, 0.01, 0.4, 0.02}, nil, sex + "|" + age},
		"of many pairs": {old, [4]float64{0.3, 0.02, 0.4, 0.4}, nil, "Differences in worry by age (51% to 84%; 75+: only 86 people) and sex (60% to 62%) may be chance."},
		"the lowest": {[5]float64{0.6, 0.7, 0.4, 0.6, 0.62}, [4]float64{0.001, 0.001, 0.001, 0.4}, nil,
			"By age, worry ranges from 70% (66–74%) for 35-74 down to 40% (36–44%; only 86 people) for 75+: more than chance explains.|Differences in worry by sex (60% to 62%) may be chance."},
		"not the ends": {old, [4]float64{0.001, 0.2, 0.4, 0.4}, nil,
			"By age, worry is 70% (66–74%) for 35-74 against 51% (47–55%) for 18-34: the clearest difference between two of these groups.|Differences in worry by sex (60% to 62%) may be chance."},
		"hidden": {old, [4]float64{0.001, 0, 0, 0.4}, hide,
			"By age, worry ranges from 70% (66–74%) for 35-74 down to 51% (47–55%) for 18-34: more than chance explains. Not compared, hidden to protect people: 75+.|Differences in worry by sex (60% to 62%) may be chance."},
		"hidden, alike": {old, [4]float64{0.2, 0, 0, 0.4}, hide,
			"Differences in worry by age (51% to 70%; not compared, hidden to protect people: 75+) and sex (60% to 62%) may be chance."},
		"of too few people": {old, [4]float64{0.2, 0, 0, 0.4}, func(t *crosstab.Table) {
			t.Columns[3].Base, t.Comparisons = crosstab.Base{Unweighted: 29, People: 29}, append(t.Comparisons[:1:1], t.Comparisons[3])
		}, "Differences in worry by age (51% to 70%; not compared, with too few people: 75+) and sex (60% to 62%) may be chance."},
		"ends not compared": {old, [4]float64{0.2, 0, 0.3, 0.4}, func(t *crosstab.Table) { t.Comparisons = append(t.Comparisons[:1:1], t.Comparisons[2:]...) },
			"Differences in worry by sex (60% to 62%) may be chance."},
		"a large base": {old, [4]float64{0.001, 0.001, 0.2, 0.4}, func(t *crosstab.Table) { t.Columns[3].Status, t.Cells[0][3].Status = crosstab.OK, crosstab.OK },
			strings.Replace(age, "; only 86 people", "", 1) + "|Differences in worry by sex (60% to 62%) may be chance."},
		"low by weights": {old, [4]float64{0.001, 0.001, 0.2, 0.4}, func(t *crosstab.Table) {
			t.Columns[3].Base = crosstab.Base{Unweighted: 120, People: 120, Effective: 60}
		}, strings.Replace(age, "only 86 people", "weights leave 60 of 120 people", 1) + "|Differences in worry by sex (60% to 62%) may be chance."},
	} {
		t.Run(name, func(t *testing.T) {
			table := ageTable(c.shares, c.p)
			if c.change != nil {
				c.change(table)
			}
			e := &evidence{tables: []*crosstab.Table{table}, plan: &plan{study: &study.Study{}, segments: []*segment{{name: "age", label: "Age"}, {name: "sex", label: "Sex"}}}}
			var chapter reports.Chapter
			e.bySegment(&chapter, indicator{table, 0, ""}, "worry")
			var said []string
			for _, f := range chapter.Findings {
				checkFinding(t, &reports.Report{Tables: e.tables}, f)
				said = append(said, f.Text)
			}
			if got := strings.Join(said, "|"); got != c.want {
				t.Errorf("says %s\nwant %s", got, c.want)
			}
		})
	}
}

// Only the two clearest segments have a sentence of their own, whatever their order in the
// study; the others that differ are named.
func TestTheClearestSegmentsAreSaid(t *testing.T) {
	table := ageTable([5]float64{0.51, 0.7, 0.84, 0.5, 0.7}, [4]float64{0.3, 0.001, 0.4, 0.0001})
	again := ageTable([5]float64{0.51, 0.7, 0.84, 0.5, 0.7}, [4]float64{})
	table.Columns, table.Cells[0] = append(table.Columns, again.Columns[4:]...), append(table.Cells[0], again.Cells[0][4:]...)
	table.Groups = append(table.Groups, crosstab.Group{Name: "town", Label: "Town", First: 6, N: 2})
	table.Comparisons = append(table.Comparisons, crosstab.Comparison{A: 6, B: 7, EstimateA: 0.5, EstimateB: 0.7, P: 0.01, Status: crosstab.OK})
	segments := []*segment{{name: "town", label: "Town"}, {name: "age", label: "Age"}, {name: "sex", label: "Sex"}}
	var chapter reports.Chapter
	(&evidence{plan: &plan{study: &study.Study{}, segments: segments}}).bySegment(&chapter, indicator{table, 0, ""}, "worry")
	if f := chapter.Findings; len(f) != 2 || !strings.HasPrefix(f[0].Text, "By sex,") || !strings.HasPrefix(f[1].Text, "By age,") || !strings.HasSuffix(f[1].Text, " Beyond chance it also differs by town (Men 50%, Women 70%).") {
		t.Errorf("says %v", f)
	}
}

// The gap between saying and doing is said with its intervals, of the pair of groups that
// differs beyond chance among all of its segment, and else not at all.
func TestGapsOfGroupsAreSaid(t *testing.T) {
	say := func(p float64) string {
		table := ageTable([5]float64{-0.11, -0.05, -0.01, 0, 0}, [4]float64{0.5, p, 0.5, 0.5})
		table.Rows[0].Kind = crosstab.Difference
		e := &evidence{plan: &plan{study: &study.Study{}, segments: []*segment{{name: "age", label: "Age"}, {name: "sex", label: "Sex"}}}}
		var chapter reports.Chapter
		e.gapBySegment(&chapter, gap{more: indicator{table, 0, ""}})
		if len(chapter.Findings) == 0 {
			return ""
		}
		checkFinding(t, &reports.Report{Tables: []*crosstab.Table{table}}, chapter.Findings[0])
		return chapter.Findings[0].Text
	}
	if got, want := say(0.01), "By age, the difference between saying and doing is 11 points fewer (7 to 15) among 18-34 and 1 point fewer (from 5 fewer to 3 more; only 86 people) among 75+."; got != want {
		t.Errorf("says %s, want %s", got, want)
	}
	if got := say(0.02); got != "" {
		t.Errorf("of three pairs, p 0.02 says %s", got)
	}
}

// Who is in none of a segment's groups is named by the words of another segment of its
// column.
func TestWhoIsOutsideASegment(t *testing.T) {
	country := &segment{name: "country", label: "Country", column: "c", values: []category{{code: "1", label: "Peru"}, {code: "2", label: "Chile"}, {code: "3", label: "Japan"}}}
	continent := &segment{name: "continent", label: "Continent", column: "c", nets: []study.Net{{Name: "South America", Codes: []string{"1", "2"}}}}
	elsewhere := &segment{name: "zone", label: "Zone", column: "z", nets: []study.Net{{Name: "North", Codes: []string{"1"}}}}
	e := &evidence{plan: &plan{study: &study.Study{}, segments: []*segment{country, continent, elsewhere}}}
	for s, want := range map[*segment]string{country: "", continent: "without Japan", elsewhere: ""} {
		if got := e.outside(s); got != want {
			t.Errorf("%s: says %q, want %q", s.label, got, want)
		}
	}
	table := ageTable([5]float64{0.51, 0.7, 0.84, 0.5, 0.7}, [4]float64{0.3, 0.3, 0.4, 0.001})
	table.Groups[1].Name = "continent"
	for _, x := range []struct {
		p    float64
		want string
	}{{0.001, "By continent (without Japan), worry ranges from"}, {0.3, "Differences in worry by continent (50% to 70%; without Japan) may be chance."}} {
		table.Comparisons[3].P = x.p
		var c reports.Chapter
		e.bySegment(&c, indicator{table, 0, ""}, "worry")
		if len(c.Findings) != 1 || !strings.HasPrefix(c.Findings[0].Text, x.want) {
			t.Errorf("p %v: says %v", x.p, c.Findings)
		}
	}
}

// A net or an answer that the study names is called by its name, not by what it measures.
func TestSubjectOfSentences(t *testing.T) {
	tables := []*crosstab.Table{
		{ID: "q", Measures: "concern", Title: "Tracked?", Columns: []crosstab.Column{{}}, Rows: []crosstab.Row{{Kind: crosstab.NetRow, Label: "Feel tracked"}, {Kind: crosstab.NetRow, Label: "Top 2", Box: true}, {Kind: crosstab.Proportion, Label: "Sometimes"}, {Kind: crosstab.Proportion, Label: "Yes"}}},
		{ID: "r", Measures: "concern", Columns: []crosstab.Column{{}}},
	}
	e := &evidence{tables: tables[:1]}
	for _, c := range []struct {
		row     int
		label   string
		several bool
		want    string
	}{
		{0, "Feel tracked", true, "the share of “Feel tracked”"},
		{1, "Tracked?", false, "concern"},
		{1, "Tracked?", true, "concern (“Tracked?”)"},
		{2, "Tracked?", false, "the share of “Sometimes”"},
		{3, "Tracked?", false, "concern"},
		{3, "", true, "concern"},
	} {
		e.tables = tables[:1]
		if c.several {
			e.tables = tables
		}
		if got := e.subject(indicator{tables[0], c.row, c.label}, "concern"); got != c.want {
			t.Errorf("row %d: %q, want %q", c.row, got, c.want)
		}
	}
}

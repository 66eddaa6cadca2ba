package pipeline

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tradeoff/data/study"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
	"tradeoff/stats/disclosure"
)

// choicesTable is a figure with a row for each other way of counting it.
func choicesTable(id string, published crosstab.Cell, ways ...any) *crosstab.Table {
	t := &crosstab.Table{ID: id + ".choices", Question: id, Model: true, Title: "The same figure under other choices: " + id, Columns: []crosstab.Column{{Label: "Total", Status: crosstab.OK}}}
	add := func(code string, c crosstab.Cell) {
		t.Rows = append(t.Rows, crosstab.Row{Kind: crosstab.Proportion, Code: code, Label: strings.ToUpper(code[:1]) + code[1:]})
		t.Cells = append(t.Cells, []crosstab.Cell{c})
	}
	add("published", published)
	for k := 0; k < len(ways); k += 2 {
		add(ways[k].(string), ways[k+1].(crosstab.Cell))
	}
	return t
}

// The chapter on method says by how much other choices move the main figures at most,
// and which, but for ways that are too rough to tell.
func TestMethodSaysWhatChoicesMove(t *testing.T) {
	want := choicesTable("want", around(0.5, 0.03), "unweighted", around(0.512, 0.03), "without.fast", around(0.476, 0.03))
	both := choicesTable("both", around(0.3, 0.02), "trimmed", around(0.4, 0.12), "classes", around(0.9, 0.01))
	e := &evidence{tables: []*crosstab.Table{want, both}}
	for _, c := range []struct {
		name, says string
		do         func()
	}{
		{"both ways", "Counted in other ways, want moves by about 2 points at most, from 50% to 48% (without.fast).", func() {}},
		{"a way as sure", "Counted in other ways, one of the 2 main figures can move by more than 3 points, up to 10 points; the others move by about 2 points at most. Both moves most, from 30% to 40% (trimmed).", func() { both.Cells[1][0] = around(0.4, 0.03) }},
		{"hidden", "Counted in other ways, want moves by about 2 points at most, from 50%", func() { both.Cells[0][0].Status = crosstab.Suppressed }},
		{"level", "Counted in other ways, want stays at 50%.", func() { want.Cells[1][0], want.Cells[2][0] = around(0.503, 0.03), around(0.499, 0.03) }},
	} {
		c.do()
		f, ok := e.otherwiseCounted()
		if !ok || !strings.Contains(f.Text, c.says) || len(f.Refs) != 2 {
			t.Errorf("%s: it says %q on %d cells, want %q", c.name, f.Text, len(f.Refs), c.says)
		}
	}
	both.Cells[0][0].Status = crosstab.OK
	if f, _ := e.otherwiseCounted(); !strings.HasPrefix(f.Asked, "Other ways: counting every person the same; counting nobody for much more than the usual; leaving out those who may have answered without care.") {
		t.Errorf("under it stands %q", f.Asked)
	}
	if f, ok := (&evidence{}).otherwiseCounted(); ok {
		t.Errorf("without tables it says %q", f.Text)
	}
}

// What weights and protection cost stands above it: of 600 people of whom half weigh 1
// and half 3, the weights leave (300 + 900)² / 3000 = 480 (Kish 1965, 11.7).
func TestMethodSaysWhatWeightsCost(t *testing.T) {
	e := &evidence{plan: &plan{study: &study.Study{}}, respondents: 600}
	if got, want := e.worth(), "To protect people, nothing is shown of groups of fewer than 10, and no answer that fewer than 5 gave; here that hides nothing."; got != want {
		t.Errorf("says %q, want %q", got, want)
	}
	e.weighting, e.hidden = &reports.Weighting{Effective: 480, Efficiency: 0.8}, disclosure.Summary{Columns: 1, Cells: 12, All: 90}
	for _, want := range []string{"the 600 respondents tell as much as about 480 would if each counted once. The brackets allow for it.", "here that hides 1 whole column of tables and 12 of 90 figures."} {
		if got := e.worth(); !strings.Contains(got, want) {
			t.Errorf("says %q, and not %q", got, want)
		}
	}
	e.weighting.Effective = 483.6
	if got := e.worth(); !strings.Contains(got, "as much as about 480 would") {
		t.Errorf("says %q", got)
	}
	e.weighting.Efficiency = 0.99
	if got := e.worth(); !strings.Contains(got, "hardly costs certainty") || strings.Contains(got, "480") {
		t.Errorf("of weights that hardly differ it says %q", got)
	}
	everybody := modelTable("want", crosstab.Proportion, []string{"a"}, around(0.5, 0.031))
	everybody.Model = false
	e.tables = []*crosstab.Table{everybody, modelTable("gap", crosstab.Difference, []string{"d"}, around(0.1, 0.058))}
	if got := e.worth(); !strings.HasPrefix(got, "Chance may have moved percentages of everybody by up to 4 points, either way") {
		t.Errorf("says %q", got)
	}
	c := &reports.Chapter{Key: "method"}
	if got := e.about(c); got != "The respondents of this survey: 600 respondents. As far as the study says, people were not drawn at random: those who take part may differ from others, and that comes on top of chance." {
		t.Errorf("it is %q", got)
	}
	e.plan.study.Probability = true
	if got := e.about(c); !strings.Contains(got, "They were drawn at random") {
		t.Errorf("of people drawn at random it is %q", got)
	}
}

// The trend is about the people of its first and its last wave, 300 and 360, and says
// whether these are the same: by their identifiers, where there are some. Few who came
// back are not counted, and neither are few who did not.
func TestTrendSaysWhoAnswered(t *testing.T) {
	for _, x := range []struct {
		same int // of the second wave were in the first; -1 for data without identifiers
		want string
	}{
		{-1, "The data do not tell whether the waves asked the same people; each is taken to have asked others."},
		{0, "Each wave asked other people, as far as the data tell."},
		{120, "120 respondents answered in both waves; the changes allow for that."},
		{4, "Fewer than 10 respondents answered in both waves; the changes allow for that."},
		{297, "Many respondents answered in both waves; the changes allow for that."},
		{300, "300 respondents answered in both waves; the changes allow for that."},
	} {
		lines, respondent := []string{"wave,q,id"}, "respondent: id\n"
		for i := range 660 {
			id := i
			if k := i - 300; k >= 0 && k < x.same {
				id = k
			}
			lines = append(lines, fmt.Sprintf("%d,%d,%d", 2023+min(i/300, 1), 1+i%2, id))
		}
		if x.same < 0 {
			respondent = ""
		}
		r := asking(t, respondent+`wave: {column: wave, report: latest}
questions:
  q: {column: q, text: Do you worry?, measures: concern, scale: {1: No, 2: Yes}, top: 1}
`, lines...)
		c, _ := chapterOf(t, r, "trend")
		if want := "The respondents of this survey. Answered: 300 respondents in 2023, 360 in 2024. " + x.want; c.About != want {
			t.Errorf("it is %q, want %q", c.About, want)
		}
		if want := "Asked: “Do you worry?” Counted: “Yes”. Answered: 300 respondents in 2023, 360 in 2024."; c.Findings[0].Asked != want {
			t.Errorf("under its sentence stands %q, want %q", c.Findings[0].Asked, want)
		}
	}
	e, q, _ := trendOf()
	e.plan.study.Respondent, e.panel, e.wavePeople = "id", 896, []int{900, 900, 900}
	if got := e.aboutWaves(); !strings.HasSuffix(got, " Nearly all respondents answered in more than one wave; the changes allow for that.") {
		t.Errorf("of 896 of %d it is %q", q.Columns[1].Base.People, got)
	}
	e.plan.filter = make([]condition, 1)
	if got := e.aboutWaves(); !strings.HasSuffix(got, " Some respondents answered in more than one wave; the changes allow for that.") {
		t.Errorf("of a part of the people it is %q", got)
	}
}

// How many came back is said neither where few of a wave did not, however large another
// wave is, nor where few are new; and the warning says what the sentence says. Not all
// have an answer to the question: its base is no wave.
func TestCameBackTellsNoFew(t *testing.T) {
	for _, x := range []struct {
		first, last, same int
		want              string
	}{
		{400, 300, 297, "many respondents"},
		{400, 445, 395, "many respondents"},
		{400, 405, 396, "nearly all respondents"},
		{400, 400, 400, "400 respondents"},
		{400, 300, 290, "290 respondents"},
		{400, 300, 9, "fewer than 10 respondents"},
	} {
		answer := func(i int) string {
			if i%20 == 19 {
				return ""
			}
			return fmt.Sprint(1 + i%2)
		}
		lines := []string{"wave,q,id"}
		for i := range x.first {
			lines = append(lines, fmt.Sprintf("2023,%s,%d", answer(i), i))
		}
		for i := range x.last {
			id := i
			if i >= x.same {
				id += x.first
			}
			lines = append(lines, fmt.Sprintf("2024,%s,%d", answer(i), id))
		}
		r := asking(t, "respondent: id\nwave: {column: wave, report: latest}\nquestions:\n  q: {column: q, text: Do you worry?, measures: concern, scale: {1: No, 2: Yes}, top: 1}\n", lines...)
		c, _ := chapterOf(t, r, "trend")
		if want := upper(x.want) + " answered in both waves"; !strings.Contains(c.About, want) {
			t.Errorf("%d of %d and %d came back: %q, want %q", x.same, x.first, x.last, c.About, want)
		}
		if !slices.ContainsFunc(r.Method.Warnings, func(w string) bool { return strings.HasPrefix(w, x.want+" answered in more than one wave") }) {
			t.Errorf("%d of %d and %d came back: %q, want %q", x.same, x.first, x.last, r.Method.Warnings, x.want)
		}
	}
}

package reporttest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// A group of banner columns to make: the nested ones have parents.
type group struct {
	name, label, parent string
	columns             []string
	bases               []int
}

func banner() []group {
	ages := []string{"18-24", "25-34", "35-44", "45-54", "55-64", "65+"}
	return []group{
		{"gender", "Gender", "", []string{"Women", "Men", "Another answer"}, []int{812, 790, 7}},
		{"age", "Age", "", ages, []int{214, 288, 301, 295, 270, 241}},
		{"country", "Country", "", []string{"Germany", "France", "United Kingdom", "Spain"}, []int{410, 405, 398, 396}},
		{"age_by_country", "Age by country", "Germany", ages, []int{52, 74, 78, 76, 69, 61}},
		{"age_by_country", "Age by country", "France", ages, []int{28, 74, 76, 75, 68, 61}},
		{"industry", "Industry worked in", "", []string{"Banking, insurance and pensions", "Telecommunications", "Retail"}, []int{122, 48, 0}},
		{"wave", "Wave", "", []string{"2024", "2025"}, []int{800, 809}},
	}
}

// Columns makes a banner of Total and the groups given, lettered through.
func columns(groups []group, scale float64) ([]crosstab.Column, []crosstab.Group) {
	total := int(1609 * scale)
	cols := []crosstab.Column{{Label: "Total", Wave: "all", Base: base(total), Status: crosstab.OK}}
	var made []crosstab.Group
	letter := 0
	for _, g := range groups {
		made = append(made, crosstab.Group{Name: g.name, Label: g.label, First: len(cols), N: len(g.columns)})
		for i, label := range g.columns {
			c := crosstab.Column{Group: g.name, Label: label, Parent: g.parent, Letter: letterOf(letter), Wave: "all",
				Rest: g.name != "wave", Base: base(int(float64(g.bases[i]) * scale))}
			if g.name == "wave" {
				c.Wave = label
			}
			c.Status = statusOf(c.Base.Unweighted)
			cols = append(cols, c)
			letter++
		}
	}
	return cols, made
}

func letterOf(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return "A" + string(rune('A'+i-26))
}

func statusOf(n int) crosstab.Status {
	switch {
	case n == 0:
		return crosstab.NotAsked
	case n < 10:
		return crosstab.Suppressed
	case n < 100:
		return crosstab.LowBase
	}
	return crosstab.OK
}

func base(n int) crosstab.Base {
	return crosstab.Base{Unweighted: n, People: n, Weighted: float64(n) * 1.013, Effective: float64(n) * 0.871}
}

// A question to make a table of.
type question struct {
	id, chapter, title, text string
	answers                  []string
	net                      string // of the last two answers that are not pinned
	mean                     bool
	pinned                   bool // the last answer is don't know
	loop                     bool
	multi                    bool
}

func table(number int, q question, groups []group, scale float64) *crosstab.Table {
	rng := rand.New(rand.NewPCG(uint64(number), 7))
	t := &crosstab.Table{ID: q.id, Number: number, Chapter: q.chapter, Question: strings.SplitN(q.id, ".", 2)[0],
		Title: q.title, Text: q.text, BaseText: "All respondents", Loop: q.loop}
	if _, item, ok := strings.Cut(q.id, "."); ok {
		t.Item = item
	}
	t.Columns, t.Groups = columns(groups, scale)
	if q.loop {
		t.BaseText = "All ratings of an industry, by people who used it in the last year"
		for i := range t.Columns {
			t.Columns[i].Base.People = int(float64(t.Columns[i].Base.Unweighted) * 0.41)
		}
	}
	for i, a := range q.answers {
		t.Rows = append(t.Rows, crosstab.Row{Kind: crosstab.Proportion, Label: a, Code: fmt.Sprint(i + 1), Pinned: q.pinned && i == len(q.answers)-1})
	}
	if q.net != "" {
		t.Rows = append(t.Rows, crosstab.Row{Kind: crosstab.NetRow, Label: q.net, Codes: []string{"4", "5"}})
	}
	if q.mean {
		t.Rows = append(t.Rows, crosstab.Row{Kind: crosstab.Mean, Label: "Mean"}, crosstab.Row{Kind: crosstab.SD, Label: "Standard deviation"})
		t.Notes = append(t.Notes, "The mean leaves out don't know.")
	}
	if q.multi {
		t.Notes = append(t.Notes, "Several answers were possible; percentages add to more than 100.")
	}
	level := make([]float64, len(t.Rows))
	sum := 0.0
	for i := range q.answers {
		level[i] = 0.3 + rng.Float64()
		if t.Rows[i].Pinned {
			level[i] = 0.08
		}
		sum += level[i]
	}
	for i := range q.answers {
		if !q.multi {
			level[i] /= sum
		} else {
			level[i] *= 0.55
		}
	}
	t.Cells = make([][]crosstab.Cell, len(t.Rows))
	for i := range t.Rows {
		t.Cells[i] = make([]crosstab.Cell, len(t.Columns))
		for j := range t.Columns {
			t.Cells[i][j] = cell(rng, t, i, j, level)
		}
	}
	mark(t)
	return t
}

func cell(rng *rand.Rand, t *crosstab.Table, i, j int, level []float64) crosstab.Cell {
	col := t.Columns[j]
	if col.Status == crosstab.NotAsked || col.Status == crosstab.Suppressed {
		return crosstab.Cell{Status: col.Status}
	}
	c := crosstab.Cell{Status: col.Status, HasCI: true, DF: float64(col.Base.People - 1), Deff: 1.15}
	n := col.Base.Effective
	switch t.Rows[i].Kind {
	case crosstab.Proportion:
		c.Estimate = math.Min(0.97, math.Max(0.002, level[i]*(1+rng.NormFloat64()*0.18)))
	case crosstab.NetRow:
		for k := range t.Rows {
			if c := t.Rows[k].Code; c == "4" || c == "5" {
				level[i] = math.Min(0.95, level[k]+level[i]*0.5)
			}
		}
		c.Estimate = math.Min(0.97, level[i]*(1+rng.NormFloat64()*0.12))
	case crosstab.Mean:
		c.Estimate, c.SE = 3.2+rng.NormFloat64()*0.2, 1.1/math.Sqrt(n)
	case crosstab.SD:
		c = crosstab.Cell{Status: col.Status, Estimate: 1.1 + rng.NormFloat64()*0.05}
		c.Count, c.WeightedCount = scored(t, j)
		return c
	}
	if reports.IsShare(t.Rows[i].Kind) {
		c.SE = math.Sqrt(c.Estimate * (1 - c.Estimate) / n)
		c.Count = int(math.Round(c.Estimate * float64(col.Base.Unweighted)))
		c.WeightedCount = c.Estimate * col.Base.Weighted
		if c.Count == 0 {
			return crosstab.Cell{Status: col.Status, DF: c.DF}
		}
		if c.Count < 5 && j > 0 {
			return crosstab.Cell{Status: crosstab.Suppressed}
		}
	} else {
		c.Count, c.WeightedCount = scored(t, j)
	}
	c.Low, c.High = c.Estimate-1.96*c.SE, c.Estimate+1.96*c.SE
	return c
}

// scored counts the people of a column who are in its mean: all but those who
// don't know, one in twenty.
func scored(t *crosstab.Table, j int) (int, float64) {
	b := t.Columns[j].Base
	for _, r := range t.Rows {
		if r.Pinned {
			return b.Unweighted - b.Unweighted/20, b.Weighted * 0.95
		}
	}
	return b.Unweighted, b.Weighted
}

// compare lists the comparisons that mark made.
func compare(t *crosstab.Table) *crosstab.Table {
	for i, row := range t.Rows {
		if row.Kind == crosstab.SD {
			continue
		}
		for _, g := range t.Groups {
			for a := g.First; a < g.First+g.N; a++ {
				if !testable(t, i, a) {
					continue
				}
				for b := a + 1; b < g.First+g.N; b++ {
					if testable(t, i, b) {
						t.Comparisons = append(t.Comparisons, comparison(t, i, a, b))
					}
				}
				if t.Columns[a].Rest {
					t.Comparisons = append(t.Comparisons, comparison(t, i, a, -1))
				}
			}
		}
	}
	return t
}

// mark compares the columns of each group by a plain z test: the letters need
// only be like real ones.
func mark(t *crosstab.Table) {
	for i, row := range t.Rows {
		if row.Kind == crosstab.SD {
			continue
		}
		for _, g := range t.Groups {
			for a := g.First; a < g.First+g.N; a++ {
				markCell(t, i, a, g)
			}
		}
	}
}

func testable(t *crosstab.Table, i, j int) bool {
	return reports.HasNumber(reports.Shown(t, i, j)) && t.Columns[j].Base.Unweighted >= 30 && t.Cells[i][j].SE > 0
}

func markCell(t *crosstab.Table, i, a int, g crosstab.Group) {
	if !testable(t, i, a) {
		return
	}
	x := &t.Cells[i][a]
	x.Tested = true
	for b := g.First; b < g.First+g.N; b++ {
		if b == a || !testable(t, i, b) {
			continue
		}
		z := zOf(x, &t.Cells[i][b])
		switch {
		case z > 1.96:
			x.Letters += t.Columns[b].Letter
		case z > 1.645:
			x.Letters += strings.ToLower(t.Columns[b].Letter)
		}
	}
	if !t.Columns[a].Rest {
		return
	}
	switch z := zOf(x, &t.Cells[i][0]); {
	case z > 1.96:
		x.VsRest = 2
	case z > 1.645:
		x.VsRest = 1
	case z < -1.96:
		x.VsRest = -2
	case z < -1.645:
		x.VsRest = -1
	}
}

func zOf(x, y *crosstab.Cell) float64 {
	return (x.Estimate - y.Estimate) / math.Sqrt(x.SE*x.SE+y.SE*y.SE)
}

func comparison(t *crosstab.Table, row, a, b int) crosstab.Comparison {
	x, y := &t.Cells[row][a], &t.Cells[row][max(b, 0)]
	z := zOf(x, y)
	return crosstab.Comparison{Row: row, A: a, B: b, EstimateA: x.Estimate, EstimateB: y.Estimate, Difference: x.Estimate - y.Estimate,
		SE: math.Sqrt(x.SE*x.SE + y.SE*y.SE), DF: 1600, T: z, P: math.Erfc(math.Abs(z) / math.Sqrt2), Status: crosstab.OK}
}

var likert = []string{"Not at all", "A little", "Somewhat", "Quite a lot", "Very much", "Don't know"}

func questions() []question {
	return []question{
		{"expects", "expectation", "Expects personalized service", "How much do you expect each of these kinds of companies to tailor what they offer to you personally?", likert, "Quite a lot or very much", true, true, true, false},
		{"worry", "concern", "Worries about being tracked online", "How worried are you, if at all, that companies follow what you do online across different websites and apps?", likert, "Quite a lot or very much", true, true, false, false},
		{"share.location", "sharing", "Would share: current location", "Which of the following would you share with a company in exchange for a better service? Please choose all that apply.", []string{"Would share", "Would not share", "It depends on the company"}, "", false, false, false, true},
		{"share.card", "sharing", "Would share: bank card details", "Which of the following would you share with a company in exchange for a better service? Please choose all that apply.", []string{"Would share", "Would not share", "It depends on the company"}, "", false, false, false, true},
		{"trust", "trust", "Trusts companies with personal data", "And how much do you trust each of these kinds of companies to look after your personal data?", likert, "Quite a lot or very much", true, true, true, false},
		{"benefits", "", "Benefits that matter", "Which of these benefits matter to you? Please choose all that apply.", []string{"Lower prices", "Faster service, with no need to repeat what they already know about me", "Offers in advance", "Better recommendations", "None of these"}, "", false, true, false, true},
	}
}

// Report is a small tracker with every state that a cell can have.
func Report() *reports.Report {
	r := &reports.Report{
		Meta: reports.Meta{Name: "state-of-personal-data", Title: "State of personal data 2025", Population: "Adults who use the internet, four European countries",
			Client: "Fair Data Council", Fielded: "3 to 28 March 2025", Mode: "online questionnaire, 12 minutes", Sample: "online quota sample by age, gender and region",
			Contact: "research@example.org", Notes: []string{"The question on worry was reworded in 2025; do not compare it with 2024."}, Simulated: true, Version: "1.0.0", Respondents: 1609, Waves: []string{"2024", "2025"},
			Sources:      []reports.Source{{Name: "wave1.sav", Format: "sav", Rows: 800, SHA256: strings.Repeat("a1", 32)}, {Name: "wave2.sav", Format: "sav", Rows: 809, SHA256: strings.Repeat("b2", 32)}},
			SegmentNames: map[string]string{"gender": "Gender", "age": "Age", "country": "Country", "age_by_country": "Age by country", "industry": "Industry worked in", "wave": "Wave"}},
		Method: method(),
	}
	for i, q := range questions() {
		r.Tables = append(r.Tables, compare(table(i+1, q, banner(), map[bool]float64{true: 2.4, false: 1}[q.loop])))
	}
	tiny := r.Tables[5].Cell(3, 0)
	tiny.Estimate, tiny.Count, tiny.WeightedCount = 0.0031, 5, 5.05
	r.Chapters = chapters()
	r.About = "About adults online: 1,000 respondents."
	r.Headline = []reports.Finding{
		{Text: "54% expect companies to tailor what they offer, and 61% worry about being tracked: the same people want both.", Refs: []reports.Ref{{Table: "expects", Row: 6, Column: 0}, {Table: "worry", Row: 6, Column: 0}}},
		{Text: "Worry rises with age: 71% of people over 64 worry, against 48% of those under 25.", Refs: []reports.Ref{{Table: "worry", Row: 6, Column: 9}}},
		{Text: "Nobody is trusted by a majority. Banks lead at 41%.", Refs: []reports.Ref{{Table: "trust", Row: 6, Column: 0}}},
		{Text: "38% would share their location, 9% their bank card.", Refs: []reports.Ref{{Table: "share.location", Row: 0, Column: 0}, {Table: "share.card", Row: 0, Column: 0}}},
		{Text: "Lower prices buy more willingness than any other benefit.", Refs: []reports.Ref{{Table: "benefits", Row: 0, Column: 0}}},
	}
	return r
}

func chapters() []reports.Chapter {
	return []reports.Chapter{
		{Number: 1, Key: "expectation", Title: "Expectation", Question: "Who expects personalized service, and from whom?", About: "Adults online: 990 to 1,000 respondents answered, question by question.", Tables: []string{"expects"},
			Findings: []reports.Finding{{Text: "54% of ratings say that the company is expected to tailor its service.", Asked: "Asked: “Which of them should tailor its service?” Answered: 2,400 ratings by 800 respondents.", Refs: []reports.Ref{{Table: "expects"}}}, {Text: "People between 25 and 34 expect it most."}},
			Figures:  []reports.Figure{figure("expectation", "More than half expect service tailored to them", "expects")}},
		{Number: 2, Key: "concern", Title: "Concern", Question: "Who believes or worries that they are tracked?", Tables: []string{"worry"},
			Findings: []reports.Finding{{Text: "Worry rises with every age band.", Refs: []reports.Ref{{Table: "worry"}}}},
			Figures:  []reports.Figure{figure("concern", "Worry rises with age", "worry"), figure("concern-country", "Worry is alike in all four countries", "worry")}},
		{Number: 3, Key: "contradiction", Title: "Contradiction", Question: "Who wants both?", Missing: "The study asks no question whose answers can be crossed with worry for the same person."},
		{Number: 4, Key: "trust", Title: "Trust", Question: "Which industries are trusted with personal data?", Tables: []string{"trust"},
			Findings: []reports.Finding{{Text: "Banks lead; retail and telecommunications are tied."}}},
		{Number: 5, Key: "sharing", Title: "Sharing", Question: "Which data would people share, and with whom?", Tables: []string{"share.location", "share.card"},
			Findings: []reports.Finding{{Text: "Location is shared most readily, bank cards least."}}, WhatIf: whatIf()},
	}
}

// whatIf has a lever of steps and one of groups, three groups of people and an answer
// that the data do not reach.
func whatIf() *reports.WhatIf {
	return &reports.WhatIf{Table: "share.location", Share: "are willing to share", Caveat: []string{"What goes with willingness need not cause it."}, Notes: []string{"The range in brackets is that of the change."},
		Levers: []reports.Lever{{Label: "Trust", Settings: []string{"a step less", "as it is", "a step more"}, Now: 1}, {Label: "Told benefit", Settings: []string{"as it is", "Told for everybody"}}},
		Groups: []reports.AskedGroup{
			{Label: "Total", Now: reports.Position{Said: "38% (36–40%)", Share: 38, Low: 36, High: 40}, Answers: map[string]reports.Position{
				"00": {Said: "about 30%: 8 points fewer (6 to 10)", Share: 30, Low: 28, High: 32},
				"20": {Said: "about 46%: 8 points more (6 to 11)", Share: 46, Low: 44, High: 49},
				"11": {Said: "about 42%: 4 points more (2 to 5)", Share: 42, Low: 40, High: 43},
				"21": {Said: "about 50%: 12 points more (9 to 14)", Share: 50, Low: 47, High: 52},
			}},
			{Banner: "Age", Label: "18-24", Now: reports.Position{Said: "45% (41–49%)", Share: 45, Low: 41, High: 49}, Answers: map[string]reports.Position{
				"20": {Said: "about 53%: 8 points more (5 to 11)", Share: 53, Low: 50, High: 56},
			}},
			{Banner: "Age", Label: "65+", Now: reports.Position{Said: "31% (27–35%)", Share: 31, Low: 27, High: 35}, Answers: map[string]reports.Position{
				"00": {Said: "about 25%: 6 points fewer (4 to 8)", Share: 25, Low: 23, High: 27},
			}},
		}}
}

func method() reports.Method {
	return reports.Method{
		Design:     []reports.Fact{{Label: "Weight", Value: "design_wt, raked to age, gender and country; efficiency 87%"}, {Label: "Strata and PSUs", Value: "4 strata, 1,609 PSUs, 1,605 degrees of freedom"}},
		Bases:      []reports.Fact{{Label: "Women", Value: "812"}, {Label: "Men", Value: "790"}},
		Exclusions: []reports.Fact{{Label: "Finished in under a third of the median time", Value: "31 respondents"}},
		Dropped:    []reports.Fact{{Label: "email", Value: "holds addresses"}, {Label: "ip", Value: "holds network addresses"}},
		Tests:      []string{"Columns of the same group are compared with each other, and each with everybody else."},
		Protection: []string{"Groups of fewer than 10 people and answers given by fewer than 5 are hidden, and as many more as it takes that no hidden one can be worked out.", "14 of 1,240 cells are hidden."},
		Reading:    []reports.Fact{{Label: "Percentages", Value: "of the base of the column, weighted"}},
		Warnings:   []string{"The two waves differ in their quotas for France."},
		Sampling:   []string{"The respondents come from an online panel and not from a probability sample. The intervals assume that the weighting removes the difference between panel and population."},
	}
}

// figure draws a plain bar chart: the page needs only something to place.
func figure(id, title, table string) reports.Figure {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?>` + "\n" + `<svg xmlns="http://www.w3.org/2000/svg" width="720pt" height="340pt" viewBox="0 -40 720 340">`)
	fmt.Fprintf(&b, `<text x="20" y="-14" font-family="sans-serif" font-size="19" font-weight="bold" fill="#1b2430">%s</text>`, title)
	for i, v := range []int{61, 57, 54, 50, 46, 38} {
		y := 20 + i*44
		fmt.Fprintf(&b, `<text x="150" y="%d" text-anchor="end" font-family="sans-serif" font-size="15" fill="#2b3544">Group %d</text><rect x="160" y="%d" width="%d" height="26" style="fill:#1f5f74"/><text x="%d" y="%d" font-family="sans-serif" font-size="15" fill="#2b3544">%d%%</text>`,
			y+18, i+1, y, v*8, 168+v*8, y+18, v)
	}
	b.WriteString(`</svg>`)
	return reports.Figure{ID: id, Title: title, Caption: "Base: all respondents, weighted. Bars end at the estimate.", Alt: "Six bars, falling from 61% to 38%.", SVG: []byte(b.String()), Table: table}
}

// Big is a report of the size of the built-in sample: n tables of the widest
// banner.
func Big(n int) *reports.Report {
	r := Report()
	r.Tables, r.Chapters, r.Headline = nil, nil, nil
	groups := append(banner(), banner()[1], banner()[2])
	for i := range n {
		q := questions()[i%len(questions())]
		q.id, q.chapter = fmt.Sprintf("%s_%d", q.id, i), ""
		r.Tables = append(r.Tables, compare(table(i+1, q, groups, 1)))
	}
	return r
}

// Book is a report of n tables of 60 rows and 40 columns, for large workbooks.
// The tables have no list of comparisons, which workbooks do not read.
func Book(n int) *reports.Report {
	r := Report()
	r.Tables, r.Chapters, r.Headline = nil, nil, nil
	groups := append(banner(), banner()[1], banner()[5])
	var answers []string
	for i := range 60 {
		answers = append(answers, fmt.Sprintf("%s (%d)", questions()[5].answers[i%5], i+1))
	}
	for i := range n {
		q := question{id: fmt.Sprintf("benefits_%d", i), title: "Benefits that matter", text: questions()[5].text, answers: answers, multi: true}
		r.Tables = append(r.Tables, table(i+1, q, groups, 1))
	}
	return r
}

// Hostile is a report whose every label attacks whatever opens it.
func Hostile() *reports.Report {
	r := Report()
	attacks := Attacks()
	next := 0
	attack := func() string { next++; return attacks[next%len(attacks)] }
	r.Meta.Title, r.Meta.Population, r.Meta.Client, r.Meta.Contact, r.Meta.Waves = attack(), attack(), attack(), attack(), []string{attack(), attack()}
	r.Meta.Notes = []string{attack(), attack()}
	for i := range r.Headline {
		r.Headline[i].Text = attack()
	}
	for i := range r.Chapters {
		c := &r.Chapters[i]
		c.Title, c.Question = attack(), attack()
		if w := c.WhatIf; w != nil {
			w.Share, w.Caveat, w.Notes = attack(), []string{attack()}, []string{attack()}
			for k := range w.Levers {
				w.Levers[k].Label, w.Levers[k].Settings[0] = attack(), attack()
			}
			for k := range w.Groups {
				g := &w.Groups[k]
				g.Banner, g.Label, g.Now.Said = attack(), attack(), attack()
				x := reports.Position{Said: attack()}
				for key := range g.Answers {
					g.Answers[key] = x
				}
			}
		}
		for j := range c.Figures {
			c.Figures[j].Title, c.Figures[j].Caption, c.Figures[j].Alt, c.Figures[j].ID = attack(), attack(), attack(), attack()
		}
	}
	for _, t := range r.Tables {
		old := t.ID
		t.Title, t.Text, t.BaseText, t.Unit, t.Item, t.ID = attack(), attack(), attack(), attack(), attack(), old+attack()
		t.Notes = []string{attack()}
		for i := range t.Rows {
			t.Rows[i].Label = attack()
		}
		for i := range t.Columns {
			t.Columns[i].Label = attack()
		}
		for i := range t.Groups {
			t.Groups[i].Label = attack()
		}
		for i := range r.Chapters {
			for j, id := range r.Chapters[i].Tables {
				if id == old {
					r.Chapters[i].Tables[j] = t.ID
				}
			}
		}
	}
	return r
}

// Attacks are texts that a survey file may hold.
func Attacks() []string {
	return []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `javascript:alert(1)`, `' onmouseover='alert(1)`, `</style><script>alert(1)</script>`,
		`=1+1`, `=HYPERLINK("http://example.org","x")`, `@SUM(A1)`, `+cmd|' /C calc'!A0`, `-2+3`, "\t=1+1", `_x0041_`, "\x00\x01null", "two\nlines", `a,"b"`,
		`{{.Meta}}`, `&amp;&`, `]]>`, "\u202Eright to left", `../../etc/passwd`, "bad \xff utf-8", strings.Repeat("long ", 8000),
	}
}

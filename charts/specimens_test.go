package charts

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"tradeoff/stats/crosstab"
)

// This file holds the charts that the tests draw: usual ones, and the awkward
// ones that real studies bring.

type drawer interface{ Draw() (Drawing, error) }

type specimen struct {
	name  string
	chart drawer
}

// ok is a shown proportion with an interval of a usual width.
func ok(share float64) crosstab.Cell {
	half := 1.96 * math.Sqrt(share*(1-share)/400)
	return crosstab.Cell{Status: crosstab.OK, Estimate: share, Low: max(share-half, 0), High: min(share+half, 1), HasCI: share > 0 && share < 1}
}

func small(share float64) crosstab.Cell {
	c := ok(share)
	c.Status = crosstab.LowBase
	if c.HasCI {
		c.Low, c.High = max(0, share-0.14), min(1, share+0.14)
	}
	return c
}

// secret is a cell that must leave no trace.
func secret(share float64) crosstab.Cell {
	c := ok(share)
	c.Status = crosstab.Suppressed
	return c
}

var unasked = crosstab.Cell{Status: crosstab.NotAsked}

func oks(shares ...float64) []crosstab.Cell {
	var cells []crosstab.Cell
	for _, s := range shares {
		cells = append(cells, ok(s))
	}
	return cells
}

func with(cells []crosstab.Cell, status crosstab.Status, at ...int) []crosstab.Cell {
	for _, i := range at {
		cells[i].Status = status
	}
	return cells
}

var agreement = []string{"Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"}

const simulated = "Simulated data. Weighted; online adults 18+, 6 countries, field work March 2025."

func likertUsual() Likert {
	return Likert{
		Title:    "Most people expect streaming and shops to know them; few expect it of the state",
		Subtitle: "“I expect this industry to know me and make offers that suit me.” Base: all ratings, 6 countries",
		Note:     simulated, Categories: agreement, Neutral: 2,
		Rows: []LikertRow{
			{Label: "Streaming", Group: "Digital", Base: 2411, Shares: oks(0.043, 0.091, 0.214, 0.392, 0.26)},
			{Label: "Social media", Group: "Digital", Base: 2390, Shares: oks(0.112, 0.163, 0.245, 0.31, 0.17)},
			{Label: "Online shops", Group: "Digital", Base: 2402, Shares: oks(0.05, 0.1, 0.2, 0.41, 0.24)},
			{Label: "Banks", Group: "Services", Base: 2388, Shares: oks(0.06, 0.14, 0.29, 0.36, 0.15)},
			{Label: "Insurance", Group: "Services", Base: 1204, Shares: oks(0.12, 0.24, 0.31, 0.25, 0.08)},
			{Label: "Energy suppliers", Group: "Services", Base: 44, Shares: with(oks(0.16, 0.27, 0.3, 0.2, 0.07), crosstab.LowBase, 0, 1, 2, 3, 4)},
			{Label: "Health care", Group: "Public", Base: 1187, Shares: with(oks(0.19, 0.24, 0.27, 0.22, 0.08), crosstab.Suppressed, 0, 4)},
			{Label: "Government", Group: "Public", Base: 7, Shares: with(oks(0.31, 0.29, 0.22, 0.14, 0.04), crosstab.Suppressed, 0, 1, 2, 3, 4)},
			{Label: "Police", Group: "Public", Base: 0, Shares: []crosstab.Cell{unasked, unasked, unasked, unasked, unasked}},
		},
	}
}

func likertForty() Likert {
	c := Likert{Title: "Forty industries, ranked by how many worry", Subtitle: "Base: all ratings", Categories: agreement[:4], Neutral: -1, Note: simulated}
	for i := range 40 {
		up := 0.9 - 0.02*float64(i)
		c.Rows = append(c.Rows, LikertRow{Label: fmt.Sprintf("Industry number %d", i+1), Base: 300 + 7*i,
			Shares: oks((1-up)*0.3, (1-up)*0.7, up*0.6, up*0.4)})
	}
	return c
}

func likertEight() Likert {
	return Likert{
		Title:    "Datenschutzgrundverordnungskonformitätsbescheinigungen beruhigen nur jeden Dritten",
		Subtitle: "„Wie sehr beruhigt Sie eine Bescheinigung?“ Acht Stufen ohne Mitte; Basis: alle Befragten, die mindestens eine Branche bewertet haben und deren Antworten auf die Frage nach der Verarbeitung vorliegen",
		Categories: []string{"beruhigt überhaupt nicht", "kaum", "eher wenig", "wenig", "etwas", "eher stark", "stark",
			"beruhigt vollständig und ohne jeden Vorbehalt"},
		Neutral: -1,
		Rows: []LikertRow{
			{Label: "Kraftfahrzeughaftpflichtversicherungsgesellschaften", Base: 812, Shares: oks(0.2, 0.15, 0.15, 0.15, 0.1, 0.1, 0.1, 0.05)},
			{Label: "Telekommunikationsdienstleistungsunternehmen einschließlich Mobilfunk, Festnetz und Breitbandinternet", Base: 1012, Shares: oks(0.01, 0.01, 0.01, 0.01, 0.01, 0.05, 0.1, 0.8)},
			{Label: "Öffentlich-rechtlicher Rundfunk", Base: 12012, Shares: oks(1, 0, 0, 0, 0, 0, 0, 0)},
			{Label: "Bürgerämter", Base: 10, Shares: oks(0, 0, 0, 0, 0, 0, 0, 1)},
			{Label: "Apotheken <& Co.>", Base: 512, Shares: oks(0.004, 0.002, 0.25, 0.25, 0.25, 0.24, 0.004, 0)},
		},
	}
}

func likertScripts() Likert {
	return Likert{
		Title: "Доверие к отраслям — אמון בענפים", Subtitle: "База: все респонденты (18–65)", Categories: []string{"Нет", "Не знаю", "Да"}, Neutral: 1,
		Rows: []LikertRow{
			{Label: "Банки и страхование", Group: "Россия", Base: 402, Shares: oks(0.3, 0.3, 0.4)},
			{Label: "בנקים וביטוח (18–34)", Group: "ישראל", Base: 312, Shares: oks(0.2, 0.2, 0.6)},
			{Label: "חברות טלפון, Google ו-Apple", Group: "ישראל", Base: 312, Shares: with(oks(0.2, 0.2, 0.6), crosstab.LowBase, 0, 1, 2)},
			{Label: "البنوك والتأمين", Group: "مصر", Base: 250, Shares: oks(0.1, 0.4, 0.5)},
			{Label: "Τράπεζες", Group: "Ελλάδα", Base: 199, Shares: oks(0.5, 0.25, 0.25)},
		},
	}
}

// likertNamed has answers that are sentences, and a name for the upper ones.
func likertNamed() Likert {
	return Likert{
		Title: "Most believe that they are tracked", Subtitle: "“Which of these comes closest?” Base: all respondents", NetLabel: "Believe that they are tracked across websites",
		Categories: []string{"I am not tracked", "I have not thought about it", "I am tracked, it does not worry me", "I am tracked, and it worries me"}, Neutral: 1,
		Rows: []LikertRow{
			{Label: "18–34", Group: "Age", Base: 402, Shares: oks(0.1, 0.2, 0.4, 0.3)},
			{Label: "35–54", Group: "Age", Base: 511, Shares: oks(0.08, 0.12, 0.3, 0.5)},
			{Label: "55+", Group: "Age", Base: 498, Shares: with(oks(0.2, 0.25, 0.25, 0.3), crosstab.Suppressed, 0, 1)},
		},
	}
}

func dotsUsual() Dots {
	total := ok(0.41)
	return Dots{
		Title:    "Older people worry more about being tracked",
		Subtitle: "“I worry that companies follow what I do.” Share who agree. Base: all respondents",
		Note:     simulated, Axis: "Agree or strongly agree", Percent: true,
		Reference: &total, ReferenceLabel: "Total",
		Rows: []Dot{
			{Label: "18–24", Group: "Age", Base: 402, Cell: ok(0.28)},
			{Label: "25–34", Group: "Age", Base: 511, Cell: ok(0.33)},
			{Label: "35–44", Group: "Age", Base: 498, Cell: ok(0.403)},
			{Label: "45–54", Group: "Age", Base: 477, Cell: ok(0.455)},
			{Label: "55–64", Group: "Age", Base: 44, Cell: small(0.49)},
			{Label: "65+", Group: "Age", Base: 380, Cell: ok(0.52)},
			{Label: "Germany", Group: "Country", Base: 600, Cell: ok(0.53)},
			{Label: "United Kingdom", Group: "Country", Base: 600, Cell: ok(0.41)},
			{Label: "Brazil", Group: "Country", Base: 600, Cell: ok(0.37)},
			{Label: "Malta", Group: "Country", Base: 6, Cell: secret(0.93)},
			{Label: "United States", Group: "Country", Base: 600, Cell: ok(0.44)},
			{Label: "India", Group: "Country", Base: 0, Cell: unasked},
		},
	}
}

func dotsMeans() Dots {
	mean := func(m, h float64) crosstab.Cell {
		return crosstab.Cell{Status: crosstab.OK, Estimate: m, Low: m - h, High: m + h, HasCI: true}
	}
	total := mean(3.31, 0.04)
	return Dots{
		Title: "Banks are trusted most with personal data, social media least", Subtitle: "Mean trust, 1 = not at all, 5 = completely. Base: all ratings",
		Axis: "Mean trust", Unit: "points", Reference: &total, ReferenceLabel: "All industries", Note: simulated,
		Rows: []Dot{
			{Label: "Social media", Base: 1000, Cell: mean(2.21, 0.09)}, {Label: "Banks", Base: 1000, Cell: mean(4.02, 0.07)},
			{Label: "Streaming", Base: 1000, Cell: mean(3.1, 0.08)}, {Label: "Health care", Base: 1000, Cell: mean(3.92, 0.08)},
			{Label: "Insurance", Base: 1000, Cell: mean(3.3, 0.1)},
		},
	}
}

func dotsForty() Dots {
	c := Dots{Title: "Forty rows", Axis: "Share", Percent: true}
	for i := range 40 {
		cell := ok(float64(i*37%40) / 39)
		if i%9 == 4 {
			cell = secret(0.5)
		}
		if i%11 == 3 {
			cell.Status = crosstab.LowBase
		}
		c.Rows = append(c.Rows, Dot{Label: fmt.Sprintf("Row %d of a long list with a name that takes two lines", i), Base: 100 * i, Cell: cell})
	}
	return c
}

func quadrantsUsual() Quadrants {
	four := func(a, b, c, d float64) (out [4]crosstab.Cell) { return [4]crosstab.Cell(oks(a, b, c, d)) }
	lowFour := four(0.3, 0.2, 0.3, 0.2)
	for i := range lowFour {
		lowFour[i].Status = crosstab.LowBase
	}
	holes := four(0.5, 0.3, 0.17, 0.03)
	holes[2].Status, holes[3].Status = crosstab.Suppressed, crosstab.Suppressed
	gone := four(0.25, 0.25, 0.25, 0.25)
	for i := range gone {
		gone[i].Status = crosstab.Suppressed
	}
	return Quadrants{
		Title:    "Four in ten want personal service and fear for their privacy at once",
		Subtitle: "Expect personalized service, by worry about tracking. Base: all respondents",
		Names:    [4]string{"Want it and worry", "Want it, do not worry", "Do not want it, worry", "Neither"},
		Total:    four(0.41, 0.22, 0.25, 0.12), Note: simulated,
		Rows: []QuadrantRow{
			{Label: "18–24", Group: "Age", Base: 402, Cells: four(0.38, 0.36, 0.12, 0.14)},
			{Label: "25–34", Group: "Age", Base: 511, Cells: four(0.43, 0.29, 0.16, 0.12)},
			{Label: "35–44", Group: "Age", Base: 498, Cells: four(0.44, 0.22, 0.22, 0.12)},
			{Label: "45–54", Group: "Age", Base: 38, Cells: lowFour},
			{Label: "65+", Group: "Age", Base: 380, Cells: four(0.36, 0.08, 0.45, 0.11)},
			{Label: "Germany", Group: "Country", Base: 600, Cells: four(0.4, 0.005, 0.585, 0.01)},
			{Label: "United Kingdom of Great Britain and Northern Ireland", Group: "Country", Base: 600, Cells: four(1, 0, 0, 0)},
			{Label: "Malta", Group: "Country", Base: 8, Cells: gone},
			{Label: "Brazil", Group: "Country", Base: 120, Cells: holes},
		},
	}
}

func quadrantsOne() Quadrants {
	c := quadrantsUsual()
	c.Names = [4]string{"Wünschen personalisierte Dienstleistungen und sorgen sich", "Wünschen sie, sorgen sich nicht", "Wünschen sie nicht und sorgen sich um Datenschutzgrundverordnungsverstöße", "Weder noch"}
	c.Total[3] = secret(0.12)
	c.Total[2] = secret(0.12)
	c.Rows = c.Rows[:1]
	return c
}

func matrixUsual() Matrix {
	c := Matrix{
		Title:    "Purchase history is shared readily, the home address hardly ever",
		Subtitle: "“Which of these may this industry use to serve you better?” Share who allow it. Base: all ratings",
		Columns:  []string{"Streaming", "Social media", "Online shops", "Banks", "Insurance", "Energy", "Health care", "State"},
		Rows:     []string{"Purchase history", "Location", "Phone number", "Home address", "Card details", "Contacts"}, Note: simulated,
	}
	for i := range c.Rows {
		var row []crosstab.Cell
		for j := range c.Columns {
			row = append(row, ok(math.Max(0, 0.82-0.11*float64(i)-0.045*float64((j*5+i)%8))))
		}
		c.Cells = append(c.Cells, row)
		c.RowTotals = append(c.RowTotals, ok(0.66-0.11*float64(i)))
	}
	for j := range c.Columns {
		c.ColumnTotals = append(c.ColumnTotals, ok(0.5-0.03*float64(j)))
	}
	c.Cells[1][2].Status, c.Cells[4][2].Status = crosstab.Suppressed, crosstab.Suppressed
	c.Cells[2][5].Status, c.Cells[3][5].Status = crosstab.LowBase, crosstab.LowBase
	c.Cells[5][7] = unasked
	return c
}

// switches are a matrix as a page of settings, from none to all.
func switches(c Matrix) Matrix {
	c.Switches = true
	c.Cells[0][0], c.Cells[0][1] = ok(0), ok(1)
	return c
}

func matrixWide() Matrix {
	c := Matrix{Title: "Fourteen industries with long names", Subtitle: "Share who allow it",
		Columns: []string{"Telekommunikationsunternehmen", "Versicherungsgesellschaften", "Öffentlicher Nahverkehr", "Banken", "Lebensmitteleinzelhandel", "Apotheken", "Krankenhäuser und Rehabilitationseinrichtungen",
			"Streaming", "Soziale Medien", "Energieversorgung", "Reise", "Automobil", "Mode", "Behörden"},
		Rows: []string{"Standort", "Einkaufshistorie der vergangenen vierundzwanzig Monate", "Telefonnummer", "כתובת בית", "Номер карты"}}
	for i := range c.Rows {
		var row []crosstab.Cell
		for j := range c.Columns {
			row = append(row, ok(float64((i*7+j*5)%21)/20))
		}
		c.Cells = append(c.Cells, row)
	}
	c.Cells[0][3].Status, c.Cells[2][3].Status = crosstab.Suppressed, crosstab.Suppressed
	c.Cells[1][4].Status = crosstab.LowBase
	c.RowTotals = oks(0.1, 0.2, 0.3, 0.4, 1)
	c.RowTotals[1].Status = crosstab.Suppressed
	return c
}

func trendsUsual() Trends {
	return Trends{
		Title: "More people are willing to share than two years ago; worry stands still", Subtitle: "Key figure of each question. Base: all who answered", Percent: true,
		Waves: []string{"2021", "2022", "2023", "2024", "2025"}, Note: simulated,
		Lines: []TrendLine{
			{Label: "Willing to share personal data", Cells: oks(0.31, 0.33, 0.352, 0.39, 0.41)},
			{Label: "Worried that data are sold on", Cells: []crosstab.Cell{ok(0.52), unasked, ok(0.53), small(0.5), ok(0.54)}},
			{Label: "Trust the industries that they rated with their data, much or completely, in all of the countries of the study together", Cells: with(oks(0.21, 0.2, 0.22, 0.21, 0.2), crosstab.Suppressed, 1)},
		},
		Marks: []TrendMark{{Wave: 2, Text: "a law on tracking comes into force"}, {Wave: 3, Text: "from telephone to online", Break: true}, {Wave: 3, Text: "a leak of millions of addresses is known"}},
	}
}

func trendsMany() Trends {
	c := Trends{Title: "Mean hours a week", Subtitle: "Sixty months"}
	line := TrendLine{Label: "Hours"}
	for i := range 60 {
		c.Waves = append(c.Waves, fmt.Sprintf("%d-%02d", 2020+i/12, 1+i%12))
		m := 3 + float64(i%7)/10
		line.Cells = append(line.Cells, crosstab.Cell{Status: crosstab.OK, Estimate: m, Low: m - 0.3, High: m + 0.3, HasCI: true})
	}
	c.Lines = []TrendLine{line}
	c.Marks = []TrendMark{{Wave: 0, Text: "the first month"}, {Wave: 30, Text: "one"}, {Wave: 31, Text: "two", Break: true}, {Wave: 59, Text: "the last"}}
	return c
}

func planeUsual() Plane {
	at := func(x, y, r float64) PlanePoint {
		cell := func(v float64) crosstab.Cell { c := ok(v); c.SE, c.DF = (c.High-c.Low)/3.92, 2800; return c }
		return PlanePoint{X: cell(x), Y: cell(y), Correlation: crosstab.Cell{Status: crosstab.OK, Estimate: r}}
	}
	c := Plane{Title: "Banks and health care are trusted most; shops are given more than they are trusted", Subtitle: "“How far do you trust this industry with your personal data?” Base: all ratings", Note: simulated,
		XAxis: "Trust it much or completely", YAxis: "Kinds of data that people would share with it, mean share", ReferenceLabel: "mean of the eight industries"}
	x, y := ok(0.38), ok(0.32)
	c.X, c.Y = &x, &y
	for i, name := range []string{"Telecoms", "Hardware", "Media", "Banking", "Retail", "Health", "Travel", "Government"} {
		p := at([]float64{0.31, 0.36, 0.18, 0.55, 0.365, 0.551, 0.34, 0.417}[i], []float64{0.32, 0.29, 0.2, 0.395, 0.366, 0.34, 0.366, 0.27}[i], 0.4-0.2*float64(i%2))
		p.Label = name
		c.Points = append(c.Points, p)
	}
	c.Points[6].X.Status, c.Points[6].Y.Status, c.Points[6].Correlation.Status = crosstab.Suppressed, crosstab.Suppressed, crosstab.Suppressed
	c.Points[7].X.Status = crosstab.LowBase
	return c
}

// planeCrowded has many points in one place, and long names.
func planeCrowded() Plane {
	c := Plane{Title: "Twenty in one place", XAxis: "Vertrauen in die Datenschutzgrundverordnungskonformität", YAxis: "Teilen"}
	for i := range 20 {
		c.Points = append(c.Points, PlanePoint{Label: fmt.Sprintf("Telekommunikationsdienstleistungsunternehmen Nummer %d", i), X: ok(0.5 + 0.001*float64(i)), Y: ok(0.5), Correlation: unasked})
	}
	return c
}

// painted are the charts whose images are looked at. Painting takes most of the
// tests' time: with -short it is one chart of each kind.
func painted() []specimen {
	all := specimens()
	if testing.Short() {
		all = slices.DeleteFunc(all, func(s specimen) bool {
			return !slices.Contains([]string{"likert", "dots", "quadrants", "matrix", "trends", "plane"}, s.name)
		})
	}
	return all
}

func specimens() []specimen {
	one := likertUsual()
	one.Rows, one.Title, one.Note = one.Rows[:1], "One row", ""
	oneDot := dotsUsual()
	oneDot.Rows, oneDot.Reference = oneDot.Rows[:1], nil
	cell := matrixUsual()
	cell.Columns, cell.Rows, cell.Cells, cell.RowTotals, cell.ColumnTotals = cell.Columns[:1], cell.Rows[:1], [][]crosstab.Cell{{ok(0.5)}}, nil, nil
	return []specimen{
		{"likert", likertUsual()}, {"likert_one", one}, {"likert_forty", likertForty()}, {"likert_german", likertEight()}, {"likert_scripts", likertScripts()}, {"likert_named", likertNamed()},
		{"dots", dotsUsual()}, {"dots_means", dotsMeans()}, {"dots_forty", dotsForty()}, {"dots_one", oneDot},
		{"quadrants", quadrantsUsual()}, {"quadrants_german", quadrantsOne()},
		{"plane", planeUsual()}, {"plane_crowded", planeCrowded()},
		{"trends", trendsUsual()}, {"trends_many", trendsMany()},
		{"matrix", matrixUsual()}, {"matrix_wide", matrixWide()}, {"matrix_one", cell},
		{"switches", switches(matrixUsual())}, {"switches_wide", switches(matrixWide())},
	}
}

package model

import (
	"strconv"

	"tradeoff/data"
)

// A Column is one column of the export: what the codebook says of it, and how
// to read it off a person.
type Column struct {
	Variable data.Variable
	Number   func(*Person) (value float64, asked bool) // nil for text
	Text     func(*Person) string                      // nil for numbers; "" is a blank
}

// Cell is the value of the column as it stands in a CSV export: the canonical
// code, or "" for a blank.
func (c Column) Cell(p *Person) string {
	if c.Text != nil {
		return c.Text(p)
	}
	v, asked := c.Number(p)
	if !asked {
		return ""
	}
	return data.Code(v)
}

// Words of the ordered questions, lowest first.
var (
	agreement = []string{"Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"}
	expected  = []string{"Not at all", "Hardly", "Somewhat", "Mostly", "Definitely"}
	trusting  = []string{"Not at all", "Little", "Somewhat", "Much", "Completely"}
	worrying  = []string{"Not at all", "A little", "Somewhat", "Worried", "Very worried"}
	tracking  = []string{"I am not tracked", "Probably not tracked", "I am tracked, it does not worry me", "I am tracked and it worries me"}
	reading   = []string{"Never", "Skim", "Read most", "Always read all"}
	clicking  = []string{"Never", "Sometimes", "Usually", "Always"}
	grasping  = []string{"Not at all", "Hardly", "Partly", "Well", "Very well"}
	governing = []string{"None", "Little", "Some", "Much", "Full"}
	willing   = []string{"Very unwilling", "Unwilling", "Neither", "Willing", "Very willing"}
	skilled   = []string{"Beginner", "Getting by", "Confident", "Expert"}
	schooling = []string{"Secondary or less", "Vocational or some college", "Degree"}
	earning   = []string{"Lowest fifth", "Second fifth", "Middle fifth", "Fourth fifth", "Highest fifth"}
)

// Columns are the columns of every wave's export in order.
func Columns() []Column {
	cols := background()
	cols = append(cols, single("expertise", "How good are you with digital devices?", skilled, true, false, func(p *Person) int { return p.Expertise }))
	for i, item := range serviceTable {
		cols = append(cols, single("svc_"+item.key, "Good service: "+item.label, agreement, true, false, func(p *Person) int { return p.Service[i] }))
	}
	for j, of := range industryTable {
		cols = append(cols, single("expect_"+of.key, "Expects personalized service: "+of.name, expected, true, false, func(p *Person) int { return p.Expect[j] }))
	}
	cols = append(cols, single("tracked", "Do companies track what you do, and does it worry you?", tracking, true, true, func(p *Person) int { return p.Tracked }))
	for i, item := range concernTable {
		cols = append(cols, single("concern_"+item.key, "Worried that: "+item.label, worrying, true, false, func(p *Person) int { return p.Concern[i] }))
	}
	for j, of := range industryTable {
		cols = append(cols, single("trust_"+of.key, "Trusts with personal data: "+of.name, trusting, true, false, func(p *Person) int { return p.Custody[j] }))
	}
	for j, of := range industryTable {
		for k, item := range kindTable {
			cols = append(cols, tick("share_"+of.key+"_"+item.key, "Would share with "+of.name+": "+item.label, true, func(p *Person) int { return p.Share[j][k] }))
		}
	}
	for i, item := range benefitTable {
		cols = append(cols, tick("benefit_"+item.key, "Would earn my data: "+item.label, false, func(p *Person) int { return p.Benefit[i] }))
	}
	cols = append(cols,
		single("policy", "How do you read privacy policies?", reading, true, false, func(p *Person) int { return p.Policy }),
		single("understands", "How well do you understand how companies use your data?", grasping, true, false, func(p *Person) int { return p.Understands }),
		single("control", "How much control do you have over what companies know about you?", governing, true, false, func(p *Person) int { return p.Control }),
		single("click", "How often do you click through agreements without reading?", clicking, true, false, func(p *Person) int { return p.Click }))
	for i, item := range permissionTable {
		cols = append(cols, tick("perm_"+item.key, "Switched on, on your phone: "+item.label, false, func(p *Person) int { return p.Permission[i] }))
	}
	price := number("price", "What would you want per month for your location, in euros?", data.Scale, "F4.0", func(p *Person) float64 { return float64(p.Price) })
	price.noAnswer(NoPrice, "Don't know")
	price.noAnswer(NotForSale, "I would not sell it")
	return append(cols,
		number("skipped", "Sensitive questions skipped", data.Scale, "F2.0", func(p *Person) float64 { return float64(p.Skipped) }),
		labelled("told", "Was told how sharing benefits them (at random)", []string{"Not told", "Told"}, 0, func(p *Person) int { return p.Told }),
		single("willing", "On the whole, how willing are you to share personal data?", willing, true, true, func(p *Person) int { return p.Willing }),
		price,
		number("minutes", "Minutes that the interview took", data.Scale, "F5.1", func(p *Person) float64 { return p.Minutes }),
		text("email", "E-mail address for the prize draw", "A48", func(p *Person) string { return p.Email }),
		text("phone", "Phone number for the prize draw", "A16", func(p *Person) string { return p.Phone }),
		text("comment", "Anything else?", "A160", func(p *Person) string { return p.Comment }))
}

// background are the columns that say who answered and how they were sampled.
func background() []Column {
	var countryNames, waves []string
	var regions []data.ValueLabel
	for c, of := range countries {
		countryNames = append(countryNames, of.name)
		for r, region := range of.regions {
			regions = append(regions, data.ValueLabel{Code: strconv.Itoa((c+1)*10 + r + 1), Label: of.name + ": " + region.name})
		}
	}
	for _, w := range Waves() {
		waves = append(waves, strconv.Itoa(w))
	}
	region := number("region", "Region", data.Nominal, "F2.0", func(p *Person) float64 { return float64(p.Region) })
	region.Variable.Labels = regions
	income := single("income", "Household income, fifths of the country", earning, false, true, func(p *Person) int { return p.Income })
	return []Column{
		number("resp_id", "Respondent", data.Nominal, "F8.0", func(p *Person) float64 { return float64(p.ID) }),
		labelled("wave", "Wave", waves, Waves()[0], func(p *Person) int { return p.Wave }),
		labelled("country", "Country", countryNames, 1, func(p *Person) int { return p.Country }),
		region,
		labelled("area", "Urban or rural", []string{"Urban", "Rural"}, 1, func(p *Person) int { return p.Area }),
		number("stratum", "Stratum: wave, country, region, urban or rural", data.Nominal, "F5.0", func(p *Person) float64 { return float64(p.Stratum) }),
		number("weight", "Design weight, mean 1 in each country and wave", data.Scale, "F8.4", func(p *Person) float64 { return p.Weight }),
		labelled("gender", "Gender", []string{"Man", "Woman"}, 1, func(p *Person) int { return p.Gender }),
		number("age", "Age in years", data.Scale, "F3.0", func(p *Person) float64 { return float64(p.Age) }),
		labelled("education", "Highest education", schooling, 1, func(p *Person) int { return p.Education }),
		income,
	}
}

// number is a column of numbers that everybody has.
func number(name, label string, level data.Level, format string, get func(*Person) float64) Column {
	return Column{
		Variable: data.Variable{Name: name, Label: label, Type: data.Number, Level: level, Format: format},
		Number:   func(p *Person) (float64, bool) { return get(p), true },
	}
}

// labelled is a column of codes that count up from first, all of them answers.
func labelled(name, label string, words []string, first int, get func(*Person) int) Column {
	c := number(name, label, data.Nominal, "F"+strconv.Itoa(len(strconv.Itoa(first)))+".0", nil)
	c.Number = func(p *Person) (float64, bool) { v := get(p); return float64(v), v != NotAsked }
	for i, w := range words {
		c.Variable.Labels = append(c.Variable.Labels, data.ValueLabel{Code: strconv.Itoa(first + i), Label: w})
	}
	return c
}

// single is a closed question with ordered answers 1, 2, 3 and the codes of no
// answer that it allows.
func single(name, label string, words []string, unsure, refusable bool, get func(*Person) int) Column {
	c := labelled(name, label, words, 1, get)
	c.Variable.Level, c.Variable.Format = data.Ordinal, "F2.0"
	if unsure {
		c.noAnswer(DontKnow, "Don't know")
	}
	if refusable {
		c.noAnswer(Refused, "Refused")
	}
	return c
}

// tick is one item of a tick-all-that-apply question: 1 ticked, 0 not.
func tick(name, label string, refusable bool, get func(*Person) int) Column {
	c := labelled(name, label, []string{"No", "Yes"}, 0, get)
	if refusable {
		c.Variable.Format = "F2.0"
		c.noAnswer(Refused, "Refused")
	}
	return c
}

// text is a column of words.
func text(name, label, format string, get func(*Person) string) Column {
	return Column{
		Variable: data.Variable{Name: name, Label: label, Type: data.Text, Level: data.Nominal, Format: format},
		Text:     get,
	}
}

// noAnswer declares a code as missing and gives it its word.
func (c *Column) noAnswer(code int, word string) {
	s := strconv.Itoa(code)
	c.Variable.Labels = append(c.Variable.Labels, data.ValueLabel{Code: s, Label: word})
	c.Variable.Missing.Codes = append(c.Variable.Missing.Codes, s)
}

// Codebook is what an export that keeps labels says of the columns.
func Codebook() data.Codebook {
	var book data.Codebook
	for _, c := range Columns() {
		book.Variables = append(book.Variables, c.Variable)
	}
	for _, of := range industryTable {
		book.Sets = append(book.Sets, set("share_"+of.key, "Would share with "+of.name, kindTable[:]))
	}
	book.Sets = append(book.Sets,
		set("benefit", "What would earn your data?", benefitTable[:]),
		set("perm", "Which permissions are switched on?", permissionTable[:]))
	book.Weight = "weight"
	return book
}

// set is the multiple-response set of the columns stem_item. Its name begins with
// $, as SPSS demands.
func set(stem, label string, items []item) data.Set {
	s := data.Set{Name: "$" + stem, Label: label, Counted: "1"}
	for _, i := range items {
		s.Variables = append(s.Variables, stem+"_"+i.key)
	}
	return s
}

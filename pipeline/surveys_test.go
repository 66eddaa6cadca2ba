package pipeline

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tradeoff/internal/sharedtest"
)

// These tests run whole studies of real surveys and compare results.csv with
// the figures that the surveys' authors published, or that others counted from
// the same files. Expected numbers are from the READMEs in ../shared/surveys.

// A survey is a published study and a count of the figures that were compared.
// Figures that protection hides in the published file are compared as they
// were before, and counted apart.
type survey struct {
	t               *testing.T
	shown, all      figures
	compared, hides int
}

// surveyed runs a study file on its export.
func surveyed(t *testing.T, name string) *survey {
	t.Helper()
	sharedtest.Path(t, "surveys")
	return surveyOf(t, FromPath(filepath.Join("..", "data", "study", "testdata", "surveys", name+".yaml")))
}

// few leaves a survey out with -short; smaller ones are still compared.
func few(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("one of several surveys")
	}
}

func surveyOf(t *testing.T, source Source) *survey {
	t.Helper()
	folder, _ := runInto(t, source, Options{Formats: []string{"results"}})
	s := &survey{t: t, shown: figuresOf(t, fileOf(t, filepath.Join(folder, "results.csv"))), all: beforeProtection(t, source)}
	t.Cleanup(func() {
		t.Logf("%d figures compared, %d of them hidden in the published file", s.compared, s.hides)
	})
	s.unchanged()
	return s
}

// unchanged checks that protection hides figures and changes none.
func (s *survey) unchanged() {
	s.t.Helper()
	if len(s.shown) != len(s.all) {
		s.t.Errorf("%d rows before protection, %d after", len(s.all), len(s.shown))
	}
	for at, r := range s.shown {
		for _, c := range []string{"base_unweighted", "base_weighted", "count_unweighted", "count_weighted", "estimate"} {
			if strings.HasPrefix(c, "base") && r["status"] == "suppressed" && s.all[at]["status"] != "suppressed" && strings.HasSuffix(at.table, ".choices") {
				continue // how few were left out is hidden as well: the base is that of the column
			}
			if r[c] != "" && r[c] != s.all[at][c] {
				s.t.Errorf("%v: %s is %s, and was %s before protection", at, c, r[c], s.all[at][c])
			}
		}
	}
}

// figure is a number of the study: as published, or, where that is hidden, as
// it was before.
func (s *survey) figure(column, table, category, banner, segment string) float64 {
	s.t.Helper()
	at := address{table, category, banner, segment}
	r, ok := s.shown[at]
	if !ok {
		s.t.Fatalf("results.csv has no row %q", at)
	}
	s.compared++
	if r[column] == "" {
		if r["status"] != "suppressed" {
			s.t.Errorf("%q has no %s and status %s", at, column, r["status"])
		}
		s.hides++
		r = s.all[at]
	}
	return r.number(s.t, column)
}

// rounds compares a number with one that is printed with some digits: it may
// lie half of the last digit away, on either side, since tools round halves up,
// down and to even.
func (s *survey) rounds(what string, got, want float64, digits int) {
	s.t.Helper()
	if half := 0.5 * math.Pow(10, -float64(digits)); !(math.Abs(got-want) <= half*(1+1e-9)) {
		s.t.Errorf("%s is %.6g, published is %.*f", what, got, digits, want)
	}
}

// percent compares a share with a percentage of some digits.
func (s *survey) percent(table, category, banner, segment string, want float64, digits int) {
	s.t.Helper()
	s.rounds(fmt.Sprint(table, ", ", category, ", ", segment), 100*s.figure("estimate", table, category, banner, segment), want, digits)
}

// mean compares a mean.
func (s *survey) mean(table, category, banner, segment string, want float64, digits int) {
	s.t.Helper()
	s.rounds(fmt.Sprint(table, ", ", category, ", ", segment), s.figure("estimate", table, category, banner, segment), want, digits)
}

// count compares an unweighted count of answers.
func (s *survey) count(table, category, banner, segment string, want int) {
	s.t.Helper()
	if got := s.figure("count_unweighted", table, category, banner, segment); got != float64(want) {
		s.t.Errorf("%s, %s, %s: %v people, expected %d", table, category, segment, got, want)
	}
}

// base compares the unweighted base of a table's column.
func (s *survey) base(table, category, banner, segment string, want int) {
	s.t.Helper()
	if got := s.figure("base_unweighted", table, category, banner, segment); got != float64(want) {
		s.t.Errorf("%s, %s: base %v, expected %d", table, segment, got, want)
	}
}

// counts compares the counts of several answers in the total.
func (s *survey) counts(table string, want map[string]int) {
	s.t.Helper()
	for category, n := range want {
		s.count(table, category, "total", "Total", n)
	}
}

// percents compares several answers in the total.
func (s *survey) percents(table string, want map[string]float64, digits int) {
	s.t.Helper()
	for category, p := range want {
		s.percent(table, category, "total", "Total", p, digits)
	}
}

// Kozyreva and others (2021): "the authors round the four answer categories so
// that they add up and then add the rounded parts, so a correct calculation can
// differ by one point".
func TestSurveyPersonalisation(t *testing.T) {
	few(t)
	s := surveyed(t, "ais-personalisation-gb-us")
	const gb, us = "Great Britain", "United States"
	const not, yes = "Bottom 2 (not acceptable at all, not very acceptable)", "Top 2 (somewhat acceptable, very acceptable)"
	items := map[string][4]float64{ // GB not, GB acceptable, US not, US acceptable
		"services.question.political_campaigns":                        {61, 39, 51, 49},
		"services.question.Customised_Newspapers":                      {54, 46, 40, 60},
		"services.question.Customised_Posts_Social_Media":              {51, 49, 38, 62},
		"services.question.commercials":                                {38, 62, 33, 67},
		"services.question.Customised_Search_Results":                  {40, 60, 29, 71},
		"services.question.Personalised_contacts":                      {33, 67, 23, 77},
		"services.question.Personalised_Locations":                     {18, 82, 11, 89},
		"services.question.Personalised_Entertainment_Recommendations": {16, 84, 12, 88},
		"services.question.personalised_events":                        {15, 85, 12, 88},
		"information.question.Personal_Tragedies":                      {78, 22, 66, 34},
		"information.question.household_income":                        {66, 34, 60, 40},
		"information.question.Religion":                                {60, 40, 53, 47},
		"information.question.Sexual_orientation":                      {62, 38, 51, 49},
		"information.question.Politics":                                {59, 41, 49, 51},
		"information.question.personal_events":                         {58, 42, 45, 55},
		"information.question.ethnicity":                               {54, 46, 43, 57},
		"information.question.Relationship_Status":                     {48, 52, 38, 62},
		"information.question.Personality":                             {46, 54, 32, 68},
		"information.question.age":                                     {37, 63, 30, 70},
		"information.question.Gender":                                  {37, 63, 26, 74},
		"data.question.email_messages_content":                         {81, 19, 72, 28},
		"data.question.online_interaction":                             {66, 34, 60, 40},
		"data.question.Location_History":                               {57, 43, 55, 45},
		"data.question.search_history":                                 {57, 43, 52, 48},
		"data.question.typing_behaviour":                               {59, 41, 51, 49},
		"data.question.Purchasing_History":                             {53, 47, 49, 51},
		"data.question.Watched_Videos":                                 {48, 52, 38, 62},
		"data.question.likes_shares":                                   {46, 54, 35, 65},
	}
	if len(items) != 28 {
		t.Fatal("28 items are published")
	}
	exact := 0
	for table, want := range items {
		for i, c := range []struct{ category, country string }{{not, gb}, {yes, gb}, {not, us}, {yes, us}} {
			got := math.Round(100 * s.figure("estimate", table, c.category, "country", c.country))
			if math.Abs(got-want[i]) > 1 {
				t.Errorf("%s, %s: %v %%, published %v %%", table, c.country, got, want[i])
			}
			if got == want[i] {
				exact++
			}
		}
	}
	t.Logf("%d of 112 percentages are the published ones, the others one point away", exact)

	concern := []string{"Not concerned at all", "Not very concerned", "Somewhat concerned", "Very concerned"}
	for country, want := range map[string][]float64{gb: {4.17, 14.88, 48.32, 32.62, 81, 33}, us: {5.39, 12.38, 38.06, 44.18, 82, 44}} {
		for i, c := range concern {
			s.percent("concern", c, "country", country, want[i], 2)
		}
		s.percent("concern", "Top 2 (somewhat concerned, very concerned)", "country", country, want[4], 0)
		s.percent("concern", "Very concerned", "country", country, want[5], 0)
	}

	for category, n := range map[string][2]float64{
		"Adjusting privacy and ad settings on online platforms":                                         {39, 40},
		"Software that protects you from seeing online advertising (e.g., Ad Blockers in your browser)": {34, 36},
		"Incognito mode in your browser":                                                                {28, 35},
		"Software that prevents the monitoring of your online activities (e.g., Tor Browser, VPN)":      {22, 24},
		"Deliberately avoiding certain websites and platforms (e.g., Google, Facebook, ...)":            {21, 24},
		"Search engines that protect your privacy (e.g., DuckDuckGo)":                                   {15, 20},
		"None of the above": {24, 19},
	} {
		s.percent("tools", category, "country", gb, n[0], 0)
		s.percent("tools", category, "country", us, n[1], 0)
	}
	// A page of a service's settings is counted among those who use the service.
	for _, p := range []struct {
		table, category string
		gb, us          float64
	}{
		{"settings_facebook", "“Privacy settings” page on Facebook", 60, 63},
		{"settings_google", "“Privacy and personalization” page on your Google account", 44, 53},
		{"settings", "Privacy settings in your preferred browser", 42, 48},
		{"settings_google", "“My activity” or “Activity controls” page on your Google account", 37, 48},
		{"settings_facebook", "“Manage your Ad preferences” page on Facebook", 35, 36},
		{"settings_amazon", "Privacy and/or personalization preferences on Amazon", 24, 32},
		{"settings", "None of the above", 24, 17},
	} {
		s.percent(p.table, p.category, "country", gb, p.gb, 0)
		s.percent(p.table, p.category, "country", us, p.us, 0)
	}

	// The acceptability gap: medians of the scores, their differences as published to
	// two digits, and the share of people who accept services more than both others.
	for country, want := range map[string][6]float64{gb: {0.5926, 0.4242, 0.4167, 0.17, 0.18, 62}, us: {0.6667, 0.5152, 0.4583, 0.15, 0.21, 62}} {
		score := func(category string) float64 {
			return s.figure("estimate", "services.acceptance", category, "country", country) / 100
		}
		for i, category := range []string{"Personalised services", "Information about people", "Data about behaviour"} {
			s.rounds("median of "+category+", "+country, score(category), want[i], 4)
		}
		s.rounds("gap to information, "+country, score("Personalised services less Information about people"), want[3], 2)
		s.rounds("gap to data, "+country, score("Personalised services less Data about behaviour"), want[4], 2)
		s.percent("services.acceptance", "Personalised services score higher than all of these", "country", country, want[5], 0)
	}

	// Demographics: interviews and their weighted number.
	for _, d := range []struct {
		table, category                  string
		gbN, gbWeighted, usN, usWeighted int
	}{
		{"gender", "Women", 552, 550, 541, 532}, {"gender", "Men", 540, 542, 518, 527},
		{"education", "None", 13, 13, 24, 25}, {"education", "Low", 275, 279, 51, 52},
		{"education", "Medium", 527, 523, 669, 671}, {"education", "High", 277, 277, 315, 311},
		{"place", "City", 646, 646, 661, 662},
	} {
		s.count(d.table, d.category, "country", gb, d.gbN)
		s.count(d.table, d.category, "country", us, d.usN)
		s.rounds(d.category+" weighted, GB", s.figure("count_weighted", d.table, d.category, "country", gb), float64(d.gbWeighted), 0)
		s.rounds(d.category+" weighted, US", s.figure("count_weighted", d.table, d.category, "country", us), float64(d.usWeighted), 0)
	}
	s.base("gender", "Women", "country", gb, 1092)
	s.base("gender", "Women", "country", us, 1059)
	s.rounds("weighted base, GB", s.figure("base_weighted", "gender", "Women", "country", gb), 1092, 1)
	s.rounds("weighted base, US", s.figure("base_weighted", "gender", "Women", "country", us), 1059, 1)
}

// The published crosstab is read as it stands: a heading in the first field
// opens a table, answers stand in the second, and the banner in the first two
// lines. Empty cells are groups of under 100, which the publisher left blank.
func TestSurveyMasculinity(t *testing.T) {
	s := surveyed(t, "fivethirtyeight-masculinity")
	tables := map[string]string{ // first words of a heading: our table
		"In general, how masculine": "masculine", "How important is it": "important", "Where have you gotten": "ideas",
		"Do you think that society": "pressure", "Ask a friend for professional": "often.0001", "Ask a friend for personal": "often.0002",
		"Express physical": "often.0003", "Cry": "often.0004", "Get in a physical": "often.0005",
		"Have sexual relations with women": "often.0006", "Have sexual relations with men": "often.0007", "Watch sports": "often.0008",
		"Work out": "often.0009", "See a therapist": "often.0010", "Feel lonely": "often.0011",
		"Which of the following do you worry": "worries", "Which of the following categories": "employment",
		"AMONG EMPLOYED: In which of the following ways would you say it?s an advantage":   "advantage",
		"AMONG EMPLOYED: In which of the following ways would you say it?s a disadvantage": "disadvantage",
		"AMONG EMPLOYED: Have you seen": "harassment", "AMONG EMPLOYED: How much have you heard": "heard",
		"AMONG EMPLOYED WHO'VE": "rethought", "Do you typically feel": "first_move", "How often do you try": "pay",
		"AMONG THOSE WHO TRY": "why_pay", "When you want to be": "interest", "Over the past 12 months": "boundaries",
		"Have you changed": "changed", "Are you now married": "married", "Do you have any children": "has_children",
		"Would you describe": "orientation", "Are you:": "race", "What is the last grade": "education", "age3": "age",
		"AMONG THOSE WHO DID NOT": "", // no cell of it was published
	}
	type column struct{ banner, segment string }
	columns := []column{{"total", "Total"}, {"age", "18 - 34"}, {"age", "35 - 64"}, {"age", "65 and up"}, {"race", "White"}, {"race", "Non-white"},
		{"children", "Has children"}, {"children", "No children"}, {"orientation", "Straight"}, {"orientation", "Gay/Bisexual"}}
	f, err := os.Open(sharedtest.Path(t, "surveys", "fivethirtyeight-surveymonkey", "masculinity-survey", "masculinity-survey.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1 // ragged
	lines, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	ours := func(label string) string { // the file lost its curly quotes
		return strings.NewReplacer("It's", "It’s", "isn?t", "isn’t", "don?t", "don’t", "someone?s", "someone’s").Replace(label)
	}
	table, seen := "", map[string]bool{}
	published := 0
	for _, l := range lines[2:] {
		if l[0] != "" {
			table = ""
			found := false
			for first, id := range tables {
				if strings.HasPrefix(l[0], first) {
					table, found = id, true
					seen[first] = true
				}
			}
			if !found {
				t.Fatalf("the crosstab has a table that the study has not: %s", l[0])
			}
			continue
		}
		for i, c := range columns {
			if len(l) <= 2+i || l[2+i] == "" {
				continue
			}
			want, err := strconv.ParseFloat(strings.TrimSuffix(l[2+i], "%"), 64)
			if err != nil {
				t.Fatal(err)
			}
			published++
			s.percent(table, ours(l[1]), c.banner, c.segment, want, 0)
		}
	}
	for first := range tables {
		if !seen[first] {
			t.Errorf("the crosstab has no table %s", first)
		}
	}
	cells := 0 // every percentage in the file was looked at
	for _, l := range lines {
		for _, v := range l {
			if strings.HasSuffix(v, "%") {
				cells++
			}
		}
	}
	if cells != published {
		t.Errorf("%d of %d published percentages were compared", published, cells)
	}
	for segment, n := range map[string]int{"18 - 34": 133, "35 - 64": 855, "65 and up": 627} {
		s.base("masculine", "Very masculine", "age", segment, n)
	}
	s.base("masculine", "Very masculine", "total", "Total", 1615)
	s.percents("masculine", map[string]float64{"Very masculine": 37.2, "Somewhat masculine": 46.5, "Not very masculine": 11.0, "Not at all masculine": 4.7, "No answer": 0.6}, 1)
	for segment, p := range map[string]float64{"18 - 34": 29.2, "35 - 64": 41.7, "65 and up": 37.1} {
		s.percent("masculine", "Very masculine", "age", segment, p, 1)
	}
	s.percent("masculine", "Very masculine", "race", "White", 34.1, 1)
	s.percent("masculine", "Very masculine", "race", "Non-white", 43.5, 1)
	s.percent("masculine", "No answer", "race", "Non-white", 0.3, 1)
}

// Berke and others: counts of 12,461, and of the 8,400 who shared.
func TestSurveyFingerprinting(t *testing.T) {
	few(t)
	s := surveyed(t, "browser-fingerprinting-us")
	s.counts("gender", map[string]int{"Women": 6076, "Men": 6134, "Other": 251})
	s.percents("gender", map[string]float64{"Women": 48.8, "Men": 49.2}, 1)
	ages := []string{"18 - 24 years", "25 - 34 years", "35 - 44 years", "45 - 54 years", "55 - 64 years", "65 or older"}
	n, shared := []int{1727, 4136, 3039, 1803, 1164, 592}, []int{1302, 2859, 2024, 1158, 712, 345}
	p := []float64{13.9, 33.2, 24.4, 14.5, 9.3, 4.8}
	for i, a := range ages {
		s.count("age", a, "total", "Total", n[i])
		s.percent("age", a, "total", "Total", p[i], 1)
		s.count("age_shared", a, "total", "Total", shared[i])
		s.base("share", "Consent to share", "age", a, n[i])
		s.count("share", "Consent to share", "age", a, shared[i]) // the same people, asked another way
	}
	s.base("share", "Consent to share", "total", "Total", 12461)
	s.count("share", "Consent to share", "total", "Total", 8400)
	s.base("age_shared", ages[0], "total", "Total", 8400)
	s.count("hispanic", "Yes", "total", "Total", 1343)
	s.percent("hispanic", "Yes", "total", "Total", 10.8, 1)
	s.counts("income", map[string]int{"Less than $25,000": 1594, "$25,000 - $49,999": 2724, "$50,000 - $74,999": 2554, "$75,000 - $99,999": 1918,
		"$100,000 - $149,999": 2042, "$150,000 or more": 1363, "Prefer not to say": 266})
	// Of those who shared, by the source's table of its participants.
	for segment, n := range map[string]int{"Women": 3990, "Men": 4227, "Other": 183} {
		s.count("share", "Consent to share", "gender", segment, n)
	}
	for segment, n := range map[string]int{"Less than $25,000": 1097, "$25,000 - $49,999": 1842, "$50,000 - $74,999": 1692, "$75,000 - $99,999": 1267,
		"$100,000 - $149,999": 1411, "$150,000 or more": 951} {
		s.count("share", "Consent to share", "income", segment, n)
	}
	s.count("share", "Consent to share", "hispanic", "Hispanic", 923)
	s.counts("state", map[string]int{"California": 1361, "Texas": 969, "Florida": 916})
	s.counts("concern", map[string]int{"Strongly agree": 3282, "Somewhat agree": 5457, "Neutral": 2338, "Somewhat disagree": 1101, "Strongly disagree": 283})
	s.counts("understands", map[string]int{"Strongly agree": 791, "Somewhat agree": 4578, "Neutral": 1934, "Somewhat disagree": 3357, "Strongly disagree": 1801})
}

// Hemphill and others: counts of the file, as others made them.
func TestSurveyAcceptability(t *testing.T) {
	s := surveyed(t, "personal-data-acceptability-us")
	s.base("age", "18 - 24", "total", "Total", 586)
	s.counts("age", map[string]int{"18 - 24": 25, "25 - 34": 87, "35 - 44": 78, "45 - 54": 48, "55 - 64": 76, "65 - 74": 186, "75 - 84": 71, "85 or older": 15})
	s.counts("privacy.1", map[string]int{"Agree": 425, "Neither Agree Nor Disagree": 130, "Disagree": 31})
	s.counts("social_media", map[string]int{"Yes": 499, "No": 84})
	// Few who did not say are in the groups that the study puts them in, so that nobody is
	// left over, and no group is hidden for them: 66 + 17 + 12 with a higher degree,
	// 10 + 116 + 140 + 2 without one, 84 + 2 + 1 who do not use it or did not say.
	s.base("privacy.1", "Agree", "education", "Master or more", 95)
	s.base("privacy.1", "Agree", "education", "No degree or not said", 268)
	s.base("privacy.1", "Agree", "social_media", "Do not use it or did not say", 87)
	// -99 is an answer that was not given: it is in no base.
	s.counts("language", map[string]int{"Yes": 282, "No": 229, "I'm not sure.": 71})
	s.base("language", "Yes", "total", "Total", 586-4)
	s.count("uses", "Posts: how language changes", "user", "Social media companies", 282)
	s.counts("trust.6", map[string]int{"No trust at all": 156, "2 of 7": 110, "3 of 7": 99, "4 of 7": 95, "5 of 7": 61, "6 of 7": 29, "Complete trust": 17})
	s.base("trust.6", "4 of 7", "total", "Total", 586-19)
	s.counts("reads.1", map[string]int{"Always": 160, "Sometimes": 325, "Never": 88})
	s.base("reads.1", "Never", "total", "Total", 586-13)
	s.count("sensitivity.1", "Very sensitive", "total", "Total", 178)
	s.base("sensitivity.1", "Very sensitive", "total", "Total", 586-159)
	// The paper's first title: more than weight, less than driver's license number.
	sensitive := func(item string) float64 {
		return s.figure("estimate", "sensitivity."+item, "Top 3 (8, 9, very sensitive)", "total", "Total")
	}
	if weight, emotions, license := sensitive("10"), sensitive("16"), sensitive("5"); weight >= emotions || emotions >= license {
		t.Errorf("of weight %.2f, emotions %.2f and driver's license number %.2f are called sensitive", weight, emotions, license)
	}
	// The paper: researchers may more than companies may (odds ratio of companies 0.73).
	researchers := s.figure("estimate", "uses", "Mean number chosen", "user", "Academic researchers")
	if companies := s.figure("estimate", "uses", "Mean number chosen", "user", "Social media companies"); companies >= researchers {
		t.Errorf("companies may use %.2f of the twenty, researchers %.2f; published is the reverse", companies, researchers)
	}
	if high := s.figure("ci_high", "uses.rated.odds", "Who uses the data: Social media companies rather than Academic researchers", "total", "Total"); high >= 1 {
		t.Errorf("the odds ratio of companies is up to %.2f; published is 0.73, of each use", high)
	}
}

// Albrecht and others: counts of the file, the published means, and what the abstract
// finds: high compliance, lower acceptance, and more acceptance among those who see a
// lower risk to data and a higher risk to health.
func TestSurveyContactTracing(t *testing.T) {
	s := surveyed(t, "contact-tracing-ch")
	s.base("use", "Neutral", "total", "Total", 757)
	s.counts("use", map[string]int{"Disagree completely": 116, "Rather disagree": 91, "Neutral": 79, "Rather agree": 60, "Agree completely": 411})
	s.counts("gender", map[string]int{"Men": 388, "Women": 366})
	s.mean("age", "Mean (years)", "total", "Total", 44.93, 2)
	s.count("data_risk", "Up to 5", "total", "Total", 501)
	s.mean("acceptance", "Mean (points of 5)", "total", "Total", 3.52, 2)
	s.mean("compliance", "Mean (points of 5)", "total", "Total", 4.34, 2)
	// Of two questions the file holds the answers turned round (the authors' preprocessing).
	s.counts("rights", map[string]int{"Agree completely": 28, "Disagree completely": 324})
	s.counts("oneself", map[string]int{"Agree completely": 93, "Disagree completely": 132})
	use := func(end, banner, segment string) float64 {
		return s.figure(end, "use", "Top 2 (rather agree, agree completely)", banner, segment)
	}
	if more, fewer := use("ci_low", "leaks", "At most 5 of 100 users"), use("ci_high", "leaks", "More than 5 of 100"); more <= fewer {
		t.Errorf("of those who expect few leaks at least %.3f would use the app, of the others at most %.3f; published is more acceptance at a lower risk to data", more, fewer)
	}
	if more, fewer := use("ci_low", "health_risk", "Above average"), use("estimate", "health_risk", "Average or lower"); more <= fewer {
		t.Errorf("of those who see a risk to health at least %.3f would use the app, of the others %.3f; published is more acceptance at a higher risk to health", more, fewer)
	}
	if low := s.figure("ci_low", "use.effects", "Risk to health as they see it: Above average rather than Average or lower", "total", "Total"); low <= 0 {
		t.Errorf("with everything else the same, a risk to health moves use by %.3f at least; published is a rise", low)
	}
}

// Straub and others: the authors' file and the platform's workbook hold the same
// answers of the same people, so that their figures are the same. A published claim:
// nearly 40 % value transparency most, more than any other factor.
func TestSurveyExperiments(t *testing.T) {
	s := surveyed(t, "digital-experiments-us")
	s.base("platform", "Reddit", "total", "Total", 499)
	first := s.figure("estimate", "design.partic_aware", "Extremely important", "total", "Total")
	if first < 0.375 || first >= 0.4 {
		t.Errorf("%.1f %% call it extremely important that participants are aware, published is nearly 40 %%", 100*first)
	}
	for _, factor := range []string{"cont", "inter_type", "type_data", "res_purp", "inter_impact", "admin_inter", "len_data", "num_users"} {
		if x := s.figure("estimate", "design."+factor, "Extremely important", "total", "Total"); x >= first {
			t.Errorf("%s is extremely important for %.1f %%, awareness for %.1f %%; published is awareness first", factor, 100*x, 100*first)
		}
	}
}

func TestSurveyExperimentsOfTwoFormats(t *testing.T) {
	sharedtest.Path(t, "surveys")
	text, err := os.ReadFile(filepath.Join("..", "data", "study", "testdata", "surveys", "digital-experiments-us.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	figuresIn := func(file string) figures {
		export := strconv.Quote(sharedtest.Path(t, "surveys", "digital-experiments-us", file))
		lines := strings.Split(string(text), "\n")
		for i, l := range lines {
			if strings.HasPrefix(l, "sources:") {
				lines[i] = "sources: " + export
			}
		}
		return beforeProtection(t, studyIn(t, t.TempDir(), strings.Join(lines, "\n")))
	}
	list, book := figuresIn("digex-survey-responses-processed.csv"), figuresIn("digex-survey-responses-raw.xlsx")
	if len(list) != len(book) || len(list) < 500 {
		t.Fatalf("%d figures of the list, %d of the workbook", len(list), len(book))
	}
	for at, r := range list {
		if diff := cmp.Diff(r, book[at]); diff != "" {
			t.Errorf("%q differs (-list +workbook):\n%s", at, diff)
		}
	}
}

// GSS 2010, weighted by wtssall in R.
func TestSurveyGSS(t *testing.T) {
	few(t)
	s := surveyed(t, "gss-2010")
	s.base("confidence.conbus", "A great deal", "total", "Total", 1339)
	s.counts("confidence.conbus", map[string]int{"A great deal": 174, "Only some": 848, "Hardly any": 317})
	for item, want := range map[string][3]float64{"conbus": {13.31, 62.16, 24.53}, "confinan": {10.60, 47.50, 41.91},
		"conpress": {10.85, 45.72, 43.43}, "consci": {42.29, 51.25, 6.46}} {
		for i, a := range []string{"A great deal", "Only some", "Hardly any"} {
			s.percent("confidence."+item, a, "total", "Total", want[i], 2)
		}
	}
	s.base("home_internet", "Yes", "total", "Total", 712)
	s.percent("home_internet", "Yes", "total", "Total", 76.69, 2)
	s.base("computer", "Yes", "total", "Total", 1429)
	s.percent("computer", "Yes", "total", "Total", 81.82, 2)
	s.percents("happy", map[string]float64{"Very happy": 28.79, "Pretty happy": 57.01, "Not too happy": 14.20}, 2)
	s.percent("sex", "Men", "total", "Total", 45.16, 2)
	s.percents("degree", map[string]float64{"Below high school": 15.12, "High school": 50.18, "Junior college": 7.23, "Bachelor": 17.51, "Graduate": 9.97}, 2)
	s.mean("age", "Mean (years)", "total", "Total", 46.64, 2)
	s.base("age", "Mean (years)", "total", "Total", 2044-3) // 3 ages are missing
}

// Quantipy's example: counts of its documentation and of the file.
func TestSurveyQuantipy(t *testing.T) {
	few(t)
	s := surveyed(t, "quantipy-example-a")
	s.counts("gender", map[string]int{"Male": 3952, "Female": 4303})
	for sex, n := range map[string]float64{"Male": 3970.52, "Female": 4284.48} {
		s.rounds(sex+" weighted by weight_a", s.figure("count_weighted", "gender", sex, "total", "Total"), n, 2)
	}
	s.counts("locality", map[string]int{"CBD (central business district)": 3106, "Urban": 2245, "Suburban": 1180, "Rural": 718, "Remote": 829})
	s.base("locality", "Urban", "total", "Total", 8255-177) // 177 are missing
	s.counts("household", map[string]int{"Yes": 2895, "No": 5360})
	for wave, n := range map[string]int{"Wave 1": 1621, "Wave 2": 1669, "Wave 3": 1689, "Wave 4": 1637, "Wave 5": 1639} {
		s.base("gender", "Male", "wave", wave, n)
	}
	s.base("tried", "Sky diving", "total", "Total", 2999)
	s.counts("tried", map[string]int{"Sky diving": 1127, "Base jumping": 1366, "Mountain biking": 1721, "Kite boarding": 649, "Snowboarding": 458, "Parachuting": 428, "Other": 492, "None of these": 53})
	s.base("equipment", "Football", "total", "Total", 8255)
	s.counts("equipment", map[string]int{"Basketball": 5754, "Football": 4801, "Hockey stick": 7214, "Surfboard": 576, "Climbing gear": 190, "Bicycle": 159, "Parachute": 1674, "Swimming goggles": 251, "None of these": 232})
	s.base("skip", "Lunch", "total", "Total", 2367)
	s.counts("skip", map[string]int{"Breakfast": 949, "Mid-morning snacking": 216, "Lunch": 595, "Mid-afternoon snacking": 970, "Dinner": 1235, "None of them": 283, "Don't know (it varies a lot)": 49})
	s.base("reasons", "Other", "total", "Total", 8255)
	s.counts("reasons", map[string]int{"To buy something for myself": 3000, "To buy something for somebody else": 1603, "To ask the staff for sporting advice": 861, "To check prices": 2177,
		"Other": 367, "Don't know": 1358, "Not applicable - I won't ever go to a sporting goods store": 2883})
	for band, n := range map[string]int{"19-34": 4308, "35-39": 1295, "40": 281, "41": 261, "42-49": 2110} {
		s.base("gender", "Male", "age", band, n)
	}
	s.counts("years", map[string]int{"22": 323, "38": 291})
	answers := 0.0 // 5,100 answered all three items and 3,155 two
	for _, item := range []string{"often.1", "often.2", "often.3"} {
		answers += s.figure("base_unweighted", item, "Never", "total", "Total")
	}
	if answers != 3*5100+2*3155 {
		t.Errorf("q6 has %v answers", answers)
	}
}

// The other weight of the same file is empty for 157 people. A run refuses
// that, so they are left out of a copy.
func TestSurveyQuantipySecondWeight(t *testing.T) {
	few(t)
	export := sharedtest.Path(t, "surveys", "quantipy-example-a", "Example Data (A).csv")
	f, err := os.Open(export)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	weight := slices.Index(lines[0], "weight_b")
	lines = slices.DeleteFunc(lines, func(l []string) bool { return l[weight] == "" })
	folder := t.TempDir()
	out, err := os.Create(filepath.Join(folder, "some.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if err := csv.NewWriter(out).WriteAll(lines); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	s := surveyOf(t, studyIn(t, folder, `
study: The second weight
sources: some.csv
design: {weight: weight_b}
questions:
  gender: {column: gender, answers: {1: Male, 2: Female}}
`))
	s.base("gender", "Male", "total", "Total", 8098)
	s.rounds("weighted base", s.figure("base_weighted", "gender", "Male", "total", "Total"), 8098, 1)
	s.rounds("men", s.figure("count_weighted", "gender", "Male", "total", "Total"), 3886.91, 2)
	s.rounds("women", s.figure("count_weighted", "gender", "Female", "total", "Total"), 4211.09, 2)
}

// Means of q5 with "don't know" and "already planning to" left in as 98 and
// 97, as its documentation prints them: what happens when nobody says that they
// are no numbers.
func TestSurveyQuantipyUndeclaredMissing(t *testing.T) {
	few(t)
	export := sharedtest.Path(t, "surveys", "quantipy-example-a", "Example Data (A).csv")
	text := "study: Numbers\nsources: " + strconv.Quote(export) + "\nquestions:\n"
	for i := range 6 {
		text += fmt.Sprintf("  q%d: {column: q5_%d, type: number}\n", i+1, i+1)
	}
	s := surveyOf(t, studyIn(t, t.TempDir(), text))
	for i, want := range []float64{26.41, 22.26, 25.18, 39.84, 24.40, 28.97} {
		s.mean(fmt.Sprintf("q%d", i+1), "Mean", "total", "Total", want, 2)
	}
}

// What is said of real surveys is what their tables say, as in the sample.
func TestSurveyFindingsSayWhatTheTablesSay(t *testing.T) {
	few(t)
	sharedtest.Path(t, "surveys")
	for _, path := range surveyFiles(t) {
		t.Run(filepath.Base(path), func(t *testing.T) { checkFindings(t, reportOf(t, FromPath(path))) })
	}
}

// surveyFiles are the study files of real surveys.
func surveyFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "data", "study", "testdata", "surveys", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no studies of surveys: %v", err)
	}
	return files
}

// studyIn writes a study file into a folder.
func studyIn(t testing.TB, folder, text string) Source {
	t.Helper()
	path := filepath.Join(folder, "study.yaml")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return FromPath(path)
}

// Pew 2013, a course extract: the course's own answers.
func TestSurveyAnonymity(t *testing.T) {
	s := surveyed(t, "pew-anonymity-2013")
	const with, without = "Smartphone", "No smartphone"
	s.count("internet", "No", "smartphone", without, 186)
	s.count("internet", "No", "smartphone", with, 17)
	s.count("internet", "Yes", "smartphone", without, 285)
	s.count("internet", "Yes", "smartphone", with, 470)
	s.base("internet", "Yes", "total", "Total", 1002-1) // 1 did not answer
	s.counts("region", map[string]int{"South": 359, "Midwest": 239, "West": 238, "Northeast": 166})
	s.base("region", "South", "total", "Total", 1002)
	s.base("items", "Mean (kinds)", "total", "Total", 792)
	s.mean("items", "Mean (kinds)", "total", "Total", 3.795, 3)
	s.mean("items", "Mean (kinds)", "smartphone", with, 4.368, 3)
	s.mean("items", "Mean (kinds)", "smartphone", without, 2.923, 3)
	s.counts("kinds", map[string]int{"0": 105, "11": 8})
	s.percent("worry", "Yes", "total", "Total", 48.86, 2)
	s.mean("importance", "Mean (points of 100)", "total", "Total", 62.85, 2)
	s.percent("anonymity", "Yes", "total", "Total", 36.92, 2)
	s.percent("masking", "Yes", "total", "Total", 16.33, 2)
	s.percent("masking", "Yes", "smartphone", with, 19.25, 2)
	s.percent("masking", "Yes", "smartphone", without, 11.74, 2)
	s.percent("laws_online", "Yes", "total", "Total", 25.58, 2)
}

// Workers and robots: counts of the file, among them many groups and answers
// that are too small to publish.
func TestSurveyWorkers(t *testing.T) {
	s := surveyed(t, "worker-robotics-privacy")
	items := []string{
		"privacy.to_detect_whether_",
		"privacy.if_your_video_",
		"privacy.we_now_have_",
	}
	for i, want := range [][3]int{{76, 140, 121}, {62, 111, 164}, {112, 113, 112}} {
		for at := range s.shown { // the columns are whole questions, their items' names a few words and a hash
			if strings.HasPrefix(at.table, items[i]) {
				items[i] = at.table
			}
		}
		for k, a := range []string{"Not concerned", "Somewhat concerned", "Very concerned"} {
			s.count(items[i], a, "total", "Total", want[k])
		}
	}
	s.counts("country", map[string]int{"Australia": 24, "Canada": 130, "UK": 101, "USA": 82})
	s.counts("gender", map[string]int{"Men": 209, "Women": 126})
	s.counts("age", map[string]int{"18 - 29": 119, "30 - 39": 93, "40 - 49": 76, "50 - 59": 33, "60 - 69": 11, "70 - 79": 5})
	s.counts("location", map[string]int{"Rural": 47, "Suburban": 103, "Urban, large-size city": 65, "Urban, mid-size city": 122})
	domains := []string{"Construction", "Contract Work", "Manufacturing", "Retail", "Transportation / Delivery / Postal Services", "Warehousing"}
	for i, n := range []int{40, 24, 57, 45, 48, 123} {
		s.count("domain", domains[i], "total", "Total", n)
	}
	for country, row := range map[string][6]int{"Australia": {2, 1, 6, 6, 6, 3}, "Canada": {7, 7, 9, 14, 20, 73}, "UK": {16, 12, 23, 17, 11, 22}, "USA": {15, 4, 19, 8, 11, 25}} {
		for i, n := range row {
			s.count("domain", domains[i], "country", country, n)
			if got := s.shown[address{"domain", domains[i], "country", country}]["count_unweighted"]; n < answerShown && got != "" {
				t.Errorf("%s in %s: %s people are printed, fewer than %d", domains[i], country, got, answerShown)
			}
		}
	}
}

package exports

import (
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow/array"

	"tradeoff/data"
	"tradeoff/data/readertest"
	"tradeoff/internal/sharedtest"
)

// countsOf are how many rows hold each value of a variable.
func countsOf(t *testing.T, s *data.Survey, name string) map[string]int64 {
	t.Helper()
	out := map[string]int64{}
	for b, err := range s.Batches([]string{name}) {
		if err != nil {
			t.Fatal(err)
		}
		values, places := held(b.Record.Column(0))
		for i, n := range places {
			out[values.(*array.String).Value(i)] += n
		}
	}
	return out
}

// TestStatedNumbers: counts that the READMEs state of archives and workbooks;
// those of CSV files stand in data/csv.
func TestStatedNumbers(t *testing.T) {
	for _, tt := range []struct {
		file, column string
		want         map[string]int64
	}{
		{"kaggle-ds-survey/kaggle-survey-2022.zip", "Q2", map[string]int64{"18-21": 4559, "22-24": 4283, "25-29": 4472, "30-34": 2972, "35-39": 2353, "40-44": 1927,
			"45-49": 1253, "50-54": 914, "55-59": 611, "60-69": 526, "70+": 127}},
		{"kaggle-ds-survey/kaggle-survey-2022.zip", "Q3", map[string]int64{"Man": 18266, "Woman": 5286}},
		{"kaggle-ds-survey/kaggle-survey-2022.zip", "Q4", map[string]int64{"India": 8792, "United States of America": 2920, "Other": 1430, "Brazil": 833, "Nigeria": 731,
			"United Kingdom of Great Britain and Northern Ireland": 258}},
		{"kaggle-ds-survey/kaggle-survey-2022.zip", "Q24", map[string]int64{"Computers/Technology": 2321, "Academics/Education": 1447, "Accounting/Finance": 802, "Other": 750,
			"Manufacturing/Fabrication": 561, "Medical/Pharmaceutical": 509, "Government/Public Service": 500, "Online Service/Internet-based Services": 461, "Retail/Sales": 398,
			"Energy/Mining": 320, "Insurance/Risk Assessment": 256, "Marketing/CRM": 246, "Non-profit/Service": 194, "Broadcasting/Communications": 179, "Shipping/Transportation": 150}},
		{"kaggle-ds-survey/kaggle-survey-2020.zip", "Q3", map[string]int64{"India": 5851, "United States of America": 2237, "Other": 1388, "Brazil": 694}},
		{"kaggle-ds-survey/kaggle-survey-2020.zip", "Q1", map[string]int64{"25-29": 4011, "22-24": 3786, "18-21": 3469}},
		{"kaggle-ds-survey/kaggle-survey-2020.zip", "Q5", map[string]int64{"Student": 5171, "Data Scientist": 2676}},
		{"ask-a-manager-2021/Ask A Manager Salary Survey 2021 (Responses).xlsx", "How old are you?", map[string]int64{"18-24": 1236, "25-34": 12668, "35-44": 9907, "45-54": 3192,
			"55-64": 994, "65 or over": 95, "under 18": 14}},
		{"ask-a-manager-2021/Ask A Manager Salary Survey 2021 (Responses).xlsx", "What is your gender?", map[string]int64{"Woman": 21387, "Man": 5502, "Non-binary": 747}},
		{"rstudio-r-community/2019 English R Community Survey Responses.xlsx", "In what country do you currently reside?", map[string]int64{"United States of America": 687,
			"United Kingdom": 138, "Canada": 88, "Germany": 84}},
		{"rstudio-r-community/2019 English R Community Survey Responses.csv", "What industry do you work or participate in?", map[string]int64{"Research": 425, "Education": 271}},
		{"rse-international-2018/public_data.csv", "socio1._.In which country do you work?", map[string]int64{"Germany": 333, "United States of America": 147, "Australia": 99, "Netherlands": 54,
			"New Zealand": 37, "South Africa": 23, "Canada": 12}},
	} {
		t.Run(tt.file+"/"+tt.column, func(t *testing.T) {
			if testing.Short() && strings.HasSuffix(tt.file, ".xlsx") {
				t.Skip("a large workbook")
			}
			got := countsOf(t, survey(t, nil, readertest.Input(t, sharedtest.Path(t, "surveys", tt.file))), tt.column)
			for value, n := range tt.want {
				if got[value] != n {
					t.Errorf("%s: %d, want %d", value, got[value], n)
				}
			}
		})
	}
}

// TestTwoFormsOfAnswers: the workbook of a survey platform joins ticked answers
// with commas, and its authors' CSV file of the same people holds them as lists.
// Both are taken apart into the same answers, person by person. The workbook
// may hold what somebody wrote beside the list, which the authors kept too.
func TestTwoFormsOfAnswers(t *testing.T) {
	const folder = "surveys/digital-experiments-us/digex-survey-responses-"
	raw := survey(t, nil, readertest.Input(t, sharedtest.Path(t, folder+"raw.xlsx")))
	processed := survey(t, nil, readertest.Input(t, sharedtest.Path(t, folder+"processed.csv")))
	cells := func(s *data.Survey, name string) (out []string) {
		for b, err := range s.Batches([]string{name}) {
			if err != nil {
				t.Fatal(err)
			}
			c := data.Plain(b.Record.Column(0)).(*array.String)
			for i := range c.Len() {
				out = append(out, strings.Clone(c.Value(i)))
			}
		}
		return out
	}
	for _, name := range []string{"aware_sm_interact", "aware_sm_use", "aware_sm_advan"} {
		lists := cells(processed, name)
		var answers []string
		for _, cell := range lists {
			list, ok := data.ListLiteral(cell)
			if !ok {
				t.Fatalf("%s: no list in %.40q", name, cell)
			}
			answers = append(answers, list...)
		}
		joined := cells(raw, name)
		if len(joined) != 499 || len(lists) != 499 {
			t.Fatalf("%s: %d and %d rows, want 499", name, len(joined), len(lists))
		}
		several, differ := data.NewSeveral(",", answers), 0
		for i := range lists {
			want, _ := data.ListLiteral(lists[i])
			got, clear := several.Split(joined[i])
			if !clear || !slices.Equal(got, want) {
				differ++
				t.Logf("%s, row %d: %q, want %q", name, i, got, want)
			}
		}
		if differ > 0 {
			t.Errorf("%s: %d people differ", name, differ)
		}
	}
}

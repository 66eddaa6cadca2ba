package csv

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tradeoff/data"
	"tradeoff/data/sheet/sheettest"
	"tradeoff/internal/sharedtest"
)

// open opens a file of the shared material.
func open(t testing.TB, parts ...string) (*data.Survey, error) {
	t.Helper()
	in, err := data.FromFile(sharedtest.Path(t, parts...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close() })
	return Open(in)
}

// The shapes are those that the README of each folder states. Where it states
// none (census tables, reports, the dictionary of a survey, the values of a
// Parquet file) the shape was counted with Python's csv module.
var surveys = map[string]struct{ shape, refused string }{
	"ais-personalisation-gb-us/data_GB_US.csv":                                                  {shape: "2151 x 83"},
	"ais-personalisation-gb-us/dalia_vars.csv":                                                  {shape: "83 x 5"},
	"browser-fingerprinting-us/census/NC-EST.csv":                                               {shape: "102 x 74"},
	"browser-fingerprinting-us/census/hinc01-all-households.csv":                                {shape: "1 x 42"},
	"browser-fingerprinting-us/census/us-state-est2023-18+pop.csv":                              {shape: "52 x 2"},
	"browser-fingerprinting-us/fields.csv":                                                      {shape: "12 x 2"}, // one for each column of the survey
	"browser-fingerprinting-us/survey-experiment-data.csv":                                      {shape: "12461 x 12"},
	"complex-design/nhanes.csv":                                                                 {shape: "8591 x 7"},
	"complex-design/nhanes2.csv":                                                                {shape: "10337 x 9"},
	"complex-design/nhanes2brr_subset.csv":                                                      {shape: "1347 x 35"},
	"complex-design/nhanes2jk_subset.csv":                                                       {shape: "887 x 65"},
	"complex-design/one_stage_fpc.csv":                                                          {shape: "21 x 9"},
	"complex-design/yrbs.csv":                                                                   {shape: "15624 x 4"},
	"contact-tracing-ch/data.csv":                                                               {shape: "757 x 157"},
	"digital-experiments-us/digex-survey-responses-processed.csv":                               {shape: "499 x 52"},
	"fivethirtyeight-surveymonkey/masculinity-survey/raw-responses.csv":                         {shape: "1615 x 98"},
	"fivethirtyeight-surveymonkey/masculinity-survey/masculinity-survey.csv":                    {shape: "231 x 12"},
	"fivethirtyeight-surveymonkey/star-wars-survey/StarWars.csv":                                {shape: "1186 x 38"},
	"fivethirtyeight-surveymonkey/steak-survey/steak-risk-survey.csv":                           {shape: "550 x 15"},
	"limesurvey-exports/survey_100001_R_data_file.csv":                                          {shape: "3 x 646"},
	"parquet-conformance/parquet-testing/delta_binary_packed_expect.csv":                        {shape: "200 x 66"},
	"parquet-conformance/parquet-testing/delta_byte_array_expect.csv":                           {shape: "1000 x 9"},
	"parquet-conformance/parquet-testing/delta_encoding_optional_column_expect.csv":             {shape: "100 x 17"},
	"personal-data-acceptability-us/qualtrics_data.csv":                                         {shape: "586 x 141"},
	"pew-anonymity-2013/AnonymityPoll.csv":                                                      {shape: "1002 x 13"},
	"pew-anonymity-2013/AnonymityPoll-original-header.csv":                                      {shape: "1002 x 13"},
	"qualtrics-exports/QualtricsTools/Long_Exhaustive_Sample_Survey.csv":                        {shape: "31 x 367"},
	"qualtrics-exports/qualtRics/sample.csv":                                                    {shape: "1 x 20"},
	"qualtrics-exports/qualtRics/sample_legacy.csv":                                             {shape: "1 x 16"},
	"qualtrics-exports/tutorial-preserving-survey/Testing+preservation_June+16,+2026_15.35.csv": {shape: "25 x 17"},
	"quantipy-example-a/Example Data (A).csv":                                                   {shape: "8255 x 78"},
	"quantipy-example-a/tally/Example Data (A) no-meta.csv":                                     {shape: "8255 x 13"},
	"rse-international-2018/public_data.csv":                                                    {shape: "997 x 707"},
	"rstudio-r-community/2019 English R Community Survey Responses.csv":                         {shape: "1838 x 52"},
	"rstudio-r-community/2019 Spanish R Community Survey Responses.csv":                         {shape: "338 x 52"},
	"rstudio-r-community/Question-texts.csv":                                                    {shape: "41 x 1"},
	"sav-conformance/pyreadstat/sample.csv":                                                     {shape: "5 x 7"},
	"stackoverflow-2011/2011 Stack Overflow Survey Results.csv":                                 {shape: "2813 x 65"},
	"worker-robotics-privacy/WorkerSurveyDataRelease.csv":                                       {shape: "337 x 40"},
}

// TestSurveys opens every CSV file among the real surveys.
func TestSurveys(t *testing.T) {
	root := sharedtest.Path(t, "surveys")
	seen := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, _ os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".csv" {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		seen[name] = true
		t.Run(name, func(t *testing.T) {
			want, known := surveys[name]
			if !known {
				t.Fatal("the table does not say what this file holds")
			}
			s, err := open(t, "surveys", name)
			if want.refused != "" {
				if err == nil || !strings.Contains(err.Error(), want.refused) {
					t.Fatalf("error %v, want %q in it", err, want.refused)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := sheettest.Shape(t, s); got != want.shape {
				t.Errorf("%s, want %s", got, want.shape)
			}
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range surveys {
		if !seen[name] {
			t.Errorf("%s is not there", name)
		}
	}
}

// TestPublishedCounts checks counts that the READMEs state: published by the
// source, or counted there with R and plain scripts.
func TestPublishedCounts(t *testing.T) {
	null := sheettest.Null
	for _, tt := range []struct {
		file, column string
		want         map[string]int
	}{
		{"ais-personalisation-gb-us/data_GB_US.csv", "dem.country_code", map[string]int{"GB": 1092, "US": 1059}},
		{"ais-personalisation-gb-us/data_GB_US.csv", "question.comments", map[string]int{null: 2151}}, // NA in every row
		{"browser-fingerprinting-us/survey-experiment-data.csv", "Q-perceptions-2",
			map[string]int{"Strongly agree": 3282, "Somewhat agree": 5457, "Neutral": 2338, "Somewhat disagree": 1101, "Strongly disagree": 283}},
		{"contact-tracing-ch/data.csv", "acc_use", map[string]int{"1": 116, "2": 91, "3": 79, "4": 60, "5": 411}},
		{"fivethirtyeight-surveymonkey/star-wars-survey/StarWars.csv", "Age", map[string]int{"18-29": 218, "30-44": 268, "45-60": 291, "> 60": 269, null: 140}},
		{"fivethirtyeight-surveymonkey/star-wars-survey/StarWars.csv", "Have you seen any of the 6 films in the Star Wars franchise?", map[string]int{"Yes": 936, "No": 250}},
		{"pew-anonymity-2013/AnonymityPoll.csv", "Region", map[string]int{"South": 359, "Midwest": 239, "West": 238, "Northeast": 166}},
		{"pew-anonymity-2013/AnonymityPoll-original-header.csv", "Smartphone", map[string]int{"0": 472, "1": 487, null: 43}},
		{"personal-data-acceptability-us/qualtrics_data.csv", "sm_companies_1", map[string]int{"Yes": 282, "No": 229, "I'm not sure.": 71, "-99": 4}},
		{"quantipy-example-a/Example Data (A).csv", "locality", map[string]int{"1": 3106, "2": 2245, "3": 1180, "4": 718, "5": 829, null: 177}},
		{"quantipy-example-a/Example Data (A).csv", "Wave", map[string]int{"1": 1621, "2": 1669, "3": 1689, "4": 1637, "5": 1639}},
		{"quantipy-example-a/Example Data (A).csv", "weight", map[string]int{null: 8255}}, // an empty column
		{"stackoverflow-2011/2011 Stack Overflow Survey Results.csv", "How old are you?",
			map[string]int{"25-29": 831, "30-34": 612, "20-24": 507, "35-39": 343, "40-50": 277, "< 20": 116, "51-60": 37, ">60": 6, null: 84}},
		{"stackoverflow-2011/2011 Stack Overflow Survey Results.csv", "How would you best describe the industry you work in?",
			map[string]int{"Software Products": 814, "Web Services": 495, "Other": 396, "Consulting": 322, "Finance / Banking": 189, "Education": 157, "Healthcare": 81,
				"Manufacturing": 77, "Retail": 56, "Foundation / Non-Profit": 50, "Gaming": 49, "Advertising": 43, null: 84}},
		{"stackoverflow-2011/2011 Stack Overflow Survey Results.csv", "How many years of IT/Programming experience do you have?", // damaged by a spreadsheet
			map[string]int{"41310": 717, "41435": 822, "11": 1044, "<2": 146, null: 84}},
		{"contact-tracing-ch/data.csv", "female", map[string]int{"0": 388, "1": 366, "2": 3}},
		{"personal-data-acceptability-us/qualtrics_data.csv", "digital_privacy_1", map[string]int{"Agree": 425, "Neither Agree Nor Disagree": 130, "Disagree": 31}},
		{"personal-data-acceptability-us/qualtrics_data.csv", "privacy_behaviors_1", map[string]int{"Always": 160, "Sometimes": 325, "Never": 88, "-99": 13}},
		{"personal-data-acceptability-us/qualtrics_data.csv", "age", map[string]int{"18 - 24": 25, "25 - 34": 87, "35 - 44": 78, "45 - 54": 48, "55 - 64": 76, "65 - 74": 186, "75 - 84": 71, "85 or older": 15}},
		{"worker-robotics-privacy/WorkerSurveyDataRelease.csv", "Country", map[string]int{"Australia": 24, "Canada": 130, "UK": 101, "USA": 82}},
	} {
		t.Run(filepath.Base(tt.file)+"/"+tt.column, func(t *testing.T) {
			s, err := open(t, "surveys", tt.file)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, sheettest.Counts(t, s, tt.column)); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestStackOverflowTickAll checks the names that two header rows give.
func TestStackOverflowTickAll(t *testing.T) {
	s, err := open(t, "surveys/stackoverflow-2011/2011 Stack Overflow Survey Results.csv")
	if err != nil {
		t.Fatal(err)
	}
	names := s.Codebook.Names()
	if names[0] != "What Country or Region do you live in?" {
		t.Errorf("first column is %q", names[0])
	}
	options := 0
	for _, n := range names {
		if strings.HasSuffix(n, " - Influencer") || strings.HasSuffix(n, " - Purchaser") {
			options++
		}
	}
	if options != 2 {
		t.Errorf("%d of the 2 options are in names", options)
	}
}

// TestWindows1252 checks a character beyond ASCII of a file that is not UTF-8.
// The star wars export has 0x8C and 0xE6 ("Œ" and "æ" in Windows-1252).
func TestWindows1252(t *testing.T) {
	s, err := open(t, "surveys/fivethirtyeight-surveymonkey/star-wars-survey/StarWars.csv")
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, n := range s.Codebook.Names() {
		found = found || strings.ContainsAny(n, "Œæ")
	}
	if !found {
		t.Error("no name holds the character behind byte 0x8C or 0xE6")
	}
	if !strings.Contains(s.Codebook.Notes[0], "line 1, column 32: byte 0x8C") {
		t.Errorf("the note does not say where: %s", s.Codebook.Notes[0])
	}
}

// TestQualtricsTexts checks that the second of three header rows becomes the
// label.
func TestQualtricsTexts(t *testing.T) {
	s, err := open(t, "surveys/qualtrics-exports/tutorial-preserving-survey/Testing+preservation_June+16,+2026_15.35.csv")
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Codebook.Variable("RecordedDate").Label; got != "Recorded Date" {
		t.Errorf("label %q", got)
	}
	if got := s.Codebook.Variable("consent").Label; !strings.HasPrefix(got, "This brief survey") {
		t.Errorf("label %q", got)
	}
}

// facts are the counts that the manifest of the bad inputs states for every
// case that is to be accepted.
var facts = map[string]int{"1": 10, "2": 6, "3": 20, "4": 14, "5": 9, "98": 1}

// TestBadInputs opens every case of the manifest.
func TestBadInputs(t *testing.T) {
	for _, tt := range []struct {
		file    string
		refused []string // all in the message; nil: opened with the facts of the control
		notes   []string // all in the notes
		column  string   // its counts are not checked where the case spoils q1_comfort
	}{
		{file: "control.csv"},
		{file: "c01_empty.csv", refused: []string{"c01_empty.csv", "empty"}},
		{file: "c02_header_only.csv", refused: []string{"c02_header_only.csv", "no respondents"}},
		{file: "c03_short_row.csv", refused: []string{"c03_short_row.csv:31:", "13 fields", "15"}},
		{file: "c04_open_quote.csv", refused: []string{"c04_open_quote.csv:23:", "quotation mark", "never closed"}},
		{file: "c05_latin1.csv", notes: []string{"line 12", "q4_why", "Windows-1252"}},
		{file: "c06_bom_crlf.csv"},
		{file: "c07_utf16.csv", notes: []string{"UTF-16"}},
		{file: "c08_header_twice.csv", refused: []string{"c08_header_twice.csv:1:", "column sex", "4 and 5"}},
		{file: "c09_no_weight.csv"},
		{file: "c10_code_7.csv", column: "q1_comfort"},
		{file: "c11_weight_na.csv", notes: []string{"weight (line 18)"}},
		{file: "c12_decimal_comma.csv", notes: []string{"decimal comma", "weight (line 2)"}},
		{file: "c13_ids_in_e_notation.csv", notes: []string{"exponent", "resp_id (line 2)"}},
		{file: "c14_same_respondent_twice.csv", column: "q1_comfort"},
		{file: "c15_login_page.csv", refused: []string{"c15_login_page.csv", "web page", "export again"}},
		{file: "c16_formula_text.csv"},
		{file: "c17_wave_is_a_path.csv"},
		{file: "c18_line_breaks_in_quotes.csv"},
		{file: "c19_three_header_rows.csv", notes: []string{"three rows"}},
		{file: "c20_upload_cut.csv", refused: []string{"c20_upload_cut.csv:43:", "last line is incomplete"}},
		{file: "c21_weight_below_zero.csv"},
	} {
		t.Run(tt.file, func(t *testing.T) {
			s, err := open(t, "badinputs", tt.file)
			if tt.refused != nil {
				if !data.IsData(err) {
					t.Fatalf("error %v, want a fault of the data", err)
				}
				sheettest.KeepsSecrets(t, err.Error())
				for _, want := range tt.refused {
					if !strings.Contains(err.Error(), want) {
						t.Errorf("%q is not in: %v", want, err)
					}
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			sheettest.KeepsSecrets(t, strings.Join(s.Codebook.Notes, "\n"))
			for _, want := range tt.notes {
				if !strings.Contains(strings.Join(s.Codebook.Notes, "\n"), want) {
					t.Errorf("%q is not in the notes: %v", want, s.Codebook.Notes)
				}
			}
			if s.Files[0].Rows != 60 {
				t.Errorf("%d rows, want 60", s.Files[0].Rows)
			}
			if got := sheettest.Counts(t, s, "q1_comfort"); tt.column == "" && !maps.Equal(got, facts) {
				t.Errorf("q1_comfort %v, want %v", got, facts)
			}
		})
	}
}

// TestBadInputValues checks what the pipeline needs to name row, column and
// value of a bad weight, and that a decimal comma is never taken for nothing.
func TestBadInputValues(t *testing.T) {
	for _, tt := range []struct {
		file, column, value string
		line                int64
		kind                data.Type
	}{
		{"c11_weight_na.csv", "weight", "n/a", 18, data.Text},
		{"c12_decimal_comma.csv", "weight", "1.1238", 2, data.Number},
		{"c12_decimal_comma.csv", "weight", "1.306", 8, data.Number}, // written 1,306
		{"c21_weight_below_zero.csv", "weight", "-0.75", 34, data.Number},
		{"c10_code_7.csv", "q1_comfort", "7", 40, data.Number},
		{"c13_ids_in_e_notation.csv", "resp_id", "1.23458e+15", 2, data.Number},
		{"c06_bom_crlf.csv", "resp_id", "S0001", 2, data.Text},
		{"c19_three_header_rows.csv", "resp_id", "S0001", 4, data.Text},
	} {
		t.Run(tt.file, func(t *testing.T) {
			s, err := open(t, "badinputs", tt.file)
			if err != nil {
				t.Fatal(err)
			}
			if got := s.Codebook.Variable(tt.column).Type; got != tt.kind {
				t.Errorf("%s is %s, want %s", tt.column, got, tt.kind)
			}
			values, lines := sheettest.Values(t, s, []string{tt.column})
			for i, line := range lines {
				if line == tt.line {
					if values[0][i] != tt.value {
						t.Errorf("line %d holds %q, want %q", line, values[0][i], tt.value)
					}
					return
				}
			}
			t.Errorf("no row starts on line %d", tt.line)
		})
	}
}

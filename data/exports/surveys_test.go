package exports

import (
	"path/filepath"
	"strings"
	"testing"

	"tradeoff/data/readertest"
	"tradeoff/internal/sharedtest"
)

// What is left out of real surveys. Each list was decided by reading the
// survey's README and its questions: identifiers of respondents and rows,
// addresses, and what people wrote in their own words. Everything else has to
// stay: weights, strata and sampling units, amounts, minutes, regions, ticked
// answers joined in one cell, and items that only speak of e-mail, contacts
// or age. Long names are cut at forty characters.
var surveys = map[string][]string{
	"ais-personalisation-gb-us/data_GB_US.csv":                                                  {"meta.uuid"},
	"ask-a-manager-2021/Ask A Manager Salary Survey 2021 (Responses).xlsx":                      {"Timestamp", "Job title", "If your job title needs additional conte", "If \"Other,\" please indicate the currency", "If your income needs additional context,", "What city do you work in?"},
	"browser-fingerprinting-us/survey-experiment-data.csv":                                      {"ResponseId"},
	"complex-design/nhanes.csv":                                                                 {},
	"complex-design/nhanes2.csv":                                                                {},
	"complex-design/nhanes2brr_subset.csv":                                                      {},
	"complex-design/nhanes2jk_subset.csv":                                                       {},
	"complex-design/one_stage_fpc.csv":                                                          {},
	"complex-design/yrbs.csv":                                                                   {},
	"contact-tracing-ch/data.csv":                                                               {"id"},
	"digital-experiments-us/digex-survey-responses-processed.csv":                               {"column_1", "ethic_appr", "study_1_conc", "study_1_add_info", "study_2_conc", "study_2_add_info", "study_3_conc", "study_3_add_info", "study_4_conc", "study_4_add_info", "design_add_fac", "rank_add_fac_1", "rank_add_fac_2", "rank_add_fac_3"},
	"digital-experiments-us/digex-survey-responses-raw.xlsx":                                    {"ethic_appr", "study_1_conc", "study_1_add_info", "study_2_conc", "study_2_add_info", "study_3_conc", "study_3_add_info", "study_4_conc", "study_4_add_info", "design_add_fac", "rank_add_fac_1", "rank_add_fac_2", "rank_add_fac_3"},
	"fivethirtyeight-surveymonkey/masculinity-survey/raw-responses.csv":                         {"column_1"},
	"fivethirtyeight-surveymonkey/star-wars-survey/StarWars.csv":                                {"RespondentID"},
	"fivethirtyeight-surveymonkey/steak-survey/steak-risk-survey.csv":                           {"RespondentID"},
	"gss-2010/2010.sav":                                                                         {"id"},
	"limesurvey-exports/survey_100001_R_data_file.csv":                                          {"Response ID", "Seed"},
	"parquet-conformance/parquet-testing/delta_byte_array.parquet":                              {"c_customer_id", "c_first_name", "c_last_name", "c_email_address"},
	"parquet-conformance/parquet-testing/delta_encoding_optional_column.parquet":                {"c_customer_id", "c_first_name", "c_last_name", "c_email_address"},
	"parquet-conformance/svy-worldbank-synthetic/hld_sample_wb_2023.parquet":                    {"hid"},
	"parquet-conformance/svy-worldbank-synthetic/ind_sample_wb_2023.parquet":                    {"hid"},
	"personal-data-acceptability-us/qualtrics_data.csv":                                         {"responseid", "sometimes_text"},
	"pew-anonymity-2013/AnonymityPoll-original-header.csv":                                      {},
	"pew-anonymity-2013/AnonymityPoll.csv":                                                      {},
	"qualtrics-exports/qualtRics/sample.csv":                                                    {"IPAddress", "ResponseId", "RecipientLastName", "RecipientFirstName", "RecipientEmail", "ExternalReference", "LocationLatitude", "LocationLongitude"},
	"qualtrics-exports/qualtRics/sample_legacy.csv":                                             {"V1", "V3", "V4", "V5", "V6", "LocationLatitude", "LocationLongitude", "LocationAccuracy"},
	"qualtrics-exports/QualtricsTools/Long_Exhaustive_Sample_Survey.csv":                        {"ResponseID", "IPAddress", "RecipientLastName", "RecipientFirstName", "RecipientEmail", "ExternalDataReference", "Q6_TEXT", "Q7_TEXT", "Q16_-2_TEXT", "Q26_Q26_5_TEXT", "Q35_Q35_5_TEXT", "Q45#1_Q45_5_3_TEXT", "Q45#2_Q45_5_4_TEXT", "Q46_1_1_TEXT", "Q46_1_2_TEXT", "Q46_1_3_TEXT", "Q46_2_1_TEXT", "Q46_2_2_TEXT", "Q46_2_3_TEXT", "Q46_3_1_TEXT", "Q46_3_2_TEXT", "Q46_3_3_TEXT", "Q50_1_1_TEXT", "Q50_1_2_TEXT", "Q50_1_3_TEXT", "Q50_2_1_TEXT", "Q50_2_2_TEXT", "Q50_2_3_TEXT", "Q50_3_1_TEXT", "Q50_3_2_TEXT", "Q50_3_3_TEXT", "Q50_4_1_TEXT", "Q50_4_2_TEXT", "Q50_4_3_TEXT", "Q50_4_TEXT", "Q47", "q48_jellyfish_though", "LocationLatitude", "LocationLongitude", "LocationAccuracy"},
	"qualtrics-exports/tutorial-preserving-survey/Testing+preservation_June+16,+2026_15.35.csv": {"ResponseId", "name_confidential", "number_confidential"},
	"quantipy-example-a/Example Data (A).csv":                                                   {"column_1", "id_L1.1", "record_number", "unique_id", "RecordNo"},
	"quantipy-example-a/tally/Example Data (A) no-meta.csv":                                     {"column_1", "resp_id"},
	"quantipy-example-a/tally/Example Data (B).sav":                                             {},
	"rse-international-2018/public_data.csv":                                                    {"edu2qcan._.In which discipline is your h", "edu4._.List any professional qualificati", "conf2can._.At which conference(s)/worksh", "proj6zaf._.Which online collaboration to", "train3._.What training programs are you ", "ukrse3._.How did you learn the skills yo", "skill2._.What three skills would you lik"},
	"rstudio-r-community/2019 English R Community Survey Responses.csv":                         {"Timestamp", "If you were to learn R, what would do yo", "What do you like best about using R?", "What do you like least about using R?", "What is your job title, if any?"},
	"rstudio-r-community/2019 English R Community Survey Responses.xlsx":                        {"Timestamp", "If you were to learn R, what would do yo", "What do you like best about using R?", "What do you like least about using R?", "What is your job title, if any?"},
	"rstudio-r-community/2019 Spanish R Community Survey Responses.csv":                         {"Timestamp", "Si aprendieras R, ¿para qué consideras q", "¿Qué es lo que más te gusta de usar R?", "¿Qué es lo que menos te gusta de usar R?", "¿Cuál es el nombre de tu cargo laboral ("},
	"sav-conformance/SpssLib/BigEndian.sav":                                                     {"ID"},
	"sav-conformance/SpssLib/Learning.sav":                                                      {"pID", "Q6learnprefs_wi", "Q7websites_wi", "Q20proximity_wi"},
	"sav-conformance/SpssLib/MissingValues.sav":                                                 {},
	"sav-conformance/SpssLib/test.sav":                                                          {"street"},
	"sav-conformance/ddi-cdi/SPSS_Example.sav":                                                  {"idno"},
	"sav-conformance/foreign/electric.sav":                                                      {"CASEID"},
	"sav-conformance/foreign/mval_bug.sav":                                                      {},
	"sav-conformance/foreign/pbcold.sav":                                                        {},
	"sav-conformance/foreign/sample100.sav":                                                     {},
	"sav-conformance/haven/datetime.sav":                                                        {},
	"sav-conformance/haven/iris.sav":                                                            {},
	"sav-conformance/haven/labelled-num-na.sav":                                                 {},
	"sav-conformance/haven/labelled-num.sav":                                                    {},
	"sav-conformance/haven/labelled-str.sav":                                                    {},
	"sav-conformance/haven/umlauts.sav":                                                         {},
	"sav-conformance/haven/variable-label.sav":                                                  {},
	"sav-conformance/pyreadstat/hebrews.sav":                                                    {},
	"sav-conformance/pyreadstat/missing_char.sav":                                               {},
	"sav-conformance/pyreadstat/sample.csv":                                                     {},
	"sav-conformance/pyreadstat/sample.sav":                                                     {},
	"sav-conformance/pyreadstat/sample.zsav":                                                    {},
	"sav-conformance/pyreadstat/sample_large.sav":                                               {},
	"sav-conformance/pyreadstat/sample_missing.sav":                                             {},
	"sav-conformance/pyreadstat/test_width.sav":                                                 {"ResponseId"},
	"sav-conformance/savReaderWriter/Employee data.sav":                                         {"ID", "BDATE"},
	"sav-conformance/savReaderWriter/german.sav":                                                {},
	"sav-conformance/savReaderWriter/test_dates.sav":                                            {},
	"sav-conformance/savReaderWriter/zlib_compressed.zsav":                                      {},
	"sav-conformance/spss-reader/longstringvaluerecord.sav":                                     {},
	"sav-conformance/spss-reader/testdata.sav":                                                  {"ID", "s_1"},
	"sav-conformance/spss-reader/verylongstring.sav":                                            {"some_string", "some_very_long_string"},
	"sav-conformance/spss-reader/weighted.sav":                                                  {},
	"stackoverflow-2011/2011 Stack Overflow Survey Results.csv":                                 {"Which languages are you proficient in? -", "Which technology products do you own? (Y"},
	"worker-robotics-privacy/WorkerSurveyDataRelease.csv":                                       {},
}

func TestSurveys(t *testing.T) {
	for file, want := range surveys {
		t.Run(file, func(t *testing.T) {
			if testing.Short() && strings.HasSuffix(file, ".xlsx") {
				t.Skip("a large workbook")
			}
			s := survey(t, nil, readertest.Input(t, sharedtest.Path(t, "surveys", filepath.FromSlash(file))))
			var got []string
			for _, d := range s.Codebook.Dropped {
				name := []rune(d.Name)
				got = append(got, string(name[:min(len(name), 40)]))
			}
			if a, b := strings.Join(got, "\n"), strings.Join(want, "\n"); a != b {
				t.Errorf("left out\n%s\nwant\n%s", a, b)
			}
		})
	}
}

// The columns that the READMEs give a role in tables and designs.
func TestRolesStay(t *testing.T) {
	for file, names := range map[string][]string{
		"ais-personalisation-gb-us/data_GB_US.csv":                               {"meta.weight", "dem.country_code", "dem.age", "question.email_messages_content", "question.Personalised_contacts", "question.household_income", "question.age"},
		"gss-2010/2010.sav":                                                      {"wtss", "wtssall", "sampcode", "age", "region", "indus80"},
		"complex-design/nhanes2.csv":                                             {"stratid", "psuid", "finalwgt", "zinc"},
		"browser-fingerprinting-us/survey-experiment-data.csv":                   {"Q-demos-state", "Duration (in seconds)"},
		"parquet-conformance/svy-worldbank-synthetic/hld_sample_wb_2023.parquet": {"geo1", "geo2", "ea"},
		"worker-robotics-privacy/WorkerSurveyDataRelease.csv":                    {"Country", "What best describes your job domain?"},
		"quantipy-example-a/Example Data (A).csv":                                {"weight_a", "weight_b", "q2", "q3", "q8", "birth_year", "birth_month"},
		"rstudio-r-community/2019 English R Community Survey Responses.csv":      {"In what country do you currently reside?", "What industry do you work or participate in?"},
		"ask-a-manager-2021/Ask A Manager Salary Survey 2021 (Responses).xlsx":   {"What industry do you work in?", "What country do you work in?"},
		"stackoverflow-2011/2011 Stack Overflow Survey Results.csv":              {"What Country or Region do you live in?", "Which US State or Territory do you live in?"},
		"sav-conformance/spss-reader/weighted.sav":                               {"Sample_Weight"},
		"fivethirtyeight-surveymonkey/masculinity-survey/raw-responses.csv":      {"weight", "q0030", "StartDate"},
		"personal-data-acceptability-us/qualtrics_data.csv":                      {"age", "income"},
		"contact-tracing-ch/data.csv":                                            {"age", "duration_seconds", "income_num", "know_symptoms", "startdate"},
	} {
		t.Run(file, func(t *testing.T) {
			if testing.Short() && strings.HasSuffix(file, ".xlsx") {
				t.Skip("a large workbook")
			}
			s := survey(t, nil, readertest.Input(t, sharedtest.Path(t, "surveys", filepath.FromSlash(file))))
			for _, n := range names {
				if s.Codebook.Variable(n) == nil {
					t.Errorf("%q is not there; there are %q", n, s.Codebook.Names()[:min(60, len(s.Codebook.Variables))])
				}
			}
		})
	}
}

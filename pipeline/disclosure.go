package pipeline

import (
	"fmt"

	"tradeoff/reports"
)

// What the code of the American Association for Public Opinion Research (AAPOR,
// III.A, 2021) wants disclosed of any survey, and what the study says of it.

// notStated is what the checklist says of what the study leaves open.
const notStated = "not stated in the study"

// disclosures is the checklist, with the key that would fill what is open.
func disclosures(p *plan, f *frame) []reports.Fact {
	st := p.study
	stated := func(text, key string) string {
		if text != "" {
			return text
		}
		return fmt.Sprintf("%s; add %s:", notStated, key)
	}
	weighted := "no weights"
	switch {
	case f.raking != nil:
		weighted = "raked; targets are listed under Design and weighting"
	case st.Design.Weight != "":
		weighted = fmt.Sprintf("weights of column %s; how they were made is %s unless its notes say it", st.Design.Weight, notStated)
	}
	precision := "intervals with every figure; no margin of sampling error, for the study does not say that respondents were drawn with known probabilities"
	if st.Probability {
		precision = "95% intervals with every figure, from the design"
	}
	return []reports.Fact{
		{Label: "Who paid for it", Value: stated(st.Client, "client")},
		{Label: "Who carried it out", Value: stated(st.Contact, "contact")},
		{Label: "Population", Value: stated(st.Population, "population")},
		{Label: "How people were chosen and recruited", Value: stated(st.Sample, "sample")},
		{Label: "Mode", Value: stated(st.Mode, "mode")},
		{Label: "Dates", Value: stated(st.Fielded, "fielded")},
		{Label: "Sample size", Value: plural(f.inside, "respondent") + "; bases of subgroups are listed here, those of questions with their tables"},
		{Label: "Precision", Value: precision},
		{Label: "Weighting", Value: weighted},
		{Label: "Wording of questions", Value: "with every table, as far as the study or the export has it"},
		{Label: "Language, incentives, response rate", Value: notStated + " as keys of their own; notes: may say them"},
		{Label: "Quality of the answers", Value: "who gave all items of a battery the same answer, was fast, or is in the data twice is counted in the chapter on method, as far as the questions allow"},
		{Label: "Limits", Value: "errors of coverage, non-response and wording are in no interval"},
	}
}

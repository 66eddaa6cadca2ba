package pipeline

import (
	"cmp"
	"fmt"
	"strings"

	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// Whom a chapter is about, in words for people who read nothing else.

// public names the people whom the report is about.
func (e *evidence) public() string {
	text := cmp.Or(e.plan.study.Population, "the respondents of this survey")
	if e.plan.study.Simulated {
		text = "invented respondents who stand for " + text
	}
	return text
}

// whomText names them with the wave that the tables speak of.
func (e *evidence) whomText() string {
	text := e.public()
	if latest(e.plan) {
		text += fmt.Sprintf(", %s %s", lower(e.plan.waves.label), e.plan.waves.values[len(e.plan.waves.values)-1].label)
	}
	return text
}

// about says whom a chapter is about: of tables of questions, or of models where it has
// no others. It is empty where the chapter finds nothing, or speaks of no respondents.
func (e *evidence) about(c *reports.Chapter) string {
	if len(c.Findings) == 0 {
		return ""
	}
	if c.Key == "trend" {
		return fmt.Sprintf("About %s: in each wave those who answered.", e.public())
	}
	var low, high int
	part := false
	for _, model := range []bool{false, true} {
		for _, id := range c.Tables {
			t := e.tableOf(id)
			if t.Model != model || t.ID == policyTable || t.ID == editionsTable || t.Columns[0].Status != crosstab.OK {
				continue
			}
			n := t.Columns[0].Base.People
			if low == 0 || n < low {
				low = n
			}
			high = max(high, n)
			part = part || !model && !strings.HasPrefix(t.BaseText, "All who answered") || strings.HasPrefix(t.BaseText, "All who answered, where")
		}
		if high > 0 {
			break
		}
	}
	if high == 0 {
		return ""
	}
	text := fmt.Sprintf("About %s: %s answered", e.whomText(), plural(high, "respondent"))
	if low < high {
		text = fmt.Sprintf("About %s: %s to %s answered, question by question", e.whomText(), thousands(low), plural(high, "respondent"))
	}
	if part {
		text += "; some questions were put to part of them"
	}
	return text + "."
}

// aboutAll says whom the report is about, and whether they were drawn at random.
func (e *evidence) aboutAll(respondents int) string {
	text := fmt.Sprintf("About %s: %s.", e.whomText(), plural(respondents, "respondent"))
	return text + e.notDrawn()
}

// notDrawn says, behind what chance may do, that people were not drawn at random: "" where
// they were.
func (e *evidence) notDrawn() string {
	if e.plan.study.Probability {
		return ""
	}
	return " As far as the study says, they were not drawn at random: how well they stand for everybody, no figure here tells."
}

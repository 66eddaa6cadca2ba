package pipeline

import (
	"cmp"
	"fmt"
	"slices"
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

// about says whom a chapter is about: those whom its sentences stand on, but for figures
// that are counted again of a part of them. It is empty where the chapter finds nothing, or speaks of no respondents.
func (e *evidence) about(c *reports.Chapter) string {
	switch {
	case c.Key == "method":
		return upper(e.all()) + e.atRandom()
	case len(c.Findings) == 0:
		return ""
	}
	if c.Key == "trend" {
		return e.aboutWaves()
	}
	var low, high int
	part := false
	for _, f := range c.Findings {
		for _, ref := range f.Refs {
			t := e.tableOf(ref.Table)
			n := t.BaseOf(ref.Row, 0).People
			if t.ID == policyTable || t.ID == editionsTable || strings.HasSuffix(t.ID, ".choices") || t.Columns[0].Status != crosstab.OK || n == 0 {
				continue
			}
			if low == 0 || n < low {
				low = n
			}
			high = max(high, n)
			part = part || !t.Model && !strings.HasPrefix(t.BaseText, "All who answered") || strings.HasPrefix(t.BaseText, "All who answered, where")
		}
	}
	if high == 0 {
		return ""
	}
	text := fmt.Sprintf("%s: %s answered", e.whomText(), plural(high, "respondent"))
	if low < high {
		text = fmt.Sprintf("%s: %s to %s answered, question by question", e.whomText(), thousands(low), plural(high, "respondent"))
	}
	if part {
		text += "; some questions were put to part of them"
	}
	return upper(text) + "."
}

// aboutWaves says how many people answered in the first and the last wave, question by
// question; of a chapter that compares editions only, whom these are about.
func (e *evidence) aboutWaves() string {
	list := slices.DeleteFunc(e.movers(), func(m mover) bool { return m.first() < 0 || m.last() <= m.first() || !m.share() })
	if len(list) == 0 {
		return upper(e.public()) + "."
	}
	label := func(m mover, j int) string { return m.t.Columns[j].Label }
	first := list[0]
	same := slices.DeleteFunc(list, func(m mover) bool {
		return label(m, m.first()) != label(first, first.first()) || label(m, m.last()) != label(first, first.last())
	})
	return fmt.Sprintf("%s. %s %s", upper(e.public()), inWaves(same), e.samePeople())
}

// samePeople says whether the waves asked the same people, as far as the data tell.
func (e *evidence) samePeople() string {
	if e.plan.study.Respondent == "" {
		return "The data do not tell whether the waves asked the same people; each is taken to have asked others."
	}
	if e.panel == 0 {
		return "Each wave asked other people, as far as the data tell."
	}
	where := "more than one wave"
	if len(e.plan.waves.values) == 2 {
		where = "both waves"
	}
	return fmt.Sprintf("%s answered in %s; the changes allow for that.", upper(cameBack(e.plan, e.panel, e.wavePeople)), where)
}

// cameBack names those who answered in more than one wave. Their number is said where it
// tells of no few: neither that few came back, nor that all of a wave did but for few.
func cameBack(p *plan, panel int, waves []int) string {
	group, _ := shownFrom(p.study)
	near := 0
	for _, n := range waves {
		if d := max(n-panel, panel-n); d > 0 && d < group {
			near++
		}
	}
	switch {
	case len(p.filter) > 0: // they are counted among all
		return "some respondents"
	case near == 0 || panel < group:
		return guarded(p.study, panel, "respondent")
	case near == len(waves):
		return "nearly all respondents"
	}
	return "many respondents"
}

// aboutAll says whom the report is about, and whether they were drawn at random.
func (e *evidence) aboutAll() string { return "About " + e.all() }

// all are the people whom the report is about.
func (e *evidence) all() string {
	return fmt.Sprintf("%s: %s.", e.whomText(), plural(e.respondents, "respondent")) + e.notDrawn()
}

// atRandom says what is gained where people were drawn at random: "" where they were not.
func (e *evidence) atRandom() string {
	if !e.plan.study.Probability {
		return ""
	}
	were := "They were drawn at random"
	if e.plan.study.Simulated {
		were = "They count as drawn at random"
	}
	return " " + were + ": but for those who would not take part, they stand for all of these people as closely as the brackets say."
}

// notDrawn says, behind what chance may do, that people were not drawn at random: "" where
// they were.
func (e *evidence) notDrawn() string {
	if e.plan.study.Probability {
		return ""
	}
	return " As far as the study says, people were not drawn at random: those who take part may differ from others, and that comes on top of chance."
}

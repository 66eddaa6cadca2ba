package pipeline

import (
	"slices"
	"strings"

	"tradeoff/data"
	"tradeoff/data/study"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// What a chapter that has something to say could not say, for want of a question.

// A lack is a part of a chapter, and the measure without which it is not there.
type lack struct {
	chapter, measure, part string
}

var chapterParts = [...]lack{
	{"expectation", "loop", "from which industry service is expected takes a question that measures expectation, asked in a loop of industries"},
	{"contradiction", "trust", "privacy types take questions on trust: measures: trust"},
	{"contradiction", "sharing", "what each class of people would share takes questions on that: measures: sharing"},
	{"trust", "loop", "a ranking of industries takes a question that measures trust, asked in a loop of industries"},
	{"trust", "sharing", "trust beside what people would share takes questions on that: measures: sharing"},
	{"sharing", "behaviour", "what people do beside what they say takes questions on what they do: measures: behaviour"},
	{"exchange", "sharing", "whether those who want a benefit are more willing takes questions on willingness: measures: sharing"},
	{"drivers", "trust", "trust is not among the drivers without questions on it: measures: trust"},
	{"drivers", "communication", "understanding is not among the drivers without questions on it: measures: communication"},
	{"drivers", "control", "control is not among the drivers without questions on it: measures: control"},
	{"drivers", "expertise", "expertise is not among the drivers without questions on it: measures: expertise"},
	{"communication", "sharing", "willingness beside understanding takes questions on it: measures: sharing"},
	{"communication", "trust", "trust beside understanding takes questions on it: measures: trust"},
}

// lacks says which parts of a chapter are not there, and which measure of the study
// file would fill them.
func (e *evidence) lacks(c *reports.Chapter) {
	if len(c.Findings) == 0 {
		return // that it says nothing, and why, is said already
	}
	var missing []string
	for _, p := range chapterParts {
		if p.chapter == c.Key && !e.measures(p) {
			missing = append(missing, p.part)
		}
	}
	if missing != nil {
		c.Missing = strings.TrimSpace(c.Missing + " Not in this chapter: " + strings.Join(missing, "; ") + ".")
	}
}

// measures tells whether the study has the questions that a part needs.
func (e *evidence) measures(p lack) bool {
	if p.measure != "loop" {
		return len(e.measure(p.measure)) > 0
	}
	loops, _ := split(e.measure(p.chapter))
	return len(loops) > 0
}

// clash finds two tables of one name: a question, or an item of one, that is called as
// a table of the report's own is. nil if there is none.
func clash(st *study.Study, tables []*crosstab.Table) error {
	seen := map[string]bool{editionsTable: true, policyTable: true}
	for _, t := range tables {
		if !seen[t.ID] {
			seen[t.ID] = true
			continue
		}
		// of the two, the one that the study names
		asked := func(name string) bool {
			return slices.ContainsFunc(st.Questions, func(q study.Question) bool { return q.Name == name })
		}
		name := t.Question
		for _, x := range tables {
			if x.ID == t.ID && asked(x.Question) && !x.Model {
				name = x.Question
				break
			}
		}
		what := "this question"
		if item, ok := strings.CutPrefix(t.ID, name+"."); ok {
			what = "item " + item + " of this question"
		}
		return data.Faults{st.Fault("questions."+name, "the report has another table called %s; give %s another name", t.ID, what)}
	}
	return nil
}

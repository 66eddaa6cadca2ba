package pipeline

import (
	"fmt"
	"slices"
	"strings"

	"tradeoff/data"
	"tradeoff/data/study"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// What a chapter cannot say for want of a question: its reader is told on the page what
// was not asked, and the maker of the study by Check which measure would fill it.

// A lack is a part of a chapter, and the measure without which it is not there.
type lack struct {
	chapter, measure string
	part             string // as its reader calls it
	takes            string // what the study file needs for it
}

// What the study file needs for people to be willing or not, and to trust or not.
const (
	willingTakes = "measures: sharing, of a question with top answers or boxes"
	trustTakes   = "measures: trust, of a question with top answers"
)

var chapterParts = [...]lack{
	{"expectation", "loop", "from which industry service is expected", "a question that measures expectation, asked in a loop of industries"},
	{"contradiction", "trust", "types of people by worry and trust", "measures: trust"},
	{"contradiction", "sharing", "what each class of people would share", "measures: sharing"},
	{"trust", "loop", "which industry is trusted most", "a question that measures trust, asked in a loop of industries"},
	{"trust", "sharing", "whether people share more with those they trust", "measures: sharing"},
	{"sharing", "loop", "with whom people would share", "a question that measures sharing, asked in a loop of industries"},
	{"sharing", "behaviour", "what people do, beside what they say", "measures: behaviour"},
	{"exchange", "sharing", "whether those who want a benefit are more willing to share", willingTakes},
	{"drivers", "trust", "what trust has to do with willingness", "measures: trust"},
	{"drivers", "communication", "what understanding has to do with willingness", "measures: communication"},
	{"drivers", "control", "what control has to do with willingness", "measures: control"},
	{"drivers", "expertise", "what expertise has to do with willingness", "measures: expertise"},
	{"communication", "randomized", "what telling people something causes, as no message was shown to some people, picked at random, and not to others", "a question that measures communication with randomized: true, and one that measures sharing"},
	{"communication", "sharing", "whether those who understand are more willing to share", willingTakes},
	{"communication", "trust", "whether those who understand trust more", trustTakes},
}

// silence is what the reader of a chapter without any question is told.
var silence = map[string]string{
	"expectation":   "This survey did not ask whether people expect personalized service.",
	"concern":       "This survey did not ask whether people feel tracked, or worry about their data.",
	"contradiction": "This survey did not ask the same people whether they want personal service and whether they worry about their data, so nobody can say how many do both.",
	"trust":         "This survey did not ask whom people trust with their data.",
	"sharing":       "This survey did not ask which data people would share.",
	"exchange":      "This survey did not ask what people want in return for their data.",
	"drivers":       "This survey did not ask how willing people are to share their data.",
	"communication": "This survey did not ask how well people understand what happens to their data, and showed no message to some people and not to others.",
}

// notCounted ends what is said of parts that are not there.
const notCounted = "no question of this survey is counted for that."

// lacks tells the reader which parts of a chapter are not there.
func (e *evidence) lacks(c *reports.Chapter) {
	if len(c.Findings) == 0 {
		if c.Missing == "" {
			c.Missing = "Too few people answered for a sentence; the tables below show what there is."
		}
		return
	}
	var missing []string
	for _, p := range chapterParts {
		if p.chapter == c.Key && !e.measures(p) {
			missing = append(missing, p.part)
		}
	}
	if missing != nil {
		c.Missing = strings.TrimSpace(c.Missing + " " + upper(strings.Join(missing, "; ")) + ": " + notCounted)
	}
}

// wants tells the maker of a study what its chapters lack, and what would fill them.
func (e *evidence) wants() []reports.Fact {
	var out []reports.Fact
	for _, c := range chapterList {
		if c.takes != "" && e.empty(c.key) {
			out = append(out, reports.Fact{Label: "Chapter " + c.title, Value: "stays empty; it takes " + c.takes})
			continue
		}
		for _, p := range chapterParts {
			if p.chapter == c.key && !e.measures(p) {
				out = append(out, reports.Fact{Label: "Chapter " + c.title, Value: fmt.Sprintf("does not say %s; that takes %s", p.part, p.takes)})
			}
		}
	}
	return out
}

// empty tells whether a chapter has no question to speak of.
func (e *evidence) empty(chapter string) bool {
	switch chapter {
	case "contradiction":
		return e.tableOf(chapter) == nil && e.modelled("types") == nil && e.modelled("classes") == nil
	case "drivers":
		tables, _ := e.willingness()
		return tables == nil
	case "trend":
		return e.plan.waves == nil || len(e.plan.waves.values) < 2
	case "method":
		return e.modelled("quality") == nil
	}
	return len(e.measure(measureOf(chapter))) == 0
}

// measures tells whether the study has the questions that a part needs.
func (e *evidence) measures(p lack) bool {
	switch p.measure {
	case "loop":
		loops, _ := split(e.measure(p.chapter))
		return len(loops) > 0
	case "randomized":
		return slices.ContainsFunc(e.measure(p.chapter), func(t *crosstab.Table) bool { return e.randomized(t.Question) })
	}
	switch p.takes {
	case willingTakes:
		tables, _ := e.willingness()
		return tables != nil
	case trustTakes:
		return e.trustAsked() != ""
	}
	return len(e.measure(p.measure)) > 0
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

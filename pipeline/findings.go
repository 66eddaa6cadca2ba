package pipeline

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// headline says the figure of an indicator in a sentence.
func (e *evidence) headline(n indicator) (reports.Finding, bool) {
	if !firm(n.total()) {
		return reports.Finding{}, false
	}
	text, refs := n.question(), []reports.Ref{n.ref(0)}
	var said string
	under := asked(n)
	switch {
	case n.t.Multi:
		said = fmt.Sprintf("%s choose “%s”.", n.hedged(0)+ofRatings(n), n.label)
	case n.ownNet():
		said = fmt.Sprintf("%s give an answer that counts as “%s”", n.hedged(0)+ofRatings(n), n.t.Rows[n.row].Label)
		if parts := n.parts(); len(parts) > 1 {
			var words []string
			for _, x := range parts {
				words, refs = append(words, fmt.Sprintf("%s say “%s”", x.hedged(0), x.label)), append(refs, x.ref(0))
			}
			said += ": " + and(words)
		}
		said += "."
	case n.share() && utf8.RuneCountInString(text) > longestQuote:
		said = fmt.Sprintf("%s say %s%s.", n.hedged(0)+ofRatings(n), n.answer(), n.about())
	case n.share():
		said, under = fmt.Sprintf("%s say %s %s %s", n.hedged(0)+ofRatings(n), n.answer(), n.put(), inQuotes(text)), answerers(n)
		if !strings.HasSuffix(said, "?”") {
			said += "."
		}
	default:
		said, under = fmt.Sprintf("%s: on average %s.", inQuotes(text), n.hedged(0)), answerers(n)
	}
	return reports.Finding{Text: said, Asked: under, Refs: refs}, true
}

// put says how a question was put to people: as a statement that may be true or false, where
// they were to agree with it.
func (n indicator) put() string {
	if strings.Contains(strings.ToLower(n.answer()), "agree") && !strings.Contains(n.question(), "?") {
		return "to the statement"
	}
	return "when asked"
}

// about names the question of a figure by its label, where that is shorter than the
// wording: " on “Concern about privacy”".
func (n indicator) about() string {
	if n.label == "" || utf8.RuneCountInString(n.label) > longestQuote {
		return ""
	}
	return " on " + inQuotes(n.label)
}

// parts are the answers of a net, the largest first, if all can be said and they are
// few.
func (n indicator) parts() []indicator {
	var out []indicator
	for i, r := range n.t.Rows {
		if r.Kind == crosstab.Proportion && slices.Contains(n.t.Rows[n.row].Codes, r.Code) {
			out = append(out, indicator{n.t, i, r.Label})
		}
	}
	if len(out) > 3 || slices.ContainsFunc(out, func(x indicator) bool { return !firm(x.total()) }) {
		return nil
	}
	slices.SortStableFunc(out, func(a, b indicator) int { return cmp.Compare(b.total().Estimate, a.total().Estimate) })
	return out
}

// fewSingle is how many questions without items have a sentence each.
const fewSingle = 3

// byQuestion says the figures of a measure question by question: of one with items
// their ranking, of others a sentence each, or a ranking of them all where they are many.
func (e *evidence) byQuestion(c *reports.Chapter, list []indicator, most string) {
	var single []indicator
	of := func(question string) (out []indicator) {
		for _, n := range list {
			if n.t.Question == question {
				out = append(out, n)
			}
		}
		return out
	}
	var questions []string
	for _, n := range list {
		if !slices.Contains(questions, n.t.Question) {
			questions = append(questions, n.t.Question)
			if items := of(n.t.Question); len(items) == 1 && n.share() { // a mean ranks with no share
				single = append(single, n)
			}
		}
	}
	if len(single) > fewSingle {
		f, ok := e.byItem(single, most)
		tell(c, f, ok)
	}
	for _, q := range questions {
		items := of(q)
		f, ok := e.byItem(items, most)
		if !ok && (len(items) > 1 || len(single) <= fewSingle || !items[0].share()) {
			f, ok = e.headline(highest(items))
		}
		tell(c, f, ok)
	}
	var tables []*crosstab.Table
	for _, n := range list {
		tables = append(tables, n.t)
	}
	e.otherRanks(c, tables)
}

// byWords says the figures of a measure question by question, together where a ranking of
// them begins with the same words.
func (e *evidence) byWords(c *reports.Chapter, list []indicator, most func(indicator) string) {
	var said []string
	for _, n := range list {
		words := most(n)
		if slices.Contains(said, words) {
			continue
		}
		said = append(said, words)
		e.byQuestion(c, slices.DeleteFunc(slices.Clone(list), func(x indicator) bool { return most(x) != words }), words)
	}
}

// segments adds what an indicator shows by the segments that split people, and by wave.
func (e *evidence) segments(c *reports.Chapter, n indicator, what string) {
	what = e.subject(n, what)
	e.bySegment(c, n, what)
	f, ok := e.byWave(n, what)
	f.After = true
	tell(c, f, ok)
}

// subject is what sentences call an indicator: what it measures, with its item or
// question where the measure has several; a net or an answer that the study names is
// called by that name, as it need not be what is measured.
func (e *evidence) subject(n indicator, what string) string {
	several := len(e.measure(n.t.Measures)) > 1 || n.t.Multi
	switch {
	case n.label == "":
		return what
	case n.ownNet():
		what = "the share of " + inQuotes(n.t.Rows[n.row].Label)
		several = several && n.t.Item != ""
	case n.kind() == crosstab.Proportion && !n.t.Multi && !yesWords[strings.ToLower(n.t.Rows[n.row].Label)]:
		what = "the share of " + n.answer()
	}
	if several && !n.t.Loop {
		what += " (“" + n.label + "”)"
	}
	return what
}

// ownNet tells whether an indicator is a net that the study names, and not the top
// answers of a scale.
func (n indicator) ownNet() bool {
	return n.kind() == crosstab.NetRow && !n.t.Rows[n.row].Box && !n.t.Multi
}

// byWave says what changed from the wave before to the last.
func (e *evidence) byWave(n indicator, what string) (reports.Finding, bool) {
	g, ok := groupOf(n.t, "wave")
	if !ok || e.plan.waves == nil || g.N < 2 {
		return reports.Finding{}, false
	}
	now, before := g.First+g.N-1, g.First+g.N-2
	if !firm(n.cell(now)) || !firm(n.cell(before)) {
		return reports.Finding{}, false
	}
	label := func(j int) string { return n.t.Columns[j].Label }
	refs := []reports.Ref{n.ref(before), n.ref(now)}
	differ, tested := e.apart(n.t, n.row, before, now)
	if !tested {
		return reports.Finding{}, false
	}
	if !differ {
		return reports.Finding{Text: fmt.Sprintf("From %s to %s, %s did not change beyond chance: %s, then %s.", label(before), label(now), what, n.figure(before)+ofRatings(n), n.figure(now)), Refs: refs, Minor: true}, true
	}
	verb := "rose"
	if n.cell(now).Estimate < n.cell(before).Estimate {
		verb = "fell"
	}
	return reports.Finding{Text: fmt.Sprintf("From %s to %s, %s %s from %s to %s.", label(before), label(now), what, verb, n.hedged(before)+ofRatings(n), n.hedged(now)), Refs: refs}, true
}

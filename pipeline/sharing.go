package pipeline

import (
	"fmt"
	"slices"
	"strings"

	"tradeoff/charts"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

func (e *evidence) sharing(c *reports.Chapter) {
	tables := e.measure("sharing")
	if len(tables) == 0 {
		e.sensitivity(c)
		e.consent(c)
		if len(c.Tables) == 0 {
			e.missing(c, "sharing")
		}
		return
	}
	claim(c, tables)
	loops, others := split(tables)
	any := indicator{row: -1}
	for _, t := range loops {
		if t.Multi {
			any = e.inEach(c, t)
			break
		}
	}
	e.otherSharing(c, others)
	e.otherRanks(c, tables)
	e.acceptance(c)
	e.control(c)
	if any.row >= 0 {
		e.segments(c, any, assentTo(any.t).any)
	}
	e.sensitivity(c)
	e.consent(c)
}

// sensitivity says which kinds of data people call sensitive, where a study asks them to
// rate that itself. It is no willingness: what is sensitive may be given all the same.
func (e *evidence) sensitivity(c *reports.Chapter) {
	tables := e.measure("sensitivity")
	claim(c, tables)
	e.byQuestion(c, indicators(tables), "Called sensitive most often")
}

// An assent is how people say yes to a question on sharing: they would share, or they
// accept; or words that fit any question, where its own do not tell.
type assent struct {
	most, least string // kinds of data
	with        string // begins whom they would give most kinds
	fewest      string // and fewest
	one, any    string // they do so for one kind at least, in a sentence and by name
	yes, do     string // to a question that is not about kinds: by name, and of people
	order, who  string // titles of figures
	cells       string
}

func assentTo(t *crosstab.Table) assent {
	words := strings.ToLower(t.Text)
	if net := t.RowOf(crosstab.NetRow, ""); net >= 0 && !t.Multi {
		words += " " + strings.ToLower(t.Rows[net].Label)
	}
	switch {
	case strings.Contains(words, "share") || strings.Contains(words, "sharing"):
		return assent{"Shared most readily", "least, and so the most sensitive", "They would share most kinds with", "fewest with", "would share", "sharing at least one of them", "willingness to share", "are willing to share",
			"From the data shared most readily to the most sensitive", "Who would share", "What people would share, and with whom"}
	case strings.Contains(words, "accept"):
		return assent{"Accepted most", "least", "They accept most kinds for", "fewest for", "accept", "accepting at least one of them", "accepting it", "accept it",
			"From what is accepted most to what is accepted least", "Who accepts it", "What people accept, and of whom"}
	}
	to := " to " + inQuotes(wording(t))
	return assent{"Most say yes to", "fewest to", "They say yes to most kinds for", "fewest for", "say yes to", "saying yes to at least one of them", "saying yes" + to, "say yes" + to,
		"From what most say yes to, to what fewest do", "Who says yes", "What people say yes to, and for whom"}
}

// inEach says which kinds of data people would share in a loop, and with whom; any is
// the figure that counts who would share one at least.
func (e *evidence) inEach(c *reports.Chapter, t *crosstab.Table) (any indicator) {
	list, words := indicators([]*crosstab.Table{t}), assentTo(t)
	f, ok := e.kinds(list, words)
	tell(c, f, ok)
	any = indicator{t, t.RowOf(crosstab.NetRow, "Any of these"), ""}
	if mean := t.RowOf(crosstab.Mean, "Mean number chosen"); mean >= 0 && any.row >= 0 && firm(any.total()) {
		once := fmt.Sprintf("In %s of ratings people %s at least one of the %d kinds asked about.", any.hedged(0), words.one, len(list))
		f, ok := e.byLoop(indicator{t, mean, ""}, once+" "+words.with, words.fewest)
		f.Refs = append(f.Refs, any.ref(0))
		tell(c, f, ok)
	}
	e.permissions(c, t, list)
	e.ranksOfKinds(c, list, words)
	return any
}

// control says how far people feel in control of what is known of them.
func (e *evidence) control(c *reports.Chapter) {
	tables := e.measure("control")
	claim(c, tables)
	for _, n := range indicators(tables) {
		f, ok := e.headline(n)
		if n.share() && n.t.Rows[n.row].Box {
			f.Text, f.Asked = fmt.Sprintf("%s feel in control of what is known of them.", n.hedged(0)+ofRatings(n)), asked(n)
		}
		tell(c, f, ok)
	}
}

// otherSharing says what was asked about sharing outside of loops.
func (e *evidence) otherSharing(c *reports.Chapter, others []*crosstab.Table) {
	list := indicators(others)
	if len(list) == 0 {
		return
	}
	var single []indicator
	for _, q := range questionsOf(others) {
		items := indicators(slices.DeleteFunc(slices.Clone(others), func(t *crosstab.Table) bool { return t.Question != q }))
		if len(items) < 2 {
			single = append(single, items...)
			continue
		}
		words := assentTo(items[0].t)
		words.most = e.ofWhat(q, words.most)
		f, ok := e.kinds(items, words)
		if !ok {
			f, ok = e.headline(highest(items))
		}
		tell(c, f, ok)
		e.ranksOfKinds(c, items, words)
	}
	words := assentTo(list[0].t)
	if single != nil {
		e.byQuestion(c, single, words.most)
	}
	if len(c.Figures) > 0 {
		return
	}
	n := highest(list)
	if strings.Contains(words.yes, inQuotes(n.label)) {
		n.label = "" // said already
	}
	e.segments(c, n, words.yes)
	e.dotsBySegment(c, highest(list), "sharing-by-segment", words.who)
}

// ofWhat says before what is said of a question on kinds of data what the study calls
// it, if it asks several: "Of “Behaviour”, accepted most".
func (e *evidence) ofWhat(question, what string) string {
	label, several := "", false
	for _, t := range e.measure("sharing") {
		several = several || t.Question != question && (t.Multi || t.Item != "")
	}
	for _, q := range e.plan.study.Questions {
		if q.Name == question {
			label = q.Label
		}
	}
	if label == "" || !several {
		return what
	}
	return fmt.Sprintf("Of %s, %s", inQuotes(label), lower(what))
}

// kinds says which kinds of data of a question people would share most and least, and how
// sure both ends are.
func (e *evidence) kinds(list []indicator, words assent) (reports.Finding, bool) {
	f, ok := e.mostAndLeast(list, words.most, words.least)
	if ranks := e.modelled(list[0].t.Question + ".ranks"); ok && ranks != nil && len(list) > 2 {
		say := plainly
		if slices.ContainsFunc(list, func(n indicator) bool { return strings.Count(n.label, " ") > 2 }) {
			say = inQuotes
		}
		r := ranking{ranks, inList(list)}
		doubt, refs := r.lastPlace(" of "+say(r.name(r.places())), say)
		f.Text, f.Refs = f.Text+doubt, append(f.Refs, refs...)
	}
	return f, ok
}

// ranksOfKinds draws how sure the order of all kinds is, of the first question.
func (e *evidence) ranksOfKinds(c *reports.Chapter, list []indicator, words assent) {
	ranks := e.modelled(list[0].t.Question + ".ranks")
	if ranks == nil {
		return
	}
	claim(c, []*crosstab.Table{ranks})
	const id = "sharing-sensitivity"
	if !slices.ContainsFunc(c.Figures, func(f reports.Figure) bool { return f.ID == id }) {
		e.drawChances(c, ranking{ranks, inList(list)}, id, words.order)
	}
}

// otherRanks claims the rankings of questions that no sentence speaks of.
func (e *evidence) otherRanks(c *reports.Chapter, tables []*crosstab.Table) {
	for _, q := range questionsOf(tables) {
		if ranks := e.modelled(q + ".ranks"); ranks != nil && ranks.Chapter != c.Key {
			claim(c, []*crosstab.Table{ranks})
		}
	}
}

// permissions draws data type by industry, as a customer would set it.
func (e *evidence) permissions(c *reports.Chapter, t *crosstab.Table, list []indicator) {
	g, ok := e.loopGroup(t)
	if !ok {
		return
	}
	m := charts.Matrix{Title: assentTo(t).cells, Subtitle: e.subtitle(t), Note: e.note(t), Switches: true}
	for j := g.First; j < g.First+g.N; j++ {
		m.Columns = append(m.Columns, t.Columns[j].Label)
	}
	for _, n := range list {
		m.Rows = append(m.Rows, n.label)
		var row []crosstab.Cell
		for j := g.First; j < g.First+g.N; j++ {
			row = append(row, *n.cell(j))
		}
		m.Cells = append(m.Cells, row)
		m.RowTotals = append(m.RowTotals, *n.total())
	}
	m.ColumnTotalsLabel = "Any of these"
	any := indicator{t, t.RowOf(crosstab.NetRow, "Any of these"), ""}
	for j := g.First; j < g.First+g.N; j++ {
		m.ColumnTotals = append(m.ColumnTotals, *any.cell(j))
	}
	e.draw(c, "sharing-permissions", m.Title, "As on a page of settings: each switch is on as far as people would have it on. The numbers below are 95% intervals.", t.ID, m)
}

package pipeline

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"tradeoff/charts"
	"tradeoff/data/study"
	"tradeoff/pipeline/analysis"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

func (e *evidence) communication(c *reports.Chapter) {
	tables := e.measure("communication")
	if len(tables) == 0 {
		e.missing(c, "communication")
		return
	}
	claim(c, tables)
	for _, t := range tables {
		if effect := e.modelled(t.Question + ".effect"); effect != nil {
			e.experiment(c, effect, t)
		}
	}
	e.understanding(c, tables)
	e.readable(c)
	asked := slices.DeleteFunc(slices.Clone(tables), func(t *crosstab.Table) bool { return e.randomized(t.Question) }) // a draw is no answer
	if list := indicators(asked); len(c.Findings) == 0 && len(list) > 0 {
		f, ok := e.headline(highest(list))
		tell(c, f, ok)
	}
	if found, _ := e.willingness(); len(asked) == 0 && found == nil {
		c.Missing = "Some people were told what others were not, by a random draw, but this survey has no figure for how willing people are to share, so it does not tell what that changed."
	}
}

// experiment says what a message does that a draw gave to some and not to others.
func (e *evidence) experiment(c *reports.Chapter, t, asked *crosstab.Table) {
	claim(c, []*crosstab.Table{t})
	for _, id := range []string{".differ", ".balance"} {
		if x := e.modelled(t.Question + id); x != nil {
			claim(c, []*crosstab.Table{x})
		}
	}
	for i, r := range t.Rows {
		if r.Kind == crosstab.Difference {
			e.lift(c, indicator{t, i, ""}, asked)
		}
	}
	e.balance(c, t.Question)
}

// lift says the difference between an arm and the last one, overall and by group.
func (e *evidence) lift(c *reports.Chapter, n indicator, asked *crosstab.Table) {
	t := n.t
	code := strings.TrimPrefix(t.Rows[n.row].Code, "lift.")
	arm, last, first, second := arms(n)
	if !firm(n.total()) || !firm(arm.total()) || !firm(last.total()) {
		return
	}
	who, _, _ := strings.Cut(t.Rows[arm.row].Label, ": ")
	round := roundingOf(n.total().Estimate, arm, 0, last, 0)
	text := fmt.Sprintf("of those %s, %s %s, of those %s %s: %s.", inQuotes(first), round.hedged(arm, 0), willing(who), inQuotes(second), round.hedged(last, 0), round.within(n.moreOrFewer(0), n, 0))
	question := wording(asked)
	drew := byLot(asked, first, second)
	switch {
	case strings.EqualFold(question, first): // nobody worded it
		text = upper(text)
	case utf8.RuneCountInString(question) > longestQuote:
		text, drew = e.shortly(asked)+": "+text, stopped("Drawn at random: "+cite(question, longestAsked))+" "+drew
	default:
		text = inQuotes(question) + ": " + text
	}
	if n.beyond(0) {
		text += " A random draw decided who was in which group, so that is what made the difference."
	} else {
		text += " Chance alone could make that difference, so an effect is not shown."
	}
	tell(c, reports.Finding{Text: text, Asked: strings.TrimSpace(drew + " " + e.askedWilling(n)), Refs: []reports.Ref{arm.ref(0), last.ref(0), n.ref(0)}}, true)
	f, ok := e.carried(n, asked, first, second)
	tell(c, f, ok)
	apart := false
	if differ := e.modelled(t.Question + ".differ"); differ != nil {
		apart = e.liftByGroup(c, n, differ, code)
	}
	e.liftFigure(c, n, apart)
}

// arms are the rows of the two groups that a lift compares, and what each drew.
func arms(lift indicator) (arm, last indicator, first, second string) {
	t := lift.t
	arm, last = indicator{t, rowOf(t, "share."+strings.TrimPrefix(t.Rows[lift.row].Code, "lift.")), ""}, indicator{t, lift.row, ""}
	for i, r := range t.Rows {
		if strings.HasPrefix(r.Code, "share.") {
			last.row = i
		}
	}
	_, first, _ = strings.Cut(t.Rows[arm.row].Label, ": ")
	_, second, _ = strings.Cut(t.Rows[last.row].Label, ": ")
	return arm, last, first, second
}

// byLot says how many drew which group, "" where that is hidden.
func byLot(t *crosstab.Table, groups ...string) string {
	var drew []string
	for i, r := range t.Rows {
		if r.Kind == crosstab.Proportion && slices.Contains(groups, r.Label) && firm(t.Cell(i, 0)) {
			drew = append(drew, fmt.Sprintf("%s %s", thousands(t.Cell(i, 0).Count), inQuotes(r.Label)))
		}
	}
	if len(drew) < len(groups) {
		return ""
	}
	return "Drawn at random: " + and(drew) + "."
}

// carried says of a message whether what it does to willingness on the whole shows in what
// people would share when asked of one thing after another, too. It needs a segment made
// of the draw.
func (e *evidence) carried(n indicator, drawn *crosstab.Table, first, second string) (reports.Finding, bool) {
	loops, _ := split(e.measure("sharing"))
	if _, label := e.willingness(); label == analysis.WillingRating || len(loops) == 0 {
		return reports.Finding{}, false
	}
	x := indicator{loops[0], loops[0].RowOf(crosstab.NetRow, "Any of these"), ""}
	if !x.t.Multi || x.row < 0 {
		return reports.Finding{}, false
	}
	told, not := e.arm(x.t, drawn.Question, first), e.arm(x.t, drawn.Question, second)
	if told < 0 || not < 0 || !firm(x.cell(told)) || !firm(x.cell(not)) {
		return reports.Finding{}, false
	}
	differ, tested := e.apart(x.t, x.row, told, not)
	if !tested {
		return reports.Finding{}, false
	}
	verdict := "the two groups do not differ beyond chance either"
	switch whole := n.beyond(0); {
	case whole && differ:
		verdict = "the two groups differ as well"
	case whole:
		verdict = "the two groups do not differ beyond chance, though"
	case differ:
		verdict = "the two groups differ, though, and the draw made that"
	}
	return reports.Finding{
		Text: fmt.Sprintf("Asked %s what they would share, %s: those %s would share something in %s of ratings, those %s in %s.",
			e.turnBy(x.t), verdict, inQuotes(first), x.hedged(told), inQuotes(second), x.hedged(not)),
		Asked: asked(x), Refs: []reports.Ref{x.ref(told), x.ref(not)}}, true
}

// arm is the column of a table with those who drew an answer: of a segment that is made of
// the column of the draw. -1 if there is none.
func (e *evidence) arm(t *crosstab.Table, draw, label string) int {
	k := slices.IndexFunc(e.plan.study.Questions, func(q study.Question) bool { return q.Name == draw })
	for _, s := range e.plan.segments {
		if k < 0 || s.column == "" || s.column != e.plan.study.Questions[k].Column {
			continue
		}
		if g, ok := groupOf(t, s.name); ok {
			for j := g.First; j < g.First+g.N; j++ {
				if t.Columns[j].Label == label {
					return j
				}
			}
		}
	}
	return -1
}

// liftByGroup says whether groups of people differ in the effect; true if some do.
func (e *evidence) liftByGroup(c *reports.Chapter, n indicator, differ *crosstab.Table, code string) (apart bool) {
	var alike []string
	var refs []reports.Ref
	for _, s := range e.plan.segments {
		p := indicator{differ, rowOf(differ, "differ."+code+"."+s.name), ""}
		if p.row < 0 || !firm(p.total()) {
			continue
		}
		if p.total().Estimate >= strictChance {
			alike, refs = append(alike, lower(s.label)), append(refs, p.ref(0))
			continue
		}
		g, ok := groupOf(n.t, s.name)
		if !ok {
			continue
		}
		order := ranked(g.N, func(i int) *crosstab.Cell { return n.cell(g.First + i) })
		if len(order) < 2 {
			continue
		}
		hi, lo := g.First+order[0], g.First+order[len(order)-1]
		text := fmt.Sprintf("The effect differs by %s: %s for %s, %s for %s. So large a difference is hard to put down to chance.",
			lower(s.label), n.moreOrFewer(hi), n.t.Columns[hi].Label, n.moreOrFewer(lo), n.t.Columns[lo].Label)
		tell(c, reports.Finding{Text: text, Asked: answerers(n), Refs: []reports.Ref{n.ref(hi), n.ref(lo), p.ref(0)}}, true)
		apart = true
	}
	if alike != nil {
		text := fmt.Sprintf("No sign that the effect differs by %s.", either(alike))
		tell(c, reports.Finding{Text: text, Asked: answerers(n), Refs: refs}, true)
	}
	return apart
}

// balance says whether the draw made arms that are alike.
func (e *evidence) balance(c *reports.Chapter, question string) {
	t := e.modelled(question + ".balance")
	if t == nil {
		return
	}
	var alike, apart []string
	var alikeRefs, apartRefs []reports.Ref
	for _, s := range e.plan.segments {
		p := indicator{t, rowOf(t, "alike."+s.name), ""}
		switch {
		case p.row < 0 || !firm(p.total()):
		case p.total().Estimate < strictChance:
			apart, apartRefs = append(apart, lower(s.label)), append(apartRefs, p.ref(0))
		default:
			alike, alikeRefs = append(alike, lower(s.label)), append(alikeRefs, p.ref(0))
		}
	}
	switch {
	case apart != nil:
		tell(c, reports.Finding{Text: fmt.Sprintf("Although a random draw made the groups, they differ by %s, more than chance would well make them: read the effect with care.", and(apart)), Refs: apartRefs}, true)
	case alike != nil:
		tell(c, reports.Finding{Text: fmt.Sprintf("Both groups are made of the same kinds of people, by %s, as a random draw should make them.", and(alike)), Refs: alikeRefs}, true)
	}
}

// liftFigure draws the effect by group; apart tells whether groups were found to differ.
func (e *evidence) liftFigure(c *reports.Chapter, n indicator, apart bool) {
	t := n.t
	d := charts.Dots{Title: "What the message changes: " + t.Rows[n.row].Label, Subtitle: e.subtitle(t), Note: e.note(t), Axis: e.moreWilling(), Unit: "points", Whole: true, KeepOrder: true,
		Reference: &crosstab.Cell{Status: crosstab.OK}, ReferenceLabel: "No effect"}
	d.Rows = append(d.Rows, charts.Dot{Label: "Total", Base: t.Columns[0].Base.Unweighted, Cell: inPoints(*n.total())})
	for _, s := range e.plan.segments {
		g, ok := groupOf(t, s.name)
		if !ok {
			continue
		}
		for j := g.First; j < g.First+g.N; j++ {
			if n.cell(j).Status != crosstab.NotApplicable {
				d.Rows = append(d.Rows, charts.Dot{Label: t.Columns[j].Label, Group: s.label, Base: t.Columns[j].Base.Unweighted, Cell: inPoints(*n.cell(j))})
			}
		}
	}
	caption := "Lines are 95% intervals; where one crosses the line of no effect, chance could have made the difference."
	if !apart {
		caption += " That groups differ here is not shown either: do not quote a single group."
	}
	e.draw(c, fmt.Sprintf("communication-effect-%d", len(c.Figures)+1), d.Title, caption, t.ID, d)
}

// A link is what the top answers of a question have to do with willingness, or with trust:
// those who give them beside the others.
type link struct {
	question       indicator
	name           string // of the question
	of, say        string // "willingness", and what a share of it is a share of
	asked          string // how that was asked
	top, rest, gap indicator
}

// links are those of some questions that may be said.
func (e *evidence) links(c *reports.Chapter, tables []*crosstab.Table) []link {
	var out []link
	for _, question := range tables {
		t := e.modelled(question.Question + ".with")
		if t == nil || t.Chapter != "" {
			continue
		}
		claim(c, []*crosstab.Table{t})
		for _, what := range []string{"willing", "trust"} {
			x := link{question: indicators([]*crosstab.Table{question})[0], name: inQuotes(strings.TrimSuffix(t.Title, analysis.Beside)),
				top: indicator{t, rowOf(t, what+".top"), ""}, rest: indicator{t, rowOf(t, what+".rest"), ""}, gap: indicator{t, rowOf(t, what+".gap"), ""}}
			if x.gap.row < 0 || !firm(x.top.total()) || !firm(x.rest.total()) || !firm(x.gap.total()) {
				continue
			}
			who, _, _ := strings.Cut(t.Rows[x.top.row].Label, ": ")
			x.of, x.say, x.asked = "willingness", willing(who), e.willingAsked()
			if what == "trust" {
				x.of, x.say, x.asked = "trust", e.trusting(), e.trustAsked()
			}
			out = append(out, x)
		}
	}
	return out
}

// understanding says what goes with the top answers of questions on policies: what is
// beyond chance in a sentence each, what may be chance together.
func (e *evidence) understanding(c *reports.Chapter, tables []*crosstab.Table) {
	var open []link
	for _, x := range e.links(c, tables) {
		if !x.gap.beyond(0) {
			open = append(open, x)
			continue
		}
		f := x.finding(e)
		f.Text += " That does not prove that the one makes the other."
		tell(c, f, true)
	}
	switch len(open) {
	case 0:
	case 1:
		tell(c, open[0].finding(e), true)
	default:
		tell(c, notLinked(open), true)
	}
}

// finding says one link with its figures.
func (x link) finding(e *evidence) reports.Finding {
	text := fmt.Sprintf("No link beyond chance is seen between %s and %s. Among", x.name, x.of)
	if x.gap.beyond(0) {
		way := "more"
		if x.gap.total().Estimate < 0 {
			way = "less"
		}
		text = fmt.Sprintf("%s goes with %s %s. Among", x.name, way, x.of)
	}
	text = fmt.Sprintf("%s those who say %s, %s.", text, x.question.answer(), x.figures())
	refs := []reports.Ref{x.top.ref(0), x.rest.ref(0), x.gap.ref(0)}
	if step, ok := e.amongAlike(x.question.t.Question); ok && x.of == "willingness" {
		text += fmt.Sprintf(" Between people who are alike in their other answers, one answer higher goes with %s, as the chapter on drivers tells.", step.moreOrFewer(0))
		refs = append(refs, step.ref(0))
	}
	return reports.Finding{Text: text, Asked: put(x.question) + " Compared with: " + strings.TrimPrefix(x.asked, "Asked: ") + answeredBoth(x.gap), Refs: refs}
}

// figures says how many of those who give the answer, and of the others, with the difference.
func (x link) figures() string {
	round := roundingOf(x.gap.total().Estimate, x.top, 0, x.rest, 0)
	return fmt.Sprintf("%s %s, among the others %s: %s", round.hedged(x.top, 0), x.say, round.hedged(x.rest, 0), round.within(x.gap.moreOrFewer(0), x.gap, 0))
}

// notLinked says of several links together that they may be chance.
func notLinked(open []link) reports.Finding {
	var f reports.Finding
	var names, said, put []string
	var gaps []indicator
	of := map[string][]string{}
	for _, x := range open {
		gaps = append(gaps, x.gap)
		if of[x.name] == nil {
			names = append(names, x.name)
		}
		if on := "On " + x.of + ": " + strings.TrimPrefix(x.asked, "Asked: "); !slices.Contains(put, on) {
			put = append(put, on)
		}
		of[x.name] = append(of[x.name], x.of)
		said = append(said, fmt.Sprintf("among those who say %s to %s, %s", x.question.answer(), x.name, x.figures()))
		f.Refs = append(f.Refs, x.top.ref(0), x.rest.ref(0), x.gap.ref(0))
	}
	var pairs []string
	for _, name := range names {
		pairs = append(pairs, fmt.Sprintf("between %s and %s", name, either(of[name])))
	}
	f.Text = fmt.Sprintf("No link beyond chance is seen %s.", strings.Join(pairs, ", nor "))
	f.Asked = strings.Join(put, " ") + answeredBoth(gaps...) + inFigures + strings.Join(said, "; ") + "."
	f.Minor = true
	return f
}

// trustAsked quotes the question on trust that understanding is held against: the first
// with top answers.
func (e *evidence) trustAsked() string {
	for _, t := range e.measure("trust") {
		if !t.Multi && t.RowOf(crosstab.NetRow, "") >= 0 {
			return put(indicators([]*crosstab.Table{t})...)
		}
	}
	return ""
}

// trusting says what a share of those who trust is a share of: people where trust was asked
// once, else answers.
func (e *evidence) trusting() string {
	if e.trustOnce() {
		return "trust"
	}
	return "of the answers about trust are high"
}

// trustOnce tells whether trust was asked once, and not of several.
func (e *evidence) trustOnce() bool {
	list := e.measure("trust")
	return len(list) == 1 && !list[0].Loop
}

// strictChance is the chance below which a difference is not put down to it.
const strictChance = 0.05

// crosses tells whether an interval holds a value.
func crosses(c *crosstab.Cell, at float64) bool { return c.Low <= at && at <= c.High }

// moreOrFewer prints a difference with its interval and says which way it goes.
func (n indicator) moreOrFewer(col int) string {
	word := "more"
	switch c := n.cell(col); {
	case math.Round(100*c.Estimate) == 0 && !beyond(c):
		word = "of difference"
	case c.Estimate < 0:
		word = "fewer"
	}
	return strings.TrimSpace(n.figure(col) + " " + word + " " + n.eitherWay(col, "more", "fewer"))
}

// inPoints is a cell in percentage points.
func inPoints(c crosstab.Cell) crosstab.Cell {
	c.Estimate, c.SE, c.Low, c.High = 100*c.Estimate, 100*c.SE, 100*c.Low, 100*c.High
	return c
}

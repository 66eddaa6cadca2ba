package pipeline

import (
	"fmt"
	"math"
	"strings"

	"tradeoff/charts"
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
	for _, t := range tables {
		if with := e.modelled(t.Question + ".with"); with != nil {
			claim(c, []*crosstab.Table{with})
			e.understanding(c, with, t)
		}
	}
	e.readable(c)
	if list := indicators(tables); len(c.Findings) == 0 && len(list) > 0 {
		f, ok := e.headline(highest(list))
		tell(c, f, ok)
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
	arm, last := indicator{t, rowOf(t, "share."+code), ""}, indicator{t, n.row, ""}
	for i, r := range t.Rows {
		if strings.HasPrefix(r.Code, "share.") {
			last.row = i
		}
	}
	if !firm(n.total()) || !firm(arm.total()) || !firm(last.total()) {
		return
	}
	who, first, _ := strings.Cut(t.Rows[arm.row].Label, ": ")
	_, second, _ := strings.Cut(t.Rows[last.row].Label, ": ")
	text := fmt.Sprintf("%s %s (%s) in the group “%s”, %s in the group “%s”: %s.", arm.hedged(0), willing(who), e.toldBy(), first, last.hedged(0), second, n.moreOrFewer(0))
	switch {
	case !n.total().HasCI || crosses(n.total(), 0):
		text += " Chance alone could make that difference, so an effect is not shown."
	default:
		text += " Who is in which group was drawn by lot, so the difference is caused by that (“" + strings.Join(strings.Fields(asked.Text), " ") + "”)."
	}
	tell(c, reports.Finding{Text: text, Refs: []reports.Ref{arm.ref(0), last.ref(0), n.ref(0)}}, true)
	if differ := e.modelled(t.Question + ".differ"); differ != nil {
		e.liftByGroup(c, n, differ, code)
	}
	e.liftFigure(c, n)
}

// liftByGroup says whether groups of people differ in the effect.
func (e *evidence) liftByGroup(c *reports.Chapter, n indicator, differ *crosstab.Table, code string) {
	var alike []string
	least := indicator{row: -1}
	for _, s := range e.plan.segments {
		p := indicator{differ, rowOf(differ, "differ."+code+"."+s.name), ""}
		if p.row < 0 || !firm(p.total()) {
			continue
		}
		if p.total().Estimate >= strictChance {
			alike = append(alike, lower(s.label))
			if least.row < 0 || p.total().Estimate < least.total().Estimate {
				least = p
			}
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
		text := fmt.Sprintf("The effect differs by %s: %s for %s, %s for %s. So large a difference is hard to put down to chance (%s).",
			lower(s.label), n.moreOrFewer(hi), n.t.Columns[hi].Label, n.moreOrFewer(lo), n.t.Columns[lo].Label, chance(p.total(), ""))
		tell(c, reports.Finding{Text: text, Refs: []reports.Ref{n.ref(hi), n.ref(lo), p.ref(0)}}, true)
	}
	if least.row >= 0 {
		text := fmt.Sprintf("The effect does not differ beyond chance by %s (%s).", either(alike), chance(least.total(), "smallest"))
		tell(c, reports.Finding{Text: text, Refs: []reports.Ref{least.ref(0)}}, true)
	}
}

// balance says whether the draw made arms that are alike.
func (e *evidence) balance(c *reports.Chapter, question string) {
	t := e.modelled(question + ".balance")
	if t == nil {
		return
	}
	var alike, apart []string
	var least, refs = indicator{row: -1}, []reports.Ref(nil)
	for _, s := range e.plan.segments {
		p := indicator{t, rowOf(t, "alike."+s.name), ""}
		switch {
		case p.row < 0 || !firm(p.total()):
		case p.total().Estimate < strictChance:
			apart = append(apart, fmt.Sprintf("%s (%s)", lower(s.label), chance(p.total(), "")))
			refs = append(refs, p.ref(0))
		default:
			alike = append(alike, lower(s.label))
			if least.row < 0 || p.total().Estimate < least.total().Estimate {
				least = p
			}
		}
	}
	switch {
	case len(apart) > 0:
		tell(c, reports.Finding{Text: fmt.Sprintf("Although a draw made the groups, they differ by %s: read the effect with care.", and(apart)), Refs: refs}, true)
	case least.row >= 0:
		tell(c, reports.Finding{Text: fmt.Sprintf("The groups that the draw made are alike by %s, as a draw should make them (%s).", and(alike), chance(least.total(), "smallest")),
			Refs: []reports.Ref{least.ref(0)}}, true)
	}
}

// liftFigure draws the effect by group.
func (e *evidence) liftFigure(c *reports.Chapter, n indicator) {
	t := n.t
	d := charts.Dots{Title: "What the message changes: " + t.Rows[n.row].Label, Subtitle: e.subtitle(t), Note: e.note(t), Axis: "more who are willing to share", Unit: "points", KeepOrder: true,
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
	e.draw(c, fmt.Sprintf("communication-effect-%d", len(c.Figures)+1), d.Title, "Lines are 95% intervals; where one crosses the line of no effect, chance could have made the difference.", t.ID, d)
}

// understanding says what goes with the top answers of a question on policies.
func (e *evidence) understanding(c *reports.Chapter, t, asked *crosstab.Table) {
	n := indicators([]*crosstab.Table{asked})[0]
	for _, what := range []string{"willing", "trust"} {
		top, rest, gap := indicator{t, rowOf(t, what+".top"), ""}, indicator{t, rowOf(t, what+".rest"), ""}, indicator{t, rowOf(t, what+".gap"), ""}
		if gap.row < 0 || !firm(top.total()) || !firm(rest.total()) || !firm(gap.total()) {
			continue
		}
		text := fmt.Sprintf("Trust, the share of top answers%s, is %s among those who say %s when asked “%s”, and %s among the others: %s.", e.trusting(), top.hedged(0), n.answer(), n.question(), rest.hedged(0), gap.moreOrFewer(0))
		if who, _, _ := strings.Cut(t.Rows[top.row].Label, ": "); what == "willing" {
			text = fmt.Sprintf("Among those who say %s when asked “%s”, %s %s (%s); among the others %s: %s.", n.answer(), n.question(), top.hedged(0), willing(who), e.toldBy(), rest.hedged(0), gap.moreOrFewer(0))
		}
		if crosses(gap.total(), 0) {
			text += " Chance alone could make that difference."
		} else {
			text += " The two go together; that one makes the other is not shown by it."
		}
		tell(c, reports.Finding{Text: text, Refs: []reports.Ref{top.ref(0), rest.ref(0), gap.ref(0)}}, true)
	}
}

// trusting quotes the question on trust that understanding is held against: the first
// with top answers.
func (e *evidence) trusting() string {
	for _, t := range e.measure("trust") {
		if !t.Multi && t.RowOf(crosstab.NetRow, "") >= 0 {
			return fmt.Sprintf(" to %s", inQuotes(wording(t)))
		}
	}
	return ""
}

// strictChance is the chance below which a difference is not put down to it.
const strictChance = 0.05

// chance is the p value of a test of a table, which is adjusted for the number of
// tests, in words; which says of how many it is one, "" for one by itself.
func chance(c *crosstab.Cell, which string) string {
	p := "p " + reports.Print(crosstab.PValue, c.Estimate)
	if which != "" {
		p = which + " " + p
	}
	return p + ", adjusted for the number of tests"
}

// crosses tells whether an interval holds a value.
func crosses(c *crosstab.Cell, at float64) bool { return c.Low <= at && at <= c.High }

// moreOrFewer prints a difference with its interval and says which way it goes.
func (n indicator) moreOrFewer(col int) string {
	word := "more"
	switch x := math.Round(100 * n.cell(col).Estimate); {
	case x == 0:
		word = "of difference"
	case x < 0:
		word = "fewer"
	}
	return strings.TrimSpace(n.figure(col) + " " + word + " " + n.eitherWay(col, "more", "fewer"))
}

// inPoints is a cell in percentage points.
func inPoints(c crosstab.Cell) crosstab.Cell {
	c.Estimate, c.SE, c.Low, c.High = 100*c.Estimate, 100*c.SE, 100*c.Low, 100*c.High
	return c
}

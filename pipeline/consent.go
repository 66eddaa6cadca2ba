package pipeline

import (
	"fmt"
	"slices"
	"strings"

	"tradeoff/charts"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// The consent gap: what people say that they would share, beside what the same
// people do.

// consent says where people do more, or less, than they say.
func (e *evidence) consent(c *reports.Chapter) {
	var drawn []charts.Dot
	var of []*crosstab.Table
	for _, t := range e.tables {
		if !t.Model || t.Columns[0].Status == crosstab.NotAsked {
			continue
		}
		switch {
		case rowOf(t, "gap.1") >= 0:
			claim(c, []*crosstab.Table{t})
			e.gaps(c, t)
			drawn, of = append(drawn, e.gapDots(t)...), append(of, t)
		case strings.HasSuffix(t.ID, ".consent"):
			claim(c, []*crosstab.Table{t})
			f, ok := howOften(t)
			tell(c, f, ok)
		}
	}
	if len(drawn) > 0 {
		d := charts.Dots{Title: "What people say, and what the same people do", Subtitle: "Share of people", Note: e.note(of[0], of...), Axis: "share of people", Percent: true, KeepOrder: true, Rows: drawn}
		e.draw(c, "sharing-consent", d.Title, "Lines are 95% intervals. In each group the same people say the one and do the other.", of[0].ID, d)
	}
	e.done(c)
}

// done says what people do, of questions that stand beside nothing that they say: what they
// would share is of many kinds, none of them named like what is done.
func (e *evidence) done(c *reports.Chapter) {
	tables := slices.DeleteFunc(e.measure("behaviour"), func(t *crosstab.Table) bool {
		return slices.ContainsFunc(e.tables, func(x *crosstab.Table) bool {
			return x.Model && x.Question == t.Question && (rowOf(x, "gap.1") >= 0 || strings.HasSuffix(x.ID, ".consent"))
		})
	})
	claim(c, tables)
	for _, q := range questionsOf(tables) {
		items := slices.DeleteFunc(slices.Clone(tables), func(t *crosstab.Table) bool { return t.Question != q })
		list := indicators(items)
		if len(list) == 0 {
			continue
		}
		f, ok := e.byItem(list, "What people do most")
		if !ok {
			f, ok = e.headline(highest(list))
		}
		if t := items[0]; ok && t.Multi {
			for i, r := range t.Rows {
				if none := (indicator{t, i, r.Label}); r.Pinned && firm(none.total()) {
					f.Text, f.Refs = f.Text+fmt.Sprintf(" %s say that they do none of these.", none.hedged(0)+ofRatings(none)), append(f.Refs, none.ref(0))
				}
			}
		}
		tell(c, f, ok)
	}
}

// matched reports whether deeds of a question stand beside data of the same name.
func (e *evidence) matched(question string) bool {
	for _, t := range e.tables {
		if t.Model && t.Question == question && rowOf(t, "gap.1") >= 0 && !strings.HasSuffix(t.ID, ".consent") {
			return true
		}
	}
	return false
}

// A gap is one deed of a table, from 1.
type gap struct {
	said, did, despite, more indicator
}

func gapOf(t *crosstab.Table, k int) (gap, bool) {
	row := func(code string) indicator { return indicator{t, rowOf(t, fmt.Sprintf("%s.%d", code, k)), ""} }
	g := gap{row("said"), row("did"), row("despite"), row("gap")}
	if g.said.row < 0 {
		g.said.row = rowOf(t, "said.1")
	}
	return g, g.more.row >= 0
}

// firm reports whether a gap may be spoken of.
func (g gap) firm() bool {
	return firm(g.said.total()) && firm(g.did.total()) && firm(g.despite.total()) && firm(g.more.total()) && g.more.total().HasCI
}

// sayings of one table at most.
const mostGaps = 2

// gaps says the widest gaps of a table, and how they differ between groups.
func (e *evidence) gaps(c *reports.Chapter, t *crosstab.Table) {
	var all []gap
	for k := 1; ; k++ {
		g, ok := gapOf(t, k)
		if !ok {
			break
		}
		all = append(all, g)
	}
	order := ranked(len(all), func(i int) *crosstab.Cell { return all[i].more.total() })
	for i, k := range order[:min(len(order), mostGaps)] {
		g := all[k]
		if !g.firm() {
			continue
		}
		if e.modelled(t.Question+".consent") == t && e.matched(t.Question) {
			return // the same deeds are said beside the same data
		}
		tell(c, e.gap(g), true)
		if i == 0 {
			e.gapBySegment(c, g)
		}
	}
}

// gap says a gap: who does it without saying yes, who does it, who says yes.
func (e *evidence) gap(g gap) reports.Finding {
	if strings.HasSuffix(g.did.t.ID, ".consent") {
		return e.despiteAll(g)
	}
	return e.ofData(g)
}

// despiteAll says a gap beside willingness in general: "33% (32–35%) answer “Always” when
// asked “How often?”, although they do not say that they are willing to share.".
func (e *evidence) despiteAll(g gap) reports.Finding {
	does := e.doing(g.did)
	refs := []reports.Ref{g.said.ref(0), g.did.ref(0), g.more.ref(0)}
	round := roundingOf(g.more.total().Estimate, g.said, 0, g.did, 0)
	said, did, more := round.figure(g.said, 0), round.figure(g.did, 0), round.hedged(g.more, 0)
	var text string
	switch cell := g.more.total(); {
	case cell.Low > 0:
		text = fmt.Sprintf("%s of people %s, although they do not say that they are willing to share. In all, %s do, and %s say that they are willing: %s more do it than are willing.",
			g.despite.hedged(0), does, did, said, more)
		refs = append(refs, g.despite.ref(0))
	case cell.High < 0:
		text = fmt.Sprintf("%s of people say that they are willing to share, and %s %s: %s fewer do it than are willing.", said, did, does, more)
	default:
		text = fmt.Sprintf("%s of people say that they are willing to share, and %s %s: the two do not differ beyond chance, %s.", said, did, does, round.within(g.more.moreOrFewer(0), g.more, 0))
	}
	return reports.Finding{Text: text, Asked: answerers(g.did), Refs: refs}
}

// doing says what people do: the answer that they give, of an item the answers that count.
func (e *evidence) doing(did indicator) string {
	label := did.t.Rows[did.row].Label
	for _, n := range indicators(e.measure("behaviour")) {
		if n.t.Item == label && wording(n.t) == did.question() {
			return fmt.Sprintf("answer %s on %s when asked %s", n.answer(), inQuotes(label), inQuotes(did.question()))
		}
	}
	return fmt.Sprintf("answer %s when asked %s", inQuotes(label), inQuotes(did.question()))
}

// ofData says a gap of one kind of data: who would share it, with one at least of those
// that they were asked about, and of whom it is switched on.
func (e *evidence) ofData(g gap) reports.Finding {
	row := func(n indicator) string { return n.t.Rows[n.row].Label }
	what := strings.TrimPrefix(row(g.said), "Would share: ")
	with := ""
	for _, t := range e.measure("sharing") {
		if s, ok := e.loopGroup(t); ok && g.said.t.ID == g.said.t.Question+"."+t.Question {
			with = fmt.Sprintf(" with at least one %s that they rated", lower(s.Label))
		}
	}
	round := roundingOf(g.more.total().Estimate, g.said, 0, g.did, 0)
	said, did, more := round.figure(g.said, 0), round.figure(g.did, 0), round.hedged(g.more, 0)
	text := fmt.Sprintf("%s of people would share %s%s; of the same people %s have it switched on.", said, inQuotes(what), with, did)
	refs := []reports.Ref{g.said.ref(0), g.did.ref(0), g.more.ref(0)}
	switch cell := g.more.total(); {
	case cell.Low > 0:
		text += fmt.Sprintf(" That is %s more: %s have it switched on without saying that they would share it.", more, g.despite.hedged(0))
		refs = append(refs, g.despite.ref(0))
	case cell.High < 0:
		text += fmt.Sprintf(" That is %s fewer.", more)
	default:
		text += fmt.Sprintf(" The two do not differ beyond chance: %s.", round.within(g.more.moreOrFewer(0), g.more, 0))
	}
	return reports.Finding{Text: text, Asked: asked(g.did), Refs: refs}
}

// gapBySegment says between which groups the gap differs, of the segment where it does
// so most clearly.
func (e *evidence) gapBySegment(c *reports.Chapter, g gap) {
	differ, _ := e.spreads(g.more)
	if len(differ) == 0 {
		return
	}
	x := differ[0]
	hi, lo, _ := x.pair()
	among := func(j int) string {
		return fmt.Sprintf("%s among %s", e.withBase(g.more, j, g.more.moreOrFewer(j)), g.more.t.Columns[j].Label)
	}
	tell(c, reports.Finding{
		Text: fmt.Sprintf("By %s, the difference between saying and doing is %s and %s.%s", lower(x.s.label), among(lo), among(hi), x.without()),
		Refs: []reports.Ref{g.more.ref(lo), g.more.ref(hi)},
	}, true)
}

// gapDots are what people say and do in a table, for a figure.
func (e *evidence) gapDots(t *crosstab.Table) []charts.Dot {
	var out []charts.Dot
	group := t.Title
	if strings.HasSuffix(t.ID, ".consent") {
		group = e.subtitle(t)
	}
	dot := func(n indicator) {
		out = append(out, charts.Dot{Label: t.Rows[n.row].Label, Group: group, Base: t.Columns[0].Base.Unweighted, Cell: *n.total()})
	}
	for k := 1; ; k++ {
		g, ok := gapOf(t, k)
		if !ok {
			return out
		}
		if rowOf(t, fmt.Sprint("said.", k)) >= 0 {
			dot(g.said)
		}
		dot(g.did)
	}
}

// howOften says how a behaviour that is counted differs between those who are willing
// and the others.
func howOften(t *crosstab.Table) (reports.Finding, bool) {
	yes, no, diff := indicator{t, rowOf(t, "yes"), ""}, indicator{t, rowOf(t, "no"), ""}, indicator{t, rowOf(t, "difference"), ""}
	if yes.row < 0 || !firm(yes.total()) || !firm(no.total()) || !firm(diff.total()) || !diff.total().HasCI {
		return reports.Finding{}, false
	}
	how := diff.numberMore()
	if crosses(diff.total(), 0) {
		how += ", which chance alone could make"
	}
	return reports.Finding{
		Text:  fmt.Sprintf("%s: those who say that they are willing to share have %s on average, the others %s: %s.", inQuotes(yes.question()), yes.hedged(0), no.hedged(0), how),
		Asked: answerers(yes),
		Refs:  []reports.Ref{yes.ref(0), no.ref(0), diff.ref(0)},
	}, true
}

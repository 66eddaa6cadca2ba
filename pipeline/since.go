package pipeline

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"tradeoff/reports"
	"tradeoff/stats/crosstab"
	"tradeoff/stats/dist"
)

// What changed since the edition before of this report: its figures beside those of
// now. The two are taken for independent samples; where they have people in common,
// figures that moved did so all the more, and some that seem level may have moved.

// A past is an edition that this one is compared with.
type past struct {
	reports.Edition
	same  bool // made of the same data
	moves []move
}

// A move is a figure then and now.
type move struct {
	now    keyFigure
	before reports.KeyFigure
	then   int // row of the table of editions
	change int // row of it, -1 for none
}

// pasts are the editions behind this one in its lineage.
func (e *evidence) pasts(lineage []reports.Edition) []past {
	var out []past
	for _, x := range lineage[min(1, len(lineage)):] {
		p := past{Edition: x, same: x.Data == lineage[0].Data}
		for _, k := range e.keyFigures() {
			if i := slices.IndexFunc(x.Figures, k.figure.Row); i >= 0 {
				p.moves = append(p.moves, move{k, x.Figures[i], -1, -1})
			}
		}
		out = append(out, p)
	}
	return out
}

// compareEditions makes the table of figures then and their changes: all of the edition
// by other data, of that by the same data those that print otherwise. It is nil where
// there is nothing to compare.
func (e *evidence) compareEditions(lineage []reports.Edition, base crosstab.Base) *crosstab.Table {
	e.before = e.pasts(lineage)
	t := &crosstab.Table{ID: editionsTable, Question: editionsTable, Model: true, Title: "Since the edition before", Text: "Figures of earlier editions of this report, and what changed",
		BaseText: "All who answered each question", Columns: []crosstab.Column{{Label: "Total", Wave: lineage[0].Wave, Status: crosstab.OK, Base: base}}}
	for i := range e.before {
		p := &e.before[i]
		if p.same {
			p.moves = slices.DeleteFunc(p.moves, move.alike)
		}
		for k := range p.moves {
			p.moves[k].add(t, *p)
		}
	}
	if len(t.Rows) == 0 {
		return nil
	}
	t.Notes = []string{"Changes are between Totals of the two editions. Their intervals take the two for independent samples: where the same people are in both, a change that is shown is surer than that."}
	return t
}

// alike tells whether a figure prints the same then and now.
func (m move) alike() bool {
	k := m.before.Kind
	return reports.Print(k, m.before.Estimate) == reports.Print(k, m.now.figure.Estimate)
}

// add adds the rows of a figure to the table of editions.
func (m *move) add(t *crosstab.Table, p past) {
	put := func(r crosstab.Row, c crosstab.Cell) int {
		c.Status = crosstab.OK
		t.Rows, t.Cells = append(t.Rows, r), append(t.Cells, []crosstab.Cell{c})
		return len(t.Rows) - 1
	}
	label := m.now.long()
	m.then = put(crosstab.Row{Kind: m.before.Kind, Label: fmt.Sprintf("%s: %s", label, p.name())}, crosstab.Cell{Estimate: m.before.Estimate, Low: m.before.Estimate, High: m.before.Estimate, SE: m.before.SE, DF: m.before.DF})
	if p.same {
		return
	}
	kind := crosstab.Coefficient
	if m.now.share() {
		kind = crosstab.Difference
	}
	m.change = put(crosstab.Row{Kind: kind, Label: label + ": change since then"}, m.difference())
}

// difference is the change of a figure: the difference of two independent estimates,
// with the smaller of their degrees of freedom.
func (m move) difference() crosstab.Cell {
	a, b := m.now.figure, m.before
	c := crosstab.Cell{Estimate: a.Estimate - b.Estimate, SE: math.Hypot(a.SE, b.SE), DF: min(a.DF, b.DF)}
	c.Low, c.High = c.Estimate, c.Estimate
	if half := dist.TQuantile(1-level, c.DF) * c.SE; half > 0 && finite(half) {
		c.Low, c.High, c.HasCI = c.Estimate-half, c.Estimate+half, true
	}
	return c
}

// long is the name of a figure: its question, and its item or answer.
func (k keyFigure) long() string {
	name := k.t.Title
	if k.t.Item != "" {
		name += ": " + k.t.Item
	}
	return strings.Join(strings.Fields(name), " ") + ": " + reports.RowLabel(k.t, k.row)
}

// name is what an edition is called.
func (p past) name() string { return "edition of " + p.Published.UTC().Format("2 January 2006") }

// since says what changed since the editions before, in the chapter on the trend.
func (e *evidence) since(c *reports.Chapter) {
	t := e.modelled(editionsTable)
	if t != nil {
		claim(c, []*crosstab.Table{t})
	}
	for _, p := range e.before {
		f, ok := e.sinceEdition(t, p)
		tell(c, f, ok)
		if line := e.incomparable(p); line != "" {
			c.Missing = strings.TrimSpace(c.Missing + " " + line)
		}
	}
}

// incomparable says why nothing can be said of an edition, "" if something can.
func (e *evidence) incomparable(p past) string {
	switch {
	case p.Unread != "":
		return fmt.Sprintf("The edition of this report that was published before is not compared with this one: %s.", p.Unread)
	case len(p.moves) == 0 && !p.same:
		return fmt.Sprintf("No figure of the %s is one of this edition too: the two are not compared.", p.name())
	}
	return ""
}

// sinceEdition says what changed since one edition.
func (e *evidence) sinceEdition(t *crosstab.Table, p past) (reports.Finding, bool) {
	switch {
	case t == nil || len(p.moves) == 0:
		return reports.Finding{}, false
	case p.same:
		return e.otherwise(t, p), true
	}
	f := movedSince(t, p)
	f.Text += e.causes(p)
	return f, true
}

// movedSince counts the figures that rose and fell since an edition, and names the largest.
func movedSince(t *crosstab.Table, p past) reports.Finding {
	var up, down []move
	size := func(m move) float64 { return abs(t.Cell(m.change, 0).Estimate) / t.Cell(m.change, 0).SE }
	all := 0
	for _, m := range p.moves {
		c := t.Cell(m.change, 0)
		if !c.HasCI {
			continue
		}
		all++
		switch {
		case c.Low > 0:
			up = append(up, m)
		case c.High < 0:
			down = append(down, m)
		}
	}
	f := reports.Finding{Text: fmt.Sprintf("Since the %s, of %s that can be compared %s rose and %s fell by more than chance.", p.name(), plural(all, "figure"), inWords(len(up)), inWords(len(down)))}
	for _, x := range []struct {
		word string
		list []move
	}{{"Up", up}, {"Down", down}} {
		slices.SortStableFunc(x.list, func(a, b move) int { return cmp.Compare(size(b), size(a)) })
		var parts []string
		for _, m := range x.list[:min(mostNamed, len(x.list))] {
			parts = append(parts, m.said(t))
			f.Refs = append(f.Refs, m.refs(t)...)
		}
		if parts != nil {
			f.Text += fmt.Sprintf(" %s: %s.", x.word, strings.Join(parts, "; "))
		}
	}
	if f.Refs == nil {
		f.Text += fmt.Sprintf(" The first of them: %s.", p.moves[0].said(t))
		f.Refs = p.moves[0].refs(t)
	} else {
		f.Asked = chanceMoves(all) + " "
	}
	f.Asked += "The two are taken to have asked different people; where they are the same, a change is surer than said here."
	return f
}

// said is a figure then and now, with its change.
func (m move) said(t *crosstab.Table) string {
	then, now := indicator{t, m.then, ""}, m.now.indicator
	if m.change < 0 {
		return fmt.Sprintf("%s, from %s to %s", m.now.named(), then.figure(0), now.figure(0))
	}
	change := indicator{t, m.change, ""}
	round := roundingOf(change.total().Estimate, then, 0, now, 0)
	return fmt.Sprintf("%s, from %s to %s, by %s", m.now.named(), round.figure(then, 0), round.figure(now, 0), round.hedged(change, 0))
}

// refs are the cells of said.
func (m move) refs(t *crosstab.Table) []reports.Ref {
	refs := []reports.Ref{{Table: t.ID, Row: m.then}, m.now.ref(0)}
	if m.change >= 0 {
		refs = append(refs, reports.Ref{Table: t.ID, Row: m.change})
	}
	return refs
}

// otherwise says which figures an edition by the same data had otherwise.
func (e *evidence) otherwise(t *crosstab.Table, p past) reports.Finding {
	first := p.moves[0]
	return reports.Finding{Refs: first.refs(t), Text: fmt.Sprintf("The %s was made of the same data, and has %s otherwise, because %s changed since. The first: %s.", p.name(), plural(len(p.moves), "figure"), and(e.changedMeans(p)), first.said(t))}
}

// changedMeans are what was changed by people between an edition and this one.
func (e *evidence) changedMeans(p past) []string {
	var out []string
	if p.Study != e.edition.Study {
		out = append(out, "the study file")
	}
	if p.Version != e.edition.Version {
		out = append(out, fmt.Sprintf("the program (version %s then, %s now)", inQuotes(p.Version), inQuotes(e.edition.Version)))
	}
	return out
}

// causes says what else differs between an edition by other data and this one.
func (e *evidence) causes(p past) string {
	text := fmt.Sprintf(" Both stand on %s.", plural(p.Respondents, "respondent"))
	if p.Respondents != e.edition.Respondents {
		text = fmt.Sprintf(" It stood on %s, and this one stands on %s.", plural(p.Respondents, "respondent"), thousands(e.edition.Respondents))
	}
	if p.Wave != e.edition.Wave && p.Wave != "" && e.edition.Wave != "" {
		text += fmt.Sprintf(" Its tables spoke of %s, and these speak of %s.", inQuotes(p.Wave), inQuotes(e.edition.Wave))
	}
	if means := e.changedMeans(p); means != nil {
		text += fmt.Sprintf(" Besides the data, %s changed: a figure may have moved by that.", and(means))
	}
	for _, x := range []struct {
		word string
		a, b []string
	}{{"New", e.edition.Questions, p.Questions}, {"No longer there", p.Questions, e.edition.Questions}} {
		var names []string
		for _, q := range x.a {
			if !slices.Contains(x.b, q) {
				names = append(names, inQuotes(words(q)))
			}
		}
		if names != nil {
			text += fmt.Sprintf(" %s: %s.", x.word, list(names, 5))
		}
	}
	return text
}

// editionsTable is the name of the table of editions.
const editionsTable = "editions"

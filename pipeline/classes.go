package pipeline

import (
	"fmt"
	"strings"

	"tradeoff/charts"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// latentClasses says which classes the answers form, how far they agree with the
// privacy types, and what each of them would accept.
func (e *evidence) latentClasses(c *reports.Chapter) {
	sizes, profiles := e.modelled("contradiction.classes"), e.modelled("contradiction.profiles")
	if sizes == nil || profiles == nil {
		return
	}
	claim(c, []*crosstab.Table{sizes, profiles})
	f, ok := classesFound(sizes)
	tell(c, f, ok)
	if crossed, index := e.tableOf("contradiction.agreement"), e.modelled("contradiction.rand"); crossed != nil && index != nil {
		claim(c, []*crosstab.Table{crossed, index})
		f, ok = agreementFound(index)
		tell(c, f, ok)
	}
	for j := 1; j < len(profiles.Columns); j++ {
		f, ok := accepted(profiles, j)
		tell(c, f, ok)
	}
	e.classMatrix(c, profiles, "contradiction-classes", "What the classes are like", "Share of each class with that sign.", "sign")
	e.classMatrix(c, profiles, "contradiction-guide", "What each class would accept", "Share of each class that would share it, or wants it for its data.", "sharing.", "benefit.")
}

// classesFound says how large the classes are.
func classesFound(t *crosstab.Table) (reports.Finding, bool) {
	var parts []string
	var refs []reports.Ref
	for i, r := range t.Rows {
		n := indicator{t, i, ""}
		if !firm(n.total()) {
			return reports.Finding{}, false
		}
		name, what, _ := strings.Cut(r.Label, ": ")
		parts = append(parts, fmt.Sprintf("%s %s (%s)", n.hedged(0), and(strings.Split(what, ", ")), lower(name)))
		refs = append(refs, n.ref(0))
	}
	return reports.Finding{Text: fmt.Sprintf("Left to themselves, the answers form %s groups: %s.", strings.ToLower(countWord(len(t.Rows))), strings.Join(parts, "; ")), Refs: refs}, true
}

// agreementFound says how far rule and classes agree.
func agreementFound(t *crosstab.Table) (reports.Finding, bool) {
	n := indicator{t, rowOf(t, "agreement"), ""}
	if n.row < 0 || !firm(n.total()) || !n.total().HasCI {
		return reports.Finding{}, false
	}
	said := "sort people in ways that have little to do with each other"
	switch x := n.total(); {
	case x.Low >= 0.65:
		said = "sort people alike"
	case x.Low >= 0.2:
		said = "sort people alike in part"
	case x.Low > 0:
		said = "agree only a little more than chance, so that neither can stand for the other"
	}
	say := func(x float64) string { return reports.Print(n.kind(), x) }
	return reports.Finding{Text: fmt.Sprintf("Types and classes %s: where 1 is the same groups and 0 is chance, they agree to %s (%s to %s).", said, say(n.total().Estimate), say(n.total().Low), say(n.total().High)), Refs: []reports.Ref{n.ref(0)}}, true
}

// accepted says what a class would soonest share, and what it wants most for it.
func accepted(t *crosstab.Table, class int) (reports.Finding, bool) {
	if t.Columns[class].Status != crosstab.OK {
		return reports.Finding{}, false
	}
	name, what, _ := strings.Cut(t.Columns[class].Label, ": ")
	var parts []string
	var refs []reports.Ref
	say := func(n indicator, words string) {
		parts = append(parts, fmt.Sprintf(words, inQuotes(n.t.Rows[n.row].Label), n.hedged(class)))
		refs = append(refs, n.ref(class))
	}
	if n, ok := foremost(t, class, "sharing.", false); ok {
		say(n, "would soonest share %s: %s")
	}
	benefit, wants := foremost(t, class, "benefit.", false)
	if wants {
		say(benefit, "want %s most for it: %s")
	}
	if n, ok := foremost(t, class, "benefit.", true); ok && wants && n.cell(class).Estimate > benefit.cell(class).Estimate {
		words := "about as many choose %s: %s"
		if a, b := n.cell(class), benefit.cell(class); a.HasCI && b.HasCI && a.Low > b.High {
			words = "more choose %s: %s"
		}
		say(n, words)
	}
	if parts == nil {
		return reports.Finding{}, false
	}
	return reports.Finding{Text: fmt.Sprintf("People of %s (%s) %s.", lower(name), what, and(parts)), Refs: refs}, true
}

// foremost is the item of a class with the largest share: one of several, or one of
// those that mean none of them.
func foremost(t *crosstab.Table, class int, prefix string, none bool) (indicator, bool) {
	best := indicator{t, -1, ""}
	for i, r := range t.Rows {
		item := strings.HasPrefix(r.Code, prefix) && strings.Count(r.Code, ".") > 1
		if item && r.Pinned == none && firm(t.Cell(i, class)) && (best.row < 0 || t.Cell(i, class).Estimate > best.cell(class).Estimate) {
			best.row = i
		}
	}
	return best, best.row >= 0
}

// classMatrix draws the rows of some kinds by class.
func (e *evidence) classMatrix(c *reports.Chapter, t *crosstab.Table, id, title, caption string, prefixes ...string) {
	m := charts.Matrix{Title: title, Subtitle: e.subtitle(t), Note: e.note(t)}
	for _, x := range t.Columns[1:] {
		m.Columns = append(m.Columns, x.Label)
	}
	for i, r := range t.Rows {
		for _, p := range prefixes {
			if strings.HasPrefix(r.Code, p) {
				m.Rows = append(m.Rows, r.Label)
				m.Cells = append(m.Cells, t.Cells[i][1:])
				m.RowTotals = append(m.RowTotals, t.Cells[i][0])
			}
		}
	}
	if m.Rows == nil {
		return
	}
	e.draw(c, id, title, caption, t.ID, m)
}

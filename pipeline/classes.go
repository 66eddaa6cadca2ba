package pipeline

import (
	"fmt"
	"slices"
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
		f, ok := e.accepted(profiles, j)
		tell(c, f, ok)
	}
	signs := "Share of each class that answers so."
	if slices.ContainsFunc(e.tables, func(t *crosstab.Table) bool { return t.Loop && (t.Measures == want || t.Measures == "trust") }) {
		signs += " Of questions that people answered for several things, it is the people who give a top answer at least half of the time; the chapters on expectation and trust count every answer, so that their shares differ."
	}
	e.classMatrix(c, profiles, "contradiction-classes", "What the classes are like", signs, "sign")
	title, caption := "What each class would share, and want for it", "Share of each class that would share it, or wants it for its data."
	shares, wants := len(e.measure("sharing")) > 0, len(e.measure("benefit")) > 0
	switch {
	case !wants:
		title, caption = "What each class says of sharing", "Share of each class that says yes to it."
	case !shares:
		title, caption = "What each class wants for its data", "Share of each class that wants it."
	}
	e.classMatrix(c, profiles, "contradiction-guide", title, caption, "sharing.", "benefit.")
}

// className is what the people of a class are like, with its number only where another
// is like it.
func className(label string, all []string) string {
	name, what, _ := strings.Cut(label, ": ")
	like := func(l string) bool { _, w, _ := strings.Cut(l, ": "); return w == what }
	said := and(strings.Split(what, ", "))
	if len(slices.DeleteFunc(slices.Clone(all), func(l string) bool { return !like(l) })) > 1 {
		said += " (" + lower(name) + ")"
	}
	return strings.Replace(said, "like everybody", "are like everybody", 1)
}

// vague is the width of an interval from which a share is said to be unsure.
const vague = 0.2

// classesFound says how large the classes are.
func classesFound(t *crosstab.Table) (reports.Finding, bool) {
	var parts, all []string
	var refs []reports.Ref
	wide := false
	for _, r := range t.Rows {
		all = append(all, r.Label)
	}
	for i, r := range t.Rows {
		n := indicator{t, i, ""}
		if !firm(n.total()) {
			return reports.Finding{}, false
		}
		parts = append(parts, fmt.Sprintf("%s %s", n.hedged(0), className(r.Label, all)))
		refs = append(refs, n.ref(0))
		wide = wide || n.total().High-n.total().Low >= vague
	}
	text := fmt.Sprintf("Sorted by who answers alike, people form %s classes: %s.", inWords(len(t.Rows)), strings.Join(parts, "; "))
	if wide {
		text += " How large they are is quite unsure."
	}
	return reports.Finding{Text: text, Asked: "A class is named by what its people say clearly more or less often than everybody. Nobody said which class they are in: it is found in the answers, and a matter of degree. " + answerers(indicator{t, 0, ""}), Refs: refs}, true
}

// agreementFound says which of the two ways to sort people is for what, and how far they
// agree.
func agreementFound(t *crosstab.Table) (reports.Finding, bool) {
	n := indicator{t, rowOf(t, "agreement"), ""}
	if n.row < 0 || !firm(n.total()) || !n.total().HasCI {
		return reports.Finding{}, false
	}
	said := "hardly agree, so do not mix them"
	switch x := n.total(); {
	case x.Low >= 0.65:
		said = "mostly agree"
	case x.Low >= 0.2:
		said = "agree in part, so do not mix them"
	}
	return reports.Finding{Text: fmt.Sprintf("There are two ways here to sort people. The types go by a fixed rule: use them beside other surveys with the same questions. The classes show which answers go together: use them for what people would share, and for what in return. The two %s: they agree to %s on a scale from 0, as by chance, to 1, the same.", said, n.hedged(0)), Refs: []reports.Ref{n.ref(0)}}, true
}

// accepted says what a class would soonest share, and what it wants most for it.
func (e *evidence) accepted(t *crosstab.Table, class int) (reports.Finding, bool) {
	if t.Columns[class].Status != crosstab.OK {
		return reports.Finding{}, false
	}
	var all []string
	for _, c := range t.Columns[1:] {
		all = append(all, c.Label)
	}
	who := className(t.Columns[class].Label, all)
	var text, wanted string
	var refs []reports.Ref
	say := func(n indicator) string {
		refs = append(refs, n.ref(class))
		of := ""
		if e.looped(strings.Split(n.t.Rows[n.row].Code, ".")[1]) {
			of = " of their ratings"
		}
		return fmt.Sprintf("%s, %s%s", inQuotes(n.t.Rows[n.row].Label), n.hedged(class), of)
	}
	if n, ok := foremost(t, class, "sharing.", false); ok {
		text = fmt.Sprintf("Those who %s %s %s", who, e.soonest(strings.Split(n.t.Rows[n.row].Code, ".")[1]), say(n))
	}
	benefit, wants := foremost(t, class, "benefit.", false)
	none, refuses := foremost(t, class, "benefit.", true)
	switch {
	case wants && refuses && none.cell(class).Estimate > benefit.cell(class).Estimate:
		than := "about as often as"
		if a, b := none.cell(class), benefit.cell(class); a.HasCI && b.HasCI && a.Low > b.High {
			than = "more often than"
		}
		wanted = fmt.Sprintf("choose %s, %s %s", say(none), than, say(benefit))
	case wants:
		wanted = "most want " + say(benefit)
	}
	switch {
	case text == "" && wanted == "":
		return reports.Finding{}, false
	case text == "":
		text = fmt.Sprintf("In return, those who %s %s", who, wanted)
	case wanted != "":
		text += "; in return they " + wanted
	}
	return reports.Finding{Text: text + ".", Refs: refs}, true
}

// soonest is how people say yes to a question on sharing most often.
func (e *evidence) soonest(question string) string {
	k := slices.IndexFunc(e.tables, func(t *crosstab.Table) bool { return t.Question == question && !t.Model })
	if k < 0 {
		return "most often say yes to"
	}
	if one := assentTo(e.tables[k]).one; one != "would share" {
		return "most often " + one
	}
	return "would soonest share"
}

// looped tells whether a question was asked in a loop.
func (e *evidence) looped(question string) bool {
	return slices.ContainsFunc(e.tables, func(t *crosstab.Table) bool { return t.Question == question && t.Loop && !t.Model })
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

package pipeline

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tradeoff/charts"
	"tradeoff/pipeline/analysis"
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
	f, ok = e.accepted(profiles)
	tell(c, f, ok)
	signs := "Share of each class that answers so."
	if slices.ContainsFunc(e.tables, func(t *crosstab.Table) bool { return t.Loop && (t.Measures == want || t.Measures == "trust") }) {
		signs += " Of a question put for several things, it is the people who give a top answer at least half of the time."
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

// className is how the people of a class differ from everybody.
func className(label string) string {
	_, what, _ := strings.Cut(label, ": ")
	if what == analysis.LikeEverybody {
		return "as many do each"
	}
	return and(strings.Split(what, ", "))
}

// vague is the width of an interval from which a share is said to be unsure.
const vague = 0.2

// classesFound says how large the classes are, and how each differs from everybody.
func classesFound(t *crosstab.Table) (reports.Finding, bool) {
	var parts []string
	var refs []reports.Ref
	wide := false
	for i, r := range t.Rows {
		n := indicator{t, i, ""}
		if !firm(n.total()) {
			return reports.Finding{}, false
		}
		of := ""
		if i == 0 {
			of = " of people"
		}
		parts = append(parts, fmt.Sprintf("in class %d, %s%s, %s", i+1, n.hedged(0), of, className(r.Label)))
		refs = append(refs, n.ref(0))
		wide = wide || n.total().High-n.total().Low >= vague
	}
	text := fmt.Sprintf("People who answer alike form %s classes. Compared with everybody, %s.", inWords(len(t.Rows)), strings.Join(parts, "; "))
	if wide {
		text += " How large they are is quite unsure."
	}
	return reports.Finding{Text: text, Asked: "Not all in a class answer so, and nobody said which class they are in: it is found in the answers, and a matter of degree. " + answerers(indicator{t, 0, ""}), Refs: refs}, true
}

// agreementFound says how far the two ways to sort people agree, and which is for what.
func agreementFound(t *crosstab.Table) (reports.Finding, bool) {
	n := indicator{t, rowOf(t, "agreement"), ""}
	if n.row < 0 || !firm(n.total()) || !n.total().HasCI {
		return reports.Finding{}, false
	}
	said := "hardly agree: do not mix them"
	switch x := n.total(); {
	case x.Low >= 0.65:
		said = "mostly agree"
	case x.Low >= 0.2:
		said = "agree in part only: do not mix them"
	}
	return reports.Finding{
		Text:  fmt.Sprintf("Types and classes are two ways to sort people, which here %s. The types go by a fixed rule and can be held beside other surveys; the classes show which answers go together in this one.", said),
		Asked: strings.TrimSpace(fmt.Sprintf("%s%sthey agree to %s on a scale from 0, as by chance, to 1, the same.", answerers(n), inFigures, n.hedged(0))),
		Refs:  []reports.Ref{n.ref(0)},
	}, true
}

// A first is what a class says yes to most often, of some items.
type first struct {
	indicator
	class int // its number, and its column
}

func (x first) said() string { return x.hedged(x.class) }

// label is the item in quotes.
func (x first) label() string { return inQuotes(x.t.Rows[x.row].Label) }

// question is the name of the question that the item is of.
func (x first) question() string { return strings.Split(x.t.Rows[x.row].Code, ".")[1] }

// accepted says what the classes would soonest share, and what they most want for it.
func (e *evidence) accepted(t *crosstab.Table) (reports.Finding, bool) {
	var f reports.Finding
	var shared, wanted []first
	var refused []string
	ref := func(x first) { f.Refs = append(f.Refs, x.ref(x.class)) }
	for j := 1; j < len(t.Columns); j++ {
		if t.Columns[j].Status != crosstab.OK {
			continue
		}
		if n, ok := foremost(t, j, "sharing.", false); ok {
			shared = append(shared, first{n, j})
		}
		n, wants := foremost(t, j, "benefit.", false)
		none, refuses := foremost(t, j, "benefit.", true)
		best, no := first{n, j}, first{none, j}
		switch {
		case !wants:
		case refuses && none.cell(j).Estimate > n.cell(j).Estimate:
			how := "about as many choose %s, %s, as %s, %s"
			if a, b := none.cell(j), n.cell(j); a.HasCI && b.HasCI && a.Low > b.High {
				how = "more choose %s, %s, than %s, %s"
			}
			refused = append(refused, fmt.Sprintf("in class %d, "+how, j, no.label(), no.said(), best.label(), best.said()))
			ref(no)
			ref(best)
		default:
			wanted = append(wanted, best)
		}
	}
	classes := len(t.Columns) - 1
	var said []string
	if shared != nil {
		said = append(said, e.firsts(shared, whichClasses(shared, classes, 0), e.soonest(shared[0].question()), ref))
	}
	if wanted != nil {
		said = append(said, "in return, "+e.firsts(wanted, whichClasses(wanted, classes, len(refused)), "most want", ref))
	}
	for _, s := range append(said, refused...) {
		f.Text += sentenceOf(s)
	}
	f.Text = strings.TrimSpace(f.Text)
	return f, f.Text != ""
}

// firsts says what is first in some classes: where it is the same thing in all of them, in
// which it is so most and least often. Those two differ clearly where their intervals do not
// touch, whatever the two have to do with each other.
func (e *evidence) firsts(list []first, who, verb string, ref func(first)) string {
	of := ""
	if e.looped(list[0].question()) {
		of = " of their ratings"
	}
	if len(list) == 1 || slices.ContainsFunc(list, func(x first) bool { return x.row != list[0].row }) {
		var said []string
		for _, x := range list {
			said = append(said, fmt.Sprintf("those in class %d %s %s, %s%s", x.class, verb, x.label(), x.said(), of))
			ref(x)
		}
		return strings.Join(said, "; ")
	}
	less := func(a, b first) int { return cmp.Compare(a.cell(a.class).Estimate, b.cell(b.class).Estimate) }
	most, least := slices.MaxFunc(list, less), slices.MinFunc(list, less)
	ref(most)
	ref(least)
	text := fmt.Sprintf("%s %s %s", who, verb, list[0].label())
	a, b := most.cell(most.class), least.cell(least.class)
	switch {
	case !a.HasCI || !b.HasCI || a.Low <= b.High:
		return fmt.Sprintf("%s, in no class clearly more often than in another: %s to %s%s", text, least.figure(least.class), most.figure(most.class), of)
	case len(list) == 2:
		return fmt.Sprintf("%s: %s%s in class %d and %s in class %d", text, most.said(), of, most.class, least.said(), least.class)
	}
	return fmt.Sprintf("%s: %s%s in class %d, the most, and %s in class %d, the fewest", text, most.said(), of, most.class, least.said(), least.class)
}

// whichClasses names those of some classes, of which others are said to do otherwise.
func whichClasses(list []first, classes, others int) string {
	var in, out []string
	for j := 1; j <= classes; j++ {
		if slices.ContainsFunc(list, func(x first) bool { return x.class == j }) {
			in = append(in, fmt.Sprint(j))
		} else {
			out = append(out, fmt.Sprint(j))
		}
	}
	switch {
	case out == nil && classes == 2:
		return "both classes"
	case out == nil:
		return fmt.Sprintf("all %s classes", inWords(classes))
	case len(out) == 1 && others == 1 && classes > 2:
		return "all classes but class " + out[0]
	}
	return "classes " + and(in)
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

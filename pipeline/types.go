package pipeline

import (
	"fmt"
	"slices"
	"strings"

	"tradeoff/charts"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// privacyTypes says how many people are of each privacy type, and shows them by
// segment.
func (e *evidence) privacyTypes(c *reports.Chapter) {
	t := e.tableOf("contradiction.types")
	if t == nil {
		return
	}
	claim(c, []*crosstab.Table{t})
	var list []indicator
	for i, r := range t.Rows {
		name, _, _ := strings.Cut(r.Label, ":")
		list = append(list, indicator{t, i, name})
	}
	f, ok := e.typesFound(list)
	tell(c, f, ok)
	l := charts.Likert{Title: "Privacy types", Subtitle: e.subtitle(t), Note: e.note(t), Neutral: rowOf(t, "pragmatist"), Kinds: true}
	for _, n := range list {
		l.Categories = append(l.Categories, n.label)
	}
	e.likertRows(&l, t)
	e.draw(c, "contradiction-types", l.Title, "", t.ID, l)
}

// typesFound says the shares of the types, the largest first: what each does, and then what
// it is called.
func (e *evidence) typesFound(list []indicator) (reports.Finding, bool) {
	order := ranked(len(list), func(i int) *crosstab.Cell { return list[i].total() })
	if len(order) == 0 || len(order) < len(list) {
		return reports.Finding{}, false
	}
	text := fmt.Sprintf("By whether they worry about their data and trust those who hold them, people are of %s types:", inWords(len(list)))
	fundamentalist := "worry and trust few (“fundamentalists”)"
	if slices.ContainsFunc(list, func(n indicator) bool { return n.t.Rows[n.row].Code == "resigned" }) {
		fundamentalist = "worry and trust few, but have not given up (“fundamentalists”)"
	}
	few := "trust few"
	if e.trustOnce() {
		few = "do not trust"
	}
	var refs []reports.Ref
	for k, i := range order {
		n := list[i]
		said := map[string]string{
			"fundamentalist": fundamentalist,
			"resigned":       "worry, trust few and have given up on control (“resigned cynics”)",
			"pragmatist":     "are in between: they worry and trust, or do neither (“pragmatists”)",
			"unconcerned":    "trust and do not worry (“unconcerned”)",
		}[n.t.Rows[n.row].Code]
		end := ";"
		if k == len(order)-1 {
			end = "."
		}
		text += " " + n.hedged(0) + " " + strings.Replace(said, "trust few", few, 1) + end
		refs = append(refs, n.ref(0))
	}
	return reports.Finding{Text: text, Asked: fmt.Sprintf("%s %s Somebody worries, or trusts, who gives these answers to at least half of what was asked on it. The names are the field's, after Alan Westin. %s", e.sideAsked(worry, "worry"), e.sideAsked("trust", "trust"), answerers(list[0])), Refs: refs}, true
}

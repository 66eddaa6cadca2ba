package pipeline

import (
	"fmt"
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
	f, ok := typesFound(list)
	tell(c, f, ok)
	l := charts.Likert{Title: "Privacy types", Subtitle: e.subtitle(t), Note: e.note(t), Neutral: rowOf(t, "pragmatist"), Kinds: true}
	for _, n := range list {
		l.Categories = append(l.Categories, n.label)
	}
	e.likertRows(&l, t)
	e.draw(c, "contradiction-types", l.Title, t.Notes[0], t.ID, l)
}

// typesFound says the shares of the types.
func typesFound(list []indicator) (reports.Finding, bool) {
	var parts []string
	var refs []reports.Ref
	for _, n := range list {
		if !firm(n.total()) {
			return reports.Finding{}, false
		}
		said := map[string]string{
			"fundamentalist": "fundamentalists, who worry and trust few",
			"resigned":       "resigned cynics, who worry and trust few as well but have given up",
			"pragmatist":     "pragmatists, who worry and trust, or do neither",
			"unconcerned":    "unconcerned, who trust and do not worry",
		}[n.t.Rows[n.row].Code]
		parts = append(parts, fmt.Sprintf("%s are %s", n.hedged(0), said))
		refs = append(refs, n.ref(0))
	}
	return reports.Finding{Text: "By a rule after Westin's types, " + strings.Join(parts, "; ") + ".", Refs: refs}, true
}

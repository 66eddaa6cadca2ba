package pipeline

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"tradeoff/charts"
	"tradeoff/data/study"
	"tradeoff/pipeline/analysis"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// mostDrivers is how many drivers a sentence names.
const mostDrivers = 4

func (e *evidence) drivers(c *reports.Chapter) {
	var importance *crosstab.Table
	for _, t := range e.measure("sharing") {
		if importance = e.modelled(t.Question + ".importance"); importance != nil {
			break
		}
	}
	if importance == nil && e.ratedDrivers(c) {
		return
	}
	if importance == nil {
		c.Missing = e.noDrivers()
		return
	}
	named := func(id string) *crosstab.Table {
		t := e.modelled(importance.Question + id)
		if t != nil {
			claim(c, []*crosstab.Table{t})
		}
		return t
	}
	odds, effects, meetings, byGroup := named(".odds"), named(".effects"), named(".meetings"), named(".bygroup")
	claim(c, []*crosstab.Table{importance})
	e.story(c, importance, effects)
	if effects != nil {
		e.drawn(c, effects)
	}
	e.certainty(c, importance)
	if effects != nil {
		e.hardly(c, importance, effects)
	}
	if meetings != nil {
		e.meetings(c, meetings, byGroup, "N")
	}
	if odds != nil {
		e.whatIf(c, named(".whatif"))
		e.forest(c, odds)
	} else {
		c.WhatIf = &reports.WhatIf{Missing: "There is no what-if: every driver tells some or all of the willing from the others without exception, and no model can hold one that does."}
	}
	e.importanceFigure(c, importance)
	e.ratedDrivers(c)
}

// noDrivers says why there is no model of willingness.
func (e *evidence) noDrivers() string {
	for _, d := range e.doubts {
		if d.Analysis == analysis.Drivers {
			return "No model tells what willingness to share goes with: " + d.Why + "."
		}
	}
	if tables, _ := e.willingness(); tables == nil {
		return silence["drivers"]
	}
	return "What willingness to share goes with cannot be told: too few other questions were asked, too few people answered all of them, or the figures are hidden to protect respondents."
}

// weighed are the rows of the drivers in the table of importance, the weightiest first,
// and how many of them, up to three, are sure to tell something.
func weighed(t *crosstab.Table) (order []int, best int) {
	order = ranked(len(t.Rows), func(i int) *crosstab.Cell { return t.Cell(i, 0) })
	order = slices.DeleteFunc(order, func(i int) bool { return t.Rows[i].Code == "all" })
	for best < min(3, len(order)) && t.Cell(order[best], 0).Low > 0 {
		best++
	}
	return order, best
}

// story says what tells the willing from the others best, in the order of what each
// explains, with what a step of it goes with; then what else goes with willingness.
func (e *evidence) story(c *reports.Chapter, importance, effects *crosstab.Table) {
	order, best := weighed(importance)
	var first, more steps
	for place, i := range order {
		d := importance.Rows[i]
		n, known := clearest(effects, d.Code)
		switch {
		case place >= best && (n.row < 0 || strings.HasPrefix(d.Code, "segment.") || e.randomized(d.Code) || len(more.said) == mostDrivers):
		case place >= best:
			more.add(n, " "+e.would())
		case n.row >= 0:
			first.add(n, " "+e.would())
		case known:
			first.name(d.Label, "though with the other answers alike it goes with no difference beyond chance")
		default:
			first.name(d.Label, "whose answers tell some or all of the willing from the others without exception")
		}
		if place < best {
			first.refs = append(first.refs, reports.Ref{Table: importance.ID, Row: i})
		}
	}
	under := e.askedWilling(indicator{importance, 0, ""})
	lead := "These go with it as well, beyond chance: "
	if best > 0 {
		text := fmt.Sprintf("%s best %s: %s.", [...]string{"", "One thing tells", "Two things tell", "Three things tell"}[best], e.telling(), strings.Join(first.said, "; "))
		if !slices.IsSortedFunc(first.sizes, func(a, b float64) int { return cmp.Compare(b, a) }) {
			text += " What tells most stands first; steps are not equally large, so the points need not fall in that order."
		}
		tell(c, reports.Finding{Text: text + " The points are with the other answers alike, and what goes with willingness need not cause it.", Asked: under, Refs: first.refs}, true)
		under = answerers(indicator{importance, 0, ""})
	} else {
		lead = "What goes with willingness beyond chance, though none of it is sure to tell much: "
	}
	if more.said != nil {
		tell(c, reports.Finding{Text: lead + strings.Join(more.said, "; ") + ".", Asked: under, Refs: more.refs}, true)
	}
}

// clearest is the row of a driver whose points are most, of those beyond chance: row -1
// where none is. It is false where the table has no row of the driver.
func clearest(t *crosstab.Table, driver string) (n indicator, known bool) {
	n = indicator{t, -1, ""}
	if t == nil {
		return n, false
	}
	for i, r := range t.Rows {
		if name, _, _ := strings.Cut(r.Code, "="); name != driver {
			continue
		}
		known = true
		x := indicator{t, i, ""}
		if x.beyond(0) && (n.row < 0 || math.Abs(x.total().Estimate) > math.Abs(n.total().Estimate)) {
			n = x
		}
	}
	return n, known
}

// steps are what steps of some drivers go with, in words.
type steps struct {
	said  []string
	refs  []reports.Ref
	sizes []float64
}

// add says one more; the first says what the points are of.
func (s *steps) add(n indicator, would string) {
	if s.sizes != nil {
		would = ""
	}
	s.said, s.refs, s.sizes = append(s.said, n.step()+would), append(s.refs, n.ref(0)), append(s.sizes, math.Abs(n.total().Estimate))
}

// name says one that has no points.
func (s *steps) name(label, but string) {
	said := inQuotes(label) + ", " + but
	if s.said != nil {
		said = "and " + said
	}
	s.said = append(s.said, said)
}

// step says what a step of a driver goes with: "with a step more of “Trust”, 8 points more
// (6 to 10)".
func (n indicator) step() string {
	return n.taken() + ", " + n.moreOrFewer(0)
}

// taken says which step a row is of.
func (n indicator) taken() string {
	name, move := moved(n.t.Rows[n.row].Label)
	if strings.Contains(move, " rather than ") {
		return fmt.Sprintf("among %s (%s)", move, inQuotes(name))
	}
	if group, ok := strings.CutSuffix(move, " for everybody"); ok {
		return fmt.Sprintf("with %s for everybody (%s)", inQuotes(group), inQuotes(name))
	}
	return fmt.Sprintf("with %s of %s", strings.Replace(move, "a standard deviation", "clearly", 1), inQuotes(name))
}

// moved splits the label of a driver's row: its name, and what moves.
func moved(label string) (name, move string) {
	if strings.HasPrefix(label, "“") { // a question that stands for its name may hold a colon
		name, move, _ = strings.Cut(label, "”: ")
		return name + "”", move
	}
	name, move, _ = strings.Cut(label, ": ")
	return name, move
}

// beyond tells whether chance alone cannot well make a cell differ from a value.
func (n indicator) beyond(at float64) bool {
	return firm(n.total()) && n.total().HasCI && !crosses(n.total(), at)
}

// drawn says of what a draw decided that it is a cause.
func (e *evidence) drawn(c *reports.Chapter, t *crosstab.Table) {
	for i, r := range t.Rows {
		n := indicator{t, i, ""}
		if !e.randomized(r.Code) || !n.beyond(0) {
			continue
		}
		name, _, _ := strings.Cut(r.Code, "=")
		_, groups := moved(r.Label)
		those, others, _ := strings.Cut(groups, " rather than ")
		text := fmt.Sprintf("%s is a cause, as a draw decided it: of those %s, %s %s than of those %s, with the other answers alike.", e.quoted(name), inQuotes(those), n.moreOrFewer(0), e.would(), inQuotes(others))
		if e.modelled(name+".effect") != nil {
			text += " The chapter on communication compares the two groups as they are, so its figures may differ a little."
		}
		tell(c, reports.Finding{Text: text, Asked: answerers(n), Refs: []reports.Ref{n.ref(0)}}, true)
	}
}

// quoted is the wording of a question by its name, in quotes.
func (e *evidence) quoted(name string) string {
	for _, t := range e.tables {
		if t.Question == name && !t.Model {
			return inQuotes(wording(t))
		}
	}
	return inQuotes(name)
}

// certainty says how surely all drivers together tell who is willing.
func (e *evidence) certainty(c *reports.Chapter, t *crosstab.Table) {
	all := indicator{t, rowOf(t, "all"), ""}
	if !firm(all.total()) {
		return
	}
	known, sure := fmt.Sprintf("Knowing all %d things asked", len(t.Rows)-1), "one still cannot tell surely"
	if len(t.Rows) == 2 {
		known = "Knowing this one thing"
	}
	if all.total().Low > 0.9 {
		sure = "one can tell almost surely"
	}
	tell(c, reports.Finding{Text: fmt.Sprintf("%s about somebody, %s %s: from 0, a mere guess, to 100, certainty, that comes to %s. The rest is chance, slips in answering, and what nobody asked.", known, sure, e.telling(), all.hedged(0)),
		Asked: answerers(all), Refs: []reports.Ref{all.ref(0)}}, true)
}

// little is how much more or fewer is little to a reader, as a share.
const little = 0.05

// hardly says what makes no difference beyond chance, and whether it can make much.
func (e *evidence) hardly(c *reports.Chapter, importance, effects *crosstab.Table) {
	order, _ := weighed(importance)
	place := func(i int) int {
		name, _, _ := strings.Cut(effects.Rows[i].Code, "=")
		at := slices.IndexFunc(order, func(k int) bool { return importance.Rows[k].Code == name })
		if at < 0 {
			return len(order)
		}
		return at
	}
	rows := ranked(len(effects.Rows), func(i int) *crosstab.Cell { return effects.Cell(i, 0) })
	slices.Sort(rows)
	slices.SortStableFunc(rows, func(a, b int) int { return cmp.Compare(place(a), place(b)) })
	var level steps
	small := true
	for _, i := range rows {
		n, code := indicator{effects, i, ""}, effects.Rows[i].Code
		if e.randomized(code) || strings.HasPrefix(code, "segment.") || !n.total().HasCI || n.beyond(0) || len(level.said) == mostDrivers {
			continue
		}
		level.add(n, "")
		small = small && -little < n.total().Low && n.total().High < little
	}
	if level.said == nil {
		return
	}
	lead := "No difference beyond chance on average, with the other answers alike: "
	if small {
		lead = "What hardly matters on average, with the other answers alike: "
	}
	tell(c, reports.Finding{Text: lead + strings.Join(level.said, "; ") + ".", Asked: answerers(indicator{effects, 0, ""}), Refs: level.refs}, true)
}

// randomized tells whether a draw decided a driver.
func (e *evidence) randomized(code string) bool {
	name, _, _ := strings.Cut(code, "=")
	return slices.ContainsFunc(e.plan.study.Questions, func(q study.Question) bool { return q.Name == name && q.Randomized })
}

// meetings says where a driver counts for more in some groups than in others. lead begins
// the sentence that no test finds one.
func (e *evidence) meetings(c *reports.Chapter, t, byGroup *crosstab.Table, lead string) {
	tested := ranked(len(t.Rows), func(i int) *crosstab.Cell { return t.Cell(i, 0) })
	slices.Reverse(tested)
	found := false
	for _, i := range tested {
		p := indicator{t, i, ""}
		if p.total().Estimate >= strictChance || byGroup == nil {
			break
		}
		d, s, _ := strings.Cut(t.Rows[i].Code, ":")
		var rows []int
		for k, r := range byGroup.Rows {
			if strings.HasPrefix(r.Code, d+"@"+s+"=") && firm(byGroup.Cell(k, 0)) {
				rows = append(rows, k)
			}
		}
		if len(rows) < 2 {
			continue
		}
		slices.SortStableFunc(rows, func(a, b int) int {
			return cmp.Compare(byGroup.Cell(b, 0).Estimate, byGroup.Cell(a, 0).Estimate)
		})
		f := differing(t.Rows[i].Label, indicator{byGroup, rows[0], ""}, indicator{byGroup, rows[len(rows)-1], ""})
		f.Asked, f.Refs = answerers(p), append(f.Refs, p.ref(0))
		tell(c, f, true)
		found = true
	}
	if !found && len(tested) > 0 && t.Cell(tested[0], 0).Estimate >= strictChance {
		p := indicator{t, tested[0], ""}
		var names []string
		for _, r := range t.Rows {
			if name, _ := meeting(r.Label); !slices.Contains(names, inQuotes(name)) {
				names = append(names, inQuotes(name))
			}
		}
		said := either(names)
		if len(names) > 3 {
			said = "any of " + list(names, 3)
		}
		text := fmt.Sprintf("%so sign that %s counts for more in some groups than in others (%s)", lead, said, plural(len(tested), "comparison"))
		if p.total().Estimate < 2*strictChance {
			name, group := meeting(t.Rows[p.row].Label)
			text += fmt.Sprintf(". It comes nearest to one for %s by %s", inQuotes(name), lower(group))
		}
		tell(c, reports.Finding{Text: text + ".", Asked: answerers(p), Refs: []reports.Ref{p.ref(0)}}, true)
	}
}

// meeting splits the label of a test: the driver and the segment.
func meeting(label string) (driver, segment string) {
	at := strings.LastIndex(label, " by ")
	return label[:at], label[at+len(" by "):]
}

// differing says of a driver that counts differently in the groups of a segment which way
// it goes where it goes furthest up and down.
func differing(label string, hi, lo indicator) reports.Finding {
	group := func(n indicator) string {
		_, g, _ := strings.Cut(n.t.Rows[n.row].Code, "=")
		return g
	}
	way := func(n indicator) string {
		switch {
		case !n.beyond(1):
			return "with neither, beyond chance"
		case n.total().Estimate > 1:
			return "with more"
		}
		return "with fewer"
	}
	first, second := way(hi), way(lo)
	if first == second && first == "with more" {
		second = "with more as well, but less clearly"
	}
	if first == second && first == "with fewer" {
		first = "with fewer as well, but less clearly"
		hi, lo, first, second = lo, hi, second, first
	}
	name, segment := meeting(label)
	return reports.Finding{Text: fmt.Sprintf("Whether %s goes with more or fewer who are willing depends on %s: for %s it goes %s, for %s %s. So large a difference is hard to put down to chance.",
		inQuotes(name), lower(segment), group(hi), first, group(lo), second), Refs: []reports.Ref{hi.ref(0), lo.ref(0)}}
}

// forest draws the odds ratios, those of a segment together.
func (e *evidence) forest(c *reports.Chapter, t *crosstab.Table) {
	d := charts.Dots{Title: "What being willing to share goes with", Subtitle: e.subtitle(t), Note: e.note(t), Axis: "odds ratio: 1 = no difference, 2 = twice the odds", Ratio: true, KeepOrder: true,
		Reference: &crosstab.Cell{Status: crosstab.OK, Estimate: 1}, ReferenceLabel: "No difference"}
	for i, r := range t.Rows {
		group, label, ok := strings.Cut(r.Label, ": ")
		if !strings.HasPrefix(r.Code, "segment.") || !ok {
			group, label = "", r.Label
		}
		d.Rows = append(d.Rows, charts.Dot{Label: label, Group: group, Base: or(t.Cell(i, 0).Count, t.Columns[0].Base.Unweighted), Cell: *t.Cell(i, 0)})
	}
	if len(d.Rows) > 0 {
		e.draw(c, "drivers-odds", d.Title, "Each with all the others held alike. Lines are 95% intervals; one that crosses 1 could be chance. Odds are not shares: twice the odds is not twice as many. What goes with willingness need not cause it.", t.ID, d)
	}
}

// importanceFigure draws whose part of what is explained is how large.
func (e *evidence) importanceFigure(c *reports.Chapter, t *crosstab.Table) {
	d := charts.Dots{Title: "How much each counts in telling who is willing", Subtitle: e.subtitle(t), Note: e.note(t), Percent: true, Axis: "share of what all explain together"}
	for i, r := range t.Rows {
		if r.Code != "all" {
			d.Rows = append(d.Rows, charts.Dot{Label: r.Label, Base: t.Columns[0].Base.Unweighted, Cell: *t.Cell(i, 0)})
		}
	}
	e.draw(c, "drivers-importance", d.Title, "Lines are 95% intervals.", t.ID, d)
}

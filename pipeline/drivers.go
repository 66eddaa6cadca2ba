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
	whatIf := named(".whatif")
	if effects != nil {
		e.drawn(c, effects, whatIf)
	}
	e.certainty(c, importance)
	if effects != nil {
		e.hardly(c, importance, effects)
	}
	if meetings != nil {
		e.meetings(c, meetings, byGroup, "")
	}
	if odds != nil {
		e.whatIf(c, whatIf)
	} else {
		c.WhatIf = &reports.WhatIf{Missing: "There is no what-if: every driver tells some or all of the willing from the others without exception, and no model can hold one that does."}
	}
	e.importanceFigure(c, importance)
	if effects != nil {
		e.effectsFigure(c, effects)
	}
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
// and those of them that stand out: that surely count for more than each would if all
// counted alike.
func weighed(t *crosstab.Table) (order, out []int) {
	order = ranked(len(t.Rows), func(i int) *crosstab.Cell { return t.Cell(i, 0) })
	order = slices.DeleteFunc(order, func(i int) bool { return t.Rows[i].Code == "all" })
	even := evenly(t)
	for _, i := range order {
		if x := t.Cell(i, 0); x.HasCI && x.Low > even {
			out = append(out, i)
		}
	}
	return order, out
}

// evenly is what each driver would count for if all counted alike; 0 of one alone.
func evenly(t *crosstab.Table) float64 {
	n := len(t.Rows) - 1 // the last row is of all
	if n < 2 {
		return 0
	}
	return 1 / float64(n)
}

// alikeElse is whom the points of a driver compare.
const alikeElse = "among people alike in all else asked"

// story says what stands out in telling the willing from the others; what steps of these
// go with; and what else goes with willingness.
func (e *evidence) story(c *reports.Chapter, importance, effects *crosstab.Table) {
	order, out := weighed(importance)
	if len(order) == 0 {
		return
	}
	e.standingOut(c, importance, effects, order, out)
	if effects == nil {
		return
	}
	var first, more steps
	for _, i := range order {
		code := importance.Rows[i].Code
		n, _ := clearest(effects, code)
		of := &more
		if slices.Contains(out, i) {
			of = &first
		}
		if n.row >= 0 && !e.randomized(code) && len(of.said) < mostDrivers {
			of.add(n, " "+e.would())
		}
	}
	unsaid := -len(first.said) - len(more.said)
	for i, r := range effects.Rows {
		if (indicator{effects, i, ""}).beyond(0) && !e.randomized(r.Code) {
			unsaid++
		}
	}
	under := answerers(indicator{effects, 0, ""})
	cause := " That things go together does not prove that one causes the other."
	rest := ""
	if unsaid > 0 {
		rest = fmt.Sprintf("; and %d more, which the chart of points shows", unsaid)
	}
	if first.said != nil {
		end := "."
		if more.said == nil {
			end, rest = rest+".", ""
		}
		text := "A" + alikeElse[1:] + ": " + strings.Join(first.said, "; ") + end
		if !slices.IsSortedFunc(first.sizes, func(a, b float64) int { return cmp.Compare(b, a) }) {
			text += " These steps are not equally large, so the points do not rank them."
		}
		tell(c, reports.Finding{Text: text + cause, Asked: under, Refs: first.refs}, true)
	}
	if more.said != nil {
		lead := "Beyond chance as well: "
		if first.said == nil {
			lead = "Beyond chance, " + alikeElse + ": "
		} else {
			cause = ""
		}
		tell(c, reports.Finding{Text: lead + strings.Join(more.said, "; ") + rest + "." + cause, Asked: under, Refs: more.refs}, true)
	}
}

// standingOut names what stands out, the weightiest first, and says whether the first is
// sure to count most. What tells much alone and nothing beside the others is not among it.
func (e *evidence) standingOut(c *reports.Chapter, t, effects *crosstab.Table, order, out []int) {
	var names, hollow, exact []string
	var sides []*crosstab.Cell // of those named
	refs := []reports.Ref{{Table: t.ID, Row: order[0]}}
	if len(out) > 0 {
		refs = nil
	}
	for _, i := range out {
		refs = append(refs, reports.Ref{Table: t.ID, Row: i})
		name := inQuotes(t.Rows[i].Label)
		n, known := clearest(effects, t.Rows[i].Code)
		if known && n.row < 0 {
			hollow = append(hollow, name)
			continue
		}
		if !known {
			exact = append(exact, name)
		}
		names, sides = append(names, name), append(sides, t.Cell(i, 0))
	}
	stand := "stand"
	if len(names) < 2 {
		stand = "stands"
	}
	text := fmt.Sprintf("%s of the %d things asked clearly %s out in telling %s", countWord(len(names)), len(t.Rows)-1, stand, e.telling())
	switch {
	case names != nil && len(t.Rows) == 2:
		text = and(names) + " helps to tell " + e.telling()
	case names != nil:
		text += ": " + and(names)
	case len(t.Rows) == 2:
		text = inQuotes(t.Rows[order[0]].Label) + " is not seen to help in telling " + e.telling()
	}
	text += "." + sureFirst(t, order, sides)
	if exact != nil {
		text += fmt.Sprintf(" The answers to %s tell some or all of the willing from the others without exception.", and(exact))
	}
	if hollow != nil {
		text += fmt.Sprintf(" Much as %s may tell alone, nothing beyond chance is left of that %s.", and(hollow), alikeElse)
	}
	tell(c, reports.Finding{Text: text, Asked: e.askedWilling(indicator{t, 0, ""}), Refs: refs}, true)
}

// sureFirst says whether the first of those that stand out, of which these are the cells,
// is sure to count most.
func sureFirst(t *crosstab.Table, order []int, sides []*crosstab.Cell) string {
	level := 0
	for _, x := range sides {
		if x.High >= sides[0].Low {
			level++
		}
	}
	rivals := 0
	for _, i := range order {
		if len(sides) > 0 && t.Cell(i, 0).High >= sides[0].Low {
			rivals++
		}
	}
	switch {
	case len(sides) < 2 || level == 1 && rivals > 1:
		return ""
	case level == 1:
		return " The first counts most."
	case level < len(sides):
		return fmt.Sprintf(" Which of the first %s counts most is too close to call.", strings.ToLower(countWord(level)))
	case level == 2:
		return " Which of the two counts most is too close to call."
	}
	return " Which of these counts most is too close to call."
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

// step says what a step of a driver goes with: "with one answer higher on “Trust”, 8 points
// more (6 to 10)".
func (n indicator) step() string {
	return n.taken() + ", " + n.moreOrFewer(0)
}

// taken says which step a row is of.
func (n indicator) taken() string {
	r := n.t.Rows[n.row]
	name, move := moved(r.Label)
	name = inQuotes(name)
	if group, ok := strings.CutSuffix(move, " for everybody"); ok {
		return fmt.Sprintf("with %s for everybody (%s)", inQuotes(group), name)
	}
	those, others, groups := strings.Cut(move, " rather than ")
	switch {
	case groups && strings.HasPrefix(r.Code, "segment."):
		return fmt.Sprintf("for %s rather than %s (%s)", those, others, name)
	case groups:
		return fmt.Sprintf("with the answer %s rather than %s to %s", inQuotes(those), inQuotes(others), name)
	case strings.HasPrefix(move, "one answer "):
		return fmt.Sprintf("with %s on %s", move, name)
	case strings.HasPrefix(move, "one "):
		return fmt.Sprintf("with %s at %s", move, name)
	}
	return fmt.Sprintf("with %s of %s", move, name)
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

// drawn says of what a draw decided that it is a cause, and how much more there would be
// if everybody had drawn it.
func (e *evidence) drawn(c *reports.Chapter, t, whatIf *crosstab.Table) {
	for i, r := range t.Rows {
		n := indicator{t, i, ""}
		if !e.randomized(r.Code) || !n.beyond(0) {
			continue
		}
		name, _, _ := strings.Cut(r.Code, "=")
		label, groups := moved(r.Label)
		those, others, _ := strings.Cut(groups, " rather than ")
		text := fmt.Sprintf("One thing is a cause, as a random draw decided it (%s): of those %s, %s %s than of those %s.", inQuotes(label), inQuotes(those), n.moreOrFewer(0), e.would(), inQuotes(others))
		refs := []reports.Ref{n.ref(0)}
		if all := everybody(whatIf, name, those); all.row >= 0 && firm(all.total()) && all.total().HasCI {
			text += fmt.Sprintf(" With %s for everybody it would be %s in all, since for some it is so already.", inQuotes(those), all.moreOrFewer(0))
			refs = append(refs, all.ref(0))
		}
		if e.modelled(name+".effect") != nil {
			text += " The chapter on communication compares the two groups as they are, so its figures may differ a little."
		}
		tell(c, reports.Finding{Text: text, Asked: answerers(n), Refs: refs}, true)
	}
}

// everybody is the row of a what-if in which everybody is put in one group of a driver.
func everybody(t *crosstab.Table, driver, group string) indicator {
	if t == nil {
		return indicator{t, -1, ""}
	}
	return indicator{t, slices.IndexFunc(t.Rows, func(r crosstab.Row) bool {
		return len(r.Codes) == 1 && analysis.LeverOf(r.Codes[0]) == driver && strings.HasSuffix(r.Label, ": "+group+" for everybody")
	}), ""}
}

// certainty says how surely all drivers together tell who is willing.
func (e *evidence) certainty(c *reports.Chapter, t *crosstab.Table) {
	all := indicator{t, rowOf(t, "all"), ""}
	if !firm(all.total()) {
		return
	}
	who, rest := fmt.Sprintf("All %d things asked together explain", len(t.Rows)-1), " The rest is chance, slips in answering, and what nobody asked."
	if len(t.Rows) == 2 {
		who = "This one thing explains"
	}
	if all.figure(0) == "100%" {
		rest = ""
	}
	tell(c, reports.Finding{Text: fmt.Sprintf("%s %s of the differences between people in %s.", who, all.hedged(0), e.telling()) + rest,
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
	lead := "No difference beyond chance, " + alikeElse + ": "
	if small {
		lead = "What hardly matters, " + alikeElse + ": "
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
		said := and(names)
		if len(names) > 3 {
			said = list(names, 3)
		}
		text := "these count alike in all groups, as far as can be told: " + said
		if len(names) == 1 {
			text = names[0] + " counts alike in all groups, as far as can be told"
		}
		if lead == "" {
			text = strings.Replace(text, "these", "These", 1)
		}
		under := fmt.Sprintf("%s, none beyond chance.", plural(len(tested), "comparison"))
		tell(c, reports.Finding{Text: lead + text + ".", Asked: strings.TrimSpace(under + " " + answerers(p)), Refs: []reports.Ref{p.ref(0)}}, true)
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

// effectsFigure draws the points: of drivers with steps the most first, then groups by what
// they are groups of.
func (e *evidence) effectsFigure(c *reports.Chapter, t *crosstab.Table) {
	d := charts.Dots{Title: "What being willing to share goes with, in points", Subtitle: e.subtitle(t), Note: e.note(t), Axis: e.moreWilling(), Unit: "points", Whole: true, NoBases: true, KeepOrder: true,
		Reference: &crosstab.Cell{Status: crosstab.OK}, ReferenceLabel: "No difference"}
	var groups []charts.Dot
	for i, r := range t.Rows {
		x := charts.Dot{Label: r.Label, Cell: inPoints(*t.Cell(i, 0))}
		if name, move := moved(r.Label); strings.Contains(move, " rather than ") {
			x.Group, x.Label = name, move
			groups = append(groups, x)
			continue
		}
		d.Rows = append(d.Rows, x)
	}
	slices.SortStableFunc(d.Rows, func(a, b charts.Dot) int { return cmp.Compare(b.Cell.Estimate, a.Cell.Estimate) })
	d.Rows = append(d.Rows, groups...)
	e.draw(c, "drivers-points", d.Title, "People alike in all else asked are compared. Lines are 95% intervals; a line that crosses “No difference” could be chance.", t.ID, d)
}

// importanceFigure draws whose part of what is told is how large, the largest first.
func (e *evidence) importanceFigure(c *reports.Chapter, t *crosstab.Table) {
	order, _ := weighed(t)
	d := charts.Dots{Title: "How much each counts in telling " + e.telling(), Subtitle: e.subtitle(t), Note: e.note(t), Percent: true, Axis: "part of all that these tell together"}
	for i, r := range t.Rows { // what is not shown stands last
		if r.Code != "all" && !slices.Contains(order, i) {
			order = append(order, i)
		}
	}
	for _, i := range order {
		d.Rows = append(d.Rows, charts.Dot{Label: t.Rows[i].Label, Base: t.Columns[0].Base.Unweighted, Cell: *t.Cell(i, 0)})
	}
	caption := "The parts add up to 100%. Lines are 95% intervals."
	if even := evenly(t); even > 0 {
		d.Reference, d.ReferenceLabel = &crosstab.Cell{Status: crosstab.OK, Estimate: even}, "If all counted alike"
		caption += " What stands out has its whole line right of the dashed one."
	}
	e.draw(c, "drivers-importance", d.Title, caption, t.ID, d)
}

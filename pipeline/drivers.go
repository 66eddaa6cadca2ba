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
	if importance == nil && e.ratedDrivers(c, nil, false) {
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
		e.drawn(c, effects)
	}
	e.certainty(c, importance)
	if effects != nil {
		e.hardly(c, importance, effects, meetings)
	}
	level := false
	if meetings != nil {
		var f reports.Finding
		f, level = e.meetings(c, meetings, byGroup, "")
		tell(c, f, level)
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
	e.ratedDrivers(c, e.stoodOut(importance, effects), level)
}

// noDrivers says why there is no model of willingness.
func (e *evidence) noDrivers() string {
	for _, d := range e.doubts {
		if d.Analysis == analysis.Drivers {
			return "No model tells what willingness to share goes with: " + d.Why + "."
		}
	}
	if tables, _ := e.willingness(); tables == nil {
		if len(e.measure("sharing")) > 0 {
			return "This survey asked about sharing, but none of the answers counts as being willing to share, so it does not tell what goes with that."
		}
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

// story says what stands out in telling the willing from the others, and which way each
// of these goes; what steps of them go with; and what else goes with willingness.
func (e *evidence) story(c *reports.Chapter, importance, effects *crosstab.Table) {
	order, out := weighed(importance)
	if len(order) == 0 {
		return
	}
	e.standingOut(c, importance, effects, order, out)
	if effects == nil {
		return
	}
	var first, more []indicator
	for _, i := range order {
		code := importance.Rows[i].Code
		n, _ := clearest(effects, code)
		of := &more
		if slices.Contains(out, i) {
			of = &first
		}
		if n.row >= 0 && !e.randomized(code) && len(*of) < mostDrivers {
			*of = append(*of, n)
		}
	}
	unsaid := -len(first) - len(more)
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
	if first != nil {
		end := "."
		if more == nil {
			end, rest = rest+".", ""
		}
		f := e.steps("A"+alikeElse[1:]+": ", first, " "+e.would())
		f.Text += end + cause
		if f.Asked = e.aboutSteps(first); f.Asked == "" {
			f.Asked = under
		}
		tell(c, f, true)
	}
	if more != nil {
		lead := "Beyond chance as well: "
		if first == nil {
			lead = "Beyond chance, " + alikeElse + ": "
		} else {
			cause = ""
		}
		f := e.steps(lead, more, " "+e.would())
		f.Text, f.Asked = f.Text+rest+"."+cause, under
		tell(c, f, true)
	}
}

// steps says what steps of some drivers go with; the first says what the points are of,
// and one alone which answers a step may be from and to.
func (e *evidence) steps(lead string, list []indicator, would string) reports.Finding {
	var said []string
	var refs []reports.Ref
	for _, n := range list {
		example := ""
		if t := e.scaleOf(n); t != nil && len(list) == 1 {
			example = e.stepUp(t)
		}
		said, refs = append(said, n.taken()+example+", "+n.moreOrFewer(0)+would), append(refs, n.ref(0))
		would = ""
	}
	return reports.Finding{Text: lead + strings.Join(said, "; "), Refs: refs}
}

// scaleOf is a table of the scale that a row is a step of, nil where it is of none.
func (e *evidence) scaleOf(n indicator) *crosstab.Table {
	if _, move := moved(n.t.Rows[n.row].Label); move != analysis.AnswerHigher {
		return nil
	}
	at := slices.IndexFunc(e.tables, func(t *crosstab.Table) bool { return !t.Model && t.Question == n.t.Rows[n.row].Code })
	if at < 0 {
		return nil
	}
	return e.tables[at]
}

// aboutSteps says under the steps of some drivers, the weightiest first, what a reader may
// take them for who compares them.
func (e *evidence) aboutSteps(list []indicator) string {
	var said []string
	if name, _ := moved(list[0].t.Rows[list[0].row].Label); len(list) == 1 {
		if t := e.scaleOf(list[0]); t != nil && inQuotes(wording(t)) != inQuotes(name) {
			said = append(said, fmt.Sprintf("%s: %s", inQuotes(name), stopped(cite(wording(t), longestAsked))))
		}
	}
	if !slices.IsSortedFunc(list, func(a, b indicator) int {
		return cmp.Compare(math.Abs(b.total().Estimate), math.Abs(a.total().Estimate))
	}) {
		said = append(said, "The points do not say which tells most: a step is not equally large on each.")
	}
	if slices.ContainsFunc(list, func(n indicator) bool {
		t := e.scaleOf(n)
		return t != nil && (t.Loop || t.Item != "")
	}) {
		said = append(said, "Where something was asked in several parts, an answer higher on average is meant.")
	}
	return strings.Join(said, " ")
}

// standingOut names what stands out, the weightiest first, says which way each goes, and
// whether the first is sure to tell most. What tells much alone and nothing beside the
// others is not among it.
func (e *evidence) standingOut(c *reports.Chapter, t, effects *crosstab.Table, order, out []int) {
	var names, hollow, exact []string
	var sides []*crosstab.Cell // of those named
	var moves []indicator
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
		} else if !strings.Contains(n.t.Rows[n.row].Code, "=") {
			moves = append(moves, n)
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
	text += "." + e.ways(moves, len(names)) + sureFirst(t, order, sides)
	if exact != nil {
		text += fmt.Sprintf(" The answers to %s tell some or all of the willing from the others without exception.", and(exact))
	}
	if hollow != nil && names != nil {
		text += fmt.Sprintf(" By itself, %s may tell as much; %s, no clear difference is left.", and(hollow), alikeElse)
	}
	for _, n := range moves {
		refs = append(refs, n.ref(0))
	}
	tell(c, reports.Finding{Text: text, Asked: e.askedWilling(indicator{t, 0, ""}), Refs: refs}, true)
}

// ways says which way willingness goes with steps of some of the drivers that are named:
// " All else alike, the higher people answer on each, the more are willing to share."
func (e *evidence) ways(moves []indicator, named int) string {
	const ticked = "the more they tick"
	var said []string
	for _, up := range []bool{true, false} {
		var names, by []string
		for _, n := range moves {
			if n.total().Estimate > 0 != up {
				continue
			}
			name, move := moved(n.t.Rows[n.row].Label)
			names = append(names, inQuotes(name))
			how := "the higher the number"
			switch {
			case move == analysis.AnswerHigher:
				how = "the higher they answer"
			case strings.HasPrefix(move, oneBox):
				how = ticked
			}
			if !slices.Contains(by, how) {
				by = append(by, how)
			}
		}
		what, on := and(names), "on"
		switch {
		case names == nil:
			continue
		case len(names) == named && named == 1:
			what = "it"
		case len(names) == named:
			what = "each"
		}
		if len(by) == 1 && by[0] == ticked {
			on = "in"
		}
		said = append(said, fmt.Sprintf("%s %s %s, %s", strings.Replace(either(by), "they", "people", 1), on, what, e.theMore(up)))
	}
	if said == nil {
		return ""
	}
	return " All else alike, " + strings.Join(said, "; ") + "."
}

// sureFirst says whether the first of those that stand out, of which these are the cells,
// is sure to tell most.
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
		return " The first tells most."
	case level < len(sides):
		return fmt.Sprintf(" Which of the first %s tells most is too close to call.", strings.ToLower(countWord(level)))
	case level == 2:
		return " Which of the two tells most is too close to call."
	}
	return " Which of these tells most is too close to call."
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
	}
	for _, box := range []string{oneBox, "one fewer of the "} {
		if all, ok := strings.CutPrefix(move, box); ok {
			return fmt.Sprintf("with %sticked of the %s in %s", strings.TrimSuffix(box, "of the "), all, name)
		}
	}
	return fmt.Sprintf("with %s of %s", move, name)
}

// oneBox is how a step of a tick-all question begins, before the number of its boxes.
const oneBox = "one more of the "

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
		label, groups := moved(r.Label)
		those, others, _ := strings.Cut(groups, " rather than ")
		f := reports.Finding{Asked: answerers(n), Refs: []reports.Ref{n.ref(0)},
			Text: fmt.Sprintf("One thing is a cause, as a random draw decided it (%s): of those %s, %s %s than of those %s.", inQuotes(label), inQuotes(those), n.moreOrFewer(0), e.would(), inQuotes(others))}
		if e.modelled(name+".effect") != nil {
			f.Asked = "The chapter on communication compares the two groups as they are, so its figures may differ a little."
		}
		tell(c, f, true)
	}
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

// mostLevel is how many drivers are named that make no difference beyond chance, or of which
// no test finds that they count for more in some groups.
const mostLevel = 3

// little is how much more or fewer is little to a reader, as a share.
const little = 0.05

// varying tells whether a test finds that a driver counts for more in some groups than in
// others: it may matter there though not on average.
func varying(meetings *crosstab.Table, code string) bool {
	driver, _, _ := strings.Cut(code, "=")
	return meetings != nil && slices.ContainsFunc(ranked(len(meetings.Rows), func(i int) *crosstab.Cell { return meetings.Cell(i, 0) }), func(i int) bool {
		name, _, _ := strings.Cut(meetings.Rows[i].Code, ":")
		return name == driver && meetings.Cell(i, 0).Estimate < strictChance
	})
}

// hardly says what makes no difference beyond chance, and whether it can make much.
func (e *evidence) hardly(c *reports.Chapter, importance, effects, meetings *crosstab.Table) {
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
	var small, level []indicator
	most := 0
	for _, i := range rows {
		n, code := indicator{effects, i, ""}, effects.Rows[i].Code
		if e.randomized(code) || strings.HasPrefix(code, "segment.") || !n.total().HasCI || n.beyond(0) || varying(meetings, code) {
			continue
		}
		level = append(level, n)
		if far := max(-n.total().Low, n.total().High); far < little && len(small) < mostDrivers {
			small, most = append(small, n), max(most, wholePoints(100*far))
		}
	}
	switch {
	case small != nil:
		tell(c, hardlyMatter(small, most), true)
	case level != nil:
		f := e.steps("No difference beyond chance, "+alikeElse+": ", level[:min(mostLevel, len(level))], "")
		f.Text, f.Asked = f.Text+".", answerers(indicator{effects, 0, ""})
		tell(c, f, true)
	}
}

// hardlyMatter names drivers that make no difference, up to which chance could hide one, in
// points; the figures of each stand under it.
func hardlyMatter(list []indicator, most int) reports.Finding {
	var names, each []string
	var refs []reports.Ref
	for _, n := range list {
		name, _ := moved(n.t.Rows[n.row].Label)
		names, each, refs = append(names, inQuotes(name)), append(each, n.step()), append(refs, n.ref(0))
	}
	verb, of := "matter", "any of them"
	if len(list) == 1 {
		verb, of = "matters", "it"
	}
	return reports.Finding{Text: fmt.Sprintf("%s hardly %s, %s: no difference is seen, and if there is one, a step on %s goes with no more than %s, up or down.", and(names), verb, alikeElse, of, pointsOf(most)),
		Asked: "W" + strings.Join(each, "; ")[1:] + ".", Refs: refs}
}

// randomized tells whether a draw decided a driver.
func (e *evidence) randomized(code string) bool {
	name, _, _ := strings.Cut(code, "=")
	return slices.ContainsFunc(e.plan.study.Questions, func(q study.Question) bool { return q.Name == name && q.Randomized })
}

// meetings says where a driver counts for more in some groups than in others; lead begins
// each sentence. Where no test finds one it hands back what says so.
func (e *evidence) meetings(c *reports.Chapter, t, byGroup *crosstab.Table, lead string) (level reports.Finding, ok bool) {
	tested := ranked(len(t.Rows), func(i int) *crosstab.Cell { return t.Cell(i, 0) })
	slices.Reverse(tested)
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
		f := e.differing(t.Rows[i], indicator{byGroup, rows[0], ""}, indicator{byGroup, rows[len(rows)-1], ""})
		if lead != "" {
			f.Text = lead + lower(f.Text)
		}
		f.Asked, f.Refs = answerers(p), append(f.Refs, p.ref(0))
		tell(c, f, true)
	}
	if len(tested) == 0 || t.Cell(tested[0], 0).Estimate < strictChance {
		return level, false
	}
	p := indicator{t, tested[0], ""}
	var names, by []string
	for _, r := range t.Rows {
		name, segment := e.meeting(r)
		if name = inQuotes(name); !slices.Contains(names, name) {
			names = append(names, name)
		}
		if segment = lower(segment); !slices.Contains(by, segment) {
			by = append(by, segment)
		}
	}
	what, under := either(names), fmt.Sprintf("%s, none beyond chance.", plural(len(tested), "comparison"))
	if len(names) > mostLevel {
		what, under = fmt.Sprintf("any of the %s things tested", strings.ToLower(countWord(len(names)))), fmt.Sprintf("Tested: %s. %s", and(names), under)
	}
	text := fmt.Sprintf("there is no sign that %s counts for more in one group than in another, by %s.", what, either(by))
	if lead == "" {
		text = "T" + text[1:]
	}
	return reports.Finding{Text: lead + text, Asked: strings.TrimSpace(under + " " + answerers(p)), Refs: []reports.Ref{p.ref(0)}, Minor: true}, true
}

// meeting splits a test into the driver and what the groups are of.
func (e *evidence) meeting(r crosstab.Row) (driver, segment string) {
	at := strings.LastIndex(r.Label, " by ")
	_, name, _ := strings.Cut(r.Code, ":segment.")
	for _, s := range e.plan.segments {
		if s.name == name && strings.HasSuffix(r.Label, " by "+s.label) { // a label may have a " by " of its own
			at = len(r.Label) - len(" by "+s.label)
		}
	}
	return r.Label[:at], r.Label[at+len(" by "):]
}

// differing says of a driver that counts differently in the groups of a segment which way
// it goes where it goes furthest up and down.
func (e *evidence) differing(r crosstab.Row, hi, lo indicator) reports.Finding {
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
	name, segment := e.meeting(r)
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
		caption += " What stands out has its whole line right of the dashed one, and goes with a difference among people alike in all else."
	}
	e.draw(c, "drivers-importance", d.Title, caption, t.ID, d)
}

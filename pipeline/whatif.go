package pipeline

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"tradeoff/pipeline/analysis"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// What-if: the table of package analysis, as levers that a reader sets.

// whatIf adds it to the chapter, with the sentence on what moves most.
func (e *evidence) whatIf(c *reports.Chapter, t *crosstab.Table) {
	if t == nil {
		c.WhatIf = &reports.WhatIf{Missing: "There is no what-if: none of the drivers of the model is something that could move: trust, control, the benefits people want, what they understand or were told, worry."}
		return
	}
	who, _, _ := strings.Cut(t.Rows[0].Label, ", ")
	w := &reports.WhatIf{Table: t.ID, Share: willing(who),
		Caveat: []string{"Move one or two of these for everybody who can still move, with all else as it is: a model of people's answers says what would be. What goes with willingness need not cause it: if something moved, willingness need not follow."},
		Notes:  []string{"One answer higher or lower is meant on the scale that was asked; whoever stands at its end stays there. “Now” counts those who answered every question that this takes, so it may differ a little from the figure of all. The range in brackets is that of the change."}}
	var drawn, whole []string
	for _, l := range e.levers(t) {
		w.Levers = append(w.Levers, l.Lever)
		if slices.ContainsFunc(l.codes, func(code string) bool { return strings.Contains(code, "=") }) {
			whole = append(whole, inQuotes(l.Label))
		}
		if e.randomized(l.name + "=") {
			drawn = append(drawn, inQuotes(l.Label))
		}
	}
	if len(whole) > 0 {
		w.Notes = append(w.Notes, and(whole)+" is set for everybody; some are there already, so the change is smaller than the difference between groups above.")
	}
	if len(drawn) > 0 {
		w.Caveat[0] += " Only " + and(drawn) + " was decided by a draw: that part of a change is caused by it."
	}
	var all bool
	if w.Groups, all = e.askedGroups(t); !all {
		w.Notes = append(w.Notes, "Groups that are not offered have too few people, or are hidden to protect them.")
	}
	if len(w.Groups) > 0 {
		c.WhatIf = w
	}
	e.strongest(c, t)
}

// A setLever is a lever with the codes of its settings, "" as people answered.
type setLever struct {
	reports.Lever
	name  string
	codes []string
}

// levers are those of the rows in which one thing moves: less, as it is, more.
func (e *evidence) levers(t *crosstab.Table) []setLever {
	var out []setLever
	for _, r := range t.Rows {
		if len(r.Codes) != 1 {
			continue
		}
		name := analysis.LeverOf(r.Codes[0])
		label, setting, _ := strings.Cut(r.Label, ": ")
		if len(out) == 0 || out[len(out)-1].name != name {
			out = append(out, setLever{name: name, Lever: reports.Lever{Label: label}})
		}
		l := &out[len(out)-1]
		l.codes, l.Settings = append(l.codes, r.Codes[0]), append(l.Settings, setting)
	}
	for k := range out {
		l := &out[k]
		if strings.HasSuffix(l.codes[0], "-") {
			l.Now = 1
		}
		l.codes = slices.Insert(l.codes, l.Now, "")
		l.Settings = slices.Insert(l.Settings, l.Now, "as it is")
	}
	return out
}

// key is the settings of all levers in a row of the table, a digit each.
func key(levers []setLever, codes []string) string {
	var s strings.Builder
	for _, l := range levers {
		at := l.Now
		for k, code := range l.codes {
			if code != "" && slices.Contains(codes, code) {
				at = k
			}
		}
		fmt.Fprint(&s, at)
	}
	return s.String()
}

// askedGroups are the columns whose share is shown, with all answers that there are, and
// whether these are all in which people answered. The wave that all tables speak of is
// Total.
func (e *evidence) askedGroups(t *crosstab.Table) (out []reports.AskedGroup, all bool) {
	levers, banner := e.levers(t), map[int]string{}
	for _, g := range t.Groups {
		for j := g.First; j < g.First+g.N; j++ {
			banner[j] = g.Label
		}
	}
	all = true
	for j, c := range t.Columns {
		if c.Status == crosstab.NotAsked || latest(e.plan) && c.Group == e.plan.waves.name {
			continue
		}
		g := reports.AskedGroup{Banner: banner[j], Label: c.Label, Answers: e.asked(t, j, levers)}
		if len(g.Answers) == 0 {
			all = false
			continue
		}
		now := indicator{t, 0, ""}
		g.Now = position(now.hedged(j), now.cell(j).Estimate, now.cell(j).Low, now.cell(j).High)
		if c.Status == crosstab.LowBase {
			g.Now.Said += fmt.Sprintf(", on a base of fewer than %d people: read with care,", or(e.plan.study.Tests.Low, lowBase))
		}
		out = append(out, g)
	}
	return out, all
}

// asked are the answers of a column by the settings of the levers, none where its share
// is hidden.
func (e *evidence) asked(t *crosstab.Table, j int, levers []setLever) map[string]reports.Position {
	out := map[string]reports.Position{}
	if !reports.HasNumber(reports.Shown(t, 0, j)) {
		return out
	}
	now := t.Cell(0, j).Estimate
	for i, r := range t.Rows[1:] {
		n := indicator{t, i + 1, ""}
		if x := n.cell(j); reports.HasNumber(reports.Shown(t, n.row, j)) && x.HasCI {
			said := fmt.Sprintf("about %s: %s", percent(clamp(now+x.Estimate)), n.moreOrFewer(j))
			out[key(levers, r.Codes)] = position(said, now+x.Estimate, now+x.Low, now+x.High)
		}
	}
	return out
}

// position is a share, and an interval around it, in whole percent.
func position(said string, share, low, high float64) reports.Position {
	whole := func(x float64) int { return int(math.Floor(100*clamp(x) + 0.5)) }
	return reports.Position{Said: said, Share: whole(share), Low: whole(low), High: whole(high)}
}

// clamp keeps a share inside 0 to 1.
func clamp(x float64) float64 { return max(0, min(1, x)) }

// strongest says which single thing moves willingness most upwards, and what those that
// do so beyond chance do together.
func (e *evidence) strongest(c *reports.Chapter, t *crosstab.Table) {
	var up []indicator
	for i, r := range t.Rows {
		n := indicator{t, i, ""}
		if x := n.total(); len(r.Codes) == 1 && firm(x) && x.HasCI && x.Low > 0 {
			up = append(up, n)
		}
	}
	now := indicator{t, 0, ""}
	if len(up) == 0 || !firm(now.total()) {
		return
	}
	slices.SortStableFunc(up, func(a, b indicator) int { return cmp.Compare(b.total().Estimate, a.total().Estimate) })
	first := up[0]
	who, _, _ := strings.Cut(t.Rows[0].Label, ", ")
	moves, refs := []string{first.step()}, []reports.Ref{now.ref(0), first.ref(0)}
	for _, n := range up[1:] {
		if n.total().High >= first.total().Low {
			moves, refs = append(moves, n.step()), append(refs, n.ref(0))
		}
	}
	text := fmt.Sprintf("Now %s %s. Of what a company could work on, ", now.figure(0), willing(who))
	switch {
	case len(moves) > 1:
		text += fmt.Sprintf("these go with the largest rise: %s. Which of them goes with most may be chance.", strings.Join(moves, "; "))
	case len(up) > 1:
		text += fmt.Sprintf("this goes with the largest rise: %s.", moves[0])
	default:
		text += fmt.Sprintf("one thing goes with a rise beyond chance: %s.", moves[0])
	}
	if second, both, ok := together(t, up); ok {
		with := "Together " + second.taken()
		if len(moves) > 1 { // it is named
			with = "Both together"
		}
		text += fmt.Sprintf(" %s: %s.", with, both.moreOrFewer(0))
		refs = append(refs, both.ref(0))
	}
	tell(c, reports.Finding{Text: text, Asked: answerers(now), Refs: refs}, true)
}

// together is the row in which the first of some shifts and the first of another lever
// move at once, and that shift; false where the table does not offer it, or where more than
// these two levers count.
func together(t *crosstab.Table, up []indicator) (second, both indicator, ok bool) {
	var shifts []indicator
	var codes, levers []string
	for _, n := range up {
		code := t.Rows[n.row].Codes[0]
		if lever := analysis.LeverOf(code); !slices.Contains(levers, lever) { // the one that moves more stands first
			shifts, codes, levers = append(shifts, n), append(codes, code), append(levers, lever)
		}
	}
	slices.Sort(codes)
	i := slices.IndexFunc(t.Rows, func(r crosstab.Row) bool { return slices.Equal(slices.Sorted(slices.Values(r.Codes)), codes) })
	if i < 0 || len(shifts) != 2 {
		return second, both, false
	}
	both = indicator{t, i, ""}
	return shifts[1], both, firm(both.total()) && both.total().HasCI
}

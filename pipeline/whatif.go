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
		c.WhatIf = &reports.WhatIf{Missing: "There is no what-if: none of the drivers of the model is a question on trust, benefits, communication (what people understand, or were told) or concern. Add measures: to the questions that ask about one, and it fills itself."}
		return
	}
	who, _, _ := strings.Cut(t.Rows[0].Label, ", ")
	w := &reports.WhatIf{Table: t.ID, Share: willing(who), Caveat: []string{
		"Shares are moved by what the model of the drivers says of each person of a group, moved and as she answered; everything else stays as it is. Intervals are those of the change.",
		"What goes with willingness need not cause it: that people who trust more are willing does not say that they would be if they came to trust.",
	}}
	var drawn []string
	for _, l := range e.levers(t) {
		w.Levers = append(w.Levers, l.Lever)
		if e.randomized(l.name + "=") {
			drawn = append(drawn, "“"+l.Label+"”")
		}
	}
	if len(drawn) > 0 {
		w.Caveat = append(w.Caveat, "Only "+and(drawn)+" was decided by a draw: that part of a change is caused by it.")
	}
	w.Groups = e.askedGroups(t)
	if hidden := len(t.Columns) - len(w.Groups); hidden > 0 {
		w.Caveat = append(w.Caveat, "Groups that are not offered have too few people, or are hidden to protect them.")
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

// askedGroups are the columns whose share is shown, with all answers that there are.
func (e *evidence) askedGroups(t *crosstab.Table) []reports.AskedGroup {
	levers := e.levers(t)
	banner := map[int]string{}
	for _, g := range t.Groups {
		for j := g.First; j < g.First+g.N; j++ {
			banner[j] = g.Label
		}
	}
	var out []reports.AskedGroup
	for j, c := range t.Columns {
		now := indicator{t, 0, ""}
		if !reports.HasNumber(reports.Shown(t, 0, j)) {
			continue
		}
		g := reports.AskedGroup{Banner: banner[j], Label: c.Label, Answers: map[string]reports.Position{}}
		g.Now = position(now.hedged(j), now.cell(j).Estimate, now.cell(j).Low, now.cell(j).High)
		if c.Status == crosstab.LowBase {
			g.Now.Said += fmt.Sprintf(", of fewer than %d people: read with care", or(e.plan.study.Tests.Low, lowBase))
		}
		for i, r := range t.Rows[1:] {
			n := indicator{t, i + 1, ""}
			if x := n.cell(j); reports.HasNumber(reports.Shown(t, n.row, j)) && x.HasCI {
				start := now.cell(j).Estimate
				said := fmt.Sprintf("about %s: %s", percent(clamp(start+x.Estimate)), n.moreOrFewer(j))
				g.Answers[key(levers, r.Codes)] = position(said, start+x.Estimate, start+x.Low, start+x.High)
			}
		}
		if len(g.Answers) > 0 {
			out = append(out, g)
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

// strongest says which single thing moves willingness most upwards, and what all of
// them together do, where chance does not make it.
func (e *evidence) strongest(c *reports.Chapter, t *crosstab.Table) {
	var up []indicator
	most := indicator{t, -1, ""}
	for i, r := range t.Rows[1:] {
		n := indicator{t, i + 1, ""}
		x := n.total()
		switch {
		case !firm(x) || !x.HasCI || x.Low <= 0:
		case len(r.Codes) == 1:
			up = append(up, n)
		case most.row < 0 || x.Estimate > most.total().Estimate:
			most = n
		}
	}
	now := indicator{t, 0, ""}
	if len(up) == 0 || !firm(now.total()) {
		return
	}
	slices.SortStableFunc(up, func(a, b indicator) int { return cmp.Compare(b.total().Estimate, a.total().Estimate) })
	first := up[0]
	share := func(n indicator) string { return percent(clamp(now.total().Estimate + n.total().Estimate)) }
	text := fmt.Sprintf("What if one thing moved for everybody, and nothing else? %s: about %s instead of %s, %s.", t.Rows[first.row].Label, share(first), now.figure(0), first.moreOrFewer(0))
	refs := []reports.Ref{now.ref(0), first.ref(0)}
	var level []string
	for _, n := range up[1:] {
		if n.total().High >= first.total().Low {
			level = append(level, t.Rows[n.row].Label+", "+n.moreOrFewer(0))
			refs = append(refs, n.ref(0))
		}
	}
	if len(level) > 0 {
		text += " That it is the most of any is not sure: " + strings.Join(level, "; ") + "."
	} else if len(up) > 1 {
		text += " No other moves as much."
	}
	tell(c, reports.Finding{Text: text, Refs: refs}, true)
	if most.row >= 0 {
		tell(c, reports.Finding{Text: fmt.Sprintf("Most of what is in reach of the data: %s: about %s, %s. It is what goes with such answers, and no promise.", strings.Join(strings.Split(t.Rows[most.row].Label, " & "), "; "), share(most), most.moreOrFewer(0)), Refs: []reports.Ref{now.ref(0), most.ref(0)}}, true)
	}
}

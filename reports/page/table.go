package page

import (
	"strings"

	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// paperColumns is how many columns fit the width of a sheet of paper.
const paperColumns = 14

// A tableView is a table as the template prints it.
type tableView struct {
	entry
	Text     string
	Base     string
	Groups   []span // first header row
	Parents  []span // second one, nil without nested groups
	Columns  []head
	Wide     bool // too wide for paper
	Bases    []line
	Rows     []line
	Compared string
	Notes    []string
}

// A span is a header over several columns.
type span struct {
	Label string
	N     int
	Class string
}

type head struct{ Label, Letter, Class string }

type line struct {
	Label, Class string
	Cells        []box
}

// A box is one cell: what it says, the mark beside it, and how it looks.
type box struct{ Text, Mark, Class, MarkClass string }

func newTableView(t *crosstab.Table, e entry, weighted bool) *tableView {
	v := &tableView{entry: e, Text: reports.Wording(t), Base: reports.BaseText(t), Notes: t.Notes, Wide: len(t.Columns) > paperColumns}
	starts := map[int]bool{}
	groups, parents, nested := make([]string, len(t.Columns)), make([]string, len(t.Columns)), false
	for _, g := range t.Groups {
		starts[g.First] = true
		for i := g.First; i < g.First+g.N; i++ {
			groups[i] = g.Label
		}
	}
	for i, c := range t.Columns {
		parents[i] = c.Parent
		nested = nested || c.Parent != ""
		v.Columns = append(v.Columns, head{c.Label, c.Letter, class(starts[i], "d", c.Status == crosstab.LowBase, "l")})
	}
	v.Groups = spans(t, groups, starts)
	if nested {
		v.Parents = spans(t, parents, starts)
	}
	for _, b := range reports.BaseRows(t, weighted) {
		v.Bases = append(v.Bases, baseLine(t, b, starts))
	}
	intervals := reports.HasIntervals(t)
	if intervals {
		v.Groups, v.Columns = append(v.Groups, span{N: 1}), append(v.Columns, head{Label: reports.IntervalLabel})
		for i := range v.Bases {
			v.Bases[i].Cells = append(v.Bases[i].Cells, box{})
		}
	}
	for i := range t.Rows {
		l := answerLine(t, i, starts)
		if intervals {
			l.Cells = append(l.Cells, box{Text: reports.Interval(t, i, 0)})
		}
		v.Rows = append(v.Rows, l)
		if reports.HasMeanBase(t, i) {
			v.Rows = append(v.Rows, meanBaseLine(t, i, starts))
		}
	}
	v.Compared = reports.Compared(t)
	return v
}

// spans joins neighbours of one group that have the same label.
func spans(t *crosstab.Table, labels []string, starts map[int]bool) []span {
	var out []span
	for i := 0; i < len(labels); {
		end := i + 1
		for end < len(labels) && labels[end] == labels[i] && t.Columns[end].Group == t.Columns[i].Group {
			end++
		}
		out = append(out, span{labels[i], end - i, class(starts[i], "d")})
		i = end
	}
	return out
}

// class joins the names whose condition holds.
func class(pairs ...any) string {
	var names []string
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i].(bool) {
			names = append(names, pairs[i+1].(string))
		}
	}
	return strings.Join(names, " ")
}

func baseLine(t *crosstab.Table, b reports.BaseRow, starts map[int]bool) line {
	l := line{Label: b.Label}
	for i, c := range t.Columns {
		low := c.Status == crosstab.LowBase
		x := box{Class: class(starts[i], "d", low, "l")}
		switch {
		case c.Status == crosstab.Suppressed:
			x.Text = reports.HiddenMark
		case c.Status == crosstab.NotAsked:
			x.Text = reports.NotAskedMark
		default:
			x.Text = thousands(int(reports.Round(b.Of(c.Base), 0)))
			if low && b.Whole {
				x.Text += reports.LowMark
			}
		}
		l.Cells = append(l.Cells, x)
	}
	return l
}

func answerLine(t *crosstab.Table, i int, starts map[int]bool) line {
	kind := t.Rows[i].Kind
	l := line{Label: reports.RowLabel(t, i), Class: class(kind == crosstab.NetRow, "n", !t.Model && !reports.IsShare(kind), "m")}
	for j := range t.Columns {
		status, mark := reports.Shown(t, i, j), reports.Significance(t, i, j)
		above := t.Cells[i][j].VsRest
		l.Cells = append(l.Cells, box{
			Text: reports.Text(t, i, j), Mark: mark,
			Class:     class(starts[j], "d", status == crosstab.LowBase, "l", !reports.HasNumber(status), "h"),
			MarkClass: class(mark == reports.UntestedMark, "u", above > 0, "up", above < 0, "down"),
		})
	}
	return l
}

// meanBaseLine says how many people are in a mean, where it shows.
func meanBaseLine(t *crosstab.Table, i int, starts map[int]bool) line {
	l := line{Label: reports.MeanBaseLabel, Class: "b"}
	for j := range t.Columns {
		status := reports.Shown(t, i, j)
		x := box{Text: reports.Text(t, i, j), Class: class(starts[j], "d", status == crosstab.LowBase, "l", !reports.HasNumber(status), "h")}
		if reports.HasNumber(status) {
			x.Text = thousands(t.Cells[i][j].Count)
		}
		l.Cells = append(l.Cells, x)
	}
	return l
}

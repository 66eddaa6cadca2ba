package xlsx

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// tableSheet lays out one table: title, wording, base, banner, base rows,
// answers each with its letters below, notes.
func tableSheet(s *sheet, r *reports.Report, t *crosstab.Table, name string, weighted bool) *sheet {
	s.name, s.widths, s.freezeCols = name, widths(t), min(2, len(t.Columns))
	s.heading, s.simulated = r.Meta.Title, r.Meta.Simulated
	l := &layout{sheet: s, t: t, tested: reports.IsTested(t), starts: starts(t), intervals: reports.HasIntervals(t)}
	l.titles(r.Meta.Simulated)
	l.banner()
	l.bases(weighted)
	for i := range t.Rows {
		l.answer(i)
		if reports.HasMeanBase(t, i) {
			l.meanBase(i)
		}
	}
	l.notes(r.Tests)
	s.scale, s.breaks = l.pages()
	return s
}

// widths are those of the stub and the data columns. A column is wider than
// usual where a word of its label would break.
func widths(t *crosstab.Table) []float64 {
	w := []float64{stubWidth}
	for _, c := range t.Columns {
		longest := 0
		for _, word := range strings.Fields(c.Label) {
			longest = max(longest, utf8.RuneCountInString(word))
		}
		w = append(w, min(15, max(dataWidth, float64(longest)+1)))
	}
	if reports.HasIntervals(t) {
		w = append(w, intervalWidth)
	}
	return w
}

// over adds up widths of data columns.
func (l *layout) over(from, to int) float64 {
	sum := 0.0
	for _, w := range l.widths[from+1 : to+1] {
		sum += w
	}
	return sum
}

// A layout is a table sheet in the making.
type layout struct {
	*sheet
	t         *crosstab.Table
	tested    bool
	intervals bool   // whether the interval of each figure stands beside it
	starts    []bool // whether a column begins a group, and a divider stands before it
	cells     []cell // of the row in the making
}

// starts tells the columns that begin a group, or a new outer value of a
// nested one.
func starts(t *crosstab.Table) []bool {
	s := make([]bool, len(t.Columns))
	for _, g := range t.Groups {
		s[g.First] = true
	}
	return s
}

// textColumns is how many columns a line of text may run over.
func (l *layout) textColumns() int { return min(13, len(l.t.Columns)+1) }

// line adds a text that runs over several columns and wraps within them.
func (l *layout) line(s string, k look) {
	k.wrap, k.vertical = true, "top"
	width := stubWidth + l.over(0, l.textColumns()-1)
	n := l.add(height(s, width, k.points()), cell{s, k})
	l.merge(n, 1, l.textColumns())
}

func (l *layout) titles(simulated bool) {
	first := []cell{{"← Contents", look{size: 9, color: blue, underline: true}}}
	if simulated {
		first = append(first, cell{reports.SimulatedNote, look{size: 9, bold: true, color: amber}})
	}
	l.link(l.add(0, first...), 1, contentsSheet)
	l.add(20, cell{fmt.Sprintf("Table %d. %s", l.t.Number, l.t.Title), look{size: 14, bold: true}})
	if text := reports.Wording(l.t); text != "" {
		l.line(text, look{color: ink})
	}
	if base := reports.BaseText(l.t); base != "" {
		l.line(base, look{italic: true, color: grey})
	}
}

// banner adds the header rows: groups, outer values of nested groups where
// there are any, categories, letters.
func (l *layout) banner() {
	t := l.t
	labels, parents, letters := groupLabels(t), make([]string, len(t.Columns)), false
	nested := false
	for i, c := range t.Columns {
		parents[i] = c.Parent
		nested = nested || c.Parent != ""
		letters = letters || c.Letter != ""
	}
	l.repeatFrom = l.span(labels, look{bold: true, align: "center", fill: headFill, over: true, wrap: true})
	if nested {
		l.span(parents, look{align: "center", fill: headFill, italic: true, wrap: true})
	}
	l.categories(!letters)
	if letters {
		l.headCells(func(c crosstab.Column) string { return c.Letter }, look{size: 8, color: grey, align: "center", fill: headFill, under: true}, 0)
	}
	l.freezeRows = l.n
}

// groupLabels is the label of each column's group.
func groupLabels(t *crosstab.Table) []string {
	labels := make([]string, len(t.Columns))
	for _, g := range t.Groups {
		for i := g.First; i < g.First+g.N; i++ {
			labels[i] = g.Label
		}
	}
	return labels
}

// span adds a header row in which neighbours with the same label share a cell.
func (l *layout) span(labels []string, k look) int {
	l.cells = append(l.cells[:0], cell{nil, look{fill: headFill, over: k.over}})
	high := 0.0
	n := l.n + 1
	for i := 0; i < len(labels); {
		end := i + 1
		for end < len(labels) && labels[end] == labels[i] && labels[i] != "" && l.t.Columns[end].Group == l.t.Columns[i].Group {
			end++
		}
		for j := i; j < end; j++ {
			here := k
			here.left = l.starts[j] && (j == i)
			c := cell{nil, here}
			if j == i && labels[i] != "" {
				c.value = labels[i]
			}
			l.cells = append(l.cells, c)
		}
		l.merge(n, i+2, end+1)
		high = max(high, height(labels[i], l.over(i, end), k.points()))
		i = end
	}
	return l.add(high, l.cells...)
}

func (l *layout) categories(under bool) {
	high := 0.0
	for i, c := range l.t.Columns {
		high = max(high, height(c.Label, l.widths[i+1]-1, 9))
	}
	l.headCells(func(c crosstab.Column) string { return c.Label }, look{size: 9, align: "center", fill: headFill, wrap: true, vertical: "bottom", under: under}, min(high, 84))
}

// headCells adds a header row with one text for every column.
func (l *layout) headCells(of func(crosstab.Column) string, k look, high float64) {
	l.cells = append(l.cells[:0], cell{nil, look{fill: headFill, under: k.under}})
	for i, c := range l.t.Columns {
		here := k
		here.left = l.starts[i]
		here.bold = c.Group == ""
		if c.Status == crosstab.LowBase {
			here.color = grey
		}
		l.cells = append(l.cells, cell{of(c), here})
	}
	if l.intervals {
		l.cells = append(l.cells, cell{reports.IntervalLabel, k})
	}
	l.add(high, l.cells...)
}

// bases adds the base rows. The low base mark is part of the number's format,
// so that the number stays one.
func (l *layout) bases(weighted bool) {
	rows := reports.BaseRows(l.t, weighted)
	for n, b := range rows {
		last := n == len(rows)-1
		l.cells = append(l.cells[:0], cell{b.Label, look{size: 9, color: grey, under: last}})
		for i, c := range l.t.Columns {
			k := look{size: 9, align: "center", format: countFormat, left: l.starts[i], color: grey, under: last}
			l.cells = append(l.cells, baseCell(c, b, k))
		}
		l.add(0, l.cells...)
	}
}

func baseCell(c crosstab.Column, b reports.BaseRow, k look) cell {
	switch {
	case c.Status == crosstab.Suppressed:
		return cell{reports.HiddenMark, k}
	case c.Status == crosstab.NotAsked:
		return cell{reports.NotAskedMark, k}
	case c.Status == crosstab.LowBase && b.Whole:
		k.format = lowBaseFormat
	}
	return cell{reports.Round(b.Of(c.Base), 1), k}
}

// answer adds a row of the stub and, in a tested table, the row of its
// letters.
func (l *layout) answer(i int) {
	t, r := l.t, l.t.Rows[i]
	over := i > 0 && !t.Model && r.Kind != t.Rows[i-1].Kind && !reports.IsShare(r.Kind)
	label := look{wrap: true, align: "left", over: over}
	name := reports.RowLabel(t, i)
	if r.Kind == crosstab.NetRow {
		label.indent, label.bold = 1, true
	}
	l.open(height(name, stubWidth-2, 10))
	l.say(1, label, name)
	for j := range t.Columns {
		l.estimate(i, j, over)
	}
	if text := reports.Interval(t, i, 0); l.intervals && text != "" {
		l.say(3, look{align: "center", color: grey}, text)
	}
	l.close()
	if !l.tested || r.Kind == crosstab.SD {
		return
	}
	l.open(11.5)
	for j := range t.Columns {
		k := look{size: 8, color: grey, align: "center", left: l.starts[j]}
		if mark := reports.Significance(t, i, j); mark != "" {
			l.say(j+2, k, mark)
		} else {
			l.empty(j+2, l.styles.of(k))
		}
	}
	l.close()
}

// meanBase adds a row with the people in a mean, where it shows.
func (l *layout) meanBase(i int) {
	l.cells = append(l.cells[:0], cell{reports.MeanBaseLabel, look{size: 9, color: grey}})
	for j := range l.t.Columns {
		k := look{size: 9, align: "center", format: countFormat, left: l.starts[j], color: grey}
		c := cell{reports.Text(l.t, i, j), k}
		if reports.HasNumber(reports.Shown(l.t, i, j)) {
			c.value = l.t.Cells[i][j].Count
		}
		l.cells = append(l.cells, c)
	}
	l.add(0, l.cells...)
}

// estimate writes a cell of the open row: cells of estimates are the most of a
// book.
func (l *layout) estimate(i, j int, over bool) {
	t, kind := l.t, l.t.Rows[i].Kind
	status := reports.Shown(t, i, j)
	k := look{align: "center", left: l.starts[j], over: over, bold: kind == crosstab.NetRow}
	if status != crosstab.OK {
		k.color = grey
	}
	if !reports.HasNumber(status) {
		l.say(j+2, k, reports.Text(t, i, j))
		return
	}
	x := t.Cells[i][j].Estimate
	k.format = formatOf(kind, x)
	x = reports.Stored(kind, x)
	if reports.IsPoints(kind) {
		x = reports.Round(100*x, 2)
	}
	l.number(j+2, l.styles.of(k), x)
}

// formatOf is the number format under which a stored estimate shows as printed.
func formatOf(kind crosstab.RowKind, x float64) string {
	switch {
	case reports.IsPoints(kind):
		return pointsFormat
	case reports.IsWhole(kind):
		return wholeFormat
	case reports.IsRare(kind, x):
		return rareFormat
	case !reports.IsPercent(kind):
		return meanFormat
	}
	switch reports.ShareMark(x) {
	case reports.ZeroMark:
		return zeroFormat
	case reports.TinyMark:
		return tinyFormat
	}
	return shareFormat
}

// notes adds the footnotes: the table's own, how its columns were compared, and
// how to read the marks that stand in it.
func (l *layout) notes(tests reports.Tests) {
	small := look{size: 9, color: grey}
	l.add(6)
	for _, n := range l.t.Notes {
		l.line(n, small)
	}
	for _, n := range reports.TableTestNotes(tests, l.t) {
		l.line(n, small)
	}
	var marks []string
	for _, f := range reports.Legend(tests, l.t) {
		marks = append(marks, f.Label+": "+f.Value+".")
	}
	if len(marks) > 0 {
		l.line(strings.Join(marks, " "), small)
	}
	l.line(reports.RoundingNote, small)
}

// Printed pages: a page of A4 across holds stub, total and so much more at a
// size that can be read, counted in characters of the widest usual font.
const (
	fitWidth  = 240 // fits the width of a page all the same
	pageWidth = 146
	pageScale = 58 // percent
)

// pages decides how a table is printed: a narrow one fits the width of a page,
// a wide one breaks before a group, with stub and total on every page.
func (l *layout) pages() (scale int, breaks []int) {
	if stubWidth+l.over(0, len(l.t.Columns)) <= fitWidth {
		return 0, nil
	}
	used := 0.0
	for _, g := range l.t.Groups {
		wide := l.over(g.First, g.First+g.N)
		if used > 0 && used+wide > pageWidth {
			breaks = append(breaks, g.First+2)
			used = 0
		}
		if wide <= pageWidth {
			used += wide
			continue
		}
		for i := g.First; i < g.First+g.N; i++ { // a group wider than a page
			if w := l.over(i, i+1); used > 0 && used+w > pageWidth {
				breaks = append(breaks, i+2)
				used = w
			} else {
				used += w
			}
		}
	}
	return pageScale, breaks
}

package charts

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"tradeoff/stats/crosstab"
)

// Dots is a chart of estimates with their intervals, one row each, ranked
// within their groups.
type Dots struct {
	Title, Subtitle, Note string
	Axis                  string // what is measured
	Percent               bool   // estimates are proportions
	Unit                  string // unit of other estimates, "" if none
	Whole                 bool   // other estimates are printed without decimals
	Bases                 string // what the bases count: "People", "Ratings"; "" = "Base"
	NoBases               bool   // no column of bases: rows are parts of people that no table counts
	KeepOrder             bool   // rows stay as given (ages, waves) and are not ranked
	Rows                  []Dot
	Reference             *crosstab.Cell // drawn as a line through all rows; nil for none
	ReferenceLabel        string         // "Total"
}

// A Dot is one estimate.
type Dot struct {
	Label, Group string
	Base         int
	Cell         crosstab.Cell
}

// dot is a row behind the door.
type dot struct {
	stubRow
	figure
}

// Draw draws the chart. Ranking goes by the printed value, and rows that are
// not shown come last in the order given, so that no place tells a value.
func (c Dots) Draw() (Drawing, error) { return drawing(c.page()) }

func (c Dots) page() (*page, error) {
	if err := few("dot chart", c.Title, len(c.Rows), 1); err != nil {
		return nil, err
	}
	var cells []crosstab.Cell
	for _, r := range c.Rows {
		cells = append(cells, r.Cell)
	}
	m := measureOf(c.Percent, cells)
	if c.Whole {
		m = measure{fine: true}
	}
	rows, all, err := c.look(m)
	if err != nil {
		return nil, err
	}
	var ref figure
	if c.Reference != nil {
		if ref, err = m.look(*c.Reference); err != nil {
			return nil, fmt.Errorf("charts: dot chart %q: reference: %w", c.Title, err)
		}
		all = all.and(summarize([]figure{ref}))
	}
	p := newPage(pageWidth, c.Title, c.Subtitle)
	c.plot(p, m, rows, ref)
	p.footer(all, c.Note)
	p.alt = c.describe(rows, ref)
	return p, nil
}

// measureOf prints means with as many decimals as their size deserves.
func measureOf(percent bool, cells []crosstab.Cell) measure {
	if percent {
		return proportions
	}
	top := 0.0
	for _, c := range cells {
		if s := c.Status; s == crosstab.OK || s == crosstab.LowBase {
			top = max(top, math.Abs(c.Estimate))
		}
	}
	switch {
	case top >= 1000:
		return measure{}
	case top >= 100:
		return measure{decimals: 1}
	}
	return measure{decimals: 2}
}

func (c Dots) look(m measure) (rows []dot, all summary, err error) {
	for _, r := range c.Rows {
		f, err := m.look(r.Cell)
		if err != nil {
			return nil, all, fmt.Errorf("charts: dot chart %q: row %q: %w", c.Title, r.Label, err)
		}
		s := summarize([]figure{f})
		all = all.and(s)
		base := ""
		if !c.NoBases {
			base = s.base(r.Base)
		}
		rows = append(rows, dot{stubRow{r.Group, r.Label, base, s.small}, f})
	}
	if !c.KeepOrder {
		slices.SortStableFunc(rows, m.rank)
	}
	ordered := make([]dot, 0, len(rows))
	for _, i := range c.groups(rows) {
		ordered = append(ordered, rows[i])
	}
	return ordered, all, nil
}

// groups keeps the groups in the order given, whatever their best row is.
func (c Dots) groups(rows []dot) []int {
	place := map[string]int{}
	for i, r := range c.Rows {
		if _, ok := place[r.Group]; !ok {
			place[r.Group] = i
		}
	}
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return place[rows[a].group] - place[rows[b].group] })
	return order
}

// rank puts the higher printed value first and what is not shown last.
func (m measure) rank(a, b dot) int {
	if a.shown() != b.shown() {
		if a.shown() {
			return -1
		}
		return 1
	}
	scale := 100.0
	if !m.percent {
		scale = math.Pow10(m.decimals)
	}
	return int(half(b.exact*scale) - half(a.exact*scale))
}

// A scale turns values into places.
type scale struct {
	low, high float64 // values
	x1, x2    float64 // their places
	ticks     []float64
}

func (s scale) at(v float64) float64 {
	return tenth(s.x1 + (v-s.low)/(s.high-s.low)*(s.x2-s.x1))
}

// scale of the shown figures. Proportions start at zero: a line that starts at
// 40% makes much of little.
func (m measure) scale(figures []figure) scale {
	low, high, any := math.Inf(1), math.Inf(-1), false
	for _, f := range figures {
		if !f.shown() {
			continue
		}
		any = true
		low, high = min(low, f.value), max(high, f.value)
		if f.interval {
			low, high = min(low, f.low), max(high, f.high)
		}
	}
	if m.percent {
		return percentScale(high, any)
	}
	if !any {
		return scale{low: 0, high: 1}
	}
	return niceScale(low, high, math.Pow10(-m.decimals))
}

// niceScale widens a range to round numbers, with four to eight ticks. (The
// ticks of gonum's plot are few and odd on ranges such as 2.1 to 4.1.)
func niceScale(low, high, finest float64) scale {
	span := max(high-low, 4*finest)
	size := math.Pow10(int(math.Floor(math.Log10(span / 4))))
	for _, f := range []float64{1, 2, 5, 10} {
		if span/(f*size) <= 6 {
			size *= f
			break
		}
	}
	size = max(size, finest)
	first, last := math.Floor(low/size), math.Ceil(high/size)
	if first == last {
		last++
	}
	s := scale{low: first * size, high: last * size}
	for i := first; i <= last; i++ {
		s.ticks = append(s.ticks, i*size)
	}
	return s
}

func percentScale(high float64, any bool) scale {
	s := scale{high: 1}
	steps := 0.2
	for _, top := range []float64{0.1, 0.2, 0.4, 0.6, 0.8} {
		if any && high <= top {
			s.high = top
			break
		}
	}
	if s.high <= 0.4 {
		steps = s.high / 4
	}
	for i := 0; float64(i)*steps <= s.high+1e-9; i++ {
		s.ticks = append(s.ticks, float64(i)*steps)
	}
	return s
}

// tick is the label of a tick: "2.5%", "40%", "3.5".
func (m measure) tick(v float64) string {
	if m.percent {
		return fmt.Sprintf("%g%%", half(v*1000)/10)
	}
	s := m.number(v)
	if m.decimals > 0 {
		s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// plot lays out and draws the rows.
func (c Dots) plot(p *page, m measure, rows []dot, ref figure) {
	heads := make([]stubRow, len(rows))
	figures := []figure{ref}
	valueW, betweenW := 0.0, 0.0
	for i, r := range rows {
		heads[i] = r.stubRow
		figures = append(figures, r.figure)
		valueW = max(valueW, p.set.width(r.column(), r.valueStyle()))
		betweenW = max(betweenW, p.set.width(r.between, baseStyle))
	}
	end := p.width - margin
	s := p.newStub(margin, labelWidth, c.Bases, heads)
	valueX := end
	if betweenW > 0 {
		betweenW = max(betweenW, p.set.width("Interval", headStyle))
		valueX = end - betweenW - 12
	}
	axis := m.scale(figures)
	axis.x1, axis.x2 = s.right+gutter+10, valueX-valueW-gutter-10

	c.header(p, m, s, axis, betweenW > 0, end)
	top := p.y
	after := len(p.shapes)
	bands := s.draw(p, margin, end)
	var lines []mark
	for _, t := range axis.ticks {
		x := axis.at(t)
		lines = append(lines, stroke{x1: x, y1: top, x2: x, y2: p.y, width: 1, colour: faint})
	}
	if ref.shown() {
		if ref.interval {
			lines = append([]mark{box{x: axis.at(ref.low), y: top, w: axis.at(ref.high) - axis.at(ref.low), h: p.y - top, fill: rgb(0xf3f4f7)}}, lines...)
		}
		x := axis.at(ref.value)
		lines = append(lines, stroke{x1: x, y1: top, x2: x, y2: p.y + 5, width: 1.5, colour: muted, dashed: true})
	}
	p.shapes = slices.Insert(p.shapes, after, lines...)
	for i, r := range rows {
		r.draw(p, axis, bands[i].mid())
		st := r.valueStyle()
		p.text(r.column(), st, valueX, centred(bands[i].mid(), st), right)
		if r.between != "" {
			p.text(r.between, baseStyle, end, centred(bands[i].mid(), baseStyle), right)
		}
	}
	if c.Reference != nil {
		c.reference(p, axis, ref)
	}
}

// column is what the column of values says; hatching says the rest.
func (d dot) column() string {
	if d.state == hidden {
		return ""
	}
	return d.text
}

func (d dot) valueStyle() style {
	if d.shown() {
		return strongStyle
	}
	return baseStyle
}

// header sets the axis title, the column heads and the ticks.
func (c Dots) header(p *page, m measure, s *stub, axis scale, intervals bool, end float64) {
	title := clean(c.Axis)
	if u := clean(c.Unit); u != "" && !c.Percent {
		title = strings.TrimSpace(title + " (" + u + ")")
	}
	if title != "" {
		lines := p.set.wrap(title, headStyle, axis.x2-axis.x1+20, 2)
		p.y += float64(len(lines.lines)) * headStyle.leading()
		p.paragraph(lines, headStyle, axis.x1-4, p.y-4, left)
	}
	p.y += 17
	if !c.NoBases {
		p.text(s.bases, headStyle, s.right, p.y-6, right)
	}
	if intervals {
		p.text("Interval", headStyle, end, p.y-6, right)
	}
	for _, t := range axis.ticks {
		p.text(m.tick(t), headStyle, axis.at(t), p.y-6, centre)
	}
	p.add(stroke{x1: margin, y1: p.y, x2: end, y2: p.y, width: 1, colour: rule})
	p.y += 3
}

// draw marks one row.
func (d dot) draw(p *page, axis scale, y float64) {
	switch d.state {
	case hidden:
		p.hiddenMark(axis.x1, y-8, min(90, axis.x2-axis.x1), 16)
	case absent:
	default:
		line, open := spread, d.state == cautious
		if open {
			line = lighter(spread)
		}
		if d.interval && d.high > d.low {
			p.add(stroke{x1: axis.at(d.low), y1: y, x2: axis.at(d.high), y2: y, width: 4, colour: line})
		}
		p.add(disc{x: axis.at(d.value), y: y, r: 5.5, colour: accent, open: open})
	}
}

// reference names the line of the total below the rows.
func (c Dots) reference(p *page, axis scale, ref figure) {
	st := style{size: 12, bold: true, colour: muted}
	text := c.ReferenceLabel + " " + ref.text
	if ref.state == cautious {
		text += " *"
	}
	words := p.set.shorten(clean(text), st, axis.x2-axis.x1+20)
	x := (axis.x1 + axis.x2) / 2
	if ref.shown() {
		w := p.set.width(words, st) / 2
		x = min(max(axis.at(ref.value), axis.x1-10+w), axis.x2+10-w)
	}
	p.y += 20
	p.text(words, st, x, p.y-2, centre)
}

// describe is the chart in words.
func (c Dots) describe(rows []dot, ref figure) string {
	var parts []string
	for _, r := range rows {
		words := named(r.group, r.label) + " " + r.text
		if r.between != "" {
			words += " (" + r.between + ")"
		}
		parts = append(parts, words)
	}
	if c.Reference != nil {
		parts = append(parts, clean(c.ReferenceLabel)+" "+ref.text)
	}
	return fmt.Sprintf("Dots with intervals, %s. %s: %s", count(len(rows), "row"), clean(c.Axis), sentence(parts))
}

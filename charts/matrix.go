package charts

import (
	"cmp"
	"fmt"
	"image/color"
	"math"

	"tradeoff/stats/crosstab"
)

// Matrix is a heat map of proportions, with their intervals below them, or a page of
// switches: what may be shared, with whom.
type Matrix struct {
	Title, Subtitle, Note string
	Switches              bool // each cell is a switch, on as far as its proportion
	Columns, Rows         []string
	Cells                 [][]crosstab.Cell // by row, then column
	RowTotals             []crosstab.Cell   // one for each row, or nil
	ColumnTotals          []crosstab.Cell   // one for each column, or nil
	ColumnTotalsLabel     string            // what ColumnTotals are; "" is Total
}

// grid is the matrix behind the door.
type grid struct {
	cells         [][]figure
	rows, columns []figure // totals, nil if there are none
	top           float64  // value of the darkest colour
	x, y          float64  // top left corner of the cells
	cellW         float64
	totalX        float64
	switches      bool
}

// Sizes of the cells.
const (
	cellMin, cellMax = 44.0, 110.0
	totalGap         = 10.0
	slant            = 45.0 // degrees, of heads that are too long for their column
)

// Draw draws the chart.
func (c Matrix) Draw() (Drawing, error) { return drawing(c.page()) }

func (c Matrix) page() (*page, error) {
	must(len(c.Cells) == len(c.Rows), "Matrix %q: %d rows of cells for %d rows", c.Title, len(c.Cells), len(c.Rows))
	must(c.RowTotals == nil || len(c.RowTotals) == len(c.Rows), "Matrix %q: %d row totals for %d rows", c.Title, len(c.RowTotals), len(c.Rows))
	must(c.ColumnTotals == nil || len(c.ColumnTotals) == len(c.Columns), "Matrix %q: %d column totals for %d columns", c.Title, len(c.ColumnTotals), len(c.Columns))
	if err := few("matrix", c.Title, len(c.Rows), len(c.Columns)); err != nil {
		return nil, err
	}
	g, all, err := c.look()
	if err != nil {
		return nil, err
	}
	p := c.layout(g)
	c.draw(p, g)
	p.footer(all, c.Note)
	p.alt = c.describe(g)
	return p, nil
}

func (c Matrix) look() (g *grid, all summary, err error) {
	g = &grid{switches: c.Switches}
	add := func(cells []crosstab.Cell, where string) ([]figure, error) {
		if cells == nil {
			return nil, nil
		}
		figures, err := proportions.lookAll(cells)
		if err != nil {
			return nil, fmt.Errorf("charts: matrix %q: %s: %w", c.Title, where, err)
		}
		all = all.and(summarize(figures))
		return figures, nil
	}
	for i, row := range c.Cells {
		must(len(row) == len(c.Columns), "Matrix %q: row %q has %d cells for %d columns", c.Title, c.Rows[i], len(row), len(c.Columns))
		figures, err := add(row, fmt.Sprintf("row %q", c.Rows[i]))
		if err != nil {
			return nil, all, err
		}
		g.cells = append(g.cells, figures)
		for _, f := range figures {
			g.top = max(g.top, f.value)
		}
	}
	if g.rows, err = add(c.RowTotals, "row totals"); err != nil {
		return nil, all, err
	}
	if g.columns, err = add(c.ColumnTotals, "column totals"); err != nil {
		return nil, all, err
	}
	g.top = max(math.Ceil(half(g.top*100)/10)/10, 0.1)
	return g, all, nil
}

// layout finds the sizes, sets the heading and the column heads.
func (c Matrix) layout(g *grid) *page {
	set := newTypesetter()
	labelW := 60.0
	for _, r := range c.Rows {
		for _, l := range set.wrap(r, labelStyle, labelWidth, 2).lines {
			labelW = max(labelW, set.width(l, labelStyle))
		}
	}
	columns := float64(len(c.Columns))
	totalW := 0.0
	if g.rows != nil {
		totalW = totalGap + 52
	}
	heads, slanted := []paragraph(nil), false
	space := pageWidth - 2*margin - labelW - gutter - totalW
	g.cellW = min(max(space/columns, cellMin), cellMax)
	for _, name := range c.Columns {
		lines := set.wrap(name, headStyle, g.cellW-6, 3)
		slanted = slanted || set.broken(name, headStyle, g.cellW-6, 3)
		heads = append(heads, lines)
	}
	overhang := 0.0
	if slanted {
		heads = set.slanted(c.Columns)
		for range 3 { // narrower columns lean farther over the edge
			overhang = set.overhang(heads, g.cellW)
			g.cellW = min(max((pageWidth-2*margin-labelW-gutter-max(totalW, overhang))/columns, cellMin), cellMax)
		}
	}
	width := margin + labelW + gutter + columns*g.cellW + max(totalW, overhang) + margin
	p := newPage(max(pageWidth, math.Ceil(width)), c.Title, c.Subtitle)
	g.x = margin + labelW + gutter
	g.totalX = g.x + columns*g.cellW + totalGap
	c.key(p, g)
	c.heads(p, g, heads, slanted)
	return p
}

// broken tells whether a head has to be cut or divided to fit its column.
func (t *typesetter) broken(name string, st style, width float64, most int) bool {
	lines := t.wrap(name, st, width, most)
	joined := ""
	for i, l := range lines.lines {
		if i > 0 {
			joined += " "
		}
		joined += l
	}
	return joined != visible(clean(name))
}

// slanted makes one line of every head.
func (t *typesetter) slanted(names []string) (heads []paragraph) {
	for _, name := range names {
		heads = append(heads, one(t.shorten(clean(name), headStyle, 170)))
	}
	return heads
}

// leans is how far a slanted head reaches to the right, and up.
func (t *typesetter) leans(head paragraph) float64 {
	return (t.width(head.lines[0], headStyle) + headStyle.size) * math.Cos(slant*math.Pi/180)
}

// overhang is how far slanted heads reach beyond the last column.
func (t *typesetter) overhang(heads []paragraph, cellW float64) float64 {
	over := 0.0
	for i, h := range heads {
		over = max(over, t.leans(h)-(float64(len(heads)-i)-0.5)*cellW)
	}
	return over
}

// heads names the columns.
func (c Matrix) heads(p *page, g *grid, heads []paragraph, slanted bool) {
	tall := 0.0
	for _, h := range heads {
		if slanted {
			tall = max(tall, p.set.leans(h))
		} else {
			tall = max(tall, float64(len(h.lines))*headStyle.leading())
		}
	}
	p.y += tall + 4
	st := headStyle
	st.colour = ink
	for i, h := range heads {
		x := g.x + (float64(i)+0.5)*g.cellW
		if slanted {
			p.turned(h, st, x+2, p.y-5)
		} else {
			p.paragraph(h, st, x, p.y-6, centre)
		}
	}
	if g.rows != nil {
		bold := st
		bold.bold = true
		x := g.totalX + 26
		if slanted {
			p.turned(one("Total"), bold, x+2, p.y-5)
		} else {
			p.text("Total", bold, x, p.y-6, centre)
		}
	}
	g.y = p.y
}

// turned adds a slanted line that starts at x, y.
func (p *page) turned(h paragraph, st style, x, y float64) {
	p.line(h.lines[0], h.rtl, st, x, y, left)
	p.labels[len(p.labels)-1].turn = -slant
}

// key shows what the colours stand for.
func (c Matrix) key(p *page, g *grid) {
	if g.switches {
		p.switchKey(g.x)
		return
	}
	const steps, w, h = 5, 26.0, 9.0
	x := g.x
	p.y += 6
	p.text("0%", headStyle, x, centred(p.y, headStyle), left)
	x += p.set.width("0%", headStyle) + 6
	for i := range steps {
		p.add(box{x: x, y: p.y - h/2, w: w, h: h, fill: heat.at(float64(i) / (steps - 1))})
		x += w
	}
	p.text(proportions.print(g.top), headStyle, x+6, centred(p.y, headStyle), left)
	p.y += 16
}

// draw draws the cells and totals.
func (c Matrix) draw(p *page, g *grid) {
	for i, name := range c.Rows {
		lines := p.set.wrap(name, labelStyle, labelWidth, 2)
		h := max(g.rowHeight(i), float64(len(lines.lines))*labelStyle.leading()+8)
		if g.switches && i > 0 {
			p.add(stroke{x1: margin, y1: p.y, x2: g.x + float64(len(c.Columns))*g.cellW, y2: p.y, width: 1, colour: faint})
		}
		p.middle(lines, labelStyle, margin, p.y+h/2, left)
		for j, f := range g.cells[i] {
			g.cell(p, f, g.x+float64(j)*g.cellW, p.y, h)
		}
		if g.rows != nil {
			g.total(p, g.rows[i], g.totalX+26, p.y+h/2)
		}
		p.y += h
	}
	if g.columns == nil {
		return
	}
	p.y += totalGap - 3
	p.add(stroke{x1: margin, y1: p.y, x2: g.x + float64(len(c.Columns))*g.cellW, y2: p.y, width: 1, colour: rule})
	p.text(clean(c.totalsLabel()), strongStyle, margin, centred(p.y+15, strongStyle), left)
	for j, f := range g.columns {
		g.total(p, f, g.x+(float64(j)+0.5)*g.cellW, p.y+15)
	}
	p.y += 30
}

// cell draws one cell; its colour goes by the printed percentage.
func (g *grid) cell(p *page, f figure, x, y, h float64) {
	switch f.state {
	case hidden:
		p.hiddenMark(x+1, y+1, g.cellW-2, h-2)
		return
	case absent:
		p.text(dash, baseStyle, x+g.cellW/2, centred(y+h/2, baseStyle), centre)
		return
	}
	if g.switches {
		g.switched(p, f, x, y)
		return
	}
	fill := g.colour(f)
	text := f.text
	if f.state == cautious {
		fill, text = lighter(fill), text+"*"
	}
	st := style{size: 12, colour: on(fill)}
	p.add(box{x: x + 1, y: y + 1, w: g.cellW - 2, h: h - 2, fill: fill})
	middle := y + h/2
	if small := (style{size: 9.5, colour: on(fill)}); f.between != "" && p.set.width(f.between, small) <= g.cellW-4 {
		p.text(f.between, small, x+g.cellW/2, centred(middle+8, small), centre)
		middle -= 6
	}
	p.text(text, st, x+g.cellW/2, centred(middle, st), centre)
}

// rowHeight leaves room for intervals below the numbers.
func (g *grid) rowHeight(row int) float64 {
	if g.switches {
		return switchRow
	}
	for _, f := range g.cells[row] {
		if f.between != "" {
			return 36
		}
	}
	return 30
}

func (g *grid) colour(f figure) color.RGBA {
	return heat.at(half(f.exact*100) / 100 / g.top)
}

func (g *grid) total(p *page, f figure, x, y float64) {
	st := strongStyle
	text := f.text
	switch f.state {
	case cautious:
		st.colour, text = muted, text+"*"
	case hidden:
		p.hiddenMark(x-min(g.cellW, 52)/2+1, y-13, min(g.cellW, 52)-2, 26)
		return
	}
	p.text(text, st, x, centred(y, st), centre)
}

func (c Matrix) totalsLabel() string { return cmp.Or(c.ColumnTotalsLabel, "Total") }

// describe is the chart in words.
func (c Matrix) describe(g *grid) string {
	words := func(name string, figures []figure, total string) string {
		s := clean(name)
		for j, f := range figures {
			s += ", " + clean(c.Columns[j]) + " " + f.text
			if f.between != "" {
				s += " (" + f.between + ")"
			}
		}
		return s + total
	}
	var parts []string
	for i, name := range c.Rows {
		total := ""
		if g.rows != nil {
			total = ", total " + g.rows[i].text
		}
		parts = append(parts, words(name, g.cells[i], total))
	}
	if g.columns != nil {
		parts = append(parts, words(c.totalsLabel(), g.columns, ""))
	}
	kind := "Heat map"
	if g.switches {
		kind = "Page of switches"
	}
	return fmt.Sprintf("%s, %s by %s. %s", kind, count(len(c.Rows), "row"), count(len(c.Columns), "column"), sentence(parts))
}

package charts

import (
	"fmt"
	"slices"

	"tradeoff/stats/crosstab"
)

// Quadrants is a chart of people in the four corners of two yes-or-no
// questions: a square for the total beside one full bar for each segment, with the
// interval of the first corner.
type Quadrants struct {
	Title, Subtitle, Note string
	Bases                 string           // what the bases count: "People", "Ratings"; "" = "Base"
	Names                 [4]string        // both, first only, second only, neither
	Total                 [4]crosstab.Cell // proportions of everybody
	Rows                  []QuadrantRow
}

// A QuadrantRow is a segment.
type QuadrantRow struct {
	Label, Group string
	Base         int
	Cells        [4]crosstab.Cell
}

// quadrantRow is a row behind the door.
type quadrantRow struct {
	stubRow
	figures []figure
	of      summary
}

// Sizes of the square.
const (
	tile    = 122.0
	tileGap = 3.0

	intervalWidth = 80.0 // of the column with the intervals
)

// Draw draws the chart. The colours of the square are the key to the bars.
func (c Quadrants) Draw() (Drawing, error) { return drawing(c.page()) }

func (c Quadrants) page() (*page, error) {
	if err := few("quadrant chart", c.Title, len(c.Rows), 4); err != nil {
		return nil, err
	}
	total, err := proportions.lookAll(c.Total[:])
	if err != nil {
		return nil, fmt.Errorf("charts: quadrant chart %q: total: %w", c.Title, err)
	}
	rows, all, err := c.look()
	if err != nil {
		return nil, err
	}
	all = all.and(summarize(total))
	p := newPage(pageWidth, c.Title, c.Subtitle)
	top := p.y
	c.square(p, total)
	bottom := p.y
	p.y = top
	c.bars(p, rows)
	p.y = max(p.y, bottom)
	p.footer(all, c.Note)
	p.alt = c.describe(total, rows)
	return p, nil
}

func (c Quadrants) look() (rows []quadrantRow, all summary, err error) {
	for _, i := range byGroup(len(c.Rows), func(i int) string { return c.Rows[i].Group }) {
		r := c.Rows[i]
		figures, err := proportions.lookAll(r.Cells[:])
		if err != nil {
			return nil, all, fmt.Errorf("charts: quadrant chart %q: row %q: %w", c.Title, r.Label, err)
		}
		s := summarize(figures)
		rows = append(rows, quadrantRow{stubRow{r.Group, r.Label, s.base(r.Base), s.small}, figures, s})
		all = all.and(s)
	}
	return rows, all, nil
}

// square draws the total as four tiles of one size.
func (c Quadrants) square(p *page, total []figure) {
	p.y += headStyle.leading() + 5
	p.text("Total", headStyle, margin, p.y-6, left)
	p.y += 3
	for i, f := range total {
		x := margin + float64(i%2)*(tile+tileGap)
		y := p.y + float64(i/2)*(tile+tileGap)
		c.tile(p, i, f, x, y)
	}
	p.y += 2*tile + tileGap
}

func (c Quadrants) tile(p *page, i int, f figure, x, y float64) {
	fill := quadrantColours[i]
	if f.state == cautious {
		fill = lighter(fill)
	}
	p.add(box{x: x, y: y, w: tile, h: tile, fill: fill})
	number := style{size: 26, bold: true, colour: on(fill)}
	text := f.text
	switch f.state {
	case cautious:
		text += "*"
	case hidden:
		number.size = 0
		p.add(box{x: x + 10, y: y + 12, w: 84, h: 24, fill: white})
		p.hiddenMark(x+10, y+12, 84, 24)
	}
	if number.size > 0 {
		p.text(text, number, x+10, y+35, left)
	}
	if small := (style{size: 11, colour: on(fill)}); f.between != "" {
		p.text("interval "+f.between, small, x+10, y+52, left)
	}
	name := style{size: 12.5, colour: on(fill)}
	lines := p.set.wrap(c.Names[i], name, tile-20, 4)
	p.paragraph(lines, name, x+10, y+tile-11-float64(4-max(len(lines.lines), 4))*name.leading(), left)
}

// bars draws one full bar for each segment, to the right of the square.
func (c Quadrants) bars(p *page, rows []quadrantRow) {
	x := margin + 2*tile + tileGap + 26
	end := p.width - margin
	heads := make([]stubRow, len(rows))
	for i, r := range rows {
		heads[i] = r.stubRow
	}
	s := p.newStub(x, 150, c.Bases, heads)
	x1 := s.right + gutter
	right2, interval := end, p.set.wrap(clean(c.Names[0])+": interval", headStyle, intervalWidth, 2)
	if slices.ContainsFunc(rows, func(r quadrantRow) bool { return r.figures[0].between != "" }) {
		end -= intervalWidth + 10
	}
	scale := end - x1
	for _, r := range rows {
		sum, stubs := 0.0, 0.0
		for _, f := range r.figures {
			sum += f.value
			if f.state == hidden {
				stubs += stubMark
			}
		}
		if sum > 0 {
			scale = min(scale, (end-x1-stubs)/sum)
		}
	}

	p.y += headStyle.leading() + 5
	if end < right2 {
		p.y += float64(len(interval.lines)-1) * headStyle.leading()
		p.paragraph(interval, headStyle, right2, p.y-6, right)
	}
	p.text(s.bases, headStyle, s.right, p.y-6, right)
	p.text("Percent of each segment", headStyle, x1, p.y-6, left)
	p.add(stroke{x1: x, y1: p.y, x2: right2, y2: p.y, width: 1, colour: rule})
	p.y += 3
	for i, b := range s.draw(p, x, right2) {
		r := rows[i]
		if between := r.figures[0].between; between != "" {
			p.text(between, baseStyle, right2, centred(b.mid(), baseStyle), right)
		}
		h := min(20, b.height-6)
		y := b.mid() - h/2
		switch {
		case r.of.allHidden:
			p.hiddenMark(x1, y, wholeHidden, h)
		case r.of.allAbsent:
			p.text(dash, baseStyle, x1+2, centred(b.mid(), baseStyle), left)
		default:
			p.parts(x1, y, h, scale, r.figures, quadrantColours[:], r.of.small)
		}
	}
}

// describe is the chart in words.
func (c Quadrants) describe(total []figure, rows []quadrantRow) string {
	words := func(name string, figures []figure) string {
		s := name
		for i, f := range figures {
			if s += ", " + clean(c.Names[i]) + " " + f.text; f.between != "" {
				s += " (" + f.between + ")"
			}
		}
		return s
	}
	parts := []string{words("Total", total)}
	for _, r := range rows {
		parts = append(parts, words(named(r.group, r.label), r.figures))
	}
	return fmt.Sprintf("Four tiles for the total and full bars by segment, %s. %s", count(len(rows), "row"), sentence(parts))
}

package charts

import (
	"cmp"
	"fmt"
	"image/color"
	"strings"

	"tradeoff/stats/crosstab"
)

// Likert is a chart of answers on a scale: one bar a row, the lower answers to
// the left of a common line and the upper ones to the right of it.
type Likert struct {
	Title, Subtitle, Note string
	Categories            []string // from the lowest to the highest
	Neutral               int      // index of the middle category, split between the halves; -1 if there is none
	Rows                  []LikertRow
	Bases                 string // what the bases count: "People", "Ratings"; "" = "Base"
	NetLabel              string // name of the net of the upper answers, "" for the answers' own words
	NetFrom               int    // index of the first of them, 0 for the upper side
	Kinds                 bool   // the categories are kinds and no degrees: rows begin at one line, without a net
}

// A LikertRow is a group's answers. Shares are proportions in the order of the
// categories.
type LikertRow struct {
	Label, Group string
	Base         int
	Shares       []crosstab.Cell
	Net          *crosstab.Cell // the net of the upper answers where it was counted; nil: their sum
}

// likertRow is a row behind the door.
type likertRow struct {
	stubRow
	figures []figure
	net     *figure
	of      summary
}

// Draw draws the chart. The net of the upper answers is printed at the right
// under its name, or under how many answers it holds where the name is long;
// with one of them hidden it is hidden too, unless it was counted and is shown. A hidden answer takes the same width
// whatever it is. (That no hidden answer can be worked out from the shown ones
// is for those who hide them: a single hole in a row that adds to 100 is none.)
func (c Likert) Draw() (Drawing, error) { return drawing(c.page()) }

func (c Likert) page() (*page, error) {
	must(len(c.Categories) > 0 && c.Neutral >= -1 && c.Neutral < len(c.Categories),
		"Likert %q: neutral %d of %d categories", c.Title, c.Neutral, len(c.Categories))
	must(c.NetFrom >= 0 && c.NetFrom < len(c.Categories), "Likert %q: net from %d of %d categories", c.Title, c.NetFrom, len(c.Categories))
	if err := few("scale chart", c.Title, len(c.Rows), len(c.Categories)); err != nil {
		return nil, err
	}
	rows, all, err := c.look()
	if err != nil {
		return nil, err
	}
	p := newPage(pageWidth, c.Title, c.Subtitle)
	colours := c.colours()
	p.key(c.Categories, colours)
	c.bars(p, rows, colours)
	p.footer(all, c.Note)
	p.alt = c.describe(rows)
	return p, nil
}

// look puts the rows behind the door, groups together.
func (c Likert) look() (rows []likertRow, all summary, err error) {
	for _, i := range byGroup(len(c.Rows), func(i int) string { return c.Rows[i].Group }) {
		r := c.Rows[i]
		must(len(r.Shares) == len(c.Categories), "Likert %q: row %q has %d shares for %d categories",
			c.Title, r.Label, len(r.Shares), len(c.Categories))
		figures, err := proportions.lookAll(r.Shares)
		if err != nil {
			return nil, all, fmt.Errorf("charts: scale chart %q: row %q: %w", c.Title, r.Label, err)
		}
		s := summarize(figures)
		row := likertRow{stubRow{r.Group, r.Label, s.base(r.Base), s.small}, figures, nil, s}
		if r.Net != nil {
			net, err := proportions.look(*r.Net)
			if err != nil {
				return nil, all, fmt.Errorf("charts: scale chart %q: row %q: %w", c.Title, r.Label, err)
			}
			row.net = &net
		}
		rows = append(rows, row)
		all = all.and(s)
	}
	return rows, all, nil
}

// lower and upper are where the sides of the scale end and start.
func (c Likert) lower() int {
	if c.Neutral >= 0 {
		return c.Neutral
	}
	return cmp.Or(c.NetFrom, len(c.Categories)/2)
}

func (c Likert) upper() int {
	if c.Neutral >= 0 {
		return c.Neutral + 1
	}
	return c.lower()
}

func (c Likert) colours() []color.RGBA {
	return diverging(c.lower(), len(c.Categories)-c.upper(), c.Neutral >= 0)
}

// netFrom is where the answers of the net start.
func (c Likert) netFrom() int { return cmp.Or(c.NetFrom, c.upper()) }

// net is the sum of the upper answers of a row.
func (c Likert) net(r likertRow) figure {
	if r.net != nil {
		return *r.net
	}
	side := r.figures[c.netFrom():]
	s := summarize(side)
	switch {
	case len(side) == 0 || s.allAbsent:
		return figure{state: absent, text: dash}
	case s.hidden:
		return figure{state: hidden, text: notShown}
	}
	sum := 0.0
	for _, f := range side {
		sum += f.exact // 0 where the answer is not asked
	}
	return figure{state: plain, text: proportions.print(min(sum, 1))}
}

// netName is what the net adds up.
func (c Likert) netName() string {
	if c.NetLabel != "" {
		return c.NetLabel
	}
	side := c.Categories[c.netFrom():]
	if len(side) > 2 {
		return side[0] + " – " + side[len(side)-1]
	}
	return strings.Join(side, " + ")
}

// Widths that the net's column tries, and the lines of its heading.
var netWidths = [...]float64{76, 104, 132}

const netLines = 3

// netHead is the heading of the net's column in the narrowest width in which no
// word of it is cut. A name that is too long for all of them, such as whole
// sentences, gives way to how many answers are in it.
func (c Likert) netHead(p *page) (paragraph, float64) {
	for _, w := range netWidths {
		if head, whole := p.set.wrapWhole(c.netName(), headStyle, w, netLines); whole {
			return head, w
		}
	}
	name := "Upper answer"
	if n := len(c.Categories) - c.netFrom(); n != 1 {
		name = fmt.Sprintf("Upper %d answers", n)
	}
	return p.set.wrap(name, headStyle, netWidths[0], netLines), netWidths[0]
}

// sides returns how much of a row lies left and right of the common line, the
// shown parts as a share and the hidden parts in pixels.
func (c Likert) sides(r likertRow) (l, rt, hiddenL, hiddenR float64) {
	for i, f := range r.figures {
		share, px := 0.0, 0.0
		if f.state == hidden {
			px = stubMark
		} else if f.shown() {
			share = f.value
		}
		switch {
		case c.Kinds:
			rt, hiddenR = rt+share, hiddenR+px
		case i == c.Neutral:
			l, rt, hiddenL, hiddenR = l+share/2, rt+share/2, hiddenL+px/2, hiddenR+px/2
		case i < c.upper():
			l, hiddenL = l+share, hiddenL+px
		default:
			rt, hiddenR = rt+share, hiddenR+px
		}
	}
	return l, rt, hiddenL, hiddenR
}

const wholeHidden = 150.0 // width of the mark of a row of which nothing is shown

// bars draws the rows.
func (c Likert) bars(p *page, rows []likertRow, colours []color.RGBA) {
	heads := make([]stubRow, len(rows))
	for i, r := range rows {
		heads[i] = r.stubRow
	}
	header, netW := paragraph{}, 0.0
	if !c.Kinds {
		header, netW = c.netHead(p)
	}
	s := p.newStub(margin, labelWidth, c.Bases, heads)
	end := p.width - margin
	x1, x2 := s.right+gutter+4, end-netW-gutter

	p.y += float64(max(1, len(header.lines)))*headStyle.leading() + 2
	if !c.Kinds {
		p.paragraph(header, headStyle, end, p.y-6, right)
	}
	p.text(s.bases, headStyle, s.right, p.y-6, right)
	p.text("Percent", headStyle, x1, p.y-6, left)
	p.add(stroke{x1: margin, y1: p.y, x2: end, y2: p.y, width: 1, colour: rule})
	p.y += 3

	scale, zero := c.scale(rows, x1, x2)
	top := p.y
	bands := s.draw(p, margin, end)
	p.add(stroke{x1: zero, y1: top, x2: zero, y2: p.y, width: 1, colour: axis})
	for i, r := range rows {
		c.bar(p, r, bands[i], colours, zero, scale, x1, x2)
		if c.Kinds {
			continue
		}
		net := c.net(r)
		st := strongStyle
		if !net.shown() {
			st = baseStyle
		}
		p.text(net.text, st, end, centred(bands[i].mid(), st), right)
	}
}

// scale finds the pixels of a whole and the place of the common line: as large
// as the row that reaches farthest to the left and the one that reaches
// farthest to the right allow together.
func (c Likert) scale(rows []likertRow, x1, x2 float64) (scale, zero float64) {
	scale = x2 - x1
	for _, a := range rows {
		for _, b := range rows {
			l, _, hl, _ := c.sides(a)
			_, r, _, hr := c.sides(b)
			if l+r > 0 && !a.of.allHidden && !b.of.allHidden {
				scale = min(scale, (x2-x1-hl-hr)/(l+r))
			}
		}
	}
	reach, shown := 0.0, false
	for _, a := range rows {
		if l, _, hl, _ := c.sides(a); !a.of.allHidden && !a.of.allAbsent {
			reach, shown = max(reach, l*scale+hl), true
		}
	}
	if !shown {
		return scale, tenth((x1 + x2) / 2)
	}
	return scale, tenth(x1 + reach)
}

// bar draws one row.
func (c Likert) bar(p *page, r likertRow, b band, colours []color.RGBA, zero, scale, x1, x2 float64) {
	h := min(20, b.height-6)
	y := b.mid() - h/2
	switch {
	case r.of.allHidden:
		x := min(max(zero-wholeHidden/2, x1), x2-wholeHidden)
		p.hiddenMark(x, y, wholeHidden, h)
	case r.of.allAbsent:
		p.text(dash, baseStyle, zero+5, centred(b.mid(), baseStyle), left)
	default:
		l, _, hl, _ := c.sides(r)
		p.parts(zero-l*scale-hl, y, h, scale, r.figures, colours, r.small)
	}
}

// key sets the colours with their words in a row, or as many as it takes.
func (p *page) key(names []string, colours []color.RGBA) {
	const swatch, gap = 12.0, 18.0
	st := style{size: 12, colour: ink}
	x := margin
	p.y += 6
	for i, name := range names {
		name = p.set.shorten(clean(name), st, p.inner()-swatch-5)
		w := swatch + 5 + p.set.width(name, st)
		if x > margin && x+w > p.width-margin {
			x, p.y = margin, p.y+19
		}
		p.add(box{x: x, y: p.y - swatch/2, w: swatch, h: swatch, fill: colours[i]})
		p.text(name, st, x+swatch+5, centred(p.y, st), left)
		x += w + gap
	}
	p.y += 18
}

// describe is the chart in words.
func (c Likert) describe(rows []likertRow) string {
	var parts []string
	for _, r := range rows {
		if !c.Kinds {
			parts = append(parts, named(r.group, r.label)+" "+c.net(r).text)
			continue
		}
		var kinds []string
		for i, f := range r.figures {
			kinds = append(kinds, clean(c.Categories[i])+" "+f.text)
		}
		parts = append(parts, named(r.group, r.label)+" "+strings.Join(kinds, ", "))
	}
	if c.Kinds {
		return fmt.Sprintf("Stacked bars, %s: %s", count(len(rows), "row"), sentence(parts))
	}
	return fmt.Sprintf("Stacked bars around a middle line, %s. %s: %s", count(len(rows), "row"), clean(c.netName()), sentence(parts))
}

package charts

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"

	"tradeoff/stats/crosstab"
	"tradeoff/stats/dist"
)

// Plane is a chart of things by two proportions, with an ellipse around each that
// holds both at once with 95% confidence, and a list of them beside it.
type Plane struct {
	Title, Subtitle, Note string
	XAxis, YAxis          string // what is measured, "Trusted: top answers"; before the colon a word that heads the list
	Points                []PlanePoint
	X, Y                  *crosstab.Cell // drawn as lines that part the plane; nil for none
	ReferenceLabel        string         // what the lines are: "mean of all"
}

// A PlanePoint is one thing: both proportions, and the correlation of the two
// estimates. Without a correlation it has no ellipse.
type PlanePoint struct {
	Label             string
	X, Y, Correlation crosstab.Cell
}

// planePoint is a point behind the door.
type planePoint struct {
	x, y   figure
	around [][2]float64 // the ellipse, nil for none
}

func (p planePoint) shown() bool { return p.x.shown() && p.y.shown() }

// Sizes of the plane.
const (
	planeWidth  = 440.0
	planeHeight = 400.0
	planeLabel  = 130.0 // the widest a name in the plane may get
	planeSides  = 60    // of the polygon that is drawn for an ellipse
)

// Draw draws the chart. The list is in the order given; what is not shown has no
// place in the plane.
func (c Plane) Draw() (Drawing, error) { return drawing(c.page()) }

func (c Plane) page() (*page, error) {
	if err := few("plane", c.Title, len(c.Points), 1); err != nil {
		return nil, err
	}
	points, all, err := c.look()
	if err != nil {
		return nil, err
	}
	var lines [2]figure
	for i, cell := range []*crosstab.Cell{c.X, c.Y} {
		if lines[i].state = absent; cell == nil {
			continue
		}
		if lines[i], err = proportions.look(*cell); err != nil {
			return nil, fmt.Errorf("charts: plane %q: reference: %w", c.Title, err)
		}
	}
	p := newPage(pageWidth, c.Title, c.Subtitle)
	top := p.y
	right := c.draw(p, points, lines)
	bottom := p.y
	p.y = top
	c.list(p, points, right)
	p.y = max(p.y, bottom)
	p.footer(all, c.Note)
	p.alt = c.describe(points, lines)
	return p, nil
}

func (c Plane) look() (points []planePoint, all summary, err error) {
	for _, x := range c.Points {
		figures, err := proportions.lookAll([]crosstab.Cell{x.X, x.Y})
		if err != nil {
			return nil, all, fmt.Errorf("charts: plane %q: %q: %w", c.Title, x.Label, err)
		}
		all = all.and(summarize(figures))
		q := planePoint{x: figures[0], y: figures[1]}
		if r := x.Correlation; q.shown() && r.Status == crosstab.OK && x.X.HasCI && x.Y.HasCI {
			if !(math.Abs(r.Estimate) <= 1+1e-9) {
				return nil, all, fmt.Errorf("charts: plane %q: %q: a correlation is %v", c.Title, x.Label, r.Estimate)
			}
			q.around = ellipse(x.X, x.Y, min(1, max(-1, r.Estimate)))
		}
		points = append(points, q)
	}
	return points, all, nil
}

// ellipse is the line around both estimates inside of which their true values lie
// with 95% confidence (Hotelling),
//
//	(t - e)' V^-1 (t - e) = 2 df/(df-1) F(2, df-1)
//
// cut at 0 and 1; nil without degrees of freedom.
func ellipse(x, y crosstab.Cell, r float64) [][2]float64 {
	df := min(x.DF, y.DF)
	radius := math.Sqrt(2 * df / (df - 1) * dist.FQuantile(0.05, 2, df-1))
	if math.IsInf(df, 1) {
		radius = math.Sqrt(dist.ChiSquaredQuantile(0.05, 2))
	}
	if !(df > 1) || math.IsNaN(radius) || math.IsInf(radius, 0) || !(x.SE >= 0) || !(y.SE >= 0) {
		return nil
	}
	inside := func(v float64) float64 { return min(1, max(0, v)) }
	out := make([][2]float64, planeSides)
	for i := range out {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / planeSides)
		out[i] = [2]float64{inside(x.Estimate + radius*x.SE*cos), inside(y.Estimate + radius*y.SE*(r*cos+math.Sqrt(1-r*r)*sin))}
	}
	return out
}

// draw draws the plane and returns where its right side is.
func (c Plane) draw(p *page, points []planePoint, lines [2]figure) float64 {
	across, up := planeScale(points, lines, 0), planeScale(points, lines, 1)
	ticks := 0.0
	for _, t := range up.ticks {
		ticks = max(ticks, p.set.width(proportions.tick(t), headStyle))
	}
	head := p.set.wrap(c.YAxis, headStyle, planeWidth, 2)
	p.y += float64(len(head.lines)) * headStyle.leading()
	p.paragraph(head, headStyle, margin, p.y-4, left)
	p.y += 8
	across.x1, across.x2 = margin+ticks+10, margin+ticks+10+planeWidth
	up.x1, up.x2 = p.y+planeHeight, p.y
	for _, t := range across.ticks {
		p.add(stroke{x1: across.at(t), y1: up.x1, x2: across.at(t), y2: up.x2, width: 1, colour: faint})
		p.text(proportions.tick(t), headStyle, across.at(t), up.x1+14, centre)
	}
	for _, t := range up.ticks {
		p.add(stroke{x1: across.x1, y1: up.at(t), x2: across.x2, y2: up.at(t), width: 1, colour: faint})
		p.text(proportions.tick(t), headStyle, across.x1-6, centred(up.at(t), headStyle), right)
	}
	if lines[0].shown() {
		p.add(stroke{x1: across.at(lines[0].value), y1: up.x1, x2: across.at(lines[0].value), y2: up.x2, width: 1.5, colour: muted, dashed: true})
	}
	if lines[1].shown() {
		p.add(stroke{x1: across.x1, y1: up.at(lines[1].value), x2: across.x2, y2: up.at(lines[1].value), width: 1.5, colour: muted, dashed: true})
	}
	c.points(p, points, across, up, lines)
	p.y = up.x1 + 18
	foot := p.set.wrap(c.XAxis, headStyle, planeWidth, 2)
	p.y += float64(len(foot.lines)) * headStyle.leading()
	p.paragraph(foot, headStyle, across.x2, p.y-2, right)
	if c.ReferenceLabel != "" && (lines[0].shown() || lines[1].shown()) {
		p.y += headStyle.leading() + 4
		p.text(p.set.shorten("Dashed: "+clean(c.ReferenceLabel), headStyle, planeWidth), headStyle, across.x1, p.y-2, left)
	}
	return across.x2
}

// planeScale is the scale of one direction, with room for the ellipses.
func planeScale(points []planePoint, lines [2]figure, k int) scale {
	low, high := math.Inf(1), math.Inf(-1)
	add := func(v float64) { low, high = min(low, v), max(high, v) }
	for _, q := range points {
		if !q.shown() {
			continue
		}
		add([2]figure{q.x, q.y}[k].value)
		for _, at := range q.around {
			add(at[k])
		}
	}
	if lines[k].shown() {
		add(lines[k].value)
	}
	const narrowest = 0.04
	switch {
	case low > high:
		low, high = 0, 1
	case high-low < narrowest:
		low = min(max(0, (low+high-narrowest)/2), 1-narrowest)
		high = low + narrowest
	}
	s := niceScale(low, high, 0.01)
	s.low, s.high = max(s.low, 0), min(s.high, 1)
	s.ticks = slices.DeleteFunc(s.ticks, func(t float64) bool { return t < -1e-9 || t > 1+1e-9 })
	return s
}

// points draws ellipses, then dots, then the names that find room.
func (c Plane) points(p *page, points []planePoint, across, up scale, lines [2]figure) {
	var taken []rect
	if lines[0].shown() {
		x := across.at(lines[0].value)
		taken = append(taken, rect{x - 1, up.x2, x + 1, up.x1})
	}
	if lines[1].shown() {
		y := up.at(lines[1].value)
		taken = append(taken, rect{across.x1, y - 1, across.x2, y + 1})
	}
	for _, q := range points {
		if !q.shown() {
			continue
		}
		if q.around != nil {
			line := ring{colour: spread}
			for _, at := range q.around {
				line.points = append(line.points, [2]float64{across.at(at[0]), up.at(at[1])})
			}
			p.add(line)
		}
		x, y := across.at(q.x.value), up.at(q.y.value)
		taken = append(taken, rect{x - 6, y - 6, x + 6, y + 6})
	}
	for i, q := range points {
		if !q.shown() {
			continue
		}
		x, y := across.at(q.x.value), up.at(q.y.value)
		p.add(disc{x: x, y: y, r: 5, colour: accent, open: q.x.state == cautious || q.y.state == cautious})
		c.name(p, c.Points[i].Label, x, y, rect{across.x1, up.x2, across.x2, up.x1}, &taken)
	}
}

// name sets a name beside its dot where it meets nothing; where there is no such
// place the list alone names it.
func (c Plane) name(p *page, label string, x, y float64, frame rect, taken *[]rect) {
	words := p.set.shorten(clean(label), valueStyle, planeLabel)
	w, h := p.set.width(words, valueStyle), valueStyle.size*capHeight
	for _, far := range []float64{9, 15, 24} {
		for _, at := range [][2]float64{{x + far, y + h/2}, {x - far - w, y + h/2}, {x - w/2, y - far}, {x - w/2, y + far + h}, {x + far*0.7, y - far*0.7}, {x + far*0.7, y + far*0.7 + h}, {x - far*0.7 - w, y - far*0.7}, {x - far*0.7 - w, y + far*0.7 + h}} {
			box := rect{at[0] - 2, at[1] - h - 2, at[0] + w + 2, at[1] + 2}
			if !box.inside(frame) || box.meets(*taken) {
				continue
			}
			*taken = append(*taken, box)
			p.text(words, valueStyle, at[0], at[1], left)
			return
		}
	}
}

// columnHead is the word before the colon of an axis.
func columnHead(axis string) string {
	head, _, _ := strings.Cut(clean(axis), ":")
	return head
}

// list names all points with their figures, to the right of the plane.
func (c Plane) list(p *page, points []planePoint, from float64) {
	x, end := from+28, p.width-margin
	const column = 46.0
	p.y += 2*headStyle.leading() + 8
	p.text(p.set.shorten(columnHead(c.XAxis), headStyle, column-4), headStyle, end-column, p.y-6, right)
	p.text(p.set.shorten(columnHead(c.YAxis), headStyle, column-4), headStyle, end, p.y-6, right)
	p.add(stroke{x1: x, y1: p.y, x2: end, y2: p.y, width: 1, colour: rule})
	p.y += 3
	for i, q := range points {
		s := summarize([]figure{q.x, q.y})
		lines := p.set.wrap(stubRow{label: c.Points[i].Label, small: s.small}.words(), labelStyle, end-2*column-x-6, 2)
		h := max(22, float64(len(lines.lines))*labelStyle.leading()+8)
		p.middle(lines, labelStyle, x, p.y+h/2, left)
		for k, f := range []figure{q.x, q.y} {
			right2 := end - column*float64(1-k)
			if f.state == hidden {
				p.add(hatch{right2 - column + 10, p.y + h/2 - 6, column - 12, 12})
				continue
			}
			p.text(f.text, valueStyle, right2, centred(p.y+h/2, valueStyle), right)
		}
		p.y += h
	}
}

// describe is the chart in words.
func (c Plane) describe(points []planePoint, lines [2]figure) string {
	var parts []string
	for i, q := range points {
		parts = append(parts, fmt.Sprintf("%s %s and %s", clean(c.Points[i].Label), q.x.text, q.y.text))
	}
	if lines[0].shown() && lines[1].shown() {
		parts = append(parts, fmt.Sprintf("%s %s and %s", clean(c.ReferenceLabel), lines[0].text, lines[1].text))
	}
	return fmt.Sprintf("Points in a plane with ellipses, %s. Across, %s; up, %s: %s", count(len(points), "point"), clean(c.XAxis), clean(c.YAxis), sentence(parts))
}

// A rect is left, top, right, bottom.
type rect [4]float64

func (r rect) inside(o rect) bool {
	return r[0] >= o[0] && r[1] >= o[1] && r[2] <= o[2] && r[3] <= o[3]
}

func (r rect) meets(others []rect) bool {
	for _, o := range others {
		if r[0] < o[2] && o[0] < r[2] && r[1] < o[3] && o[1] < r[3] {
			return true
		}
	}
	return false
}

// ring is the outline of a polygon.
type ring struct {
	points [][2]float64
	colour color.RGBA
}

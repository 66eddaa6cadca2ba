package charts

import (
	"image/color"
	"math"
)

// A scene is a picture as a list of marks. The origin is at the top left, y
// points down, one unit is one CSS pixel.
type scene struct {
	width, height float64
	shapes        []mark  // drawn first, in order
	labels        []label // drawn on top
}

// A mark can be written as SVG and painted on a canvas.
type mark interface {
	svg(w *svgWriter)
	paint(c *canvas)
}

// box is a filled rectangle, outlined if line is set.
type box struct {
	x, y, w, h float64
	fill       color.RGBA
	line       *color.RGBA
}

// stroke is a straight line.
type stroke struct {
	x1, y1, x2, y2 float64
	width          float64
	colour         color.RGBA
	dashed         bool
}

// disc is a dot: filled, or open for a small base.
type disc struct {
	x, y, r float64
	colour  color.RGBA
	open    bool
}

// hatch is a rectangle of slanting lines: something is there, not how much.
type hatch struct {
	x, y, w, h float64
}

// anchor is the part of a label that stands at its place.
type anchor int

const (
	left anchor = iota
	centre
	right
)

// A label is one line of text.
type label struct {
	text   string
	style  style
	x, y   float64 // y of the baseline
	anchor anchor
	rtl    bool
	turn   float64 // degrees, clockwise around its place
	glyphs shaped
	width  float64
}

// places returns how far left of its anchor the label starts.
func (l label) before() float64 {
	return l.width * float64(l.anchor) / 2
}

// lines of a hatch from bottom left to top right, cut at its edges.
func (h hatch) lines() [][4]float64 {
	const gap = 5.0
	var out [][4]float64
	for d := gap; d < h.w+h.h; d += gap {
		// the line x + y = d, seen from the top left corner
		x1, y1 := d, 0.0
		if x1 > h.w {
			x1, y1 = h.w, d-h.w
		}
		x2, y2 := 0.0, d
		if y2 > h.h {
			x2, y2 = d-h.h, h.h
		}
		out = append(out, [4]float64{h.x + x1, h.y + y1, h.x + x2, h.y + y2})
	}
	return out
}

// tenth rounds a coordinate to what is written.
func tenth(v float64) float64 { return math.Round(v*10) / 10 }

func (s *scene) add(m ...mark) { s.shapes = append(s.shapes, m...) }

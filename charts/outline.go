package charts

import (
	"image"
	"math"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"golang.org/x/image/vector"
)

// An outline is the path of one glyph, in pixels of the picture.
type outline struct {
	segments []font.Segment // in font units
	points   []point        // theirs, in order
}

type point struct{ x, y float64 }

type glyphKey struct {
	id   font.GID
	bold bool
}

// outline of one glyph of a line; at gives the place of a point that lies x to the
// right of the start of the line and y above its baseline.
func (t *typesetter) outline(p placed, st style, at func(x, y float64) (float64, float64)) outline {
	o := outline{segments: t.segments(glyphKey{p.id, st.bold}), points: t.points[:0]}
	scale := st.size / float64(t.face(st.bold).Upem())
	for i := range o.segments {
		for _, q := range o.segments[i].ArgsSlice() {
			x, y := at((p.x+float64(q.X))*scale, (p.y+float64(q.Y))*scale)
			o.points = append(o.points, point{x, y})
		}
	}
	t.points = o.points
	return o
}

// segments are those of a glyph, none for a blank.
func (t *typesetter) segments(key glyphKey) []font.Segment {
	s, ok := t.outlines[key]
	if !ok {
		o, _ := t.face(key.bold).GlyphDataOutline(key.id)
		s = o.Segments
		t.outlines[key] = s
	}
	return s
}

// bounds are the pixels that an outline can touch: a curve stays among its points.
func (o outline) bounds() image.Rectangle {
	if len(o.points) == 0 {
		return image.Rectangle{}
	}
	low, high := o.points[0], o.points[0]
	for _, q := range o.points {
		low.x, low.y = min(low.x, q.x), min(low.y, q.y)
		high.x, high.y = max(high.x, q.x), max(high.y, q.y)
	}
	return image.Rect(int(math.Floor(low.x)), int(math.Floor(low.y)), int(math.Ceil(high.x)), int(math.Ceil(high.y)))
}

// fill adds the outline to a raster that begins at a pixel of the picture.
func (o outline) fill(to *vector.Rasterizer, from image.Point) {
	points := o.points
	next := func() (x, y float32) {
		x, y = float32(points[0].x-float64(from.X)), float32(points[0].y-float64(from.Y))
		points = points[1:]
		return x, y
	}
	for i, s := range o.segments {
		ax, ay := next()
		switch s.Op {
		case opentype.SegmentOpMoveTo:
			if i > 0 {
				to.ClosePath()
			}
			to.MoveTo(ax, ay)
		case opentype.SegmentOpLineTo:
			to.LineTo(ax, ay)
		case opentype.SegmentOpQuadTo:
			bx, by := next()
			to.QuadTo(ax, ay, bx, by)
		case opentype.SegmentOpCubeTo:
			bx, by := next()
			cx, cy := next()
			to.CubeTo(ax, ay, bx, by, cx, cy)
		}
	}
	to.ClosePath()
}

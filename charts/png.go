package charts

import (
	"bytes"
	"image"
	"image/png"
	"math"

	"golang.org/x/image/vector"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
)

// pixelsPerUnit of the PNG, for decks and screens with small pixels.
const pixelsPerUnit = 2

// canvas turns the scene's coordinates into those of vg, where y points up.
type canvas struct {
	*vgimg.Canvas
	set    *typesetter
	height float64
	raster vector.Rasterizer // of glyphs
}

func (p *page) png() ([]byte, error) {
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed} // a twentieth larger, in two fifths of the time
	err := encoder.Encode(&out, newPicture(p.paint()).paletted())
	return out.Bytes(), err
}

// paint fills the scene in.
func (p *page) paint() *image.RGBA {
	c := &canvas{Canvas: vgimg.NewWith(vgimg.UseImage(blank(p.width, p.height)), vgimg.UseDPI(72*pixelsPerUnit)), set: p.set, height: p.height}
	for _, m := range p.shapes {
		m.paint(c)
	}
	for _, l := range p.labels {
		l.paint(c)
	}
	return c.Image().(*image.RGBA)
}

// blank is an image of that size whose rows are all the same one in memory. The
// canvas begins with a copy of what it is given; without it, it would make an
// image only to copy it.
func blank(width, height float64) *image.RGBA {
	size := image.Rect(0, 0, int(width*pixelsPerUnit+0.5), int(height*pixelsPerUnit+0.5))
	return &image.RGBA{Pix: make([]uint8, 4*size.Dx()), Rect: size}
}

func (c *canvas) point(x, y float64) vg.Point {
	return vg.Point{X: vg.Length(x), Y: vg.Length(c.height - y)}
}

func (b box) paint(c *canvas) {
	var path vg.Path
	path.Move(c.point(tenth(b.x), tenth(b.y)))
	path.Line(c.point(tenth(b.x+b.w), tenth(b.y)))
	path.Line(c.point(tenth(b.x+b.w), tenth(b.y+b.h)))
	path.Line(c.point(tenth(b.x), tenth(b.y+b.h)))
	path.Close()
	c.SetColor(b.fill)
	c.Fill(path)
	if b.line != nil {
		c.SetColor(*b.line)
		c.SetLineWidth(1)
		c.Stroke(path)
	}
}

func (s stroke) paint(c *canvas) {
	c.SetColor(s.colour)
	c.SetLineWidth(vg.Length(s.width))
	if s.dashed {
		c.SetLineDash([]vg.Length{4, 3}, 0)
		defer c.SetLineDash(nil, 0)
	}
	var path vg.Path
	path.Move(c.point(tenth(s.x1), tenth(s.y1)))
	path.Line(c.point(tenth(s.x2), tenth(s.y2)))
	c.Stroke(path)
}

func (r ring) paint(c *canvas) {
	c.SetColor(r.colour)
	c.SetLineWidth(1.5)
	var path vg.Path
	for i, q := range r.points {
		if i == 0 {
			path.Move(c.point(tenth(q[0]), tenth(q[1])))
			continue
		}
		path.Line(c.point(tenth(q[0]), tenth(q[1])))
	}
	path.Close()
	c.Stroke(path)
}

func (d disc) paint(c *canvas) {
	circle := func(r float64) (path vg.Path) {
		path.Move(c.point(tenth(d.x)+r, tenth(d.y)))
		path.Arc(c.point(tenth(d.x), tenth(d.y)), vg.Length(r), 0, 2*math.Pi)
		path.Close()
		return path
	}
	c.SetColor(d.colour)
	if !d.open {
		c.Fill(circle(d.r))
		return
	}
	c.Fill(circle(d.r + 1))
	c.SetColor(white)
	c.Fill(circle(d.r - 1))
}

func (h hatch) paint(c *canvas) {
	c.SetColor(hatchC)
	c.SetLineWidth(1)
	var path vg.Path
	for _, l := range h.lines() {
		path.Move(c.point(l[0], l[1]))
		path.Line(c.point(l[2], l[3]))
	}
	path.Move(c.point(h.x, h.y))
	path.Line(c.point(h.x+h.w, h.y))
	path.Line(c.point(h.x+h.w, h.y+h.h))
	path.Line(c.point(h.x, h.y+h.h))
	path.Close()
	c.Stroke(path)
}

// paint fills glyph by glyph. A rasterizer for letters does it in a third of the time
// of the canvas, whose one goes through all rows of the picture for each path.
func (l label) paint(c *canvas) {
	sin, cos := math.Sincos(l.turn * math.Pi / 180)
	x0, y0 := tenth(l.x), tenth(l.y)
	colour := image.NewUniform(l.style.colour)
	for _, g := range l.glyphs.glyphs {
		c.glyph(c.set.outline(g, l.style, func(x, y float64) (float64, float64) {
			x -= l.before()
			return pixelsPerUnit * (x0 + x*cos + y*sin), pixelsPerUnit * (y0 + x*sin - y*cos)
		}), colour)
	}
}

// glyph fills an outline, as far as it lies in the picture.
func (c *canvas) glyph(o outline, colour *image.Uniform) {
	picture := c.Image().(*image.RGBA)
	in := o.bounds().Intersect(picture.Rect)
	if in.Empty() {
		return
	}
	c.raster.Reset(in.Dx(), in.Dy())
	o.fill(&c.raster, in.Min)
	c.raster.Draw(picture, in, colour, image.Point{})
}

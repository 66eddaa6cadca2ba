package charts

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/png"
	"math"
	"slices"

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
}

func (p *page) png() ([]byte, error) {
	c := &canvas{
		Canvas: vgimg.NewWith(vgimg.UseWH(vg.Length(p.width), vg.Length(p.height)), vgimg.UseDPI(72*pixelsPerUnit)),
		set:    p.set, height: p.height,
	}
	for _, m := range p.shapes {
		m.paint(c)
	}
	for _, l := range p.labels {
		l.paint(c)
	}
	var out bytes.Buffer
	err := png.Encode(&out, fewColours(c.Image().(*image.RGBA)))
	return out.Bytes(), err
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

func (l label) paint(c *canvas) {
	sin, cos := math.Sincos(l.turn * math.Pi / 180)
	x0, y0 := tenth(l.x), tenth(l.y)
	c.SetColor(l.style.colour)
	for _, g := range l.glyphs.glyphs { // one by one: filling slows down with the length of a path
		c.Fill(c.set.outline(g, l.style, func(x, y float64) vg.Point {
			x -= l.before()
			return c.point(x0+x*cos+y*sin, y0+x*sin-y*cos)
		}))
	}
}

// fewColours maps an image to its 256 most frequent colours and every other
// pixel, an edge of a letter, to the nearest of them. Charts are flat: nothing
// is lost to the eye, and the file is a third of the size in a third of the time.
func fewColours(img *image.RGBA) *image.Paletted {
	count := countColours(img)
	all := make([]uint32, 0, len(count))
	for c := range count {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b))
	})
	kept := all[:min(len(all), 256)]
	index := make(map[uint32]uint8, len(all))
	palette := make(color.Palette, len(kept))
	for i, c := range kept {
		palette[i] = color.RGBA{R: uint8(c), G: uint8(c >> 8), B: uint8(c >> 16), A: 255}
		index[c] = uint8(i)
	}
	for _, c := range all[len(kept):] {
		index[c] = nearest(kept, c)
	}
	out := image.NewPaletted(img.Rect, palette)
	last, at := kept[0], uint8(0)
	for i := range out.Pix {
		if c := pixel(img.Pix[4*i:]); c != last {
			last, at = c, index[c]
		}
		out.Pix[i] = at
	}
	return out
}

func countColours(img *image.RGBA) map[uint32]int {
	count := map[uint32]int{}
	last, n := pixel(img.Pix), 0
	for i := 0; i < len(img.Pix); i += 4 {
		c := pixel(img.Pix[i:])
		if c != last {
			count[last] += n
			last, n = c, 0
		}
		n++
	}
	count[last] += n
	return count
}

func pixel(p []uint8) uint32 { return uint32(p[0]) | uint32(p[1])<<8 | uint32(p[2])<<16 }

func nearest(kept []uint32, c uint32) uint8 {
	best, at := math.MaxInt, 0
	for i, k := range kept {
		d := 0
		for shift := 0; shift < 24; shift += 8 {
			diff := int(k>>shift&255) - int(c>>shift&255)
			d += diff * diff
		}
		if d < best {
			best, at = d, i
		}
	}
	return uint8(at)
}

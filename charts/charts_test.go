package charts

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"tradeoff/stats/crosstab"
)

var update = flag.Bool("update", false, "rewrite the golden pictures")

func draw(t testing.TB, c drawer) Drawing {
	t.Helper()
	d, err := c.Draw()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// layout is the scene of a specimen.
func layout(t testing.TB, c drawer) *page {
	t.Helper()
	p, err := c.(interface{ page() (*page, error) }).page()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The pictures were looked at. PNG is compared as an image with room for the
// rounding of another processor, SVG byte by byte.
func TestGolden(t *testing.T) {
	photographed := map[string]bool{"likert": true, "dots": true, "quadrants": true, "matrix": true, "trends": true, "plane": true, "likert_scripts": true}
	for _, s := range specimens() {
		t.Run(s.name, func(t *testing.T) {
			svg := layout(t, s.chart).svg()
			golden(t, s.name+".svg", svg, func(want []byte) bool { return bytes.Equal(want, svg) })
			if photographed[s.name] {
				d := draw(t, s.chart)
				golden(t, s.name+".png", d.PNG, func(want []byte) bool { return alike(t, want, d.PNG) })
			}
		})
	}
}

func golden(t *testing.T, name string, got []byte, same func(want []byte) bool) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !same(want) {
		t.Errorf("%s differs from what was reviewed; look at it, then run with -update", name)
	}
}

// alike tells whether two images differ by no more than 2% in any channel of
// any pixel. (gonum's cmpimg does this too, at the price of two more modules.)
func alike(t *testing.T, a, b []byte) bool {
	t.Helper()
	x, errA := png.Decode(bytes.NewReader(a))
	y, errB := png.Decode(bytes.NewReader(b))
	if errA != nil || errB != nil {
		t.Fatal(errA, errB)
	}
	if x.Bounds() != y.Bounds() {
		return false
	}
	near := func(p, q uint32) bool { return max(p, q)-min(p, q) <= 0xffff/50 }
	for i := range x.Bounds().Dx() {
		for j := range x.Bounds().Dy() {
			r1, g1, b1, _ := x.At(i, j).RGBA()
			r2, g2, b2, _ := y.At(i, j).RGBA()
			if !near(r1, r2) || !near(g1, g2) || !near(b1, b2) {
				return false
			}
		}
	}
	return true
}

// Two drawings at once and one at once before them give the same bytes.
func TestSameBytes(t *testing.T) {
	for _, s := range painted() {
		want := draw(t, s.chart)
		if !bytes.Equal(want.SVG, layout(t, s.chart).svg()) {
			t.Errorf("%s: the SVG is not that of its page, which the other tests look at", s.name)
		}
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				got, err := s.chart.Draw()
				if err != nil || !bytes.Equal(got.SVG, want.SVG) || !bytes.Equal(got.PNG, want.PNG) || got.Alt != want.Alt {
					t.Errorf("%s: a second drawing differs (%v)", s.name, err)
				}
			})
		}
		wg.Wait()
	}
}

// An SVG must stand alone in a page: well-formed, no identifiers that could meet
// those of another, nothing fetched, a title and a description, coordinates
// that say no more than a tenth.
func TestSVG(t *testing.T) {
	number := regexp.MustCompile(`\d+\.\d\d+`)
	for _, s := range specimens() {
		svg := layout(t, s.chart).svg()
		if len(svg) > 60_000 {
			t.Errorf("%s: %d bytes", s.name, len(svg))
		}
		names := map[string]int{}
		dec := xml.NewDecoder(bytes.NewReader(svg))
		for {
			token, err := dec.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", s.name, err)
			}
			e, ok := token.(xml.StartElement)
			if !ok {
				continue
			}
			names[e.Name.Local]++
			for _, a := range e.Attr {
				if name := a.Name.Local; name == "id" || name == "href" || strings.HasPrefix(name, "on") {
					t.Errorf("%s: attribute %s=%q", s.name, name, a.Value)
				}
				if a.Name.Local != "font-size" && number.MatchString(a.Value) {
					t.Errorf("%s: %s=%q has more than one decimal", s.name, a.Name.Local, a.Value)
				}
			}
		}
		if names["svg"] != 1 || names["title"] != 1 || names["desc"] != 1 || names["script"]+names["style"]+names["image"] > 0 {
			t.Errorf("%s: elements %v", s.name, names)
		}
		head, _, _ := strings.Cut(string(svg), "\n")
		for _, want := range []string{`role="img"`, `viewBox="0 0 `, `max-width:100%`} {
			if !strings.Contains(head, want) {
				t.Errorf("%s: no %s in %s", s.name, want, head)
			}
		}
	}
}

// Hebrew, Cyrillic and Greek are in the fonts; Arabic is not, and that is told.
func TestMissing(t *testing.T) {
	got := string(draw(t, likertScripts()).Missing)
	if want := "أابترصكلمنوي"; got != want { // the letters of مصر and البنوك والتأمين
		t.Errorf("missing %q, want %q", got, want)
	}
	if got := draw(t, likertUsual()).Missing; got != nil {
		t.Errorf("missing %q from plain English", string(got))
	}
}

func TestFaults(t *testing.T) {
	cell := func(estimate, low, high float64) Dots {
		return Dots{Title: "T", Percent: true, Rows: []Dot{{Label: "R", Cell: crosstab.Cell{Status: crosstab.OK, Estimate: estimate, Low: low, High: high, HasCI: true}}}}
	}
	many := likertUsual()
	for len(many.Rows) <= maxRows {
		many.Rows = append(many.Rows, many.Rows[0])
	}
	badTotal := quadrantsUsual()
	badTotal.Total[1].Estimate = 41
	badMatrix := matrixUsual()
	badMatrix.ColumnTotals[0].Estimate = math.Inf(1)
	for _, c := range []struct {
		chart drawer
		want  string
	}{
		{cell(math.NaN(), 0, 1), `charts: dot chart "T": row "R": a shown cell holds NaN (0 to 1), which is no number to draw`},
		{cell(0.5, math.NaN(), 1), `a shown cell holds 0.5 (NaN to 1), which is no number to draw`},
		{cell(41, 40, 42), `a shown proportion is 41 (40 to 42), outside 0 to 1`},
		{cell(0.5, -0.1, 1), `outside 0 to 1`},
		{cell(0.5, 0.6, 0.7), `the interval 0.6 to 0.7 does not hold its estimate 0.5`},
		{Dots{Title: "T"}, `charts: dot chart "T" has 0 rows and 1 columns: nothing to draw`},
		{Matrix{Title: "T"}, `nothing to draw`},
		{many, `has 301 rows; at most 300 can be drawn, split it`},
		{badTotal, `charts: quadrant chart "Four in ten want personal service and fear for their privacy at once": total: a shown proportion is 41`},
		{badMatrix, `column totals: a shown cell holds +Inf`},
	} {
		d, err := c.chart.Draw()
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v\nwant %s", err, c.want)
		}
		if d.SVG != nil || d.PNG != nil {
			t.Errorf("a drawing came with the error %v", err)
		}
	}
}

// Parts that do not fit each other are a programmer's mistake.
func TestMisuse(t *testing.T) {
	short := likertUsual()
	short.Rows[0].Shares = short.Rows[0].Shares[:2]
	neutral := likertUsual()
	neutral.Neutral = 5
	ragged := matrixUsual()
	ragged.Cells[1] = ragged.Cells[1][:1]
	for name, c := range map[string]drawer{"short row": short, "neutral outside": neutral, "ragged matrix": ragged} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			c.Draw()
		}()
	}
}

// Every option changes the picture.
func TestOptions(t *testing.T) {
	base := draw(t, dotsUsual())
	keep := dotsUsual()
	keep.KeepOrder = true
	noRef := dotsUsual()
	noRef.Reference = nil
	for name, c := range map[string]drawer{"KeepOrder": keep, "Reference": noRef} {
		if bytes.Equal(draw(t, c).SVG, base.SVG) {
			t.Errorf("%s changes nothing", name)
		}
	}
	unit := dotsMeans()
	unit.Unit = "out of 5"
	if svg := draw(t, unit).SVG; !bytes.Contains(svg, []byte("Mean trust (out of 5)")) {
		t.Error("Unit is not on the axis")
	}
	without := likertUsual()
	without.Neutral = -1
	if alt := draw(t, without).Alt; !strings.Contains(alt, "Neither – Strongly agree: ") {
		t.Errorf("without a middle category three of five are the upper side: %s", alt)
	}
	if alt := draw(t, keep).Alt; !strings.Contains(alt, "Age, 18–24 28% (24–32); Age, 25–34") {
		t.Errorf("order is not kept: %s", alt)
	}
}

// Most of the time goes to filling and packing the PNG.
func benchmark(b *testing.B, c drawer) {
	for b.Loop() {
		if _, err := c.Draw(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "charts/s")
}

func BenchmarkLikert(b *testing.B)    { benchmark(b, likertUsual()) }
func BenchmarkDots(b *testing.B)      { benchmark(b, dotsUsual()) }
func BenchmarkQuadrants(b *testing.B) { benchmark(b, quadrantsUsual()) }
func BenchmarkMatrix(b *testing.B)    { benchmark(b, matrixUsual()) }
func BenchmarkForty(b *testing.B)     { benchmark(b, likertForty()) }

func BenchmarkLayoutAndSVG(b *testing.B) {
	for b.Loop() {
		layout(b, likertUsual()).svg()
	}
}

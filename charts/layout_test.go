package charts

import (
	"fmt"
	"image/color"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
	"tradeoff/stats/crosstab"
)

// corners of the box around a label, from its cap height to its baseline,
// turned with it.
func (l label) corners() [4][2]float64 {
	sin, cos := math.Sincos(l.turn * math.Pi / 180)
	var out [4][2]float64
	for i, q := range [4][2]float64{{0, 0}, {l.width, 0}, {l.width, -capHeight * l.style.size}, {0, -capHeight * l.style.size}} {
		x, y := q[0]-l.before(), q[1]
		out[i] = [2]float64{l.x + x*cos - y*sin, l.y + x*sin + y*cos}
	}
	return out
}

// overlap tells whether two boxes meet: no side of either separates them.
func overlap(a, b [4][2]float64) bool {
	for _, box := range [][4][2]float64{a, b} {
		for i := range 2 {
			dx, dy := box[i+1][0]-box[i][0], box[i+1][1]-box[i][1]
			lowA, highA := shadow(a, dx, dy)
			lowB, highB := shadow(b, dx, dy)
			slack := 0.1 * math.Hypot(dx, dy)
			if highA <= lowB+slack || highB <= lowA+slack {
				return false
			}
		}
	}
	return true
}

func shadow(box [4][2]float64, dx, dy float64) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, c := range box {
		v := c[0]*dx + c[1]*dy
		low, high = min(low, v), max(high, v)
	}
	return low, high
}

func TestOverlap(t *testing.T) {
	a := label{x: 0, y: 0, width: 100, style: style{size: 12}}
	for _, c := range []struct {
		b    label
		want bool
	}{
		{label{x: 50, y: 5, width: 10, style: style{size: 12}}, true},
		{label{x: 50, y: 13, width: 10, style: style{size: 12}}, false}, // a line below
		{label{x: 101, y: 0, width: 10, style: style{size: 12}}, false},
		{label{x: 95, y: 40, width: 100, turn: -45, style: style{size: 12}}, false}, // passes the corner
		{label{x: 60, y: 40, width: 100, turn: -45, style: style{size: 12}}, true},
	} {
		if got := overlap(a.corners(), c.b.corners()); got != c.want {
			t.Errorf("%+v: %v", c.b, got)
		}
	}
}

// check finds labels that meet, leave the picture or cannot be read.
func check(p *page) error {
	for i, l := range p.labels {
		for _, c := range l.corners() {
			if c[0] < 4 || c[0] > p.width-4 || c[1] < 4 || c[1] > p.height-4 {
				return fmt.Errorf("%q leaves the picture at %.0f, %.0f of %.0f × %.0f", l.text, c[0], c[1], p.width, p.height)
			}
		}
		for _, o := range p.labels[:i] {
			if overlap(l.corners(), o.corners()) {
				return fmt.Errorf("%q meets %q", l.text, o.text)
			}
		}
		if c := contrast(l.style.colour, p.ground(l)); c < 4.5 {
			return fmt.Errorf("%q has a contrast of %.1f", l.text, c)
		}
	}
	for _, m := range p.shapes {
		if b, ok := m.(box); ok && (b.x < 0 || b.y < 0 || b.x+b.w > p.width || b.y+b.h > p.height || b.w < 0) {
			return fmt.Errorf("a box leaves the picture: %+v", b)
		}
	}
	return nil
}

// ground is the colour behind the middle of a label.
func (p *page) ground(l label) color.RGBA {
	ground := white
	c := l.corners()
	x, y := (c[0][0]+c[2][0])/2, (c[0][1]+c[2][1])/2
	for _, m := range p.shapes {
		if b, ok := m.(box); ok && x > b.x && x < b.x+b.w && y > b.y && y < b.y+b.h {
			ground = b.fill
		}
	}
	return ground
}

func TestLabels(t *testing.T) {
	for _, s := range specimens() {
		if err := check(layout(t, s.chart)); err != nil {
			t.Errorf("%s: %v", s.name, err)
		}
	}
}

// A number on a bar lies inside its part.
func TestNumbersFitTheirParts(t *testing.T) {
	for _, c := range []drawer{likertUsual(), likertEight(), likertForty(), quadrantsUsual()} {
		p := layout(t, c)
		for _, l := range p.labels {
			ground := p.ground(l)
			if ground == white || l.style.size != valueStyle.size {
				continue
			}
			x := l.x - l.before()
			for _, end := range []float64{x, x + l.width} {
				at := label{x: end, y: l.y, style: l.style}
				if p.ground(at) != ground {
					t.Errorf("%q does not fit its part", l.text)
				}
			}
		}
	}
}

// Whatever the words, nothing meets anything.
func TestLabelsWithAnyWords(t *testing.T) {
	words := []string{"Banks", "Versicherungsgesellschaften", "18–24", "Öffentlich-rechtlicher Rundfunk", "בנקים וביטוח (18–34)", "Банки и страхование",
		"البنوك", "銀行と保険", "a/b/c", "Kraftfahrzeughaftpflichtversicherungsgesellschaften", "…", "", "https://example.org/a/very/long/address?with=query&and=more",
		"e\u0301\u0302\u0303", "\u202eright to left", "line\nbreak\ttab", "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW", "Straßen\u00adverkehrs\u00adordnung"}
	rapid.Check(t, func(t *rapid.T) {
		text := func() string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 6).Draw(t, "words"), " ")
		}
		cells := func(n int) []crosstab.Cell {
			var out []crosstab.Cell
			for range n {
				c := ok(rapid.Float64Range(0, 1).Draw(t, "share") / float64(n))
				c.Status = rapid.SampledFrom([]crosstab.Status{crosstab.OK, crosstab.OK, crosstab.LowBase, crosstab.Suppressed, crosstab.NotAsked}).Draw(t, "state")
				out = append(out, c)
			}
			return out
		}
		rows, columns := rapid.IntRange(1, 5).Draw(t, "rows"), rapid.IntRange(1, 16).Draw(t, "columns")
		ref := cells(1)[0]
		likert := Likert{Title: text(), Subtitle: text(), Note: text(), Neutral: rapid.IntRange(-1, columns-1).Draw(t, "neutral"), NetLabel: text(), Kinds: rapid.Bool().Draw(t, "kinds")}
		dots := Dots{Title: text(), Axis: text(), Unit: text(), Reference: &ref, ReferenceLabel: text(), Percent: rapid.Bool().Draw(t, "percent")}
		quadrants := Quadrants{Title: text(), Names: [4]string{text(), text(), text(), text()}, Total: [4]crosstab.Cell(cells(4))}
		matrix := Matrix{Title: text(), RowTotals: cells(rows), ColumnTotals: cells(columns)}
		trends := Trends{Title: text(), Subtitle: text(), Percent: true}
		plane := Plane{Title: text(), XAxis: text(), YAxis: text(), X: &ref, ReferenceLabel: text()}
		for range rapid.IntRange(0, 3).Draw(t, "marks") {
			trends.Marks = append(trends.Marks, TrendMark{rapid.IntRange(0, columns-1).Draw(t, "wave"), text(), rapid.Bool().Draw(t, "break")})
		}
		for range columns {
			trends.Waves = append(trends.Waves, text())
			likert.Categories, matrix.Columns = append(likert.Categories, text()), append(matrix.Columns, text())
		}
		for range rows {
			base := rapid.IntRange(0, 1_000_000).Draw(t, "base")
			label, group := text(), rapid.SampledFrom([]string{"", "G", "Eine sehr lange Gruppe " + strings.Repeat("ohne Ende ", 20)}).Draw(t, "group")
			likert.Rows = append(likert.Rows, LikertRow{label, group, base, cells(columns), nil})
			dots.Rows = append(dots.Rows, Dot{label, group, base, cells(1)[0]})
			quadrants.Rows = append(quadrants.Rows, QuadrantRow{label, group, base, [4]crosstab.Cell(cells(4))})
			matrix.Rows, matrix.Cells = append(matrix.Rows, label), append(matrix.Cells, cells(columns))
			trends.Lines = append(trends.Lines, TrendLine{label, cells(columns)})
			plane.Points = append(plane.Points, PlanePoint{label, cells(1)[0], cells(1)[0], crosstab.Cell{Status: crosstab.OK, Estimate: 0.5}})
		}
		for _, c := range []drawer{likert, dots, quadrants, matrix, trends, plane} {
			p, err := c.(interface{ page() (*page, error) }).page()
			if err != nil {
				t.Fatal(err)
			}
			if err := check(p); err != nil {
				t.Fatalf("%T: %v", c, err)
			}
		}
	})
}

// Neighbours keep apart on a grey printer and for the common forms of colour
// blindness. Matrices for dichromats: Viénot, Brettel and Mollon 1999, as used
// on linear RGB.
func TestPaletteForEveryone(t *testing.T) {
	sights := map[string][3][3]float64{
		"protan": {{0.11238, 0.88762, 0}, {0.11238, 0.88762, 0}, {0.00401, -0.00401, 1}},
		"deutan": {{0.29275, 0.70725, 0}, {0.29275, 0.70725, 0}, {-0.02234, 0.02234, 1}},
	}
	neighbours := func(name string, colours []color.RGBA, least float64) {
		for i := range colours[:len(colours)-1] {
			a, b := colours[i], colours[i+1]
			for sight, m := range sights {
				if d := seen(a, b, m); d < least {
					t.Errorf("%s %d and %d: distance %.2f for %s", name, i, i+1, d, sight)
				}
			}
		}
	}
	neighbours("quadrants", quadrantColours[:], 0.12)
	for i := range 3 {
		if c := contrast(quadrantColours[i], quadrantColours[i+1]); c < 1.3 {
			t.Errorf("quadrants %d and %d differ by %.2f : 1 in grey", i, i+1, c)
		}
	}
	for lower := 1; lower <= 4; lower++ {
		neighbours(fmt.Sprint("scale of ", 2*lower+1), diverging(lower, lower, true), 0.04)
	}
	// The two ends of a scale are as dark as each other and differ in hue.
	ends := diverging(2, 2, true)
	neighbours("ends", []color.RGBA{ends[0], ends[4]}, 0.12)
}

// seen is the distance of two colours in linear light as a dichromat sees them.
func seen(a, b color.RGBA, m [3][3]float64) float64 {
	linear := func(c color.RGBA) [3]float64 {
		var out [3]float64
		for i, v := range [3]uint8{c.R, c.G, c.B} {
			out[i] = math.Pow(float64(v)/255, 2.2)
		}
		return out
	}
	la, lb := linear(a), linear(b)
	sum := 0.0
	for i := range 3 {
		d := 0.0
		for j := range 3 {
			d += m[i][j] * (la[j] - lb[j])
		}
		sum += d * d
	}
	return math.Sqrt(sum)
}

// Black or white can be read on every grey: the worst is sqrt(21) = 4.58.
func TestOn(t *testing.T) {
	for v := range 256 {
		g := color.RGBA{uint8(v), uint8(v), uint8(v), 255}
		if c := contrast(on(g), g); c < 4.5 {
			t.Errorf("grey %d: %.2f", v, c)
		}
	}
	// WCAG 2: black on white is 21 : 1; #777 on white is 4.48 : 1, just below the mark.
	if c := contrast(black, white); math.Abs(c-21) > 1e-9 {
		t.Errorf("black on white %v", c)
	}
	if c := contrast(rgb(0x777777), white); math.Abs(c-4.48) > 0.005 {
		t.Errorf("#777 on white %v", c)
	}
}

// The heading of the net is whole words: its name where that fits, otherwise
// how many answers are in it.
func TestNetHeading(t *testing.T) {
	tracked := []string{"I am not tracked", "I do not know", "I am tracked, it does not worry me", "I am tracked and worry about it"}
	acceptable := []string{"Very unacceptable", "Unacceptable", "Neither", "Acceptable", "Very acceptable"}
	for _, c := range []struct {
		chart Likert
		want  string
	}{
		{Likert{Categories: agreement, Neutral: 2}, "Agree + Strongly agree"},
		{Likert{Categories: acceptable, Neutral: 2}, "Acceptable + Very acceptable"},
		{Likert{Categories: tracked, Neutral: 1}, "I am tracked, it does not worry me + I am tracked and worry about it"},
		{Likert{Categories: []string{"No", strings.Repeat("I am tracked ", 4), strings.Repeat("I worry about it ", 4)}, Neutral: 0}, "Upper 2 answers"},
		{Likert{Categories: tracked, Neutral: 1, NetLabel: "Believe they are tracked"}, "Believe they are tracked"},
		{Likert{Categories: tracked, Neutral: 1, NetLabel: strings.Repeat("believe it and ", 9)}, "Upper 2 answers"},
		{Likert{Categories: []string{"Nein", "Bürgerbeteiligungsverfahrensbeschleunigungsgesetz"}, Neutral: -1}, "Upper answer"},
		{Likert{Categories: []string{"No", "Yes"}, Neutral: -1}, "Yes"},
		{Likert{Categories: []string{"No", "Perhaps"}, Neutral: 1}, ""},
	} {
		p := newPage(pageWidth, "", "")
		head, width := c.chart.netHead(p)
		if got := strings.Join(head.lines, " "); got != c.want || len(head.lines) > netLines {
			t.Errorf("%q in %d lines, want %q", got, len(head.lines), c.want)
		}
		for _, line := range head.lines {
			if p.set.width(line, headStyle) > width {
				t.Errorf("%q is wider than %v", line, width)
			}
		}
	}
}

// Kinds are no degrees: every row begins where the first does, and the words name all
// kinds and add none of them up.
func TestKindsBeginAtOneLine(t *testing.T) {
	share := func(x float64) crosstab.Cell { return crosstab.Cell{Status: crosstab.OK, Estimate: x} }
	kinds := Likert{Title: "Types", Categories: []string{"Fundamentalists", "Pragmatists", "Unconcerned"}, Neutral: 1, Kinds: true, Rows: []LikertRow{
		{Label: "Men", Base: 400, Shares: []crosstab.Cell{share(0.2), share(0.5), share(0.3)}},
		{Label: "Women", Base: 400, Shares: []crosstab.Cell{share(0.6), share(0.3), share(0.1)}}}}
	rows, _, err := kinds.look()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if l, _, hidden, _ := kinds.sides(r); l != 0 || hidden != 0 {
			t.Errorf("%s reaches %g to the left", r.label, l)
		}
	}
	if got, want := kinds.describe(rows), "Stacked bars, 2 rows: Men Fundamentalists 20%, Pragmatists 50%, Unconcerned 30%; Women Fundamentalists 60%, Pragmatists 30%, Unconcerned 10%."; got != want {
		t.Errorf("says %q, want %q", got, want)
	}
}

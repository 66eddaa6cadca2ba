package charts

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
	"pgregory.net/rapid"
)

// seenOrder is the text as its runs are seen, from left to right.
func seenOrder(s string, rtl bool) string {
	text, out := []rune(s), ""
	for _, r := range newTypesetter().runs(text, rtl) {
		piece := slices.Clone(text[r.start:r.end])
		if r.level%2 == 1 {
			slices.Reverse(piece)
		}
		out += string(piece)
	}
	return out
}

// Orders worked out by hand after Unicode annex 9: capitals in the comments are
// Hebrew. Brackets are not mirrored here; the shaper does that.
func TestVisualOrder(t *testing.T) {
	for _, c := range []struct {
		text string
		rtl  bool
		want string
	}{
		{"plain 12%", false, "plain 12%"},
		{"אבג", true, "גבא"},
		{"ab אבג cd", false, "ab גבא cd"},           // ab ABC cd
		{"אב ab גד", true, "דג ab בא"},              // AB ab CD
		{"אב 12 גד", true, "דג 12 בא"},              // numbers run to the right
		{"ab אב 12 גד cd", false, "ab דג 12 בא cd"}, // the number belongs to the Hebrew
		{"ab אב 12 cd", false, "ab 12 בא cd"},       // even at its end
		{"אב ab, cd גד", true, "דג ab, cd בא"},      // Latin keeps its own order
		{"ab אב 12%, cd", false, "ab 12% בא, cd"},
		{"ab אב 1,5 cd", false, "ab 1,5 בא cd"},
		{"אב *", true, "* בא"},                // a mark follows its label
		{"אב *", false, "בא *"},               // and stays right of it in English
		{"Банки 18–24", false, "Банки 18–24"}, // Cyrillic as Latin
		{"אב 1.5% גד", true, "דג 1.5% בא"},    // decimal point and per cent stay with the number
		{"first אב second גד last", false, "first בא second דג last"},
	} {
		if got := seenOrder(c.text, c.rtl); got != c.want {
			t.Errorf("%q (rtl %v)\ngot  %q\nwant %q", c.text, c.rtl, got, c.want)
		}
	}
}

// x/text finds the same stretches of one direction.
func TestDirectionsAgreeWithXText(t *testing.T) {
	alphabet := []rune("abc אבגд 12,.%-")
	rapid.Check(t, func(t *rapid.T) {
		s := "א" + string(rapid.SliceOfN(rapid.SampledFrom(alphabet), 1, 20).Draw(t, "text"))
		var p bidi.Paragraph
		if _, err := p.SetString(s); err != nil {
			t.Fatal(err)
		}
		order, err := p.Order()
		if err != nil {
			t.Fatal(err)
		}
		want := make([]bool, utf8.RuneCountInString(s))
		for i := range order.NumRuns() {
			r := order.Run(i)
			start, end := r.Pos()
			for j := start; j <= end; j++ {
				want[j] = r.Direction() == bidi.RightToLeft
			}
		}
		for _, r := range newTypesetter().runs([]rune(s), true) {
			for j := r.start; j < r.end; j++ {
				if got := r.level%2 == 1; got != want[j] {
					t.Fatalf("%q: rune %d rightwards %v, x/text says %v", s, j, !got, !want[j])
				}
			}
		}
	})
}

// Advance widths of Liberation Sans, from its hmtx table, as of every face that
// keeps Arial's metrics: digits are 1139 of 2048 wide, i 455, space 569, m 1706.
func TestWidth(t *testing.T) {
	set := newTypesetter()
	st := style{size: 2048}
	for text, want := range map[string]float64{"0": 1139, "12345": 5 * 1139, "i": 455, " ": 569, "m": 1706, "": 0} {
		if got := set.width(text, st); got != want {
			t.Errorf("%q is %v wide, want %v", text, got, want)
		}
	}
}

func TestWrap(t *testing.T) {
	set := newTypesetter()
	for _, c := range []struct {
		text  string
		width float64
		most  int
		want  string
	}{
		{"Banks", 100, 2, "Banks"},
		{"Banks and insurance", 80, 2, "Banks and|insurance"},
		{"Banks, insurance and other financial services", 110, 2, "Banks, insurance|and other…"},
		{"Banks  \n and\tinsurance ", 80, 2, "Banks and|insurance"},
		{"Telekommunikationsdienstleistungen", 120, 2, "Telekommunika-|tionsdienstleistung…"},
		{"Straßen\u00adverkehrs\u00adordnung", 110, 2, "Straßenverkehrs-|ordnung"},
		{"Straßen\u00adverkehrs\u00adordnung", 300, 2, "Straßenverkehrsordnung"},
		{"search/social/video", 90, 2, "search/social/|video"},
		{"\u202egnp.exe\u2066", 100, 2, "gnp.exe"},
		{"a\x00b\uffffc", 100, 1, "a b\ufffdc"},
		{"", 100, 2, ""},
		{"i", 1, 2, "i"},
	} {
		st := style{size: 13}
		if got := strings.Join(set.wrap(c.text, st, c.width, c.most).lines, "|"); got != c.want {
			t.Errorf("%q in %v\ngot  %q\nwant %q", c.text, c.width, got, c.want)
		}
	}
}

// Lines are never wider than asked, never more than asked, never cut inside a
// letter with its accents, and hold the text in order.
func TestWrapAnything(t *testing.T) {
	letters := []string{"a", "W", "e\u0301", "ß", "א", "ב", "я", " ", " ", "-", "/", "\u00ad", "1", "%", "漢", "👩‍👧", "\n"}
	set := newTypesetter()
	st := style{size: 13}
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(rapid.SampledFrom(letters), 0, 60).Draw(t, "text"), "")
		width, most := rapid.Float64Range(60, 300).Draw(t, "width"), rapid.IntRange(1, 4).Draw(t, "most")
		lines := set.wrap(s, st, width, most).lines
		if len(lines) > most {
			t.Fatalf("%d lines", len(lines))
		}
		rest := strings.NewReplacer(" ", "", "-", "", "…", "").Replace(strings.Join(lines, ""))
		full := strings.NewReplacer(" ", "", "-", "", "\u00ad", "", "\n", "").Replace(s)
		if !strings.HasPrefix(full, rest) {
			t.Fatalf("%q became %q", s, lines)
		}
		if len(lines) > 0 && !strings.HasSuffix(lines[len(lines)-1], "…") && rest != full {
			t.Fatalf("%q lost its end without a sign: %q", s, lines)
		}
		for i, l := range lines {
			if w := set.width(l, st); w > width {
				t.Fatalf("%q is %.1f wide, more than %.1f", l, w, width)
			}
			if strings.HasPrefix(l, "\u0301") || i+1 < len(lines) && strings.HasSuffix(l, "\u200d") {
				t.Fatalf("%q is cut inside a letter", l)
			}
		}
	})
}

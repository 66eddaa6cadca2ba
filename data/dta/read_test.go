package dta

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tradeoff/data"
	"tradeoff/data/readertest"
)

// releases are all that are read, in both byte orders.
func releases(f func(release int, order binary.ByteOrder)) {
	for _, r := range []int{104, 105, 108, 110, 111, 113, 114, 115, 117, 118, 119, 120, 121} {
		f(r, binary.LittleEndian)
		f(r, binary.BigEndian)
	}
}

// small is a data set with each type that its release has, three cases, value
// labels and characteristics.
func small(release int, order binary.ByteOrder) *craft {
	c := &craft{release: release, order: order, label: "a small one"}
	c.variables = []craftVariable{
		{name: "tiny", kind: 'b', format: "%8.0g", label: "How much?", table: "scale"},
		{name: "short", kind: 'i', format: "%8.0g", table: "scale"},
		{name: "long", kind: 'l', format: "%12.0g"},
		{name: "single", kind: 'f', format: "%9.0g"},
		{name: "double", kind: 'd', format: "%10.0g"},
		{name: "word", kind: 's', width: 7, format: "%7s", label: "In a word"},
	}
	c.rows = [][]any{
		{1, 2, 70000, 1.5, 0.1, "plain"},
		{-127, -32767, -2147483647, -2.25, -1e300, ""},
		{craftMissing(0), craftMissing(0), craftMissing(0), craftMissing(0), craftMissing(0), "all bee"},
	}
	c.tables = []craftTable{{name: "scale", codes: []int{1, 2, -5}, labels: []string{"low", "high", "odd"}}}
	c.chars = []craftChar{{"_dta", "note0", "1"}, {"_dta", "note1", "hello"}, {"_dta", "_svy_wvar", "double"}, {"tiny", "_lang_v_de", "Wie viel?"}}
	if release >= 117 {
		c.variables = append(c.variables, craftVariable{name: "story", kind: 'L', format: "%9s"})
		for i, ref := range []craftRef{{7, 1}, {0, 0}, {7, 1}} {
			c.rows[i] = append(c.rows[i], ref)
		}
		c.longs = []craftLong{{craftRef: craftRef{7, 1}, text: "a long story"}}
	}
	return c
}

// Every release in both byte orders gives the same survey: the expected values
// are those that were put in.
func TestReleases(t *testing.T) {
	releases(func(release int, order binary.ByteOrder) {
		t.Run(fmt.Sprintf("%d %v", release, order), func(t *testing.T) {
			s, got := read(t, small(release, order).bytes())
			want := [][]any{
				{1.0, -127.0, nil}, {2.0, -32767.0, nil}, {70000.0, -2147483647.0, nil}, {1.5, -2.25, nil}, {0.1, -1e300, nil}, {"plain", nil, "all bee"},
			}
			if release >= 117 {
				want = append(want, []any{"a long story", nil, "a long story"})
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			labels := []data.ValueLabel{{Code: "1", Label: "low"}, {Code: "2", Label: "high"}, {Code: "-5", Label: "odd"}}
			v := s.Codebook.Variables
			if diff := cmp.Diff(data.Variable{Name: "tiny", Label: "How much?", Labels: labels, Format: "%8.0g"}, v[0]); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(data.Variable{Name: "word", Label: "In a word", Type: data.Text, Format: "%7s"}, v[5]); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(data.File{Path: "crafted.dta", Format: "Stata", Rows: 3, Unit: "case"}, s.Files[0]); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if weight := s.Codebook.Weight; release >= 105 && weight != "double" {
				t.Errorf("the weight is %q", weight)
			}
			if release >= 105 && !slices.Contains(s.Codebook.Notes, "crafted.dta: the file holds 1 note beside its data, which was not read.") {
				t.Errorf("the notes are %q", s.Codebook.Notes)
			}
		})
	})
}

// The extended missing values of each type keep their letter, and are declared
// with their labels; where nobody has one, none is declared. Releases before
// 113 have values in their place.
func TestExtendedMissing(t *testing.T) {
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		c := &craft{release: 118, order: order}
		for _, kind := range []byte("bilfd") {
			c.variables = append(c.variables, craftVariable{name: string(kind), kind: kind, table: "dk"})
		}
		row := func(x any) []any { return []any{x, x, x, x, x} }
		c.rows = [][]any{row(5), row(craftMissing('a')), row(craftMissing('m')), row(craftMissing(0)), row(craftMissing('z')), row(100)}
		c.tables = []craftTable{{name: "dk", codes: []int{5, 2147483622, 2147483623, 2147483621}, labels: []string{"five", "don't know", "refused", "nothing"}}}
		s, got := read(t, c.bytes())
		for i, v := range s.Codebook.Variables {
			want := []any{5.0, data.Extended('a'), data.Extended('m'), nil, data.Extended('z'), 100.0}
			if diff := cmp.Diff(want, got[i]); diff != "" {
				t.Errorf("%s (-want +got):\n%s", v.Name, diff)
			}
			if diff := cmp.Diff([]string{".a", ".b", ".m", ".z"}, v.Missing.Codes); diff != "" {
				t.Errorf("%s (-want +got):\n%s", v.Name, diff)
			}
			if diff := cmp.Diff([]data.ValueLabel{{Code: "5", Label: "five"}, {Code: ".a", Label: "don't know"}, {Code: ".b", Label: "refused"}}, v.Labels); diff != "" {
				t.Errorf("%s (-want +got):\n%s", v.Name, diff)
			}
		}
	}
	c := &craft{release: 111, order: binary.LittleEndian, variables: []craftVariable{{name: "b", kind: 'b'}, {name: "i", kind: 'i'}, {name: "l", kind: 'l'}}}
	c.rows = [][]any{{102, 32742, 2147483622}, {126, 32766, 2147483646}}
	s, got := read(t, c.bytes())
	if diff := cmp.Diff([][]any{{102.0, 126.0}, {32742.0, 32766.0}, {2147483622.0, 2147483646.0}}, got); diff != "" {
		t.Error(diff)
	}
	if m := s.Codebook.Variables[0].Missing.Codes; m != nil {
		t.Errorf("release 111 declares %q", m)
	}
}

// More than 255 different values end the codes in the middle of a scan; nulls
// and extended missing values stay what they are.
func TestManyValues(t *testing.T) {
	c := &craft{release: 118, order: binary.LittleEndian, variables: []craftVariable{{name: "n", kind: 'i'}, {name: "s", kind: 's', width: 5}}}
	var want [2][]any
	for i := range 40000 {
		x, w := any(i%1000), any(float64(i%1000))
		switch i % 100 {
		case 7:
			x, w = craftMissing(0), nil
		case 9:
			x, w = craftMissing('d'), data.Extended('d')
		}
		text := ""
		want[1] = append(want[1], nil)
		if i%3 > 0 {
			text = fmt.Sprintf("s%d", i%700)
			want[1][i] = text
		}
		want[0] = append(want[0], w)
		c.rows = append(c.rows, []any{x, text})
	}
	_, got := read(t, c.bytes())
	for i := range want {
		if diff := cmp.Diff(want[i], got[i]); diff != "" {
			t.Errorf("column %d: %.400s", i, diff)
		}
	}
}

// Few values are a coded column, many are not.
func TestCoded(t *testing.T) {
	c := &craft{release: 118, order: binary.LittleEndian, variables: []craftVariable{{name: "few", kind: 'b'}, {name: "many", kind: 'd'}, {name: "word", kind: 's', width: 3}}}
	for i := range 1000 {
		c.rows = append(c.rows, []any{i % 5, float64(i) / 7, "abc"})
	}
	s, _ := read(t, c.bytes())
	for b, err := range s.Batches([]string{"word", "many", "few"}) {
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []bool{true, false, true} {
			if _, _, coded := data.Codes(b.Record.Column(i)); coded != want {
				t.Errorf("column %s: coded %v", b.Record.ColumnName(i), coded)
			}
		}
	}
}

// A scan of very many columns codes none: the same values come as numbers.
func TestVeryManyColumns(t *testing.T) {
	c := &craft{release: 119, order: binary.LittleEndian, rows: [][]any{nil, nil}}
	for i := range maxCoders + 1 {
		c.variables = append(c.variables, craftVariable{name: fmt.Sprint("v", i), kind: 'b'})
		c.rows[0], c.rows[1] = append(c.rows[0], i%100), append(c.rows[1], craftMissing('c'))
	}
	s, got := read(t, c.bytes())
	for i := range got {
		if diff := cmp.Diff([]any{float64(i % 100), data.Extended('c')}, got[i]); diff != "" {
			t.Fatal(diff)
		}
	}
	for b := range s.Batches(nil) {
		if _, _, coded := data.Codes(b.Record.Column(0)); coded {
			t.Error("a column is coded")
		}
	}
}

// Points in time. The expected days are those of the calendar; Stata's manual
// ([D] Datetime) has 0 as 1 January 1960 in every unit and weeks beginning on 1
// January each year; UTC was 29 seconds behind atomic time at the end of 1994
// and 10 in January 1972, which makes 19 leap seconds (IERS, Bulletin C).
func TestDates(t *testing.T) {
	const day = 24 * 3600
	for _, c := range []struct {
		format string
		value  float64
		want   string // empty: a number
	}{
		{"%td", 0, "1960-01-01 00:00:00"}, {"%td", 21915, "2020-01-01 00:00:00"}, {"%td", -1, "1959-12-31 00:00:00"}, {"%-tdDD/NN/CCYY", 1, "1960-01-02 00:00:00"}, {"%d", 366, "1961-01-01 00:00:00"}, {"%dD_m_Y", 1, "1960-01-02 00:00:00"},
		{"%tc", 0, "1960-01-01 00:00:00"}, {"%tc", 86399999, "1960-01-01 23:59:59"}, {"%tcHH:MM", -1000, "1959-12-31 23:59:59"},
		{"%tC", 0, "1960-01-01 00:00:00"}, {"%tC", 1000 * (12784*day + 18), "1994-12-31 23:59:59"}, {"%tC", 1000 * (12784*day + 19), "1995-01-01 00:00:00"},
		{"%tC", 1000 * (4565*day - 1), "1972-06-30 23:59:59"}, {"%tC", 1000 * 4565 * day, "1972-07-01 00:00:00"}, {"%tC", 1000 * (4565*day + 1), "1972-07-01 00:00:00"},
		{"%tw", 0, "1960-01-01 00:00:00"}, {"%tw", 53, "1961-01-08 00:00:00"}, {"%tw", -1, "1959-12-24 00:00:00"},
		{"%tm", 721, "2020-02-01 00:00:00"}, {"%tm", -1, "1959-12-01 00:00:00"}, {"%tq", 241, "2020-04-01 00:00:00"}, {"%th", 121, "2020-07-01 00:00:00"},
		{"%ty", 2020, ""}, {"%tbnyse", 100, ""}, {"%9.0g", 5, ""}, {"%tg", 5, ""}, {"", 5, ""},
	} {
		f := &craft{release: 118, order: binary.LittleEndian, variables: []craftVariable{{name: "when", kind: 'd', format: c.format}}}
		f.rows = [][]any{{c.value}, {craftMissing(0)}, {craftMissing('b')}}
		s, got := read(t, f.bytes())
		v := s.Codebook.Variables[0]
		if c.want == "" {
			if v.Type != data.Number || got[0][0] != c.value {
				t.Errorf("%s: %v as %s", c.format, got[0][0], v.Type)
			}
			continue
		}
		if v.Type != data.Time || len(v.Missing.Codes) > 0 {
			t.Errorf("%s is %s, missing %q", c.format, v.Type, v.Missing.Codes)
			continue
		}
		if at := timeOf(got[0][0].(int64)); at != c.want {
			t.Errorf("%s %.0f: %s, want %s", c.format, c.value, at, c.want)
		}
		if got[0][1] != nil || got[0][2] != nil {
			t.Errorf("%s: missing dates are %v", c.format, got[0][1:])
		}
		if !strings.Contains(strings.Join(s.Codebook.Notes, "\n"), "dates have no place for kinds of missing; .a to .z were read as not recorded in when.") {
			t.Errorf("%s: the notes are %q", c.format, s.Codebook.Notes)
		}
	}
}

// A date beyond all calendars is a fault with its place.
func TestDateTooFar(t *testing.T) {
	for _, format := range []string{"%td", "%tc", "%tm", "%tw"} {
		c := &craft{release: 118, order: binary.LittleEndian, variables: []craftVariable{{name: "when", kind: 'd', format: format}}, rows: [][]any{{1}, {1e300}}}
		s, err := Open(data.FromBytes("far.dta", c.bytes()))
		if err != nil {
			t.Fatal(err)
		}
		_, err = readertest.Values(s, nil)
		if err == nil || err.Error() != "far.dta: case 2: column when: the value 1e+300 is no date in the format "+format+"; mend it or set it to missing and export again" {
			t.Errorf("%s: %v", format, err)
		}
	}
}

// Labels of dates are at the seconds that batches hold.
func TestLabelledDate(t *testing.T) {
	c := &craft{release: 118, order: binary.LittleEndian, variables: []craftVariable{{name: "when", kind: 'l', format: "%td", table: "t"}}, rows: [][]any{{1}}}
	c.tables = []craftTable{{name: "t", codes: []int{1, 2147483622}, labels: []string{"the second day", "never"}}}
	s, got := read(t, c.bytes())
	if diff := cmp.Diff([]data.ValueLabel{{Code: data.Code(float64(got[0][0].(int64))), Label: "the second day"}}, s.Codebook.Variables[0].Labels); diff != "" {
		t.Error(diff)
	}
}

// NaN and infinity are no values of Stata; minus infinity is said.
func TestNoNumbers(t *testing.T) {
	c := &craft{release: 118, order: binary.LittleEndian, variables: []craftVariable{{name: "d", kind: 'd'}, {name: "f", kind: 'f'}}}
	for _, x := range []float64{math.Inf(1), math.NaN(), math.Copysign(math.NaN(), -1), math.Inf(-1), 0x1.0018p+1023, 7} {
		c.rows = append(c.rows, []any{x, x})
	}
	c.rows[4][1] = 7.0
	s, got := read(t, c.bytes())
	if diff := cmp.Diff([][]any{{nil, nil, nil, nil, nil, 7.0}, {nil, nil, nil, nil, 7.0, 7.0}}, got); diff != "" {
		t.Error(diff)
	}
	want := []string{"n.dta: d is minus infinity in 1 case, which Stata does not have; that was read as not recorded.", "n.dta: f is minus infinity in 1 case, which Stata does not have; that was read as not recorded."}
	for i := range want {
		want[i] = "crafted" + want[i][1:]
	}
	if diff := cmp.Diff(want, s.Codebook.Notes); diff != "" {
		t.Error(diff)
	}
}

func timeOf(seconds int64) string {
	return time.Unix(seconds, 0).UTC().Format("2006-01-02 15:04:05")
}

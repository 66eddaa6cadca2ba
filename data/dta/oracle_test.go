package dta

import (
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tradeoff/data"
	"tradeoff/data/readertest"
	"tradeoff/internal/sharedtest"
)

// What R's haven found in a file, see testdata/haven.R.
type havenFile struct {
	File      string
	Refused   bool // until it was told to take the letters for UTF-8
	Rows      int64
	Variables []havenVariable
}

type havenVariable struct {
	Name, Type, Label, Format string
	N                         int64
	MD5                       string
	Tags                      map[string]int64
	Codes, Labels             []string
}

// TestHaven compares every file with what R's haven 2.5.1 finds in it: names,
// labels, formats, types, counts, an MD5 over the values of all cases, value
// labels, and how often each extended missing value occurs. haven is followed
// everywhere but in four things:
//
//   - it leaves weeks, months, quarters and half-years as numbers; we read them
//     as their first day, and the test goes back to the number;
//   - in %tC it takes the leap seconds for seconds of the day: 25 too many in
//     xxx12.dta, where the same times stand beside it as %tc;
//   - it reads minus infinity in statacar.dta, which Stata does not have; we read
//     it as missing and say so;
//   - it refuses test2_117.dta, which is in UTF-8 although its release has no
//     UTF-8; the oracle told it so, we find out.
func TestHaven(t *testing.T) {
	var oracle struct{ Files []havenFile }
	readertest.JSON(t, "testdata/haven.json", &oracle)
	sharedtest.Path(t, "surveys")
	var files []string
	for _, f := range oracle.Files {
		files = append(files, f.File)
		t.Run(f.File, func(t *testing.T) { compare(t, f) })
	}
	if diff := cmp.Diff(sharedtest.Files(t, "surveys", ".dta"), files); diff != "" {
		t.Errorf("files of the oracle (-shared +oracle): %s", diff)
	}
}

func compare(t *testing.T, f havenFile) {
	s := open(t, sharedtest.Path(t, "surveys", filepath.FromSlash(f.File)))
	got, err := readertest.Values(s, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Variables) != len(s.Codebook.Variables) {
		t.Fatalf("%d variables, haven has %d", len(s.Codebook.Variables), len(f.Variables))
	}
	if s.Files[0].Rows != f.Rows {
		t.Errorf("Rows = %d, haven has %d", s.Files[0].Rows, f.Rows)
	}
	for _, note := range s.Codebook.Notes {
		t.Log(note)
	}
	for i := range f.Variables {
		v := &s.Codebook.Variables[i]
		if int64(len(got[i])) != f.Rows {
			t.Fatalf("%d cases read, haven has %d", len(got[i]), f.Rows)
		}
		want := describe(t, f.Variables[i])
		if diff := cmp.Diff(want, inHavensWords(t, v, got[i])); diff != "" {
			t.Errorf("variable %s (-haven +ours):\n%s", v.Name, diff)
		}
	}
}

// A described variable in a form that both sides can be brought to.
type described struct {
	Name, Type, Label, Format string
	N                         int64
	MD5                       string
	Tags                      map[string]int64
	Labels                    []data.ValueLabel
}

func describe(t *testing.T, h havenVariable) described {
	d := described{Name: h.Name, Type: h.Type, Label: h.Label, Format: h.Format, N: h.N, MD5: h.MD5, Tags: h.Tags}
	if d.Type == "" {
		d.Type = "number"
	}
	for i, code := range h.Codes {
		if !strings.HasPrefix(code, ".") {
			code = data.Code(readertest.Number(t, code))
		}
		d.Labels = append(d.Labels, data.ValueLabel{Code: code, Label: h.Labels[i]})
	}
	return d
}

// inHavensWords describes a variable that we read.
func inHavensWords(t *testing.T, v *data.Variable, values []any) described {
	d := described{Name: v.Name, Type: v.Type.String(), Label: readertest.Start(v.Label), Format: v.Format}
	for _, l := range v.Labels {
		d.Labels = append(d.Labels, data.ValueLabel{Code: l.Code, Label: readertest.Start(l.Label)})
	}
	unit := dateUnitOf(v.Format, doubles)
	if v.Type == data.Time && unit.isPeriod() {
		d.Type = "number"
	}
	leap := 0.0
	if unit == leapMilliseconds {
		leap = 25
	}
	column := make([]any, len(values))
	for i, x := range values {
		switch x := x.(type) {
		case float64:
			if _, ok := data.ExtendedLetter(x); ok {
				if d.Tags == nil {
					d.Tags = map[string]int64{}
				}
				d.Tags[data.Code(x)]++
				if !v.Missing.Declares(data.Code(x)) {
					t.Errorf("%s holds %s and does not declare it", v.Name, data.Code(x))
				}
				continue
			}
			column[i] = x
		case int64:
			column[i] = counted(unit, x) + leap
		case string:
			column[i] = x
		}
	}
	d.N, d.MD5 = readertest.Digest(column)
	return d
}

// counted is the number of weeks, months and so on since 1960 whose first day
// is x, found by trying those nearby.
func counted(unit dateUnit, x int64) float64 {
	perYear := map[dateUnit]float64{weeks: 52, months: 12, quarters: 4, halves: 2}[unit]
	if perYear == 0 {
		return float64(x)
	}
	const year = 365.2425 * daySeconds
	about := math.Floor(float64(x+epoch) / year * perYear)
	for n := about - 3; n <= about+3; n++ {
		if unit.seconds(n) == float64(x) {
			return n
		}
	}
	panic("no period begins then")
}

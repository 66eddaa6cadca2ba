package sav

import (
	"math/big"
	"strconv"
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
	Error     string
	Rows      int64
	Variables []havenVariable
}

type havenVariable struct {
	Name, Type, Label, Format string
	N                         int64
	Sum, Dot                  string
	Distinct                  int
	MD5                       string
	Set                       *int
}

type havenSet struct {
	Codes, Labels, Missing, Range []string
}

// TestHaven compares every readable file with what R's haven 2.5.1 finds in it:
// names, labels, formats, types, counts, sums, sums weighted with the number of
// the case (so that a value in the wrong case shows), an MD5 over all strings,
// value labels and declared missing values. It is followed everywhere but in
// two things:
//
//   - a header with -1 cases says that their number is unknown, which is legal;
//     haven reads none, we count the 60 that are there (s12_cases_unknown.sav,
//     the same cases as control.sav);
//   - quarters, months and weeks of a year (QYR, MOYR, WKYR) are points in time
//     stored like any date; haven leaves the seconds since 1582 as a number.
func TestHaven(t *testing.T) {
	var oracle struct {
		Files []havenFile
		Sets  []havenSet
	}
	readertest.JSON(t, "testdata/haven.json", &oracle)
	if len(oracle.Files) < 40 {
		t.Fatalf("the oracle has %d files, expected at least 40", len(oracle.Files))
	}
	for _, f := range oracle.Files {
		t.Run(f.File, func(t *testing.T) { compare(t, f, oracle.Sets) })
	}
}

func compare(t *testing.T, f havenFile, sets []havenSet) {
	s := open(t, sharedtest.Path(t, f.File))
	got, err := readertest.Values(s, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Variables) != len(s.Codebook.Variables) {
		t.Fatalf("%d variables, haven has %d", len(s.Codebook.Variables), len(f.Variables))
	}
	if f.File == "badinputs/s12_cases_unknown.sav" {
		sameAsControl(t, got)
		return
	}
	if s.Files[0].Rows != f.Rows && s.Files[0].Rows != -1 {
		t.Errorf("Rows = %d, haven has %d", s.Files[0].Rows, f.Rows)
	}
	for i := range f.Variables {
		v := &s.Codebook.Variables[i]
		if int64(len(got[i])) != f.Rows {
			t.Fatalf("%d cases read, haven has %d", len(got[i]), f.Rows)
		}
		want := describe(t, f.Variables[i], sets)
		if diff := cmp.Diff(want, inHavensWords(v, got[i])); diff != "" {
			t.Errorf("variable %s (-haven +ours):\n%s", v.Name, diff)
		}
	}
}

// sameAsControl compares cases with those of control.sav, from which the bad
// inputs were made.
func sameAsControl(t *testing.T, got [][]any) {
	want, err := readertest.Values(open(t, sharedtest.Path(t, "badinputs", "control.sav")), nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-control.sav +this file):\n%s", diff)
	}
}

// A described variable in a form that both sides can be brought to.
type described struct {
	Name, Type, Label, Format string
	N                         int64
	Sum, Dot                  string
	Distinct                  int
	MD5                       string
	Labels                    []data.ValueLabel
	Missing                   []string
	Low, High                 float64
}

// describe brings haven's codes to canonical form.
func describe(t *testing.T, h havenVariable, sets []havenSet) described {
	d := described{Name: h.Name, Type: h.Type, Label: h.Label, Format: h.Format, N: h.N, Distinct: h.Distinct, MD5: h.MD5}
	if d.Type == "" {
		d.Type = "number"
	}
	if d.Type != "text" {
		d.Sum, d.Dot = significant(readertest.Number(t, h.Sum)), significant(readertest.Number(t, h.Dot))
	}
	if h.Set == nil {
		return d
	}
	set := sets[*h.Set]
	for i, code := range set.Codes {
		d.Labels = append(d.Labels, data.ValueLabel{Code: canonical(t, code, d.Type), Label: set.Labels[i]})
	}
	for _, code := range set.Missing {
		d.Missing = append(d.Missing, canonical(t, code, d.Type))
	}
	if len(set.Range) == 2 {
		d.Low, d.High = readertest.Number(t, set.Range[0]), readertest.Number(t, set.Range[1])
	}
	return d
}

func canonical(t *testing.T, code, kind string) string {
	if kind == "text" {
		return code
	}
	return data.Code(readertest.Number(t, code))
}

// significant keeps 13 digits: R rounds each product to 53 bits and sums in 64,
// we are exact.
func significant(v float64) string { return strconv.FormatFloat(v, 'e', 12, 64) }

// inHavensWords describes a variable that we read.
func inHavensWords(v *data.Variable, values []any) described {
	d := described{Name: v.Name, Type: v.Type.String(), Label: readertest.Start(v.Label), Format: v.Format, Labels: v.Labels, Missing: v.Missing.Codes}
	if v.Missing.HasRange {
		d.Low, d.High = v.Missing.Low, v.Missing.High
	}
	shift := 0.0
	if p := strings.TrimRight(v.Format, "0123456789"); p == "QYR" || p == "MOYR" || p == "WKYR" {
		d.Type, shift = "number", epoch
	}
	sum, dot := new(big.Float).SetPrec(precision), new(big.Float).SetPrec(precision)
	distinct := map[string]bool{}
	texts := make([]string, len(values))
	for i, x := range values {
		if x == nil {
			continue
		}
		d.N++
		switch x := x.(type) {
		case float64:
			add(sum, dot, x, i)
		case int64:
			add(sum, dot, float64(x)+shift, i)
		case string:
			distinct[x] = true
			texts[i] = x
		}
	}
	if v.Type == data.Text {
		d.Distinct = len(distinct)
		d.MD5 = readertest.MD5(texts)
		return d
	}
	s, _ := sum.Float64()
	o, _ := dot.Float64()
	d.Sum, d.Dot = significant(s), significant(o)
	return d
}

// precision of sums in bits: exact for the numbers in these files.
const precision = 200

func add(sum, dot *big.Float, x float64, i int) {
	v := new(big.Float).SetPrec(precision).SetFloat64(x)
	sum.Add(sum, v)
	dot.Add(dot, v.Mul(v, new(big.Float).SetFloat64(float64(i+1))))
}

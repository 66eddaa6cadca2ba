package exports

import (
	"cmp"
	"iter"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"tradeoff/data"
)

// Profiles counts what each variable of the codebook holds, in its order, in
// one pass over the rows.
func Profiles(s *data.Survey) ([]data.Profile, error) {
	tallies := make([]*tally, len(s.Codebook.Variables))
	for i := range tallies {
		tallies[i] = newTally(&s.Codebook.Variables[i])
	}
	for b, err := range s.Batches(nil) {
		if err != nil {
			return nil, err
		}
		for i, t := range tallies {
			t.add(b.Record.Column(i))
		}
	}
	out := make([]data.Profile, len(tallies))
	for i, t := range tallies {
		out[i] = t.profile()
	}
	return out, nil
}

// A tally counts one variable.
type tally struct {
	variable *data.Variable
	codes    map[float64]bool // declared missing numbers
	out      data.Profile
	numbers  map[float64]int64
	texts    map[string]int64
	full     bool // more different values than are told apart
	valid    int64
	sum      float64
}

func newTally(v *data.Variable) *tally {
	t := &tally{variable: v, codes: map[float64]bool{}, numbers: map[float64]int64{}, texts: map[string]int64{}}
	for _, code := range v.Missing.Codes {
		if x, ok := number(code); ok {
			t.codes[x] = true
		}
	}
	t.out.Min, t.out.Max = math.Inf(1), math.Inf(-1)
	return t
}

// add counts the values of a column.
func (t *tally) add(a arrow.Array) {
	t.out.Null += int64(a.NullN())
	t.out.Recorded += int64(a.Len() - a.NullN())
	values, places := held(a)
	for k, n := range places {
		switch v := values.(type) {
		case *array.Float64:
			t.number(v.Value(k), n)
		case *array.String:
			t.text(v.Value(k), n)
		case *array.Timestamp:
			t.number(float64(v.Value(k)), n)
		}
	}
}

// held are the values that the rows of a column hold: the place of each in
// values, and the number of rows. Of a coded column each comes once, in the
// order of the codes.
func held(a arrow.Array) (values arrow.Array, places iter.Seq2[int, int64]) {
	codes, values, coded := data.Codes(a)
	if !coded {
		return a, func(yield func(int, int64) bool) {
			for i := range a.Len() {
				if a.IsValid(i) && !yield(i, 1) {
					return
				}
			}
		}
	}
	return values, func(yield func(int, int64) bool) {
		var rows [256]int64
		for _, c := range codes {
			rows[c]++
		}
		for i := range values.Len() {
			if rows[i] > 0 && !yield(i, rows[i]) {
				return
			}
		}
	}
}

// number counts a value that n rows hold.
func (t *tally) number(v float64, n int64) {
	if v == 0 {
		v = 0 // -0 is the same value
	}
	if !t.full {
		t.numbers[v] += n
		t.full = len(t.numbers) == data.MaxDistinct
	}
	m := t.variable.Missing
	if t.codes[v] || m.HasRange && m.Low <= v && v <= m.High {
		t.out.Missing += n
		return
	}
	t.valid += n
	t.sum += v * float64(n)
	t.out.Min, t.out.Max = min(t.out.Min, v), max(t.out.Max, v)
}

// text counts a text that n rows hold.
func (t *tally) text(v string, n int64) {
	if !t.full {
		if m, ok := t.texts[v]; ok {
			t.texts[v] = m + n
		} else {
			t.texts[strings.Clone(v)] = n
		}
		t.full = len(t.texts) == data.MaxDistinct
	}
	if t.variable.Missing.Declares(v) {
		t.out.Missing += n
	}
	t.out.Longest = max(t.out.Longest, utf8.RuneCountInString(v))
}

// profile finishes the count.
func (t *tally) profile() data.Profile {
	p := t.out
	if t.valid == 0 {
		p.Min, p.Max = 0, 0
	} else {
		p.Mean = t.sum / float64(t.valid)
	}
	p.Distinct = len(t.numbers) + len(t.texts)
	if t.full {
		return p
	}
	for v, n := range t.numbers {
		p.Values = append(p.Values, data.Count{Code: data.Code(v), N: n})
	}
	for v, n := range t.texts {
		p.Values = append(p.Values, data.Count{Code: v, N: n})
	}
	slices.SortFunc(p.Values, func(a, b data.Count) int {
		if a.N != b.N {
			return cmp.Compare(b.N, a.N)
		}
		return byCode(a.Code, b.Code)
	})
	return p
}

// byCode orders codes: numbers by value and before texts.
func byCode(a, b string) int {
	x, isX := number(a)
	y, isY := number(b)
	switch {
	case isX && isY:
		return cmp.Compare(x, y)
	case isX != isY && isX:
		return -1
	case isX != isY:
		return 1
	}
	return strings.Compare(a, b)
}

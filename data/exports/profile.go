package exports

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

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
			switch c := data.Plain(b.Record.Column(i)).(type) {
			case *array.Float64:
				each(c, c.Len(), t, func(k int) { t.number(c.Value(k)) })
			case *array.String:
				each(c, c.Len(), t, func(k int) { t.text(c.Value(k)) })
			case *array.Timestamp:
				each(c, c.Len(), t, func(k int) { t.number(float64(c.Value(k))) })
			}
		}
	}
	out := make([]data.Profile, len(tallies))
	for i, t := range tallies {
		out[i] = t.profile()
	}
	return out, nil
}

// each calls present for the rows with a value and counts the others.
func each(c interface{ IsNull(int) bool }, n int, t *tally, present func(int)) {
	for i := range n {
		if c.IsNull(i) {
			t.out.Null++
			continue
		}
		t.out.Recorded++
		present(i)
	}
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

func (t *tally) number(v float64) {
	if v == 0 {
		v = 0 // -0 is the same value
	}
	if !t.full {
		t.numbers[v]++
		t.full = len(t.numbers) == data.MaxDistinct
	}
	m := t.variable.Missing
	if t.codes[v] || m.HasRange && m.Low <= v && v <= m.High {
		t.out.Missing++
		return
	}
	t.valid++
	t.sum += v
	t.out.Min, t.out.Max = min(t.out.Min, v), max(t.out.Max, v)
}

func (t *tally) text(v string) {
	if !t.full {
		if n, ok := t.texts[v]; ok {
			t.texts[v] = n + 1
		} else {
			t.texts[strings.Clone(v)] = 1
		}
		t.full = len(t.texts) == data.MaxDistinct
	}
	if t.variable.Missing.Declares(v) {
		t.out.Missing++
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

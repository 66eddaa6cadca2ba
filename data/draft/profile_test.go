package draft

import (
	"math"
	"path/filepath"
	"sort"
	"testing"
	"unicode/utf8"

	"github.com/apache/arrow/go/v17/arrow/array"

	"tradeoff/data"
	"tradeoff/data/csv"
	"tradeoff/data/sav"
	"tradeoff/internal/sharedtest"
)

// profiles counts what the variables of a survey hold, the plain way.
func profiles(t *testing.T, s *data.Survey) []data.Profile {
	t.Helper()
	out := make([]data.Profile, len(s.Codebook.Variables))
	counts := make([]map[string]int64, len(out))
	sums := make([]float64, len(out))
	numbers := make([]int64, len(out))
	for i := range out {
		counts[i] = map[string]int64{}
		out[i].Min, out[i].Max = math.Inf(1), math.Inf(-1)
	}
	for b, err := range s.Batches(nil) {
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range s.Codebook.Variables {
			p, col := &out[i], data.Plain(b.Record.Column(i))
			for k := range col.Len() {
				if col.IsNull(k) {
					p.Null++
					continue
				}
				p.Recorded++
				code := ""
				switch a := col.(type) {
				case *array.Float64:
					code = data.Code(a.Value(k))
					if v.Missing.Declares(code) {
						p.Missing++
					} else {
						p.Min, p.Max = min(p.Min, a.Value(k)), max(p.Max, a.Value(k))
						sums[i] += a.Value(k)
						numbers[i]++
					}
				case *array.String:
					code = a.Value(k)
					p.Longest = max(p.Longest, utf8.RuneCountInString(code))
					if v.Missing.Declares(code) {
						p.Missing++
					}
				case *array.Timestamp:
					code = a.ValueStr(k)
				}
				counts[i][code]++
			}
		}
	}
	for i := range out {
		finish(&out[i], counts[i])
		if numbers[i] > 0 {
			out[i].Mean = sums[i] / float64(numbers[i])
		}
	}
	return out
}

// finish sorts the values as a profile does.
func finish(p *data.Profile, n map[string]int64) {
	p.Distinct = min(len(n), data.MaxDistinct)
	if len(n) >= data.MaxDistinct {
		return
	}
	for c, k := range n {
		p.Values = append(p.Values, data.Count{Code: c, N: k})
	}
	sort.Slice(p.Values, func(a, b int) bool {
		if p.Values[a].N != p.Values[b].N {
			return p.Values[a].N > p.Values[b].N
		}
		return p.Values[a].Code < p.Values[b].Code
	})
}

// draftOf drafts a study of a file in ../shared.
func draftOf(t *testing.T, name string) string {
	t.Helper()
	in, err := data.FromFile(sharedtest.Path(t, name))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	open := csv.Open
	if filepath.Ext(name) == ".sav" {
		open = sav.Open
	}
	s, err := open(in)
	if err != nil {
		t.Fatal(err)
	}
	return string(Draft(&s.Codebook, profiles(t, s), []string{filepath.Base(name)}, "A study"))
}

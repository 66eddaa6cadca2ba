package analysis

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"testing"

	"tradeoff/stats"
)

// A pair of an estimate and its standard error, as R has them.
type estimates struct{ Value, SE []float64 }

// Said is what R says of testdata/answers.csv: testdata/answers.R.
type said struct {
	Adjusted, Raw, Standardized, Plain, Scale, Own, Centred estimates
	Apart                                                   []struct{ Value, SE float64 }
	Pairs                                                   []struct {
		I, J      int
		Value, SE float64
	}
	Alpha, Mean float64
}

// answers are the people of testdata/answers.csv, and what R says of them.
func answers(t *testing.T) (*People, said) {
	t.Helper()
	b, err := os.ReadFile("testdata/answers.json")
	var r said
	if err == nil {
		err = json.Unmarshal(b, &r)
	}
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open("testdata/answers.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := func(name string) []float64 {
		out := make([]float64, len(records)-1)
		for j, head := range records[0] {
			for i := range out {
				if head == name {
					if out[i], err = strconv.ParseFloat(records[i+1][j], 64); err != nil {
						out[i] = math.NaN()
					}
				}
			}
		}
		return out
	}
	codes := func(name string) []uint8 {
		var out []uint8
		for _, v := range column(name) {
			if math.IsNaN(v) {
				v = None + 1
			}
			out = append(out, uint8(v-1))
		}
		return out
	}
	ints := func(name string) (out []int) {
		for _, v := range column(name) {
			out = append(out, int(v))
		}
		return out
	}
	d, err := stats.NewDesign(stats.Sampling{Rows: len(records) - 1, Weights: column("w"), Stages: []stats.Stage{{Strata: ints("stratum"), Units: ints("psu")}}})
	if err != nil {
		t.Fatal(err)
	}
	p := peopleOf(d, segmentOf("age", "Age", ints("age"), "Young", "Middle", "Old"), segmentOf("country", "Country", ints("country"), "A", "B", "C"))
	scale := []Answer{{Label: "1", Score: 1}, {Label: "2", Score: 2}, {Label: "3", Score: 3}, {Label: "4", Score: 4, Top: true}, {Label: "5", Score: 5, Top: true}}
	turns := make([][]uint8, 4)
	rate := &Question{Name: "rate", Measures: "expectation", Ordered: true, Answers: scale, Loop: &Loop{Name: "industry", Label: "Industry"}}
	wants := &Question{Name: "want", Measures: "expectation", Ordered: true, Answers: scale}
	worries := &Question{Name: "worry", Measures: "concern", Ordered: true, Answers: scale}
	for k := range 4 {
		turns[k] = codes(fmt.Sprint("rate", k+1))
		rate.Loop.Items = append(rate.Loop.Items, fmt.Sprint("Industry ", k+1))
		for _, q := range []*Question{wants, worries} {
			q.Items = append(q.Items, Item{Key: fmt.Sprint(k + 1), Label: fmt.Sprint(q.Name, k+1), Codes: [][]uint8{codes(fmt.Sprint(q.Name, k+1))}})
		}
	}
	rate.Items = []Item{{Codes: turns}}
	p.Questions = []*Question{rate, wants, worries}
	return p, r
}

// segmentOf is a segment whose groups are numbered from 1.
func segmentOf(name, label string, of []int, groups ...string) Segment {
	s := Segment{Name: name, Label: label, Groups: groups}
	for _, g := range of {
		s.Of = append(s.Of, int16(g-1))
	}
	return s
}

// agrees compares a number with R's.
func agrees(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-9*math.Max(1, math.Abs(want))) {
		t.Errorf("%s is %.12g, R says %.12g", what, got, want)
	}
}

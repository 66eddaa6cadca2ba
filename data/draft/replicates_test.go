package draft

import (
	"fmt"
	"strings"
	"testing"

	"tradeoff/data"
)

// weights adds numbered columns of weights between low and 3000.
func (b *book) weights(form string, n int, low string) {
	for i := range n {
		b.add(data.Variable{Name: fmt.Sprintf(form, i+1)}, 0, data.Count{Code: low, N: 50}, data.Count{Code: "2000.5", N: 40}, data.Count{Code: "3000", N: 10})
	}
}

// spread adds a variable of many numbers.
func (b *book) spread(name string, from, to int) {
	var values []data.Count
	for x := from; x <= to; x++ {
		values = append(values, data.Count{Code: fmt.Sprint(x), N: 2})
	}
	b.add(data.Variable{Name: name}, 0, values...)
}

// Replicate weights are drafted where name and numbers tell how they were made: half
// of a half-sample has no weight (Wolter, Introduction to Variance Estimation, 3.2),
// and PISA's technical reports state Fay's method with 0.5. Elsewhere they are
// suggested, and the columns are no questions in any case.
func TestReplicateWeights(t *testing.T) {
	for _, tt := range []struct {
		name, form, low, weight, strata, drafted, said string
	}{
		{"half-samples", "brr_%d", "0", "finalwgt", "", "brr", ""},
		{"half-samples in which everybody has a weight", "brr_%d", "5", "finalwgt", "", "", "perhaps Fay's method"},
		{"PISA", "W_FSTR%d", "5", "W_FSTUWT", "", "fay", ""},
		{"a bootstrap", "bsw%d", "0", "wts_m", "", "bootstrap", ""},
		{"a jackknife", "jkw_%d", "0", "finalwgt", "", "", "jk1, jk2 or jkn"},
		{"the Census Bureau", "PWGTP%d", "5", "PWGTP", "", "", "method: sdr"},
		{"unknown", "rw_%d", "5", "weight", "", "", "called replicate weights"},
		{"beside strata", "brr_%d", "0", "finalwgt", "stratum", "", "in place of strata"},
		{"without the weight", "brr_%d", "0", "", "", "", "name the weight"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := &book{}
			if tt.strata != "" {
				b.add(data.Variable{Name: tt.strata}, 0, data.Count{Code: "1", N: 50}, data.Count{Code: "2", N: 50})
			}
			if tt.weight != "" {
				b.spread(tt.weight, 1000, 1049)
			}
			b.weights(tt.form, 12, tt.low)
			b.add01(data.Variable{Name: "q"})
			s, text := b.draft(t)
			r := s.Design.Replicates
			if r.Method != tt.drafted || tt.drafted != "" && len(r.Columns) != 12 || s.Design.Weight != tt.weight {
				t.Errorf("%q of %d columns, weight %q, want %q", r.Method, len(r.Columns), s.Design.Weight, tt.drafted)
			}
			if !strings.Contains(text, tt.said) || !strings.Contains(text, fmt.Sprintf(tt.form+".."+tt.form, 1, 12)) {
				t.Errorf("the draft does not say %q:\n%s", tt.said, text)
			}
			if len(s.Questions) != 1 {
				t.Errorf("%d questions, and only one column is one", len(s.Questions))
			}
		})
	}
}

// Numbered columns of something else, or too few, are no replicate weights.
func TestNoReplicateWeights(t *testing.T) {
	b := &book{}
	b.spread("finalwgt", 1000, 1049)
	b.weights("brr_%d", leastReplicates-1, "0")
	b.weights("item_%d", 12, "0")
	if s, text := b.draft(t); len(s.Design.Replicates.Columns) > 0 || strings.Contains(text, "replicates:") {
		t.Errorf("%v\n%s", s.Design.Replicates, text)
	}
}

// Kilograms beside centimetres are no sampling weight; alone they may be one, and so
// may the few weights of a stratified sample.
func TestWeightOfBodies(t *testing.T) {
	b := &book{}
	b.spread("height", 150, 199)
	b.spread("weight", 45, 94)
	b.spread("finalwgt", 1000, 1049)
	if s, _ := b.draft(t); s.Design.Weight != "finalwgt" || q(s, "weight").Column != "weight" {
		t.Errorf("the weight is %q", s.Design.Weight)
	}
	b = &book{}
	b.add(data.Variable{Name: "stratum"}, 0, data.Count{Code: "1", N: 50}, data.Count{Code: "2", N: 50})
	b.add(data.Variable{Name: "weight"}, 0, data.Count{Code: "3", N: 50}, data.Count{Code: "5", N: 50})
	if s, _ := b.draft(t); s.Design.Weight != "weight" {
		t.Errorf("weights of two strata: the weight is %q", s.Design.Weight)
	}
}

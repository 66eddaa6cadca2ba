package model_test

import (
	"maps"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tradeoff/stats"
	"tradeoff/stats/model"
)

// groups are everybody, and the people of each age.
func (s sample) groups() [][]bool {
	out := make([][]bool, 4)
	for g := range out {
		for _, a := range s.age {
			out[g] = append(out[g], g == 0 || a == g-1)
		}
	}
	return out
}

// shifted is trust some points higher, and no higher than its scale.
func (s sample) shifted(by float64) model.Column {
	x := make([]float64, len(s.trust))
	for i, v := range s.trust {
		x[i] = max(0, min(10, v+by))
	}
	return model.Numeric(x)
}

// everybody is an age for all.
func (s sample) everybody(age int) model.Column {
	codes := make([]int, len(s.age))
	for i := range codes {
		codes[i] = age
	}
	return model.Factor(codes, ages)
}

func (s sample) moves() []model.Move {
	out := []model.Move{{}, {To: model.Data{"age": s.everybody(2)}}, {To: model.Data{"age": s.everybody(1), "trust": s.shifted(1)}},
		{From: model.Data{"age": s.everybody(0)}, To: model.Data{"age": s.everybody(2)}}, {From: model.Data{"age": s.everybody(1)}, To: model.Data{"trust": s.shifted(1)}}}
	for by := range 7 {
		out = append(out, model.Move{To: model.Data{"trust": s.shifted(float64(by - 3))}})
	}
	return out
}

// TestChanges: to move everybody to a level of a factor is the difference of two
// average predictions, with its standard error; to move them a step along a line is its
// slope, and to leave them where they are is no change.
func TestChanges(t *testing.T) {
	s := draw(12, 400)
	f := fit(t, s.design, s.logit())
	moves := []model.Move{{To: model.Data{"age": s.everybody(0)}}, {To: model.Data{"age": s.everybody(1)}}, {To: model.Data{"age": s.everybody(2)}}, {},
		{From: model.Data{"age": s.everybody(0)}, To: model.Data{"age": s.everybody(2)}}}
	e := must[[][]*stats.Estimates](t)(f.Changes(s.groups()[:1], moves))[0]
	var at []model.Data
	for l := range 3 {
		at = append(at, model.Data{"age": model.Factor([]int{l}, ages)})
	}
	m := must[*model.Margins](t)(f.MarginsAt([]string{"a", "b", "c", "now"}, append(at, model.Data{})...))
	for k := range at {
		want := []float64{0, 0, 0, -1}
		want[k] = 1
		same(t, "everybody of an age", e[k], m.Contrast(nil, want))
	}
	same(t, "the last age rather than the first", e[4], m.Contrast(nil, []float64{-1, 0, 1, 0}))
	if e[3].Value[0] != 0 || e[3].SE(0) != 0 || e[3].DF != m.DF {
		t.Errorf("nobody moves: %v with SE %v and %v df", e[3].Value[0], e[3].SE(0), e[3].DF)
	}
	line := s.logit()
	line.Family = model.Gaussian
	f = fit(t, s.design, line)
	up := make([]float64, len(s.trust))
	for i, v := range s.trust {
		up[i] = v + 1
	}
	for _, e := range must[[][]*stats.Estimates](t)(f.Changes(s.groups(), []model.Move{{To: model.Data{"trust": model.Numeric(up)}}})) {
		near(t, "a step along a line", e[0].Value[0], f.Value[3], 0, 1e-10)
		near(t, "its SE", e[0].SE(0), f.SE(3), 0, 1e-8)
	}
}

// TestChangesOneByOne: the changes of groups are averages of what the model predicts
// of each of their people, worked out one by one, in models with interactions as well.
func TestChangesOneByOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := draw(rapid.Uint64().Draw(t, "seed"), 150)
		spec := s.logit()
		if rapid.Bool().Draw(t, "interaction") {
			spec.Terms = append(spec.Terms, model.Term{"age", "trust"})
		}
		f, err := tryFit(s.design, spec)
		skipSeparated(t, err)
		predicted := func(end model.Data) []float64 {
			data := s.data()
			maps.Copy(data, end)
			return must[*model.Prediction](t)(f.Predict(nil, data)).Response.Value
		}
		all := must[[][]*stats.Estimates](t)(f.Changes(s.groups(), s.moves()))
		for k, m := range s.moves() {
			from, to := predicted(m.From), predicted(m.To)
			for g, in := range s.groups() {
				sum, W := 0.0, 0.0
				for i, w := range s.sampling.Weights {
					if in[i] {
						sum += w * (to[i] - from[i])
						W += w
					}
				}
				near(t, "change", all[g][k].Value[0], sum/W, 1, 1e-12)
			}
		}
	})
}

// TestChangesReplicates: replicate weights say the same values, and nearly the same
// standard errors.
func TestChangesReplicates(t *testing.T) {
	s := draw(8, 1600)
	linear := must[[][]*stats.Estimates](t)(fit(t, s.design, s.logit()).Changes(s.groups(), s.moves()))
	again := must[[][]*stats.Estimates](t)(fit(t, s.design.WithReplicates(jackknife(s.sampling)), s.logit()).Changes(s.groups(), s.moves()))
	for g := range linear {
		for k := range linear[g] {
			near(t, "change", again[g][k].Value[0], linear[g][k].Value[0], 1, 1e-10)
			near(t, "SE", again[g][k].SE(0), linear[g][k].SE(0), 0, 0.05)
		}
	}
}

// TestChangesThatAreNone: a group of nobody has no change, and what the data say
// nothing about is refused.
func TestChangesThatAreNone(t *testing.T) {
	s := draw(5, 300)
	f := fit(t, s.design, s.logit())
	if e := must[[][]*stats.Estimates](t)(f.Changes([][]bool{make([]bool, 300)}, s.moves()))[0][1]; !math.IsNaN(e.Value[0]) || !math.IsNaN(e.SE(0)) {
		t.Errorf("nobody changes by %v", e.Value[0])
	}
	empty := draw(5, 300)
	for i := range empty.age {
		empty.age[i] %= 2 // nobody is old
	}
	for _, c := range []struct {
		fit  *model.Fit
		move model.Data
		want string
	}{
		{f, model.Data{"height": model.Numeric(s.trust)}, `no variable "height"`},
		{f, model.Data{"age": model.Factor(s.age, []string{"x", "y", "z"})}, "its levels are not those"},
		{fit(t, empty.design, empty.logit()), model.Data{"age": empty.everybody(2)}, "the data say nothing"},
	} {
		if _, err := c.fit.Changes(s.groups(), []model.Move{{To: c.move}}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("the error is %v, not %s", err, c.want)
		}
	}
}

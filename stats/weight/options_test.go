package weight

import (
	"math"
	"testing"
)

// What options of Rake change, beside what other tests show.
func TestOptions(t *testing.T) {
	s := newSample(21, 120)
	d := s.design(t, s.d)
	_, full, err := Rake(d, s.margins(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, loose, err := Rake(d, s.margins(), Options{Tolerance: .01})
	if err != nil {
		t.Fatal(err)
	}
	if !(loose.Rounds < full.Rounds) || !loose.Met || !(loose.Gap > full.Gap) || loose.Gap > .01 {
		t.Errorf("a tolerance of 0.01: %d rounds and a gap of %g, against %d and %g", loose.Rounds, loose.Gap, full.Rounds, full.Gap)
	}
	_, same, err := Rake(d, s.margins(), Options{Trim: Trimming{Upper: 1000}})
	if err != nil || same.Rounds != full.Rounds || same.Trimmed != 0 || same.Moved != 0 {
		t.Errorf("a bound that nothing reaches: %+v, %v", same, err)
	}
	if _, r, err := Rake(d, s.margins(), Options{Unfinished: true, Trim: Trimming{Deff: 1.05}}); err != nil || r.Notes[len(r.Notes)-1].Kind != BadBounds {
		t.Errorf("unfinished trimming: %+v, %v", r, err)
	}
}

// What a programmer gets wrong panics: slices that do not fit together, and
// options that do not exist or that nothing would obey.
func TestMisuse(t *testing.T) {
	s := newSample(22, 40)
	d := s.design(t, s.d)
	age := s.margins()[0]
	asked := make([]bool, 40)
	for name, do := range map[string]func(){
		"a margin of other rows":       func() { PostStratify(d, Margin{Name: "age", Of: s.age[1:], Targets: age.Targets}, false) },
		"a category above the targets": func() { PostStratify(d, Margin{Name: "age", Of: s.age, Targets: []float64{.5, .5}}, false) },
		"labels without targets": func() {
			Check(d, []Margin{{Name: "age", Labels: []string{"a"}, Of: s.age, Targets: age.Targets}}, Options{})
		},
		"labels of other targets":       func() { Labelled("age", nil, []string{"a"}, nil) },
		"an interaction of other rows":  func() { Interaction(age, Margin{Name: "x", Of: s.age[1:], Targets: age.Targets}, make([][]float64, 3)) },
		"an interaction without a row":  func() { Interaction(age, age, make([][]float64, 2)) },
		"an interaction without a cell": func() { Interaction(age, age, make([][]float64, 3)) },
		"rounds below zero":             func() { Rake(d, s.margins(), Options{Rounds: -1}) },
		"a tolerance that is no number": func() { Rake(d, s.margins(), Options{Tolerance: math.NaN()}) },
		"bounds of something":           func() { Trim(d, Trimming{Upper: 3, Of: "mode"}) },
		"a term of other rows":          func() { Calibrate(d, []Term{{"spend", s.spend[1:], 3}}, Calibration{}) },
		"a variance of other rows":      func() { Calibrate(d, s.terms(), Calibration{Variance: s.spend[1:]}) },
		"a distance that is unknown":    func() { Calibrate(d, s.terms(), Calibration{Distance: "chi"}) },
		"respondents of other rows":     func() { Nonresponse(d, asked[1:], age, Cells{}) },
		"a base below zero":             func() { Nonresponse(d, asked, age, Cells{MinBase: -1}) },
		"a response of other rows":      func() { Propensity(d, asked[1:], nil, Response{}) },
		"classes below zero":            func() { Propensity(d, asked, nil, Response{Classes: -1}) },
		"cells without classes":         func() { Propensity(d, asked, nil, Response{Cells: Cells{MinBase: 5}}) },
		"a column of other rows":        func() { Precalibrated(d, s.spend[1:]) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			do()
		}()
	}
}

func TestLabelled(t *testing.T) {
	m := Labelled("age", []string{"old", "young", "", "older"}, []string{"young", "old"}, []float64{.5, .5})
	want := []int{1, 0, -1, 2}
	for i, c := range m.Of {
		if c != want[i] {
			t.Errorf("row %d: category %d, want %d", i, c, want[i])
		}
	}
	if len(m.Targets) != 3 || m.Targets[2] != 0 || m.Labels[2] != "older" {
		t.Errorf("margin: %+v", m)
	}
}

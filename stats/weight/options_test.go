package weight

import "testing"

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

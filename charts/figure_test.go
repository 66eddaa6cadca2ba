package charts

import (
	"testing"

	"tradeoff/stats/crosstab"
)

// Rounding is half away from zero, from the estimate itself and not from the
// tenth that is drawn: 37.45% is 37%, not 37.5% and so 38%.
func TestPrint(t *testing.T) {
	one, two := measure{decimals: 1}, measure{decimals: 2}
	for _, c := range []struct {
		m    measure
		v    float64
		want string
	}{
		{proportions, 0.3745, "37%"}, {proportions, 0.375, "38%"}, {proportions, 0.285, "29%"}, {proportions, 0.284999, "28%"},
		{proportions, 0, "0%"}, {proportions, 0.0001, "<1%"}, {proportions, 0.00499, "<1%"}, {proportions, 0.005, "1%"},
		{proportions, 0.995, "100%"}, {proportions, 1, "100%"},
		{two, 3.145, "3.15"}, {two, 2, "2.00"}, {two, -0.5, "−0.50"}, {two, 1.005, "1.01"},
		{one, 1234.56, "1,234.6"}, {measure{}, 1234567, "1,234,567"}, {measure{}, 999, "999"}, {two, -0.001, "0.00"},
	} {
		if got := c.m.print(c.v); got != c.want {
			t.Errorf("%v prints %q, want %q", c.v, got, c.want)
		}
	}
	f, err := proportions.look(crosstab.Cell{Status: crosstab.OK, Estimate: 0.3745, Low: 0.3345, High: 0.4155, HasCI: true})
	if err != nil || f.text != "37%" || f.between != "33–42" || f.value != 0.375 {
		t.Errorf("%+v, %v", f, err)
	}
	if got := proportions.printInterval(0, 0.004); got != "under 1" { // and not 0–0, where some did
		t.Errorf("an interval under one percent is printed %q", got)
	}
	if got := proportions.printInterval(0, 0); got != "0–0" {
		t.Errorf("an interval of nothing is printed %q", got)
	}
	if got := (measure{fine: true}).round(-0.26); got != -0.3 { // on its side of 0, although printed as 0
		t.Errorf("-0.26 is drawn at %v", got)
	}
	if got := two.printInterval(-0.21, 0.4); got != "−0.21 to 0.40" {
		t.Errorf("interval %q", got)
	}
}

// Ticks are round, cover the range, and are few.
func TestScale(t *testing.T) {
	for _, c := range []struct{ low, high, first, last float64 }{
		{2.12, 4.09, 2, 4.5}, {0.2, 0.21, 0.2, 0.21}, {-3, 7, -4, 8}, {10, 10, 10, 10.01}, {1203, 98000, 0, 100000},
	} {
		s := niceScale(c.low, c.high, 0.01)
		if s.low > c.low+1e-9 || s.high < c.high-1e-9 || len(s.ticks) < 2 || len(s.ticks) > 8 {
			t.Errorf("%v to %v: %+v", c.low, c.high, s)
		}
		if d := s.low - c.first; d > 1e-9 || d < -1e-9 {
			t.Errorf("%v to %v starts at %v", c.low, c.high, s.low)
		}
		if d := s.high - c.last; d > 1e-9 || d < -1e-9 {
			t.Errorf("%v to %v ends at %v", c.low, c.high, s.high)
		}
	}
	for high, want := range map[float64]float64{0.03: 0.1, 0.1: 0.1, 0.15: 0.2, 0.41: 0.6, 0.63: 0.8, 0.81: 1, 1: 1} {
		if s := percentScale(high, true); s.high != want || s.low != 0 {
			t.Errorf("up to %v: %v to %v, want 0 to %v", high, s.low, s.high, want)
		}
	}
}

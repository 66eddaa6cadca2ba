package charts

import "math"

// logScale is a scale of ratios, on which half and double are as far from 1. It
// holds 1, which is no difference, and ends at round numbers; what lies beyond a
// thousandth and a thousand is drawn at the end.
func logScale(figures []figure) scale {
	const least, most = 1e-3, 1e3
	low, high := 1.0, 1.0
	for _, f := range figures {
		if !f.shown() {
			continue
		}
		low, high = min(low, f.value), max(high, f.value)
		if f.interval {
			low, high = min(low, f.low), max(high, f.high)
		}
	}
	low, high = max(low, least), min(high, most)
	steps := []float64{1, 2, 5}
	switch {
	case high/low > 100:
		steps = steps[:1]
	case high/low <= 4:
		steps = []float64{1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8}
	}
	var ticks []float64
	for e := math.Log10(least); e <= math.Log10(most); e++ {
		for _, s := range steps {
			ticks = append(ticks, math.Pow10(int(e))*s)
		}
	}
	s := scale{log: true}
	for i, t := range ticks {
		if (i+1 == len(ticks) || ticks[i+1] > low) && (i == 0 || ticks[i-1] < high) {
			s.ticks = append(s.ticks, t)
		}
	}
	if len(s.ticks) == 1 {
		s.ticks = []float64{0.5, 1, 2}
	}
	s.low, s.high = s.ticks[0], s.ticks[len(s.ticks)-1]
	return s
}

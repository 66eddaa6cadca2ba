package hypothesis

import (
	"fmt"
	"math"

	"tradeoff/stats"
)

// Trend tests that the means of ordered groups do not rise or fall in a straight
// line: the linear contrast
//
//	L = sum (x_g - x) m_g / sum (x_g - x)^2,  t = L / SE(L),  df = e.DF
//
// with x_g the score of group g and x the mean of the scores. L is the slope of a
// line through the means in which every group counts the same, large or small: the
// rise of the mean by a unit of the score. LinearTrend weighs groups by their
// people.
//
// e holds the means with their covariance (stats.By, Columns), scores as many
// numbers: 1, 2, 3 for steps alike, or the middle of age bands. A group without a
// mean (NaN) leaves the contrast. With fewer than two different scores left, no
// variance, or no degrees of freedom P is NaN. It panics if lengths differ.
// Maxwell and Delaney (2004), chapter 6. R: svycontrast of svyby(covmat = TRUE).
// TestTrend.
func Trend(e *stats.Estimates, scores []float64) TTest {
	if len(scores) != e.Len() {
		panic(fmt.Sprintf("hypothesis: %d scores for %d groups", len(scores), e.Len()))
	}
	n, mean, size := 0.0, 0.0, 0.0
	for g, v := range e.Value {
		if !math.IsNaN(v) {
			n++
			mean += scores[g]
			size = math.Max(size, math.Abs(v))
		}
	}
	mean /= n
	ss := 0.0
	c := make([]float64, e.Len())
	for g, v := range e.Value {
		if !math.IsNaN(v) {
			c[g] = scores[g] - mean
			ss += c[g] * c[g]
		}
	}
	if !(ss > 0) {
		return newTTest("linear trend", math.NaN(), 0, math.NaN(), e.DF, 0)
	}
	for g := range c {
		c[g] /= ss
	}
	line := e.Contrast(nil, c)
	return newTTest("linear trend", line.Value[0], 0, line.SE(0), e.DF, size/math.Sqrt(ss))
}

// LinearTrend tests that an answer does not rise or fall with a score, such as the
// middle of the age band, a wave or a level of education:
//
//	b = sum w (x - x.) (y - y.) / sum w (x - x.)^2,  t = b / SE(b),  df = Design.DF - 1
//
// with linearised values (x - x.) (y - y. - b (x - x.)) / sum w (x - x.)^2, and x.
// and y. the weighted means. b is the rise of the mean of y by a unit of x. With y
// of 0 and 1 this is the trend of proportions through the design: in a simple
// random sample t^2 tends to the statistic of Cochran and Armitage, n r^2, from
// which it differs by taking the variance about the line instead of about y.
//
// y and x have a length of rows; NaN in either is missing. Without two different
// scores, where all y are equal or on a line, or without degrees of freedom P is
// NaN. Errors are those of the design's estimate. Binder (1983); Cochran (1954) and
// Armitage (1955) for proportions. R: svyglm(y ~ x). TestLinearTrend.
func LinearTrend(d *stats.Design, y, x []float64) (TTest, error) {
	mustLen("values", len(y), d.Rows())
	mustLen("scores", len(x), d.Rows())
	d = d.Domain(present(y, x))
	s := slope{y, x}
	e, err := d.Estimate(s)
	if err != nil {
		return TTest{}, err
	}
	l := s.line(d.Weights())
	return newTTest("linear trend", l.b, 0, e.SE(0), e.DF-1, l.size), nil
}

// slope is the slope of the least-squares line of y on x, a statistic. Values are
// missing nowhere where there is weight.
type slope struct{ y, x []float64 }

// line is a fitted line: through (x, y) with slope b.
type line struct{ x, y, b, sxx, size float64 }

func (s slope) line(w []float64) line {
	var l line
	W := 0.0
	for i, f := range w {
		if f != 0 {
			W += f
			l.x += f * s.x[i]
			l.y += f * s.y[i]
		}
	}
	l.x /= W
	l.y /= W
	sxy, largest := 0.0, 0.0
	for i, f := range w {
		if f != 0 {
			l.sxx += f * (s.x[i] - l.x) * (s.x[i] - l.x)
			sxy += f * (s.x[i] - l.x) * (s.y[i] - l.y)
			largest = math.Max(largest, math.Abs(s.y[i]))
		}
	}
	if !(l.sxx > rounding*W*l.x*l.x) { // one score
		l.b = math.NaN()
		return l
	}
	l.b = sxy / l.sxx
	l.size = largest / math.Sqrt(l.sxx/W)
	return l
}

// At implements stats.Statistic.
func (s slope) At(w []float64) ([]float64, error) { return []float64{s.line(w).b}, nil }

// Linearize implements stats.Statistic.
func (s slope) Linearize(w []float64) ([]float64, [][]float64, error) {
	l := s.line(w)
	u := make([]float64, len(w))
	for i, f := range w {
		if f != 0 && !math.IsNaN(l.b) {
			dx := s.x[i] - l.x
			u[i] = dx * (s.y[i] - l.y - l.b*dx) / l.sxx
		}
	}
	return []float64{l.b}, [][]float64{u}, nil
}

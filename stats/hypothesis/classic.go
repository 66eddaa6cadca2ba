package hypothesis

import (
	"math"
)

// A Column is what the classic column tests of market research know of a column of
// a table: one row of it, and the weights behind.
type Column struct {
	Mean     float64 // weighted; of answers of 0 and 1 the proportion
	Variance float64 // of the answers: sum w (y-m)^2 / sum w, times e/(e-1)
	Base     int     // respondents
	Weighted float64 // sum w
	Squares  float64 // sum w^2
}

// ColumnOf sums a column up: the rows that are in it (nil = all) with weight and a
// value (NaN is missing). w are the weights, nil = 1. Mean and Variance are NaN for
// a column without a row, Variance also for one of a single row. It panics if
// lengths differ. TestClassic.
func ColumnOf(y, w []float64, in []bool) Column {
	weight := func(i int) float64 {
		switch {
		case math.IsNaN(y[i]) || in != nil && !in[i]:
			return 0
		case w == nil:
			return 1
		}
		return w[i]
	}
	if w != nil {
		mustLen("weights", len(w), len(y))
	}
	if in != nil {
		mustLen("marks of a column", len(in), len(y))
	}
	var c Column
	for i := range y {
		if f := weight(i); f != 0 {
			c.Base++
			c.Weighted += f
			c.Squares += f * f
			c.Mean += f * y[i]
		}
	}
	c.Mean /= c.Weighted
	for i := range y {
		if f := weight(i); f != 0 {
			c.Variance += f * (y[i] - c.Mean) * (y[i] - c.Mean)
		}
	}
	e := c.EffectiveBase()
	c.Variance *= e / (e - 1) / c.Weighted
	if !(e > 1) {
		c.Variance = math.NaN()
	}
	return c
}

// EffectiveBase is (sum w)^2 / sum w^2 (Kish 1965, section 11.7); 0 without a row.
func (c Column) EffectiveBase() float64 {
	if c.Squares == 0 {
		return 0
	}
	return c.Weighted * c.Weighted / c.Squares
}

// ClassicOptions are the choices of the classic column tests.
type ClassicOptions struct {
	// Overlap is the effective base of the respondents that are in both columns,
	// EffectiveBase of ColumnOf them; 0 = the columns share nobody. Of a part and
	// the whole it is the base of the part.
	Overlap float64

	Unpooled bool // each column has its own variance, instead of one for both
	Normal   bool // p from the normal distribution, instead of Student's t
}

// ClassicProportions is the column proportions test of market research tables,
// from effective bases e. With p the shares and e_0 the overlap,
//
//	pooled    SE^2 = p (1-p) (1/e_a + 1/e_b - 2 e_0/(e_a e_b)),  p = (e_a p_a + e_b p_b)/(e_a + e_b)
//	unpooled  SE^2 = v_a/e_a + v_b/e_b - 2 e_0/(e_a e_b) sqrt(v_a v_b),  v = p (1-p)
//
// and t = (p_b - p_a) / SE on e_a + e_b - e_0 - 2 degrees of freedom, or normal.
// The Mean of the columns must be of answers of 0 and 1. Proportions are 0 to 1.
//
// Use it to match an old tracker only. It knows unequal weights, and no other
// feature of the sample: clusters make it too bold, strata and calibration too
// shy, and e is right only where weights have nothing to do with the answer. The
// overlap takes it that a shared respondent gives the same answer in both columns,
// true of the columns of a banner and not of grids; with unequal weights e_0 is a
// rule of thumb. Compare and TwoSample have none of these limits.
//
// Where both shares are 0 or both 1, a column is empty, or one column is the other,
// P is NaN. IBM SPSS Statistics 20 Algorithms, CTABLES; UNICOM Intelligence
// Reporter, "Statistical formula for the column proportions test"; unpooled:
// Derrick and others (2015). TestClassic.
func ClassicProportions(a, b Column, o ClassicOptions) TTest {
	ea, eb := a.EffectiveBase(), b.EffectiveBase()
	va, vb := a.Mean*(1-a.Mean), b.Mean*(1-b.Mean)
	if !o.Unpooled {
		p := (ea*a.Mean + eb*b.Mean) / (ea + eb)
		va = p * (1 - p)
		vb = va
	}
	return classic("difference of proportions", a, b, va, vb, ea+eb-o.Overlap-2, o)
}

// ClassicMeans is the column means test of market research tables, from effective
// bases e and the weighted variances s^2 of the answers,
//
//	pooled    SE^2 = s^2 (1/e_a + 1/e_b - 2 e_0/(e_a e_b)),  s^2 = ((e_a-1) s_a^2 + (e_b-1) s_b^2)/(e_a+e_b-2)
//	unpooled  SE^2 = s_a^2/e_a + s_b^2/e_b - 2 e_0/(e_a e_b) s_a s_b
//
// and t = (m_b - m_a) / SE, pooled on e_a + e_b - e_0 - 2 degrees of freedom,
// unpooled on Welch's, or normal. In the unit of the answers. Without weights and
// overlap these are Student's and Welch's two-sample tests.
//
// The limits are those of ClassicProportions. Where answers are all equal in both
// columns, a column holds fewer than two respondents, or one column is the other, P
// is NaN. Sources as ClassicProportions; Welch (1947). TestClassic.
func ClassicMeans(a, b Column, o ClassicOptions) TTest {
	ea, eb := a.EffectiveBase(), b.EffectiveBase()
	va, vb := a.Variance, b.Variance
	df := ea + eb - o.Overlap - 2
	if o.Unpooled {
		x, y := va/ea, vb/eb
		df = (x + y) * (x + y) / (x*x/(ea-1) + y*y/(eb-1))
	} else {
		va = ((ea-1)*va + (eb-1)*vb) / (ea + eb - 2)
		vb = va
	}
	return classic("difference of means", a, b, va, vb, df, o)
}

// classic is the test of b - a with variances of answers va and vb.
func classic(name string, a, b Column, va, vb, df float64, o ClassicOptions) TTest {
	ea, eb := a.EffectiveBase(), b.EffectiveBase()
	v := va/ea + vb/eb - 2*o.Overlap/(ea*eb)*math.Sqrt(va*vb)
	if o.Normal {
		df = math.Inf(1)
	}
	if !(v > rounding*(va/ea+vb/eb)) { // one column is the other
		v = 0
	}
	return newTTest(name, b.Mean-a.Mean, 0, math.Sqrt(v), df, math.Max(math.Abs(a.Mean), math.Abs(b.Mean)))
}

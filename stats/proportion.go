package stats

import (
	"fmt"
	"math"

	"tradeoff/stats/dist"
	"tradeoff/stats/internal/logit"
)

// An IntervalMethod is a scale on which a share has its interval. With V the
// design-based variance of the share p, t the quantile of Student's t with the
// df of the design, n_eff = p(1-p)/V:
//
//	mean        p -+ t sqrt(V); can leave 0 to 1
//	logit       logit p -+ t SE(logit p); SE = sqrt(V)/(p(1-p)), or from the
//	            replicates of logit p, where no replicate has a share of 0 or 1
//	xlogit      the same, always with SE = sqrt(V)/(p(1-p))
//	asin        arcsin sqrt p -+ t sqrt(V/(4p(1-p))), cut at 0 and 1
//	beta        exact binomial (Clopper and Pearson 1934) with
//	            n* = n_eff (t(n-1)/t(df))^2 in the place of n, p n* in that of
//	            the count (Korn and Graubard 1998); n are the rows of the domain
//	wilson      score interval of the binomial (Wilson 1927) with n_eff in the
//	            place of n (Kott and Carr 1997; Franco et al. 2019)
//	likelihood  q with 2(n-1) KL(p,q) <= t^2 n p(1-p) Var(logit p), KL the
//	            Kullback-Leibler divergence (Rao and Scott 1984), n the rows
//	            with an answer
//	score       of quantiles only: the q whose test F(q) = p does not reject
//	replicates  of quantiles only: q -+ t SE, SE from the replicates of q
type IntervalMethod string

// Scales of intervals.
const (
	IntervalMean       IntervalMethod = "mean"
	IntervalLogit      IntervalMethod = "logit"
	IntervalXLogit     IntervalMethod = "xlogit"
	IntervalArcsine    IntervalMethod = "asin"
	IntervalBeta       IntervalMethod = "beta"
	IntervalWilson     IntervalMethod = "wilson"
	IntervalLikelihood IntervalMethod = "likelihood"
	IntervalScore      IntervalMethod = "score"
	IntervalReplicates IntervalMethod = "replicates"
)

// must panics for what is no method.
func (m IntervalMethod) must() {
	switch m {
	case IntervalMean, IntervalLogit, IntervalXLogit, IntervalArcsine, IntervalBeta, IntervalWilson, IntervalLikelihood, IntervalScore, IntervalReplicates:
	default:
		panic(fmt.Sprintf("stats: no interval is called %q", m))
	}
}

// ProportionOptions say how an interval is made; the zero value is a logit
// interval at 0.95 on the df of the design.
type ProportionOptions struct {
	Method IntervalMethod // "" = IntervalLogit; not score or replicates
	Level  float64        // of confidence; 0 = 0.95
	DF     float64        // degrees of freedom of t; 0 = the design's; +Inf = normal distribution
}

// An Interval is an estimate with a confidence interval that need not be
// symmetric.
type Interval struct {
	Value, SE  float64
	Low, High  float64
	Level, DF  float64
	Base       int     // rows with weight and a value
	EffectiveN float64 // simple random sample as precise: p(1-p)/V; of quantiles, that of the share below
	Degenerate bool    // no interval of the usual kind exists; see the function
}

// Proportion estimates the share of rows with y = 1 (Mean) and its interval, by
// one of the formulas of IntervalMethod. y holds 0 and 1, NaN for missing, a
// length of rows; rows outside of the domain of d may hold anything. Shares are
// 0 to 1. df are o.DF or the design's; the n* of beta always takes the design's.
//
// Logit, beta and Wilson intervals stay inside 0 to 1; beta is the most cautious
// for small and clustered samples, Wilson nearly so and shorter (Franco et al.
// 2019). Mean intervals cover too little near 0 and 1.
//
// At 0 or 1 no two-sided interval exists, whatever the method: nobody differs,
// so V is zero and the design has nothing to say. Then Degenerate is true, the
// side of the value is the value itself, and the other is the exact one-sided
// binomial bound at the level,
//
//	0 to 1 - (1-level)^(1/n*)    or    (1-level)^(1/n*) to 1
//
// the rule of three (Hanley and Lippman-Hand 1983), with Kish's effective base
// (Design.EffectiveBase) of the rows with an answer in the place of n_eff. It takes
// account of unequal weights and few PSUs, not of answers that are alike within
// PSUs, which cannot be seen.
//
// A share without variance between 0 and 1, of a stratum or a calibrated margin,
// is certain: Low = Value = High. Value, SE and bounds are NaN without a row
// with an answer; bounds are NaN without degrees of freedom, and, except for
// mean, where negative calibrated weights carry the share out of 0 to 1. The
// error names the first value that is not 0 or 1.
//
// R: svyciprop, which agrees on all its methods, except that its logit stops at
// 1e-8, its likelihood is a spline good to a few digits that also depends on
// the weights of rows without an answer, and its asin folds back at 0 and 1. At
// shares of 0 and 1 it gives an error, NaN or 0 to 0, and where only a replicate
// has such a share a logit interval from 0 to 1. TestOracle: 03_proportions,
// 10, 11; TestProportionCorners.
func Proportion(d *Design, y []float64, o ProportionOptions) (Interval, error) {
	mustLen("values", len(y), d.n)
	method := o.Method
	switch method {
	case "":
		method = IntervalLogit
	case IntervalScore, IntervalReplicates:
		panic(fmt.Sprintf("stats: the interval %q is for quantiles", method))
	default:
		method.must()
	}
	e, err := d.Estimate(Mean(nil, y))
	if err != nil {
		return Interval{}, err
	}
	y = at(y, d.rows)
	in := used(at(d.weights, d.rows), y)
	for i, x := range in {
		if x != 0 && y[i] != 0 && y[i] != 1 {
			if d.rows != nil {
				i = int(d.rows[i])
			}
			return Interval{}, fmt.Errorf("row %d holds %g; a share needs 0 and 1, NaN for missing", i+1, y[i])
		}
	}
	s := d.shares(e)[0]
	s.n = count(in)
	v := Interval{Value: s.p, SE: e.SE(0), Level: levelOf(o.Level), DF: dfOf(o.DF, e.DF), Base: s.n, EffectiveN: s.effective()}
	switch {
	case s.n == 0:
		v.Low, v.High = math.NaN(), math.NaN()
	case !varies(in, y):
		v.Degenerate = true
		v.EffectiveN = effectiveBase(in)
		v.Low, v.High = s.oneSided(v.EffectiveN, v.Level)
	default:
		v.Low, v.High = s.interval(method, v.Level, v.DF)
	}
	return v, nil
}

func levelOf(level float64) float64 {
	if level == 0 {
		return 0.95
	}
	mustLevel(level)
	return level
}

func mustLevel(level float64) {
	if !(level > 0 && level < 1) {
		panic(fmt.Sprintf("stats: a level of confidence lies between 0 and 1, not at %g", level))
	}
}

func dfOf(df, design float64) float64 {
	if df == 0 {
		return design
	}
	return df
}

// EffectiveN is the size of the simple random sample with replacement that would
// estimate number k as precisely, n/deff with the n rows of the estimate. Of a
// share it is p(1-p)/V times n/(n-1). +Inf where the design leaves no variance;
// NaN where Deff is. Kish (1965), section 8.2. TestEffectiveN.
func (e *Estimates) EffectiveN(k int) float64 { return e.simple[k]().n / e.Deff(k, true) }

// share is what the interval of a share depends on.
type share struct {
	p        float64
	v        float64 // its variance
	vLogit   float64 // variance of its logit
	n        int     // rows with an answer
	rows     int     // rows of the domain
	designDF float64
}

// certain is the standard error below which a share has none: what is left is
// rounding.
const certain = 1e-10

// shares are the numbers of e, which are shares, without n.
func (d *Design) shares(e *Estimates) []share {
	rows := d.DomainRows()
	ss := make([]share, e.Len())
	for k, p := range e.Value {
		ss[k] = share{p: p, v: e.Var(k), vLogit: e.logitVariance(k), rows: rows, designDF: e.DF}
	}
	return ss
}

func logOdds(p float64) float64 { return math.Log(p / (1 - p)) }

// logitVariance is the variance of the logit of number k: from the logits of the
// replicates, or else by the delta method: also where the share of a replicate is
// 0 or 1, which has no logit. To leave such replicates out, as those without an
// estimate are, would take away the very ones that differ most.
func (e *Estimates) logitVariance(k int) float64 {
	p := e.Value[k]
	if e.reps == nil {
		return e.deltaLogit(k)
	}
	logits := make([][]float64, len(e.Replicates))
	for r, theta := range e.Replicates {
		x := logOdds(theta[k])
		if math.IsInf(x, 0) {
			return e.deltaLogit(k)
		}
		logits[r] = []float64{x}
	}
	v, _ := e.reps.variance([]float64{logOdds(p)}, logits)
	return v.At(0, 0)
}

func (e *Estimates) deltaLogit(k int) float64 {
	q := e.Value[k] * (1 - e.Value[k])
	return e.Var(k) / (q * q)
}

func (s share) isCertain() bool { return math.Sqrt(s.v) < certain }

// effective is p(1-p)/V.
func (s share) effective() float64 {
	if s.isCertain() && s.p > 0 && s.p < 1 {
		return math.Inf(1)
	}
	return s.p * (1 - s.p) / s.v
}

// penalty is (t(n-1)/t(df))^2 at a two-sided tail alpha, by which Korn and
// Graubard lower the effective size for the df of the design.
func (s share) penalty(alpha float64) float64 {
	if s.rows < 2 || !(s.designDF > 0) {
		return math.NaN()
	}
	q := dist.TQuantile(alpha, float64(s.rows-1)) / dist.TQuantile(alpha, s.designDF)
	return q * q
}

// oneSided is the interval of a share of 0 or 1.
func (s share) oneSided(effective, level float64) (low, high float64) {
	n := effective * s.penalty(1-level)
	if s.p == 0 {
		return 0, -math.Expm1(math.Log1p(-level) / n)
	}
	return math.Exp(math.Log1p(-level) / n), 1
}

// interval is the two-sided interval.
func (s share) interval(m IntervalMethod, level, df float64) (low, high float64) {
	none := math.NaN()
	if !(df > 0) || math.IsNaN(s.v) {
		return none, none
	}
	t := dist.TQuantile(1-level, df)
	p, se := s.p, math.Sqrt(s.v)
	if m == IntervalMean {
		return p - t*se, p + t*se
	}
	switch {
	case !(p > 0 && p < 1):
		return none, none
	case s.isCertain():
		return p, p
	}
	switch m {
	case IntervalLogit:
		half := t * math.Sqrt(s.vLogit)
		return logit.Expit(logOdds(p) - half), logit.Expit(logOdds(p) + half)
	case IntervalXLogit:
		half := t * se / (p * (1 - p))
		return logit.Expit(logOdds(p) - half), logit.Expit(logOdds(p) + half)
	case IntervalArcsine:
		half := t * se / (2 * math.Sqrt(p*(1-p)))
		return sine(math.Asin(math.Sqrt(p)) - half), sine(math.Asin(math.Sqrt(p)) + half)
	case IntervalBeta:
		n := s.effective() * s.penalty(1-level)
		if math.IsNaN(n) {
			return none, none
		}
		alpha := (1 - level) / 2
		return dist.BetaQuantile(alpha, n*p, n*(1-p)+1), dist.BetaQuantile(1-alpha, n*p+1, n*(1-p))
	case IntervalWilson:
		a := t * t / s.effective()
		centre, half := p+a/2, math.Sqrt(a*(p*(1-p)+a/4))
		return (centre - half) / (1 + a), (centre + half) / (1 + a)
	case IntervalLikelihood:
		n := float64(s.n)
		cut := t * t * s.vLogit * p * (1 - p) * n / (2 * (n - 1))
		if math.IsNaN(cut) {
			return none, none
		}
		return divergent(p, cut, -1), divergent(p, cut, 1)
	}
	panic("stats: a method of quantiles")
}

// sine is sin^2 x, with x cut at 0 and at a right angle.
func sine(x float64) float64 {
	s := math.Sin(max(0, min(math.Pi/2, x)))
	return s * s
}

// divergent is the share q on one side of p (-1 below, 1 above) at which the
// Kullback-Leibler divergence
//
//	KL(p,q) = p log(p/q) + (1-p) log((1-p)/(1-q))
//
// reaches cut, by bisection on the logit scale, where it has no ends.
func divergent(p, cut, side float64) float64 {
	centre := logOdds(p)
	far := func(x float64) bool { // log q = -log(1+e^-x)
		return p*(math.Log(p)+logit.Softplus(-x))+(1-p)*(math.Log1p(-p)+logit.Softplus(x)) >= cut
	}
	inner, step := 0.0, 1.0
	for !far(centre + side*step) {
		inner, step = step, 2*step
	}
	outer := step
	for range 200 {
		mid := (inner + outer) / 2
		if mid == inner || mid == outer {
			break
		}
		if far(centre + side*mid) {
			outer = mid
		} else {
			inner = mid
		}
	}
	return logit.Expit(centre + side*outer)
}

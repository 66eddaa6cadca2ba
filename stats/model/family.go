package model

import (
	"fmt"
	"math"
)

// A Family is how the variance of an outcome depends on its mean. With weights
// that are not frequencies it is a working model: estimates hold if the mean is
// right, and standard errors come from the design. It is R's quasi family.
type Family string

// The families, their variances, and outcomes they can take.
const (
	Gaussian Family = "gaussian" // 1; any number
	Binomial Family = "binomial" // m (1 - m); 0 to 1
	Poisson  Family = "poisson"  // m; 0 or more
	Gamma    Family = "gamma"    // m^2; above 0
)

// A Link is the function g in g(mean) = x b.
type Link string

// The links.
const (
	Identity Link = "identity" // m
	Logit    Link = "logit"    // log(m/(1-m)); coefficients are log odds ratios
	Probit   Link = "probit"   // the normal quantile
	Cloglog  Link = "cloglog"  // log(-log(1-m))
	Loglog   Link = "loglog"   // -log(-log m)
	Log      Link = "log"      // log m; coefficients are log ratios of means
	Sqrt     Link = "sqrt"     // square root
	Inverse  Link = "inverse"  // 1/m
)

// canonical is the default link of a family.
func (f Family) canonical() Link {
	switch f {
	case Binomial:
		return Logit
	case Poisson:
		return Log
	case Gamma:
		return Inverse
	}
	return Identity
}

// takes reports whether an outcome can come from the family.
func (f Family) takes(y float64) bool {
	switch f {
	case Binomial:
		return y >= 0 && y <= 1
	case Poisson:
		return y >= 0 && !math.IsInf(y, 0)
	case Gamma:
		return y > 0 && !math.IsInf(y, 0)
	}
	return !math.IsInf(y, 0)
}

func (f Family) outcomes() string {
	switch f {
	case Binomial:
		return "0 to 1 (yes is 1, no is 0)"
	case Poisson:
		return "0 or more"
	case Gamma:
		return "above 0"
	}
	return "finite"
}

// mustKnow panics if there is no such family or link.
func mustKnow(f Family, l Link) {
	switch f {
	case Gaussian, Binomial, Poisson, Gamma:
	default:
		panic(fmt.Sprintf("model: no family is called %q", f))
	}
	switch l {
	case Identity, Logit, Probit, Cloglog, Loglog, Log, Sqrt, Inverse:
	default:
		panic(fmt.Sprintf("model: no link is called %q", l))
	}
}

// A point is the mean at a linear predictor e and its derivatives. up and down
// are slope/mean and slope/rest, which hold their digits where mean or rest
// vanish.
type point struct {
	mean, rest   float64 // m and 1 - m
	slope, curve float64 // dm/de and d2m/de2
	up, down     float64
}

// at is the point of a linear predictor.
func (l Link) at(e float64) point {
	var p point
	switch l {
	case Logit:
		p.mean, p.rest = logistic(e)
		p.slope = p.mean * p.rest
		p.curve = p.slope * (p.rest - p.mean)
		p.up, p.down = p.rest, p.mean
		return p
	case Probit:
		return probitAt(e)
	case Cloglog:
		return cloglogAt(e)
	case Loglog: // the mirror of cloglog
		q := cloglogAt(-e)
		return point{mean: q.rest, rest: q.mean, slope: q.slope, curve: -q.curve, up: q.down, down: q.up}
	case Log:
		p.mean = math.Exp(e)
		p.slope, p.curve = p.mean, p.mean
		p.rest = -math.Expm1(e)
		p.up, p.down = 1, p.slope/p.rest
		return p
	case Sqrt:
		p.mean, p.slope, p.curve = e*e, 2*e, 2
	case Inverse:
		p.mean = 1 / e
		p.slope, p.curve = -p.mean*p.mean, 2*p.mean*p.mean*p.mean
	default:
		p.mean, p.slope = e, 1
	}
	p.rest = 1 - p.mean
	p.up, p.down = p.slope/p.mean, p.slope/p.rest
	return p
}

// logistic is 1/(1+exp(-e)) and what it lacks of 1.
func logistic(e float64) (mean, rest float64) {
	if e < 0 {
		rest, mean = logistic(-e)
		return mean, rest
	}
	x := math.Exp(-e)
	return 1 / (1 + x), x / (1 + x)
}

// farOut is a normal deviate beyond which tails lose their digits to underflow.
const farOut = 37

func probitAt(e float64) (p point) {
	e = math.Max(-farOut, math.Min(farOut, e))
	p.mean, p.rest = math.Erfc(-e/math.Sqrt2)/2, math.Erfc(e/math.Sqrt2)/2
	p.slope = math.Exp(-e*e/2) / math.Sqrt(2*math.Pi)
	p.curve = -e * p.slope
	p.up, p.down = p.slope/p.mean, p.slope/p.rest
	return p
}

func cloglogAt(e float64) (p point) {
	x := math.Exp(math.Min(e, 700))
	p.mean, p.rest = -math.Expm1(-x), math.Exp(-x)
	p.slope = x * p.rest
	p.curve = p.slope * (1 - x)
	p.up, p.down = 1, x
	if x > 0 {
		p.up = x / math.Expm1(x)
	}
	return p
}

// of is the linear predictor of a mean; it starts the iteration.
func (l Link) of(m float64) float64 {
	switch l {
	case Logit:
		return math.Log(m / (1 - m))
	case Probit:
		return math.Sqrt2 * math.Erfinv(2*m-1)
	case Cloglog:
		return math.Log(-math.Log1p(-m))
	case Loglog:
		return -math.Log(-math.Log(m))
	case Log:
		return math.Log(m)
	case Sqrt:
		return math.Sqrt(m)
	case Inverse:
		return 1 / m
	}
	return m
}

// start is a mean near the outcome that every link takes.
func (f Family) start(y float64) float64 {
	switch f {
	case Binomial:
		return (y + 0.5) / 2
	case Poisson:
		return y + 0.1
	}
	return y
}

// score is the derivative of the log likelihood of a row by its linear
// predictor, (y - m) m'/V, and the information in it: expected, m'^2/V, or
// observed, less the derivative of the score.
func (f Family) score(y float64, p point, observed bool) (score, information float64) {
	v, dv := f.variance(p) // V and dV/dm
	switch f {
	case Gaussian:
		score, information = (y-p.mean)*p.slope, p.slope*p.slope
	case Binomial:
		score, information = y*p.up-(1-y)*p.down, p.up*p.down
	case Poisson:
		score, information = (y-p.mean)*p.up, p.slope*p.up
	case Gamma:
		score, information = (y-p.mean)*p.up/p.mean, p.up*p.up
	}
	if observed && v > 0 {
		information -= (y - p.mean) * (p.curve/v - p.slope/v*p.slope/v*dv)
	}
	return score, information
}

func (f Family) variance(p point) (v, dv float64) {
	switch f {
	case Binomial:
		return p.mean * p.rest, p.rest - p.mean
	case Poisson:
		return p.mean, 1
	case Gamma:
		return p.mean * p.mean, 2 * p.mean
	}
	return 1, 0
}

// valid reports whether the family can have the mean.
func (f Family) valid(p point) bool {
	switch f {
	case Binomial:
		return p.mean >= 0 && p.rest >= 0
	case Poisson, Gamma:
		return p.mean > 0 && !math.IsInf(p.mean, 1)
	}
	return !math.IsNaN(p.mean) && !math.IsInf(p.mean, 0)
}

// deviance is twice what the log likelihood of a row lacks of its maximum.
func (f Family) deviance(y float64, p point) float64 {
	switch f {
	case Binomial:
		return 2 * (entropy(y, p.mean) + entropy(1-y, p.rest))
	case Poisson:
		return 2 * (entropy(y, p.mean) - (y - p.mean))
	case Gamma:
		return 2 * ((y-p.mean)/p.mean - math.Log(y/p.mean))
	}
	return (y - p.mean) * (y - p.mean)
}

// entropy is y log(y/m), 0 at y = 0.
func entropy(y, m float64) float64 {
	if y == 0 {
		return 0
	}
	return y * math.Log(y/m)
}

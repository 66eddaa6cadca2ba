package dist_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"tradeoff/stats/dist"
)

// near fails if two numbers differ by more than tol, relative to the second.
func near(t interface {
	Helper()
	Errorf(string, ...any)
}, what string, got, want, tol float64) {
	t.Helper()
	if got == want || math.IsNaN(got) && math.IsNaN(want) {
		return
	}
	if !(math.Abs(got-want) <= tol*math.Abs(want)) {
		t.Errorf("%s: got %.17g, expected %.17g (relative difference %.1e)", what, got, want, math.Abs(got/want-1))
	}
}

var inf, nan = math.Inf(1), math.NaN()

// TestTails compares with values of 40 digits (mpmath 1.2: erfc, gammainc, and
// the continued fraction of the incomplete beta function), far out and with
// many degrees of freedom, where other libraries lose digits.
func TestTails(t *testing.T) {
	near(t, "normal 0.5", dist.NormalTail(0.5), 0.308537538725986896, 1e-15)
	near(t, "normal 10", dist.NormalTail(10), 7.61985302416052607e-24, 1e-13)
	near(t, "normal 37", dist.NormalTail(37), 5.72557122252457682e-300, 1e-12)
	for _, c := range []struct{ x, d1, d2, want float64 }{
		{0.5, 0.3, 0.5, 0.46036983899403299666},
		{20, 0.3, 1e11, 0.0025578108876887491026},
		{6.67, 1, 1e6, 0.0098050595696409942918},
		{6.67, 1, 1e8, 0.0098049202530813913663},
		{6.67, 1, 1e11, 0.009804918847254796223},
		{1e4, 1, 387.1, 1.2492591419682992289e-278},
		{0.01, 1.94, 387.1, 0.98876858089426352602},
		{6.67, 25, 387.1, 1.894255454199074906e-18},
		{6.67, 25, 1e8, 6.4555082059749802111e-23},
		{2, 1e4, 1e4, 2.0656728995851408846e-258},
		{2, 1e6, 14, 0.06528877163726077503},
	} {
		near(t, "F", dist.FTail(c.x, c.d1, c.d2), c.want, 1e-12)
		if c.d1 == 1 { // t^2 is F
			near(t, "t", dist.TTwoSided(math.Sqrt(c.x), c.d2), c.want, 1e-12)
			near(t, "one-sided t", dist.TTail(math.Sqrt(c.x), c.d2), c.want/2, 1e-12)
			near(t, "beta", dist.BetaTail(c.x/(c.x+387.1), 0.5, 387.1/2), dist.FTail(c.x, 1, 387.1), 1e-11)
		}
	}
	for _, c := range []struct{ x, df, lower, upper float64 }{
		{0.00999, 0.01, nan, 0.02337823661028625607},
		{0.05, 0.01, 0.98442019911137907796, nan},
		{250, 5, nan, 5.4969224674551730532e-52},
		{23.265, 25.85, 0.39028571557354637192, nan},
		{9990, 1e4, nan, 0.52631896963602468604},
	} {
		if c.lower > 0 {
			near(t, "chi-squared below", dist.ChiSquaredCDF(c.x, c.df), c.lower, 1e-13)
		} else {
			near(t, "chi-squared above", dist.ChiSquaredTail(c.x, c.df), c.upper, 1e-13)
		}
	}
}

// TestTables compares with printed tables of critical values (Fisher and Yates
// 1963; Pearson and Hartley 1966).
func TestTables(t *testing.T) {
	round := func(what string, got, want, unit float64) {
		t.Helper()
		if math.Abs(got-want) > unit/2 {
			t.Errorf("%s: got %.8g, the table has %g", what, got, want)
		}
	}
	round("t, 5%, 10 df", dist.TQuantile(0.05, 10), 2.228, 1e-3)
	round("t, 1%, 30 df", dist.TQuantile(0.01, 30), 2.750, 1e-3)
	round("t, 0.1%, 1 df", dist.TQuantile(0.001, 1), 636.619, 1e-3)
	round("chi-squared, 5%, 1 df", dist.ChiSquaredQuantile(0.05, 1), 3.841, 1e-3)
	round("chi-squared, 1%, 20 df", dist.ChiSquaredQuantile(0.01, 20), 37.566, 1e-3)
	round("chi-squared, 97.5%, 10 df", dist.ChiSquaredQuantile(0.975, 10), 3.247, 1e-3)
	round("F, 5%, 4 and 20", dist.FQuantile(0.05, 4, 20), 2.87, 1e-2)
	round("F, 1%, 10 and 5", dist.FQuantile(0.01, 10, 5), 10.05, 1e-2)
	round("normal, 2.5%", -dist.NormalQuantile(0.025), 1.95996, 1e-5)
}

// TestEdges: ends of the range, no df, infinite df, and what has no answer.
func TestEdges(t *testing.T) {
	for what, c := range map[string][2]float64{
		"normal at -Inf":                  {dist.NormalTail(math.Inf(-1)), 1},
		"normal at Inf":                   {dist.NormalTail(inf), 0},
		"normal quantile of 0":            {dist.NormalQuantile(0), math.Inf(-1)},
		"normal quantile of 1":            {dist.NormalQuantile(1), inf},
		"normal quantile of 1/2":          {dist.NormalQuantile(0.5), 0},
		"normal quantile of 2":            {dist.NormalQuantile(2), nan},
		"t at 0":                          {dist.TTwoSided(0, 5), 1},
		"t at Inf":                        {dist.TTwoSided(inf, 5), 0},
		"t, infinite df":                  {dist.TTwoSided(3, inf), 2 * dist.NormalTail(3)},
		"t without df":                    {dist.TTwoSided(3, 0), nan},
		"lower tail of t":                 {dist.TTail(-1, 1), 0.75},
		"t quantile, infinite df":         {dist.TQuantile(0.05, inf), -dist.NormalQuantile(0.025)},
		"t quantile of 0":                 {dist.TQuantile(0, 3), inf},
		"t quantile of 1":                 {dist.TQuantile(1, 3), 0},
		"t quantile of NaN":               {dist.TQuantile(nan, 3), nan},
		"chi-squared at 0":                {dist.ChiSquaredTail(0, 3), 1},
		"chi-squared below 0":             {dist.ChiSquaredTail(-1, 3), 1},
		"chi-squared at Inf":              {dist.ChiSquaredTail(inf, 3), 0},
		"chi-squared of 0 df":             {dist.ChiSquaredTail(0, 0), 0},
		"chi-squared of Inf df":           {dist.ChiSquaredTail(9, inf), 1},
		"chi-squared of -1 df":            {dist.ChiSquaredTail(9, -1), nan},
		"chi-squared quantile of 0":       {dist.ChiSquaredQuantile(0, 2), inf},
		"chi-squared quantile of 1":       {dist.ChiSquaredQuantile(1, 2), 0},
		"chi-squared quantile underflows": {dist.ChiSquaredQuantile(0.9999, 0.001), 0},
		"F at 0":                          {dist.FTail(0, 2, 3), 1},
		"F at Inf":                        {dist.FTail(inf, 2, 3), 0},
		"F, infinite d2":                  {dist.FTail(2, 3, inf), dist.ChiSquaredTail(6, 3)},
		"F, infinite d1":                  {dist.FTail(2, inf, 3), dist.ChiSquaredCDF(1.5, 3)},
		"F, both infinite, below 1":       {dist.FTail(0.9, inf, inf), 1},
		"F, both infinite, above 1":       {dist.FTail(1.1, inf, inf), 0},
		"F without df":                    {dist.FTail(1, 0, 3), nan},
		"F quantile, infinite d2":         {dist.FQuantile(0.05, 3, inf), dist.ChiSquaredQuantile(0.05, 3) / 3},
		"F quantile, both infinite":       {dist.FQuantile(0.05, inf, inf), 1},
		"F quantile of 1":                 {dist.FQuantile(1, 3, 4), 0},
		"F quantile of 0":                 {dist.FQuantile(0, 3, 4), inf},
		"beta at 0":                       {dist.BetaCDF(0, 2, 3), 0},
		"beta at 1":                       {dist.BetaCDF(1, 2, 3), 1},
		"beta above 1":                    {dist.BetaTail(2, 2, 3), 0},
		"beta, a = 0":                     {dist.BetaCDF(0.3, 0, 3), 1},
		"beta, b = 0":                     {dist.BetaCDF(0.3, 2, 0), 0},
		"beta without either":             {dist.BetaCDF(0.3, 0, 0), nan},
		"beta quantile, a = 0":            {dist.BetaQuantile(0.3, 0, 3), 0},
		"beta quantile, b = 0":            {dist.BetaQuantile(0.3, 2, 0), 1},
		"beta quantile of 0":              {dist.BetaQuantile(0, 2, 3), 0},
		"beta quantile of 1":              {dist.BetaQuantile(1, 2, 3), 1},
		"beta quantile of -1":             {dist.BetaQuantile(-1, 2, 3), nan},
	} {
		near(t, what, c[0], c[1], 1e-15)
	}
}

// TestQuantiles: every quantile has its tail, far out as well.
func TestQuantiles(t *testing.T) {
	near(t, "normal 1e-300", dist.NormalQuantile(1e-300), -37.0470962993611992, 1e-15) // mpmath
	near(t, "normal 1e-20", dist.NormalQuantile(1e-20), -9.26234008979840757, 1e-15)
	rapid.Check(t, func(t *rapid.T) {
		p := math.Exp(-rapid.Float64Range(1e-6, 300).Draw(t, "-log p"))
		df := math.Exp(rapid.Float64Range(-1, 16).Draw(t, "log df"))
		other := math.Exp(rapid.Float64Range(-1, 12).Draw(t, "log df2"))
		near(t, "normal", dist.NormalTail(-dist.NormalQuantile(p)), p, 1e-12)
		if x := dist.TQuantile(p, df); x < 1e100 {
			near(t, "t", dist.TTwoSided(x, df), p, 1e-11)
		}
		near(t, "chi-squared", dist.ChiSquaredTail(dist.ChiSquaredQuantile(p, df), df), p, 1e-11)
		if x := dist.FQuantile(p, df, other); x < 1e100 {
			near(t, "F", dist.FTail(x, df, other), p, 1e-11)
		}
		if x := dist.BetaQuantile(p, other, df); x > 0 && x < 0.9 {
			near(t, "beta", dist.BetaCDF(x, other, df), p, 1e-11)
		}
	})
}

// TestBetaIdentities: closed forms of the incomplete beta function, and the
// binomial sum that is one (Abramowitz and Stegun 1964, 26.5.24).
func TestBetaIdentities(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(1e-6, 0.999).Draw(t, "x")
		a := math.Exp(rapid.Float64Range(-2, 12).Draw(t, "log a"))
		if p := math.Pow(x, a); p > 1e-290 {
			near(t, "b = 1", dist.BetaCDF(x, a, 1), p, 1e-11)
		}
		if p := -math.Expm1(a * math.Log1p(-x)); p > 1e-290 {
			near(t, "a = 1", dist.BetaCDF(x, 1, a), p, 1e-11)
		}
		b := math.Exp(rapid.Float64Range(-2, 12).Draw(t, "log b"))
		near(t, "sides", dist.BetaCDF(x, a, b)+dist.BetaTail(x, a, b), 1, 1e-13)

		n := rapid.IntRange(1, 30).Draw(t, "n")
		k := rapid.IntRange(1, n).Draw(t, "k")
		sum := 0.0
		for j := k; j <= n; j++ {
			g1, _ := math.Lgamma(float64(n + 1))
			g2, _ := math.Lgamma(float64(j + 1))
			g3, _ := math.Lgamma(float64(n - j + 1))
			sum += math.Exp(g1 - g2 - g3 + float64(j)*math.Log(x) + float64(n-j)*math.Log1p(-x))
		}
		near(t, "binomial", dist.BetaCDF(x, float64(k), float64(n-k+1)), sum, 1e-11)
	})
}

func BenchmarkTTwoSided(b *testing.B) {
	for b.Loop() {
		dist.TTwoSided(2.1, 87)
	}
}

func BenchmarkTQuantile(b *testing.B) {
	for b.Loop() {
		dist.TQuantile(0.05, 87)
	}
}

func BenchmarkFSumTail(b *testing.B) {
	weights := []float64{2.1, 1.3, 0.9, 0.2}
	for b.Loop() {
		dist.FSumTail(5, weights, nil, 31.5)
	}
}

package model

import (
	"math"
	"math/rand/v2"
)

// feel gives a person the four scores: the effects of age, country and wave,
// and a deviation of the person's own with the correlations of the table.
func feel(rng *rand.Rand, p *Person) {
	own := correlated(rng)
	var score [scores]float64
	for k := range score {
		score[k] = own[k] +
			ageEffect[k]*years(p) +
			countries[p.Country-1].effect[k] +
			waveEffect[k]*float64(p.Wave-Waves()[0])
	}
	p.Want, p.Worry, p.Trust, p.Open = score[want], score[worry], score[trust], score[open]
}

// correlated draws standard normal deviates with the given correlations:
// L z, with L the Cholesky factor of the correlations.
func correlated(rng *rand.Rand) [scores]float64 {
	var l [scores][scores]float64
	for i := range scores {
		for j := 0; j <= i; j++ {
			sum := correlation[i][j]
			for k := range j {
				sum -= l[i][k] * l[j][k]
			}
			if i == j {
				l[i][i] = math.Sqrt(sum)
			} else {
				l[i][j] = sum / l[j][j]
			}
		}
	}
	var z, x [scores]float64
	for i := range z {
		z[i] = rng.NormFloat64()
	}
	for i := range x {
		for j := 0; j <= i; j++ {
			x[i] += l[i][j] * z[j]
		}
	}
	return x
}

// A term is a score and how strongly it moves an answer.
type term struct{ loading, score float64 }

// respond is the tendency behind an answer: the level at which the given
// percentage of people at the reference point lies above 0, the terms, and
// chance for the rest of a variance of 1.
//
//	y = level + sum(loading * score) + sqrt(1 - sum(loading^2)) * e
func respond(rng *rand.Rand, percent float64, terms ...term) float64 {
	y, rest := level(percent), 1.0
	for _, t := range terms {
		y += t.loading * t.score
		rest -= t.loading * t.loading
	}
	if rest <= 0 {
		panic("model: the loadings of an answer leave no room for chance")
	}
	return y + math.Sqrt(rest)*rng.NormFloat64()
}

// level is the x for which a standard normal deviate lies above -x with the
// given percentage: the inverse of the normal distribution.
func level(percent float64) float64 {
	return math.Sqrt2 * math.Erfinv(2*percent/100-1)
}

package model

import "iter"

// A Count says of a person how many answers count, out of how many given.
// For a question outside the loop that is 0 or 1 out of 1, and out of 0 for
// people who are outside the domain, were not asked or did not answer; for a
// question in the loop it may be 2 out of 3 industries.
type Count func(*Person) (counted, of float64)

// Estimates are the weighted shares of several counts over the same people:
//
//	sum(w * counted) / sum(w * of)
//
// Shares are 0 to 1. People of a domain of nobody make 0.
func Estimates(people iter.Seq[*Person], counts ...Count) []float64 {
	above, below := make([]float64, len(counts)), make([]float64, len(counts))
	for p := range people {
		for i, count := range counts {
			a, b := count(p)
			above[i] += p.Weight * a
			below[i] += p.Weight * b
		}
	}
	for i := range above {
		if below[i] > 0 {
			above[i] /= below[i]
		}
	}
	return above
}

// Truth is what Estimates would give for the whole population: the estimates
// of a draw of a hundred thousand people a country and wave, 1.8 million in
// all, under a seed that no sample should use. A share of the latest wave is then
// within 0.2 points of the model's own. All waves are pooled unless a count is
// Within one. It takes about ten seconds.
func Truth(counts ...Count) []float64 {
	return Estimates(People(truthSeed, 100_000), counts...)
}

// truthSeed keeps the truth's people apart from every sample's.
const truthSeed = 1 << 40

// Top counts answers at or above a code; codes of no answer are no answers.
func Top(code int, get func(*Person) int) Count {
	return func(p *Person) (float64, float64) {
		switch v := get(p); {
		case v == NotAsked || v == DontKnow || v == Refused:
			return 0, 0
		case v >= code:
			return 1, 1
		}
		return 0, 1
	}
}

// Within counts only in a domain.
func Within(domain func(*Person) bool, c Count) Count {
	return func(p *Person) (float64, float64) {
		if !domain(p) {
			return 0, 0
		}
		return c(p)
	}
}

// Together adds counts up: a question of the loop over several industries.
func Together(counts ...Count) Count {
	return func(p *Person) (counted, of float64) {
		for _, c := range counts {
			a, b := c(p)
			counted += a
			of += b
		}
		return counted, of
	}
}

package model

import (
	"math"
	"math/rand/v2"
)

// A stratum of one country: a region's urban or rural part.
type stratum struct {
	region, area int // region 0 to 3, area 1 or 2
	interviews   int
	factor       float64 // weight of its average respondent
}

// strata cuts a country and shares out its interviews in proportion to the
// stratum's share of the population to the power of allocation; largest
// remainders get what rounding leaves.
//
// With W_h the stratum's share of the country, n the country's interviews and
// n_h its own, the average weight in the stratum is W_h n / n_h: weights of a
// country add to n on average, so each country counts the same.
func strata(c, perCountry int) []stratum {
	country := countries[c]
	var (
		list   []stratum
		shares []float64
		sum    float64
	)
	for r, region := range country.regions {
		for area, share := range []float64{country.urban, 1 - country.urban} {
			list = append(list, stratum{region: r, area: area + 1})
			shares = append(shares, region.share*share)
			sum += math.Pow(region.share*share, allocation)
		}
	}
	left := perCountry
	rest := make([]float64, len(list))
	for h := range list {
		exact := float64(perCountry) * math.Pow(shares[h], allocation) / sum
		list[h].interviews = int(exact)
		rest[h] = exact - math.Floor(exact)
		left -= list[h].interviews
	}
	for ; left > 0; left-- {
		largest := 0
		for h := range rest {
			if rest[h] > rest[largest] {
				largest = h
			}
		}
		list[largest].interviews++
		rest[largest] = -1
	}
	for h := range list {
		list[h].factor = shares[h] * float64(perCountry) / float64(list[h].interviews)
	}
	return list
}

// draw interviews one person of a stratum. People are met as they are in the
// population and take part with the chance p of their age band, so that the
// weight is the stratum's factor times E[p]/p, whose mean over those who take
// part is the factor. It is rounded to four decimals as in the exports.
func draw(rng *rand.Rand, wave, c int, s stratum) *Person {
	country := countries[c]
	var mean float64
	for b, share := range country.ages {
		mean += share * participation[b]
	}
	band := pick(rng, country.ages[:])
	for rng.Float64() >= participation[band] {
		band = pick(rng, country.ages[:])
	}
	low, high := ageBands[band][0], ageBands[band][1]
	p := &Person{
		Wave:    wave,
		Country: c + 1,
		Region:  (c+1)*10 + s.region + 1,
		Area:    s.area,
		Stratum: (wave%100)*1000 + (c+1)*100 + (s.region+1)*10 + s.area,
		Weight:  math.Round(s.factor*mean/participation[band]*1e4) / 1e4,
		Age:     low + rng.IntN(high-low+1),
	}
	describe(rng, p)
	feel(rng, p)
	answer(rng, p)
	return p
}

// describe adds what else is known of a person.
func describe(rng *rand.Rand, p *Person) {
	p.Gender = 1 + pick(rng, []float64{0.49, 0.51})
	degree := countries[p.Country-1].degree
	p.Education = 1 + pick(rng, []float64{(1 - degree) * 0.45, (1 - degree) * 0.55, degree})
	// Expertise falls with age and rises with education.
	x := -0.35*years(p) + 0.25*float64(p.Education-2) + 0.9*rng.NormFloat64()
	p.Expertise = 1 + cut(x, []float64{-1, 0.1, 1.1})
	if rng.Float64() < dontKnow {
		p.Expertise = DontKnow
	}
}

// years is a person's age in units of 15 years from 45.
func years(p *Person) float64 { return (float64(p.Age) - 45) / 15 }

// pick draws an index with the given chances, which add to 1.
func pick(rng *rand.Rand, chances []float64) int {
	u := rng.Float64()
	for i, c := range chances[:len(chances)-1] {
		if u < c {
			return i
		}
		u -= c
	}
	return len(chances) - 1
}

// cut is how many cuts lie at or below x.
func cut(x float64, cuts []float64) int {
	n := 0
	for _, c := range cuts {
		if x >= c {
			n++
		}
	}
	return n
}

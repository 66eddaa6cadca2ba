// Package model is the simulated public behind the sample study: a small
// latent model of people who want personalized service, worry about being
// tracked, trust some industries and are more or less open to sharing data.
//
// In: a seed and a number of respondents a country. Steps:
//
//  1. Cut each country into strata (region by urban or rural), with more
//     interviews in small strata than their size would give (frame.go).
//  2. Draw a person in a stratum; the young and the old take part less often.
//     The weight undoes both, so weighted figures estimate the population's.
//  3. Give the person four latent scores (want, worry, trust, open), moved by
//     age, country and wave (latent.go).
//  4. Draw the answers from the scores (answers.go).
//
// Out: people with their answers and weights; their codebook (columns.go); and
// a data.Survey of them (survey.go), which is what a reader makes of an export.
//
// All parameters stand in params.go, and nowhere else. A person is drawn
// independently of all others, so a draw is a stratified sample with
// replacement and unequal probabilities: the textbook variance of a weighted
// ratio holds for it. Estimate of a very large draw is the truth that
// intervals computed from a small draw with another seed should cover; see
// README.md in the folder above.
//
// The package does not write files and knows nothing of the study file.
package model

import (
	"iter"
	"math/rand/v2"
)

// Seed draws the sample that the project ships: the first seed, counting from
// 1, with which every figure in Targets holds in the sample as it holds in the
// population. It was chosen for that, so the shipped sample is a good example
// and no test of an interval's coverage. Any other seed is.
const Seed = 735

// PerCountry is how many respondents a country has in a wave of the sample
// that the project ships.
const PerCountry = 500

// NotAsked stands in a Person for a question that was not put to them.
const NotAsked = -1

// Codes of no answer, the same in every question.
const (
	DontKnow = 98
	Refused  = 99
)

// Codes of no answer where the answer is a sum of money, which may be 98.
const (
	NoPrice    = 9998 // don't know
	NotForSale = 9999
)

// A Person is one respondent: what they are, what they answered. Answers are
// codes as in the columns of Columns; the scores are not in any export.
type Person struct {
	ID      int // unique over all waves
	Wave    int // year
	Country int // code, 1 to 6
	Region  int // code, country*10 + number of the region
	Area    int // 1 urban, 2 rural
	Stratum int // unique over all waves
	Weight  float64

	Gender    int
	Age       int
	Education int
	Income    int
	Expertise int
	Email     string // invented, like the two below
	Phone     string
	Comment   string // "" : none given

	Want, Worry, Trust, Open float64 // latent scores, near standard normal

	Rated   [industries]bool // the three industries that the person was asked about
	Expect  [industries]int
	Custody [industries]int // trust in the industry with personal data
	Share   [industries][kinds]int

	Service     [services]int
	Tracked     int
	Concern     [concerns]int
	Benefit     [benefits]int
	Policy      int
	Understands int
	Control     int
	Click       int
	Permission  [permissions]int
	Skipped     int
	Told        int
	Willing     int
	Price       int     // euros a month, or NoPrice or NotForSale
	Minutes     float64 // that the interview took
}

// People draws the respondents of all waves one by one, in the order of waves,
// countries and strata, without names and comments. A person is valid until
// the next one is asked for. perCountry must leave every stratum an interview;
// 40 do.
func People(seed uint64, perCountry int) iter.Seq[*Person] {
	return func(yield func(*Person) bool) {
		for _, wave := range Waves() {
			rng := rand.New(rand.NewPCG(seed, uint64(wave)))
			later := later(seed, wave)
			serial := 0
			for c := range countries {
				for _, s := range strata(c, perCountry) {
					for range s.interviews {
						serial++
						p := draw(rng, wave, c, s)
						p.ID = id(wave, serial)
						later(p)
						if !yield(p) {
							return
						}
					}
				}
			}
		}
	}
}

// Draw collects the respondents of one wave in the order in which they might
// have finished the interview, with invented names and comments.
func Draw(seed uint64, perCountry, wave int) []*Person {
	var people []*Person
	for p := range People(seed, perCountry) {
		if p.Wave == wave {
			people = append(people, p)
		}
	}
	rng := rand.New(rand.NewPCG(seed, uint64(wave)+10_000))
	rng.Shuffle(len(people), func(i, j int) { people[i], people[j] = people[j], people[i] })
	for i, p := range people {
		p.ID = id(wave, i+1)
		invent(rng, p)
	}
	return people
}

// id is unique over waves as long as a wave has fewer than a million people.
func id(wave, serial int) int { return wave%100*1_000_000 + serial }

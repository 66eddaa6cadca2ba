package quality

import (
	"fmt"
	"math"
)

// StraightLining flags respondents who gave the same answer to every item of a
// battery, where they answered at least so many; 0 means 4. In fewer items the
// same answer is common among honest people (Kim, Dykema, Stevenson, Black and
// Moberg 2019, Social Science Computer Review 37, 214). Batteries with items
// that are worded in both directions find it best. The measure is the standard
// deviation of the answers (divisor n), Dunn et al.'s (2018, Journal of Business
// and Psychology 33, 105) intra-individual response variability: 0 is a straight
// line. NaN with fewer answers. TestStraightLining checks it by hand.
func StraightLining(items [][]float64, answers int) *Flag {
	if answers == 0 {
		answers = 4
	}
	measure := make([]float64, width(items))
	for i := range measure {
		n, mean, squares := 0, 0.0, 0.0
		for _, item := range items {
			if x := item[i]; !math.IsNaN(x) {
				n++
				d := x - mean
				mean += d / float64(n)
				squares += d * (x - mean)
			}
		}
		measure[i] = math.NaN()
		if n >= answers {
			measure[i] = math.Sqrt(squares / float64(n))
		}
	}
	return newFlag("straight-lining", fmt.Sprintf("the same answer to all items, of at least %d", answers), measure, func(m float64) bool { return m == 0 })
}

// LongString flags respondents with more than so many equal answers in a row,
// items in the order in which they were shown; 0 means half of the items
// (Curran 2016, Journal of Experimental Social Psychology 66, 4; the index is
// Johnson's, 2005). A missing answer is passed over and ends no string. The
// measure is the length of the longest string; NaN without an answer.
// TestLongString checks it by hand.
func LongString(items [][]float64, most int) *Flag {
	if most == 0 {
		most = len(items) / 2
	}
	measure := make([]float64, width(items))
	for i := range measure {
		last, run, longest := math.NaN(), 0, 0
		for _, item := range items {
			x := item[i]
			switch {
			case math.IsNaN(x):
				continue
			case x == last:
				run++
			default:
				run = 1
			}
			last, longest = x, max(longest, run)
		}
		measure[i] = math.NaN()
		if longest > 0 {
			measure[i] = float64(longest)
		}
	}
	return newFlag("long string", fmt.Sprintf("more than %d equal answers in a row", most), measure, func(m float64) bool { return m > float64(most) })
}

// A Pair is two items that a respondent in earnest answers alike.
type Pair struct {
	A, B     []float64
	Reversed bool    // worded in opposite directions: B is turned over
	Low      float64 // ends of the scale, for Reversed
	High     float64
	Most     float64 // largest difference that is no contradiction
}

// Inconsistent flags respondents who contradict themselves in at least so many
// pairs; 0 means 1. Pairs where an answer is missing say nothing. The measure is
// the number of contradictions, NaN where no pair is answered. TestInconsistent
// checks it by hand.
func Inconsistent(pairs []Pair, atLeast int) *Flag {
	if atLeast == 0 {
		atLeast = 1
	}
	var measure []float64
	for k, p := range pairs {
		if k == 0 {
			measure = make([]float64, len(p.A))
			for i := range measure {
				measure[i] = math.NaN()
			}
		}
		mustLen(len(p.A), len(measure))
		mustLen(len(p.B), len(measure))
		for i, a := range p.A {
			b := p.B[i]
			if p.Reversed {
				b = p.Low + p.High - b
			}
			if math.IsNaN(a) || math.IsNaN(b) {
				continue
			}
			if math.IsNaN(measure[i]) {
				measure[i] = 0
			}
			if math.Abs(a-b) > p.Most {
				measure[i]++
			}
		}
	}
	return newFlag("inconsistent", fmt.Sprintf("at least %d of %d pairs contradict each other", atLeast, len(pairs)), measure, func(m float64) bool { return m >= float64(atLeast) })
}

// Impossible flags combinations of answers that cannot be true together: the
// respondents for whom holds is set. The rule is its name in words: "is 18 to 24
// and has worked for 20 years". The measure is 0 or 1. TestInconsistent.
func Impossible(rule string, holds []bool) *Flag {
	measure := make([]float64, len(holds))
	for i, h := range holds {
		if h {
			measure[i] = 1
		}
	}
	return newFlag("impossible", rule, measure, func(m float64) bool { return m == 1 })
}

// NonResponse flags respondents who left more than a share of the items that
// they were asked without an answer; 0 means a half. asked and answered are by
// item, then respondent; an answer of don't know counts as whatever the caller
// makes it. The measure is the share, NaN for respondents who were asked nothing.
// TestNonResponse checks it by hand.
func NonResponse(asked, answered [][]bool, most float64) *Flag {
	if most == 0 {
		most = 0.5
	}
	n := 0
	if len(asked) > 0 {
		n = len(asked[0])
	}
	mustLen(len(answered), len(asked))
	measure := make([]float64, n)
	for i := range measure {
		items, left := 0, 0
		for k := range asked {
			mustLen(len(asked[k]), n)
			mustLen(len(answered[k]), n)
			if asked[k][i] {
				items++
				if !answered[k][i] {
					left++
				}
			}
		}
		measure[i] = math.NaN()
		if items > 0 {
			measure[i] = float64(left) / float64(items)
		}
	}
	return newFlag("item non-response", fmt.Sprintf("more than %g of the items asked without an answer", most), measure, func(m float64) bool { return m > most })
}

// ItemNonResponse is the share of those asked that gave no answer, for each
// item; NaN where nobody was asked. For its standard error estimate the mean of
// the mark in a design. TestNonResponse checks it by hand.
func ItemNonResponse(asked, answered [][]bool) []float64 {
	share := make([]float64, len(asked))
	for k := range asked {
		mustLen(len(answered[k]), len(asked[k]))
		items, left := 0, 0
		for i, a := range asked[k] {
			if a {
				items++
				if !answered[k][i] {
					left++
				}
			}
		}
		share[k] = math.NaN()
		if items > 0 {
			share[k] = float64(left) / float64(items)
		}
	}
	return share
}

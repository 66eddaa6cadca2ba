package analysis

import (
	"math"
	"strings"
)

// A trait is one sign of what somebody is like: whether the answers to a question,
// or to one item of it, are top answers.
type trait struct {
	measure, label string
	y              []float64 // 1 or 0, NaN for no answer
}

// mostTraits is how many signs of a measure classes are found in at most: what a fit
// costs grows with the patterns of answers that there can be, twice as many with
// each sign.
const mostTraits = 3

// attitudes are the signs of whether people want service, worry, trust, and have
// given up: the first few of each, and how many there would be.
func (p *People) attitudes() (used []trait, all int) {
	for _, measure := range []string{"expectation", "concern", "trust"} {
		n := 0
		for _, q := range p.Measuring(measure) {
			for _, t := range q.traits() {
				if all++; n < mostTraits {
					used = append(used, t)
					n++
				}
			}
		}
	}
	if y := p.resigned(); y != nil {
		all++
		used = append(used, trait{"resigned", "Have given up on control", y})
	}
	return used, all
}

// traits are the signs of a question: of each item, or of the question as a whole
// where it is asked in turns or ticked; none where it puts nobody on a side. A question
// is named with the answers that are a sign.
func (q *Question) traits() []trait {
	switch {
	case !q.Side:
		return nil
	case q.Multi || q.Loop != nil:
		return []trait{{q.Measures, q.withTops(), mostOf(q.topAnswers())}}
	}
	var out []trait
	for _, it := range q.Items {
		label := it.Label
		if len(q.Items) == 1 || label == "" {
			label = q.withTops()
		}
		out = append(out, trait{q.Measures, label, q.topped(it.Codes[0])})
	}
	return out
}

// withTops is what a question is called, and its top answers.
func (q *Question) withTops() string {
	var tops []string
	for _, a := range q.Answers {
		if a.Top && !q.Multi {
			tops = append(tops, "“"+a.Label+"”")
		}
	}
	name := strings.Trim(q.short(), "“”")
	if tops == nil {
		return name
	}
	return name + ": " + strings.Join(tops, " or ")
}

// codes are a trait as latent classes take it, -1 for no answer.
func (t trait) codes() []int {
	out := make([]int, len(t.y))
	for i, v := range t.y {
		out[i] = -1
		if !math.IsNaN(v) {
			out[i] = int(v)
		}
	}
	return out
}

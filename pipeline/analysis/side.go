package analysis

import (
	"math"
	"strings"

	"tradeoff/stats/crosstab"
)

// A side is what somebody is by the answers to all questions of one measure: wants
// service, worries, trusts.

// side is 1 for those of whose answers to a measure at least half are top answers,
// 0 for others who answered, NaN for who gave none. A tick-all question is one
// answer a turn, a top one where anything is ticked.
func (p *People) side(measure string) []float64 {
	return p.most(func(q *Question) bool { return q.Side && q.Measures == measure })
}

// OfService turns words on wanting service into those of the questions on it, where all
// of them ask no more than whether it is acceptable: to accept a service is not to want it.
func OfService(questions []string) *strings.Replacer {
	for _, q := range questions {
		if !strings.Contains(strings.ToLower(q), "accept") {
			return strings.NewReplacer()
		}
	}
	return strings.NewReplacer("want", "accept", "Want", "Accept")
}

// ofService is that of the questions that put people on the side of service.
func (p *People) ofService() *strings.Replacer {
	var texts []string
	for _, q := range p.Measuring("expectation") {
		if q.Side {
			texts = append(texts, q.Text)
		}
	}
	return OfService(texts)
}

// sideFigure is where a table of its own has the people on a side: that of a single
// question with one item. nil where it takes several to tell.
func (p *People) sideFigure(measure string) []crosstab.Figure {
	var of []*Question
	for _, q := range p.Measuring(measure) {
		if q.Side {
			of = append(of, q)
		}
	}
	if len(of) != 1 || of[0].Loop != nil || of[0].Multi || len(of[0].Items) != 1 {
		return nil
	}
	return []crosstab.Figure{of[0].figure(of[0].Items[0])}
}

// resigned is 1 for those of whose answers to the questions that show it at least
// half are of people who have given up on control, 0 for others, NaN for none.
func (p *People) resigned() []float64 {
	return p.most(func(q *Question) bool { return q.Resigned && !q.Multi })
}

// most is 1 where at least half of the answers to some questions are top answers;
// it is nil where there is no such question.
func (p *People) most(of func(*Question) bool) []float64 {
	var answers [][]float64
	for _, q := range p.Questions {
		if of(q) {
			answers = append(answers, q.topAnswers()...)
		}
	}
	return mostOf(answers)
}

// mostOf is 1 where at least half of the answers are top answers, 0 where fewer are,
// NaN where there is none; nil without columns of answers.
func mostOf(answers [][]float64) []float64 {
	if answers == nil {
		return nil
	}
	out := make([]float64, len(answers[0]))
	for i := range out {
		hits, tries := 0.0, 0.0
		for _, y := range answers {
			if v := y[i]; !math.IsNaN(v) {
				tries++
				hits += v
			}
		}
		switch {
		case tries == 0:
			out[i] = math.NaN()
		case 2*hits >= tries:
			out[i] = 1
		}
	}
	return out
}

// topAnswers are the answers to a question, a column each: 1 for a top answer, 0 for
// another, NaN for none. Of a tick-all question they are whether anything is ticked,
// by turn.
func (q *Question) topAnswers() [][]float64 {
	var out [][]float64
	for k, it := range q.Items {
		for turn, codes := range it.Codes {
			switch {
			case !q.Multi:
				out = append(out, q.topped(codes))
			case k == 0:
				out = append(out, q.anyTicked(turn))
			}
		}
	}
	return out
}

// anyTicked is 1 for those who ticked something in a turn, "none of these" apart,
// 0 for others who were asked, NaN for who was not.
func (q *Question) anyTicked(turn int) []float64 {
	var out []float64
	for _, it := range q.Items {
		y := ticked(it.Codes[turn])
		if out == nil {
			out = make([]float64, len(y))
			for i := range out {
				out[i] = math.NaN()
			}
		}
		for i, v := range y {
			if it.None {
				v = min(v, 0) // of NaN, NaN
			}
			if !math.IsNaN(v) && !(out[i] >= v) {
				out[i] = v
			}
		}
	}
	return out
}

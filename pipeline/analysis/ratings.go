package analysis

import (
	"math"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
)

// Ratings are the answers to an item of a loop, a row for each turn that a person
// of Total answered: persons in order, and their turns in order.
type ratings struct {
	person []int     // row of People
	turn   []int     // turn of the loop
	top    []float64 // 1 for a top answer, else 0
}

// ratings lists those of the first item of a question in a loop. Where there are
// more than most, they are those of one of every so many people.
func (p *People) ratings(q *Question, most int) (r *ratings, every int) {
	var tops [][]float64
	for _, codes := range q.Items[0].Codes {
		tops = append(tops, q.topped(codes))
	}
	return p.stacked(tops, most)
}

// stacked lists ratings by what each is, turn by turn: 1, 0, or NaN for who did not
// rate.
func (p *People) stacked(tops [][]float64, most int) (r *ratings, every int) {
	n := 0
	for _, y := range tops {
		for i, w := range p.Design.Weights() {
			if w != 0 && !math.IsNaN(y[i]) {
				n++
			}
		}
	}
	r, every = &ratings{}, max(1, (n+most-1)/most)
	people := 0
	for i, w := range p.Design.Weights() {
		if w == 0 {
			continue
		}
		people++
		if people%every != 0 {
			continue
		}
		for t, y := range tops {
			if !math.IsNaN(y[i]) {
				r.person, r.turn, r.top = append(r.person, i), append(r.turn, t), append(r.top, y[i])
			}
		}
	}
	return r, every
}

// enough finds what enough people rated: these turns, and how many people rated each.
// Turns are numbered anew, and the ratings of all others are of one more turn, behind
// them. They stay: without them the base would tell how few rated the others.
func (r *ratings) enough(turns, people int) (left, counts []int) {
	n, place := make([]int, turns), make([]int, turns)
	for _, t := range r.turn {
		n[t]++
	}
	for t := range place {
		if place[t] = -1; n[t] >= max(people, 1) {
			place[t] = len(left)
			left, counts = append(left, t), append(counts, n[t])
		}
	}
	for i, t := range r.turn {
		if r.turn[i] = place[t]; place[t] < 0 {
			r.turn[i] = len(left)
		}
	}
	return left, counts
}

// segment is the group of the person behind each rating. Who is in none is in a
// group of their own, the last.
func (r *ratings) segment(s Segment) (codes []int, groups []string) {
	codes = make([]int, len(r.person))
	used := make([]bool, len(s.Groups)+1)
	for k, i := range r.person {
		codes[k] = int(s.Of[i])
		if codes[k] < 0 {
			codes[k] = len(s.Groups)
		}
		used[codes[k]] = true
	}
	place := make([]int, len(used))
	for g, is := range used {
		if is {
			place[g] = len(groups)
			groups = append(groups, append(s.Groups[:len(s.Groups):len(s.Groups)], "none")[g])
		}
	}
	for k, g := range codes {
		codes[k] = place[g]
	}
	return codes, groups
}

// each are the means of the turns, one by one.
func (r *ratings) each(turns int) []stats.Statistic {
	out := stats.By(r.turn, turns, stats.Mean([]string{""}, r.top))
	for k, s := range out {
		out[k] = r.of(s)
	}
	return out
}

// of is a statistic of ratings as one of people: a person's ratings have the
// person's weight, and count as one in the variance.
func (r *ratings) of(s stats.Statistic) stats.Statistic { return stacked{r, s} }

// ofRatings begins a table with one column, of ratings.
func (p *People) ofRatings(t crosstab.Table, r *ratings) *builder {
	in := make([]bool, p.Rows())
	var b crosstab.Base
	var squares float64
	of := make([]int, p.Rows())
	for k, w := range r.spread(p.Design.Weights()) {
		b.Weighted += w
		squares += w * w
		in[r.person[k]] = true
		of[r.person[k]]++
		t.PerPerson = max(t.PerPerson, of[r.person[k]])
	}
	t.Loop = true
	out := p.total(t, in)
	b.Unweighted, b.People, b.Effective = len(r.person), out.t.Columns[0].Base.People, b.Weighted*b.Weighted/squares
	out.t.Columns[0].Base = b
	return out
}

// stacked is a Statistic of ratings, several of which belong to a person.
type stacked struct {
	*ratings
	s stats.Statistic
}

// At gives every rating its person's weight.
func (s stacked) At(w []float64) ([]float64, error) { return s.s.At(s.spread(w)) }

// Linearize adds up the linearised values of a person's ratings.
func (s stacked) Linearize(w []float64) ([]float64, [][]float64, error) {
	theta, u, err := s.s.Linearize(s.spread(w))
	out := make([][]float64, len(u))
	for k := range u {
		out[k] = make([]float64, len(w))
		for r, i := range s.person {
			out[k][i] += u[k][r]
		}
	}
	return theta, out, err
}

// spread is the weight of the person behind each rating.
func (r *ratings) spread(w []float64) []float64 {
	out := make([]float64, len(r.person))
	for k, i := range r.person {
		out[k] = w[i]
	}
	return out
}

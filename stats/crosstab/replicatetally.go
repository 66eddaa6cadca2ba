package crosstab

import (
	"fmt"
	"slices"
)

// A replicateTally adds up the replicate weights of respondents by question,
// place and answer, block by block.
//
//  1. The respondents of a block are put in order of place, so that their weights
//     are read from memory once for all questions.
//  2. Those of a place are put in order of their answer to a question, so that
//     one answer's weights are added up in registers, a few replicates at a time.
type replicateTally struct {
	n      int         // replicates
	codes  []int       // by question: how many answers
	totals [][]float64 // by question: (place*codes + code)*n + replicate
	starts []int       // by place: where its respondents begin in order
	order  []int32     // respondents of the block
}

// replicateBytes is what the replicate weights of a block take in memory: enough
// for a place to have several respondents in it.
const replicateBytes = 32 << 20

func newReplicateTally(n, places int, codes []int) *replicateTally {
	t := &replicateTally{n: n, codes: codes, starts: make([]int, places+1)}
	for _, k := range codes {
		t.totals = append(t.totals, make([]float64, places*k*n))
	}
	return t
}

// of are the sums of a question, place and answer, by replicate.
func (t *replicateTally) of(question, place, code int) []float64 {
	return t.totals[question][(place*t.codes[question]+code)*t.n:][:t.n:t.n]
}

// add adds the respondents of a block. Places are shared out over the threads:
// every sum is made by one of them, in the order of the rows.
func (t *replicateTally) add(place []int32, codes [][]uint8, weights []float64, threads int) {
	if len(weights) != len(place)*t.n {
		panic(fmt.Sprintf("crosstab: %d replicate weights of %d respondents, not %d of each", len(weights), len(place), t.n))
	}
	t.sort(place)
	places := len(t.starts) - 1
	parallel(threads, func(thread int) {
		var byCode runs
		bound := func(k int) int { // the place at which the k-th share of the respondents begins
			p, _ := slices.BinarySearch(t.starts[:places], len(t.order)*k/threads)
			return p
		}
		last := bound(thread + 1)
		if thread+1 == threads {
			last = places
		}
		for p := bound(thread); p < last; p++ {
			rows := t.order[t.starts[p]:t.starts[p+1]]
			for q := range codes {
				if len(rows) > 0 {
					t.count(q, p, rows, codes[q], weights, &byCode)
				}
			}
		}
	})
}

// sort puts the respondents that have a place in its order.
func (t *replicateTally) sort(place []int32) {
	clear(t.starts)
	for _, p := range place {
		if p >= 0 {
			t.starts[p+1]++
		}
	}
	for p := range t.starts[1:] {
		t.starts[p+1] += t.starts[p]
	}
	n := t.starts[len(t.starts)-1]
	t.order = slices.Grow(t.order[:0], n)[:n]
	for i, p := range place {
		if p >= 0 {
			t.order[t.starts[p]] = int32(i)
			t.starts[p]++
		}
	}
	copy(t.starts[1:], t.starts) // filling moved every start to the next
	t.starts[0] = 0
}

// runs are the rows of a place in order of their answer.
type runs struct {
	ends [NoCode + 1]int32 // by code
	rows []int32
}

// count adds the rows of a place to the answers of a question.
func (t *replicateTally) count(q, place int, rows []int32, codes []uint8, weights []float64, by *runs) {
	n := t.codes[q]
	clear(by.ends[:n])
	for _, i := range rows {
		by.ends[codes[i]]++
	}
	at := int32(0)
	for k := range n {
		at, by.ends[k] = at+by.ends[k], at
	}
	by.ends[NoCode] = at // the others come last, and are left out
	by.rows = slices.Grow(by.rows[:0], len(rows))[:len(rows)]
	for _, i := range rows {
		end := &by.ends[codes[i]]
		by.rows[*end] = i
		*end++
	}
	first := int32(0)
	for k, end := range by.ends[:n] {
		if end > first {
			addRows(t.of(q, place, k), weights, by.rows[first:end])
		}
		first = end
	}
}

// addRows adds rows of weights, each as long as the sums, to sums.
func addRows(sums, weights []float64, rows []int32) {
	n, k := len(sums), 0
	for ; k+8 <= n; k += 8 {
		s := (*[8]float64)(sums[k:])
		s0, s1, s2, s3, s4, s5, s6, s7 := s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]
		for _, i := range rows {
			w := (*[8]float64)(weights[int(i)*n+k:])
			s0 += w[0]
			s1 += w[1]
			s2 += w[2]
			s3 += w[3]
			s4 += w[4]
			s5 += w[5]
			s6 += w[6]
			s7 += w[7]
		}
		*s = [8]float64{s0, s1, s2, s3, s4, s5, s6, s7}
	}
	for ; k < n; k++ {
		for _, i := range rows {
			sums[k] += weights[int(i)*n+k]
		}
	}
}

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
//  2. Those of a place are put in order of their answers to each question, or
//     joint, so that the weights of those with one answer are added up in
//     registers, a few replicates at a time.
type replicateTally struct {
	n      int       // replicates
	first  []int     // by question: its first answer among those of all
	all    int       // answers of all questions
	joints []joint   // of all questions
	totals []float64 // (place*all + answer)*n + replicate
	starts []int     // by place: where its respondents begin in order
	order  []int32   // respondents of the block
}

// replicateBytes is what the replicate weights of a block take in memory: enough
// for a place to have many respondents in it, so that the totals of a place are
// seldom fetched.
const replicateBytes = 64 << 20

func newReplicateTally(n, places int, codes []int) *replicateTally {
	t := &replicateTally{n: n, starts: make([]int, places+1)}
	t.joints = joints(codes, jointRows)
	for _, k := range codes {
		t.first = append(t.first, t.all)
		t.all += k
	}
	t.totals = make([]float64, places*t.all*n)
	return t
}

// of are the sums of a question, place and answer, by replicate.
func (t *replicateTally) of(question, place, code int) []float64 {
	return t.totals[(place*t.all+t.first[question]+code)*t.n:][:t.n:t.n]
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
		own := t.newPiece()
		bound := func(k int) int { // the place at which the k-th share of the respondents begins
			p, _ := slices.BinarySearch(t.starts[:places], len(t.order)*k/threads)
			return p
		}
		last := bound(thread + 1)
		if thread+1 == threads {
			last = places
		}
		for p := bound(thread); p < last; p++ {
			for rows := range slices.Chunk(t.order[t.starts[p]:t.starts[p+1]], pieceRows) {
				t.count(p, rows, codes, weights, own)
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

// Respondents of a place are taken so many at a time, and their weights so many
// replicates at a time: what is added up lies in the nearest cache.
const (
	pieceRows = 256
	together  = 8
)

// jointRows is the number of respondents of a place for which questions are put
// into joints. Adding up a joint code's weights to its questions costs some times
// what adding a respondent's does, so it is a part of what a piece holds: joints
// are of questions with few answers.
const jointRows = 20

// weights8 are weights of a piece, a few replicates of each respondent. One row
// more keeps those of other replicates from the same place in the cache.
type weights8 [pieceRows + 1][together]float64

// A piece is some respondents of a place, in order of their joint codes.
type piece struct {
	order [][pieceRows]uint8 // by joint: respondents, in order of their code
	ends  [][]uint16         // by joint and code: where in order its respondents end
	codes [pieceRows]uint8
	next  [256]uint16

	// weights of the respondents, a few replicates after the other; those beyond
	// the last are 0.
	weights []weights8
}

func (t *replicateTally) newPiece() *piece {
	p := &piece{order: make([][pieceRows]uint8, len(t.joints)), ends: make([][]uint16, len(t.joints)),
		weights: make([]weights8, (t.n+together-1)/together)}
	for g := range t.joints {
		p.ends[g] = make([]uint16, t.joints[g].cells)
	}
	return p
}

// join puts the joint codes of the respondents in codes; none of a question is
// its lowest digit.
func (p *piece) join(j *joint, rows []int32, codes [][]uint8) {
	out := p.codes[:len(rows)]
	first := codes[j.questions[0]]
	for i, row := range rows {
		out[i] = first[row] + 1
	}
	for k, q := range j.questions[1:] {
		c, m := codes[q], uint8(j.levels[k+1])
		for i, row := range rows {
			out[i] = out[i]*m + (c[row] + 1)
		}
	}
}

// sort puts the respondents in order of their joint codes.
func (p *piece) sort(g, n int) {
	ends, next, order, codes := p.ends[g], &p.next, &p.order[g], p.codes[:n]
	for _, k := range codes {
		next[k]++
	}
	at := uint16(0)
	for k := range ends {
		at, next[k] = at+next[k], at
		ends[k] = at
	}
	for i, k := range codes {
		n := next[k]
		order[uint8(n)] = uint8(i)
		next[k] = n + 1
	}
	for k := range ends {
		next[k] = 0
	}
}

// take takes the weights of the respondents from the block.
func (p *piece) take(rows []int32, weights []float64, n int) {
	for i, row := range rows {
		w := weights[int(row)*n:][:n]
		k := 0
		for ; len(w) >= together; k++ {
			p.weights[k][i] = *(*[together]float64)(w)
			w = w[together:]
		}
		if len(w) > 0 {
			copy(p.weights[k][i][:], w)
		}
	}
}

// count adds the weights of a piece of a place to the answers of all questions.
func (t *replicateTally) count(place int, rows []int32, codes [][]uint8, weights []float64, p *piece) {
	for g := range t.joints {
		p.join(&t.joints[g], rows, codes)
		p.sort(g, len(rows))
	}
	p.take(rows, weights, t.n)
	for k := range p.weights {
		for g := range t.joints {
			t.fold(&t.joints[g], place, k*together, p.ends[g], &p.order[g], &p.weights[k])
		}
	}
}

// fold adds the weights of a piece, of the replicates from some on, to the answers
// of the questions of a joint.
func (t *replicateTally) fold(j *joint, place, from int, ends []uint16, order *[pieceRows]uint8, weights *weights8) {
	var s [together]float64
	first := uint16(0)
	for code, end := range ends {
		if end == first {
			continue
		}
		sumRows(&s, weights, order[first:end])
		first = end
		for i, q := range j.questions {
			if d := int(j.digits[i][code]); d > 0 {
				addSums(t.of(q, place, d-1)[from:], &s)
			}
		}
	}
}

// sumRows adds up some rows.
func sumRows(s *[together]float64, weights *weights8, rows []uint8) {
	var s0, s1, s2, s3, s4, s5, s6, s7 float64
	for _, i := range rows {
		w := &weights[i]
		s0 += w[0]
		s1 += w[1]
		s2 += w[2]
		s3 += w[3]
		s4 += w[4]
		s5 += w[5]
		s6 += w[6]
		s7 += w[7]
	}
	s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7] = s0, s1, s2, s3, s4, s5, s6, s7
}

// addSums adds sums of a few replicates to those of as many as there are.
func addSums(to []float64, s *[together]float64) {
	if len(to) < together {
		for k := range to {
			to[k] += s[k]
		}
		return
	}
	t := (*[together]float64)(to)
	t[0], t[1], t[2], t[3] = t[0]+s[0], t[1]+s[1], t[2]+s[2], t[3]+s[3]
	t[4], t[5], t[6], t[7] = t[4]+s[4], t[5]+s[5], t[6]+s[6], t[7]+s[7]
}

package crosstab

import (
	"fmt"
	"slices"
)

// A replicateTally adds up the replicate weights of respondents by question,
// place and answer, block by block.
//
//  1. The respondents of a block are sorted by place, as records of their number
//     and joint codes, so that weights are read from memory once for all questions.
//  2. Those of a place are put in order of each joint code, so that the weights of
//     those with one code are added up in registers, a few replicates at a time.
//  3. The sums of the joint codes with an answer are added up in the same way.
type replicateTally struct {
	n       int // replicates
	answers []int
	first   []int // by question: its first answer among those of all
	all     int   // answers of all questions
	joints  []joint
	with    [][][][]uint8 // by joint, question of it and answer: joint codes with the answer
	few     int           // respondents of a place in a block who are added one by one
	records records
	totals  []float64 // (place*all + answer)*n + replicate; places by their number
}

// replicateBytes is what the replicate weights of a block take in memory: enough
// for a place to have many respondents in it, so that the totals of a place are
// seldom fetched.
const replicateBytes = 64 << 20

// jointCell is what a joint code costs when a place ends, beside a respondent, as
// measured.
const jointCell = 1.5

func newReplicateTally(n, places int, answers []int) *replicateTally {
	t := &replicateTally{n: n, answers: answers}
	rows := min(pieceRows, float64(blockRows(tallyBytes, places, len(answers), n))/float64(max(1, places)))
	t.joints = joints(answers, rows/jointCell)
	t.few = few(t.joints, len(answers))
	for _, j := range t.joints {
		t.with = append(t.with, j.with())
	}
	for _, k := range answers {
		t.first = append(t.first, t.all)
		t.all += k
	}
	order := make([]int32, places)
	for p := range order {
		order[p] = int32(p)
	}
	t.records = records{order: order, width: 1 + (len(t.joints)+7)/8, numbered: true}
	t.totals = make([]float64, places*t.all*n)
	return t
}

// with lists, by question and answer, the joint codes that have the answer.
func (j *joint) with() [][][]uint8 {
	out := make([][][]uint8, len(j.questions))
	for i, m := range j.levels {
		out[i] = make([][]uint8, m-1)
		for code := range j.cells {
			if d := j.digits[i][code]; d > 0 {
				out[i][d-1] = append(out[i][d-1], uint8(code))
			}
		}
	}
	return out
}

// of are the sums of a question, place and answer, by replicate.
func (t *replicateTally) of(question, place, code int) []float64 {
	return t.totals[(place*t.all+t.first[question]+code)*t.n:][:t.n:t.n]
}

// add adds the respondents of a block. Places are shared out over the threads:
// every sum is made by one of them, in the order of the rows.
func (t *replicateTally) add(b *Block, threads int) {
	if len(b.Replicates) != len(b.Place)*t.n {
		panic(fmt.Sprintf("crosstab: %d replicate weights of %d respondents, not %d of each", len(b.Replicates), len(b.Place), t.n))
	}
	if !t.records.sort(b, t.joints, threads) {
		b.checkCodes(t.answers)
	}
	parallel(threads, func(thread int) {
		own := t.newPiece()
		first, last := t.records.stretch(thread, threads)
		for p := first; p < last; p++ {
			t.count(p, t.records.of(p), b.Replicates, own)
		}
	})
}

// count adds the weights of the records of a place to the answers of all questions.
func (t *replicateTally) count(place int, records []uint64, weights []float64, p *piece) {
	width := t.records.width
	if len(records)/width <= t.few {
		for r := range slices.Chunk(records, width) {
			t.countEach(place, r, weights[int(r[0])*t.n:][:t.n])
		}
		return
	}
	for r := range slices.Chunk(records, pieceRows*width) {
		for g := range t.joints {
			p.sort(r, width, g)
		}
		p.take(r, width, weights, t.n)
		for k := range p.weights {
			for g := range t.joints {
				p.sum(g, k)
				t.fold(g, place, k*together, &p.sums)
			}
		}
	}
}

// countEach adds the weights of one record.
func (t *replicateTally) countEach(place int, record []uint64, weights []float64) {
	for g := range t.joints {
		j, code := &t.joints[g], uint8(record[1+g/8]>>(8*(g%8)))
		for i, q := range j.questions {
			if d := int(j.digits[i][code]); d > 0 {
				addTo(t.of(q, place, d-1), weights, 1)
			}
		}
	}
}

// fold adds the sums by joint code, of the replicates from some on, to the answers
// of the questions.
func (t *replicateTally) fold(g, place, from int, sums *weights8) {
	var s [together]float64
	for i, q := range t.joints[g].questions {
		for answer, codes := range t.with[g][i] {
			sumRows(&s, sums, codes)
			addSums(t.of(q, place, answer)[from:], &s)
		}
	}
}

// Respondents of a place are taken so many at a time, and their weights so many
// replicates at a time: what is added up lies in the nearest cache.
const (
	pieceRows = 256
	together  = 8
)

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
	sums    weights8 // of a few replicates, by joint code
	touched float64  // see touch
}

func (t *replicateTally) newPiece() *piece {
	p := &piece{order: make([][pieceRows]uint8, len(t.joints)), ends: make([][]uint16, len(t.joints)),
		weights: make([]weights8, (t.n+together-1)/together)}
	for g := range t.joints {
		p.ends[g] = make([]uint16, t.joints[g].cells)
	}
	return p
}

// sort puts the respondents in order of a joint code.
func (p *piece) sort(records []uint64, width, g int) {
	ends, next, order, codes := p.ends[g], &p.next, &p.order[g], p.codes[:len(records)/width]
	shift, at := uint(8*(g%8))&63, 1+g/8
	for i := range codes {
		codes[i] = uint8(records[at] >> shift)
		at += width
		next[codes[i]]++
	}
	end := uint16(0)
	for k := range ends {
		end, next[k] = end+next[k], end
		ends[k] = end
	}
	for i, k := range codes {
		n := next[k]
		order[uint8(n)] = uint8(i)
		next[k] = n + 1
	}
	clear(next[:len(ends)])
}

// touch reads a bit of every stretch of the weights: all of them come from memory
// at once, where copying waits for one respondent's after the other's. What it
// returns means nothing.
func touch(records []uint64, width int, weights []float64, n int) (sum float64) {
	for at := 0; at < len(records); at += width {
		w := weights[int(records[at])*n:][:n]
		for ; len(w) >= together; w = w[together:] {
			sum += w[0]
		}
	}
	return sum
}

// take takes the weights of the respondents from the block.
func (p *piece) take(records []uint64, width int, weights []float64, n int) {
	p.touched = touch(records, width, weights, n)
	for i := range len(records) / width {
		w := weights[int(records[i*width])*n:][:n]
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

// sum adds up a few replicates' weights by joint code.
func (p *piece) sum(g, k int) {
	first := uint16(0)
	for code, end := range p.ends[g] {
		sumRows(&p.sums[code], &p.weights[k], p.order[g][first:end])
		first = end
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

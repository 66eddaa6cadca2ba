package crosstab

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
)

// A joint is some questions that are counted together: their answers, and that
// there is none, are the digits of one joint code of a byte. Counting a
// respondent's joint code is one addition instead of one for each question; when
// the respondents of a place are through, the counts are folded into those of
// the questions.
type joint struct {
	questions []int // the first has the highest digit
	levels    []int // of each: its answers, and none
	cells     int   // product of the levels
	digits    [][256]uint8
}

// Costs of a joint code, of a respondent and of one of its cells when a place
// ends, as measured: only their ratio counts.
const (
	costRow  = 1.0
	costCell = 1.0
)

// joints sorts questions into joints, such that counting costs least where a
// place has so many respondents in a block.
func joints(answers []int, perPlace float64) []joint {
	order := make([]int, len(answers))
	for q := range order {
		order[q] = q
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(answers[a], answers[b]) })
	cost := func(cells, questions int) float64 {
		return (costRow + costCell*float64(cells)/perPlace) / float64(questions)
	}
	var js []joint
	for _, q := range order {
		m := answers[q] + 1
		if len(js) > 0 {
			j := &js[len(js)-1]
			// Together, or the question by itself.
			n := len(j.questions)
			if c := j.cells * m; c <= 256 && cost(c, n+1)*float64(n+1) < cost(j.cells, n)*float64(n)+cost(m, 1) {
				j.questions, j.levels, j.cells = append(j.questions, q), append(j.levels, m), c
				continue
			}
		}
		js = append(js, joint{questions: []int{q}, levels: []int{m}, cells: m})
	}
	for i := range js {
		js[i].decode()
	}
	return js
}

// decode works out the digits of every joint code.
func (j *joint) decode() {
	j.digits = make([][256]uint8, len(j.questions))
	for code := range j.cells {
		rest := code
		for i := len(j.levels) - 1; i >= 0; i-- {
			j.digits[i][code] = uint8(rest % j.levels[i])
			rest /= j.levels[i]
		}
	}
}

// codes are those of a tile of respondents to one question.
type codes = [tile]uint8

// encode joins the codes of a tile of respondents. It reports whether a code is
// beyond its question's answers; then the joint codes mean nothing.
func (j *joint) encode(out *codes, of func(i, q int) *codes) (wrong bool) {
	if m := j.levels[0]; m > 128 { // alone
		c := of(0, j.questions[0])
		for i := range c {
			out[i] = c[i] + 1
		}
		return beyond(c[:], m-1)
	}
	bad, i := uint64(0), 0
	for ; i+3 <= len(j.questions); i += 3 {
		q, m := j.questions[i:], j.levels[i:]
		bad |= encodeThree(out, of(0, q[0]), of(1, q[1]), of(2, q[2]), m[0], m[1], m[2], i == 0)
	}
	for ; i < len(j.questions); i++ {
		bad |= encodeOne(out, of(0, j.questions[i]), j.levels[i], i == 0)
	}
	return bad&^low7 != 0
}

// digit makes digits of eight codes. Where one is beyond the limit, a highest
// bit of bad is set.
func digit(codes, limit, bad uint64) (d, worse uint64) {
	d = digits(codes)
	return d, bad | d | (d + limit)
}

// encodeOne appends a digit of m levels, at most 128, to joint codes, unless it
// is the first.
func encodeOne(out, a *codes, m int, first bool) (bad uint64) {
	limit, keep := uint64(128-m)*ones, uint64(m)
	if first {
		keep = 0
	}
	var d uint64
	for i := 0; i < tile; i += 8 {
		d, bad = digit(binary.LittleEndian.Uint64(a[i:i+8:i+8]), limit, bad)
		o := out[i : i+8 : i+8]
		binary.LittleEndian.PutUint64(o, binary.LittleEndian.Uint64(o)*keep+d)
	}
	return bad
}

// encodeThree is encodeOne for three questions at once.
func encodeThree(out, a, b, c *codes, ma, mb, mc int, first bool) (bad uint64) {
	la, lb, lc := uint64(128-ma)*ones, uint64(128-mb)*ones, uint64(128-mc)*ones
	keep, mB, mC := uint64(ma), uint64(mb), uint64(mc)
	if first {
		keep = 0
	}
	var x, y, z uint64
	for i := 0; i < tile; i += 8 {
		x, bad = digit(binary.LittleEndian.Uint64(a[i:i+8:i+8]), la, bad)
		y, bad = digit(binary.LittleEndian.Uint64(b[i:i+8:i+8]), lb, bad)
		z, bad = digit(binary.LittleEndian.Uint64(c[i:i+8:i+8]), lc, bad)
		o := out[i : i+8 : i+8]
		binary.LittleEndian.PutUint64(o, ((binary.LittleEndian.Uint64(o)*keep+x)*mB+y)*mC+z)
	}
	return bad
}

// A table counts joint codes of one place.
type table [256]sums

// countJoint counts a joint code of the records of a place, which is byte at
// of the word.
func countJoint(t *table, records []uint64, width, word, at int) {
	shift := uint(8*at) & 63
	for i := word; i < len(records); i += width {
		w := math.Float64frombits(records[i-word])
		t[uint8(records[i]>>shift)].add(sums{1, w, w * w})
	}
}

// countFour counts four joint codes that are side by side: the processor works
// on all at once.
func countFour(t *[4]table, records []uint64, width, word, at int) {
	shift := uint(8*at) & 63
	for i := word; i < len(records); i += width {
		w := math.Float64frombits(records[i-word])
		x := records[i] >> shift
		one := sums{1, w, w * w}
		t[0][uint8(x)].add(one)
		t[1][uint8(x>>8)].add(one)
		t[2][uint8(x>>16)].add(one)
		t[3][uint8(x>>24)].add(one)
	}
}

// countEach counts the records of a place without a table, for places with few.
func (j *joint) countEach(totals []placed, place int, records []uint64, width, word, at int) {
	shift := uint(8*at) & 63
	for i, q := range j.questions {
		to, digits := totals[q].at(place), &j.digits[i]
		for r := records; len(r) >= width; r = r[width:] {
			if k := digits[uint8(r[word]>>shift)]; k > 0 {
				w := math.Float64frombits(r[0])
				to[k-1].add(sums{1, w, w * w})
			}
		}
	}
}

// fold adds the counts of a place to those of the questions and clears them.
// Question by question, from the highest digit: the counts of each level are a
// stretch of the table; their sums are the question's, and the stretches added
// up are the table of the other questions.
func (j *joint) fold(t *table, totals []placed, place int) {
	left := t[:j.cells]
	for i, q := range j.questions {
		m := j.levels[i]
		rest := len(left) / m
		to := totals[q].at(place)
		if rest == 1 {
			for k := range to {
				to[k].add(left[1+k])
			}
			break
		}
		level := 1
		for ; level+2 <= m; level += 2 {
			a, b := peelTwo(left[:rest], left[level*rest:][:rest], left[(level+1)*rest:][:rest])
			to[level-1].add(a)
			to[level].add(b)
		}
		if level < m {
			to[level-1].add(peel(left[:rest], left[level*rest:][:rest]))
		}
		left = left[:rest]
	}
	clear(t[:j.cells])
}

// peel adds b to sum, and returns the sum of b.
func peel(sum, b []sums) sums {
	var n int64
	var w, w2 float64
	b = b[:len(sum)]
	for i := range sum {
		s, x := &sum[i], &b[i]
		n, w, w2 = n+x.n, w+x.w, w2+x.w2
		s.n, s.w, s.w2 = s.n+x.n, s.w+x.w, s.w2+x.w2
	}
	return sums{n, w, w2}
}

// peelTwo is peel of two stretches at once.
func peelTwo(sum, b, c []sums) (ofB, ofC sums) {
	var bn, cn int64
	var bw, bw2, cw, cw2 float64
	b, c = b[:len(sum)], c[:len(sum)]
	for i := range sum {
		s, x, y := &sum[i], &b[i], &c[i]
		bn, bw, bw2 = bn+x.n, bw+x.w, bw2+x.w2
		cn, cw, cw2 = cn+y.n, cw+y.w, cw2+y.w2
		s.n, s.w, s.w2 = s.n+(x.n+y.n), s.w+(x.w+y.w), s.w2+(x.w2+y.w2)
	}
	return sums{bn, bw, bw2}, sums{cn, cw, cw2}
}

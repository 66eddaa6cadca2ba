package crosstab

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// A loopEstimation is what an estimation knows of a loop beside its bins.
type loopEstimation struct {
	*looped
	cells []*loopCell // in order
	codes []int32     // by answer: index of code, none if nobody gave it
	room  int         // squares that are worked out at a time
}

// squaresRoom is 16 MB of squares: enough for all pairs of columns at once but
// where answers are many.
const squaresRoom = 2 << 20

// A loopCell is a cell of the persons in a loop, and how its turns lie in the
// columns of the request.
type loopCell struct {
	cell    int32
	columns []int32   // that hold any of its turns
	turns   []uint64  // by index in columns: the turns that it holds
	wanted  []wanted  // covariances
	squares []float64 // by rating: the sum of w^2 times the scale of the stratum
}

// wanted is a pair of columns, by index in the columns of a cell.
type wanted struct{ pair, c, d int32 }

// newLoopEstimation finds where the turns of every cell lie.
func newLoopEstimation(e *estimation, x *looped) *loopEstimation {
	le := &loopEstimation{looped: x, codes: make([]int32, x.answers), room: squaresRoom}
	for k := range le.codes {
		le.codes[k] = none
	}
	answers := e.from.answers()
	known := map[int32]*loopCell{}
	for i := range e.cells {
		at := &e.cells[i]
		if len(at.columns) == 0 {
			continue
		}
		cell, turn := at.cell/int32(x.turns), int(at.cell)%x.turns
		l := known[cell]
		if l == nil {
			l = &loopCell{cell: cell, squares: make([]float64, x.turns*x.answers)}
			known[cell] = l
			le.cells = append(le.cells, l)
		}
		for k, a := range answers {
			if e.inCell.sums[i*e.K+k].n > 0 {
				le.codes[a.code] = int32(k)
				l.squares[turn*x.answers+int(a.code)] = e.squares.sums[i*e.K+k].w2
			}
		}
		for _, c := range at.columns {
			l.hold(c, turn)
		}
	}
	slices.SortFunc(le.cells, func(a, b *loopCell) int { return cmp.Compare(a.cell, b.cell) })
	for _, l := range le.cells {
		for i, c := range l.columns {
			for j, d := range l.columns {
				if p := e.pairOf[int(c)*e.C+int(d)]; p != none && c <= d {
					l.wanted = append(l.wanted, wanted{p, int32(i), int32(j)})
				}
			}
		}
	}
	return le
}

// hold notes that a column holds a turn.
func (l *loopCell) hold(column int32, turn int) {
	at := slices.Index(l.columns, column)
	if at < 0 {
		at = len(l.columns)
		l.columns, l.turns = append(l.columns, column), append(l.turns, 0)
	}
	l.turns[at] |= 1 << turn
}

// in returns the turns that a column holds.
func (l *loopCell) in(column int32) uint64 {
	if at := slices.Index(l.columns, column); at >= 0 {
		return l.turns[at]
	}
	return 0
}

// of returns the part of an ordered list that is about the cell, and the list
// after it.
func cellOf[T any](cell int32, list []T, of func(*T) int32) (own, rest []T) {
	for len(list) > 0 && of(&list[0]) < cell {
		list = list[1:]
	}
	n := 0
	for n < len(list) && of(&list[n]) == cell {
		n++
	}
	return list[:n], list[n:]
}

// scoredOnly reports whether the answers of a mask are those with a score, and
// not all.
func (le *loopEstimation) scoredOnly(m *mask) bool {
	all, scored := true, true
	for code, k := range le.codes {
		if k != none {
			all = all && m.in[k]
			scored = scored && m.in[k] == (le.scored == nil || le.scored[code])
		}
	}
	if !all && !scored {
		panic("crosstab: a mean of a loop leaves out other answers than the tally was told of")
	}
	return !all
}

// countPeople counts the people of every domain, who are its PSUs unless the
// design has some.
func (le *loopEstimation) countPeople(m *mask, clustered bool) {
	if !slices.Contains(m.in, true) {
		return
	}
	scored := le.scoredOnly(m)
	list := le.people
	for _, l := range le.cells {
		var own []setCount
		own, list = cellOf(l.cell, list, func(s *setCount) int32 { return s.cell })
		total := l.in(0)
		for i := range own {
			s := &own[i]
			turns := s.answered
			if scored {
				turns = s.scored
			}
			l.countSet(m, turns, total, s.n, clustered)
		}
	}
}

// countSet counts n persons with ratings at some turns; total are those that
// Total holds.
func (l *loopCell) countSet(m *mask, turns, total uint64, n int64, clustered bool) {
	all := bits.OnesCount64(turns & total)
	for k, c := range l.columns {
		held := bits.OnesCount64(turns & l.turns[k])
		if held == 0 {
			continue
		}
		d := &m.domains[c]
		d.people += n
		if held == all {
			d.only += n
		}
		if !clustered {
			d.psus += n
		}
	}
	if clustered {
		return
	}
	for _, w := range l.wanted {
		if turns&l.turns[w.c] != 0 && turns&l.turns[w.d] != 0 {
			m.overlap[w.pair].psus += n
		}
	}
}

// squares are sums over persons i by pair of columns c and d, from pair first up
// to last, and two answers a and b, at ((pair-first)*answers + a)*answers + b:
//
//	sum_i scale_h w_i^2 (turns of i in c with answer a) (turns of i in d with b)
func (le *loopEstimation) squares(first, last int) []float64 {
	K := le.answers
	f := &loopFold{K: K, turns: le.turns, to: make([][]int32, le.turns*le.turns), squares: make([]float64, (last-first)*K*K)}
	list := le.pairs
	for _, l := range le.cells {
		var own []pairSum
		own, list = cellOf(l.cell, list, func(p *pairSum) int32 { return p.cell })
		f.wanted = f.wanted[:0]
		for _, w := range l.wanted {
			if first <= int(w.pair) && int(w.pair) < last {
				f.wanted = append(f.wanted, wanted{w.pair - int32(first), w.c, w.d})
			}
		}
		f.fold(l, own)
	}
	return f.squares
}

// A loopFold folds the ratings of a cell to columns: first to sets of turns,
// which many columns share.
type loopFold struct {
	K, turns int
	wanted   []wanted // of the cell, those that are worked out
	squares  []float64
	to       [][]int32 // by two turns: the blocks in which they count
	blocks   []float64 // by two sets of turns, those of a pair of columns: answers by answers
}

func (f *loopFold) fold(l *loopCell, pairs []pairSum) {
	at, n := f.layOut(l)
	K, KK := f.K, f.K*f.K
	f.blocks = append(f.blocks[:0], make([]float64, int(n)*KK)...)
	for j, v := range l.squares {
		if v != 0 {
			t, k := j/K, j%K
			for _, b := range f.to[t*f.turns+t] {
				f.blocks[int(b)*KK+k*K+k] += v
			}
		}
	}
	for i := range pairs {
		p := &pairs[i]
		s, j, t, k := int(p.a)/K, int(p.a)%K, int(p.b)/K, int(p.b)%K
		for _, b := range f.to[s*f.turns+t] {
			f.blocks[int(b)*KK+j*K+k] += p.sum
		}
		for _, b := range f.to[t*f.turns+s] {
			f.blocks[int(b)*KK+k*K+j] += p.sum
		}
	}
	for i, w := range f.wanted {
		to := f.squares[int(w.pair)*KK:][:KK]
		for k, v := range f.blocks[int(at[i])*KK:][:KK] {
			to[k] += v
		}
	}
}

// layOut gives every two sets of turns of a wanted pair of columns a block, and
// returns the block of each pair and the number of blocks.
func (f *loopFold) layOut(l *loopCell) (at []int32, n int32) {
	for i := range f.to {
		f.to[i] = f.to[i][:0]
	}
	known := map[[2]uint64]int32{}
	for _, w := range f.wanted {
		sets := [2]uint64{l.turns[w.c], l.turns[w.d]}
		b, ok := known[sets]
		if !ok {
			b, n = n, n+1
			known[sets] = b
			for c := sets[0]; c != 0; c &= c - 1 {
				for d := sets[1]; d != 0; d &= d - 1 {
					i := bits.TrailingZeros64(c)*f.turns + bits.TrailingZeros64(d)
					f.to[i] = append(f.to[i], b)
				}
			}
		}
		at = append(at, b)
	}
	return at, n
}

// addLoop adds the squares of persons to the covariances,
//
//	sum_i z_ic z_id = sum over answers a, b of squares (y_a-p_c) (y_b-p_d) / (sum w in c) / (sum w in d)
//
// and what cancels in the variances to the noise.
func (e *estimation) addLoop(inverse []float64) {
	K := e.loop.answers
	step := max(1, e.loop.room/max(1, K*K))
	for first := 0; first < len(e.pairs); first += step {
		last := min(first+step, len(e.pairs))
		squares := e.loop.squares(first, last)
		for p := first; p < last; p++ {
			for a, ka := range e.loop.codes {
				for b, kb := range e.loop.codes {
					if v := squares[((p-first)*K+a)*K+b]; v != 0 {
						e.addAnswers(p, ka, kb, v, inverse)
					}
				}
			}
		}
	}
}

// addAnswers adds what two answers, by index of code, add to a pair of columns.
func (e *estimation) addAnswers(p int, a, b int32, square float64, inverse []float64) {
	pr := &e.pairs[p]
	for s := range e.stats {
		st := &e.stats[s]
		if !st.in[a] || !st.in[b] {
			continue
		}
		i, j, v := int(pr.c)*e.S+s, int(pr.d)*e.S+s, p*e.S+s
		zc, zd := (st.y[a]-e.p[i])*inverse[i], (st.y[b]-e.p[j])*inverse[j]
		z := square * zc * zd
		e.v[zz][v] += z
		if i == j {
			e.noiseZ[i] += math.Abs(z) - z
		}
		if pr.rest {
			total := inverse[s]
			e.v[zb][v] += square * zc * total
			e.v[bz][v] += square * total * zd
			e.v[bb][v] += square * total * total
		}
	}
}

package turf

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"

	"tradeoff/stats"
)

// Options of Best.
type Options struct {
	AtLeast int // items of the set that a person must hold to be reached; 0 = 1
	Keep    int // best sets to return; 0 = 10
	Work    int // steps after which the search gives up being exhaustive; 0 = 2e9, some seconds
}

// A Set is items with their reach.
type Set struct {
	Items     []int     // each next one adds most to the reach of those before; equals in order of share, then place
	Added     []float64 // reach that each adds
	Reach     float64   // share of people who hold at least AtLeast of them
	Frequency float64   // items of the set that a person holds, on average over everybody
}

// A Result is the best sets.
type Result struct {
	Sets  []Set // best first: by reach; equal ones by frequency, then by places of the items
	Exact bool  // no set is better; else a search by exchange found none
	Rows  int   // rows with a weight and an answer on every item
}

// Best finds the sets of k items with the largest reach,
//
//	reach = sum over people who hold at least m of the set of w / sum w
//
// items are columns of a length of rows: a value above 0 says that the person
// holds the item, 0 or less that not; rows with a missing value (NaN) in any
// column are left out. Reaches within 1e-12 count as equal.
//
// A part of a set is given up when its bound cannot enter the best: with h the
// items held of the part, sum w min(h, m)/m plus the largest further such sums of
// single items, as that function has falling increments (Nemhauser, Wolsey and
// Fisher 1978, Mathematical Programming 14), and for m above 1 the people who
// could still come to hold m. When the work is used up, Exact is false, and the
// result is at least that of greedy choice and exchange of single items, which
// with m = 1 reaches 1 - 1/e of the best (the same paper).
//
// Corners: reach is 0 where nobody holds m items; all of the items are one set.
// Best fails where no row has a weight and all answers, and for weights that are
// negative for a pattern of answers. It panics for k below 1 or above the number
// of items, options below zero, and columns of different length. Units: proportions; items. The same
// input gives the same sets. TestBruteForce compares with all sets.
func Best(d *stats.Design, items [][]float64, k int, o Options) (*Result, error) {
	if k < 1 || k > len(items) {
		panic(fmt.Sprintf("turf: sets of %d of %d items", k, len(items)))
	}
	if o.AtLeast < 0 || o.Keep < 0 || o.Work < 0 {
		panic(fmt.Sprintf("turf: options below zero: %+v", o))
	}
	if o.AtLeast == 0 {
		o.AtLeast = 1
	}
	if o.Keep == 0 {
		o.Keep = 10
	}
	if o.Work == 0 {
		o.Work = 2e9
	}
	p, err := collect(d.Weights(), items)
	if err != nil {
		return nil, err
	}
	s := &search{people: p, k: k, m: o.AtLeast, keep: o.Keep, work: o.Work}
	s.exchange()
	r := &Result{Exact: s.branch(), Rows: p.rows}
	for _, f := range s.found {
		r.Sets = append(r.Sets, s.describe(f))
	}
	return r, nil
}

// Reach estimates the reach of sets of items, together: the mean over rows
// without a missing value in any item of
//
//	1 if at least m items of the set are held, else 0
//
// so that Estimates.Contrast of two sets has their covariance. Sets hold places of
// items; m of 0 is 1. Units: proportions. NaN without a row, SE 0 where the reach
// is 0 or 1: see stats.Mean. df: of the design. It takes the sets as given: see
// the package comment. Intervals inside 0 to 1 are those of Reached. It panics as
// Reached does. TestReach.
func Reach(m int, names []string, items [][]float64, sets ...[]int) stats.Statistic {
	var y [][]float64
	var labels []string
	for _, set := range sets {
		y = append(y, Reached(m, items, set))
		labels = append(labels, label(names, set))
	}
	return stats.Mean(labels, y...)
}

// Reached marks the people whom a set reaches, a row each: 1 for those who hold at
// least m of its items, 0 for others, NaN where a value is missing in any item,
// of the set or not. Its mean is Reach; stats.Proportion makes intervals of it
// that stay inside 0 to 1, as those of a reach near 1 should. m of 0 is 1. It
// panics for m below 0, for items that do not exist, and columns of different
// length. TestReach.
func Reached(m int, items [][]float64, set []int) []float64 {
	if m < 0 {
		panic(fmt.Sprintf("turf: reach by at least %d items", m))
	}
	for _, j := range set {
		if j < 0 || j >= len(items) {
			panic(fmt.Sprintf("turf: item %d of %d", j, len(items)))
		}
	}
	reached := make([]float64, len(items[0]))
	for _, item := range items {
		if len(item) != len(reached) {
			panic(fmt.Sprintf("turf: items of %d and %d rows", len(reached), len(item)))
		}
	}
	for i := range reached {
		held := 0
		for _, j := range set {
			if items[j][i] > 0 {
				held++
			}
		}
		if held >= max(m, 1) {
			reached[i] = 1
		}
		if slices.ContainsFunc(items, func(item []float64) bool { return math.IsNaN(item[i]) }) {
			reached[i] = math.NaN()
		}
	}
	return reached
}

func label(names []string, set []int) string {
	var of []string
	for _, j := range set {
		name := fmt.Sprintf("#%d", j+1)
		if j < len(names) {
			name = names[j]
		}
		of = append(of, name)
	}
	return strings.Join(of, " + ")
}

// people are the patterns of items that people hold.
type people struct {
	items  int
	words  int      // of a pattern
	held   []uint64 // bits of each pattern
	weight []float64
	share  []float64 // of each item
	rows   int
}

func collect(w []float64, items [][]float64) (*people, error) {
	p := &people{items: len(items), words: (len(items) + 63) / 64, share: make([]float64, len(items))}
	for _, item := range items {
		if len(item) != len(w) {
			panic(fmt.Sprintf("turf: %d values for %d rows", len(item), len(w)))
		}
	}
	number, total := map[string]int{}, 0.0
	row, key := make([]uint64, p.words), make([]byte, 8*p.words)
	for i, x := range w {
		if x == 0 || !read(items, i, row, key) {
			continue
		}
		n, ok := number[string(key)]
		if !ok {
			n = len(number)
			number[string(key)] = n
			p.held = append(p.held, row...)
			p.weight = append(p.weight, 0)
		}
		p.weight[n] += x
		total += x
		p.rows++
	}
	if !(total > 0) {
		return nil, errors.New("turf: no row has both a weight and an answer on every item")
	}
	for n := range p.weight {
		if p.weight[n] /= total; p.weight[n] < 0 {
			return nil, errors.New("turf: the weights of a pattern of items add up to less than zero; calibrate with bounds")
		}
	}
	for j := range items {
		for n, x := range p.weight {
			if p.holds(n, j) {
				p.share[j] += x
			}
		}
	}
	return p, nil
}

// read puts the items of a row into bits, and into key as bytes; false if one is
// missing.
func read(items [][]float64, i int, row []uint64, key []byte) bool {
	clear(row)
	for j, item := range items {
		switch {
		case math.IsNaN(item[i]):
			return false
		case item[i] > 0:
			row[j/64] |= 1 << (j % 64)
		}
	}
	for v, bits := range row {
		binary.LittleEndian.PutUint64(key[8*v:], bits)
	}
	return true
}

func (p *people) holds(pattern, item int) bool {
	return p.held[pattern*p.words+item/64]>>(item%64)&1 == 1
}

// reach of a set, always summed in the same order.
func (p *people) reach(set []int, m int) float64 {
	mask := make([]uint64, p.words)
	for _, j := range set {
		mask[j/64] |= 1 << (j % 64)
	}
	reach := 0.0
	for n, x := range p.weight {
		held := 0
		for v, bit := range mask {
			held += bits.OnesCount64(bit & p.held[n*p.words+v])
		}
		if held >= m {
			reach += x
		}
	}
	return reach
}

// frequency of a set, in order of places.
func (p *people) frequency(set []int) float64 {
	f := 0.0
	for _, j := range set {
		f += p.share[j]
	}
	return f
}

// describe puts the items of a set in order of what they add.
func (s *search) describe(f found) Set {
	set := Set{Reach: f.reach, Frequency: f.frequency}
	left := slices.Clone(f.set)
	slices.SortStableFunc(left, func(a, b int) int { return compare(s.share[b], s.share[a]) })
	before := 0.0
	for len(left) > 0 {
		best, most := 0, -1.0
		for i, j := range left {
			if r := s.reach(append(slices.Clone(set.Items), j), s.m); r > most+equal {
				best, most = i, r
			}
		}
		set.Items = append(set.Items, left[best])
		set.Added = append(set.Added, most-before)
		before = most
		left = slices.Delete(left, best, best+1)
	}
	return set
}

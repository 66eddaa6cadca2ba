package crosstab

import (
	"encoding/binary"
	"math"
	"sort"
	"sync/atomic"
)

// records are the respondents of a block in order of their places: a word of
// weight, or number in the block, and words of joint codes, the first of them
// lowest.
type records struct {
	order    []int32 // numbers of the places, in their order
	width    int     // words of a record
	numbered bool    // the first word is the number
	words    []uint64
	starts   []int32   // first record by place in order, and how many there are
	nexts    [][]int32 // by thread: next record by number of the place
}

// tile is how many respondents are encoded at once: enough that the processor
// reads ahead in the codes of a question, few enough for the second cache.
const tile = 2048

// of returns the records of a place.
func (r *records) of(place int) []uint64 {
	return r.words[int(r.starts[place])*r.width : int(r.starts[place+1])*r.width]
}

// stretch returns the places of one of some threads, such that all have about
// the same number of records.
func (r *records) stretch(thread, threads int) (first, last int) {
	places := len(r.starts) - 1
	cut := func(thread int) int {
		at := int32(int(r.starts[places]) * thread / threads)
		return sort.Search(places, func(p int) bool { return r.starts[p] >= at })
	}
	first, last = cut(thread), cut(thread+1)
	if thread+1 == threads {
		last = places
	}
	return first, last
}

// sort replaces the records by those of a block, unless a code is beyond its
// question. Respondents of a place keep their order, so that it does not matter
// which thread wrote which of them.
func (r *records) sort(b *Block, js []joint, threads int) (ok bool) {
	n := len(b.Place)
	r.reserve(n, threads)
	rows := func(i int) (first, last int) {
		first, last = n/tile*i/threads*tile, n/tile*(i+1)/threads*tile
		if i+1 == threads {
			last = n
		}
		return first, last
	}
	parallel(threads, func(i int) {
		first, last := rows(i)
		r.census(b.Place[first:last], r.nexts[i])
	})
	r.number(threads)
	var wrong atomic.Bool
	parallel(threads, func(i int) {
		first, last := rows(i)
		if r.write(b, js, first, last, r.nexts[i]) {
			wrong.Store(true)
		}
	})
	return !wrong.Load()
}

// reserve makes room for the records of a block.
func (r *records) reserve(n, threads int) {
	if len(r.words) < n*r.width {
		r.words = make([]uint64, n*r.width)
	}
	if r.starts == nil {
		r.starts = make([]int32, len(r.order)+1)
	}
	for len(r.nexts) < threads {
		r.nexts = append(r.nexts, make([]int32, len(r.order)))
	}
}

// census counts respondents by number of their place.
func (r *records) census(place, count []int32) {
	clear(count)
	for _, p := range place {
		if p >= 0 {
			count[p]++
		}
	}
}

// number turns the counts of the threads into where each writes its records.
func (r *records) number(threads int) {
	at := int32(0)
	for i, p := range r.order {
		r.starts[i] = at
		for _, next := range r.nexts[:threads] {
			next[p], at = at, at+next[p]
		}
	}
	r.starts[len(r.order)] = at
}

// write writes the records of some rows of a block. It reports whether a code
// is beyond its question.
func (r *records) write(b *Block, js []joint, first, last int, next []int32) (wrong bool) {
	var side [8]codes
	var padded [3]codes
	words := make([][tile]uint64, r.width-1)
	n := 0
	of := func(i, q int) *codes {
		if n == tile {
			return (*codes)(b.Codes[q][first:])
		}
		for k := copy(padded[i][:], b.Codes[q][first:last]); k < tile; k++ {
			padded[i][k] = NoCode
		}
		return &padded[i]
	}
	for ; first < last; first += tile {
		n = min(tile, last-first)
		for k := range words {
			here := js[8*k : min(8*k+8, len(js))]
			for g := range here {
				wrong = here[g].encode(&side[g], of) || wrong
			}
			for g := len(here); g < 8; g++ {
				clear(side[g][:])
			}
			transpose(&side, &words[k])
		}
		r.place(b, first, n, words, next)
	}
	return wrong
}

// place writes the records of up to tile respondents to where they belong. One
// of weight zero answers nothing.
func (r *records) place(b *Block, first, n int, words [][tile]uint64, next []int32) {
	places, weights := b.Place[first:][:n], b.Weight[first:][:n]
	for i, p := range places {
		if p < 0 {
			continue
		}
		at := &next[p]
		record := r.words[int(*at)*r.width:][:r.width]
		*at++
		if weights[i] == 0 {
			clear(record)
			continue
		}
		record[0] = math.Float64bits(weights[i])
		if r.numbered {
			record[0] = uint64(first + i)
		}
		for k := range words {
			record[1+k] = words[k][i&(tile-1)]
		}
	}
}

// transpose turns eight codes of a tile of respondents into a word of each of
// them: blocks of eight by eight bytes, halved three times.
func transpose(codes *[8]codes, words *[tile]uint64) {
	for i := 0; i < tile; i += 8 {
		a, b := binary.LittleEndian.Uint64(codes[0][i:]), binary.LittleEndian.Uint64(codes[1][i:])
		c, d := binary.LittleEndian.Uint64(codes[2][i:]), binary.LittleEndian.Uint64(codes[3][i:])
		e, f := binary.LittleEndian.Uint64(codes[4][i:]), binary.LittleEndian.Uint64(codes[5][i:])
		g, h := binary.LittleEndian.Uint64(codes[6][i:]), binary.LittleEndian.Uint64(codes[7][i:])
		a, e = exchange(a, e, 32, 1<<32-1)
		b, f = exchange(b, f, 32, 1<<32-1)
		c, g = exchange(c, g, 32, 1<<32-1)
		d, h = exchange(d, h, 32, 1<<32-1)
		a, c = exchange(a, c, 16, 0x0000ffff0000ffff)
		b, d = exchange(b, d, 16, 0x0000ffff0000ffff)
		e, g = exchange(e, g, 16, 0x0000ffff0000ffff)
		f, h = exchange(f, h, 16, 0x0000ffff0000ffff)
		a, b = exchange(a, b, 8, 0x00ff00ff00ff00ff)
		c, d = exchange(c, d, 8, 0x00ff00ff00ff00ff)
		e, f = exchange(e, f, 8, 0x00ff00ff00ff00ff)
		g, h = exchange(g, h, 8, 0x00ff00ff00ff00ff)
		w := words[i:][:8]
		w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7] = a, b, c, d, e, f, g, h
	}
}

// exchange swaps the upper part of x with the lower of y.
func exchange(x, y uint64, shift uint, mask uint64) (uint64, uint64) {
	d := (x>>shift ^ y) & mask
	return x ^ d<<shift, y ^ d
}

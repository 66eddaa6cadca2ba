package quality

import (
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"math"
)

// Duplicates flags respondents whose answers agree with an earlier respondent's
// in every item: the second and later copies, not the first. Those with fewer
// answers than so many are not compared, since a short record repeats by chance;
// 0 means 10. The measure is the row of the first of them, NaN for those that
// were not compared. TestDuplicates checks it by hand.
func Duplicates(items [][]float64, answers int) *Flag {
	if answers == 0 {
		answers = 10
	}
	n := width(items)
	first := map[string]int{}
	measure := make([]float64, n)
	var key []byte
	f := &Flag{Name: "duplicate", Rule: fmt.Sprintf("the same as an earlier respondent in all of at least %d answers", answers), Measure: measure, Set: make([]bool, n)}
	for i := range n {
		measure[i] = math.NaN()
		key = key[:0]
		given := 0
		for _, item := range items {
			if !math.IsNaN(item[i]) {
				given++
			}
			key = binary.LittleEndian.AppendUint64(key, bits(item[i]))
		}
		if given < answers {
			continue
		}
		at, ok := first[string(key)]
		if !ok {
			first[string(key)] = i
			at = i
		}
		measure[i], f.Set[i] = float64(at), ok
	}
	return f
}

// bits tells answers apart; all missing ones are alike, and 0 is -0.
func bits(x float64) uint64 {
	if math.IsNaN(x) {
		return math.MaxUint64
	}
	return math.Float64bits(x + 0)
}

// NearDuplicates flags respondents whose answers agree with somebody else's in
// more than a share of the items; 0 means 0.85, Kuriakose and Robbins' (2016,
// Statistical Journal of the IAOS 32, 283). Both of a pair are flagged: nobody
// knows which is the copy. The share is of the items that either has answered,
// respondents with fewer answers than 10 are not compared. Simmons, Mercer,
// Schwarzer and Kennedy (2016) show that long, similar batteries pass 0.85 by
// honest answers: compare the number with what independent answers would give
// before anybody is accused.
//
// The measure is the largest share of agreement found among candidates at or
// above the limit, 0 where there is none, NaN for those that were not compared.
//
// The search is exact. Two records that differ in at most m items agree fully in
// one of m+1 blocks of items, so only records that share a block are compared.
// Time grows with the pairs that share a block, not with all pairs.
// TestNearDuplicates checks it against all pairs.
func NearDuplicates(items [][]float64, share float64) *Flag {
	if share == 0 {
		share = 0.85
	}
	const answers = 10
	n, p := width(items), len(items)
	measure := make([]float64, n)
	var records [][]uint64 // distinct ones
	var rows [][]int32     // that have them
	known := map[string]int{}
	var key []byte
	for i := range n {
		measure[i] = math.NaN()
		r := make([]uint64, p)
		given := 0
		key = key[:0]
		for k, item := range items {
			r[k] = bits(item[i])
			key = binary.LittleEndian.AppendUint64(key, r[k])
			if r[k] != math.MaxUint64 {
				given++
			}
		}
		if given < answers {
			continue
		}
		at, ok := known[string(key)]
		if !ok {
			at = len(records)
			known[string(key)] = at
			records, rows = append(records, r), append(rows, nil)
		}
		rows[at] = append(rows[at], int32(i))
	}
	largest := make([]float64, len(records))
	for at := range records {
		if len(rows[at]) > 1 {
			largest[at] = 1
		}
	}
	blocks := int(float64(p)*(1-share)+1e-9) + 1
	seed := maphash.MakeSeed()
	for b := range min(blocks, p) {
		from, to := b*p/blocks, (b+1)*p/blocks
		alike := map[uint64][]int32{}
		for i, r := range records {
			h := hash(seed, r[from:to])
			for _, j := range alike[h] {
				if a := agreement(r, records[j]); a > share {
					largest[i], largest[j] = math.Max(largest[i], a), math.Max(largest[j], a)
				}
			}
			alike[h] = append(alike[h], int32(i))
		}
	}
	for at, l := range largest {
		for _, i := range rows[at] {
			measure[i] = l
		}
	}
	return newFlag("near-duplicate", fmt.Sprintf("the same answers as somebody else in more than %g of the items", share), measure, func(m float64) bool { return m > share })
}

func hash(seed maphash.Seed, r []uint64) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	var b [8]byte
	for _, x := range r {
		binary.LittleEndian.PutUint64(b[:], x)
		h.Write(b[:])
	}
	return h.Sum64()
}

// agreement is the share of equal answers among the items that either answered.
func agreement(a, b []uint64) float64 {
	same, either := 0, 0
	for k, x := range a {
		if x == math.MaxUint64 && b[k] == math.MaxUint64 {
			continue
		}
		either++
		if x == b[k] {
			same++
		}
	}
	return float64(same) / float64(either)
}

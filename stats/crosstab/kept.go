package crosstab

import "sync/atomic"

// kept are respondents that no totals are made of before somebody wants them.
// Where a place holds few respondents, as in a small PSU, a byte an answer is
// less than the totals are, and no cache holds those.
type kept struct {
	Block
	places []place // in order
	starts []int32 // by place: the first of rows, and how many there are
	rows   []int32 // respondents with weight, by place
	weight []float64
}

func newKept(questions int) *kept { return &kept{Block: Block{Codes: make([][]uint8, questions)}} }

// add appends the respondents of a block.
func (k *kept) add(b *Block, answers []int, threads int) {
	k.Place = append(k.Place, b.Place...)
	k.Weight = append(k.Weight, b.Weight...)
	var wrong atomic.Bool
	threads = max(1, threads)
	parallel(threads, func(thread int) {
		for q := thread; q < len(b.Codes); q += threads {
			if beyond(b.Codes[q], answers[q]) {
				wrong.Store(true)
			}
			k.Codes[q] = append(k.Codes[q], b.Codes[q]...)
		}
	})
	if wrong.Load() {
		b.checkCodes(answers)
	}
}

// sort sorts respondents by place, given the places' numbers in order.
func (k *kept) sort(places []place, order []int32) {
	next := make([]int32, len(order))
	for i, p := range k.Place {
		if p >= 0 && k.Weight[i] != 0 {
			next[p]++
		}
	}
	k.places, k.starts = places, make([]int32, len(order)+1)
	n := int32(0)
	for i, p := range order {
		k.starts[i] = n
		next[p], n = n, n+next[p]
	}
	k.starts[len(order)] = n
	k.rows, k.weight = make([]int32, n), make([]float64, n)
	for i, p := range k.Place {
		if p >= 0 && k.Weight[i] != 0 {
			k.rows[next[p]], k.weight[next[p]] = int32(i), k.Weight[i]
			next[p]++
		}
	}
	k.Place, k.Weight = nil, nil
}

// A keptQuestion is one question of respondents that are kept.
type keptQuestion struct {
	*kept
	question, codes int
}

func (k *keptQuestion) answers() []codeKey {
	answers, _ := codesTo(k.codes)
	return answers
}

// each tells totals by answer where respondents in a place are many, and else tells
// of each respondent: there would be more totals than respondents.
func (k *keptQuestion) each(f func(at *content)) {
	var count [256]sums
	var single [256]sums
	var given [256]int32
	_, all := codesTo(k.codes)
	codes := k.Codes[k.question]
	var at content
	for i, place := range k.places {
		first, last := k.starts[i], k.starts[i+1]
		if first == last {
			continue
		}
		weight, rows := k.weight[first:last], k.rows[first:last]
		at.unit, at.cell = place.unit(), place.cell
		if len(rows) < k.codes {
			n := 0
			for j, row := range rows {
				if code := codes[row]; code != NoCode {
					w := weight[j]
					given[n], single[n] = int32(code), sums{1, w, w * w}
					n++
				}
			}
			at.codes, at.sums = given[:n], single[:n]
			f(&at)
			continue
		}
		for j, row := range rows {
			w := weight[j]
			count[codes[row]].add(sums{1, w, w * w})
		}
		at.codes, at.sums = all, count[:k.codes]
		f(&at)
		clear(at.sums)
	}
}

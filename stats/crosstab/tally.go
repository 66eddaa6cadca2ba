package crosstab

import (
	"fmt"
	"sync"
)

// NoCode is the code of a respondent who is not in the base of a question.
const NoCode = 255

// A Block is consecutive respondents: the place of each in a Layout, -1 = outside
// of all columns; its weight; and its code, by question. Slices have a length of
// respondents.
type Block struct {
	Place  []int32
	Weight []float64
	Codes  [][]uint8
}

// check panics unless the block has one length, and codes of so many questions.
func (b *Block) check(questions int) {
	if len(b.Weight) != len(b.Place) || len(b.Codes) != questions {
		panic(fmt.Sprintf("crosstab: %d places, %d weights; codes of %d questions, not %d", len(b.Place), len(b.Weight), len(b.Codes), questions))
	}
	for q, c := range b.Codes {
		if len(c) != len(b.Place) {
			panic(fmt.Sprintf("crosstab: %d places, %d codes of question %d", len(b.Place), len(c), q))
		}
	}
}

// A Tally counts all questions of a sample at once, block by block: a run over
// millions spends its time here. Where persons or PSUs are rows of a loop, see
// Accumulator.Add.
type Tally struct {
	design  *Design
	layout  *Layout
	answers []int
	sums    []*Accumulator
}

// NewTally begins a tally of questions; question i has codes 0 to answers[i]-1,
// at most 254 of them. The layout has all of its places: none may be added
// afterwards.
func NewTally(d *Design, l *Layout, answers []int) *Tally {
	t := &Tally{design: d, layout: l, answers: answers}
	for _, p := range l.places {
		if (p.psu != none) != d.Clustered() {
			panic("crosstab: places have a PSU if and only if the design has PSUs")
		}
	}
	for q, n := range answers {
		if n < 0 || n >= NoCode {
			panic(fmt.Sprintf("crosstab: question %d has %d answers", q, n))
		}
		t.sums = append(t.sums, &Accumulator{design: d, placed: &placed{l, n, make([]sums, l.Len()*n)}})
	}
	return t
}

// BlockRows is how many respondents every block holds but the last. It depends
// on design, layout and questions only.
func (t *Tally) BlockRows() int {
	return max(1, min(1<<20, 32<<20/max(1, len(t.answers))))
}

// Add counts the respondents of a block. Respondents of weight zero are counted
// nowhere. Questions, not respondents, are shared out over the threads, so that
// the sums are the same bits on any number of them. Add keeps nothing of the
// block.
func (t *Tally) Add(b *Block, threads int) {
	b.check(len(t.answers))
	var wg sync.WaitGroup
	threads = max(1, threads)
	for first := range threads {
		wg.Go(func() {
			for q := first; q < len(t.answers); q += threads {
				t.sums[q].placed.add(b, b.Codes[q])
			}
		})
	}
	wg.Wait()
}

// add counts one question.
func (p *placed) add(b *Block, codes []uint8) {
	for i, at := range b.Place {
		k, w := codes[i], b.Weight[i]
		if at < 0 || k == NoCode || w == 0 {
			continue
		}
		if int(k) >= p.codes {
			panic(fmt.Sprintf("crosstab: answer %d of %d", k, p.codes))
		}
		s := &p.sums[int(at)*p.codes+int(k)]
		s.n++
		s.w += w
		s.w2 += w * w
	}
}

// Accumulators returns the totals by question. Nothing is added afterwards.
func (t *Tally) Accumulators() []*Accumulator { return t.sums }

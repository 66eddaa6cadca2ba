package crosstab

import (
	"runtime"
	"testing"

	"pgregory.net/rapid"
)

// TestMerged counts the places that are left when cells become one.
func TestMerged(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l, left := &Layout{}, map[place]bool{}
		merge := rapid.SliceOfN(rapid.Int32Range(0, 3), 10, 10).Draw(rt, "merge")
		for range rapid.IntRange(0, 200).Draw(rt, "rows") {
			p := place{rapid.Int32Range(0, 3).Draw(rt, "stratum"), rapid.Int32Range(-1, 5).Draw(rt, "psu"), rapid.Int32Range(0, 9).Draw(rt, "cell")}
			l.Number(p.stratum, p.psu, p.cell)
			p.cell = merge[p.cell]
			left[p] = true
		}
		before := l.Len()
		if got := l.Merged(func(c int32) int32 { return merge[c] }); got != len(left) || l.Len() != before {
			rt.Errorf("%d places of %d, expected %d", got, before, len(left))
		}
		if got := l.Merged(func(c int32) int32 { return c }); got != before {
			rt.Errorf("%d places where all cells stay, expected %d", got, before)
		}
	})
}

// TestSizeIsRight compares what the totals of some questions take, counted or
// keyed, with what was said, within a factor of 2: where every total occurs, and
// where few do.
func TestSizeIsRight(t *testing.T) {
	const questions, answers = 8, 5
	for what, c := range map[string]struct{ places, rows int }{
		"every total occurs": {4000, 80000},
		"few totals occur":   {50000, 50000},
	} {
		t.Run(what, func(t *testing.T) {
			l, b := &Layout{}, &Block{}
			for i := range c.rows {
				b.Place = append(b.Place, l.Number(0, none, int32(i%c.places)))
				b.Weight = append(b.Weight, 1)
			}
			codes := make([]int, questions)
			for q := range codes {
				codes[q] = answers
				b.Codes = append(b.Codes, make([]uint8, c.rows))
				for i := range c.rows {
					b.Codes[q][i] = uint8(i / c.places % answers)
				}
			}
			census := &Census{}
			census.Add(Rows{Weight: b.Weight})
			d, err := census.Design(DesignOptions{})
			if err != nil {
				t.Fatal(err)
			}
			before := inUse()
			tally := NewTally(d, l, codes)
			tally.Add(b, 1)
			took := inUse() - before
			sums := tally.Accumulators()
			for _, a := range sums {
				if _, err := a.MarshalBinary(); err != nil {
					t.Fatal(err)
				}
			}
			took = max(took, inUse()-before)
			said := questions * Size{Places: c.places, Rows: c.rows, Answers: answers}.Bytes()
			if took < said/2-1<<20 || took > 2*said {
				t.Errorf("%d bytes are in use, said were %d", took, said)
			}
			runtime.KeepAlive(sums)
		})
	}
}

func inUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestSizeGrows: whatever there is more of takes more.
func TestSizeGrows(t *testing.T) {
	s := Size{Places: 1000, Rows: 1e6, Answers: 5}
	for what, more := range map[string]Size{
		"places":     {Places: 2000, Rows: 1e6, Answers: 5},
		"answers":    {Places: 1000, Rows: 1e6, Answers: 6},
		"turns":      {Places: 1000, Rows: 1e6, Answers: 5, Turns: 2},
		"replicates": {Places: 1000, Rows: 1e6, Answers: 5, Replicates: 80},
		"values":     {Places: 1000, Rows: 1e6, Answers: 5, Valued: true},
	} {
		if more.Bytes() <= s.Bytes() {
			t.Errorf("more %s: %d bytes, not more than %d", what, more.Bytes(), s.Bytes())
		}
		if more.Work(10, 45, 5) < s.Work(10, 45, 5) {
			t.Errorf("more %s: less work", what)
		}
	}
	if fewer := (Size{Places: 1000, Rows: 100, Answers: 5}); fewer.Bytes() >= s.Bytes() {
		t.Errorf("with few rows few totals occur: %d bytes, and %d with many", fewer.Bytes(), s.Bytes())
	}
	if s.Work(11, 45, 5) <= s.Work(10, 45, 5) || s.Work(10, 46, 5) <= s.Work(10, 45, 5) || s.Work(10, 45, 6) <= s.Work(10, 45, 5) {
		t.Error("columns, pairs and statistics take nothing")
	}
}

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

// TestSizeIsRight compares what the tally of some questions takes with what was
// said, within a factor of 2: where totals are little, where respondents are kept
// instead, and where they are kept and counted now and then.
func TestSizeIsRight(t *testing.T) {
	const questions, answers = 8, 5
	for what, c := range map[string]struct{ places, rows int }{
		"totals":      {4000, 80000},
		"kept":        {200000, 250000},
		"kept, added": {60000, 3000000},
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
			for first := 0; first < c.rows; first += tally.BlockRows(0) {
				last := min(c.rows, first+tally.BlockRows(0))
				part := &Block{Place: b.Place[first:last], Weight: b.Weight[first:last]}
				for _, c := range b.Codes {
					part.Codes = append(part.Codes, c[first:last])
				}
				tally.Add(part, 1)
			}
			took := inUse() - before
			said := Size{Design: d, Places: c.places, Rows: c.rows}.Tally(codes)
			if took < said/2-1<<20 || took > 2*said {
				t.Errorf("%d bytes are in use, said were %d", took, said)
			}
			runtime.KeepAlive([]any{tally, b, l, d, census})
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
	d := &Design{}
	s := Size{Design: d, Places: 1000, Cells: 100, Rows: 1e5}
	five := []int{5, 5, 5}
	sizes := func(s Size, answers []int, turns int) map[string]int64 {
		return map[string]int64{"tally": s.Tally(answers), "loop": s.Loop(turns, answers), "keyed": s.Keyed(answers[0], turns), "work": s.Work(answers[0], turns, 10, 45, 5, false)}
	}
	base := sizes(s, five, 8)
	for what, more := range map[string]map[string]int64{
		"places":     sizes(Size{Design: d, Places: 2000, Cells: 100, Rows: 1e5}, five, 8),
		"answers":    sizes(s, []int{6, 6, 6}, 8),
		"replicates": sizes(Size{Design: &Design{reps: &Replicates{N: 80}}, Places: 1000, Cells: 100, Rows: 1e5}, five, 8),
	} {
		for name, n := range base {
			if more[name] <= n {
				t.Errorf("more %s: %s of %d bytes, not more than %d", what, name, more[name], n)
			}
		}
	}
	if more := sizes(s, five, 9); more["loop"] <= base["loop"] || more["keyed"] <= base["keyed"] || more["work"] <= base["work"] {
		t.Errorf("more turns: %v, with fewer %v", more, base)
	}
	if more := sizes(s, []int{5, 5, 5, 5}, 8); more["tally"] <= base["tally"] || more["loop"] <= base["loop"] {
		t.Errorf("more questions: %v, with fewer %v", more, base)
	}
	if fewer := sizes(Size{Design: d, Places: 1000, Cells: 100, Rows: 100}, five, 8); fewer["tally"] >= base["tally"] || fewer["keyed"] >= base["keyed"] {
		t.Errorf("with few rows few totals occur: %v, with many %v", fewer, base)
	}
	if s.Work(5, 1, 11, 45, 5, false) <= s.Work(5, 1, 10, 45, 5, false) || s.Work(5, 1, 10, 46, 5, false) <= s.Work(5, 1, 10, 45, 5, false) ||
		s.Work(5, 1, 10, 45, 6, false) <= s.Work(5, 1, 10, 45, 5, false) || s.Work(5, 1, 10, 45, 5, true) <= s.Work(5, 1, 10, 45, 5, false) {
		t.Error("columns, pairs, statistics and values take nothing")
	}
	if s.Block(24) <= s.Block(3) {
		t.Error("codes take nothing of a block")
	}
}

package crosstab

import (
	"bytes"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tradeoff/stats"
)

// A looping is a sample of persons who rate things in turns.
type looping struct {
	opt     DesignOptions
	psu     bool
	turns   int
	answers int
	scored  []bool // by answer
	persons []refRow
	codes   [][]uint8 // by turn and person
	design  *Design
	layout  *Layout
	block   Block
}

// drawLooping makes up persons who rate some turns each; the answer of some
// designs depends on the person alone, or on the stratum, so that variances are
// zero.
func drawLooping(t *rapid.T) *looping {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	s := &looping{
		psu:     rapid.Bool().Draw(t, "in PSUs"),
		turns:   rapid.SampledFrom([]int{1, 2, 3, 5, 8, 9, 20, 64}).Draw(t, "turns"),
		answers: rapid.SampledFrom([]int{1, 2, 3, 5, 11}).Draw(t, "answers"),
	}
	s.opt.Lonely = rapid.SampledFrom([]stats.Lonely{stats.LonelyRemove, stats.LonelyCertainty, stats.LonelyAdjust, stats.LonelyAverage}).Draw(t, "lonely")
	alike := rapid.SampledFrom([]string{"", "", "person", "stratum", "all"}).Draw(t, "same answers")
	rated := rapid.SampledFrom([]float64{0.2, 0.6, 1}).Draw(t, "rated")
	strata, cells := int32(1+r.IntN(3)), 1+r.IntN(5)
	equal := rapid.Bool().Draw(t, "equal weights")
	psu := int32(0)
	var fpc []float64
	s.codes = make([][]uint8, s.turns)
	for h := range strata {
		units := 0
		for range 1 + r.IntN(max(2, min(5, 40/s.turns))) {
			for range 1 + r.IntN(5) {
				p := refRow{stratum: h, psu: psu, person: int32(len(s.persons)), w: 1 + float64(h), cell: int32(r.IntN(cells+1) - 1)}
				if !equal {
					p.w = []float64{0, 0.5, 1.1, 1.25, 3, 7.7}[r.IntN(6)]
				}
				for k := range s.codes {
					code := uint8(r.IntN(s.answers))
					switch {
					case r.Float64() > rated:
						code = NoCode
					case alike == "person":
						code = uint8(int(p.person) % s.answers)
					case alike == "stratum":
						code = uint8(int(h) % s.answers)
					case alike == "all":
						code = 0
					}
					s.codes[k] = append(s.codes[k], code)
				}
				s.persons = append(s.persons, p)
				if !s.psu {
					units++
				}
			}
			psu++
			if s.psu {
				units++
			}
		}
		fpc = append(fpc, float64(units+r.IntN(4)))
	}
	s.persons[0].w = 1
	if rapid.Bool().Draw(t, "fpc") {
		s.opt.FPC = fpc
	}
	for range s.answers {
		s.scored = append(s.scored, r.IntN(4) > 0)
	}
	s.layOut(t)
	return s
}

// layOut makes design, layout and block.
func (s *looping) layOut(t interface{ Fatal(...any) }) {
	census := &Census{}
	var rows Rows
	s.layout = &Layout{}
	for _, p := range s.persons {
		rows.Stratum, rows.Weight = append(rows.Stratum, p.stratum), append(rows.Weight, p.w)
		psu := int32(none)
		if s.psu {
			psu = p.psu
			rows.PSU = append(rows.PSU, p.psu)
		}
		s.block.Place = append(s.block.Place, s.layout.Number(p.stratum, psu, p.cell))
	}
	s.block.Weight = rows.Weight
	census.Add(rows)
	d, err := census.Design(s.opt)
	if err != nil {
		t.Fatal(err)
	}
	s.design, s.opt.Strata = d, len(d.strata)
}

// sample is the sample as ratings, with a row for every turn.
func (s *looping) sample() *refSample {
	out := &refSample{opt: s.opt, kind: personUnits}
	if s.psu {
		out.kind = psuUnits
	}
	for i, p := range s.persons {
		for k := range s.codes {
			row := p
			row.code = int16(s.codes[k][i])
			if s.codes[k][i] == NoCode {
				row.code = -1
			}
			if p.cell >= 0 {
				row.cell = p.cell*int32(s.turns) + int32(k)
			}
			out.rows = append(out.rows, row)
		}
	}
	return out
}

// request is for columns of persons, of turns and of both, and for statistics of
// all answers and of the scored ones.
func (s *looping) request(t *rapid.T) Request {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "columns"), 0))
	req := Request{Columns: []ColumnSpec{{}}, MinBase: 1 + r.IntN(3)}
	var group []int
	turns, cells := int32(s.turns), r.Uint64()
	some := func() uint64 { return r.Uint64() & r.Uint64() }
	for c := range 1 + r.IntN(7) {
		set, of := some(), cells>>(3*c)
		switch r.IntN(4) {
		case 0:
			set = math.MaxUint64 // all turns of some persons
		case 1:
			of = math.MaxUint64 // some turns of all persons
		case 2:
			set, of = 1<<r.IntN(s.turns), math.MaxUint64
		}
		req.Columns = append(req.Columns, ColumnSpec{Rest: r.IntN(2) == 0,
			In: func(cell int32) bool { return set>>(cell%turns)&1 == 1 && of>>(cell/turns)&1 == 1 }})
		group = append(group, c+1)
	}
	cut := r.IntN(len(group) + 1)
	req.Groups = [][]int{group[:cut], group[cut:]}
	scores, all := make([]float64, s.answers), make([]float64, s.answers)
	for k := range scores {
		scores[k], all[k] = float64(k%4)-1.5, 10+float64(k)
		if !s.scored[k] {
			scores[k] = math.NaN()
		}
	}
	req.Stats = []StatSpec{
		{Kind: Proportion, Codes: []int16{0}},
		{Kind: Mean, Scores: scores},
		{Kind: NetRow, Codes: []int16{1, 2}},
		{Kind: SD, Scores: scores},
		{Kind: Mean, Scores: all},
	}
	return req
}

// part is persons a to b as a block of two items, the second in the first's
// order of turns turned round.
func (s *looping) part(a, b int) *Block {
	p := &Block{Place: s.block.Place[a:b], Weight: s.block.Weight[a:b]}
	for _, c := range s.codes {
		p.Codes = append(p.Codes, c[a:b])
	}
	for _, c := range slices.Backward(s.codes) {
		p.Codes = append(p.Codes, c[a:b])
	}
	return p
}

// tally counts persons a to b in blocks of some rows, in tables or as rows.
func (s *looping) tally(keep func(*LoopTally), a, b, rows, threads int) []*Accumulator {
	t := newLoopTally(s.design, s.layout, s.turns, []int{s.answers, s.answers}, [][]bool{s.scored, nil})
	keep(t)
	for ; a < b; a += rows {
		t.Add(s.part(a, min(a+rows, b)), threads)
	}
	return t.Accumulators()
}

// The tally of a loop gives what ratings give row by row.
func TestLoop(t *testing.T) {
	for range 5 {
		rapid.Check(t, func(t *rapid.T) {
			s := drawLooping(t)
			n, req := len(s.persons), s.request(t)
			ref := s.sample()
			ref.check(t, req, mustEstimate(t, s.tally((*LoopTally).keepTables, 0, n, n, 1)[0], req))
		})
	}
}

// Tables or rows, any number of threads, encoding and decoding: the same bits.
// Tables, rows, blocks of other lengths and parts that are merged differ by rounding
// at most.
func TestLoopBits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawLooping(t)
		ref := s.sample()
		n, req := len(s.persons), s.request(t)
		rows := rapid.IntRange(1, n).Draw(t, "block")
		threads := rapid.IntRange(0, 3).Draw(t, "threads")
		cut := rapid.IntRange(0, n).Draw(t, "cut")
		for _, keep := range []func(*LoopTally){(*LoopTally).keepTables, (*LoopTally).keepRows} {
			others := s.tally(keep, 0, n, rows, threads)
			for i, a := range s.tally(keep, 0, n, rows, 1) {
				req := req
				if i == 1 { // of which every answer has a score
					req.Stats = slices.Delete(slices.Clone(req.Stats), 1, 4)
				}
				result := mustEstimate(t, a, req)
				if i == 0 {
					ref.check(t, req, result)
				}
				want := encode(t, a)
				if !bytes.Equal(encode(t, others[i]), want) {
					t.Fatal("threads give other bits")
				}
				back := NewAccumulator(s.design)
				if err := back.UnmarshalBinary(want); err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(encode(t, back), want) {
					t.Fatal("decoded and encoded again, other bytes")
				}
				if !reflect.DeepEqual(mustEstimate(t, back, req), result) {
					t.Fatal("decoded, other bits")
				}
			}
		}
		parts := s.tally((*LoopTally).keepTables, 0, cut, n, 1)[0]
		parts.Merge(s.tally((*LoopTally).keepRows, cut, n, n, 1)[0])
		ref.check(t, req, mustEstimate(t, parts, req))
	})
}

// Joint codes count what counting rating by rating and pair by pair does, however
// many turns are together.
func TestLoopJoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawLooping(t)
		if s.psu || s.turns < 2 || s.turns > perWord {
			t.Skip("no pairs, or no joints")
		}
		x := newLoopTally(s.design, s.layout, s.turns, []int{s.answers, s.answers}, nil)
		x.keepTables()
		x.records.sort(s.part(0, len(s.persons)), x.columns, 1)
		together := rapid.IntRange(1, min(2, s.turns-1)).Draw(t, "turns together")
		same := func(got, want float64) {
			if math.Abs(got-want) > 1e-12*want {
				t.Fatalf("%v, not %v", got, want)
			}
		}
		for _, item := range x.tables {
			one := float64(1 + rapid.IntRange(0, 1000).Draw(t, "persons of a place"))
			item.joints = newTurnJoints(s.turns, s.answers, one)
			item.joints.few = -1
			crossed := cross(joinTurns(s.turns, s.answers+1, together), s.answers)
			for seat := range x.seats.places {
				records, scale := x.records.of(seat), x.seats.scale[seat]
				each := make([]sums, s.turns*s.answers)
				item.countEach(each, records, x.records.width)
				item.countSingles(seat, records, x.records.width, new([2]table))
				for j, want := range each {
					got := item.sums[seat*len(each)+j]
					if got.n != want.n {
						t.Fatalf("%d ratings, not %d", got.n, want.n)
					}
					same(got.w, want.w)
					same(got.w2, want.w2)
				}
				pairs := make([]float64, len(item.pairs[0]))
				folded := slices.Clone(pairs)
				item.pairEach(pairs, records, x.records.width, scale)
				crossed.count(item.fields[0], records, x.records.width, scale)
				crossed.fold(folded)
				for i, want := range pairs {
					same(folded[i], want)
				}
			}
		}
	})
}

// Squares that are worked out for some pairs of columns at a time are the same.
func TestLoopRoom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawLooping(t)
		req, err := s.request(t).withDefaults()
		if err != nil {
			t.Fatal(err)
		}
		a := s.tally((*LoopTally).keepTables, 0, len(s.persons), len(s.persons), 1)[0]
		all := func(room int) [4][]float64 {
			e := newEstimation(a, req)
			e.loop.room = room
			e.countDomains()
			e.estimate()
			e.covariances()
			return e.v
		}
		if !reflect.DeepEqual(all(rapid.IntRange(0, 500).Draw(t, "room")), all(squaresRoom)) {
			t.Error("other covariances")
		}
	})
}

// What makes no sense panics instead of counting wrongly.
func TestLoopMisuse(t *testing.T) {
	s := &looping{turns: 2, answers: 3, persons: []refRow{{w: 1}, {w: 1}}, codes: [][]uint8{{0, 1}, {2, NoCode}}}
	s.layOut(t)
	tally := func(answers int, scored []bool) *Accumulator {
		x := NewLoopTally(s.design, s.layout, 2, []int{answers}, [][]bool{scored})
		x.Add(&Block{Place: s.block.Place, Weight: s.block.Weight, Codes: s.codes}, 1)
		return x.Accumulators()[0]
	}
	mean := Request{Columns: []ColumnSpec{{}}, Stats: []StatSpec{{Kind: Mean, Scores: []float64{1, 2, math.NaN()}}}}
	mustEstimate(t, tally(3, []bool{true, true, false}), mean)
	for name, misuse := range map[string]func(){
		"no turns":            func() { NewLoopTally(s.design, s.layout, 0, []int{1}, nil) },
		"65 turns":            func() { NewLoopTally(s.design, s.layout, 65, []int{1}, nil) },
		"255 answers":         func() { NewLoopTally(s.design, s.layout, 2, []int{255}, nil) },
		"scores of two items": func() { NewLoopTally(s.design, s.layout, 2, []int{3}, [][]bool{nil, nil}) },
		"two scores":          func() { NewLoopTally(s.design, s.layout, 2, []int{3}, [][]bool{{true, false}}) },
		"codes of one turn": func() {
			NewLoopTally(s.design, s.layout, 2, []int{3}, nil).Add(&Block{Place: s.block.Place, Weight: s.block.Weight, Codes: s.codes[:1]}, 1)
		},
		"another mean":    func() { mustEstimate(t, tally(3, nil), mean) },
		"another loop":    func() { tally(3, nil).Merge(tally(4, nil)) },
		"no loop":         func() { tally(3, nil).Merge(NewAccumulator(s.design)) },
		"rows afterwards": func() { tally(3, nil).Add(Rows{N: 1}, []int32{0}, []int16{0}, nil) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			misuse()
		}()
	}
}

// A rating is what the benchmarks of loops count: items on five points of so many
// turns, of which everybody is asked some, less what is missing.
type rating struct {
	items, turns, asked int
	missing             float64
}

// persons are of 48 strata and 576 cells; all items have the same codes.
func (w rating) persons(b interface{ Fatal(...any) }, n int) *looping {
	r := rand.New(rand.NewPCG(1, 1))
	s := &looping{turns: w.turns, answers: 5}
	s.codes = make([][]uint8, w.turns)
	for k := range s.codes {
		s.codes[k] = make([]uint8, n)
	}
	for i := range n {
		country := r.Int32N(12)
		s.persons = append(s.persons, refRow{stratum: 4*country + r.Int32N(4), cell: country*48 + r.Int32N(48), w: 0.5 + r.Float64()})
		for k := range s.codes {
			s.codes[k][i] = NoCode
		}
		for _, k := range r.Perm(w.turns)[:w.asked] {
			if r.Float64() >= w.missing {
				s.codes[k][i] = uint8(r.IntN(5))
			}
		}
	}
	s.layOut(b)
	return s
}

// BenchmarkLoop counts a million persons who rate items, in the loop and, as the
// measure of it, as many ratings in questions that are asked once.
func BenchmarkLoop(b *testing.B) {
	for name, w := range map[string]rating{
		"three of eight": {4, 8, 3, 0},
		"all of four":    {10, 4, 4, 0.05},
		"all of eight":   {5, 8, 8, 0.05},
		"five of twenty": {4, 20, 5, 0},
	} {
		s := w.persons(b, 1_000_000)
		ratings := float64(w.items*w.asked) * 1e6
		count := func(b *testing.B, add func(threads int)) {
			b.ReportAllocs()
			for b.Loop() {
				add(1)
			}
			b.ReportMetric(ratings*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mratings/s")
		}
		b.Run(name+"/loop", func(b *testing.B) {
			codes := slices.Concat(slices.Repeat([][][]uint8{s.codes}, w.items)...)
			answers := slices.Repeat([]int{5}, w.items)
			count(b, func(threads int) {
				t := NewLoopTally(s.design, s.layout, s.turns, answers, nil)
				t.Add(&Block{Place: s.block.Place, Weight: s.block.Weight, Codes: codes}, threads)
			})
		})
		b.Run(name+"/once", func(b *testing.B) {
			once := rating{1, w.asked, w.asked, w.missing}.persons(b, 1_000_000)
			codes := slices.Concat(slices.Repeat([][][]uint8{once.codes}, w.items)...)
			answers := slices.Repeat([]int{5}, len(codes))
			count(b, func(threads int) {
				t := NewTally(s.design, s.layout, answers)
				t.Add(&Block{Place: s.block.Place, Weight: s.block.Weight, Codes: codes}, threads)
			})
		})
	}
}

// bannerRequest is a banner of 57 columns with nine statistics, all letters and
// rests.
func bannerRequest() Request {
	req := Request{Columns: []ColumnSpec{{}}, Stats: request().Stats[:9]}
	add := func(n int32, in func(cell, k int32) bool) {
		var g []int
		for k := range n {
			g = append(g, len(req.Columns))
			req.Columns = append(req.Columns, ColumnSpec{In: func(cell int32) bool { return in(cell, k) }, Rest: true})
		}
		req.Groups = append(req.Groups, g)
	}
	add(8, func(cell, k int32) bool { return cell%8 == k })
	add(12, func(cell, k int32) bool { return cell/8/48 == k })
	add(6, func(cell, k int32) bool { return cell/8%48/8 == k })
	add(8, func(cell, k int32) bool { return cell/8%8 == k })
	for country := range int32(4) {
		add(6, func(cell, k int32) bool { return cell/8/48 == country && cell/8%48/8 == k })
	}
	return req
}

// BenchmarkLoopEstimate estimates an item by a banner, from tables and from rows.
func BenchmarkLoopEstimate(b *testing.B) {
	s := rating{1, 8, 3, 0}.persons(b, 1_000_000)
	for name, keep := range map[string]func(*LoopTally){"tables": (*LoopTally).keepTables, "rows": (*LoopTally).keepRows} {
		b.Run(name, func(b *testing.B) {
			t := newLoopTally(s.design, s.layout, s.turns, []int{5}, nil)
			keep(t)
			t.Add(&Block{Place: s.block.Place, Weight: s.block.Weight, Codes: s.codes}, 1)
			b.ReportAllocs()
			for b.Loop() {
				mustEstimate(b, t.Accumulators()[0], bannerRequest())
			}
		})
	}
}

package pipeline_test

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow/array"
	"golang.org/x/sync/errgroup"

	"tradeoff/data"
	"tradeoff/data/archive"
	"tradeoff/data/exports"
	"tradeoff/stats"
	"tradeoff/stats/crosstab"
)

// These benchmarks run on an export that tools/bench makes, and are skipped
// without one. The columns are id, w, stratum, age, country, industry and the
// questions q1 to q40.
var (
	benchFile = flag.String("bench.file", "", "`export` that the benchmarks of reading and counting run on")
	benchRows = flag.Int("bench.rows", 0, "count so many respondents of it; 0 = all")
	benchSums = flag.String("bench.sums", "", "`file` for some of the sums, to hold against other programs")
)

// openBench opens the export and says how many bytes it has, with what stands beside it.
func openBench(b *testing.B) (*data.Survey, int64) {
	in, err := data.FromFile(*benchFile)
	if err != nil {
		b.Fatal(err)
	}
	in.Room = 80 << 20 // as a run allows
	s, err := exports.Open([]*data.Input{in}, []string{"id", "ID", "w", "stratum", "age", "country", "industry"})
	if err != nil {
		b.Fatal(err)
	}
	size := in.Size
	for _, beside := range in.Siblings() {
		size += beside.Size
	}
	return s, size
}

func needFile(b *testing.B) {
	if *benchFile == "" {
		b.Skip("no -bench.file; tools/bench makes one and runs this")
	}
}

// BenchmarkCodes reads an export: opens it, which finds types and identifying
// columns; and opens it and reads every column of all rows, from bytes to codes.
func BenchmarkCodes(b *testing.B) {
	needFile(b)
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			openBench(b)
		}
	})
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		var rows int64
		for b.Loop() {
			s, size := openBench(b)
			b.SetBytes(size)
			rows = 0
			for batch, err := range s.Batches(nil) {
				if err != nil {
					b.Fatal(err)
				}
				rows += batch.Record.NumRows()
			}
		}
		b.ReportMetric(float64(rows), "rows")
		b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	})
}

// BenchmarkUnpack unpacks the largest file of an archive or a workbook, which is what
// reading it takes at least.
func BenchmarkUnpack(b *testing.B) {
	needFile(b)
	for b.Loop() {
		in, err := data.FromFile(*benchFile)
		if err != nil {
			b.Fatal(err)
		}
		head, err := in.Head(4)
		if err != nil {
			b.Fatal(err)
		}
		files := []archive.File{archive.Gzip(in)}
		if archive.IsZip(head) {
			if files, err = archive.Zip(in); err != nil {
				b.Fatal(err)
			}
		}
		most := int64(0)
		for _, f := range files {
			inner, err := f.Unpack(0)
			if err != nil {
				b.Fatal(err)
			}
			most = max(most, inner.Size)
		}
		b.SetBytes(most)
	}
}

// held is a survey in memory, every question as codes.
type held struct {
	weight  []float64
	stratum []int32
	cell    []int32 // of age, country and industry
	codes   [][]uint8
	answers []int
	columns []crosstab.ColumnSpec
}

func hold(b *testing.B) *held {
	needFile(b)
	s, _ := openBench(b)
	names := []string{"w", "stratum", "age", "country", "industry"}
	for _, v := range s.Codebook.Variables {
		if strings.HasPrefix(v.Name, "q") {
			names = append(names, v.Name)
		}
	}
	h := &held{codes: make([][]uint8, len(names)-5), columns: columns()}
	for batch, err := range s.Batches(names) {
		if err != nil {
			b.Fatal(err)
		}
		h.add(batch)
		if *benchRows > 0 && len(h.weight) >= *benchRows {
			h.cut(*benchRows)
			break
		}
	}
	for _, codes := range h.codes {
		most := 0
		for _, c := range codes {
			if c != crosstab.NoCode {
				most = max(most, int(c)+1)
			}
		}
		h.answers = append(h.answers, most)
	}
	return h
}

// add takes the rows of a batch: questions 1 to 30 have the codes 1 to 5, the
// others 0 and 1.
func (h *held) add(b data.Batch) {
	column := func(i int) *array.Float64 { return data.Plain(b.Record.Column(i)).(*array.Float64) }
	h.weight = append(h.weight, column(0).Float64Values()...)
	stratum, age, country, industry := column(1), column(2), column(3), column(4)
	for i := range stratum.Len() {
		h.stratum = append(h.stratum, int32(stratum.Value(i)))
		h.cell = append(h.cell, int32((age.Value(i)-1)*96+(country.Value(i)-1)*8+industry.Value(i)-1))
	}
	for q := range h.codes {
		answers, low := column(5+q), 0.0
		if q < 30 {
			low = 1
		}
		for i := range answers.Len() {
			code := uint8(crosstab.NoCode)
			if answers.IsValid(i) {
				code = uint8(answers.Value(i) - low)
			}
			h.codes[q] = append(h.codes[q], code)
		}
	}
}

func (h *held) cut(n int) {
	h.weight, h.stratum, h.cell = h.weight[:n], h.stratum[:n], h.cell[:n]
	for q := range h.codes {
		h.codes[q] = h.codes[q][:n]
	}
}

// byStratum puts the rows of a stratum together, as they come from clusters.
func (h *held) byStratum() {
	order := make([]int, len(h.weight))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(h.stratum[a], h.stratum[b]) })
	h.weight, h.stratum, h.cell = pick(h.weight, order), pick(h.stratum, order), pick(h.cell, order)
	for q := range h.codes {
		h.codes[q] = pick(h.codes[q], order)
	}
}

func pick[T any](list []T, order []int) []T {
	out := make([]T, len(list))
	for i, from := range order {
		out[i] = list[from]
	}
	return out
}

// psus numbers PSUs of so many consecutive respondents of a stratum.
func (h *held) psus(size int) []int32 {
	psu, at, n := make([]int32, len(h.weight)), int32(0), 0
	for i := range psu {
		if i > 0 && (n == size || h.stratum[i] != h.stratum[i-1]) {
			at, n = at+1, 0
		}
		psu[i] = at
		n++
	}
	return psu
}

func (h *held) design(b *testing.B, psu []int32) *crosstab.Design {
	var c crosstab.Census
	c.Add(crosstab.Rows{Stratum: h.stratum, PSU: psu, Weight: h.weight})
	d, err := c.Design(crosstab.DesignOptions{Lonely: stats.LonelyAdjust})
	if err != nil {
		b.Fatal(err)
	}
	return d
}

// places numbers where the respondents lie.
func (h *held) places(psu []int32) (*crosstab.Layout, []int32) {
	l, place := new(crosstab.Layout), make([]int32, len(h.weight))
	for i, s := range h.stratum {
		unit := int32(-1)
		if psu != nil {
			unit = psu[i]
		}
		place[i] = l.Number(s, unit, h.cell[i])
	}
	return l, place
}

// cells numbers where the respondents lie where replicate weights make variances.
func (h *held) cells() (*crosstab.Layout, []int32) {
	l, place := new(crosstab.Layout), make([]int32, len(h.weight))
	for i, c := range h.cell {
		place[i] = l.Number(0, -1, c)
	}
	return l, place
}

// blocks hands the respondents out in blocks.
func (h *held) blocks(place []int32, rows int, add func(*crosstab.Block)) {
	block := crosstab.Block{Codes: make([][]uint8, len(h.codes))}
	for from := 0; from < len(place); from += rows {
		to := min(len(place), from+rows)
		block.Place, block.Weight = place[from:to], h.weight[from:to]
		for q, c := range h.codes {
			block.Codes[q] = c[from:to]
		}
		add(&block)
	}
}

// A tally counts blocks: of questions, or of the items of a loop.
type tally interface {
	Add(b *crosstab.Block, threads int)
	Accumulators() []*crosstab.Accumulator
}

func (h *held) count(t tally, place []int32, rows int) []*crosstab.Accumulator {
	h.blocks(place, rows, func(b *crosstab.Block) { t.Add(b, runtime.GOMAXPROCS(0)) })
	return t.Accumulators()
}

// questions counts every question, asked once.
func (h *held) questions(d *crosstab.Design, l *crosstab.Layout, place []int32) []*crosstab.Accumulator {
	t := crosstab.NewTally(d, l, h.answers)
	return h.count(t, place, t.BlockRows(0))
}

// items counts the questions as ratings: four turns of ten items.
func (h *held) items(d *crosstab.Design, l *crosstab.Layout, place []int32) []*crosstab.Accumulator {
	const turns = 4
	var answers []int
	for q := 0; q+turns <= len(h.answers); q += turns {
		answers = append(answers, slices.Max(h.answers[q:q+turns]))
	}
	return h.count(crosstab.NewLoopTally(d, l, turns, answers, nil), place, 1<<20)
}

// BenchmarkCount counts all questions by the joint cell of stratum, age, country
// and industry, from codes and places in memory to n, sum w and sum w^2 of each
// answer: what is wanted for every banner. Respondents come in any order, or
// stratum by stratum, or PSU by PSU.
func BenchmarkCount(b *testing.B) {
	h := hold(b)
	b.Run("places", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			h.places(nil)
		}
	})
	b.Run("persons", func(b *testing.B) { h.benchmark(b, nil, h.questions) })
	b.Run("loop", func(b *testing.B) { h.benchmark(b, nil, h.items) })
	b.Run("replicates", func(b *testing.B) { h.benchmarkReplicates(b, 80) })
	h.byStratum()
	b.Run("sorted", func(b *testing.B) { h.benchmark(b, nil, h.questions) })
	b.Run("psus", func(b *testing.B) { h.benchmark(b, h.psus(25), h.questions) })
}

func (h *held) benchmark(b *testing.B, psu []int32, count func(*crosstab.Design, *crosstab.Layout, []int32) []*crosstab.Accumulator) {
	d := h.design(b, psu)
	l, place := h.places(psu)
	var sums []*crosstab.Accumulator
	b.ReportAllocs()
	for b.Loop() {
		sums = count(d, l, place)
	}
	b.ReportMetric(float64(len(h.weight)*len(h.codes))*float64(b.N)/b.Elapsed().Seconds(), "answers/s")
	if *benchSums != "" && len(sums) == len(h.codes) && psu == nil {
		h.write(b, sums)
	}
}

// benchmarkReplicates counts with so many replicate weights a respondent. Those of
// one block serve all blocks: their bytes are read, and need not be kept.
func (h *held) benchmarkReplicates(b *testing.B, replicates int) {
	d, weights := h.replicated(b, replicates)
	l, place := h.cells()
	b.ReportAllocs()
	for b.Loop() {
		h.countReplicated(d, l, place, weights)
	}
	b.ReportMetric(float64(len(h.weight)*len(h.codes))*float64(b.N)/b.Elapsed().Seconds(), "answers/s")
}

func (h *held) countReplicated(d *crosstab.Design, l *crosstab.Layout, place []int32, weights []float64) []*crosstab.Accumulator {
	t := crosstab.NewTally(d, l, h.answers)
	replicates := len(weights) / censusRows
	h.blocks(place, min(t.BlockRows(0), censusRows), func(b *crosstab.Block) {
		b.Replicates = weights[:len(b.Place)*replicates]
		t.Add(b, runtime.GOMAXPROCS(0))
	})
	return t.Accumulators()
}

// censusRows are read at a time where respondents have replicate weights.
const censusRows = 1 << 17

// replicated is a design with replicate weights, and those of censusRows rows.
func (h *held) replicated(b *testing.B, replicates int) (*crosstab.Design, []float64) {
	rng := rand.New(rand.NewPCG(2, 2))
	weights := make([]float64, censusRows*replicates)
	for i := range weights {
		weights[i] = 2 * rng.Float64()
	}
	var c crosstab.Census
	for from := 0; from < len(h.weight); from += censusRows {
		to := min(len(h.weight), from+censusRows)
		c.Add(crosstab.Rows{Stratum: h.stratum[from:to], Weight: h.weight[from:to], Replicates: weights[:(to-from)*replicates]})
	}
	d, err := c.Design(crosstab.DesignOptions{Replicates: &crosstab.Replicates{N: replicates, Scale: 1 / float64(replicates)}})
	if err != nil {
		b.Fatal(err)
	}
	return d, weights
}

// columns are Total, age, country, industry, and age by country.
func columns() []crosstab.ColumnSpec {
	specs := []crosstab.ColumnSpec{{}}
	by := func(n int32, of func(cell int32) int32) {
		for k := range n {
			specs = append(specs, crosstab.ColumnSpec{In: func(cell int32) bool { return of(cell) == k }})
		}
	}
	by(6, func(cell int32) int32 { return cell / 96 })
	by(12, func(cell int32) int32 { return cell / 8 % 12 })
	by(8, func(cell int32) int32 { return cell % 8 })
	by(72, func(cell int32) int32 { return cell / 8 })
	return specs
}

func (h *held) request(q int) crosstab.Request {
	r := crosstab.Request{Columns: h.columns, MinBase: 1, LowBase: 1}
	for k := range h.answers[q] {
		r.Stats = append(r.Stats, crosstab.StatSpec{Kind: crosstab.Proportion, Codes: []int16{int16(k)}})
	}
	return r
}

// BenchmarkCountAndEstimate makes shares and exact standard errors of every
// cell as well: what R's svyby does.
func BenchmarkCountAndEstimate(b *testing.B) {
	h := hold(b)
	d := h.design(b, nil)
	l, place := h.places(nil)
	b.ReportAllocs()
	for b.Loop() {
		h.estimate(b, h.questions(d, l, place))
	}
}

func (h *held) estimate(b *testing.B, sums []*crosstab.Accumulator) {
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for q, a := range sums {
		g.Go(func() error {
			_, err := a.Estimate(h.request(q))
			return err
		})
	}
	if err := g.Wait(); err != nil {
		b.Fatal(err)
	}
}

// write puts n, sum w, share and its SE of every answer to some questions, in
// Total and by age, into a file.
func (h *held) write(b *testing.B, sums []*crosstab.Accumulator) {
	type figure struct {
		Question, Column, Answer, N int
		W, Share, SE                float64
	}
	var all []figure
	for _, q := range []int{0, 14, 39} {
		if q >= len(sums) {
			continue
		}
		r, err := sums[q].Estimate(h.request(q))
		if err != nil {
			b.Fatal(err)
		}
		for k, cells := range r.Cells {
			for c, x := range cells[:7] {
				all = append(all, figure{q + 1, c, k, x.Count, x.WeightedCount, x.Estimate, x.SE})
			}
		}
	}
	text, err := json.Marshal(all)
	if err == nil {
		err = os.WriteFile(*benchSums, text, 0o644)
	}
	if err != nil {
		b.Fatal(err)
	}
}

// A size is a survey to make up, for how cost grows.
type size struct {
	rows, questions, answers, strata, cells, psus, replicates int
}

func (z size) make() *held {
	rng := rand.New(rand.NewPCG(1, 1))
	h := &held{columns: []crosstab.ColumnSpec{{}}}
	for range z.rows {
		h.weight = append(h.weight, 0.2+rng.ExpFloat64())
		h.stratum = append(h.stratum, int32(rng.IntN(z.strata)))
		h.cell = append(h.cell, int32(rng.IntN(z.cells)))
	}
	for range z.questions {
		codes := make([]uint8, z.rows)
		for i := range codes {
			codes[i] = uint8(rng.IntN(z.answers))
		}
		h.codes, h.answers = append(h.codes, codes), append(h.answers, z.answers)
	}
	for k := range int32(50) { // the columns are as many whatever the cells
		h.columns = append(h.columns, crosstab.ColumnSpec{In: func(cell int32) bool { return cell%50 == k }})
	}
	h.byStratum()
	return h
}

// sizes are one survey, and it with one number after the other changed. Every cell
// occurs in every stratum.
func sizes() map[string]size {
	usual := size{rows: 1_000_000, questions: 40, answers: 5, strata: 48, cells: 100}
	all := map[string]size{"usual": usual}
	vary := func(name string, set func(*size, int), to ...int) {
		for _, n := range to {
			z := usual
			set(&z, n)
			all[fmt.Sprintf("%s=%d", name, n)] = z
		}
	}
	vary("rows", func(z *size, n int) { z.rows = n }, 10_000, 100_000, 4_000_000)
	vary("questions", func(z *size, n int) { z.questions = n }, 10, 160)
	vary("answers", func(z *size, n int) { z.answers = n }, 2, 20)
	vary("cells", func(z *size, n int) { z.cells = n }, 50, 1000)
	vary("strata", func(z *size, n int) { z.strata = n }, 1, 480)
	vary("psus", func(z *size, n int) { z.psus = n }, 500, 5000)
	vary("replicates", func(z *size, n int) { z.replicates = n }, 20, 80)
	return all
}

// BenchmarkGrowth counts and estimates surveys of many sizes.
func BenchmarkGrowth(b *testing.B) {
	all := sizes()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		z := all[name]
		b.Run(name, func(b *testing.B) {
			h := z.make()
			var psu []int32
			if z.psus > 0 {
				psu = h.psus(max(1, z.rows/z.psus))
			}
			d := h.design(b, psu)
			count := func(l *crosstab.Layout, place []int32) []*crosstab.Accumulator { return h.questions(d, l, place) }
			if z.replicates > 0 {
				var weights []float64
				d, weights = h.replicated(b, z.replicates)
				count = func(l *crosstab.Layout, place []int32) []*crosstab.Accumulator {
					return h.countReplicated(d, l, place, weights)
				}
			}
			l, place := h.places(psu)
			if z.replicates > 0 {
				l, place = h.cells()
			}
			before := inUse()
			var held uint64
			var counting time.Duration
			for b.Loop() {
				start := time.Now()
				sums := count(l, place)
				counting += time.Since(start)
				b.StopTimer()
				held = inUse() - before
				b.StartTimer()
				h.estimate(b, sums)
			}
			b.ReportMetric(counting.Seconds()/float64(b.N), "count-s")
			b.ReportMetric(float64(held)/1e6, "held-MB")
		})
	}
}

func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

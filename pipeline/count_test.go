package pipeline

import (
	"bytes"
	"context"
	"iter"
	"math"
	"math/rand/v2"
	"testing"

	"tradeoff/data"
	"tradeoff/stats/crosstab"
)

// upTo runs the stages before counting on the sample.
func upTo(t *testing.T) *run {
	t.Helper()
	r := newRun(Sample(), Options{})
	t.Cleanup(r.close)
	if err := r.do(context.Background(), []stage{{"loading", r.load}, {"binding", r.bind}, {"reading", r.readFrame}}); err != nil {
		t.Fatal(err)
	}
	return r
}

// inBlocks counts in blocks of so many respondents, from batches that are cut
// anywhere.
func inBlocks(t *testing.T, r *run, rows, threads int, cuts *rand.Rand) []*counter {
	t.Helper()
	k := &counting{p: r.plan, f: r.frame, threads: threads}
	columns := k.prepare(r.survey)
	rows = min(rows, len(k.block.Place))
	k.block.Place = k.block.Place[:rows]
	inside := 0
	for b, err := range cutAnywhere(r.survey.Batches(columns), cuts) {
		if err != nil {
			t.Fatal(err)
		}
		inside += k.add(b)
	}
	k.flush()
	k.finish()
	if inside != r.frame.inside || r.frame.lost {
		t.Fatalf("%d respondents of %d", inside, r.frame.inside)
	}
	return k.counters
}

func cutAnywhere(batches iter.Seq2[data.Batch, error], r *rand.Rand) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		for b, err := range batches {
			for from := int64(0); err == nil && from < b.Record.NumRows(); {
				n := 1 + r.Int64N(min(b.Record.NumRows()-from, 700))
				if !yield(slice(b, from, n), nil) {
					return
				}
				from += n
			}
		}
	}
}

// The same totals to the bit for batches of any size and on any number of
// threads; the same estimates for blocks of any size.
func TestCountInAnyBatches(t *testing.T) {
	r := upTo(t)
	first := inBlocks(t, r, 1000, 1, rand.New(rand.NewPCG(1, 1)))
	again := inBlocks(t, r, 1000, 3, rand.New(rand.NewPCG(2, 2)))
	whole := inBlocks(t, r, 1<<20, 2, rand.New(rand.NewPCG(3, 3)))
	compared := 0
	for q, c := range first {
		if got, want := again[q], c; got.all() != want.all() || got.some != want.some || got.most != want.most || got.tick != want.tick {
			t.Errorf("%s: %+v of one run, %+v of another", c.q.spec.Name, got.all(), want.all())
		}
		for i, a := range c.sums {
			x, err := a.MarshalBinary()
			if err != nil {
				t.Fatal(err)
			}
			y, err := again[q].sums[i].MarshalBinary()
			if err != nil || !bytes.Equal(x, y) {
				t.Errorf("%s: totals %d differ with the batches: %v", c.q.spec.Name, i, err)
			}
			req := crosstab.Request{Columns: []crosstab.ColumnSpec{{}}, Stats: []crosstab.StatSpec{{Kind: crosstab.Proportion, Codes: []int16{1}}}}
			p, err := a.Estimate(req)
			if err != nil {
				t.Fatal(err)
			}
			w, err := whole[q].sums[i].Estimate(req)
			if err != nil {
				t.Fatal(err)
			}
			got, want := p.Cells[0][0], w.Cells[0][0]
			if got.Count != want.Count || math.Abs(got.Estimate-want.Estimate) > 1e-13 || math.Abs(got.SE-want.SE) > 1e-13 {
				t.Errorf("%s: %+v in small blocks, %+v in one", c.q.spec.Name, got, want)
			}
			compared++
		}
	}
	if compared < 20 {
		t.Errorf("%d accumulators compared", compared)
	}
}

// What changed between the passes is noticed: a value, or a row, that the first
// pass did not see.
func TestCountNoticesOtherRows(t *testing.T) {
	r := upTo(t)
	batches := func(change func(data.Batch) data.Batch) error {
		s := data.New(r.survey.Codebook, r.survey.Files, func(names []string, _ data.Skip) iter.Seq2[data.Batch, error] {
			return func(yield func(data.Batch, error) bool) {
				for b, err := range r.survey.Batches(names) {
					if err == nil {
						b = change(b)
					}
					if !yield(b, err) {
						return
					}
				}
			}
		})
		_, err := count(context.Background(), r.plan, r.frame, s, 1, func(int64) {})
		return err
	}
	if err := batches(func(b data.Batch) data.Batch { return b }); err != nil {
		t.Errorf("the same rows: %v", err)
	}
	if err := batches(func(b data.Batch) data.Batch { return slice(b, 0, b.Record.NumRows()-1) }); err == nil {
		t.Error("rows that are missing are not noticed")
	}
}

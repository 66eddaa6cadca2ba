package triples

import (
	"runtime"
	"sync"
	"sync/atomic"

	"tradeoff/data"
	"tradeoff/data/columns"
)

// ahead reads the rows behind the first before, in blocks of limit rows at most: up to
// the last, and behind a fault where there are lines to go on with.
func (f *dataFile) ahead(before int64, limit int) *columns.Ahead[block] {
	r, ended := f.rower(before), false
	return columns.NewAhead(func(b *block) bool {
		if ended {
			return false
		}
		r.fill(b, limit)
		bad, ok := b.err.(*data.Fault)
		ended = b.err != nil && (!ok || bad.Unit != unit || r.isCSV())
		return len(b.rows) > 0 || b.err != nil
	})
}

// share does n things to a block of rows that do not touch each other, on as many
// threads as there are.
func share(n int, do func(i int)) {
	threads := min(n, runtime.GOMAXPROCS(0))
	if threads < 2 {
		for i := range n {
			do(i)
		}
		return
	}
	var next atomic.Int64
	var all sync.WaitGroup
	for range threads {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	all.Wait()
}

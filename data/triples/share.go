package triples

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// share does n things to a block of rows that do not touch each other, on as many threads
// as there are; the few rows of CSV are not worth a second one.
func (f *dataFile) share(n int, do func(i int)) {
	threads := min(n, runtime.GOMAXPROCS(0))
	if threads < 2 || f.isCSV() {
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

package triples

import (
	"runtime"
	"sync"
	"sync/atomic"

	"tradeoff/data"
)

// An ahead reads blocks of rows while others are worked on. Close ends it.
type ahead struct {
	full chan *block
	free chan *block
	stop chan struct{}
	all  sync.WaitGroup
	last *block
}

// blocksAhead is how many blocks there are: one that is read, one that waits, one
// that is worked on.
const blocksAhead = 3

// ahead reads the rows behind the first before, in blocks of limit rows at most.
func (f *dataFile) ahead(before int64, limit int) *ahead {
	a := &ahead{full: make(chan *block, blocksAhead), free: make(chan *block, blocksAhead), stop: make(chan struct{})}
	for range blocksAhead {
		a.free <- &block{}
	}
	a.all.Go(func() { a.read(f.rower(before), limit) })
	return a
}

// read reads blocks up to the last, and behind a fault where there are lines to go
// on with.
func (a *ahead) read(r *rower, limit int) {
	defer close(a.full)
	for {
		select {
		case b := <-a.free:
			if r.fill(b, limit); len(b.rows) == 0 && b.err == nil {
				return
			}
			a.full <- b // has room, as there are so few
			if bad, ok := b.err.(*data.Fault); b.err != nil && (!ok || bad.Unit != unit || r.isCSV()) {
				return
			}
		case <-a.stop:
			return
		}
	}
}

// next is the next block, valid until the one after; nil behind the last.
func (a *ahead) next() *block {
	if a.last != nil {
		a.free <- a.last
	}
	a.last = <-a.full
	return a.last
}

// close ends the reading.
func (a *ahead) close() {
	close(a.stop)
	a.all.Wait()
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

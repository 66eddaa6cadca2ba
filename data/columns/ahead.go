package columns

import "sync"

// An Ahead reads blocks of rows in a goroutine of its own, while others are worked on.
type Ahead[T any] struct {
	full  chan *T // blocks that were read
	free  chan *T // blocks to use again
	stop  chan struct{}
	all   sync.WaitGroup
	last  *T  // what Next returned
	wrong any // a panic of fill
}

// blocksAhead is how many blocks there are: one that is read, one that waits, one
// that is worked on.
const blocksAhead = 3

// NewAhead begins to read. fill reads the next block into one that was used before; it
// is false behind the last.
func NewAhead[T any](fill func(block *T) bool) *Ahead[T] {
	a := &Ahead[T]{full: make(chan *T, blocksAhead), free: make(chan *T, blocksAhead), stop: make(chan struct{})}
	for range blocksAhead {
		a.free <- new(T)
	}
	a.all.Go(func() { a.read(fill) })
	return a
}

func (a *Ahead[T]) read(fill func(block *T) bool) {
	defer func() {
		a.wrong = recover()
		close(a.full)
	}()
	for {
		select {
		case <-a.stop:
			return
		case b := <-a.free:
			if !fill(b) {
				return
			}
			a.full <- b // there is room for all
		}
	}
}

// Next is the next block, valid until the one after; nil behind the last. A panic of
// fill goes on here, behind the blocks before it.
func (a *Ahead[T]) Next() *T {
	if a.last != nil {
		a.free <- a.last
	}
	if a.last = <-a.full; a.last == nil && a.wrong != nil {
		panic(a.wrong)
	}
	return a.last
}

// Close ends the reading: fill is not called any more.
func (a *Ahead[T]) Close() {
	close(a.stop)
	a.all.Wait()
}

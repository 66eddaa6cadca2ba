package pipeline

import (
	"iter"
	"slices"
	"sync"

	"tradeoff/data"
)

// ahead reads the next batches while one is worked on, so that reading and
// counting go on at the same time. Order, errors and what a consumer may do with
// a batch are those of the sequence.
func ahead(batches iter.Seq2[data.Batch, error]) iter.Seq2[data.Batch, error] {
	type item struct {
		batch data.Batch
		err   error
	}
	release := func(b data.Batch) {
		if b.Record != nil {
			b.Record.Release()
		}
	}
	return func(yield func(data.Batch, error) bool) {
		items, done := make(chan item, 2), make(chan struct{})
		var reading sync.WaitGroup
		reading.Go(func() {
			defer close(items)
			for b, err := range batches {
				if b.Record != nil {
					b.Record.Retain()
				}
				b.Rows = slices.Clone(b.Rows)
				select {
				case items <- item{b, err}:
				case <-done:
					release(b)
					return
				}
			}
		})
		defer func() {
			close(done)
			for it := range items { // what was read and not worked on
				release(it.batch)
			}
			reading.Wait()
		}()
		for it := range items {
			more := yield(it.batch, it.err)
			release(it.batch)
			if !more {
				return
			}
		}
	}
}

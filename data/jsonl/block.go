package jsonl

import (
	"tradeoff/data/columns"
)

// Limits of a block: rows, and bytes of the objects after which it is full with fewer.
const (
	blockRows  = 512
	blockBytes = 1 << 19
)

// A block is some objects that were parsed. Those of one block are of one batch.
type block struct {
	text   []byte // of the objects
	values []value
	rows   []row
	err    error // why there are no more
}

// A row is where an object is in a block.
type row struct {
	number        int64 // of it, or the line on which it starts
	start, values int   // the first byte and the first value
}

// An object is a row with what its values need.
type object struct {
	*table
	number  int64
	bytes   []byte // from its bracket on
	scratch []byte
}

// object makes o row k of the block, and returns its values.
func (b *block) object(k int, o *object) []value {
	r, end := b.rows[k], len(b.values)
	if k+1 < len(b.rows) {
		end = b.rows[k+1].values
	}
	o.number, o.bytes = r.number, b.text[r.start:]
	return b.values[r.values:end]
}

// ahead parses the objects from here on, while those before are worked on.
func (p *parser) ahead() *columns.Ahead[block] {
	ended := false
	return columns.NewAhead(func(b *block) bool {
		if ended {
			return false
		}
		ended = !p.parseBlock(b)
		return len(b.rows) > 0 || b.err != nil
	})
}

// parseBlock parses objects into a block; false if it holds the last, or a fault.
func (p *parser) parseBlock(b *block) bool {
	b.text, b.rows, b.err = b.text[:0], b.rows[:0], nil
	p.values, p.first = b.values[:0], 0
	for len(b.rows) < blockRows && len(b.text) < blockBytes {
		at := p.here()
		more, err := p.next()
		if err == nil && !more && p.known && p.row < p.rows {
			err = p.changed()
		}
		if b.values = p.values[:p.first]; err != nil || !more {
			b.err = err
			return false
		}
		if p.counts {
			p.count(at)
		}
		b.rows = append(b.rows, row{p.started, len(b.text), p.first})
		b.text = append(b.text, p.buf[p.base:p.pos]...)
		b.values, p.first = p.values, len(p.values)
		if p.row%batchRows == 0 {
			break
		}
	}
	return true
}

package sav

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"

	"tradeoff/data/inflate"
)

// A blockReader inflates the blocks of a zlib-compressed file and hands their
// bytes on in order. Inside is byte compression. Some goroutines inflate
// ahead: of n, each takes every nth block and waits when nobody has asked for
// its bytes for long. Close ends them.
type blockReader struct {
	d       *dictionary
	blocks  []block
	size    int64        // bytes of all blocks
	i       int          // number of the block being handed on
	piece   piece        // of it
	rest    []byte       // what is left of the piece
	ahead   []chan piece // block i comes from ahead[i%len(ahead)]
	free    chan []byte  // buffers to use again
	stop    chan struct{}
	workers sync.WaitGroup
}

// A piece is some of the bytes of a block. The last one has none, and says what
// is wrong with the block.
type piece struct {
	b    []byte
	last bool
	err  error
}

// piecesAhead is how many pieces of bufferMax wait to be asked for; a block as
// SPSS writes it has 16.
const piecesAhead = 16

type block struct {
	offset, compressed, inflated int64
}

// Lengths in the storage of zlib-compressed files.
const (
	zHeaderSize  = 24
	zTrailerSize = 24
	zEntrySize   = 24
	deflateRatio = 1032 // bytes that one byte can inflate to at most
)

// readBlocks reads the list of blocks at the end of the file.
func (d *dictionary) readBlocks() ([]block, error) {
	c := newCursor(d.in)
	c.order = d.order
	c.skip(d.start, "the dictionary")
	head := c.bytes(zHeaderSize, "", "the header of the compressed data")
	if c.fault != nil {
		return nil, c.fault
	}
	word := func(b []byte, i int) int64 { return int64(d.order.Uint64(b[8*i:])) }
	if at := word(head, 0); at != d.start {
		return nil, fault(d.in, "", "the compressed data say that they begin at byte %d, but they begin at %d: %s", at, d.start, again)
	}
	trailer, size := word(head, 1), word(head, 2)
	if trailer < d.start+zHeaderSize || trailer > d.in.Size || size < zTrailerSize || size > d.in.Size-trailer {
		return nil, fault(d.in, "", "the list of compressed blocks is said to take %d bytes at byte %d, but the file has %d: %s", size, trailer, d.in.Size, again)
	}
	c.skip(trailer-c.pos, "the compressed data")
	b := c.bytes(size, "", "the list of compressed blocks")
	if c.fault != nil {
		return nil, c.fault
	}
	n := int64(int32(d.order.Uint32(b[20:])))
	if n < 0 || n > (size-zTrailerSize)/zEntrySize {
		return nil, fault(d.in, "", "the list of compressed blocks says %d blocks, but has room for %d: %s", n, (size-zTrailerSize)/zEntrySize, again)
	}
	blocks := make([]block, n)
	for i := range blocks {
		e := b[zTrailerSize+i*zEntrySize:]
		k := block{offset: word(e, 1), inflated: int64(int32(d.order.Uint32(e[16:]))), compressed: int64(int32(d.order.Uint32(e[20:])))}
		if k.offset < d.start+zHeaderSize || k.compressed < 0 || k.offset > trailer || k.compressed > trailer-k.offset {
			return nil, fault(d.in, "", "block %d of the compressed data is said to take %d bytes at byte %d, outside the compressed data: %s", i+1, k.compressed, k.offset, again)
		}
		if k.inflated < 0 || k.inflated > k.compressed*deflateRatio {
			return nil, fault(d.in, "", "block %d of the compressed data is said to inflate from %d to %d bytes, which zlib cannot do: %s", i+1, k.compressed, k.inflated, again)
		}
		blocks[i] = k
	}
	return blocks, nil
}

// sizeOf is how many bytes the blocks are said to inflate to.
func sizeOf(blocks []block) (n int64) {
	for _, b := range blocks {
		n += b.inflated
	}
	return n
}

// newBlockReader begins to inflate.
func (d *dictionary) newBlockReader() (*blockReader, error) {
	blocks, err := d.readBlocks()
	if err != nil {
		return nil, err
	}
	b := &blockReader{d: d, blocks: blocks, size: sizeOf(blocks), stop: make(chan struct{})}
	b.ahead = make([]chan piece, min(runtime.GOMAXPROCS(0), len(blocks)))
	b.free = make(chan []byte, len(b.ahead)*piecesAhead)
	for i := range b.ahead {
		b.ahead[i] = make(chan piece, piecesAhead)
		b.workers.Go(func() { b.inflate(i) })
	}
	return b, nil
}

// Close ends the goroutines. Nothing is read from the file afterwards.
func (b *blockReader) Close() error {
	close(b.stop)
	b.workers.Wait()
	return nil
}

func (b *blockReader) Read(p []byte) (int, error) {
	for len(b.rest) == 0 {
		if b.piece.err != nil {
			return 0, b.piece.err
		}
		if b.piece.last {
			b.i++
		}
		if b.i == len(b.blocks) {
			b.piece = piece{}
			return 0, io.EOF
		}
		select {
		case b.free <- b.piece.b:
		default:
		}
		b.piece = <-b.ahead[b.i%len(b.ahead)]
		b.rest = b.piece.b
	}
	n := copy(p, b.rest)
	b.rest = b.rest[n:]
	return n, nil
}

// inflate inflates the block of that number and every len(ahead)th behind it,
// up to the first that is damaged.
func (b *blockReader) inflate(i int) {
	out := b.ahead[i]
	z := inflate.NewZlib(nil) // used for all blocks
	for ; i < len(b.blocks); i += len(b.ahead) {
		k := b.blocks[i]
		z.Reset(io.NewSectionReader(b.d.in, k.offset, k.compressed))
		var err error
		left := k.inflated
		for err == nil && left > 0 {
			p, n := b.buffer(left), 0
			for n < len(p) && err == nil {
				var m int
				m, err = z.Read(p[n:])
				n += m
			}
			left -= int64(n)
			if !b.send(out, piece{b: p[:n]}) {
				return
			}
		}
		if err = blockEnd(z, left, err); err != nil {
			err = fmt.Errorf("block %d of the compressed data cannot be inflated (%v): %s", i+1, err, again)
		}
		if !b.send(out, piece{last: true, err: err}) || err != nil {
			return
		}
	}
}

// buffer is a buffer for as much of the left bytes as go into a piece.
func (b *blockReader) buffer(left int64) []byte {
	n := int(min(left, bufferMax))
	select {
	case p := <-b.free:
		if cap(p) >= n {
			return p[:n]
		}
	default:
	}
	return make([]byte, n)
}

// send hands a piece on, or reports that nobody wants it any more.
func (b *blockReader) send(out chan<- piece, p piece) bool {
	select {
	case out <- p:
		return true
	case <-b.stop:
		return false
	}
}

// blockEnd is what is wrong with a block of which left bytes are lacking when
// reading it ended with err.
func blockEnd(z io.Reader, left int64, err error) error {
	if err == nil {
		// All that was promised is there. Reading on to the end of the
		// stream checks its checksum.
		var n int
		if n, err = z.Read(make([]byte, 1)); n > 0 {
			return errors.New("it is longer than the list of blocks says")
		}
	}
	switch {
	case err == io.EOF && left > 0:
		return fmt.Errorf("it is %d bytes shorter than the list of blocks says", left)
	case err == io.EOF:
		return nil
	case err == nil || err == io.ErrUnexpectedEOF:
		return errors.New("it ends too early")
	}
	return err
}

// checkBlocks refuses a promise that the blocks cannot keep: an instruction is
// at least one byte, and so is an element.
func (d *dictionary) checkBlocks() error {
	blocks, err := d.readBlocks()
	if err != nil {
		return err
	}
	if most := sizeOf(blocks) / int64(len(d.elements)); d.cases > most {
		return fault(d.in, "", "the header promises %d cases, but the compressed data have room for %d at most; export it again or copy it anew", d.cases, most)
	}
	return nil
}

package sav

import (
	"bufio"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
)

// A blockReader inflates the blocks of a zlib-compressed file one after the
// other. Inside is byte compression.
type blockReader struct {
	d      *dictionary
	blocks []block
	i      int           // number of the block being inflated
	z      io.ReadCloser // made for the first block and used for all
	inside bool          // z stands inside block i
	left   int64         // bytes that block i still has to yield
}

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

// newBlockReader reads the list of blocks at the end of the file.
func (d *dictionary) newBlockReader() (*blockReader, error) {
	blocks, err := d.readBlocks()
	if err != nil {
		return nil, err
	}
	return &blockReader{d: d, blocks: blocks}, nil
}

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

func (b *blockReader) Read(p []byte) (int, error) {
	for {
		if !b.inside {
			if b.i == len(b.blocks) {
				return 0, io.EOF
			}
			if err := b.open(b.blocks[b.i]); err != nil {
				return 0, b.damage(err)
			}
		}
		n, err := b.z.Read(p[:min(int64(len(p)), b.left)])
		b.left -= int64(n)
		switch {
		case err == nil && b.left > 0:
			return n, nil
		case err != nil && err != io.EOF:
			return n, b.damage(err)
		case err == nil:
			// All that was promised is there. Reading on to the end
			// of the stream checks its checksum.
			var more [1]byte
			if k, err := b.z.Read(more[:]); k > 0 {
				return n, b.damage(errors.New("it is longer than the list of blocks says"))
			} else if err != io.EOF {
				return n, b.damage(err)
			}
		case b.left > 0:
			return n, b.damage(fmt.Errorf("it is %d bytes shorter than the list of blocks says", b.left))
		}
		b.inside = false
		b.i++
		if n > 0 {
			return n, nil
		}
	}
}

func (b *blockReader) open(k block) (err error) {
	b.left, b.inside = k.inflated, true
	raw := bufio.NewReaderSize(io.NewSectionReader(b.d.in, k.offset, k.compressed), bufferFor(k.compressed))
	if b.z == nil {
		b.z, err = zlib.NewReader(raw)
		return err
	}
	return b.z.(zlib.Resetter).Reset(raw, nil) // every zlib reader is a Resetter
}

func (b *blockReader) damage(err error) error {
	if err == nil || err == io.ErrUnexpectedEOF {
		err = errors.New("it ends too early")
	}
	return fmt.Errorf("block %d of the compressed data cannot be inflated (%v): %s", b.i+1, err, again)
}

// checkBlocks refuses a promise that the blocks cannot keep: an instruction is
// at least one byte, and so is an element.
func (d *dictionary) checkBlocks() error {
	blocks, err := d.readBlocks()
	if err != nil {
		return err
	}
	var inflated int64
	for _, b := range blocks {
		inflated += b.inflated
	}
	if most := inflated / int64(len(d.elements)); d.cases > most {
		return fault(d.in, "", "the header promises %d cases, but the compressed data have room for %d at most; export it again or copy it anew", d.cases, most)
	}
	return nil
}

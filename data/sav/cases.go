package sav

import (
	"bufio"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"tradeoff/data"
)

// A caseReader hands out one case after the other, as its bytes in a plain
// file: 8 for each element. io.EOF is the end between two cases,
// io.ErrUnexpectedEOF the end inside one; anything else is damage, said for
// the analyst.
type caseReader interface {
	next(row []byte) error
}

// caseSize is the number of bytes of a case.
func (d *dictionary) caseSize() int { return 8 * len(d.elements) }

// dataSize is the number of bytes behind the dictionary.
func (d *dictionary) dataSize() int64 { return d.in.Size - d.start }

// newCaseReader starts at the first case.
func (d *dictionary) newCaseReader() (caseReader, error) {
	raw := io.NewSectionReader(d.in, d.start, d.dataSize())
	switch d.compression {
	case plain:
		return &plainReader{r: bufio.NewReaderSize(raw, bufferFor(d.dataSize()))}, nil
	case bytecode:
		return d.newByteReader(raw, d.dataSize()), nil
	}
	z, err := d.newBlockReader()
	if err != nil {
		return nil, err
	}
	return d.newByteReader(z, bufferMax), nil
}

// bufferMax is how much is read at once.
const bufferMax = 1 << 18

// bufferFor is the buffer for size bytes: small files need no large one.
func bufferFor(size int64) int { return int(min(max(size, 64), bufferMax)) }

// A plainReader reads cases that are stored as they are.
type plainReader struct{ r *bufio.Reader }

func (p *plainReader) next(row []byte) error {
	_, err := io.ReadFull(p.r, row)
	return err
}

// Instructions of byte compression. The bytes between skip and end are whole
// numbers, shifted by the bias.
const (
	opSkip    = 0
	opEnd     = 252
	opLiteral = 253
	opBlanks  = 254
	opSysmis  = 255
)

// A byteReader reads byte-compressed cases: blocks of 8 instructions, each
// followed by the 8 bytes of every literal in it.
type byteReader struct {
	r     io.Reader
	buf   []byte // what has been read and not yet used is buf[pos:end]
	pos   int
	end   int
	ops   [8]byte
	op    int         // next instruction in ops
	words [256]uint64 // the 8 bytes that an instruction other than a literal stands for, see inMemory
	bad   error       // why reading ended, if not with the file
}

// newByteReader reads from r, which yields about size bytes.
func (d *dictionary) newByteReader(r io.Reader, size int64) *byteReader {
	b := &byteReader{r: r, buf: make([]byte, bufferFor(size)), op: 8}
	for i := opSkip + 1; i < opEnd; i++ {
		b.words[i] = d.inMemory(math.Float64bits(float64(i) - d.bias))
	}
	b.words[opBlanks] = 0x2020202020202020
	b.words[opSysmis] = d.inMemory(d.sysmis)
	return b
}

// inMemory is what the bytes of a word in the file's byte order are when they are moved
// as a little-endian number, 8 at once.
func (d *dictionary) inMemory(word uint64) uint64 {
	var b [8]byte
	d.order.PutUint64(b[:], word)
	return binary.LittleEndian.Uint64(b[:])
}

// eight returns the next 8 bytes, or nil if fewer are left.
func (b *byteReader) eight() []byte {
	if b.end-b.pos < 8 && !b.fill() {
		return nil
	}
	p := b.buf[b.pos : b.pos+8]
	b.pos += 8
	return p
}

// fill reads on until at least 8 bytes are there.
func (b *byteReader) fill() bool {
	b.end = copy(b.buf, b.buf[b.pos:b.end])
	b.pos = 0
	for b.end < 8 {
		n, err := b.r.Read(b.buf[b.end:])
		b.end += n
		if err != nil && b.end < 8 {
			if err != io.EOF {
				b.bad = err
			}
			return false
		}
	}
	return true
}

// refill reads the next 8 instructions.
func (b *byteReader) refill() bool {
	p := b.eight()
	if p == nil {
		return false
	}
	copy(b.ops[:], p)
	b.op = 0
	return true
}

// ended is how a case ends when element e of it is not there.
func (b *byteReader) ended(e int) error {
	switch {
	case b.bad != nil:
		return b.bad
	case e == 0:
		return io.EOF
	}
	return io.ErrUnexpectedEOF
}

func (b *byteReader) next(row []byte) error {
	for e := 0; e < len(row); {
		if b.op == 8 && !b.refill() {
			return b.ended(e)
		}
		op := b.ops[b.op]
		b.op++
		switch op {
		case opSkip:
			continue
		case opEnd:
			b.op-- // a later call ends here as well
			return b.ended(e)
		case opLiteral:
			p := b.eight()
			if p == nil {
				return b.ended(8 + e) // the instruction is part of the case
			}
			binary.LittleEndian.PutUint64(row[e:], binary.LittleEndian.Uint64(p))
		default:
			binary.LittleEndian.PutUint64(row[e:], b.words[op])
		}
		e += 8
	}
	return nil
}

// countElements counts how many elements the instructions make up, without
// unpacking them.
func (b *byteReader) countElements() (n int64) {
	for b.refill() {
		for _, op := range b.ops {
			switch op {
			case opSkip:
			case opEnd:
				return n
			case opLiteral:
				if b.eight() == nil {
					return n
				}
				n++
			default:
				n++
			}
		}
	}
	return n
}

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

// countCases finds out how many whole cases there are and refuses a file whose
// header promises another number. It leaves the count in d.cases, and returns a
// note about bytes too many.
func (d *dictionary) countCases() (note string, err error) {
	var whole, rest int64
	switch d.compression {
	case plain:
		size := int64(d.caseSize())
		whole, rest = d.dataSize()/size, d.dataSize()%size
	case bytecode:
		b := d.newByteReader(io.NewSectionReader(d.in, d.start, d.dataSize()), d.dataSize())
		n := b.countElements()
		if b.bad != nil {
			return "", fault(d.in, "", "the cases could not be read: %v", b.bad)
		}
		whole, rest = n/int64(len(d.elements)), n%int64(len(d.elements))
	default:
		return "", d.checkBlocks()
	}
	switch {
	case d.cases < 0 && rest > 0:
		return "", d.cutShort(whole)
	case d.cases < 0:
		d.cases = whole
	case whole < d.cases && rest > 0:
		return "", d.cutShort(whole)
	case whole != d.cases:
		return "", fault(d.in, "", "the header promises %d cases, but %d whole cases are in the file; export it again or copy it anew", d.cases, whole)
	case rest > 0:
		note = fmt.Sprintf("%s: something follows the last of the %d promised cases that is less than a case; it is ignored.", d.in.Name(), d.cases)
	}
	return note, nil
}

// cutShort is the fault of a file that ends inside a case.
func (d *dictionary) cutShort(whole int64) *data.Fault {
	promise := fmt.Sprintf("the header promises %d cases", d.cases)
	if d.cases < 0 {
		promise = "the header does not say how many cases there are"
	}
	return &data.Fault{File: d.in.Name(), Row: whole + 1, Unit: "case",
		Found: fmt.Sprintf("the file ends inside this case: %s, %d are whole; it was cut short, export it again or copy it anew", promise, whole)}
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

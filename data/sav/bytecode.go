package sav

import (
	"encoding/binary"
	"io"
	"math"
	"math/bits"
)

// Instructions of byte compression. The bytes between skip and end are whole
// numbers, shifted by the bias.
const (
	opSkip    = 0
	opEnd     = 252
	opLiteral = 253
	opBlanks  = 254
	opSysmis  = 255
)

// instructions are the 8 bytes that each instruction but a literal stands for,
// read as a little-endian number.
type instructions [256]uint64

func (d *dictionary) newInstructions() *instructions {
	var from instructions
	for i := opSkip + 1; i < opEnd; i++ {
		from[i] = d.inMemory(math.Float64bits(float64(i) - d.bias))
	}
	from[opBlanks] = 0x2020202020202020
	from[opSysmis] = d.inMemory(d.sysmis)
	return &from
}

// inMemory is what the bytes of a word in the file's byte order are when they are moved
// as a little-endian number, 8 at once; and the other way round.
func (d *dictionary) inMemory(word uint64) uint64 {
	if d.order == binary.BigEndian {
		return bits.ReverseBytes64(word)
	}
	return word
}

// A byteReader reads byte-compressed cases: blocks of 8 instructions, each
// followed by the 8 bytes of every literal in it. Instructions and literals are
// taken apart here, 8 at once; what they mean is looked up by the columns, for
// the elements that they need.
type byteReader struct {
	d    *dictionary
	r    io.Reader
	from *instructions
	buf  []byte // what has been read and not yet used is buf[pos:end]
	pos  int
	end  int
	read int64 // bytes that have come from r
	err  error // why nothing more can be read

	ops   []byte // instructions that have been taken apart, without opSkip
	words []byte // 8 bytes for each of them, see chunk
	used  int    // how many of them have been handed out
	n     int    // how many there are
	room  int    // whole cases that there is room for

	ended bool  // nothing more can be taken apart
	short bool  // it ended inside an element
	bad   error // why it ended, if not with the file
}

// blockMax is how many bytes a block of instructions has at most.
const blockMax = 8 + 8*8

// newByteReader reads from r, which yields at most size bytes.
func (d *dictionary) newByteReader(r io.Reader, size int64) *byteReader {
	elements := len(d.elements)
	room := int(min(int64(chunkCases(elements)), size/int64(elements)+1))
	n := room*elements + 8 // the last block may go on into the case behind
	return &byteReader{
		d: d, r: r, from: d.newInstructions(), room: room,
		buf: make([]byte, bufferFor(size)), ops: make([]byte, n), words: make([]byte, 8*n),
	}
}

func (b *byteReader) next(c *chunk, limit int) error {
	size := len(b.d.elements)
	b.unpack(size * min(limit, b.room))
	*c = chunk{n: min(limit, b.n/size), size: size, ops: b.ops, words: b.words, from: b.from}
	b.used = c.n * size
	switch {
	case c.n > 0:
		return nil
	case b.bad != nil:
		return b.bad
	case b.n > 0 || b.short:
		return io.ErrUnexpectedEOF
	}
	return io.EOF
}

// unpack takes blocks apart until there are so many elements that have not been
// handed out, or there is no more. Up to 7 may be too many.
func (b *byteReader) unpack(elements int) {
	b.n = copy(b.ops, b.ops[b.used:b.n])
	copy(b.words, b.words[8*b.used:8*(b.used+b.n)])
	b.used = 0
	for b.n < elements && !b.ended {
		if b.end-b.pos < blockMax && b.err == nil {
			b.fill()
		}
		b.unpackFast(elements)
		if b.n < elements {
			b.unpackBlock()
		}
	}
}

// unpackFast takes blocks apart, 8 instructions at once, as long as all bytes of
// the next block are there and it holds nothing that needs care. Some writers
// fill the last block of every case with opSkip, which needs none.
func (b *byteReader) unpackFast(elements int) {
	buf, pos, n := b.buf[:b.end], b.pos, b.n
	for n < elements && pos+blockMax <= len(buf) {
		block := binary.LittleEndian.Uint64(buf[pos:])
		fill := bits.TrailingZeros64(holds(block, opSkip)) / 8 // 8 for none
		if block>>(8*fill) != 0 || holds(block, opEnd) != 0 {
			break
		}
		pos += 8
		binary.LittleEndian.PutUint64(b.ops[n:], block)
		for m := holds(block, opLiteral); m != 0; m &= m - 1 {
			i := n + bits.TrailingZeros64(m)/8
			binary.LittleEndian.PutUint64(b.words[8*i:], binary.LittleEndian.Uint64(buf[pos:]))
			pos += 8
		}
		n += fill
	}
	b.pos, b.n = pos, n
}

// holds has the highest bit of each byte set that is op in a block of 8
// instructions.
func holds(block uint64, op byte) uint64 {
	const ones, low = 0x0101010101010101, 0x7f7f7f7f7f7f7f7f
	x := block ^ ones*uint64(op) // the byte is zero now
	return ^((x&low + low) | x | low)
}

// unpackBlock takes one block apart, instruction by instruction.
func (b *byteReader) unpackBlock() {
	p := b.eight()
	if p == nil {
		b.ended = true
		return
	}
	for _, op := range [8]byte(p) {
		switch op {
		case opSkip:
			continue
		case opEnd:
			b.ended = true
			return
		case opLiteral:
			p := b.eight()
			if p == nil {
				b.ended, b.short = true, true // the instruction is part of the case
				return
			}
			copy(b.words[8*b.n:], p)
		}
		b.ops[b.n] = op
		b.n++
	}
}

// eight returns the next 8 bytes, or nil if fewer are left.
func (b *byteReader) eight() []byte {
	if b.end-b.pos < 8 {
		b.fill()
		if b.end < 8 {
			if b.err != io.EOF {
				b.bad = b.err
			}
			return nil
		}
	}
	p := b.buf[b.pos : b.pos+8]
	b.pos += 8
	return p
}

// fill reads on until the bytes of a block are there, or as many as there are.
func (b *byteReader) fill() {
	b.end = copy(b.buf, b.buf[b.pos:b.end])
	b.pos = 0
	for b.end < blockMax && b.err == nil {
		var n int
		n, b.err = b.r.Read(b.buf[b.end:])
		b.end += n
		b.read += int64(n)
	}
}

// count counts the elements up to the end of the file and marks where
// stretches begin.
func (b *byteReader) count() (n int64, marks []mark, err error) {
	size := len(b.d.elements)
	stretch := int64(stretchCases * size)
	for {
		if n%stretch == 0 {
			marks = append(marks, b.mark())
		}
		want := int(min(int64(size*b.room), stretch-n%stretch))
		b.unpack(want)
		if b.used = min(b.n, want); b.used == 0 {
			return n, marks, b.bad
		}
		n += int64(b.used)
	}
}

// A mark is a place between two elements from which a byteReader can go on.
type mark struct {
	offset int64 // of the next block of instructions behind the dictionary
	n      int   // how many elements of the block before belong behind the mark
	ops    [8]byte
	words  [8 * 8]byte
}

func (b *byteReader) mark() mark {
	m := mark{offset: b.read - int64(b.end-b.pos), n: b.n - b.used}
	copy(m.ops[:], b.ops[b.used:b.n])
	copy(m.words[:], b.words[8*b.used:8*b.n])
	return m
}

func (b *byteReader) seek(number int64) {
	m := &b.d.marks[number/stretchCases]
	b.r, b.read, b.pos, b.end, b.err = b.d.from(m.offset), m.offset, 0, 0, nil
	b.ended, b.short, b.bad = false, false, nil
	b.used, b.n = 0, m.n
	copy(b.ops, m.ops[:])
	copy(b.words, m.words[:])
}

func (b *byteReader) close() {
	if c, ok := b.r.(io.Closer); ok {
		c.Close()
	}
}

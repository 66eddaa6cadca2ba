// Package inflate unpacks DEFLATE, the compression of zip, gzip and zlib (RFC 1951),
// and zlib and gzip themselves (RFC 1950, 1952), in less than half the time of compress/flate.
//
// In: a stream of packed bytes. Out: a Reader of what they hold. It takes bits out of
// a word of 64 at once, looks codes up in one table that knows up to three short
// literals by one entry (table.go), and copies what was there before eight bytes at a
// time. Damage is the error that compress/flate gives for it, a
// flate.CorruptInputError or io.ErrUnexpectedEOF.
//
// The package does not pack. Memory is one window and one buffer, whatever a stream
// claims.
package inflate

import (
	"compress/flate"
	"encoding/binary"
	"io"
)

const (
	window  = 1 << 15          // how far back a match reaches
	outSize = 4 * window       // of the buffer of what was unpacked
	inSize  = 1 << 16          // of the buffer of packed bytes
	longest = 258              // bytes of a match
	slack   = longest + 16     // room behind what was unpacked, for one turn of the loop
	turn    = 16               // packed bytes that a turn may look at
	padding = 32               // zeros behind the last packed byte
	most    = 15 + 5 + 15 + 13 // bits of a match with its distance
)

// A stage is what comes next in the stream.
type stage uint8

const (
	header stage = iota // of a block
	stored              // bytes as they are
	coded               // codes
	done                // nothing
)

// A Reader unpacks a stream.
type Reader struct {
	r     io.Reader
	in    []byte // packed bytes are in[pos:top], then zeros
	pos   int
	top   int
	ended bool   // nothing comes behind in[:top]
	taken int64  // packed bytes before in
	bits  uint64 // taken from in and not yet used; those above the nbits lowest may be there, too
	nbits uint
	out   []byte // what was unpacked: out[read:made] was not handed out
	read  int
	made  int
	stage stage
	last  bool // the block is the last one
	left  int  // of stored bytes
	err   error
	codes table // of literals, lengths and the end
	far   table // of distances
	fixed bool  // the tables are those of fixed blocks
}

// New makes a Reader of a stream.
func New(r io.Reader) *Reader {
	z := &Reader{in: make([]byte, inSize+padding), out: make([]byte, outSize)}
	z.Reset(r)
	return z
}

// Reset begins another stream.
func (z *Reader) Reset(r io.Reader) {
	z.r, z.pos, z.top, z.ended, z.taken = r, 0, 0, false, 0
	z.bits, z.nbits, z.read, z.made = 0, 0, 0, 0
	z.stage, z.last, z.left, z.err = header, false, 0, nil
}

// next begins another stream behind this one, which was read to its end.
func (z *Reader) next() {
	z.bits, z.nbits, z.read, z.made = 0, 0, 0, 0
	z.stage, z.last, z.left, z.err = header, false, 0, nil
}

// Close ends the reading.
func (z *Reader) Close() error {
	z.err = io.ErrClosedPipe
	return nil
}

// Read fills p with what was unpacked.
func (z *Reader) Read(p []byte) (int, error) {
	for z.read == z.made {
		if z.err != nil {
			return 0, z.err
		}
		z.err = z.unpack()
	}
	n := copy(p, z.out[z.read:z.made])
	z.read += n
	return n, nil
}

// Behind fills p with bytes that stand behind the stream, which was read to its end.
func (z *Reader) Behind(p []byte) error {
	for k := range p {
		if z.pos == z.top {
			if err := z.fill(); err != nil {
				return err
			}
			if z.pos == z.top {
				return io.ErrUnexpectedEOF
			}
		}
		p[k] = z.in[z.pos]
		z.pos++
	}
	return nil
}

// unpack makes room in out and fills some of it, all of which was read; io.EOF behind
// the end.
func (z *Reader) unpack() error {
	if len(z.out)-z.made < 2*slack {
		z.made = copy(z.out, z.out[z.made-window:z.made])
		z.read = z.made
	}
	for z.made == z.read {
		if z.top-z.pos < turn && !z.ended {
			if err := z.fill(); err != nil {
				return err
			}
		}
		var err error
		switch z.stage {
		case header:
			err = z.block()
		case stored:
			err = z.copyStored()
		case coded:
			err = z.decode()
		case done:
			return io.EOF
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// fill reads packed bytes behind those that are there.
func (z *Reader) fill() error {
	if z.ended {
		return nil
	}
	z.taken += int64(z.pos)
	z.top = copy(z.in, z.in[z.pos:z.top])
	z.pos = 0
	for z.top < turn {
		n, err := z.r.Read(z.in[z.top:inSize])
		z.top += n
		if err == io.EOF {
			z.ended = true
			clear(z.in[z.top : z.top+padding])
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// corrupt is the error of a stream that says what it may not.
func (z *Reader) corrupt() error {
	return flate.CorruptInputError(z.taken + int64(z.pos) - int64(z.nbits/8))
}

// take is the next n bits, up to 16.
func (z *Reader) take(n uint) (uint, error) {
	for z.nbits < n {
		if err := z.another(); err != nil {
			return 0, err
		}
	}
	v := uint(z.bits & (1<<n - 1))
	z.bits >>= n
	z.nbits -= n
	return v, nil
}

// another takes one more packed byte into bits.
func (z *Reader) another() error {
	var b [1]byte
	if err := z.Behind(b[:]); err != nil {
		return err
	}
	z.bits |= uint64(b[0]) << z.nbits
	z.nbits += 8
	return nil
}

// settle gives bits back that were taken from in and not used.
func (z *Reader) settle() {
	z.pos -= int(z.nbits / 8)
	z.nbits %= 8
	z.bits &= 1<<z.nbits - 1
}

// block reads the header of a block.
func (z *Reader) block() error {
	if z.last {
		z.settle()
		z.bits, z.nbits, z.stage = 0, 0, done
		return nil
	}
	v, err := z.take(3)
	if err != nil {
		return err
	}
	z.last = v&1 == 1
	switch v >> 1 {
	case 0:
		return z.beginStored()
	case 1:
		return z.fixedCodes()
	case 2:
		return z.ownCodes()
	}
	return z.corrupt()
}

// beginStored reads how many bytes are stored, twice.
func (z *Reader) beginStored() error {
	z.bits, z.nbits = 0, 0 // up to the next byte; take holds no more
	n, err := z.take(16)
	if err != nil {
		return err
	}
	not, err := z.take(16)
	if err != nil {
		return err
	}
	if n != not^0xffff {
		return z.corrupt()
	}
	z.left, z.stage = int(n), stored
	return nil
}

// copyStored copies stored bytes that are there.
func (z *Reader) copyStored() error {
	if z.left == 0 {
		z.stage = header
		return nil
	}
	if z.pos == z.top {
		return io.ErrUnexpectedEOF // fill was asked before
	}
	n := min(z.left, z.top-z.pos, len(z.out)-z.made)
	copy(z.out[z.made:], z.in[z.pos:z.pos+n])
	z.made, z.pos, z.left = z.made+n, z.pos+n, z.left-n
	return nil
}

// decode takes codes until there is no room for more, no bytes, or the block ends.
func (z *Reader) decode() error {
	in, pos, out, made := z.in, z.pos, z.out, z.made
	word, n := z.bits, z.nbits
	limit, room := z.top-turn, len(out)-slack
	if z.ended && pos > limit { // turn by turn, which may use bits that are not there
		limit, room = pos, made
	}
	codes, far := &z.codes, &z.far
	ends, bad := false, false
	for pos <= limit && made <= room {
		word |= binary.LittleEndian.Uint64(in[pos:]) << (n & 63)
		pos += int(63-n) >> 3
		n |= 56
		e := codes[word&(1<<rootBits-1)]
		if e.kind() == literals {
			made += e.write(out[made:])
			word, n = word>>e.bits(), n-e.bits()
			if e = codes[word&(1<<rootBits-1)]; e.kind() == literals {
				made += e.write(out[made:])
				word, n = word>>e.bits(), n-e.bits()
				if e = codes[word&(1<<rootBits-1)]; e.kind() == literals {
					made += e.write(out[made:])
					word, n = word>>e.bits(), n-e.bits()
					continue
				}
			}
			if n < most {
				word |= binary.LittleEndian.Uint64(in[pos:]) << (n & 63)
				pos += int(63-n) >> 3
				n |= 56
			}
		}
		if e.kind() == below {
			word, n = word>>rootBits, n-rootBits
			if e = codes[e.place(word)]; e.kind() == literals {
				made += e.write(out[made:])
				word, n = word>>e.bits(), n-e.bits()
				continue
			}
		}
		if e.kind() == special {
			word, n = word>>e.bits(), n-e.bits()
			ends, bad = e.isEnd(), !e.isEnd()
			break
		}
		length := e.value(word)
		word, n = word>>e.all(), n-e.all()
		d := far[word&(1<<farBits-1)]
		if d.kind() == below {
			word, n = word>>farBits, n-farBits
			d = far[d.place(word)]
		}
		back := d.value(word)
		if bad = d.kind() != value || back > made; bad {
			break
		}
		word, n = word>>d.all(), n-d.all()
		repeat(out, made, back, length)
		made += length
	}
	if z.ended && pos-int(n/8) > z.top {
		return io.ErrUnexpectedEOF // what was made of bits that are not there is left out
	}
	z.bits, z.nbits, z.pos, z.made = word, n, pos, made
	z.settle()
	switch {
	case bad:
		return z.corrupt()
	case ends:
		z.stage = header
	}
	return nil
}

// repeat writes length bytes behind out[:at] that stand back before, and some more.
func repeat(out []byte, at, back, length int) {
	if back >= 8 {
		for k := at; k < at+length; k += 8 {
			binary.LittleEndian.PutUint64(out[k:], binary.LittleEndian.Uint64(out[k-back:]))
		}
		return
	}
	for k := at; k < at+length; k++ {
		out[k] = out[k-back]
	}
}

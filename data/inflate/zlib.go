package inflate

import (
	"compress/zlib"
	"encoding/binary"
	"hash"
	"hash/adler32"
	"io"
)

// A Zlib unpacks a stream of zlib, and checks it. Damage is an error of compress/zlib
// or of a Reader.
type Zlib struct {
	z     *Reader
	sum   hash.Hash32
	begun bool
	err   error
}

// NewZlib makes a Zlib of a stream.
func NewZlib(r io.Reader) *Zlib { return &Zlib{z: New(r), sum: adler32.New()} }

// Reset begins another stream.
func (z *Zlib) Reset(r io.Reader) {
	z.z.Reset(r)
	z.sum.Reset()
	z.begun, z.err = false, nil
}

// Read fills p with what was unpacked; io.EOF says that the stream was whole.
func (z *Zlib) Read(p []byte) (n int, err error) {
	if !z.begun {
		z.begun, z.err = true, z.header()
	}
	if z.err != nil {
		return 0, z.err
	}
	n, z.err = z.z.Read(p)
	z.sum.Write(p[:n])
	if z.err == io.EOF {
		z.err = z.trailer()
	}
	return n, z.err
}

// header reads what stands before the stream: the method, a window that we have, no
// dictionary, and a remainder.
func (z *Zlib) header() error {
	var b [2]byte
	if err := z.z.Behind(b[:]); err != nil {
		return err
	}
	switch {
	case b[0]&15 != 8 || b[0]>>4 > 7 || binary.BigEndian.Uint16(b[:])%31 != 0:
		return zlib.ErrHeader
	case b[1]&32 != 0:
		return zlib.ErrDictionary
	}
	return nil
}

func (z *Zlib) trailer() error {
	var b [4]byte
	if err := z.z.Behind(b[:]); err != nil {
		return err
	}
	if binary.BigEndian.Uint32(b[:]) != z.sum.Sum32() {
		return zlib.ErrChecksum
	}
	return io.EOF
}

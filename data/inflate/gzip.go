package inflate

import (
	"compress/gzip"
	"encoding/binary"
	"hash/crc32"
	"io"
)

// A Gzip unpacks a stream of gzip (RFC 1952), of one member or several, and checks it.
// Damage is an error of compress/gzip or of a Reader.
type Gzip struct {
	z     *Reader
	sum   uint32 // of the member
	size  uint32 // the same, modulo 2^32
	begun bool
	err   error
}

// NewGzip makes a Gzip of a stream.
func NewGzip(r io.Reader) *Gzip { return &Gzip{z: New(r)} }

// Close ends the reading.
func (z *Gzip) Close() error {
	z.begun, z.err = true, io.ErrClosedPipe
	return nil
}

// Read fills p with what was unpacked; io.EOF says that the stream was whole.
func (z *Gzip) Read(p []byte) (int, error) {
	if !z.begun {
		z.begun = true
		if z.err = z.header(); z.err == io.EOF {
			z.err = io.ErrUnexpectedEOF
		}
	}
	for z.err == nil {
		n, err := z.z.Read(p)
		if n > 0 || err == nil {
			z.sum = crc32.Update(z.sum, crc32.IEEETable, p[:n])
			z.size += uint32(n)
			z.err = err
			return n, nil
		}
		if z.err = err; err == io.EOF {
			z.err = z.another()
		}
	}
	return 0, z.err
}

// another ends a member and begins the next; io.EOF if there is none.
func (z *Gzip) another() error {
	var b [8]byte
	if err := z.z.Behind(b[:]); err != nil {
		return err
	}
	if binary.LittleEndian.Uint32(b[:]) != z.sum || binary.LittleEndian.Uint32(b[4:]) != z.size {
		return gzip.ErrChecksum
	}
	z.sum, z.size = 0, 0
	z.z.next()
	return z.header()
}

// What the flags of a member say that stands behind its first ten bytes.
const (
	headerSum = 1 << 1
	extra     = 1 << 2
	name      = 1 << 3
	comment   = 1 << 4
)

// header reads what stands before the packed bytes of a member; io.EOF if nothing does.
func (z *Gzip) header() error {
	h := gzipHeader{z: z.z}
	if b := h.bytes(1); h.err == io.ErrUnexpectedEOF && b == nil {
		return io.EOF
	} else if h.err == nil && b[0] != 0x1f {
		return gzip.ErrHeader
	}
	b := h.bytes(9)
	if h.err == nil && (b[0] != 0x8b || b[1] != 8) {
		return gzip.ErrHeader
	}
	if h.err != nil {
		return h.err
	}
	flags := b[2]
	if flags&extra != 0 {
		if b := h.bytes(2); h.err == nil {
			h.bytes(int(binary.LittleEndian.Uint16(b)))
		}
	}
	if flags&name != 0 {
		h.text()
	}
	if flags&comment != 0 {
		h.text()
	}
	if sum := uint16(h.sum); flags&headerSum != 0 {
		if b := h.bytes(2); h.err == nil && binary.LittleEndian.Uint16(b) != sum {
			return gzip.ErrHeader
		}
	}
	return h.err
}

// A gzipHeader reads a header, up to the first error, and sums it up.
type gzipHeader struct {
	z   *Reader
	sum uint32
	err error
}

// bytes are the next n, nil after an error.
func (h *gzipHeader) bytes(n int) []byte {
	b := make([]byte, n)
	if h.err == nil {
		h.err = h.z.Behind(b)
	}
	if h.err != nil {
		return nil
	}
	h.sum = crc32.Update(h.sum, crc32.IEEETable, b)
	return b
}

// maxName is how many bytes a name or comment has at most, as in compress/gzip.
const maxName = 512

// text steps over a text that ends in a zero.
func (h *gzipHeader) text() {
	for range maxName {
		if b := h.bytes(1); h.err != nil || b[0] == 0 {
			return
		}
	}
	h.err = gzip.ErrHeader
}

package dta

import (
	"bufio"
	"encoding/binary"
	"io"

	"tradeoff/data"
)

// A cursor walks through all of a file but its cases. Every read is checked
// against what is left of the file before memory is taken for it. The first
// fault sticks: reads after it return zeros, and loops stop when fault is set.
type cursor struct {
	in    *data.Input
	r     *bufio.Reader
	pos   int64
	order binary.ByteOrder
	fault *data.Fault
}

// bufferSize is how much is read at once.
const bufferSize = 1 << 16

func newCursor(in *data.Input) *cursor {
	c := &cursor{in: in, order: binary.LittleEndian}
	c.r = bufio.NewReaderSize(io.NewSectionReader(in, 0, in.Size), int(min(max(in.Size, 64), bufferSize)))
	return c
}

// fail notes the first fault.
func (c *cursor) fail(column, format string, args ...any) {
	if c.fault == nil {
		c.fault = fault(c.in, column, format, args...)
	}
}

// left is how many bytes follow the cursor.
func (c *cursor) left() int64 { return c.in.Size - c.pos }

// fits reports whether n items of size bytes are left, and fails if not. what
// names the thing that claims them.
func (c *cursor) fits(n, size int64, what string) bool {
	if c.fault != nil {
		return false
	}
	if n < 0 || size > 0 && n > c.left()/size {
		c.fail("", "%s at byte %d: %d times %d bytes are claimed, but only %d are left in the file: %s", what, c.pos, n, size, c.left(), again)
		return false
	}
	return true
}

// bytes reads n bytes.
func (c *cursor) bytes(n int64, what string) []byte {
	if !c.fits(n, 1, what) {
		return nil
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(c.r, b); err != nil {
		c.fail("", "%s at byte %d could not be read: %v", what, c.pos, err)
		return nil
	}
	c.pos += n
	return b
}

// entries reads n entries of size bytes, one behind the other.
func (c *cursor) entries(n, size int64, what string) []byte {
	if !c.fits(n, size, what) {
		return nil
	}
	return c.bytes(n*size, what)
}

// seek goes to a place in the file.
func (c *cursor) seek(pos int64) {
	if c.fault != nil {
		return
	}
	if n := pos - c.pos; n >= 0 && n <= int64(c.r.Buffered()) {
		c.r.Discard(int(n)) // cannot fail: the bytes are buffered
	} else {
		c.r.Reset(io.NewSectionReader(c.in, pos, c.in.Size-pos))
	}
	c.pos = pos
}

// skip passes over n bytes without reading them.
func (c *cursor) skip(n int64, what string) {
	if c.fits(n, 1, what) {
		c.seek(c.pos + n)
	}
}

// number reads a whole number of 1, 2, 4 or 8 bytes without sign.
func (c *cursor) number(size int64, what string) uint64 {
	b := c.bytes(size, what)
	if b == nil {
		return 0
	}
	return whole(c.order, b)
}

// whole is the number in all of b.
func whole(order binary.ByteOrder, b []byte) uint64 {
	switch len(b) {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(order.Uint16(b))
	case 4:
		return uint64(order.Uint32(b))
	}
	return order.Uint64(b)
}

// tag passes over a tag, which must be there.
func (c *cursor) tag(tag string) {
	if c.fault != nil {
		return
	}
	if !c.at(tag) {
		c.fail("", "at byte %d there is no %s where the format has one: %s", c.pos, tag, again)
		return
	}
	c.skip(int64(len(tag)), tag)
}

// at reports whether a tag is next.
func (c *cursor) at(tag string) bool {
	if c.fault != nil || c.left() < int64(len(tag)) {
		return false
	}
	b, err := c.r.Peek(len(tag))
	return err == nil && string(b) == tag
}

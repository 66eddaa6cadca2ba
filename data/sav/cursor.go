package sav

import (
	"bufio"
	"encoding/binary"
	"io"

	"tradeoff/data"
)

// A cursor walks through the dictionary. Every read is checked against what is
// left of the file before memory is taken for it. The first fault sticks:
// reads after it return zeros, and loops stop when fault is set.
type cursor struct {
	in    *data.Input
	r     *bufio.Reader
	pos   int64
	order binary.ByteOrder
	fault *data.Fault
}

func newCursor(in *data.Input) *cursor {
	return &cursor{in: in, r: bufio.NewReaderSize(io.NewSectionReader(in, 0, in.Size), bufferFor(in.Size)), order: binary.LittleEndian}
}

// fail notes the first fault.
func (c *cursor) fail(column, format string, args ...any) {
	if c.fault == nil {
		c.fault = fault(c.in, column, format, args...)
	}
}

// left is how many bytes follow the cursor.
func (c *cursor) left() int64 { return c.in.Size - c.pos }

// fits reports whether n bytes are left, and fails if not. what names the
// thing that claims them; column the variable it belongs to, or "".
func (c *cursor) fits(n int64, column, what string) bool {
	if c.fault != nil {
		return false
	}
	if n < 0 || n > c.left() {
		c.fail(column, "%s at byte %d takes %d bytes, but only %d are left in the file: %s", what, c.pos, n, c.left(), again)
		return false
	}
	return true
}

// bytes reads n bytes.
func (c *cursor) bytes(n int64, column, what string) []byte {
	if !c.fits(n, column, what) {
		return nil
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(c.r, b); err != nil {
		c.fail(column, "%s at byte %d could not be read: %v", what, c.pos, err)
		return nil
	}
	c.pos += n
	return b
}

// skip passes over n bytes without reading them.
func (c *cursor) skip(n int64, what string) {
	if !c.fits(n, "", what) {
		return
	}
	c.pos += n
	if n <= int64(c.r.Buffered()) {
		c.r.Discard(int(n)) // cannot fail: the bytes are buffered
		return
	}
	c.r.Reset(io.NewSectionReader(c.in, c.pos, c.left()))
}

// int32 reads a whole number.
func (c *cursor) int32(what string) int32 {
	b := c.bytes(4, "", what)
	if b == nil {
		return 0
	}
	return int32(c.order.Uint32(b))
}

// count reads how many items of at least size bytes follow, and fails if the
// rest of the file has no room for them.
func (c *cursor) count(size int64, what string) int {
	at := c.pos
	n := int64(c.int32(what))
	if c.fault == nil && (n < 0 || n*size > c.left()) {
		c.fail("", "%s at byte %d says %d, but the %d bytes left in the file have room for %d at most: %s",
			what, at, n, c.left(), c.left()/size, again)
	}
	if c.fault != nil {
		return 0
	}
	return int(n)
}

package sav

import (
	"encoding/binary"
	"math"
)

// Ways in which the cases are stored.
const (
	plain    = 0
	bytecode = 1
	zlibbed  = 2
)

// headerSize is the length of the file header in bytes.
const headerSize = 176

// readHeader reads the first 176 bytes and settles the byte order.
func (d *dictionary) readHeader(c *cursor) {
	if d.in.Size == 0 {
		c.fail("", "the file is empty; export it again")
		return
	}
	if d.in.Size < headerSize {
		c.fail("", "the file ends after %d bytes, inside the header of %d bytes: it was cut short; export it again or copy it anew", d.in.Size, headerSize)
		return
	}
	h := c.bytes(headerSize, "", "the header")
	if h == nil {
		return
	}
	if !Sniff(h) {
		c.fail("", "the file does not begin with $FL2 or $FL3, so it is not an SPSS system file; check the export format")
		return
	}
	switch layout := h[64:68]; {
	case isLayout(binary.LittleEndian.Uint32(layout)):
		c.order = binary.LittleEndian
	case isLayout(binary.BigEndian.Uint32(layout)):
		c.order = binary.BigEndian
	default:
		c.fail("", "the layout code in the header is %d, expected 2 or 3 in either byte order: %s", binary.LittleEndian.Uint32(layout), again)
		return
	}
	d.order = c.order
	d.compression = int32(c.order.Uint32(h[72:]))
	d.weight = int32(c.order.Uint32(h[76:]))
	d.cases = int64(int32(c.order.Uint32(h[80:])))
	d.bias = math.Float64frombits(c.order.Uint64(h[84:]))
	if d.compression < plain || d.compression > zlibbed {
		c.fail("", "the header names compression %d, expected 0 (none), 1 (bytes) or 2 (zlib): %s", d.compression, again)
	}
	if d.cases < -1 {
		c.fail("", "the header promises %d cases, expected a count or -1 for unknown: %s", d.cases, again)
	}
	if d.compression != plain && (math.IsNaN(d.bias) || math.Abs(d.bias) > 1<<31) {
		c.fail("", "the compression bias in the header is %g, expected 100: %s", d.bias, again)
	}
}

func isLayout(code uint32) bool { return code == 2 || code == 3 }

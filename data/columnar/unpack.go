package columnar

import (
	"encoding/binary"

	"github.com/apache/arrow/go/v17/parquet/compress"
)

// unpack undoes the compression of a page that is size bytes long without. It
// uses the room in to, if that is enough. Codecs that carry a length of their own are asked for it first: it must be
// the same.
func unpack(codec compress.Compression, to, b []byte, size int) ([]byte, error) {
	if codec == compress.Codecs.Uncompressed {
		if len(b) != size {
			return nil, breaks("a page of %d bytes is promised, %d are there", size, len(b))
		}
		return b, nil
	}
	if size == 0 {
		return nil, nil
	}
	if int64(size) > int64(len(b))*packed {
		return nil, breaks("a page of %d bytes is promised in %d packed bytes", size, len(b))
	}
	if err := checkPacked(codec, b, size); err != nil {
		return nil, err
	}
	if codec == codecLZ4Raw {
		return unpackLZ4(to, b, size)
	}
	c, err := compress.GetCodec(codec)
	if err != nil {
		return nil, breaks("it is compressed with %s, which is not supported; write it with snappy, zstd or gzip", codec)
	}
	out := c.Decode(sized(to, size), b)
	if len(out) != size {
		return nil, breaks("a page of %d bytes is promised, %d are there", size, len(out))
	}
	return out, nil
}

func checkPacked(codec compress.Compression, b []byte, size int) error {
	switch codec {
	case compress.Codecs.Snappy:
		if n, k := binary.Uvarint(b); k <= 0 || n != uint64(size) {
			return breaks("a page contradicts the length in its header")
		}
	case compress.Codecs.Zstd:
		return checkZstd(b, size)
	}
	return nil
}

// Sizes in a Zstandard frame (RFC 8878).
const (
	zstdMagic  = 0xFD2FB528
	zstdBlock  = 128 << 10
	zstdWindow = 128 << 20 // largest window that any ordinary level uses
)

// checkZstd walks the block headers of one frame: what it can unpack to must
// agree with size, and nothing may follow it.
func checkZstd(b []byte, size int) error {
	bad := breaks("a zstd frame contradicts the length in its header")
	head, content, err := zstdHeader(b)
	if err != nil {
		return err
	}
	if content >= 0 && content != int64(size) {
		return bad
	}
	checksum := b[4]&4 != 0
	var most int64
	for at := head; ; {
		if at+3 > len(b) {
			return bad
		}
		h := int(b[at]) | int(b[at+1])<<8 | int(b[at+2])<<16
		last, kind, n := h&1 != 0, h>>1&3, h>>3
		at += 3
		switch kind {
		case 0:
			most += int64(n)
			at += n
		case 1:
			most += int64(n)
			at++
		case 2:
			most += zstdBlock
			at += n
		default:
			return bad
		}
		if content < 0 && most > pageLimit {
			return bad
		}
		if last {
			if checksum {
				at += 4
			}
			if at != len(b) {
				return bad
			}
			return nil
		}
	}
}

// zstdHeader is the length of a frame's header and of its content, -1 where
// the header does not tell; it refuses windows that nobody needs.
func zstdHeader(b []byte) (head int, content int64, err error) {
	bad := breaks("a zstd frame has a damaged header")
	if len(b) < 6 || binary.LittleEndian.Uint32(b) != zstdMagic {
		return 0, 0, bad
	}
	d := b[4]
	single := d&0x20 != 0
	head = 5
	if !single {
		exponent, mantissa := b[5]>>3, int64(b[5]&7)
		if exponent > 20 {
			return 0, 0, bad
		}
		base := int64(1) << (10 + exponent)
		if base+base/8*mantissa > zstdWindow {
			return 0, 0, bad
		}
		head++
	}
	head += []int{0, 1, 2, 4}[d&3]
	n := []int{0, 2, 4, 8}[d>>6]
	if n == 0 && single {
		n = 1
	}
	if head+n > len(b) {
		return 0, 0, bad
	}
	var wide [8]byte
	copy(wide[:], b[head:head+n])
	content = int64(binary.LittleEndian.Uint64(wide[:]))
	switch {
	case n == 0:
		content = -1
	case n == 2:
		content += 256
	}
	if n > 0 && content < 0 || single && content > zstdWindow {
		return 0, 0, bad
	}
	return head + n, content, nil
}

// unpackLZ4 undoes one LZ4 block, which the library does not know.
func unpackLZ4(to, b []byte, size int) ([]byte, error) {
	bad := breaks("an LZ4 block is damaged")
	out := sized(to, size)[:0]
	// length adds the bytes that continue a length of 15.
	length := func(n int) (int, bool) {
		if n < 15 {
			return n, true
		}
		for len(b) > 0 {
			c := b[0]
			b = b[1:]
			if n += int(c); c != 255 {
				return n, true
			}
		}
		return 0, false
	}
	for len(b) > 0 {
		token := b[0]
		b = b[1:]
		n, ok := length(int(token >> 4))
		if !ok || n > len(b) || len(out)+n > size {
			return nil, bad
		}
		out = append(out, b[:n]...)
		b = b[n:]
		if len(b) == 0 {
			break
		}
		if len(b) < 2 {
			return nil, bad
		}
		back := int(binary.LittleEndian.Uint16(b))
		b = b[2:]
		n, ok = length(int(token & 15))
		if !ok || back == 0 || back > len(out) || len(out)+n+4 > size {
			return nil, bad
		}
		for range n + 4 {
			out = append(out, out[len(out)-back])
		}
	}
	if len(out) != size {
		return nil, bad
	}
	return out, nil
}

package columnar

import (
	"encoding/binary"

	"github.com/apache/arrow/go/v17/parquet"
)

// This file rewrites the difference encodings and the split bytes of a page
// as plain values.

// plain returns the values of a page, of which there are at most so many, as
// plain ones.
func plain(l leaf, encoding parquet.Encoding, b []byte, most int) ([]byte, error) {
	switch encoding {
	case parquet.Encodings.DeltaBinaryPacked:
		return plainDeltas(l, b, most)
	case parquet.Encodings.DeltaLengthByteArray:
		return plainLengths(l, b, most)
	case parquet.Encodings.DeltaByteArray:
		return plainPrefixes(l, b, most)
	case encodingByteStreamSplit:
		return plainSplit(l, b)
	}
	return nil, breaks("it uses an encoding (number %d) that is not supported", int(encoding))
}

// plainDeltas rewrites difference-encoded whole numbers.
func plainDeltas(l leaf, b []byte, most int) (out []byte, err error) {
	values, _, err := deltas(b, most)
	if err != nil {
		return nil, err
	}
	for _, v := range values {
		switch l.physical {
		case parquet.Types.Int32:
			out = binary.LittleEndian.AppendUint32(out, uint32(v))
		case parquet.Types.Int64:
			out = binary.LittleEndian.AppendUint64(out, uint64(v))
		default:
			return nil, breaks("a column that is no whole number has an encoding for whole numbers")
		}
	}
	return out, nil
}

// plainLengths rewrites texts whose lengths stand together at the start.
func plainLengths(l leaf, b []byte, most int) (out []byte, err error) {
	if l.physical != parquet.Types.ByteArray {
		return nil, breaks("a column that is no text has an encoding for texts")
	}
	lengths, used, err := deltas(b, most)
	if err != nil {
		return nil, err
	}
	b = b[used:]
	for _, n := range lengths {
		if n < 0 || n > int64(len(b)) {
			return nil, breaks("a text ends after its page")
		}
		out = binary.LittleEndian.AppendUint32(out, uint32(n))
		out = append(out, b[:n]...)
		b = b[n:]
	}
	return out, nil
}

// plainPrefixes rewrites texts that begin like the one before.
func plainPrefixes(l leaf, b []byte, most int) (out []byte, err error) {
	fixed := l.physical == parquet.Types.FixedLenByteArray
	if l.physical != parquet.Types.ByteArray && !fixed {
		return nil, breaks("a column that is no text has an encoding for texts")
	}
	prefixes, used, err := deltas(b, most)
	if err != nil {
		return nil, err
	}
	b = b[used:]
	suffixes, used, err := deltas(b, most)
	if err != nil {
		return nil, err
	}
	b = b[used:]
	if len(prefixes) != len(suffixes) {
		return nil, breaks("a page of texts contradicts itself")
	}
	var last []byte
	for i, p := range prefixes {
		s := suffixes[i]
		if p < 0 || p > int64(len(last)) || s < 0 || s > int64(len(b)) || int64(len(out))+p+s > pageLimit {
			return nil, breaks("a text ends after its page")
		}
		if !fixed {
			out = binary.LittleEndian.AppendUint32(out, uint32(p+s))
		} else if p+s != int64(l.length) {
			return nil, breaks("a value has another length than its column")
		}
		start := len(out)
		out = append(append(out, last[:p]...), b[:s]...)
		last, b = out[start:len(out):len(out)], b[s:]
	}
	return out, nil
}

// plainSplit puts values together whose first bytes all stand first, then
// all second bytes, and so on.
func plainSplit(l leaf, b []byte) (out []byte, err error) {
	width := l.width()
	if width == 0 || l.physical == parquet.Types.ByteArray || len(b)%width != 0 {
		return nil, breaks("a page of split bytes has a length that does not fit")
	}
	n := len(b) / width
	for i := range n {
		for k := range width {
			out = append(out, b[k*n+i])
		}
	}
	return out, nil
}

// deltaBlock is the largest block of differences that is accepted; writers
// use 128 or 1024.
const deltaBlock = 1 << 14

// deltas decodes difference-encoded whole numbers, at most so many, and says
// how many bytes they took.
func deltas(b []byte, most int) (values []int64, used int, err error) {
	bad := breaks("a page of differences is damaged")
	w := walker{b: b}
	var head [3]uint64 // block size, parts of a block, count
	for i := range head {
		if head[i], err = w.varint(); err != nil {
			return nil, 0, bad
		}
	}
	first, err := w.zigzag()
	block, parts, count := head[0], head[1], head[2]
	if err != nil || block > deltaBlock || parts == 0 || block%parts != 0 || block/parts%8 != 0 || count > uint64(most) {
		return nil, 0, bad
	}
	if count == 0 {
		return nil, w.at, nil
	}
	if block == 0 {
		return nil, 0, bad
	}
	values = append(values, first)
	for uint64(len(values)) < count {
		least, err := w.zigzag()
		if err != nil || w.skip(parts) != nil {
			return nil, 0, bad
		}
		widths := b[w.at-int(parts) : w.at]
		for _, width := range widths {
			if uint64(len(values)) == count {
				break
			}
			start := w.at
			if width > 64 || w.skip(uint64(width)*(block/parts)/8) != nil {
				return nil, 0, bad
			}
			values = appendDeltas(values, b[start:w.at], least, int(width), int(min(block/parts, count-uint64(len(values)))))
		}
	}
	return values, w.at, nil
}

// appendDeltas adds n differences of so many bits each to the last value.
func appendDeltas(values []int64, b []byte, least int64, width, n int) []int64 {
	last := values[len(values)-1]
	for i := range n {
		last += least + int64(bits(b, i*width, width))
		values = append(values, last)
	}
	return values
}

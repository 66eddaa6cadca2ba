package columnar

import "math"

// This file walks the encoding of Parquet's own records (Thrift, compact
// protocol). The library decodes the same bytes later, but believes every
// count in them; the walk proves beforehand that no count exceeds what the
// bytes can hold, so that memory follows the file and not its promises.

// Types of the compact protocol.
const (
	thriftTrue   = 1
	thriftFalse  = 2
	thriftByte   = 3
	thriftI16    = 4
	thriftI32    = 5
	thriftI64    = 6
	thriftDouble = 7
	thriftBinary = 8
	thriftList   = 9
	thriftSet    = 10
	thriftMap    = 11
	thriftStruct = 12
)

// thriftDepth is deeper than any Parquet record nests.
const thriftDepth = 16

// A walker steps through one record. Visit is told every whole number and
// truth value, the size of every list, and the end of every struct (n = 0),
// each with its path: the field numbers from the outside in, two decimal
// digits each.
type walker struct {
	b     []byte
	at    int
	visit func(path int, kind byte, n int64) error
}

// record walks one struct and returns how many bytes it takes.
func (w *walker) record() (int, error) {
	if err := w.structure(0, 0); err != nil {
		return 0, err
	}
	return w.at, nil
}

func (w *walker) structure(path, depth int) error {
	if depth > thriftDepth {
		return breaks("its records nest too deeply")
	}
	var field int64
	for {
		head, err := w.byte()
		if err != nil {
			return err
		}
		if head == 0 {
			return w.visit(path, thriftStruct, 0)
		}
		if delta := int64(head >> 4); delta != 0 {
			field += delta
		} else if field, err = w.zigzag(); err != nil {
			return err
		}
		if err := w.value(path*100+int(min(max(field, 0), 99)), head&15, depth); err != nil {
			return err
		}
	}
}

func (w *walker) value(path int, kind byte, depth int) error {
	switch kind {
	case thriftTrue:
		return w.visit(path, kind, 1)
	case thriftFalse:
		return w.visit(path, kind, 0)
	case thriftByte:
		b, err := w.byte()
		if err != nil {
			return err
		}
		return w.visit(path, kind, int64(int8(b)))
	case thriftI16, thriftI32, thriftI64:
		n, err := w.zigzag()
		if err != nil {
			return err
		}
		return w.visit(path, kind, n)
	case thriftDouble:
		return w.skip(8)
	case thriftBinary:
		n, err := w.varint()
		if err != nil {
			return err
		}
		return w.skip(n)
	case thriftList, thriftSet:
		return w.list(path, kind, depth)
	case thriftMap:
		return w.mapping(path, depth)
	case thriftStruct:
		return w.structure(path, depth+1)
	}
	return breaks("a record holds a value of unknown type %d", kind)
}

func (w *walker) list(path int, kind byte, depth int) error {
	head, err := w.byte()
	if err != nil {
		return err
	}
	n := uint64(head >> 4)
	if n == 15 {
		if n, err = w.varint(); err != nil {
			return err
		}
	}
	if n > uint64(len(w.b)-w.at) {
		return breaks("a list of %d elements is promised in %d bytes", n, len(w.b)-w.at)
	}
	if err := w.visit(path, kind, int64(n)); err != nil {
		return err
	}
	for range n {
		if err := w.element(path, head&15, depth); err != nil {
			return err
		}
	}
	return nil
}

// element is a value in a list or map, where a truth value takes a byte.
func (w *walker) element(path int, kind byte, depth int) error {
	if kind == thriftTrue || kind == thriftFalse {
		return w.skip(1)
	}
	if depth >= thriftDepth {
		return breaks("its records nest too deeply")
	}
	return w.value(path, kind, depth+1)
}

func (w *walker) mapping(path, depth int) error {
	n, err := w.varint()
	if err != nil || n == 0 {
		return err
	}
	kinds, err := w.byte()
	if err != nil {
		return err
	}
	if n > uint64(len(w.b)-w.at) {
		return breaks("a map of %d entries is promised in %d bytes", n, len(w.b)-w.at)
	}
	for range n {
		if err := w.element(path, kinds>>4, depth); err != nil {
			return err
		}
		if err := w.element(path, kinds&15, depth); err != nil {
			return err
		}
	}
	return nil
}

var errShort = breaks("a record ends too early")

func (w *walker) byte() (byte, error) {
	if w.at >= len(w.b) {
		return 0, errShort
	}
	w.at++
	return w.b[w.at-1], nil
}

func (w *walker) skip(n uint64) error {
	if n > uint64(len(w.b)-w.at) {
		return errShort
	}
	w.at += int(n)
	return nil
}

func (w *walker) varint() (uint64, error) {
	var v uint64
	for shift := 0; shift < 64; shift += 7 {
		b, err := w.byte()
		if err != nil {
			return 0, err
		}
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return v, nil
		}
	}
	return 0, breaks("a number takes more than 64 bits")
}

func (w *walker) zigzag() (int64, error) {
	u, err := w.varint()
	return int64(u>>1) ^ -int64(u&1), err
}

// int32Of is a field that the format stores in 32 bits; numbers outside wrap
// in the library and are refused here.
func int32Of(n int64) (int, error) {
	if n < 0 || n > math.MaxInt32 {
		return 0, breaks("a record holds the size %d", n)
	}
	return int(n), nil
}

package columnar

import (
	"bytes"
	"encoding/binary"
	mathbits "math/bits"

	"github.com/apache/arrow/go/v17/arrow"

	"tradeoff/data"
)

// This file takes the values of a chunk many at a time: as codes where the
// chunk has a small dictionary, as numbers otherwise. Texts without a small
// dictionary, times, and numbers that are stored in unusual ways are stepped
// through one by one (see chunk.read); that says the same, only slower.

// A room is what one goroutine needs to read pages; what is in it does not
// outlive the call that uses it.
type room struct {
	head    []byte // of a page
	packed  []byte // page as it stands in the file
	present []byte // bitmap of the rows that have a value
	places  []byte
}

// sized is b with n bytes, in the same place if it is large enough. What they
// hold is not defined.
func sized(b []byte, n int) []byte {
	if cap(b) < n {
		return make([]byte, n)
	}
	return b[:n]
}

// column reads the next n values; it returns the index of a value that was
// refused, -1 where it is no single one.
func (c *chunk) column(n int) (a arrow.Array, bad int, err error) {
	var codes []byte
	var of *coding // that the codes belong to
	var b *builder // once there is a value without a code
	for done := 0; done < n; {
		if err := c.fill(); err != nil {
			return nil, -1, err
		}
		m := min(n-done, c.left)
		page := c.coding(m)
		if b == nil && page != nil && (of == nil || of == page) {
			if of == nil {
				codes, of = make([]byte, n), page
			}
			if err := c.codes(codes[done : done+m]); err != nil {
				return nil, -1, err
			}
		} else {
			if b == nil {
				b = newBuilder(c.leaf.kind, n)
				if of != nil {
					of.decode(b, codes[:done])
				}
			}
			if bad, err := c.add(b, m); err != nil {
				if bad >= 0 {
					bad += done
				}
				return nil, bad, err
			}
		}
		done += m
	}
	if b == nil {
		return data.Coded(codes, bytes.Count(codes, []byte{data.NoCode}), of.values), -1, nil
	}
	return b.coded(c.wholes), -1, nil
}

// coding is the coding of the next n values of the page, nil where they have
// none.
func (c *chunk) coding(n int) *coding {
	switch {
	case c.places != nil && c.places.width <= 8:
		return c.of.coded
	case c.fixed != nil && c.leaf.smallWholes(c.fixed.b[:min(len(c.fixed.b), n*c.fixed.width)]):
		return c.wholes
	}
	return nil
}

// codes reads values of the page as their codes.
func (c *chunk) codes(to []byte) error {
	present, n, err := c.present(len(to))
	if err != nil {
		return err
	}
	places := to
	if present != nil {
		c.room.places = sized(c.room.places, n+8)
		places = c.room.places
	}
	if c.fixed != nil {
		err = c.fixed.lowBytes(places[:n])
	} else {
		err = c.lookUpCodes(places[:n])
	}
	if err != nil {
		return err
	}
	if present != nil {
		spread(to, places, present)
	}
	return nil
}

// lookUpCodes reads codes by their places in the dictionary.
func (c *chunk) lookUpCodes(to []byte) error {
	if err := c.places.fillBytes(to); err != nil {
		return err
	}
	if beyond := c.of.coded.encode(to, c.of.n); beyond >= 0 {
		return c.of.beyond(beyond)
	}
	return nil
}

// present tells which of the next n values of the page are there: a bitmap,
// nil for all of them, and how many there are.
func (c *chunk) present(n int) (bitmap []byte, there int, err error) {
	c.left -= n
	if c.levels == nil {
		return nil, n, nil
	}
	c.room.present = sized(c.room.present, n/8+16)
	bitmap = c.room.present
	if c.levels.width == 1 {
		there, err = c.levels.ones(bitmap, n)
	} else {
		c.room.places = sized(c.room.places, n)
		levels := c.room.places
		err = c.levels.fillBytes(levels)
		clear(bitmap)
		for i, l := range levels {
			if int16(l) >= c.leaf.maxDef {
				bitmap[i>>3] |= 1 << (i & 7)
				there++
			}
		}
	}
	if there == n {
		bitmap = nil
	}
	return bitmap, there, err
}

// spread puts codes where the bitmap has ones, data.NoCode where it has zeros.
// codes is eight bytes longer than it has codes.
func spread(to, codes, bitmap []byte) {
	at := 0
	for i := 0; i < len(to); i += 8 {
		there := bitmap[i>>3]
		x := binary.LittleEndian.Uint64(codes[at:])
		for absent := ^there; absent != 0; absent &= absent - 1 {
			k := mathbits.TrailingZeros8(absent) * 8
			before := uint64(1)<<k - 1
			x = x&before | data.NoCode<<k | x&^before<<8
		}
		if len(to)-i < 8 {
			var last [8]byte
			binary.LittleEndian.PutUint64(last[:], x)
			copy(to[i:], last[:])
			return
		}
		binary.LittleEndian.PutUint64(to[i:], x)
		at += mathbits.OnesCount8(there)
	}
}

// add takes over the next n values of the page.
func (c *chunk) add(b *builder, n int) (bad int, err error) {
	fromDictionary := b.kind == data.Number && c.places != nil && c.of.numbers != nil
	if !fromDictionary && c.fixed == nil {
		return c.read(n, func(v []byte) error { return c.leaf.put(b, v) }, b.null)
	}
	present, there, err := c.present(n)
	if err != nil {
		return -1, err
	}
	to := b.numbers[b.n : b.n+there]
	if fromDictionary {
		bad, err = -1, c.lookUp(to)
	} else {
		bad, err = c.leaf.numbers(to, c.fixed.take(there))
	}
	if err != nil {
		if bad >= 0 && present != nil {
			bad = nth(present, bad)
		}
		return bad, err
	}
	b.addNumbers(present, n)
	return -1, nil
}

// lookUp reads numbers by their places in the dictionary.
func (c *chunk) lookUp(to []float64) error {
	numbers := c.of.numbers
	var places [1024]int32
	for len(to) > 0 {
		some := places[:min(len(to), len(places))]
		if err := c.places.fill(some); err != nil {
			return err
		}
		for i, p := range some {
			if uint(p) >= uint(len(numbers)) {
				return c.of.beyond(int(uint32(p)))
			}
			to[i] = numbers[p]
		}
		to = to[len(some):]
	}
	return nil
}

// nth is where the bit stands that has n set bits before it.
func nth(bitmap []byte, n int) int {
	for i, b := range bitmap {
		if here := mathbits.OnesCount8(b); n >= here {
			n -= here
			continue
		}
		for ; n > 0; n-- {
			b &= b - 1
		}
		return 8*i + mathbits.TrailingZeros8(b)
	}
	return -1
}

package columnar

import (
	"encoding/binary"
	"math"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/parquet"

	"tradeoff/data"
)

// A dictionary is the distinct values of a chunk, and what they mean.
type dictionary struct {
	stored  []byte   // values of so many bytes each
	width   int      // 0: see texts
	texts   [][]byte // values of any length
	n       int
	numbers []float64 // of a column of numbers, NaN for a null; nil where one of them is refused
	coded   *coding   // nil where the values have no codes
}

func newDictionary(l leaf, b []byte, n int) (*dictionary, error) {
	width := l.width()
	if width == 0 || n > len(b)/width {
		return nil, breaks("a dictionary of %d values is promised in %d bytes", n, len(b))
	}
	d := &dictionary{stored: b, width: width, n: n}
	if l.physical == parquet.Types.ByteArray {
		next := plainTexts(b)
		d.width, d.texts = 0, make([][]byte, n)
		for i := range d.texts {
			var err error
			if d.texts[i], err = next(); err != nil {
				return nil, err
			}
		}
	}
	d.understand(l)
	return d, nil
}

// truthDictionary is the dictionary of all columns of truth values.
func truthDictionary(l leaf) *dictionary {
	d := &dictionary{stored: []byte{0, 1}, width: 1, n: 2}
	d.understand(l)
	return d
}

// understand fills in what the values mean.
func (d *dictionary) understand(l leaf) {
	b := newBuilder(l.kind, d.n)
	switch {
	case l.kind == data.Number && l.many():
		if _, err := l.numbers(b.numbers[:d.n], d.stored); err != nil {
			return
		}
		b.addNumbers(nil, d.n)
	case l.kind == data.Number || l.kind == data.Text && d.n <= data.MaxCodes+1:
		for i := range d.n {
			if l.put(b, d.value(i)) != nil {
				return
			}
		}
	default:
		return
	}
	if d.n <= data.MaxCodes+1 {
		d.coded = newCoding(b)
	}
	if l.kind == data.Number {
		d.numbers = b.numbers
		for i := range d.numbers {
			if b.isNull(i) {
				d.numbers[i] = math.NaN()
			}
		}
	}
}

// value is a value as it is stored.
func (d *dictionary) value(i int) []byte {
	if d.width == 0 {
		return d.texts[i]
	}
	return d.stored[i*d.width : (i+1)*d.width]
}

// source steps through a page of places in the dictionary.
func (d *dictionary) source(h *hybrid) func() ([]byte, error) {
	return func() ([]byte, error) {
		i, err := h.next()
		if err != nil {
			return nil, err
		}
		if i >= d.n {
			return nil, d.beyond(i)
		}
		return d.value(i), nil
	}
}

func (d *dictionary) beyond(i int) error {
	return breaks("a page refers to value %d of a dictionary of %d", i, d.n)
}

// places are the places in the dictionary that a page holds.
func (d *dictionary) places(b []byte) (*hybrid, error) {
	if d == nil {
		return nil, breaks("a page refers to a dictionary that is not there")
	}
	h := &hybrid{}
	if len(b) > 0 {
		h.b, h.width = b[1:], int(b[0])
	}
	if h.width > 32 {
		return nil, breaks("a page refers to its dictionary with %d bits", h.width)
	}
	return h, nil
}

// A coding gives the values of a dictionary their codes: two places that mean
// the same have one code, a place that means nothing has data.NoCode.
type coding struct {
	codes    [data.MaxCodes + 1]uint8
	asIs     bool        // every place is its own code
	distinct *builder    // of the values, by code
	values   arrow.Array // the same
}

// newCoding makes the coding of at most 256 values, nil where they have more
// than data.MaxCodes different meanings.
func newCoding(b *builder) *coding {
	distinct := newBuilder(b.kind, b.n)
	c := &coding{asIs: true, distinct: distinct}
	numbers, texts := map[uint64]uint8{}, map[string]uint8{}
	for i := range b.n {
		if b.isNull(i) {
			c.codes[i], c.asIs = data.NoCode, false
			continue
		}
		var next uint8
		seen := false
		if b.kind == data.Text {
			v := b.text[b.ends[i]:b.ends[i+1]]
			if next, seen = texts[string(v)]; !seen {
				next = uint8(distinct.n)
				texts[string(v)] = next
			}
		} else {
			v := math.Float64bits(b.numbers[i])
			if next, seen = numbers[v]; !seen {
				next = uint8(distinct.n)
				numbers[v] = next
			}
		}
		if !seen {
			if distinct.n == data.MaxCodes {
				return nil
			}
			distinct.copy(b, i)
		}
		c.codes[i] = next
		c.asIs = c.asIs && int(next) == i
	}
	c.values = distinct.array()
	return c
}

// newWholes is the coding of the numbers from 0 to 254 by themselves.
func newWholes() *coding {
	b := newBuilder(data.Number, data.MaxCodes)
	for i := range data.MaxCodes {
		b.numbers = append(b.numbers, float64(i))
		b.set()
	}
	return newCoding(b)
}

// decode adds what the codes stand for.
func (c *coding) decode(b *builder, codes []uint8) {
	for _, code := range codes {
		if code == data.NoCode {
			b.null()
		} else {
			b.copy(c.distinct, int(code))
		}
	}
}

// encode turns places in a dictionary of n values into codes; it returns the
// first place that is not there, -1 if all are.
func (c *coding) encode(places []byte, n int) (beyond int) {
	if anyFrom(places, n) {
		for _, p := range places {
			if int(p) >= n {
				return int(p)
			}
		}
	}
	if !c.asIs {
		for i, p := range places {
			places[i] = c.codes[p]
		}
	}
	return -1
}

// anyFrom reports whether one of the bytes is n or more.
func anyFrom(b []byte, n int) bool {
	if n <= 128 { // then n or more has the top bit when what n lacks is added
		const ones = 0x0101010101010101
		lacks, top := uint64(128-n)*ones, uint64(0)
		for ; len(b) >= 8; b = b[8:] {
			x := binary.LittleEndian.Uint64(b)
			top |= x | (x + lacks) // + does not bind closer than |
		}
		if top&(128*ones) != 0 {
			return true
		}
	}
	for _, v := range b {
		if int(v) >= n {
			return true
		}
	}
	return false
}

package sheet

import (
	"bytes"
	"encoding/binary"
	"math/bits"

	"tradeoff/data"
)

// A dictionary numbers the different texts of a column's cells, which in a
// survey are few: so each is looked at once instead of in every row. A column
// with more of them than a coded array can hold, or with long ones, has none.
type dictionary struct {
	n     [256]int64 // cells that hold a text, by its code
	slots []slot     // hash table of all texts, a power of two
	texts []entry    // by code
}

// An entry is one text of a dictionary.
type entry struct {
	text []byte
	kind Kind
}

// A slot of the hash table. key is the text itself if that has at most eight
// bytes, and a hash of it otherwise.
type slot struct {
	key  uint64
	size int32
	kind Kind
	code uint8 // counted from 1; 0 for a free slot
}

const (
	// unknown is the code of a text that is not in the dictionary.
	unknown = data.NoCode - 1
	// maxTexts is how many texts a dictionary holds.
	maxTexts = unknown
	// maxText is how many bytes a text of a dictionary has at most.
	maxText = 256
)

func newDictionary() *dictionary {
	return &dictionary{slots: make([]slot, 4)}
}

// text is the text of a code and its kind, an empty one for data.NoCode.
func (d *dictionary) text(code uint8) ([]byte, Kind) {
	if code == data.NoCode {
		return nil, Plain
	}
	return d.texts[code].text, d.texts[code].kind
}

// fewTexts is up to how many texts are counted one after the other.
const fewTexts = 16

// count counts cells that have these codes.
func (d *dictionary) count(codes []uint8) {
	if len(d.texts) > fewTexts {
		for _, code := range codes {
			d.n[code]++
		}
		return
	}
	for code := range d.texts {
		d.n[code] += int64(bytes.Count(codes, []byte{byte(code)}))
	}
}

// keyOf is the key of a text.
func keyOf(b []byte) uint64 {
	n := len(b)
	switch {
	case n > 8:
		h := uint64(n)
		for ; len(b) > 8; b = b[8:] {
			h = scatter(h ^ binary.LittleEndian.Uint64(b))
		}
		return h ^ keyOf(b)
	case n >= 4:
		return uint64(binary.LittleEndian.Uint32(b)) | uint64(binary.LittleEndian.Uint32(b[n-4:]))<<32
	case n > 0:
		return uint64(b[0]) | uint64(b[n/2])<<8 | uint64(b[n-1])<<16
	}
	return 0
}

// scatter spreads what differs between two keys over all bits.
func scatter(x uint64) uint64 {
	x *= 0x9e3779b97f4a7c15
	return x ^ x>>32
}

// alike is the kind under which a text is kept: quotation marks make a
// difference to NA only.
func alike(b []byte, k Kind) Kind {
	if k == Quoted && classify(b, Plain) == classify(b, Quoted) {
		return Plain
	}
	return k
}

// find is the code of a text, or unknown.
func (d *dictionary) find(b []byte, k Kind) uint8 {
	if k == Quoted {
		k = alike(b, k)
	}
	if s := d.slot(b, k); s.code > 0 {
		return s.code - 1
	}
	return unknown
}

// slot is where a text is in the table, or the free slot where it would be.
func (d *dictionary) slot(b []byte, k Kind) *slot {
	key := keyOf(b)
	for i := scatter(key); ; i++ {
		s := &d.slots[i&uint64(len(d.slots)-1)]
		if s.code == 0 || s.key == key && int(s.size) == len(b) && s.kind == k &&
			(len(b) <= 8 || bytes.Equal(d.texts[s.code-1].text, b)) {
			return s
		}
	}
}

// add gives a text that is not in the dictionary the next code; false if
// there is no room for it.
func (d *dictionary) add(b []byte, k Kind) bool {
	if len(d.texts) == maxTexts || len(b) > maxText {
		return false
	}
	k = alike(b, k)
	d.texts = append(d.texts, entry{text: bytes.Clone(b), kind: k})
	if bits.OnesCount(uint(len(d.texts))) == 1 && 4*len(d.texts) > len(d.slots) {
		d.grow()
	}
	d.put(len(d.texts) - 1)
	return true
}

// put enters a text into the hash table.
func (d *dictionary) put(code int) {
	e := &d.texts[code]
	*d.slot(e.text, e.kind) = slot{key: keyOf(e.text), size: int32(len(e.text)), kind: e.kind, code: uint8(code + 1)}
}

// grow doubles the hash table twice, so that it stays mostly free.
func (d *dictionary) grow() {
	d.slots = make([]slot, 4*len(d.slots))
	for code := range d.texts[:len(d.texts)-1] {
		d.put(code)
	}
}

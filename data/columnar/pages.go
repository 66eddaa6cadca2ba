package columnar

import (
	"io"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
)

// This file reads the pages of a column chunk. The library has column readers
// of its own; on damaged files they panic, loop for ever and allocate what a
// page header claims. Here each size in a header is checked against the bytes
// that are there before anything is allocated, and the values are stepped
// through one by one (see values.go) or, where their kind allows, taken many at a
// time (see column.go).

// pageLimit is the largest page that is read, unpacked. Writers aim at 1 MB
// and stop at 100 MB.
const pageLimit = 128 << 20

// packed is how many times longer than its packed form a page may be: zstd
// turns 128 KB of one byte into four bytes, nothing packs tighter.
const packed = 32768

// pageValues is the most values that a page may claim. A run of nulls takes
// no room whatever its length, so without a limit a few bytes would keep the
// reader busy for hours. Writers put at most a row group, usually some
// hundred thousand rows, into a page.
const pageValues = 1 << 24

// Kinds of pages, and the numbers of encodings and codecs that the library
// has no names for.
const (
	pageData       = 0
	pageDictionary = 2
	pageDataV2     = 3

	codecLZ4Raw = compress.Compression(7)

	encodingByteStreamSplit = parquet.Encoding(9)
)

// A pageHeader is what stands before a page.
type pageHeader struct {
	kind             int
	unpacked, packed int
	values           int
	encoding         int
	levelEncoding    int // version 1: of the definition levels
	againEncoding    int // version 1: of the repetition levels
	nulls, rows      int // version 2
	defBytes         int // version 2
	repBytes         int // version 2
	isPacked         bool
	size             int // bytes of the header itself
}

// A chunk is the values of one column in one row group.
type chunk struct {
	in     io.ReaderAt
	at     int64 // where the next page header starts
	end    int64 // where the chunk ends
	values int64 // values of pages not yet seen
	codec  compress.Compression
	leaf   leaf

	room   *room // of the goroutine that reads the chunk
	wholes *coding
	dict   *dictionary
	truths *dictionary // of a column of truth values
	page   []byte      // levels and values of the page, unpacked

	// Of the page. The values that are left are read through source or, many
	// at a time, through what it reads: places or fixed.
	left   int     // values not yet read
	levels *hybrid // which of them are present; nil: all
	again  *hybrid // of a column of lists: 0 where a row begins
	source func() ([]byte, error)
	places *hybrid     // places in a dictionary; nil if the page has none
	of     *dictionary // that the places are in
	fixed  *fixed      // plain values that leaf.numbers reads; nil if they are none
}

// read steps through n values and hands over those that are present; it
// returns the index of a value that was refused.
func (c *chunk) read(n int, present func([]byte) error, absent func()) (bad int, err error) {
	for i := range n {
		if err := c.fill(); err != nil {
			return -1, err
		}
		c.left--
		if c.levels != nil {
			level, err := c.levels.next()
			if err != nil {
				return -1, err
			}
			if level < int(c.leaf.maxDef) {
				absent()
				continue
			}
		}
		v, err := c.source()
		if err != nil {
			return -1, err
		}
		if err := present(v); err != nil {
			return i, err
		}
	}
	return -1, nil
}

// fill sees to it that the page has values left.
func (c *chunk) fill() error {
	for c.left == 0 {
		if err := c.next(); err != nil {
			return err
		}
	}
	return nil
}

// next steps over one page; one that holds no values leaves c.left at 0.
func (c *chunk) next() error {
	if c.values <= 0 {
		return breaks("a column holds fewer values than there are rows")
	}
	h, err := c.header()
	if err != nil {
		return err
	}
	body := c.at + int64(h.size)
	if int64(h.packed) > c.end-body {
		return breaks("a page of %d bytes is promised where %d are left", h.packed, c.end-body)
	}
	c.at = body + int64(h.packed)
	if h.kind != pageData && h.kind != pageDictionary && h.kind != pageDataV2 {
		return nil
	}
	if h.unpacked > pageLimit {
		return breaks("a page of %d MB is promised, the limit is %d MB", h.unpacked>>20, pageLimit>>20)
	}
	raw := c.space(h)
	if _, err := c.in.ReadAt(raw, body); err != nil && len(raw) > 0 {
		return breaks("a page cannot be read")
	}
	switch h.kind {
	case pageDictionary:
		return c.dictionary(h, raw)
	case pageData:
		return c.dataV1(h, raw)
	}
	return c.dataV2(h, raw)
}

// space is where the bytes of a page are put as they stand in the file: in the
// page itself where they are not packed. A dictionary outlives the pages.
func (c *chunk) space(h pageHeader) []byte {
	switch {
	case c.codec != compress.Codecs.Uncompressed && (h.kind != pageDataV2 || h.isPacked):
		c.room.packed = sized(c.room.packed, h.packed)
		return c.room.packed
	case h.kind == pageDictionary:
		return make([]byte, h.packed)
	}
	c.page = sized(c.page, h.packed)
	return c.page
}

// header reads the page header at c.at. Its length is not told, so ever more
// bytes are tried.
func (c *chunk) header() (pageHeader, error) {
	left := c.end - c.at
	for size := int64(512); ; size *= 16 {
		c.room.head = sized(c.room.head, int(min(size, left)))
		buf := c.room.head
		if _, err := c.in.ReadAt(buf, c.at); err != nil {
			return pageHeader{}, breaks("a page header cannot be read")
		}
		h, err := parsePageHeader(buf)
		if err == nil || err != errShort || size >= left || size >= pageLimit {
			return h, err
		}
	}
}

func parsePageHeader(b []byte) (pageHeader, error) {
	h := pageHeader{kind: -1, isPacked: true}
	w := walker{b: b, visit: func(path int, _ byte, n int64) (err error) {
		switch path {
		case 1:
			h.kind, err = int32Of(n)
		case 2:
			h.unpacked, err = int32Of(n)
		case 3:
			h.packed, err = int32Of(n)
		case 501, 701, 801:
			h.values, err = int32Of(n)
		case 502, 702, 804:
			h.encoding, err = int32Of(n)
		case 503:
			h.levelEncoding, err = int32Of(n)
		case 504:
			h.againEncoding, err = int32Of(n)
		case 802:
			h.nulls, err = int32Of(n)
		case 803:
			h.rows, err = int32Of(n)
		case 805:
			h.defBytes, err = int32Of(n)
		case 806:
			h.repBytes, err = int32Of(n)
		case 807:
			h.isPacked = n != 0
		}
		return err
	}}
	size, err := w.record()
	h.size = size
	return h, err
}

// dictionary takes in the values that later pages refer to.
func (c *chunk) dictionary(h pageHeader, raw []byte) error {
	b, err := unpack(c.codec, nil, raw, h.unpacked)
	if err != nil {
		return err
	}
	if e := parquet.Encoding(h.encoding); e != parquet.Encodings.Plain && e != parquet.Encodings.PlainDict {
		return breaks("a dictionary has the encoding %d", h.encoding)
	}
	c.dict, err = newDictionary(c.leaf, b, h.values)
	return err
}

// dataV1 starts a page in which levels and values are packed together.
func (c *chunk) dataV1(h pageHeader, raw []byte) error {
	b, err := unpack(c.codec, c.page, raw, h.unpacked)
	if err != nil {
		return err
	}
	c.page = b
	var levels, again []byte
	if c.leaf.list != nil {
		if parquet.Encoding(h.againEncoding) != parquet.Encodings.RLE {
			return breaks("its levels have the encoding %d", h.againEncoding)
		}
		if again, b, err = prefixed(b); err != nil {
			return err
		}
	}
	if c.leaf.maxDef > 0 {
		if parquet.Encoding(h.levelEncoding) != parquet.Encodings.RLE {
			return breaks("its levels have the encoding %d", h.levelEncoding)
		}
		if levels, b, err = prefixed(b); err != nil {
			return err
		}
	}
	return c.start(h, again, levels, b)
}

// dataV2 starts a page whose levels stand unpacked before the values.
func (c *chunk) dataV2(h pageHeader, raw []byte) error {
	before := h.defBytes + h.repBytes
	if before > len(raw) || before > h.unpacked {
		return breaks("a page ends inside its levels")
	}
	levels, b := raw[:before], raw[before:]
	if h.isPacked && c.codec != compress.Codecs.Uncompressed {
		c.page = sized(c.page, h.unpacked)
		levels = c.page[:copy(c.page, levels)]
	}
	if h.isPacked && len(b) > 0 {
		var err error
		if b, err = unpack(c.codec, c.page[len(levels):], b, h.unpacked-before); err != nil {
			return err
		}
	}
	return c.start(h, levels[:h.repBytes], levels[h.repBytes:], b)
}

// start makes the values of a page the next to be read.
func (c *chunk) start(h pageHeader, again, levels, b []byte) (err error) {
	if h.values > pageValues {
		return breaks("a page of %d values is promised, the limit is %d", h.values, pageValues)
	}
	c.values -= int64(h.values)
	if c.values < 0 {
		return breaks("the pages of a column hold more values than its row group has rows")
	}
	c.left, c.levels, c.again = h.values, nil, &hybrid{b: again, width: 1}
	if c.leaf.maxDef > 0 {
		c.levels = &hybrid{b: levels, width: bitWidth(int(c.leaf.maxDef))}
	}
	c.places, c.of, c.fixed = nil, nil, nil
	switch e := parquet.Encoding(h.encoding); {
	case e == parquet.Encodings.PlainDict || e == parquet.Encodings.RLEDict:
		c.of = c.dict
		c.places, err = c.dict.places(b)
	case e == parquet.Encodings.RLE:
		c.of = c.truths
		c.places, err = c.leaf.runs(b)
	case e == parquet.Encodings.Plain && c.leaf.physical == parquet.Types.Boolean:
		c.of = c.truths
		c.places = &hybrid{bits: b, left: 8 * len(b), width: 1}
	default:
		return c.plain(e, b, h.values)
	}
	if err == nil {
		c.source = c.of.source(c.places)
	}
	return err
}

// plain starts a page that holds the values themselves, at most so many.
func (c *chunk) plain(e parquet.Encoding, b []byte, most int) (err error) {
	if e != parquet.Encodings.Plain {
		if b, err = plain(c.leaf, e, b, most); err != nil {
			return err
		}
	}
	if c.leaf.physical == parquet.Types.ByteArray {
		c.source = plainTexts(b)
		return nil
	}
	values := &fixed{b: b, width: c.leaf.width()}
	c.source = values.next
	if c.leaf.many() {
		c.fixed = values
	}
	return nil
}

// bitWidth is how many bits hold the numbers 0 to n.
func bitWidth(n int) int {
	w := 0
	for ; n > 0; n >>= 1 {
		w++
	}
	return w
}

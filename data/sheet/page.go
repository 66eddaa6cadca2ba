package sheet

import (
	"bytes"
	"slices"

	"tradeoff/data"
)

// A page is some rows of a grid, column by column. A column has the codes of
// its texts in the dictionary, data.NoCode for an empty cell; or, where a
// dictionary would not hold them, numbers or the texts themselves.
type page struct {
	rows  []int64  // number of each row
	limit int      // rows there is room for
	codes []uint8  // of all columns
	base  []int    // where the codes of a column start, by cell of the row
	texts []*texts // by cell of the row; nil for a column of codes
	size  int      // bytes of the texts

	numbers [][]float64 // by cell of the row, NaN for none; nil for a column of no numbers
}

const (
	// pageRows is how many rows a page, and so a batch, has at most, and
	// pageText how many bytes of text after which it is full with fewer.
	pageRows = 8192
	pageText = 16 << 20
	// apart is how many bytes lie between the columns of a page. Columns that
	// lay whole pages of memory apart would compete for the same lines of the
	// cache.
	apart = 64
)

// rowsFor is how many rows the pages of a grid of so many columns have: fewer
// in very wide ones, so that the codes stay below some 16 MB.
func rowsFor(columns int) int {
	return min(pageRows, max(256, 1<<24/max(columns, 1)))
}

// newPage makes an empty page without columns.
func newPage(limit int) *page {
	return &page{rows: make([]int64, 0, limit), limit: limit}
}

// next makes an empty page for what comes behind this one.
func (p *page) next() *page {
	n := newPage(p.limit)
	n.codes, n.base, n.texts, n.numbers = make([]uint8, len(p.codes)), p.base, make([]*texts, len(p.texts)), make([][]float64, len(p.texts))
	for k, t := range p.texts {
		if t != nil {
			n.texts[k] = newTexts(len(t.bytes), p.limit)
		}
		if p.numbers[k] != nil {
			n.numbers[k] = make([]float64, p.limit)
		}
	}
	return n
}

// clear takes the rows out.
func (p *page) clear() { p.rows, p.size = p.rows[:0], 0 }

// addColumn makes room for one more column, empty in the rows so far.
func (p *page) addColumn() {
	p.base = append(p.base, len(p.codes))
	p.texts = append(p.texts, nil)
	p.numbers = append(p.numbers, nil)
	p.codes = append(p.codes, bytes.Repeat([]byte{data.NoCode}, p.limit+apart)...)
}

// column is the codes of a column.
func (p *page) column(k int) []uint8 {
	return p.codes[p.base[k]:][:len(p.rows):len(p.rows)]
}

// put puts a cell into the row that is being read, of a column of texts.
func (p *page) put(k int, b []byte, kind Kind) {
	p.texts[k].put(len(p.rows), b, kind)
	p.size += len(b)
}

// spell makes a column of codes one of texts.
func (p *page) spell(k int, d *dictionary) {
	t := newTexts(0, p.limit)
	for i, code := range p.column(k) {
		b, kind := d.text(code)
		t.put(i, b, kind)
	}
	p.texts[k] = t
	p.size += len(t.bytes)
}

// parse makes a column of codes one of numbers, which all of its texts are that
// are not missing.
func (p *page) parse(k int, number func([]byte, Kind) (float64, bool), d *dictionary) {
	p.numbers[k] = make([]float64, p.limit)
	for i, code := range p.column(k) {
		p.numbers[k][i], _ = number(d.text(code))
	}
}

// cell is the text of a cell, and its kind.
func (p *page) cell(k, row int, d *dictionary) ([]byte, Kind) {
	if t := p.texts[k]; t != nil {
		return t.at(row)
	}
	return d.text(p.codes[p.base[k]+row])
}

// bytes is how much memory the page takes.
func (p *page) bytes() int64 {
	n := cap(p.codes) + 8*cap(p.rows)
	for k, t := range p.texts {
		n += 8 * cap(p.numbers[k])
		if t != nil {
			n += cap(t.bytes) + 4*cap(t.ends) + cap(t.kinds)
		}
	}
	return int64(n)
}

// Bytes is how much memory the rows take that are kept.
func (t *table) Bytes() (sum int64) {
	for _, p := range t.kept {
		sum += p.bytes()
	}
	return sum
}

// Forget lets go of the texts of variables, which nobody will ask for.
func (t *table) Forget(variables []string) {
	t.columns = slices.DeleteFunc(t.columns, func(c column) bool {
		forgotten := slices.Contains(variables, c.name)
		for _, p := range t.kept {
			if forgotten {
				p.texts[c.index], p.numbers[c.index] = nil, nil
			}
		}
		return forgotten
	})
}

// texts are the cells of a column, one for each row.
type texts struct {
	bytes []byte
	ends  []int32
	kinds []Kind
}

func newTexts(size, rows int) *texts {
	return &texts{bytes: make([]byte, 0, size), ends: make([]int32, 0, rows), kinds: make([]Kind, 0, rows)}
}

// put puts a cell into a row, in place of those that are there and behind it.
func (t *texts) put(row int, b []byte, kind Kind) {
	from := int32(0)
	if row > 0 {
		from = t.ends[row-1]
	}
	t.bytes = append(t.bytes[:from], b...)
	t.ends = append(t.ends[:row], int32(len(t.bytes)))
	t.kinds = append(t.kinds[:row], kind)
}

// at is the cell of a row.
func (t *texts) at(row int) ([]byte, Kind) {
	from := int32(0)
	if row > 0 {
		from = t.ends[row-1]
	}
	return t.bytes[from:t.ends[row]], t.kinds[row]
}

package sheet

import (
	"bytes"
	"encoding/binary"
	"math/bits"

	"tradeoff/data"
)

// This file reads lines: it finds the cells and puts their codes into a page in
// one go. Most cells of a survey have one byte or none, so four of them are
// looked at in one word, as long as all four are so short.

// A shorts holds the codes of a column's short texts, unknown for the others. All of them
// are numbers of a workbook, or none is.
type shorts struct {
	one [256]uint8 // of texts of one byte; of the delimiter, or a blank among places: of an empty cell
	two [100]uint8 // of texts of two digits

	learned bool
	numbers bool // of a workbook
}

func newShorts(code uint8) shorts {
	var s shorts
	for i := range s.one {
		s.one[i] = code
	}
	for i := range s.two {
		s.two[i] = code
	}
	return s
}

// code is the code of a cell that is not empty.
func (s *shorts) code(b []byte, k Kind) uint8 {
	if len(b) > 2 || !s.holds(k) {
		return unknown
	}
	if len(b) == 1 {
		if code := s.one[b[0]]; code != data.NoCode {
			return code
		}
	} else if n := twoDigits(b[0], b[1]); n < 100 {
		return s.two[n]
	}
	return unknown
}

// holds reports whether texts of a kind are among them.
func (s *shorts) holds(k Kind) bool { return k <= Quoted && !s.numbers || k == Number && s.numbers }

// learn remembers the code of a text, if it is short.
func (s *shorts) learn(b []byte, k Kind, code uint8) {
	if !s.learned {
		s.numbers = k == Number
	}
	if len(b) > 2 || !s.holds(k) {
		return
	}
	s.learned = true
	if len(b) == 1 {
		if s.one[b[0]] == unknown {
			s.one[b[0]] = code
		}
	} else if n := twoDigits(b[0], b[1]); n < 100 {
		s.two[n] = code
	}
}

// twoDigits is the number that two digits make, 100 or more for other bytes.
func twoDigits(a, b byte) uint {
	a, b = a-'0', b-'0'
	if a > 9 || b > 9 {
		return 100
	}
	return uint(a)*10 + uint(b)
}

// A quartet is where four cells of at most one byte stand in a word of eight:
// in the lowest bytes, how many bits lie before each, and in the highest the
// number of bytes that the four take with their delimiters. It is 0 where the
// cells are longer.
type quartet uint64

// regular is the quartet of four cells of one byte.
const regular quartet = 0 | 16<<8 | 32<<16 | 48<<24 | 8<<32

// quartets are all there are, by the bits of the bytes that are delimiters.
var quartets = func() (all [256]quartet) {
	for mask := range all {
		at, q := 0, quartet(0)
		for cell := range 4 {
			q |= quartet(8*at) << (8 * cell)
			if at < 8 && mask>>at&1 == 0 {
				at++
			}
			if at > 7 || mask>>at&1 == 0 {
				at = 99
				break
			}
			at++
		}
		if at <= 8 {
			all[mask] = q | quartet(at)<<32
		}
	}
	return all
}()

// quartetOf is the quartet that begins with a word, in which the delimiters are
// zero bytes.
func quartetOf(x uint64) quartet {
	const low = 0x7f7f7f7f7f7f7f7f
	x = ^((x & low) + low | x | low) // 0x80 for a zero byte, 0 for others
	if x == 0x8000800080008000 {
		return regular
	}
	return quartets[x>>7*0x0102040810204080>>56] // gathered, the first byte lowest
}

// readLine puts the codes of a line's cells into the row of the page that is being
// read, as many as there are columns, and returns where the cell behind them
// starts; that is beyond the line where it has fewer. other gives the code of a
// cell that shorts does not know.
func (p *page) readLine(line []byte, delimiter byte, columns []shorts, other func(column int, cell []byte, k Kind) uint8) int {
	n, i, wanted := len(p.rows), 0, 0x0101010101010101*uint64(delimiter)
	codes, base := p.codes, p.base[:len(columns)]
	for k := 0; k < len(columns); {
		if k+4 <= len(columns) && i+8 <= len(line) {
			x := binary.LittleEndian.Uint64(line[i:])
			if q := quartetOf(x ^ wanted); q != 0 {
				of, at := (*[4]shorts)(columns[k:]), (*[4]int)(base[k:])
				a := of[0].one[byte(x>>(q&63))]
				b := of[1].one[byte(x>>(q>>8&63))]
				c := of[2].one[byte(x>>(q>>16&63))]
				d := of[3].one[byte(x>>(q>>24&63))]
				if a != unknown && b != unknown && c != unknown && d != unknown {
					codes[at[0]+n], codes[at[1]+n], codes[at[2]+n], codes[at[3]+n] = a, b, c, d
					i += int(q >> 32)
					k += 4
					continue
				}
			}
		}
		code, end := columns[k].next(line, i, delimiter)
		if code == unknown {
			end = min(i, len(line))
			if i < len(line) {
				end = cellEnd(line, i, delimiter)
			}
			code = other(k, line[min(i, end):end], Plain)
			end = max(i, end)
		}
		codes[base[k]+n] = code
		i = end + 1
		k++
	}
	return i
}

// next is the code of the cell at i, and where it ends, if it is known.
func (s *shorts) next(line []byte, i int, delimiter byte) (code uint8, end int) {
	switch {
	case i+1 < len(line) && line[i+1] == delimiter:
		if line[i] != delimiter {
			return s.one[line[i]], i + 1
		}
		return s.one[delimiter], i
	case i < len(line) && line[i] == delimiter:
		return s.one[delimiter], i
	case i+2 < len(line) && line[i+2] == delimiter:
		if n := twoDigits(line[i], line[i+1]); n < 100 {
			return s.two[n], i + 2
		}
	}
	return unknown, i
}

// cellEnd is where the cell of a line ends that starts at i: at the next
// delimiter.
func cellEnd(line []byte, i int, delimiter byte) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	wanted := ones * uint64(delimiter)
	for ; i+8 <= len(line); i += 8 {
		x := binary.LittleEndian.Uint64(line[i:]) ^ wanted // the delimiter is now a zero byte
		if x = (x - ones) &^ x & highs; x != 0 {
			return i + bits.TrailingZeros64(x)/8
		}
	}
	for line[i] != delimiter {
		i++
	}
	return i
}

// readPlaces is readLine for a line of fixed width.
func (p *page) readPlaces(line []byte, places []Place, columns []shorts, other func(column int, cell []byte, k Kind) uint8) {
	n, codes, base := len(p.rows), p.codes, p.base[:len(columns)]
	for k := range columns {
		at, of, code := &places[k], &columns[k], uint8(unknown)
		switch b := line[at.Start:at.End]; {
		case len(b) == 1:
			code = of.one[b[0]]
		case len(b) == 2 && b[0] == ' ' && at.Cut:
			code = of.one[b[1]]
		case len(b) == 2:
			if d := twoDigits(b[0], b[1]); d < 100 {
				code = of.two[d]
			}
		}
		if code == unknown {
			start, end := at.Value(line, at.Start, at.End)
			code = other(k, line[start:end], Quoted)
		}
		codes[base[k]+n] = code
	}
}

// split finds the cells of a line.
func (r *Row) split() {
	if r.Places != nil {
		r.Cells = r.Cells[:0]
		for _, p := range r.Places {
			start, end := p.Value(r.Bytes, p.Start, p.End)
			r.Cells = append(r.Cells, Cell{Start: start, End: end, Kind: Quoted})
		}
		r.Places = nil
	}
	if r.Delimiter == 0 {
		return
	}
	r.Cells = r.Cells[:0]
	for i := 0; i < len(r.Bytes); {
		end := cellEnd(r.Bytes, i, r.Delimiter)
		r.Cells = append(r.Cells, Cell{Start: int32(i), End: int32(end)})
		i = end + 1
	}
	r.Delimiter = 0
}

// width is the number of cells of the row.
func (r *Row) width() int {
	switch {
	case r.Places != nil:
		return len(r.Places)
	case r.Delimiter == 0:
		return len(r.Cells)
	}
	return bytes.Count(r.Bytes, []byte{r.Delimiter})
}

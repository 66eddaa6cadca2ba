package sheet

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

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

// split finds the cells of a line.
func (r *Row) split() {
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
	if r.Delimiter == 0 {
		return len(r.Cells)
	}
	return bytes.Count(r.Bytes, []byte{r.Delimiter})
}

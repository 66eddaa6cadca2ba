package reports

import "io"

// A File is a rendered file: pieces, one behind the other. A large workbook is
// compressed piece by piece, and joining them would hold it twice.
type File [][]byte

// Size is in bytes.
func (f File) Size() int {
	n := 0
	for _, piece := range f {
		n += len(piece)
	}
	return n
}

// WriteTo writes the pieces; errors are the writer's.
func (f File) WriteTo(w io.Writer) (int64, error) {
	total := int64(0)
	for _, piece := range f {
		n, err := w.Write(piece)
		if total += int64(n); err != nil {
			return total, err
		}
	}
	return total, nil
}

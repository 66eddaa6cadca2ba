package archive

import (
	"archive/zip"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"tradeoff/data"
)

// Limits on what a file may unpack to.
const (
	maxSize = 64 << 30
	// A file that unpacks to more than bombSize and more than bombRatio times
	// its packed size holds nothing but repetition.
	bombSize  = 64 << 20
	bombRatio = 250
	partSize  = 1 << 20 // bytes of a part of a file in memory
)

// limit is how many bytes the file may unpack to.
func (f File) limit() int64 { return min(maxSize, max(bombSize, f.packed*bombRatio)) }

// unroll unpacks the file from front to end: its parts of partSize bytes, nil if
// there are more than hold bytes, and its size.
func (f File) unroll(hold int64) (parts [][]byte, size int64, err error) {
	r, err := f.open()
	if err != nil {
		return nil, 0, f.cause(err)
	}
	defer r.Close()
	parts = [][]byte{}
	part := make([]byte, partSize)
	for {
		n, err := io.ReadFull(r, part)
		size += int64(n)
		switch {
		case size > f.limit():
			return nil, 0, f.bomb(size)
		case size > hold:
			parts = nil
		case parts != nil && n > 0:
			parts = append(parts, part[:n:n])
			part = make([]byte, partSize)
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF && f.ended(r) {
			return parts, size, nil
		}
		if err != nil {
			return nil, 0, f.cause(err)
		}
	}
}

// ended tells the end of the file from that of an archive that is cut off, which
// io.ReadFull words alike: behind the end there is io.EOF.
func (f File) ended(r io.Reader) bool {
	_, err := r.Read(make([]byte, 1))
	return err == io.EOF
}

// bomb is the fault of a file beyond the limit.
func (f File) bomb(size int64) *data.Fault {
	return &data.Fault{File: f.Base() + " in " + f.in.Name(), Found: fmt.Sprintf("the file unpacks from %s to %s or more, the limit is %s; if it holds survey data, unpack it and name what comes out",
		megabytes(f.packed), megabytes(size), megabytes(f.limit()))}
}

// megabytes words a size in bytes.
func megabytes(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d KB", (n+1023)>>10)
	}
	return fmt.Sprintf("%d MB", n>>20)
}

// isDamage reports whether an error comes of what the archive holds.
func isDamage(err error) bool {
	var corrupt flate.CorruptInputError
	for _, known := range []error{io.ErrUnexpectedEOF, io.EOF, zip.ErrFormat, zip.ErrChecksum, gzip.ErrHeader, gzip.ErrChecksum} {
		if errors.Is(err, known) {
			return true
		}
	}
	return errors.As(err, &corrupt)
}

// held is a file in memory, in parts of partSize bytes.
type held struct {
	parts [][]byte
	size  int64
}

// ReadAt reads bytes of the file.
func (h *held) ReadAt(b []byte, at int64) (n int, err error) {
	for n < len(b) && at < h.size {
		k := copy(b[n:], h.parts[at/partSize][at%partSize:])
		n += k
		at += int64(k)
	}
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

package sav

import (
	"encoding/binary"
	"fmt"
	"io"

	"tradeoff/data"
)

// A caseReader hands out cases one after the other.
//
// next fills a chunk with the next cases, at most limit and at least one, or
// says why there are no more: io.EOF is the end between two cases,
// io.ErrUnexpectedEOF the end inside one; anything else is damage, said for the
// analyst. The chunk is valid until next is called again.
//
// seek goes to a case, counted from 0, that begins a stretch of stretchCases;
// in files of zlib blocks nobody may. close ends the reading.
type caseReader interface {
	next(c *chunk, limit int) error
	seek(number int64)
	close()
}

// stretchCases is how many cases make a stretch, which a scan can step over.
const stretchCases = 1 << 16

// A chunk is a run of cases taken apart into elements of 8 bytes, few enough to
// stay in the processor's cache, so that columns can be filled one after the
// other.
type chunk struct {
	n     int    // cases
	size  int    // elements of a case
	ops   []byte // instruction of each element, case by case; nil in plain files, where all are literals
	words []byte // 8 bytes for each element, as they stand in the file; only those of literals are there
	from  *instructions
}

// chunkElements is about how many elements a chunk holds.
const chunkElements = 1 << 15

// chunkCases is how many cases of so many elements a chunk has room for.
func chunkCases(size int) int { return max(1, chunkElements/size) }

// word is element e of case k as it stands in the file, its bytes read as a
// little-endian number.
func (c *chunk) word(k, e int) uint64 {
	i := k*c.size + e
	if c.ops == nil || c.ops[i] == opLiteral {
		return binary.LittleEndian.Uint64(c.words[8*i:])
	}
	return c.from[c.ops[i]]
}

// bytes are the width bytes of case k that begin with element e.
func (c *chunk) bytes(k, e, width int) []byte {
	i := k*c.size + e
	if c.ops != nil {
		for j := i; j < i+elementsOf(width); j++ {
			if op := c.ops[j]; op != opLiteral {
				binary.LittleEndian.PutUint64(c.words[8*j:], c.from[op])
			}
		}
	}
	return c.words[8*i : 8*i+width]
}

// trim is the width of a string in case k that begins with element e, without
// elements that are all blank at its end.
func (c *chunk) trim(k, e, width int) int {
	if c.ops == nil {
		return width
	}
	i, n := k*c.size+e, elementsOf(width)
	for n > 0 && c.ops[i+n-1] == opBlanks {
		n--
	}
	return min(width, 8*n)
}

// dataSize is the number of bytes behind the dictionary.
func (d *dictionary) dataSize() int64 { return d.in.Size - d.start }

// from reads the bytes that begin so far behind the dictionary.
func (d *dictionary) from(offset int64) io.Reader {
	return io.NewSectionReader(d.in, d.start+offset, d.dataSize()-offset)
}

// newCaseReader starts at the first case.
func (d *dictionary) newCaseReader() (caseReader, error) {
	switch d.compression {
	case plain:
		return d.newPlainReader(), nil
	case bytecode:
		return d.newByteReader(d.from(0), d.dataSize()), nil
	}
	z, err := d.newBlockReader()
	if err != nil {
		return nil, err
	}
	return d.newByteReader(z, z.size), nil
}

// bufferMax is how much is read at once.
const bufferMax = 1 << 18

// bufferFor is the buffer for size bytes: small files need no large one.
func bufferFor(size int64) int { return int(min(max(size, blockMax), bufferMax)) }

// A plainReader reads cases that are stored as they are.
type plainReader struct {
	d    *dictionary
	r    io.Reader
	size int // bytes of a case
	buf  []byte
}

func (d *dictionary) newPlainReader() *plainReader {
	p := &plainReader{d: d, r: d.from(0), size: 8 * len(d.elements)}
	p.buf = make([]byte, p.size*int(min(int64(chunkCases(len(d.elements))), d.dataSize()/int64(p.size)+1)))
	return p
}

func (p *plainReader) next(c *chunk, limit int) error {
	n, err := io.ReadFull(p.r, p.buf[:min(limit*p.size, len(p.buf))])
	*c = chunk{n: n / p.size, size: p.size / 8, words: p.buf}
	if c.n > 0 {
		return nil // what is wrong comes again
	}
	return err
}

func (p *plainReader) seek(number int64) { p.r = p.d.from(number * int64(p.size)) }

func (p *plainReader) close() {}

// countCases finds out how many whole cases there are and refuses a file whose
// header promises another number. It leaves the count in d.cases, and returns a
// note about bytes too many.
func (d *dictionary) countCases() (note string, err error) {
	var whole, rest int64
	switch d.compression {
	case plain:
		size := int64(8 * len(d.elements))
		whole, rest = d.dataSize()/size, d.dataSize()%size
	case bytecode:
		n, marks, err := d.newByteReader(d.from(0), d.dataSize()).count()
		if err != nil {
			return "", fault(d.in, "", "the cases could not be read: %v", err)
		}
		d.marks = marks
		whole, rest = n/int64(len(d.elements)), n%int64(len(d.elements))
	default:
		return "", d.checkBlocks()
	}
	switch {
	case d.cases < 0 && rest > 0:
		return "", d.cutShort(whole)
	case d.cases < 0:
		d.cases = whole
	case whole < d.cases && rest > 0:
		return "", d.cutShort(whole)
	case whole != d.cases:
		return "", fault(d.in, "", "the header promises %d cases, but %d whole cases are in the file; export it again or copy it anew", d.cases, whole)
	case rest > 0:
		note = fmt.Sprintf("%s: something follows the last of the %d promised cases that is less than a case; it is ignored.", d.in.Name(), d.cases)
	}
	return note, nil
}

// cutShort is the fault of a file that ends inside a case.
func (d *dictionary) cutShort(whole int64) *data.Fault {
	promise := fmt.Sprintf("the header promises %d cases", d.cases)
	if d.cases < 0 {
		promise = "the header does not say how many cases there are"
	}
	return &data.Fault{File: d.in.Name(), Row: whole + 1, Unit: "case",
		Found: fmt.Sprintf("the file ends inside this case: %s, %d are whole; it was cut short, export it again or copy it anew", promise, whole)}
}

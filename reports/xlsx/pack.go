package xlsx

import (
	"bytes"
	"compress/flate"
	"hash/crc32"
	"sync"
)

// A packer compresses the pieces of the file on several threads. Pieces know
// nothing of each other, so that a part of the file is its pieces one behind the
// other, the same on any number of threads.
type packer struct {
	jobs    chan job
	workers sync.WaitGroup
}

// A piece of a part of the file, compressed.
type piece struct {
	packed []byte
	sum    uint32 // CRC-32 of what it was
	size   int64  // bytes that it was
}

// level is the least at which references to cells, most of a sheet, are found
// again; from 3 on it takes longer than it saves.
const level = 2

type job struct {
	write func([]byte) []byte // appends what is to be compressed
	last  bool                // of its part
	to    *piece
}

func newPacker(threads int) *packer {
	p := &packer{jobs: make(chan job)}
	for range threads {
		p.workers.Go(p.work)
	}
	return p
}

// pack compresses what write appends. The piece is there after close.
func (p *packer) pack(last bool, write func([]byte) []byte) *piece {
	to := new(piece)
	p.jobs <- job{write, last, to}
	return to
}

func (p *packer) packBytes(last bool, b []byte) *piece {
	return p.pack(last, func(raw []byte) []byte { return append(raw, b...) })
}

// close waits for all pieces.
func (p *packer) close() {
	close(p.jobs)
	p.workers.Wait()
}

func (p *packer) work() {
	raw := make([]byte, 0, 1<<20) // the rows of a large table
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, level)
	if err != nil {
		panic(err) // only of a level that does not exist
	}
	for j := range p.jobs {
		raw = j.write(raw[:0])
		packed.Reset()
		w.Reset(&packed)
		_, err := w.Write(raw)
		if err == nil && j.last {
			err = w.Close()
		} else if err == nil {
			err = w.Flush() // up to a whole byte, so that another piece can follow
		}
		if err != nil {
			panic(err) // a buffer takes all
		}
		*j.to = piece{bytes.Clone(packed.Bytes()), crc32.ChecksumIEEE(raw), int64(len(raw))}
	}
}

// joined is the CRC-32 of a text with the sum a and, behind it, one of n bytes
// with the sum b: a times x to the 8n, and b, as polynomials over GF(2) modulo
// that of the CRC (Adler's crc32_combine in zlib).
func joined(a, b uint32, n int64) uint32 {
	power, square := uint32(1)<<31, uint32(1)<<23 // 1 and x^8; the highest bit is the constant term
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			power = times(power, square)
		}
		square = times(square, square)
	}
	return times(power, a) ^ b
}

// times multiplies two such polynomials.
func times(a, b uint32) uint32 {
	product := uint32(0)
	for ; a != 0; a <<= 1 {
		if a&(1<<31) != 0 {
			product ^= b
		}
		carry := b & 1
		b >>= 1
		if carry == 1 {
			b ^= crc32.IEEE
		}
	}
	return product
}

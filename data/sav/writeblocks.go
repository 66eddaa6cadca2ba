package sav

import (
	"bytes"
	"compress/zlib"
	"io"
)

// maxBlock is how many bytes a block holds, as in files of SPSS.
const maxBlock = 0x3ff000

// A blockWriter deflates in blocks what is written to it, and keeps them: the list
// of blocks stands behind them, and its place before them.
type blockWriter struct {
	start int64 // byte of the file at which the compressed data begin
	z     *zlib.Writer
	body  bytes.Buffer
	list  recordWriter // an entry for each whole block
	count int
	from  int // byte of body at which the block begins
	room  int // bytes that it can still take
	wrote int64
}

func newBlockWriter(start int64) *blockWriter {
	b := &blockWriter{start: start, room: maxBlock}
	b.z = zlib.NewWriter(&b.body)
	return b
}

func (b *blockWriter) Write(p []byte) (n int, err error) {
	for len(p) > 0 {
		part := p[:min(len(p), b.room)]
		if _, err := b.z.Write(part); err != nil {
			return n, err
		}
		n, p = n+len(part), p[len(part):]
		if b.room -= len(part); b.room == 0 {
			if err := b.end(); err != nil {
				return n, err
			}
		}
	}
	return n, nil
}

// end ends a block.
func (b *blockWriter) end() error {
	if err := b.z.Close(); err != nil {
		return err
	}
	inflated := maxBlock - b.room
	b.list.int64(b.start+b.wrote, b.start+zHeaderSize+int64(b.from))
	b.list.int32(inflated, b.body.Len()-b.from)
	b.wrote += int64(inflated)
	b.count++
	b.from, b.room = b.body.Len(), maxBlock
	b.z.Reset(&b.body)
	return nil
}

// finish writes the header of the compressed data, the blocks and their list.
func (b *blockWriter) finish(w io.Writer) error {
	if b.room < maxBlock {
		if err := b.end(); err != nil {
			return err
		}
	}
	body := b.body.Bytes()[:b.from]
	var head, trailer recordWriter
	head.int64(b.start, b.start+zHeaderSize+int64(len(body)), int64(zTrailerSize+len(b.list.b)))
	trailer.int64(-bias, 0)
	trailer.int32(maxBlock, b.count)
	for _, part := range [][]byte{head.b, body, trailer.b, b.list.b} {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

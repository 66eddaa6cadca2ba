package archive

import "io"

// aheadBlock is how many bytes are unpacked while those before are worked on.
const aheadBlock = 1 << 18

// An ahead reads one block in advance.
type ahead struct {
	r     io.ReadCloser
	block block      // that is being handed over
	next  chan block // gets the one behind it; nil before the first
	spare []byte
}

// A block is some bytes, and what came behind them.
type block struct {
	b     []byte
	err   error
	wrong any // a panic
}

// Ahead unpacks from r in a goroutine, while the caller works on what has been read. No
// goroutine outlives its block, so that a reader may be left without Close.
func Ahead(r io.ReadCloser) io.ReadCloser { return &ahead{r: r} }

// fetch reads a block into b.
func (a *ahead) fetch(b []byte) {
	k := block{b: b[:0]}
	defer func() {
		k.wrong = recover()
		a.next <- k
	}()
	for len(k.b) < len(b) && k.err == nil {
		var n int
		n, k.err = a.r.Read(b[len(k.b):])
		k.b = b[:len(k.b)+n]
	}
}

// Read reads bytes; the error of r follows all that came before it, and a panic of r goes
// on here.
func (a *ahead) Read(p []byte) (int, error) {
	if a.next == nil {
		a.next, a.spare = make(chan block, 1), make([]byte, aheadBlock)
		go a.fetch(make([]byte, aheadBlock))
	}
	for len(a.block.b) == 0 {
		switch {
		case a.block.wrong != nil:
			panic(a.block.wrong)
		case a.block.err != nil:
			return 0, a.block.err
		}
		last := a.spare
		a.block = <-a.next
		if a.spare = a.block.b[:cap(a.block.b)]; a.block.err == nil && a.block.wrong == nil {
			go a.fetch(last)
		}
	}
	n := copy(p, a.block.b)
	a.block.b = a.block.b[n:]
	return n, nil
}

// Close waits for the block that is being read and closes r.
func (a *ahead) Close() error {
	if a.next != nil && a.block.err == nil && a.block.wrong == nil {
		k := <-a.next
		a.block = block{err: io.ErrClosedPipe, wrong: k.wrong}
	}
	return a.r.Close()
}

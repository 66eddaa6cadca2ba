package archive

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

// broken ends in an error or a panic behind its bytes.
type broken struct {
	io.Reader
	end    error
	panics bool
	closed bool
}

func (b *broken) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err == io.EOF && b.panics {
		panic(b.end)
	}
	if err == io.EOF {
		err = b.end
	}
	return n, err
}

func (b *broken) Close() error { b.closed = true; return nil }

// Reading ahead hands over the same bytes, and then the same error or panic, again and
// again.
func TestAhead(t *testing.T) {
	text, end := noise(3*aheadBlock+5), errors.New("the end")
	rapid.Check(t, func(t *rapid.T) {
		want := text[:rapid.SampledFrom([]int{0, 1, aheadBlock - 1, aheadBlock, aheadBlock + 1, 2 * aheadBlock, len(text)}).Draw(t, "size")]
		of := &broken{Reader: bytes.NewReader(want), end: end, panics: rapid.Bool().Draw(t, "panics")}
		if rapid.Bool().Draw(t, "halves") {
			of.Reader = iotest.HalfReader(of.Reader)
		}
		r := Ahead(of)
		var got []byte
		for range 2 {
			func() {
				defer func() {
					if wrong := recover(); (wrong != nil) != of.panics || of.panics && wrong != end {
						t.Errorf("panics with %v", wrong)
					}
				}()
				b, err := io.ReadAll(iotest.OneByteReader(io.LimitReader(r, 10)))
				got = append(got, b...)
				if err == nil {
					b, err = io.ReadAll(r)
					got = append(got, b...)
				}
				if err != end {
					t.Errorf("ends in %v", err)
				}
			}()
			if of.panics {
				break // what was read before is lost in ReadAll
			}
		}
		if !of.panics && !bytes.Equal(got, want) {
			t.Errorf("%d bytes of %d, or others", len(got), len(want))
		}
	})
}

// A reader may be closed anywhere, which closes what it reads from once that is at rest.
func TestAheadClosed(t *testing.T) {
	for _, n := range []int64{0, 1, aheadBlock, aheadBlock + 1, 5 * aheadBlock} {
		of := &broken{Reader: bytes.NewReader(noise(3 * aheadBlock)), end: io.EOF}
		r := Ahead(of)
		if _, err := io.CopyN(io.Discard, r, n); err != nil && err != io.EOF {
			t.Fatal(err)
		}
		if err := r.Close(); err != nil || !of.closed {
			t.Error(err, of.closed)
		}
		if _, err := io.ReadAll(r); n > 0 && err == nil && n < 3*aheadBlock {
			t.Errorf("%d bytes: goes on behind Close", n)
		}
	}
}

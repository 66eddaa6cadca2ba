package archive

import (
	"errors"
	"io"
	"slices"
	"sync"
)

// maxCursors is how many places of a file reading can go on from.
const maxCursors = 4

// A stream is a file that is unpacked as it is read, some of it ahead. Readers go from the front to
// the end, several at a time: each finds its cursor where it left it. Reading
// farther back starts at the front.
type stream struct {
	file File
	size int64

	mu    sync.Mutex
	idle  []*cursor // the one used last at the end
	whole bool      // a reader has come to the end, with the size and checksum that it should have
}

// A cursor is a place up to which the file has been unpacked.
type cursor struct {
	r  io.ReadCloser
	at int64
}

// ReadAt reads bytes of the file. Several goroutines may read at a time.
func (s *stream) ReadAt(b []byte, at int64) (int, error) {
	if at >= s.size {
		return 0, io.EOF
	}
	c, err := s.take(at)
	if err != nil {
		return 0, err
	}
	n, err := c.read(b[:min(int64(len(b)), s.size-at)], at)
	if err == nil && c.at == s.size {
		err = s.end(c)
	}
	if err != nil {
		c.r.Close()
		return n, s.file.cause(err)
	}
	s.put(c)
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

// end sees that nothing comes behind the end.
func (s *stream) end(c *cursor) error {
	n, err := io.ReadFull(c.r, make([]byte, 1))
	switch {
	case n > 0:
		return errLonger
	case err != io.EOF:
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.whole = true
	return nil
}

// errLonger is a file that is longer than it should be.
var errLonger = errors.New("it is longer than the archive says")

// isWhole reports whether a reader has come to the end.
func (s *stream) isWhole() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.whole
}

// take is the idle cursor that is nearest before a place, else a new one.
func (s *stream) take(at int64) (*cursor, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	best := -1
	for i, c := range s.idle {
		if c.at <= at && (best < 0 || c.at >= s.idle[best].at) {
			best = i
		}
	}
	if best >= 0 {
		c := s.idle[best]
		s.idle = slices.Delete(s.idle, best, best+1)
		return c, nil
	}
	r, err := s.file.open()
	if err != nil {
		return nil, s.file.cause(err)
	}
	return &cursor{r: Ahead(r)}, nil
}

// put keeps a cursor for later, in place of the one that was not used longest.
func (s *stream) put(c *cursor) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.idle) == maxCursors {
		s.idle[0].r.Close()
		s.idle = slices.Delete(s.idle, 0, 1)
	}
	s.idle = append(s.idle, c)
}

// read unpacks up to a place, and then bytes.
func (c *cursor) read(b []byte, at int64) (int, error) {
	skipped, err := io.CopyN(io.Discard, c.r, at-c.at)
	if c.at += skipped; err != nil {
		return 0, err
	}
	n, err := io.ReadFull(c.r, b)
	c.at += int64(n)
	return n, err
}

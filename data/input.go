package data

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
)

// An Input is an export file about to be read: a name for messages, and random
// access to its bytes. Readers never trust a length that the bytes claim
// beyond Size.
type Input struct {
	Path string // as given; messages use its base name only
	Size int64
	io.ReaderAt
	close func() error
	read  atomic.Int64
}

// ReadAt reads bytes of the file and counts them. Several goroutines may read
// at a time.
func (in *Input) ReadAt(b []byte, at int64) (int, error) {
	n, err := in.ReaderAt.ReadAt(b, at)
	in.read.Add(int64(n))
	return n, err
}

// BytesRead is how many bytes were read so far; those that were read twice
// count twice.
func (in *Input) BytesRead() int64 { return in.read.Load() }

// Name is the base name, the form in which messages name the file.
func (in *Input) Name() string { return filepath.Base(in.Path) }

// Close releases the file.
func (in *Input) Close() error {
	if in.close == nil {
		return nil
	}
	return in.close()
}

// FromFile opens a file on disk.
func FromFile(path string) (*Input, error) {
	fault := func(err error) error {
		why := "it cannot be opened"
		switch {
		case errors.Is(err, fs.ErrNotExist):
			why = "there is no such file; check the name and the folder"
		case errors.Is(err, fs.ErrPermission):
			why = "reading it is not permitted; ask for read access to the file"
		}
		return &Fault{File: filepath.Base(path), Found: why}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fault(err)
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, fault(err)
	}
	if info.IsDir() {
		f.Close()
		return nil, &Fault{File: filepath.Base(path), Found: "this is a folder; name the export file in it"}
	}
	return &Input{Path: path, Size: info.Size(), ReaderAt: f, close: f.Close}, nil
}

// FromBytes makes an input of bytes already in memory.
func FromBytes(path string, b []byte) *Input {
	return &Input{Path: path, Size: int64(len(b)), ReaderAt: bytes.NewReader(b)}
}

// Head returns the first n bytes, fewer if the file is shorter.
func (in *Input) Head(n int64) ([]byte, error) {
	b := make([]byte, min(n, in.Size))
	if _, err := io.ReadFull(io.NewSectionReader(in, 0, int64(len(b))), b); err != nil {
		return nil, fmt.Errorf("%s: %w", in.Name(), err)
	}
	return b, nil
}

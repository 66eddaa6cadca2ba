package data

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// An Input is an export file about to be read: a name for messages, and random
// access to its bytes. Readers never trust a length that the bytes claim
// beyond Size.
type Input struct {
	Path string // as given; messages use its base name only
	Size int64
	io.ReaderAt
	Room   int64 // bytes of memory in which a reader may keep what it has met at opening, to read it once only
	close  func() error
	read   atomic.Int64
	file   string                            // its own name, where Path says more
	folder func(name string) (*Input, error) // opens another file of the same folder; nil where there is none

	mu     sync.Mutex
	beside []*Input // opened by Sibling
}

// ReadAt reads bytes of the file and counts them. Several goroutines may read
// at a time.
func (in *Input) ReadAt(b []byte, at int64) (int, error) {
	n, err := in.ReaderAt.ReadAt(b, at)
	in.read.Add(int64(n))
	return n, err
}

// BytesRead is how many bytes were read so far; those that were read twice
// count twice, and those of siblings count too.
func (in *Input) BytesRead() int64 {
	n := in.read.Load()
	for _, b := range in.Siblings() {
		n += b.BytesRead()
	}
	return n
}

// Name is the base name, the form in which messages name the file.
func (in *Input) Name() string { return filepath.Base(in.Path) }

// FileName is the file's own name, without that of the archive it lies in.
func (in *Input) FileName() string {
	if in.file != "" {
		return in.file
	}
	return in.Name()
}

// Inside is a file that lies in this one, an archive: messages name it "survey.csv
// in export.zip". folder opens another file of the folder that it lies in; nil
// where there is none. What a reader may keep of the one it may keep of the other. It
// needs no Close of its own.
func (in *Input) Inside(name string, r io.ReaderAt, size int64, folder func(name string) (*Input, error)) *Input {
	path := filepath.Join(filepath.Dir(in.Path), name+" in "+in.Name())
	return &Input{Path: path, Size: size, ReaderAt: r, Room: in.Room, file: name, folder: folder}
}

// Close releases the file and its siblings.
func (in *Input) Close() error {
	var errs []error
	for _, b := range in.Siblings() {
		errs = append(errs, b.Close())
	}
	if in.close != nil {
		errs = append(errs, in.close())
	}
	return errors.Join(errs...)
}

// Sibling opens another file of the same folder, for formats that describe
// their data in one file and hold them in another. The name usually comes out
// of a file and is not to be trusted: it must be that of a file in the folder,
// without a path, and a link in its place may not lead out of the folder. The
// error is fs.ErrNotExist where there is no such file, and always for an input
// that lies in no folder. The sibling is closed with the input.
func (in *Input) Sibling(name string) (*Input, error) {
	if in.folder == nil || !IsFileName(name) {
		return nil, fs.ErrNotExist
	}
	b, err := in.folder(name)
	if err != nil {
		return nil, err
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	in.beside = append(in.beside, b)
	return b, nil
}

// fromFolder opens a file of a folder on disk.
func fromFolder(folder, name string) (*Input, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	info, err := root.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fs.ErrNotExist
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	return &Input{Path: filepath.Join(folder, name), Size: info.Size(), ReaderAt: f, close: f.Close}, nil
}

// IsFileName reports whether a name is that of a file and leads nowhere: it has
// no separator of any system, no drive, no scheme, and is not a folder's.
func IsFileName(name string) bool {
	return name != "" && name != "." && name != ".." && !strings.ContainsAny(name, "/\\:\x00")
}

// Siblings are the inputs that Sibling opened, in that order.
func (in *Input) Siblings() []*Input {
	in.mu.Lock()
	defer in.mu.Unlock()
	return slices.Clone(in.beside)
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
	folder := func(name string) (*Input, error) { return fromFolder(filepath.Dir(path), name) }
	return &Input{Path: path, Size: info.Size(), ReaderAt: f, close: f.Close, folder: folder}, nil
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

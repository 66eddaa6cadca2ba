// Package archive reads files out of gzip and zip archives.
//
// In: an Input that is an archive. Gzip and Zip list the files in it, and
// File.Unpack makes an Input of one:
//
//  1. it is unpacked once from front to end (unpack.go): the checksum must be
//     right, and what unpacks to more than survey data do is refused;
//  2. meanwhile it is kept in memory, up to a limit that the caller names; a longer
//     one is unpacked again, from the front, as it is read (stream.go).
//
// File.Open spares a long file the first of these: it believes the size that the archive
// tells until a reader has come to the end, where size and checksum must be right.
//
// Ahead unpacks while the caller works on what it has read (ahead.go).
//
// Out: inputs whose messages name the file and the archive: "survey.csv in
// export.zip". They stay good as long as the archive is open.
//
// The package does not know which file is the export: that is the business of
// data/exports. It does not unpack archives with a password, archives in
// archives, or anything to disk.
package archive

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tradeoff/data"
	"tradeoff/data/inflate"
)

// maxFiles is how many files an archive may list.
const maxFiles = 10000

// A File lies in an archive and is not unpacked yet.
type File struct {
	Name   string // with its folders, "/" between them; no letter in it is a control character
	in     *data.Input
	packed int64
	told   int64 // its size unpacked, as the archive tells it
	open   func() (io.ReadCloser, error)
	others []File // of the same archive
}

// IsGzip reports whether a file begins like a gzip archive.
func IsGzip(head []byte) bool { return bytes.HasPrefix(head, []byte("\x1f\x8b\x08")) }

// IsZip reports whether a file begins like a zip archive, which workbooks and
// documents are, too.
func IsZip(head []byte) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06"))
}

// Gzip is the one file of a gzip archive. It is called like the archive, without
// the ending.
func Gzip(in *data.Input) File {
	open := func() (io.ReadCloser, error) {
		return inflate.NewGzip(io.NewSectionReader(in, 0, in.Size)), nil
	}
	name := in.FileName()
	if i := strings.LastIndexByte(name, '.'); i > 0 && slices.Contains([]string{".gz", ".gzip"}, strings.ToLower(name[i:])) {
		name = name[:i]
	}
	return File{Name: name, in: in, packed: in.Size, told: toldByGzip(in), open: open}
}

// toldByGzip is the size that stands at the end of a gzip archive: that of its last
// member, modulo 2^32; 0 if there is none.
func toldByGzip(in *data.Input) int64 {
	var b [4]byte
	if _, err := in.ReadAt(b[:], in.Size-int64(len(b))); err != nil {
		return 0
	}
	return int64(binary.LittleEndian.Uint32(b[:]))
}

// Zip lists the files of a zip archive, without folders and what systems add of
// their own. The error is a *data.Fault.
func Zip(in *data.Input) ([]File, error) {
	z, err := zip.NewReader(io.NewSectionReader(in, 0, in.Size), in.Size) // the section bears offsets below 0
	if err != nil {
		return nil, fault(in, "the zip archive is incomplete or damaged: its directory, at the end of the file, cannot be read; copy it anew or ask for a new export")
	}
	z.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser { return inflate.New(r) })
	if len(z.File) > maxFiles {
		return nil, fault(in, "the zip archive lists %d files, and no more than %d are looked through; unpack it and name the export in it", len(z.File), maxFiles)
	}
	var files []File
	for _, f := range z.File {
		name := clean(f.Name)
		if strings.HasSuffix(name, "/") || strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(path.Base(name), ".") {
			continue
		}
		open := f.Open
		if f.Flags&1 != 0 {
			open = func() (io.ReadCloser, error) { return nil, errPassword }
		}
		files = append(files, File{Name: name, in: in, packed: int64(min(f.CompressedSize64, uint64(in.Size))), told: int64(min(f.UncompressedSize64, math.MaxInt64)), open: open})
	}
	for i := range files {
		files[i].others = files
	}
	return files, nil
}

// clean makes a name fit for messages, with "/" between folders.
func clean(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\\':
			return '/'
		case r == utf8.RuneError || !unicode.IsPrint(r):
			return utf8.RuneError
		}
		return r
	}, name)
}

// Base is the file's own name, without its folders.
func (f File) Base() string { return path.Base(f.Name) }

// Head unpacks the first n bytes, fewer if the file is shorter.
func (f File) Head(n int64) ([]byte, error) {
	r, err := f.open()
	if err != nil {
		return nil, f.cause(err)
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, n))
	if err != nil {
		return nil, f.cause(err)
	}
	return b, nil
}

// Unpack makes an input of the file, which is kept in memory if it has at most hold
// bytes. Its siblings are the files of the same folder of the archive, and for a
// gzip archive those beside it; they are held in the same way. Errors are
// *data.Fault, or come from reading the archive.
func (f File) Unpack(hold int64) (*data.Input, error) {
	parts, size, err := f.unroll(hold)
	if err != nil {
		return nil, err
	}
	if parts != nil {
		return f.input(&held{parts, size}, size, hold), nil
	}
	return f.input(&stream{file: f, size: size}, size, hold), nil
}

// input makes an input of the file.
func (f File) input(r io.ReaderAt, size, hold int64) *data.Input {
	folder := f.in.Sibling
	if f.others != nil {
		folder = func(name string) (*data.Input, error) { return f.beside(name, hold) }
	}
	return f.in.Inside(f.Base(), r, size, folder)
}

// Open unpacks the file as Unpack does and hands it to open. One that is too long to be
// held is not unpacked beforehand if open reads all of it: only where open fails, or does
// not come to the end, or the archive tells another size than the file has, it is unpacked
// and handed over once more, so that damage comes before all that open may say.
func (f File) Open(hold int64, open func(*data.Input) error) error {
	if f.told > hold && f.told <= f.limit() {
		s := &stream{file: f, size: f.told}
		if open(f.input(s, s.size, hold)) == nil && s.isWhole() {
			return nil
		}
	}
	in, err := f.Unpack(hold)
	if err != nil {
		return err
	}
	return open(in)
}

// beside unpacks another file of the same folder.
func (f File) beside(name string, hold int64) (*data.Input, error) {
	for _, o := range f.others {
		if o.Name != f.Name && o.Name == path.Join(path.Dir(f.Name), name) {
			return o.Unpack(hold)
		}
	}
	return nil, fs.ErrNotExist
}

// errPassword is what reading an encrypted file ends in.
var errPassword = errors.New("encrypted")

// cause says what is wrong with the archive where a file in it cannot be unpacked.
func (f File) cause(err error) error {
	name := f.Base() + " in " + f.in.Name()
	switch {
	case errors.Is(err, errPassword):
		return &data.Fault{File: name, Found: "the file has a password; unpack it, and name what comes out"}
	case errors.Is(err, zip.ErrAlgorithm):
		return &data.Fault{File: name, Found: "the file is packed in a way that is not read; unpack it, and name what comes out"}
	case isDamage(err):
		return &data.Fault{File: name, Found: "the file cannot be unpacked: the archive is cut off or damaged; copy it anew or ask for a new export"}
	}
	return fmt.Errorf("%s: %w", name, err)
}

// fault is something wrong with the archive.
func fault(in *data.Input, format string, args ...any) *data.Fault {
	return &data.Fault{File: in.Name(), Found: fmt.Sprintf(format, args...)}
}

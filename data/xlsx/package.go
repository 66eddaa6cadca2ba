package xlsx

import (
	"archive/zip"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"tradeoff/data"
	"tradeoff/data/inflate"
)

// Limits on what a workbook may inflate to. A sheet is streamed, so its limit
// only bounds the time; the other parts are kept in memory in some form.
const (
	maxSheet = 8 << 30
	maxTexts = 256 << 20
	maxSmall = 32 << 20
	// A part that inflates to more than bombSize and more than bombRatio
	// times its packed size holds nothing but repetition. Real sheets
	// stay below 30 times.
	bombSize  = 64 << 20
	bombRatio = 250
)

const workbookPart = "xl/workbook.xml"

// A pack is the zip archive of a workbook.
type pack struct {
	in    *data.Input
	files map[string]*zip.File // by name in lower case
}

// openPackage reads the directory of the archive.
func openPackage(in *data.Input) (*pack, error) {
	z, err := zip.NewReader(in, in.Size)
	if err != nil {
		return nil, fault(in, "the workbook is incomplete or damaged: its directory, at the end of the file, cannot be read; ask for a new export")
	}
	z.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser { return inflate.New(r) })
	p := &pack{in: in, files: make(map[string]*zip.File, len(z.File))}
	for _, f := range z.File {
		name := partName(f.Name)
		if p.files[name] == nil {
			p.files[name] = f
		}
	}
	return p, nil
}

// partName is the form in which parts are looked up: names of parts do not
// depend on case, and some writers start them with a slash or use backslashes.
func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

// part returns a part of the archive, nil if it is not there.
func (p *pack) part(name string) *zip.File { return p.files[partName(name)] }

// damaged is the fault of a part that does not inflate.
func (p *pack) damaged(f *zip.File) error {
	return fault(p.in, "the workbook is damaged: its part %s cannot be unpacked; ask for a new export", f.Name)
}

// tooLarge is the fault of a part beyond its limit.
func (p *pack) tooLarge(f *zip.File, size, limit uint64) error {
	return fault(p.in, "the part %s of the workbook inflates from %s to %s or more, the limit is %s; save the data alone in a new workbook, or export CSV",
		f.Name, megabytes(f.CompressedSize64), megabytes(size), megabytes(limit))
}

// megabytes words a size in bytes.
func megabytes(n uint64) string {
	switch {
	case n < 1<<20:
		return fmt.Sprintf("%d KB", (n+1023)>>10)
	case n < 10<<30:
		return fmt.Sprintf("%d MB", n>>20)
	}
	return fmt.Sprintf("%d GB", n>>30)
}

// open inflates a part, and refuses it once it is larger than the limit or
// than its packed size can justify.
func (p *pack) open(f *zip.File, limit uint64) (io.ReadCloser, error) {
	packed := f.CompressedSize64
	limit = min(limit, max(bombSize, packed*bombRatio))
	if f.UncompressedSize64 > limit {
		return nil, p.tooLarge(f, f.UncompressedSize64, limit)
	}
	r, err := f.Open()
	if err != nil {
		return nil, p.damaged(f)
	}
	return &counted{pack: p, file: f, r: r, limit: limit}, nil
}

// counted is a part that counts what it inflates to.
type counted struct {
	pack  *pack
	file  *zip.File
	r     io.ReadCloser
	n     uint64
	limit uint64
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += uint64(n)
	var corrupt flate.CorruptInputError
	switch {
	case c.n > c.limit:
		return 0, c.pack.tooLarge(c.file, c.n, c.limit)
	case err == io.ErrUnexpectedEOF, errors.Is(err, zip.ErrChecksum), errors.Is(err, zip.ErrFormat), errors.As(err, &corrupt):
		return n, c.pack.damaged(c.file)
	case err != nil && err != io.EOF:
		return n, fmt.Errorf("%s: %w", c.pack.in.Name(), err)
	}
	return n, err
}

func (c *counted) Close() error { return c.r.Close() }

// related resolves the target of a relationship of the workbook.
func related(target string) string {
	if strings.HasPrefix(target, "/") {
		return target[1:]
	}
	return path.Join(path.Dir(workbookPart), target)
}

package xlsx

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"tradeoff/reports"
)

// A shell takes the parts of the workbook from the library, which hands over
// streamed sheets, and the entries of the content types, in the order of a map.
type shell map[string]*bytes.Buffer

func (s shell) Create(name string) (io.Writer, error) {
	b := new(bytes.Buffer)
	s[name] = b
	return b, nil
}

// AddFS is part of the library's interface; a workbook made from nothing has no
// files to add.
func (s shell) AddFS(fs.FS) error {
	return fmt.Errorf("a workbook part from a file system was not expected")
}

func (s shell) Close() error { return nil }

// open has the library write all it has.
func openShell(f *excelize.File) (shell, error) {
	s := shell{}
	f.SetZipWriter(func(io.Writer) excelize.ZipWriter { return s })
	if _, err := f.WriteToBuffer(); err != nil {
		return nil, err
	}
	for name, b := range s {
		switch name {
		case typesPart:
			s[name] = bytes.NewBuffer(sortTypes(b.Bytes()))
		case "docProps/core.xml":
			s[name] = bytes.NewBuffer(dates.ReplaceAll(b.Bytes(), nil))
		}
	}
	return s, nil
}

const typesPart = "[Content_Types].xml"

// names are those of the parts, in the order of the file.
func (s shell) names() []string {
	var names []string
	for name := range s {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if (a == typesPart) != (b == typesPart) {
			return map[bool]int{true: -1, false: 1}[a == typesPart] // readers look for it first
		}
		return strings.Compare(a, b)
	})
	return names
}

// A part of the file: its pieces make one compressed text.
type part struct {
	name   string
	pieces []*piece
}

// A joiner keeps what is written to it as the pieces of a file. The writer of
// the archive hands on large pieces as they are and uses memory of its own for
// the rest: only that is copied.
type joiner struct {
	file  reports.File
	piece []byte // that is handed to the archive now
}

func (j *joiner) Write(p []byte) (int, error) {
	if len(p) == 0 || len(j.piece) == 0 || &p[len(p)-1] != &j.piece[len(j.piece)-1] {
		p = bytes.Clone(p)
	}
	j.file = append(j.file, p)
	return len(p), nil
}

// archive zips parts. It holds no times.
func archive(parts []part) (reports.File, error) {
	out := new(joiner)
	w := zip.NewWriter(out)
	for _, p := range parts {
		h := &zip.FileHeader{Name: p.name, Method: zip.Deflate}
		for _, piece := range p.pieces {
			h.CRC32 = joined(h.CRC32, piece.sum, piece.size)
			h.CompressedSize64 += uint64(len(piece.packed))
			h.UncompressedSize64 += uint64(piece.size)
		}
		to, err := w.CreateRaw(h)
		if err != nil {
			return nil, err
		}
		for _, piece := range p.pieces {
			out.piece = piece.packed
			if _, err := to.Write(piece.packed); err != nil {
				return nil, err
			}
		}
	}
	err := w.Close()
	return out.file, err
}

// dates are the library's own, years old; a report holds no clock.
var dates = regexp.MustCompile(`<dcterms:(created|modified)[^>]*>[^<]*</dcterms:(created|modified)>`)

var typeEntry = regexp.MustCompile(`<(?:Default|Override)[^>]*>(?:</(?:Default|Override)>)?`)

// sortTypes puts the entries of the content types in order.
func sortTypes(b []byte) []byte {
	at := typeEntry.FindAllIndex(b, -1)
	if len(at) == 0 {
		return b
	}
	var entries []string
	for _, i := range at {
		entries = append(entries, string(b[i[0]:i[1]]))
	}
	slices.Sort(entries)
	head, tail := string(b[:at[0][0]]), string(b[at[len(at)-1][1]:])
	return []byte(head + strings.Join(entries, "") + tail)
}

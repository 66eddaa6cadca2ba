package xlsx

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// A sortedZip holds the parts of a workbook back and writes them in a fixed
// order: the library hands over streamed sheets, and the entries of the
// content types, in the order of a map. Times are left out.
type sortedZip struct {
	out   io.Writer
	parts map[string]*bytes.Buffer
}

func newZip(w io.Writer) excelize.ZipWriter {
	return &sortedZip{out: w, parts: map[string]*bytes.Buffer{}}
}

func (z *sortedZip) Create(name string) (io.Writer, error) {
	b := new(bytes.Buffer)
	z.parts[name] = b
	return b, nil
}

// AddFS is part of the library's interface; a workbook made from nothing has no
// files to add.
func (z *sortedZip) AddFS(fs.FS) error {
	return fmt.Errorf("a workbook part from a file system was not expected")
}

const typesPart = "[Content_Types].xml"

func (z *sortedZip) Close() error {
	var names []string
	for name := range z.parts {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if (a == typesPart) != (b == typesPart) {
			return map[bool]int{true: -1, false: 1}[a == typesPart] // readers look for it first
		}
		return strings.Compare(a, b)
	})
	w := zip.NewWriter(z.out)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.BestSpeed)
	})
	for _, name := range names {
		b := z.parts[name].Bytes()
		switch name {
		case typesPart:
			b = sortTypes(b)
		case "docProps/core.xml":
			b = dates.ReplaceAll(b, nil)
		}
		part, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
		if err != nil {
			return err
		}
		if _, err := part.Write(b); err != nil {
			return err
		}
	}
	return w.Close()
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

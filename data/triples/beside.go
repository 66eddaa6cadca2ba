package triples

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"

	"tradeoff/data"
)

// A dataFile holds the answers that a definition describes.
type dataFile struct {
	*definition
	data *data.Input

	from    int64               // bytes of a byte-order mark
	order   *unicode.Endianness // of UTF-16, nil for other encodings
	charset encoding.Encoding   // nil: UTF-8, also for UTF-16, which is turned into it
	end     byte                // the last byte of a line end
	runes   bool                // positions count characters and not bytes
	width   int                 // the last position described; for CSV the last field
	head    int64               // bytes of the lines to skip
	length  int64               // bytes of each line with its end, 0 if they differ
	comma   byte                // what separates the fields of CSV
	rows    int64
}

// endings are what data files of a layout are called, likeliest first.
func (d *definition) endings() []string {
	if d.isCSV() {
		return []string{".csv", ".asc", ".txt", ".tsv", ".dat"}
	}
	return []string{".asc", ".dat", ".txt"}
}

// find opens the data file: the one that the definition names, if that is no
// more than a file name, else the one that is called like the definition.
func (d *definition) find(sibling func(string) (*data.Input, error)) (*dataFile, error) {
	var tried []string
	try := func(name string) (*data.Input, error) {
		if strings.EqualFold(name, d.in.FileName()) {
			return nil, nil
		}
		if !strings.EqualFold(name, last(tried)) {
			tried = append(tried, name)
		}
		in, err := sibling(name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		if err != nil {
			return nil, d.fault("", "its data file %s cannot be opened; it must be a readable file in the folder of the definition, and no link out of it", short(name))
		}
		return in, nil
	}
	if data.IsFileName(d.href) {
		if in, err := try(d.href); in != nil || err != nil {
			return d.found(in), err
		}
	} else if d.href != "" {
		d.note("%s: it names a data file in another place, which is not followed; the one beside the definition is read.", d.in.Name())
	}
	base := strings.TrimSuffix(d.in.FileName(), filepath.Ext(d.in.FileName()))
	for _, e := range d.endings() {
		for _, name := range []string{base + e, base + strings.ToUpper(e)} {
			if in, err := try(name); in != nil || err != nil {
				return d.found(in), err
			}
		}
	}
	return nil, d.fault("", "its data file is not there: looked in the folder of the definition for %s; put the data file beside the definition", enumerate(tried))
}

// last is the last of some names, "" for none.
func last(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return names[len(names)-1]
}

func (d *definition) found(in *data.Input) *dataFile {
	f := &dataFile{definition: d, data: in, end: '\n', comma: ','}
	for _, v := range d.variables {
		last := v.finish
		if d.isCSV() { // a finish says nothing unless subfields have fields of their own
			last = v.start + max(v.parts, 1) - 1
		}
		f.width = max(f.width, last)
	}
	return f
}

// rowFault is something wrong with a line of the data.
func (f *dataFile) rowFault(line int64, column, found string) *data.Fault {
	return &data.Fault{File: f.in.Name(), Row: line, Unit: unit, Column: column, Found: found}
}

// charsetByName is the encoding of that name, nil for UTF-8. Bytes that have no
// letter in Latin-1 have one in Windows-1252, which programs write as Latin-1.
func charsetByName(name string) (encoding.Encoding, bool) {
	name = strings.ToLower(strings.TrimSpace(name))
	switch name {
	case "", "utf-8", "utf8":
		return nil, true
	case "utf-16", "utf-16le", "utf-16be", "utf16": // the bytes would have shown it
		return nil, true
	}
	e, err := ianaindex.IANA.Encoding(name)
	if err != nil || e == nil {
		if e, err = htmlindex.Get(name); err != nil {
			return nil, false
		}
	}
	if e == charmap.ISO8859_1 {
		e = charmap.Windows1252
	}
	const letters = "ABCxyz019 _=\t"
	if got, err := e.NewDecoder().String(letters); err != nil || got != letters {
		return nil, false
	}
	return e, true
}

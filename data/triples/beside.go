package triples

import (
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"

	"tradeoff/data"
	"tradeoff/data/beside"
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

// find opens the data file: the one that the definition names, else the one that
// is called like it.
func (d *definition) find(sibling func(string) (*data.Input, error)) (*dataFile, error) {
	if d.href != "" && !data.IsFileName(d.href) {
		d.note("%s: it names a data file in another place, which is not followed; the one beside the definition is read.", d.in.Name())
	}
	in, err := beside.Find(d.in, sibling, []string{d.href}, d.endings())
	if err != nil {
		return nil, err
	}
	return d.found(in), nil
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

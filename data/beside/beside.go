// Package beside holds what the formats share that describe their data in one file,
// the definition, most often of XML, and hold them in another beside it.
//
// In: an Input that is the definition. Out: its elements one after the other
// (XML, in xml.go), and the data file that it names (Find, Only).
// The XML is hostile until shown otherwise: no document type of its own, no
// entities but those of XML, few levels in each other, bounded tags and texts.
//
// The package does not know what an element means: that is for data/triples,
// data/ddi and data/limesurvey.
package beside

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"

	"tradeoff/data"
)

// Find opens the data file of a definition: one that it names, if that is no more
// than a file name, else the one that is called like the definition, with one of
// these endings, in small letters or capitals. sibling opens a file of the same
// folder. The error is a *data.Fault; where there is no data file it says what was
// looked for.
func Find(in *data.Input, sibling func(string) (*data.Input, error), named, endings []string) (*data.Input, error) {
	t := tries{in: in, sibling: sibling}
	for _, name := range named {
		if !data.IsFileName(name) {
			continue
		}
		if found, err := t.open(name); found != nil || err != nil {
			return found, err
		}
	}
	base := strings.TrimSuffix(in.FileName(), filepath.Ext(in.FileName()))
	for _, e := range endings {
		for _, name := range []string{base + e, base + strings.ToUpper(e)} {
			if found, err := t.open(name); found != nil || err != nil {
				return found, err
			}
		}
	}
	return nil, t.none()
}

// Only is Find for definitions that many files may belong to: it opens the first of the
// files that it names, or the only one of the guesses that is there. Two are a fault.
func Only(in *data.Input, named, guesses []string) (*data.Input, error) {
	t := tries{in: in, sibling: in.Sibling}
	for _, name := range named {
		if !data.IsFileName(name) {
			continue
		}
		if found, err := t.open(name); found != nil || err != nil {
			return found, err
		}
	}
	var only *data.Input
	for _, name := range guesses {
		found, err := t.open(name)
		switch {
		case err != nil:
			return nil, err
		case found == nil || only != nil && only.FileName() == found.FileName():
		case only != nil:
			return nil, &data.Fault{File: in.Name(), Found: "it may describe " + Short(only.FileName()) + " or " + Short(found.FileName()) + ", which both lie beside it; put it and its data in a folder of their own"}
		default:
			only = found
		}
	}
	if only == nil {
		return nil, t.none()
	}
	return only, nil
}

// tries opens files of the folder of a definition, and remembers their names.
type tries struct {
	in      *data.Input
	sibling func(string) (*data.Input, error)
	names   []string
}

// open opens a file, nil where there is none.
func (t *tries) open(name string) (*data.Input, error) {
	if strings.EqualFold(name, t.in.FileName()) {
		return nil, nil
	}
	if n := len(t.names); n == 0 || !strings.EqualFold(name, t.names[n-1]) {
		t.names = append(t.names, name)
	}
	found, err := t.sibling(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, &data.Fault{File: t.in.Name(), Found: "its data file " + Short(name) + " cannot be opened; it must be a readable file in the folder of the definition, and no link out of it"}
	}
	return found, nil
}

// none is the fault of a definition without data.
func (t *tries) none() *data.Fault {
	return &data.Fault{File: t.in.Name(), Found: "its data file is not there: looked in the folder of the definition for " + List(t.names) + "; put the data file beside the definition"}
}

// Charset is the encoding of that name, nil for UTF-8 and UTF-16, which bytes tell.
// Bytes that have no letter in Latin-1 have one in Windows-1252, which programs
// write as Latin-1. ok is false for a name that is not known.
func Charset(name string) (e encoding.Encoding, ok bool) {
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

// listed is how many names a message lists.
const listed = 10

// List lists names for a message, the first ten and whether there are more.
func List(names []string) string {
	if len(names) > listed {
		return strings.Join(names[:listed], ", ") + " and more"
	}
	return strings.Join(names, ", ")
}

// Short cuts what comes from a file for a message.
func Short(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "..."
	}
	return s
}

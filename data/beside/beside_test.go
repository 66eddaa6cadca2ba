package beside

import (
	"encoding/xml"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"tradeoff/data"
)

// text reads the text of a definition.
func text(definition string) (string, error) {
	out := ""
	err := Read(data.FromBytes("a.xml", []byte(definition)), Kind{"def", "definition", ".xml"}, func(x *XML, _ xml.StartElement) (err error) {
		out, err = x.Prose(nil)
		return err
	})
	return out, err
}

// The same text in each encoding that a declaration or a mark can name.
func TestEncodings(t *testing.T) {
	for what, definition := range map[string]string{
		"UTF-8":   "<def>Köln  \n ok</def>",
		"mark":    "\xef\xbb\xbf<def>Köln <b>ok</b></def><!-- end -->",
		"Latin-1": "<?xml version='1.0' encoding='iso-8859-1'?><def>K\xf6ln ok</def>",
		"UTF-16":  "\xff\xfe<\x00d\x00e\x00f\x00>\x00K\x00\xf6\x00l\x00n\x00 \x00o\x00k\x00<\x00/\x00d\x00e\x00f\x00>\x00",
	} {
		if got, err := text(definition); err != nil || got != "Köln ok" {
			t.Errorf("%s: %q, %v", what, got, err)
		}
	}
}

// What no definition needs is refused, however it is written.
func TestHostile(t *testing.T) {
	for want, definition := range map[string]string{
		"deep in each other":           "<def>" + strings.Repeat("<a>", 40),
		"document type of its own":     `<!DOCTYPE def [<!ENTITY a "b">]><def>&a;</def>`,
		"an entity that XML":           "<def>&a;</def>",
		"longer than any definition":   "<def>" + strings.Repeat("a", 2*maxToken) + "</def>",
		"an encoding that is not":      "<?xml version='1.0' encoding='klingon'?><def/>",
		"not in the encoding that":     "<def>K\xf6ln</def>",
		"the XML ends here":            "<def><a>",
		"no well-formed XML":           "<def></a></def>",
		`it begins with "other"; name`: "<other/>",
	} {
		if _, err := text(definition); err == nil || !data.IsData(err) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// The data file is the named one, else the one called like the definition; no path
// is followed, and the definition is not its own data.
func TestFind(t *testing.T) {
	in := data.FromBytes("x/a.xml", nil)
	there := map[string]bool{"a.csv": true, "b.csv": true, "a.xml": true, "../c.csv": true}
	for named, want := range map[string]string{"": "a.csv", "b.csv": "b.csv", "../c.csv": "a.csv", "A.XML": "a.csv", "gone.csv": "a.csv"} {
		found, err := Find(in, func(name string) (*data.Input, error) {
			if !there[name] {
				return nil, fs.ErrNotExist
			}
			return data.FromBytes(name, nil), nil
		}, []string{named}, []string{".dat", ".csv"})
		if err != nil || found.Name() != want {
			t.Errorf("%q: %v, %v", named, found, err)
		}
	}
	_, err := Find(in, func(string) (*data.Input, error) { return nil, fs.ErrNotExist }, []string{"b.csv"}, []string{".dat", ".csv"})
	if want := "a.xml: its data file is not there: looked in the folder of the definition for b.csv, a.dat, a.csv; put the data file beside the definition"; fmt.Sprint(err) != want {
		t.Error(err)
	}
	_, err = Find(in, func(string) (*data.Input, error) { return nil, fs.ErrPermission }, nil, []string{".dat"})
	if err == nil || !data.IsData(err) || !strings.HasPrefix(err.Error(), "a.xml: its data file a.dat cannot be opened") {
		t.Error(err)
	}
}

package triples

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"tradeoff/data"
	"tradeoff/internal/sharedtest"
)

// pair opens a definition whose data file, whatever it is called, is this.
func pair(definition, lines []byte) (*data.Survey, error) {
	return open(data.FromBytes("a.sss", definition), func(name string) (*data.Input, error) {
		if !data.IsFileName(name) {
			return nil, fs.ErrNotExist
		}
		return data.FromBytes(name, lines), nil
	})
}

// sound opens a pair, which ends in a fault or in a survey whose names are
// unique, whose texts are UTF-8, and whose columns are as long as their batches.
func sound(t testing.TB, definition, lines []byte) {
	s, err := pair(definition, lines)
	if err != nil {
		if !data.IsData(err) {
			t.Fatalf("%v is not a fault", err)
		}
		return
	}
	seen := map[string]bool{}
	for _, v := range s.Codebook.Variables {
		if v.Name == "" || seen[v.Name] || !utf8.ValidString(v.Name+v.Label) {
			t.Fatalf("name %q is empty, stands twice or is not UTF-8", v.Name)
		}
		seen[v.Name] = true
	}
	rows := int64(0)
	for b, err := range s.Batches(nil) {
		if err != nil {
			if !data.IsData(err) {
				t.Fatalf("%v is not a fault", err)
			}
			return
		}
		for _, c := range b.Record.Columns() {
			if c := data.Plain(c); int64(c.Len()) != b.Record.NumRows() {
				t.Fatalf("a column of %d in a batch of %d", c.Len(), b.Record.NumRows())
			}
		}
		if b.Before != rows {
			t.Fatalf("a batch says that %d rows came before it, and %d did", b.Before, rows)
		}
		rows += b.Record.NumRows()
	}
	if rows != s.Files[0].Rows {
		t.Fatalf("%d rows, %d were counted", rows, s.Files[0].Rows)
	}
}

// seeds are small surveys of each kind.
func seeds() [][2]string {
	all := variableOf("a", "single", `start="1"`, twoValues) + variableOf("b", "multiple", `start="2" finish="5"`, fourValues) +
		variableOf("c", "multiple", `start="6" finish="7"`, `<spread subfields="2"/>`+fourValues) + variableOf("d", "quantity", `start="8" finish="11"`, `<values><range from="0" to="99.9"/></values>`) +
		variableOf("e", "date", `start="12" finish="19"`, "") + variableOf("f", "time", `start="20" finish="23"`, "") + variableOf("g", "character", `start="24" finish="26"`, "<size>3</size>") + variableOf("h", "logical", `start="27"`, "")
	csv := variableOf("a", "single", `start="1"`, twoValues) + variableOf("b", "multiple", `start="2"`, fourValues) +
		variableOf("c", "multiple", `start="3" finish="4"`, `<spread subfields="2"/>`+fourValues) + variableOf("d", "multiple", `start="5"`, `<spread subfields="2"/>`+fourValues) + variableOf("e", "character", `start="6"`, "<size>3</size>")
	return [][2]string{
		{define("", all), "110010112.5202001021230abc1\n2    00  99        2359\u00e9  0\n"},
		{define(`format="csv" skip="0"`, csv), "1,1001,1,2,\"1,2\",\"a\"\"b\"\n2,0000,,,12,c\n"},
		{utf16LE(strings.Replace(define("", variableOf("a", "single", `start="1"`, twoValues)), "UTF-8", "UTF-16", 1)), "1\r\n2\r\n"},
	}
}

// Every byte of definition and data changed, and both cut at every place.
func TestDamage(t *testing.T) {
	for _, seed := range seeds() {
		definition, lines := []byte(seed[0]), []byte(seed[1])
		if _, err := pair(definition, lines); err != nil {
			t.Fatal(err)
		}
		for _, values := range [][]byte{definition, lines} {
			for i := range values {
				old := values[i]
				for _, b := range []byte{0, ' ', '<', '"', '9', 0xff, old ^ 1} {
					values[i] = b
					sound(t, definition, lines)
				}
				values[i] = old
			}
		}
		for i := range definition {
			sound(t, definition[:i], lines)
		}
		for i := range lines {
			sound(t, definition, lines[:i])
		}
	}
}

// FuzzOpen reads any definition with any data.
func FuzzOpen(f *testing.F) {
	for _, seed := range seeds() {
		f.Add([]byte(seed[0]), []byte(seed[1]))
	}
	for _, folder := range []string{"badinputs", "surveys/triple-s"} {
		definitions, _ := filepath.Glob(filepath.Join(filepath.Dir(sharedtest.Root(f)), "shared", folder, "*.sss"))
		for _, path := range definitions {
			definition, err := os.ReadFile(path)
			if err != nil || len(definition) > 1<<17 {
				continue
			}
			base := strings.TrimSuffix(path, ".sss")
			for _, e := range []string{".asc", ".dat"} {
				if lines, err := os.ReadFile(base + e); err == nil {
					f.Add(definition, lines[:min(len(lines), 1<<14)])
				}
			}
		}
	}
	f.Fuzz(func(t *testing.T, definition, lines []byte) { sound(t, definition, lines) })
}

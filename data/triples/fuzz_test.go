package triples

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tradeoff/data"
	"tradeoff/data/readertest"
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

// sound opens a pair and reads it if it can be.
func sound(t testing.TB, definition, lines []byte) {
	t.Helper()
	s, err := pair(definition, lines)
	readertest.Sound(t, s, err)
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
		changes := func(b []byte) func(int) []byte {
			return func(i int) []byte { return []byte{0, ' ', '<', '"', '9', 0xff, b[i] ^ 1} }
		}
		readertest.Damage(t, definition, changes(definition), 2<<20, func(b []byte) { sound(t, b, lines) })
		readertest.Damage(t, lines, changes(lines), 2<<20, func(b []byte) { sound(t, definition, b) })
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

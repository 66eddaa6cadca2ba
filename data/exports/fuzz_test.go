package exports

import (
	"testing"

	"tradeoff/data"
	"tradeoff/data/readertest"
)

// Whatever the bytes and the name, opening ends in a survey or in a fault.
func FuzzOpen(f *testing.F) {
	for _, name := range []string{"a.csv", "a.sav", "a.xlsx", "a"} {
		f.Add(name, []byte("q1,q2\n1,2\n"))
		f.Add(name, []byte("<?xml version=\"1.0\"?><sss>"))
		f.Add(name, []byte{0xff, 0xfe, '<', 0})
		f.Add(name, []byte("PK\x03\x04"))
		f.Add(name, []byte("$FL2"))
		f.Add(name, []byte("PAR1"))
		f.Add(name, []byte(packed("a.csv", "q1,q2\n1,2\n", "b.pdf", "x")))
		f.Add(name, []byte(gzipped([]byte("q1,q2\n1,2\n"))))
		f.Add(name, []byte("contact,x\na@b.example,1\n+49 89 123456,2\n48.1234, 11.1234,3\n"))
	}
	for _, ending := range []string{".csv", ".sav", ".zsav", ".xlsx", ".parquet", ".dta", ".sss", ".txt"} {
		for _, b := range readertest.Seeds(f, ending) {
			f.Add("a"+ending, b)
		}
	}
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		if _, err := Open([]*data.Input{data.FromBytes(name, content)}, nil); err != nil && !data.IsData(err) {
			t.Fatalf("%v is no fault of the data", err)
		}
	})
}

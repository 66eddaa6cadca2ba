package columnar

import (
	"math/rand/v2"
	"runtime/debug"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tradeoff/data"
	"tradeoff/data/readertest"
)

// try opens and reads bytes; whatever they are, it returns data or a fault.
func try(t *testing.T, open func(*data.Input) (*data.Survey, error), b []byte) {
	t.Helper()
	s, err := open(data.FromBytes("x", b))
	if err == nil {
		read := int64(0)
		for batch, e := range s.Batches(nil) {
			if err = e; err != nil {
				break
			}
			if read += batch.Record.NumRows(); read > 1<<22 {
				break // a run may legally stand for any number of rows
			}
		}
	}
	if err != nil && !data.IsData(err) {
		t.Fatalf("%v is no fault of the data", err)
	}
}

// samples are small files of both formats.
func samples(t testing.TB) map[string][][]byte {
	small := book()
	out := map[string][][]byte{
		parquetFormat: {write(t, parquetFormat, small, rows(small.Variables, 20, 20))},
		ipcFormat:     {foreignStream(t), write(t, ipcFormat, small, rows(small.Variables, 20, 7))},
	}
	out[parquetFormat] = append(out[parquetFormat], readertest.Seeds(t, ".parquet")...)
	return out
}

// Flipped, overwritten and cut bytes must end in data or a fault, in bounded
// memory: the limit makes a runaway allocation slow and visible, and a huge
// one dies.
func TestDamaged(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(512 << 20))
	times := 400
	if testing.Short() {
		times = 40
	}
	for format, files := range samples(t) {
		for k, b := range files {
			random := rand.New(rand.NewPCG(7, uint64(k)))
			for range times {
				try(t, openers[format], damage(random, b))
			}
		}
	}
}

// damage returns a copy with a few bytes changed or the middle cut out.
func damage(random *rand.Rand, b []byte) []byte {
	out := append([]byte(nil), b...)
	for range 1 + random.IntN(4) {
		at := random.IntN(len(out))
		if random.IntN(2) == 0 { // where the metadata of Parquet stand
			at = len(out) - 1 - random.IntN(min(len(out), 600))
		}
		switch random.IntN(4) {
		case 0:
			out[at] ^= 1 << random.IntN(8)
		case 1:
			out[at] = byte(random.IntN(256))
		case 2:
			for i := at; i < min(len(out), at+4); i++ {
				out[i] = 0xff
			}
		case 3:
			n := random.IntN(8)
			if at+n < len(out) && len(out) > 100 {
				out = append(out[:at], out[at+n:]...)
			}
		}
	}
	return out
}

func FuzzParquet(f *testing.F) {
	for _, b := range samples(f)[parquetFormat] {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) { try(t, OpenParquet, b) })
}

func FuzzIPC(f *testing.F) {
	for _, b := range samples(f)[ipcFormat] {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) { try(t, OpenIPC, b) })
}

// FuzzBook reads any text as a codebook in the metadata of a file: what it says is
// written so that it is read again.
func FuzzBook(f *testing.F) {
	columns := func() *data.Codebook {
		return &data.Codebook{Variables: []data.Variable{{Name: "q"}, {Name: "s", Type: data.Text}, {Name: "t", Type: data.Time}}}
	}
	f.Add(`{"version": 1, "weight": "q", "variables": [{"name": "q", "label": "?", "level": "ordinal", "labels": [{"code": "1", "label": "no"}],
		"missing": {"codes": ["98"], "range": {"low": 900}}}], "sets": [{"name": "$q2", "counted": "1", "variables": ["q", "gone"]}]}`)
	f.Add(`{"version": 1, "variables": [{"name": "s"}, {"name": "s", "missing": {"range": {}}}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		book := columns()
		if err := decodeBook(text, book); err != nil {
			return
		}
		again, err := EncodeBook(*book)
		if err != nil {
			t.Fatal(err)
		}
		got := columns()
		if err := decodeBook(again, got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(book, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
	})
}

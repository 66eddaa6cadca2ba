package inflate

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

// packed is what compress/flate makes of some bytes; some levels store them, some use
// fixed codes only.
func packed(t rapid.TB, b []byte, level int) []byte {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, level)
	if err == nil {
		_, err = w.Write(b)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// texts are bytes of few or many kinds, with and without repetitions near and far.
var texts = rapid.Custom(func(t *rapid.T) []byte {
	var out []byte
	for range rapid.IntRange(0, 6).Draw(t, "pieces") {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		n := rapid.SampledFrom([]int{1, 5, 300, 5000, 70000, 200000}).Draw(t, "bytes")
		kinds := rapid.SampledFrom([]int{1, 2, 5, 40, 256}).Draw(t, "kinds of bytes")
		switch back := rapid.SampledFrom([]int{0, 1, 2, 3, 7, 8, 9, 300, 32768}).Draw(t, "repeated from"); {
		case back > 0 && back <= len(out):
			for range n {
				out = append(out, out[len(out)-back])
			}
		default:
			for range n {
				out = append(out, byte(min(rng.IntN(kinds), rng.IntN(kinds))))
			}
		}
	}
	return out
})

// What compress/flate packs comes out again, however the bytes arrive and are asked for.
func TestUnpack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := texts.Draw(t, "text")
		p := packed(t, want, rapid.SampledFrom([]int{flate.HuffmanOnly, flate.DefaultCompression, flate.NoCompression, flate.BestSpeed, 6, 9}).Draw(t, "level"))
		var r io.Reader = bytes.NewReader(append(p, "behind"...))
		if rapid.Bool().Draw(t, "half of what is asked for") {
			r = iotest.HalfReader(r)
		}
		if rapid.Bool().Draw(t, "the end with the last bytes") {
			r = iotest.DataErrReader(r)
		}
		z := New(bytes.NewReader([]byte("something else")))
		if rapid.Bool().Draw(t, "used before") {
			io.ReadAll(z)
		}
		z.Reset(r)
		got, err := io.ReadAll(z)
		if err != nil || !bytes.Equal(got, want) {
			t.Fatalf("%d bytes and %v, want %d", len(got), err, len(want))
		}
		rest := make([]byte, len("behind"))
		if err := z.Behind(rest); err != nil || string(rest) != "behind" {
			t.Fatalf("behind the stream stands %q, %v", rest, err)
		}
	})
}

// same holds what becomes of a stream against compress/flate: the same bytes, or as
// many of them as came before the damage, and the same kind of error.
func same(t interface{ Fatalf(string, ...any) }, p []byte) {
	want, wantErr := io.ReadAll(flate.NewReader(bytes.NewReader(p)))
	got, err := io.ReadAll(New(bytes.NewReader(p)))
	var corrupt flate.CorruptInputError
	switch {
	case wantErr == nil && (err != nil || !bytes.Equal(got, want)):
		t.Fatalf("%d bytes and %v, want %d", len(got), err, len(want))
	case wantErr != nil && err == nil, errors.As(wantErr, &corrupt) != errors.As(err, &corrupt) && err != io.ErrUnexpectedEOF && wantErr != io.ErrUnexpectedEOF:
		t.Fatalf("error %v, want %v", err, wantErr)
	case wantErr != nil && !bytes.HasPrefix(want, got) && !bytes.HasPrefix(got, want):
		t.Fatalf("other bytes before the damage")
	}
}

// Damaged streams are refused where compress/flate refuses them, and read where it
// reads them.
func TestDamage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := packed(t, texts.Draw(t, "text"), rapid.SampledFrom([]int{flate.HuffmanOnly, flate.NoCompression, flate.BestSpeed, 6, 9}).Draw(t, "level"))
		for range rapid.IntRange(0, 3).Draw(t, "bits") {
			at := rapid.IntRange(0, 8*min(len(p), 200)-1).Draw(t, "bit")
			p[at/8] ^= 1 << (at % 8)
		}
		same(t, p[:rapid.IntRange(0, len(p)).Draw(t, "cut")])
		same(t, p)
		same(t, rapid.SliceOf(rapid.Byte()).Draw(t, "anything"))
	})
}

func FuzzUnpack(f *testing.F) {
	for level := range 10 {
		f.Add(packed(f, []byte("Anna and Hannah and Anna and Hannah, and so on and on and on"), level))
	}
	f.Fuzz(func(t *testing.T, p []byte) { same(t, p) })
}

// Streams of zlib are checked as compress/zlib checks them.
func TestZlib(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b bytes.Buffer
		w := zlib.NewWriter(&b)
		w.Write(texts.Draw(t, "text"))
		w.Close()
		p := b.Bytes()
		if rapid.Bool().Draw(t, "damaged") {
			at := rapid.SampledFrom([]int{0, 1, len(p) - 1, len(p) - 4, len(p) / 2}).Draw(t, "at")
			p[at] ^= rapid.Byte().Draw(t, "change")
		}
		p = p[:len(p)-rapid.SampledFrom([]int{0, 0, 1, 4, 5}).Draw(t, "bytes cut off")]
		var want []byte
		r, wantErr := zlib.NewReader(bytes.NewReader(p))
		if wantErr == nil {
			want, wantErr = io.ReadAll(r)
		}
		got, err := io.ReadAll(NewZlib(bytes.NewReader(p)))
		if (err == nil) != (wantErr == nil) || err == nil && !bytes.Equal(got, want) {
			t.Fatalf("%d bytes and %v, want %d and %v", len(got), err, len(want), wantErr)
		}
	})
}

// Streams of gzip, of any number of members with any header, are checked as compress/gzip
// checks them.
func TestGzip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b bytes.Buffer
		for range rapid.IntRange(0, 3).Draw(t, "members") {
			w := gzip.NewWriter(&b)
			some := func(what string) string {
				return rapid.SampledFrom([]string{"", "", what, strings.Repeat(what, 200)}).Draw(t, what)
			}
			w.Name, w.Comment, w.Extra = some("name"), some("comment"), []byte(some("extra"))
			w.Write(texts.Draw(t, "text"))
			w.Close()
		}
		p := b.Bytes()
		if rapid.Bool().Draw(t, "sum of the header") && len(p) > 0 && p[3] == 0 {
			p[3] |= headerSum
			p = slices.Insert(p, 10, binary.LittleEndian.AppendUint16(nil, uint16(crc32.ChecksumIEEE(p[:10])))...)
		}
		if rapid.Bool().Draw(t, "damaged") && len(p) > 0 {
			at := rapid.SampledFrom([]int{0, 1, 2, 3, 4, 10, 11, 12, len(p) - 1, len(p) - 4, len(p) - 8, len(p) / 2, len(p) / 3}).Draw(t, "at")
			p[min(at, len(p)-1)] ^= rapid.Byte().Draw(t, "change")
		}
		p = p[:max(0, len(p)-rapid.SampledFrom([]int{0, 0, 1, 4, 8, 9, 30}).Draw(t, "bytes cut off"))]
		p = append(p, rapid.SampledFrom([]string{"", "", "behind", "\x1f", "\x00\x00"}).Draw(t, "behind")...)
		sameGzip(t, p)
	})
}

// sameGzip holds what becomes of a stream against compress/gzip.
func sameGzip(t interface{ Fatalf(string, ...any) }, p []byte) {
	var want []byte
	r, wantErr := gzip.NewReader(bytes.NewReader(p))
	if wantErr == nil {
		want, wantErr = io.ReadAll(r)
	}
	got, err := io.ReadAll(NewGzip(bytes.NewReader(p)))
	if (err == nil) != (wantErr == nil) || err == nil && !bytes.Equal(got, want) {
		t.Fatalf("%d bytes and %v, want %d and %v", len(got), err, len(want), wantErr)
	}
	for _, own := range []error{gzip.ErrHeader, gzip.ErrChecksum} {
		if errors.Is(wantErr, own) != errors.Is(err, own) && wantErr != io.ErrUnexpectedEOF { // ours may see what is wrong before the end
			t.Fatalf("error %v, want %v", err, wantErr)
		}
	}
}

func FuzzGzip(f *testing.F) {
	var b bytes.Buffer
	for range 2 {
		w := gzip.NewWriter(&b)
		w.Name, w.Extra = "survey.csv", []byte("extra")
		w.Write([]byte("Anna and Hannah"))
		w.Close()
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, p []byte) { sameGzip(t, p) })
}

// answers are like rows of a survey: bytecode has few kinds of bytes, XML has many
// repetitions.
func answers(kind string) []byte {
	rng := rand.New(rand.NewPCG(1, 1))
	var b bytes.Buffer
	for b.Len() < 8<<20 {
		switch kind {
		case "codes":
			fmt.Fprintf(&b, "%c%c%c%c", 101+rng.IntN(5), 101+rng.IntN(5), 101+rng.IntN(2), 101+rng.IntN(12))
		default:
			fmt.Fprintf(&b, `<c r="A%d"><v>%d</v></c>`, b.Len()/100, rng.IntN(5))
		}
	}
	return b.Bytes()
}

func BenchmarkUnpack(b *testing.B) {
	for _, kind := range []string{"codes", "xml"} {
		whole := answers(kind)
		p := packed(b, whole, 6)
		sum := crc32.ChecksumIEEE(whole)
		for _, by := range []struct {
			name string
			make func(io.Reader) io.Reader
		}{{"ours", func(r io.Reader) io.Reader { return New(r) }}, {"compress_flate", func(r io.Reader) io.Reader { return flate.NewReader(r) }}} {
			b.Run(kind+"/"+by.name, func(b *testing.B) {
				b.SetBytes(int64(len(whole)))
				b.ReportAllocs()
				got := crc32.NewIEEE()
				for b.Loop() {
					got.Reset()
					if _, err := io.Copy(got, by.make(bytes.NewReader(p))); err != nil || got.Sum32() != sum {
						b.Fatal(err, "or other bytes")
					}
				}
			})
		}
	}
}

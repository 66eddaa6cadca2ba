package archive

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tradeoff/data"
	"tradeoff/data/readertest"
)

// noise is text that hardly packs.
func noise(n int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// all reads an input from front to end.
func all(t testing.TB, in *data.Input) []byte {
	t.Helper()
	b, err := io.ReadAll(io.NewSectionReader(in, 0, in.Size))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What was packed comes out, held in memory or not, under the name of both.
func TestUnpack(t *testing.T) {
	text := noise(3*partSize + 17)
	for _, hold := range []int64{0, 1 << 30} {
		in := data.FromBytes("folder/a.csv.gz", readertest.Gzip(text))
		got, err := Gzip(in).Unpack(hold)
		if err != nil {
			t.Fatal(err)
		}
		if got.Name() != "a.csv in a.csv.gz" || got.FileName() != "a.csv" || got.Path != "folder/a.csv in a.csv.gz" || got.Size != int64(len(text)) {
			t.Errorf("%q, %q, %q, %d bytes", got.Name(), got.FileName(), got.Path, got.Size)
		}
		if !bytes.Equal(all(t, got), text) {
			t.Error("other bytes than were packed")
		}
		files, err := Zip(data.FromBytes("b.zip", readertest.Zip("x/", "", "x/a.csv", string(text), "x/read me.txt", "hello", "__MACOSX/x/._a.csv", "1", "x/.DS_Store", "2")))
		if err != nil || len(files) != 2 || files[0].Name != "x/a.csv" {
			t.Fatal(files, err)
		}
		got, err = files[0].Unpack(hold)
		if err != nil || got.Name() != "a.csv in b.zip" || !bytes.Equal(all(t, got), text) {
			t.Error(got.Name(), err)
		}
		b, err := got.Sibling("read me.txt")
		if err != nil || string(all(t, b)) != "hello" || b.Name() != "read me.txt in b.zip" {
			t.Error(b, err)
		}
		for _, name := range []string{"a.csv", "../x/read me.txt", "x/a.csv", "none"} {
			if _, err := got.Sibling(name); err == nil {
				t.Errorf("%s is taken for a sibling", name)
			}
		}
		if head, err := files[1].Head(3); err != nil || string(head) != "hel" {
			t.Errorf("%q, %v", head, err)
		}
	}
	// Two archives one after the other are one, as RFC 1952 says (2.2).
	two := append(readertest.Gzip([]byte("a\n1\n")), readertest.Gzip([]byte("2\n"))...)
	if got, err := Gzip(data.FromBytes("two.gz", two)).Unpack(100); err != nil || string(all(t, got)) != "a\n1\n2\n" {
		t.Error(err)
	}
}

// Bytes at random places are those of the file in memory, wherever reading went on
// before.
func TestReadAt(t *testing.T) {
	text := noise(300_000)
	file := Gzip(data.FromBytes("a.gz", readertest.Gzip(text)))
	rapid.Check(t, func(t *rapid.T) {
		in, err := file.Unpack(rapid.SampledFrom([]int64{0, 1 << 20}).Draw(t, "hold"))
		if err != nil {
			t.Fatal(err)
		}
		plain := bytes.NewReader(text)
		for range rapid.IntRange(1, 12).Draw(t, "reads") {
			at := rapid.Int64Range(0, int64(len(text))+10).Draw(t, "at")
			n := rapid.IntRange(1, 70_000).Draw(t, "n")
			got, want := make([]byte, n), make([]byte, n)
			g, err1 := in.ReadAt(got, at)
			w, err2 := plain.ReadAt(want, at)
			if g != w || err1 != err2 || !bytes.Equal(got, want) {
				t.Fatalf("%d bytes at %d: %d %v, want %d %v", n, at, g, err1, w, err2)
			}
		}
	})
}

// Several read at a time.
func TestReadTogether(t *testing.T) {
	text := noise(500_000)
	in, err := Gzip(data.FromBytes("a.gz", readertest.Gzip(text))).Unpack(0)
	if err != nil {
		t.Fatal(err)
	}
	sums := make(chan [32]byte)
	for range 9 {
		go func() {
			b, _ := io.ReadAll(io.NewSectionReader(in, 0, in.Size))
			sums <- sha256.Sum256(b)
		}()
	}
	for range 9 {
		if <-sums != sha256.Sum256(text) {
			t.Error("other bytes than were packed")
		}
	}
}

// A file that unpacks to far more than its size is refused before it is kept: here
// 100 MB of zeros in 100 KB, and a zip archive whose directory lies about it.
func TestBomb(t *testing.T) {
	zeros := make([]byte, 100<<20)
	in := data.FromBytes("a.csv.gz", readertest.Gzip(zeros))
	_, err := Gzip(in).Unpack(1 << 40)
	if err == nil || !strings.HasPrefix(err.Error(), "a.csv in a.csv.gz: the file unpacks from 100 KB to 65 MB or more, the limit is 64 MB") {
		t.Error(err)
	}
	b := readertest.Zip("a.csv", string(zeros))
	lie := bytes.LastIndex(b, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(b[lie+24:], 10) // the size in the directory
	files, err := Zip(data.FromBytes("a.zip", b))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := files[0].Unpack(1 << 40); err == nil || !data.IsData(err) {
		t.Error(err)
	}
}

// Every byte changed, every length cut: a fault that names the file, or the bytes
// that were packed.
func TestDamage(t *testing.T) {
	text := []byte(strings.Repeat("id,q1,q2\n1,2,3\n", 30))
	for name, whole := range map[string][]byte{"a.csv.gz": readertest.Gzip(text), "a.zip": readertest.Zip("a.csv", string(text))} {
		check := func(what string, b []byte) {
			in := data.FromBytes(name, b)
			files := []File{Gzip(in)}
			if name == "a.zip" {
				var err error
				if files, err = Zip(in); err != nil {
					if !data.IsData(err) {
						t.Errorf("%s, %s: %v is no fault", name, what, err)
					}
					return
				}
			}
			for _, f := range files {
				got, err := f.Unpack(1 << 20)
				if err != nil && !data.IsData(err) {
					t.Errorf("%s, %s: %v is no fault", name, what, err)
				}
				if err == nil && !bytes.Equal(all(t, got), text) {
					t.Errorf("%s, %s: read as other bytes", name, what)
				}
				sameOpened(t, f, err)
			}
		}
		for i := range whole {
			check(fmt.Sprintf("cut at %d", i), whole[:i])
			for _, flip := range []byte{0x01, 0x80, 0xff} {
				b := bytes.Clone(whole)
				b[i] ^= flip
				check(fmt.Sprintf("byte %d", i), b)
			}
		}
	}
}

// sameOpened opens a file that is too long to be held: what is read is whole, and what
// is wrong with it is what Unpack says, however much is read.
func sameOpened(t testing.TB, f File, want error) {
	for _, share := range []int64{1, 2} {
		var got []byte
		var read error
		err := f.Open(0, func(in *data.Input) error {
			got, read = io.ReadAll(io.NewSectionReader(in, 0, in.Size/share))
			return read
		})
		if fmt.Sprint(err) != fmt.Sprint(want) || err == nil && share == 1 && sha256.Sum256(got) != sha256.Sum256(unpacked(t, f)) {
			t.Errorf("%s: opened with %v and %d bytes, unpacked with %v", f.Name, err, len(got), want)
		}
	}
}

func unpacked(t testing.TB, f File) []byte {
	in, err := f.Unpack(1 << 30)
	if err != nil {
		t.Fatal(err)
	}
	return all(t, in)
}

// A long file is unpacked only as it is read, once where all of it is read; and once more
// before where its archive tells another size, or reading fails or ends early.
func TestOpen(t *testing.T) {
	text := noise(100_000)
	one := readertest.Gzip(text)
	lie := bytes.Clone(one)
	binary.LittleEndian.PutUint32(lie[len(lie)-4:], 50_000)
	zipped := func(b []byte) File {
		files, err := Zip(data.FromBytes("a.zip", b))
		if err != nil {
			t.Fatal(err)
		}
		return files[0]
	}
	short := readertest.Zip("a.csv", string(text))
	binary.LittleEndian.PutUint32(short[bytes.LastIndex(short, []byte("PK\x01\x02"))+24:], 50_000)
	gzipped := func(b []byte) File { return Gzip(data.FromBytes("a.csv.gz", b)) }
	for _, tt := range []struct {
		what         string
		file         File
		hold, share  int64
		fails, wrong bool
		times        int
	}{
		{"gzip", gzipped(one), 1000, 1, false, false, 1},
		{"held", gzipped(one), 1 << 20, 1, false, false, 1},
		{"two members", gzipped(append(bytes.Clone(one), one...)), 1000, 1, false, false, 2},
		{"a wrong size", gzipped(lie), 1000, 1, false, true, 1},
		{"zip", zipped(readertest.Zip("a.csv", string(text))), 1000, 1, false, false, 1},
		{"a wrong size in zip", zipped(short), 1000, 1, false, true, 1},
		{"read in part", gzipped(one), 1000, 2, false, false, 2},
		{"refused", gzipped(one), 1000, 1, true, false, 2},
	} {
		times := 0
		err := tt.file.Open(tt.hold, func(in *data.Input) error {
			times++
			_, err := io.Copy(io.Discard, io.NewSectionReader(in, 0, in.Size/tt.share))
			if tt.fails {
				return io.ErrNoProgress
			}
			return err
		})
		if times != tt.times || (err != nil) != (tt.fails || tt.wrong) || tt.fails && err != io.ErrNoProgress {
			t.Errorf("%s: opened %d times, want %d: %v", tt.what, times, tt.times, err)
		}
	}
}

// What cannot be unpacked is said with what to do.
func TestRefused(t *testing.T) {
	text := "a\n1\n"
	locked := readertest.Zip("a.csv", text)
	locked[6] |= 1
	locked[bytes.LastIndex(locked, []byte("PK\x01\x02"))+8] |= 1
	var raw bytes.Buffer
	w := zip.NewWriter(&raw)
	f, err := w.CreateRaw(&zip.FileHeader{Name: "a.csv", Method: 14, CRC32: crc32.ChecksumIEEE([]byte(text)), CompressedSize64: 4, UncompressedSize64: 4})
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(f, text)
	w.Close()
	for want, b := range map[string][]byte{
		"a.csv in x.zip: the file has a password":         locked,
		"a.csv in x.zip: the file is packed in a way":     raw.Bytes(),
		"x.zip: the zip archive is incomplete or damaged": readertest.Zip("a.csv", text)[:40],
	} {
		files, err := Zip(data.FromBytes("x.zip", b))
		if err == nil {
			_, err = files[0].Unpack(100)
		}
		if err == nil || !data.IsData(err) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if got := clean("a\x1b[31m\\b\x00.csv"); got != "a\ufffd[31m/b\ufffd.csv" {
		t.Errorf("%q", got)
	}
}

// Whatever the bytes, reading ends in the same bytes twice or in a fault.
func FuzzArchive(f *testing.F) {
	f.Add(readertest.Gzip([]byte("a,b\n1,2\n")))
	f.Add(readertest.Zip("a.csv", "a,b\n1,2\n", "x/readme.txt", "hello"))
	for _, b := range readertest.Seeds(f, ".xlsx", ".zip", ".gz") { // a workbook is a zip archive
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		in := data.FromBytes("a", b)
		files := []File{Gzip(in)}
		if !IsGzip(b) {
			var err error
			if files, err = Zip(in); err != nil {
				if !data.IsData(err) {
					t.Fatal(err)
				}
				return
			}
		}
		for _, file := range files[:min(len(files), 10)] {
			kept, err1 := file.Unpack(1 << 20)
			streamed, err2 := file.Unpack(0)
			if (err1 == nil) != (err2 == nil) || err1 != nil && !data.IsData(err1) {
				t.Fatal(err1, err2)
			}
			if err1 == nil && kept.Size < 1<<20 && !bytes.Equal(all(t, kept), all(t, streamed)) {
				t.Fatal("other bytes the second time")
			}
		}
	})
}

func BenchmarkStream(b *testing.B) {
	text := []byte(strings.Repeat("1,2,3,4,5,yes,no,", 4<<20/17))
	in, err := Gzip(data.FromBytes("a.gz", readertest.Gzip(text))).Unpack(0)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(in.Size)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := io.Copy(io.Discard, io.NewSectionReader(in, 0, in.Size)); err != nil {
			b.Fatal(err)
		}
	}
}

package sav

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tradeoff/data"
	"tradeoff/data/readertest"
	"tradeoff/internal/sharedtest"
)

// simply reads a sound file in the plainest way: instruction by instruction
// into elements, value by value from those.
func simply(t rapid.TB, in *data.Input) [][]any {
	t.Helper()
	d, err := readDictionary(in)
	if err != nil {
		t.Fatal(err)
	}
	_, fields, err := d.resolve()
	if err != nil {
		t.Fatal(err)
	}
	elements := simplyElements(t, d)
	cases := len(elements) / len(d.elements)
	if d.cases >= 0 && int(d.cases) != cases {
		t.Fatalf("%d cases, the header promises %d", cases, d.cases)
	}
	out := make([][]any, len(fields))
	for k := range cases {
		row := elements[k*len(d.elements):]
		for i, f := range fields {
			out[i] = append(out[i], simplyValue(d, f, row))
		}
	}
	return out
}

func simplyElements(t rapid.TB, d *dictionary) (elements [][8]byte) {
	rest, err := io.ReadAll(io.NewSectionReader(d.in, d.start, d.in.Size-d.start))
	if err != nil {
		t.Fatal(err)
	}
	if d.compression == zlibbed {
		rest = simplyInflated(t, d)
	}
	eight := func() (e [8]byte, ok bool) {
		ok = len(rest) >= 8
		rest = rest[copy(e[:], rest):]
		return e, ok
	}
	for {
		e, ok := eight()
		switch {
		case !ok:
			return elements
		case d.compression == plain:
			elements = append(elements, e)
			continue
		}
		for _, op := range e {
			switch op {
			case opSkip:
				continue
			case opEnd:
				return elements
			case opLiteral:
				if e, ok = eight(); !ok {
					return elements
				}
			case opBlanks:
				e = [8]byte([]byte("        "))
			case opSysmis:
				d.order.PutUint64(e[:], d.sysmis)
			default:
				d.order.PutUint64(e[:], math.Float64bits(float64(op)-d.bias))
			}
			elements = append(elements, e)
		}
	}
}

func simplyInflated(t rapid.TB, d *dictionary) []byte {
	blocks, err := d.readBlocks()
	if err != nil {
		t.Fatal(err)
	}
	var all bytes.Buffer
	for _, k := range blocks {
		z, err := zlib.NewReader(io.NewSectionReader(d.in, k.offset, k.compressed))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, z); err != nil {
			t.Fatal(err)
		}
	}
	return all.Bytes()
}

func simplyValue(d *dictionary, f *field, row [][8]byte) any {
	if f.kind == data.Text {
		var b []byte
		for _, r := range f.records {
			var segment []byte
			for _, e := range row[r.element : r.element+elementsOf(r.width)] {
				segment = append(segment, e[:]...)
			}
			b = append(b, segment[:min(r.width, segmentBytes)]...)
		}
		if s := d.text.text(b[:min(len(b), f.width)]); s != "" {
			return s
		}
		return nil
	}
	v, ok := d.number(d.order.Uint64(row[f.records[0].element][:]))
	switch {
	case !ok:
		return nil
	case f.kind == data.Time:
		return int64(f.value(v))
	}
	return v
}

// bitsOf makes numbers comparable bit by bit: zeros differ by their sign.
func bitsOf(columns [][]any) [][]any {
	for _, c := range columns {
		for k, v := range c {
			if f, ok := v.(float64); ok {
				c[k] = math.Float64bits(f)
			}
		}
	}
	return columns
}

func sameAsSimply(t rapid.TB, in *data.Input) *data.Survey {
	t.Helper()
	got, s, err := readAll(in)
	if err != nil {
		t.Fatal(err)
	}
	want := bitsOf(simply(t, in))
	for i, got := range bitsOf(got) {
		if !slices.Equal(want[i], got) {
			diff := cmp.Diff(want[i], got)
			t.Fatalf("%s, variable %d (-value by value +ours):\n%s", in.Name(), i, diff[:min(len(diff), 2000)])
		}
	}
	return s
}

// TestSameAsSimply: the shared files of other programs, read both ways.
func TestSameAsSimply(t *testing.T) {
	paths, err := filepath.Glob(sharedtest.Path(t, "surveys", "sav-conformance") + "/*/*.*sav")
	if err != nil || len(paths) < 20 {
		t.Fatalf("%d files, %v", len(paths), err)
	}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		in := data.FromBytes(filepath.Base(path), b)
		if _, err := Open(in); err == nil {
			sameAsSimply(t, in)
		}
	}
}

// A drawn variable: its width, and how a value of it is drawn, as elements.
type drawn struct {
	width  int
	format int
	value  func(r *rand.Rand) []byte
}

// text is a string variable.
func text(width int, f func(r *rand.Rand) string) drawn {
	return drawn{width, 0, func(r *rand.Rand) []byte {
		s := f(r)
		var b []byte
		for _, w := range segmentsOf(width) { // blanks at the end of a segment belong to the text
			n := min(len(s), w)
			b = append(b, fixed(s[:n], 8*elementsOf(w))...)
			s = s[n:]
		}
		return b
	}}
}

// shortTexts are few texts that take care: the third and fourth last are no
// UTF-8 and read the same.
var shortTexts = []string{"", "DE", "UK ", "ä", "\xe4", "\xff", "a  b", "\x00"}

// variablesDrawn are all kinds of variables that a column treats in its own
// way.
func variablesDrawn() []drawn {
	number := func(f func(r *rand.Rand) float64) func(r *rand.Rand) []byte {
		return func(r *rand.Rand) []byte { return binary.LittleEndian.AppendUint64(nil, math.Float64bits(f(r))) }
	}
	few := []float64{-99, -1.5, 0, math.Copysign(0, -1), 3, 99.5, 151, 152, 998, 1e300, -math.MaxFloat64, math.NaN()}
	date := 20<<16 | 11<<8
	return []drawn{
		{0, numeric, number(func(r *rand.Rand) float64 { return float64(1 + r.IntN(5)) })},
		{0, numeric, number(func(r *rand.Rand) float64 { return few[r.IntN(len(few))] })},
		{0, numeric, number(func(r *rand.Rand) float64 { return float64(r.IntN(255)) })},
		{0, numeric, number(func(r *rand.Rand) float64 { return float64(r.IntN(256)) })}, // one too many for codes
		{0, numeric, number(func(r *rand.Rand) float64 { return float64(r.IntN(300)) - 10 })},
		{0, numeric, number(func(r *rand.Rand) float64 { return r.NormFloat64() })},
		{0, numeric, number(func(r *rand.Rand) float64 { return math.Float64frombits(0x7ff8<<48 | r.Uint64N(1000)) })}, // all missing
		{0, date, number(func(r *rand.Rand) float64 { return epoch + float64(r.IntN(5)*86400) + r.Float64() })},
		text(3, func(r *rand.Rand) string { return shortTexts[r.IntN(len(shortTexts))] }),
		text(12, func(r *rand.Rand) string { return fmt.Sprint(r.IntN(400)) }),
		text(40, func(r *rand.Rand) string { return strings.Repeat(" x", r.IntN(20)) }),
		text(600, func(r *rand.Rand) string { return strings.Repeat("abcdefg ", r.IntN(75)) }),
	}
}

// A writing is what a file may look like beside its values: how many of those
// that have an instruction are literals, how many instructions mean nothing,
// and whether every case fills its last block.
type writing struct {
	literals, skips float64
	filled          bool
}

// drawFile draws a file of so many cases and returns it plain and in bytes.
func drawFile(r *rand.Rand, how writing, variables []drawn, cases int) (stored, compressed []byte) {
	head := newCraft(cases, 0)
	long := ""
	for i, v := range variables {
		name := fmt.Sprintf("V%d", i)
		for k, w := range segmentsOf(v.width) {
			head.variable(name, w, v.format)
			if k == 0 && v.width > segmentBytes {
				long += fmt.Sprintf("%s=%05d\x00\t", name, v.width)
			}
			name = fmt.Sprintf("V%d_%d", i, k)
		}
	}
	if long != "" {
		head.info(extVeryLong, long)
	}
	head.charCode(codeUTF8).end()
	stored = bytes.Clone(head.b)
	compressed = bytes.Clone(head.b)
	compressed[72] = bytecode

	w := instructionWriter{b: compressed}
	for range cases {
		for _, v := range variables {
			for b := v.value(r); len(b) > 0; b = b[8:] {
				stored = append(stored, b[:8]...)
				for r.Float64() < how.skips {
					w.add(opSkip, nil)
				}
				w.element([8]byte(b), r.Float64() < how.literals)
			}
		}
		for how.filled && w.n > 0 {
			w.add(opSkip, nil)
		}
	}
	end := r.IntN(2) == 0
	if end {
		w.add(opEnd, nil)
	}
	for w.n > 0 {
		w.add(opSkip, nil)
	}
	if end { // nobody reads on
		w.b = append(w.b, bytes.Repeat([]byte{101}, r.IntN(200))...)
	}
	return stored, w.b
}

// An instructionWriter puts blocks of instructions together.
type instructionWriter struct {
	b        []byte
	ops      [8]byte
	literals []byte
	n        int
}

func (w *instructionWriter) add(op byte, literal []byte) {
	w.ops[w.n] = op
	w.literals = append(w.literals, literal...)
	if w.n++; w.n == 8 {
		w.b = append(append(w.b, w.ops[:]...), w.literals...)
		w.n, w.literals = 0, w.literals[:0]
	}
}

func (w *instructionWriter) element(e [8]byte, literal bool) {
	v := math.Float64frombits(binary.LittleEndian.Uint64(e[:]))
	switch {
	case literal:
	case string(e[:]) == "        ":
		w.add(opBlanks, nil)
		return
	case v == -math.MaxFloat64:
		w.add(opSysmis, nil)
		return
	case v == math.Trunc(v) && v >= -99 && v <= 151 && !(v == 0 && math.Signbit(v)):
		w.add(byte(v+100), nil)
		return
	}
	w.add(opLiteral, e[:])
}

// TestCodedSameAsSimply draws files of all kinds of values and instructions.
// In each way of storing, the scan gives what reading value by value gives.
func TestCodedSameAsSimply(t *testing.T) {
	kinds := variablesDrawn()
	rapid.Check(t, func(t *rapid.T) {
		var variables []drawn
		for range rapid.IntRange(1, 9).Draw(t, "variables") {
			variables = append(variables, kinds[rapid.IntRange(0, len(kinds)-1).Draw(t, "kind")])
		}
		cases := rapid.OneOf(rapid.IntRange(0, 40), rapid.IntRange(300, 3000)).Draw(t, "cases")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		how := writing{r.Float64() * r.Float64(), max(0, r.Float64()/10-0.05), r.IntN(2) == 0}
		stored, compressed := drawFile(r, how, variables, cases)
		sameAsSimply(t, data.FromBytes("plain", stored))
		sameAsSimply(t, data.FromBytes("bytecode", compressed))
		size := rapid.OneOf(rapid.IntRange(200, 5000), rapid.Just(1<<20)).Draw(t, "block")
		sameAsSimply(t, data.FromBytes("zlib", zlibbedFrom(t, compressed, size)))
	})
}

// longFile draws three stretches of cases, the last one short. There are
// instructions that mean nothing, so that stretches begin inside blocks. The
// second variable has few values at first and many from case 70,000 on.
func longFile() (stored, compressed []byte) {
	kinds := variablesDrawn()
	k := 0
	late := drawn{0, numeric, func(r *rand.Rand) []byte {
		v := float64(k % 3)
		if k++; k > 70000 {
			v = r.NormFloat64()
		}
		if k%7 == 0 {
			v = -math.MaxFloat64
		}
		return binary.LittleEndian.AppendUint64(nil, math.Float64bits(v))
	}}
	variables := []drawn{kinds[1], late, text(3, func(r *rand.Rand) string { return shortTexts[r.IntN(len(shortTexts))] })}
	return drawFile(rand.New(rand.NewPCG(1, 2)), writing{literals: 0.1, skips: 0.1}, variables, 2*stretchCases+1000)
}

// TestStretches: a scan leaves out the stretches that nobody needs and reads
// the same cases in the others; blocks of zlib cannot be stepped over.
func TestStretches(t *testing.T) {
	stored, compressed := longFile()
	for name, b := range map[string][]byte{"plain": stored, "bytecode": compressed, "zlib": zlibbedFrom(t, compressed, 1<<16)} {
		s := sameAsSimply(t, data.FromBytes(name, b))
		all, err := readertest.Values(s, nil)
		if err != nil {
			t.Fatal(err)
		}
		all = bitsOf(all)
		for left := range 8 { // bits: stretches left out
			out := func(before int64) bool { return left>>(before/stretchCases)&1 == 1 }
			skip := func(before, n int64) bool {
				if before%stretchCases != 0 || n != min(stretchCases, s.Files[0].Rows-before) {
					t.Fatalf("%s: asked about %d cases behind %d", name, n, before)
				}
				return out(before)
			}
			at := int64(0)
			for batch, err := range s.BatchesBut(s.Codebook.Names(), skip) {
				if err != nil {
					t.Fatal(err)
				}
				for name != "zlib" && out(at) {
					at += min(stretchCases, s.Files[0].Rows-at)
				}
				n := batch.Record.NumRows()
				if batch.Before != at || batch.First != at+1 {
					t.Fatalf("%s without %03b: a batch begins behind %d, case %d, expected %d", name, left, batch.Before, batch.First, at)
				}
				for i := range all {
					if !slices.Equal(all[i][at:at+n], bitsOf([][]any{readertest.Column(batch, i)})[0]) {
						t.Fatalf("%s without %03b, variable %d: other values behind case %d", name, left, i, at)
					}
				}
				at += n
			}
			for name != "zlib" && at < s.Files[0].Rows && out(at) {
				at += min(stretchCases, s.Files[0].Rows-at)
			}
			if at != s.Files[0].Rows {
				t.Errorf("%s without %03b: the last batch ends at %d", name, left, at)
			}
		}
	}
}

// TestCodes: columns are coded as long as there are at most 255 values, the
// array of values is the same as long as there is no new one, and where there
// are too many, nobody sees codes again.
func TestCodes(t *testing.T) {
	stored, compressed := longFile()
	for name, b := range map[string][]byte{"plain": stored, "bytecode": compressed} {
		var last [3]arrow.ArrayData
		for batch, err := range reopen(t, b).Batches(nil) {
			if err != nil {
				t.Fatal(err)
			}
			for i := range last {
				_, v, ok := data.Codes(batch.Record.Column(i))
				if want := i != 1 || batch.First+batch.Record.NumRows() < 70000; ok != want {
					t.Fatalf("%s: variable %d behind case %d: coded %t", name, i, batch.First, ok)
				}
				if !ok {
					continue
				}
				if last[i] != nil && last[i] != v.Data() {
					t.Errorf("%s: variable %d behind case %d: another array of the same values", name, i, batch.First)
				}
				last[i] = v.Data()
				seen := map[string]bool{}
				for k := range v.Len() {
					if seen[v.ValueStr(k)] {
						t.Errorf("%s: variable %d has the value %s twice", name, i, v.ValueStr(k))
					}
					seen[v.ValueStr(k)] = true
				}
			}
		}
	}
}

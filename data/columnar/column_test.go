package columnar

import (
	"bytes"
	"math"
	"math/rand/v2"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/schema"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tradeoff/data"
	"tradeoff/data/readertest"
)

// A recipe says how a column is made and written.
type recipe struct {
	kind       string // of the values, see store
	rows       int
	distinct   int     // so many different values, about
	nulls      float64 // share
	runs       int     // values are repeated up to so often
	odd        string  // a value that is missing or refused, "" for none
	oddAt      float64 // where it stands
	dictionary bool
	limit      int64 // bytes of a dictionary before the writer gives it up
	page       int64 // bytes
	version2   bool
	codec      compress.Compression
	groups     int
	seed       uint64
}

func drawRecipe(t *rapid.T) recipe {
	r := recipe{
		kind:       rapid.SampledFrom([]string{"int32", "uint32", "int64", "float", "double", "bool", "text"}).Draw(t, "kind"),
		rows:       rapid.IntRange(1, 3000).Draw(t, "rows"),
		distinct:   rapid.SampledFrom([]int{1, 2, 3, 5, 8, 17, 60, 128, 200, 254, 255, 256, 257, 1000}).Draw(t, "distinct"),
		nulls:      rapid.SampledFrom([]float64{-1, 0, 0.05, 0.5, 1}).Draw(t, "nulls"),
		runs:       rapid.SampledFrom([]int{1, 3, 40}).Draw(t, "runs"),
		odd:        rapid.SampledFrom([]string{"", "", "missing", "refused", "small"}).Draw(t, "odd"),
		oddAt:      rapid.Float64Range(0, 0.999).Draw(t, "oddAt"),
		dictionary: rapid.Bool().Draw(t, "dictionary"),
		limit:      rapid.SampledFrom([]int64{100, 1 << 20}).Draw(t, "limit"),
		page:       rapid.SampledFrom([]int64{50, 1000, 1 << 20}).Draw(t, "page"),
		version2:   rapid.Bool().Draw(t, "version2"),
		codec: rapid.SampledFrom([]compress.Compression{
			compress.Codecs.Uncompressed, compress.Codecs.Snappy, compress.Codecs.Gzip, compress.Codecs.Zstd}).Draw(t, "codec"),
		groups: rapid.IntRange(1, 3).Draw(t, "groups"),
		seed:   rapid.Uint64().Draw(t, "seed"),
	}
	return r
}

// values draws which value stands in each row: a number below distinct, or -1
// for a null, or oddPlace.
func (r recipe) values() []int {
	random := rand.New(rand.NewPCG(r.seed, 1))
	out := make([]int, 0, r.rows)
	for len(out) < r.rows {
		v := random.IntN(r.distinct)
		if random.Float64() < r.nulls {
			v = -1
		}
		for k := 1 + random.IntN(r.runs); k > 0 && len(out) < r.rows; k-- {
			out = append(out, v)
		}
	}
	if r.odd != "" {
		out[int(float64(r.rows)*r.oddAt)] = oddPlace
	}
	return out
}

const oddPlace = 1 << 20

// number is what value v of the recipe is in a column of numbers.
func (r recipe) number(v int) float64 {
	if v != oddPlace {
		return float64(v)
	}
	switch {
	case r.kind == "int32" || r.kind == "uint32" || r.kind == "int64":
		return 1e6
	case r.odd == "missing":
		return math.NaN()
	case r.odd == "refused":
		return math.Inf(-1)
	}
	return math.Copysign(0, -1)
}

// text is what value v of the recipe is in a column of texts; every fifth has
// the meaning of the one before.
func (r recipe) text(v int) string {
	switch {
	case v != oddPlace:
		return strings.Repeat("é", v/5) + strings.Repeat("x", v%5/2) + strings.Repeat(" ", v%2)
	case r.odd == "missing":
		return "  "
	case r.odd == "refused":
		return "\xff"
	}
	return "y"
}

// write writes the column with Arrow's writer.
func (r recipe) write(t testing.TB) []byte {
	physical, logical := parquet.Types.Double, schema.LogicalType(schema.NoLogicalType{})
	switch r.kind {
	case "int32":
		physical = parquet.Types.Int32
	case "uint32":
		physical, logical = parquet.Types.Int32, schema.NewIntLogicalType(32, false)
	case "int64":
		physical = parquet.Types.Int64
	case "float":
		physical = parquet.Types.Float
	case "bool":
		physical = parquet.Types.Boolean
	case "text":
		physical, logical = parquet.Types.ByteArray, schema.StringLogicalType{}
	}
	repetition := parquet.Repetitions.Optional
	if r.nulls < 0 {
		repetition = parquet.Repetitions.Required
	}
	node, err := schema.NewPrimitiveNodeLogical("x", repetition, logical, physical, -1, -1)
	if err != nil {
		t.Fatal(err)
	}
	root, err := schema.NewGroupNode("survey", parquet.Repetitions.Required, schema.FieldList{node}, -1)
	if err != nil {
		t.Fatal(err)
	}
	version := parquet.DataPageV1
	if r.version2 {
		version = parquet.DataPageV2
	}
	var out bytes.Buffer
	w := file.NewParquetWriter(&out, root, file.WithWriterProps(parquet.NewWriterProperties(
		parquet.WithDictionaryDefault(r.dictionary && r.kind != "bool"), parquet.WithDictionaryPageSizeLimit(r.limit), parquet.WithDataPageSize(r.page),
		parquet.WithBatchSize(50), parquet.WithDataPageVersion(version), parquet.WithCompression(r.codec))))
	values := r.values()
	for g := range r.groups {
		group := values[len(values)*g/r.groups : len(values)*(g+1)/r.groups]
		rg := w.AppendRowGroup()
		c, err := rg.NextColumn()
		if err == nil {
			err = r.store(c, group)
		}
		if err == nil {
			err = c.Close()
		}
		if err == nil {
			err = rg.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// store writes values into a column chunk.
func (r recipe) store(w file.ColumnChunkWriter, values []int) (err error) {
	var levels []int16
	var present []int
	for _, v := range values {
		if v >= 0 {
			present = append(present, v)
		}
		if r.nulls >= 0 {
			levels = append(levels, int16(min(v, 0)+1))
		}
	}
	switch w := w.(type) {
	case *file.Int32ColumnChunkWriter:
		_, err = w.WriteBatch(each(present, func(v int) int32 { return int32(r.number(v)) }), levels, nil)
	case *file.Int64ColumnChunkWriter:
		_, err = w.WriteBatch(each(present, func(v int) int64 { return int64(r.number(v)) }), levels, nil)
	case *file.Float32ColumnChunkWriter:
		_, err = w.WriteBatch(each(present, func(v int) float32 { return float32(r.number(v)) }), levels, nil)
	case *file.Float64ColumnChunkWriter:
		_, err = w.WriteBatch(each(present, r.number), levels, nil)
	case *file.BooleanColumnChunkWriter:
		_, err = w.WriteBatch(each(present, func(v int) bool { return v%2 == 1 }), levels, nil)
	case *file.ByteArrayColumnChunkWriter:
		_, err = w.WriteBatch(each(present, func(v int) parquet.ByteArray { return parquet.ByteArray(r.text(v)) }), levels, nil)
	}
	return err
}

func each[T any](values []int, f func(int) T) []T {
	out := make([]T, len(values))
	for i, v := range values {
		out[i] = f(v)
	}
	return out
}

// oneByOne reads n values of a chunk through chunk.read, the plain reading
// that the fast one must agree with.
func oneByOne(c *chunk, n int) (a arrow.Array, bad int, err error) {
	b := newBuilder(c.leaf.kind, n)
	bad, err = c.read(n, func(v []byte) error { return c.leaf.put(b, v) }, b.null)
	if err != nil {
		return nil, bad, err
	}
	return b.array(), -1, nil
}

// calm reads and turns a panic, which the codecs of the library allow
// themselves over damage, into an error.
func calm(n int, read func(int) (arrow.Array, int, error)) (a arrow.Array, bad int, err error) {
	defer func() {
		if wrong := recover(); wrong != nil {
			a, bad, err = nil, -1, breaks("%v", wrong)
		}
	}()
	return read(n)
}

// chunks opens the only column of a file, one chunk for each row group.
func chunks(p *parquetFile) (out []*chunk, rows []int, err error) {
	for g := range p.meta.GetRowGroups() {
		if p.meta.RowGroup(g).NumRows() == 0 {
			continue // a column without values need not be there
		}
		c, err := p.column(g, p.leaves["x"])
		if err != nil {
			return nil, nil, err
		}
		out, rows = append(out, c), append(rows, int(p.meta.RowGroup(g).NumRows()))
	}
	return out, rows, nil
}

// compare reads a file in pieces of random sizes, fast and one by one, until
// the first fault. It returns that. Of several faults the two readings may tell
// different ones; where there is one at most, it must have the same row.
func compare(t testing.TB, b []byte, random *rand.Rand, oneFault bool) error {
	fast, err := openParquet(data.FromBytes("x", b))
	if err != nil {
		return err
	}
	slow, err := openParquet(data.FromBytes("x", b))
	if err != nil {
		t.Fatal(err)
	}
	quick, rows, err := chunks(fast)
	if err != nil {
		return err
	}
	plain, _, _ := chunks(slow)
	for g, c := range quick {
		var values arrow.ArrayData
		for left := rows[g]; left > 0; {
			n := 1 + random.IntN(min(left, 1200))
			left -= n
			got, bad, err := calm(n, c.column)
			want, wantBad, wantErr := calm(n, func(n int) (arrow.Array, int, error) { return oneByOne(plain[g], n) })
			if (err == nil) != (wantErr == nil) || oneFault && bad != wantBad {
				t.Fatalf("row %d: %v, one by one row %d: %v", bad, err, wantBad, wantErr)
			}
			if err != nil {
				return err
			}
			if !array.Equal(data.Plain(got), want) || !sameBits(data.Plain(got), want) {
				t.Fatalf("read %v, one by one %v", got, want)
			}
			if _, v, ok := data.Codes(got); ok {
				if oneFault && values != nil && values != v.Data() && c.of != nil && c.of == c.dict {
					t.Fatal("the same dictionary came as two arrays")
				}
				values = v.Data()
			}
		}
	}
	return nil
}

// sameBits tells 0 from -0.
func sameBits(a, b arrow.Array) bool {
	x, ok := a.(*array.Float64)
	if !ok {
		return true
	}
	y := b.(*array.Float64)
	for i := range x.Len() {
		if x.IsValid(i) && math.Float64bits(x.Value(i)) != math.Float64bits(y.Value(i)) {
			return false
		}
	}
	return true
}

// The values that come out are those that went in, and reading many at a time
// says what reading one by one says, faults with their rows included.
func TestColumnAgainstOneByOne(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := drawRecipe(rt)
		b := r.write(t)
		err := compare(t, b, rand.New(rand.NewPCG(r.seed, 2)), true)
		if refused := r.odd == "refused" && (r.kind == "float" || r.kind == "double" || r.kind == "text"); (err != nil) != refused {
			rt.Fatalf("%v, refused should be %v", err, refused)
		}
		if err != nil {
			return
		}
		s, err := OpenParquet(data.FromBytes("x", b))
		if err != nil {
			rt.Fatal(err)
		}
		got := cells(t, s)["x"]
		for i, v := range r.values() {
			want := ""
			switch {
			case v < 0:
			case r.kind == "text":
				want = strings.TrimRight(r.text(v), " ")
			case r.kind == "bool":
				want = data.Code(float64(v % 2))
			case !math.IsNaN(r.number(v)):
				want = data.Code(r.number(v))
			}
			if got[i] != want {
				rt.Fatalf("row %d is %q, want %q", i+1, got[i], want)
			}
		}
	})
}

// Both readings find the same damage.
func TestDamagedColumnAgainstOneByOne(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := drawRecipe(rt)
		random := rand.New(rand.NewPCG(r.seed, 3))
		b := r.write(t)
		for range 20 {
			damaged := append([]byte(nil), b...)
			for range 1 + random.IntN(3) {
				damaged[4+random.IntN(len(b)-4)] ^= 1 << random.IntN(8)
			}
			compare(t, damaged, random, false)
		}
	})
}

// A number that is missing or infinite far down a column is found where it
// stands, in pages that refer to a dictionary and in plain ones.
func TestOddNumberFarDown(t *testing.T) {
	for _, dictionary := range []bool{true, false} {
		r := recipe{kind: "double", rows: 200000, distinct: 5, nulls: 0.05, runs: 1, oddAt: 0.9, dictionary: dictionary, limit: 1 << 20, page: 10000, groups: 2, seed: 11}
		r.odd = "refused"
		s, err := OpenParquet(data.FromBytes("x.parquet", r.write(t)))
		if err != nil {
			t.Fatal(err)
		}
		for _, err = range s.Batches(nil) {
		}
		want := "x.parquet: row 180001: column x: the number is infinite; leave it empty or correct it in the export"
		if err == nil || err.Error() != want {
			t.Errorf("dictionary %v: %v, want %s", dictionary, err, want)
		}
		r.odd = "missing"
		if s, err = OpenParquet(data.FromBytes("x.parquet", r.write(t))); err != nil {
			t.Fatal(err)
		}
		got, values := cells(t, s)["x"], r.values()
		for i, v := range values {
			if (got[i] == "") != (v < 0 || v == oddPlace) {
				t.Fatalf("dictionary %v: row %d is %q, written as value %d", dictionary, i+1, got[i], v)
			}
		}
	}
}

// A row group that nobody needs is left out, and the batches behind it know
// where they stand.
func TestGroupsSteppedOver(t *testing.T) {
	r := recipe{kind: "int32", rows: 3000, distinct: 9, runs: 1, dictionary: true, limit: 1 << 20, page: 1000, groups: 3, seed: 5}
	s, err := OpenParquet(data.FromBytes("x.parquet", r.write(t)))
	if err != nil {
		t.Fatal(err)
	}
	want := cells(t, s)["x"]
	var asked, before []int64
	for b, err := range s.BatchesBut(nil, func(before, n int64) bool {
		asked = append(asked, before, n)
		return before == 1000
	}) {
		if err != nil {
			t.Fatal(err)
		}
		before = append(before, b.Before, b.First)
		if diff := cmp.Diff(want[b.Before:b.Before+b.Record.NumRows()], readertest.ColumnCells(b, 0)); diff != "" {
			t.Errorf("batch behind %d rows: %s", b.Before, diff)
		}
	}
	if diff := cmp.Diff([]int64{0, 1000, 1000, 1000, 2000, 1000}, asked); diff != "" {
		t.Errorf("stretches: %s", diff)
	}
	if diff := cmp.Diff([]int64{0, 1, 2000, 2001}, before); diff != "" {
		t.Errorf("rows before, number of the first: %s", diff)
	}
}

// One column of each kind, a million rows: rows/s is values/s.
func BenchmarkColumn(b *testing.B) {
	const n = 1 << 20
	for name, r := range map[string]recipe{
		"codes":             {kind: "int32", distinct: 5, nulls: -1, dictionary: true},
		"codes with nulls":  {kind: "int32", distinct: 5, nulls: 0.05, dictionary: true},
		"codes in runs":     {kind: "int32", distinct: 48, nulls: 0, runs: 200, dictionary: true},
		"texts":             {kind: "text", distinct: 12, nulls: 0, dictionary: true},
		"plain codes":       {kind: "int32", distinct: 5, nulls: 0.05},
		"truth values":      {kind: "bool", distinct: 2, nulls: 0.05},
		"wide dictionary":   {kind: "double", distinct: 20000, nulls: -1, dictionary: true},
		"plain wide":        {kind: "double", distinct: 1 << 19, nulls: -1},
		"plain with nulls":  {kind: "double", distinct: 1 << 19, nulls: 0.05},
		"long whole number": {kind: "int64", distinct: 1 << 19, nulls: -1},
	} {
		r.rows, r.runs, r.limit, r.page, r.codec, r.groups = n, max(r.runs, 1), 1<<20, 1<<20, compress.Codecs.Snappy, 1
		file := r.write(b)
		b.Run(name, func(b *testing.B) {
			benchmarkReading(b, OpenParquet, file, n)
		})
	}
}

// benchmarkReading opens a file of so many rows and reads all of its columns.
func benchmarkReading(b *testing.B, open func(*data.Input) (*data.Survey, error), file []byte, rows int) {
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		s, err := open(data.FromBytes("x", file))
		if err != nil {
			b.Fatal(err)
		}
		for _, err := range s.Batches(nil) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// threads runs a test on one thread and on four.
func threads(t *testing.T, test func(t *testing.T)) {
	for _, n := range []int{1, 4} {
		before := runtime.GOMAXPROCS(n)
		test(t)
		runtime.GOMAXPROCS(before)
	}
}

// Of several columns with a fault the first in order is told, and columns that
// are not asked for are never touched: a broken one does not hurt.
func TestColumnsSharedOut(t *testing.T) {
	var vars []data.Variable
	for i := range 12 {
		vars = append(vars, data.Variable{Name: "q" + strconv.Itoa(i)})
	}
	const n = 20000
	columns := make([]arrow.Array, len(vars))
	for k := range columns {
		b := newBuilder(data.Number, n)
		for i := range n {
			v := float64((i + k) % 7)
			if k >= 5 && i == 100-k { // the last column has it first
				v = math.Inf(1)
			}
			b.numbers = append(b.numbers, v)
			b.set()
		}
		columns[k] = b.array()
	}
	file := write(t, parquetFormat, data.Codebook{Variables: vars}, func(yield func(data.Batch, error) bool) {
		yield(data.Batch{Record: record(vars, columns, n), First: 1}, nil)
	})
	threads(t, func(t *testing.T) {
		s, err := OpenParquet(data.FromBytes("x.parquet", file))
		if err != nil {
			t.Fatal(err)
		}
		for _, err = range s.Batches(nil) {
		}
		want := "x.parquet: row 96: column q5: the number is infinite; leave it empty or correct it in the export"
		if err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
		at := 0
		for b, err := range s.Batches([]string{"q4", "q0", "q3"}) {
			if err != nil {
				t.Fatal(err)
			}
			for k, first := range []int{4, 0, 3} {
				for i, v := range readertest.ColumnCells(b, k) {
					if want := strconv.Itoa((at + i + first) % 7); v != want {
						t.Fatalf("row %d of q%d is %s, want %s", at+i+1, first, v, want)
					}
				}
			}
			at += int(b.Record.NumRows())
		}
		if at != n {
			t.Errorf("%d rows, want %d", at, n)
		}
	})
}

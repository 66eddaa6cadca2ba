package columnar

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"math"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/decimal128"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"tradeoff/data"
	"tradeoff/data/readertest"
)

// book has every property that a codebook can have.
func book() data.Codebook {
	return data.Codebook{
		Weight: "w",
		Variables: []data.Variable{
			{Name: "q1", Label: "Who <should> know?", Level: data.Ordinal, Format: "F8.0",
				Labels:  []data.ValueLabel{{Code: "1", Label: "no"}, {Code: "2", Label: "ja – ü"}, {Code: "98", Label: "don't know"}},
				Missing: data.Missing{Codes: []string{"98"}, HasRange: true, Low: 900, High: math.Inf(1)}},
			{Name: "why", Type: data.Text, Level: data.Nominal, Missing: data.Missing{Codes: []string{"n/a"}}},
			{Name: "when", Type: data.Time, Label: "Date of interview"},
			{Name: "w", Level: data.Scale},
			{Name: "q2_1", Labels: []data.ValueLabel{{Code: "1", Label: "ticked"}}},
			{Name: "q2_2"},
		},
		Sets: []data.Set{{Name: "$q2", Label: "Which?", Counted: "1", Variables: []string{"q2_1", "q2_2"}}},
	}
}

// rows makes n rows for the codebook in batches of the given size. Every
// seventh value of a column is null.
func rows(vars []data.Variable, n, size int) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		for first := 0; first < n; first += size {
			count := min(size, n-first)
			columns := make([]arrow.Array, len(vars))
			for k, v := range vars {
				b := newBuilder(v.Type, count)
				for i := first; i < first+count; i++ {
					switch {
					case (i+k)%7 == 0:
						b.null()
					case v.Type == data.Text:
						b.string([]byte(strings.Repeat("é", i%5+1)))
					case v.Type == data.Time:
						b.time(int64(i)*86400 - 1e9)
					default:
						b.number(float64(i%11) + float64(k)/8)
					}
				}
				columns[k] = b.array()
			}
			if !yield(data.Batch{Record: record(vars, columns, count), First: int64(first + 1)}, nil) {
				return
			}
		}
	}
}

// write writes n rows in the given format.
func write(t testing.TB, format string, book data.Codebook, batches iter.Seq2[data.Batch, error]) []byte {
	t.Helper()
	var err error
	var out seekBuffer
	switch format {
	case parquetFormat:
		err = WriteParquet(&out, book, batches)
	case ipcFormat:
		err = WriteIPC(&out, book, batches)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.b
}

// seekBuffer is a file in memory.
type seekBuffer struct {
	b  []byte
	at int
}

func (s *seekBuffer) Write(p []byte) (int, error) {
	s.b = append(s.b[:s.at], p...)
	s.at = len(s.b)
	return len(p), nil
}

func (s *seekBuffer) Seek(offset int64, whence int) (int64, error) {
	if whence != io.SeekCurrent || offset != 0 {
		return 0, errors.New("only the position can be asked for")
	}
	return int64(s.at), nil
}

var openers = map[string]func(*data.Input) (*data.Survey, error){parquetFormat: OpenParquet, ipcFormat: OpenIPC}

func TestWriteThenRead(t *testing.T) {
	for format, open := range openers {
		want := data.New(book(), []data.File{{Rows: 20000}}, func([]string, data.Skip) iter.Seq2[data.Batch, error] {
			return rows(book().Variables, 20000, 5000)
		})
		s, err := open(data.FromBytes("x", write(t, format, book(), want.Batches(nil))))
		if err != nil {
			t.Fatal(format, err)
		}
		if diff := cmp.Diff(book(), s.Codebook); diff != "" {
			t.Errorf("%s: codebook changed: %s", format, diff)
		}
		if diff := cmp.Diff(cells(t, want), cells(t, s)); diff != "" {
			t.Errorf("%s: rows changed: %s", format, diff)
		}
		var some []string
		for b, err := range s.Batches([]string{"w", "why"}) {
			if err != nil {
				t.Fatal(err)
			}
			some = append(some, readertest.ColumnCells(b, 0)...)
		}
		if diff := cmp.Diff(cells(t, want)["w"], some); diff != "" {
			t.Errorf("%s: a chosen column differs: %s", format, diff)
		}
	}
}

func TestParquetSameBytes(t *testing.T) {
	one := write(t, parquetFormat, book(), rows(book().Variables, 70000, 70000))
	for _, size := range []int{8192, 999} {
		if !bytes.Equal(one, write(t, parquetFormat, book(), rows(book().Variables, 70000, size))) {
			t.Errorf("batches of %d rows give other bytes", size)
		}
	}
}

func TestWriteStopsAtFault(t *testing.T) {
	want := &data.Fault{File: "a.csv", Row: 3, Found: "the line is cut"}
	for format := range openers {
		failing := func(yield func(data.Batch, error) bool) { yield(data.Batch{}, want) }
		var err error
		if format == parquetFormat {
			err = WriteParquet(io.Discard, book(), failing)
		} else {
			err = WriteIPC(&seekBuffer{}, book(), failing)
		}
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want the fault", format, err)
		}
	}
}

func TestBookFromElsewhere(t *testing.T) {
	b := data.Codebook{Variables: []data.Variable{{Name: "q2_1"}, {Name: "new"}}}
	text, err := EncodeBook(book())
	if err != nil {
		t.Fatal(err)
	}
	if err := decodeBook(text, &b); err != nil {
		t.Fatal(err)
	}
	want := data.Codebook{
		Variables: []data.Variable{{Name: "q2_1", Labels: []data.ValueLabel{{Code: "1", Label: "ticked"}}}, {Name: "new"}},
		Sets:      []data.Set{{Name: "$q2", Label: "Which?", Counted: "1", Variables: []string{"q2_1"}}},
	}
	if diff := cmp.Diff(want, b); diff != "" {
		t.Errorf("columns that are gone must go from the codebook: %s", diff)
	}
	for text, want := range map[string]string{"{": "cannot be read", `{"version": 2}`: "version 2"} {
		if err := decodeBook(text, &b); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("codebook %s: %v, want %q", text, err, want)
		}
	}
}

// foreign is an Arrow schema as other programs write it, with two rows: one
// of values, one of nulls.
func foreign(t testing.TB) (*arrow.Schema, arrow.Record) {
	t.Helper()
	dictionary := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Uint8, ValueType: arrow.BinaryTypes.String, Ordered: true}
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "i8", Type: arrow.PrimitiveTypes.Int8, Nullable: true},
		{Name: "u32", Type: arrow.PrimitiveTypes.Uint32, Nullable: true},
		{Name: "i64", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
		{Name: "id", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
		{Name: "f32", Type: arrow.PrimitiveTypes.Float32, Nullable: true},
		{Name: "yes", Type: arrow.FixedWidthTypes.Boolean, Nullable: true},
		{Name: "price", Type: &arrow.Decimal128Type{Precision: 10, Scale: 2}, Nullable: true},
		{Name: "band", Type: dictionary, Nullable: true},
		{Name: "big", Type: arrow.BinaryTypes.LargeString, Nullable: true},
		{Name: "born", Type: arrow.FixedWidthTypes.Date32, Nullable: true},
		{Name: "seen", Type: arrow.FixedWidthTypes.Timestamp_us, Nullable: true},
		{Name: "clock", Type: arrow.FixedWidthTypes.Time32ms, Nullable: true},
		{Name: "list", Type: arrow.ListOf(arrow.PrimitiveTypes.Int32), Nullable: true},
		{Name: "bytes", Type: arrow.BinaryTypes.Binary, Nullable: true},
		{Name: "none", Type: arrow.Null, Nullable: true},
	}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	b.Field(0).(*array.Int8Builder).Append(-5)
	b.Field(1).(*array.Uint32Builder).Append(4000000000)
	b.Field(2).(*array.Int64Builder).Append(1e15 - 1)
	b.Field(3).(*array.Int64Builder).Append(1e15)
	b.Field(4).(*array.Float32Builder).Append(0.5)
	b.Field(5).(*array.BooleanBuilder).Append(true)
	b.Field(6).(*array.Decimal128Builder).Append(decimal128.FromI64(-1999))
	if err := b.Field(7).(*array.BinaryDictionaryBuilder).AppendString("18-24 "); err != nil {
		t.Fatal(err)
	}
	b.Field(8).(*array.LargeStringBuilder).Append("text  ")
	b.Field(9).(*array.Date32Builder).Append(-1)
	b.Field(10).(*array.TimestampBuilder).Append(-1)
	b.Field(11).(*array.Time32Builder).Append(90500)
	b.Field(12).(*array.ListBuilder).Append(true)
	b.Field(13).(*array.BinaryBuilder).Append([]byte{0, 1})
	b.Field(14).AppendNull()
	for _, f := range b.Fields() {
		f.AppendNull()
	}
	return schema, b.NewRecord()
}

// foreignStream writes foreign rows as an Arrow stream.
func foreignStream(t testing.TB, options ...ipc.Option) []byte {
	t.Helper()
	schema, rec := foreign(t)
	var out bytes.Buffer
	w := ipc.NewWriter(&out, append(options, ipc.WithSchema(schema))...)
	for range 3 {
		if err := w.Write(rec); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestForeignArrow(t *testing.T) {
	want := map[string]string{
		"i8": "-5", "u32": "4000000000", "i64": "999999999999999", "id": "1000000000000000", "f32": "0.5", "yes": "1",
		"price": "-19.99", "band": "18-24", "big": "text", "born": "-86400", "seen": "-1", "clock": "90.5", "none": "",
	}
	for name, options := range map[string][]ipc.Option{"plain": nil, "zstd": {ipc.WithZstd()}, "lz4": {ipc.WithLZ4()}} {
		s, err := OpenIPC(data.FromBytes("x.arrows", foreignStream(t, options...)))
		if err != nil {
			t.Fatal(name, err)
		}
		got := map[string]string{}
		for column, values := range cells(t, s) {
			got[column] = values[0]
			if diff := cmp.Diff([]string{values[0], "", values[0], "", values[0], ""}, values); diff != "" {
				t.Errorf("%s: column %s: %s", name, column, diff)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		notes := strings.Join(s.Codebook.Notes, "\n")
		for _, part := range []string{"Column list was left out: it holds lists without any value", "Column bytes was left out", "Column clock is a time of day"} {
			if !strings.Contains(notes, part) {
				t.Errorf("%s: notes %q lack %q", name, notes, part)
			}
		}
		if v := s.Codebook.Variable("band"); v.Level != data.Ordinal || v.Type != data.Text {
			t.Errorf("%s: ordered categories are %v of level %v", name, v.Type, v.Level)
		}
	}
}

func TestSniff(t *testing.T) {
	stream, parquet := foreignStream(t), write(t, parquetFormat, book(), rows(book().Variables, 1, 1))
	file := write(t, ipcFormat, book(), rows(book().Variables, 1, 1))
	text := []byte("resp_id,wave,weight\n1,2,3\n")
	for name, c := range map[string]struct {
		b            []byte
		ipc, parquet bool
	}{
		"stream": {stream, true, false}, "file": {file, true, false}, "Parquet": {parquet, false, true},
		"text": {text, false, false}, "nothing": {nil, false, false},
	} {
		head := c.b[:min(len(c.b), 16)]
		if SniffIPC(head) != c.ipc || SniffParquet(head) != c.parquet {
			t.Errorf("%s: taken for IPC %v, for Parquet %v", name, SniffIPC(head), SniffParquet(head))
		}
	}
}

func TestCutArrow(t *testing.T) {
	stream, file := foreignStream(t), write(t, ipcFormat, book(), rows(book().Variables, 100, 10))
	for name, b := range map[string][]byte{
		"stream": stream[:len(stream)-200], "file": file[:len(file)-1], "file without footer": file[:len(file)/2], "empty": nil, "Feather 1": []byte("FEA1________"),
	} {
		if _, err := OpenIPC(data.FromBytes("cut.arrow", b)); err == nil || !data.IsData(err) {
			t.Errorf("%s: %v, want a fault", name, err)
		}
	}
}

func TestInfiniteNumber(t *testing.T) {
	schema := arrow.NewSchema([]arrow.Field{{Name: "x", Type: arrow.PrimitiveTypes.Float64}}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	b.Field(0).(*array.Float64Builder).AppendValues([]float64{1, math.NaN(), math.Inf(1)}, nil)
	var out bytes.Buffer
	w := ipc.NewWriter(&out, ipc.WithSchema(schema))
	if err := w.Write(b.NewRecord()); err != nil {
		t.Fatal(err)
	}
	w.Close()
	s, err := OpenIPC(data.FromBytes("x.arrows", out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	for _, err = range s.Batches(nil) {
	}
	if err == nil || err.Error() != "x.arrows: row 3: column x: the number is infinite; leave it empty or correct it in the export" {
		t.Errorf("%v, want row 3 named", err)
	}
}

// wide is the codebook of a survey with 60 codes, a weight and a text.
func wide() data.Codebook {
	var b data.Codebook
	for i := range 60 {
		b.Variables = append(b.Variables, data.Variable{Name: "q" + strings.Repeat("x", i)})
	}
	b.Variables = append(b.Variables, data.Variable{Name: "weight"}, data.Variable{Name: "why", Type: data.Text})
	return b
}

func BenchmarkRead(b *testing.B) {
	const n = 100000
	for format, open := range openers {
		bytes := write(b, format, wide(), rows(wide().Variables, n, 8192))
		b.Run(format, func(b *testing.B) {
			benchmarkReading(b, open, bytes, n)
		})
	}
}

func BenchmarkWriteParquet(b *testing.B) {
	const n = 100000
	for b.Loop() {
		if err := WriteParquet(io.Discard, wide(), rows(wide().Variables, n, 8192)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

package columnar

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/schema"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tradeoff/data"
	"tradeoff/data/readertest"
	"tradeoff/internal/sharedtest"
)

// The files of the Parquet project that hold lists, which other writers made; the lists
// are what pyarrow 26 reads there. Null is no list, and nulls in a list are no answers.
func TestConformanceLists(t *testing.T) {
	open := func(file string) *data.Survey {
		s, err := OpenParquet(readertest.Input(t, sharedtest.Path(t, "surveys", "parquet-conformance", "parquet-testing", file)))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := open("list_columns.parquet") // [1,2,3], [null,1], [4]; [abc,efg,hij], null, [efg,null,hij,xyz]
	want := map[string][]string{
		"int64_list_1": {"1", "1", "0"}, "int64_list_2": {"1", "0", "0"}, "int64_list_3": {"1", "0", "0"}, "int64_list_4": {"0", "0", "1"},
		"utf8_list_abc": {"1", "", "0"}, "utf8_list_efg": {"1", "", "1"}, "utf8_list_hij": {"1", "", "1"}, "utf8_list_xyz": {"0", "", "1"},
	}
	if diff := cmp.Diff(want, readertest.Cells(t, s)); diff != "" {
		t.Error(diff)
	}
	sets := []data.Set{{Name: "int64_list", Counted: "1", Variables: []string{"int64_list_1", "int64_list_2", "int64_list_3", "int64_list_4"}},
		{Name: "utf8_list", Counted: "1", Variables: []string{"utf8_list_abc", "utf8_list_efg", "utf8_list_hij", "utf8_list_xyz"}}}
	if diff := cmp.Diff(sets, s.Codebook.Sets); diff != "" {
		t.Error(diff)
	}
	s = open("datapage_v2.snappy.parquet") // e: [1,2,3], null, null, [1,2,3], [1,2]
	want = map[string][]string{"e_1": {"1", "", "", "1", "1"}, "e_2": {"1", "", "", "1", "1"}, "e_3": {"1", "", "", "1", "0"}}
	if diff := cmp.Diff(want, readertest.Cells(t, s, "e_1", "e_2", "e_3")); diff != "" {
		t.Error(diff)
	}
}

// A drawnList is a column of lists: nil for none, "" for a null among the values.
type drawnList struct {
	elem arrow.DataType
	wrap func(arrow.DataType) arrow.DataType
	rows [][]string
}

func drawList(t *rapid.T) *drawnList {
	dictionary := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int16, ValueType: arrow.BinaryTypes.String}
	d := &drawnList{
		elem: rapid.SampledFrom([]arrow.DataType{arrow.BinaryTypes.String, arrow.BinaryTypes.LargeString, dictionary, arrow.PrimitiveTypes.Int64, arrow.PrimitiveTypes.Uint8, arrow.PrimitiveTypes.Float64, arrow.PrimitiveTypes.Int32}).Draw(t, "element"),
		wrap: rapid.SampledFrom([]func(arrow.DataType) arrow.DataType{func(e arrow.DataType) arrow.DataType { return arrow.ListOf(e) }, func(e arrow.DataType) arrow.DataType { return arrow.LargeListOf(e) }}).Draw(t, "list"),
	}
	for range rapid.IntRange(1, 60).Draw(t, "rows") {
		var row []string
		if rapid.IntRange(0, 4).Draw(t, "null") > 0 {
			row = rapid.SliceOfN(rapid.SampledFrom([]string{"", "1", "2", "30", "7"}), 0, 5).Draw(t, "values")
		}
		d.rows = append(d.rows, row)
	}
	return d
}

// table is the column "q" beside a column "n" of row numbers.
func (d *drawnList) table(t testing.TB) arrow.Record {
	schema := arrow.NewSchema([]arrow.Field{{Name: "n", Type: arrow.PrimitiveTypes.Int32}, {Name: "q", Type: d.wrap(d.elem), Nullable: true}}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	list := b.Field(1).(interface {
		array.Builder
		Append(bool)
		ValueBuilder() array.Builder
	})
	for i, row := range d.rows {
		b.Field(0).(*array.Int32Builder).Append(int32(i))
		if list.Append(row != nil); row == nil {
			continue
		}
		for _, v := range row {
			if v == "" {
				list.ValueBuilder().AppendNull()
			} else if err := list.ValueBuilder().AppendValueFromString(v); err != nil {
				t.Fatal(err)
			}
		}
	}
	return b.NewRecord()
}

// want is what the column becomes, by one look at each row.
func (d *drawnList) want() map[string][]string {
	want := map[string][]string{}
	for i := range d.rows {
		for _, v := range d.rows[i] {
			if v != "" {
				want["q_"+v] = nil
			}
		}
	}
	for name := range want {
		for _, row := range d.rows {
			cell := "0"
			switch {
			case row == nil:
				cell = ""
			case slices.Contains(row, strings.TrimPrefix(name, "q_")):
				cell = "1"
			}
			want[name] = append(want[name], cell)
		}
	}
	return want
}

// arrowOf and parquetOf are files as the Arrow library writes them; whole says that the
// values are numbers.
func arrowOf(t testing.TB, rec arrow.Record) []byte {
	var out bytes.Buffer
	w := ipc.NewWriter(&out, ipc.WithSchema(rec.Schema()), ipc.WithDictionaryDeltas(false))
	half := rec.NumRows() / 2
	for _, part := range []arrow.Record{rec.NewSlice(0, half), rec.NewSlice(half, rec.NumRows())} {
		if err := w.Write(part); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func parquetOf(t testing.TB, rows [][]string, group int, whole bool, options ...parquet.WriterProperty) []byte {
	element := schema.MustPrimitive(schema.NewPrimitiveNodeLogical("x", parquet.Repetitions.Optional, schema.StringLogicalType{}, parquet.Types.ByteArray, -1, -1))
	if whole {
		element = schema.MustPrimitive(schema.NewPrimitiveNode("x", parquet.Repetitions.Optional, parquet.Types.Int32, -1, -1))
	}
	list, err := schema.ListOfWithName("q", element, parquet.Repetitions.Optional, -1)
	if err != nil {
		t.Fatal(err)
	}
	n := schema.MustPrimitive(schema.NewPrimitiveNode("n", parquet.Repetitions.Required, parquet.Types.Int32, -1, -1))
	root := schema.MustGroup(schema.NewGroupNode("survey", parquet.Repetitions.Required, schema.FieldList{list, n}, -1))
	var out bytes.Buffer
	w := file.NewParquetWriter(&out, root, file.WithWriterProps(parquet.NewWriterProperties(options...)))
	for some := range slices.Chunk(rows, group) {
		if err := writeLists(w.AppendRowGroup(), some); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// writeLists writes a row group: levels 0 for no list, 1 for an empty one, 2 for a null
// in one, 3 for a value.
func writeLists(g file.SerialRowGroupWriter, rows [][]string) error {
	var there, again []int16
	var texts []parquet.ByteArray
	var numbers []int32
	for _, row := range rows {
		if len(row) == 0 {
			level := int16(0)
			if row != nil {
				level = 1
			}
			there, again = append(there, level), append(again, 0)
		}
		for i, v := range row {
			level := int16(2)
			if v != "" {
				n, _ := strconv.Atoi(v)
				level, texts, numbers = 3, append(texts, parquet.ByteArray(v)), append(numbers, int32(n))
			}
			there, again = append(there, level), append(again, int16(min(i, 1)))
		}
	}
	c, err := g.NextColumn()
	if err == nil {
		switch c := c.(type) {
		case *file.ByteArrayColumnChunkWriter:
			_, err = c.WriteBatch(texts, there, again)
		case *file.Int32ColumnChunkWriter:
			_, err = c.WriteBatch(numbers, there, again)
		}
	}
	if err == nil {
		err = c.Close()
	}
	if err == nil {
		c, err = g.NextColumn()
	}
	if err == nil {
		_, err = c.(*file.Int32ColumnChunkWriter).WriteBatch(make([]int32, len(rows)), nil, nil)
	}
	if err == nil {
		err = c.Close()
	}
	if err == nil {
		err = g.Close()
	}
	return err
}

// Lists of every type, in both formats, pages of both versions and several row groups,
// say what one look at each row says.
func TestListsAreMultipleAnswers(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := drawList(rt)
		rec, want := d.table(t), d.want()
		surveys := map[string]func() (*data.Survey, error){
			"arrow": func() (*data.Survey, error) { return OpenIPC(data.FromBytes("a.arrows", arrowOf(t, rec))) },
		}
		if whole := d.elem.ID() == arrow.INT32; whole || d.elem.ID() == arrow.STRING {
			for name, options := range map[string][]parquet.WriterProperty{
				"v1": {parquet.WithDataPageVersion(parquet.DataPageV1), parquet.WithDataPageSize(16)},
				"v2": {parquet.WithDataPageVersion(parquet.DataPageV2), parquet.WithCompression(compress.Codecs.Snappy), parquet.WithDictionaryDefault(false)},
			} {
				b := parquetOf(t, d.rows, rapid.IntRange(1, 40).Draw(rt, "group"), whole, options...)
				surveys[name] = func() (*data.Survey, error) { return OpenParquet(data.FromBytes("a.parquet", b)) }
			}
		}
		for name, open := range surveys {
			s, err := open()
			if err != nil {
				rt.Fatal(name, err)
			}
			names := slices.DeleteFunc(s.Codebook.Names(), func(n string) bool { return n == "n" })
			got := map[string][]string{}
			if len(names) > 0 {
				got = readertest.Cells(t, s, names...)
			} else if !strings.Contains(strings.Join(s.Codebook.Notes, ""), "Column q was left out: it holds lists without any value.") {
				rt.Errorf("%s: notes %q", name, s.Codebook.Notes)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				rt.Errorf("%s, %v: %s", name, d.elem, diff)
			}
			if len(names) > 1 { // one alone, beside another column
				alone := readertest.Cells(t, s, names[1], "n")
				if diff := cmp.Diff(want[names[1]], alone[names[1]]); diff != "" || len(alone["n"]) != len(d.rows) {
					rt.Errorf("%s alone: %s", name, diff)
				}
			}
		}
	})
}

// A name that another column has gets one more underscore, and lists that are no answers
// are left out with the reason.
func TestListsBesideOthers(t *testing.T) {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "q", Type: arrow.ListOf(arrow.BinaryTypes.String), Nullable: true}, {Name: "q_a", Type: arrow.PrimitiveTypes.Int32},
		{Name: "deep", Type: arrow.ListOf(arrow.ListOf(arrow.BinaryTypes.String)), Nullable: true}, {Name: "days", Type: arrow.ListOf(arrow.FixedWidthTypes.Date32), Nullable: true},
		{Name: "many", Type: arrow.ListOf(arrow.PrimitiveTypes.Int32), Nullable: true},
	}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	for i := range 300 {
		for k := range 5 {
			if l, ok := b.Field(k).(*array.ListBuilder); ok {
				l.Append(k != 2)
				switch v := l.ValueBuilder().(type) {
				case *array.StringBuilder:
					v.Append("a")
				case *array.Date32Builder:
					v.Append(1)
				case *array.Int32Builder:
					v.Append(int32(i))
				}
			}
		}
		b.Field(1).(*array.Int32Builder).Append(5)
	}
	rec := b.NewRecord()
	s, err := OpenIPC(data.FromBytes("a.arrows", arrowOf(t, rec)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"q__a", "q_a"}, s.Codebook.Names()); diff != "" {
		t.Error(diff)
	}
	notes := strings.Join(s.Codebook.Notes, "\n")
	for _, part := range []string{"Column deep was left out: it holds lists of objects, of lists or of times", "Column days was left out", "Column many was left out: it holds lists of more than 255 different values"} {
		if !strings.Contains(notes, part) {
			t.Errorf("notes %q lack %q", notes, part)
		}
	}
	var many [][]string
	for i := range 300 {
		many = append(many, []string{strconv.Itoa(i)})
	}
	s, err = OpenParquet(data.FromBytes("a.parquet", parquetOf(t, many, 128, true)))
	if err != nil || len(s.Codebook.Variables) != 1 || !strings.Contains(s.Codebook.Notes[0], "Column q was left out: it holds lists of more than 255") {
		t.Error(err, s.Codebook)
	}
}

// Offsets that lead out of the values, or back, are refused.
func TestDamagedOffsets(t *testing.T) {
	d := &drawnList{elem: arrow.BinaryTypes.String, wrap: func(e arrow.DataType) arrow.DataType { return arrow.ListOf(e) }, rows: [][]string{{"1"}, {"2", "7"}, {"30"}}}
	rec := d.table(t)
	values := rec.Column(1).(*array.List).ListValues()
	for _, offsets := range [][]int32{{0, 1, 3, 5}, {0, 3, 1, 4}, {-1, 1, 3, 4}, {0, 1 << 30, 3, 4}, {2, 1, 3, 4}} {
		damaged := array.NewData(rec.Column(1).DataType(), 3, []*memory.Buffer{nil, memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(offsets))}, []arrow.ArrayData{values.Data()}, 0, 0)
		f := fieldOf(rec.Schema().Field(1), 1)
		func() {
			defer func() {
				if wrong := recover(); wrong != nil {
					t.Logf("the library refuses %v: %v", offsets, wrong)
				}
			}()
			err := f.each(array.NewListData(damaged), newElement(data.Text), func(_ int, _ bool, texts func(func([]byte) error) error) error {
				return texts(func([]byte) error { return nil })
			})
			if err == nil {
				t.Errorf("%v are read", offsets)
			}
		}()
	}
	for _, b := range [][]byte{arrowOf(t, rec), parquetOf(t, d.rows, 2, false, parquet.WithDataPageVersion(parquet.DataPageV2)), parquetOf(t, d.rows, 2, true)} {
		for i := range b {
			for _, flip := range []byte{0xff, 0x01, 0x80} {
				own := bytes.Clone(b)
				own[i] ^= flip
				open := OpenIPC
				if SniffParquet(own) {
					open = OpenParquet
				}
				s, err := open(data.FromBytes(fmt.Sprint("byte ", i), own))
				readertest.Sound(t, s, err)
			}
		}
	}
}

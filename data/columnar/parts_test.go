package columnar

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"tradeoff/data"
)

// typed is a stream of one column of a type, three empty rows, by Arrow's writer.
func typed(t *testing.T, kind arrow.DataType) []byte {
	t.Helper()
	b := array.NewBuilder(memory.DefaultAllocator, kind)
	for range 3 {
		b.AppendEmptyValue()
	}
	schema := arrow.NewSchema([]arrow.Field{{Name: "q", Type: kind, Nullable: true}, {Name: "n", Type: arrow.PrimitiveTypes.Float64, Nullable: true}}, nil)
	n := array.NewFloat64Builder(memory.DefaultAllocator)
	n.AppendNulls(3)
	var out bytes.Buffer
	w := ipc.NewWriter(&out, ipc.WithSchema(schema))
	if err := w.Write(array.NewRecord(schema, []arrow.Array{b.NewArray(), n.NewArray()}, 3)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func kinds() []arrow.DataType {
	number, text := arrow.PrimitiveTypes.Int32, arrow.BinaryTypes.String
	fields := []arrow.Field{{Name: "a", Type: number, Nullable: true}, {Name: "b", Type: text, Nullable: true}}
	return []arrow.DataType{
		arrow.Null, arrow.FixedWidthTypes.Boolean, number, arrow.PrimitiveTypes.Float64, arrow.FixedWidthTypes.Date32, arrow.FixedWidthTypes.Timestamp_us,
		text, arrow.BinaryTypes.Binary, arrow.BinaryTypes.LargeString, arrow.BinaryTypes.LargeBinary, arrow.BinaryTypes.StringView, arrow.BinaryTypes.BinaryView,
		&arrow.FixedSizeBinaryType{ByteWidth: 3}, &arrow.Decimal128Type{Precision: 9, Scale: 2},
		arrow.ListOf(text), arrow.LargeListOf(number), arrow.FixedSizeListOf(2, text), arrow.ListViewOf(text), arrow.LargeListViewOf(number), arrow.MapOf(text, number),
		arrow.StructOf(fields...), arrow.StructOf(arrow.Field{Name: "c", Type: arrow.StructOf(fields...), Nullable: true}),
		arrow.SparseUnionOf(fields, []arrow.UnionTypeCode{0, 1}), arrow.DenseUnionOf(fields, []arrow.UnionTypeCode{0, 1}),
		arrow.RunEndEncodedOf(number, text),
		&arrow.DictionaryType{IndexType: number, ValueType: text},
	}
}

// What a column is expected to take from a batch is what Arrow's writer puts there.
// With less the file is refused: the library would take what stands behind.
func TestParts(t *testing.T) {
	for _, kind := range kinds() {
		t.Run(kind.String(), func(t *testing.T) {
			whole := typed(t, kind)
			m := &messages{in: data.FromBytes("x", whole), end: int64(len(whole))}
			batches := 0
			for {
				before := m.at
				message, err := m.Message()
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				if message.Type() == ipc.MessageSchema {
					continue
				}
				batches++
				head, err := parseMessage(whole[before+8:])
				if err != nil {
					t.Fatal(err)
				}
				batch, want := head.header, m.shape.columns
				if message.Type() == ipc.MessageDictionaryBatch {
					batch, _, err = head.header.child(1)
					if err != nil {
						t.Fatal(err)
					}
					want = m.shape.dictionaries[0]
				}
				got := parts{}
				for _, list := range []struct {
					field, size int
					n           *int
				}{{1, 16, &got.nodes}, {2, 16, &got.buffers}, {batchVariadics, 8, &got.views}} {
					start, n, err := batch.vector(list.field, list.size)
					if err != nil {
						t.Fatal(err)
					}
					if *list.n = n; n > 0 {
						cutShort(t, whole, int(before)+8+start-4, n-1)
					}
				}
				if diff := cmp.Diff(want, got, cmp.AllowUnexported(parts{})); diff != "" {
					t.Errorf("a batch (-expected +written): %s", diff)
				}
			}
			if batches == 0 {
				t.Error("there is no batch")
			}
		})
	}
}

// cutShort makes a list end early, in a copy, which is refused.
func cutShort(t *testing.T, whole []byte, at, n int) {
	t.Helper()
	b := bytes.Clone(whole)
	if got := binary.LittleEndian.Uint32(b[at:]); int(got) != n+1 {
		t.Fatalf("no list of %d elements at %d", n+1, at)
	}
	binary.LittleEndian.PutUint32(b[at:], uint32(n))
	_, err := OpenIPC(data.FromBytes("x.arrow", b))
	if err == nil || !data.IsData(err) || !strings.Contains(err.Error(), "a batch holds ") {
		t.Errorf("a list cut to %d elements: %v", n, err)
	}
}

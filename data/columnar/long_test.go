package columnar

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/schema"

	"tradeoff/data"
)

// wholes is a file with a column of whole numbers of 64 bits, uncompressed, with or
// without statistics.
func wholes(t *testing.T, statistics bool, values ...int64) []byte {
	t.Helper()
	node := schema.NewInt64Node("x", parquet.Repetitions.Required, -1)
	root, err := schema.NewGroupNode("survey", parquet.Repetitions.Required, schema.FieldList{node}, -1)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := file.NewParquetWriter(&out, root, file.WithWriterProps(parquet.NewWriterProperties(parquet.WithDictionaryDefault(false), parquet.WithStats(statistics))))
	group := w.AppendRowGroup()
	c, err := group.NextColumn()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.(*file.Int64ColumnChunkWriter).WriteBatch(values, nil, nil); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{c.Close(), group.Close(), w.Close()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return out.Bytes()
}

// A column of whole numbers is one of texts where one of them has more digits than
// a number holds, and statistics tell that as well as the values do. Statistics that
// promise less than there is end in a fault, never in a rounded number.
func TestLongWholeNumbers(t *testing.T) {
	const long = 1e15
	for _, statistics := range []bool{true, false} {
		for want, values := range map[data.Type][]int64{data.Number: {1, -(1e15 - 1), 7}, data.Text: {1, long, 7}} {
			p, err := openParquet(data.FromBytes("x", wholes(t, statistics, values...)))
			if err != nil {
				t.Fatal(err)
			}
			if got := p.book.Variables[0].Type; got != want {
				t.Errorf("statistics %v: %v are %s, want %s", statistics, values, got, want)
			}
		}
	}
	b := wholes(t, true, 1, 5, 7)
	five := binary.LittleEndian.AppendUint64(nil, 5)
	at := bytes.Index(b, five)
	if at < 0 || bytes.LastIndex(b, five) != at {
		t.Fatal("the value stands elsewhere than once")
	}
	binary.LittleEndian.PutUint64(b[at:], long)
	s, err := OpenParquet(data.FromBytes("x", b))
	if err != nil {
		t.Fatal(err)
	}
	for _, err = range s.Batches([]string{"x"}) {
		if err != nil {
			break
		}
	}
	if err == nil || !strings.Contains(err.Error(), "statistics promise") || !strings.Contains(err.Error(), "row 2") {
		t.Errorf("a value beyond the statistics: %v", err)
	}
}

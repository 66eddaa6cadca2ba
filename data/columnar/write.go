package columnar

import (
	"io"
	"iter"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/metadata"
	"github.com/apache/arrow/go/v17/parquet/schema"

	"tradeoff/data"
	"tradeoff/data/columns"
)

// writer is the name that files written here carry.
const writer = "tradeoff"

// groupRows is how many rows a row group holds: 65,536, fewer for wide files.
// It does not depend on how the rows arrive, so the same survey gives the
// same bytes.
func groupRows(columns int) int {
	return min(65536, max(1024, 1<<22/max(columns, 1)))
}

// WriteParquet writes the rows, which must hold the variables of the codebook
// in its order, as snappy-compressed Parquet with the codebook inside. The
// same rows give the same bytes, however they are cut into batches.
func WriteParquet(w io.Writer, book data.Codebook, batches iter.Seq2[data.Batch, error]) error {
	text, err := EncodeBook(book)
	if err != nil {
		return err
	}
	root, err := parquetSchema(book.Variables)
	if err != nil {
		return err
	}
	keys := metadata.NewKeyValueMetadata()
	if err := keys.Append(CodebookKey, text); err != nil {
		return err
	}
	out := file.NewParquetWriter(w, root, file.WithWriteMetadata(keys), file.WithWriterProps(parquet.NewWriterProperties(
		parquet.WithCreatedBy(writer), parquet.WithCompression(compress.Codecs.Snappy))))
	for group, err := range regroup(book.Variables, batches) {
		if err != nil {
			return err
		}
		if err := writeGroup(out, group); err != nil {
			return err
		}
	}
	return out.Close()
}

func parquetSchema(vars []data.Variable) (*schema.GroupNode, error) {
	var fields schema.FieldList
	for _, v := range vars {
		logical, physical := schema.LogicalType(schema.NoLogicalType{}), parquet.Types.Double
		switch v.Type {
		case data.Text:
			logical, physical = schema.StringLogicalType{}, parquet.Types.ByteArray
		case data.Time:
			logical, physical = schema.NewTimestampLogicalType(true, schema.TimeUnitMillis), parquet.Types.Int64
		}
		node, err := schema.NewPrimitiveNodeLogical(v.Name, parquet.Repetitions.Optional, logical, physical, -1, -1)
		if err != nil {
			return nil, err
		}
		fields = append(fields, node)
	}
	return schema.NewGroupNode("survey", parquet.Repetitions.Required, fields, -1)
}

// A group is the rows of a row group, column by column.
type group struct {
	rows    int
	columns []groupColumn
}

type groupColumn struct {
	kind    data.Type
	levels  []int16 // 1 for a value, 0 for a null
	numbers []float64
	times   []int64
	texts   []parquet.ByteArray
}

// regroup cuts the batches into row groups.
func regroup(vars []data.Variable, batches iter.Seq2[data.Batch, error]) iter.Seq2[*group, error] {
	limit := groupRows(len(vars))
	return func(yield func(*group, error) bool) {
		g := newGroup(vars)
		for b, err := range batches {
			if err != nil {
				yield(nil, err)
				return
			}
			for from, rows := 0, int(b.Record.NumRows()); from < rows; {
				to := min(rows, from+limit-g.rows)
				g.add(b.Record, from, to)
				from = to
				if g.rows == limit {
					if !yield(g, nil) {
						return
					}
					g = newGroup(vars)
				}
			}
		}
		if g.rows > 0 {
			yield(g, nil)
		}
	}
}

func newGroup(vars []data.Variable) *group {
	g := &group{columns: make([]groupColumn, len(vars))}
	for i, v := range vars {
		g.columns[i].kind = v.Type
	}
	return g
}

// add copies the rows from..to of a record: it is valid only until the next.
func (g *group) add(rec arrow.Record, from, to int) {
	for i := range g.columns {
		g.columns[i].add(data.Plain(rec.Column(i)), from, to)
	}
	g.rows += to - from
}

func (c *groupColumn) add(column arrow.Array, from, to int) {
	for i := from; i < to; i++ {
		if column.IsNull(i) {
			c.levels = append(c.levels, 0)
			continue
		}
		c.levels = append(c.levels, 1)
		switch a := column.(type) {
		case *array.Float64:
			c.numbers = append(c.numbers, a.Value(i))
		case *array.Timestamp:
			c.times = append(c.times, int64(a.Value(i))*1000)
		case *array.String:
			c.texts = append(c.texts, parquet.ByteArray(a.Value(i)))
		}
	}
}

func writeGroup(out *file.Writer, g *group) error {
	rg := out.AppendRowGroup()
	for i := range g.columns {
		w, err := rg.NextColumn()
		if err != nil {
			return err
		}
		if err := g.columns[i].write(w); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
	}
	return rg.Close()
}

func (c *groupColumn) write(w file.ColumnChunkWriter) (err error) {
	switch w := w.(type) {
	case *file.Float64ColumnChunkWriter:
		_, err = w.WriteBatch(c.numbers, c.levels, nil)
	case *file.Int64ColumnChunkWriter:
		_, err = w.WriteBatch(c.times, c.levels, nil)
	case *file.ByteArrayColumnChunkWriter:
		_, err = w.WriteBatch(c.texts, c.levels, nil)
	}
	return err
}

// WriteIPC writes the rows, which must hold the variables of the codebook in
// its order, as an Arrow IPC file with the codebook inside.
func WriteIPC(w io.WriteSeeker, book data.Codebook, batches iter.Seq2[data.Batch, error]) error {
	text, err := EncodeBook(book)
	if err != nil {
		return err
	}
	fields := make([]arrow.Field, len(book.Variables))
	for i, v := range book.Variables {
		fields[i] = arrow.Field{Name: v.Name, Type: columns.ArrowType(v.Type), Nullable: true}
	}
	meta := arrow.NewMetadata([]string{CodebookKey}, []string{text})
	sc := arrow.NewSchema(fields, &meta)
	out, err := ipc.NewFileWriter(w, ipc.WithSchema(sc), ipc.WithAllocator(memory.DefaultAllocator))
	if err != nil {
		return err
	}
	for b, err := range batches {
		if err != nil {
			return err
		}
		columns := make([]arrow.Array, b.Record.NumCols())
		for i := range columns {
			columns[i] = data.Plain(b.Record.Column(i))
		}
		if err := out.Write(array.NewRecord(sc, columns, b.Record.NumRows())); err != nil {
			return err
		}
	}
	return out.Close()
}

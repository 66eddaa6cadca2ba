package tidy

import (
	"bytes"
	"fmt"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/schema"

	"tradeoff/reports"
)

// Parquet writes results.parquet: the rows and columns of Results with their
// types. Texts are UTF-8 with a dictionary, exactly as in the survey; counts
// are int64, the other numbers float64. What is empty in the CSV is null here,
// texts included.
func Parquet(r *reports.Report) ([]byte, error) {
	columns, rows := resultColumns(r.Meta), cells(r)
	sc, err := schemaOf(columns)
	if err != nil {
		return nil, err
	}
	props := []parquet.WriterProperty{
		parquet.WithCompression(compress.Codecs.Snappy),
		parquet.WithCreatedBy("tradeoff"),
		parquet.WithDictionaryDefault(false),
	}
	for _, c := range columns {
		if c.text != nil {
			props = append(props, parquet.WithDictionaryFor(c.name, true))
		}
	}
	var b bytes.Buffer
	w := file.NewParquetWriter(&b, sc, file.WithWriterProps(parquet.NewWriterProperties(props...)))
	group := w.AppendRowGroup()
	for _, c := range columns {
		chunk, err := group.NextColumn()
		if err != nil {
			return nil, fmt.Errorf("results.parquet: column %s: %w", c.name, err)
		}
		if err := writeChunk(chunk, c, rows); err != nil {
			return nil, fmt.Errorf("results.parquet: column %s: %w", c.name, err)
		}
	}
	if err := group.Close(); err != nil {
		return nil, fmt.Errorf("results.parquet: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("results.parquet: %w", err)
	}
	return b.Bytes(), nil
}

func schemaOf(columns []column[cell]) (*schema.GroupNode, error) {
	var fields schema.FieldList
	for _, c := range columns {
		var node schema.Node
		var err error
		switch {
		case c.text != nil:
			node, err = schema.NewPrimitiveNodeLogical(c.name, parquet.Repetitions.Optional, schema.StringLogicalType{}, parquet.Types.ByteArray, -1, -1)
		case c.whole != nil:
			node = schema.NewInt64Node(c.name, parquet.Repetitions.Optional, -1)
		default:
			node = schema.NewFloat64Node(c.name, parquet.Repetitions.Optional, -1)
		}
		if err != nil {
			return nil, err
		}
		fields = append(fields, node)
	}
	return schema.NewGroupNode("results", parquet.Repetitions.Required, fields, -1)
}

func writeChunk(chunk file.ColumnChunkWriter, c column[cell], rows []cell) error {
	var err error
	switch w := chunk.(type) {
	case *file.ByteArrayColumnChunkWriter:
		values, levels := gather(rows, func(r cell) (parquet.ByteArray, bool) {
			s := c.valid(r)
			return parquet.ByteArray(s), s != ""
		})
		_, err = w.WriteBatch(values, levels, nil)
	case *file.Int64ColumnChunkWriter:
		values, levels := gather(rows, c.whole)
		_, err = w.WriteBatch(values, levels, nil)
	case *file.Float64ColumnChunkWriter:
		values, levels := gather(rows, c.real)
		_, err = w.WriteBatch(values, levels, nil)
	}
	if err != nil {
		return err
	}
	return chunk.Close()
}

// gather lists the values that are there, and for every row whether one is.
func gather[T any](rows []cell, of func(cell) (T, bool)) (values []T, levels []int16) {
	levels = make([]int16, len(rows))
	for i, r := range rows {
		if v, ok := of(r); ok {
			values = append(values, v)
			levels[i] = 1
		}
	}
	return values, levels
}

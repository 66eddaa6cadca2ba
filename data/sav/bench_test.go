package sav

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"testing"

	"pgregory.net/rapid"

	"tradeoff/data"
	"tradeoff/data/columns"
	"tradeoff/data/readertest"
)

// tracker makes a survey like a wave of a tracker: an identifier, a weight, 60
// closed questions on 5 and 10 points, a short text.
func tracker(rows int) *data.Survey {
	book := data.Codebook{Variables: []data.Variable{{Name: "id", Type: data.Text, Format: "A12"}, {Name: "w", Type: data.Number}, {Name: "open", Type: data.Text, Format: "A60"}}}
	values := make([][]any, 3, 63)
	for i := range 60 {
		book.Variables = append(book.Variables, data.Variable{Name: fmt.Sprintf("q%d", i+1), Type: data.Number, Format: "F2.0"})
		values = append(values, make([]any, rows))
	}
	for i := range values {
		values[i] = make([]any, rows)
	}
	for r := range rows {
		values[0][r] = fmt.Sprintf("resp%08d", r)
		values[1][r] = 0.5 + math.Mod(float64(r)*0.6180339887, 1)
		if r%3 == 0 {
			values[2][r] = "because it is convenient for me"
		}
		for i := range 60 {
			if (r+i)%7 > 0 {
				values[3+i][r] = float64((r*31+i*17)%10 + 1)
			}
		}
	}
	return survey(book, values, columns.MaxCases)
}

// BenchmarkRead reads 20,000 cases of a tracker from each way of storing: Open
// alone, all variables, the closed questions, and one. MB/s are of the stored
// file.
func BenchmarkRead(b *testing.B) {
	const rows = 20000
	made := tracker(rows)
	compressed := write(b, made, WriteOptions{})
	closed := made.Codebook.Names()[3:]
	for _, stored := range []struct {
		name string
		b    []byte
	}{{"bytecode", compressed}, {"plain", plainFrom(b, compressed)}, {"zlib", zlibbedFrom(b, compressed, 0x3ff000)}} {
		in := data.FromBytes("bench.sav", stored.b)
		b.Run(stored.name+"/open", func(b *testing.B) {
			readertest.Benchmark(b, in.Size, rows, func() (int64, error) {
				s, err := Open(in)
				if err != nil {
					return 0, err
				}
				return s.Rows(), nil
			})
		})
		s, err := Open(in)
		if err != nil {
			b.Fatal(err)
		}
		for _, scan := range []struct {
			name      string
			variables []string
		}{{"all", nil}, {"closed", closed}, {"one", closed[29:30]}} {
			b.Run(stored.name+"/"+scan.name, func(b *testing.B) {
				readertest.Benchmark(b, in.Size, rows, func() (int64, error) { return readertest.Count(s, scan.variables) })
			})
		}
	}
}

// plainFrom turns a byte-compressed file that we wrote into a plain one.
func plainFrom(t rapid.TB, b []byte) []byte {
	d, err := readDictionary(data.FromBytes("made", b))
	if err != nil {
		t.Fatal(err)
	}
	out := bytes.Clone(b[:d.start])
	binary.LittleEndian.PutUint32(out[72:], plain)
	for _, e := range simplyElements(t, d) {
		out = append(out, e[:]...)
	}
	return out
}

// BenchmarkWrite writes the same tracker, both passes.
func BenchmarkWrite(b *testing.B) {
	const rows = 20000
	s := tracker(rows)
	var batches []data.Batch
	for batch := range s.Batches(nil) {
		batch.Record.Retain()
		batches = append(batches, batch)
	}
	seq := func(yield func(data.Batch, error) bool) {
		for _, batch := range batches {
			if !yield(batch, nil) {
				return
			}
		}
	}
	for b.Loop() {
		if err := Write(io.Discard, &s.Codebook, seq, WriteOptions{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

package sav

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"testing"

	"tradeoff/data"
)

// tracker makes a survey like a wave of a tracker: an identifier, a weight, 60
// closed questions on 5 and 10 points, a short text.
func tracker(rows int) *data.Survey {
	book := data.Codebook{Variables: []data.Variable{{Name: "id", Type: data.Text, Format: "A12"}, {Name: "w", Type: data.Number}, {Name: "open", Type: data.Text, Format: "A60"}}}
	columns := make([][]any, 3, 63)
	for i := range 60 {
		book.Variables = append(book.Variables, data.Variable{Name: fmt.Sprintf("q%d", i+1), Type: data.Number, Format: "F2.0"})
		columns = append(columns, make([]any, rows))
	}
	for i := range columns {
		columns[i] = make([]any, rows)
	}
	for r := range rows {
		columns[0][r] = fmt.Sprintf("resp%08d", r)
		columns[1][r] = 0.5 + math.Mod(float64(r)*0.6180339887, 1)
		if r%3 == 0 {
			columns[2][r] = "because it is convenient for me"
		}
		for i := range 60 {
			if (r+i)%7 > 0 {
				columns[3+i][r] = float64((r*31+i*17)%10 + 1)
			}
		}
	}
	return survey(book, columns, maxCases)
}

// scanAll reads the variables and returns the number of cases.
func scanAll(b *testing.B, s *data.Survey, variables []string) (rows int64) {
	for batch, err := range s.Batches(variables) {
		if err != nil {
			b.Fatal(err)
		}
		rows += batch.Record.NumRows()
	}
	return rows
}

// BenchmarkRead reads 20,000 cases of a tracker: Open alone, all variables, and
// one. MB/s are of the stored file.
func BenchmarkRead(b *testing.B) {
	const rows = 20000
	var buf bytes.Buffer
	made := tracker(rows)
	if err := Write(&buf, &made.Codebook, made.Batches(nil), WriteOptions{}); err != nil {
		b.Fatal(err)
	}
	in := data.FromBytes("bench.sav", buf.Bytes())
	s, err := Open(in)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("open", func(b *testing.B) {
		b.SetBytes(in.Size)
		for b.Loop() {
			if _, err := Open(in); err != nil {
				b.Fatal(err)
			}
		}
	})
	for name, variables := range map[string][]string{"all": nil, "one": {"q30"}} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(in.Size)
			b.ReportAllocs()
			for b.Loop() {
				if n := scanAll(b, s, variables); n != rows {
					b.Fatalf("%d cases", n)
				}
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "respondents/s")
		})
	}
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
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "respondents/s")
}

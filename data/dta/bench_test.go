package dta

import (
	"encoding/binary"
	"fmt"
	"math"
	"testing"

	"tradeoff/data"
	"tradeoff/data/readertest"
)

// tracker is a data set like a wave of a tracker: an identifier, a weight, a
// short text, 60 closed questions on 5 and 10 points, with .a for don't know.
// They are bytes as Stata stores them after compress, or doubles as others
// write them.
func tracker(rows int, closed byte) *craft {
	c := &craft{release: 118, order: binary.LittleEndian}
	c.variables = []craftVariable{{name: "id", kind: 's', width: 12}, {name: "w", kind: 'd'}, {name: "open", kind: 's', width: 60}}
	for i := range 60 {
		c.variables = append(c.variables, craftVariable{name: fmt.Sprintf("q%d", i+1), kind: closed, table: "dk"})
	}
	c.tables = []craftTable{{name: "dk", codes: []int{2147483622}, labels: []string{"don't know"}}}
	for r := range rows {
		text := ""
		if r%3 == 0 {
			text = "because it is convenient for me"
		}
		row := []any{fmt.Sprintf("resp%08d", r), 0.5 + math.Mod(float64(r)*0.6180339887, 1), text}
		for i := range 60 {
			switch (r + i) % 7 {
			case 0:
				row = append(row, craftMissing(0))
			case 1:
				row = append(row, craftMissing('a'))
			default:
				row = append(row, (r*31+i*17)%10+1)
			}
		}
		c.rows = append(c.rows, row)
	}
	return c
}

// BenchmarkRead reads 20,000 cases of a tracker: Open alone, all variables, the
// closed questions, and one. MB/s are of the file.
func BenchmarkRead(b *testing.B) {
	const rows = 20000
	for _, closed := range []byte("bd") {
		in := data.FromBytes("bench.dta", tracker(rows, closed).bytes())
		b.Run(string(closed)+"/open", func(b *testing.B) {
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
		names := s.Codebook.Names()
		for _, scan := range []struct {
			name      string
			variables []string
		}{{"all", nil}, {"closed", names[3:]}, {"one", names[30:31]}} {
			b.Run(string(closed)+"/"+scan.name, func(b *testing.B) {
				readertest.Benchmark(b, in.Size, rows, func() (int64, error) { return readertest.Count(s, scan.variables) })
			})
		}
	}
}

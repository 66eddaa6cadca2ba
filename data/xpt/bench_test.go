package xpt

import (
	"fmt"
	"testing"

	"tradeoff/data"
	"tradeoff/data/readertest"
)

// BenchmarkRead opens and reads 20,000 cases of a tracker: an identifier, a
// weight, 60 closed questions on 10 points.
func BenchmarkRead(b *testing.B) {
	const rows = 20000
	columns := []column{{name: "ID", width: 12}, {name: "W"}}
	for i := range 60 {
		columns = append(columns, column{name: fmt.Sprintf("Q%d", i+1)})
	}
	cases := make([]string, 0, rows*62)
	for r := range rows {
		cases = append(cases, fmt.Sprintf("resp%08d", r), fmt.Sprintf("\x41\x18\x00\x00\x00%c%c\x01", r%100+1, r/200+1))
		for i := range 60 {
			switch {
			case (r+i)%7 == 0:
				cases = append(cases, none)
			case (r+i)%11 == 0:
				cases = append(cases, specialA)
			default:
				cases = append(cases, fmt.Sprintf("\x41%c\x00\x00\x00\x00\x00\x00", 16*((r*31+i*17)%7+1)))
			}
		}
	}
	file := []byte(newCraft(false, columns...).cases(zeros, cases...).String())
	for _, run := range []struct {
		name      string
		variables []string
	}{{"all", nil}, {"two", []string{"Q1", "Q7"}}} {
		b.Run(run.name, func(b *testing.B) {
			readertest.Benchmark(b, int64(len(file)), rows, func() (int64, error) {
				s, err := Open(data.FromBytes("bench.xpt", file))
				if err != nil {
					return 0, err
				}
				return readertest.Count(s, run.variables)
			})
		})
	}
}

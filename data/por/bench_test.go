package por

import (
	"fmt"
	"testing"

	"tradeoff/data"
	"tradeoff/data/readertest"
)

// BenchmarkRead opens and reads 20,000 cases of a tracker: an identifier, a
// weight with all digits of a float64, 60 closed questions on 10 points.
func BenchmarkRead(b *testing.B) {
	const rows = 20000
	c := newCraft().variable("ID", 12, 1).variable("W", 0, 5)
	for i := range 60 {
		c.variable(fmt.Sprintf("Q%d", i+1), 0, 5)
	}
	c.put("F")
	for r := range rows {
		c.text(fmt.Sprintf("resp%08d", r)).put("." + base30(1e15+int64(r)*7919*104729) + "/")
		for i := range 60 {
			if (r+i)%7 == 0 {
				c.put("*.")
			} else {
				c.whole((r*31+i*17)%10 + 1)
			}
		}
	}
	file := c.lines("\r\n")
	some := []string{"Q1", "Q7"}
	for _, run := range []struct {
		name      string
		variables []string
	}{{"all", nil}, {"two", some}} {
		b.Run(run.name, func(b *testing.B) {
			readertest.Benchmark(b, int64(len(file)), rows, func() (int64, error) {
				s, err := Open(data.FromBytes("bench.por", file))
				if err != nil {
					return 0, err
				}
				return readertest.Count(s, run.variables)
			})
		})
	}
}

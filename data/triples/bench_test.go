package triples

import (
	"fmt"
	"strings"
	"testing"

	"tradeoff/data/readertest"
)

// big is a survey of 50,000 respondents: 40 single answers, 5 multiple ones of
// 20 bits, a weight, an id and an open answer.
func big(layout string) (definition, lines []byte) {
	var vars, b strings.Builder
	at, field := 1, 1
	place := func(width int) string {
		defer func() { at += width; field++ }()
		if layout == "csv" {
			return fmt.Sprintf(`start="%d"`, field)
		}
		return fmt.Sprintf(`start="%d" finish="%d"`, at, at+width-1)
	}
	vars.WriteString(variableOf("id", "quantity", place(7), "") + variableOf("w", "quantity", place(7), "") + variableOf("why", "character", place(30), ""))
	for k := range 40 {
		vars.WriteString(variableOf(fmt.Sprint("q", k), "single", place(2), `<values><value code="1">a</value><value code="2">b</value><value code="3">c</value><value code="98">d</value></values>`))
	}
	values := ""
	for k := range 20 {
		values += fmt.Sprintf(`<value code="%d">item</value>`, k+1)
	}
	for k := range 5 {
		vars.WriteString(variableOf(fmt.Sprint("m", k), "multiple", place(20), "<values>"+values+"</values>"))
	}
	comma := ""
	if layout == "csv" {
		comma = ","
	}
	for i := range 50000 {
		fmt.Fprintf(&b, "%07d%s%7.4f%s%-30s", i, comma, 0.5+float64(i%997)/997, comma, fmt.Sprintf("because of reason %d", i%5000))
		for k := range 40 {
			fmt.Fprintf(&b, "%s%2d", comma, []int{1, 2, 3, 98}[(i*(k+3)+k)%4])
		}
		for k := range 5 {
			fmt.Fprintf(&b, "%s%020b", comma, uint(i*(k+7919))%(1<<20))
		}
		b.WriteByte('\n')
	}
	return []byte(define(fmt.Sprintf("format=%q", layout), vars.String())), []byte(b.String())
}

func BenchmarkOpen(b *testing.B)    { benchmark(b, "fixed", false) }
func BenchmarkScan(b *testing.B)    { benchmark(b, "fixed", true) }
func BenchmarkOpenCSV(b *testing.B) { benchmark(b, "csv", false) }
func BenchmarkScanCSV(b *testing.B) { benchmark(b, "csv", true) }

func benchmark(b *testing.B, layout string, scan bool) {
	definition, lines := big(layout)
	s, err := pair(definition, lines)
	if err != nil {
		b.Fatal(err)
	}
	readertest.Benchmark(b, int64(len(lines)), s.Rows(), func() (int64, error) {
		if scan {
			return readertest.Count(s, nil)
		}
		s, err := pair(definition, lines)
		if err != nil {
			return 0, err
		}
		return s.Rows(), nil
	})
}

// Reading a codebook does not keep data: the batches of a large file are of
// bounded size.
func TestBatchSize(t *testing.T) {
	line := strings.Repeat("x", 100000) + "\n"
	s := read(t, define("", variableOf("q", "character", `start="1" finish="100000"`, "")), files{"a.asc": strings.Repeat(line, 700)})
	for b, err := range s.Batches(nil) {
		if err != nil {
			t.Fatal(err)
		}
		if n := b.Record.NumRows(); n > maxBytes/100000 {
			t.Fatalf("a batch of %d rows of 100,000 bytes", n)
		}
	}
	s = read(t, define(`format="csv"`, variableOf("q", "character", `start="1"`, "")), files{"a.csv": strings.Repeat(line, 700)})
	for b, err := range s.Batches(nil) {
		if err != nil {
			t.Fatal(err)
		}
		if n := b.Record.NumRows(); n > (maxBytes+blockBytes)/100000+1 {
			t.Fatalf("a batch of %d rows of 100,000 bytes", n)
		}
	}
}

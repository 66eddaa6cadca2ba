package exports

import (
	"fmt"
	"strings"
	"testing"

	"tradeoff/data"
)

// large is an export of 50,000 respondents: 30 codes, a weight, an id, and an
// open answer.
func large() *data.Input {
	var b strings.Builder
	b.WriteString("resp_id,weight,why")
	for k := range 30 {
		fmt.Fprintf(&b, ",q%d", k)
	}
	b.WriteByte('\n')
	for i := range 50000 {
		fmt.Fprintf(&b, "R%07d,%.4f,%q", i, 0.5+float64(i%997)/997, sentence(i))
		for k := range 30 {
			fmt.Fprintf(&b, ",%d", (i*(k+3)+k)%5+1)
		}
		b.WriteByte('\n')
	}
	return text("large.csv", b.String())
}

func BenchmarkOpen(b *testing.B) {
	in := large()
	for b.Loop() {
		survey(b, nil, in)
	}
	b.ReportMetric(50000*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// Looking for identifiers alone, on rows that are already in memory.
func BenchmarkLook(b *testing.B) {
	s, err := open(large())
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := lookAt(s); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(LookRows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkProfiles(b *testing.B) {
	s := survey(b, nil, large())
	for b.Loop() {
		if _, err := Profiles(s); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(50000*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

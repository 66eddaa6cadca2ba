package analysis

import (
	"fmt"
	"testing"
)

// The work on 9,000 people, four levers, eight questions and two segments.
func BenchmarkWhatIf(b *testing.B) {
	p := movers(b, 9000, 7, 0.5, 0)
	p.ask(Question{Name: "benefits", Label: "Benefits", Measures: "benefit", Multi: true}, []string{"a", "b", "c"}, func(row, k int) uint8 { return uint8((row*7 + k*k + row>>k) % 2) })
	m := modelOf(b, p)
	b.ReportAllocs()
	rows := 0
	for b.Loop() {
		t, err := m.whatIf()
		if err != nil {
			b.Fatal(err)
		}
		rows = len(t.Rows)
	}
	b.ReportMetric(float64(rows), "rows")
	b.ReportMetric(float64(p.Rows())*float64(b.N)/b.Elapsed().Seconds(), "people/s")
	_ = fmt.Sprint
}

// modelOf is the model of the drivers, with what what-if takes of the other tables.
func modelOf(t testing.TB, p *People) *explained {
	t.Helper()
	m, err := explain(p)
	if err != nil || m == nil {
		t.Fatalf("no model: %v", err)
	}
	if _, err := m.importance(); err != nil {
		t.Fatal(err)
	}
	if _, err := m.meetings(); err != nil {
		t.Fatal(err)
	}
	return m
}

package analysis

import "testing"

// The classes of a hundred thousand people, and what they would accept.
func BenchmarkClasses(b *testing.B) {
	p, _ := twoKinds(b, 100_000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := latentClasses(p); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(p.Rows()*b.N)/b.Elapsed().Seconds(), "rows/s")
}

// Willingness by benefit, benefits for data and prices of a hundred thousand people.
func BenchmarkExchange(b *testing.B) {
	p := exchanging(b, 100_000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := willingFor(p); err != nil {
			b.Fatal(err)
		}
		if _, err := benefitsForData(p); err != nil {
			b.Fatal(err)
		}
		if _, err := prices(p); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(p.Rows()*b.N)/b.Elapsed().Seconds(), "rows/s")
}

// The overlap and the privacy types of a hundred thousand people.
func BenchmarkTypes(b *testing.B) {
	p, _ := twoKinds(b, 100_000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := overlap(p); err != nil {
			b.Fatal(err)
		}
		if _, err := typology(p); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(p.Rows()*b.N)/b.Elapsed().Seconds(), "rows/s")
}

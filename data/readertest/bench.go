package readertest

import "testing"

// Benchmark measures what opens or reads a file of so many bytes and rows, in MB/s
// of the file and rows/s. once says how many rows there are, or came.
func Benchmark(b *testing.B, size, rows int64, once func() (int64, error)) {
	b.Helper()
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		n, err := once()
		if err != nil {
			b.Fatal(err)
		}
		if n != rows {
			b.Fatalf("%d rows, want %d", n, rows)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

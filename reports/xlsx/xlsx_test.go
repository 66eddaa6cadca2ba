package xlsx

import (
	"os"
	"testing"

	"tradeoff/reports/internal/reporttest"
)

func TestDump(t *testing.T) {
	b, err := Write(reporttest.Report())
	if err != nil {
		t.Fatal(err)
	}
	os.WriteFile("/tmp/x.xlsx", b, 0o644)
}

func BenchmarkWrite(b *testing.B) {
	r := reporttest.Big(60)
	for b.Loop() {
		if _, err := Write(r); err != nil {
			b.Fatal(err)
		}
	}
}

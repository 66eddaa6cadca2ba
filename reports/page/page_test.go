package page

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
	os.WriteFile("/tmp/x.html", b, 0o644)
	h, err := Write(reporttest.Hostile())
	if err != nil {
		t.Fatal(err)
	}
	os.WriteFile("/tmp/h.html", h, 0o644)
}

func BenchmarkWrite(b *testing.B) {
	r := reporttest.Big(60)
	for b.Loop() {
		if _, err := Write(r); err != nil {
			b.Fatal(err)
		}
	}
}

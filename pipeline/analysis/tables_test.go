package analysis

import (
	"slices"
	"testing"
)

// What begins first is there.
func TestSlowAnalyses(t *testing.T) {
	for _, name := range slow() {
		if !slices.ContainsFunc(analyses(), func(a analysis) bool { return a.name == name }) {
			t.Errorf("no analysis is called %q", name)
		}
	}
}

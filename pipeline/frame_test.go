package pipeline

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// One weight of 1,000,000 among 300 of 1: the effective base is 1000299^2 / (1e12 +
// 299) = 1.0006, an efficiency of 0.3 %, and the respondent carries 99.97 % of the
// weight. Weights of 1 and 3 are not doubted.
func TestOneWeightCarriesAll(t *testing.T) {
	for _, c := range []struct{ weight, want string }{
		{"1000000", "the weights have an efficiency of 0.3 %: 300 respondents count as much as 1 with equal weights; one carries 100 % of all weight (a.csv:12); correct the weights, or trim them"},
		{"3", ""},
	} {
		dir := t.TempDir()
		rows := "w,q\n"
		for i := range 300 {
			w := "1"
			if i == 10 {
				w = c.weight
			}
			rows += fmt.Sprintf("%s,%d\n", w, 1+i%3)
		}
		write(t, filepath.Join(dir, "a.csv"), rows)
		path := filepath.Join(dir, "s.yaml")
		write(t, path, "study: S\nsources: a.csv\ndesign: {weight: w}\nquestions: {q: {column: q, scale: [1, 2, 3]}}\n")
		s, err := Check(context.Background(), FromPath(path), Options{})
		if err != nil {
			t.Fatal(err)
		}
		said := slices.IndexFunc(s.Warnings, func(w string) bool { return strings.Contains(w, "efficiency") })
		if c.want == "" && said >= 0 || c.want != "" && !slices.Contains(s.Warnings, c.want) {
			t.Errorf("a weight of %s: %q", c.weight, s.Warnings)
		}
	}
}

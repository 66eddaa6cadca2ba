package docs

import (
	"maps"
	"regexp"
	"testing"
)

// Every test that methods.md and surveys.md lean on exists, and every number that it gives
// as a default stands in study-file.md too.
func TestMethodsNamesTestsThatExist(t *testing.T) {
	tests := testsOf(t, "../stats")
	maps.Copy(tests, testsOf(t, "../pipeline"))
	text := read(t, "methods.md")
	named := regexp.MustCompile("`(Test\\w+)`").FindAllStringSubmatch(text, -1)
	if len(named) < 10 {
		t.Fatalf("methods.md names %d tests; it stands on more", len(named))
	}
	named = append(named, regexp.MustCompile("`(Test\\w+)`").FindAllStringSubmatch(read(t, "surveys.md"), -1)...)
	for _, m := range named {
		if !tests[m[1]] {
			t.Errorf("a page leans on %s, which is no test of stats or the pipeline", m[1])
		}
	}
	reference := read(t, "study-file.md")
	for _, m := range regexp.MustCompile("`(\\w+)` \\(([0-9.]+)\\)").FindAllStringSubmatch(text, -1) {
		row := regexp.MustCompile("(?m)^\\| `" + m[1] + "` \\|.*\\| " + regexp.QuoteMeta(m[2]) + "0? \\|$")
		if !row.MatchString(reference) {
			t.Errorf("methods.md says that %s is %s by default; study-file.md does not", m[1], m[2])
		}
	}
}

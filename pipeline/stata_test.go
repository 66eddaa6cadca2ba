package pipeline

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"tradeoff/internal/sharedtest"
)

// Every shared Stata file ends in a report, or in the reason why there is none:
// most are test files of a few cases, which protection does not publish.
func TestStataFiles(t *testing.T) {
	few(t)
	files, err := filepath.Glob(filepath.Join(sharedtest.Path(t, "surveys", "dta-conformance"), "*", "*.dta"))
	if err != nil || len(files) != 31 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	reports := map[string]bool{}
	for _, name := range strings.Fields("test_data stata3_115 stata3_117 test1_118 test2_117 Stata_Example auto8 compressed datefactor iris") {
		reports[name+".dta"] = true
	}
	published := 0
	for _, path := range files {
		name := filepath.Base(path)
		_, err := Run(context.Background(), FromPath(path), Options{Out: t.TempDir(), Formats: []string{"results"}})
		switch {
		case err == nil && reports[name]:
			published++
		case err == nil:
			t.Errorf("%s: published", name)
		case reports[name]:
			t.Errorf("%s: %v", name, err)
		case !strings.Contains(err.Error(), "nothing can be published") && !strings.Contains(err.Error(), "there is nothing to publish"):
			t.Errorf("%s: %v", name, err)
		}
	}
	if published != len(reports) {
		t.Errorf("%d reports, expected %d", published, len(reports))
	}
}

// iris.dta has 50 flowers of each of three species; the means over all are the
// well-known ones of these data (Fisher 1936; summary(iris) in R).
func TestIris(t *testing.T) {
	s := surveyOf(t, FromPath(sharedtest.Path(t, "surveys", "dta-conformance", "haven", "iris.dta")))
	for _, species := range []string{"setosa", "versicolor", "virginica"} {
		s.count("species", species, "total", "Total", 50)
	}
	for length, mean := range map[string]float64{"sepallength": 5.843, "sepalwidth": 3.057, "petallength": 3.758, "petalwidth": 1.199} {
		s.mean(length, "Mean", "total", "Total", mean, 3)
	}
}

package docs

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tradeoff/pipeline"
	"tradeoff/stats/crosstab"
)

// published runs the sample and returns the folder of its report.
func published(t *testing.T) string {
	t.Helper()
	s, err := pipeline.Run(context.Background(), pipeline.Sample(), pipeline.Options{Out: t.TempDir(), Formats: []string{"results"}, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return s.Folder
}

// keys lists the keys of an object, those of objects within as a.b; of a list
// it looks at all entries.
func keys(prefix string, value any, into map[string]bool) {
	switch v := value.(type) {
	case map[string]any:
		for k, x := range v {
			into[prefix+k] = true
			keys(prefix+k+".", x, into)
		}
	case []any:
		for _, x := range v {
			keys(prefix, x, into)
		}
	}
}

// Every column and key of the files that a run of the sample writes is
// described, and nothing else is.
func TestResultsDescribesTheFiles(t *testing.T) {
	folder := published(t)
	text := read(t, "results.md")
	for _, name := range []string{"results.csv", "tests.csv"} {
		f, err := os.Open(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		header, err := csv.NewReader(f).Read()
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		part := section(t, text, "## "+name)
		same(t, "results.md, "+name, rows(part), header)
		var order []string
		for _, m := range firstColumn.FindAllStringSubmatch(part, -1) {
			order = append(order, m[1])
		}
		if !slices.Equal(order, header) {
			t.Errorf("results.md, %s: the columns stand in the order\n%v, in the file\n%v", name, order, header)
		}
	}
	b, err := os.ReadFile(filepath.Join(folder, "run.json"))
	if err != nil {
		t.Fatal(err)
	}
	var record any
	if err := json.Unmarshal(b, &record); err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	keys("", record, found)
	described := rows(section(t, text, "## run.json"))
	same(t, "results.md, run.json", described, slices.Sorted(maps.Keys(found)))
}

// Every state and kind of row is named.
func TestResultsNamesEveryWord(t *testing.T) {
	described := rows(section(t, read(t, "results.md"), "## results.csv"))
	for _, s := range []crosstab.Status{crosstab.OK, crosstab.LowBase, crosstab.Suppressed, crosstab.NotAsked, crosstab.NotApplicable} {
		if !strings.Contains(described["status"], "`"+string(s)+"`") {
			t.Errorf("results.md does not say what status %s is", s)
		}
	}
	for _, k := range []crosstab.RowKind{crosstab.Proportion, crosstab.NetRow, crosstab.Mean, crosstab.SD} {
		if !strings.Contains(described["statistic"], "`"+string(k)+"`") {
			t.Errorf("results.md does not say what statistic %s is", k)
		}
	}
}

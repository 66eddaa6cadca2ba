package pipeline

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// estimated runs a study in a folder as far as its tables.
func estimated(t rapid.TB, dir, yaml string) *run {
	t.Helper()
	path := filepath.Join(dir, "s.yaml")
	write(t, path, yaml)
	r := newRun(FromPath(path), Options{})
	defer r.close()
	if err := r.do(context.Background(), []stage{{"loading", r.load}, {"binding", r.bind}, {"reading", r.readFrame}, {"counting", r.count}, {"estimating", r.estimate}}); err != nil {
		t.Fatal(err)
	}
	return r
}

// Files that name their waves give the tables of one file with a column of the wave:
// in the order of the files, weighted and stratified by that column, in a filter, in a
// base and in a nest.
func TestWavesOfFilesAreAColumn(t *testing.T) {
	dir := t.TempDir()
	rows := map[string]string{}
	all := "id,wt,age,q,wave\n"
	for i := range 400 {
		wave := []string{"2025", "2024", "2023", "2022"}[i%4]
		row := fmt.Sprintf("%d,%d,%d,%d", i, 1+i%3, 18+i*7%60, 1+(i/4+i%4)%5)
		rows[wave] += row + "\n"
		all += row + "," + wave + "\n"
	}
	write(t, filepath.Join(dir, "all.csv"), all)
	for w, r := range rows {
		write(t, filepath.Join(dir, w+".csv"), "id,wt,age,q\n"+r)
	}
	const rest = `
respondent: id
filter: {where: {wave: [2022, 2023, 2024]}}
design: {weight: wt, strata: wave}
segments: {age: {from: age, bands: [18-39, 40+]}, year: {from: wave, banner: false, codes: [2023, 2022]}, both: year*age}
questions: {q: {column: q, measures: concern, scale: [1, 2, 3, 4, 5], top: 2}, late: {column: q, scale: [1, 2, 3, 4, 5], base: {where: {wave: 2024}}}}
`
	for _, report := range []string{"all", "latest"} {
		one := estimated(t, dir, "study: S\nsources: all.csv\nwave: {column: wave, labels: [2025, 2022, 2023, 2024], report: "+report+"}"+rest)
		files := estimated(t, dir, "study: S\nsources: [{file: 2025.csv, wave: 2025}, {file: 2022.csv, wave: 2022}, {file: 2023.csv, wave: 2023}, {file: 2024.csv, wave: 2024}]\nwave: {report: "+report+"}"+rest)
		if len(one.tables) < 2 || len(one.plan.waves.values) != 4 {
			t.Fatalf("%d tables, %d waves", len(one.tables), len(one.plan.waves.values))
		}
		near := cmp.Comparer(func(a, b float64) bool { return a == b || a-b < 1e-12 && b-a < 1e-12 || a != a && b != b })
		if diff := cmp.Diff(one.tables, files.tables, near); diff != "" {
			t.Errorf("report %s: a column, and files (-column +files):\n%s", report, diff)
		}
	}
}

// Two files of one wave are one wave, and that is said.
func TestWaveOfTwoFiles(t *testing.T) {
	dir := t.TempDir()
	for _, f := range []string{"a", "b", "c"} {
		rows := "q\n"
		for i := range 60 {
			rows += fmt.Sprintln(1 + i%3)
		}
		write(t, filepath.Join(dir, f+".csv"), rows)
	}
	r := estimated(t, dir, "study: S\nsources: [{file: \"[ab].csv\", wave: 2024}, {file: c.csv, wave: 2025}]\nquestions: {q: {column: q, scale: [1, 2, 3]}}\n")
	if want := "wave 2024 is made of 2 files, a.csv, b.csv; if one of them is another wave, say so under sources"; !slices.Contains(r.warnings, want) {
		t.Errorf("warnings %q lack %q", r.warnings, want)
	}
	columns := r.tables[0].Columns
	if n := len(columns); n != 3 || columns[1].Label != "2024" || columns[1].Base.Unweighted != 120 || columns[2].Base.Unweighted != 60 {
		t.Errorf("columns %+v", columns)
	}
	for _, w := range r.warnings {
		if strings.Contains(w, "lacks") {
			t.Error(w)
		}
	}
}

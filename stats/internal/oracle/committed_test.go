package oracle_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"tradeoff/stats/internal/oracle"
)

// TestCommitted runs the cases of testdata: a few of every kind, on a small
// survey of their own, with which the tests say something also where the shared
// oracle is not there. testdata/cases.R made them.
func TestCommitted(t *testing.T) { runAll(t, "testdata", 1) }

// TestCommittedIsComplete looks for a committed case of every kind of question
// and of every step of a design that anybody here answers.
func TestCommittedIsComplete(t *testing.T) {
	book, err := oracle.Open("testdata")
	if err != nil {
		t.Fatal(err)
	}
	asked, done := map[string]int{}, map[string]int{}
	for _, c := range book.Cases {
		asked[c.Params.Get("stat").Text()]++
		for _, step := range c.Design.Get("steps").List() {
			done[step.Get("op").Text()]++
		}
	}
	for _, stat := range sorted(runners) {
		if asked[stat] == 0 {
			t.Errorf("no case of %q in testdata: add one to cases.R", stat)
		}
	}
	for _, op := range sorted(steps) {
		if done[op] == 0 {
			t.Errorf("no design with the step %q in testdata: add one to cases.R", op)
		}
	}
}

// TestCommittedSize keeps the folder small.
func TestCommittedSize(t *testing.T) {
	const most = 400_000
	total := 0
	for _, text := range filesOf(t, "testdata") {
		total += len(text)
	}
	if total > most {
		t.Errorf("testdata has %d bytes, more than %d", total, most)
	}
}

// TestCommittedRebuild runs cases.R and compares its files with those of
// testdata: numbers to 1e-9, or the case's own tolerance, as other machines
// round differently. Another version of survey may have other answers, so that
// it is skipped then.
func TestCommittedRebuild(t *testing.T) {
	if testing.Short() {
		t.Skip("R takes some seconds")
	}
	t.Parallel()
	if _, err := exec.LookPath("Rscript"); err != nil {
		t.Skip("Rscript is not installed, so cases.R cannot be run")
	}
	versions := `for (p in c("survey", "polycor")) cat(p, if (requireNamespace(p, quietly = TRUE)) as.character(packageVersion(p)) else "missing", "\n")`
	out, err := exec.Command("Rscript", "-e", versions).Output()
	if err != nil {
		t.Fatal(err)
	}
	have := strings.Fields(string(out))
	want := header(t, "testdata/means.json")
	for i := 0; i+1 < len(have); i += 2 {
		switch p, v := have[i], have[i+1]; {
		case v == "missing":
			t.Skipf("R's package %s is not installed, so cases.R cannot be run", p)
		case p == "survey" && v != want.Survey:
			t.Skipf("survey is %s here and was %s when the cases were made", v, want.Survey)
		}
	}
	dir := t.TempDir()
	if out, err := exec.Command("Rscript", "testdata/cases.R", dir).CombinedOutput(); err != nil {
		t.Fatalf("cases.R: %v\n%s", err, out)
	}
	committed, made := filesOf(t, "testdata"), filesOf(t, dir)
	delete(committed, "cases.R")
	for _, name := range sorted(committed) {
		if made[name] == nil {
			t.Errorf("cases.R does not make %s", name)
		}
	}
	for _, name := range sorted(made) {
		switch {
		case committed[name] == nil:
			t.Errorf("cases.R makes %s, which is not committed", name)
		case filepath.Ext(name) == ".csv":
			equalCSV(t, name, made[name], committed[name])
		default:
			equalJSON(t, name, made[name], committed[name])
		}
	}
}

type versions struct {
	Survey string `json:"survey"`
}

func header(t *testing.T, file string) (v versions) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// filesOf reads all files below a folder, by their slashed names in it.
func filesOf(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files[name], err = os.ReadFile(filepath.Join(dir, name))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func equalCSV(t *testing.T, name string, got, want []byte) {
	t.Helper()
	g, err1 := csv.NewReader(bytes.NewReader(got)).ReadAll()
	w, err2 := csv.NewReader(bytes.NewReader(want)).ReadAll()
	if err1 != nil || err2 != nil || len(g) != len(w) {
		t.Fatalf("%s: %d and %d rows, errors %v and %v", name, len(g), len(w), err1, err2)
	}
	for i := range w {
		for j := range w[i] {
			a, err1 := strconv.ParseFloat(g[i][j], 64)
			b, err2 := strconv.ParseFloat(w[i][j], 64)
			if g[i][j] != w[i][j] && (err1 != nil || err2 != nil || !alike(a, b, 0, 1e-9)) {
				t.Errorf("%s:%d: %s, committed is %s", name, i+1, g[i][j], w[i][j])
			}
		}
	}
}

// equalJSON compares the cases of two files, or all of files without cases: a
// head with versions may differ.
func equalJSON(t *testing.T, name string, got, want []byte) {
	t.Helper()
	var g, w any
	if err := json.Unmarshal(got, &g); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if err := json.Unmarshal(want, &w); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if m, ok := w.(map[string]any); ok && m["cases"] != nil {
		g, w = g.(map[string]any)["cases"], m["cases"]
	}
	equal(t, name, g, w, 0, 1e-9)
}

// equal compares two trees. Elements of a list are compared on the scale of
// the largest, too: a covariance of 1e-12 beside variances of 1 is noise. What
// R rounds or estimates by differences is in keys that begin with r_ or polycor_.
func equal(t *testing.T, path string, got, want any, scale, tol float64) {
	t.Helper()
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok || len(g) != len(w) {
			t.Errorf("%s: %d keys are committed, not those of %v", path, len(w), got)
			return
		}
		if own, ok := w["tol"].(float64); ok {
			tol = max(tol, own)
			path = fmt.Sprint(path, ": ", w["id"])
		}
		for _, k := range sorted(w) {
			inner := tol
			if strings.HasPrefix(k, "r_") || strings.HasPrefix(k, "polycor_") {
				inner = 1e-3
			}
			equal(t, path+"."+k, g[k], w[k], 0, inner)
		}
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			t.Errorf("%s: %d elements are committed, not those of %v", path, len(w), got)
			return
		}
		scale = max(scale, largest(w))
		for i := range w {
			equal(t, fmt.Sprintf("%s[%d]", path, i), g[i], w[i], scale, tol)
		}
	case float64:
		if g, ok := got.(float64); !ok || !alike(g, w, 1e-3*scale, tol) {
			t.Errorf("%s: %v, committed is %v", path, got, want)
		}
	default:
		if got != want {
			t.Errorf("%s: %v, committed is %v", path, got, want)
		}
	}
}

// largest is the largest size of a number in a list, or in lists of it.
func largest(list []any) (m float64) {
	for _, x := range list {
		switch x := x.(type) {
		case float64:
			m = max(m, math.Abs(x))
		case []any:
			m = max(m, largest(x))
		}
	}
	return m
}

func alike(a, b, scale, tol float64) bool {
	return math.Abs(a-b) <= tol*max(math.Abs(a), math.Abs(b), scale)
}

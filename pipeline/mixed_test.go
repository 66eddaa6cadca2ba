package pipeline

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// A column of numbers in one file and texts in another is refused where its values would
// be counted as they come, and taken where the study names those of both.
func TestNumbersInOneFileAndTextsInAnother(t *testing.T) {
	dir := t.TempDir()
	numbers, texts := "q,other\n", "q,other\n"
	for i := range 60 {
		numbers += fmt.Sprintf("%d,%d\n", 1+i%2, i%5)
		texts += fmt.Sprintf("%s,%d\n", []string{"Never", "Often"}[i%2], i%5)
	}
	write(t, filepath.Join(dir, "a.csv"), numbers)
	write(t, filepath.Join(dir, "b.csv"), texts)
	path := filepath.Join(dir, "s.yaml")
	const head = "study: S\nsources: [a.csv, b.csv]\n"
	const other = "questions: {other: {column: other, answers: [0, 1, 2, 3, 4]}}\n"
	for _, c := range []struct{ study, refused string }{
		{other, ""},
		{"questions: {q: {column: q}}\n", "list its answers with their words"},
		{"questions: {q: {columns: [q, other], type: grid}}\n", "list its answers with their words"},
		{"questions: {q: {column: q, type: multi, separator: \";\"}}\n", "list its answers with their words"},
		{"questions: {q: {columns: [q, other], type: multi, yes: [1, 2]}}\n", "under yes"},
		{"questions: {q: {columns: [q, other], type: multi, yes: [1, Never]}}\n", ""},
		{"questions: {q: {column: q, scale: {1: Never, 2: Often}}}\n", ""},
		{"segments: {q: q}\n" + other, "list its groups under codes or nets"},
		{"segments: {q: {from: q, bands: [1, 2]}}\n" + other, "list its groups under codes or nets"},
		{"segments: {q: {from: q, codes: {1: Never, 2: Often}}}\n" + other, ""},
		{"segments: {q: {from: q, nets: {Few: [1, Never], Many: [2, Often]}}}\n" + other, ""},
		{"wave: q\n" + other, "under labels"},
		{"wave: {column: q, labels: {1: Never, 2: Often}}\n" + other, ""},
		{"filter: {where: {q: 1}}\n" + other, "list the numbers and the texts that are meant"},
		{"filter: {where: {q: [1, Never]}}\n" + other, ""},
		{"questions: {other: {column: other, answers: [0, 1, 2, 3, 4], base: {where: {q: Never}}}}\n", "list the numbers and the texts that are meant"},
	} {
		write(t, path, head+c.study)
		_, err := Check(t.Context(), FromPath(path), Options{})
		switch {
		case c.refused == "" && err != nil:
			t.Errorf("%s: %v", c.study, err)
		case c.refused != "" && (err == nil || !strings.Contains(err.Error(), "column q holds numbers in a.csv and texts in b.csv, and nothing says which text is which number; ") || !strings.Contains(err.Error(), c.refused)):
			t.Errorf("%s: %v, want %s", c.study, err, c.refused)
		}
	}
	r := estimated(t, dir, head+"questions: {q: {column: q, scale: {1: Never, 2: Often}}}\n")
	if x := r.tables[0]; x.Cell(0, 0).Count != 60 || x.Cell(1, 0).Count != 60 || x.Columns[0].Base.Unweighted != 120 {
		t.Errorf("%d and %d of %d", x.Cell(0, 0).Count, x.Cell(1, 0).Count, x.Columns[0].Base.Unweighted)
	}
}

package exports

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"tradeoff/data"
)

// Files of formats that other programs wrote are told by content, whatever they
// are called; a wrong ending is said.
func TestFormatsOfOthers(t *testing.T) {
	for path, c := range map[string]struct {
		format string
		rows   int64
		first  string
	}{
		"../por/testdata/pspp.por": {"SPSS portable", 7, "Q1"},
		"../xpt/testdata/v5.xpt":   {"SAS transport", 7, "score"},
		"../xpt/testdata/v8.xpt":   {"SAS transport", 7, "a_score_with_a_long_name_of_31_c"},
	} {
		b, err := os.ReadFile(filepath.FromSlash(path))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{filepath.Base(path), "export.csv"} {
			s, err := Open([]*data.Input{data.FromBytes(name, b)}, nil)
			if err != nil {
				t.Errorf("%s as %s: %v", path, name, err)
				continue
			}
			if f := s.Files[0]; f.Format != c.format || f.Rows != c.rows || s.Codebook.Names()[0] != c.first {
				t.Errorf("%s as %s: %+v, first variable %s", path, name, f, s.Codebook.Names()[0])
			}
			said := slices.ContainsFunc(s.Codebook.Notes, func(n string) bool { return len(n) > 10 && n[:10] == "export.csv" })
			if want := name == "export.csv"; said != want {
				t.Errorf("%s as %s: the notes are %q", path, name, s.Codebook.Notes)
			}
		}
	}
}

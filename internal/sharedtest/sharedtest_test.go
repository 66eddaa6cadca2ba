package sharedtest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The root is the folder that this package lies in, as the module calls it.
func TestRoot(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(Root(t), "internal", "sharedtest"); want != here {
		t.Errorf("the package is at %s, not at %s", here, want)
	}
	mod, err := os.ReadFile(filepath.Join(Root(t), "go.mod"))
	if err != nil || !strings.HasPrefix(string(mod), "module tradeoff\n") {
		t.Errorf("%s is not our module's root (%v)", Root(t), err)
	}
}

// A test of what is not there is skipped; of what is there, it gets the path.
func TestPath(t *testing.T) {
	var missing *testing.T
	t.Run("missing", func(t *testing.T) {
		missing = t
		t.Error("not skipped at ", Path(t, "surveys", "no such survey.csv"))
	})
	if !missing.Skipped() {
		t.Error("a test of a missing file is not skipped")
	}
	for _, path := range []string{Path(t, "surveys", "README.md"), Path(t, "surveys/README.md")} {
		if b, err := os.ReadFile(path); err != nil || len(b) == 0 || !filepath.IsAbs(path) {
			t.Errorf("%s: %d bytes, %v", path, len(b), err)
		}
	}
}

// Files of a folder are those with the endings, in order; a folder that is not
// there has none.
func TestFiles(t *testing.T) {
	if got := Files(t, "no such folder", ".csv"); len(got) != 0 {
		t.Errorf("files %q in a folder that is not there", got)
	}
	Path(t, "surveys", "triple-s")
	want := []string{"triple-s/sample-1.asc", "triple-s/sample-1.sss", "triple-s/sample-3.sss", "triple-s/sample-4.asc", "triple-s/sample-4.sss"}
	if got := Files(t, "surveys", ".sss", ".asc"); !slices.Equal(got, want) {
		t.Errorf("files %q, want %q", got, want)
	}
}

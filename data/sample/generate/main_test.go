package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// The embedded exports are what the generator writes: nobody changed one by
// hand, and no change of the model or of a writer was left out.
func TestExportsAreUpToDate(t *testing.T) {
	folder := t.TempDir()
	if err := write(folder); err != nil {
		t.Fatal(err)
	}
	for _, e := range exports() {
		fresh, err := os.ReadFile(filepath.Join(folder, e.name))
		if err != nil {
			t.Fatal(err)
		}
		kept, err := os.ReadFile(filepath.Join("..", e.name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(fresh, kept) {
			t.Errorf("%s differs from what the generator writes; run: go generate ./data/sample", e.name)
		}
	}
}

func TestFolderThatIsNotThere(t *testing.T) {
	if err := write(filepath.Join(t.TempDir(), "nowhere")); !os.IsNotExist(err) {
		t.Errorf("got %v, want that the folder is not there", err)
	}
}

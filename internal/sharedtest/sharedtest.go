// Package sharedtest finds test material for the tests of all packages: the
// module's root, and the folder ../shared beside it, which holds real surveys,
// bad inputs and cases computed by other programs and is no part of the
// repository. It is tooling for tests; the program never imports it.
package sharedtest

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Root is the module's root: the nearest folder with a go.mod, from the folder
// that the test runs in upwards.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
}

// Path is the absolute path of a file or folder in ../shared, given by its
// elements; each may hold slashes. The test is skipped, and says what for,
// where it is not there.
func Path(t testing.TB, elem ...string) string {
	t.Helper()
	inside := filepath.FromSlash(filepath.Join(elem...))
	path := filepath.Join(filepath.Dir(Root(t)), "shared", inside)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("../%s is not there", filepath.ToSlash(filepath.Join("shared", inside)))
	}
	return path
}

// Files are the files in a folder of ../shared, and in those below it, whose names
// end in one of the endings (".sav"): their paths in the folder, with slashes, in
// byte order. There are none where the folder is not there.
func Files(t testing.TB, folder string, endings ...string) []string {
	t.Helper()
	root := filepath.Join(filepath.Dir(Root(t)), "shared", filepath.FromSlash(folder))
	var found []string
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && slices.Contains(endings, filepath.Ext(path)) {
			inside, _ := filepath.Rel(root, path)
			found = append(found, filepath.ToSlash(inside))
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	slices.Sort(found)
	return found
}

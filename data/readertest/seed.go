package readertest

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"tradeoff/internal/sharedtest"
)

// maxSeed is how large a file may be that a fuzz target starts from: larger ones
// take long to run and longer to change in a way that matters.
const maxSeed = 16 << 10

// Seeds are the small files of ../shared/surveys and ../shared/badinputs whose names
// end so (".sav"), where they are there; files beyond 16 KB are left out.
func Seeds(t testing.TB, endings ...string) [][]byte {
	t.Helper()
	var seeds [][]byte
	for _, folder := range []string{"surveys", "badinputs"} {
		root := filepath.Join(filepath.Dir(sharedtest.Root(t)), "shared", folder)
		err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if os.IsNotExist(err) {
				return nil
			}
			if err != nil || e.IsDir() || !slices.Contains(endings, filepath.Ext(path)) {
				return err
			}
			info, err := e.Info()
			if err != nil || info.Size() > maxSeed {
				return err
			}
			b, err := os.ReadFile(path)
			seeds = append(seeds, b)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return seeds
}

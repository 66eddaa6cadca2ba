package readertest

import (
	"os"
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
		for _, name := range sharedtest.Files(t, folder, endings...) {
			path := sharedtest.Path(t, folder, name)
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if info.Size() > maxSeed {
				continue
			}
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			seeds = append(seeds, b)
		}
	}
	return seeds
}

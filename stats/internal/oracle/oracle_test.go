package oracle_test

import (
	"fmt"
	"path/filepath"
	"sort"
	"testing"

	"tradeoff/internal/sharedtest"
	"tradeoff/stats/internal/oracle"
)

// runners answer the cases, by params.stat. A file of this folder for every
// topic registers what it answers.
var runners = map[string]func(t *testing.T, c *oracle.Case){}

// register says who answers the cases of a statistic.
func register(stat string, run func(t *testing.T, c *oracle.Case)) {
	if runners[stat] != nil {
		panic("two runners for " + stat)
	}
	runners[stat] = run
}

// TestOracle runs every case of the shared oracle; with -short, for the race
// detector, every sixth. Its README says how cases are written and which
// conventions of R differ from others.
func TestOracle(t *testing.T) {
	every := 1
	if testing.Short() {
		every = 6
	}
	runAll(t, sharedtest.Path(t, "oracle"), every)
}

// runAll runs every case of a folder, or every second, third, ... one. A case
// that nobody answers, or on which no number was compared, fails.
func runAll(t *testing.T, dir string, every int) {
	book, err := oracle.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]*tally{}
	for i, c := range book.Cases {
		if i%every != 0 {
			continue
		}
		count := counts[c.File]
		if count == nil {
			count = &tally{}
			counts[c.File] = count
		}
		t.Run(filepath.Join(c.File, c.ID), func(t *testing.T) {
			run := runners[c.Params.Get("stat").Text()]
			if run == nil {
				t.Fatalf("nothing answers %q: %s", c.Params.Get("stat").Text(), c.Call)
			}
			run(t, c)
			n, worst, at := c.Compared()
			if n == 0 && !t.Failed() {
				t.Errorf("no number was compared: %s", c.Call)
			}
			count.add(n, worst, c.ID+": "+at)
		})
	}
	total := 0
	for _, file := range sorted(counts) {
		t.Logf("%s: %s", file, counts[file])
		total += counts[file].cases
	}
	t.Logf("%d of %d cases", total, len(book.Cases))
}

// tally counts what a file of the oracle has been compared on.
type tally struct {
	cases, numbers int
	worst          float64
	at             string
}

func (c *tally) add(n int, worst float64, at string) {
	c.cases++
	c.numbers += n
	if worst > c.worst {
		c.worst, c.at = worst, at
	}
}

func (c *tally) String() string {
	return fmt.Sprintf("%d cases, %d numbers, largest relative difference %.1e (%s)", c.cases, c.numbers, c.worst, c.at)
}

func sorted[V any](m map[string]V) []string {
	var ks []string
	for k := range m {
		ks = append(ks, k)
	}
	sort.Strings(ks)
	return ks
}

package sheet

import (
	"fmt"
	"strings"

	"tradeoff/data"
)

// textWords is how many words make a header a question text rather than a
// name.
const textWords = 4

// nameColumns makes the names of all columns from what the header says.
//
// A column without a name is called column_N. A name that occurs twice is a
// fault, because nothing tells which of the two the analyst will mean; but a
// question text that occurs twice cannot be mended where it comes from (a
// survey tool wrote it), so there all of them are numbered, and the bare text
// names none.
func (g *Grid) nameColumns(header []string, row int64) (names []string, err error) {
	names = append(names, header...)
	places := make(map[string][]int, len(names))
	for i, n := range names {
		places[n] = append(places[n], i)
	}
	unnamed := places[""]
	delete(places, "")
	var faults data.Faults
	var numbered []string
	for i, n := range header {
		same := places[n]
		if n == "" || len(same) < 2 || same[0] != i {
			continue
		}
		if len(strings.Fields(n)) < textWords {
			faults = append(faults, g.fault(row, n, "columns %s have the same name; rename them so that each has its own", g.positions(same)))
			continue
		}
		numbered = append(numbered, g.positions(same))
		for k, at := range same {
			names[at] = free(places, fmt.Sprintf("%s (%d)", n, k+1))
		}
	}
	for _, i := range unnamed {
		names[i] = free(places, fmt.Sprintf("column_%d", i+1))
	}
	if len(numbered) > 0 {
		g.note("Question texts that stand above more than one column got a number in brackets: columns %s.", strings.Join(numbered, "; "))
	}
	return names, faults.Err()
}

// free makes a name that is not taken, and takes it.
func free(taken map[string][]int, name string) string {
	for _, ok := taken[name]; ok; _, ok = taken[name] {
		name += "_"
	}
	taken[name] = nil
	return name
}

// positions lists columns: "4 and 5", "D, E and F".
func (g *Grid) positions(columns []int) string {
	words := make([]string, len(columns))
	for i, c := range columns {
		words[i] = g.position(c)
	}
	return listed(words)
}

// listed joins words as in a sentence.
func listed(words []string) string {
	n := len(words)
	if n < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
}

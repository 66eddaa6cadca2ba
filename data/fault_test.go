package data

import (
	"fmt"
	"strings"
	"testing"
)

// TestFaultsAlikeAreToldOnce checks that one slip in a thousand rows leaves
// room for the others. The wording is what an analyst reads.
func TestFaultsAlikeAreToldOnce(t *testing.T) {
	code := func(row int64, found string) *Fault {
		return &Fault{File: "w.csv", Row: row, Column: "q1", Found: found}
	}
	faults := Faults{code(2, "7 is no code"), code(3, "8 is no code"), code(5, "7 is no code"), code(9, "7 is no code")}
	for row := range int64(11) {
		faults = append(faults, &Fault{File: "w.sav", Row: row + 1, Unit: "case", Found: "the weight is empty"})
	}
	want := `w.csv:2: column q1: 7 is no code (also line 5, 9)
w.csv:3: column q1: 8 is no code
w.sav: case 1: the weight is empty (also case 2, 3, 4, 5, 6, 7, 8, 9 and 2 more)`
	if got := faults.Error(); got != want {
		t.Errorf("the message is\n%s\nand not\n%s", got, want)
	}
}

// TestManyFaultsAreCounted checks that a message ends, and says how many
// faults it left out, those of groups included.
func TestManyFaultsAreCounted(t *testing.T) {
	var faults Faults
	for i := range 30 {
		for row := range int64(2) {
			faults = append(faults, &Fault{File: "w.csv", Row: row + 2, Found: fmt.Sprintf("slip %d", i)})
		}
	}
	lines := strings.Split(faults.Error(), "\n")
	if len(lines) != shown+1 || lines[shown] != "... and 20 more" {
		t.Errorf("%d lines, the last is %q", len(lines), lines[len(lines)-1])
	}
}

// TestFaultsOfAStudyAreNotFolded checks that each keeps its line and column.
func TestFaultsOfAStudyAreNotFolded(t *testing.T) {
	faults := Faults{{File: "s.yaml", Row: 3, Column: "5", Found: "no such key", Study: true}, {File: "s.yaml", Row: 4, Column: "5", Found: "no such key", Study: true}}
	if got, want := faults.Error(), "s.yaml:3:5: no such key\ns.yaml:4:5: no such key"; got != want {
		t.Errorf("the message is\n%s\nand not\n%s", got, want)
	}
}

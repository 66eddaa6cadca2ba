package dta

import (
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The crafted data sets, from which most tests start, are read by R's haven
// (releases 104 to 119) and foreign (105 to 115) as they were meant. Not
// comparable, and so resting on the descriptions of the format alone: releases
// 120 and 121, which neither reads; release 105 in haven, which takes its tables
// of value labels for those of later releases and gives up; value labels of 104
// to 108 in haven and of 105 in foreign, which find none; long strings of 119 in
// haven, which looks for the variable's number in two bytes instead of three.
func TestReread(t *testing.T) {
	r, err := exec.LookPath("Rscript")
	if err != nil {
		t.Skip("R is not installed")
	}
	if exec.Command(r, "-e", "stopifnot(requireNamespace('haven'), requireNamespace('foreign'))").Run() != nil {
		t.Skip("R's haven or foreign is not installed")
	}
	folder := t.TempDir()
	releases(func(release int, order binary.ByteOrder) {
		if release < 120 {
			if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%d-%v.dta", release, order)), small(release, order).bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	})
	answer, err := exec.Command(r, "testdata/reread.R", folder).Output()
	if err != nil {
		t.Fatal(err)
	}
	const cells = "1,-127,.|2,-32767,.|70000,-2147483647,.|1.5,-2.25,.|0.10000000000000001,-1.0000000000000001e+300,.|plain,,all bee"
	lines := 0
	for line := range strings.Lines(string(answer)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) != 4 {
			t.Fatalf("%q", line)
		}
		release, reader := f[0][:3], f[1]
		want, labels := cells, "1=low,2=high,-5=odd"
		if release == "119" {
			f[2] = f[2][:min(len(f[2]), len(cells))]
		} else if release >= "117" {
			want += "|a long story,,a long story"
		}
		if release <= "105" || release == "108" && reader == "haven" {
			labels = "none"
		}
		if f[2] != want || f[3] != labels {
			t.Errorf("%s of %s:\n%s %s, want\n%s %s", reader, f[0], f[2], f[3], want, labels)
		}
		lines++
	}
	if lines < 30 {
		t.Errorf("R read %d data sets", lines)
	}
}

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"tradeoff/internal/sharedtest"
)

// An outcome is what becomes of a file of ../shared/surveys, as
// testdata/surveys.txt lists it: one line for each file, its path and, behind
// a tab, "finished", "refused" with a part of the message, or "no survey" with
// the reason for which it is not run.
type outcome struct{ file, word, detail string }

// handful are the files that are run with -short: small ones of six formats.
var handful = []string{
	"contact-tracing-ch/data.csv",
	"dta-conformance/haven/iris.dta",
	"parquet-conformance/svy-worldbank-synthetic/ind_sample_wb_2023.parquet",
	"sav-conformance/foreign/electric.sav",
	"sav-conformance/haven/datetime.sav",
	"triple-s/sample-3.sss",
}

// TestDrafts drafts a study for every file of ../shared/surveys and runs it:
// each ends in a finished report, or is refused with the reason that the list
// gives. What is in the files, and which of them are surveys, is from the README
// of each folder there.
func TestDrafts(t *testing.T) {
	folder := sharedtest.Path(t, "surveys")
	list := outcomes(t)
	limit := debug.SetMemoryLimit(-1) // each run sets its own, for all of this process
	t.Cleanup(func() { debug.SetMemoryLimit(limit) })
	if !testing.Short() {
		namesAll(t, list)
	}
	for _, o := range list {
		if o.word == "no survey" || testing.Short() && !slices.Contains(handful, o.file) {
			continue
		}
		t.Run(o.file, func(t *testing.T) {
			t.Parallel()
			message := drafted(t, filepath.Join(folder, filepath.FromSlash(o.file)))
			switch {
			case o.word == "finished" && message != "":
				t.Errorf("refused: %s", message)
			case o.word == "refused" && message == "":
				t.Errorf("finished, and the list says: refused: %s", o.detail)
			case !strings.Contains(message, o.detail):
				t.Errorf("refused with other words than %q: %s", o.detail, message)
			}
		})
	}
}

// drafted runs report init and then report run on a copy of an export, with the
// files beside it that share its name: "", or the message of the refusal.
func drafted(t *testing.T, export string) string {
	t.Helper()
	folder := t.TempDir()
	stem := strings.TrimSuffix(filepath.Base(export), filepath.Ext(export))
	beside, err := os.ReadDir(filepath.Dir(export))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range beside {
		if name := e.Name(); strings.TrimSuffix(name, filepath.Ext(name)) == stem {
			b, err := os.ReadFile(filepath.Join(filepath.Dir(export), name))
			if err == nil {
				err = os.WriteFile(filepath.Join(folder, name), b, 0o644)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if message := refusal(t, "init", filepath.Join(folder, filepath.Base(export))); message != "" {
		return message
	}
	out := filepath.Join(folder, "out")
	if message := refusal(t, "run", filepath.Join(folder, stem+".yaml"), "--out", out, "--progress", "none"); message != "" {
		return message
	}
	page := filepath.Join(out, "*", "report.html")
	if pages, err := filepath.Glob(page); err != nil || len(pages) != 1 {
		t.Errorf("exit code 0 and %d pages at %s", len(pages), page)
	}
	return ""
}

// refusal runs the program: "" if it ends well, else the last line that it says.
func refusal(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(args, &stdout, &stderr)
	lines := strings.Split(strings.TrimSpace(stderr.String()), "\n")
	last := lines[len(lines)-1]
	if code == 0 {
		return ""
	}
	if code != 3 && code != 4 {
		t.Errorf("report %s: exit code %d: %s", strings.Join(args, " "), code, stderr.String())
	}
	return last
}

// outcomes reads the list.
func outcomes(t *testing.T) []outcome {
	t.Helper()
	var list []outcome
	for line := range strings.Lines(readText(t, filepath.Join("testdata", "surveys.txt"))) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		file, said, _ := strings.Cut(line, "\t")
		word, detail, _ := strings.Cut(said, ": ")
		if word != "finished" && (word != "refused" && word != "no survey" || detail == "") {
			t.Fatalf("surveys.txt says of %s neither finished, refused nor no survey: %q", file, said)
		}
		list = append(list, outcome{file, word, detail})
	}
	return list
}

// namesAll wants the list to name the data files that are there, each once.
func namesAll(t *testing.T, list []outcome) {
	t.Helper()
	var names []string
	for _, o := range list {
		names = append(names, o.file)
	}
	there := sharedtest.Files(t, "surveys", ".asc", ".csv", ".dat", ".dta", ".json", ".lss", ".parquet", ".sav", ".sss", ".txt", ".xlsx", ".zip", ".zsav")
	for _, file := range there {
		if !slices.Contains(names, file) {
			t.Errorf("surveys.txt does not name %s", file)
		}
	}
	if len(names) != len(there) {
		t.Errorf("surveys.txt names %d files, and there are %d", len(names), len(there))
	}
}

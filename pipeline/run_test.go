package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"tradeoff/reports"
)

// recordOf runs a study and reads its run.json.
func recordOf(t *testing.T, s Source, o Options) (record reports.Run) {
	t.Helper()
	folder, _ := runInto(t, s, o)
	if err := json.Unmarshal(fileOf(t, filepath.Join(folder, "run.json")), &record); err != nil {
		t.Fatal(err)
	}
	return record
}

// twoExports writes two CSV files of 300 and 200 respondents and a study of
// both, and returns the study file and how many bytes the files have.
func twoExports(t *testing.T) (path string, size int64) {
	t.Helper()
	folder := t.TempDir()
	for name, n := range map[string]int{"a.csv": 300, "b.csv": 200} {
		text := "id,age,q\n"
		for i := range n {
			text += fmt.Sprintf("%s%d,%d,%d\n", name, i, 20+i%50, 1+i%5)
		}
		write(t, filepath.Join(folder, name), text)
		info, err := os.Stat(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		size += info.Size()
	}
	path = filepath.Join(folder, "s.yaml")
	write(t, path, "study: S\nsources: [a.csv, b.csv]\nrespondent: id\nquestions: {q: {column: q, scale: [1, 2, 3, 4, 5]}}\n")
	return path, size
}

// TestRecordOfStages: run.json holds rows, bytes and time of every stage.
func TestRecordOfStages(t *testing.T) {
	path, size := twoExports(t)
	record := recordOf(t, FromPath(path), Options{Out: t.TempDir(), Threads: 3})
	if record.Threads != 3 || record.Options["threads"] != 3.0 {
		t.Errorf("threads %d, asked for %v; expected 3", record.Threads, record.Options["threads"])
	}
	if record.MemoryBytes < 1<<20 || record.MemoryBytes > 1<<40 {
		t.Errorf("the program's memory is said to be %d bytes", record.MemoryBytes)
	}
	var seconds float64
	for _, s := range record.Stages {
		var rows int64
		reads := false
		switch s.Name {
		case "reading", "counting": // what was kept at opening
			rows = 500
		case "loading": // checksums
			reads = true
		}
		if s.Rows != rows || reads != (s.Bytes >= size) || !reads && s.Bytes != 0 || s.Seconds < 0 {
			t.Errorf("%+v of %d bytes of exports", s, size)
		}
		seconds += s.Seconds
	}
	if len(record.Stages) < 8 || seconds == 0 || seconds > record.Seconds {
		t.Errorf("%d stages of %g seconds in a run of %g", len(record.Stages), seconds, record.Seconds)
	}
	if all := recordOf(t, FromPath(path), Options{Out: t.TempDir()}); all.Threads != runtime.GOMAXPROCS(0) || all.Options["threads"] != 0.0 {
		t.Errorf("threads %d, asked for %v; expected all", all.Threads, all.Options["threads"])
	}
}

// TestRecordOfADraft: what drafting a study reads counts as loading.
func TestRecordOfADraft(t *testing.T) {
	path, _ := twoExports(t)
	export := filepath.Join(filepath.Dir(path), "a.csv")
	size := int64(len(fileOf(t, export)))
	record := recordOf(t, FromPath(export), Options{Out: t.TempDir()})
	if s := record.Stages[0]; s.Name != "loading" || s.Bytes < 2*size {
		t.Errorf("%+v; the export of %d bytes is read for the draft and for its checksum", s, size)
	}
}

// TestProgress: each stage begins without rows; in the two passes they grow to
// the rows that there are. The second pass knows how many whatever the format
// tells.
func TestProgress(t *testing.T) {
	path, _ := twoExports(t)
	stage, rows := "", map[string]int64{}
	_, err := Check(context.Background(), FromPath(path), Options{Progress: func(p Progress) {
		if p.Stage != stage && p.Rows != 0 || p.Stage == stage && p.Rows <= rows[stage] {
			t.Errorf("%+v after %d rows of %s", p, rows[stage], stage)
		}
		stage = p.Stage
		rows[stage] = p.Rows
		if stage == "counting" && p.Rows > 0 && p.Of != 500 {
			t.Errorf("%+v; there are 500", p)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	for name, n := range rows {
		if passes := name == "reading" || name == "counting"; passes != (n == 500) || !passes && n != 0 {
			t.Errorf("%s: %d rows", name, n)
		}
	}
}

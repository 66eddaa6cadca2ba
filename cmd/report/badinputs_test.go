package main

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tradeoff/internal/sharedtest"
)

// A badInput is one case of the manifest of bad inputs: damaged, hostile and
// merely awkward exports and study files, each with what should happen.
type badInput struct {
	File    string
	Format  string
	Outcome string   // accept, accept_warn, reject or either
	Exit    any      // an exit code, or "any"
	Seconds int      `json:"limit_seconds"`
	Rows    []int    `json:"message_names_one_of_these_rows"`
	Column  string   `json:"message_names_column"`
	Never   []string `json:"must_not_appear"`
	Facts   *struct{ Rows float64 }
}

// reject reports whether the input must be refused.
func (c badInput) reject() bool { return c.Outcome == "reject" }

// TestBadInputs runs the program over every bad input, in a process of its
// own, into a folder that holds the last good report. Exit codes, what the
// message must name and what must never appear come from the manifest.
func TestBadInputs(t *testing.T) {
	folder := sharedtest.Path(t, "badinputs")
	var manifest struct{ Cases []badInput }
	readJSON(t, filepath.Join(folder, "manifest.json"), &manifest)
	if len(manifest.Cases) < 60 {
		t.Fatalf("the manifest has %d cases; there are more", len(manifest.Cases))
	}
	b := &bench{inbox: filepath.Join(t.TempDir(), "inbox"), study: readText(t, filepath.Join(folder, "study.yaml"))}
	for s := range strings.SplitSeq(readText(t, filepath.Join(folder, "secrets.txt")), "\n") {
		if len(s) > 5 {
			b.secrets = append(b.secrets, s)
		}
	}
	if control := readText(t, filepath.Join(folder, "control.csv")); len(b.secrets) == 0 || !strings.Contains(control, b.secrets[0]) {
		t.Fatal("secrets.txt holds nothing that the inputs do")
	}
	if err := os.CopyFS(b.inbox, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	b.good = filepath.Join(t.TempDir(), "good")
	b.control(t)
	inbox := contents(t, filepath.Dir(b.inbox))
	t.Run("cases", func(t *testing.T) {
		for i, c := range manifest.Cases {
			if testing.Short() && i%4 != 0 {
				continue
			}
			t.Run(c.File, func(t *testing.T) {
				t.Parallel()
				b.run(t, c)
			})
		}
	})
	if !sameTree(inbox, contents(t, filepath.Dir(b.inbox))) {
		t.Error("a run changed its inputs")
	}
}

// A bench is what all cases share.
type bench struct {
	inbox   string   // a copy of the inputs
	study   string   // study file with the word SOURCES
	secrets []string // addresses and open answers
	good    string   // output of a good run
}

// control makes the last good report.
func (b *bench) control(t *testing.T) {
	study := b.write(t, "control.csv")
	if r := report(t, time.Minute, "run", study, "--out", b.good, "--progress", "none"); r.code != 0 {
		t.Fatalf("the control ends with %d: %s", r.code, r.stderr)
	}
}

// write puts the input into the study file, in the folder of the inputs under
// one name in a folder of its own, so that every case publishes to the same
// place.
func (b *bench) write(t *testing.T, input string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "study.yaml")
	source, err := json.Marshal(filepath.Join(b.inbox, input))
	if err != nil {
		t.Fatal(err)
	}
	study := b.study
	if strings.HasSuffix(input, ".sss") { // the Triple-S cases have no columns of this question
		study = regexp.MustCompile(`(?m)^  worry:.*\n`).ReplaceAllString(study, "")
	}
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(study, "SOURCES", string(source))), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func (b *bench) run(t *testing.T, c badInput) {
	out := filepath.Join(t.TempDir(), "out")
	copyTree(t, b.good, out)
	before, hidden := contents(t, out), names(t, out)
	study := ""
	if c.Format == "settings" {
		study = filepath.Join(b.inbox, c.File)
	} else {
		study = b.write(t, c.File)
	}
	r := report(t, time.Duration(c.Seconds)*10*time.Second, "run", study, "--out", out, "--progress", "none")
	text := r.stdout + r.stderr
	if m := regexp.MustCompile(`panic:|goroutine \d+ \[|fatal error:|SIGSEGV|runtime error:`).FindString(text); m != "" {
		t.Fatalf("the program crashes (%s):\n%s", m, r.stderr)
	}
	after := contents(t, out)
	b.judge(t, c, r)
	if r.code != 0 {
		if !sameTree(before, after) {
			t.Error("a refused run changed the last good report")
		}
		for _, n := range names(t, out) {
			if !slices.Contains(hidden, n) && !strings.Contains(n, "lock") {
				t.Errorf("a refused run left %s behind", n)
			}
		}
	}
	if c.Facts != nil && r.code == 0 {
		if base := largestBase(t, out); base != c.Facts.Rows {
			t.Errorf("the largest base in results.csv is %g, and there are %g respondents", base, c.Facts.Rows)
		}
	}
	b.leaks(t, c, "the messages", []byte(text))
	for name, content := range after {
		if content != before[name] {
			b.leaks(t, c, name, unpack(t, name, []byte(content)))
		}
	}
}

// judge checks exit code and message.
func (b *bench) judge(t *testing.T, c badInput, r result) {
	if want, ok := c.Exit.(float64); ok && r.code != int(want) {
		t.Errorf("exit code %d, want %g: %s", r.code, want, r.stderr)
	}
	if c.reject() && r.code != usage && r.code != badData {
		t.Errorf("exit code %d; the input must be refused", r.code)
	}
	if c.Outcome == "accept_warn" && strings.TrimSpace(r.stderr) == "" {
		t.Error("accepted without a warning")
	}
	text := r.stdout + r.stderr
	if r.code != 0 && !strings.Contains(strings.ToLower(text), strings.ToLower(c.File)) {
		t.Errorf("the message does not name the file: %s", text)
	}
	if r.code == 0 && c.Outcome == "accept" {
		return
	}
	if c.Column != "" && !strings.Contains(strings.ToLower(text), strings.ToLower(c.Column)) {
		t.Errorf("the message does not name %s: %s", c.Column, text)
	}
	named := len(c.Rows) == 0
	for _, n := range c.Rows {
		named = named || regexp.MustCompile(fmt.Sprintf(`\b%d\b`, n)).MatchString(text)
	}
	if !named {
		t.Errorf("the message names none of the rows %v: %s", c.Rows, text)
	}
}

// leaks looks for what must never be seen.
func (b *bench) leaks(t *testing.T, c badInput, where string, content []byte) {
	for _, s := range slices.Concat(b.secrets, c.Never) {
		if bytes.Contains(content, []byte(s)) {
			t.Errorf("%s shows an address or an open answer", where)
			return
		}
	}
}

func readJSON(t *testing.T, path string, to any) {
	t.Helper()
	if err := json.Unmarshal([]byte(readText(t, path)), to); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// unpack makes a workbook readable.
func unpack(t *testing.T, name string, b []byte) []byte {
	if !strings.HasSuffix(name, ".xlsx") {
		return b
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Errorf("%s is no whole workbook: %v", name, err)
		return nil
	}
	var all bytes.Buffer
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, r); err != nil {
			t.Errorf("%s: %s: %v", name, f.Name, err)
		}
		r.Close()
	}
	return all.Bytes()
}

// largestBase is the largest number of respondents in results.csv.
func largestBase(t *testing.T, out string) float64 {
	t.Helper()
	for name, content := range contents(t, out) {
		if path.Base(name) != "results.csv" {
			continue
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(content, "\ufeff"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		column, top := slices.Index(rows[0], "base_unweighted"), 0.0
		for _, row := range rows[1:] {
			if n, err := strconv.ParseFloat(row[column], 64); err == nil {
				top = max(top, n)
			}
		}
		return top
	}
	t.Fatal("there is no results.csv")
	return 0
}

//go:build unix

package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"tradeoff/reports"
)

// craftedStudy writes the crafted survey and a study of it, and returns the
// study file.
func craftedStudy(t *testing.T, rows int) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"export.csv": crafted(rows, 1, "2024"), "s.yaml": `
study: Crafted
sources: export.csv
design: {weight: weight}
segments: {sex: sex}
questions:
  worry: {column: worry, measures: concern, scale: [1, 2, 3, 4, 5], top: 2}
  trust: {column: trust, type: number, measures: trust}
`} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "s.yaml")
}

// A child is a run that tells its stages.
type child struct {
	cmd   *exec.Cmd
	lines *bufio.Scanner
	said  strings.Builder
}

func start(t *testing.T, study, out string) *child {
	t.Helper()
	c := &child{cmd: exec.Command(program(t), "run", study, "--out", out, "--progress", "plain")}
	pipe, err := c.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.lines = bufio.NewScanner(pipe)
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return c
}

// until reads stderr until the stage begins.
func (c *child) until(t *testing.T, stage string) {
	t.Helper()
	for c.lines.Scan() {
		fmt.Fprintln(&c.said, c.lines.Text())
		if c.lines.Text() == stage+" ..." {
			return
		}
	}
	t.Fatalf("the run ends before it is %s:\n%s", stage, c.said.String())
}

// wait reads the rest and returns the exit code, -1 for a run that was killed.
func (c *child) wait() int {
	for c.lines.Scan() {
		fmt.Fprintln(&c.said, c.lines.Text())
	}
	_ = c.cmd.Wait() // how it ended is its exit code
	return c.cmd.ProcessState.ExitCode()
}

// whole checks that a folder holds a whole report: every file of run.json with
// its checksum, and no other.
func whole(folder string) error {
	folder, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return err
	}
	b, err := os.ReadFile(filepath.Join(folder, "run.json"))
	if err != nil {
		return err
	}
	var run reports.Run
	if err := json.Unmarshal(b, &run); err != nil {
		return fmt.Errorf("run.json: %w", err)
	}
	if len(run.Files) < 5 {
		return fmt.Errorf("run.json lists %d files", len(run.Files))
	}
	listed := map[string]bool{"run.json": true}
	for _, f := range run.Files {
		b, err := os.ReadFile(filepath.Join(folder, f.Name))
		if err != nil {
			return err
		}
		if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != f.SHA256 {
			return fmt.Errorf("%s is not the file that run.json lists", f.Name)
		}
		listed[f.Name] = true
	}
	return filepath.WalkDir(folder, func(p string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(folder, p)
		if err == nil && !d.IsDir() && !listed[filepath.ToSlash(rel)] {
			err = fmt.Errorf("%s is not in run.json", rel)
		}
		return err
	})
}

// A watcher reads a published report over and over, as a web server does: one
// loop opens it through the link as often as it can, and one reads the whole
// of it.
type watcher struct {
	link  string
	stop  chan struct{}
	loops sync.WaitGroup
	looks atomic.Int64
	wrong atomic.Pointer[string] // the first thing that was wrong
}

func watch(link string) *watcher {
	w := &watcher{link: link, stop: make(chan struct{})}
	for _, look := range []func() error{w.open, w.readAll} {
		w.loops.Go(func() {
			for {
				select {
				case <-w.stop:
					return
				default:
				}
				if err := look(); err != nil {
					text := err.Error()
					w.wrong.CompareAndSwap(nil, &text)
				}
				w.looks.Add(1)
			}
		})
	}
	return w
}

// open opens the run record through the link.
func (w *watcher) open() error {
	f, err := os.Open(filepath.Join(w.link, "run.json"))
	if err != nil {
		return err
	}
	return f.Close()
}

// readAll reads the version that the link leads to. A reader so slow that the
// version is two runs old, and gone, is overtaken: it looks again.
func (w *watcher) readAll() error {
	version, err := filepath.EvalSymlinks(w.link)
	if err != nil {
		return err
	}
	if err = whole(version); err == nil {
		return nil
	}
	if now, e := filepath.EvalSymlinks(w.link); e == nil && now != version {
		return nil
	}
	return err
}

func (w *watcher) finish(t *testing.T) {
	t.Helper()
	close(w.stop)
	w.loops.Wait()
	if wrong := w.wrong.Load(); wrong != nil {
		t.Errorf("a reader saw no whole report: %s", *wrong)
	}
	if w.looks.Load() < 100 {
		t.Errorf("the reader looked %d times only", w.looks.Load())
	}
}

// stages of a run, in order.
func stages() []string {
	return []string{"loading", "locking", "binding", "reading", "counting", "estimating", "protecting", "drawing", "writing", "publishing"}
}

// TestKilledAtAnyMoment kills runs without warning in every stage, most of
// them while they publish, and reads the report all the while.
func TestKilledAtAnyMoment(t *testing.T) {
	kills := 40
	switch {
	case testing.Short():
		kills = 6
	case raced:
		kills = 12
	}
	study, out := craftedStudy(t, 200), filepath.Join(t.TempDir(), "out")
	link := filepath.Join(out, "s")
	if r := report(t, time.Minute, "run", study, "--out", out); r.code != 0 {
		t.Fatal(r.stderr)
	}
	w := watch(link)
	defer w.finish(t)
	random := rand.New(rand.NewPCG(1, 2))
	killed, halves := 0, 0
	for i := range kills {
		stage := "publishing"
		if i%2 == 0 {
			stage = stages()[i/2%len(stages())]
		}
		before, _ := os.Readlink(link)
		c := start(t, study, out)
		c.until(t, stage)
		time.Sleep(time.Duration(random.Int64N(int64(25 * time.Millisecond))))
		if err := c.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if c.wait() < 0 {
			killed++
		}
		after, err := os.Readlink(link)
		if err != nil {
			t.Fatal(err)
		}
		if stage == "publishing" && after == before && len(versions(t, out)) > 1 {
			halves++ // the version before was removed when the run began
		}
		if i%6 == 5 {
			recovers(t, study, out)
		}
	}
	recovers(t, study, out)
	t.Logf("%d of %d runs were killed before they ended; %d left a version that was written in part or not published", killed, kills, halves)
	if killed < kills/2 {
		t.Errorf("only %d of %d runs were killed before they ended", killed, kills)
	}
}

func versions(t *testing.T, out string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(out, ".tradeoff", "s"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// recovers checks that the next run just works, and that nothing is left but
// the report, whole, and the one before it.
func recovers(t *testing.T, study, out string) {
	t.Helper()
	before, err := filepath.EvalSymlinks(filepath.Join(out, "s"))
	if err != nil {
		t.Fatal(err)
	}
	if r := report(t, time.Minute, "run", study, "--out", out, "--progress", "none"); r.code != 0 || r.stderr != "" {
		t.Fatalf("the run after one that was killed ends with %d: %s", r.code, r.stderr)
	}
	now, err := filepath.EvalSymlinks(filepath.Join(out, "s"))
	if err != nil {
		t.Fatal(err)
	}
	if now == before {
		t.Error("the run published nothing new")
	}
	for _, v := range versions(t, out) {
		if v != filepath.Base(now) && v != filepath.Base(before) {
			t.Errorf("%s is left behind", v)
		}
	}
	for _, v := range []string{now, before} {
		if err := whole(v); err != nil {
			t.Errorf("%s: %v", filepath.Base(v), err)
		}
	}
}

// TestStoppedBySignal checks that a run that is asked to stop says so, ends
// with 1, and leaves the report as it was.
func TestStoppedBySignal(t *testing.T) {
	study := craftedStudy(t, 5000)
	signals := []syscall.Signal{syscall.SIGTERM, syscall.SIGINT}
	if testing.Short() {
		signals = signals[:1]
	}
	for _, sig := range signals {
		for _, stage := range []string{"loading", "reading", "drawing"} {
			t.Run(sig.String()+" while "+stage, func(t *testing.T) {
				out := filepath.Join(t.TempDir(), "out")
				if r := report(t, time.Minute, "run", study, "--out", out); r.code != 0 {
					t.Fatal(r.stderr)
				}
				before := names(t, out)
				c := start(t, study, out)
				c.until(t, stage)
				if err := c.cmd.Process.Signal(sig); err != nil {
					t.Fatal(err)
				}
				if code := c.wait(); code != failed {
					t.Errorf("exit code %d, want %d", code, failed)
				}
				if want := "report: stopped by a signal; nothing was published, and what was published before is unchanged\n"; !strings.HasSuffix(c.said.String(), want) {
					t.Errorf("it says\n%s", c.said.String())
				}
				if after := names(t, out); strings.Join(after, "\n") != strings.Join(before, "\n") {
					t.Errorf("the folder held\n%v\nand holds\n%v", before, after)
				}
				if err := whole(filepath.Join(out, "s")); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// TestSecondRunIsTurnedAway holds one run still in the middle of its work
// while another comes.
func TestSecondRunIsTurnedAway(t *testing.T) {
	study, out := craftedStudy(t, 200), filepath.Join(t.TempDir(), "out")
	first := start(t, study, out)
	first.until(t, "binding")
	if err := first.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	r := report(t, time.Minute, "run", study, "--out", out, "--progress", "none")
	if err := first.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	if r.code != busy || !strings.Contains(r.stderr, "another run is publishing here; wait for it to finish") {
		t.Errorf("the second run ends with %d: %s", r.code, r.stderr)
	}
	if code := first.wait(); code != published {
		t.Errorf("the first run ends with %d:\n%s", code, first.said.String())
	}
	if err := whole(filepath.Join(out, "s")); err != nil {
		t.Error(err)
	}
}

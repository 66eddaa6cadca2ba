package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"tradeoff/pipeline"
)

// TestProfilesHoldNoData looks for answers in the profiles: ids, labels and
// column names of the crafted survey.
func TestProfilesHoldNoData(t *testing.T) {
	study, dir := craftedStudy(t, 5000), filepath.Join(t.TempDir(), "new", "profiles")
	if r := report(t, time.Minute, "run", study, "--out", t.TempDir(), "--profile", dir); r.code != 0 {
		t.Fatal(r.stderr)
	}
	for _, name := range []string{"cpu.pprof", "heap.pprof"} {
		b := unzipped(t, filepath.Join(dir, name))
		if name == "heap.pprof" && !bytes.Contains(b, []byte("inuse_space")) {
			t.Errorf("%s is no heap profile", name)
		}
		if name == "cpu.pprof" && !bytes.Contains(b, []byte("nanoseconds")) {
			t.Errorf("%s is no CPU profile", name)
		}
		for _, s := range []string{"R001", "R4999", "R5000", "worry", "Crafted"} {
			if bytes.Contains(b, []byte(s)) {
				t.Errorf("%s holds %q of the data", name, s)
			}
		}
	}
}

func unzipped(t *testing.T, path string) []byte {
	t.Helper()
	z, err := gzip.NewReader(strings.NewReader(readText(t, path)))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestHeapWhenCountingEnds: the heap is written when the stage after counting
// begins, and not again at the end.
func TestHeapWhenCountingEnds(t *testing.T) {
	dir := t.TempDir()
	p, err := startProfiler(dir)
	if err != nil {
		t.Fatal(err)
	}
	size := func() int64 {
		info, err := os.Stat(filepath.Join(dir, "heap.pprof"))
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	p.show(pipeline.Progress{Stage: "counting"})
	p.show(pipeline.Progress{Stage: "counting", Rows: 10})
	if n := size(); n != 0 {
		t.Errorf("%d bytes are written while counting", n)
	}
	p.show(pipeline.Progress{Stage: "estimating"})
	counted := size()
	if counted == 0 {
		t.Error("nothing is written when counting ends")
	}
	p.show(pipeline.Progress{Stage: "drawing"})
	if err := p.stop(); err != nil {
		t.Fatal(err)
	}
	if n := size(); n != counted {
		t.Errorf("%d bytes at the end, and %d when counting ended", n, counted)
	}
}

// TestThreadsBoundAllWork: readers and renderers take as many goroutines as
// the runtime has threads for.
func TestThreadsBoundAllWork(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	for threads, want := range map[int]int{0: before, before + 3: before + 3} {
		runtime.GOMAXPROCS(before)
		a := &app{stderr: io.Discard, out: "out", formats: "html", progress: "none", log: "text", threads: threads}
		o, done, err := a.options()
		if err != nil {
			t.Fatal(err)
		}
		done()
		if got := runtime.GOMAXPROCS(0); got != want || o.Threads != threads {
			t.Errorf("--threads %d: %d threads, want %d", threads, got, want)
		}
	}
}

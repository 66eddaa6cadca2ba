package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"tradeoff/data/sample"
	"tradeoff/data/sample/model"
	"tradeoff/reports"
)

func TestSizes(t *testing.T) {
	for text, want := range map[string]int64{"500MB": 500e6, "2GB": 2e9, "1.5gb": 1.5e9, " 3 GB": 3e9, "1TB": 1e12, "none": 0, "None": 0} {
		var s size
		if err := s.Set(text); err != nil || s.bytes != want || !s.set {
			t.Errorf("%q is %d bytes (%v), want %d", text, s.bytes, err, want)
		}
	}
	for _, text := range []string{"", "2", "2G", "GB", "-1GB", "0GB", "two GB", "NaNGB", "InfGB", "1e30TB", "0.0000001MB", "50%"} {
		var s size
		if err := s.Set(text); err == nil || s.set {
			t.Errorf("%q is taken for %d bytes", text, s.bytes)
		}
	}
}

// TestFreeMemory reads the files of Linux: what is available, and the limits of
// the control groups of the process, the innermost and those around it.
func TestFreeMemory(t *testing.T) {
	const info = "MemTotal:       16000000 kB\nMemFree:          100000 kB\nMemAvailable:    8000000 kB\n"
	machine := int64(8000000) << 10
	for what, c := range map[string]struct {
		files map[string]string
		want  int64
	}{
		"nothing is known":         {nil, 0},
		"the machine":              {map[string]string{"proc/meminfo": info}, machine},
		"a damaged file":           {map[string]string{"proc/meminfo": "MemAvailable: many kB\n"}, 0},
		"a container without":      {map[string]string{"proc/meminfo": info, "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "max\n"}, machine},
		"a container with a limit": {map[string]string{"proc/meminfo": info, "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "512000000\n"}, 512000000},
		"a group within a group": {map[string]string{"proc/meminfo": info, "proc/self/cgroup": "0::/user/session\n",
			"sys/fs/cgroup/user/session/memory.max": "900000000\n", "sys/fs/cgroup/user/memory.max": "700000000\n"}, 700000000},
		"the first version": {map[string]string{"proc/meminfo": info, "proc/self/cgroup": "3:cpu,cpuacct:/a\n5:memory:/a\n",
			"sys/fs/cgroup/memory/a/memory.limit_in_bytes": "600000000\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"}, 600000000},
		"more than the machine has": {map[string]string{"proc/meminfo": info, "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "99999999999999\n"}, machine},
	} {
		root := fstest.MapFS{}
		for name, text := range c.files {
			root[name] = &fstest.MapFile{Data: []byte(text)}
		}
		if got := free(root); got != c.want {
			t.Errorf("%s: %d bytes, want %d", what, got, c.want)
		}
	}
}

// TestLimitIsTheCollectors: the collector knows the limit, the flag goes before
// what is free, and none is none.
func TestLimitIsTheCollectors(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	defer debug.SetMemoryLimit(before)
	machine := fstest.MapFS{"proc/meminfo": {Data: []byte("MemAvailable: 8000000 kB\n")}}
	for _, c := range []struct {
		flag            string
		want, collector int64
	}{
		{"", 7372800000, 7372800000}, // nine tenths of 8192000000
		{"2GB", 2e9, 2e9},
		{"20GB", 20e9, 20e9},
		{"none", 0, before},
	} {
		debug.SetMemoryLimit(before)
		var s size
		if c.flag != "" {
			if err := s.Set(c.flag); err != nil {
				t.Fatal(err)
			}
		}
		if got := s.limit(machine); got != c.want || debug.SetMemoryLimit(-1) != c.collector {
			t.Errorf("--memory %q: %d bytes, and %d for the collector; want %d and %d", c.flag, got, debug.SetMemoryLimit(-1), c.want, c.collector)
		}
	}
	debug.SetMemoryLimit(1e9) // as GOMEMLIMIT does
	s := size{2e9, true}
	if s.limit(machine); debug.SetMemoryLimit(-1) != 1e9 {
		t.Errorf("a lower limit is raised to %d", debug.SetMemoryLimit(-1))
	}
}

// A shape is how large a study is.
type shape struct {
	rows, strata, psus, a, b, questions, answers int
	nest                                         bool
}

// write writes an export of a shape and its study file, and returns the latter.
func (s shape) write(t testing.TB) string {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	var csv, study bytes.Buffer
	csv.WriteString("id,h,psu,w,a,b")
	for q := range s.questions {
		fmt.Fprintf(&csv, ",q%d", q)
	}
	csv.WriteByte('\n')
	for i := range s.rows {
		h, psu := i%s.strata, 0
		if s.psus > 0 {
			psu = i % s.psus
			h = psu % s.strata
		}
		fmt.Fprintf(&csv, "%d,%d,%d,%.2f,%d,%d", i, h, psu, .5+random.Float64(), random.IntN(s.a), random.IntN(s.b))
		for range s.questions {
			fmt.Fprintf(&csv, ",%d", random.IntN(s.answers))
		}
		csv.WriteByte('\n')
	}
	cluster := ""
	if s.psus > 0 {
		cluster = ", cluster: psu"
	}
	fmt.Fprintf(&study, "study: S\nsources: export.csv\nrespondent: id\ndesign: {weight: w, strata: h%s, lonely: adjust}\nsegments:\n  a: {from: a}\n  b: {from: b}\n", cluster)
	if s.nest {
		study.WriteString("  nest: {nest: a*b}\n")
	}
	var scale []string
	for k := range s.answers {
		scale = append(scale, fmt.Sprint(k))
	}
	study.WriteString("questions:\n")
	for q := range s.questions {
		fmt.Fprintf(&study, "  q%d: {column: q%d, scale: [%s]}\n", q, q, strings.Join(scale, ", "))
	}
	dir := t.TempDir()
	for name, b := range map[string][]byte{"export.csv": csv.Bytes(), "s.yaml": study.Bytes()} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "s.yaml")
}

// TestNeedIsRight runs studies of several shapes, each in a process of its own,
// and compares what they took with what run.json says that they need, within a
// factor of 2, give or take what the collector leaves lying about.
func TestNeedIsRight(t *testing.T) {
	if testing.Short() || raced {
		t.Skip("it runs large studies, and the race detector takes memory of its own")
	}
	for name, s := range map[string]shape{
		"small":                {rows: 3000, strata: 1, a: 3, b: 2, questions: 3, answers: 5},
		"many places":          {rows: 100000, strata: 48, a: 24, b: 24, questions: 10, answers: 5},
		"many PSUs":            {rows: 60000, strata: 20, psus: 3000, a: 6, b: 4, questions: 10, answers: 5},
		"few PSUs":             {rows: 60000, strata: 5, psus: 30, a: 6, b: 4, questions: 10, answers: 5},
		"many columns":         {rows: 20000, strata: 2, a: 40, b: 16, questions: 6, answers: 8, nest: true},
		"many answers":         {rows: 30000, strata: 4, a: 8, b: 8, questions: 4, answers: 60},
		"many questions":       {rows: 10000, strata: 4, a: 4, b: 4, questions: 150, answers: 5},
		"many respondents ids": {rows: 500000, strata: 1, a: 2, b: 2, questions: 1, answers: 2},
	} {
		t.Run(name, func(t *testing.T) { needIsRight(t, "s", "run", s.write(t)) })
	}
	t.Run("the sample", func(t *testing.T) { needIsRight(t, "state-of-personal-data") }) // it has loops and ticks
	t.Run("as many as models hold", func(t *testing.T) {                                 // they take most of it: the need must cover them
		if took, need := needIsRight(t, "state-of-personal-data", "run", largeSample(t, 5500)); took > 1.05*need {
			t.Error("models take more than that")
		}
	})
}

// largeSample is the sample's study over so many invented people a country and wave, of
// which it has 18.
func largeSample(t *testing.T, each int) string {
	t.Helper()
	name, text := sample.Study()
	_, rest, _ := strings.Cut(string(text), "wave2025.parquet")
	head, _, _ := strings.Cut(string(text), "sources:")
	folder := t.TempDir()
	var b bytes.Buffer
	if err := model.WriteCSV(&b, slices.Collect(model.People(3, each))); err != nil {
		t.Fatal(err)
	}
	for file, text := range map[string]string{name: head + "sources: waves.csv" + rest, "waves.csv": b.String()} {
		if err := os.WriteFile(filepath.Join(folder, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(folder, name)
}

// needIsRight runs a command that publishes a study, and returns what it took and needed.
func needIsRight(t *testing.T, study string, command ...string) (took, need float64) {
	t.Helper()
	out := t.TempDir()
	if r := report(t, 5*time.Minute, append(command, "--out", out, "--progress", "none", "--threads", "2", "--memory", "none")...); r.code != 0 {
		t.Fatal(r.stderr)
	}
	var run reports.Run
	if err := json.Unmarshal([]byte(readText(t, filepath.Join(out, study, "run.json"))), &run); err != nil {
		t.Fatal(err)
	}
	took, need = float64(run.MemoryBytes), float64(run.NeedBytes)
	t.Logf("it took %.0f MB and was thought to need %.0f MB", took/1e6, need/1e6)
	if lying := 30e6; took > 2*need+lying || need > 2*took+lying {
		t.Error("that is more than a factor of 2")
	}
	return took, need
}

// TestMemoryDefault: what options hand on without the flag is what is free.
func TestMemoryDefault(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	defer debug.SetMemoryLimit(before)
	a := &app{stderr: io.Discard, out: "out", formats: "html", progress: "none", log: "text", memory: size{3e9, true}}
	o, done, err := a.options()
	if err != nil {
		t.Fatal(err)
	}
	done()
	if o.Memory != 3e9 {
		t.Errorf("the run may take %d bytes, want 3e9", o.Memory)
	}
}

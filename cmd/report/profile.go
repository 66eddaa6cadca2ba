package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"

	"tradeoff/pipeline"
)

// A profiler writes what a run spends processor time and memory on: functions
// and amounts, no data. The heap is profiled once, when counting ends: all
// totals are in memory then, and what reading took along the way is in the same
// file. A nil profiler does nothing.
type profiler struct {
	cpu, heap *os.File
	stage     string
	taken     bool // the heap profile is written
	err       error
}

// startProfiler begins the profiles in a folder, and makes it; nil for "".
func startProfiler(folder string) (*profiler, error) {
	if folder == "" {
		return nil, nil
	}
	fail := func(err error) (*profiler, error) {
		return nil, fmt.Errorf("--profile: the profiles cannot be written: %w", err)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fail(err)
	}
	cpu, err := os.Create(filepath.Join(folder, "cpu.pprof"))
	if err != nil {
		return fail(err)
	}
	heap, err := os.Create(filepath.Join(folder, "heap.pprof"))
	if err == nil {
		err = pprof.StartCPUProfile(cpu)
	}
	if err != nil {
		return fail(errors.Join(err, cpu.Close()))
	}
	return &profiler{cpu: cpu, heap: heap}, nil
}

// show is told of every step of the run.
func (p *profiler) show(s pipeline.Progress) {
	if p == nil {
		return
	}
	if p.stage == "counting" && s.Stage != p.stage {
		p.writeHeap()
	}
	p.stage = s.Stage
}

func (p *profiler) writeHeap() {
	runtime.GC() // the profile knows what was in use at the last collection
	p.taken = true
	p.err = errors.Join(p.err, pprof.Lookup("heap").WriteTo(p.heap, 0))
}

// stop ends the profiles. A run that ends before it has counted gets the heap
// of its end.
func (p *profiler) stop() error {
	if p == nil {
		return nil
	}
	pprof.StopCPUProfile()
	if !p.taken {
		p.writeHeap()
	}
	return errors.Join(p.err, p.cpu.Close(), p.heap.Close())
}

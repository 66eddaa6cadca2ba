package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"tradeoff/pipeline"
)

// app holds the flags that commands share.
type app struct {
	stdout, stderr io.Writer
	out            string
	formats        string
	progress       string
	log            string
	profile        folder
	threads        int
	memory         size
}

// maxThreads is far above any machine's processors, and below what would cost
// memory.
const maxThreads = 1024

// A folder is a flag that names one, and not by an empty word.
type folder string

func (f *folder) String() string { return string(*f) }
func (f *folder) Type() string   { return "folder" }

func (f *folder) Set(name string) error {
	if name == "" {
		return errors.New("name a folder")
	}
	*f = folder(name)
	return nil
}

// What the flags of words may say.
func progressWords() []string { return []string{"auto", "plain", "none"} }
func logWords() []string      { return []string{"text", "json"} }

// runFlags are the flags of a run.
func (a *app) runFlags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&a.out, "out", "out", "`folder` that holds the reports, one folder a study")
	f.StringVar(&a.formats, "formats", strings.Join(pipeline.Formats, ","), "what to publish, a `list` with commas")
	_ = c.MarkFlagDirname("out")
	_ = c.RegisterFlagCompletionFunc("formats", cobra.FixedCompletions(pipeline.Formats, cobra.ShellCompDirectiveNoFileComp))
	a.countFlags(c)
}

// countFlags are the flags of every command that counts.
func (a *app) countFlags(c *cobra.Command) {
	f := c.Flags()
	f.IntVar(&a.threads, "threads", 0, "`number` of threads that may work at a time; 0 is one per processor, and the figures are the same on any number")
	f.Var(&a.memory, "memory", "`size` that the run may take, such as 500MB or 2GB, or none; a run that needs more is refused and told what to cut (default nine tenths of what is free)")
	f.StringVar(&a.progress, "progress", "auto", "`how` to show progress on stderr: auto (a bar on a terminal, lines elsewhere, nothing with --log json), plain (lines, one every five seconds) or none")
	f.StringVar(&a.log, "log", "text", "`form` of stderr: text, or json for one JSON object a line, warnings, errors and plain progress alike")
	f.Var(&a.profile, "profile", "`folder` for profiles of the run, cpu.pprof and heap.pprof, made if it is not there; they hold no data")
	_ = c.MarkFlagDirname("profile")
	_ = c.RegisterFlagCompletionFunc("threads", cobra.NoFileCompletions)
	_ = c.RegisterFlagCompletionFunc("memory", cobra.NoFileCompletions)
	_ = c.RegisterFlagCompletionFunc("progress", cobra.FixedCompletions(progressWords(), cobra.ShellCompDirectiveNoFileComp))
	_ = c.RegisterFlagCompletionFunc("log", cobra.FixedCompletions(logWords(), cobra.ShellCompDirectiveNoFileComp))
}

// options checks the shared flags and makes the pipeline's options of them;
// done ends the progress display and the profiles.
func (a *app) options() (o pipeline.Options, done func(), err error) {
	switch {
	case !slices.Contains(progressWords(), a.progress):
		err = misuse("--progress %s: it is auto, plain or none", a.progress)
	case !slices.Contains(logWords(), a.log):
		err = misuse("--log %s: it is text or json", a.log)
	case a.threads < 0 || a.threads > maxThreads:
		err = misuse("--threads %d: it is 0 to %d", a.threads, maxThreads)
	case a.out == "":
		err = misuse("--out is empty; name the folder that holds the reports")
	default:
		o.Formats, err = formats(a.formats)
	}
	if err != nil {
		return o, nil, err
	}
	prof, err := startProfiler(string(a.profile))
	if err != nil {
		return o, nil, err
	}
	if a.threads > 0 {
		runtime.GOMAXPROCS(a.threads) // readers and renderers take as many threads as there are
	}
	p := &progress{w: a.stderr, kind: a.progressKind(), now: time.Now, width: a.width}
	log := a.logger(p)
	p.say = func(s position) { fmt.Fprintln(p, s) }
	if a.log == "json" {
		p.say = func(s position) { s.log(log) }
	}
	o.Out, o.Threads, o.Version, o.Log = a.out, a.threads, version, log
	o.Memory = a.memory.limit(os.DirFS("/"))
	o.Progress = func(s pipeline.Progress) {
		prof.show(s)
		p.show(s)
	}
	return o, func() {
		p.done()
		if err := prof.stop(); err != nil {
			log.Warn("the profiles are not whole: " + err.Error())
		}
	}, nil
}

// formats reads the list of formats, each once.
func formats(list string) ([]string, error) {
	var out []string
	for f := range strings.SplitSeq(list, ",") {
		f = strings.TrimSpace(f)
		switch {
		case f == "" || slices.Contains(out, f):
		case !slices.Contains(pipeline.Formats, f):
			return nil, misuse("--formats %s: there is no format %q; there are %s", list, f, strings.Join(pipeline.Formats, ", "))
		default:
			out = append(out, f)
		}
	}
	if out == nil {
		return nil, misuse("--formats names no format; there are %s", strings.Join(pipeline.Formats, ", "))
	}
	return out, nil
}

// progressKind is the kind of progress display that auto stands for.
func (a *app) progressKind() string {
	if a.progress != "auto" {
		return a.progress
	}
	if a.log == "json" {
		return "none" // logs are collected, and kept
	}
	if f, ok := a.stderr.(*os.File); ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb" {
		return "bar"
	}
	return "plain"
}

// width is how many characters go into a line of the terminal that stderr is.
func (a *app) width() int {
	if f, ok := a.stderr.(*os.File); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
			return w
		}
	}
	return 80
}

func (a *app) logger(p *progress) *slog.Logger {
	if a.log == "json" {
		return slog.New(slog.NewJSONHandler(p, &slog.HandlerOptions{Level: slog.LevelInfo}))
	}
	return slog.New(&plainHandler{w: p})
}

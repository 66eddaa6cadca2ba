package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"

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
	threads        int
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
	f.IntVar(&a.threads, "threads", 0, "`number` of threads to count on; 0 is one per processor, and the figures are the same on any number")
	f.StringVar(&a.progress, "progress", "auto", "`how` to show progress on stderr: auto (a bar on a terminal, lines elsewhere, nothing with --log json), plain (lines) or none")
	f.StringVar(&a.log, "log", "text", "`form` of stderr: text, or json for one JSON object a line, warnings, errors and plain progress alike")
	_ = c.RegisterFlagCompletionFunc("threads", cobra.NoFileCompletions)
	_ = c.RegisterFlagCompletionFunc("progress", cobra.FixedCompletions(progressWords(), cobra.ShellCompDirectiveNoFileComp))
	_ = c.RegisterFlagCompletionFunc("log", cobra.FixedCompletions(logWords(), cobra.ShellCompDirectiveNoFileComp))
}

// options checks the shared flags and makes the pipeline's options of them;
// done ends the progress display.
func (a *app) options() (o pipeline.Options, done func(), err error) {
	switch {
	case !slices.Contains(progressWords(), a.progress):
		err = misuse("--progress %s: it is auto, plain or none", a.progress)
	case !slices.Contains(logWords(), a.log):
		err = misuse("--log %s: it is text or json", a.log)
	case a.threads < 0:
		err = misuse("--threads %d: it is 0 or more", a.threads)
	case a.out == "":
		err = misuse("--out is empty; name the folder that holds the reports")
	default:
		o.Formats, err = formats(a.formats)
	}
	if err != nil {
		return o, nil, err
	}
	p := &progress{w: a.stderr, kind: a.progressKind()}
	log := a.logger(p)
	if a.log == "json" {
		p.say = func(stage string) { log.Info("stage begins", "stage", stage) }
	} else {
		p.say = func(stage string) { fmt.Fprintf(p, "%s ...\n", stage) }
	}
	o.Out, o.Threads, o.Version, o.Progress, o.Log = a.out, a.threads, version, p.show, log
	return o, p.done, nil
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

func (a *app) logger(p *progress) *slog.Logger {
	if a.log == "json" {
		return slog.New(slog.NewJSONHandler(p, &slog.HandlerOptions{Level: slog.LevelInfo}))
	}
	return slog.New(&plainHandler{w: p})
}

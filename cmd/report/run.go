package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"tradeoff/data"
	"tradeoff/pipeline"
)

// Exit codes: what a scheduler can act on.
const (
	published = 0 // done
	failed    = 1 // something broke
	usage     = 2 // wrong usage or study file, or a study too large for the memory allowed
	badData   = 3 // bad input data
	gated     = 4 // a quality or protection gate stopped publication
	busy      = 5 // another run holds the output
)

// version of the program, printed in every report.
const version = "0.1.0"

// usageError is a wrong command line.
type usageError struct{ error }

func misuse(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// run runs the command line and returns the exit code. Answers go to stdout,
// progress, warnings and errors to stderr.
func run(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	a := &app{stdout: stdout, stderr: stderr}
	root := a.root()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err != nil {
		a.complain(err)
	}
	return code(err)
}

func code(err error) int {
	var gate *pipeline.Gate
	var large *pipeline.TooLarge
	var wrong usageError
	switch {
	case err == nil:
		return published
	case errors.As(err, &wrong), errors.As(err, &large), data.IsStudy(err):
		return usage
	case data.IsData(err):
		return badData
	case errors.As(err, &gate):
		return gated
	case errors.Is(err, pipeline.ErrBusy):
		return busy
	}
	return failed
}

// complain writes an error where scripts and people look for it. Faults stand
// at the beginning of their lines, file:line:column, as editors expect.
func (a *app) complain(err error) {
	text := err.Error()
	if errors.Is(err, context.Canceled) {
		text = "stopped by a signal; nothing was published, and what was published before is unchanged"
	}
	switch {
	case a.log == "json":
		slog.New(slog.NewJSONHandler(a.stderr, nil)).Error(text, "exit", code(err))
	case data.IsData(err) || data.IsStudy(err):
		fmt.Fprintln(a.stderr, text)
	default:
		fmt.Fprintf(a.stderr, "report: %s\n", text)
	}
}

// report runs and prints what was found and where it is.
func (a *app) report(ctx context.Context, source pipeline.Source) error {
	o, done, err := a.options()
	if err != nil {
		return err
	}
	s, err := pipeline.Run(ctx, source, o)
	done()
	if err != nil {
		return err
	}
	a.summary(s)
	return nil
}

// summary prints the headlines and the files of a report.
func (a *app) summary(s *pipeline.Summary) {
	title := s.Title
	if s.Simulated {
		title += " (simulated data)"
	}
	fmt.Fprintf(a.stdout, "%s\n\n", title)
	for i, h := range s.Headlines {
		fmt.Fprintf(a.stdout, "%d. %s\n", i+1, h)
	}
	if len(s.Headlines) > 0 {
		fmt.Fprintln(a.stdout)
	}
	fmt.Fprintf(a.stdout, "Published in %s (%.1f s):\n", s.Folder, s.Seconds)
	charts := 0
	for _, f := range s.Files {
		if strings.HasPrefix(f.Name, "charts/") {
			charts++
			continue
		}
		fmt.Fprintf(a.stdout, "  %s\n", filepath.Join(s.Folder, f.Name))
	}
	if charts > 0 {
		fmt.Fprintf(a.stdout, "  %s (figures as SVG and PNG: %d)\n", filepath.Join(s.Folder, "charts"), charts/2)
	}
	fmt.Fprintf(a.stdout, "  %s\n", filepath.Join(s.Folder, "run.json"))
}

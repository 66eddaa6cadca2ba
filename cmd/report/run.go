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
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"tradeoff/data"
	"tradeoff/data/exports"
	"tradeoff/data/study"
	"tradeoff/pipeline"
)

// Exit codes: what a scheduler can act on.
const (
	published = 0 // done
	failed    = 1 // something broke
	usage     = 2 // wrong usage or study file
	badData   = 3 // bad input data
	gated     = 4 // a quality or protection gate stopped publication
	busy      = 5 // another run holds the output
)

// version of the program, printed in every report.
const version = "0.1.0"

// usageError is a wrong command line.
type usageError struct{ error }

// run runs the command line and returns the exit code. Answers go to stdout,
// progress, warnings and errors to stderr.
func run(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	a := &app{stdout: stdout, stderr: stderr}
	root := a.root()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err != nil && !a.said {
		a.complain(err)
	}
	return code(err)
}

func code(err error) int {
	var gate *pipeline.Gate
	var wrong usageError
	switch {
	case err == nil:
		return published
	case errors.As(err, &wrong), data.IsStudy(err):
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

// app holds the flags that commands share.
type app struct {
	stdout, stderr io.Writer
	out            string
	formats        string
	progress       string
	log            string
	threads        int
	said           bool
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "report",
		Short: "Survey reports on personalization and privacy",
		Long: `report turns a survey export into a finished report: a page, a crosstab
workbook, charts and tidy results, with design-based standard errors.

Without a command it runs the built-in sample study into ./out.`,
		Example: `  report                             the sample study, into ./out
  report init wave1.sav              draft wave1.yaml from the export's labels
  report run wave1.yaml              the report of a study file
  report run wave1.sav               a first report, straight from an export`,
		Args:          noArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(c *cobra.Command, _ []string) error { return a.report(c.Context(), pipeline.Sample()) },
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.CompletionOptions.HiddenDefaultCmd = true
	a.runFlags(root)
	root.AddCommand(a.runCommand(), a.initCommand(), a.checkCommand(), a.inspectCommand(), a.schemaCommand())
	root.Version = version
	return root
}

func noArgs(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	msg := fmt.Sprintf("there is no command %q", args[0])
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		msg += "; did you mean " + strings.Join(near, " or ") + "?"
	} else if _, err := os.Stat(args[0]); err == nil {
		msg += "; to make a report of it: report run " + args[0]
	}
	return usageError{errors.New(msg + " (report --help lists the commands)")}
}

func one(what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usageError{fmt.Errorf("name one %s, as in: report run survey.yaml", what)}
		}
		return nil
	}
}

func (a *app) runFlags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&a.out, "out", "out", "folder that holds the reports, one folder a study")
	f.StringVar(&a.formats, "formats", strings.Join(pipeline.Formats, ","), "what to publish")
	f.IntVar(&a.threads, "threads", 0, "threads to count on; 0 is one per processor, the figures are the same")
	a.sayFlags(c)
}

func (a *app) sayFlags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&a.progress, "progress", "auto", "auto, plain or none: a bar on a terminal, lines elsewhere")
	f.StringVar(&a.log, "log", "text", "text or json: how warnings and errors are written to stderr")
}

func (a *app) runCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "run STUDY|EXPORT",
		Short: "Make the report of a study file; given an export, draft the study first",
		Args:  one("study file or export"),
		RunE:  func(c *cobra.Command, args []string) error { return a.report(c.Context(), pipeline.FromPath(args[0])) },
	}
	a.runFlags(c)
	return c
}

func (a *app) initCommand() *cobra.Command {
	var force bool
	c := &cobra.Command{
		Use:   "init EXPORT",
		Short: "Draft a study file from an export's own labels, commented, ready to edit",
		Args:  one("export"),
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := pipeline.Draft(args[0])
			if err != nil {
				return err
			}
			path := strings.TrimSuffix(args[0], filepath.Ext(args[0])) + ".yaml"
			mode := os.O_WRONLY | os.O_CREATE | os.O_EXCL
			if force {
				mode = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
			}
			f, err := os.OpenFile(path, mode, 0o644)
			if errors.Is(err, os.ErrExist) {
				return usageError{fmt.Errorf("%s exists already; move it away, or replace it with --force", path)}
			}
			if err != nil {
				return err
			}
			_, err = f.Write(text)
			if e := f.Close(); err == nil {
				err = e
			}
			if err == nil {
				fmt.Fprintf(a.stdout, "%s\nRead it, correct what was guessed wrong, and run: report run %s\n", path, path)
			}
			return err
		},
	}
	c.Flags().BoolVar(&force, "force", false, "replace a study file that is there")
	return c
}

func (a *app) checkCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "check STUDY",
		Short: "Say everything that a run would refuse or warn about; writes nothing",
		Args:  one("study file"),
		RunE: func(c *cobra.Command, args []string) error {
			o, done, err := a.options()
			if err != nil {
				return err
			}
			s, err := pipeline.Check(c.Context(), pipeline.FromPath(args[0]), o)
			done()
			if err != nil {
				return err
			}
			fmt.Fprintf(a.stdout, "%s: %d respondents, %d questions, %d tables. Nothing stands in the way of a run.\n", s.Title, s.Respondents, s.Questions, s.Tables)
			for _, f := range s.Findings {
				fmt.Fprintln(a.stdout, "  "+f)
			}
			return nil
		},
	}
	a.sayFlags(c)
	return c
}

func (a *app) inspectCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "inspect EXPORT",
		Short: "Print the codebook of an export: variables, labels, counts, kinds of missing",
		Args:  one("export"),
		RunE: func(_ *cobra.Command, args []string) error {
			in, err := data.FromFile(args[0])
			if err != nil {
				return err
			}
			defer in.Close()
			s, err := exports.Open([]*data.Input{in}, nil)
			if err != nil {
				return err
			}
			profiles, err := exports.Profiles(s)
			if err != nil {
				return err
			}
			return inspect(a.stdout, s, profiles)
		},
	}
}

func (a *app) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the study file, for editors",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := a.stdout.Write(study.Schema())
			return err
		},
	}
}

// options checks the shared flags and makes the pipeline's options of them;
// done ends the progress display.
func (a *app) options() (o pipeline.Options, done func(), err error) {
	if !slices.Contains([]string{"auto", "plain", "none"}, a.progress) {
		return o, nil, usageError{fmt.Errorf("--progress %s: it is auto, plain or none", a.progress)}
	}
	if !slices.Contains([]string{"text", "json"}, a.log) {
		return o, nil, usageError{fmt.Errorf("--log %s: it is text or json", a.log)}
	}
	if a.threads < 0 {
		return o, nil, usageError{fmt.Errorf("--threads %d: it is 0 or more", a.threads)}
	}
	p := newProgress(a.stderr, a.progress, a.log == "json")
	o = pipeline.Options{Out: a.out, Threads: a.threads, Version: version, Progress: p.show, Log: a.logger(p)}
	for f := range strings.SplitSeq(a.formats, ",") {
		f = strings.TrimSpace(f)
		if f == "" {
			continue
		}
		if !slices.Contains(pipeline.Formats, f) {
			return o, nil, usageError{fmt.Errorf("--formats %s: there is no format %q; there are %s", a.formats, f, strings.Join(pipeline.Formats, ", "))}
		}
		o.Formats = append(o.Formats, f)
	}
	return o, p.done, nil
}

func (a *app) logger(p *progress) *slog.Logger {
	if a.log == "json" {
		return slog.New(slog.NewJSONHandler(p, &slog.HandlerOptions{Level: slog.LevelInfo}))
	}
	return slog.New(&plainHandler{w: p})
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
	title := s.Title
	if s.Simulated {
		title += " (simulated data)"
	}
	fmt.Fprintf(a.stdout, "%s\n\n", title)
	for i, h := range s.Headlines {
		fmt.Fprintf(a.stdout, "%d. %s\n", i+1, h)
	}
	fmt.Fprintf(a.stdout, "\nPublished in %s (%.1f s):\n", s.Folder, s.Seconds)
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
	return nil
}

// complain writes an error where scripts and people look for it.
func (a *app) complain(err error) {
	if a.log == "json" {
		slog.New(slog.NewJSONHandler(a.stderr, nil)).Error(err.Error(), "exit", code(err))
		return
	}
	fmt.Fprintf(a.stderr, "report: %v\n", err)
}

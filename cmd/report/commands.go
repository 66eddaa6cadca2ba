package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"tradeoff/data"
	"tradeoff/data/exports"
	"tradeoff/data/study"
	"tradeoff/pipeline"
)

// Endings that shells complete.
func studyEndings() []string { return []string{"yaml", "yml"} }
func exportEndings() []string {
	return []string{"sav", "zsav", "por", "dta", "xpt", "xlsx", "xlsm", "parquet", "arrow", "feather", "jsonl", "ndjson", "json", "sss", "xml", "sps", "R", "lss", "csv", "tsv", "txt", "gz", "zip"}
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "report",
		Short: "Survey reports on personalization and privacy",
		Long: `report turns a survey export into a finished report: a page, a crosstab
workbook, charts and tidy results, with design-based standard errors and small
groups protected. It reads SPSS (.sav, .zsav, .por), Stata (.dta), SAS
transport (.xpt), Excel, Parquet, Arrow, JSON Lines, Triple-S, DDI-Codebook,
SPSS syntax or a LimeSurvey questionnaire with the data beside it, and CSV,
also in a gzip or zip archive.

Without a command it runs the built-in sample study into ./out.

Answers go to stdout; progress, warnings and errors go to stderr. Exit codes:
  0  published, or the question answered
  1  failed, or stopped by a signal
  2  wrong usage, something wrong in the study file, or more memory needed than
     --memory allows
  3  bad input data
  4  a quality or protection gate stopped publication
  5  another run holds the output
After any other code than 0 the last report stands as it was.`,
		Example: `  report                             the sample study, into ./out
  report inspect wave1.sav           what is in an export
  report convert wave1.sav w1.csv    the same answers and labels in another format
  report init wave1.sav              draft wave1.yaml from the export's labels
  report check wave1.yaml            what a run would refuse or warn about
  report run wave1.yaml              the report of a study file
  report run wave1.sav               a first report, straight from an export
  report run tracker.yaml --out /srv/reports --log json   in a nightly job`,
		Args:                       noCommand,
		SilenceErrors:              true,
		SilenceUsage:               true,
		SuggestionsMinimumDistance: 2,
		Version:                    version,
		RunE:                       func(c *cobra.Command, _ []string) error { return a.report(c.Context(), pipeline.Sample()) },
	}
	root.SetFlagErrorFunc(wrongFlag)
	root.CompletionOptions.HiddenDefaultCmd = true
	a.runFlags(root)
	root.AddCommand(a.runCommand(), a.initCommand(), a.checkCommand(), a.inspectCommand(), a.convertCommand(), a.schemaCommand())
	root.SetHelpCommand(helpCommand())
	return root
}

// noCommand is told what stands where a command should, and looks for what
// was meant.
func noCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if _, err := os.Stat(args[0]); err == nil || filepath.Ext(args[0]) != "" {
		return misuse("there is no command %q; to make a report of it: report run %s", args[0], quote(args[0]))
	}
	hint := "report --help lists the commands"
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		hint = "did you mean report " + strings.Join(near, " or report ") + "?"
	}
	return misuse("there is no command %q; %s", args[0], hint)
}

// quote puts a name with blanks in quotes, so that a command that is shown can
// be typed as it stands.
func quote(name string) string {
	if strings.ContainsAny(name, " \t'&;()$*?") {
		return `"` + name + `"`
	}
	return name
}

// wrongFlag words what is wrong with a flag and says where the flags are.
func wrongFlag(c *cobra.Command, err error) error {
	text, _, number := strings.Cut(err.Error(), ": strconv.")
	if number {
		text += ": it is a whole number"
	}
	return misuse("%s (%s --help lists the flags)", text, c.CommandPath())
}

// one takes exactly one argument.
func one(what, example string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch len(args) {
		case 0:
			return misuse("%s needs %s, as in: %s %s", c.Name(), what, c.CommandPath(), example)
		case 1:
			return nil
		}
		return misuse("%s takes one file, and here are %d: %s; put a name with blanks in quotes; several exports are pooled by a study file that names them under sources", c.Name(), len(args), strings.Join(args, ", "))
	}
}

// anExport is one, and refuses a study file with what to do instead.
func anExport(c *cobra.Command, args []string) error {
	if err := one("an export", "wave1.sav")(c, args); err != nil {
		return err
	}
	return noStudy(c, args)
}

// someExports are one or several.
func someExports(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return anExport(c, args)
	}
	return noStudy(c, args)
}

// noStudy refuses study files.
func noStudy(c *cobra.Command, args []string) error {
	for _, a := range args {
		if e := strings.ToLower(filepath.Ext(a)); e == ".yaml" || e == ".yml" {
			return misuse("%s is a study file, and %s takes an export; to look the study over: report check %s", a, c.Name(), quote(a))
		}
	}
	return nil
}

func complete(endings ...string) cobra.CompletionFunc {
	return cobra.FixedCompletions(endings, cobra.ShellCompDirectiveFilterFileExt)
}

func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about a command",
		RunE: func(c *cobra.Command, args []string) error {
			about, rest, err := c.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return noCommand(c.Root(), args)
			}
			return about.Help()
		},
	}
}

func (a *app) runCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "run STUDY|EXPORT",
		Short: "Make the report of a study file; given an export, draft the study first",
		Long: `run makes the report of a study file and publishes it in one step as
out/NAME, where NAME is the study file's name: whoever opens it sees the whole
old report or the whole new one. Sources are looked for from the study file's
folder.

Given an export, run drafts a study from its labels in memory: good for a first
look. report init writes the draft out, to be corrected.`,
		Example: `  report run wave1.yaml
  report run wave1.sav --formats html
  report run tracker.yaml --out /srv/reports --log json`,
		SuggestFor:        []string{"make", "build", "publish", "report", "start"},
		Args:              one("a study file or an export", "wave1.yaml"),
		ValidArgsFunction: complete(append(studyEndings(), exportEndings()...)...),
		RunE:              func(c *cobra.Command, args []string) error { return a.report(c.Context(), pipeline.FromPath(args[0])) },
	}
	a.runFlags(c)
	return c
}

func (a *app) initCommand() *cobra.Command {
	var force bool
	c := &cobra.Command{
		Use:   "init EXPORT...",
		Short: "Draft a study file from an export's own labels, commented, ready to edit",
		Long: `init writes a study file beside the export, with its name and the ending .yaml.
Every guess says why it was made. Columns that look like names, addresses or
open answers are left out.

Several exports become the study of one survey: where their names tell years or
waves, each is a wave.`,
		Example: `  report init wave1.sav                          writes wave1.yaml
  report init tracker2024.sav tracker2025.sav    writes tracker.yaml, of two waves`,
		SuggestFor:        []string{"draft", "new", "create"},
		Args:              someExports,
		ValidArgsFunction: complete(exportEndings()...),
		RunE: func(_ *cobra.Command, args []string) error {
			path, text, err := pipeline.Draft(args...)
			if err != nil {
				return err
			}
			if err := write(path, text, force); err != nil {
				return err
			}
			fmt.Fprintf(a.stdout, "%s\nRead it, correct what was guessed wrong, and run: report run %s\n", path, quote(path))
			return nil
		},
	}
	c.Flags().BoolVar(&force, "force", false, "replace a study file that is there")
	return c
}

// write writes a new file, or with force one in place of another.
func write(path string, text []byte, force bool) error {
	mode := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if force {
		mode = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	f, err := os.OpenFile(path, mode, 0o644)
	if errors.Is(err, os.ErrExist) {
		return misuse("%s exists already; move it away, or replace it with --force", path)
	}
	if err == nil {
		_, err = f.Write(text)
		if e := f.Close(); err == nil {
			err = e
		}
	}
	if err != nil {
		return fmt.Errorf("the study file could not be written: %w; copy the export to a folder where you may write", err)
	}
	return nil
}

func (a *app) checkCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "check STUDY|EXPORT",
		Short: "Say everything that a run would refuse or warn about; writes nothing",
		Long: `check does all that a run does up to the tables, and writes nothing: what a run
would refuse is the error, what it would warn about goes to stderr, and what a
reader of the data should know goes to stdout. The exit code is that of a run.`,
		Example:           "  report check wave1.yaml",
		SuggestFor:        []string{"validate", "lint", "verify", "test"},
		Args:              one("a study file", "wave1.yaml"),
		ValidArgsFunction: complete(append(studyEndings(), exportEndings()...)...),
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
			fmt.Fprintf(a.stdout, "%s: %s, %s, %s. Nothing stands in the way of a run.\n", s.Title, plural(s.Respondents, "respondent"), plural(s.Questions, "question"), plural(s.Tables, "table"))
			for _, f := range s.Findings {
				fmt.Fprintln(a.stdout, "  "+f)
			}
			return nil
		},
	}
	a.countFlags(c)
	return c
}

func (a *app) inspectCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "inspect EXPORT",
		Short: "Print the codebook of an export: variables, labels, counts, kinds of missing",
		Long: `inspect prints every variable of an export with its label, how many answered,
how many hold a code declared missing, how many are empty, and its values.
Variables that look like names, addresses or open answers are listed by name
only. With --json it prints the same for scripts; docs/codebook.md lists the keys.`,
		Example: `  report inspect wave1.sav
  report inspect wave1.sav | less
  report inspect wave1.sav --json`,
		SuggestFor:        []string{"codebook", "describe", "show", "info", "variables"},
		Args:              anExport,
		ValidArgsFunction: complete(exportEndings()...),
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
			if asJSON {
				return inspectJSON(a.stdout, s, profiles)
			}
			return inspect(a.stdout, s, profiles)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func (a *app) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the study file, for editors",
		Long: `schema prints the JSON Schema of the study file. An editor that knows it
completes the settings, explains them and marks what is wrong.`,
		Example: `  report schema > study.schema.json

and as the first line of a study file:
  # yaml-language-server: $schema=study.schema.json`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return misuse("report schema takes no argument; it prints the schema of every study file")
			}
			return nil
		},
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(*cobra.Command, []string) error {
			_, err := a.stdout.Write(study.Schema())
			return err
		},
	}
}

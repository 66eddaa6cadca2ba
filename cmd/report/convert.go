package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tradeoff/data"
	"tradeoff/data/exports"
)

func (a *app) convertCommand() *cobra.Command {
	var force bool
	c := &cobra.Command{
		Use:   "convert EXPORT FILE",
		Short: "Write an export in another format, with its labels",
		Long: `convert writes all answers of an export in the format that the ending of FILE
names: ` + strings.Join(exports.Writes(), ", ") + `. Codes, question texts, value
labels, values that are no answer, levels, the weight and multiple-response sets
are kept. CSV has no room for them: a DDI codebook stands beside it, FILE with
the ending .xml, and is what to name when the data are read again.

Variables that look like names, addresses or open answers are left out and
listed. What was written is read again, and what the format does not hold as it
was is said. A survey that the format cannot hold is refused.`,
		Example: `  report convert wave1.sav wave1.parquet
  report convert wave1.dta wave1.csv     writes wave1.csv and wave1.xml
  report inspect wave1.xml               reads them`,
		SuggestFor:        []string{"export", "save", "write", "translate"},
		Args:              anExportAndFile,
		ValidArgsFunction: complete(exportEndings()...),
		RunE:              func(c *cobra.Command, args []string) error { return a.convert(c.Context(), args[0], args[1], force) },
	}
	c.Flags().BoolVar(&force, "force", false, "replace a file that is there")
	return c
}

// anExportAndFile is an export and a file to write.
func anExportAndFile(c *cobra.Command, args []string) error {
	if len(args) != 2 {
		return misuse("convert needs an export and the file to write, as in: %s wave1.sav wave1.parquet", c.CommandPath())
	}
	if err := anExport(c, args[:1]); err != nil {
		return err
	}
	if e := strings.ToLower(filepath.Ext(args[1])); !slices.Contains(exports.Writes(), e) {
		return misuse("%s: the ending names no format that can be written; use one of %s", args[1], strings.Join(exports.Writes(), ", "))
	}
	return nil
}

func (a *app) convert(ctx context.Context, from, to string, force bool) error {
	in, err := data.FromFile(from)
	if err != nil {
		return err
	}
	defer in.Close()
	if sameFile(from, to) {
		return misuse("%s is the export itself; give the file another name", to)
	}
	s, err := exports.Open([]*data.Input{in}, nil)
	if err != nil {
		return err
	}
	for _, b := range in.Siblings() {
		if sameFile(b.Path, to) {
			return misuse("%s holds the answers of %s; give the file another name", to, from)
		}
	}
	out, err := exports.Write(ctx, to, s, force)
	var there *fs.PathError
	if errors.Is(err, fs.ErrExist) && errors.As(err, &there) {
		return misuse("%s exists already; move it away, or replace it with --force", there.Path)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "%s: %s, %s\n", strings.Join(out.Files, ", "), plural(int(out.Rows), s.Files[0].Unit), plural(len(s.Codebook.Variables), "variable"))
	for _, d := range s.Codebook.Dropped {
		fmt.Fprintf(a.stdout, "left out: %s (%s)\n", d.Name, d.Reason)
	}
	for _, n := range slices.Concat(s.Codebook.Notes, out.Differs) {
		fmt.Fprintf(a.stdout, "note: %s\n", n)
	}
	return nil
}

// sameFile reports whether two names are those of one file.
func sameFile(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

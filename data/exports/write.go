package exports

import (
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tradeoff/data"
	"tradeoff/data/columnar"
	"tradeoff/data/csv"
	"tradeoff/data/ddi"
	"tradeoff/data/sav"
)

// A writer writes a format.
type writer struct {
	endings []string // of the files
	write   func(w io.WriteSeeker, name string, book *data.Codebook, rows iter.Seq2[data.Batch, error]) error
	beside  bool // a codebook beside the file holds the labels
}

func writeSAV(w io.WriteSeeker, name string, book *data.Codebook, rows iter.Seq2[data.Batch, error]) error {
	return sav.Write(w, book, rows, sav.WriteOptions{Name: name})
}

func writeParquet(w io.WriteSeeker, _ string, book *data.Codebook, rows iter.Seq2[data.Batch, error]) error {
	return columnar.WriteParquet(w, *book, rows)
}

func writeIPC(w io.WriteSeeker, _ string, book *data.Codebook, rows iter.Seq2[data.Batch, error]) error {
	return columnar.WriteIPC(w, *book, rows)
}

func writeCSV(w io.WriteSeeker, name string, book *data.Codebook, rows iter.Seq2[data.Batch, error]) error {
	return csv.Write(w, name, book.Variables, rows)
}

// Writes are the endings of the files that Write writes.
func Writes() []string {
	var endings []string
	for _, f := range formats() {
		if f.out != nil {
			endings = append(endings, f.out.endings...)
		}
	}
	return endings
}

// Written is what Write has written.
type Written struct {
	Files []string // paths
	Rows  int64
	// Differs says what the file does not hold as the survey has it, a sentence
	// each: what was written is opened again and its codebook compared.
	Differs []string
}

// Write writes a survey to a file of the format that its ending names. CSV has
// no room for labels: a DDI codebook of the same name, ending in .xml, stands
// beside it. Files are written under another name and then renamed; one that is
// there is replaced with force and refused without.
//
// Errors are data.Faults for a survey that the format cannot hold, and
// fs.ErrExist, wrapped, for a file that is there.
func Write(ctx context.Context, path string, s *data.Survey, force bool) (*Written, error) {
	name := filepath.Base(path)
	to := writerOf(path)
	if to == nil {
		return nil, &data.Fault{File: name, Found: "no format that can be written is called so; use one of " + strings.Join(Writes(), ", ")}
	}
	out := &Written{Files: []string{path}}
	if to.beside {
		out.Files = append(out.Files, strings.TrimSuffix(path, filepath.Ext(path))+".xml")
	}
	if err := out.mayWrite(force); err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp(filepath.Dir(path), ".convert-")
	if err != nil {
		return nil, fmt.Errorf("%s: it cannot be written: %w; choose another folder", name, err)
	}
	defer os.RemoveAll(folder)
	at := func(i int) string { return filepath.Join(folder, filepath.Base(out.Files[i])) }
	if err := create(at(0), func(w io.WriteSeeker) error {
		return to.write(w, name, &s.Codebook, out.counted(ctx, s.Batches(nil)))
	}); err != nil {
		return nil, err
	}
	if to.beside {
		if err := create(at(1), func(w io.WriteSeeker) error { return ddi.Write(w, name, out.Rows, &s.Codebook) }); err != nil {
			return nil, err
		}
	}
	if err := out.compare(at(len(out.Files)-1), s); err != nil {
		return nil, err
	}
	if err := out.mayWrite(force); err != nil { // somebody else has been quicker
		return nil, err
	}
	for i, path := range out.Files {
		if err := os.Rename(at(i), path); err != nil {
			return nil, fmt.Errorf("%s: it cannot be written: %w", filepath.Base(path), err)
		}
	}
	return out, nil
}

// writerOf writes files of this name, nil for none.
func writerOf(path string) *writer {
	ending := strings.ToLower(filepath.Ext(path))
	for _, f := range formats() {
		if f.out != nil && slices.Contains(f.out.endings, ending) {
			return f.out
		}
	}
	return nil
}

// mayWrite refuses to write over files.
func (out *Written) mayWrite(force bool) error {
	for _, path := range out.Files {
		if _, err := os.Lstat(path); err == nil && !force {
			return &os.PathError{Op: "convert", Path: path, Err: os.ErrExist}
		}
	}
	return nil
}

// counted counts the rows of one pass, and ends with the context.
func (out *Written) counted(ctx context.Context, batches iter.Seq2[data.Batch, error]) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		out.Rows = 0
		for b, err := range batches {
			if err == nil {
				err = ctx.Err()
			}
			if err == nil {
				out.Rows += b.Record.NumRows()
			}
			if !yield(b, err) || err != nil {
				return
			}
		}
	}
}

// create writes a new file and makes it durable.
func create(path string, write func(io.WriteSeeker) error) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	err = write(struct{ io.WriteSeeker }{f}) // the writer of Parquet closes what can be closed
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

// compare opens what was written and says what differs from the survey.
func (out *Written) compare(path string, s *data.Survey) error {
	in, err := data.FromFile(path)
	if err != nil {
		return err
	}
	defer in.Close()
	again, err := open(in)
	if err != nil {
		return fmt.Errorf("what was written cannot be read again: %w", err)
	}
	if n := again.Rows(); n >= 0 && n != out.Rows {
		return fmt.Errorf("%s: %d rows were written and %d can be read again", filepath.Base(path), out.Rows, n)
	}
	out.Differs = differences(&s.Codebook, &again.Codebook)
	return nil
}

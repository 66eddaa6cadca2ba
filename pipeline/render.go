package pipeline

import (
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"tradeoff/reports"
	"tradeoff/reports/page"
	"tradeoff/reports/tidy"
	"tradeoff/reports/xlsx"
)

// render makes the files of the wanted formats, by their paths.
func render(r *reports.Report, formats []string, threads int) (map[string]reports.File, error) {
	book := func(r *reports.Report) (reports.File, error) { return xlsx.Write(r, threads) }
	writers := []struct {
		format, name string
		write        func(*reports.Report) (reports.File, error)
		file         reports.File
	}{
		{format: "html", name: "report.html", write: onePiece(page.Write)},
		{format: "xlsx", name: "tables.xlsx", write: book},
		{format: "results", name: "results.csv", write: onePiece(tidy.Results)},
		{format: "results", name: "results.parquet", write: onePiece(tidy.Parquet)},
		{format: "results", name: "tests.csv", write: onePiece(tidy.Tests)},
	}
	var g errgroup.Group
	for i := range writers {
		w := &writers[i]
		if !slices.Contains(formats, w.format) {
			continue
		}
		g.Go(func() (err error) {
			if w.file, err = w.write(r); err != nil {
				return fmt.Errorf("%s: %w", w.name, err)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	files := map[string]reports.File{}
	for _, w := range writers {
		if w.file != nil {
			files[w.name] = w.file
		}
	}
	if slices.Contains(formats, "charts") {
		for _, c := range r.Chapters {
			for _, f := range c.Figures {
				files["charts/"+f.ID+".svg"] = reports.File{f.SVG}
				files["charts/"+f.ID+".png"] = reports.File{f.PNG}
			}
		}
	}
	return files, nil
}

// onePiece is a writer of files in one piece.
func onePiece(write func(*reports.Report) ([]byte, error)) func(*reports.Report) (reports.File, error) {
	return func(r *reports.Report) (reports.File, error) {
		b, err := write(r)
		if err != nil {
			return nil, err
		}
		return reports.File{b}, nil
	}
}

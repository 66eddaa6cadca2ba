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

// render makes the files of the wanted formats, path to bytes.
func render(r *reports.Report, formats []string, threads int) (map[string][]byte, error) {
	book := func(r *reports.Report) ([]byte, error) { return xlsx.Write(r, threads) }
	writers := []struct {
		format, name string
		write        func(*reports.Report) ([]byte, error)
		bytes        []byte
	}{
		{format: "html", name: "report.html", write: page.Write},
		{format: "xlsx", name: "tables.xlsx", write: book},
		{format: "results", name: "results.csv", write: tidy.Results},
		{format: "results", name: "results.parquet", write: tidy.Parquet},
		{format: "results", name: "tests.csv", write: tidy.Tests},
	}
	var g errgroup.Group
	for i := range writers {
		w := &writers[i]
		if !slices.Contains(formats, w.format) {
			continue
		}
		g.Go(func() (err error) {
			if w.bytes, err = w.write(r); err != nil {
				return fmt.Errorf("%s: %w", w.name, err)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, w := range writers {
		if w.bytes != nil {
			files[w.name] = w.bytes
		}
	}
	if slices.Contains(formats, "charts") {
		for _, c := range r.Chapters {
			for _, f := range c.Figures {
				files["charts/"+f.ID+".svg"] = f.SVG
				files["charts/"+f.ID+".png"] = f.PNG
			}
		}
	}
	return files, nil
}

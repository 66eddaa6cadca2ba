package tidy

import (
	"bytes"
	"encoding/json"
	"slices"

	"tradeoff/reports"
)

// Run writes run.json, indented, for people and programs alike. A list with
// nothing in it is [] and a map {}, never null.
func Run(run reports.Run) ([]byte, error) {
	run.Sources = orEmpty(run.Sources)
	run.Exclusions = orEmpty(run.Exclusions)
	run.Dropped = orEmpty(run.Dropped)
	run.Warnings = orEmpty(run.Warnings)
	run.Stages = orEmpty(run.Stages)
	run.Files = orEmpty(run.Files)
	if run.Weighting != nil {
		w := *run.Weighting
		w.Groups = orEmpty(w.Groups)
		run.Weighting = &w
	}
	run.Editions = slices.Clone(orEmpty(run.Editions))
	for i := range run.Editions {
		run.Editions[i].Questions = orEmpty(run.Editions[i].Questions)
		run.Editions[i].Figures = orEmpty(run.Editions[i].Figures)
	}
	if run.Options == nil {
		run.Options = map[string]any{}
	}
	if run.Counts == nil {
		run.Counts = map[string]int{}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // the file is not a web page; "<1%" should read as such
	e.SetIndent("", "  ")
	err := e.Encode(run)
	return b.Bytes(), err
}

func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

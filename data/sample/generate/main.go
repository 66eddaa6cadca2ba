// Command generate writes the exports of the built-in sample study into the
// current folder, or the one given:
//
//	go run ./generate [FOLDER]
//
// In: package model, with its own seed. Each wave becomes an export of another
// format. Out: wave2023.csv, wave2024.sav and wave2025.parquet, the same bytes
// at every run. It does not write the study file, which is written by hand.
package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"tradeoff/data/columnar"
	"tradeoff/data/sample/model"
	"tradeoff/data/sav"
)

func main() {
	folder := "."
	if len(os.Args) > 1 {
		folder = os.Args[1]
	}
	if err := write(folder); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// An export is a file to write: one wave in one format.
type export struct {
	name  string
	wave  int
	write func(io.Writer, []*model.Person) error
}

func exports() []export {
	return []export{
		{"wave2023.csv", 2023, model.WriteCSV},
		{"wave2024.sav", 2024, writeSAV},
		{"wave2025.parquet", 2025, writeParquet},
	}
}

// write makes all exports in a folder.
func write(folder string) error {
	for _, e := range exports() {
		var b bytes.Buffer
		if err := e.write(&b, model.Draw(model.Seed, model.PerCountry, e.wave)); err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
		if err := os.WriteFile(filepath.Join(folder, e.name), b.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func writeSAV(w io.Writer, people []*model.Person) error {
	s := model.Survey(people)
	return sav.Write(w, &s.Codebook, s.Batches(nil), sav.WriteOptions{Name: "wave2024.sav", Label: "State of personal data, 2024 (simulated)"})
}

func writeParquet(w io.Writer, people []*model.Person) error {
	s := model.Survey(people)
	return columnar.WriteParquet(w, s.Codebook, s.Batches(nil))
}

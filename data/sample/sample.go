// Package sample is the study that the program runs when it is given none: a
// tracker on personalized service and privacy with three yearly waves in six
// countries, each wave an export in another format.
//
// In: nothing; everything is embedded. Out: the study file (Study) and the
// exports that it names (Files, Input).
//
// The respondents are invented. Package model simulates them, and the program
// in the folder generate writes the exports, the same bytes every time. What
// is true of the simulated public is in README.md. The package does not read
// the exports and does not parse the study file.
package sample

import (
	"bytes"
	"embed"
	"slices"

	"tradeoff/data"
)

//go:generate go run ./generate

//go:embed study.yaml
var studyFile []byte

//go:embed wave2023.csv wave2024.sav wave2025.parquet
var exports embed.FS

// names are the exports in the order in which the study file lists them.
func names() []string { return []string{"wave2023.csv", "wave2024.sav", "wave2025.parquet"} }

// Study is the study file and the name to parse it under. The name is the
// study's own rather than the embedded file's, so that the report's folder is
// called state-of-personal-data.
func Study() (name string, yaml []byte) {
	return "state-of-personal-data.yaml", bytes.Clone(studyFile)
}

// Files are the exports that the study file names, in its order.
func Files() []*data.Input {
	var files []*data.Input
	for _, n := range names() {
		in, _ := Input(n)
		files = append(files, in)
	}
	return files
}

// Input is the export of that name, or false if there is none.
func Input(name string) (*data.Input, bool) {
	if !slices.Contains(names(), name) {
		return nil, false
	}
	b, err := exports.ReadFile(name)
	if err != nil {
		panic("sample: " + name + " is not embedded")
	}
	return data.FromBytes(name, b), true
}

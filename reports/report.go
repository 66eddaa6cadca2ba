// Package reports holds what is published: a Report made of chapters, figures
// and tables, all of them already protected. The sub-packages write it: page
// the HTML page, xlsx the crosstab book, tidy the results files.
//
// In: protected tables (crosstab.Table) and drawn figures. Out: bytes of files.
// Nothing here estimates, and nothing here looks at a respondent.
package reports

import (
	"slices"
	"time"

	"tradeoff/stats/crosstab"
)

// A Report is everything that one run publishes.
type Report struct {
	Meta     Meta
	About    string    // whom the figures are about, in sentences
	Headline []Finding // the first finding of each chapter, five where there are as many, and what changed since the last edition
	Chapters []Chapter
	Tables   []*crosstab.Table // every question's tables, in the study's order
	Tests    Tests             // what the marks in the tables stand for
	Method   Method
	Formats  []string // what is published beside the page: "xlsx", "charts", "results"; nil is all of it
}

// Publishes says whether a format is published, so that nothing links to a
// file that is not there.
func (r *Report) Publishes(format string) bool {
	return r.Formats == nil || slices.Contains(r.Formats, format)
}

// Tests says what the marks in the tables stand for. Zero values mean the
// defaults of the study file.
type Tests struct {
	Strict float64 // level of upper-case letters and full arrows, default 0.05
	Loose  float64 // level of lower-case letters and hollow arrows, default 0.10
	Base   int     // smallest base that is tested, default 30
	Low    int     // bases below are marked low, default 100
	Method string  // the test in words, default DefaultTest
}

// Meta identifies the report. It holds no clock time and no path: the same
// input makes the same bytes.
type Meta struct {
	Name         string // folder name
	Title        string
	Population   string
	Client       string
	Fielded      string
	Mode         string
	Sample       string
	Contact      string
	Notes        []string // what a reader must know of the study, each a sentence
	Probability  bool     // respondents were drawn with known probabilities
	Simulated    bool     // every output says plainly that the data are simulated
	Version      string   // of this program
	Sources      []Source // input files
	Respondents  int
	Waves        []string          // labels in order, nil without waves
	Wave         string            // label of the wave the tables speak of, "" if all
	SegmentNames map[string]string // segment name to label
}

// A Source is an input file as the report names it.
type Source struct {
	Name   string `json:"name"` // base name
	Format string `json:"format"`
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"`
}

// A Finding is a sentence with the numbers that it stands on.
type Finding struct {
	Text  string
	Asked string // the question, the answers counted and how many gave one; "" where the sentence needs none
	Refs  []Ref  // what it says, in results.csv

	After bool // it is understood only behind the sentence before it: the report does not open with it
	Minor bool // it finds no difference, or faults of answers: the report opens with one such at most
}

// A Ref points at a cell.
type Ref struct {
	Table  string // ID
	Row    int
	Column int
}

// A Chapter answers one of the subject's questions.
type Chapter struct {
	Number   int
	Key      string // "expectation"
	Title    string // "Expectation"
	Question string // "Who expects personalized service, and from whom?"
	About    string // whom its figures are about, a sentence; "" where it says nothing
	Sure     string // how far chance may have moved its figures, in sentences; "" where it has none
	Findings []Finding
	Figures  []Figure
	Tables   []string // IDs of the tables behind it
	WhatIf   *WhatIf  // what a reader can ask, nil if nothing
	Missing  string   // what it lacks: why there is nothing to say, or nothing more; "" if it lacks nothing
}

// A Figure is a drawn chart.
type Figure struct {
	ID      string // file name without ending
	Title   string // says what is seen, not how it is drawn; the drawing holds it too
	Caption string // base, weighting, what the marks mean
	Alt     string // the figure in words, for those who do not see it
	SVG     []byte
	PNG     []byte
	Table   string // ID of the table it is drawn from
}

// Method is what a reader needs to judge the numbers.
type Method struct {
	Design     []Fact   // strata, PSUs, df, weight, efficiency
	Bases      []Fact   // respondents by subgroup, already protected
	Disclosure []Fact   // what a code of conduct wants disclosed, and what is not stated
	Exclusions []Fact   // who was left out and why
	Dropped    []Fact   // identifying columns left out, with the reason
	Tests      []string // how columns are compared
	Protection []string // what is hidden, and how much was
	Reading    []Fact   // how to read each mark
	Warnings   []string // what to be careful about
	Sampling   []string // margin of error, non-probability samples

	Weighting *Weighting // nil where everybody counts the same
}

// Weighting is what the weights do: how they vary, and whom they make more or less of.
type Weighting struct {
	Weight     string          `json:"weight"` // column of the weights that came with the data, "" for none
	Raked      bool            `json:"raked"`  // they were made to agree with targets
	Low        float64         `json:"low"`
	High       float64         `json:"high"`
	CV         float64         `json:"cv"`         // standard deviation over mean
	Effective  float64         `json:"effective"`  // (Σw)² / Σw², in respondents
	Efficiency float64         `json:"efficiency"` // 1 / (1 + CV²), 0 to 1
	Groups     []WeightedGroup `json:"groups"`     // of the segments, by those who answered the first question
}

// A WeightedGroup is a group of a segment before and after weighting; one that is hidden
// is not there.
type WeightedGroup struct {
	Banner     string  `json:"banner"`
	Segment    string  `json:"segment"`
	Unweighted float64 `json:"unweighted"` // share of Total, 0 to 1
	Weighted   float64 `json:"weighted"`
}

// A Fact is a label and what it says.
type Fact struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// Run is run.json: what went in, what was done, what came out. The only part
// of a report that holds the clock.
type Run struct {
	Program     string         `json:"program"`
	Version     string         `json:"version"`
	Go          string         `json:"go"`
	Started     time.Time      `json:"started"`
	Seconds     float64        `json:"seconds"`
	Threads     int            `json:"threads"`      // that the run could use at a time
	MemoryBytes uint64         `json:"memory_bytes"` // that the program's memory came to at most, free space included
	NeedBytes   int64          `json:"need_bytes"`   // that it was thought to need before it counted
	Study       string         `json:"study"`
	StudySHA256 string         `json:"study_sha256,omitempty"`
	Simulated   bool           `json:"simulated"`       // the respondents are invented
	Notes       []string       `json:"notes,omitempty"` // what a reader must know of the study
	Sources     []Source       `json:"sources"`
	Options     map[string]any `json:"options"`
	Counts      map[string]int `json:"counts"`
	Weighting   *Weighting     `json:"weighting,omitempty"` // left out where everybody counts the same
	Exclusions  []Fact         `json:"exclusions"`
	Dropped     []Fact         `json:"dropped"`
	Warnings    []string       `json:"warnings"`
	Stages      []Stage        `json:"stages"`
	Files       []Published    `json:"files"`
	Editions    []Edition      `json:"editions"` // this one, and those that it is compared with
}

// A Stage is what one part of a run went through and how long it took.
type Stage struct {
	Name    string  `json:"name"`
	Rows    int64   `json:"rows"`  // respondents gone through, 0 where the stage has none
	Bytes   int64   `json:"bytes"` // read of the exports
	Seconds float64 `json:"seconds"`
}

// Published is a file of the report.
type Published struct {
	Name   string `json:"name"`
	Bytes  int    `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Package data holds one survey as it comes out of an export: a codebook that
// says what every column means, and record batches that hold what people
// answered.
//
// In: nothing but Go values; the readers in the sub-packages (sav, por, dta, xpt, csv, xlsx,
// columnar) turn bytes into a Survey, and exports picks the reader by content
// and pools several files into one.
//
// Out: a Survey. Its Codebook is complete before the first row is read; its
// rows are streamed in batches, so that memory does not grow with the file.
//
// The package does not know what a column is used for: that is the study's
// business (data/study), and joining the two is the pipeline's.
package data

import (
	"fmt"
	"iter"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
)

// Type tells how the values of a variable are stored in a batch.
type Type uint8

const (
	// Number values are an arrow Float64 array, or a coded array of them
	// (see Coded). Codes of closed questions are numbers too where the
	// export stores them as such.
	Number Type = iota
	// Text values are an arrow String array, trailing blanks removed, or a
	// coded array of them.
	Text
	// Time values are an arrow Timestamp array in seconds, UTC.
	Time
)

// String is the word for the type that people read.
func (t Type) String() string {
	switch t {
	case Number:
		return "number"
	case Text:
		return "text"
	case Time:
		return "date or time"
	}
	return "unknown type"
}

// Level is the level of measurement as the export states it.
type Level uint8

// Levels of measurement; LevelUnknown where the format does not say.
const (
	LevelUnknown Level = iota
	Nominal
	Ordinal
	Scale
)

// A Variable is one column of an export and all that the export says of it.
type Variable struct {
	Name    string       // as it stands in the file; unique in a codebook
	Label   string       // question text; empty where the format has none
	Type    Type         // how values are stored
	Labels  []ValueLabel // value labels in the file's order
	Missing Missing      // values that stand for "asked, but no answer"
	Level   Level        // level of measurement
	Format  string       // the format's own print format, "" if none
	Mixed   string       // of pooled files: "numbers in a.csv and texts in b.csv" that nothing puts together; else ""
}

// A ValueLabel gives a code its word.
type ValueLabel struct {
	Code  string // canonical, see Code
	Label string
}

// Missing declares which values of a variable are no answer although the
// person was asked (don't know, refused). A null in a batch is something else:
// nothing was recorded, usually because the question was not asked.
type Missing struct {
	Codes    []string // discrete codes, canonical
	HasRange bool     // whether Low and High count
	Low      float64  // inclusive; may be -Inf
	High     float64  // inclusive; may be +Inf
}

// Declares reports whether the code is a declared missing value.
func (m Missing) Declares(code string) bool {
	if slices.Contains(m.Codes, code) {
		return true
	}
	if m.HasRange {
		if v, err := strconv.ParseFloat(code, 64); err == nil {
			return m.Low <= v && v <= m.High
		}
	}
	return false
}

// LabelOf returns the value label of a code, or "" if it has none.
func (v *Variable) LabelOf(code string) string {
	for _, l := range v.Labels {
		if l.Code == code {
			return l.Label
		}
	}
	return ""
}

// A Set is a multiple-response set: several variables that hold one
// tick-all-that-apply question.
type Set struct {
	Name      string
	Label     string
	Counted   string   // dichotomies: the code that means ticked; "" for a set of categories
	Variables []string // in the file's order
}

// Dropped names a variable that was left out at load because it identifies
// people. Its values are never kept, counted or printed.
type Dropped struct {
	Name   string
	Reason string // "e-mail addresses", "open answers", ...
}

// Codebook says what the columns of a survey mean.
type Codebook struct {
	Variables []Variable
	Sets      []Set
	Weight    string    // variable that the file itself names as its weight, or ""
	Dropped   []Dropped // identifying variables left out at load
	Notes     []string  // what a reader had to assume, each a sentence for the analyst
}

// Variable returns the variable of that name, or nil.
func (c *Codebook) Variable(name string) *Variable {
	for i := range c.Variables {
		if c.Variables[i].Name == name {
			return &c.Variables[i]
		}
	}
	return nil
}

// Names lists the variables in order.
func (c *Codebook) Names() []string {
	names := make([]string, len(c.Variables))
	for i := range c.Variables {
		names[i] = c.Variables[i].Name
	}
	return names
}

// A File is one export file that a survey was read from.
type File struct {
	Path   string
	Format string   // "CSV", "Excel workbook", "SPSS", "SPSS portable", "Stata", "SAS transport", "Parquet", "Arrow IPC", "JSON Lines", "JSON", "Triple-S", "DDI codebook", "SPSS syntax", "R syntax", "LimeSurvey questionnaire"
	Rows   int64    // respondents, -1 where the format tells only at the end
	Unit   string   // what a row is called in this file: "line", "row" or "case"
	Lacks  []string // variables of a survey of several files that this one has not
}

// Has reports whether the file has a variable of the survey.
func (f File) Has(variable string) bool { return !slices.Contains(f.Lacks, variable) }

// Name is the file's base name, the form in which messages name it.
func (f File) Name() string { return filepath.Base(f.Path) }

// A Batch is a run of consecutive rows of one file. It is valid until the next
// one is asked for.
type Batch struct {
	Record arrow.Record // one column per requested variable, in the order asked for
	File   int          // index into Survey.Files
	First  int64        // number of the batch's first row in its file, counted from 1
	Rows   []int64      // number of each row where rows are not consecutive (CSV lines); nil: First+i
	Before int64        // respondents of the survey that come before the batch, in batches or left out
}

// Row is the number of row i in its file, in the file's own unit.
func (b Batch) Row(i int) int64 {
	if b.Rows != nil {
		return b.Rows[i]
	}
	return b.First + int64(i)
}

// A Scan streams the named variables. It may be called more than once; each
// call starts at the first row. A reader leaves out a stretch of rows that it
// can step over without reading it, if skip says so; skip may be nil.
type Scan func(variables []string, skip Skip) iter.Seq2[Batch, error]

// A Skip reports whether nobody needs n respondents of the survey, those
// behind the first before. Rows are left out as a whole stretch or not at all.
type Skip func(before, n int64) bool

// Rows reports whether a reader may step over n rows.
func (s Skip) Rows(before, n int64) bool { return s != nil && n > 0 && s(before, n) }

// Survey is an export, or several pooled ones: the codebook, and the rows on
// request.
type Survey struct {
	Codebook Codebook
	Files    []File
	scan     Scan
	keeper   Keeper // nil: nothing is kept
}

// A Keeper holds rows in memory that a reader met at opening, so that they are
// read once only.
type Keeper interface {
	// Bytes is how much memory they take.
	Bytes() int64
	// Forget lets go of variables, for which nobody may ask any more.
	Forget(variables []string)
}

// Keepers are surveys that another is made of, each of which may keep rows.
type Keepers []*Survey

// Bytes is how much memory the rows take together.
func (k Keepers) Bytes() (sum int64) {
	for _, s := range k {
		sum += s.Kept()
	}
	return sum
}

// Forget lets go of variables in all of them.
func (k Keepers) Forget(variables []string) {
	for _, s := range k {
		s.Forget(variables)
	}
}

// New makes a survey of a codebook and a way to stream its rows.
func New(book Codebook, files []File, scan Scan) *Survey {
	return &Survey{Codebook: book, Files: files, scan: scan}
}

// Keep says who holds rows of the survey in memory.
func (s *Survey) Keep(k Keeper) { s.keeper = k }

// Kept is how many bytes of memory hold rows that were met at opening.
func (s *Survey) Kept() int64 {
	if s.keeper == nil {
		return 0
	}
	return s.keeper.Bytes()
}

// Forget lets go of what is kept of variables that identify people. Nobody may ask
// for them any more.
func (s *Survey) Forget(variables []string) {
	if s.keeper != nil {
		s.keeper.Forget(variables)
	}
}

// Rows is the number of respondents in all files, -1 if it is not known yet.
func (s *Survey) Rows() int64 {
	n := int64(0)
	for _, f := range s.Files {
		if f.Rows < 0 {
			return -1
		}
		n += f.Rows
	}
	return n
}

// Batches streams the named variables, all of them for nil. The sequence ends
// at the first error. A variable that is not in the codebook is a programmer's
// mistake and panics.
func (s *Survey) Batches(variables []string) iter.Seq2[Batch, error] {
	return s.BatchesBut(variables, nil)
}

// BatchesBut is Batches without the stretches of rows that skip names and the
// reader can step over; Batch.Before tells where each batch stands.
func (s *Survey) BatchesBut(variables []string, skip Skip) iter.Seq2[Batch, error] {
	if variables == nil {
		variables = s.Codebook.Names()
	}
	for _, n := range variables {
		if s.Codebook.Variable(n) == nil {
			panic(fmt.Sprintf("data: variable %q is not in the codebook", n))
		}
	}
	return s.scan(variables, skip)
}

// Place names row i of a batch for a message: "wave1.csv:1042" for lines,
// "wave2.sav: case 12" otherwise.
func (s *Survey) Place(b Batch, i int) string {
	f := s.Files[b.File]
	if f.Unit == "line" {
		return fmt.Sprintf("%s:%d", f.Name(), b.Row(i))
	}
	return fmt.Sprintf("%s: %s %d", f.Name(), f.Unit, b.Row(i))
}

// Moment is a time in seconds as text, 2026-03-01 14:30:00 (UTC); the date alone at
// midnight.
func Moment(seconds int64) string {
	t := time.Unix(seconds, 0).UTC()
	if seconds%86400 == 0 {
		return t.Format(time.DateOnly)
	}
	return t.Format(time.DateTime)
}

// Code is the canonical code of a number: the shortest decimal that reads back
// as the same number, without an exponent for whole numbers below 1e15 and
// without a sign on zero. An extended missing value has its name in Stata, ".a"
// to ".z" (see Extended). Text values are their own codes. ParseCode goes back.
func Code(v float64) string {
	if v == 0 {
		return "0"
	}
	if letter, ok := ExtendedLetter(v); ok {
		return "." + string(rune(letter))
	}
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return strconv.FormatInt(int64(v), 10)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

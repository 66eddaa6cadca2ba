// Package described makes a survey of a text file, delimited or of fixed width, and of
// what a file beside it says of its columns: labels, types, missing values. It is what
// the readers of DDI codebooks, of syntax and of questionnaires have in common.
//
// In: a Codebook that such a reader has filled in, and the data file. Open
//
//  1. reads all values once, as what the codebook says they are (values.go, fixed.go for
//     files of fixed width): one that is not of the kind of its variable is a fault with
//     its row;
//  2. puts the codebook and the columns together (join.go): a variable without a column
//     is a fault, columns that nobody describes are read as they look;
//  3. completes labels and missing values when the types are known (variable.go).
//
// Out: a data.Survey. The package knows no format of a codebook.
package described

import (
	"fmt"

	"tradeoff/data"
	"tradeoff/data/csv"
)

// unit is what a row is called.
const unit = "data line"

// A Codebook is what one file says of the columns of another.
type Codebook struct {
	In        *data.Input // where it stands
	What      string      // as messages call it: "codebook"
	Kind      string      // as messages call what says the type of a variable there
	Variables []*Variable
	Groups    []Group
	Cases     int64 // how many it says there are, 0 where it does not say
	Fixed     bool  // the data are of fixed width
	Layout    csv.Layout
	Notes     []string

	noted map[string][]string
	rest  []data.Variable // columns that it does not describe, see join
}

// A Variable is a column and what is said of it. Type counts where it is Typed; labels
// and missing values are made of Categories, NoAnswer and Ranges.
type Variable struct {
	data.Variable
	ID         string // another name, by which groups know it
	Typed      bool
	Read       func(cell []byte) (v float64, ok bool) // nil: numbers as Number, dates as 2026-03-01 14:30:00
	Noun       string                                 // what Read reads, for messages; "" for number or date
	Weight     bool                                   // it is the weight of the others
	WeightedBy string                                 // the IDs or names of its weights
	Start, End int                                    // positions in a line of fixed width, from 1
	Decimals   int                                    // that have no point, if no value of a line of fixed width has one
	Categories []Category
	NoAnswer   []string // codes of missing values, as they stand
	Ranges     []Bounds

	met   met
	shift float64 // what numbers without a point are divided by, 0 for nothing
}

// A Category is a code with its label.
type Category struct {
	Code, Label string
	Labelled    bool // with words or none
	Missing     bool
}

// Bounds is a range of missing values, inclusive.
type Bounds struct{ Low, High float64 }

// A Group stands for a multiple-response set.
type Group struct {
	Name, Label, Counted string
	Variables            []string // IDs or names
}

// Open reads the data file and returns the survey, in a format of that name. Faults are
// *data.Fault or data.Faults.
func (c *Codebook) Open(file *data.Input, format string) (*data.Survey, error) {
	names := make([]string, len(c.Variables))
	for i, v := range c.Variables {
		names[i] = v.Name
	}
	var inner *data.Survey
	var err error
	if c.Fixed {
		inner, err = c.fixedWidth(file, names)
	} else {
		inner, err = csv.OpenDescribed(file, names, c.described(), c.Layout)
	}
	if err != nil {
		return nil, err
	}
	if err := c.join(inner); err != nil {
		return nil, err
	}
	s := data.New(c.book(), []data.File{{Path: c.In.Path, Format: format, Rows: inner.Rows(), Unit: unit}}, c.shifted(inner))
	s.Keep(data.Keepers{inner})
	return s, nil
}

// Fault is something wrong with the codebook: column may be "".
func (c *Codebook) Fault(column, format string, args ...any) *data.Fault {
	return &data.Fault{File: c.In.Name(), Column: column, Found: fmt.Sprintf(format, args...)}
}

// Note adds a sentence for the analyst, behind the name of the file.
func (c *Codebook) Note(format string, args ...any) {
	c.Notes = append(c.Notes, c.In.Name()+": "+fmt.Sprintf(format, args...))
}

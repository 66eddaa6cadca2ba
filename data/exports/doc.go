// Package exports opens survey exports of any supported format as one survey.
//
// In: one or several data.Inputs. The steps:
//
//  1. Tell each file's format by its first bytes; its ending only helps to
//     say what is wrong (format.go). A file of a kind that is not read is
//     refused with what it is and what to do. An archive is opened as the one
//     export that it holds (archive.go).
//  2. Open it with the reader of its format.
//  3. Give it the names and codes that the analyst maps its own to, where it
//     has others than the other files, and the wave that it is (mapping.go).
//  4. Find the variables that identify people by their names, and by the
//     values of the first LookRows rows of each file (identify.go,
//     look.go).
//  5. Pool the files into one codebook and one stream of rows, without these
//     variables (pool.go, merge.go, scan.go). What the files say of a variable
//     is compared (audit.go): what can be pooled is said in a note, what
//     cannot is a fault with the mapping that would mend it.
//
// Out: a data.Survey. Codebook.Dropped says which variables were left out and
// why, never what they held.
//
// Profiles counts what the variables of a survey hold.
//
// The package does not know the study: a caller that does lists in keep the
// columns that the study names.
package exports

import (
	"errors"

	"tradeoff/data"
)

// Open opens the inputs as one survey; rows come in the order of the inputs.
// Variables named in keep are read even though they look like identifiers.
// Mappings, if there are any, are one for each input, in the order of the
// inputs. The inputs must stay open while the survey is read; the caller closes them.
//
// Errors are data.Faults, those of all files together.
func Open(inputs []*data.Input, keep []string, mappings ...Mapping) (*data.Survey, error) {
	if len(inputs) == 0 {
		panic("exports: no inputs")
	}
	if len(mappings) > 0 && len(mappings) != len(inputs) {
		panic("exports: mappings are not one for each input")
	}
	var surveys []*data.Survey
	var faults data.Faults
	for i, in := range inputs {
		s, err := open(in)
		if err == nil && len(mappings) > 0 {
			s, err = mapSurvey(s, mappings[i])
		}
		if err != nil {
			if faults, err = collect(faults, err); err != nil {
				return nil, err
			}
			continue
		}
		surveys = append(surveys, s)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	dropped, err := identifiers(surveys, keep)
	if err != nil {
		return nil, err
	}
	return pool(surveys, dropped)
}

// collect adds the faults in err to those found before; an error that is no
// fault is returned.
func collect(faults data.Faults, err error) (data.Faults, error) {
	var many data.Faults
	var one *data.Fault
	switch {
	case errors.As(err, &many):
		return append(faults, many...), nil
	case errors.As(err, &one):
		return append(faults, one), nil
	}
	return nil, err
}

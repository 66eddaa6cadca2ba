// Package limesurvey reads the answers that LimeSurvey exports as CSV with what the
// questionnaire (.lss, "survey structure") says of them.
//
// In: the questionnaire. Open does four things:
//
//  1. reads the XML, both as LimeSurvey wrote it until version 3 and since (parse.go);
//  2. lists the columns that an export of its questions has (fields.go): one for a
//     question, one for each of its sub-questions, scales, comments and "other";
//  3. opens the data file in the same folder: the one that is called like the
//     questionnaire, or results-survey and its number;
//  4. finds each column by its code (q1[SQ001], q1_SQ001), its code and text, or its
//     text alone, and gives it label, level and value labels (join.go). Answers are
//     codes or the words of the questionnaire, whichever all values of a column are.
//
// Out: a data.Survey. Columns are called as in the data file. Questions with several
// ticks are sets. Columns that the questionnaire does not have are read as they look.
// Texts are read in the language of the survey, without HTML. What LimeSurvey does not
// write into the questionnaire, the words for yes, no, female and male, is known in
// thirteen languages (words.go); uncertain, increase and the like in English alone.
package limesurvey

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"

	"tradeoff/data"
	"tradeoff/data/beside"
	"tradeoff/data/csv"
)

// unit is what a row is called.
const unit = "data line"

// Sniff reports whether a file begins like a questionnaire.
func Sniff(head []byte) bool {
	return beside.Sniff(head, "document") && bytes.Contains(head, []byte("<LimeSurveyDocType>"))
}

// Open reads the questionnaire, finds its data file, and returns the survey. Faults are
// *data.Fault or data.Faults. The data file is closed with the input.
func Open(in *data.Input) (*data.Survey, error) {
	q, err := parse(in)
	if err != nil {
		return nil, err
	}
	file, err := q.find()
	if err != nil {
		return nil, err
	}
	inner, err := csv.Open(file)
	if err != nil {
		return nil, err
	}
	book, err := q.join(inner)
	if err != nil {
		return nil, err
	}
	s := data.New(book, []data.File{{Path: in.Path, Format: "LimeSurvey questionnaire", Rows: inner.Rows(), Unit: unit}}, inner.BatchesBut)
	s.Keep(data.Keepers{inner})
	return s, nil
}

// find opens the data file.
func (q *questionnaire) find() (*data.Input, error) {
	bases := []string{strings.TrimSuffix(q.in.FileName(), filepath.Ext(q.in.FileName()))}
	if data.IsFileName(q.id) {
		bases = append(bases, "results-survey"+q.id)
	}
	var names []string
	for _, b := range bases {
		for _, e := range []string{".csv", ".txt", ".tsv"} {
			names = append(names, b+e, b+e+".gz")
		}
	}
	in, err := beside.Only(q.in, nil, names)
	if err != nil {
		return nil, err
	}
	return beside.Unpack(q.in, in)
}

// fault is something wrong with the questionnaire.
func (q *questionnaire) fault(format string, args ...any) *data.Fault {
	return &data.Fault{File: q.in.Name(), Found: fmt.Sprintf(format, args...)}
}

func (q *questionnaire) note(format string, args ...any) {
	q.notes = append(q.notes, q.in.Name()+": "+fmt.Sprintf(format, args...))
}

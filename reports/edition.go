package reports

import (
	"time"

	"tradeoff/stats/crosstab"
)

// An Edition is what run.json keeps of a published report, so that a later one can
// be compared with it: what it was made of, what it asked, and its key figures, all
// of them shown in it.
type Edition struct {
	Published   time.Time   `json:"published"`      // start of the run that first published it
	Data        string      `json:"data_sha256"`    // of the exports together
	Study       string      `json:"study_sha256"`   // of the study file
	Version     string      `json:"version"`        // of the program
	Respondents int         `json:"respondents"`    // in the report
	Wave        string      `json:"wave,omitempty"` // that the tables speak of, "" if all
	Questions   []string    `json:"questions"`      // their names, in the study's order
	Figures     []KeyFigure `json:"figures"`
	Unread      string      `json:"unread,omitempty"` // why its figures are not known, "" if they are
}

// A KeyFigure is one number of an edition: the Total of a table's row.
type KeyFigure struct {
	Table    string           `json:"table"` // ID
	Kind     crosstab.RowKind `json:"statistic"`
	Label    string           `json:"category"` // of the row
	Estimate float64          `json:"estimate"`
	SE       float64          `json:"se"`
	DF       float64          `json:"df"`
}

// Same tells whether two editions are made of the same data by the same study and
// program, so that they are one.
func (e Edition) Same(o Edition) bool {
	return e.Data == o.Data && e.Study == o.Study && e.Version == o.Version
}

// Row tells whether two figures are of the same row.
func (f KeyFigure) Row(o KeyFigure) bool {
	return f.Table == o.Table && f.Kind == o.Kind && f.Label == o.Label
}

// Package analysis makes the tables that take respondents one by one: models,
// classes, sets of benefits, ranks, what the same person says and does.
//
//  1. People come in: respondents in memory, their design, and what they answered
//     to the questions that measure something.
//  2. Each analysis looks for the questions that it needs, and makes tables of
//     them with the statistics of packages stats/...; one that finds too few
//     questions or people makes none, and says why.
//  3. Out come tables with Model set, one row for each number that a chapter may
//     speak of, by the columns of the banner where that makes sense.
//
// Shares and means of single questions are not made here: the streamed tables
// hold them, of all respondents. Nothing here hides small groups or finds words.
package analysis

import (
	"tradeoff/stats"
	"tradeoff/stats/crosstab"
)

// None is the code of somebody who is not in the base of a question.
const None = crosstab.NoCode

// People are respondents in memory. Slices have a length of rows.
type People struct {
	Design *stats.Design // its domain are the people of Total
	All    *stats.Design // its domain are all people of the report: those of earlier waves too
	Across *stats.Design // like All, for comparing waves: who answered in several of them is one sampling unit
	Every  int           // one of so many respondents is here; 1 = all

	Columns []Column // of the banner, the first is Total; those of loops and of nests are not here
	Groups  []crosstab.Group
	Sums    []crosstab.Sum

	Segments  []Segment // with one group for a person
	Waves     []string  // labels in order, nil without waves
	Wave      []int16   // of each row; nil without waves
	Questions []*Question

	Level float64 // of intervals
	Small int     // people that an analysis needs at least in a group, for it to say anything of it; no fewer than the smallest group that is shown
	Shown int     // people that an answer needs at least to be shown; 0 = any
	Low   int     // people, or effective base, below which a base is marked low
}

// A Column of the banner, and who stands in it.
type Column struct {
	crosstab.Column
	In []bool
}

// A Segment splits people into groups.
type Segment struct {
	Name, Label string
	Groups      []string
	Of          []int16 // group of each row, -1 for none
}

// A Question is what people answered to it.
type Question struct {
	Name, Text, Measures string
	Label                string   // its name in words
	Multi                bool     // codes are 1 for ticked, 0 for not
	Ordered              bool     // answers run from lowest to highest
	Randomized           bool     // a draw decided the answer; the last one is what the others are compared with
	Side                 bool     // it puts people on a side: those who want service, who worry, who trust
	Resigned             bool     // its top answers are those of people who have given up on control
	Unit                 string   // of a number, "" if none
	Answers              []Answer // nil for a number
	Items                []Item
	Loop                 *Loop // nil outside of loops
}

// duration is measured of the interview, not of people.
const duration = "duration"

// ofPeople tells of a question that measures something of the people who answer it.
func (q *Question) ofPeople() bool { return q.Measures != "" && q.Measures != duration }

// An Answer is one of those that a code stands for.
type Answer struct {
	Code, Label string
	Score       float64 // NaN = has none: don't know
	Top         bool    // one of the answers that the question's first net holds
}

// An Item is one row of a grid, one box of a tick-all question, or the question
// itself.
type Item struct {
	Key, Label string
	None       bool        // "none of these"
	Codes      [][]uint8   // by turn of the loop: of each row, None for nobody in the base
	Values     [][]float64 // by turn, of a number: of each row, NaN for none
}

// A Loop is what a respondent answers the same questions about several times.
type Loop struct {
	Name    string
	Label   string
	Segment string // of the banner that shows it, "" for none
	Items   []string
}

// Measuring lists the questions that measure something, in the study's order.
func (p *People) Measuring(what string) []*Question {
	var out []*Question
	for _, q := range p.Questions {
		if q.Measures == what {
			out = append(out, q)
		}
	}
	return out
}

// Segment finds a segment by name, nil if there is none.
func (p *People) Segment(name string) *Segment {
	for i := range p.Segments {
		if p.Segments[i].Name == name {
			return &p.Segments[i]
		}
	}
	return nil
}

// Rows is the number of rows.
func (p *People) Rows() int { return p.Design.Rows() }

// Package study reads the study file: what the columns of an export mean, who
// the respondents are, how they were sampled, and which tables are wanted.
//
// In: YAML. The steps of Parse:
//
//  1. the bytes become YAML nodes, each with its line and column (parse.go);
//  2. aliases that would multiply the file are refused (parse.go);
//  3. one table of keys, shapes and descriptions reads the nodes into a Study
//     (table.go, shape.go) and refuses what it does not know;
//  4. the parts are checked against each other (check.go).
//
// Out: a Study, or every fault of the file with line and column, in file
// order. Schema makes the JSON Schema for editors from the same table.
//
// The package checks the file against itself; whether the columns that it
// names exist is known only when the export is opened, and the pipeline then
// uses Study.Fault to point at the line that named one.
package study

// A Code is a value as it stands in the data, canonical as data.Code makes it;
// Label is the word for it.
type Code struct {
	Code  string
	Label string // "" : take the export's value label, else the code itself
}

// A Study is one study file.
type Study struct {
	Name        string // file name without its ending; names the output folder
	Path        string // the file it was read from; "" for a drafted one
	Title       string // study:
	Population  string // population: who the results speak for
	Client      string // client: who commissioned it
	Fielded     string // fielded: dates of fieldwork
	Mode        string // mode: how people were interviewed
	Sample      string // sample: how people were chosen ("online quota sample", ...)
	Contact     string // contact: whom to ask
	Notes       []string
	Policy      string // policy: text of the privacy policy that people are asked about
	Simulated   bool   // simulated: the respondents are invented; every output says so
	Probability bool   // probability: people were drawn with known probabilities

	Sources    []Source  // sources: files that are pooled
	Respondent string    // respondent: column that identifies a person; "" = every row is a person
	Wave       Wave      // wave:
	Design     Design    // design:
	Weighting  Weighting // weighting:
	Filter     Base      // filter: who is in the report; zero: everybody
	Keep       []string  // keep: identifying columns to read although they look like identifiers

	Segments  []Segment  // segments: in file order; they form the banner in that order
	Questions []Question // questions: in file order

	Tests   Tests   // tests:
	Protect Protect // protect:

	file   string           // base name, for messages
	lines  []string         // the file's lines, for the snippet of a message
	places map[string]Place // where each path of the file is set
}

// A Source is an export, or several of the same layout.
type Source struct {
	File   string                       // a file or glob, relative to the study file
	Rename map[string]string            // the name in the survey for a column of the file
	Recode map[string]map[string]string // by the name in the survey, the code in the survey for a code of the file
	Wave   string                       // the wave that all its respondents belong to, "" where a column tells
}

// WaveColumn is the column of the wave where the files of a study name their waves.
const WaveColumn = "wave"

// A Place is a position in the study file, both counted from 1.
type Place struct{ Line, Column int }

// Wave says which column tells the waves of a tracker apart: where the files name
// theirs, WaveColumn, with the waves in the order of the files.
type Wave struct {
	Column string
	Labels []Code // order and words of the waves; empty: order of the data
	Events []Code // what happened at a wave: drawn in the trend
	Breaks []Code // from which wave on the series is not like before, and why
	Report string // "all" (default): waves pooled in every table; "latest": tables are of the last wave, the waves stand side by side in their own columns
}

// Design names the columns of the sampling design. Empty fields are absent.
type Design struct {
	Weight  string
	Strata  string
	Cluster string
	FPC     string // number of PSUs in the population of the stratum
	Lonely  string // a stratum with one PSU: fail (default), remove, adjust, average, certainty

	Replicates Replicates // without columns: variances are linearised
}

// A Segment is a way to split the respondents: one group of banner columns.
// Exactly one of Column, Loop and Nest is set.
type Segment struct {
	Name   string
	Label  string // "" : the column's label, else the name in words
	Column string
	Bands  []Band   // bands of a number
	Codes  []Code   // order and words of the groups; codes not listed are left out when set
	Nets   []Net    // groups made of several codes
	Loop   string   // the loop whose items are the groups
	Items  []Code   // loop: items in order, with words
	Nest   []string // names of the segments that are crossed
	Banner bool     // whether it stands in every table's banner (default true)
}

// A Band is a range of a number, both ends inclusive: "18-24", "65+", "-17".
type Band struct {
	Label     string
	Low, High float64 // -Inf and +Inf for open ends
}

// A Net is a group of codes counted as one.
type Net struct {
	Name  string // label
	Codes []string
}

// Type of a question.
type Type string

// Types of questions.
const (
	Single Type = "single" // one answer out of several
	Multi  Type = "multi"  // tick all that apply
	Scale  Type = "scale"  // one answer out of an ordered list
	Number Type = "number" // a number
	Grid   Type = "grid"   // several items on the same answers
)

// A Question is one question and its tables.
type Question struct {
	Name     string
	Text     string // text: question wording; "" : the column's label, else the name in words
	Label    string // label: short name for pictures and lists; "": the name in words, or the wording where the name is a code
	Type     Type
	Measures string // measures: expectation, concern, trust, sharing, benefit, communication, control, behaviour, expertise, sensitivity, duration, or ""

	// Column is the column of a single question, or a pattern with {item}
	// and {industry} (the name of a loop) in place of what varies.
	// Columns lists the columns one by one instead; both are never set.
	Column  string
	Columns []string
	Items   []Code // items of a grid or a multi, by what stands for {item} or by column
	Loop    string // name of the loop segment that the question is asked in, or ""

	Codes     []Code             // answers in order; for a scale lowest first
	Ordered   bool               // the answers run from lowest to highest: every scale, and a grid whose items are scales
	Yes       []string           // multi: codes that mean ticked; default: see the pipeline's binding
	Separator string             // multi in one column: what separates the codes, ";" for "1;2;5;"
	Missing   []Code             // asked, but no answer: outside the base, counted in a note
	Other     string             // the answer as which texts count that are not listed, "" if there is none
	DontKnow  []Code             // an answer that is shown last, inside the base, outside means
	Scores    map[string]float64 // code to score for means; default: the codes themselves where they are numbers, else 1, 2, 3 ...
	Unit      string             // number: what is counted ("minutes"), printed behind the mean
	Top       int                // net of the highest answers of a scale
	Bottom    int                // net of the lowest answers of a scale
	Nets      []Net
	Base      Base // who was asked; zero: everybody with an answer

	Randomized bool // randomized: a draw decided the answer; the last answer is the one that others are compared with
	Resigned   bool // resigned: the top answers are those of people who have given up on control of their data
}

// A Base says who was asked a question, or who is in the report.
type Base struct {
	Text  string // "All who own a phone"; "" : made from Where
	Where []Condition
}

// A Condition holds for respondents whose value in Column is one of Codes.
type Condition struct {
	Column string
	Codes  []string
}

// Tests says how columns are compared. Zero values mean the defaults.
type Tests struct {
	Strict float64 // level of upper-case letters, default 0.05
	Loose  float64 // level of lower-case letters, default 0.10
	Base   int     // smallest base that is tested, default 30
	Low    int     // bases below are marked low, default 100
}

// Protect says what is too small to show.
type Protect struct {
	Group  int // smallest group of respondents shown, default 10
	Answer int // smallest answer shown within a group, default 5
}

package weight

import (
	"fmt"
	"strings"
)

// Kind is what a Problem is about.
type Kind string

// What can be wrong with targets, data and weights.
const (
	NoCategory     Kind = "no category"     // rows without a category of a margin
	NoRespondents  Kind = "no respondents"  // a target that nobody can meet
	ZeroWeights    Kind = "zero weights"    // the same, with rows that all weigh zero
	NoTarget       Kind = "no target"       // respondents in a category whose target is zero
	BadTarget      Kind = "bad target"      // negative or infinite
	SharesSum      Kind = "shares sum"      // shares that do not add up to 1
	TotalsDisagree Kind = "totals disagree" // margins with different totals
	Contradiction  Kind = "contradiction"   // margins that no weights can meet together
	Redundant      Kind = "redundant"       // a margin that follows from another
	SmallBase      Kind = "small base"      // a category with few respondents
	EmptyCells     Kind = "empty cells"     // combinations of two margins without respondents
	NegativeWeight Kind = "negative weight" // weights below zero before an adjustment
	MissingValue   Kind = "missing value"   // of a term, or a variance that is not positive
	BadBounds      Kind = "bad bounds"      // bounds that leave no room
	Unmet          Kind = "unmet"           // targets that were not reached
	Merged         Kind = "merged"          // response cells that were put together
	Separated      Kind = "separated"       // a response model without a finite fit
)

// A Problem is something that an analyst should know of targets or weights. A
// fault keeps weights from being made; the rest are notes.
type Problem struct {
	Kind     Kind
	Fault    bool
	Margin   string // name of the margin or term; "" = of all
	Category string // its label; "" = of the whole margin
	Text     string // what was found and what to do
}

// String is where and what.
func (p Problem) String() string {
	switch {
	case p.Margin == "":
		return p.Text
	case p.Category == "":
		return p.Margin + ": " + p.Text
	}
	return p.Margin + ", " + p.Category + ": " + p.Text
}

// Problems are found together; as an error they are all faults.
type Problems []Problem

// mostShown is how many problems an error spells out.
const mostShown = 20

// Error lists the problems, a line each.
func (ps Problems) Error() string {
	var lines []string
	for i, p := range ps {
		if i == mostShown {
			lines = append(lines, fmt.Sprintf("and %d more", len(ps)-mostShown))
			break
		}
		lines = append(lines, p.String())
	}
	return strings.Join(lines, "\n")
}

func (ps *Problems) fault(k Kind, margin, category, format string, args ...any) {
	*ps = append(*ps, Problem{k, true, margin, category, fmt.Sprintf(format, args...)})
}

func (ps *Problems) note(k Kind, margin, category, format string, args ...any) {
	*ps = append(*ps, Problem{k, false, margin, category, fmt.Sprintf(format, args...)})
}

// faults are those that are faults, as an error; nil without.
func (ps Problems) faults() error {
	var f Problems
	for _, p := range ps {
		if p.Fault {
			f = append(f, p)
		}
	}
	if f == nil {
		return nil
	}
	return f
}

// people is "1 respondent", "3 respondents".
func people(n int) string {
	if n == 1 {
		return "1 respondent"
	}
	return fmt.Sprintf("%d respondents", n)
}

// number says how many of something there are.
func number(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

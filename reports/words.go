package reports

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"tradeoff/stats/crosstab"
)

// This file holds how a cell is said: one rounding, one set of marks and one
// wording of the footnotes, so that the page and the workbook agree.

// Marks that stand in a table in place of a number or beside one.
const (
	HiddenMark   = "[c]"   // confidential: hidden to protect respondents
	NotAskedMark = "n/a"   // nobody in the column was asked, or the statistic does not exist
	ZeroMark     = "–"     // nobody
	TinyMark     = "<1%"   // somebody, but it rounds to zero
	RareMark     = "<0.01" // the p value of a test that rounds to zero
	LowMark      = "*"     // low base
	UntestedMark = "nt"    // not tested, which is not the same as not different
)

// DefaultTest is the test that a report with an empty Tests.Method made.
const DefaultTest = "design-based t test with the covariance of the two columns"

// WithDefaults fills in what is zero.
func (t Tests) WithDefaults() Tests {
	if t.Strict == 0 {
		t.Strict = 0.05
	}
	if t.Loose == 0 {
		t.Loose = 0.10
	}
	if t.Base == 0 {
		t.Base = 30
	}
	if t.Low == 0 {
		t.Low = 100
	}
	if t.Method == "" {
		t.Method = DefaultTest
	}
	return t
}

// Shown is the state that a cell is published in: the worse of its own and its
// column's, so that no renderer prints a cell of a hidden column.
func Shown(t *crosstab.Table, row, col int) crosstab.Status {
	column, cell := t.Columns[col].Status, t.Cells[row][col].Status
	for _, s := range []crosstab.Status{crosstab.Suppressed, crosstab.NotAsked, crosstab.NotApplicable} {
		if column == s || cell == s {
			return s
		}
	}
	if e := t.Cells[row][col].Estimate; math.IsNaN(e) || math.IsInf(e, 0) {
		return crosstab.NotApplicable
	}
	if column == crosstab.LowBase || cell == crosstab.LowBase {
		return crosstab.LowBase
	}
	return crosstab.OK
}

// HasNumber says whether a cell in that state prints its estimate.
func HasNumber(s crosstab.Status) bool { return s == crosstab.OK || s == crosstab.LowBase }

// IsShare says whether rows of that kind are proportions of the base.
func IsShare(k crosstab.RowKind) bool { return k == crosstab.Proportion || k == crosstab.NetRow }

// A form is how numbers of a kind are printed.
type form int

const (
	number  form = iota // two decimals
	percent             // whole percent
	points              // whole percentage points, with a sign
	whole               // no decimals
)

func formOf(k crosstab.RowKind) form {
	switch k {
	case crosstab.Proportion, crosstab.NetRow, crosstab.Probability, crosstab.Importance:
		return percent
	case crosstab.Difference, crosstab.Effect:
		return points
	case crosstab.Index, crosstab.Rank:
		return whole
	}
	return number
}

// IsPercent says whether rows of that kind are printed as percent.
func IsPercent(k crosstab.RowKind) bool { return formOf(k) == percent }

// IsPoints says whether rows of that kind are printed as percentage points.
func IsPoints(k crosstab.RowKind) bool { return formOf(k) == points }

// IsWhole says whether rows of that kind are printed without decimals.
func IsWhole(k crosstab.RowKind) bool { return formOf(k) == whole }

// Round rounds half away from zero, in decimal: 0.285 at two places is 0.29
// although the nearest binary number lies a little below.
func Round(x float64, places int) float64 {
	scale := math.Pow10(places)
	y := x * scale
	if math.Abs(y) > 1e15 {
		return x
	}
	return math.Round(math.Round(y*1e9)/1e9) / scale
}

const storedPlaces = 4 // precision of a number that is printed with less

// printedPlaces is how many decimals of a number are printed: those of a
// percent are of the share.
func printedPlaces(k crosstab.RowKind) int {
	if IsWhole(k) {
		return 0
	}
	return 2
}

// Stored is the number behind a printed one, to four places. It prints the
// same as the estimate: 0.28496 is stored as 0.2849, since 0.2850 would print
// as 29%. A share that is not zero is not stored as zero.
func Stored(k crosstab.RowKind, x float64) float64 {
	const step = 1e-4
	r, places := Round(x, storedPlaces), printedPlaces(k)
	switch {
	case (IsPercent(k) || k == crosstab.PValue) && r == 0 && x > 0:
		return step
	case Round(r, places) == Round(x, places):
		return r
	case r > x:
		return Round(r-step, storedPlaces)
	default:
		return Round(r+step, storedPlaces)
	}
}

// Print writes an estimate as the tables do: a share as whole percent, a
// difference of shares as whole points with a sign, a mean, a ratio or a p value to
// two decimals, an index to none.
func Print(k crosstab.RowKind, x float64) string {
	switch formOf(k) {
	case points:
		p := strconv.FormatFloat(Round(x*100, 0), 'f', 0, 64)
		if Round(x*100, 0) > 0 {
			p = "+" + p
		}
		return minus(p)
	case number, whole:
		if IsRare(k, x) {
			return RareMark
		}
		return minus(strconv.FormatFloat(Round(x, printedPlaces(k)), 'f', printedPlaces(k), 64))
	}
	if mark := ShareMark(x); mark != "" {
		return mark
	}
	return minus(strconv.FormatFloat(Round(x*100, 0), 'f', 0, 64)) + "%"
}

// IsRare says whether a row holds a p value that rounds to zero, which it is not.
func IsRare(k crosstab.RowKind, x float64) bool { return k == crosstab.PValue && Round(x, 2) == 0 }

// ShareMark is what stands for a share that prints as no percent, "" for others.
func ShareMark(x float64) string {
	switch {
	case x == 0:
		return ZeroMark
	case Round(x*100, 0) == 0:
		return TinyMark
	}
	return ""
}

// Plain is Print without the sign of what is more.
func Plain(k crosstab.RowKind, x float64) string { return strings.TrimPrefix(Print(k, x), "+") }

func minus(s string) string {
	if strings.Trim(s, "-0.") == "" {
		return strings.TrimPrefix(s, "-")
	}
	return strings.Replace(s, "-", "−", 1)
}

// Text is what stands in a cell of a table: the number, or the mark of the
// state that takes its place.
func Text(t *crosstab.Table, row, col int) string {
	switch s := Shown(t, row, col); {
	case s == crosstab.Suppressed:
		return HiddenMark
	case !HasNumber(s):
		return NotAskedMark
	}
	return Print(t.Rows[row].Kind, t.Cells[row][col].Estimate)
}

// IntervalLabel heads the intervals that a table prints.
const IntervalLabel = "95% interval"

// HasIntervals says whether a table prints the interval of each figure beside it: a
// table of a model that has one column, where there is room for them.
func HasIntervals(t *crosstab.Table) bool {
	if !t.Model || len(t.Columns) != 1 {
		return false
	}
	for i := range t.Rows {
		if Interval(t, i, 0) != "" {
			return true
		}
	}
	return false
}

// Interval is the interval of a cell in words, "4% to 8%"; "" where there is none, or
// where the cell shows no number.
func Interval(t *crosstab.Table, row, col int) string {
	c, k := t.Cells[row][col], t.Rows[row].Kind
	if !c.HasCI || !HasNumber(Shown(t, row, col)) {
		return ""
	}
	end := func(x float64) string {
		if IsPercent(k) {
			return strconv.FormatFloat(Round(x*100, 0), 'f', 0, 64) + "%"
		}
		return Print(k, x)
	}
	return end(c.Low) + " to " + end(c.High)
}

// Significance is what stands beside a number: the letters of the columns that
// it is above, an arrow against the rest, or the mark of a cell that was not
// tested. Total is never compared and prints nothing.
func Significance(t *crosstab.Table, row, col int) string {
	column, c := t.Columns[col], &t.Cells[row][col]
	compared := (column.Letter != "" || column.Rest) && t.Rows[row].Kind != crosstab.SD
	if !compared || !HasNumber(Shown(t, row, col)) {
		return ""
	}
	if !c.Tested {
		return UntestedMark
	}
	arrow := Arrow(c.VsRest)
	if c.Letters == "" || arrow == "" {
		return c.Letters + arrow
	}
	return c.Letters + " " + arrow
}

// Arrow is the mark of a difference from the rest: full at the strict level,
// hollow at the loose one.
func Arrow(vsRest int8) string {
	switch {
	case vsRest >= 2:
		return "▲"
	case vsRest == 1:
		return "△"
	case vsRest == -1:
		return "▽"
	case vsRest <= -2:
		return "▼"
	}
	return ""
}

// IsTested says whether any cell of the table was compared with another.
func IsTested(t *crosstab.Table) bool {
	for _, row := range t.Cells {
		for i := range row {
			if row[i].Tested {
				return true
			}
		}
	}
	return false
}

// IsWeighted says whether weighted bases say anything that unweighted ones do
// not.
func IsWeighted(tables []*crosstab.Table) bool {
	for _, t := range tables {
		for _, c := range t.Columns {
			n := float64(c.Base.Unweighted)
			if c.Status != crosstab.Suppressed && (math.Abs(c.Base.Weighted-n) > 1e-6*n || math.Abs(c.Base.Effective-n) > 1e-6*n) {
				return true
			}
		}
	}
	return false
}

// A BaseRow is one of the rows above the answers.
type BaseRow struct {
	Label string
	Of    func(crosstab.Base) float64
	Whole bool // a count of people or ratings; the low base mark stands here
}

// BaseRows are the base rows of a table, in order. An unweighted report says
// its base once.
func BaseRows(t *crosstab.Table, weighted bool) []BaseRow {
	whole := func(label string, of func(crosstab.Base) int) BaseRow {
		return BaseRow{label, func(b crosstab.Base) float64 { return float64(of(b)) }, true}
	}
	unweighted := func(b crosstab.Base) int { return b.Unweighted }
	people := func(b crosstab.Base) int { return b.People }
	weighted = weighted && slices.ContainsFunc(t.Columns, func(c crosstab.Column) bool { return c.Base.Weighted > 0 })
	var rows []BaseRow
	switch {
	case t.Loop:
		rows = append(rows, whole("Ratings (unweighted)", unweighted), whole("People (unweighted)", people))
	case weighted:
		rows = append(rows, whole("Unweighted base", unweighted))
	default:
		rows = append(rows, whole("Base", unweighted))
	}
	if weighted {
		rows = append(rows,
			BaseRow{"Weighted base", func(b crosstab.Base) float64 { return b.Weighted }, false},
			BaseRow{"Effective base", func(b crosstab.Base) float64 { return b.Effective }, false})
	}
	return rows
}

// BaseText says who a table speaks of.
func BaseText(t *crosstab.Table) string {
	if t.BaseText == "" || strings.HasPrefix(t.BaseText, "Base") {
		return t.BaseText
	}
	return "Base: " + t.BaseText
}

// Wording is what stands under the title of a table: the wording of its
// question, without what the title says already. A title may be the wording,
// the wording and an item behind it, or the first sentence of it.
func Wording(t *crosstab.Table) string {
	title, text := plain(t.Title), plain(t.Text)
	if t.Item != "" {
		title = strings.TrimRight(strings.TrimSuffix(title, plain(t.Item)), " :")
	}
	if title == "" {
		return t.Text
	}
	bare := strings.TrimRight(title, sentenceEnds)
	rest, found := strings.CutPrefix(text, bare)
	after := strings.TrimLeft(rest, sentenceEnds+" ")
	switch {
	case !found:
		return t.Text
	case after == "":
		return ""
	case rest == strings.TrimLeft(rest, sentenceEnds):
		return t.Text // the title is only the beginning of the sentence
	}
	return after
}

// sentenceEnds are the marks that end a sentence, or lead over to its answers.
const sentenceEnds = ".?!:…"

// plain is a text on one line.
func plain(s string) string { return strings.Join(strings.Fields(s), " ") }

// MeanBaseLabel is the label of the row under a mean that says how many people
// are in it.
const MeanBaseLabel = "Base of the mean"

// HasMeanBase says whether a row is a mean that leaves people of the base out,
// those who don't know, in a column that shows it.
func HasMeanBase(t *crosstab.Table, row int) bool {
	if t.Rows[row].Kind != crosstab.Mean {
		return false
	}
	for j, c := range t.Columns {
		if HasNumber(Shown(t, row, j)) && t.Cells[row][j].Count != c.Base.Unweighted {
			return true
		}
	}
	return false
}

// RowLabel is the label of a row, with the unit behind a mean and a word before
// a net.
func RowLabel(t *crosstab.Table, row int) string {
	switch r := t.Rows[row]; {
	case r.Kind == crosstab.NetRow && !strings.HasPrefix(r.Label, "Net"):
		return "Net: " + r.Label
	case IsPoints(r.Kind):
		return r.Label + " (points)"
	case t.Unit != "" && formOf(r.Kind) == number:
		return r.Label + " (" + t.Unit + ")"
	default:
		return r.Label
	}
}

// Compared lists the groups whose columns were compared with each other:
// "A/B (Gender), C–H (Age)".
func Compared(t *crosstab.Table) string {
	var said []string
	for _, g := range t.Groups {
		var letters []string
		for _, c := range t.Columns[g.First : g.First+g.N] {
			if c.Letter != "" {
				letters = append(letters, c.Letter)
			}
		}
		if len(letters) < 2 || !anyTested(t, g) {
			continue
		}
		which := strings.Join(letters, "/")
		if len(letters) > 3 {
			which = letters[0] + "–" + letters[len(letters)-1]
		}
		name := g.Label
		if p := t.Columns[g.First].Parent; p != "" {
			name += ": " + p
		}
		said = append(said, which+" ("+name+")")
	}
	return strings.Join(said, ", ")
}

func anyTested(t *crosstab.Table, g crosstab.Group) bool {
	for _, row := range t.Cells {
		for i := range row[g.First : g.First+g.N] {
			if row[g.First+i].Tested {
				return true
			}
		}
	}
	return false
}

// TestNote says how the columns of tested tables were compared.
func TestNote(tests Tests) string {
	tests = tests.WithDefaults()
	return fmt.Sprintf("Test: %s; two-sided, not adjusted for multiple comparisons; capital letters and ▲▼ at the %s level, small letters and △▽ at the %s level; columns with fewer than %d people are not tested.",
		tests.Method, confidence(tests.Strict), confidence(tests.Loose), tests.Base)
}

// TableTestNotes says which columns of a table were compared and how.
func TableTestNotes(tests Tests, t *crosstab.Table) []string {
	switch which := Compared(t); {
	case which != "":
		return []string{"Columns compared: " + which + ".", TestNote(tests)}
	case IsTested(t):
		return []string{TestNote(tests)}
	case len(t.Comparisons) > 0:
		return []string{"Columns were compared where the text says so; tests.csv holds every comparison."}
	}
	return []string{"Columns of this table were not compared."}
}

// LowBaseNote says what happens to small bases.
func LowBaseNote(tests Tests) string {
	tests = tests.WithDefaults()
	return fmt.Sprintf("Columns with fewer than %d people, or an effective base below that, are marked %s and grey; read them with care. Those with fewer than %d are not tested.", tests.Low, LowMark, tests.Base)
}

// Notes that stand wherever they are true.
const (
	SimulatedNote = "Simulated data: the respondents are invented. Do not quote."
	RoundingNote  = "Percentages of a column are rounded one by one, half away from zero, and may not add to 100."
)

// Reading says how to read the tables of a report: every mark that stands in
// them, the rounding, and what the method adds.
func Reading(r *Report) []Fact {
	facts := append(Legend(r.Tests, r.Tables...), Fact{"Percentages", RoundingNote})
	said := map[string]bool{}
	for _, f := range facts {
		said[f.Label] = true
	}
	for _, f := range r.Method.Reading {
		if !said[f.Label] {
			facts = append(facts, f)
		}
	}
	return facts
}

// SentenceKey says how to read the sentences of a report, one line each: intervals,
// chance, points, ratings and waves where there are such.
func SentenceKey(r *Report) []string {
	interval := "74% (71–76%): 74% is what the survey found. The brackets, its " + IntervalLabel + ", say where the true figure may lie as far as chance goes: of 100 samples drawn like this one, about 95 have brackets that hold it. "
	if r.Meta.Probability {
		interval += "They allow for chance only: who does not take part, and how a question is worded, come on top."
	} else {
		interval += "They allow for chance only. As far as the study says, people were not drawn at random: who takes part may differ from others, and that comes on top, as does how a question is worded."
	}
	key := []string{interval,
		"A difference “beyond chance”, or more than chance explains, would seldom be found if there were none. One that “may be chance” may be none at all: do not build on it.",
		"Points are percentage points: from 40% to 45% is 5 points. Where whole percentages would seem to be another number of points apart than they are, each has a decimal.",
	}
	if slices.ContainsFunc(r.Tables, func(t *crosstab.Table) bool { return t.Loop }) {
		key = append(key, "“Of ratings”: people rated several things one by one, and whoever rated three counts three times. Of people who would do something at least once, the percentage is higher.")
	}
	if r.Meta.Wave != "" {
		key = append(key, "Figures are of "+r.Meta.Wave+" unless another wave is named.")
	}
	return append(key, "What goes together need not be cause and effect. A cause is named only where a random draw decided, as of who is shown a message and who is not.")
}

// confidence writes a level of 0.05 as 95%.
func confidence(level float64) string {
	return strconv.FormatFloat(Round((1-level)*100, 3), 'f', -1, 64) + "%"
}

// Legend says how to read every mark that stands in the tables, and no other.
func Legend(tests Tests, tables ...*crosstab.Table) []Fact {
	tests = tests.WithDefaults()
	seen := marksIn(tables)
	var facts []Fact
	add := func(mark, label, value string) {
		if seen[mark] {
			facts = append(facts, Fact{label, value})
		}
	}
	add("A", "A, B, C", fmt.Sprintf("significantly above that column of the same group, at the %s level", confidence(tests.Strict)))
	add("a", "a, b, c", fmt.Sprintf("above that column at the %s level only", confidence(tests.Loose)))
	add("▲", "▲ ▼", fmt.Sprintf("above or below everybody else, at the %s level", confidence(tests.Strict)))
	add("△", "△ ▽", fmt.Sprintf("above or below everybody else, at the %s level only", confidence(tests.Loose)))
	add(UntestedMark, UntestedMark, "not tested: there are too few people, the answers do not vary, or the test is hidden to protect respondents. A number without any mark was tested and does not differ")
	add(LowMark, LowMark, fmt.Sprintf("low base: fewer than %d people, or an effective base below it; read with care", tests.Low))
	add(HiddenMark, HiddenMark, "confidential: hidden so that nobody's answer can be worked out")
	add(NotAskedMark, NotAskedMark, "not asked, or does not apply")
	add(ZeroMark, ZeroMark, "nobody gave this answer")
	add(TinyMark, TinyMark, "somebody did, but fewer than half a percent")
	add(RareMark, RareMark, "a p value, adjusted for the number of tests, that rounds to zero")
	return facts
}

func marksIn(tables []*crosstab.Table) map[string]bool {
	seen := map[string]bool{}
	for _, t := range tables {
		for _, c := range t.Columns {
			seen[LowMark] = seen[LowMark] || c.Status == crosstab.LowBase
			seen[HiddenMark] = seen[HiddenMark] || c.Status == crosstab.Suppressed
		}
		for i := range t.Rows {
			for j := range t.Columns {
				marksOf(t, i, j, seen)
			}
		}
	}
	return seen
}

func marksOf(t *crosstab.Table, row, col int, seen map[string]bool) {
	switch text := Text(t, row, col); text {
	case HiddenMark, NotAskedMark, ZeroMark, TinyMark, RareMark:
		seen[text] = true
	}
	if Shown(t, row, col) == crosstab.LowBase {
		seen[LowMark] = true
	}
	switch s := Significance(t, row, col); s {
	case "":
	case UntestedMark:
		seen[s] = true
	default:
		letters := t.Cells[row][col].Letters
		seen["A"] = seen["A"] || letters != strings.ToLower(letters)
		seen["a"] = seen["a"] || letters != strings.ToUpper(letters)
		switch t.Cells[row][col].VsRest {
		case -2, 2:
			seen["▲"] = true
		case -1, 1:
			seen["△"] = true
		}
	}
}

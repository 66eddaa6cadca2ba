package crosstab

// This file holds what estimation hands to everything after it: a Table is the
// answer to one question, or one item of it, by every column of the banner.
// Charts, the workbook, the page and the tidy results all print from it.

// Status of a cell: a state with a reason, never a NaN.
type Status string

// States of a cell.
const (
	OK            Status = "ok"
	LowBase       Status = "low_base"       // shown, marked: base below the caution threshold
	Suppressed    Status = "suppressed"     // hidden to protect respondents
	NotAsked      Status = "not_asked"      // nobody in the column was asked
	NotApplicable Status = "not_applicable" // the statistic does not exist here
)

// RowKind is the statistic of a table row, in the words of the tidy results.
type RowKind string

// Kinds of rows.
const (
	Proportion RowKind = "proportion" // share of the base, 0 to 1
	NetRow     RowKind = "net"        // share of the base in any of several answers, 0 to 1
	Mean       RowKind = "mean"       // in the unit of the scores
	SD         RowKind = "sd"         // standard deviation, in the unit of the scores

	// Of models (Table.Model).
	Median      RowKind = "median"         // in the unit of the table
	Probability RowKind = "probability"    // 0 to 1
	PValue      RowKind = "p_value"        // of a test, 0 to 1
	Importance  RowKind = "importance"     // share of what a model explains, 0 to 1
	Difference  RowKind = "difference"     // of two shares, -1 to 1
	Effect      RowKind = "average_effect" // what a share changes by on average, -1 to 1
	OddsRatio   RowKind = "odds_ratio"     // 1 = no difference
	Ratio       RowKind = "ratio"          // of two figures, 1 = alike
	Index       RowKind = "index"          // 100 = like the total
	Coefficient RowKind = "coefficient"    // in the unit of the table
	Rank        RowKind = "rank"           // a place, 1 = the first
)

// A Base is how many people stand behind a column. For a question asked in a
// loop Unweighted counts ratings, and People the respondents who gave them;
// elsewhere the two are equal.
type Base struct {
	Unweighted int
	People     int
	Weighted   float64 // sum of the weights
	Effective  float64 // (sum w)^2 / sum w^2
}

// Low reports whether a base is below a limit: the people in it, or what weights leave of
// it, the effective base, which is not rounded. A limit of 1 marks none.
func (b Base) Low(limit int) bool {
	const equal = 1 - 1e-9 // weights that are all alike leave everybody, but for rounding
	return b.People < limit || limit > 1 && b.Effective < equal*float64(limit)
}

// A Cell is the estimate of one row in one column.
type Cell struct {
	Status        Status
	Estimate      float64 // proportions 0 to 1
	SE            float64 // design-based standard error; 0 where the estimate is 0 or 1
	Low, High     float64 // confidence interval; both equal the estimate where HasCI is false
	DF            float64 // degrees of freedom of the column
	Deff          float64 // variance over that of simple random sampling with replacement; 0 if none
	Count         int     // unweighted answers (proportion, net); for mean and sd the respondents in it
	WeightedCount float64
	Letters       string // columns of the same group that this one is significantly above: "A" strict, "a" loose
	VsRest        int8   // +2, +1, 0, -1, -2: above or below the rest of its group, strict or loose
	HasCI         bool
	Tested        bool // false: not tested, which is not the same as not different
	Note          string

	// Base is of those who were asked this row, where that is not everybody in the
	// column's base; else nil.
	Base *Base
}

// A Row is one line of the stub.
type Row struct {
	Kind    RowKind
	Label   string
	Code    string   // the answer's code, "" for nets, means and deviations
	Codes   []string // net: the codes in it; otherwise nil
	Box     bool     // net: the top or bottom answers of a scale, which the answers' own words name best
	Pinned  bool     // stays last when the rows are sorted (don't know, none)
	Partial bool     // of a tick-all question: some files or waves were not asked it; of a model: it is made of a part of the people of the first row of its kind
	Of      []Figure // of a model: the figures of other tables that it would tell, and that must be shown for it to be
}

// A Figure is a row of another table, by its first row of that kind and code.
type Figure struct {
	Table        string // its ID
	Kind         RowKind
	Code         string // "" for nets and means
	Group, Label string // of the column; both "" for the column of the cell that is made of it, a label without a group for Total
}

// A Column is one column of the banner.
type Column struct {
	Group  string // name of the segment, "" for Total
	Label  string // the group's own word: "18-24"
	Parent string // nested segments: label of the outer group, else ""
	Letter string // "A", "B", ...; "" for Total
	Wave   string // wave that the column speaks of, "all" if pooled
	Rest   bool   // whether it is tested against the rest of the total
	Base   Base   // respondents eligible for the question
	Status Status // OK, LowBase, Suppressed or NotAsked

	// Of are figures of other tables that the base of a model's column would tell, and that
	// must be shown for it to be.
	Of []Figure

	// Unprinted columns hold people who are in none of the groups of a segment.
	// They stand last, and protection takes them away.
	Unprinted bool
}

// Segment is the column's address in the tidy results: nested values joined
// with " × ", "Total" for the total.
func (c Column) Segment() string {
	if c.Parent != "" {
		return c.Parent + " × " + c.Label
	}
	return c.Label
}

// A Group is a run of columns that belong to one segment and are compared with
// each other; nested segments make one group per outer value.
type Group struct {
	Name  string // name of the segment
	Label string // its words: "Age"
	First int    // index of its first column
	N     int    // how many columns
}

// A Sum says that the people in some columns, taken together, are exactly those
// in another, and that nobody is in two of them. All numbers index Columns.
type Sum struct {
	Total int
	Parts []int // one part: the two columns hold the same people
}

// A Comparison is one test that was made.
type Comparison struct {
	Row        int // index into Rows
	A, B       int // indices into Columns; B is -1 for the rest of the total
	EstimateA  float64
	EstimateB  float64
	Difference float64
	SE         float64
	DF         float64
	T          float64
	P          float64 // two-sided, unadjusted
	Status     Status  // Suppressed: a part of it is hidden
}

// A Table is one question, or one item of a battery, by the banner.
type Table struct {
	ID          string // unique in the report, stable between runs: "trust", "share.location"
	Number      int    // printed number, from 1
	Chapter     string // key of the chapter it belongs to, "" for none
	Question    string // name of the question
	Measures    string
	Item        string   // item of a battery, "" if none
	Title       string   // in words
	Text        string   // question wording
	BaseText    string   // "All respondents", "All ratings by people who ..."
	Loop        bool     // the base counts ratings, several by one person
	PerPerson   int      // loop: the most ratings by one person
	Multi       bool     // tick-all question: every row is a yes or no of its own, also of a model
	Model       bool     // rows are of a model: they add up to nothing, and Count is how many people one stands on, 0 = the base
	Unit        string   // unit of means, "" if none
	Columns     []Column // the first is Total
	Groups      []Group
	Sums        []Sum // which columns add up to which
	Rows        []Row
	Cells       [][]Cell // by row, then column
	Comparisons []Comparison
	Notes       []string // footnotes in order, each a sentence
}

// Cell returns the cell of a row and a column.
func (t *Table) Cell(row, col int) *Cell { return &t.Cells[row][col] }

// BaseOf returns the base of a cell: of those who were asked its row.
func (t *Table) BaseOf(row, col int) Base {
	if b := t.Cells[row][col].Base; b != nil {
		return *b
	}
	return t.Columns[col].Base
}

// RowOf returns the index of the first row of that kind and label, or -1; an
// empty label matches any.
func (t *Table) RowOf(kind RowKind, label string) int {
	for i, r := range t.Rows {
		if r.Kind == kind && (label == "" || r.Label == label) {
			return i
		}
	}
	return -1
}

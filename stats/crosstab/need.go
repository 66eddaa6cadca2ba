package crosstab

import "reflect"

// Merged is how many places there would be if cells that get the same number
// from the function were one.
func (l *Layout) Merged(cell func(int32) int32) int {
	m := &Layout{}
	for _, p := range l.places {
		m.Number(p.stratum, p.psu, cell(p.cell))
	}
	return m.Len()
}

// A Size is what the memory of counting depends on. Its methods say how many
// bytes are taken at most, as far as types and tables tell.
type Size struct {
	Design *Design
	Places int // of the layout
	Cells  int // of them
	Rows   int // respondents
}

// besideCodes is what a respondent of a block takes beside the codes: place and
// weight.
const besideCodes = 12

// blockRows is how many respondents a Tally of questions takes at a time.
func (s Size) blockRows(questions int) int64 {
	rows := int64(blockRows(tallyBytes, s.Places, questions, s.Design.replicates()))
	return min(rows, int64(max(tile, s.Rows)))
}

// Block is what the blocks of a run take that have so many columns of codes, those
// of loops among them.
func (s Size) Block(codes int) int64 {
	return s.blockRows(codes) * (int64(codes) + besideCodes + 8*s.replicates())
}

// Tally is what a Tally of questions takes: totals, or the respondents where those
// take less.
func (s Size) Tally(answers []int) int64 {
	all, q := int64(0), int64(len(answers))
	for _, n := range answers {
		all += int64(n)
	}
	totals := int64(s.Places) * all * size[sums]()
	counted := int64(s.Rows)
	switch kept := int64(s.Rows) * (q + besideCodes); {
	case s.replicates() > 0:
		counted = min(counted, s.blockRows(len(answers)))
		totals += int64(s.Places) * all * 8 * s.replicates()
	case totals <= tallyBytes:
		counted = min(counted, s.blockRows(len(answers)))
	case kept < totals/2:
		return kept * 2 // lists that grow, and are put in order
	default: // half the totals' size of respondents are kept and then counted
		counted = totals / 2 / (q + besideCodes)
		totals += totals * 3 / 4
	}
	records := counted * 8 * (2 + q/16)
	if s.replicates() > 0 {
		records *= 2 // of the weights, and of their replicates
	}
	return totals + records
}

// Loop is what a LoopTally of items takes: totals, or the ratings where those take
// less, and the records of respondents who are sorted.
func (s Size) Loop(turns int, answers []int) int64 {
	var tables int64
	for _, a := range answers {
		n := int64(turns * a)
		tables += n * int64(s.Places) * (size[sums]() + 8*s.replicates())
		if !s.Design.Clustered() && s.replicates() == 0 {
			tables += n * (n - 1) / 2 * 8 * int64(s.Cells)
		}
	}
	sorted := min(recordBytes, int64(s.Rows)*8*int64(2+turns*len(answers)/8))
	if s.replicates() > 0 {
		return tables + sorted
	}
	return min(tables, int64(s.Rows)*(recordHead+int64(turns)*int64(1+len(answers)))*3/2) + sorted
}

// Keyed is what the Accumulator of a question takes whose rows are added one by
// one: a total, with its key, for each place, turn of a loop and answer that
// occur.
func (s Size) Keyed(answers, turns int) int64 {
	occur := min(int64(s.Places)*int64(answers), int64(s.Rows)) * int64(turns)
	return occur * (size[key]() + size[sums]() + size[moments]() + indexed + 16*s.replicates())
}

// Work is how much more the estimates of a question take as long as they are
// worked out: of so many answers, in all turns of a loop together, for columns of
// which pairs are compared, and statistics. keyed says that its rows were added one
// by one.
func (s Size) Work(answers, turns, columns, pairs, statistics int, keyed bool) int64 {
	total := size[sums]()
	if keyed {
		total += size[moments]()
	}
	occur := min(int64(s.Places)*int64(answers), int64(s.Rows)) * int64(turns)
	cells := 2 * int64(s.Cells) * int64(turns) * int64(answers) * total
	columnwise := int64(columns+pairs) * (4*8*int64(statistics) + (total+16)*int64(answers))
	work := cells + columnwise
	if turns > 1 { // they get keys first
		work += occur * (size[key]() + size[sums]())
	}
	if turns > 1 || keyed { // the keys are put in order
		work += occur * (size[key]() + total + 8 + 24*min(1, s.replicates()))
	}
	if turns > 1 && !s.Design.Clustered() { // pairs of ratings by a person
		n := int64(turns * answers)
		work += min(n*(n-1)/2*int64(s.Cells), int64(s.Rows)*int64(turns*turns)/2) * size[pairSum]()
	}
	return work + int64(columns)*int64(answers)*16*s.replicates() + int64(columns)*int64(statistics)*16*s.replicates()
}

func (s Size) replicates() int64 { return int64(s.Design.replicates()) }

// indexed is what an index takes for a key, with the room that it leaves free.
const indexed = 40

func size[T any]() int64 { return int64(reflect.TypeFor[T]().Size()) }

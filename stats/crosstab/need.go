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

// A Size is what the memory of a question's totals depends on.
type Size struct {
	Places     int  // of the layout
	Rows       int  // respondents, or ratings
	Turns      int  // of a loop; 0 or 1 = none
	Answers    int  // codes that rows can have
	Replicates int  // replicate weights
	Valued     bool // rows have values
}

// Bytes is how much memory the accumulator of a question takes at most: a total
// for every place, turn and answer while rows are counted, or the respondents
// where they take less and a Tally keeps them, and afterwards a total, with its
// key, for those that occur.
func (s Size) Bytes() int64 {
	all := int64(s.Places) * int64(max(1, s.Turns)) * int64(s.Answers)
	occur := min(all, int64(s.Rows)*int64(max(1, s.Turns)))
	one := size[sums]() + 8*int64(s.Replicates)
	if s.Valued {
		one += size[moments]() + 8*int64(s.Replicates)
	}
	counted := all * one
	if !s.Valued && s.Turns <= 1 && s.Replicates == 0 {
		counted = min(counted, int64(s.Rows)*keptBytes)
	}
	return counted + occur*(one+size[key]()+indexed)
}

// Work is how much more its estimation takes as long as it goes on, for columns
// of which pairs are compared, and statistics.
func (s Size) Work(columns, pairs, statistics int) int64 {
	all := int64(s.Places) * int64(max(1, s.Turns)) * int64(s.Answers)
	occur := min(all, int64(s.Rows)*int64(max(1, s.Turns)))
	products := int64(columns+pairs) * (4*8*int64(statistics) + size[totals]()*int64(s.Answers))
	return occur*(size[bin]()+4) + products + int64(columns)*int64(s.Answers)*size[totals]()
}

// keptBytes is what a respondent takes who is kept for one question: place and
// weight, twice, and the code.
const keptBytes = 25

// indexed is what an index takes for a key, with the room that it leaves free.
const indexed = 40

func size[T any]() int64 { return int64(reflect.TypeFor[T]().Size()) }

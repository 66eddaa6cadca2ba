package crosstab

import (
	"encoding/binary"
	"fmt"
)

// NoCode is the code of a respondent who is not in the base of a question.
const NoCode = 255

// A Block is consecutive respondents: the place of each in a Layout, -1 = outside
// of all columns; its weight, zero or more; and its code, by question. Slices
// have a length of respondents. In a design with replicate weights it holds
// those of each respondent together, one respondent after the other.
type Block struct {
	Place  []int32
	Weight []float64
	Codes  [][]uint8

	Replicates []float64
}

// check panics unless the block has one length, and codes of so many questions.
func (b *Block) check(questions int) {
	if len(b.Weight) != len(b.Place) || len(b.Codes) != questions {
		panic(fmt.Sprintf("crosstab: %d places, %d weights; codes of %d questions, not %d", len(b.Place), len(b.Weight), len(b.Codes), questions))
	}
	for q, c := range b.Codes {
		if len(c) != len(b.Place) {
			panic(fmt.Sprintf("crosstab: %d places, %d codes of question %d", len(b.Place), len(c), q))
		}
	}
}

// checkCodes panics if a code is none of its question's.
func (b *Block) checkCodes(answers []int) {
	for q, codes := range b.Codes {
		for i, c := range codes {
			if c != NoCode && int(c) >= answers[q] {
				panic(fmt.Sprintf("crosstab: question %d: respondent %d of the block has code %d of %d", q, i, c, answers[q]))
			}
		}
	}
}

// Eight bytes in a word.
const (
	ones = 0x0101010101010101
	low7 = 0x7f * ones
)

// digits makes digits of eight codes: 0 is none, and 1 the first answer.
func digits(codes uint64) uint64 { return codes&low7 + ones ^ codes&^low7 }

// beyond reports whether a code is none of a question's.
func beyond(codes []uint8, answers int) bool {
	bad, limit := uint64(0), uint64(255-answers)*ones
	if answers < 128 {
		limit = uint64(127-answers) * ones
	}
	for ; len(codes) >= 8; codes = codes[8:] {
		d := digits(binary.LittleEndian.Uint64(codes))
		if answers < 128 {
			bad |= d | (d + limit)
		} else {
			bad |= d & (d&low7 + limit)
		}
	}
	for _, c := range codes {
		if int(c+1) > answers {
			return true
		}
	}
	return bad&^low7 != 0
}

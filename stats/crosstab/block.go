package crosstab

import "fmt"

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

// beyond panics about the first code that is none of its question's.
func (b *Block) beyond(answers []int) {
	for q, codes := range b.Codes {
		for i, c := range codes {
			if c != NoCode && int(c) >= answers[q] {
				panic(fmt.Sprintf("crosstab: question %d: respondent %d has code %d of %d", q, i, c, answers[q]))
			}
		}
	}
}

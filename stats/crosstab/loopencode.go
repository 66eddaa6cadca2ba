package crosstab

import (
	"encoding/binary"
	"fmt"
	"io"
)

// loopHeader tells what follows the totals by key: scores by answer, then sets,
// then pairs. All zero for a question that is asked once.
type loopHeader struct{ Turns, Answers, Scored, People, Pairs uint64 }

// setRecord is one setCount.
type setRecord struct {
	Cell             int32
	Answered, Scored uint64
	N                int64
}

// pairRecord is one pairSum.
type pairRecord struct {
	Cell int32
	A, B uint16
	Sum  float64
}

func (x *looped) header() loopHeader {
	if x == nil {
		return loopHeader{}
	}
	return loopHeader{uint64(x.turns), uint64(x.answers), uint64(len(x.scored)), uint64(len(x.people)), uint64(len(x.pairs))}
}

// encode appends scores, sets and pairs.
func (x *looped) encode(b []byte) ([]byte, error) {
	b, err := binary.Append(b, binary.LittleEndian, x.scored)
	for i := range x.people {
		if s := &x.people[i]; err == nil {
			b, err = binary.Append(b, binary.LittleEndian, setRecord{s.cell, s.answered, s.scored, s.n})
		}
	}
	for i := range x.pairs {
		if p := &x.pairs[i]; err == nil {
			b, err = binary.Append(b, binary.LittleEndian, pairRecord{p.cell, p.a, p.b, p.sum})
		}
	}
	return b, err
}

// size takes what the loop needs from the bytes left, and begins the loop.
func (h *loopHeader) size(bytes uint64) (x *looped, left uint64, err error) {
	if *h == (loopHeader{}) {
		return nil, bytes, nil
	}
	set, pair := uint64(binary.Size(setRecord{})), uint64(binary.Size(pairRecord{}))
	if h.Turns < 1 || h.Turns > MaxTurns || h.Answers >= NoCode || h.Scored != 0 && h.Scored != h.Answers {
		return nil, 0, fmt.Errorf("accumulator of a loop of %d turns, %d answers and %d scores", h.Turns, h.Answers, h.Scored)
	}
	if h.People > bytes/set || h.Pairs > bytes/pair || h.Scored+h.People*set+h.Pairs*pair > bytes {
		return nil, 0, fmt.Errorf("accumulator of %d sets and %d pairs has %d bytes", h.People, h.Pairs, bytes)
	}
	return &looped{turns: int(h.Turns), answers: int(h.Answers)}, bytes - h.Scored - h.People*set - h.Pairs*pair, nil
}

// decode reads scores, sets and pairs; a list out of order is refused.
func (x *looped) decode(in io.Reader, h *loopHeader) error {
	if h.Scored > 0 {
		x.scored = make([]bool, h.Scored)
		if err := binary.Read(in, binary.LittleEndian, x.scored); err != nil {
			return err
		}
	}
	for i := range int(h.People) {
		var r setRecord
		if err := binary.Read(in, binary.LittleEndian, &r); err != nil {
			return err
		}
		s := setCount{r.Cell, r.Answered, r.Scored, r.N}
		if r.Cell < 0 || r.N < 1 || r.Answered == 0 || r.Answered>>(x.turns-1)>>1 != 0 || r.Scored&^r.Answered != 0 ||
			i > 0 && compareSets(&x.people[i-1], &s) >= 0 {
			return fmt.Errorf("accumulator of a loop holds no set of turns: %+v", r)
		}
		x.people = append(x.people, s)
	}
	for i := range int(h.Pairs) {
		var r pairRecord
		if err := binary.Read(in, binary.LittleEndian, &r); err != nil {
			return err
		}
		p := pairSum{r.Cell, r.A, r.B, r.Sum}
		if r.Cell < 0 || int(r.B) >= x.turns*x.answers || int(r.A)/x.answers >= int(r.B)/x.answers ||
			i > 0 && comparePairs(&x.pairs[i-1], &p) >= 0 {
			return fmt.Errorf("accumulator of a loop holds no pair of ratings: %+v", r)
		}
		x.pairs = append(x.pairs, p)
	}
	return nil
}

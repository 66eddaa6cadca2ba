package latent

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
)

// An Item is a question with categories, answered by every row or not.
type Item struct {
	Name   string   // for names and messages
	Labels []string // of the categories, in order
	Codes  []int    // category of each row, from 0; -1 = no answer, missing at random
}

// answers are the distinct answer patterns of rows. A cell is a category of an
// item; the cells of item j are offset[j] up to offset[j+1].
type answers struct {
	items   []Item
	offset  []int
	pattern []int32 // of each row; -1 = answered nothing
	codes   []int32 // cell of each pattern and item; -1 = no answer
}

// collect puts rows with the same answers together, in order of appearance.
func collect(items []Item) *answers {
	if len(items) == 0 {
		panic("latent: no items")
	}
	a := &answers{items: items, offset: []int{0}}
	for j, it := range items {
		if len(it.Codes) != len(items[0].Codes) {
			panic(fmt.Sprintf("latent: %d codes of %q for %d rows", len(it.Codes), it.Name, len(items[0].Codes)))
		}
		a.offset = append(a.offset, a.offset[j]+len(it.Labels))
	}
	a.pattern = make([]int32, len(items[0].Codes))
	number := map[string]int32{}
	key := make([]byte, 4*len(items))
	row := make([]int32, len(items))
	for i := range a.pattern {
		if !a.read(i, row, key) {
			a.pattern[i] = -1
			continue
		}
		p, ok := number[string(key)]
		if !ok {
			p = int32(len(number))
			number[string(key)] = p
			a.codes = append(a.codes, row...)
		}
		a.pattern[i] = p
	}
	return a
}

// read puts the cells of row i into row, and into key as bytes. It reports
// whether there is any answer.
func (a *answers) read(i int, row []int32, key []byte) (any bool) {
	for j := range a.items {
		row[j] = a.cell(j, a.items[j].Codes[i])
		any = any || row[j] >= 0
		binary.LittleEndian.PutUint32(key[4*j:], uint32(row[j]))
	}
	return any
}

// cell is the number of a category among those of all items.
func (a *answers) cell(j, code int) int32 {
	if code < -1 || code >= len(a.items[j].Labels) {
		panic(fmt.Sprintf("latent: item %q has no category %d", a.items[j].Name, code))
	}
	if code < 0 {
		return -1
	}
	return int32(a.offset[j] + code)
}

func (a *answers) cells() int    { return a.offset[len(a.items)] }
func (a *answers) patterns() int { return len(a.codes) / len(a.items) }

// of are the cells of a pattern.
func (a *answers) of(p int) []int32 { return a.codes[p*len(a.items):][:len(a.items)] }

// A sample is answers with weights.
type sample struct {
	*answers
	given  []float64 // weights of the rows
	weight []float64 // of each pattern, scaled to add up to rows
	used   []int     // patterns with a weight
	rows   int       // rows with a weight and an answer
	scale  float64   // rows / sum w
	cell   []float64 // weight of each cell
	asked  []float64 // weight of the answers to each item
}

var errWeights = errors.New("the weights of an answer pattern add up to less than zero; a likelihood needs weights of zero or more, which a calibration with bounds gives")

// weigh gives the patterns weights. The error says why there is no likelihood.
func (a *answers) weigh(w []float64) (*sample, error) {
	if len(w) != len(a.pattern) {
		panic(fmt.Sprintf("latent: %d weights for %d rows", len(w), len(a.pattern)))
	}
	s := &sample{answers: a, given: w, weight: make([]float64, a.patterns()), cell: make([]float64, a.cells()), asked: make([]float64, len(a.items))}
	total := 0.0
	for i, p := range a.pattern {
		if p >= 0 && w[i] != 0 {
			s.weight[p] += w[i]
			s.rows++
			total += w[i]
		}
	}
	if !(total > 0) {
		return nil, errors.New("no row has both a weight and an answer")
	}
	s.scale = float64(s.rows) / total
	for p := range s.weight {
		switch x := s.weight[p] * s.scale; {
		case x < -1e-12*float64(s.rows) || math.IsNaN(x):
			return nil, errWeights
		case x > 0:
			s.weight[p] = x
			s.used = append(s.used, p)
			s.count(p, x)
		default:
			s.weight[p] = 0
		}
	}
	return s, nil
}

func (s *sample) count(p int, x float64) {
	for j, cell := range s.of(p) {
		if cell >= 0 {
			s.cell[cell] += x
			s.asked[j] += x
		}
	}
}

// unanswered complains of items that nobody answered.
func (s *sample) unanswered() error {
	var names []string
	for j, x := range s.asked {
		if x == 0 {
			names = append(names, fmt.Sprintf("%q", s.items[j].Name))
		}
	}
	if names == nil {
		return nil
	}
	return fmt.Errorf("no row with a weight answered %s; leave it out of the items", strings.Join(names, ", "))
}

// categories is how many categories of each item were chosen at all.
func (s *sample) categories(j int) int {
	n := 0
	for _, x := range s.cell[s.offset[j]:s.offset[j+1]] {
		if x > 0 {
			n++
		}
	}
	return n
}

package oracle

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
)

// A Frame is a data set of the oracle.
type Frame struct {
	N       int
	columns map[string][]string
	levels  map[string][]string
}

// ReadFrame reads a CSV file, with the levels of its factors.
func ReadFrame(path string, levels map[string][]string) (*Frame, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, err
	}
	f := &Frame{N: len(records) - 1, columns: map[string][]string{}, levels: levels}
	for j, name := range records[0] {
		column := make([]string, f.N)
		for i, r := range records[1:] {
			column[i] = r[j]
		}
		f.columns[name] = column
	}
	return f, nil
}

// Has reports whether there is a column of the name.
func (f *Frame) Has(name string) bool { return f.columns[name] != nil }

// Texts is a column as it stands in the file; "" is missing.
func (f *Frame) Texts(name string) []string {
	c, ok := f.columns[name]
	if !ok {
		panic("oracle: no column " + name)
	}
	return c
}

// Floats is a column of numbers; NaN is missing.
func (f *Frame) Floats(name string) []float64 {
	x := make([]float64, f.N)
	for i, s := range f.Texts(name) {
		x[i] = number(name, s)
	}
	return x
}

func number(name, s string) float64 {
	switch s {
	case "":
		return math.NaN()
	case "TRUE":
		return 1
	case "FALSE":
		return 0
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		panic(fmt.Sprintf("oracle: column %s: %v", name, err))
	}
	return v
}

// Levels are the levels of a factor in order, nil for other columns.
func (f *Frame) Levels(name string) []string { return f.levels[name] }

// Values are the levels of a factor, or else the values that occur, numbers in
// order of size and texts in order of bytes.
func (f *Frame) Values(name string) []string {
	if l := f.levels[name]; l != nil {
		return l
	}
	var vs []string
	numbers := true
	seen := map[string]bool{"": true}
	for _, s := range f.Texts(name) {
		if !seen[s] {
			seen[s] = true
			vs = append(vs, s)
			_, err := strconv.ParseFloat(s, 64)
			numbers = numbers && err == nil
		}
	}
	slices.SortFunc(vs, func(a, b string) int {
		if x, y := number2(numbers, a), number2(numbers, b); x != y {
			if x < y {
				return -1
			}
			return 1
		}
		switch {
		case a < b:
			return -1
		case a > b:
			return 1
		}
		return 0
	})
	return vs
}

func number2(numbers bool, s string) float64 {
	if !numbers {
		return 0
	}
	v, _ := strconv.ParseFloat(s, 64)
	return v
}

// Codes is a column as indices into its Values, -1 for missing.
func (f *Frame) Codes(name string) (codes []int, values []string) {
	values = f.Values(name)
	place := map[string]int{"": -1}
	for i, v := range values {
		place[v] = i
	}
	for _, s := range f.Texts(name) {
		c, ok := place[s]
		if !ok {
			panic(fmt.Sprintf("oracle: column %s: %q is no level", name, s))
		}
		codes = append(codes, c)
	}
	return codes, values
}

// Cells are the joint values of some columns: an index per row, -1 where one is
// missing, and the values behind each index, the last column changing fastest.
func (f *Frame) Cells(names ...string) (cells []int, values [][]string) {
	cells = make([]int, f.N)
	values = [][]string{nil}
	for _, name := range names {
		codes, vs := f.Codes(name)
		var next [][]string
		for _, old := range values {
			for _, v := range vs {
				next = append(next, append(slices.Clone(old), v))
			}
		}
		for i, c := range codes {
			if c < 0 || cells[i] < 0 {
				cells[i] = -1
			} else {
				cells[i] = cells[i]*len(vs) + c
			}
		}
		values = next
	}
	return cells, values
}

// Where marks the rows that meet all conditions of a subset step; a missing
// value meets none.
func (f *Frame) Where(conditions []Value) []bool {
	keep := make([]bool, f.N)
	for i := range keep {
		keep[i] = true
		for _, w := range conditions {
			keep[i] = keep[i] && f.meets(w, i)
		}
	}
	return keep
}

func (f *Frame) meets(w Value, i int) bool {
	name, value := w.Get("var").Text(), w.Get("value")
	x := f.Texts(name)[i]
	if x == "" {
		return false
	}
	switch op := w.Get("op").Text(); op {
	case "notna":
		return true
	case "in":
		return slices.Contains(value.Texts(), x)
	case "==":
		return value.Text() == x
	case "!=":
		return value.Text() != x
	case "<":
		return number(name, x) < value.Float()
	case "<=":
		return number(name, x) <= value.Float()
	case ">":
		return number(name, x) > value.Float()
	case ">=":
		return number(name, x) >= value.Float()
	default:
		panic("oracle: no condition is called " + op)
	}
}

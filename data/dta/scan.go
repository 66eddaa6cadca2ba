package dta

import (
	"fmt"
	"iter"

	"tradeoff/data"
	"tradeoff/data/columns"
)

// stretchCases is how many cases make a stretch, which a scan can step over.
const stretchCases = 1 << 16

// A scanner streams the cases of a file. It holds nothing that a scan changes,
// so several scans may run at once.
type scanner struct {
	dict   *dictionary
	places map[string]*variable
}

// scan streams the named variables.
func (s *scanner) scan(variables []string, skip data.Skip) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		cols, long, err := s.newColumns(variables)
		if err != nil {
			yield(data.Batch{}, err)
			return
		}
		cases, limit := s.dict.newCaseReader(), batchLimit(cols)
		for before := int64(0); before < s.dict.cases; {
			if n := s.stretch(before); skip.Rows(before, n) {
				before += n
				continue
			}
			n, err := s.fill(cols, long, cases, before, min(limit, stretchCases-before%stretchCases))
			if err != nil {
				yield(data.Batch{}, err)
				return
			}
			if !columns.Send(yield, variables, cols, n, before) {
				return
			}
			before += n
		}
	}
}

// stretch is how many cases can be stepped over at once behind the first
// before, 0 for none.
func (s *scanner) stretch(before int64) int64 {
	if before%stretchCases != 0 {
		return 0
	}
	return min(stretchCases, s.dict.cases-before)
}

// fill reads up to limit cases into the columns, those behind the first before;
// fewer where long strings take too much memory.
func (s *scanner) fill(cols []column, long *longReader, cases *caseReader, before, limit int64) (n int64, err error) {
	limit = min(limit, s.dict.cases-before)
	for _, c := range cols {
		c.Reserve(int(limit))
	}
	long.begin()
	for n < limit {
		c, err := cases.read(before+n, limit-n)
		if err != nil {
			return n, err
		}
		full, err := long.fit(&c)
		if err != nil {
			return n, err
		}
		for _, col := range cols {
			if k, wrong := col.append(&c); wrong != "" {
				return n, &data.Fault{File: s.dict.in.Name(), Row: c.first + int64(k) + 1, Unit: "case", Column: col.name(), Found: wrong}
			}
		}
		n += int64(c.n)
		if full {
			break
		}
	}
	return n, nil
}

// batchLimit is how many cases of these columns go into a batch.
func batchLimit(cols []column) int64 {
	bytes := int64(0)
	for _, c := range cols {
		bytes += c.size()
	}
	return columns.Cases(bytes)
}

// newColumns makes a column for each variable; a scan never shares them.
func (s *scanner) newColumns(variables []string) ([]column, *longReader, error) {
	text, long := newDecoder(s.dict.charset), &longReader{dict: s.dict}
	cols := make([]column, len(variables))
	for i, name := range variables {
		v, ok := s.places[name]
		if !ok {
			panic(fmt.Sprintf("dta: variable %q is not in the codebook", name))
		}
		switch {
		case v.storage == strL:
			cols[i] = long.newColumn(v, text)
		case v.storage == str:
			cols[i] = &texts{v, columns.NewTexts(text.text)}
		case v.date != notDate:
			cols[i] = &times{variable: v, Times: columns.NewTimes(), dict: s.dict}
		default:
			cols[i] = newNumbers(s.dict, v, len(variables))
		}
	}
	if len(long.columns) > 0 {
		x, err := s.dict.strls.newIndex()
		if err != nil {
			return nil, nil, err
		}
		long.index = x
	}
	return cols, long, nil
}

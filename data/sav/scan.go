package sav

import (
	"fmt"
	"io"
	"iter"

	"tradeoff/data"
	"tradeoff/data/columns"
)

// A scanner streams the cases of a file. It holds nothing that a scan changes,
// so several scans may run at once.
type scanner struct {
	dict    *dictionary
	book    *data.Codebook
	columns []*field // in the codebook's order
}

// scan streams the named variables.
func (s *scanner) scan(variables []string, skip data.Skip) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		cases, err := s.dict.newCaseReader()
		if err != nil {
			yield(data.Batch{}, err)
			return
		}
		defer cases.close()
		cols := s.newColumns(variables)
		limit := batchLimit(cols)
		for before := int64(0); ; {
			if n := s.stretch(before); skip.Rows(before, n) {
				before += n
				cases.seek(before)
				continue
			}
			n, done, err := s.fill(cols, cases, before, min(limit, stretchCases-before%stretchCases))
			if err != nil {
				yield(data.Batch{}, err)
				return
			}
			if n > 0 {
				if !columns.Send(yield, variables, cols, n, before) {
					return
				}
			}
			if done {
				return
			}
			before += n
		}
	}
}

// stretch is how many cases can be stepped over at once behind the first
// before, 0 for none.
func (s *scanner) stretch(before int64) int64 {
	if s.dict.compression == zlibbed || before%stretchCases != 0 {
		return 0
	}
	return min(stretchCases, s.dict.cases-before)
}

// fill reads up to limit cases into the columns, those behind the first before.
// done says that the last case has been read.
func (s *scanner) fill(cols []column, cases caseReader, before, limit int64) (n int64, done bool, err error) {
	if s.dict.cases >= 0 {
		limit = min(limit, s.dict.cases-before)
	}
	if s.dict.compression != zlibbed { // counted, not promised
		for _, col := range cols {
			col.Reserve(int(limit))
		}
	}
	var c chunk
	for n < limit {
		switch err := cases.next(&c, int(limit-n)); {
		case err == io.EOF && s.dict.cases < 0:
			return n, true, nil
		case err != nil:
			return n, true, s.ended(err, before+n)
		}
		for _, col := range cols {
			if k, wrong := col.append(&c); wrong != "" {
				return n, true, s.caseFault(before+n+int64(k)+1, col.name(), wrong)
			}
		}
		n += int64(c.n)
	}
	if before+n == s.dict.cases {
		return n, true, s.atEnd(cases, &c)
	}
	return n, false, nil
}

// ended is the fault of a file whose cases end behind the first whole.
func (s *scanner) ended(err error, whole int64) *data.Fault {
	switch err {
	case io.EOF:
		return fault(s.dict.in, "", "the header promises %d cases, but %d whole cases are in the file; export it again or copy it anew", s.dict.cases, whole)
	case io.ErrUnexpectedEOF:
		return s.dict.cutShort(whole)
	}
	return s.caseFault(whole+1, "", err.Error())
}

// atEnd makes sure that no case follows those promised. Only zlib-compressed
// files were not counted when they were opened.
func (s *scanner) atEnd(cases caseReader, c *chunk) error {
	if s.dict.compression != zlibbed {
		return nil
	}
	switch err := cases.next(c, 1); err {
	case io.EOF, io.ErrUnexpectedEOF:
		return nil
	case nil:
		return fault(s.dict.in, "", "the header promises %d cases, but more are in the file; export it again or copy it anew", s.dict.cases)
	default:
		return fault(s.dict.in, "", "behind the last case: %v", err)
	}
}

func (s *scanner) caseFault(number int64, column, found string) *data.Fault {
	return &data.Fault{File: s.dict.in.Name(), Row: number, Unit: "case", Column: column, Found: found}
}

// batchLimit is how many cases of these columns go into a batch.
func batchLimit(cols []column) int64 {
	bytes := 0
	for _, c := range cols {
		bytes += c.size()
	}
	return columns.Cases(int64(bytes))
}

// newColumns makes a column for each variable; a scan never shares them.
func (s *scanner) newColumns(variables []string) []column {
	at := make(map[string]int, len(s.book.Variables))
	for i := range s.book.Variables {
		at[s.book.Variables[i].Name] = i
	}
	text := s.dict.text.clone()
	cols := make([]column, len(variables))
	for i, name := range variables {
		k, ok := at[name]
		if !ok {
			panic(fmt.Sprintf("sav: variable %q is not in the codebook", name))
		}
		cols[i] = newColumn(s.dict, s.columns[k], text)
	}
	return cols
}

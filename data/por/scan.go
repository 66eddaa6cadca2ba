package por

import (
	"iter"

	"tradeoff/data"
	"tradeoff/data/columns"
)

// scan streams the named variables.
func (d *dictionary) scan(variables []string, skip data.Skip) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		r := d.newReader()
		cols, limit := d.columns(r, variables)
		for before := int64(0); before < d.cases; {
			if before%stretchCases == 0 {
				if n := min(stretchCases, d.cases-before); skip.Rows(before, n) {
					if before += n; before < d.cases {
						r.seek(d.marks[before/stretchCases])
					}
					continue
				}
			}
			n := min(limit, d.cases-before, stretchCases-before%stretchCases)
			for _, c := range cols {
				c.Reserve(int(n))
			}
			if err := d.read(r, before, n); err != nil {
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

// read reads the n cases behind the first before.
func (d *dictionary) read(r *reader, before, n int64) error {
	for k := range n {
		if i, wrong := r.next(); wrong != "" {
			return d.valueFault(before+k+1, i, wrong)
		}
	}
	return nil
}

// columns makes a column for each variable asked for, and says how many cases
// go into a batch.
func (d *dictionary) columns(r *reader, variables []string) (cols []columns.Column, limit int64) {
	at := make(map[string]int, len(d.fields))
	for i, f := range d.fields {
		at[d.chars.text(f.name)] = i
	}
	size := 0
	for _, name := range variables {
		i := at[name]
		f := d.fields[i]
		size += max(8, f.width)
		c := columns.New(f.kind())
		cols = append(cols, c)
		r.fill(i, c)
	}
	return cols, columns.Cases(int64(size))
}

package xpt

import (
	"iter"

	"tradeoff/data"
	"tradeoff/data/columns"
)

// scan streams the named variables. A scan can step over any batch.
func (d *dataset) scan(names []string, skip data.Skip) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		variables, cols, limit := d.columns(names)
		buf := d.buffer()
		for before := int64(0); before < d.cases; {
			n := min(limit, d.cases-before)
			if skip.Rows(before, n) {
				before += n
				continue
			}
			for _, c := range cols {
				c.Reserve(int(n))
			}
			if err := d.read(buf, variables, cols, before, n); err != nil {
				yield(data.Batch{}, err)
				return
			}
			if !columns.Send(yield, names, cols, n, before) {
				return
			}
			before += n
		}
	}
}

// columns finds the variables and makes a column for each; limit is how many
// cases go into a batch.
func (d *dataset) columns(names []string) (variables []*variable, cols []columns.Column, limit int64) {
	at := make(map[string]*variable, len(d.variables))
	for _, v := range d.variables {
		at[d.decode(v.name)] = v
	}
	size := 0
	for _, name := range names {
		v := at[name]
		size += max(8, v.width)
		variables = append(variables, v)
		cols = append(cols, columns.New(v.kind()))
	}
	return variables, cols, columns.Cases(int64(size))
}

// read reads the n cases behind the first before into the columns.
func (d *dataset) read(buf []byte, variables []*variable, cols []columns.Column, before, n int64) error {
	for n > 0 {
		b, k, err := d.chunk(buf, before, n)
		if err != nil {
			return err
		}
		for i, v := range variables {
			if at := d.fill(cols[i], v, b); at >= 0 {
				return d.caseFault(before+int64(at)+1, d.decode(v.name), "the value is no number, or a date that no calendar reaches; mend it or set it to missing and export again")
			}
		}
		before += k
		n -= k
	}
	return nil
}

// fill adds the values of a variable in cases to its column; at is the case
// that is wrong, -1 for none.
func (d *dataset) fill(c columns.Column, v *variable, cases []byte) (at int) {
	width := int(d.width)
	switch c := c.(type) {
	case *columns.Numbers:
		for i := v.offset; i < len(cases); i += width {
			switch x, what := number(cases[i : i+v.width]); what {
			case present, special:
				c.Add(x)
			case missing:
				c.Null()
			default:
				return i / width
			}
		}
	case *columns.Times:
		for i := v.offset; i < len(cases); i += width {
			x, what := number(cases[i : i+v.width])
			if what != present {
				c.Null()
				continue
			}
			s, ok := v.points.unix(x)
			if !ok {
				return i / width
			}
			c.Add(s)
		}
	case *columns.Texts:
		for i := v.offset; i < len(cases); i += width {
			if b := columns.Trim(cases[i : i+v.width]); columns.IsASCII(b) {
				c.Add(b)
			} else {
				c.Add([]byte(d.decode(b)))
			}
		}
	}
	return -1
}

package jsonl

import (
	"fmt"
	"iter"

	"tradeoff/data"
	"tradeoff/data/columns"
)

// Limits of a batch: rows, and bytes of the objects after which it is handed over
// with fewer.
const (
	batchRows  = 8192
	batchBytes = 16 << 20
)

// A filler collects the values of the variables of one column.
type filler struct {
	*column
	index   int // of the column
	numbers *columns.Numbers
	texts   *columns.Texts
	ticks   *columns.Ticks // of a multiple answer
}

// fillers makes them for the variables asked for; made are the columns of a batch,
// in the order asked for.
func (t *table) fillers(names []string) (fillers []*filler, made []columns.Column) {
	at := map[int]*filler{}
	for _, name := range names {
		from, ok := t.where[name]
		if !ok {
			panic(fmt.Sprintf("jsonl: variable %q is not in the codebook", name))
		}
		f := at[from.column]
		if f == nil {
			f = &filler{column: t.columns[from.column], index: from.column}
			at[from.column] = f
			fillers = append(fillers, f)
		}
		switch {
		case from.item >= 0:
			if f.ticks == nil {
				f.ticks = columns.NewTicks(&f.answers)
			}
			made = append(made, f.ticks.Ask(from.item))
		case f.how == data.Text:
			if f.texts == nil {
				f.texts = columns.NewTexts(nil)
			}
			made = append(made, f.texts)
		default:
			if f.numbers == nil {
				f.numbers = columns.NewNumbers()
			}
			made = append(made, f.numbers)
		}
	}
	return fillers, made
}

// scan is a pass over the rows.
func (t *table) scan(names []string, skip data.Skip) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		fillers, made := t.fillers(names)
		for b, s := range t.starts {
			before := int64(b) * batchRows
			n := min(batchRows, t.rows-before)
			if skip.Rows(before, n) {
				continue
			}
			if !t.stretch(names, fillers, made, s, before, n, yield) {
				return
			}
		}
	}
}

// stretch reads n rows behind a start; false if that is the end, by yield or a fault.
func (t *table) stretch(names []string, fillers []*filler, made []columns.Column, s start, before, n int64, yield func(data.Batch, error) bool) bool {
	p, err := t.parser(s)
	if err != nil {
		yield(data.Batch{}, err)
		return false
	}
	p.known, p.root = true, t.tree.copy(nil)
	at := make([]int, len(t.columns)) // of each column among the values of a row, from 1
	var rows []int64
	bytes := 0
	for i := range n {
		p.values = p.values[:0]
		more, err := p.next()
		if err == nil && !more {
			err = p.changed()
		}
		if err != nil {
			yield(data.Batch{}, err)
			return false
		}
		rows = append(rows, p.started)
		bytes += p.pos - p.base
		for k := range p.values {
			if v := &p.values[k]; at[v.node.index] == 0 {
				at[v.node.index] = k + 1
			}
		}
		for _, f := range fillers {
			if k := at[f.index]; k == 0 {
				f.null()
			} else if !f.add(p, k-1) {
				yield(data.Batch{}, p.changed())
				return false
			}
		}
		for k := range p.values {
			at[p.values[k].node.index] = 0
		}
		if i+1 < n && bytes < batchBytes {
			continue
		}
		out := columns.Batch(names, made, int64(len(rows)), before)
		out.First, out.Rows = rows[0], rows
		ok := yield(out, nil)
		out.Record.Release()
		if !ok {
			return false
		}
		before += int64(len(rows))
		rows, bytes = nil, 0
	}
	return true
}

func (f *filler) null() {
	switch {
	case f.texts != nil:
		f.texts.Null()
	case f.numbers != nil:
		f.numbers.Null()
	default:
		f.ticks.Null()
	}
}

// add adds the value of a row, or the list that starts there; false for one that the
// first pass has not seen.
func (f *filler) add(p *parser, at int) bool {
	v := &p.values[at]
	switch {
	case f.texts != nil:
		f.texts.Add(p.text(v))
		return v.kind <= truth
	case f.numbers != nil:
		return f.addNumber(p, v)
	}
	items := p.values[at : at+1]
	if v.kind == list {
		items = p.values[at+1 : at+1+int(v.items)]
	}
	for i := range items {
		if items[i].null {
			continue
		}
		if !f.ticks.Tick(p.text(&items[i])) {
			return false
		}
	}
	f.ticks.Row()
	return true
}

func (f *filler) addNumber(p *parser, v *value) bool {
	b := p.raw(v)
	switch {
	case v.kind == truth && f.truth:
		n := 0.0
		if b[0] == 't' {
			n = 1
		}
		f.numbers.Add(n)
		return true
	case v.kind == number, v.kind == text && canonical(b):
		f.numbers.Add(parse(b))
		return true
	}
	return false
}

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
		var blocks *columns.Ahead[block] // nil: to begin at a start
		stop := func() {
			if blocks != nil {
				blocks.Close()
			}
			blocks = nil
		}
		defer stop()
		for b, s := range t.starts {
			before := int64(b) * batchRows
			n := min(batchRows, t.rows-before)
			if skip.Rows(before, n) {
				stop()
				continue
			}
			if blocks == nil {
				p, err := t.parser(s)
				if err != nil {
					yield(data.Batch{}, err)
					return
				}
				p.known, p.root = true, t.tree.copy(nil)
				blocks = p.ahead()
			}
			if !t.stretch(names, fillers, made, blocks, before, n, yield) {
				return
			}
		}
	}
}

// stretch hands out n rows, in one batch or more; false if that is the end, by yield or a
// fault.
func (t *table) stretch(names []string, fillers []*filler, made []columns.Column, blocks *columns.Ahead[block], before, n int64, yield func(data.Batch, error) bool) bool {
	at := make([]int, len(t.columns)) // of each column among the values of a row, from 1
	var rows []int64
	bytes := 0
	for end := before + n; before < end; {
		b := blocks.Next()
		err := b.err
		if err == nil {
			err = t.add(fillers, b, at)
		}
		if err != nil {
			yield(data.Batch{}, err)
			return false
		}
		for k := range b.rows {
			rows = append(rows, b.rows[k].number)
		}
		if bytes += len(b.text); before+int64(len(rows)) < end && bytes < batchBytes {
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

// add adds the values of a block to their columns. at is 0 for all columns, before and
// afterwards.
func (t *table) add(fillers []*filler, b *block, at []int) error {
	o := object{table: t}
	for k := range b.rows {
		values := b.object(k, &o)
		for i := range values {
			if of := &at[values[i].node.index]; *of == 0 {
				*of = i + 1
			}
		}
		for _, f := range fillers {
			if i := at[f.index]; i == 0 {
				f.null()
			} else if !f.add(&o, values[i-1:]) {
				return t.fault(o.number, "", otherwise)
			}
		}
		for i := range values {
			at[values[i].node.index] = 0
		}
	}
	return nil
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
func (f *filler) add(o *object, values []value) bool {
	v := &values[0]
	switch {
	case f.texts != nil:
		f.texts.Add(o.text(v))
		return v.kind <= truth
	case f.numbers != nil:
		return f.addNumber(o, v)
	}
	items := values[:1]
	if v.kind == list {
		items = values[1 : 1+int(v.items)]
	}
	for i := range items {
		if items[i].null {
			continue
		}
		if !f.ticks.Tick(o.text(&items[i])) {
			return false
		}
	}
	f.ticks.Row()
	return true
}

func (f *filler) addNumber(o *object, v *value) bool {
	b := o.raw(v)
	switch {
	case v.short && len(b) == 1:
		f.numbers.Add(float64(b[0] - '0'))
		return true
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

package triples

import (
	"fmt"
	"iter"
	"slices"

	"github.com/apache/arrow/go/v17/arrow"

	"tradeoff/data"
	"tradeoff/data/columns"
)

// Limits of a batch: rows, and bytes of the columns asked for.
const (
	maxRows  = 1 << 14
	maxBytes = 64 << 20
)

// A scanner streams the rows. It holds nothing that a scan changes, so several
// may run at once.
type scanner struct {
	file  *dataFile
	where map[string]source
}

// A source is where a column of the codebook comes from.
type source struct {
	v    *variable
	tick int // place among the values of a multiple answer
}

// codebook names and labels the columns, one or more for each variable.
func (s *scanner) codebook() data.Codebook {
	f := s.file
	book := data.Codebook{}
	s.where = map[string]source{}
	for _, v := range f.variables {
		s.where[v.name] = source{v, 0}
	}
	for _, v := range f.variables {
		if v.use == "weight" && v.sort == numbers {
			if book.Weight == "" {
				book.Weight = v.name
			} else {
				f.note("%s: several variables are marked as weight; %s, the first, is named as the file's, and not %s.", f.in.Name(), book.Weight, v.name)
			}
		}
		if v.sort == ticks {
			set := data.Set{Name: v.name, Label: v.label, Counted: "1"}
			delete(s.where, v.name)
			for k, t := range v.ticked {
				book.Variables = append(book.Variables, s.ticked(v, k, t))
				set.Variables = append(set.Variables, book.Variables[len(book.Variables)-1].Name)
			}
			book.Sets = append(book.Sets, set)
			continue
		}
		book.Variables = append(book.Variables, v.entry())
	}
	book.Notes = f.notes
	return book
}

// ticked is the variable of one value of a multiple answer: Q2_5, or with more
// underscores where that is the name of another.
func (s *scanner) ticked(v *variable, k int, t tick) data.Variable {
	name := v.name + "_" + t.code
	for {
		if _, taken := s.where[name]; !taken {
			break
		}
		name = v.name + "_" + name[len(v.name):]
	}
	s.where[name] = source{v, k}
	label := t.label
	if label == "" {
		label = t.code
	}
	return data.Variable{Name: name, Label: label, Level: data.Nominal, Format: "multiple", Labels: []data.ValueLabel{{Code: "0", Label: "No"}, {Code: "1", Label: "Yes"}}}
}

// entry is a variable of one column.
func (v *variable) entry() data.Variable {
	out := data.Variable{Name: v.name, Label: v.label, Format: v.kind}
	switch v.sort {
	case texts:
		out.Type = data.Text
	case dates:
		out.Type = data.Time
	}
	switch {
	case v.use == "serial":
		out.Format = "serial"
	case v.kind == "quantity":
		out.Level = data.Scale
	case v.kind == "logical":
		out.Level = data.Nominal
	}
	if v.kind == "date" || v.kind == "time" || v.kind == "character" {
		return out
	}
	for _, x := range v.values {
		if x.label != "" {
			out.Labels = append(out.Labels, data.ValueLabel{Code: x.code, Label: x.label})
		}
		if x.missing {
			out.Missing.Codes = append(out.Missing.Codes, x.code)
		}
	}
	return out
}

// A filler is a column with the slots of the batch that it fills.
type filler struct {
	*variable
	column
	slots []int
}

// fillers make the columns of a scan, one for each variable of the file. size is
// the bytes that a row takes.
func (s *scanner) fillers(names []string) (out []*filler, size int) {
	at := map[*variable]*filler{}
	for slot, name := range names {
		from, ok := s.where[name]
		if !ok {
			panic(fmt.Sprintf("triples: variable %q is not in the codebook", name))
		}
		f := at[from.v]
		if f == nil {
			f = &filler{variable: from.v, column: s.column(from.v)}
			at[from.v] = f
			out = append(out, f)
		}
		f.slots = append(f.slots, slot)
		switch c := f.column.(type) {
		case *tickColumn:
			c.asked, c.codes = append(c.asked, from.tick), append(c.codes, nil)
			size++
		case *textColumn:
			size += max(8, from.v.finish-from.v.start+1)
		default:
			size += 8
		}
	}
	return out, size
}

func (s *scanner) column(v *variable) column {
	switch v.sort {
	case texts:
		return &textColumn{v, columns.NewTexts(s.file.decoder())}
	case dates:
		return &dateColumn{v, columns.NewTimes()}
	case ticks:
		return &tickColumn{variable: v, on: make([]uint8, len(v.ticked)), bits: columns.Dictionary{Values: []float64{0, 1}}} // which are their own codes
	}
	return newNumberColumn(v)
}

// scan streams the named variables. Rows are stepped over where all lines are of
// one length.
func (s *scanner) scan(names []string, skip data.Skip) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		fillers, size := s.fillers(names)
		limit := max(1, min(maxRows, maxBytes/max(1, size)))
		var blocks *columns.Ahead[block] // nil: to begin behind before
		defer func() {
			if blocks != nil {
				blocks.Close()
			}
		}()
		for before := int64(0); ; {
			if n := min(int64(limit), s.file.rows-before); s.file.length > 0 && skip.Rows(before, n) {
				before += n
				if blocks != nil {
					blocks.Close()
					blocks = nil
				}
				continue
			}
			if blocks == nil {
				blocks = s.file.ahead(before, limit)
			}
			b, done, err := s.fill(names, fillers, blocks, before, limit)
			if err != nil {
				yield(data.Batch{}, err)
				return
			}
			if n := b.Record.NumRows(); n > 0 {
				ok := yield(b, nil)
				b.Record.Release()
				if !ok {
					return
				}
				before += n
			}
			if done {
				return
			}
		}
	}
}

// fill makes a batch of up to limit rows, which is as many as a block has, or of
// several blocks.
func (s *scanner) fill(names []string, fillers []*filler, blocks *columns.Ahead[block], before int64, limit int) (b data.Batch, done bool, err error) {
	rows := make([]int64, 0, max(0, min(int64(limit), s.file.rows-before)))
	for _, f := range fillers {
		f.column.Reserve(cap(rows))
	}
	bad := make([]int, len(fillers))
	text := 0 // bytes of CSV, whose cells have no width
	for len(rows)+min(limit, blockRows) <= limit && text < maxBytes {
		block := blocks.Next()
		if block == nil {
			done = true
			break
		}
		share(len(fillers), func(k int) { bad[k] = fillers[k].column.add(block) })
		for k, f := range fillers {
			if i := bad[k]; i >= 0 {
				return b, true, s.file.rowFault(block.rows[i].number, f.name, "the value is no "+f.noun()+"; the file has changed since it was opened, run again")
			}
		}
		if block.err != nil {
			return b, true, block.err
		}
		for i := range block.rows {
			rows = append(rows, block.rows[i].number)
		}
		if s.file.isCSV() {
			text += len(block.text)
		}
	}
	arrays := make([]arrow.Array, len(names))
	for _, f := range fillers {
		for i, a := range f.arrays() {
			arrays[f.slots[i]] = a
		}
	}
	b = data.Batch{Record: columns.Record(names, arrays, int64(len(rows))), Before: before}
	if len(rows) > 0 {
		b.First = rows[0]
		if last := rows[len(rows)-1]; last-rows[0] != int64(len(rows)-1) {
			b.Rows = slices.Clip(rows)
		}
	}
	return b, done, nil
}

package ddi

import (
	"fmt"
	"iter"
	"math"
	"strings"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"tradeoff/data"
	"tradeoff/data/columns"
)

// maxFaults is how many faults are collected before reading stops; no more are
// shown.
const maxFaults = 100

// A scanner streams the rows: the texts of the data file as the values that the
// codebook says they are.
type scanner struct {
	*codebook
	inner *data.Survey
	where map[string]*variable
}

// A converter turns the texts of one column into values.
type converter struct {
	*variable
	of     arrow.ArrayData // the dictionary that values and codes were made of
	values arrow.Array     // numbers
	codes  [256]uint8      // new codes by old ones
	wrong  [256]bool
	seen   map[string]bool // extended missing values
	point  bool            // a number had one
}

// scan streams the named variables.
func (s *scanner) scan(names []string, skip data.Skip) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		converters := s.converters(names)
		for b, err := range s.inner.BatchesBut(names, skip) {
			if err == nil {
				b, err = s.convert(b, converters)
			}
			if err != nil {
				yield(data.Batch{}, err)
				return
			}
			ok := yield(b, nil)
			b.Record.Release()
			if !ok {
				return
			}
		}
	}
}

// converters has nil for columns that stay as they are.
func (s *scanner) converters(names []string) []*converter {
	out := make([]*converter, len(names))
	for i, name := range names {
		if v := s.where[name]; v != nil && v.typed && v.Type != data.Text {
			out[i] = &converter{variable: v, seen: map[string]bool{}}
		}
	}
	return out
}

// convert makes a batch of values.
func (s *scanner) convert(b data.Batch, converters []*converter) (data.Batch, error) {
	arrays, fields := make([]arrow.Array, len(converters)), make([]arrow.Field, len(converters))
	for i, c := range converters {
		arrays[i] = b.Record.Column(i)
		if c != nil {
			a, row := c.array(arrays[i])
			if row >= 0 {
				return b, s.wrong(b, row, c.variable)
			}
			arrays[i] = a
			defer a.Release()
		}
		fields[i] = arrow.Field{Name: b.Record.ColumnName(i), Type: arrays[i].DataType(), Nullable: true}
	}
	out := b
	out.Record = array.NewRecord(arrow.NewSchema(fields, nil), arrays, b.Record.NumRows())
	return out, nil
}

// wrong is the fault of a value that is not of its variable's kind.
func (s *scanner) wrong(b data.Batch, row int, v *variable) *data.Fault {
	noun := "number"
	if v.Type == data.Time {
		noun = "date (2026-03-01, or 2026-03-01 14:30:00)"
	}
	f := s.inner.Files[0]
	return &data.Fault{File: f.Name(), Row: b.Row(row), Unit: f.Unit, Column: v.name,
		Found: fmt.Sprintf("the value is no %s, as the codebook says of this variable; correct varFormat or export again", noun)}
}

// audit reads all values once: it refuses those of the wrong kind, and declares
// extended missing values that the codebook does not.
func (s *scanner) audit() error {
	var names []string
	for _, v := range s.variables {
		if v.typed && v.Type != data.Text {
			names = append(names, v.name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	var faults data.Faults
	converters := s.converters(names)
	for b, err := range s.inner.Batches(names) {
		if err != nil {
			return err
		}
		for i, c := range converters {
			column := b.Record.Column(i)
			for from := 0; from < column.Len() && len(faults) < maxFaults; {
				a, row := c.array(array.NewSlice(column, int64(from), int64(column.Len())))
				if row < 0 {
					a.Release()
					break
				}
				faults = append(faults, s.wrong(b, from+row, c.variable))
				from += row + 1
			}
		}
		if len(faults) >= maxFaults {
			break
		}
	}
	for _, c := range converters {
		for letter := byte('_'); letter <= 'z'; letter++ {
			if code := "." + string(rune(letter)); c.seen[code] {
				c.declare(code)
			}
		}
		if s.fixed && c.decimals > 0 && !c.point && c.Type == data.Number {
			c.shift = math.Pow10(c.decimals)
			s.add("have decimals without a point (dcml), so that their last digits are read as such", c.name)
		}
	}
	return faults.Err()
}

// array converts a column of texts; row is the first that cannot be converted, -1
// for none.
func (c *converter) array(a arrow.Array) (out arrow.Array, row int) {
	codes, values, coded := data.Codes(a)
	if coded && c.Type == data.Number {
		return c.coded(a, codes, values)
	}
	texts := data.Plain(a).(*array.String)
	column := columns.New(c.Type)
	for i := range texts.Len() {
		if texts.IsNull(i) || !c.add(column, texts.Value(i)) {
			if texts.IsValid(i) {
				return nil, i
			}
			column.Null()
		}
	}
	return column.Array(), -1
}

// add adds a value to a column.
func (c *converter) add(column columns.Column, text string) bool {
	switch column := column.(type) {
	case *columns.Numbers:
		v, null, ok := c.number(text)
		switch {
		case null:
			column.Null()
		case ok:
			column.Add(v)
		}
		return ok
	case *columns.Times:
		for _, layout := range []string{"2006-01-02", "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02T15:04:05Z"} {
			if t, err := time.Parse(layout, text); err == nil {
				column.Add(t.Unix())
				return true
			}
		}
	}
	return false
}

// number reads a number; a lone point, as some programs write it, is a null.
func (c *converter) number(text string) (v float64, null, ok bool) {
	b := trim(text)
	if b == "" || b == "." {
		return 0, true, true
	}
	v, ok = number([]byte(b))
	switch {
	case !ok:
		return 0, false, false
	case b[0] == '.' && len(b) == 2 && b[1] > '9':
		c.seen[b] = true
		return v, false, true
	}
	c.point = c.point || strings.ContainsAny(b, ".eE")
	if c.shift != 0 {
		v /= c.shift
	}
	return v, false, true
}

// coded converts the dictionary of a coded column once, and then only the codes.
func (c *converter) coded(a arrow.Array, codes []uint8, texts arrow.Array) (out arrow.Array, row int) {
	if c.of != texts.Data() {
		c.translate(texts.(*array.String))
	}
	made := make([]uint8, len(codes))
	nulls := 0
	for i, code := range codes {
		if c.wrong[code] {
			return nil, i
		}
		if made[i] = c.codes[code]; made[i] == data.NoCode {
			nulls++
		}
	}
	return data.Coded(made, nulls, c.values), -1
}

// translate makes the numbers of a dictionary: two spellings of a number are one.
func (c *converter) translate(texts *array.String) {
	b := array.NewFloat64Builder(memory.DefaultAllocator)
	places := map[float64]uint8{}
	c.wrong = [256]bool{}
	c.codes[data.NoCode] = data.NoCode
	for i := range texts.Len() {
		v, null, ok := c.number(texts.Value(i))
		code, known := places[v]
		switch {
		case null:
			code = data.NoCode
		case !ok:
			c.wrong[i] = true
		case !known:
			code = uint8(len(places))
			places[v] = code
			b.Append(v + 0) // zero has no sign
		}
		c.codes[i] = code
	}
	c.of, c.values = texts.Data(), b.NewArray()
}

// trim cuts blanks.
func trim(s string) string {
	for len(s) > 0 && (s[0] == ' ' || s[0] == '\t') {
		s = s[1:]
	}
	for len(s) > 0 && (s[len(s)-1] == ' ' || s[len(s)-1] == '\t') {
		s = s[:len(s)-1]
	}
	return s
}

package described

import (
	"iter"
	"math"
	"strconv"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"tradeoff/data"
	"tradeoff/data/columns"
	"tradeoff/data/sheet"
)

// A met is what the values of a variable have shown while they were read for the
// first time.
type met struct {
	over     bool          // the first time is over
	extended ['z' + 1]bool // extended missing values, by letter
	point    bool          // a number had one, or an exponent
}

// described says of columns what they hold; those that are as they look are not in
// it.
func (c *Codebook) described() map[string]*sheet.Described {
	all := map[string]*sheet.Described{}
	for _, v := range c.Variables {
		if !v.Typed {
			continue
		}
		d := &sheet.Described{Type: v.Type}
		noun := "number"
		switch v.Type {
		case data.Number:
			d.Read = v.number
		case data.Time:
			d.Read, noun = moment, "date (2026-03-01, or 2026-03-01 14:30:00)"
		}
		if v.Read != nil {
			d.Read = v.Read
		}
		if v.Noun != "" {
			noun = v.Noun
		}
		d.Wrong = "the value is no " + noun + ", as the " + c.What + " says of this variable; correct " + c.Kind + " or export again"
		all[v.Name] = d
	}
	return all
}

// number reads a number; a lone point, as some programs write it, is none.
func (v *Variable) number(cell []byte) (n float64, ok bool) {
	if len(cell) == 1 && cell[0] == '.' {
		return math.NaN(), true
	}
	if n, ok = Number(cell); ok && !v.met.over {
		v.meet(cell)
	}
	return n, ok
}

// meet remembers what a number shows.
func (v *Variable) meet(cell []byte) {
	if len(cell) == 2 && cell[0] == '.' && cell[1] > '9' {
		v.met.extended[cell[1]] = true
		return
	}
	for _, c := range cell {
		v.met.point = v.met.point || c == '.' || c == 'e' || c == 'E'
	}
}

// moment reads a date, in seconds. A year has four digits, or more: SPSS writes such
// where a program took milliseconds for seconds. Years before 0000, which is 1 BC, have
// a sign, as in ISO 8601.
func moment(cell []byte) (seconds float64, ok bool) {
	const most = 9 // digits of a year
	before := len(cell) > 0 && cell[0] == '-'
	if before {
		cell = cell[1:]
	}
	digits := 0
	for digits < len(cell) && cell[digits] >= '0' && cell[digits] <= '9' {
		digits++
	}
	if digits < 4 || digits > most || digits > 4 && cell[0] == '0' {
		return 0, false
	}
	year, _ := strconv.Atoi(string(cell[:digits]))
	switch {
	case before && year == 0:
		return 0, false
	case before:
		year = -year
	}
	// The calendar begins again every 400 years.
	turn := (year%400 + 400) % 400
	text := strconv.Itoa(2000+turn) + string(cell[digits:])
	for _, layout := range []string{time.DateOnly, time.DateTime, "2006-01-02T15:04:05", "2006-01-02T15:04:05Z"} {
		if t, err := time.Parse(layout, text); err == nil {
			return float64(t.Unix() + int64((year-turn)/400-5)*secondsOf400), true
		}
	}
	return 0, false
}

// secondsOf400 is the length of 400 years of the Gregorian calendar.
const secondsOf400 = 146097 * 86400

// learn declares extended missing values that the codebook does not, and finds
// the variables whose decimals have no point.
func (c *Codebook) learn() {
	for _, v := range c.Variables {
		v.met.over = true
		for letter, is := range v.met.extended {
			if is {
				v.declare("." + string(rune(letter)))
			}
		}
		if c.Fixed && v.Typed && v.Decimals > 0 && !v.met.point && v.Type == data.Number {
			v.shift = math.Pow10(v.Decimals)
			c.Add("have decimals without a point (dcml), so that their last digits are read as such", v.Name)
		}
	}
}

// A shifter streams the rows of a data file that has decimals without a point.
type shifter struct {
	inner *data.Survey
	by    map[string]float64 // what numbers are divided by, of variables that have such decimals
}

// shifted is a survey with these decimals, itself if it has none.
func (c *Codebook) shifted(inner *data.Survey) data.Scan {
	s := &shifter{inner: inner, by: map[string]float64{}}
	for _, v := range c.Variables {
		if v.shift != 0 {
			s.by[v.Name] = v.shift
		}
	}
	if len(s.by) == 0 {
		return inner.BatchesBut
	}
	return s.scan
}

// scan streams the named variables.
func (s *shifter) scan(names []string, skip data.Skip) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		values := make([]dictionary, len(names))
		for b, err := range s.inner.BatchesBut(names, skip) {
			if err != nil {
				yield(data.Batch{}, err)
				return
			}
			arrays := make([]arrow.Array, len(names))
			for i, name := range names {
				if a := b.Record.Column(i); s.by[name] != 0 {
					arrays[i] = values[i].shift(a, s.by[name])
				} else {
					a.Retain()
					arrays[i] = a
				}
			}
			b.Record = columns.Record(names, arrays, b.Record.NumRows())
			if !yield(b, nil) {
				return
			}
		}
	}
}

// A dictionary holds the numbers of a coded column, and what they were made of.
type dictionary struct {
	of      arrow.ArrayData
	numbers arrow.Array
}

// shift divides the numbers of a column.
func (d *dictionary) shift(a arrow.Array, by float64) arrow.Array {
	codes, values, coded := data.Codes(a)
	if !coded {
		return divided(a.(*array.Float64), by)
	}
	if d.of != values.Data() {
		d.of, d.numbers = values.Data(), divided(values.(*array.Float64), by)
	}
	return data.Coded(codes, a.NullN(), d.numbers)
}

// divided is an array of numbers, divided; extended missing values stay.
func divided(a *array.Float64, by float64) arrow.Array {
	b := array.NewFloat64Builder(memory.DefaultAllocator)
	b.Reserve(a.Len())
	for i := range a.Len() {
		v := a.Value(i)
		_, extended := data.ExtendedLetter(v)
		switch {
		case a.IsNull(i):
			b.AppendNull()
		case extended:
			b.UnsafeAppend(v)
		default:
			b.UnsafeAppend(v / by)
		}
	}
	return b.NewArray()
}

package triples

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"tradeoff/data"
	"tradeoff/data/beside"
)

// A sort is how the answers to a variable are read.
type sort uint8

const (
	numbers sort = iota
	texts
	dates
	ticks // a multiple answer
)

// A shape is what check makes of a variable.
type shape struct {
	sort   sort
	parse  convert      // of a cell, for numbers and dates
	soft   bool         // literal codes that are all numbers: numbers as long as the answers are
	bounds [][2]float64 // the ranges
	codes  map[float64]bool
	words  map[string]bool // the literal codes
	ticked []tick          // the values of a multiple answer
	tickAt map[string]int  // place in ticked, by code
	parts  int             // cells of a CSV record that hold it
	column string          // the name, of a multiple answer that of the set
}

// A tick is one value of a multiple answer.
type tick struct {
	code, label string
	place       int // of its bit, from 0
}

// maxWidth bounds the characters of all variables together: a batch of rows
// must not grow beyond what a line can hold, however often it is read.
const maxWidth = 16 * maxLine

// check says what is wrong with the definition, and works out how each variable
// is read.
func (d *definition) check() error {
	switch {
	case d.levels != nil && d.records == 0:
		return d.fault("", "this describes a hierarchy, whose levels have a definition and data of their own%s; name the definition of the level to report on", d.levelNames())
	case d.version != "" && !strings.HasPrefix(d.version, "1.") && !strings.HasPrefix(d.version, "2.") && !strings.HasPrefix(d.version, "3."):
		return d.fault("", "the definition says version %s, and versions 1 to 3 are read; export in one of these", strconv.Quote(beside.Short(d.version)))
	case d.records == 0:
		return d.fault("", "the definition has no record, so it describes no data; export it again")
	case len(d.variables) == 0:
		return d.fault("", "the definition describes no variable; export it again")
	case d.layout != "" && d.layout != "fixed" && d.layout != "csv":
		return d.fault("", "the data are in the format %s, expected fixed or csv; export in one of these", strconv.Quote(beside.Short(d.layout)))
	}
	if d.levels != nil {
		d.note("%s: the definition belongs to a hierarchy; its own level is read, and the others are not.", d.in.Name())
	}
	var faults data.Faults
	seen := map[string]bool{}
	total := 0
	for i, v := range d.variables {
		f := d.nameOf(v, i)
		if f == nil && seen[v.name] {
			f = d.fault(v.name, "two variables have this name; rename one of them")
		}
		seen[v.name] = true
		if f == nil {
			f = d.place(v)
		}
		if f == nil {
			f = d.settle(v)
		}
		if f != nil {
			faults = append(faults, f)
			continue
		}
		if total += v.finish - v.start + 1; total > maxWidth || d.columnCount() > maxVariables {
			return d.fault("", "the variables take more room than any survey does; the definition is damaged, export it again")
		}
	}
	d.overlaps()
	return faults.Err()
}

// levelNames lists the definitions of a hierarchy.
func (d *definition) levelNames() string {
	names := slices.DeleteFunc(slices.Clone(d.levels), func(s string) bool { return !data.IsFileName(s) })
	if len(names) == 0 {
		return ""
	}
	for i := range names {
		names[i] = beside.Short(names[i])
	}
	return " (" + beside.List(names) + ")"
}

// nameOf makes sure that a variable has a name.
func (d *definition) nameOf(v *variable, i int) *data.Fault {
	if v.name == "" && v.ident != "" {
		v.name = "V" + v.ident
	}
	if v.name == "" {
		return d.fault("", "variable %d has neither name nor ident; correct the definition", i+1)
	}
	v.column = v.name
	return nil
}

// isCSV reports whether positions count fields of a record.
func (d *definition) isCSV() bool { return d.layout == "csv" }

// place checks where the answers stand.
func (d *definition) place(v *variable) *data.Fault {
	if !v.positioned || v.start == 0 {
		return d.fault(v.name, "the definition does not say where the answers stand (position); export it again")
	}
	if v.finish == 0 {
		v.finish = v.start
	}
	if v.finish < v.start {
		return d.fault(v.name, "it starts at position %d and finishes at %d, before that; correct the definition", v.start, v.finish)
	}
	return nil
}

// settle works out how the answers are read.
func (d *definition) settle(v *variable) *data.Fault {
	for _, r := range v.ranges {
		if f := d.bound(v, r); f != nil {
			return f
		}
	}
	switch v.kind {
	case "single":
		return d.single(v)
	case "multiple":
		return d.multiple(v)
	case "quantity":
		v.parse = number
		return d.numeric(v)
	case "logical":
		v.parse = number
		v.values = append(v.values[:0:0], value{code: "1", label: "Yes"}, value{code: "0", label: "No"})
		return d.numeric(v)
	case "date":
		v.sort, v.parse = dates, date
	case "time":
		v.parse = clock
	case "character":
		v.sort = texts
	default:
		return d.fault(v.name, "its type is %s, expected single, multiple, quantity, character, logical, date or time; correct the definition", strconv.Quote(beside.Short(v.kind)))
	}
	return nil
}

// bound reads a range.
func (d *definition) bound(v *variable, r span) *data.Fault {
	parse := number
	switch v.kind {
	case "date":
		parse = date
	case "time":
		parse = clock
	case "character", "logical":
		return nil
	}
	low, is1 := parse([]byte(r.from))
	high, is2 := parse([]byte(r.to))
	if r.from == "" {
		low, is1 = math.Inf(-1), given
	}
	if r.to == "" {
		high, is2 = math.Inf(1), given
	}
	if is1 != given || is2 != given {
		return d.fault(v.name, "its range goes from %s to %s, which are not both values of a %s; correct the definition", strconv.Quote(beside.Short(r.from)), strconv.Quote(beside.Short(r.to)), v.kind)
	}
	v.bounds = append(v.bounds, [2]float64{min(low, high), max(low, high)})
	return nil
}

// single is an answer of one code: a number, or a text where the definition
// says literal. Literal codes that are all numbers are numbers too, so that a
// scale from 1 to 5 is one.
func (d *definition) single(v *variable) *data.Fault {
	literal, allNumbers := v.format == "literal", len(v.values) > 0
	v.words = map[string]bool{}
	for _, x := range v.values {
		v.words[x.code] = true
		n, is := number([]byte(x.code))
		allNumbers = allNumbers && is == given && data.Code(n) == x.code
		if is != given {
			if v.format == "numeric" {
				return d.fault(v.name, "the code %s is no number although the variable is numeric; correct the definition", strconv.Quote(beside.Short(x.code)))
			}
			literal = true
		}
	}
	if literal && !allNumbers {
		v.sort = texts
		return nil
	}
	v.soft, v.parse = literal, number
	return d.numeric(v)
}

// numeric makes canonical codes of the values.
func (d *definition) numeric(v *variable) *data.Fault {
	v.codes = map[float64]bool{}
	for i := range v.values {
		n, is := number([]byte(v.values[i].code))
		if is != given {
			return d.fault(v.name, "the code %s is no number; correct the definition", strconv.Quote(beside.Short(v.values[i].code)))
		}
		if v.codes[n] {
			return d.fault(v.name, "the code %s stands twice; correct the definition", data.Code(n))
		}
		v.codes[n] = true
		v.values[i].code = data.Code(n)
	}
	return nil
}

// maxTicks bounds the values of a multiple answer.
const maxTicks = 1 << 14

// multiple is a bit for each code, or as many codes as fit the subfields.
func (d *definition) multiple(v *variable) *data.Fault {
	v.sort, v.tickAt = ticks, map[string]int{}
	if len(v.values) == 0 || len(v.values) > maxTicks {
		return d.fault(v.name, "it has %d values, expected from 1 to %d; correct the definition", len(v.values), maxTicks)
	}
	widest := 0
	for _, x := range v.values {
		code := x.code
		n, is := number([]byte(code))
		whole := is == given && n == math.Trunc(n)
		if whole {
			code = data.Code(n)
		}
		switch {
		case !v.spread && (!whole || n < 1 || n > maxLine):
			return d.fault(v.name, "the code %s is no position of a bit; correct the definition", strconv.Quote(beside.Short(code)))
		case v.spread && v.format != "literal" && !whole:
			return d.fault(v.name, "the code %s is no number; correct the definition", strconv.Quote(beside.Short(code)))
		}
		if _, twice := v.tickAt[code]; twice {
			return d.fault(v.name, "the code %s stands twice; correct the definition", strconv.Quote(beside.Short(code)))
		}
		widest = max(widest, len(code))
		v.add(code, x.label, int(n)-1)
	}
	room := v.finish - v.start + 1
	if v.spread {
		return d.spreadOut(v, room, widest)
	}
	for _, t := range v.ticked {
		if !d.isCSV() && t.place >= room {
			return d.fault(v.name, "its code %s needs position %d, but it finishes at %d; correct the definition", t.code, v.start+t.place, v.finish)
		}
	}
	return nil
}

// add gives a multiple answer one more value.
func (v *variable) add(code, label string, place int) {
	v.tickAt[code] = len(v.ticked)
	v.ticked = append(v.ticked, tick{code, label, place})
}

// spreadOut checks the subfields; widest is the longest code.
func (d *definition) spreadOut(v *variable, room, widest int) *data.Fault {
	if v.subfields == 0 {
		v.subfields = 1
	}
	if d.isCSV() {
		if v.finish > v.start {
			if v.parts = v.subfields; v.parts > room {
				return d.fault(v.name, "its %d subfields do not fit the %d fields from %d to %d; correct the definition", v.subfields, room, v.start, v.finish)
			}
		} else if v.width == 0 {
			v.width = widest
		}
		return nil
	}
	if v.width == 0 {
		if v.width = widest; room%v.subfields == 0 {
			v.width = room / v.subfields
		}
	}
	if v.subfields > room/v.width {
		return d.fault(v.name, "its %d subfields of %d characters do not fit the %d positions from %d to %d; correct the definition", v.subfields, v.width, room, v.start, v.finish)
	}
	return nil
}

// columnCount is how many columns the variables make.
func (d *definition) columnCount() int {
	return len(d.variables) + d.values
}

// overlaps points at variables that share positions.
func (d *definition) overlaps() {
	sorted := slices.Clone(d.variables)
	slices.SortStableFunc(sorted, func(a, b *variable) int { return a.start - b.start })
	var names []string
	for i := 1; i < len(sorted); i++ {
		if sorted[i].start <= sorted[i-1].finish {
			names = append(names, sorted[i-1].name+" and "+sorted[i].name)
		}
	}
	if len(names) > 0 {
		d.note("%s: variables share positions in the data, and both are read: %s.", d.in.Name(), beside.List(names))
	}
}

// declares reports whether the definition allows a number.
func (v *variable) declares(n float64) bool {
	if len(v.codes) == 0 && len(v.bounds) == 0 || v.codes[n] {
		return true
	}
	return slices.ContainsFunc(v.bounds, func(b [2]float64) bool { return b[0] <= n && n <= b[1] })
}

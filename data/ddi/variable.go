package ddi

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"tradeoff/data"
	"tradeoff/data/sheet"
)

// check says what is wrong with the codebook, and works out what each variable is
// as far as the data are not needed for it.
func (c *codebook) check() error {
	if len(c.variables) == 0 {
		return c.fault("", "the codebook describes no variable (var in dataDscr); export it again")
	}
	var faults data.Faults
	seen := map[string]bool{}
	for i, v := range c.variables {
		var f *data.Fault
		switch {
		case v.name == "":
			f = c.fault("", "variable %d has neither name nor ID; correct the codebook", i+1)
		case seen[v.name]:
			f = c.fault(v.name, "two variables have this name; rename one of them")
		case c.fixed:
			f = c.place(v)
		}
		if seen[v.name] = true; f == nil {
			f = c.settle(v)
		}
		if f != nil {
			faults = append(faults, f)
		}
	}
	return faults.Err()
}

// place checks where the values of a variable stand.
func (c *codebook) place(v *variable) *data.Fault {
	switch {
	case v.record > 1:
		return c.fault(v.name, "it stands on line %d of each respondent (RecSegNo), and records of one line are read; export as CSV", v.record)
	case v.end == 0 && v.width == 0:
		return c.fault(v.name, "the codebook says where it starts and not how wide it is (EndPos or width of location); correct the codebook")
	case v.end == 0:
		v.end = v.start + v.width - 1
	case v.width > 0 && v.end != v.start+v.width-1:
		return c.fault(v.name, "it goes from position %d to %d, and its width is %d; correct the codebook", v.start, v.end, v.width)
	}
	if v.end < v.start || v.end > maxPosition {
		return c.fault(v.name, "it starts at position %d and ends at %d; correct the codebook", v.start, v.end)
	}
	return nil
}

// settle finds type and level.
func (c *codebook) settle(v *variable) *data.Fault {
	v.Variable = data.Variable{Name: v.name, Label: v.question, Format: v.format}
	if v.Label == "" {
		v.Label = v.label
	}
	switch v.kind {
	case "":
	case "numeric":
		v.typed = true
	case "character":
		v.typed, v.Type = true, data.Text
	default:
		return c.fault(v.name, "its type is %s, expected numeric or character (varFormat); correct the codebook", strconv.Quote(v.kind))
	}
	if v.category == "date" || v.category == "time" {
		v.typed, v.Type = true, data.Time
	}
	switch v.nature {
	case "nominal":
		v.Level = data.Nominal
	case "ordinal":
		v.Level = data.Ordinal
	case "interval", "ratio", "percent":
		v.Level = data.Scale
	case "":
		if v.continuous && len(v.categories) == 0 {
			v.Level = data.Scale
		}
	}
	return nil
}

// complete adds labels and missing values, when the type is known.
func (c *codebook) complete(v *variable) *data.Fault {
	if v.Type == data.Time {
		return nil
	}
	labels := map[string]string{}
	for _, code := range v.missing {
		if code, ok := c.code(v, code); ok {
			v.declare(code)
		}
	}
	for _, b := range v.ranges {
		switch {
		case v.Type != data.Number:
			c.add("have a range of missing values and are no numbers, so it does not count", v.name)
		case b.low == b.high:
			v.declare(data.Code(b.low))
		case !v.Missing.HasRange:
			v.Missing.HasRange, v.Missing.Low, v.Missing.High = true, b.low, b.high
		default:
			c.add("have more than one range of missing values; of the others only the categories count", v.name)
			for _, k := range v.categories {
				if n, ok := data.ParseCode(k.code); ok && b.low <= n && n <= b.high {
					v.declare(data.Code(n))
				}
			}
		}
	}
	for _, k := range v.categories {
		code, ok := c.code(v, k.code)
		if !ok {
			continue
		}
		if k.missing && !v.Missing.Declares(code) { // by the range
			v.declare(code)
		}
		label, twice := labels[code]
		if twice && label != k.label {
			return c.fault(v.name, "the code %s has two labels; correct the codebook", strconv.Quote(code))
		}
		if labels[code] = k.label; k.labelled && !twice {
			v.Labels = append(v.Labels, data.ValueLabel{Code: code, Label: k.label})
		}
	}
	return nil
}

// declare adds a missing value.
func (v *variable) declare(code string) {
	if !slices.Contains(v.Missing.Codes, code) {
		v.Missing.Codes = append(v.Missing.Codes, code)
	}
}

// code is the canonical form of a code; false for one that is no value of the
// variable.
func (c *codebook) code(v *variable, code string) (string, bool) {
	if v.Type == data.Text {
		return code, true
	}
	code = strings.TrimSpace(code)
	if n, ok := number([]byte(code)); ok {
		return data.Code(n), true
	}
	if code != "." && !strings.EqualFold(code, "sysmiss") { // what has no value
		c.add("have categories whose codes are no numbers, which are left out", v.name)
	}
	return "", false
}

// add remembers that something is true of a variable, once.
func (c *codebook) add(what, name string) {
	if !slices.Contains(c.noted[what], name) {
		c.noted[what] = append(c.noted[what], name)
	}
}

// number reads a number as data files write it; words that strconv takes for
// numbers (hexadecimal, inf) are none, extended missing values are.
func number(b []byte) (float64, bool) {
	if v, ok := sheet.Decimal(b); ok {
		return v, true
	}
	for i, c := range b {
		switch {
		case c >= '0' && c <= '9', c == '.', c == '-', c == '+':
		case (c == 'e' || c == 'E') && i > 0:
		case len(b) == 2 && i == 1 && b[0] == '.':
		default:
			return 0, false
		}
	}
	v, ok := data.ParseCode(string(b))
	return v, ok && !math.IsInf(v, 0) && !math.IsNaN(v)
}

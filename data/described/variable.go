package described

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"tradeoff/data"
	"tradeoff/data/sheet"
)

// complete adds labels and missing values, when the type is known.
func (c *Codebook) complete(v *Variable) *data.Fault {
	if v.Type == data.Time {
		return nil
	}
	labels := map[string]string{}
	for _, code := range v.NoAnswer {
		if code, ok := c.code(v, code); ok {
			v.declare(code)
		}
	}
	for _, b := range v.Ranges {
		switch {
		case v.Type != data.Number:
			c.Add("have a range of missing values and are no numbers, so it does not count", v.Name)
		case b.Low == b.High:
			v.declare(data.Code(b.Low))
		case !v.Missing.HasRange:
			v.Missing.HasRange, v.Missing.Low, v.Missing.High = true, b.Low, b.High
		default:
			c.Add("have more than one range of missing values; of the others only the categories count", v.Name)
			for _, k := range v.Categories {
				if n, ok := data.ParseCode(k.Code); ok && b.Low <= n && n <= b.High {
					v.declare(data.Code(n))
				}
			}
		}
	}
	for _, k := range v.Categories {
		code, ok := c.code(v, k.Code)
		if !ok {
			continue
		}
		if k.Missing && !v.Missing.Declares(code) { // by the range
			v.declare(code)
		}
		label, twice := labels[code]
		if twice && label != k.Label {
			return c.Fault(v.Name, "the code %s has two labels; correct the %s", strconv.Quote(code), c.What)
		}
		if labels[code] = k.Label; k.Labelled && !twice {
			v.Labels = append(v.Labels, data.ValueLabel{Code: code, Label: k.Label})
		}
	}
	return nil
}

// declare adds a missing value.
func (v *Variable) declare(code string) {
	if !slices.Contains(v.Missing.Codes, code) {
		v.Missing.Codes = append(v.Missing.Codes, code)
	}
}

// code is the canonical form of a code; false for one that is no value of the
// variable.
func (c *Codebook) code(v *Variable, code string) (string, bool) {
	if v.Type == data.Text {
		return code, true
	}
	code = strings.TrimSpace(code)
	if n, ok := Number([]byte(code)); ok {
		return data.Code(n), true
	}
	if code != "." && !strings.EqualFold(code, "sysmiss") { // what has no value
		c.Add("have categories whose codes are no numbers, which are left out", v.Name)
	}
	return "", false
}

// Add remembers that something is true of a variable, once.
func (c *Codebook) Add(what, name string) {
	if c.noted == nil {
		c.noted = map[string][]string{}
	}
	if !slices.Contains(c.noted[what], name) {
		c.noted[what] = append(c.noted[what], name)
	}
}

// Number reads a number as data files write it; words that strconv takes for
// numbers (hexadecimal, inf) are none, extended missing values are.
func Number(b []byte) (float64, bool) {
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

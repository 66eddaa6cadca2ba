package ddi

import (
	"strconv"

	"tradeoff/data"
)

// check says what is wrong with the codebook, and works out what each variable is
// as far as the data are not needed for it.
func (c *codebook) check() error {
	if len(c.variables) == 0 {
		return c.Fault("", "the codebook describes no variable (var in dataDscr); export it again")
	}
	var faults data.Faults
	seen := map[string]bool{}
	for i, v := range c.variables {
		var f *data.Fault
		switch {
		case v.Name == "":
			f = c.Fault("", "variable %d has neither name nor ID; correct the codebook", i+1)
		case seen[v.Name]:
			f = c.Fault(v.Name, "two variables have this name; rename one of them")
		case c.Fixed:
			f = c.place(v)
		}
		if seen[v.Name] = true; f == nil {
			f = c.settle(v)
		}
		if f != nil {
			faults = append(faults, f)
		}
	}
	for _, v := range c.variables {
		c.Variables = append(c.Variables, &v.Variable)
	}
	if len(c.files) == 1 {
		c.Cases = c.files[0].cases
	}
	return faults.Err()
}

// place checks where the values of a variable stand.
func (c *codebook) place(v *variable) *data.Fault {
	switch {
	case v.record > 1:
		return c.Fault(v.Name, "it stands on line %d of each respondent (RecSegNo), and records of one line are read; export as CSV", v.record)
	case v.End == 0 && v.width == 0:
		return c.Fault(v.Name, "the codebook says where it starts and not how wide it is (EndPos or width of location); correct the codebook")
	case v.End == 0:
		v.End = v.Start + v.width - 1
	case v.width > 0 && v.End != v.Start+v.width-1:
		return c.Fault(v.Name, "it goes from position %d to %d, and its width is %d; correct the codebook", v.Start, v.End, v.width)
	}
	if v.End < v.Start || v.End > maxPosition {
		return c.Fault(v.Name, "it starts at position %d and ends at %d; correct the codebook", v.Start, v.End)
	}
	return nil
}

// settle finds type and level.
func (c *codebook) settle(v *variable) *data.Fault {
	if v.Label = v.question; v.Label == "" {
		v.Label = v.label
	}
	switch v.kind {
	case "":
	case "numeric":
		v.Typed = true
	case "character":
		v.Typed, v.Type = true, data.Text
	default:
		return c.Fault(v.Name, "its type is %s, expected numeric or character (varFormat); correct the codebook", strconv.Quote(v.kind))
	}
	if v.category == "date" || v.category == "time" {
		v.Typed, v.Type = true, data.Time
	}
	switch v.nature {
	case "nominal":
		v.Level = data.Nominal
	case "ordinal":
		v.Level = data.Ordinal
	case "interval", "ratio", "percent":
		v.Level = data.Scale
	case "":
		if v.continuous && len(v.Categories) == 0 {
			v.Level = data.Scale
		}
	}
	return nil
}

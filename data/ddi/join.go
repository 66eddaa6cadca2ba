package ddi

import (
	"maps"
	"slices"
	"strings"

	"tradeoff/data"
	"tradeoff/data/beside"
)

// join puts the codebook and the data together.
func (c *codebook) join(inner *data.Survey) error {
	described := map[string]bool{}
	var faults data.Faults
	for _, v := range c.variables {
		described[v.name] = true
		column := inner.Codebook.Variable(v.name)
		if column == nil {
			faults = append(faults, c.fault(v.name, "the codebook describes it and %s has no such column; correct the name in one of them", inner.Files[0].Name()))
			continue
		}
		if !v.typed {
			v.Type = column.Type
		}
		if f := c.complete(v); f != nil {
			faults = append(faults, f)
		}
	}
	if err := faults.Err(); err != nil {
		return err
	}
	c.learn()
	var undescribed []string
	for _, v := range inner.Codebook.Variables {
		if !described[v.Name] {
			c.rest = append(c.rest, v)
			undescribed = append(undescribed, v.Name)
		}
	}
	if len(undescribed) > 0 {
		c.note("columns of %s that the codebook does not describe are read as they look: %s.", inner.Files[0].Name(), beside.List(undescribed))
	}
	if len(c.files) == 1 && c.files[0].cases > 0 && c.files[0].cases != inner.Rows() {
		c.note("it says that there are %d cases, and %s has %d; check that the file is whole.", c.files[0].cases, inner.Files[0].Name(), inner.Rows())
	}
	for _, what := range slices.Sorted(maps.Keys(c.noted)) {
		c.note("variables that %s: %s.", what, beside.List(c.noted[what]))
	}
	c.notes = append(c.notes, inner.Codebook.Notes...)
	return nil
}

// book is the codebook of the survey.
func (c *codebook) book() data.Codebook {
	var book data.Codebook
	byID := map[string]string{}
	for _, v := range c.variables {
		byID[v.name] = v.name
	}
	for _, v := range c.variables {
		book.Variables = append(book.Variables, v.Variable)
		byID[v.id] = v.name
	}
	book.Variables = append(book.Variables, c.rest...)
	book.Weight = c.weight(byID)
	for _, g := range c.groups {
		if set, ok := c.set(g, byID); ok {
			book.Sets = append(book.Sets, set)
		}
	}
	book.Notes = c.notes
	return book
}

// weight is the variable that is marked as a weight, else the one that the others
// say they are weighted by.
func (c *codebook) weight(byID map[string]string) string {
	var marked, by []string
	for _, v := range c.variables {
		if v.weight && v.Type == data.Number {
			marked = append(marked, v.name)
		}
		for _, id := range strings.Fields(v.weightedBy) {
			if name := byID[id]; name != "" && !slices.Contains(by, name) {
				by = append(by, name)
			}
		}
	}
	switch {
	case len(marked) > 1:
		c.note("several variables are marked as weight; %s, the first, is named as the file's, and not %s.", marked[0], beside.List(marked[1:]))
		return marked[0]
	case len(marked) == 1:
		return marked[0]
	case len(by) == 1:
		return by[0]
	}
	return ""
}

// set makes a multiple-response set of a group; false for one without variables of
// this file.
func (c *codebook) set(g group, byID map[string]string) (data.Set, bool) {
	set := data.Set{Name: g.name, Label: g.label, Counted: g.counted}
	for _, id := range g.variables {
		if name := byID[id]; name != "" && !slices.Contains(set.Variables, name) {
			set.Variables = append(set.Variables, name)
		}
	}
	if len(set.Variables) < len(g.variables) {
		c.note("the multiple-response group %s names variables that are not in the codebook, or twice; they are left out.", beside.Short(g.name))
	}
	if len(set.Variables) == 0 {
		return set, false
	}
	if set.Counted == "" && c.dichotomies(set.Variables) {
		set.Counted = "1"
	}
	return set, true
}

// dichotomies reports whether all variables have categories, and no others than 0
// and 1.
func (c *codebook) dichotomies(names []string) bool {
	for _, v := range c.variables {
		if !slices.Contains(names, v.name) {
			continue
		}
		if v.LabelOf("1") == "" {
			return false
		}
		for _, l := range v.Labels {
			if l.Code != "0" && l.Code != "1" && !v.Missing.Declares(l.Code) {
				return false
			}
		}
	}
	return true
}

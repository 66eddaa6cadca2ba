package described

import (
	"maps"
	"slices"
	"strings"

	"tradeoff/data"
	"tradeoff/data/beside"
)

// join puts the codebook and the data together.
func (c *Codebook) join(inner *data.Survey) error {
	described := map[string]bool{}
	var faults data.Faults
	for _, v := range c.Variables {
		described[v.Name] = true
		column := inner.Codebook.Variable(v.Name)
		if column == nil {
			faults = append(faults, c.Fault(v.Name, "the %s describes it and %s has no such column; correct the name in one of them", c.What, inner.Files[0].Name()))
			continue
		}
		if !v.Typed {
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
		c.Note("columns of %s that the %s does not describe are read as they look: %s.", inner.Files[0].Name(), c.What, beside.List(undescribed))
	}
	if c.Cases > 0 && c.Cases != inner.Rows() {
		c.Note("it says that there are %d cases, and %s has %d; check that the file is whole.", c.Cases, inner.Files[0].Name(), inner.Rows())
	}
	for _, what := range slices.Sorted(maps.Keys(c.noted)) {
		c.Note("variables that %s: %s.", what, beside.List(c.noted[what]))
	}
	c.Notes = append(c.Notes, inner.Codebook.Notes...)
	return nil
}

// book is the codebook of the survey.
func (c *Codebook) book() data.Codebook {
	var book data.Codebook
	byID := map[string]string{}
	for _, v := range c.Variables {
		byID[v.Name] = v.Name
	}
	for _, v := range c.Variables {
		book.Variables = append(book.Variables, v.Variable)
		byID[v.ID] = v.Name
	}
	book.Variables = append(book.Variables, c.rest...)
	book.Weight = c.weight(byID)
	for _, g := range c.Groups {
		if set, ok := c.set(g, byID); ok {
			book.Sets = append(book.Sets, set)
		}
	}
	book.Notes = c.Notes
	return book
}

// weight is the variable that is marked as a weight, else the one that the others
// say they are weighted by.
func (c *Codebook) weight(byID map[string]string) string {
	var marked, by []string
	for _, v := range c.Variables {
		if v.Weight && v.Type == data.Number {
			marked = append(marked, v.Name)
		}
		for _, id := range strings.Fields(v.WeightedBy) {
			if name := byID[id]; name != "" && !slices.Contains(by, name) {
				by = append(by, name)
			}
		}
	}
	switch {
	case len(marked) > 1:
		c.Note("several variables are marked as weight; %s, the first, is named as the file's, and not %s.", marked[0], beside.List(marked[1:]))
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
func (c *Codebook) set(g Group, byID map[string]string) (data.Set, bool) {
	set := data.Set{Name: g.Name, Label: g.Label, Counted: g.Counted}
	for _, id := range g.Variables {
		if name := byID[id]; name != "" && !slices.Contains(set.Variables, name) {
			set.Variables = append(set.Variables, name)
		}
	}
	if len(set.Variables) < len(g.Variables) {
		c.Note("the multiple-response group %s names variables that are not in the %s, or twice; they are left out.", beside.Short(g.Name), c.What)
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
func (c *Codebook) dichotomies(names []string) bool {
	for _, v := range c.Variables {
		if !slices.Contains(names, v.Name) {
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

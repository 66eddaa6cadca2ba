package ddi

import (
	"path/filepath"
	"slices"
	"strings"

	"tradeoff/data"
	"tradeoff/data/beside"
)

// delimited are the endings of files that are not of fixed width.
func delimited() []string { return []string{".csv", ".tsv", ".tab"} }

// endings are those of data files.
func endings() []string {
	plain := append(delimited(), ".dat", ".asc", ".txt")
	all := plain
	for _, e := range plain {
		all = append(all, e+".gz")
	}
	return all
}

// labelled are the endings of files that have labels of their own.
func labelled() []string { return []string{".sav", ".zsav", ".por", ".dta", ".xpt"} }

// find opens the data file and finds out of which layout it is.
func (c *codebook) find() (*data.Input, error) {
	var f dataFile
	switch len(c.files) {
	case 0:
	case 1:
		f = c.files[0]
	default:
		return c.findOne()
	}
	if f.name != "" && !data.IsFileName(f.name) {
		c.Note("it names a data file in another place, which is not followed; the one beside the codebook is read.")
	}
	if slices.Contains(labelled(), strings.ToLower(filepath.Ext(f.name))) {
		if in, err := c.In.Sibling(f.name); err == nil {
			return nil, c.Fault("", "it describes %s, which lies beside it and has labels of its own; name that file in place of the codebook", in.FileName())
		}
	}
	in, err := beside.Find(c.In, c.In.Sibling, f.candidates(), endings())
	if err != nil {
		return nil, err
	}
	return c.layout(in)
}

// candidates are the names under which a file that the codebook describes may lie
// beside it: programs describe their own file and export another.
func (f dataFile) candidates() []string {
	ending := strings.ToLower(filepath.Ext(f.name))
	base := strings.TrimSuffix(f.name, filepath.Ext(f.name))
	if base == "" {
		return nil
	}
	var names []string
	if slices.Contains(endings(), ending) {
		names = append(names, f.name)
	}
	for _, e := range endings() {
		if e != ending {
			names = append(names, base+e)
		}
	}
	return names
}

// findOne opens the one of several files that lies beside the codebook, and drops
// the variables of the others.
func (c *codebook) findOne() (*data.Input, error) {
	var found *data.Input
	var of dataFile
	var names []string
	there := 0
	for _, f := range c.files {
		names = append(names, beside.Short(f.name))
		for _, name := range f.candidates() {
			if in, err := c.In.Sibling(name); err == nil {
				found, of = in, f
				there++
				break
			}
		}
	}
	if there != 1 {
		return nil, c.Fault("", "it describes %d data files, of which %d lie beside it: %s; a survey is one file, so put that one and the codebook in a folder of their own", len(c.files), there, beside.List(names))
	}
	c.variables = slices.DeleteFunc(c.variables, func(v *variable) bool {
		return v.files != "" && !slices.Contains(strings.Fields(v.files), of.id)
	})
	c.Note("it describes %d data files; %s, which lies beside it, is read.", len(c.files), found.FileName())
	c.files = []dataFile{of}
	return c.layout(found)
}

// layout unpacks a file, and finds out whether it is of fixed width: not by its
// ending, and the codebook gives a position for each variable.
func (c *codebook) layout(in *data.Input) (*data.Input, error) {
	in, err := beside.Unpack(c.In, in)
	if err != nil {
		return nil, err
	}
	c.Fixed = !slices.Contains(delimited(), strings.ToLower(filepath.Ext(in.FileName()))) &&
		!slices.ContainsFunc(c.variables, func(v *variable) bool { return v.Start == 0 })
	return in, nil
}

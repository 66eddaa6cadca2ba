package syntax

import (
	"path/filepath"
	"slices"
	"strings"

	"tradeoff/data"
	"tradeoff/data/beside"
	"tradeoff/data/described"
)

// endings are those of data files.
func endings() []string { return []string{".dat", ".csv", ".txt", ".tsv", ".tab", ".asc"} }

// pairs are how platforms call the syntax, and the data beside it.
func pairs() [][2]string {
	return [][2]string{{"_SPSS_syntax_file", "_SPSS_data_file"}, {"_R_syntax_file", "_R_data_file"}, {"-Setup", "-Data"}}
}

// find opens the data file that the syntax names, "" for none, or the one file that is
// called like the syntax.
func find(c *described.Codebook, named string) (*data.Input, error) {
	name := named[strings.LastIndexAny(named, `/\:`)+1:]
	ending := strings.ToLower(filepath.Ext(name))
	if slices.Contains([]string{".sav", ".zsav", ".por", ".xls", ".xlsx", ".dta"}, ending) {
		return nil, c.Fault("", "it reads %s, which has labels of its own or none that a syntax gives; name that file in place of the syntax", beside.Short(name))
	}
	in, err := beside.Only(c.In, []string{name, name + ".gz"}, guesses(c.In.FileName()))
	if err != nil {
		return nil, err
	}
	if name != named && in.FileName() == name {
		c.Note("it names a data file in another place, which is not followed; the one beside the syntax is read.")
	}
	return beside.Unpack(c.In, in)
}

// guesses are the names of data files that belong to a syntax of that name.
func guesses(syntax string) []string {
	base := strings.TrimSuffix(syntax, filepath.Ext(syntax))
	bases := []string{base}
	for _, p := range pairs() {
		if strings.Contains(base, p[0]) {
			bases = append(bases, strings.Replace(base, p[0], p[1], 1))
		}
	}
	var names []string
	for _, b := range bases {
		for _, e := range endings() {
			names = append(names, b+e, b+e+".gz")
		}
	}
	return names
}

package dta

import (
	"fmt"
	"strings"

	"tradeoff/data"
)

// resolve decodes the texts and joins the pieces to the codebook.
func (d *dictionary) resolve() (data.Codebook, error) {
	var book data.Codebook
	if err := d.decodeNames(); err != nil {
		return book, err
	}
	book.Variables = make([]data.Variable, len(d.variables))
	for i, v := range d.variables {
		book.Variables[i] = d.variable(v)
	}
	book.Weight = d.weight()
	d.sayDates()
	d.sayInfinite()
	d.sayDesign()
	d.sayLanguages()
	d.sayLeftOut()
	book.Notes = d.notes
	return book, nil
}

// decodeNames gives each variable its name, and refuses names that are empty or
// stand twice.
func (d *dictionary) decodeNames() error {
	var faults data.Faults
	seen := make(map[string]int, len(d.variables))
	for i, v := range d.variables {
		v.name = d.text.text(v.rawName)
		if v.name == "" {
			faults = append(faults, fault(d.in, "", "variable %d has no name: %s", i+1, again))
			continue
		}
		if first, twice := seen[v.name]; twice {
			faults = append(faults, fault(d.in, v.name, "variables %d and %d both have this name; rename one of them and export again", first+1, i+1))
			continue
		}
		seen[v.name] = i
	}
	return faults.Err()
}

// kind is how the values of a variable are stored in a batch.
func (v *variable) kind() data.Type {
	switch {
	case v.storage == str || v.storage == strL:
		return data.Text
	case v.date != notDate:
		return data.Time
	}
	return data.Number
}

// variable is the codebook's entry for a variable.
func (d *dictionary) variable(v *variable) data.Variable {
	return data.Variable{
		Name: v.name, Label: d.text.text(v.rawLabel), Type: v.kind(), Format: v.format,
		Labels: d.valueLabels(v), Missing: d.missing(v),
	}
}

// missing declares the extended missing values that a number holds or labels.
func (d *dictionary) missing(v *variable) (m data.Missing) {
	if v.kind() != data.Number {
		return m
	}
	for _, l := range d.valueLabels(v) {
		if x, ok := data.ParseCode(l.Code); ok {
			if letter, ok := data.ExtendedLetter(x); ok {
				v.held |= 1 << (letter - 'a')
			}
		}
	}
	v.eachHeld(func(letter byte) { m.Codes = append(m.Codes, data.Code(data.Extended(letter))) })
	return m
}

// charText is one of the data set, decoded.
func (d *dictionary) charText(name string) string { return d.text.text(d.chars[name]) }

// named is the variable of that name, or nil.
func (d *dictionary) named(name string) *variable {
	for _, v := range d.variables {
		if v.name == name {
			return v
		}
	}
	return nil
}

// weight is the variable that svyset was told to take as the weight.
func (d *dictionary) weight() string {
	name := d.charText(charWeight)
	if name == "" {
		return ""
	}
	if v := d.named(name); v == nil || v.kind() != data.Number {
		d.note("its survey settings name the weight %s, which is not a number in the file; they are ignored.", name)
		return ""
	}
	return name
}

// sayDesign tells what else the survey settings name.
func (d *dictionary) sayDesign() {
	for _, s := range []struct{ char, what string }{{charStratum, "strata"}, {charPSU, "sampling units"}} {
		if name := d.charText(s.char); name != "" && d.named(name) != nil {
			d.note("its survey settings name %s as the variable of the %s; say so in the study file, they are not taken over.", name, s.what)
		}
	}
}

// sayLanguages names the language of the labels where there are several.
func (d *dictionary) sayLanguages() {
	current := d.charText(charLanguage)
	var others []string
	for _, l := range strings.Fields(d.charText(charList)) {
		if l != current {
			others = append(others, l)
		}
	}
	if current != "" && len(others) > 0 {
		d.note("labels are in the language %q, the file's current one; those in %s are not read (in Stata, label language changes the current one).", current, list(others))
	}
}

// sayDates tells what of dates cannot be kept.
func (d *dictionary) sayDates() {
	var periods, business, held []string
	for _, v := range d.variables {
		switch {
		case v.date.isPeriod():
			periods = append(periods, v.name)
		case strings.HasPrefix(v.format, "%tb") || strings.HasPrefix(v.format, "%-tb"):
			business = append(business, v.name)
		}
		if v.date != notDate && v.held != 0 {
			held = append(held, v.name)
		}
	}
	if len(periods) > 0 {
		d.note("weeks, months, quarters and half-years are read as their first day: %s.", list(periods))
	}
	if len(business) > 0 {
		d.note("business dates need a calendar that is not in the file; they were read as numbers of business days: %s.", list(business))
	}
	if len(held) > 0 {
		d.note("dates have no place for kinds of missing; .a to .z were read as not recorded in %s.", list(held))
	}
}

// sayInfinite tells of numbers that are none.
func (d *dictionary) sayInfinite() {
	for _, v := range d.variables {
		if v.infinite > 0 {
			d.note("%s is minus infinity in %s, which Stata does not have; that was read as not recorded.", v.name, count(v.infinite, "case"))
		}
	}
}

// sayLeftOut tells what was not read.
func (d *dictionary) sayLeftOut() {
	if len(d.aliases) > 0 {
		names := make([]string, len(d.aliases))
		for i, a := range d.aliases {
			names[i] = d.text.text([]byte(a))
		}
		d.note("alias variables have their values in another file and are left out: %s (frunalias makes them part of this one).", list(names))
	}
	if d.binaries > 0 {
		d.note("the file holds %s of bytes that are no text (pictures, documents); they are read as empty.", count(d.binaries, "long string"))
	}
	if d.noted > 0 {
		d.note("the file holds %s beside its data, which %s not read.", count(d.noted, "note"), was(d.noted))
	}
	if d.rest > 0 {
		d.note("the end of the data set is followed by %s, which %s ignored.", count(d.rest, "byte"), was(d.rest))
	}
}

// count is a number of things in words.
func count(n int64, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}

func was(n int64) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

// list names a few things and counts the rest.
func list(names []string) string {
	const shown = 8
	if len(names) <= shown+1 {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:shown], ", "), len(names)-shown)
}

package exports

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"tradeoff/data"
)

// A pooler makes one codebook of several.
type pooler struct {
	surveys []*data.Survey
	book    data.Codebook
	columns map[string]*column
	faults  data.Faults
}

// A column is one variable of the pooled survey and where it comes from.
type column struct {
	parts []*part // one for each file, nil where the file lacks the variable
}

// A part is a variable in one file.
type part struct {
	variable *data.Variable
	codes    map[string]float64 // the code of each text that is a label; nil: values as they are
}

// pool puts the files together: the variables in the order in which they
// first appear, without those that were dropped.
func pool(surveys []*data.Survey, dropped map[string]string) (*data.Survey, error) {
	p := &pooler{surveys: surveys, columns: map[string]*column{}}
	var names []string
	for i, s := range surveys {
		for k := range s.Codebook.Variables {
			v := &s.Codebook.Variables[k]
			c := p.columns[v.Name]
			if c == nil {
				c = &column{parts: make([]*part, len(surveys))}
				p.columns[v.Name] = c
				names = append(names, v.Name)
			}
			c.parts[i] = &part{variable: v}
		}
	}
	for _, name := range names {
		if why := dropped[name]; why != "" {
			p.book.Dropped = append(p.book.Dropped, data.Dropped{Name: name, Reason: why})
			continue
		}
		v, err := p.merge(name, p.columns[name])
		if err != nil {
			return nil, err
		}
		p.book.Variables = append(p.book.Variables, v)
	}
	p.sets(dropped)
	p.weight(dropped)
	p.notes()
	if len(p.book.Variables) == 0 {
		found := fmt.Sprintf("all columns (%d) look as if they identify people, so none is left; if this is the export with the answers, name the columns to read under keep in the study file", len(names))
		for _, note := range p.book.Notes { // on columns that could not be read
			found += "; " + strings.TrimSuffix(note, ".")
		}
		p.faults = append(p.faults, &data.Fault{File: p.file(0), Found: found})
	}
	if err := p.faults.Err(); err != nil {
		return nil, err
	}
	var files []data.File
	for i, s := range surveys {
		file := s.Files[0]
		file.Lacks = p.lacks(i)
		files = append(files, file)
		s.Forget(slices.Collect(maps.Keys(dropped)))
	}
	s := data.New(p.book, files, p.scan)
	s.Keep(data.Keepers(surveys))
	return s, nil
}

// file is the name of a file for messages.
func (p *pooler) file(i int) string { return p.surveys[i].Files[0].Name() }

// sets takes over the multiple-response sets. One that several files have holds
// the variables of all, and means the same in all.
func (p *pooler) sets(dropped map[string]string) {
	from := map[string]int{}
	for i, s := range p.surveys {
		for _, set := range prune(s.Codebook.Sets, dropped) {
			first, known := from[set.Name]
			if !known {
				from[set.Name] = i
				p.book.Sets = append(p.book.Sets, set)
				continue
			}
			k := slices.IndexFunc(p.book.Sets, func(x data.Set) bool { return x.Name == set.Name })
			p.sameSet(&p.book.Sets[k], set, first, i)
		}
	}
}

// sameSet adds the variables of a set in file i to those of the files before.
func (p *pooler) sameSet(pooled *data.Set, set data.Set, first, i int) {
	if pooled.Counted != set.Counted {
		p.faults = append(p.faults, &data.Fault{File: p.file(i), Column: set.Variables[0],
			Found: fmt.Sprintf("the multiple-response set %s counts %s, but %s in %s; recode its variables under sources in the study file", set.Name, counted(set), counted(*pooled), p.file(first))})
		return
	}
	var added, gone []string
	for _, name := range pooled.Variables {
		if !slices.Contains(set.Variables, name) {
			gone = append(gone, name)
		}
	}
	for _, name := range set.Variables {
		if !slices.Contains(pooled.Variables, name) {
			added = append(added, name)
		}
	}
	if len(added) > 0 {
		p.note("%s adds to the multiple-response set %s: %s.", p.file(i), set.Name, enumerate(added))
	}
	if len(gone) > 0 {
		p.note("%s lacks of the multiple-response set %s: %s.", p.file(i), set.Name, enumerate(gone))
	}
	pooled.Variables = append(pooled.Variables, added...)
}

// counted is what a set counts, in words.
func counted(set data.Set) string {
	if set.Counted == "" {
		return "any code"
	}
	return "code " + set.Counted
}

// weight takes over the weight that the files name, from the first that does.
func (p *pooler) weight(dropped map[string]string) {
	first := -1
	var none []int
	for i, s := range p.surveys {
		w := s.Codebook.Weight
		switch {
		case w == "" || dropped[w] != "":
			if w == "" {
				none = append(none, i)
			}
		case first < 0:
			first, p.book.Weight = i, w
		case w != p.book.Weight:
			p.note("%s names %s as its weight and %s names %s; that of %s is used.", p.file(first), p.book.Weight, p.file(i), w, p.file(first))
		}
	}
	for _, i := range none {
		if first >= 0 && p.columns[p.book.Weight].parts[i] == nil {
			p.note("%s names %s as its weight, and %s has no such variable: its respondents have no weight.", p.file(first), p.book.Weight, p.file(i))
		}
	}
}

// notes puts the notes of the files before those of pooling, and says what
// some files lack.
func (p *pooler) notes() {
	own := p.book.Notes
	p.book.Notes = nil
	for i, s := range p.surveys {
		for _, n := range s.Codebook.Notes {
			if len(p.surveys) > 1 && !strings.Contains(n, p.file(i)) {
				n = p.file(i) + ": " + n
			}
			p.book.Notes = append(p.book.Notes, n)
		}
	}
	p.book.Notes = append(p.book.Notes, own...)
	for i := range p.surveys {
		lacks := p.lacks(i)
		if len(lacks) > 0 {
			p.note("%s lacks %d of %d variables, which are empty for its rows: %s.", p.file(i), len(lacks), len(p.book.Variables), enumerate(lacks))
		}
	}
	p.audit()
	p.sameBut()
}

// lacks are the variables that file i has not.
func (p *pooler) lacks(i int) []string {
	var names []string
	for _, v := range p.book.Variables {
		if p.columns[v.Name].parts[i] == nil {
			names = append(names, v.Name)
		}
	}
	return names
}

// sameBut points at variables whose names differ only in case or blanks: they
// are probably one.
func (p *pooler) sameBut() {
	first := map[string]string{}
	for _, v := range p.book.Variables {
		key := strings.ToLower(strings.Join(strings.Fields(v.Name), " "))
		if other, ok := first[key]; ok && !p.together(other, v.Name) {
			p.note("The variables %s and %s differ only in case or blanks and are kept apart; rename one of them if they are the same.", other, v.Name)
			continue
		}
		first[key] = v.Name
	}
}

// together reports whether one file has both variables.
func (p *pooler) together(a, b string) bool {
	for i := range p.surveys {
		if p.columns[a].parts[i] != nil && p.columns[b].parts[i] != nil {
			return true
		}
	}
	return false
}

func (p *pooler) note(format string, args ...any) {
	p.book.Notes = append(p.book.Notes, fmt.Sprintf(format, args...))
}

// named is how many names a note lists.
const named = 10

// enumerate lists names, the first ten and how many more.
func enumerate(names []string) string {
	if len(names) <= named {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:named], ", "), len(names)-named)
}

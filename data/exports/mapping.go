package exports

import (
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"tradeoff/data"
	"tradeoff/data/columns"
)

// A Mapping says what is called or coded differently in one file than in the
// others, so that the file can be pooled with them.
type Mapping struct {
	// Rename is the name in the survey for a name in the file.
	Rename map[string]string
	// Recode is, by the name in the survey, the code in the survey for a code
	// in the file, canonical as data.Code makes it. Codes that are not listed
	// stay. Value labels and declared missing values go with their codes.
	Recode map[string]map[string]string
	// Add is variables that the file has not, by the name in the survey, each
	// with the text that it has for everybody in the file: its wave.
	Add map[string]string
}

// A mapped file is a survey under the names and codes of its mapping.
type mapped struct {
	*data.Survey
	old    map[string]string // the name in the file for a name in the survey
	recode map[string]map[string]string
	add    map[string]string
	book   data.Codebook
	faults data.Faults
}

// mapSurvey is a file under the names and codes of the mapping. The faults are
// those of the mapping: names that the file has not, names that it has twice
// then or that it has already, and codes that would become what they are not.
func mapSurvey(s *data.Survey, m Mapping) (*data.Survey, error) {
	if len(m.Rename)+len(m.Recode)+len(m.Add) == 0 {
		return s, nil
	}
	p := &mapped{Survey: s, old: map[string]string{}, recode: m.Recode, add: m.Add, book: s.Codebook}
	p.rename(m.Rename)
	p.added()
	for _, name := range slices.Sorted(maps.Keys(m.Recode)) {
		v := p.book.Variable(name)
		if v == nil {
			p.fault(name, "the study recodes this column, and the file has none of that name%s; correct recode under sources", p.instead(name))
			continue
		}
		p.recoded(v, m.Recode[name])
	}
	p.sets()
	if err := p.faults.Err(); err != nil {
		return nil, err
	}
	out := data.New(p.book, s.Files, p.scan)
	out.Keep(p)
	return out, nil
}

func (p *mapped) fault(column, format string, args ...any) {
	p.faults = append(p.faults, &data.Fault{File: p.Files[0].Name(), Column: column, Found: fmt.Sprintf(format, args...)})
}

func (p *mapped) note(format string, args ...any) {
	p.book.Notes = append(p.book.Notes, fmt.Sprintf(format, args...))
}

// instead is what a renamed column is called now, for people who recode it by
// the name that it has in the file.
func (p *mapped) instead(name string) string {
	for now, was := range p.old {
		if was == name && now != name {
			return fmt.Sprintf(" any more (it is renamed to %s)", now)
		}
	}
	return ""
}

// rename gives variables, weight and sets the names of the survey.
func (p *mapped) rename(names map[string]string) {
	p.book.Variables = slices.Clone(p.book.Variables)
	p.book.Notes = slices.Clone(p.book.Notes)
	now := func(name string) string {
		if n, ok := names[name]; ok {
			return n
		}
		return name
	}
	var renamed []string
	for i := range p.book.Variables {
		v := &p.book.Variables[i]
		was := v.Name
		v.Name = now(was)
		if other, twice := p.old[v.Name]; twice {
			p.fault(was, "the study renames a column so that %s and %s are both called %s; rename the other one too, or neither", other, was, v.Name)
		}
		p.old[v.Name] = was
		if v.Name != was {
			renamed = append(renamed, was+" is "+v.Name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if p.Codebook.Variable(name) == nil {
			p.fault(name, "the study renames this column to %s, and the file has none of that name; correct rename under sources", names[name])
		}
	}
	if len(renamed) > 0 {
		p.note("%s: columns are renamed as the study says: %s.", p.Files[0].Name(), enumerate(renamed))
	}
	if p.book.Weight != "" {
		p.book.Weight = now(p.book.Weight)
	}
	p.book.Sets = slices.Clone(p.book.Sets)
	for i := range p.book.Sets {
		members := slices.Clone(p.book.Sets[i].Variables)
		for k := range members {
			members[k] = now(members[k])
		}
		p.book.Sets[i].Variables = members
	}
}

// added adds the variables that are the same for everybody in the file.
func (p *mapped) added() {
	for _, name := range slices.Sorted(maps.Keys(p.add)) {
		if was, has := p.old[name]; has {
			p.fault(was, "the study gives everybody in the file the %s %s, and the file has a column %s already; rename that one under sources ({file: %s, rename: {%s: ..}}), or take %s: out there and use the column", name, p.add[name], name, p.Files[0].Name(), was, name)
			continue
		}
		p.book.Variables = append(p.book.Variables, data.Variable{Name: name, Type: data.Text, Level: data.Nominal})
	}
}

// recoded gives labels and missing values of a variable the codes of the survey.
func (p *mapped) recoded(v *data.Variable, codes map[string]string) {
	if v.Type == data.Time {
		p.fault(v.Name, "the column holds dates or times, which have no codes; take it out of recode under sources")
		return
	}
	was := *v
	if v.Type == data.Number {
		for code := range codes {
			if _, ok := number(code); !ok {
				p.fault(v.Name, "the study recodes %q, and the column holds numbers; correct recode under sources", code)
			}
		}
		if !numbers(codes) {
			v.Type = data.Text
		}
	}
	p.recodedMissing(v, &was, codes)
	v.Labels = recodedLabels(was.Labels, codes)
	var list []string
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		list = append(list, code+" is "+codes[code])
	}
	p.note("%s: codes of %s are changed as the study says: %s.", p.Files[0].Name(), v.Name, enumerate(list))
}

// numbers reports whether all codes are recoded to numbers.
func numbers(codes map[string]string) bool {
	for _, to := range codes {
		if _, ok := number(to); !ok {
			return false
		}
	}
	return true
}

// to is the code in the survey for a code in the file.
func to(codes map[string]string, code string) string {
	if now, ok := codes[code]; ok {
		return now
	}
	return code
}

// recodedLabels moves labels with their codes. Where codes become one, it bears
// the label of the one that keeps its code, else that of the first.
func recodedLabels(labels []data.ValueLabel, codes map[string]string) []data.ValueLabel {
	var out []data.ValueLabel
	place := map[string]int{}
	for _, l := range labels {
		now := to(codes, l.Code)
		i, known := place[now]
		switch {
		case !known:
			place[now] = len(out)
			out = append(out, data.ValueLabel{Code: now, Label: l.Label})
		case now == l.Code:
			out[i].Label = l.Label
		}
	}
	return out
}

// recodedMissing moves declared missing values with their codes. A code cannot
// stand for an answer and for none.
func (p *mapped) recodedMissing(v, was *data.Variable, codes map[string]string) {
	v.Missing.Codes = nil
	missing, answer := map[string]string{}, map[string]string{} // a code of the file by what it becomes
	is := func(code string) {
		now := to(codes, code)
		if was.Missing.Declares(code) {
			missing[now] = code
		} else {
			answer[now] = code
		}
	}
	for _, l := range was.Labels {
		is(l.Code)
	}
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		is(code)
		if now := codes[code]; was.Missing.Declares(now) && to(codes, now) == now {
			is(now)
		}
	}
	for _, code := range was.Missing.Codes {
		is(code)
		if now := to(codes, code); !slices.Contains(v.Missing.Codes, now) {
			v.Missing.Codes = append(v.Missing.Codes, now)
		}
	}
	for _, now := range slices.Sorted(maps.Keys(missing)) {
		if code, both := answer[now]; both {
			p.fault(v.Name, "recode would make %s of %s, which is declared missing, and of %s, which is not; give one of them another code under sources", now, missing[now], code)
		}
		if !slices.Contains(v.Missing.Codes, now) && !v.Missing.Declares(now) {
			v.Missing.Codes = append(v.Missing.Codes, now)
		}
	}
	for _, now := range slices.Sorted(maps.Keys(answer)) {
		if _, both := missing[now]; !both && v.Missing.Declares(now) {
			p.fault(v.Name, "recode would make %s of %s, and %s is declared missing; give it another code under sources", now, answer[now], now)
		}
	}
}

// sets recodes what counts as ticked, where all variables of a set agree.
func (p *mapped) sets() {
	for i := range p.book.Sets {
		set := &p.book.Sets[i]
		if set.Counted == "" {
			continue
		}
		counted := map[string]bool{}
		for _, name := range set.Variables {
			counted[to(p.recode[name], set.Counted)] = true
		}
		if len(counted) > 1 {
			p.fault(set.Variables[0], "the variables of the set %s are recoded differently, so that ticked has several codes (%s); recode all of them alike under sources", set.Name, strings.Join(slices.Sorted(maps.Keys(counted)), ", "))
			continue
		}
		for code := range counted {
			set.Counted = code
		}
	}
}

// Bytes is how much memory the rows that are kept take.
func (p *mapped) Bytes() int64 { return p.Kept() }

// Forget lets go of variables.
func (p *mapped) Forget(variables []string) {
	var own []string
	for _, name := range variables {
		if was, ok := p.old[name]; ok {
			own = append(own, was)
		}
	}
	p.Survey.Forget(own)
}

// scan streams the rows under the names and codes of the survey.
func (p *mapped) scan(names []string, skip data.Skip) iter.Seq2[data.Batch, error] {
	own := []string{}
	at := make([]int, len(names)) // column of the file
	vars := make([]*data.Variable, len(names))
	fields := make([]arrow.Field, len(names))
	for i, name := range names {
		if _, added := p.add[name]; !added {
			at[i], own = len(own), append(own, p.old[name])
		}
		vars[i] = p.book.Variable(name)
		fields[i] = arrow.Field{Name: name, Type: columns.ArrowType(vars[i].Type), Nullable: true}
	}
	if len(own) == 0 {
		own = p.Codebook.Names()[:1] // to count the rows
	}
	return func(yield func(data.Batch, error) bool) {
		for b, err := range p.BatchesBut(own, skip) {
			if err != nil {
				yield(data.Batch{}, err)
				return
			}
			columns := make([]arrow.Array, len(names))
			for i, v := range vars {
				if text, added := p.add[v.Name]; added {
					columns[i] = repeated(text, int(b.Record.NumRows()))
					continue
				}
				columns[i] = b.Record.Column(at[i])
				if codes := p.recode[v.Name]; codes != nil {
					columns[i] = recoded(columns[i], v.Type, codes)
				}
			}
			b.Record = array.NewRecord(schemaOf(fields, columns), columns, b.Record.NumRows())
			if !yield(b, nil) {
				return
			}
		}
	}
}

// repeated is a column of one text.
func repeated(text string, n int) arrow.Array {
	b := array.NewStringBuilder(memory.DefaultAllocator)
	b.Append(text)
	return data.Coded(make([]uint8, n), 0, b.NewArray())
}

// recoded is a column of numbers or texts under other codes, in the type of the
// survey.
func recoded(c arrow.Array, kind data.Type, codes map[string]string) arrow.Array {
	var text func(i int) string
	switch c := data.Plain(c).(type) {
	case *array.Float64:
		if kind == data.Number {
			return recodedNumbers(c, codes)
		}
		text = func(i int) string { return data.Code(c.Value(i)) }
	case *array.String:
		text = c.Value
	}
	b := array.NewStringBuilder(memory.DefaultAllocator)
	for i := range c.Len() {
		if c.IsNull(i) {
			b.AppendNull()
		} else {
			b.Append(to(codes, text(i)))
		}
	}
	return b.NewArray()
}

// recodedNumbers is a column of numbers under other numbers.
func recodedNumbers(c *array.Float64, codes map[string]string) arrow.Array {
	b := array.NewFloat64Builder(memory.DefaultAllocator)
	b.Reserve(c.Len())
	known := map[uint64]float64{} // by bits: missing values with letters are no numbers
	for i := range c.Len() {
		if c.IsNull(i) {
			b.AppendNull()
			continue
		}
		v := c.Value(i)
		now, ok := known[math.Float64bits(v)]
		if !ok {
			now = v
			if code, listed := codes[data.Code(v)]; listed {
				now, _ = number(code)
			}
			known[math.Float64bits(v)] = now
		}
		b.UnsafeAppend(now)
	}
	return b.NewArray()
}

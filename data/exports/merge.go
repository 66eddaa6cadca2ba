package exports

import (
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v17/arrow/array"

	"tradeoff/data"
)

// merge makes one variable of its parts.
func (p *pooler) merge(name string, c *column) (data.Variable, error) {
	v := data.Variable{Name: name}
	first := true
	for _, part := range c.parts {
		if part == nil {
			continue
		}
		x := part.variable
		if first {
			v.Type, first = x.Type, false
		}
		if v.Label == "" {
			v.Label = x.Label
		}
		if v.Level == data.LevelUnknown {
			v.Level = x.Level
		}
		if v.Format == "" {
			v.Format = x.Format
		}
	}
	p.labels(&v, c)
	p.missing(&v, c)
	if err := p.types(&v, c); err != nil {
		return v, err
	}
	return v, nil
}

// labels joins the value labels: those of the first file that has any, then
// codes that only later files know. One code cannot mean two things, nor can
// two codes mean one.
func (p *pooler) labels(v *data.Variable, c *column) {
	from := map[string]int{} // the file that a code's label is from
	for i, part := range c.parts {
		if part == nil {
			continue
		}
		moved := p.moved(v, from, c, i)
		for _, l := range part.variable.Labels {
			first, known := from[l.Code]
			switch {
			case moved[l.Code].code != "":
			case !known:
				from[l.Code] = i
				v.Labels = append(v.Labels, l)
			case !sameWords(v.LabelOf(l.Code), l.Label):
				p.faults = append(p.faults, &data.Fault{File: p.file(i), Column: v.Name,
					Found: fmt.Sprintf("code %s is labelled %q, but %q in %s; if the code means the same, make the labels alike, else say under sources in the study file which code of this file is which (recode)", l.Code, l.Label, v.LabelOf(l.Code), p.file(first))})
			}
		}
		p.turned(v, i, moved)
	}
}

// sameWords compares labels without case and surplus blanks.
func sameWords(a, b string) bool { return strings.EqualFold(key(a), key(b)) }

// missing joins the declared missing values.
func (p *pooler) missing(v *data.Variable, c *column) {
	from := -1
	for i, part := range c.parts {
		if part == nil {
			continue
		}
		m := part.variable.Missing
		for _, code := range m.Codes {
			if !slices.Contains(v.Missing.Codes, code) {
				v.Missing.Codes = append(v.Missing.Codes, code)
			}
		}
		switch {
		case !m.HasRange:
		case from < 0:
			from = i
			v.Missing.HasRange, v.Missing.Low, v.Missing.High = true, m.Low, m.High
		case m.Low != v.Missing.Low || m.High != v.Missing.High:
			p.faults = append(p.faults, &data.Fault{File: p.file(i), Column: v.Name,
				Found: fmt.Sprintf("values from %s to %s are declared missing, but from %s to %s in %s; declare the same in both", data.Code(m.Low), data.Code(m.High), data.Code(v.Missing.Low), data.Code(v.Missing.High), p.file(from))})
		}
	}
}

// types settles the type of a variable that the files store differently.
func (p *pooler) types(v *data.Variable, c *column) error {
	kinds := map[data.Type][]int{} // files by type
	for i, part := range c.parts {
		if part != nil {
			kinds[part.variable.Type] = append(kinds[part.variable.Type], i)
		}
	}
	if len(kinds) == 1 {
		return nil
	}
	for i, part := range c.parts {
		if part == nil {
			continue
		}
		empty, err := p.empty(i, v.Name)
		if err != nil {
			return err
		}
		if empty { // no value speaks for its type
			kinds[part.variable.Type] = slices.DeleteFunc(kinds[part.variable.Type], func(k int) bool { return k == i })
		}
	}
	numbers, texts, times := kinds[data.Number], kinds[data.Text], kinds[data.Time]
	switch {
	case len(texts)+len(times) == 0:
		v.Type = data.Number
	case len(numbers)+len(times) == 0:
		v.Type = data.Text
	case len(numbers)+len(texts) == 0:
		v.Type = data.Time
	case len(times) == 0:
		return p.numbersAndTexts(v, c, numbers, texts)
	case len(numbers) == 0:
		v.Type = data.Text
		p.note("%s is a date in %s and a text in %s; it is read as text.", v.Name, p.file(times[0]), p.file(texts[0]))
	default:
		p.faults = append(p.faults, &data.Fault{File: p.file(numbers[0]), Column: v.Name,
			Found: fmt.Sprintf("the column holds numbers here and dates in %s; rename one of them or export both alike", p.file(times[0]))})
	}
	return nil
}

// numbersAndTexts settles a variable with numbers in some files and texts in
// others: texts that are all labels of the codes become the codes; otherwise
// the numbers become texts.
func (p *pooler) numbersAndTexts(v *data.Variable, c *column, numbers, texts []int) error {
	codes, all := codesOf(v.Labels), true
	var strangers data.Faults
	for _, i := range texts {
		values, err := p.values(i, v.Name)
		if err != nil {
			return err
		}
		part := c.parts[i]
		part.codes = map[string]float64{}
		stranger, words := "", 0
		for _, value := range values {
			code, ok := codes[key(value)]
			if ok {
				words++
			} else if code, ok = number(value); !ok && stranger == "" {
				stranger = value
			}
			part.codes[value] = code
			all = all && ok
		}
		if words > 0 && stranger != "" {
			strangers = append(strangers, p.stranger(v, i, numbers[0], stranger))
		}
		all = all && values != nil
	}
	if all {
		v.Type = data.Number
		p.note("%s holds codes in %s and texts in %s; the texts are labels or codes and are read as the codes.", v.Name, p.file(numbers[0]), p.file(texts[0]))
		return nil
	}
	if p.faults = append(p.faults, strangers...); strangers != nil {
		return nil
	}
	for _, i := range texts {
		c.parts[i].codes = nil
	}
	v.Type = data.Text
	v.Mixed = fmt.Sprintf("numbers in %s and texts in %s", p.file(numbers[0]), p.file(texts[0]))
	p.note("%s holds %s; all are read as texts.", v.Name, v.Mixed)
	return nil
}

// key is a text for comparing with labels.
func key(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// codesOf is the code of each label; labels that two codes share are left
// out.
func codesOf(labels []data.ValueLabel) map[string]float64 {
	out, twice := map[string]float64{}, map[string]bool{}
	for _, l := range labels {
		code, ok := number(l.Code)
		if !ok {
			continue
		}
		k := key(l.Label)
		if was, known := out[k]; known && was != code {
			twice[k] = true
		}
		out[k] = code
	}
	for k := range twice {
		delete(out, k)
	}
	return out
}

// number reads a canonical code as the number that it is.
func number(code string) (float64, bool) {
	v, ok := data.ParseCode(code)
	return v, ok && data.Code(v) == code
}

// empty reports whether a variable has no value in a file.
func (p *pooler) empty(i int, name string) (bool, error) {
	for b, err := range p.surveys[i].Batches([]string{name}) {
		if err != nil {
			return false, err
		}
		if c := b.Record.Column(0); c.NullN() < c.Len() {
			return false, nil
		}
	}
	return true, nil
}

// values lists the different texts of a variable in a file, in the order in
// which they appear; nil if there are too many to be labels.
func (p *pooler) values(i int, name string) ([]string, error) {
	values, seen := []string{}, map[string]bool{}
	for b, err := range p.surveys[i].Batches([]string{name}) {
		if err != nil {
			return nil, err
		}
		c := data.Plain(b.Record.Column(0)).(*array.String)
		for row := range c.Len() {
			if !c.IsValid(row) || seen[c.Value(row)] {
				continue
			}
			if len(seen) == data.MaxDistinct {
				return nil, nil
			}
			v := strings.Clone(c.Value(row))
			seen[v] = true
			values = append(values, v)
		}
	}
	return values, nil
}

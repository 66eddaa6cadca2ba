package exports

import (
	"fmt"
	"slices"
	"strings"

	"tradeoff/data"
)

// This file compares what the files say of a variable: waves of a survey are
// seldom quite alike.

// A move is where an answer of a file stands in the files before.
type move struct {
	code string // the code that it has there
	file int
	was  string // what the code of this file means there, "" if nothing
}

// moved finds the answers of file i that stand at other codes than in the files
// before, by the code in file i. An answer that the file has at both codes, or
// the others have, is not one that moved, and where to is told by one code only.
// Answers that are declared missing in both files may have any code: nobody
// counts them.
func (p *pooler) moved(v *data.Variable, from map[string]int, c *column, i int) map[string]move {
	now := c.parts[i].variable
	places := placesOf(v.Labels)
	own := placesOf(now.Labels)
	out := map[string]move{}
	for _, l := range now.Labels {
		words := key(l.Label)
		if words == "" || len(places[words]) != 1 || len(own[words]) != 1 || places[words][0] == l.Code {
			continue
		}
		code := places[words][0]
		if now.Missing.Declares(l.Code) && c.parts[from[code]].variable.Missing.Declares(code) {
			continue
		}
		out[l.Code] = move{code, from[code], v.LabelOf(l.Code)}
	}
	return out
}

// placesOf lists the codes that bear each label.
func placesOf(labels []data.ValueLabel) map[string][]string {
	out := map[string][]string{}
	for _, l := range labels {
		out[key(l.Label)] = append(out[key(l.Label)], l.Code)
	}
	return out
}

// turned is the fault of a variable whose answers stand at other codes than in
// the files before, with the mapping that puts them there.
func (p *pooler) turned(v *data.Variable, i int, moved map[string]move) {
	if len(moved) == 0 {
		return
	}
	var codes, words []string
	var first move
	for _, l := range p.columns[v.Name].parts[i].variable.Labels {
		m, ok := moved[l.Code]
		if !ok {
			continue
		}
		if codes == nil {
			first = m
		}
		codes = append(codes, fmt.Sprintf("%s: %s", l.Code, m.code))
		words = append(words, fmt.Sprintf("%q is %s here and %s there", brief(l.Label), l.Code, m.code))
	}
	p.faults = append(p.faults, &data.Fault{File: p.file(i), Column: v.Name,
		Found: fmt.Sprintf("answers have other codes than in %s: %s; if the mapping is right, write under sources in the study file: {file: %s, recode: {%s: {%s}}}", p.file(first.file), strings.Join(cut(words), ", "), p.file(i), v.Name, strings.Join(codes, ", "))})
}

// stranger is the fault of a column of words, of which one is no label of the
// codes in another file.
func (p *pooler) stranger(v *data.Variable, i, other int, word string) *data.Fault {
	return &data.Fault{File: p.file(i), Column: v.Name,
		Found: fmt.Sprintf("the column holds words for codes of %s, but %q is none of its labels; say under sources in the study file which code it is: {file: %s, recode: {%s: {%q: ...}}}", p.file(other), brief(word), p.file(i), v.Name, word)}
}

// audit says how each file differs from those before it in what both have. A
// file without any label or missing value, as CSV is, says nothing that could
// differ.
func (p *pooler) audit() {
	for i := 1; i < len(p.surveys); i++ {
		if !p.describes(i) {
			continue
		}
		var texts, added, gone, missing, without []string
		for _, v := range p.book.Variables {
			now, was := p.columns[v.Name].parts[i], p.before(v.Name, i)
			if now == nil || was == nil {
				continue
			}
			a, b := was.variable, now.variable
			if a.Label != "" && b.Label != "" && !sameWords(a.Label, b.Label) {
				texts = append(texts, fmt.Sprintf("%s (%q after %q)", v.Name, brief(b.Label), brief(a.Label)))
			}
			if len(a.Labels) > 0 && len(b.Labels) > 0 {
				added = append(added, onlyIn(v.Name, b, a)...)
				gone = append(gone, onlyIn(v.Name, a, b)...)
			} else if len(a.Labels)+len(b.Labels) > 0 {
				without = append(without, v.Name)
			}
			if !sameMissing(a.Missing, b.Missing) {
				missing = append(missing, v.Name+missingOnce(a.Missing, b.Missing))
			}
		}
		name := p.file(i)
		p.list(texts, name+" words questions differently from the files before; make sure that they are the same questions")
		p.list(added, name+" has answers that the files before lack")
		p.list(gone, name+" lacks answers that the files before have")
		p.list(without, name+" and a file before it label codes of the same variables in one of the two only; make sure that the codes mean the same")
		p.list(missing, name+" and a file before it declare different missing values; those of both are missing in both")
	}
}

// describes reports whether a file says what codes mean, of any variable.
func (p *pooler) describes(i int) bool {
	return slices.ContainsFunc(p.surveys[i].Codebook.Variables, func(v data.Variable) bool {
		return v.Label != "" || len(v.Labels) > 0 || len(v.Missing.Codes) > 0 || v.Missing.HasRange
	})
}

// before is the part of a variable in the last file before file i that has it
// and describes anything.
func (p *pooler) before(name string, i int) *part {
	for k, part := range slices.Backward(p.columns[name].parts[:i]) {
		if part != nil && p.describes(k) {
			return part
		}
	}
	return nil
}

// list adds a note that names what it is about, unless there is nothing.
func (p *pooler) list(what []string, note string) {
	if len(what) > 0 {
		p.note("%s: %s.", note, enumerate(what))
	}
}

// onlyIn lists the answers of a variable that a has and b lacks, in words.
func onlyIn(name string, a, b *data.Variable) []string {
	var out []string
	for _, l := range a.Labels {
		if !slices.ContainsFunc(b.Labels, func(o data.ValueLabel) bool { return o.Code == l.Code || sameWords(o.Label, l.Label) }) {
			out = append(out, fmt.Sprintf("%s %s (%q)", name, l.Code, brief(l.Label)))
		}
	}
	return out
}

// missingOnce names the codes that one of two files declares missing.
func missingOnce(a, b data.Missing) string {
	var codes []string
	for _, m := range [][2]data.Missing{{a, b}, {b, a}} {
		for _, code := range m[0].Codes {
			if !m[1].Declares(code) {
				codes = append(codes, code)
			}
		}
		if m[0].HasRange && !m[1].HasRange {
			codes = append(codes, data.Code(m[0].Low)+" to "+data.Code(m[0].High))
		}
	}
	if codes == nil { // the same values, declared in other ways
		return ""
	}
	return " (" + strings.Join(codes, ", ") + ")"
}

// cut is the first few of a list, with how many more there are.
func cut(list []string) []string {
	if len(list) <= toldOf {
		return list
	}
	return append(slices.Clone(list[:toldOf]), fmt.Sprintf("%d more", len(list)-toldOf))
}

// briefly is how many letters a message shows of a text.
const briefly = 60

// brief is a text for a message.
func brief(s string) string {
	if r := []rune(s); len(r) > briefly {
		return string(r[:briefly]) + "..."
	}
	return s
}

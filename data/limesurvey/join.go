package limesurvey

import (
	"slices"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"tradeoff/data"
	"tradeoff/data/beside"
)

// maxValues is how many different answers of a column are looked at.
const maxValues = 1000

// join gives the columns of the data what the questionnaire says of them.
func (q *questionnaire) join(inner *data.Survey) (data.Codebook, error) {
	book := inner.Codebook
	book.Variables = slices.Clone(book.Variables)
	var fields []*field
	for _, own := range q.questions {
		fields = append(fields, own.fields(q.language)...)
	}
	of := q.match(fields, &book)
	if len(of) == 0 {
		return book, q.fault("no column of %s is one of its questions; put the questionnaire and its own data into one folder, and export the answers with codes of questions as headings", inner.Files[0].Name())
	}
	values, err := answersOf(inner, of)
	if err != nil {
		return book, err
	}
	var strange, unlisted, unknown, without []string
	for i := range book.Variables {
		v := &book.Variables[i]
		f := of[v.Name]
		switch {
		case f == nil:
			if !isSystem(v.Name) {
				unknown = append(unknown, v.Name)
			}
			continue
		case v.Type == data.Time:
			v.Label = f.label
			continue
		}
		v.Label, v.Level = f.label, f.level
		if len(f.schemes) == 0 {
			continue
		}
		switch labels, rest := choose(f.schemes, v.Type, values[v.Name]); {
		case labels == nil:
			strange = append(strange, v.Name)
		default:
			v.Labels = labels
			if rest {
				unlisted = append(unlisted, v.Name)
			}
		}
	}
	book.Sets = q.sets(&book, of)
	var blank []string
	for _, set := range book.Sets {
		if !slices.ContainsFunc(set.Variables, func(name string) bool { return len(values[name]) > 1 }) {
			blank = append(blank, set.Name)
		}
	}
	if len(blank) > 0 {
		q.note("boxes that are not ticked are empty in %s, so that nothing ticked and not asked look alike: %s; export with N converted to have them told apart.", inner.Files[0].Name(), beside.List(blank))
	}
	for _, f := range fields {
		if !f.found {
			without = append(without, f.code)
		}
	}
	q.say("columns of %s that the questionnaire does not have are read as they look: %s.", inner, unknown)
	q.say("questions that %s has no column of: %s.", inner, without)
	q.say("columns of %s whose answers are neither codes nor words of the questionnaire have no labels: %s.", inner, strange)
	q.say("columns of %s hold answers that the questionnaire does not list: %s.", inner, unlisted)
	book.Notes = append(q.notes, book.Notes...)
	return book, nil
}

// say notes what is true of columns, if there are any.
func (q *questionnaire) say(what string, inner *data.Survey, columns []string) {
	if len(columns) > 0 {
		q.note(what, inner.Files[0].Name(), beside.List(columns))
	}
}

// match finds the field of each column: by a code, by a code with text behind it, or by
// the text, where only one field has it.
func (q *questionnaire) match(fields []*field, book *data.Codebook) map[string]*field {
	byCode, byText := map[string]*field{}, map[string]*field{}
	for _, f := range fields {
		for _, code := range []string{f.code, f.short} {
			if byCode[code] == nil {
				byCode[code] = f
			}
		}
		if _, twice := byText[f.label]; twice || f.label == "" {
			byText[f.label] = nil
		} else {
			byText[f.label] = f
		}
	}
	of := map[string]*field{}
	for _, v := range book.Variables {
		name := strings.Join(strings.Fields(v.Name), " ")
		f := byCode[name]
		if f == nil {
			f = byCode[codeOf(name)]
		}
		if f == nil {
			f = byText[name]
		}
		if f != nil && !f.found {
			of[v.Name], f.found = f, true
		}
	}
	return of
}

// codeOf is the code with which a heading of code and text begins, "" for none.
func codeOf(heading string) string {
	end := 0
	for end < len(heading) && (isLetter(heading[end]) || heading[end] == '[' || heading[end] == ']') {
		end++
	}
	if end == 0 || end == len(heading) || !strings.ContainsRune(".:;|- ", rune(heading[end])) {
		return ""
	}
	return heading[:end]
}

// isLetter reports whether a code may hold a letter.
func isLetter(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// isSystem tells the columns that LimeSurvey adds to all exports.
func isSystem(name string) bool {
	return slices.Contains([]string{"id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp", "ipaddr", "refurl", "token"}, name)
}

// answersOf are the different answers of the columns that have lists, as codes.
func answersOf(s *data.Survey, of map[string]*field) (map[string][]string, error) {
	var names []string
	for _, v := range s.Codebook.Variables {
		if f := of[v.Name]; f != nil && len(f.schemes) > 0 && v.Type != data.Time {
			names = append(names, v.Name)
		}
	}
	out := map[string][]string{}
	if names == nil {
		return out, nil
	}
	seen := make([]map[string]bool, len(names))
	for i := range seen {
		seen[i] = map[string]bool{}
	}
	for b, err := range s.Batches(names) {
		if err != nil {
			return nil, err
		}
		for i := range names {
			meet(b.Record.Column(i), seen[i])
		}
	}
	for i, name := range names {
		for code := range seen[i] {
			out[name] = append(out[name], code)
		}
	}
	return out, nil
}

// meet adds the codes of a column to those that were seen.
func meet(a arrow.Array, seen map[string]bool) {
	values := a
	var used [data.MaxCodes + 1]bool
	codes, dictionary, coded := data.Codes(a)
	if coded {
		values = dictionary
		for _, c := range codes {
			used[c] = true
		}
	}
	for i := range values.Len() {
		if values.IsNull(i) || coded && !used[i] || len(seen) == maxValues {
			continue
		}
		switch v := values.(type) {
		case *array.Float64:
			seen[data.Code(v.Value(i))] = true
		case *array.String:
			seen[strings.Clone(v.Value(i))] = true
		}
	}
}

// choose takes the scheme that has most of the answers, the first of equals; rest says
// that it lacks some. nil where none has half of them. Codes are in the form of the
// column's type; one that has none there is left out.
func choose(schemes []scheme, how data.Type, answers []string) (labels []data.ValueLabel, rest bool) {
	best := -1
	for _, s := range schemes {
		var own []data.ValueLabel
		has := map[string]bool{}
		for _, l := range s {
			if how == data.Number {
				n, ok := data.ParseCode(l.Code)
				if !ok {
					continue
				}
				l.Code = data.Code(n)
			}
			if !has[l.Code] {
				own = append(own, l)
			}
			has[l.Code] = true
		}
		n := 0
		for _, a := range answers {
			if has[a] {
				n++
			}
		}
		if n > best && len(own) > 0 {
			best, labels = n, own
		}
	}
	if 2*best < len(answers) || best < 0 {
		return nil, false
	}
	labels = slices.DeleteFunc(labels, func(l data.ValueLabel) bool { return l.Label == "" })
	return labels, best < len(answers)
}

// sets are the questions with several ticks. What a tick is, the labels say.
func (q *questionnaire) sets(book *data.Codebook, of map[string]*field) []data.Set {
	var sets []data.Set
	at := map[*question]int{}
	for _, v := range book.Variables {
		f := of[v.Name]
		if f == nil || f.ticked == nil {
			continue
		}
		counted := ""
		for _, l := range v.Labels {
			if saysYes(l.Label) {
				counted = l.Code
			}
		}
		i, ok := at[f.ticked]
		switch {
		case counted == "":
		case !ok:
			at[f.ticked] = len(sets)
			sets = append(sets, data.Set{Name: f.ticked.code, Label: f.ticked.text, Counted: counted, Variables: []string{v.Name}})
		case sets[i].Counted == counted:
			sets[i].Variables = append(sets[i].Variables, v.Name)
		}
	}
	return sets
}

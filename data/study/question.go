package study

import (
	"regexp"
	"slices"
	"strings"
)

// segment completes a segment in the long form.
func (r *reader) segment(path string, s Segment) Segment {
	if !r.has(path + ".banner") {
		s.Banner = true
	}
	return s
}

// question completes a question: where its columns are, and what type it is.
func (r *reader) question(path string, l longQuestion) Question {
	q := l.Question
	if l.columns.pattern != "" {
		q.Column = l.columns.pattern
	}
	q.Columns = l.columns.list
	q.Codes, q.Ordered = l.answers, l.scale != nil
	if q.Ordered {
		q.Codes = l.scale
	}
	if l.scale != nil && l.answers != nil {
		r.wrong(path+".answers", "a question has a scale or answers, not both: scale where they run from low to high")
	}
	if q.Type == "" {
		q.Type = typeOf(q)
	}
	if q.Type == Scale || q.Type == Grid && (q.Top > 0 || q.Bottom > 0) {
		q.Ordered = true
	}
	return q
}

// typeOf tells the type from the keys that are set.
func typeOf(q Question) Type {
	several := q.Columns != nil || placeholder(q.Column, "item")
	closed := q.Codes != nil || q.Top > 0 || q.Bottom > 0
	switch {
	case q.Separator != "" || q.Yes != nil:
		return Multi
	case several && closed:
		return Grid
	case several:
		return Multi
	case q.Ordered || q.Top > 0 || q.Bottom > 0:
		return Scale
	case q.Unit != "":
		return Number
	}
	return Single
}

// placeholders matches what varies in a pattern of columns.
var placeholders = regexp.MustCompile(`\{([A-Za-z][A-Za-z0-9_]*)\}`)

// placeholder reports whether {name} stands in a pattern.
func placeholder(pattern, name string) bool {
	return name != "" && strings.Contains(pattern, "{"+name+"}")
}

// keys that say something only about questions of certain types.
func meaningless(q Question) []refusal {
	closed := []Type{Single, Scale, Grid}
	return []refusal{
		{"scale", []Type{Scale, Grid}, "only a scale or a grid has one; use answers"},
		{"top", []Type{Scale, Grid}, "only a scale has a top; write the answers as scale, lowest first, or use nets"},
		{"bottom", []Type{Scale, Grid}, "only a scale has a bottom; write the answers as scale, lowest first, or use nets"},
		{"scores", closed, "scores belong to the answers of a single, scale or grid question"},
		{"yes", []Type{Multi}, "yes says what ticked means; only a multi has it"},
		{"separator", []Type{Multi}, "only a multi in one column has a separator"},
		{"other", []Type{Single, Multi}, "only a list of answers has one as which other texts count"},
		{"items", []Type{Multi, Grid}, "items belong to a grid or a multi; the answers of this question go under answers or scale"},
		{"unit", []Type{Number}, "only a number has a unit"},
		{"answers", []Type{Single, Multi, Grid, Scale}, "a number has no answers; codes that are no answer go under missing"},
		{"randomized", []Type{Single}, "a draw gives everybody one answer; only a single question has them"},
		{"resigned", closed, "only a question with top answers, or with nets, tells who has given up"},
		{"nets", []Type{Single, Multi, Grid, Scale}, "a number has no answers to net"},
		{"dont_know", []Type{Single, Multi, Grid, Scale}, "a number has no answers that could be shown; use missing"},
	}
}

// A refusal is a key with the types that may have it, and what to say to the
// others.
type refusal struct {
	key  string
	may  []Type
	says string
}

// checkQuestion checks a question against itself and the loops.
func (r *reader) checkQuestion(q Question, loops []string) {
	path := "questions." + q.Name
	for _, m := range meaningless(q) {
		if r.has(path+"."+m.key) && !slices.Contains(m.may, q.Type) {
			r.wrong(path+"."+m.key, "type %s: %s", q.Type, m.says)
		}
	}
	r.checkColumns(path, q, loops)
	r.checkItems(path, q)
	r.checkCodes(path, q)
	r.checkTop(path+".top", q.Top, q)
	r.checkTop(path+".bottom", q.Bottom, q)
	if n := len(q.Codes); q.Top > 0 && q.Bottom > 0 && q.Top < n && q.Bottom < n && q.Top+q.Bottom > n {
		r.wrong(path+".bottom", "the top %d and the bottom %d of %d answers overlap; make one of them smaller", q.Top, q.Bottom, n)
	}
	if q.Resigned && q.Top == 0 && q.Nets == nil {
		r.wrong(path+".resigned", "resigned says whose answers the top ones are; add top: to a scale, or nets:")
	}
}

// checkColumns checks where the answers stand.
func (r *reader) checkColumns(path string, q Question, loops []string) {
	if r.has(path+".column") && r.has(path+".columns") {
		r.wrong(path+".columns", "a question has column or columns, not both")
		return
	}
	if q.Column == "" && q.Columns == nil {
		if !r.has(path+".column") && !r.has(path+".columns") {
			r.wrong(path, "%s names no column; add column: or columns:", q.Name)
		}
		return
	}
	r.checkLoop(path, q, loops)
	several := q.Columns != nil || placeholder(q.Column, "item")
	switch q.Type {
	case Single, Scale, Number:
		if several {
			instead := "type: grid is several items on the same answers"
			if q.Type == Number {
				instead = "write a question for each"
			}
			r.wrong(path+".columns", "type %s is one column; %s", q.Type, instead)
		}
	case Grid:
		if !several {
			r.wrong(path+".column", "a grid has several columns: list them, or write a pattern with {item}")
		}
	case Multi:
		r.checkMulti(path, q, several)
	}
}

// checkMulti checks the two forms of tick-all-that-apply: a column for each
// answer, or all codes in one.
func (r *reader) checkMulti(path string, q Question, several bool) {
	if several {
		if r.has(path + ".separator") {
			r.wrong(path+".separator", "a separator is for a multi in one column; here every answer has its own")
		}
		if q.Codes != nil {
			r.wrong(path+".answers", "every answer has its own column here; their words go under items")
		}
		return
	}
	if q.Separator == "" && !r.has(path+".separator") {
		r.wrong(path+".column", `a multi in one column needs a separator (separator: ";"), or list its columns`)
	}
	if q.Yes != nil {
		r.wrong(path+".yes", "yes is for a multi with a column for each answer")
	}
}

// checkLoop checks that the question's loop exists and that its columns vary
// with it, and that nothing else in braces does.
func (r *reader) checkLoop(path string, q Question, loops []string) {
	switch {
	case q.Loop == "":
	case !slices.Contains(loops, q.Loop):
		r.wrong(path+".loop", "no segment is the loop %s%s; add it to segments: %s: {loop: %s}", q.Loop, meant(q.Loop, loops), q.Loop, q.Loop)
		return
	case q.Columns != nil:
		r.wrong(path+".columns", "a question in a loop needs a pattern with {%s} instead of a list", q.Loop)
	case !placeholder(q.Column, q.Loop):
		r.wrong(path+".column", "the question is asked in the loop %s, so its columns need {%s} where they differ", q.Loop, q.Loop)
	}
	for _, m := range placeholders.FindAllStringSubmatch(q.Column, -1) {
		name := m[1]
		switch {
		case name == "item" || name == q.Loop:
		case slices.Contains(loops, name):
			r.wrong(path+".column", "the columns vary with {%s}; add loop: %s", name, name)
		default:
			r.wrong(path+".column", "{%s} is neither {item} nor the name of a loop%s; a column whose own name has braces goes into a list: columns: [..]", name, meant(name, append([]string{"item"}, loops...)))
		}
	}
}

// checkItems checks that items and columns belong together.
func (r *reader) checkItems(path string, q Question) {
	switch {
	case placeholder(q.Column, "item") && q.Items == nil && !r.has(path+".items"):
		r.wrong(path+".column", "the pattern has {item}, so the question needs items: what stands there, with its words")
	case q.Items != nil && q.Columns != nil:
		for _, it := range q.Items {
			if !slices.Contains(q.Columns, it.Code) {
				r.wrong(path+".items."+it.Code, "%s is not one of the question's columns%s", it.Code, meant(it.Code, q.Columns))
			}
		}
	case q.Items != nil && q.Column != "" && !placeholder(q.Column, "item") && (q.Type == Multi || q.Type == Grid):
		r.wrong(path+".items", "items stand for {item} in columns, and there is none; the codes of a multi in one column go under answers")
	}
}

// checkCodes checks that every code has one role, and that nets and scores are
// made of codes that are declared.
func (r *reader) checkCodes(path string, q Question) {
	role := map[string]string{}
	for _, group := range []struct {
		key   string
		codes []Code
	}{{r.answersKey(path), q.Codes}, {"dont_know", q.DontKnow}, {"missing", q.Missing}} {
		for _, c := range group.codes {
			if other := role[c.Code]; other != "" {
				r.wrong(path+"."+group.key+"."+c.Code, "code %s is already under %s; an answer is one or the other", c.Code, other)
				continue
			}
			role[c.Code] = group.key
		}
	}
	if q.Other != "" && !slices.ContainsFunc(q.Codes, func(c Code) bool { return c.Code == q.Other }) {
		r.wrong(path+".other", "%s is not one of the answers%s", q.Other, meant(q.Other, codesOf(q.Codes)))
	}
	for _, net := range q.Nets {
		for _, c := range net.Codes {
			at := path + ".nets." + net.Name + "." + c
			switch {
			case role[c] == "missing":
				r.wrong(at, "code %s is declared missing; a net is made of answers", c)
			case role[c] == "" && q.Codes != nil:
				r.wrong(at, "code %s is not one of the answers%s", c, meant(c, codesOf(q.Codes)))
			}
		}
	}
	for _, c := range sorted(q.Scores) {
		switch {
		case role[c] == "missing", role[c] == "dont_know":
			r.wrong(path+".scores."+c, "code %s is under %s, which has no part in means", c, role[c])
		case role[c] == "" && q.Codes != nil:
			r.wrong(path+".scores."+c, "code %s is not one of the answers%s", c, meant(c, codesOf(q.Codes)))
		}
	}
}

// answersKey is the key under which a question's answers stand.
func (r *reader) answersKey(path string) string {
	if r.has(path + ".scale") {
		return "scale"
	}
	return "answers"
}

// checkTop checks a top or bottom net against the length of the scale.
func (r *reader) checkTop(path string, n int, q Question) {
	if n > 0 && q.Codes != nil && n >= len(q.Codes) {
		r.wrong(path, "a net of %d is not smaller than the scale, which has %d answers", n, len(q.Codes))
	}
}

// codesOf are the codes without their words.
func codesOf(list []Code) []string {
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = c.Code
	}
	return out
}

// sorted are the keys of a map in order.
func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

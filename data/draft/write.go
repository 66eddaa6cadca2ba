package draft

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tradeoff/data"
)

// A draft is everything that goes into the file.
type draft struct {
	title      string
	sources    []source
	respondent role
	hint       string // about a respondent that was not read
	weight     role
	wave       role
	strata     role
	cluster    role
	fpc        role
	replicates replicates
	lonely     string // why lonely: adjust is written, "" if it is not
	segments   []segment
	questions  []question
	remarks    []string
	left       []leftOut
	overflow   []string // columns for which the draft had no room
}

// A leftOut is a column that no question uses.
type leftOut struct{ name, why string }

// A segment is a drafted segment.
type segment struct {
	name, label string
	column      *column
	loop        bool
	codes       []option
	bands       []string
	named       bool  // bands are written with their words
	nets        []net // groups of several codes; nil: every code is one
	why         string
	hidden      string // why it stands outside the banner, "" if it stands in it
}

// A question is a drafted question.
type question struct {
	name      string
	at        int // place of its first column in the export
	text      string
	typ       string // "" where the other keys tell
	why       string
	measures  string
	word      string // the words that say so
	votes     int    // how many items say so, where not all do
	maybe     string // the chapter that one word hints at, where no more was found
	column    string
	pattern   string
	columns   []*column
	items     []option
	loop      string
	scale     []option
	scores    bool // the scale's codes do not run upwards
	answers   []option
	yes       []string
	separator string
	other     string // the answer as which others count
	missing   []option
	dk        []option
	top       int
}

func (d *draft) leave(name, why string) { d.left = append(d.left, leftOut{name, why}) }

func (d *draft) remark(format string, args ...any) {
	d.remarks = append(d.remarks, fmt.Sprintf(format, args...))
}

// A writer makes YAML lines.
type writer struct{ bytes.Buffer }

// line writes a line at a depth, with a comment behind it if there is one.
func (w *writer) line(depth int, text, why string) {
	w.WriteString(strings.Repeat("  ", depth) + text)
	if why != "" {
		w.WriteString("   # " + comment(why))
	}
	w.WriteByte('\n')
}

// remark writes a line of comment; blanks before the text stay.
func (w *writer) remark(depth int, text string) {
	inner := text[:len(text)-len(strings.TrimLeft(text, " "))]
	w.WriteString(strings.Repeat("  ", depth) + "# " + inner + comment(text) + "\n")
}

// longestComment is where a comment is cut.
const longestComment = 200

// comment makes one printable line of a text.
func comment(s string) string {
	s = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "�"))), " ")
	if r := []rune(s); len(r) > longestComment {
		return string(r[:longestComment-1]) + "…"
	}
	return s
}

// show quotes a text within a comment, cut where it is long.
func show(s string) string {
	if r := []rune(s); len(r) > 60 {
		s = string(r[:59]) + "…"
	}
	return `"` + s + `"`
}

// yaml writes the file.
func (d *draft) yaml() []byte {
	w := &writer{}
	w.remark(0, "Drafted from the export's own names, labels and values. Every guess says why; mend what is wrong.")
	w.remark(0, "report check reads this file against the export; report schema describes every setting.")
	w.WriteByte('\n')
	title := d.title
	if strings.TrimSpace(title) == "" {
		title = "Untitled study"
	}
	w.line(0, "study: "+quote(title), "")
	w.remark(0, "population: who the results speak for")
	d.writeSources(w)
	if d.respondent.column != nil {
		w.line(0, "respondent: "+quote(d.respondent.column.Name), d.respondent.why)
	} else {
		w.remark(0, "respondent: no column was found that identifies a person, so every row counts as one")
	}
	if d.hint != "" {
		w.remark(0, d.hint)
	}
	if d.wave.column != nil {
		w.line(0, "wave: "+quote(d.wave.column.Name), d.wave.why)
	}
	d.design(w)
	d.writeSegments(w)
	d.writeQuestions(w)
	d.rest(w)
	return w.Bytes()
}

// writeSources writes the files, with their waves where their names tell them.
func (d *draft) writeSources(w *writer) {
	if d.sources[0].wave == "" {
		var files []string
		for _, s := range d.sources {
			files = append(files, s.file)
		}
		w.line(0, "sources: "+list(files), "")
		return
	}
	w.line(0, "sources:", "the names of the files tell the waves")
	for _, s := range d.sources {
		w.line(1, "- {file: "+quote(s.file)+", wave: "+quote(s.wave)+"}", "")
	}
}

// design writes the sampling design.
func (d *draft) design(w *writer) {
	roles := []struct {
		key string
		role
	}{{"weight", d.weight}, {"strata", d.strata}, {"cluster", d.cluster}, {"fpc", d.fpc}}
	begun := false
	for _, r := range roles {
		if r.column == nil {
			continue
		}
		if !begun {
			w.line(0, "design:", "")
			begun = true
		}
		w.line(1, r.key+": "+quote(r.column.Name), r.why)
	}
	d.replicates.write(w, begun)
	if d.lonely != "" {
		w.line(1, "lonely: adjust", d.lonely)
	}
	if d.weight.column == nil {
		w.remark(0, "design: {weight: ...}   no column was found that is a weight, so everybody counts the same")
	}
}

// writeSegments writes the banner.
func (d *draft) writeSegments(w *writer) {
	w.WriteByte('\n')
	if len(d.segments) == 0 {
		w.remark(0, "segments: no demographics were recognised; add the columns to split respondents by, such as")
		w.remark(0, "segments: {sex: sex, age: {from: age, bands: [18-34, 35-54, 55+]}}")
		return
	}
	w.line(0, "segments:", "")
	for _, s := range d.segments {
		w.remark(1, s.why)
		w.line(1, s.name+":", "")
		if s.loop {
			w.line(2, "loop: "+s.name, "")
			w.entries(2, "items", s.codes)
		} else {
			w.line(2, "from: "+quote(s.column.Name), "")
		}
		w.line(2, "label: "+quote(s.label), "")
		if s.bands != nil {
			open, end := "[", "]"
			if s.named {
				open, end = "{", "}"
			}
			w.line(2, "bands: "+open+strings.Join(s.bands, ", ")+end, "")
		} else if s.nets == nil && !s.loop {
			w.entries(2, "codes", s.codes)
		}
		if s.nets != nil {
			w.line(2, "nets:", "")
		}
		for _, n := range s.nets {
			codes := make([]string, len(n.codes))
			for i, o := range n.codes {
				codes[i] = o.code
			}
			w.pair(3, quote(n.name), list(codes))
		}
		if s.hidden != "" {
			w.line(2, "banner: false", s.hidden)
		}
	}
}

// writeQuestions writes the questions in the order of the export.
func (d *draft) writeQuestions(w *writer) {
	w.WriteByte('\n')
	if len(d.questions) == 0 {
		w.remark(0, "questions: nothing was recognised as a question; add one such as")
		w.remark(0, "questions: {worry: {column: q1, scale: [1, 2, 3, 4, 5], top: 2}}")
		return
	}
	w.line(0, "questions:", "")
	for _, q := range d.questions {
		w.question(q)
	}
}

// question writes one question.
func (w *writer) question(q question) {
	w.remark(1, q.why)
	w.line(1, q.name+":", "")
	switch {
	case q.pattern != "":
		w.line(2, "columns: "+quote(q.pattern), "")
		w.line(2, "loop: "+q.loop, "")
	case q.column != "":
		w.line(2, "column: "+quote(q.column), "")
	default:
		w.line(2, "columns:", "")
		for _, c := range q.columns {
			w.line(3, "- "+quote(c.Name), "")
		}
	}
	if text := clean(q.text); text != "" {
		w.line(2, "text: "+quote(text), "")
	}
	if q.typ != "" {
		w.line(2, "type: "+q.typ, "")
	}
	switch {
	case q.votes > 0:
		w.line(2, "measures: "+q.measures, fmt.Sprintf("for the words %s, and %d of %d items", show(q.word), q.votes, len(q.items)))
	case q.measures != "":
		w.line(2, "measures: "+q.measures, "for the words "+show(q.word))
	case q.maybe != "":
		w.remark(2, "measures: "+q.maybe+"   if it is about personal data or service; the only sign is "+show(q.word))
	}
	if q.separator != "" {
		w.line(2, "separator: "+quoted(q.separator), "")
	}
	if q.yes != nil {
		w.yes(q.yes)
	}
	w.entries(2, "items", q.items)
	w.entries(2, "scale", q.scale)
	w.entries(2, "answers", q.answers)
	if q.other != "" {
		w.line(2, "other: "+quote(q.other), "what people wrote themselves counts as this answer and stays out of this file")
	}
	w.entries(2, "dont_know", q.dk)
	w.entries(2, "missing", q.missing)
	if q.scores {
		w.scores(q.scale)
	}
	if q.top > 0 {
		w.line(2, fmt.Sprintf("top: %d", q.top), "")
	}
}

// yes writes the codes that mean ticked.
func (w *writer) yes(codes []string) {
	if flow := list(codes); len(flow) < 80 {
		w.line(2, "yes: "+flow, "")
		return
	}
	w.line(2, "yes:", "")
	for _, c := range codes {
		w.line(3, "- "+code(c), "")
	}
}

// scores writes points for a scale whose codes do not run upwards.
func (w *writer) scores(scale []option) {
	parts := make([]string, len(scale))
	for i, o := range scale {
		parts[i] = fmt.Sprintf("%s: %d", code(o.code), i+1)
	}
	w.line(2, "scores: {"+strings.Join(parts, ", ")+"}", "the codes do not run from low to high")
}

// entries writes codes, with their words where they have some.
func (w *writer) entries(depth int, key string, list []option) {
	if len(list) == 0 {
		return
	}
	labelled := false
	parts := make([]string, len(list))
	for i, o := range list {
		parts[i] = code(o.code)
		labelled = labelled || o.label != ""
	}
	if !labelled {
		if flow := "[" + strings.Join(parts, ", ") + "]"; len(flow) < 100 {
			w.line(depth, key+": "+flow, "")
			return
		}
		w.line(depth, key+":", "")
		for _, p := range parts {
			w.line(depth+1, "- "+p, "")
		}
		return
	}
	long := false
	for i, o := range list {
		long = long || len(parts[i]) > 40
		parts[i] += ": " + quote(o.word())
	}
	if flow := "{" + strings.Join(parts, ", ") + "}"; !long && len(flow) < 100 {
		w.line(depth, key+": "+flow, "")
		return
	}
	w.line(depth, key+":", "")
	for _, o := range list {
		w.pair(depth+1, code(o.code), quote(o.word()))
	}
}

// longestKey is how long a key may be before YAML wants it marked with a ?.
const longestKey = 900

// pair writes a key with its value.
func (w *writer) pair(depth int, key, value string) {
	if len(key) > longestKey {
		w.line(depth, "? "+key, "")
		w.line(depth, ": "+value, "")
		return
	}
	w.line(depth, key+": "+value, "")
}

// mostLeft is how many columns are named for which the draft had no room.
const mostLeft = 60

// rest writes what was left out.
func (d *draft) rest(w *writer) {
	if len(d.overflow) > 0 {
		w.WriteByte('\n')
		w.remark(0, fmt.Sprintf("This draft stops at %d questions, those on the subject first. %d more columns hold questions too; add those that matter:", maxQuestions, len(d.overflow)))
		for i, name := range d.overflow {
			if i == mostLeft {
				w.remark(0, fmt.Sprintf("  and %d more; report inspect lists them all", len(d.overflow)-mostLeft))
				break
			}
			w.remark(0, "  "+show(name))
		}
	}
	if len(d.remarks)+len(d.left) > 0 {
		w.WriteByte('\n')
	}
	for _, r := range d.remarks {
		w.remark(0, r)
	}
	if len(d.left) == 0 {
		return
	}
	w.remark(0, "Left out:")
	why := map[string][]string{}
	var reasons []string
	for _, l := range d.left {
		if why[l.why] == nil {
			reasons = append(reasons, l.why)
		}
		why[l.why] = append(why[l.why], show(l.name))
	}
	for _, r := range reasons {
		names := why[r]
		more := ""
		if len(names) > mostLeft {
			more = fmt.Sprintf("    and %d more", len(names)-mostLeft)
			names = names[:mostLeft]
		}
		w.remark(0, "  "+r+":")
		for i := 0; i < len(names); i += 3 {
			w.remark(0, "    "+strings.Join(names[i:min(i+3, len(names))], ", "))
		}
		if more != "" {
			w.remark(0, more)
		}
	}
}

// unique drops repeated texts.
func unique(list []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// list writes a flow sequence of codes or names.
func list(items []string) string {
	parts := make([]string, len(items))
	for i, s := range items {
		parts[i] = code(s)
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// plainText is what needs no quotes anywhere in YAML.
var plainText = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_./-]*( [A-Za-z0-9(][A-Za-z0-9_./()-]*)*$`)

// plainCode is a number as the study file reads it.
var plainCode = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?$`)

// reserved are words that YAML takes for something else than text.
var reserved = regexp.MustCompile(`(?i)^(true|false|yes|no|on|off|y|n|null|~)$`)

// quote writes a text, in quotes unless it is plainly one.
func quote(s string) string {
	if plainText.MatchString(s) && !reserved.MatchString(s) {
		return s
	}
	return quoted(s)
}

// code writes a code: numbers as they are, texts as texts.
func code(s string) string {
	if v, err := strconv.ParseFloat(s, 64); err == nil && plainCode.MatchString(s) && len(s) <= 15 && data.Code(v) == s {
		return s
	}
	return quote(s)
}

// quoted writes a text in double quotes, every character that YAML or an editor
// could trip over escaped.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == utf8.RuneError || unicode.IsPrint(r):
			b.WriteRune(r)
		case r > 0xFFFF:
			fmt.Fprintf(&b, `\U%08X`, r)
		default:
			fmt.Fprintf(&b, `\u%04X`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

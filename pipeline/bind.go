package pipeline

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tradeoff/data"
	"tradeoff/data/study"
)

// Binding joins a study to the codebook of its exports: every column that the
// study names is found, every answer gets its word, and every pattern is
// spelled out. What does not fit is a fault at the line that says it.

// A category is one answer of a question or one group of a segment.
type category struct {
	code  string
	label string
	also  []string // other codes that count as this one
}

// A segment is a bound way to split the respondents. Its values are the
// distinct groups a respondent can be in before nets; its groups are the
// banner columns.
type segment struct {
	name   string
	label  string
	column string // "" for a loop or a nest
	bands  []study.Band
	values []category // what a respondent is coded to; filled while reading where open
	open   bool       // values are found in the data, in codebook order and then sorted
	groups []group
	nets   []study.Net
	loop   *loop
	nest   []*segment
	banner bool
}

// A group is one banner column of a segment: the values that it holds.
type group struct {
	label  string
	values []int
}

// A loop is what a respondent answers the same questions about several times.
type loop struct {
	name  string
	items []category
}

// A question is bound: one item for most types, several for a grid or a multi.
type question struct {
	spec    study.Question
	text    string
	loop    *loop
	items   []item
	answers []category // empty for a number
	missing map[string]bool
	open    bool // answers are found in the data
	scores  []float64
	base    []condition
}

// An item is one row of a multi, one table of a grid, or the question itself.
type item struct {
	key     string
	label   string
	columns []string        // one, or one per loop item
	yes     map[string]bool // multi: codes that mean ticked
	none    bool            // multi: "none of these", which is no tick
	open    bool            // multi: which codes mean ticked is told by the values, as they are read
	ticked  []*tickColumn   // multi in several columns: what the first pass found, by turn
}

type condition struct {
	path    string // of the column in the study file
	column  string
	codes   map[string]bool
	unknown []string // codes that the export does not label: a slip of the pen if nobody has them
}

// matcher tells who meets the condition.
func (c condition) matcher() *matcher { return &matcher{codes: c.codes, met: map[string]bool{}} }

// strangers says which of the condition's codes nobody had, "" if there are none.
func (c condition) strangers(m *matcher) string {
	nobody := slices.DeleteFunc(slices.Clone(c.unknown), func(code string) bool { return m.met[code] })
	if len(nobody) == 0 {
		return ""
	}
	return fmt.Sprintf("%s names %s, which was not met in the data; check how the export writes it", c.path, list(nobody, 5))
}

// A plan is a study bound to a codebook.
type plan struct {
	study    *study.Study
	book     *data.Codebook
	segments []*segment
	loops    map[string]*loop
	waves    *segment    // nil without waves
	filter   []condition // everybody in the report meets them
	asked    []*question
	notes    []string
}

// bind joins the study to the codebook. All faults are returned together,
// after those that the study file has by itself.
func bind(st *study.Study, book *data.Codebook, faults data.Faults) (*plan, error) {
	b := &binder{st: st, book: book, faults: faults}
	p := &plan{study: st, book: book, loops: map[string]*loop{}}
	b.column("respondent", st.Respondent)
	b.column("design.weight", st.Design.Weight)
	b.column("design.strata", st.Design.Strata)
	b.column("design.cluster", st.Design.Cluster)
	b.column("design.fpc", st.Design.FPC)
	for _, name := range st.Design.Replicates.Columns {
		b.column("design.replicates.columns."+name, name)
	}
	if st.Wave.Column != "" && b.column("wave", st.Wave.Column) != nil {
		p.waves = b.waves()
	}
	p.filter = b.conditions("filter.where.", st.Filter.Where)
	b.loops(p)
	b.segments(p)
	for _, q := range st.Questions {
		if bound := b.question(p, q); bound != nil {
			p.asked = append(p.asked, bound)
		}
	}
	p.notes = b.notes
	return p, b.faults.Err()
}

type binder struct {
	st     *study.Study
	book   *data.Codebook
	faults data.Faults
	notes  []string
}

func (b *binder) fault(path, format string, args ...any) {
	b.faults = append(b.faults, b.st.Fault(path, format, args...))
}

// column finds a column that the study names at path. A name with a near
// neighbour in the data is a slip in the study; a name without one is a column
// that the export lacks.
func (b *binder) column(path, name string) *data.Variable {
	if name == "" {
		return nil
	}
	if v := b.book.Variable(name); v != nil {
		return v
	}
	for _, d := range b.book.Dropped {
		if d.Name == name {
			b.fault(path, "column %s looks like personal data (%s) and was not read; list it under keep: if the study needs it", name, d.Reason)
			return nil
		}
	}
	names := b.book.Names()
	for _, d := range b.book.Dropped {
		names = append(names, d.Name)
	}
	if near := study.Nearest(name, names); near != "" {
		b.fault(path, "column %s is not in the data; did you mean %s?", name, near)
		return nil
	}
	at := ""
	if place := b.st.Place(path); place.Line > 0 {
		at = fmt.Sprintf(" (named on line %d of the study)", place.Line)
	}
	f := &data.Fault{File: list(files(b.st.Sources), 3), Found: fmt.Sprintf("column %s is not in the data%s; the export has %s", name, at, list(names, 12))}
	b.faults = append(b.faults, f)
	return nil
}

// files are the sources as the study writes them.
func files(sources []study.Source) []string {
	names := make([]string, len(sources))
	for i, s := range sources {
		names[i] = s.File
	}
	return names
}

func (b *binder) waves() *segment {
	w := b.st.Wave
	s := &segment{name: "wave", label: "Wave", column: w.Column, banner: true}
	s.values = b.categories(w.Labels, b.book.Variable(w.Column))
	s.open = len(w.Labels) == 0
	b.mixed("wave", b.book.Variable(w.Column), !s.open, "list the waves of all files under labels")
	return s
}

// categories gives codes their words: the study's, else the export's, else the
// code itself. Without codes it takes those that the export labels.
func (b *binder) categories(codes []study.Code, v *data.Variable) []category {
	var out []category
	for _, c := range codes {
		label := c.Label
		if label == "" && v != nil {
			label = v.LabelOf(c.Code)
		}
		if label == "" {
			label = c.Code
		}
		out = append(out, category{code: c.Code, label: label})
	}
	if len(codes) == 0 && v != nil {
		for _, l := range v.Labels {
			if !v.Missing.Declares(l.Code) {
				out = append(out, category{code: l.Code, label: l.Label})
			}
		}
	}
	return out
}

// loops finds the loops and their items: those that the study lists, else
// those that the patterns of its questions find in the data.
func (b *binder) loops(p *plan) {
	for _, s := range b.st.Segments {
		if s.Loop == "" || p.loops[s.Loop] != nil {
			continue
		}
		l := &loop{name: s.Loop}
		for _, c := range s.Items {
			label := c.Label
			if label == "" {
				label = words(c.Code)
			}
			l.items = append(l.items, category{code: c.Code, label: label})
		}
		if len(l.items) == 0 {
			l.items = b.discover("{"+s.Loop+"}", s.Loop)
		}
		if len(l.items) == 0 {
			b.fault("segments."+s.Name+".loop", "no question's columns match a pattern with {%s}; write it in the columns of the questions asked in this loop, as in q7_{%s}", s.Loop, s.Loop)
		}
		p.loops[s.Loop] = l
	}
}

// discover lists what stands for a placeholder in the columns of the data, in
// the data's order.
func (b *binder) discover(placeholder, loopName string) []category {
	var out []category
	seen := map[string]bool{}
	for _, q := range b.st.Questions {
		if loopName != "" && q.Loop != loopName || !strings.Contains(q.Column, placeholder) {
			continue
		}
		re := patternOf(q.Column, strings.Trim(placeholder, "{}"))
		for _, n := range b.book.Names() {
			if m := re.FindStringSubmatch(n); m != nil && !seen[m[1]] {
				seen[m[1]] = true
				out = append(out, category{code: m[1], label: words(m[1])})
			}
		}
	}
	return out
}

var placeholders = regexp.MustCompile(`\{([A-Za-z0-9_]+)\}`)

// patternOf turns "q9_{industry}_{item}" into an expression whose first group
// is what stands for name.
func patternOf(pattern, name string) *regexp.Regexp {
	var e strings.Builder
	e.WriteString("^")
	rest := pattern
	captured := false
	for rest != "" {
		loc := placeholders.FindStringSubmatchIndex(rest)
		if loc == nil {
			e.WriteString(regexp.QuoteMeta(rest))
			break
		}
		e.WriteString(regexp.QuoteMeta(rest[:loc[0]]))
		if rest[loc[2]:loc[3]] == name && !captured {
			e.WriteString("(.+)")
			captured = true
		} else {
			e.WriteString("(?:.+)")
		}
		rest = rest[loc[1]:]
	}
	e.WriteString("$")
	return regexp.MustCompile(e.String())
}

// segments binds the simple ones first: a crossing may stand before its parts.
func (b *binder) segments(p *plan) {
	bound := make([]*segment, len(b.st.Segments))
	for _, nested := range []bool{false, true} {
		for i, s := range b.st.Segments {
			if (len(s.Nest) > 0) == nested {
				if bound[i] = b.segment(bound, s, p); bound[i] == nil && nested {
					b.fault("segments."+s.Name, "one of the segments that are crossed here could not be read")
				}
			}
		}
	}
	for _, s := range bound {
		if s != nil {
			p.segments = append(p.segments, s)
		}
	}
}

func (b *binder) segment(bound []*segment, s study.Segment, p *plan) *segment {
	path := "segments." + s.Name
	out := &segment{name: s.Name, label: s.Label, column: s.Column, bands: s.Bands, banner: s.Banner, nets: s.Nets}
	switch {
	case len(s.Nest) > 0:
		for _, n := range s.Nest {
			i := slices.IndexFunc(bound, func(x *segment) bool { return x != nil && x.name == n })
			if i < 0 {
				return nil
			}
			out.nest = append(out.nest, bound[i])
		}
		if out.label == "" {
			labels := make([]string, len(out.nest))
			for i, n := range out.nest {
				labels[i] = n.label
			}
			out.label = strings.Join(labels, " × ")
		}
		return out
	case s.Loop != "":
		out.loop = p.loops[s.Loop]
		out.values = out.loop.items
		if out.label == "" {
			out.label = words(s.Name)
		}
		out.group()
		return out
	}
	v := b.column(path+".from", s.Column)
	if v == nil {
		return nil
	}
	if out.label == "" {
		out.label = words(s.Name)
	}
	if len(s.Bands) > 0 {
		for _, band := range s.Bands {
			out.values = append(out.values, category{code: band.Label, label: band.Label})
		}
		if v.Type == data.Time {
			b.fault(path, "column %s holds %ss; bands need numbers", v.Name, v.Type)
		}
		b.mixed(path, v, false, "list its groups under codes or nets")
	} else {
		codes := s.Codes
		for _, n := range s.Nets {
			for _, c := range n.Codes {
				if !slices.ContainsFunc(codes, func(x study.Code) bool { return x.Code == c }) {
					codes = append(slices.Clip(codes), study.Code{Code: c})
				}
			}
		}
		out.values = b.categories(codes, v)
		out.open = len(codes) == 0
		b.mixed(path, v, !out.open, "list its groups under codes or nets")
	}
	out.group()
	return out
}

// group makes the banner columns of a segment whose values are known.
func (s *segment) group() {
	s.groups = s.groups[:0]
	if len(s.nets) == 0 {
		for i, v := range s.values {
			s.groups = append(s.groups, group{v.label, []int{i}})
		}
		return
	}
	for _, n := range s.nets {
		g := group{label: n.Name}
		for i, v := range s.values {
			if slices.Contains(n.Codes, v.code) {
				g.values = append(g.values, i)
			}
		}
		s.groups = append(s.groups, g)
	}
}

// conditions finds the columns of conditions.
func (b *binder) conditions(path string, where []study.Condition) (out []condition) {
	for _, w := range where {
		v := b.column(path+w.Column, w.Column)
		if v == nil {
			continue
		}
		c := condition{path: path + w.Column, column: w.Column, codes: map[string]bool{}}
		for _, code := range w.Codes {
			c.codes[code] = true
			known := false
			for _, l := range v.Labels { // a word stands for its code
				if l.Label == code {
					c.codes[l.Code] = true
				}
				known = known || l.Label == code || l.Code == code
			}
			if !known {
				c.unknown = append(c.unknown, code)
			}
		}
		b.mixed(path+w.Column, v, bothKinds(c.codes), "list the numbers and the texts that are meant")
		out = append(out, c)
	}
	return out
}

func (b *binder) question(p *plan, q study.Question) *question {
	if q.Column == "" && len(q.Columns) == 0 {
		return nil // the reader of the study file has said so
	}
	path := "questions." + q.Name
	out := &question{spec: q, text: q.Text}
	if q.Loop != "" {
		if out.loop = p.loops[q.Loop]; out.loop == nil {
			b.fault(path+".loop", "no segment has the loop %s; add a segment such as %s: {loop: %s}", q.Loop, q.Loop, q.Loop)
			return nil
		}
	}
	before := len(b.faults)
	b.items(out, path)
	out.base = b.conditions(path+".base.where.", q.Base.Where)
	if len(b.faults) > before || len(out.items) == 0 {
		return nil
	}
	v := b.book.Variable(out.items[0].columns[0])
	if out.text == "" && q.Type != study.Grid && q.Type != study.Multi {
		out.text = b.wording(out)
	}
	if out.text == "" {
		out.text = stem(b.labels(out.items))
	}
	if out.text == "" {
		out.text = words(q.Name)
	}
	b.answers(out, v, path)
	return out
}

// wording is the text of a question in the export: its column's label or, asked
// in a loop, what the labels of its columns have in common, "Trust in ...".
func (b *binder) wording(q *question) string {
	labels := b.labels(q.items[:1])
	slices.Sort(labels)
	if labels = slices.Compact(labels); len(labels) == 1 {
		return labels[0]
	}
	text := stem(labels)
	if text != "" && !strings.HasSuffix(text, "?") {
		text += " ..."
	}
	return text
}

func (b *binder) labels(items []item) []string {
	var out []string
	for _, it := range items {
		for _, c := range it.columns {
			out = append(out, b.book.Variable(c).Label)
		}
	}
	return out
}

// items spells out the columns of a question.
func (b *binder) items(out *question, path string) {
	q := out.spec
	label := func(key, column string) string {
		for _, c := range q.Items {
			if (c.Code == key || c.Code == column) && c.Label != "" {
				return c.Label
			}
		}
		if v := b.book.Variable(column); v != nil && v.Label != "" && len(q.Columns) > 1 {
			return v.Label
		}
		return words(key)
	}
	add := func(key string, columns []string) {
		for _, c := range columns {
			at := path + ".column"
			if len(q.Columns) > 0 {
				at = path + ".columns." + c
			}
			b.column(at, c)
		}
		out.items = append(out.items, item{key: key, label: label(key, columns[0]), columns: columns})
	}
	if len(q.Columns) > 0 {
		for k, c := range q.Columns {
			add(c, []string{c})
			out.items[k].key = itemKey(c)
		}
		b.shorten(out, q)
		return
	}
	perLoop := func(pattern string) []string {
		if out.loop == nil {
			return []string{pattern}
		}
		var cols []string
		for _, l := range out.loop.items {
			cols = append(cols, strings.ReplaceAll(pattern, "{"+out.loop.name+"}", l.code))
		}
		return cols
	}
	if !strings.Contains(q.Column, "{item}") {
		add(q.Name, perLoop(q.Column))
		out.items[0].label = words(q.Name)
		return
	}
	items := q.Items
	if len(items) == 0 {
		one := *b
		one.st = &study.Study{Questions: []study.Question{{Column: q.Column}}}
		for _, c := range one.discover("{item}", "") {
			items = append(items, study.Code{Code: c.code})
		}
		if len(items) == 0 {
			b.fault(path, "no column of the data matches %s; did you mean %s?", q.Column, study.Nearest(q.Column, b.book.Names()))
			return
		}
	}
	for _, it := range items {
		add(it.Code, perLoop(strings.ReplaceAll(q.Column, "{item}", it.Code)))
	}
	if len(q.Items) == 0 && out.loop == nil {
		for i := range out.items {
			if v := b.book.Variable(out.items[i].columns[0]); v != nil && v.Label != "" {
				out.items[i].label = v.Label
			}
		}
		b.shorten(out, q)
	}
}

// shorten takes the common beginning off item labels that came from the
// export: "Worried about: leaks", "Worried about: tracking".
func (b *binder) shorten(out *question, q study.Question) {
	if len(out.items) < 2 || len(q.Items) > 0 {
		return
	}
	labels := make([]string, len(out.items))
	for i, it := range out.items {
		labels[i] = it.label
	}
	if s := stem(labels); s != "" {
		if out.text == "" {
			out.text = s
		}
		for i := range out.items {
			short := strings.TrimLeft(strings.TrimPrefix(labels[i], s), " :-–—.,?")
			if short != "" {
				out.items[i].label = short
			}
		}
	}
}

// answers settles the categories, the missing codes, the scores and, for a
// multi, which codes mean ticked.
func (b *binder) answers(out *question, v *data.Variable, path string) {
	q := out.spec
	out.missing = map[string]bool{}
	for _, m := range q.Missing {
		out.missing[m.Code] = true
	}
	switch {
	case q.Type == study.Number:
		if v.Type == data.Time {
			b.fault(path, "column %s holds %ss; a question of type number needs numbers", v.Name, v.Type)
		}
		return
	case q.Type == study.Multi && q.Separator == "":
		for i := range out.items {
			it := &out.items[i]
			b.ticks(out, it)
			for _, c := range it.columns {
				b.mixed(path, b.book.Variable(c), it.open || bothKinds(it.yes), "name the numbers and the texts that mean ticked under yes")
			}
		}
		return
	}
	out.answers = b.categories(q.Codes, v)
	out.open = len(q.Codes) == 0
	for _, it := range out.items {
		for _, c := range it.columns {
			b.mixed(path, b.book.Variable(c), !out.open, "list its answers with their words ({1: Never, ..}): a text that is a word counts as its code")
		}
	}
	out.answers = slices.DeleteFunc(out.answers, func(c category) bool { return out.missing[c.code] })
	if q.Ordered && len(q.Scores) == 0 && falling(q.Codes) {
		b.notes = append(b.notes, fmt.Sprintf("question %s lists its scale from high codes to low ones, and means count the codes: its mean falls as agreement rises; write scores: to turn it", q.Name))
	}
	for _, d := range b.categories(q.DontKnow, v) {
		if len(q.DontKnow) > 0 {
			out.answers = slices.DeleteFunc(out.answers, func(c category) bool { return c.code == d.code })
			out.answers = append(out.answers, d)
		}
	}
	if !out.open {
		b.alike(out)
	}
	out.score()
}

// alike notes answers that the study file gives the same words: rows of a table that
// nobody can tell apart.
func (b *binder) alike(q *question) {
	first := map[string]string{} // by words: the code
	for _, a := range q.answers {
		if code, ok := first[a.label]; ok {
			b.notes = append(b.notes, fmt.Sprintf("question %s calls two answers %s, codes %s and %s; give them words of their own, or count them as one under nets:", q.spec.Name, brief(a.label), code, a.code))
			continue
		}
		first[a.label] = a.code
	}
}

// falling reports whether codes are numbers that only get smaller.
func falling(codes []study.Code) bool {
	last := math.Inf(1)
	for _, c := range codes {
		v, err := strconv.ParseFloat(c.Code, 64)
		if err != nil || v >= last {
			return false
		}
		last = v
	}
	return len(codes) > 1
}

// isDontKnow reports whether a code is an answer that is shown last.
func (q *question) isDontKnow(code string) bool {
	return slices.ContainsFunc(q.spec.DontKnow, func(c study.Code) bool { return c.Code == code })
}

// scale lists the places of the answers, lowest first, don't know left out.
func (q *question) scale() []int16 {
	var places []int16
	for i, a := range q.answers {
		if !q.isDontKnow(a.code) {
			places = append(places, int16(i))
		}
	}
	return places
}

// box is the n highest answers of a scale, the lowest for a negative n; nil
// for none or all.
func (q *question) box(n int) []int16 {
	scale := q.scale()
	switch {
	case n == 0 || n >= len(scale) || -n >= len(scale):
		return nil
	case n < 0:
		return scale[:-n]
	}
	return scale[len(scale)-n:]
}

// net is the places of the answers in a net.
func (q *question) net(n study.Net) []int16 {
	var places []int16
	for i, a := range q.answers {
		if slices.Contains(n.Codes, a.code) {
			places = append(places, int16(i))
		}
	}
	return places
}

// score gives every answer of a scale its number: the study's, else the code
// where all codes are numbers, else its place. Don't know has none.
func (q *question) score() {
	q.scores = make([]float64, len(q.answers))
	numeric := true
	for _, a := range q.answers {
		if _, err := strconv.ParseFloat(a.code, 64); err != nil && !q.isDontKnow(a.code) {
			numeric = false
		}
	}
	for i, a := range q.answers {
		s, given := q.spec.Scores[a.code]
		switch {
		case q.isDontKnow(a.code), len(q.spec.Scores) > 0 && !given:
			q.scores[i] = math.NaN()
		case given:
			q.scores[i] = s
		case numeric:
			q.scores[i], _ = strconv.ParseFloat(a.code, 64)
		default:
			q.scores[i] = float64(i + 1)
		}
	}
}

// ticks finds which codes of a multi's column mean ticked. What the study or
// the export's own set says goes first; otherwise the pair of values tells.
func (b *binder) ticks(out *question, it *item) {
	it.yes = map[string]bool{}
	it.none = noneOfThese.MatchString(it.label)
	if len(out.spec.Yes) > 0 {
		for _, y := range out.spec.Yes {
			it.yes[y] = true
		}
		return
	}
	for _, s := range b.book.Sets {
		if s.Counted != "" && slices.Contains(s.Variables, it.columns[0]) {
			it.yes[s.Counted] = true
			return
		}
	}
	it.yes["1"] = true
	for w := range yesWords {
		it.yes[w] = true
	}
	it.open = true
}

// noneOfThese tells the item that excludes the others by its word.
var noneOfThese = regexp.MustCompile(`(?i)^(none|nothing|no, none|not any|keine?[rs]?|nichts|aucun|rien|ningun|nada|nessun)\b`)

// Words that mean yes and no in a column of a multi, in small letters.
var (
	yesWords = wordSet("true yes y ja oui sí si sim selected checked quoted")
	noWords  = wordSet("0 2 false no n nein non não unchecked unselected", "not selected", "not checked", "not quoted")
)

func wordSet(list string, phrases ...string) map[string]bool {
	set := map[string]bool{}
	for _, w := range append(strings.Fields(list), phrases...) {
		set[w] = true
	}
	return set
}

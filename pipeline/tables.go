package pipeline

import (
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/sync/errgroup"

	"tradeoff/data/study"
	"tradeoff/stats/crosstab"
)

// Estimation turns each question's accumulators into tables: every answer,
// net, mean and deviation by every column of the banner.

// Defaults of the study's tests, and the level of the intervals.
const (
	level       = 0.95
	strictLevel = 0.05
	looseLevel  = 0.10
	testedBase  = 30
	lowBase     = 100
)

// A banner is the columns of a table and who stands in each.
type banner struct {
	columns []crosstab.Column
	specs   []crosstab.ColumnSpec
	groups  []crosstab.Group
	sums    []crosstab.Sum
	compare [][]int
}

// membership tells whether a cell of the accumulators lies in a column.
type membership []bool

func (m membership) in(cell int32) bool { return m[cell] }

// bannerOf builds the banner for a question: Total, the segments, the waves.
func bannerOf(p *plan, f *frame, l *loop) banner {
	b := &bannerBuilder{p: p, f: f, loop: l}
	total := b.all()
	wave := "all"
	if latest(p) {
		for i, in := range inTotal(p, f) {
			for l := range b.loops() {
				total[i*b.loops()+l] = in
			}
		}
		wave = p.waves.values[len(p.waves.values)-1].label
	}
	b.column(crosstab.Column{Label: "Total", Wave: wave}, total)
	for _, s := range p.segments {
		if s.banner && !b.foreign(s) {
			b.segment(s, total, wave)
		}
	}
	if p.waves != nil && len(p.waves.values) > 1 {
		first := len(b.out.columns)
		for i, v := range p.waves.values {
			b.column(crosstab.Column{Group: "wave", Label: v.label, Wave: v.label, Letter: crosstab.Letter(i)}, b.where(b.all(), p.waves, []int{i}))
		}
		b.group("wave", "Wave", first)
		if f.panel > 0 { // the same people answer again: not tested
			b.out.compare = b.out.compare[:len(b.out.compare)-1]
		}
	}
	b.leftOut(total)
	b.sums()
	return b.out
}

// latest reports whether the tables are of the last wave only.
func latest(p *plan) bool { return p.waves != nil && p.study.Wave.Report == "latest" }

// inTotal tells by combination who is in the Total of the tables.
func inTotal(p *plan, f *frame) []bool {
	in := make([]bool, len(f.combos))
	for i, c := range f.combos {
		in[i] = !latest(p) || int(c[0]) == len(p.waves.values)-1
	}
	return in
}

type bannerBuilder struct {
	p    *plan
	f    *frame
	loop *loop
	out  banner
	in   []membership // by column
}

// loops is the number of loop items a cell is cut into.
func (b *bannerBuilder) loops() int {
	if b.loop == nil {
		return 1
	}
	return len(b.loop.items)
}

// foreign reports whether a segment splits ratings that the question has not.
func (b *bannerBuilder) foreign(s *segment) bool {
	for _, n := range s.nest {
		if b.foreign(n) {
			return true
		}
	}
	return s.loop != nil && s.loop != b.loop
}

func (b *bannerBuilder) all() membership {
	m := make(membership, len(b.f.combos)*b.loops())
	for i := range m {
		m[i] = true
	}
	return m
}

// where narrows a membership to the values of a segment.
func (b *bannerBuilder) where(of membership, s *segment, values []int) membership {
	L := b.loops()
	has := map[int]bool{}
	for _, v := range values {
		has[v] = true
	}
	k := -1
	for i, x := range b.f.places {
		if x == s {
			k = i
		}
	}
	m := make(membership, len(of))
	for c, combo := range b.f.combos {
		for l := range L {
			at := l
			if s.loop == nil {
				at = int(combo[k])
			}
			m[c*L+l] = of[c*L+l] && has[at]
		}
	}
	return m
}

func (b *bannerBuilder) column(c crosstab.Column, m membership) {
	b.in = append(b.in, m)
	b.out.columns = append(b.out.columns, c)
	b.out.specs = append(b.out.specs, crosstab.ColumnSpec{In: m.in, Rest: c.Rest})
}

// group closes the run of columns that starts at first: they are compared with
// each other.
func (b *bannerBuilder) group(name, label string, first int) {
	n := len(b.out.columns) - first
	b.out.groups = append(b.out.groups, crosstab.Group{Name: name, Label: label, First: first, N: n})
	if n > 1 {
		ids := make([]int, n)
		for i := range ids {
			ids[i] = first + i
		}
		b.out.compare = append(b.out.compare, ids)
	}
}

func (b *bannerBuilder) segment(s *segment, total membership, wave string) {
	if len(s.nest) == 0 {
		first := len(b.out.columns)
		for i, g := range s.groups {
			b.column(crosstab.Column{Group: s.name, Label: g.label, Wave: wave, Letter: crosstab.Letter(i), Rest: true}, b.where(total, s, g.values))
		}
		b.group(s.name, s.label, first)
		return
	}
	outer, inner := s.nest[:len(s.nest)-1], s.nest[len(s.nest)-1]
	b.nested(s, outer, inner, nil, total, wave)
}

// nested walks the outer segments and compares the innermost groups within
// each combination of them.
func (b *bannerBuilder) nested(s *segment, outer []*segment, inner *segment, parents []string, of membership, wave string) {
	if len(outer) > 0 {
		for _, g := range outer[0].groups {
			b.nested(s, outer[1:], inner, append(parents[:len(parents):len(parents)], g.label), b.where(of, outer[0], g.values), wave)
		}
		return
	}
	first := len(b.out.columns)
	for i, g := range inner.groups {
		b.column(crosstab.Column{Group: s.name, Parent: strings.Join(parents, " × "), Label: g.label, Wave: wave, Letter: crosstab.Letter(i)}, b.where(of, inner, g.values))
	}
	b.group(s.name, s.label, first)
}

// leftOut adds a column for the people whose answer to a segment is in none of
// its groups, wherever there are any. It is never published; protection needs
// it, for Total less the groups tells what they answered.
func (b *bannerBuilder) leftOut(total membership) {
	for _, s := range b.p.segments {
		if !s.banner || b.foreign(s) {
			continue
		}
		last := s
		within := []membership{total}
		if len(s.nest) > 0 {
			last = s.nest[len(s.nest)-1]
			for _, o := range s.nest[:len(s.nest)-1] {
				var next []membership
				for _, m := range within {
					for _, g := range o.groups {
						next = append(next, b.where(m, o, g.values))
					}
				}
				within = next
			}
		}
		grouped := map[int]bool{}
		for _, g := range last.groups {
			for _, v := range g.values {
				grouped[v] = true
			}
		}
		rest := []int{int(leftOut)}
		for v := range last.values {
			if !grouped[v] {
				rest = append(rest, v)
			}
		}
		for _, m := range within {
			if in := b.where(m, last, rest); slices.Contains(in, true) {
				b.column(crosstab.Column{Group: s.name, Unprinted: true}, in)
			}
		}
	}
}

// sums finds which columns of a segment together hold exactly the people of
// another column: the countries those of Total, two of them those of Europe.
func (b *bannerBuilder) sums() {
	segments := map[string][]int{}
	var names []string
	for j, c := range b.out.columns[1:] {
		if segments[c.Group] == nil {
			names = append(names, c.Group)
		}
		segments[c.Group] = append(segments[c.Group], j+1)
	}
	in := b.bits()
	for t := range b.out.columns {
		for _, n := range names {
			if n == b.out.columns[t].Group {
				continue
			}
			if parts := parts(in, t, segments[n]); parts != nil {
				b.out.sums = append(b.out.sums, crosstab.Sum{Total: t, Parts: parts})
			}
		}
	}
}

// parts are the columns among some that lie within a total and fill it, nobody
// twice; nil if they do not. in are the cells of every column, a bit each.
func parts(in [][]uint64, total int, among []int) []int {
	var parts []int
	filled := make([]uint64, len(in[total]))
	for _, j := range among {
		inside, some, twice := true, false, false
		for k, cells := range in[j] {
			inside = inside && cells&^in[total][k] == 0
			some = some || cells != 0
			twice = twice || cells&filled[k] != 0
		}
		switch {
		case !inside || !some:
			continue
		case twice:
			return nil
		}
		for k, cells := range in[j] {
			filled[k] |= cells
		}
		parts = append(parts, j)
	}
	if !slices.Equal(filled, in[total]) {
		return nil
	}
	return parts
}

// bits are the cells of every column, a bit each.
func (b *bannerBuilder) bits() [][]uint64 {
	bits := make([][]uint64, len(b.in))
	for j, in := range b.in {
		bits[j] = make([]uint64, (len(in)+63)/64)
		for cell, is := range in {
			if is {
				bits[j][cell/64] |= 1 << (cell % 64)
			}
		}
	}
	return bits
}

// estimate makes the tables of all questions, in the study's order.
func estimate(p *plan, f *frame, counters []*counter, x *cross, threads int) ([]*crosstab.Table, error) {
	banners := map[*loop]banner{nil: bannerOf(p, f, nil)}
	for _, l := range p.loops {
		banners[l] = bannerOf(p, f, l)
	}
	made := make([][]*crosstab.Table, len(counters)+1)
	var g errgroup.Group
	g.SetLimit(or(threads, runtime.GOMAXPROCS(0)))
	for i, c := range counters {
		g.Go(func() (err error) {
			if made[i], err = c.tables(banners[c.q.loop]); err != nil {
				return fmt.Errorf("question %s: %w", c.q.spec.Name, err)
			}
			return nil
		})
	}
	if x != nil && x.answered > 0 {
		g.Go(func() error {
			t, err := x.table(p, f, banners[nil])
			made[len(counters)] = []*crosstab.Table{t}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	tables := slices.Concat(made...)
	for i, t := range tables {
		t.Number = i + 1
	}
	return tables, nil
}

// tables makes the tables of one question: one per item, or one for a multi.
func (c *counter) tables(b banner) ([]*crosstab.Table, error) {
	q := c.q
	switch {
	case q.spec.Type == study.Multi:
		t, err := c.multiTable(b)
		return []*crosstab.Table{t}, err
	case len(q.items) == 1:
		t, err := c.table(b, 0, q.spec.Name, "")
		return []*crosstab.Table{t}, err
	}
	var out []*crosstab.Table
	for k, it := range q.items {
		t, err := c.table(b, k, q.spec.Name+"."+it.key, it.label)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// request asks for statistics by banner, of rows of so many turns.
func request(p *plan, f *frame, b banner, turns int, s []crosstab.StatSpec) crosstab.Request {
	t := p.study.Tests
	r := crosstab.Request{Columns: b.specs, Groups: b.compare, Stats: s, Level: level,
		Strict: or(t.Strict, strictLevel), Loose: or(t.Loose, looseLevel), MinBase: or(t.Base, testedBase), LowBase: or(t.Low, lowBase)}
	if k := f.raking; k != nil {
		r.Calibration, r.CalibrationCell = k.calibration, func(cell int32) int32 { return k.of[cell/int32(turns)] }
	}
	return r
}

// or is v, or the default where v is zero.
func or[T int | float64](v, def T) T {
	if v == 0 {
		return def
	}
	return v
}

// frameTable is a table without rows.
func (c *counter) frameTable(b banner, k int, id, itemLabel string) *crosstab.Table {
	q := c.q
	t := &crosstab.Table{ID: id, Question: q.spec.Name, Measures: q.spec.Measures, Item: itemLabel, Title: title(q), Text: q.text,
		Loop: q.loop != nil, PerPerson: c.most, Unit: q.spec.Unit, Columns: append([]crosstab.Column(nil), b.columns...), Groups: b.groups, Sums: b.sums}
	if itemLabel != "" {
		t.Title = itemLabel
	}
	t.BaseText = c.baseText()
	if refused := c.tallies[k].refused; refused > 0 {
		t.Notes = append(t.Notes, fmt.Sprintf("Not in the base: %s without an answer (don't know, refused).", guarded(c.p.study, refused, c.unit())))
	}
	return t
}

// unit is what the base counts.
func (c *counter) unit() string {
	if c.q.loop != nil {
		return "rating"
	}
	return "respondent"
}

// longestTitle is how many letters a title has.
const longestTitle = 80

// codeName is a name that says nothing: q7, V12_a.
var codeName = regexp.MustCompile(`^[A-Za-z]{1,3}_?\d[\d_]*[a-z]?$`)

// shortName is what a question is called where there is little room: the study file's
// label, else its wording in quotes where that is short, else its name in words. Labels
// of models have a colon behind the question, so a wording with one is no name.
func shortName(q *question) string {
	if q.spec.Label != "" {
		return q.spec.Label
	}
	name := shortened(q.text)
	if !strings.HasSuffix(name, "..") {
		name = strings.TrimRight(name, ".")
	}
	if !strings.Contains(name, " ") || strings.Contains(name, ": ") || name == words(q.spec.Name) {
		return words(q.spec.Name)
	}
	return "“" + name + "”"
}

// title is the wording of a question where it is short, else its label or name; a
// name that is a code or the beginning of the wording says less than the wording,
// cut behind a word.
func title(q *question) string {
	short := shortened(q.text)
	if !strings.HasSuffix(short, "…") {
		return short
	}
	if q.spec.Label != "" {
		return q.spec.Label
	}
	if !codeName.MatchString(q.spec.Name) && !strings.HasPrefix(letters(q.text), letters(q.spec.Name)) {
		return words(q.spec.Name)
	}
	return short
}

// shortened is a wording of so many letters as a title has, cut behind a word.
func shortened(wording string) string {
	text := []rune(strings.Join(strings.Fields(wording), " "))
	if len(text) <= longestTitle {
		return string(text)
	}
	cut := string(text[:longestTitle-1])
	if i := strings.LastIndexByte(cut, ' '); i > 0 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:-–") + "…"
}

// letters are the letters and digits of a text, small.
func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, text)
}

// guarded prints a count of people, with the unit if there is one, unless it
// is so small that it would point at somebody.
func guarded(st *study.Study, n int, unit string) string {
	small := or(st.Protect.Group, groupShown)
	switch {
	case n < small && unit == "":
		return fmt.Sprintf("fewer than %d", small)
	case n < small:
		return fmt.Sprintf("fewer than %d %ss", small, unit)
	case unit == "":
		return thousands(n)
	}
	return plural(n, unit)
}

func plural[N int | int64](n N, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return thousands(n) + " " + unit + "s"
}

func (c *counter) baseText() string {
	text := c.q.spec.Base.Text
	if text == "" {
		text = "All who answered"
		if where := c.q.spec.Base.Where; len(where) > 0 {
			text += ", where " + said(where)
		}
	}
	if f := filterText(c.p.study); f != "" {
		text += "; filter: " + f
	}
	if c.q.loop != nil {
		text += "; one rating per person and " + lower(words(c.q.loop.name))
	}
	return text
}

// filterText says who is in the report, "" for everybody.
func filterText(st *study.Study) string {
	if st.Filter.Text != "" || len(st.Filter.Where) == 0 {
		return st.Filter.Text
	}
	return said(st.Filter.Where)
}

// said puts conditions into words.
func said(where []study.Condition) string {
	var parts []string
	for _, w := range where {
		parts = append(parts, w.Column+" is "+strings.Join(w.Codes, " or "))
	}
	return and(parts)
}

// table estimates one item on one set of answers.
func (c *counter) table(b banner, k int, id, itemLabel string) (*crosstab.Table, error) {
	q := c.q
	t := c.frameTable(b, k, id, itemLabel)
	var specs []crosstab.StatSpec
	row := func(r crosstab.Row, s crosstab.StatSpec) {
		s.Kind = r.Kind
		t.Rows = append(t.Rows, r)
		specs = append(specs, s)
	}
	if q.spec.Type == study.Number {
		row(crosstab.Row{Kind: crosstab.Mean, Label: meanLabel(q.spec.Unit)}, crosstab.StatSpec{Value: true})
		row(crosstab.Row{Kind: crosstab.SD, Label: "Standard deviation"}, crosstab.StatSpec{Value: true})
	} else {
		c.answerRows(row)
	}
	res, err := c.sums[k].Estimate(request(c.p, c.f, b, c.loopCount(), specs))
	if err != nil {
		return nil, err
	}
	c.p.fill(t, res)
	t.Cells = res.Cells
	t.Comparisons = res.Comparisons
	return t, nil
}

func meanLabel(unit string) string {
	if unit == "" {
		return "Mean"
	}
	return "Mean (" + unit + ")"
}

func (c *counter) answerRows(row func(crosstab.Row, crosstab.StatSpec)) {
	q := c.q
	for i, a := range q.answers {
		row(crosstab.Row{Kind: crosstab.Proportion, Label: a.label, Code: a.code, Pinned: q.isDontKnow(a.code)}, crosstab.StatSpec{Codes: []int16{int16(i)}})
	}
	net := func(label string, places []int16, box bool) {
		if places == nil {
			return
		}
		codes := make([]string, len(places))
		for i, p := range places {
			codes[i] = q.answers[p].code
		}
		row(crosstab.Row{Kind: crosstab.NetRow, Label: label, Codes: codes, Box: box}, crosstab.StatSpec{Codes: places})
	}
	top, bottom := q.box(q.spec.Top), q.box(-q.spec.Bottom)
	net(boxLabel("Top", q, top), top, true)
	net(boxLabel(bottomBox, q, bottom), bottom, true)
	for _, n := range q.spec.Nets {
		net(n.Name, q.net(n), false)
	}
	if q.spec.Ordered || len(q.spec.Scores) > 0 {
		row(crosstab.Row{Kind: crosstab.Mean, Label: "Mean"}, crosstab.StatSpec{Scores: q.scores})
		row(crosstab.Row{Kind: crosstab.SD, Label: "Standard deviation"}, crosstab.StatSpec{Scores: q.scores})
	}
}

// bottomBox begins the labels of bottom boxes.
const bottomBox = "Bottom"

// boxLabel names a top or bottom box by its answers where they are short.
func boxLabel(which string, q *question, places []int16) string {
	n := len(places)
	var labels []string
	size := 0
	for _, p := range places {
		labels = append(labels, lower(q.answers[p].label))
		size += len(q.answers[p].label)
	}
	name := fmt.Sprintf("%s %d", which, n)
	if n == 1 {
		name = which
	}
	if size <= 60 {
		return fmt.Sprintf("%s (%s)", name, strings.Join(labels, ", "))
	}
	return name
}

// multiTable estimates a tick-all question: a row per item, any, and how many.
func (c *counter) multiTable(b banner) (*crosstab.Table, error) {
	q := c.q
	t := c.frameTable(b, 0, q.spec.Name, "")
	t.Multi = true
	labels := q.items
	if q.spec.Separator != "" {
		labels = nil
		for _, a := range q.answers {
			labels = append(labels, item{key: a.code, label: a.label})
		}
	}
	var bases [][]crosstab.Base
	add := func(k int, r crosstab.Row, s crosstab.StatSpec) error {
		s.Kind = r.Kind
		res, err := c.sums[k].Estimate(request(c.p, c.f, b, c.loopCount(), []crosstab.StatSpec{s}))
		if err != nil {
			return err
		}
		if k == len(c.sums)-1 {
			c.p.fill(t, res)
		}
		bases = append(bases, res.Bases)
		for _, x := range res.Comparisons {
			x.Row = len(t.Rows)
			t.Comparisons = append(t.Comparisons, x)
		}
		t.Rows = append(t.Rows, r)
		t.Cells = append(t.Cells, res.Cells[0])
		return nil
	}
	for k, it := range labels {
		if err := add(k, crosstab.Row{Kind: crosstab.Proportion, Label: it.label, Code: it.key, Pinned: noneOfThese.MatchString(it.label), Partial: c.partial(k)}, crosstab.StatSpec{Codes: []int16{1}}); err != nil {
			return nil, err
		}
	}
	n := len(c.sums)
	if err := add(n-1, crosstab.Row{Kind: crosstab.NetRow, Label: "Any of these"}, crosstab.StatSpec{Codes: []int16{1}}); err != nil {
		return nil, err
	}
	numbers := make([]float64, n-1) // the codes are how many were ticked
	for i := range numbers {
		numbers[i] = float64(i)
	}
	if err := add(n-2, crosstab.Row{Kind: crosstab.Mean, Label: "Mean number chosen"}, crosstab.StatSpec{Scores: numbers}); err != nil {
		return nil, err
	}
	ownBases(t, bases)
	if q.spec.Separator == "" && q.onlyTicks() {
		t.Notes = append(t.Notes, "The data hold nothing but ticks: whoever ticked nothing cannot be told from somebody who was not asked, and is not in the base.")
	}
	t.Notes = append(t.Notes, "Several answers were possible; percentages can add to more than 100.")
	t.Notes = append(t.Notes, c.unasked()...)
	t.Notes = append(t.Notes, c.gapNotes()...)
	return t, nil
}

// ownBases gives the cells of items that not everybody answered the base of their own.
func ownBases(t *crosstab.Table, bases [][]crosstab.Base) {
	for i := range t.Cells {
		for j := range t.Cells[i] {
			if b := bases[i][j]; b.Unweighted != t.Columns[j].Base.Unweighted {
				t.Cells[i][j].Base = &b
			}
		}
	}
}

// unasked says which items a wave did not have, though it asked the others.
func (c *counter) unasked() []string {
	var notes []string
	for _, f := range c.s.Files {
		var without []string
		for _, it := range c.q.items {
			if !slices.ContainsFunc(it.columns, f.Has) {
				without = append(without, it.label)
			}
		}
		if n := len(without); 0 < n && n < len(c.q.items) {
			notes = append(notes, fmt.Sprintf("Not asked in %s: %s. There is no figure there, and where files are pooled it is of those who were asked.", f.Name(), list(without, 5)))
		}
	}
	return notes
}

// fill copies the bases into the columns.
func (p *plan) fill(t *crosstab.Table, res *crosstab.Result) {
	low := or(p.study.Tests.Low, lowBase)
	for j := range t.Columns {
		base := res.Bases[j]
		t.Columns[j].Base = base
		switch {
		case base.Unweighted == 0:
			t.Columns[j].Status = crosstab.NotAsked
		case base.Low(low):
			t.Columns[j].Status = crosstab.LowBase
		default:
			t.Columns[j].Status = crosstab.OK
		}
	}
}

package pipeline

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"tradeoff/charts"
	"tradeoff/data/study"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// The trend: what changed from wave to wave. Figures come from the tables of the
// questions, their changes from the tables of models, which know who answered in
// several waves.

// A mover is a figure of a question, and the table of its changes.
type mover struct {
	indicator
	changes *crosstab.Table
	key     string         // ":" and the item, "" for a question without items
	waves   crosstab.Group // columns of the waves, in the question's table
}

func (e *evidence) trend(c *reports.Chapter) {
	e.waves(c)
	e.since(c)
}

// waves says what changed from wave to wave.
func (e *evidence) waves(c *reports.Chapter) {
	w := e.plan.waves
	switch {
	case w == nil:
		c.Missing = "This survey was taken once, so it does not tell what changed."
		return
	case len(w.values) < 2:
		c.Missing = "This is the first wave. What changed, a second one will tell."
		return
	}
	list := e.movers()
	if len(list) == 0 {
		c.Missing = e.unmoved()
		return
	}
	for _, m := range list {
		if m.changes.Chapter == "" {
			claim(c, []*crosstab.Table{m.changes})
		}
	}
	f, ok := e.moved(list)
	tell(c, f, ok)
	heads := e.leading(list)
	alike, said := e.composedAlike(heads)
	still := slices.DeleteFunc(slices.Clone(heads), func(m mover) bool { return !m.still() })
	for _, m := range heads {
		if len(still) > 1 && m.still() {
			continue
		}
		f, ok := e.moves(m, said)
		tell(c, f, ok)
	}
	tell(c, alike, said)
	if len(still) > 1 {
		tell(c, e.unmovedFigures(still), true)
	}
	e.broken(c, list)
	e.drawTrend(c, heads)
}

// unmoved says why no figure is compared from wave to wave.
func (e *evidence) unmoved() string {
	if !slices.ContainsFunc(e.tables, func(t *crosstab.Table) bool { return !t.Model && t.Measures != "" }) {
		return "No question of this survey is one on personalization or privacy that could be followed from wave to wave; the tables show the waves side by side."
	}
	return "No question was answered by enough people in two waves, so nothing can be said of what changed."
}

// movers are the figures that have changes, in the study's order.
func (e *evidence) movers() []mover {
	var out []mover
	for _, t := range e.tables {
		if t.Model || t.Measures == "" {
			continue
		}
		changes := e.table(t.Question + ".trend")
		g, ok := groupOf(t, "wave")
		if changes == nil || !ok {
			continue
		}
		for _, n := range indicators([]*crosstab.Table{t}) {
			m := mover{n, changes, "", g}
			switch {
			case t.Multi:
				m.key = ":" + t.Rows[n.row].Code
			case t.Item != "":
				m.key = ":" + strings.TrimPrefix(t.ID, t.Question+".")
			}
			if rowOf(changes, "since"+m.key) >= 0 {
				out = append(out, m)
			}
		}
	}
	return out
}

// table finds a table of a model, whatever its Total.
func (e *evidence) table(id string) *crosstab.Table {
	for _, t := range e.tables {
		if t.ID == id && t.Model {
			return t
		}
	}
	return nil
}

// leading are the first figures of each measure, and of who is willing to share; of boxes
// the one ticked most.
func (e *evidence) leading(list []mover) []mover {
	willing := ""
	if tables, _ := e.willingness(); tables != nil {
		willing = tables[0].Question
	}
	var out []mover
	place := map[string]int{}
	for _, m := range list {
		subject := m.t.Measures
		if m.t.Question == willing {
			subject = "willingness"
		}
		k, seen := place[subject]
		switch {
		case !seen:
			place[subject] = len(out)
			out = append(out, m)
		case m.t == out[k].t && m.t.Multi && firm(m.total()) && (!firm(out[k].total()) || m.total().Estimate > out[k].total().Estimate):
			out[k] = m
		}
	}
	return out
}

// first and last are the columns of the first and last wave with a firm figure, -1
// where there are not two.
func (m mover) first() int { return m.firm(0, 1) }
func (m mover) last() int  { return m.firm(m.waves.N-1, -1) }

func (m mover) firm(k, step int) int {
	for ; k >= 0 && k < m.waves.N; k += step {
		if firm(m.cell(m.waves.First + k)) {
			return m.waves.First + k
		}
	}
	return -1
}

// change is a row of the changes, and its column of a wave of the question's table.
func (m mover) change(code string, column int) (indicator, int) {
	return indicator{m.changes, rowOf(m.changes, code+m.key), ""}, column - m.waves.First + 1
}

// since is the change from the first wave to the last; false where that is not firm.
func (m mover) since(code string) (n indicator, column int, ok bool) {
	a, b := m.first(), m.last()
	if a < 0 || a == b {
		return n, 0, false
	}
	n, column = m.change(code, b)
	ok = n.row >= 0 && firm(n.cell(column)) && n.cell(column).HasCI
	if code != "step" && code != "step.same" { // since the first wave that asked, which may be hidden
		ok = ok && strings.Contains(n.t.Rows[n.row].Label, "since "+m.t.Columns[a].Label)
	}
	return n, column, ok
}

// beyond reports whether an interval leaves out no difference.
func beyond(c *crosstab.Cell) bool { return c.HasCI && (c.Low > 0 || c.High < 0) }

// moved counts the figures that rose and fell, and names the largest.
func (e *evidence) moved(list []mover) (reports.Finding, bool) {
	type step struct {
		m    mover
		n    indicator
		at   int
		cell *crosstab.Cell
	}
	var up, down, level []step
	var compared []mover
	since, until := "", ""
	for _, m := range list {
		n, at, ok := m.since("since")
		if !ok || !reports.IsPoints(n.kind()) {
			continue
		}
		a, b := m.t.Columns[m.first()].Label, m.t.Columns[m.last()].Label
		if since == "" {
			since, until = a, b
		}
		if a != since || b != until { // asked in other waves: its own sentence says so
			continue
		}
		compared = append(compared, m)
		s := step{m, n, at, n.cell(at)}
		switch {
		case s.cell.Low > 0:
			up = append(up, s)
		case s.cell.High < 0:
			down = append(down, s)
		default:
			level = append(level, s)
		}
	}
	all := len(compared)
	if all < 2 {
		return reports.Finding{}, false
	}
	largest := func(list []step) []step {
		slices.SortStableFunc(list, func(a, b step) int {
			return int(1e6 * (abs(b.cell.Estimate) - abs(a.cell.Estimate)))
		})
		return list[:min(2, len(list))]
	}
	text := fmt.Sprintf("None of the %s answers followed from %s to %s changed by more than chance.", inWords(all), since, until)
	if n := len(level); n < all {
		text = fmt.Sprintf("Of %s answers followed from %s to %s, %s rose and %s fell by more than chance", inWords(all), since, until, inWords(len(up)), inWords(len(down)))
		switch {
		case n == 1:
			text += "; the other one may not have changed"
		case n > 0:
			text += fmt.Sprintf("; the other %s may not have changed", inWords(n))
		}
		text += "."
	}
	var refs []reports.Ref
	for _, x := range []struct {
		word string
		list []step
	}{{"Up most", largest(up)}, {"Down most", largest(down)}} {
		var parts []string
		for _, s := range x.list {
			parts = append(parts, fmt.Sprintf("%s, by %s", e.subjectOf(s.m), s.n.hedged(s.at)))
			refs = append(refs, s.n.ref(s.at))
		}
		if parts != nil {
			text += fmt.Sprintf(" %s: %s.", x.word, strings.Join(parts, "; "))
		}
	}
	under := ""
	if len(refs) == 0 {
		most := largest(level)[0]
		text += fmt.Sprintf(" The largest change is that of %s, %s.", e.subjectOf(most.m), shifted(most.n, most.at))
		refs = append(refs, most.n.ref(most.at))
	} else {
		under = chanceMoves(all) + " "
	}
	return reports.Finding{Text: text, Asked: under + inWaves(compared) + e.events(), Refs: refs}, true
}

// events names what the study marks in its waves, of which nothing here tells whether changes
// come from it.
func (e *evidence) events() string {
	said := ""
	for _, m := range e.plan.marks() {
		if !m.Break {
			said += fmt.Sprintf(" Marked in the picture, in %s: %s. Whether changes come from that, this does not show.", e.plan.waves.values[m.Wave].label, inQuotes(m.Text))
		}
	}
	return said
}

// chanceMoves says how many of so many figures would move by nothing but chance: one in
// twenty, as intervals of 95% do not hold one in twenty.
func chanceMoves(n int) string {
	if by := int(math.Round(float64(n) / 20)); by > 0 {
		return fmt.Sprintf("Had nothing changed, chance would still make about %s of these %d seem to move.", inWords(by), n)
	}
	return "By chance alone, about one in twenty would seem to move."
}

// inWaves says how many people gave some figures in their first and last wave.
func inWaves(list []mover) string {
	base := func(column func(mover) int) string {
		var low, high int
		for k, m := range list {
			n := m.t.Columns[column(m)].Base.People
			if k == 0 || n < low {
				low = n
			}
			high = max(high, n)
		}
		if low < high {
			return thousands(low) + " to " + thousands(high)
		}
		return thousands(high)
	}
	label := func(j int) string { return list[0].t.Columns[j].Label }
	if m := list[0]; len(list) == 1 && m.t.Loop {
		ratings := func(j int) string {
			b := m.t.Columns[j].Base
			return fmt.Sprintf("%s by %s in %s", plural(b.Unweighted, "rating"), plural(b.People, "respondent"), label(j))
		}
		return fmt.Sprintf("Answered: %s, %s.", ratings(m.first()), ratings(m.last()))
	}
	return fmt.Sprintf("Answered: %s respondents in %s, %s in %s.", base(mover.first), label(list[0].first()), base(mover.last), label(list[0].last()))
}

// name is what a figure is called in a list: the item with its question's place, or
// the question.
func (m mover) name() string { return strings.Join(strings.Fields(m.label), " ") }

// long is the name with that of the question, for an item or a box that stands alone.
func (m mover) long() string {
	title := strings.Join(strings.Fields(m.t.Title), " ")
	if name := m.name(); (m.t.Multi || m.t.Item != "") && !strings.HasPrefix(name, title) && !strings.HasPrefix(title, name) {
		return name + " (" + title + ")"
	}
	return m.name()
}

// inWords is a number in a sentence.
func inWords(n int) string { return strings.ToLower(countWord(n)) }

func abs(x float64) float64 { return max(x, -x) }

// subjectOf is what a figure is called in a sentence: its question, or its item or box with
// that of its question.
func (e *evidence) subjectOf(m mover) string {
	question := e.shortly(m.t)
	switch {
	case m.ownNet() && m.t.Item == "":
		return inQuotes(m.name())
	case !m.t.Multi && m.t.Item == "":
		return question
	}
	return fmt.Sprintf("%s (%s)", inQuotes(m.name()), strings.Trim(question, "“”"))
}

// still tells of a figure that may not have changed: neither since the first wave nor since
// the one before the last, nor when every wave is composed like the last.
func (m mover) still() bool {
	n, at, ok := m.since("since")
	if !ok || beyond(n.cell(at)) {
		return false
	}
	for _, code := range []string{"step", "since.same"} {
		if x, k, ok := m.since(code); ok && beyond(x.cell(k)) {
			return false
		}
	}
	return true
}

// moves says how one figure changed: first by how much, then whether that may come from
// who answered, or from how it was asked. alike tells that one sentence says for all
// changes that who answered does not explain them.
func (e *evidence) moves(m mover, alike bool) (reports.Finding, bool) {
	n, at, ok := m.since("since")
	if !ok {
		return reports.Finding{}, false
	}
	a, b := m.first(), m.last()
	cell := n.cell(at)
	label := func(j int) string { return m.t.Columns[j].Label }
	f := reports.Finding{Refs: []reports.Ref{m.ref(a), m.ref(b), n.ref(at)}, Asked: m.asked()}
	round := roundingOf(cell.Estimate, m.indicator, a, m.indicator, b)
	then, now := round.figure(m.indicator, a)+ofRatings(m.indicator), round.figure(m.indicator, b)
	s, k, stepped := m.since("step")
	stepped = stepped && b-a > 1 && label(b-1) != label(a)
	since := ""
	if stepped {
		since = fmt.Sprintf("since %s alone, %s", label(b-1), shifted(s, k))
	}
	switch {
	case beyond(cell):
		f.Text = fmt.Sprintf("%s %s, from %s in %s to %s in %s.", e.subjectOf(m), round.within(changed(n, at, "rose by", "fell by"), n, at), then, label(a), now, label(b))
		if stepped && beyond(s.cell(k)) && s.cell(k).Estimate*cell.Estimate < 0 {
			f.Text, since = f.Text+fmt.Sprintf(" S%s.", since[1:]), ""
			f.Refs = append(f.Refs, s.ref(k))
		}
	case stepped && beyond(s.cell(k)):
		f.Text = fmt.Sprintf("%s %s since %s, to %s. Since %s, when it was %s, it may not have changed: %s.", e.subjectOf(m), changed(s, k, "rose by", "fell by"), label(b-1),
			now+ofRatings(m.indicator), label(a), strings.TrimSuffix(then, ofRatings(m.indicator)), round.within(shifted(n, at), n, at))
		f.Refs, since = append(f.Refs, s.ref(k)), ""
	default:
		f.Text = fmt.Sprintf("%s may not have changed: %s in %s, %s in %s; %s.", e.subjectOf(m), then, label(a), now, label(b), round.within(shifted(n, at), n, at))
	}
	if since != "" {
		f.Asked += inFigures + since + "."
		f.Refs = append(f.Refs, s.ref(k))
	}
	if s, k, ok := m.since("since.same"); ok && (beyond(cell) || beyond(s.cell(k))) && !(alike && stays(n, s, at, k)) {
		f.Text += composed(n, s, at, k, label(b))
		f.Refs = append(f.Refs, s.ref(k))
	}
	if gaps := m.gaps(); gaps != nil {
		f.Text += fmt.Sprintf(" It was not asked in %s.", and(gaps))
	}
	return f, true
}

// inFigures begins the figures that stand under a sentence, so that it need not hold them.
const inFigures = " In figures: "

// mostStill is how many figures that may not have changed a sentence names.
const mostStill = 6

// unmovedFigures says of several figures together that they may not have changed.
func (e *evidence) unmovedFigures(still []mover) reports.Finding {
	var names, said []string
	f := reports.Finding{Minor: true}
	for k, m := range still {
		n, at, _ := m.since("since")
		a, b := m.first(), m.last()
		names = append(names, e.subjectOf(m))
		if k >= mostStill {
			continue
		}
		round := roundingOf(n.cell(at).Estimate, m.indicator, a, m.indicator, b)
		text := fmt.Sprintf("%s %s in %s, %s in %s: %s", e.subjectOf(m), round.figure(m.indicator, a)+ofRatings(m.indicator), m.t.Columns[a].Label,
			round.figure(m.indicator, b), m.t.Columns[b].Label, round.within(shifted(n, at), n, at))
		if gaps := m.gaps(); gaps != nil {
			text += fmt.Sprintf("; not asked in %s", and(gaps))
		}
		said = append(said, text)
		f.Refs = append(f.Refs, m.ref(a), m.ref(b), n.ref(at))
	}
	f.Text = fmt.Sprintf("%s may not have changed.", and(names))
	if len(names) > mostStill {
		f.Text = fmt.Sprintf("%s may not have changed.", list(names, mostStill))
	}
	f.Asked = strings.TrimSpace(inFigures) + " " + strings.Join(said, ". ") + "."
	return f
}

// broken says in the chapter's first sentence where the series breaks, so that changes may
// come from that.
func (e *evidence) broken(c *reports.Chapter, list []mover) {
	if len(c.Findings) == 0 {
		return
	}
	for _, x := range e.plan.breaks() {
		across := slices.ContainsFunc(list, func(m mover) bool {
			k := m.waves.First + x.Wave
			return m.first() >= 0 && k > m.first() && k <= m.last()
		})
		if across {
			c.Findings[0].Text += fmt.Sprintf(" The series breaks at %s (%s): a change across it may come from that.", e.plan.waves.values[x.Wave].label, x.Text)
		}
	}
}

// stays tells of a change that it is there, and hardly smaller, where every wave is composed
// like the last.
func stays(change, same indicator, at, column int) bool {
	raw, alike := change.cell(at), same.cell(column)
	return beyond(raw) && beyond(alike) && raw.Estimate*alike.Estimate > 0 && abs(alike.Estimate) >= abs(raw.Estimate)*2/3
}

// composedAlike says once of all changes that stay where every wave is composed like the
// last that who answered does not explain them; false where there are fewer than two.
func (e *evidence) composedAlike(heads []mover) (reports.Finding, bool) {
	var names, said []string
	f := reports.Finding{After: true}
	by, last, since := "", "", ""
	moved := 0
	for _, m := range heads {
		n, at, ok := m.since("since")
		if !ok || !beyond(n.cell(at)) {
			continue
		}
		moved++
		s, k, ok := m.since("since.same")
		if !ok || !stays(n, s, at, k) {
			continue
		}
		if by == "" {
			by, last, since = like(s), m.t.Columns[m.last()].Label, m.t.Columns[m.first()].Label
		}
		if like(s) != by || m.t.Columns[m.last()].Label != last || m.t.Columns[m.first()].Label != since {
			return reports.Finding{}, false
		}
		names, said = append(names, e.subjectOf(m)), append(said, fmt.Sprintf("%s %s", e.subjectOf(m), shifted(s, k)))
		f.Refs = append(f.Refs, s.ref(k))
	}
	if len(names) < 2 {
		return reports.Finding{}, false
	}
	of := ""
	if len(names) < moved {
		of = " of " + and(names)
	}
	f.Text = fmt.Sprintf("Who answered in each wave does not explain the changes%s since %s: they stay when every wave has the mix of %s of %s.", of, since, strings.ReplaceAll(by, " × ", " and "), last)
	f.Asked = strings.TrimSpace(inFigures) + " " + strings.Join(said, "; ") + "."
	return f, true
}

// composed says what becomes of a change where every wave is composed like the last.
func composed(change, same indicator, at, column int, last string) string {
	by := strings.ReplaceAll(like(same), " × ", " and ")
	raw, alike := change.cell(at), same.cell(column)
	with := fmt.Sprintf("with the mix of %s of %s in every wave it is %s", by, last, shifted(same, column))
	switch {
	case stays(change, same, at, column):
		return fmt.Sprintf(" Who answered in each wave does not explain it: %s.", with)
	case beyond(raw) && beyond(alike) && raw.Estimate*alike.Estimate < 0:
		return fmt.Sprintf(" That comes from who answered in each wave: %s.", with)
	case beyond(raw):
		return fmt.Sprintf(" Part of that may come from who answered in each wave: %s.", with)
	}
	return fmt.Sprintf(" A change may be hidden by who answered in each wave: %s.", with)
}

// asked says what was asked for a figure and how many answered, wave by wave.
func (m mover) asked() string {
	under := asked(m.indicator)
	if at := strings.LastIndex(under, "Answered: "); at >= 0 {
		under = under[:at]
	}
	return strings.TrimSpace(under) + " " + inWaves([]mover{m})
}

// like is what a row of standardized changes is standardized to.
func like(n indicator) string {
	_, what, _ := strings.Cut(n.t.Rows[n.row].Label, "like the last by ")
	return what
}

// shifted is a change in words: "up by 3 points (1 to 5)", "down by 1 point (from 3
// down to 1 up), which may be chance", or "level within chance (from 2 down to 2 up)".
func shifted(n indicator, column int) string { return changed(n, column, "up by", "down by") }

// changed is the same with words of a sentence's own for up and down.
func changed(n indicator, column int, up, down string) string {
	c := n.cell(column)
	text, size := up+" ", n.figure(column)
	if !reports.IsPoints(n.kind()) {
		size = fmt.Sprintf("%.1f", math.Abs(c.Estimate))
	}
	if reports.Plain(n.kind(), c.Estimate) == reports.Plain(n.kind(), 0) && c.HasCI && crosses(c, 0) {
		return "level within chance " + n.eitherWay(column, "up", "down")
	}
	if c.Estimate < 0 {
		text = down + " "
	}
	text += size
	switch {
	case !c.HasCI:
		return text
	case crosses(c, 0):
		return text + " " + n.eitherWay(column, "up", "down") + ", which may be chance"
	case reports.IsPoints(n.kind()):
		return text + " " + n.interval(column)
	}
	low, high := math.Abs(c.Low), math.Abs(c.High)
	return fmt.Sprintf("%s (%s to %s)", text, reports.Plain(n.kind(), min(low, high)), reports.Plain(n.kind(), max(low, high)))
}

// gaps are the waves between the first and the last that did not ask.
func (m mover) gaps() []string {
	var out []string
	for j := m.first() + 1; j < m.last(); j++ {
		if c := m.t.Columns[j]; c.Status == crosstab.NotAsked {
			out = append(out, c.Label)
		}
	}
	return out
}

// drawTrend draws figures from wave to wave: shares together.
func (e *evidence) drawTrend(c *reports.Chapter, list []mover) {
	d := charts.Trends{Percent: true, Note: e.source(), Marks: e.plan.marks()}
	for _, w := range e.plan.waves.values {
		d.Waves = append(d.Waves, w.label)
	}
	table, rose, fell := "", 0, 0
	for _, m := range list {
		if !m.share() {
			continue
		}
		l := charts.TrendLine{Label: m.long()}
		for k := range m.waves.N {
			l.Cells = append(l.Cells, *m.cell(m.waves.First + k))
		}
		d.Lines = append(d.Lines, l)
		if table == "" {
			table = m.changes.ID
		}
		if n, at, ok := m.since("since"); ok && n.cell(at).Low > 0 {
			rose++
		} else if ok && n.cell(at).High < 0 {
			fell++
		}
	}
	if len(d.Lines) == 0 {
		return
	}
	d.Title = fmt.Sprintf("%s to %s: of the %s shown here, %s rose and %s fell by more than chance", d.Waves[0], d.Waves[len(d.Waves)-1], inWords(len(d.Lines)), inWords(rose), inWords(fell))
	d.Subtitle = "The first figure of each measure: the share of its top answers, or of the box ticked most"
	e.draw(c, "trend", d.Title, "Bars are 95% intervals; a dot hides those that are shorter than itself. A wave that did not ask has a dash, and the line stops there.", table, d)
}

// source says what a figure of several questions stands on.
func (e *evidence) source() string {
	text := e.origin() + ". All who answered each question."
	if e.plan.study.Design.Weight != "" {
		text += " Weighted."
	}
	return text
}

// marks are what the study says of waves: events, and breaks in the series.
func (p *plan) marks() []charts.TrendMark {
	var out []charts.TrendMark
	for k, w := range p.waves.values {
		for _, x := range p.study.Wave.Breaks {
			if x.Code == w.code {
				out = append(out, charts.TrendMark{Wave: k, Text: x.Label, Break: true})
			}
		}
		for _, x := range p.study.Wave.Events {
			if x.Code == w.code {
				out = append(out, charts.TrendMark{Wave: k, Text: x.Label})
			}
		}
	}
	return out
}

func (p *plan) breaks() []charts.TrendMark {
	return slices.DeleteFunc(p.marks(), func(m charts.TrendMark) bool { return !m.Break })
}

// strangers are the waves of events and breaks that the data do not have.
func strangers(w study.Wave, values []category) []string {
	var out []string
	for _, x := range slices.Concat(w.Events, w.Breaks) {
		if !slices.ContainsFunc(values, func(v category) bool { return v.code == x.Code }) {
			out = append(out, x.Code)
		}
	}
	return out
}

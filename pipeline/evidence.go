package pipeline

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"tradeoff/pipeline/analysis"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
	"tradeoff/stats/disclosure"
	"tradeoff/stats/hypothesis"
)

// Evidence is what a chapter may speak of: the protected tables, and ways to
// turn their cells into words. A sentence is made only of shown cells, hedged
// by their intervals, and withheld where the base is low; of groups that were
// compared it speaks on a low base too, and says that it is low.

type evidence struct {
	plan    *plan
	tables  []*crosstab.Table
	doubts  []analysis.Doubt // analyses without tables
	threads int              // that draw; 0 = all

	respondents int                // in the tables
	panel       int                // who answered in more than one wave
	wavePeople  []int              // where there are some: people by wave
	weighting   *reports.Weighting // nil where everybody counts the same
	hidden      disclosure.Summary // what protection took
	sketches    []sketch
	warnings    []string
	edition     reports.Edition // this one
	before      []past          // that it is compared with
}

// measure lists the tables of a measure, in the study's order.
func (e *evidence) measure(m string) []*crosstab.Table {
	var out []*crosstab.Table
	for _, t := range e.tables {
		if t.Measures == m && !t.Model && t.Columns[0].Status != crosstab.NotAsked {
			out = append(out, t)
		}
	}
	return out
}

// tableOf finds a table by its name, nil if there is none.
func (e *evidence) tableOf(id string) *crosstab.Table {
	for _, t := range e.tables {
		if t.ID == id {
			return t
		}
	}
	return nil
}

// modelled finds a table of a model by its name, nil if there is none.
func (e *evidence) modelled(id string) *crosstab.Table {
	for _, t := range e.tables {
		if t.ID == id && t.Model && t.Columns[0].Status != crosstab.NotAsked {
			return t
		}
	}
	return nil
}

// rowOf finds a row of a model's table by its code, -1 if there is none.
func rowOf(t *crosstab.Table, code string) int {
	return slices.IndexFunc(t.Rows, func(r crosstab.Row) bool { return r.Code == code })
}

// An indicator is one figure by the banner: the row of a table that stands for
// its question.
type indicator struct {
	t     *crosstab.Table
	row   int
	label string // item or title, for a list
}

func (n indicator) cell(col int) *crosstab.Cell { return n.t.Cell(n.row, col) }
func (n indicator) total() *crosstab.Cell       { return n.cell(0) }
func (n indicator) ref(col int) reports.Ref {
	return reports.Ref{Table: n.t.ID, Row: n.row, Column: col}
}
func (n indicator) kind() crosstab.RowKind { return n.t.Rows[n.row].Kind }
func (n indicator) share() bool            { return reports.IsPercent(n.kind()) }

// indicators are the figures of some tables: the first net where there is one,
// every item of a tick-all question, the mean of a number, else the answer
// given most.
func indicators(tables []*crosstab.Table) []indicator {
	var out []indicator
	multis := 0
	for _, t := range tables {
		if t.Multi {
			multis++
		}
	}
	for _, t := range tables {
		label := t.Item
		if label == "" {
			label = t.Title
		}
		if net := firstNet(t); net >= 0 && !t.Multi {
			if t.Item == "" && !t.Rows[net].Box {
				label = t.Rows[net].Label // a net that the study names says it best
			}
			out = append(out, indicator{t, net, label})
			continue
		}
		if t.Multi {
			for i, r := range t.Rows {
				if r.Kind != crosstab.Proportion || r.Pinned {
					continue
				}
				label := r.Label
				if multis > 1 { // the same item may stand in several questions
					label = t.Title + ": " + label
				}
				out = append(out, indicator{t, i, label})
			}
			continue
		}
		if row := mainAnswer(t); row >= 0 {
			out = append(out, indicator{t, row, label})
		}
	}
	return out
}

// firstNet is the first net that stands for what a question asks about: of the boxes of a
// scale the top one, since the bottom one says the contrary. -1 for none.
func firstNet(t *crosstab.Table) int {
	return slices.IndexFunc(t.Rows, func(r crosstab.Row) bool {
		return r.Kind == crosstab.NetRow && !(r.Box && strings.HasPrefix(r.Label, bottomBox))
	})
}

// ranks tells whether figures by item are of one kind, so that more of one is more of what
// is asked about: nets, boxes ticked, "yes", means; not the answer that each was given most.
func ranks(list []indicator) bool {
	return !slices.ContainsFunc(list, func(n indicator) bool {
		return n.kind() == crosstab.Proportion && !n.t.Multi && !yesWords[strings.ToLower(n.t.Rows[n.row].Label)]
	})
}

// mainAnswer is the row that stands for a question without nets: "yes" where
// that is an answer, else the answer given most, else the mean; -1 for none.
func mainAnswer(t *crosstab.Table) int {
	best := -1
	for i, r := range t.Rows {
		if r.Kind != crosstab.Proportion || r.Pinned {
			continue
		}
		if yesWords[strings.ToLower(r.Label)] {
			return i
		}
		if best < 0 || t.Cells[i][0].Estimate > t.Cells[best][0].Estimate {
			best = i
		}
	}
	if best < 0 {
		best = t.RowOf(crosstab.Mean, "")
	}
	return best
}

// finite reports whether a value can be printed.
func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// wording is the text of a table's question as a sentence quotes it.
func wording(t *crosstab.Table) string {
	text := strings.TrimRight(strings.Join(strings.Fields(t.Text), " "), " :")
	if !strings.HasSuffix(text, "..") {
		text = strings.TrimSuffix(text, ".") // the sentence around it has its own
	}
	return text
}

// quotes puts the first of some questions in quotes and counts the others.
func quotes(texts []string) string {
	slices.Sort(texts[1:])
	rest := slices.DeleteFunc(slices.Compact(texts[1:]), func(s string) bool { return s == texts[0] })
	if len(rest) == 0 {
		return cite(texts[0], longestAsked)
	}
	return fmt.Sprintf("%s and %s", cite(texts[0], longestAsked), plural(len(rest), "more question"))
}

// question is the wording behind an indicator, with its item.
func (n indicator) question() string {
	text := wording(n.t)
	if n.t.Item == "" || strings.Contains(text, n.t.Item) {
		return text
	}
	if begun := strings.TrimRight(text, " .…,"); strings.HasSuffix(text, "..") || strings.HasSuffix(text, "…") {
		return begun + ": " + n.t.Item // the item ends the sentence
	}
	return fmt.Sprintf("%s (%s)", text, n.t.Item)
}

// shortly is what a question is called in a sentence: by the study file's short name, or
// in the words of its title.
func (e *evidence) shortly(t *crosstab.Table) string {
	if e.plan != nil {
		for _, q := range e.plan.asked {
			if q.spec.Name == t.Question {
				return inQuotes(shortName(q))
			}
		}
	}
	return inQuotes(strings.Join(strings.Fields(t.Title), " "))
}

// named is what an indicator counts: its question and its answer.
func (n indicator) named() string {
	switch {
	case n.t.Multi:
		return fmt.Sprintf("%s (%s)", inQuotes(n.t.Rows[n.row].Label), inQuotes(n.question()))
	case n.kind() == crosstab.NetRow && !n.t.Rows[n.row].Box:
		return inQuotes(n.t.Rows[n.row].Label)
	case n.share() && n.t.Item != "":
		return fmt.Sprintf("%s (%s: %s)", inQuotes(n.t.Item), inQuotes(wording(n.t)), n.answer())
	case n.share():
		return fmt.Sprintf("%s (%s)", inQuotes(n.question()), n.answer())
	}
	return inQuotes(n.question())
}

// firm reports whether a cell may carry a sentence.
func firm(c *crosstab.Cell) bool { return c.Status == crosstab.OK && finite(c.Estimate) }

// figure prints the estimate of an indicator's cell. A difference is printed
// without its sign: the sentence says what is more, and its interval tells.
func (n indicator) figure(col int) string {
	c := n.cell(col)
	switch {
	case n.share():
		return percent(c.Estimate)
	case reports.IsPoints(n.kind()):
		if n.tiny(c.Estimate) && beyond(c) {
			return tiny + " point"
		}
		return pointsOf(int(math.Abs(math.Round(100 * c.Estimate))))
	case reports.IsWhole(n.kind()):
		return fmt.Sprintf("%.0f", c.Estimate)
	case n.kind() == crosstab.Coefficient:
		return strings.TrimSpace(reports.Print(n.kind(), c.Estimate) + " " + n.t.Unit)
	}
	return strings.TrimSpace(fmt.Sprintf("%.1f %s", c.Estimate, n.t.Unit))
}

// hedged prints the estimate with its interval.
func (n indicator) hedged(col int) string {
	return strings.TrimSpace(n.figure(col) + " " + n.interval(col))
}

// interval prints the interval of an indicator's cell, "" if it has none.
func (n indicator) interval(col int) string {
	c := n.cell(col)
	switch {
	case !c.HasCI:
		return ""
	case n.share():
		return fmt.Sprintf("(%s–%s)", strings.TrimSuffix(percent(c.Low), "%"), percent(c.High))
	case reports.IsPoints(n.kind()):
		low, high := c.Low, c.High
		if c.Estimate < 0 {
			low, high = -high, -low
		}
		return fmt.Sprintf("(%s to %s)", n.end(low), n.end(high))
	case n.kind() == crosstab.Coefficient:
		return fmt.Sprintf("(%s to %s)", reports.Print(n.kind(), c.Low), reports.Print(n.kind(), c.High))
	}
	if reports.IsWhole(n.kind()) {
		return fmt.Sprintf("(%.0f–%.0f)", c.Low, c.High)
	}
	return fmt.Sprintf("(%.1f–%.1f)", c.Low, c.High)
}

// eitherWay prints the interval of a difference; one that holds 0 says its two sides in
// words: "(from 3 fewer to 1 more)".
func (n indicator) eitherWay(col int, up, down string) string {
	c := n.cell(col)
	if !c.HasCI || !crosses(c, 0) {
		return n.interval(col)
	}
	side := func(x float64, word string) string {
		if x == 0 {
			return n.end(x)
		}
		return n.end(math.Abs(x)) + " " + word
	}
	return fmt.Sprintf("(from %s to %s)", side(c.Low, down), side(c.High, up))
}

// tiny is said of points that are printed as 0 and are not.
const tiny = "less than 1"

func (n indicator) tiny(x float64) bool {
	return x != 0 && reports.IsPoints(n.kind()) && reports.Plain(n.kind(), x) == reports.Plain(n.kind(), 0)
}

// end prints an end of an interval of a difference.
func (n indicator) end(x float64) string {
	if n.tiny(x) {
		return tiny
	}
	return reports.Plain(n.kind(), x)
}

// tenths prints shares, and the difference of two, to one decimal or to none.
type tenths struct{ shares, difference bool }

// roundingOf tells whether two figures want a decimal: where shares that are rounded would
// seem to be another number of points apart. So does their difference, unless it would then
// be off by a tenth.
func roundingOf(difference float64, n indicator, col int, other indicator, at int) tenths {
	a, b := n.cell(col).Estimate, other.cell(at).Estimate
	fits := func(scale float64) bool {
		return math.Abs(math.Round(scale*a)-math.Round(scale*b)) == math.Abs(math.Round(scale*difference))
	}
	fine := n.share() && !fits(100)
	return tenths{fine, fine && fits(1000)}
}

// figure prints an estimate.
func (fine tenths) figure(n indicator, col int) string {
	x := 100 * n.cell(col).Estimate
	switch {
	case fine.shares && n.share():
		return fmt.Sprintf("%.1f%%", x)
	case fine.difference && reports.IsPoints(n.kind()):
		return fmt.Sprintf("%.1f points", math.Abs(x))
	}
	return n.figure(col)
}

// hedged prints it with its interval.
func (fine tenths) hedged(n indicator, col int) string {
	return strings.TrimSpace(fine.figure(n, col) + " " + n.interval(col))
}

// within puts it into words that hold the estimate without a decimal.
func (fine tenths) within(said string, n indicator, col int) string {
	return strings.Replace(said, n.figure(col), fine.figure(n, col), 1)
}

// ranked sorts places of a list by estimate, largest first; what is not firm
// is left out.
func ranked(n int, cell func(int) *crosstab.Cell) []int {
	var order []int
	for i := range n {
		if firm(cell(i)) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(cell(b).Estimate, cell(a).Estimate) })
	return order
}

// loopGroup is the run of columns of the loop that a table is asked in.
func (e *evidence) loopGroup(t *crosstab.Table) (crosstab.Group, bool) {
	for _, s := range e.plan.segments {
		if s.loop == nil {
			continue
		}
		for _, g := range t.Groups {
			if g.Name == s.name {
				return g, true
			}
		}
	}
	return crosstab.Group{}, false
}

// groupOf is the run of columns of a segment.
func groupOf(t *crosstab.Table, name string) (crosstab.Group, bool) {
	for _, g := range t.Groups {
		if g.Name == name && t.Columns[g.First].Parent == "" {
			return g, true
		}
	}
	return crosstab.Group{}, false
}

// compared finds the comparison of two columns in a row.
func compared(t *crosstab.Table, row, a, b int) (crosstab.Comparison, bool) {
	for _, c := range t.Comparisons {
		if c.Row == row && c.Status == crosstab.OK && (c.A == a && c.B == b || c.A == b && c.B == a) {
			return c, true
		}
	}
	return crosstab.Comparison{}, false
}

// apart reports whether two columns differ beyond chance at the strict level,
// and whether that was tested at all: what was not tested is not said.
func (e *evidence) apart(t *crosstab.Table, row, a, b int) (differ, tested bool) {
	c, ok := compared(t, row, a, b)
	return ok && c.P < or(e.plan.study.Tests.Strict, strictLevel), ok
}

// level lists the columns of a ranking that were tested against its first and cannot be
// told from it. The first was picked out of all of them, so that the tests of all pairs of
// the group are adjusted for their number (Holm).
func (e *evidence) level(n indicator, g crosstab.Group, order []int) []int {
	var pairs []crosstab.Comparison
	var p []float64
	for _, c := range n.t.Comparisons {
		in := func(j int) bool { return j >= g.First && j < g.First+g.N }
		if c.Row == n.row && c.Status == crosstab.OK && in(c.A) && in(c.B) {
			pairs, p = append(pairs, c), append(p, c.P)
		}
	}
	p = hypothesis.Adjust(p, hypothesis.Holm)
	var out []int
	for _, j := range order[1:] {
		i := slices.IndexFunc(pairs, func(c crosstab.Comparison) bool {
			return c.A == order[0] && c.B == j || c.B == order[0] && c.A == j
		})
		if i >= 0 && p[i] >= or(e.plan.study.Tests.Strict, strictLevel) {
			out = append(out, j)
		}
	}
	return out
}

// byLoop says who leads a loop, "Expected most from Telecoms: 74% of those who rated it",
// with who cannot be told from the first.
func (e *evidence) byLoop(n indicator, most, least string) (reports.Finding, bool) {
	g, ok := e.loopGroup(n.t)
	if !ok {
		return reports.Finding{}, false
	}
	order := ranked(g.N, func(i int) *crosstab.Cell { return n.cell(g.First + i) })
	if len(order) < 2 {
		return reports.Finding{}, false
	}
	for i := range order {
		order[i] += g.First
	}
	first, last := order[0], order[len(order)-1]
	refs := []reports.Ref{n.ref(first)}
	figure := "on average " + n.hedged(first)
	if n.share() {
		figure = n.hedged(first) + " of those who rated it"
	}
	text := fmt.Sprintf("%s %s: %s", most, n.t.Columns[first].Label, figure)
	text += fmt.Sprintf("; %s %s: %s.", least, n.t.Columns[last].Label, n.hedged(last))
	if tied := e.level(n, g, order); len(tied) > 0 && len(tied) < len(order)-1 {
		var others []string
		for _, j := range tied {
			others, refs = append(others, fmt.Sprintf("%s with %s", n.t.Columns[j].Label, n.hedged(j))), append(refs, n.ref(j))
		}
		text += fmt.Sprintf(" Which is first is too close to call: it may as well be %s.", either(others))
	} else if len(tied) == len(order)-1 {
		text += " All of these differences may be chance."
	}
	return reports.Finding{Text: text, Asked: asked(n), Refs: append(refs, n.ref(last))}, true
}

// byItem ranks indicators by their totals: "Most: ..., least: ...".
func (e *evidence) byItem(list []indicator, most string) (reports.Finding, bool) {
	return e.mostAndLeast(list, most, "least")
}

func (e *evidence) mostAndLeast(list []indicator, most, least string) (reports.Finding, bool) {
	order := ranked(len(list), func(i int) *crosstab.Cell { return list[i].total() })
	if len(order) < 2 || !ranks(list) {
		return reports.Finding{}, false
	}
	said := order[:min(3, len(order))]
	last := order[len(order)-1]
	say := plainly
	if slices.ContainsFunc(append(said[:len(said):len(said)], last), func(i int) bool { return strings.Count(list[i].label, " ") > 2 }) {
		say = inQuotes
	}
	var parts []string
	var refs []reports.Ref
	for _, i := range said {
		part := fmt.Sprintf("%s (%s)", say(list[i].label), list[i].figure(0))
		if len(parts) == 0 {
			part = say(list[i].label) + ", " + list[i].hedged(0) + ofRatings(list[i])
		}
		parts, refs = append(parts, part), append(refs, list[i].ref(0))
	}
	text := fmt.Sprintf("%s: %s", most, and(parts))
	if len(order) > 3 {
		text += fmt.Sprintf("; %s: %s (%s)", least, say(list[last].label), list[last].figure(0))
		refs = append(refs, list[last].ref(0))
	}
	half, above := majority(list, order)
	switch {
	case half > 1 && half == len(order):
		text += ". Each has more than half behind it"
	case half > 1 && above == nil:
		text += fmt.Sprintf(". %s of the %d have more than half behind them", countWord(half), len(order))
	case half > 1:
		open := []string{fmt.Sprint(len(above), " more")}
		if len(above) <= mostNamed {
			open = nil
			for _, i := range above {
				open, refs = append(open, fmt.Sprintf("%s (%s)", say(list[i].label), list[i].figure(0))), append(refs, list[i].ref(0))
			}
		}
		text += fmt.Sprintf(". %s of the %d clearly have more than half behind them; %s may or may not", countWord(half), len(order), and(open))
	}
	verdict, of := e.verdict(list, list[order[0]], say)
	return reports.Finding{Text: text + "." + verdict, Asked: asked(list...), Refs: append(refs, of...)}, true
}

// ofRatings says behind a share of ratings that it is not one of people.
func ofRatings(n indicator) string {
	if n.share() && n.t.Loop {
		return " of ratings"
	}
	return ""
}

// verdict says how sure the first of a ranked list is: "" where no ranking tells, or where
// all others are behind it beyond chance.
func (e *evidence) verdict(all []indicator, first indicator, say func(string) string) (string, []reports.Ref) {
	ranks := e.modelled(first.t.Question + ".ranks")
	if ranks == nil || slices.ContainsFunc(all, func(n indicator) bool { return n.t.Question != first.t.Question }) {
		return "", nil
	}
	r := ranking{ranks, inList(all)}
	if n, _, ok := r.share(r.name(1)); !ok || n != first {
		return "", nil
	}
	return r.verdict(" of "+say(r.name(1)), say)
}

// majority counts the shares whose interval lies above one half, and lists those that are
// printed as more than half and may be less.
func majority(list []indicator, order []int) (half int, above []int) {
	for _, i := range order {
		switch c := list[i].total(); {
		case !list[i].share() || !c.HasCI:
		case c.Low > 0.5:
			half++
		case math.Round(100*c.Estimate) > 50:
			above = append(above, i)
		}
	}
	return half, above
}

func countWord(n int) string {
	small := []string{"None", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"}
	if n < len(small) {
		return small[n]
	}
	return fmt.Sprint(n)
}

func plainly(s string) string { return s }

// longestQuote is how many letters a sentence quotes.
const longestQuote = 80

// inQuotes puts an item of many words in quotes, a very long one shortened. Answers that
// are in quotes already, “Often” or “Always”, stay as they are.
func inQuotes(s string) string { return cite(s, longestQuote) }

func cite(s string, longest int) string {
	if strings.HasPrefix(s, "“") {
		return s
	}
	if r := []rune(s); len(r) > longest {
		s = strings.TrimSpace(string(r[:longest-2])) + "…"
	}
	return "“" + s + "”"
}

// answer says which answers the row of an indicator stands for.
func (n indicator) answer() string {
	r := n.t.Rows[n.row]
	said := []string{r.Label}
	if r.Kind == crosstab.NetRow && r.Box {
		said = nil
		for _, x := range n.t.Rows {
			if x.Kind == crosstab.Proportion && slices.Contains(r.Codes, x.Code) {
				said = append(said, x.Label)
			}
		}
	}
	return "“" + strings.Join(said, "” or “") + "”"
}

func pointsOf(n int) string {
	if n == 1 {
		return "1 point"
	}
	return fmt.Sprintf("%d points", n)
}

// loopName names the loop of a table in an identifier.
func (e *evidence) loopName(t *crosstab.Table) string {
	if g, ok := e.loopGroup(t); ok {
		return g.Name
	}
	return "segment"
}

package draft

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"tradeoff/data"
)

// This file puts columns together that hold one question: the export's own
// multiple-response sets, runs of ticks, and runs of items on the same answers.

// A tick says how a column of a tick-all-that-apply question looks.
type tick struct {
	kind string // "set": the export counts a code; "01", "words", or "option": the option's own text
	yes  string // the code that means ticked
}

// tickOf reads a column as a tick.
func tickOf(c *column) (tick, bool) {
	if !c.closed || len(c.answer) == 0 || len(c.answer) > 2 {
		return tick{}, false
	}
	if c.counts != "" {
		return tick{"set", c.counts}, true
	}
	var yes, no []option
	for _, o := range c.answer {
		switch {
		case notTicked.MatchString(o.word()), noWords.MatchString(o.word()), o.label == "" && o.code == "0":
			no = append(no, o)
		default:
			yes = append(yes, o)
		}
	}
	switch {
	case len(yes) > 1 || len(no) > 1:
		return tick{}, false
	case len(yes) == 0 && no[0].code == "0":
		if refusal := c.refusal(); refusal != "" && c.Type == data.Text {
			return tick{"option", refusal}, true
		}
		return tick{"01", "1"}, true
	case len(yes) == 0:
		return tick{}, false
	case yes[0].label == "" && yes[0].code == "1" && (len(no) == 0 || no[0].code == "0"):
		return tick{"01", "1"}, true
	case yesWords.MatchString(yes[0].word()):
		return tick{"words", yes[0].code}, true
	case len(no) == 1 && (notTicked.MatchString(no[0].word()) || no[0].code == "0" && c.Type == data.Text), len(no) == 0 && c.Null > 0 && c.Type == data.Text:
		return tick{"option", yes[0].code}, true
	}
	return tick{}, false
}

// refusal is the only code of a column that is no answer and was not written by
// the survey tool itself, "" if there is none or several: the option "prefer
// not to say", which was ticked or not like the others.
func (c *column) refusal() string {
	code := ""
	for _, o := range c.none {
		switch {
		case slices.Contains(c.odd, o.code):
		case code != "":
			return ""
		default:
			code = o.code
		}
	}
	return code
}

// never reports whether nobody has ticked a column.
func (c *column) never() bool {
	return len(c.answer) == 1 && c.answer[0].code == "0" && c.refusal() == ""
}

// tickLike reports whether a column that holds one value only can still be part
// of a tick-all question.
func tickLike(c *column) bool {
	_, ok := tickOf(c)
	return ok
}

// declared tells the columns of a multiple-response set what it counts.
func (d *drafter) declared() {
	for _, set := range d.book.Sets {
		if strings.TrimSpace(set.Counted) == "" {
			continue
		}
		for _, c := range d.free() {
			if c.set == "" && slices.Contains(set.Variables, c.Name) {
				c.set, c.counts = set.Name, set.Counted
			}
		}
	}
}

// sets takes the multiple-response sets that the export itself declares.
func (d *drafter) sets() {
	for _, set := range d.book.Sets {
		var columns []*column
		for _, c := range d.free() {
			for _, name := range set.Variables {
				if c.Name == name {
					columns = append(columns, c)
				}
			}
		}
		switch {
		case len(columns) < 2:
		case strings.TrimSpace(set.Counted) == "":
			d.out.remark("%s is a set of columns that each hold one of several answers; every column is tabulated by itself", show(set.Name))
		default:
			q := question{text: clean(set.Label), typ: "multi", columns: columns, yes: []string{set.Counted},
				why: "the export declares these columns as a multiple-response set, " + show(set.Counted) + " counted"}
			d.finishMulti(&q)
			d.ask(strings.TrimPrefix(set.Name, "$"), q, columns...)
		}
	}
}

// families takes runs of columns that stand side by side, are called alike, and
// hold the same answers.
func (d *drafter) families() {
	free := d.free()
	for i := 0; i < len(free); {
		run := []*column{free[i]}
		root := ""
		for j := i + 1; j < len(free); j++ {
			next, ok := d.joins(run, root, free[j:])
			if !ok {
				break
			}
			run, root = append(run, free[j]), next
		}
		if len(run) >= 2 {
			for _, part := range d.parts(run, root) {
				d.family(part, root)
			}
		}
		i += len(run)
	}
}

// leastPhrase is how many letters labels have to share for that alone to make
// columns belong together.
const leastPhrase = 12

// joins reports whether the first of the coming columns belongs to the run, and
// what the names then have in common.
func (d *drafter) joins(run []*column, root string, coming []*column) (string, bool) {
	first, c := run[0], coming[0]
	t1, isTick1 := tickOf(first)
	t2, isTick2 := tickOf(c)
	switch {
	case isTick1 != isTick2:
		return "", false
	case isTick1 && t1.kind == "option" && c.never():
	case isTick1 && (t1.kind != t2.kind || t1.kind != "option" && t1.yes != t2.yes):
		return "", false
	case !isTick1 && !alike(run, c):
		return "", false
	}
	common := stem(first.Name, c.Name)
	if len(run) >= 2 && len(common) < len(root) {
		return "", false
	}
	if len(run) == 1 && len(coming) > 1 && len(stem(c.Name, coming[1].Name)) > len(common) && !isWeak(stem(c.Name, coming[1].Name)) {
		return "", false
	}
	if common != "" && !isWeak(common) {
		return common, true
	}
	if first.Label != "" && c.Label != "" && len(phrase([]string{first.Label, c.Label})) >= leastPhrase {
		return common, true
	}
	return "", false
}

// isWeak reports whether a stem says too little: the q of q1 and q2.
func isWeak(s string) bool {
	return s != "" && len(s) <= 3 && !isSeparator(s[len(s)-1])
}

// alike reports whether a column has the answers of a run: the same words, and
// of codes without words at least those of the shorter list.
func alike(run []*column, c *column) bool {
	first := run[0]
	if !first.closed || !c.closed || first.Type != c.Type || len(first.answer) < 2 || len(c.answer) < 2 {
		return false
	}
	words := map[string]string{}
	for _, r := range run {
		for _, o := range r.answer {
			words[o.code] = o.label
		}
	}
	shared := 0
	for _, o := range c.answer {
		label, ok := words[o.code]
		if ok && label != o.label {
			return false
		}
		if ok {
			shared++
		}
	}
	return shared >= 2 && (shared == len(c.answer) || shared == len(words))
}

// battery is a run as a grid.
func (d *drafter) battery(run []*column, root string) question {
	heading, _, _ := strings.Cut(root, "[") // likert0[time1], likert0[time2]
	q := question{columns: run, text: words(heading), typ: "grid", why: fmt.Sprintf("%d columns in a row with the same answers", len(run))}
	d.finishItems(&q)
	q.answersOf(run)
	return q
}

// parts cuts a run of items where it turns from one subject to another.
func (d *drafter) parts(run []*column, root string) [][]*column {
	if !tickLike(run[0]) {
		q := d.battery(run, root)
		if k := cut(q.wording()); k > 0 {
			return [][]*column{run[:k], run[k:]}
		}
	}
	return [][]*column{run}
}

// family writes a run as a multi or a grid.
func (d *drafter) family(run []*column, root string) {
	q := question{columns: run, text: words(root)}
	if t, ok := tickOf(run[0]); ok && !asked(run) {
		q.typ = "multi"
		q.why = fmt.Sprintf("%d columns in a row that hold ticks", len(run))
		q.yes = yesCodes(run)
		if t.kind == "option" {
			q.why = fmt.Sprintf("%d columns in a row that hold the option's text where it was ticked", len(run))
		}
		d.finishMulti(&q)
	} else {
		q = d.battery(run, root)
		d.subject(&q)
	}
	name, _, _ := strings.Cut(root, "[")
	if strings.Trim(name, "_.-: /[]") == "" {
		name = q.text
	}
	d.ask(strings.TrimRight(name, "_.-: /[]"), q, run...)
}

// asked reports whether columns of yes and no were put to different people, each as a
// question of its own: all of them have noes, and some were answered by far fewer.
// In a tick-all question who was not asked one of them would count as a no.
func asked(run []*column) bool {
	least, most := run[0].Recorded, int64(0)
	for _, c := range run {
		if len(c.answer) != 2 {
			return false
		}
		least, most = min(least, c.Recorded), max(most, c.Recorded)
	}
	t, _ := tickOf(run[0])
	return t.kind == "words" && least*10 < most*9
}

// yesCodes are the codes that mean ticked in any of the columns.
func yesCodes(columns []*column) []string {
	var out []string
	seen := map[string]bool{}
	for _, c := range columns {
		if t, ok := tickOf(c); ok && !seen[t.yes] && !(c.never() && c != columns[0]) {
			seen[t.yes] = true
			out = append(out, t.yes)
		}
	}
	return out
}

// finishMulti gives a multi its items and its answers that are none.
func (d *drafter) finishMulti(q *question) {
	d.finishItems(q)
	yes := map[string]bool{}
	for _, y := range q.yes {
		yes[y] = true
	}
	for _, c := range q.columns {
		t, _ := tickOf(c)
		if t.kind == "option" && c.Label == "" {
			q.rename(c, t.yes)
		}
		for _, o := range append(append([]option{}, c.dk...), c.none...) {
			if !yes[o.code] {
				q.missing = addOption(q.missing, o)
			}
		}
	}
	d.subject(q)
}

// finishItems splits the labels of the columns into the wording of the question
// and the words of the items.
func (d *drafter) finishItems(q *question) {
	labels := make([]string, len(q.columns))
	labelled, asked := true, true
	for i, c := range q.columns {
		labels[i] = c.wording()
		labelled = labelled && c.Label != ""
		asked = asked && labels[i] != ""
	}
	text := ""
	if asked {
		text = phrase(labels)
	}
	if labelled || text != "" {
		for i := range labels {
			labels[i] = item(labels[i], text)
		}
	} else {
		root := sharedStem(q.columns)
		for i, c := range q.columns {
			if c.Label == "" {
				labels[i] = itemWords(c.Name, root)
			}
		}
	}
	if text = strings.TrimRight(text, " -–:|[…"); text != "" {
		q.text = text
	}
	for i, c := range q.columns {
		label := labels[i]
		if strings.TrimSpace(label) == "" {
			label = c.Name
		}
		q.items = append(q.items, option{code: c.Name, label: label})
	}
}

// item is a label without the wording of its question: "Which? [This]" is
// "This".
func item(label, text string) string {
	label = strings.TrimSpace(strings.TrimPrefix(label, text))
	if strings.HasSuffix(strings.TrimSpace(text), "[") {
		label = strings.TrimSpace(strings.TrimSuffix(label, "]"))
	}
	return label
}

// sharedStem is what the names of all columns begin with.
func sharedStem(columns []*column) string {
	root := columns[0].Name
	for _, c := range columns[1:] {
		if s := stem(columns[0].Name, c.Name); len(s) < len(root) {
			root = s
		}
	}
	return root
}

// itemWords are the words of a name behind the stem; a number alone says
// nothing, and the whole name is taken.
func itemWords(name, root string) string {
	rest := strings.TrimPrefix(name, root)
	if strings.IndexFunc(rest, unicode.IsLetter) < 0 {
		return name
	}
	return words(rest)
}

// rename gives an item its words.
func (q *question) rename(c *column, label string) {
	for i := range q.items {
		if q.items[i].code == c.Name {
			q.items[i].label = label
		}
	}
}

// words are the words of a name: "privacy_tools." is "privacy tools". A name
// that is a text already stays as it is.
func words(name string) string {
	name = strings.TrimSpace(name)
	if strings.Contains(name, " ") {
		return name
	}
	return strings.TrimSpace(strings.Join(strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("_.-:/", r) }), " "))
}

// degrees takes numbers from 1 upwards for a scale where the question is about
// the subject: trust and concern have degrees. Nothing but the numbers tells
// which end is high, and the comment says so.
func (q *question) degrees() {
	if q.measures == "" || q.typ == "multi" || len(q.answers) < 4 || len(q.answers) > 10 {
		return
	}
	for i, o := range q.answers {
		if o.label != "" || o.code != strconv.Itoa(i+1) {
			return
		}
	}
	q.scale, q.answers = q.answers, nil
	q.top = 2
	q.why += fmt.Sprintf("; 1 to %d have no words and are taken for a scale with %d the highest: check", len(q.scale), len(q.scale))
}

// answersOf gives a question the answers of its columns together: a scale where
// the words or the numbers tell the order.
func (q *question) answersOf(columns []*column) {
	var answers []option
	for _, c := range columns {
		for _, o := range c.answer {
			answers = addOption(answers, o)
		}
	}
	if len(columns) > 1 && columns[0].Type == data.Number && answers[0].label == "" {
		slices.SortStableFunc(answers, func(a, b option) int { return cmp.Compare(float(a.code), float(b.code)) })
	}
	taken := map[string]bool{}
	for _, o := range answers {
		taken[o.code] = true
	}
	for _, c := range columns {
		for _, o := range c.dk {
			if !taken[o.code] {
				q.dk = addOption(q.dk, o)
			}
		}
	}
	for _, o := range q.dk {
		taken[o.code] = true
	}
	for _, c := range columns {
		for _, o := range c.none {
			if !taken[o.code] {
				q.missing = addOption(q.missing, o)
			}
		}
	}
	for _, c := range columns {
		if len(c.odd) > 0 {
			q.why += "; " + strings.Join(c.odd, ", ") + " stand apart and are taken for no answer"
			break
		}
	}
	if t, ok := tickOf(columns[0]); ok && t.kind == "01" {
		q.answers = []option{{code: "1", label: "Yes"}, {code: "0", label: "No"}}
		q.why += "; 0 and 1 are taken for no and yes"
		return
	}
	s, ok := scaleOf(answers)
	if !ok {
		q.answers = answers
		return
	}
	q.scale, q.scores = s.codes, s.reversed
	q.why += "; " + s.why
	q.top = 1
	if len(s.codes) >= 4 {
		q.top = 2
	}
}

// addOption adds an option unless its code is there.
func addOption(list []option, o option) []option {
	for _, l := range list {
		if l.code == o.code {
			return list
		}
	}
	return append(list, o)
}

package draft

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// This file finds loops: the same question asked once for each of several
// industries, in columns that differ by the industry's name alone.

// leastLoop is how many industries make a loop.
const leastLoop = 3

// A looped question is a pattern with the column of each industry.
type looped struct {
	before, after string // what stands around the industry's name
	tokens        []string
	columns       []*column
}

func (l looped) key() string { return l.before + "{" + l.after }

// wordsOf finds the letters between separators.
var wordsOf = regexp.MustCompile(`[A-Za-z]+`)

// loops takes the questions that are asked about several industries. They
// share one loop: the industries that most of them have.
func (d *drafter) loops() {
	found := d.loopedQuestions()
	items := commonest(found)
	if items == nil {
		return
	}
	var same []looped
	for _, l := range found {
		if slices.Equal(sortedCopy(l.tokens), sortedCopy(items)) {
			same = append(same, l)
		}
	}
	name := d.groups.name("industry", "s")
	var labels []option
	for _, t := range items {
		labels = append(labels, option{code: t, label: industries[strings.ToLower(t)]})
	}
	d.out.segments = append(d.out.segments, segment{name: name, label: "Industry", loop: true, codes: labels,
		why: fmt.Sprintf("%d questions have a column for each of these", len(same))})
	for len(same) > 0 {
		n := alikeLoops(same)
		d.askLoop(same[:n], name)
		same = same[n:]
	}
}

// loopedQuestions groups the free columns whose names differ by an industry.
func (d *drafter) loopedQuestions() []looped {
	byKey := map[string]int{}
	var all []looped
	for _, c := range d.free() {
		if strings.ContainsAny(c.Name, "{}") || !c.closed && !c.numeric() {
			continue
		}
		for _, at := range wordsOf.FindAllStringIndex(c.Name, -1) {
			token := c.Name[at[0]:at[1]]
			if industries[strings.ToLower(token)] == "" {
				continue
			}
			l := looped{before: c.Name[:at[0]], after: c.Name[at[1]:]}
			i, ok := byKey[l.key()]
			if !ok {
				i = len(all)
				byKey[l.key()] = i
				all = append(all, l)
			}
			all[i].tokens = append(all[i].tokens, token)
			all[i].columns = append(all[i].columns, c)
		}
	}
	used := map[*column]bool{}
	var out []looped
	for _, l := range all {
		if len(l.tokens) < leastLoop || l.oneSet() || !l.sameAnswers() || slices.ContainsFunc(l.columns, func(c *column) bool { return used[c] }) {
			continue
		}
		for _, c := range l.columns {
			used[c] = true
		}
		out = append(out, l)
	}
	return out
}

// oneSet reports whether the industries are the options of one tick-all
// question that the export declares: "which of these do you trust?"
func (l looped) oneSet() bool {
	first := l.columns[0].set
	return first != "" && !slices.ContainsFunc(l.columns, func(c *column) bool { return c.set != first })
}

// sameAnswers reports whether the columns hold the same kind of answers.
func (l looped) sameAnswers() bool {
	first := l.columns[0]
	t1, isTick1 := tickOf(first)
	for i, c := range l.columns[1:] {
		t2, isTick2 := tickOf(c)
		switch {
		case isTick1 != isTick2 || first.numeric() != c.numeric():
			return false
		case isTick1 && (t1.kind == "option" || t1 != t2):
			return false
		case !isTick1 && !first.numeric() && !alike(l.columns[:i+1], c):
			return false
		}
	}
	return true
}

// commonest is the list of industries that most questions have, in the order of
// the first.
func commonest(list []looped) []string {
	n := map[string]int{}
	var best []string
	for _, l := range list {
		n[strings.Join(sortedCopy(l.tokens), " ")]++
	}
	most := 0
	for _, l := range list {
		if k := n[strings.Join(sortedCopy(l.tokens), " ")]; k > most {
			best, most = l.tokens, k
		}
	}
	return best
}

func sortedCopy(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	return out
}

// parts splits a looped name that also has an item into what stands around the
// two: share_{industry}_location, or share_location_{industry}.
func (l looped) parts() (root, item, pattern string) {
	if len(l.after) > 1 && isSeparator(l.after[0]) {
		return l.before + "\x00" + l.after[:1], l.after[1:], l.before + "{" + loopMark + "}" + l.after[:1] + "{item}"
	}
	if n := len(l.before) - 1; l.after == "" && n > 0 && isSeparator(l.before[n]) {
		i := n
		for i > 0 && !isSeparator(l.before[i-1]) {
			i--
		}
		if i > 0 && i < n {
			return l.before[:i] + "\x00" + l.before[n:], l.before[i:n], l.before[:i] + "{item}" + l.before[n:] + "{" + loopMark + "}"
		}
	}
	return "", "", ""
}

// loopMark stands for the loop's name in a pattern until it is known.
const loopMark = "\x00"

// alikeLoops is how many of the questions, from the first, are the items of one
// tick-all question: share_bank_location, share_bank_card.
func alikeLoops(list []looped) int {
	t, ok := tickOf(list[0].columns[0])
	root, _, _ := list[0].parts()
	if !ok || root == "" {
		return 1
	}
	n := 1
	for n < len(list) {
		other, _, _ := list[n].parts()
		if u, ok := tickOf(list[n].columns[0]); !ok || u != t || other != root {
			break
		}
		n++
	}
	return n
}

// askLoop writes one question, or several that are the items of one.
func (d *drafter) askLoop(list []looped, name string) {
	first := list[0]
	var columns []*column
	for _, l := range list {
		columns = append(columns, l.columns...)
	}
	q := question{loop: name, columns: columns}
	called := first.before + first.after
	switch {
	case len(list) > 1:
		root, _, pattern := first.parts()
		called = root[:strings.IndexByte(root, 0)]
		q.typ = "multi"
		q.pattern = strings.ReplaceAll(pattern, loopMark, name)
		q.why = fmt.Sprintf("%d ticks for each of %d industries", len(list), len(first.tokens))
		if first.columns[0].set != "" {
			q.why += "; the export declares each industry's as a multiple-response set"
		}
		for _, l := range list {
			_, item, _ := l.parts()
			label, text := words(item), ""
			if said, of := loopText(l.columns); of != "" {
				text, label = said, of
			}
			if q.text == "" {
				q.text = text
			}
			q.items = append(q.items, option{code: item, label: label})
		}
		q.yes = yesCodes(columns)
		for _, c := range columns {
			for _, o := range append(append([]option{}, c.dk...), c.none...) {
				if !slices.Contains(q.yes, o.code) {
					q.missing = addOption(q.missing, o)
				}
			}
		}
	case first.columns[0].numeric():
		q.typ = "number"
		q.pattern = first.before + "{" + name + "}" + first.after
		q.why = fmt.Sprintf("a number for each of %d industries", len(first.tokens))
	default:
		q.pattern = first.before + "{" + name + "}" + first.after
		q.why = fmt.Sprintf("the same answers for each of %d industries", len(first.tokens))
		q.answersOf(columns)
	}
	if len(list) == 1 {
		q.text, _ = loopText(first.columns)
	}
	d.subject(&q)
	d.ask(strings.Trim(called, "_.-: /[]"), q, columns...)
}

// loopText is what the labels of a looped question have in common, "…" in the
// place of the industry, cut into the wording and the item behind it: "Would
// share with …" and "Location".
func loopText(columns []*column) (text, item string) {
	var labels [][]string
	for _, c := range columns {
		if c.Label == "" {
			return "", ""
		}
		labels = append(labels, strings.Fields(c.Label))
	}
	head, tail := sharedEnds(labels)
	first := labels[0]
	if head+tail >= len(first) {
		return strings.Join(first, " "), ""
	}
	before, after := strings.Join(first[:head], " "), strings.Join(first[len(first)-tail:], " ")
	gap := first[len(first)-tail-1]
	switch {
	case before == "" && after == "":
		return "", ""
	case after == "":
		return strings.TrimRight(before, " -–:|[…"), ""
	case strings.HasSuffix(gap, ":") || strings.HasPrefix(after, "- "):
		return strings.TrimSpace(before + " …"), strings.TrimLeft(after, "- ")
	}
	return strings.TrimSpace(before + " … " + after), ""
}

// sharedEnds is how many words all texts share at their beginning and at their
// end.
func sharedEnds(texts [][]string) (head, tail int) {
	first := texts[0]
	head, tail = len(first), len(first)
	for _, t := range texts[1:] {
		n := 0
		for n < min(head, len(t)) && t[n] == first[n] {
			n++
		}
		head = n
		n = 0
		for n < min(tail, len(t)-head) && n < len(first)-head && t[len(t)-1-n] == first[len(first)-1-n] {
			n++
		}
		tail = n
	}
	return head, min(tail, len(first)-head)
}

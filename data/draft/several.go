package draft

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tradeoff/data"
)

// This file finds answers in cells that hold several, and tells answers from
// what people wrote beside them.

// Cells hold several answers each.
type cells struct {
	separator string
	answers   []option
	others    bool // there are texts beside the answers
}

const (
	// mostPieces is how many different answers a cell of several may draw on.
	mostPieces = 50
	// leastShared is how many people give an answer that is no text of
	// somebody's own; a draft prints no other.
	leastShared = 10
	// longestAnswer is how many bytes an answer of several in a cell has.
	longestAnswer = 300
)

// cellsOf finds what separates the answers of a cell that holds several, and
// the answers; nil if cells hold one.
func cellsOf(c *column) *cells {
	if c.Type != data.Text || c.Values == nil || len(c.Labels) > 0 {
		return nil
	}
	for _, sep := range []string{";", "|", ","} {
		if pieces := piecesOf(c, sep); pieces != nil {
			return &cells{separator: sep, answers: pieces}
		}
	}
	for _, sep := range []string{";", "|", ","} {
		if found := learned(c, sep); found != nil {
			return found
		}
	}
	return nil
}

// piecesOf splits all values, or returns nil if they are not lists: at least a
// tenth of the cells have to hold the separator, and few answers, each given by
// several people, make them up: sentences with a semicolon stay out of the
// draft. A comma separates numbers here, and other texts in learned only.
func piecesOf(c *column, sep string) []option {
	n := map[string]int64{}
	var cells, pieces, total int64
	for _, v := range c.Values {
		total += v.N
		if strings.Contains(v.Code, sep) {
			cells += v.N
		}
		for _, p := range strings.Split(v.Code, sep) {
			p = strings.TrimSpace(p)
			if p == "" {
				continue
			}
			if _, err := strconv.Atoi(p); err != nil && sep == "," || !printable(p) {
				return nil
			}
			n[p] += v.N
			pieces += v.N
		}
	}
	if total == 0 || cells*10 < total || len(n) < 2 || len(n) > mostPieces || pieces < 3*int64(len(n)) || len(n) >= len(c.Values) && len(c.Values) > 3 {
		return nil
	}
	for p, k := range n {
		if _, err := strconv.Atoi(p); err != nil && c.Recorded >= 100 && k < leastShared/2 {
			return nil // people may have written it
		}
	}
	out := options(n)
	slices.SortFunc(out, func(a, b option) int {
		x, errX := strconv.Atoi(a.code)
		y, errY := strconv.Atoi(b.code)
		if errX == nil && errY == nil && x != y {
			return cmp.Compare(x, y)
		}
		return strings.Compare(a.code, b.code)
	})
	return out
}

// options are answers with their counts, in no order.
func options(n map[string]int64) []option {
	var out []option
	for code, k := range n {
		out = append(out, option{code: code, n: k})
	}
	return out
}

// learned finds the answers of cells in which the separator may also stand
// within an answer. Pieces that belong together are put together again (join);
// those that enough people share are the answers, and they have to make up most
// of what stands in the cells, and every cell in one way only.
func learned(c *column, sep string) *cells {
	lists, literal := make([][]string, len(c.Values)), true
	for i, v := range c.Values {
		list, ok := data.ListLiteral(v.Code)
		if lists[i] = list; !ok {
			lists[i], literal = cutAt(v.Code, sep), false
		}
	}
	for !literal && join(c.Values, lists, sep) {
	}
	n := map[string]int64{}
	var pieces, total, long int64
	for i, v := range c.Values {
		total += v.N
		if len(lists[i]) > 1 {
			long += v.N
		}
		for _, p := range lists[i] {
			n[strings.TrimSpace(p)] += v.N
			pieces += v.N
		}
	}
	shared, others := map[string]int64{}, false
	var covered int64
	for p, k := range n {
		if k < leastShared {
			others = true
			continue
		}
		if !printable(p) || len(p) > longestAnswer {
			return nil
		}
		shared[p] = k
		covered += k
	}
	// Few cells with several answers will do where they are made of few answers.
	many, combined := long*10 >= total, long*50 >= total && 3*len(shared) <= len(c.Values)
	if !many && !combined || len(shared) < 2 || len(shared) > mostPieces || covered*10 < 8*pieces || len(shared) >= len(c.Values) {
		return nil
	}
	out := options(shared)
	slices.SortFunc(out, func(a, b option) int { return cmp.Or(cmp.Compare(b.n, a.n), strings.Compare(a.code, b.code)) })
	codes := make([]string, len(out))
	for i, o := range out {
		codes[i] = o.code
	}
	cut := data.NewSeveral(sep, codes)
	for _, v := range c.Values {
		if _, clear := cut.Split(v.Code); !clear {
			return nil
		}
	}
	return &cells{separator: sep, answers: out, others: others}
}

// betweenDigits is a comma that belongs to a number: 25,000.
var betweenDigits = regexp.MustCompile(`^\d{3}(\D|$)`)

// cutAt cuts a cell at separators that stand neither in brackets nor in a
// number. The pieces keep the blanks at their beginning, which are needed to
// put some together again.
func cutAt(cell, sep string) []string {
	var out []string
	depth, from := 0, 0
	add := func(to int) {
		if strings.TrimSpace(cell[from:to]) != "" {
			out = append(out, strings.TrimRight(cell[from:to], " "))
		}
		from = to + len(sep)
	}
	for i := range len(cell) {
		switch {
		case cell[i] == '(':
			depth++
		case cell[i] == ')':
			depth = max(0, depth-1)
		case depth == 0 && i >= from && strings.HasPrefix(cell[i:], sep):
			if sep == "," && i > 0 && '0' <= cell[i-1] && cell[i-1] <= '9' && betweenDigits.MatchString(cell[i+1:]) {
				continue
			}
			add(i)
		}
	}
	if add(len(cell)); depth > 0 { // a bracket that is never closed is none
		return strings.Split(cell, sep)
	}
	return out
}

// goingOn begins a piece that is no answer by itself, and leadingOn ends one.
var (
	goingOn   = regexp.MustCompile(`^(e\.g\.?|i\.e\.?|z\. ?B\.?|d\. ?h\.?|p\. ?ex\.?|p\. ?ej\.?|etc\.?|and|or|und|oder|et|ou|y|o|e|of|en)( |$)`)
	leadingOn = regexp.MustCompile(`\b(e\.g\.?|i\.e\.?|z\. ?B\.?|d\. ?h\.?|p\. ?ex\.?|p\. ?ej\.?)$`)
)

// join puts neighbours in the lists together that belong to one answer, and
// reports whether there were any: a piece that goes on in small letters and
// only ever stands behind the same other, "Slip" and "trip or fall", one with a
// word that goes on, and two that several people gave and nobody gave apart.
func join(values []data.Count, lists [][]string, sep string) bool {
	type pair struct{ a, b string }
	n, pairs := map[string]int64{}, map[pair]int64{}
	for i, list := range lists {
		for k, p := range list {
			p = strings.TrimSpace(p)
			n[p] += values[i].N
			if k > 0 {
				pairs[pair{strings.TrimSpace(list[k-1]), p}] += values[i].N
			}
		}
	}
	joined := false
	for i, list := range lists {
		var out []string
		for k, p := range list {
			if k > 0 {
				x := pair{strings.TrimSpace(list[k-1]), strings.TrimSpace(p)}
				first, _ := utf8.DecodeRuneInString(x.b)
				goesOn := unicode.IsLower(first) && pairs[x] == n[x.b] || goingOn.MatchString(x.b) || leadingOn.MatchString(x.a)
				if x.a != x.b && (goesOn || pairs[x] == n[x.a] && pairs[x] == n[x.b] && pairs[x] >= leastShared) {
					out[len(out)-1] += sep + p
					joined = true
					continue
				}
			}
			out = append(out, p)
		}
		lists[i] = out
	}
	return joined
}

// beside takes the texts out of the answers that people wrote beside them, and
// returns how many these were. Where many texts are given by few people each,
// and the others make up most of what was answered, the few wrote their own.
func (c *column) beside() int {
	if len(c.Labels) > 0 || c.Values == nil || c.Recorded < 100 {
		return 0
	}
	var shared []option
	var few int
	var of, all int64
	for _, o := range c.answer {
		all += o.n
		if o.n >= leastShared {
			shared = append(shared, o)
			of += o.n
		}
		if o.n < 5 {
			few++
		}
	}
	beside := len(c.answer) - len(shared)
	if few < 3 || 2*few < len(c.answer) || len(shared) < 2 || 10*of < 7*all {
		return 0
	}
	c.answer, c.written = shared, true
	return beside
}

// another is an answer for what a list does not hold.
var another = regexp.MustCompile(`(?i)^(others?|something else|sonstiges?|anderes?|autres?|otr[oa]s?|altr[oi]|outr[oa]s?|anders|overige?)( \(.*\)|[,:]? \w+( \w+)?)?:?$`)

// others lets texts that are not listed count as the answer "other", which is
// added where there is none.
func (q *question) others() {
	if q.scale != nil { // whoever writes an answer of their own has no place on it
		q.answers, q.scale, q.scores, q.top = q.scale, nil, false, 0
	}
	for _, o := range q.answers {
		if another.MatchString(o.word()) {
			q.other = o.code
			return
		}
	}
	q.other = "Other answers"
	q.answers = append(q.answers, option{code: q.other})
}

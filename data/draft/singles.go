package draft

import (
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"tradeoff/data"
)

// singles makes a question of every column that is left and has answers or
// numbers, and says why of the others.
func (d *drafter) singles() {
	for _, c := range d.free() {
		q := question{columns: []*column{c}, column: c.Name, text: c.wording()}
		if sep, pieces := separated(c); sep != "" && !placeholder.MatchString(c.Name) {
			q.typ, q.separator, q.answers = "multi", sep, pieces
			q.why = fmt.Sprintf("several answers in one cell, separated by %s", show(sep))
			d.subject(&q)
			d.ask(c.Name, q, c)
			continue
		}
		switch {
		case placeholder.MatchString(c.Name):
			d.leave(c, "its name has braces, which stand for patterns in a study file; rename it")
		case joined(c):
			d.leave(c, "it looks like several answers joined by commas, which cannot be told from commas within an answer")
		case c.closed && len(c.answer) >= 2:
			q.why = fmt.Sprintf("%d different answers", len(c.answer))
			q.answersOf(q.columns)
			d.subject(&q)
			d.ask(c.Name, q, c)
		case c.closed:
			d.leave(c, "everybody gave the same answer")
		case c.numeric():
			q.typ, q.why = "number", fmt.Sprintf("numbers from %s to %s", data.Code(c.Min), data.Code(c.Max))
			for _, o := range append(append([]option{}, c.dk...), c.none...) {
				if o.label != "" {
					q.missing = addOption(q.missing, o)
				}
			}
			d.subject(&q)
			d.ask(c.Name, q, c)
		default:
			d.leave(c, "free text, or too many different values to be a closed question")
		}
	}
}

// placeholder is what a study file would take for a pattern in a name.
var placeholder = regexp.MustCompile(`\{[A-Za-z][A-Za-z0-9_]*\}`)

// leave takes a column without using it.
func (d *drafter) leave(c *column, why string) {
	c.taken = true
	d.out.leave(c.Name, why)
}

// separated finds what separates the answers of a cell that holds several, and
// the answers. A semicolon or a bar separates anything; a comma only numbers.
func separated(c *column) (string, []option) {
	if c.Type != data.Text || c.Values == nil || len(c.Labels) > 0 {
		return "", nil
	}
	for _, sep := range []string{";", "|", ","} {
		if pieces := piecesOf(c, sep); pieces != nil {
			return sep, pieces
		}
	}
	return "", nil
}

// mostPieces is how many different answers a cell of several may draw on.
const mostPieces = 50

// piecesOf splits all values, or returns nil if they are not lists: at least a
// tenth of the cells have to hold the separator, and few answers, each given by
// several people, make them up: sentences with a semicolon stay out of the
// draft.
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
	var out []option
	for p, k := range n {
		out = append(out, option{code: p, n: k})
	}
	sort.Slice(out, func(i, j int) bool {
		a, errA := strconv.Atoi(out[i].code)
		b, errB := strconv.Atoi(out[j].code)
		if errA == nil && errB == nil && a != b {
			return a < b
		}
		return out[i].code < out[j].code
	})
	return out
}

// joined reports whether some values are others put together with a comma.
func joined(c *column) bool {
	if c.Type != data.Text || c.Values == nil || len(c.Labels) > 0 {
		return false
	}
	var values []string
	for _, v := range c.Values {
		values = append(values, v.Code)
	}
	put := 0
	for _, v := range values {
		for _, begin := range values {
			if rest, ok := strings.CutPrefix(v, begin); ok && strings.HasPrefix(rest, ",") &&
				(slices.Contains(values, strings.TrimSpace(rest[1:])) || strings.Contains(rest[1:], ",")) {
				put++
				break
			}
		}
	}
	return put >= 2
}

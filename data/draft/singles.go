package draft

import (
	"fmt"
	"regexp"

	"tradeoff/data"
)

// singles makes a question of every column that is left and has answers or
// numbers, and says why of the others.
func (d *drafter) singles() {
	for _, c := range d.free() {
		q := question{columns: []*column{c}, column: c.Name, text: c.wording()}
		if c.several != nil && !placeholder.MatchString(c.Name) {
			q.typ, q.separator, q.answers = "multi", c.several.separator, c.several.answers
			q.why = fmt.Sprintf("several answers in one cell, separated by %s", show(q.separator))
			if c.several.others {
				q.others()
			}
			d.subject(&q)
			d.ask(c.Name, q, c)
			continue
		}
		switch {
		case placeholder.MatchString(c.Name):
			d.leave(c, "its name has braces, which stand for patterns in a study file; rename it")
		case c.closed && len(c.answer) >= 2:
			q.why = fmt.Sprintf("%d different answers", len(c.answer))
			q.answersOf(q.columns)
			if c.written {
				q.others()
			}
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

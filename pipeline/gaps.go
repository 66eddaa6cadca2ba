package pipeline

import "fmt"

// A column of a tick-all question may hold a code for "not ticked" and still be empty,
// or hold a missing code, for some who answered other items. What they would have said
// is not known; they are counted as not ticked, and that is said.

// given is what a column of an item holds in one file, in Total.
type given struct {
	answers  int  // of people: ticked, or not ticked by a code
	unticked bool // it holds a code for not ticked
}

// A filled is how the columns of a tick-all question are filled in one file.
type filled struct {
	people int // who answered any item
	items  []given
}

// take counts an item's answer.
func (g *given) take(said uint8, tick bool) {
	if said&answered != 0 {
		g.answers++
		g.unticked = g.unticked || !tick
	}
}

// gaps says how many have no answer to an item whose column tells "not ticked" by a
// code, item by item; nil if nobody is so.
func (c *counter) gaps() []string {
	var out []string
	for k, it := range c.q.items {
		without, of := 0, 0
		for _, f := range c.filled {
			if f.items != nil && f.items[k].unticked {
				without += f.people - f.items[k].answers
				of += f.people
			}
		}
		if without > 0 {
			out = append(out, fmt.Sprintf("%s: %s of %s", it.label, guarded(c.p.study, without, ""), plural(of, c.unit())))
		}
	}
	return out
}

// gapNote is the footnote on such items, "" if there are none.
func (c *counter) gapNote() string {
	if gaps := c.gaps(); gaps != nil {
		return fmt.Sprintf("Without an answer, and counted as not ticked: %s.", list(gaps, 20))
	}
	return ""
}

// gapWarning says the same to the analyst, with what to do.
func (c *counter) gapWarning() string {
	if gaps := c.gaps(); gaps != nil {
		return fmt.Sprintf("question %s: columns that hold a code for not ticked are empty or missing for some who answered other items, and these are counted as not ticked (%s); if they were not asked, make such an item a question of its own", c.q.spec.Name, list(gaps, 5))
	}
	return ""
}

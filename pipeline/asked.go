package pipeline

import (
	"fmt"
	"slices"
	"strings"

	"tradeoff/stats/crosstab"
)

// What stands under a sentence, so that it need not hold it: the question, the answers
// that its figures count, and how many gave one.

// asked says that of figures: "Asked: “Do you worry?” Counted: “Yes”. Answered: 1,202
// respondents.". Of figures of many questions it says the first and counts the others.
func asked(list ...indicator) string {
	return strings.TrimSpace(put(list...) + " " + answerers(list...))
}

// put says the question and the answers counted, without who answered.
func put(list ...indicator) string {
	said := stopped("Asked: " + wordings(list))
	if counted := countedOf(list); counted != "" {
		said += " Counted: " + counted + "."
	}
	return said
}

// longestAsked is how many letters of a question stand under a sentence.
const longestAsked = 300

// stopped ends a sentence, unless a quotation at its end does.
func stopped(said string) string {
	if strings.HasSuffix(said, "?”") || strings.HasSuffix(said, "...”") || strings.HasSuffix(said, "…”") {
		return said
	}
	return said + "."
}

// wordings quotes the questions behind some figures; of one figure with its item.
func wordings(list []indicator) string {
	if len(list) == 1 {
		return cite(list[0].question(), longestAsked)
	}
	var texts []string
	for _, n := range list {
		texts = append(texts, wording(n.t))
	}
	return quotes(texts)
}

// longestCounted is how many letters the answers counted may have.
const longestCounted = 160

// countedOf names the answers that figures count, "" where these are not the same for
// all, or where the figures are no shares of answers: boxes ticked, means.
func countedOf(list []indicator) string {
	n := list[0]
	if !n.share() || n.t.Multi {
		return ""
	}
	answers := n.answer()
	if slices.ContainsFunc(list, func(x indicator) bool { return !x.share() || x.answer() != answers }) || len(answers) > longestCounted {
		return ""
	}
	return answers
}

// answerers says how many people, or ratings by them, figures of Total are of, and of
// which part of the people where the question was not put to all.
func answerers(list ...indicator) string {
	var low, high crosstab.Base
	base := list[0].t.BaseText
	for k, n := range list {
		if n.t.Columns[0].Status != crosstab.OK {
			return ""
		}
		b := n.t.BaseOf(n.row, 0)
		if k == 0 || b.Unweighted < low.Unweighted {
			low = b
		}
		if k == 0 || b.Unweighted > high.Unweighted {
			high = b
		}
		if n.t.BaseText != base {
			base = ""
		}
	}
	loop := list[0].t.Loop
	said := plural(high.Unweighted, baseUnit(list[0].t))
	if low.Unweighted < high.Unweighted {
		said = thousands(low.Unweighted) + " to " + said
	} else if loop {
		said += " by " + plural(high.People, "respondent")
	}
	if base, _, _ = strings.Cut(base, "; "); base != "" && base != "All who answered" {
		return fmt.Sprintf("Answered: %s (base: %s).", said, lower(base))
	}
	return "Answered: " + said + "."
}

// answeredBoth says how many answered the two questions that figures hold against each other:
// "" where their tables do not tell.
func answeredBoth(list ...indicator) string {
	var low, high int
	for k, n := range list {
		b := n.total().Base
		if b == nil {
			return ""
		}
		if k == 0 || b.People < low {
			low = b.People
		}
		high = max(high, b.People)
	}
	said := plural(high, "respondent")
	if low < high {
		said = thousands(low) + " to " + said
	}
	return fmt.Sprintf(" Answered: %s (base: all who answered both).", said)
}

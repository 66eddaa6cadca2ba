package pipeline

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// How sure the figures of a chapter are, in words for people who read nothing else.

// sure says how far chance may have moved the figures of a chapter, in points: those of
// its first sentence, and those of the others and of the groups in its figures, small
// groups left out, as these are marked, and figures of classes, which are less sure. It is
// the longer side of the widest interval; "" where there is none. Of steps of drivers and of
// changes it says that their brackets tell, since a number would be held against them.
func (e *evidence) sure(c *reports.Chapter) string {
	if c.Key == "method" {
		return e.worth()
	}
	var first, others float64
	few, groups, classes, hedged := "", "", "", false
	for k, f := range c.Findings {
		for _, ref := range f.Refs {
			t := e.tableOf(ref.Table)
			if strings.HasSuffix(t.ID, ".choices") {
				continue
			}
			if k > 0 && inClasses(t) {
				classes = "; those of classes by more"
				continue
			}
			hedged = hedged || t.Cell(ref.Row, ref.Column).HasCI
			to := &others
			if k == 0 {
				to = &first
			}
			if n := (indicator{t, ref.Row, ""}); t.Rows[ref.Row].Kind != crosstab.Effect || strings.Contains(" "+f.Text, " "+n.figure(ref.Column)) { // others are said as a direction
				*to = max(*to, longerSide(t, ref.Row, ref.Column))
			}
		}
	}
	for _, id := range c.Tables {
		if t := e.tableOf(id); len(c.Findings) > 0 && (!t.Model || strings.HasSuffix(t.ID, ".effect")) {
			for _, n := range indicators([]*crosstab.Table{t}) {
				for j, column := range t.Columns {
					if column.Parent != "" {
						continue
					}
					if x := longerSide(t, n.row, j); x > others {
						others = x
						if j > 0 {
							groups = ", such as those of groups,"
						}
					}
					if reports.Shown(t, n.row, j) == crosstab.LowBase {
						few = "; those of small groups by more"
					}
				}
			}
		}
	}
	a, b := wholePoints(first), wholePoints(others)
	switch {
	case a == 0 && b == 0 && hedged:
		return "How far chance may have moved the figures, their brackets say." + e.notDrawn()
	case a == 0 && b == 0:
		return ""
	case c.Key == "trend":
		return "What is said to rise or fall does so beyond chance. How large a change is, its brackets say." + e.notDrawn()
	case e.weighs(c):
		return "What is said to stand out does so beyond chance. How far chance may have moved a figure, its brackets say, and for how much each thing counts the lines in the first chart." + e.notDrawn()
	case a == 0 || b <= a:
		return fmt.Sprintf("Chance may have moved the figures here by up to %s, either way, and seldom by more%s.", pointsOf(max(a, b)), few+classes) + e.notDrawn()
	}
	return fmt.Sprintf("Chance may have moved the figures of the first sentence by up to %s, either way, others here%s by up to %s, and seldom by more%s.", pointsOf(a), groups, pointsOf(b), few+classes) + e.notDrawn()
}

// inClasses tells of tables on classes of people that are found in the answers: their
// figures are less sure, and say so.
func inClasses(t *crosstab.Table) bool {
	return strings.HasSuffix(t.ID, ".classes") || strings.HasSuffix(t.ID, ".profiles")
}

// weighs tells whether a chapter begins with what counts most, in parts that no sentence says.
func (e *evidence) weighs(c *reports.Chapter) bool {
	return slices.ContainsFunc(c.Findings[0].Refs, func(ref reports.Ref) bool {
		return e.tableOf(ref.Table).Rows[ref.Row].Kind == crosstab.Importance
	})
}

// longerSide is the longer side of the interval of a share or a difference, in points; 0 for
// other figures, for the parts of single drivers, and for those that are hidden or marked.
func longerSide(t *crosstab.Table, row, column int) float64 {
	x, k := t.Cell(row, column), t.Rows[row].Kind
	if !x.HasCI || k == crosstab.Importance && t.Rows[row].Code != "all" || reports.Shown(t, row, column) != crosstab.OK || !reports.IsPercent(k) && !reports.IsPoints(k) {
		return 0
	}
	return 100 * max(x.High-x.Estimate, x.Estimate-x.Low)
}

// wholePoints rounds up.
func wholePoints(x float64) int { return int(math.Ceil(x - 1e-9)) }

// roundly rounds a number of people to two digits.
func roundly(x float64) int {
	step := 1.0
	for x/step >= 100 {
		step *= 10
	}
	return int(math.Round(x/step) * step)
}

// hardlyWeighted is the efficiency from which weights hardly cost certainty.
const hardlyWeighted = 0.98

// worth says how sure percentages of everybody are, what weighting costs of that, and what
// is hidden.
func (e *evidence) worth() string {
	var widest float64
	for _, t := range e.tables {
		if t.Model {
			continue
		}
		for _, n := range indicators([]*crosstab.Table{t}) {
			widest = max(widest, longerSide(t, n.row, 0))
		}
	}
	var said []string
	if n := wholePoints(widest); n > 0 {
		said = append(said, fmt.Sprintf("Chance may have moved percentages of everybody by up to %s, either way, and seldom by more; those of groups by more, as their brackets say.", pointsOf(n)))
	}
	if w := e.weighting; w != nil {
		whole := ""
		if latest(e.plan) {
			whole = " of all waves together"
		}
		asked := int(math.Round(w.Effective / w.Efficiency))
		if w.Efficiency >= hardlyWeighted {
			said = append(said, "Weights make some people count for a little more than others; that hardly costs certainty.")
		} else {
			said = append(said, fmt.Sprintf("Weights make some people count for more than others, and that costs certainty: the %s%s tell as much as about %s would if each counted once. The brackets allow for it.",
				plural(asked, "respondent"), whole, thousands(roundly(w.Effective))))
		}
	}
	group, answer := shownFrom(e.plan.study)
	var took []string
	if n := e.hidden.Columns; n > 0 {
		took = append(took, plural(n, "whole column")+" of tables")
	}
	if n := e.hidden.Cells; n > 0 {
		took = append(took, fmt.Sprintf("%s of %s figures", thousands(n), thousands(e.hidden.All)))
	}
	if took == nil {
		took = []string{"nothing"}
	}
	said = append(said, fmt.Sprintf("To protect people, nothing is shown of groups of fewer than %d, and no answer that fewer than %d gave; here that hides %s.", group, answer, and(took)))
	return strings.Join(said, " ")
}

package pipeline

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tradeoff/data/study"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// How open a first place is, is said in words that fit its chance.
func TestFirstPlaceIsSaidByItsChance(t *testing.T) {
	for _, c := range []struct {
		chance float64
		said   string
	}{
		{0.97, "First place is nearly sure, with a chance of 97%: the same people answered on each, so that small differences tell."},
		{0.7, "Address may still be first, but the odds favour Phone, with a chance of 70%."},
		{0.52, "Address may just as well be first: the chance that it is Phone in truth is 52%."},
		{0.3, "the chance that it is Phone in truth is only 30%."},
	} {
		tables := itemTables(0.02, 0.03)
		ranks := tables[3]
		ranks.Rows = append(ranks.Rows, crosstab.Row{Kind: crosstab.Probability, Label: "Phone: chance of place 1", Code: "chance.1.1"})
		ranks.Cells = append(ranks.Cells, []crosstab.Cell{{Status: crosstab.OK, Estimate: c.chance}})
		f, ok := ranking{ranks, inList(indicators(tables[:3]))}.first("Shared most")
		if !ok || !strings.HasSuffix(f.Text, c.said) {
			t.Errorf("of a chance of %.2f it is said: %s", c.chance, f.Text)
		}
		checkFinding(t, &reports.Report{Tables: tables}, f)
	}
}

// Who is last is said as who is first is: nearly sure from a chance of 95 %, whatever the
// intervals of all differences together say.
func TestLastPlaceIsSaidByItsChance(t *testing.T) {
	for chance, said := range map[float64]string{
		0.97:  "Held back most: Age, by 30% (28–32%) of people. Last place is nearly sure, with a chance of 97%: the same people answered on each, so that small differences tell.",
		0.999: "Held back most: Age, by 30% (28–32%) of people. Last place is nearly sure.",
		0.94:  "Held back most: Age, by 30% (28–32%) of people. Address may just as well be last.",
	} {
		tables := itemTables(0.02, 0.03)
		ranks := tables[3]
		ranks.Rows = append(ranks.Rows, crosstab.Row{Kind: crosstab.Difference, Code: "less.2.3"}, crosstab.Row{Kind: crosstab.Probability, Code: "chance.3.3"})
		ranks.Cells = append(ranks.Cells, []crosstab.Cell{around(0.02, 0.03)}, []crosstab.Cell{{Status: crosstab.OK, Estimate: chance}})
		f, ok := ranking{ranks, inList(indicators(tables[:3]))}.last("Held back most")
		if !ok || f.Text != said {
			t.Errorf("of a chance of %.3f it is said: %s", chance, f.Text)
		}
		checkFinding(t, &reports.Report{Tables: tables}, f)
	}
}

// What people say who trust more is said in the words of the question on sharing, and beside
// it what is left of it between people who are alike in their other answers.
func TestStepOfTrustBesideTheModel(t *testing.T) {
	trust := modelTable("safe", crosstab.NetRow, []string{"top"}, around(0.6, 0.02))
	use := modelTable("use", crosstab.NetRow, []string{"top"}, around(0.6, 0.02))
	trust.Model, use.Model, trust.Question, use.Question, use.Measures, use.Text = false, false, "safe", "use", "sharing", "Will you use it?"
	step := modelTable("safe.step", crosstab.Effect, []string{"across"}, around(0.21, 0.02))
	effects := modelTable("use.effects", crosstab.Effect, []string{"safe"}, around(0.1, 0.02))
	effects.Rows[0].Label = "Believing it safe: one answer higher"
	tables := []*crosstab.Table{trust, use, step, effects}
	say := func() string {
		c := &reports.Chapter{}
		(&evidence{plan: &plan{study: &study.Study{}}, tables: tables}).stepOfTrust(c, trust)
		if len(c.Findings) != 1 {
			t.Fatalf("%d findings", len(c.Findings))
		}
		checkFinding(t, &reports.Report{Tables: tables}, c.Findings[0])
		return c.Findings[0].Text
	}
	const what = "Those who trust more say yes to “Will you use it?” more often: with one answer up the scale of trust, 21 points more (19 to 23)."
	const alike = " Between people who are alike in their other answers it is 10 points more (8 to 12), as the chapter on drivers tells."
	const not = " What would happen if trust were raised, this does not show."
	if got := say(); got != what+alike+not {
		t.Error(got)
	}
	effects.Rows[0].Label = "Believing it safe: a standard deviation more"
	if got := say(); got != what+not {
		t.Errorf("beside a step of another size: %s", got)
	}
	use.Text, step.Cells[0][0] = "Would you share it?", around(-0.21, 0.02)
	if got := say(); !strings.HasPrefix(got, "Those who trust more are willing to share less often: with one answer up the scale of trust, 21 points fewer (19 to 23).") {
		t.Error(got)
	}
}

// Where people are asked whether they would share with each shop, and not what, that is told
// beside trust. Of 400 people three in four trust A and three in four would share with it, two
// in four B, and one in four C; of those who trust a shop no more would share with it than of
// the others.
func TestTrustBesideWhetherPeopleShare(t *testing.T) {
	lines := []string{"trust_a,trust_b,trust_c,give_a,give_b,give_c"}
	for i := range 400 {
		yes := func(k, shop int) int {
			if k%4 < 3-shop {
				return 3
			}
			return 1
		}
		lines = append(lines, fmt.Sprintf("%d,%d,%d,%d,%d,%d", yes(i, 0), yes(i, 1), yes(i, 2), yes(i/4, 0), yes(i/4, 1), yes(i/4, 2)))
	}
	_, said := chapterOf(t, asking(t, `segments:
  shop: {loop: shop, items: {a: A, b: B, c: C}}
questions:
  trust: {columns: "trust_{shop}", loop: shop, text: Do you trust it?, measures: trust, scale: {1: No, 2: Some, 3: Yes}, top: 1}
  give: {columns: "give_{shop}", loop: shop, text: Would you share with it?, measures: sharing, scale: {1: No, 2: Maybe, 3: Yes}, top: 1}
`, lines...), "trust")
	for _, want := range []string{
		"People trust A more than average, by 25 points (",
		", and more would share there: 75%, 25 points more than average (",
		"People trust C less than average, by 25 points (",
		", and fewer would share there: 25%, 25 points less than average (",
		"Whom people trust more they would give neither more nor less beyond chance: with one answer up the scale of trust, say from “Some” to “Yes”, 0 points of difference (",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("it is not said %q: %s", want, said)
		}
	}
}

// What people do with data is said in the words of the question: they share, they
// accept, or they say yes; of several questions, with the name of each. Of 400 people one
// in four ticks A, three in four B, and half C.
func TestSharingIsSaidInTheWordsOfItsQuestion(t *testing.T) {
	lines := []string{"a,b,c,x,y"}
	for i := range 400 {
		lines = append(lines, [4]string{"1,0,1,1,0", "0,1,0,1,1", "0,1,1,1,1", "0,1,0,0,1"}[i%4])
	}
	const kinds = "questions:\n  kinds: {text: %q, label: Kinds, columns: [a, b, c], items: {a: A, b: B, c: C}, type: multi, yes: [1], measures: sharing}\n"
	for question, want := range map[string]string{
		"Which of these would you share?":             "Shared most readily: B, 75%",
		"Which of these uses do you find ACCEPTABLE?": "Accepted most: B, 75%",
		"Welche dieser Daten?":                        "Most say yes to: B, 75%",
	} {
		if _, said := chapterOf(t, asking(t, fmt.Sprintf(kinds, question), lines...), "sharing"); !strings.HasPrefix(said, want) {
			t.Errorf("%s: %s", question, said)
		}
	}
	const more = "  more: {text: What would you accept?, label: Others, columns: [x, y], items: {x: X, y: Y}, type: multi, yes: [1], measures: sharing}\n"
	_, said := chapterOf(t, asking(t, fmt.Sprintf(kinds, "Would you share?")+more, lines...), "sharing")
	for _, want := range []string{"Of “Kinds”, shared most readily: B, 75%", "Of “Others”, accepted most: X, 75%"} {
		if !strings.Contains(said, want) {
			t.Errorf("it is not said %q: %s", want, said)
		}
	}
}

// A step of trust has an example where two answers are one apart in score, and none where
// the study gives them others.
func TestStepOfTrustByExample(t *testing.T) {
	lines := []string{"trust,give"}
	for i := range 400 {
		lines = append(lines, fmt.Sprintf("%d,%d", 1+i%3, 1+max(0, i%3-i/9%2)))
	}
	const study = `questions:
  trust: {column: trust, text: Do you trust us?, measures: trust, scale: {1: No, 2: Some, 3: Yes}, top: 1%s}
  give: {column: give, text: Would you share?, measures: sharing, scale: {1: No, 2: Maybe, 3: Yes}, top: 2}
`
	for scores, want := range map[string]string{"": "more often: with one answer up the scale of trust, say from “Some” to “Yes”, ", ", scores: {1: 0, 2: 50, 3: 100}": "more often: with one answer up the scale of trust, "} {
		if _, said := chapterOf(t, asking(t, fmt.Sprintf(study, scores), lines...), "trust"); !strings.Contains(said, want) {
			t.Errorf("%s: %s", scores, said)
		}
	}
}

// What worries people and what they want is ranked as what they would share: a first place
// that may be chance is said to be that, and one beyond chance is said alone. Of 400 people
// six in ten give the first answer and as many but eight the second, other people; or seven
// and five in ten.
func TestFirstPlacesOfWorriesAndBenefits(t *testing.T) {
	for _, x := range []struct {
		first, second int
		open          bool
	}{{240, 232, true}, {280, 200, false}} {
		lines := []string{"wa,wb,wc,ba,bb,bc"}
		for i := range 400 {
			a, b, c := 0, 0, 0
			if i < x.first {
				a = 1
			}
			if i >= 400-x.second {
				b = 1
			}
			if i%5 == 0 {
				c = 1
			}
			lines = append(lines, fmt.Sprintf("%d,%d,%d,%d,%d,%d", 1+a, 1+b, 1+c, a, b, c))
		}
		r := asking(t, `questions:
  worries: {type: grid, text: What worries you?, columns: "w{item}", items: {a: Theft, b: Sale, c: Ads}, measures: concern, scale: {1: No, 2: Yes}, top: 1}
  wants: {type: multi, text: What do you want?, columns: "b{item}", items: {a: Money, b: Time, c: Help}, measures: benefit, yes: [1]}
`, lines...)
		for key, name := range map[string]string{"concern": "Sale", "exchange": "Time"} {
			c, said := chapterOf(t, r, key)
			if may := strings.Contains(said, name+" may still be first") || strings.Contains(said, name+" may just as well be first"); may != x.open {
				t.Errorf("of %d and %d people the chapter on %s says\n%s", x.first, x.second, key, said)
			}
			if !slices.Contains(c.Tables, map[string]string{"concern": "worries.ranks", "exchange": "wants.ranks"}[key]) {
				t.Errorf("the chapter on %s has no ranking among %v", key, c.Tables)
			}
		}
	}
}

// Between the first place and the last, neighbours whose difference may be none are named,
// each pair with how far it is apart; others are not.
func TestTiesBetweenFirstAndLast(t *testing.T) {
	ranks := modelTable("trust.ranks", crosstab.Rank, []string{"rank.1", "rank.2", "rank.3", "rank.4", "rank.5"}, around(1, 0), around(2, 0), around(3, 0), around(4, 0), around(5, 0))
	for i, name := range []string{"A", "B", "C", "D", "E"} {
		ranks.Rows[i].Label = name
	}
	for _, pair := range []struct {
		code string
		cell crosstab.Cell
	}{{"less.1.2", around(0.01, 0.02)}, {"less.2.3", around(0.01, 0.02)}, {"less.3.4", around(0.05, 0.02)}, {"less.4.5", around(0.01, 0.02)}} {
		ranks.Rows, ranks.Cells = append(ranks.Rows, crosstab.Row{Kind: crosstab.Difference, Code: pair.code}), append(ranks.Cells, []crosstab.Cell{pair.cell})
	}
	f, ok := ranking{t: ranks}.between()
	saysOf(t, ranks, f, ok, "Between these, neighbours that may stand the other way round: B and C (1 point apart).", "D")
	ranks.Rows, ranks.Cells = append(ranks.Rows, crosstab.Row{Kind: crosstab.Probability, Code: "chance.2.2"}), append(ranks.Cells, []crosstab.Cell{{Status: crosstab.OK, Estimate: 0.97}})
	if f, ok := (ranking{t: ranks}).between(); ok {
		t.Errorf("of a place that is nearly sure it says %s", f.Text)
	}
	ranks.Cells[len(ranks.Cells)-1][0].Estimate = 0.6
	ranks.Cells[6][0] = around(0.05, 0.02)
	if f, ok := (ranking{t: ranks}).between(); ok {
		t.Errorf("of clear places it says %s", f.Text)
	}
}

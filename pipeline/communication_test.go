package pipeline

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tradeoff/data/study"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// message is a study of people of whom a draw told some; row says the answers of
// each: told, willing, understands.
func message(t *testing.T, n int, row func(i int) (told, willing, understands int)) *reports.Report {
	t.Helper()
	dir := t.TempDir()
	var b strings.Builder
	b.WriteString("told,willing,understands,sex\n")
	for i := range n {
		told, willing, understands := row(i)
		fmt.Fprintf(&b, "%d,%d,%d,%d\n", told, willing, understands, 1+i/2%2)
	}
	study := `study: Made
sources: [data.csv]
segments:
  sex: {from: sex, codes: {1: Men, 2: Women}}
questions:
  told: {column: told, measures: communication, answers: {1: Told, 0: Not told}, randomized: true}
  understands: {column: understands, measures: communication, scale: {1: No, 2: Yes}, top: 1}
  willing: {column: willing, measures: sharing, scale: {1: No, 2: Yes}, top: 1}
`
	for name, text := range map[string]string{"data.csv": b.String(), "study.yaml": study} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return reportOf(t, FromPath(filepath.Join(dir, "study.yaml")))
}

// The sentences on a message follow the data: an effect, its reverse, none, and
// too few people to tell. The intervals are the textbook's: 1.96 standard errors of
// two shares of 400 people each.
func TestSentencesOnAMessageFollowTheData(t *testing.T) {
	yes := func(i, percent int) int { // of every 50 people in a row the first so many percent
		if i/2%50 < percent/2 {
			return 2
		}
		return 1
	}
	for name, c := range map[string]struct {
		n, told, not int
		says, never  string
	}{
		"works":    {800, 60, 40, "Of those “Told”, 60% (55–65%) are willing to share, of those “Not told” 40% (35–45%): 20 points more (13 to 27). A random draw decided who was in which group, so that is what made the difference.", "not shown"},
		"backfire": {800, 40, 60, "20 points fewer (13 to 27). A random draw decided", "not shown"},
		"nothing":  {800, 50, 52, "2 points fewer (from 9 fewer to 5 more). Chance alone could make that difference, so an effect is not shown.", "A random draw decided"},
		"few":      {50, 60, 40, "", "“Told”"},
	} {
		r := message(t, c.n, func(i int) (int, int, int) {
			told := i % 2
			percent := c.not
			if told == 1 {
				percent = c.told
			}
			return told, yes(i, percent), 1 + i%3%2
		})
		_, text := chapterOf(t, r, "communication")
		if !strings.Contains(text, c.says) || strings.Contains(text, c.never) {
			t.Errorf("%s: the chapter says\n%s\nand should say %q, and never %q", name, text, c.says, c.never)
		}
	}
}

// What a driver is said to do follows the data: trust that goes with willingness,
// against it, or neither; and nothing is said of few people. With shares of 70%
// and 30% the half that can take a step more comes from 30% to 70%: 20 points of all.
func TestSentencesOnDriversFollowTheData(t *testing.T) {
	for name, c := range map[string]struct {
		n           int
		with        func(understands bool, i int) bool
		says, never string
	}{
		"with":    {800, func(u bool, i int) bool { return u == (i%10 < 7) }, "“Understands”. All else alike, the higher people answer on it, the more are willing to share.\nAmong people alike in all else asked: with one answer higher on “Understands”, say from “No” to “Yes”, 20 points more", "hardly matters"},
		"against": {800, func(u bool, i int) bool { return u == (i%10 < 3) }, "“Understands”. All else alike, the higher people answer on it, the fewer are willing to share.\nAmong people alike in all else asked: with one answer higher on “Understands”, say from “No” to “Yes”, 20 points fewer", "hardly matters"},
		"neither": {800, func(_ bool, i int) bool { return i%2 == 0 }, "“Understands” hardly matters, among people alike in all else asked: no difference is seen, and if there is one, a step on it goes with no more than 4 points, up or down.", "clearly stands out in"},
		"always":  {800, func(u bool, _ int) bool { return u }, "One of the 2 things asked clearly stands out in telling who is willing to share: “Understands”. The answers to “Understands” tell some or all of the willing from the others without exception.", "one answer higher"},
		"few":     {28, func(u bool, i int) bool { return u == (i%10 < 7) }, "", "Understands"},
	} {
		r := message(t, c.n, func(i int) (int, int, int) {
			understands, willing := 1+i/2%2, 1
			if c.with(understands == 2, i/4) {
				willing = 2
			}
			return i / 40 % 2, willing, understands
		})
		ch, text := chapterOf(t, r, "drivers")
		if lacks := strings.HasSuffix(ch.Missing, notCounted); text == "" && (ch.Missing == "" || lacks) || text != "" && !lacks {
			t.Errorf("%s: the chapter says %q, and that it lacks %q", name, text, ch.Missing)
		}
		if !strings.Contains(text, c.says) || strings.Contains(text, c.never) {
			t.Errorf("%s: the chapter says\n%s\nand should say %q, and never %q", name, text, c.says, c.never)
		}
	}
}

// Beside willingness on the whole stands what the same people would share with one thing
// after another: a message may move the one and not the other. Of 400 people told 60% and
// of 400 others 40% are willing, and of their two ratings the shares named.
func TestWhatAMessageMoves(t *testing.T) {
	const study = `segments:
  shop: {label: Shop, loop: shop, items: {a: A, b: B}}
  heard: {from: told, codes: {1: Told, 0: Not told}}
questions:
  told: {column: told, text: Were they told?, measures: communication, answers: {1: Told, 0: Not told}, randomized: true}
  willing: {column: willing, text: Are you willing?, measures: sharing, scale: {1: No, 2: Yes}, top: 1}
  share: {columns: "share_{shop}_{item}", text: Which of these?, type: multi, loop: shop, items: {x: X, y: Y}, measures: sharing, yes: [1]}
`
	for _, c := range []struct {
		willing, share [2]int // percent of those not told and told
		want           string
	}{
		{[2]int{40, 60}, [2]int{50, 50}, "Asked shop by shop what they would share, the two groups do not differ beyond chance, though: those “Told” would share something in 50% (45–55%) of ratings, those “Not told” in 50% ("},
		{[2]int{40, 60}, [2]int{30, 70}, "Asked shop by shop what they would share, the two groups differ as well: those “Told” would share something in 70% (65–74%) of ratings, those “Not told” in 30% ("},
		{[2]int{50, 50}, [2]int{70, 30}, "Asked shop by shop what they would share, the two groups differ, though, and the draw made that: those “Told” would share something in 30% ("},
		{[2]int{50, 50}, [2]int{50, 50}, "Asked shop by shop what they would share, the two groups do not differ beyond chance either: those “Told” would share something in 50% ("},
	} {
		lines := []string{"told,willing,share_a_x,share_a_y,share_b_x,share_b_y"}
		for i := range 800 {
			told, yes, x := i%2, 1, 0
			if i/2%50*2 < c.willing[told] {
				yes = 2
			}
			if i/2*7%50*2 < c.share[told] {
				x = 1
			}
			lines = append(lines, fmt.Sprintf("%d,%d,%d,0,%d,0", told, yes, x, x))
		}
		r := asking(t, study, lines...)
		if _, said := chapterOf(t, r, "communication"); !strings.Contains(said, c.want) {
			t.Errorf("says\n%s\nand not %q", said, c.want)
		}
	}
	lines := []string{"told,willing,other,share_a_x,share_a_y,share_b_x,share_b_y"}
	for i := range 800 {
		lines = append(lines, fmt.Sprintf("%d,%d,%d,1,0,0,0", i%2, 1+i/2%2, i/4%2))
	}
	r := asking(t, strings.Replace(study, "from: told", "from: other", 1), lines...)
	if _, said := chapterOf(t, r, "communication"); strings.Contains(said, "shop by shop") {
		t.Errorf("without the groups of the draw it says %s", said)
	}
}

// Tests are said in words: as far as can be told where they find nothing, with their number
// under the sentence, and as hard to put down to chance where they find something.
func TestTestsAreSaidInWords(t *testing.T) {
	tests := modelTable("share.meetings", crosstab.PValue, []string{"trust:segment.age", "trust:segment.sex", "skill:segment.age"}, around(0.3, 0), around(0.9, 0), around(1, 0))
	for i, label := range []string{"Trust by Age by year", "Trust by Sex", "Skill by Age by year"} {
		tests.Rows[i].Label = label
	}
	groups := modelTable("share.bygroup", crosstab.OddsRatio, []string{"trust@segment.age=Young", "trust@segment.age=Middle", "trust@segment.age=Old"}, around(1.1, 0.3), around(1.9, 0.2), around(0.6, 0.1))
	say := func(p float64) string {
		tests.Cells[0][0].Estimate = p
		var c reports.Chapter
		f, ok := (&evidence{plan: &plan{segments: []*segment{{name: "age", label: "Age by year"}, {name: "sex", label: "Sex"}}}}).meetings(&c, tests, groups, "")
		tell(&c, f, ok)
		if len(c.Findings) != 1 {
			t.Fatalf("%d findings", len(c.Findings))
		}
		checkFinding(t, &reports.Report{Tables: []*crosstab.Table{tests, groups}}, c.Findings[0])
		if under := c.Findings[0].Asked; (p >= 0.05) != strings.HasPrefix(under, "3 comparisons, none beyond chance.") {
			t.Errorf("of %v it says under it %q", p, under)
		}
		return c.Findings[0].Text
	}
	for p, want := range map[float64]string{
		0.07: "There is no sign that “Trust” or “Skill” counts for more in one group than in another, by age by year or sex.",
		0.01: "Whether “Trust” goes with more or fewer who are willing depends on age by year: for Middle it goes with more, for Old with fewer. So large a difference is hard to put down to chance.",
	} {
		if got := say(p); got != want {
			t.Errorf("of %v it says %q, want %q", p, got, want)
		}
	}
	groups.Cells[0][0], groups.Cells[2][0] = around(1.5, 0.2), around(1.3, 0.1)
	if got := say(0.01); !strings.Contains(got, "for Middle it goes with more, for Old with more as well, but less clearly.") {
		t.Error(got)
	}
	groups.Cells[0][0], groups.Cells[1][0], groups.Cells[2][0] = around(0.5, 0.1), around(0.9, 0.05), around(0.7, 0.1)
	if got := say(0.01); !strings.Contains(got, "for Young it goes with fewer, for Middle with fewer as well, but less clearly.") {
		t.Error(got)
	}
}

// Beside what those who know are ahead of the others stands what is left of it among people
// alike in their other answers, as the model tells; nothing where it has no step of that kind.
func TestLinksBesideTheModel(t *testing.T) {
	knows := modelTable("knows", crosstab.NetRow, []string{"top"}, around(0.6, 0.02))
	use := modelTable("use", crosstab.NetRow, []string{"top"}, around(0.6, 0.02))
	knows.Model, use.Model, knows.Question, use.Question, use.Measures = false, false, "knows", "use", "sharing"
	with := modelTable("knows.with", crosstab.Proportion, []string{"top", "rest", "gap"}, around(0.7, 0.02), around(0.3, 0.02), around(0.4, 0.03))
	with.Rows[2].Kind = crosstab.Difference
	effects := modelTable("use.effects", crosstab.Effect, []string{"knows"}, around(0.1, 0.02))
	effects.Rows[0].Label = "Knowing: one answer higher"
	tables := []*crosstab.Table{knows, use, with, effects}
	e := &evidence{plan: &plan{study: &study.Study{}}, tables: tables}
	x := link{question: indicator{knows, 0, ""}, name: "“Knowing”", of: "willingness", say: "are willing to share", asked: "Asked: “Use?”", top: indicator{with, 0, ""}, rest: indicator{with, 1, ""}, gap: indicator{with, 2, ""}}
	const left = " Between people who are alike in their other answers, one answer higher goes with 10 points more (8 to 12), as the chapter on drivers tells."
	if f := x.finding(e); !strings.HasSuffix(f.Text, "40 points more (37 to 43)."+left) {
		t.Errorf("it says %s", f.Text)
	} else {
		checkFinding(t, &reports.Report{Tables: tables}, f)
	}
	effects.Cells[0][0] = around(-0.1, 0.02)
	if f := x.finding(e); !strings.Contains(f.Text, "goes with 10 points fewer (8 to 12)") {
		t.Errorf("of a step the other way it says %s", f.Text)
	}
	effects.Rows[0].Label = "Knowing: one point more"
	if f := x.finding(e); strings.Contains(f.Text, "alike") {
		t.Errorf("of a step of another kind it says %s", f.Text)
	}
}

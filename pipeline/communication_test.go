package pipeline

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tradeoff/reports"
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
		"works":    {800, 60, 40, "Of those “Told” (“Told”), 60% (55–65%) are willing to share, of those “Not told” 40% (35–45%): 20 points more (13 to 27). A draw decided who was in which group, so that is what made the difference.", "not shown"},
		"backfire": {800, 40, 60, "20 points fewer (13 to 27). A draw decided", "not shown"},
		"nothing":  {800, 50, 52, "2 points fewer (from 9 fewer to 5 more). Chance alone could make that difference, so an effect is not shown.", "A draw decided"},
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
		var all []string
		for _, ch := range r.Chapters {
			if ch.Key != "communication" {
				continue
			}
			for _, f := range ch.Findings {
				checkFinding(t, r, f)
				all = append(all, f.Text)
			}
		}
		text := strings.Join(all, "\n")
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
		"with":    {800, func(u bool, i int) bool { return u == (i%10 < 7) }, "with a step more of “Understands”, 20 points more", "hardly matters"},
		"against": {800, func(u bool, i int) bool { return u == (i%10 < 3) }, "with a step more of “Understands”, 20 points fewer", "hardly matters"},
		"neither": {800, func(_ bool, i int) bool { return i%2 == 0 }, "What hardly matters, with the other answers alike: with a step more of “Understands”, 0 points of difference (from 3 fewer to 3 more).", "tells best"},
		"always":  {800, func(u bool, _ int) bool { return u }, "One thing tells best who is willing to share: “Understands”, whose answers tell some or all of the willing from the others without exception.", "a step more"},
		"few":     {28, func(u bool, i int) bool { return u == (i%10 < 7) }, "", "Understands"},
	} {
		r := message(t, c.n, func(i int) (int, int, int) {
			understands, willing := 1+i/2%2, 1
			if c.with(understands == 2, i/4) {
				willing = 2
			}
			return i / 40 % 2, willing, understands
		})
		text := ""
		for _, ch := range r.Chapters {
			if ch.Key != "drivers" {
				continue
			}
			for _, f := range ch.Findings {
				checkFinding(t, r, f)
				text += f.Text + "\n"
			}
			if lacks := strings.HasPrefix(ch.Missing, "Not asked in this survey, and so"); text == "" && (ch.Missing == "" || lacks) || text != "" && !lacks {
				t.Errorf("%s: the chapter says %q, and that it lacks %q", name, text, ch.Missing)
			}
		}
		if !strings.Contains(text, c.says) || strings.Contains(text, c.never) {
			t.Errorf("%s: the chapter says\n%s\nand should say %q, and never %q", name, text, c.says, c.never)
		}
	}
}

package pipeline

import (
	"fmt"
	"strings"
	"testing"
)

// rewritten are the lines of 600 people in two waves. Of each subject they answered on two
// things: yes to the first of them, and to the second, so many in a hundred, and so many
// more in the second wave. Only the first of them answered on one subject, all on others.
func rewritten(subjects []string, first, second, more int, only string, answered int) []string {
	lines := []string{"wave"}
	for _, s := range subjects {
		lines[0] += fmt.Sprintf(",%s1,%s2", s, s)
	}
	for i := range 600 {
		wave := i % 2
		line := fmt.Sprint(2024 + wave)
		for _, s := range subjects {
			for _, percent := range []int{first, second} {
				answer := "0"
				if i/2*37%100 < percent+wave*more {
					answer = "1"
				}
				if s == only && i >= answered {
					answer = ""
				}
				line += "," + answer
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// Where the data are rewritten the first sentence of a chapter follows: of two things of
// which one is ahead it names that one first, with its share; where the two change places
// it names the other; where few answered it says nothing of them. The shares are those
// that the data were made of, 70 and 40 of a hundred.
func TestFirstSentencesFollowTheData(t *testing.T) {
	const grid = "  %s: {type: grid, columns: [%[1]s1, %[1]s2], items: {%[1]s1: Alpha, %[1]s2: Beta}, text: What of these?, measures: %[2]s, scale: {0: No, 1: Yes}, top: 1}\n"
	const boxes = "  %s: {type: multi, columns: [%[1]s1, %[1]s2], items: {%[1]s1: Alpha, %[1]s2: Beta}, text: What of these?, measures: %[2]s, yes: 1}\n"
	subjects := []string{"expectation", "concern", "trust", "sharing", "benefit"}
	yaml := "wave: wave\nquestions:\n"
	for _, s := range subjects[:3] {
		yaml += fmt.Sprintf(grid, s, s)
	}
	for _, s := range subjects[3:] {
		yaml += fmt.Sprintf(boxes, s, s)
	}
	for _, c := range []struct{ chapter, subject string }{{"expectation", "expectation"}, {"concern", "concern"}, {"trust", "trust"}, {"sharing", "sharing"}, {"exchange", "benefit"}} {
		t.Run(c.chapter, func(t *testing.T) {
			says := func(lines []string) string {
				ch, _ := chapterOf(t, asking(t, yaml, lines...), c.chapter)
				if len(ch.Findings) == 0 {
					return ""
				}
				return ch.Findings[0].Text
			}
			for _, x := range []struct {
				first, second int
				ahead, behind string
			}{{70, 40, "Alpha", "Beta"}, {40, 70, "Beta", "Alpha"}} {
				text := says(rewritten(subjects, x.first, x.second, 0, "", 0))
				at, after := strings.Index(text, x.ahead), strings.Index(text, x.behind)
				if at < 0 || after >= 0 && after < at || !strings.Contains(text[at:], "70%") {
					t.Errorf("of %s ahead it says %q", x.ahead, text)
				}
			}
			if text := says(rewritten(subjects, 70, 40, 0, c.subject, 24)); strings.Contains(text, "Alpha") || strings.Contains(text, "Beta") {
				t.Errorf("of 24 people it says %q", text)
			}
		})
	}
	t.Run("trend", func(t *testing.T) {
		for more, word := range map[int]string{20: "rose", -20: "fell", 0: "may not have changed"} {
			_, text := chapterOf(t, asking(t, yaml, rewritten(subjects, 50, 40, more, "", 0)...), "trend")
			if !strings.Contains(text, word) {
				t.Errorf("of %d points more it says %q", more, text)
			}
		}
		one := "wave: wave\nquestions:\n" + fmt.Sprintf(grid, subjects[0], subjects[0])
		_, text := chapterOf(t, asking(t, one, rewritten(subjects[:1], 50, 40, 20, subjects[0], 24)...), "trend")
		if strings.Contains(text, "rose") {
			t.Errorf("of 24 people it says %q", text)
		}
	})
}

package pipeline

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// acceptedIn is what the report says of a service and what it takes, of people half
// of whom give one pair of answers and half the other.
func acceptedIn(t *testing.T, people int, pairs [2][2]int) string {
	t.Helper()
	folder := t.TempDir()
	rows := "service,takes\n"
	for i := range people {
		rows += fmt.Sprintf("%d,%d\n", pairs[i%2][0], pairs[i%2][1])
	}
	if err := os.WriteFile(filepath.Join(folder, "export.csv"), []byte(rows), 0o644); err != nil {
		t.Fatal(err)
	}
	path, _ := runInto(t, studyIn(t, folder, `study: Service
sources: export.csv
questions:
  service: {column: service, measures: expectation, scale: &s {1: No, 2: Hardly, 3: Rather, 4: Yes}, top: 2}
  personal_data: {column: takes, measures: sharing, scale: *s, top: 2}
`), Options{Formats: []string{"html"}})
	return string(fileOf(t, filepath.Join(path, "report.html")))
}

// What the page says turns with the answers, and is not said of few people.
func TestAcceptanceSentence(t *testing.T) {
	const scale = "On a scale from 0 (the lowest answer) to 100 (the highest), people typically give "
	const more, less = scale + "“Service” 67 (67–100) and “Personal data” 0 (0–33)", scale + "“Service” 0 (0–33) and “Personal data” 67 (67–100)"
	const level = "The difference between “Service” and “Personal data” may be chance."
	for _, c := range []struct {
		what   string
		people int
		pairs  [2][2]int
		says   []string
		not    []string
	}{
		{"service accepted more", 200, [2][2]int{{4, 1}, {3, 2}}, []string{more}, []string{less, level}},
		{"service accepted less", 200, [2][2]int{{1, 4}, {2, 3}}, []string{less}, []string{more, level}},
		{"both alike", 200, [2][2]int{{1, 4}, {4, 1}}, []string{level}, []string{more, less}},
		{"few people", 60, [2][2]int{{4, 1}, {3, 2}}, nil, []string{more, less, level, "accept “Service”"}},
	} {
		page := acceptedIn(t, c.people, c.pairs)
		for _, s := range c.says {
			if !strings.Contains(page, s) {
				t.Errorf("%s: the page does not say %q", c.what, s)
			}
		}
		for _, s := range c.not {
			if strings.Contains(page, s) {
				t.Errorf("%s: the page says %q", c.what, s)
			}
		}
	}
}

// By how much a service is ahead in each group: half of the women give it 4 and what it takes
// 1, the other half 3 and 2, so that their medians are 67 and 0 of 100; men give 4 and 3, or
// 3 and 2, medians of 67 and 33. If the men turn round, the sentence is gone.
func TestAcceptanceByGroup(t *testing.T) {
	say := func(men ...string) string {
		folder := t.TempDir()
		rows := "sex,service,takes\n"
		for i := range 200 {
			rows += []string{"w,4,1\n", "w,3,2\n"}[i%2] + men[i%2]
		}
		if err := os.WriteFile(filepath.Join(folder, "export.csv"), []byte(rows), 0o644); err != nil {
			t.Fatal(err)
		}
		r := reportOf(t, studyIn(t, folder, `study: Service
sources: export.csv
segments: {sex: {from: sex, label: Sex, codes: {w: Women, m: Men}}}
questions:
  service: {column: service, measures: expectation, scale: &s {1: No, 2: Hardly, 3: Rather, 4: Yes}, top: 2}
  personal_data: {column: takes, measures: sharing, scale: *s, top: 2}
`))
		_, said := chapterOf(t, r, "sharing")
		return said
	}
	const says = "On that scale “Service” are ahead of “Personal data” by 67 points"
	if said := say("m,4,3\n", "m,3,2\n"); !strings.Contains(said, says) || !strings.Contains(said, "in Women and 33 points") {
		t.Errorf("the report does not say %q: %s", says, said)
	}
	if said := say("m,3,4\n", "m,2,3\n"); strings.Contains(said, "On that scale") {
		t.Errorf("the men put the service behind: %s", said)
	}
}

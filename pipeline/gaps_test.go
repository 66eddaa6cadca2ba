package pipeline

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// An item that is empty, or missing, for some whose other answers are known counts as
// not ticked there, and the table and the run say for how many. Mail is empty for rows
// 0 to 99 of 300; the counts are those of the loop that writes the file.
func TestItemsWithoutAnAnswer(t *testing.T) {
	for _, c := range []struct {
		name, mail, empty, yes string
		want                   string // of Mail
	}{
		{"codes", "0", "", `, yes: ["1"]`, "Mail: 100 of 300 respondents"},
		{"codes that say themselves", "0", "", "", "Mail: 100 of 300 respondents"},
		{"a missing code", "0", "9", `, yes: ["1"], missing: ["9"]`, "Mail: 100 of 300 respondents"},
		{"nothing but ticks", "", "", `, yes: ["1"]`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			rows := "id,s1,s2\n"
			for i := range 300 {
				mail := c.empty
				if i >= 100 {
					mail = []string{c.mail, "1"}[i%2]
				}
				rows += fmt.Sprintf("%d,%s,%d\n", i, mail, i/3%2)
			}
			write(t, filepath.Join(dir, "a.csv"), rows)
			path := filepath.Join(dir, "s.yaml")
			write(t, path, "study: S\nsources: a.csv\nrespondent: id\nquestions: {share: {type: multi, columns: [s1, s2], items: {s1: Mail, s2: Phone}"+c.yes+"}}\n")
			r := newRun(FromPath(path), Options{})
			t.Cleanup(r.close)
			if err := r.do(context.Background(), []stage{{"loading", r.load}, {"binding", r.bind}, {"reading", r.readFrame}, {"counting", r.count}, {"estimating", r.estimate}}); err != nil {
				t.Fatal(err)
			}
			said := slices.ContainsFunc(r.warnings, func(w string) bool { return strings.HasPrefix(w, "question share:") && strings.Contains(w, c.want+")") })
			noted := slices.Contains(r.tables[0].Notes, "Without an answer, and counted as not ticked: "+c.want+".")
			if want := c.want != ""; said != want || noted != want {
				t.Errorf("warned %v, noted %v: %q, %q", said, noted, r.warnings, r.tables[0].Notes)
			}
		})
	}
}

// Two answers of one name are told when the study is bound.
func TestAnswersOfOneName(t *testing.T) {
	dir := t.TempDir()
	rows := "q\n"
	for i := range 100 {
		rows += fmt.Sprintln(1 + i%3)
	}
	write(t, filepath.Join(dir, "a.csv"), rows)
	path := filepath.Join(dir, "s.yaml")
	write(t, path, "study: S\nsources: a.csv\nquestions: {q: {column: q, scale: {1: Little, 2: Much, 3: Much}}}\n")
	s, err := Check(context.Background(), FromPath(path), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if want := "question q calls two answers Much, codes 2 and 3; give them words of their own, or count them as one under nets:"; !slices.Contains(s.Warnings, want) {
		t.Errorf("warnings %q", s.Warnings)
	}
}

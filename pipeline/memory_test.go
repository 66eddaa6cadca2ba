package pipeline

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// wideStudy writes an export of 3,000 respondents with three segments and two
// questions, and a study of some of its parts; it returns the study file.
func wideStudy(t *testing.T, leave ...string) string {
	t.Helper()
	folder := t.TempDir()
	var b strings.Builder
	b.WriteString("id,h,a,b,c,small,large\n")
	for i := range 3000 {
		fmt.Fprintf(&b, "%d,%d,%d,%d,%d,%d,%d\n", i, i%3, i%10, i/10%10, i/100%4, i%2, i%40)
	}
	write(t, filepath.Join(folder, "export.csv"), b.String())
	var scale []string
	for i := range 40 {
		scale = append(scale, fmt.Sprint(i))
	}
	text := "study: S\nsources: [export.csv]\nrespondent: id\ndesign: {strata: h}\nsegments:\n  small: {from: c}\n"
	for _, name := range []string{"a", "b"} {
		if !slices.Contains(leave, "segment "+name) {
			text += fmt.Sprintf("  %[1]s: {from: %[1]s}\n", name)
		}
	}
	if !slices.ContainsFunc(leave, func(l string) bool { return strings.HasPrefix(l, "segment ") }) {
		text += "  nest: {nest: a*b}\n"
	}
	text += "questions:\n"
	if !slices.Contains(leave, "question small") {
		text += "  small: {column: small, answers: {0: no, 1: yes}}\n"
	}
	if !slices.Contains(leave, "question large") {
		text += "  large: {column: large, scale: [" + strings.Join(scale, ", ") + "]}\n"
	}
	path := filepath.Join(folder, "s.yaml")
	write(t, path, text)
	return path
}

// needOf is what a run was thought to need.
func needOf(t *testing.T, path string) int64 {
	t.Helper()
	return recordOf(t, FromPath(path), Options{Formats: []string{"results"}, Out: t.TempDir(), Threads: 1}).NeedBytes
}

// TestTooLarge: a run that needs more than it may take is refused, and every
// single thing that the message names to leave out is enough by itself.
func TestTooLarge(t *testing.T) {
	path := wideStudy(t)
	all, limit := needOf(t, path), needOf(t, wideStudy(t, "question large"))
	o := Options{Formats: []string{"results"}, Out: t.TempDir(), Threads: 1, Memory: limit}
	_, err := Run(context.Background(), FromPath(path), o)
	var large *TooLarge
	if !errors.As(err, &large) {
		t.Fatalf("a run that needs %d bytes and may take %d ends with %v", all, limit, err)
	}
	for _, want := range []string{"this run needs about " + gigabytes(all) + " of memory and may take " + gigabytes(limit), "for tables of 125 columns", "question large", "--memory "} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the message does not say %q:\n%s", want, err)
		}
	}
	named := regexp.MustCompile(`(segment|question) \w+ \(it then needs`).FindAllString(err.Error(), -1)
	if len(named) == 0 {
		t.Fatalf("nothing is named to leave out:\n%s", err)
	}
	for _, n := range named {
		n = strings.TrimSuffix(n, " (it then needs")
		if need := needOf(t, wideStudy(t, n)); need > limit {
			t.Errorf("without %s it needs %d bytes and may take %d", n, need, limit)
		}
		if _, err := Check(context.Background(), FromPath(wideStudy(t, n)), o); err != nil {
			t.Errorf("without %s: %v", n, err)
		}
	}
	// What is needed is enough, and no limit is none.
	for _, memory := range []int64{all, 0} {
		o.Memory = memory
		if _, err := Run(context.Background(), FromPath(path), o); err != nil {
			t.Errorf("a run that may take %d bytes: %v", memory, err)
		}
	}
}

// TestTooLargeForOneCut: where nothing is enough by itself, the message names
// what is enough together, and where nothing is, only how to allow more.
func TestTooLargeForOneCut(t *testing.T) {
	path := wideStudy(t)
	limit := needOf(t, wideStudy(t, "segment a", "question large"))
	_, err := Check(context.Background(), FromPath(path), Options{Formats: []string{"results"}, Threads: 1, Memory: limit})
	if err == nil || !regexp.MustCompile(`leave out (segment|question) \w+(, (segment|question) \w+)* and (segment|question) \w+ \(it then needs`).MatchString(err.Error()) {
		t.Errorf("a run that may take %d bytes: %v", limit, err)
	}
	_, err = Check(context.Background(), FromPath(path), Options{Formats: []string{"results"}, Threads: 1, Memory: fixedBytes + 200_000})
	if err == nil || strings.Contains(err.Error(), "leave out") || !strings.Contains(err.Error(), "; allow it more, if the machine has it: --memory ") {
		t.Errorf("a run that no cut helps: %v", err)
	}
}

// TestPartsOfANeed: what is said of places is what they are made of.
func TestPartsOfANeed(t *testing.T) {
	r := newRun(FromPath(wideStudy(t)), Options{})
	defer r.close()
	if err := r.do(context.Background(), []stage{{"loading", r.load}, {"binding", r.bind}, {"reading", r.readFrame}}); err != nil {
		t.Fatal(err)
	}
	z := r.sizing()
	for _, c := range []struct {
		without without
		want    string
	}{
		{nil, "the totals of 2 questions in 1,200 places (3 strata, 4 × small, 10 × a and 10 × b)"},
		{without{"segment a": true}, "the totals of 2 questions in 120 places (3 strata, 4 × small and 10 × b)"},
		{without{"question large": true, "segment small": true}, "the totals of 1 question in 300 places (3 strata, 10 × a and 10 × b)"},
	} {
		if got := z.need(c.without)[2].what; got != c.want {
			t.Errorf("without %v: %s, want %s", c.without, got, c.want)
		}
	}
}

// TestTooLargeBeforeReading: ids alone may be too many.
func TestTooLargeBeforeReading(t *testing.T) {
	path := wideStudy(t)
	var stage string
	_, err := Check(context.Background(), FromPath(path), Options{Memory: fixedBytes + 1, Progress: func(p Progress) {
		stage = p.Stage
		if p.Rows > 0 {
			t.Errorf("%+v: rows are read", p)
		}
	}})
	var large *TooLarge
	if !errors.As(err, &large) || stage != "reading" || !strings.Contains(err.Error(), "at least") {
		t.Errorf("while %s: %v", stage, err)
	}
}

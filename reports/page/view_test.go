package page

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tradeoff/reports"
)

// A chapter opens with two findings and the figure of the first; every other figure stands
// behind what is said of its table.
func TestPartsOfAChapter(t *testing.T) {
	of := func(tables ...string) reports.Finding {
		f := reports.Finding{Text: strings.Join(tables, "+")}
		for _, id := range tables {
			f.Refs = append(f.Refs, reports.Ref{Table: id})
		}
		return f
	}
	figures := func(tables ...string) []reports.Figure {
		var out []reports.Figure
		for _, id := range tables {
			out = append(out, reports.Figure{ID: id, Table: id})
		}
		return out
	}
	for _, c := range []struct {
		findings []reports.Finding
		figures  []reports.Figure
		want     []string
	}{
		{nil, nil, []string{": ", ": "}},
		{[]reports.Finding{of("a"), of("b"), of("c")}, nil, []string{"a, b: ", "c: "}},
		{[]reports.Finding{of("a"), of("b")}, figures("a", "b"), []string{"a: a", "b: b"}},
		{[]reports.Finding{of("a"), of("b"), of("a", "c"), of("d")}, figures("a"), []string{"a, b: a", "a+c, d: "}},
		{[]reports.Finding{of("a"), of("b"), of("asked", "a"), of("b", "asked")}, figures("a", "b"), []string{"a, b: a", "b+asked: b", "asked+a: "}}, // the what-if stands behind all of it
		{[]reports.Finding{of("c"), of("b"), of("c"), of("x"), of("b"), of("y"), of("a")}, figures("a", "b", "c"), []string{"c, b: c", "c, x, a: a", "b, y: b"}},
	} {
		b := newBook(&reports.Report{})
		var got []string
		for _, p := range b.parts(&reports.Report{}, reports.Chapter{Findings: c.findings, Figures: c.figures, WhatIf: &reports.WhatIf{Table: "asked"}}) {
			var said []string
			for _, f := range p.Findings {
				said = append(said, f.Text)
			}
			figure := ""
			if p.Figure != nil {
				figure = p.Figure.ID
			}
			got = append(got, fmt.Sprintf("%s: %s", strings.Join(said, ", "), figure))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("parts (-want +got):\n%s", diff)
		}
	}
}

// What stands under two sentences in a row is printed once, unless it is short.
func TestUnderSentencesOnce(t *testing.T) {
	var list []reports.Finding
	a, b := strings.Repeat("a", longAsked+1), strings.Repeat("b", longAsked+1)
	for _, asked := range []string{a, a, "", a, b, b, b, a, "c", "c"} {
		list = append(list, reports.Finding{Text: "said", Asked: asked})
	}
	var got []string
	for _, p := range newBook(&reports.Report{}).parts(&reports.Report{}, reports.Chapter{Findings: list}) {
		for _, f := range p.Findings {
			got = append(got, f.Asked)
		}
	}
	if diff := cmp.Diff([]string{a, "", "", a, b, "", "", a, "c", "c"}, got); diff != "" {
		t.Errorf("under them stands (-want +got):\n%s", diff)
	}
}

// Chapters in a row that only say why they say nothing stand together; one with a figure,
// a table or a line on whom it is about does not.
func TestSilentChaptersStandTogether(t *testing.T) {
	none := chapter{Chapter: reports.Chapter{Missing: "not asked"}}
	full := chapter{Chapter: reports.Chapter{Findings: []reports.Finding{{Text: "found"}}, Missing: "a part"}}
	about := chapter{Chapter: reports.Chapter{About: "People.", Missing: "nothing more"}}
	tables := chapter{Chapter: reports.Chapter{Missing: "found nobody"}, Behind: []*tableView{{}}}
	var got []string
	for _, s := range stretches([]chapter{none, none, full, about, tables, none}) {
		got = append(got, fmt.Sprint(s.Silent, len(s.Chapters)))
	}
	if diff := cmp.Diff([]string{"true 2", "false 3", "true 1"}, got); diff != "" {
		t.Errorf("stretches (-want +got):\n%s", diff)
	}
}

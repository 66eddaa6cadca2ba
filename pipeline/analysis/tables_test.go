package analysis

import (
	"slices"
	"strings"
	"testing"

	"tradeoff/stats"
)

// What begins first is there.
func TestSlowAnalyses(t *testing.T) {
	for _, name := range slow() {
		if !slices.ContainsFunc(analyses(), func(a analysis) bool { return a.name == name }) {
			t.Errorf("no analysis is called %q", name)
		}
	}
}

// A model that cannot be fitted costs its own tables, by name, and no others: the
// squares of a weight of 1e300 are no numbers.
func TestAModelThatCannotBeFitted(t *testing.T) {
	p, r := somePeople(t, 400)
	weights := slices.Clone(p.Design.Weights())
	weights[0] = 1e300
	d, err := stats.NewDesign(stats.Sampling{Rows: len(weights), Weights: weights})
	if err != nil {
		t.Fatal(err)
	}
	p = peopleOf(d, p.Segments...)
	five := []Answer{{Code: "1", Score: 1}, {Code: "2", Score: 2}, {Code: "3", Score: 3, Top: true}}
	p.ask(Question{Name: "trust", Label: "Trust", Measures: "trust", Ordered: true, Answers: five}, []string{"Trust"}, func(int, int) uint8 { return uint8(r.IntN(3)) })
	p.ask(Question{Name: "share", Label: "Share", Measures: "sharing", Ordered: true, Answers: five}, []string{"Share"}, func(int, int) uint8 { return uint8(r.IntN(3)) })
	tables, doubts := Tables(p, 2)
	if !slices.ContainsFunc(doubts, func(d Doubt) bool {
		return strings.HasPrefix(d.String(), "the report has no tables on drivers of willingness: the model could not be fitted; look for weights")
	}) {
		t.Errorf("doubts %q", doubts)
	}
	for _, x := range tables {
		if x.ID == "share.odds" {
			t.Error("there are odds ratios")
		}
	}
	if len(tables) == 0 {
		t.Error("there are no tables at all")
	}
}

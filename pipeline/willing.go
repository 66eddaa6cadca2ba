package pipeline

import (
	"fmt"
	"slices"
	"strings"

	"tradeoff/pipeline/analysis"
	"tradeoff/stats/crosstab"
)

// Willingness to share is what drivers, benefits and messages are held against. Which
// question tells it, and whether a figure counts people, ratings, or parts of what
// everybody was asked about, is said with it.

// willing says what a share of the willing is a share of, by the label of its row.
func willing(label string) string {
	switch label {
	case analysis.WillingRating:
		return "of ratings would share"
	case analysis.WillingPart:
		return "of the things asked about would be shared"
	case analysis.WillingSome:
		return "would share something"
	}
	return "are willing to share"
}

// willingness is the tables of the question that tells who is willing, and the label of
// the rows that count them: a question asked once before a tick-all question, and that
// before a loop, as package analysis chooses. Nil where no question tells it.
func (e *evidence) willingness() (tables []*crosstab.Table, label string) {
	top := func(t *crosstab.Table) bool { return !t.Multi && t.RowOf(crosstab.NetRow, "") >= 0 }
	all := e.measure("sharing")
	for _, want := range []func(*crosstab.Table) bool{
		func(t *crosstab.Table) bool { return !t.Loop && top(t) },
		func(t *crosstab.Table) bool { return !t.Loop && t.Multi },
		func(t *crosstab.Table) bool { return t.Loop && (t.Multi || top(t)) },
	} {
		i := slices.IndexFunc(all, want)
		if i < 0 {
			continue
		}
		for _, t := range all {
			if t.Question == all[i].Question {
				tables = append(tables, t)
			}
		}
		switch {
		case tables[0].Loop:
			return tables, analysis.WillingRating
		case tables[0].Multi:
			return tables, analysis.WillingSome
		case len(tables) > 1:
			return tables, analysis.WillingPart
		}
		return tables, analysis.Willing
	}
	return nil, ""
}

// would says what a share of the willing is a share of.
func (e *evidence) would() string {
	_, label := e.willingness()
	return willing(label)
}

// amongAlike is what one answer higher to a question goes with among people who are alike in
// their other answers, as the model of drivers tells; false where it does not.
func (e *evidence) amongAlike(question string) (indicator, bool) {
	tables, _ := e.willingness()
	if tables == nil {
		return indicator{}, false
	}
	effects := e.modelled(tables[0].Question + ".effects")
	if effects == nil {
		return indicator{}, false
	}
	n := indicator{effects, rowOf(effects, question), ""}
	return n, n.row >= 0 && strings.HasSuffix(effects.Rows[n.row].Label, ": "+analysis.AnswerHigher) && firm(n.total()) && n.total().HasCI
}

// theMore says that there are the more of the willing, or the fewer.
func (e *evidence) theMore(up bool) string {
	_, label := e.willingness()
	people := label != analysis.WillingRating && label != analysis.WillingPart
	switch {
	case people && up:
		return "the more " + willing(label)
	case people:
		return "the fewer " + willing(label)
	case label == analysis.WillingPart && up:
		return "the more of these things people would share"
	case label == analysis.WillingPart:
		return "the fewer of these things people would share"
	case up:
		return "the more people would share"
	}
	return "the less people would share"
}

// moreWilling says what there is more of where more are willing.
func (e *evidence) moreWilling() string {
	switch _, label := e.willingness(); label {
	case analysis.WillingRating:
		return "more ratings in which people would share"
	case analysis.WillingPart:
		return "more of the things asked about that would be shared"
	case analysis.WillingSome:
		return "more who would share something"
	}
	return "more who are willing to share"
}

// telling says what is told of people by what goes with their willingness.
func (e *evidence) telling() string {
	switch _, label := e.willingness(); label {
	case analysis.WillingRating, analysis.WillingPart:
		return "how much people would share"
	case analysis.WillingSome:
		return "who would share something"
	}
	return "who is willing to share"
}

// askedWilling says under a sentence on the willing which question tells who is, by which
// answers, and of how many people the figures of a table are.
func (e *evidence) askedWilling(of indicator) string {
	return strings.TrimSpace(e.willingAsked() + " " + answerers(of))
}

// willingAsked says which question tells who is willing, and by which answers.
func (e *evidence) willingAsked() string {
	tables, label := e.willingness()
	if tables == nil {
		return ""
	}
	said := put(indicators(tables)...)
	switch label {
	case analysis.WillingPart:
		said += fmt.Sprintf(" Counted for each person: how many of these %d.", len(tables))
	case analysis.WillingRating:
		said += " Counted for each person: in how many of his or her ratings."
	case analysis.WillingSome:
		said += " Counted: anything chosen."
	}
	return said
}

package pipeline

import (
	"fmt"
	"strings"

	"tradeoff/reports"
	"tradeoff/stats/crosstab"
	"tradeoff/stats/readability"
)

// policyTable is the name of the table on the text of the policy.
const policyTable = "policy.text"

// leastWords is how many words a text needs to be judged.
const leastWords = 100

// policyText makes the table on how hard the study's privacy policy is to read; nil
// where the study gives none. wave is what the report's tables speak of. A text has no respondents: its base are its words, and
// nothing of it is uncertain.
func (p *plan) policyText(wave string) *crosstab.Table {
	x := readability.Of(p.study.Policy)
	if x.Words == 0 {
		return nil
	}
	t := &crosstab.Table{ID: policyTable, Question: policyTable, Model: true, Title: "How hard the privacy policy is to read",
		BaseText: "All words of the policy", Columns: []crosstab.Column{{Label: "Total", Wave: wave, Status: crosstab.OK, Base: crosstab.Base{Unweighted: x.Words, People: x.Words}}}}
	add := func(kind crosstab.RowKind, label, code string, v float64) {
		t.Rows = append(t.Rows, crosstab.Row{Kind: kind, Label: label, Code: code})
		t.Cells = append(t.Cells, []crosstab.Cell{{Status: crosstab.OK, Estimate: v, Low: v, High: v, Count: x.Words}})
	}
	add(crosstab.Mean, "Minutes of reading", "minutes", x.Minutes())
	add(crosstab.Mean, "Words in a sentence", "sentence", x.PerSentence())
	add(crosstab.Proportion, "Words of more than six letters", "long", x.LongShare())
	add(crosstab.Mean, "LIX", "lix", x.LIX())
	t.Notes = []string{"LIX is the words in a sentence plus the percentage of words longer than six letters (Björnsson 1968): below 30 like children's books, to 40 novels, to 50 newspapers, to 60 official texts, above the language of offices and laws. It says nothing of what a text means. Adults read about 238 words a minute."}
	return t
}

// readable says how hard the policy is to read.
func (e *evidence) readable(c *reports.Chapter) {
	t := e.modelled(policyTable)
	if t == nil {
		return
	}
	claim(c, []*crosstab.Table{t})
	if t.Columns[0].Base.Unweighted < leastWords {
		return
	}
	row := func(code string) indicator { return indicator{t, rowOf(t, code), ""} }
	minutes, sentence, long, lix := row("minutes"), row("sentence"), row("long"), row("lix")
	hard, like := readability.Level(lix.total().Estimate)
	tell(c, reports.Finding{
		Text:  fmt.Sprintf("The privacy policy that this survey asked about is %s to read, like %s: %s of its words are long, of more than six letters. Reading it takes %s minutes.", hard, like, long.figure(0), minutes.figure(0)),
		Asked: strings.TrimSpace(inFigures) + fmt.Sprintf(" a sentence of it has %s words on average; on an index of long words and long sentences (LIX) it has %s, where newspapers have 40 to 50.", sentence.figure(0), lix.figure(0)),
		Refs:  []reports.Ref{minutes.ref(0), sentence.ref(0), long.ref(0), lix.ref(0)}}, true)
}

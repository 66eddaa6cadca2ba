package xlsx

import (
	"fmt"
	"strconv"
	"strings"

	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

const frontText = 100 // width of the second column

// front lays out the first sheet: what was asked of whom and how, and how to
// read the rest of the book.
func front(s *sheet, r *reports.Report, names []string) *sheet {
	s.name, s.widths, s.portrait = frontSheet, []float64{30, frontText}, true
	s.heading, s.simulated = r.Meta.Title, r.Meta.Simulated
	m := r.Meta
	s.add(30, cell{m.Title, look{size: 20, bold: true}})
	if m.Simulated {
		s.add(20, cell{reports.SimulatedNote, look{bold: true, color: amber, fill: amberFill}}, cell{nil, look{fill: amberFill}})
	}
	s.link(s.add(0, cell{"Contents →", look{color: blue, underline: true}}), 1, contentsSheet)
	s.facts("About", aboutFacts(r))
	s.list("Notes", m.Notes)
	if len(r.Headline) > 0 {
		s.head("In brief")
		sheetOf := sheetsByTable(r, names)
		for _, f := range r.Headline {
			s.finding(f, sheetOf)
		}
		s.list("How to read the sentences", reports.SentenceKey(r))
	}
	s.facts("Design and weighting", r.Method.Design)
	s.facts("Bases of the subgroups", r.Method.Bases)
	s.facts("What AAPOR wants disclosed", r.Method.Disclosure)
	s.facts("How to read the tables", reports.Reading(r))
	s.facts("Low bases", []reports.Fact{{Label: "Rule", Value: reports.LowBaseNote(r.Tests)}})
	s.list("Comparisons", append([]string{reports.TestNote(r.Tests)}, r.Method.Tests...))
	s.list("Protection", r.Method.Protection)
	s.list("Precision", r.Method.Sampling)
	s.list("Be careful", r.Method.Warnings)
	s.facts("Left out", append(append([]reports.Fact{}, r.Method.Exclusions...), r.Method.Dropped...))
	s.facts("Sources", sources(m.Sources))
	return s
}

func aboutFacts(r *reports.Report) []reports.Fact {
	m := r.Meta
	return []reports.Fact{
		{Label: "Client", Value: m.Client},
		{Label: "Population", Value: m.Population},
		{Label: "Fieldwork", Value: m.Fielded},
		{Label: "Mode", Value: m.Mode},
		{Label: "Sample", Value: m.Sample},
		{Label: "Respondents", Value: strconv.Itoa(m.Respondents)},
		{Label: "Waves", Value: strings.Join(m.Waves, ", ")},
		{Label: "Tables speak of", Value: m.Wave},
		{Label: "Weighting", Value: weighting(r)},
		{Label: "Contact", Value: m.Contact},
		{Label: "Program", Value: strings.TrimSpace("tradeoff " + m.Version)},
	}
}

func weighting(r *reports.Report) string {
	if reports.IsWeighted(r.Tables) {
		return "results are weighted; unweighted, weighted and effective bases stand above each table"
	}
	return "results are not weighted"
}

func sources(list []reports.Source) []reports.Fact {
	var facts []reports.Fact
	for _, s := range list {
		facts = append(facts, reports.Fact{Label: s.Name, Value: fmt.Sprintf("%s, %d rows, SHA-256 %s", s.Format, s.Rows, s.SHA256)})
	}
	return facts
}

func (s *sheet) head(title string) {
	s.add(8)
	s.add(18, cell{title, look{size: 12, bold: true, color: blue, under: true}}, cell{nil, look{under: true}})
}

// facts adds a section of labels and what they say; what says nothing is left
// out, and so is a section with nothing in it.
func (s *sheet) facts(title string, facts []reports.Fact) {
	begun := false
	for _, f := range facts {
		if f.Value == "" {
			continue
		}
		if !begun {
			s.head(title)
			begun = true
		}
		s.add(max(height(f.Value, frontText, 10), height(f.Label, 29, 10)), cell{f.Label, look{color: grey, wrap: true, vertical: "top"}}, cell{f.Value, look{wrap: true, vertical: "top"}})
	}
}

// list adds a section of sentences.
func (s *sheet) list(title string, sentences []string) {
	if len(sentences) == 0 {
		return
	}
	s.head(title)
	for _, text := range sentences {
		s.add(height(text, frontText, 10), cell{nil, look{}}, cell{text, look{wrap: true, vertical: "top"}})
	}
}

func (s *sheet) finding(f reports.Finding, sheetOf map[string]string) {
	label, target := "", ""
	if len(f.Refs) > 0 {
		target = sheetOf[f.Refs[0].Table]
		label = target
	}
	n := s.add(height(f.Text, frontText*0.95, 10), cell{label, look{color: blue, underline: label != "", vertical: "top"}}, cell{f.Text, look{bold: true, wrap: true, vertical: "top"}})
	if target != "" {
		s.link(n, 1, target)
	}
	if f.Asked != "" {
		s.add(height(f.Asked, frontText, 10), cell{nil, look{}}, cell{f.Asked, look{color: grey, wrap: true, vertical: "top"}})
	}
}

func sheetsByTable(r *reports.Report, names []string) map[string]string {
	m := map[string]string{}
	for i, t := range r.Tables {
		m[t.ID] = names[i]
	}
	return m
}

// contents lays out the list of tables, each with a link.
func contents(s *sheet, r *reports.Report, names []string) *sheet {
	s.name, s.widths = contentsSheet, []float64{11, 22, 46, 70, 46, 10}
	s.heading, s.simulated = r.Meta.Title, r.Meta.Simulated
	s.link(s.add(0, cell{"← Front", look{size: 9, color: blue, underline: true}}), 1, frontSheet)
	s.add(24, cell{"Contents", look{size: 16, bold: true}})
	var head []cell
	for _, h := range []string{"Table", "Chapter", "Title", "Question", "Base", "n"} {
		head = append(head, cell{h, look{bold: true, fill: headFill, over: true, under: true, align: map[bool]string{true: "right"}[h == "n"]}})
	}
	s.repeatFrom = s.add(18, head...)
	s.freezeRows = s.repeatFrom
	titles := chapterTitles(r)
	for i, t := range r.Tables {
		wrap := look{wrap: true, vertical: "top"}
		small := look{wrap: true, vertical: "top", color: grey}
		text := reports.Wording(t)
		n := s.add(max(height(t.Title, 46, 10), height(text, 70, 10), height(t.BaseText, 46, 10)),
			cell{names[i], look{color: blue, underline: true, vertical: "top"}},
			cell{titles[t.Chapter], small}, cell{t.Title, wrap}, cell{text, small}, cell{t.BaseText, small}, totalBase(t))
		s.link(n, 1, names[i])
	}
	s.filter = at(s.freezeRows, 1) + ":" + at(s.n, 6)
	return s
}

func chapterTitles(r *reports.Report) map[string]string {
	titles := map[string]string{}
	for _, c := range r.Chapters {
		titles[c.Key] = c.Title
	}
	return titles
}

func totalBase(t *crosstab.Table) cell {
	k := look{format: countFormat, vertical: "top"}
	if len(t.Columns) == 0 {
		return cell{}
	}
	return baseCell(t.Columns[0], reports.BaseRows(t, false)[0], k)
}

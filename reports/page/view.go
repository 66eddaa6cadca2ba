package page

import (
	"bytes"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"tradeoff/reports"
)

// A view is what the template prints.
type view struct {
	*reports.Report
	Policy    string
	Styles    template.CSS
	Script    template.JS
	Simulated string
	Facts     []reports.Fact // under the title
	Brief     []finding
	Key       []string // how to read the sentences
	Parts     []chapter
	Runs      []stretch // the same, with those that say nothing together
	Index     []entry
	Others    []*tableView // tables that stand in no chapter
	Legend    []reports.Fact
	TestNote  string
	LowBase   string
	Downloads []download
}

type finding struct {
	Text  string
	Asked string
	Links []entry
}

type chapter struct {
	reports.Chapter
	Anchor string
	Parts  []part
	Behind []*tableView
	Also   []entry // tables behind it that an earlier chapter shows
	Asked  *whatIf
}

// Lead is what opens a chapter: its first findings, and the picture of the first.
func (c chapter) Lead() part { return c.Parts[0] }

// Unanswered is what a chapter that says something leaves open.
func (c chapter) Unanswered() string {
	if len(c.Findings) == 0 {
		return ""
	}
	return c.Missing
}

// More is what is said and drawn behind that.
func (c chapter) More() []part {
	return slices.DeleteFunc(slices.Clone(c.Parts[1:]), func(p part) bool { return p.Findings == nil && p.Figure == nil })
}

// A stretch is chapters in a row that all have something to say, or nothing.
type stretch struct {
	Silent   bool
	Chapters []chapter
}

// Silent tells of a chapter that has but a line why there is nothing in it.
func (c chapter) Silent() bool {
	return len(c.Findings)+len(c.Figures)+len(c.Behind)+len(c.Also) == 0 && c.About == "" && c.Asked == nil && c.Missing != ""
}

// stretches puts chapters without anything to say that stand in a row together.
func stretches(chapters []chapter) []stretch {
	var out []stretch
	for _, c := range chapters {
		if n := len(out); n == 0 || out[n-1].Silent != c.Silent() {
			out = append(out, stretch{Silent: c.Silent()})
		}
		out[len(out)-1].Chapters = append(out[len(out)-1].Chapters, c)
	}
	return out
}

// A part of a chapter is what is said, and the picture of it.
type part struct {
	Findings []finding
	Figure   *figure // nil: there is none
}

type figure struct {
	reports.Figure
	Drawing template.HTML
	Link    entry
	Files   []download
}

// An entry is a link to a table on the page.
type entry struct {
	Anchor string // "table-12"
	Name   string // "Table 12"
	Title  string
	Place  string // chapter it stands in
}

type download struct{ Href, Label, Note string }

func newView(r *reports.Report) *view {
	v := &view{Report: r, Policy: policy(), Styles: template.CSS(styles), Script: template.JS(script),
		Facts: facts(r), Legend: reports.Reading(r),
		LowBase: reports.LowBaseNote(r.Tests), Key: reports.SentenceKey(r), Downloads: downloads(r)}
	if r.Meta.Simulated {
		v.Simulated = reports.SimulatedNote
	}
	for _, t := range r.Tables {
		if reports.IsTested(t) {
			v.TestNote = reports.TestNote(r.Tests)
			break
		}
	}
	b := newBook(r)
	for _, f := range r.Headline {
		v.Brief = append(v.Brief, b.finding(f))
	}
	for _, c := range r.Chapters {
		v.Parts = append(v.Parts, b.chapter(r, c))
	}
	v.Runs = stretches(v.Parts)
	for i, t := range r.Tables {
		if !b.placed[t.ID] {
			v.Others = append(v.Others, b.tables[i])
		}
		v.Index = append(v.Index, b.entries[t.ID])
	}
	return v
}

func facts(r *reports.Report) []reports.Fact {
	m := r.Meta
	var said []reports.Fact
	for _, f := range []reports.Fact{
		{Label: "Population", Value: m.Population},
		{Label: "Fieldwork", Value: m.Fielded},
		{Label: "Mode", Value: m.Mode},
		{Label: "Sample", Value: m.Sample},
		{Label: "Respondents", Value: thousands(m.Respondents)},
		{Label: "Waves", Value: strings.Join(m.Waves, ", ")},
		{Label: "Tables speak of", Value: m.Wave},
	} {
		if f.Value != "" && f.Value != "0" {
			said = append(said, f)
		}
	}
	return said
}

func downloads(r *reports.Report) []download {
	var d []download
	if r.Publishes("xlsx") {
		d = append(d, download{"tables.xlsx", "All tables", "Excel"})
	}
	if r.Publishes("results") {
		d = append(d, download{"results.csv", "All numbers", "CSV"}, download{"results.parquet", "All numbers", "Parquet"}, download{"tests.csv", "All comparisons", "CSV"})
	}
	return d
}

// A book knows where each table stands on the page.
type book struct {
	tables  []*tableView
	byID    map[string]*tableView
	entries map[string]entry
	placed  map[string]bool // by ID: an earlier chapter shows it
}

func newBook(r *reports.Report) *book {
	b := &book{byID: map[string]*tableView{}, entries: map[string]entry{}, placed: map[string]bool{}}
	weighted := reports.IsWeighted(r.Tables)
	taken := map[string]bool{}
	for _, t := range r.Tables {
		anchor := fmt.Sprintf("table-%d", t.Number)
		for n := 2; taken[anchor]; n++ {
			anchor = fmt.Sprintf("table-%d-%d", t.Number, n)
		}
		taken[anchor] = true
		e := entry{Anchor: anchor, Name: fmt.Sprintf("Table %d", t.Number), Title: t.Title}
		tv := newTableView(t, e, weighted)
		b.tables = append(b.tables, tv)
		b.byID[t.ID], b.entries[t.ID] = tv, e
	}
	return b
}

// finding links a sentence to its tables, each once. A reference to a table
// that is not in the report links to nothing.
func (b *book) finding(f reports.Finding) finding {
	out := finding{Text: f.Text, Asked: f.Asked}
	seen := map[string]bool{}
	for _, ref := range f.Refs {
		if e, ok := b.entries[ref.Table]; ok && !seen[ref.Table] {
			seen[ref.Table] = true
			out.Links = append(out.Links, e)
		}
	}
	return out
}

func (b *book) chapter(r *reports.Report, c reports.Chapter) chapter {
	out := chapter{Chapter: c, Anchor: "chapter-" + strconv.Itoa(c.Number)}
	out.Parts = b.parts(r, c)
	for _, id := range c.Tables {
		tv, ok := b.byID[id]
		switch {
		case !ok:
		case b.placed[id]:
			out.Also = append(out.Also, b.entries[id])
		default:
			b.placed[id] = true
			e := b.entries[id]
			e.Place = c.Title
			b.entries[id] = e
			out.Behind = append(out.Behind, tv)
		}
	}
	if c.WhatIf != nil {
		out.Asked = newWhatIf(c.WhatIf, b.entries[c.WhatIf.Table])
	}
	return out
}

// lead is how many findings open a chapter.
const lead = 2

// parts puts findings and figures into reading order: the lead, the figure of the first
// finding or else the first figure, then each figure behind what is said of its table. A
// finding that has no figure stays with the one before it; what is said of the what-if
// stands behind the figures, above it.
func (b *book) parts(r *reports.Report, c reports.Chapter) []part {
	parts := make([]part, max(2, len(c.Figures)))
	figures := slices.Clone(c.Figures)
	if len(c.Findings) > 0 {
		if first := figureOf(figures, c.Findings[0]); first > 0 {
			f := figures[first]
			figures = slices.Insert(slices.Delete(figures, first, first+1), 0, f)
		}
	}
	for k, f := range figures {
		drawn := b.figure(r, f)
		parts[k].Figure = &drawn
	}
	at := 0
	var asked []finding
	for k, f := range c.Findings {
		last := k > 0 && k == len(c.Findings)-1 && figureOf(figures, f) > 0 // stays with its figure
		if k >= lead || last {
			if figure := figureOf(figures, f); figure >= 0 {
				at = figure
			}
			at = max(1, at)
			if c.WhatIf != nil && len(f.Refs) > 0 && f.Refs[0].Table == c.WhatIf.Table {
				asked = append(asked, b.finding(f))
				continue
			}
		}
		parts[at].Findings = append(parts[at].Findings, b.finding(f))
	}
	if asked != nil {
		parts = append(parts, part{Findings: asked})
	}
	once(parts)
	return parts
}

// longAsked is from how many letters on what stands under a sentence is not said again.
const longAsked = 60

// once leaves out what stands under a sentence where it stands under the one before, too.
func once(parts []part) {
	last := ""
	for _, p := range parts {
		for k := range p.Findings {
			if f := &p.Findings[k]; f.Asked == last && len(last) > longAsked {
				f.Asked = ""
			} else {
				last = f.Asked
			}
		}
	}
}

// figureOf is the first figure that is drawn from a table of the finding, -1 for none.
func figureOf(figures []reports.Figure, f reports.Finding) int {
	return slices.IndexFunc(figures, func(x reports.Figure) bool {
		return slices.ContainsFunc(f.Refs, func(ref reports.Ref) bool { return ref.Table == x.Table })
	})
}

func (b *book) figure(r *reports.Report, f reports.Figure) figure {
	out := figure{Figure: f, Drawing: drawing(f.SVG), Link: b.entries[f.Table]}
	if r.Publishes("charts") {
		out.Files = []download{{Href: "charts/" + f.ID + ".svg", Label: "SVG"}}
		if len(f.PNG) > 0 {
			out.Files = append(out.Files, download{Href: "charts/" + f.ID + ".png", Label: "PNG"})
		}
	}
	return out
}

// drawing is an SVG without the declarations that an HTML page has no place
// for.
func drawing(svg []byte) template.HTML {
	if i := bytes.Index(svg, []byte("<svg")); i >= 0 {
		svg = svg[i:]
	}
	return template.HTML(svg)
}

// thousands writes a count with separators: 12,345.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

package pipeline

import (
	"fmt"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"tradeoff/charts"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// Chapters read the protected tables and say what they show: findings in
// plain sentences, a figure or two, and the tables behind them. A study
// without a chapter's measures gets a line that says what was not asked, and so does
// one that lacks a part of them.

// A chapterPlan is a chapter before it is filled.
type chapterPlan struct {
	key, title, question string
	takes                string // what the study file needs for it to say something
	fill                 func(*evidence, *reports.Chapter)
}

// chapterList are the chapters in order.
var chapterList = [...]chapterPlan{
	{"expectation", "Expectation", "Who expects personalized service, and from whom?", "measures: expectation", (*evidence).expectation},
	{"concern", "Concern", "Who feels tracked, and who worries about their data?", "measures: concern", (*evidence).concern},
	{"contradiction", "Contradiction", "Who wants both, personal service and privacy?", "questions with top answers that measure expectation, and others that measure concern", (*evidence).contradiction},
	{"trust", "Trust", "Who is trusted with personal data?", "measures: trust", (*evidence).trust},
	{"sharing", "Sharing", "Which data would people share, and with whom?", "measures: sharing", (*evidence).sharing},
	{"exchange", "Exchange", "What would people want in return?", "measures: benefit", (*evidence).exchange},
	{"drivers", "Drivers", "What goes with being willing to share?", willingTakes, (*evidence).drivers},
	{"communication", "Communication", "What does understanding, or being told, change?", "measures: communication", (*evidence).communication},
	{"trend", "Trend", "What changed from wave to wave?", "two waves, and wave: with the column that tells them apart", (*evidence).trend},
	{"method", "Method", "How far can the answers be trusted?", "a battery of four items on one scale, or measures: duration of a number", (*evidence).methods},
}

// chapters builds the chapters of the report.
func (e *evidence) chapters() ([]reports.Chapter, error) {
	var out []reports.Chapter
	for i, b := range chapterList {
		c := reports.Chapter{Number: i + 1, Key: b.key, Title: b.title, Question: b.question}
		b.fill(e, &c)
		e.choices(&c)
		e.lacks(&c)
		c.About, c.Sure = e.about(&c), e.sure(&c)
		out = append(out, c)
	}
	return out, e.drawAll(out)
}

// claim marks the tables as a chapter's own.
func claim(c *reports.Chapter, tables []*crosstab.Table) {
	for _, t := range tables {
		t.Chapter = c.Key
		c.Tables = append(c.Tables, t.ID)
	}
}

// missing tells the reader of a chapter without findings why: it was not asked, or not
// answered.
func (e *evidence) missing(c *reports.Chapter, measure string) {
	for _, t := range e.tables {
		if t.Measures == measure {
			c.Missing = "The questions on this were not put to the people whom this report is about, or not answered by them."
			return
		}
	}
	c.Missing = silence[c.Key]
}

func tell(c *reports.Chapter, f reports.Finding, ok bool) {
	if ok {
		c.Findings = append(c.Findings, f)
	}
}

// A sketch is a figure that is still to be drawn: its chapter, its place there,
// and what draws it.
type sketch struct {
	chapter, place int
	chart          interface {
		Draw() (charts.Drawing, error)
	}
}

// drawAll draws the figures of all chapters, several at a time.
func (e *evidence) drawAll(chapters []reports.Chapter) error {
	drawings := make([]charts.Drawing, len(e.sketches))
	var g errgroup.Group
	g.SetLimit(or(e.threads, runtime.GOMAXPROCS(0)))
	for i, s := range e.sketches {
		g.Go(func() (err error) {
			if drawings[i], err = s.chart.Draw(); err != nil {
				return fmt.Errorf("figure %s: %w", chapters[s.chapter].Figures[s.place].ID, err)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for i, s := range e.sketches {
		f, d := &chapters[s.chapter].Figures[s.place], drawings[i]
		f.Alt, f.SVG, f.PNG = d.Alt, d.SVG, d.PNG
		if len(d.Missing) > 0 {
			e.warnings = append(e.warnings, fmt.Sprintf("figure %s: the PNG has no glyphs for %q; the SVG and the page show them", f.ID, string(d.Missing)))
		}
	}
	return nil
}

// draw adds a figure to a chapter, to be drawn with all others; its bases count what those
// of its table do.
func (e *evidence) draw(c *reports.Chapter, id, title, caption, table string, chart interface {
	Draw() (charts.Drawing, error)
}) {
	bases := "People"
	if t := e.tableOf(table); t != nil && t.Loop {
		bases = "Ratings"
	}
	switch d := chart.(type) {
	case charts.Dots:
		d.Bases = bases
		chart = d
	case charts.Likert:
		d.Bases = bases
		chart = d
	case charts.Quadrants:
		d.Bases = bases
		chart = d
	}
	e.sketches = append(e.sketches, sketch{c.Number - 1, len(c.Figures), chart})
	c.Figures = append(c.Figures, reports.Figure{ID: id, Title: title, Caption: caption, Table: table})
}

// split tells tables asked in a loop from the others.
func split(tables []*crosstab.Table) (loops, others []*crosstab.Table) {
	for _, t := range tables {
		if t.Loop {
			loops = append(loops, t)
		} else {
			others = append(others, t)
		}
	}
	return loops, others
}

// fewest is how many findings a report opens with, where it has as many.
const fewest = 5

// headlines are the findings that the report opens with: the first of every chapter,
// and where these are fewer than five their second ones, then the plainest figures of
// other questions. What changed since the edition before stands behind them.
func (e *evidence) headlines(chapters []reports.Chapter) []reports.Finding {
	var out []reports.Finding
	for k := 0; k < 8 && len(out) < fewest; k++ {
		for _, c := range chapters {
			first := k == 0 && c.Key != "method"
			if k < len(c.Findings) && (first || len(out) < fewest) && opens(c.Findings[k], out) {
				out = append(out, c.Findings[k])
			}
		}
	}
	for _, t := range e.tables {
		if list := indicators([]*crosstab.Table{t}); t.Chapter == "" && len(list) > 0 && len(out) < fewest {
			if f, ok := e.headline(highest(list)); ok {
				out = append(out, f)
			}
		}
	}
	t := e.modelled(editionsTable)
	for _, p := range e.before {
		if f, ok := e.sinceEdition(t, p); ok && !slices.ContainsFunc(out, func(o reports.Finding) bool { return o.Text == f.Text }) {
			out = append(out, f)
		}
	}
	return out
}

// opens tells whether a finding may stand beside those that the report opens with: it is
// understood alone, and of those that find no difference it is the only one.
func opens(f reports.Finding, beside []reports.Finding) bool {
	minor := func(f reports.Finding) bool { return f.Minor }
	return !f.After && !(f.Minor && slices.ContainsFunc(beside, minor))
}

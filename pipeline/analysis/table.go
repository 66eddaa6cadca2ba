package analysis

import (
	"math"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
)

// A builder fills a table row by row.
type builder struct {
	p *People
	t *crosstab.Table
}

// total begins a table with one column, of the people in a base.
func (p *People) total(t crosstab.Table, base []bool) *builder {
	t.Model = true
	c := p.Columns[0].Column
	c.Base = p.base(p.Columns[0].In, base)
	c.Status = p.status(c.Base)
	t.Columns = []crosstab.Column{c}
	return &builder{p, &t}
}

// banner begins a table with all columns of the banner, of the people in a base;
// nil is everybody.
func (p *People) banner(t crosstab.Table, base []bool) *builder {
	t.Model = true
	t.Groups, t.Sums = p.Groups, p.Sums
	for _, c := range p.Columns {
		x := c.Column
		x.Letter, x.Rest = "", false // its columns are not compared
		x.Base = p.base(c.In, base)
		x.Status = p.status(x.Base)
		t.Columns = append(t.Columns, x)
	}
	return &builder{p, &t}
}

// base counts the people in a column and a base.
func (p *People) base(column, base []bool) crosstab.Base {
	var b crosstab.Base
	var squares float64
	for i, w := range p.All.Weights() {
		if !column[i] || base != nil && !base[i] || w == 0 {
			continue
		}
		b.Unweighted++
		b.Weighted += w
		squares += w * w
	}
	b.People = b.Unweighted
	if squares > 0 {
		b.Effective = b.Weighted * b.Weighted / squares
	}
	return b
}

func (p *People) status(b crosstab.Base) crosstab.Status {
	switch {
	case b.Unweighted == 0:
		return crosstab.NotAsked
	case b.Low(p.Low):
		return crosstab.LowBase
	}
	return crosstab.OK
}

// row adds a row of one cell for each column; those of a low base are marked.
func (b *builder) row(r crosstab.Row, cells ...crosstab.Cell) {
	if len(cells) != len(b.t.Columns) {
		panic("analysis: a row has not as many cells as the table has columns")
	}
	for j := range cells {
		if b.t.Columns[j].Status == crosstab.LowBase && cells[j].Status == crosstab.OK {
			cells[j].Status = crosstab.LowBase
		}
	}
	b.t.Rows = append(b.t.Rows, r)
	b.t.Cells = append(b.t.Cells, cells)
}

// has reports whether there is a row of that kind and label.
func (b *builder) has(r crosstab.Row) bool { return b.t.RowOf(r.Kind, r.Label) >= 0 }

// note adds a footnote.
func (b *builder) note(text string) { b.t.Notes = append(b.t.Notes, text) }

// cell is an estimate that people people stand on, with its interval; 0 is the
// base of the column. An estimate that does not exist is not applicable.
func (p *People) cell(e *stats.Estimates, k, people int) crosstab.Cell {
	low, high := e.Interval(k, p.Level)
	return p.made(e.Value[k], e.SE(k), low, high, e.DF, people)
}

// probability is the cell of a share that is not counted but made, with an interval
// inside of 0 to 1.
func (p *People) probability(e *stats.Estimates, k, people int) crosstab.Cell {
	low, high := e.LogitInterval(k, p.Level)
	return p.made(e.Value[k], e.SE(k), low, high, e.DF, people)
}

// ratio is the cell of a ratio, with an interval above 0.
func (p *People) ratio(e *stats.Estimates, k, people int) crosstab.Cell {
	low, high := e.LogInterval(k, p.Level)
	return p.made(e.Value[k], e.SE(k), low, high, e.DF, people)
}

// made is a cell of an estimate, its standard error and its interval.
func (p *People) made(x, se, low, high, df float64, people int) crosstab.Cell {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return crosstab.Cell{Status: crosstab.NotApplicable}
	}
	c := crosstab.Cell{Status: crosstab.OK, Estimate: x, Low: x, High: x, Count: people}
	if !math.IsNaN(se) && !math.IsInf(se, 0) && !math.IsNaN(low) && !math.IsNaN(high) {
		c.SE, c.Low, c.High, c.HasCI, c.DF = se, low, high, true, df
	}
	if people > 0 && people < p.Low {
		c.Status = crosstab.LowBase
	}
	return c
}

// none is a cell where there is nothing to say.
func none() crosstab.Cell { return crosstab.Cell{Status: crosstab.NotApplicable} }

// unsaid is a cell of which nothing is said because it has few people. It keeps their
// number: protection must know whom the rest of the row would tell of.
func unsaid(c crosstab.Cell) crosstab.Cell {
	return crosstab.Cell{Status: crosstab.NotApplicable, Count: c.Count}
}

// uncounted is a cell of a model that does not say how many people of it are in the group
// that it is about: where the tables of questions hide the group, it would tell. The mark
// of a low base stays.
func uncounted(c crosstab.Cell) crosstab.Cell {
	c.Count = 0
	return c
}

// atOnce is the cell of one of n estimates of which the outstanding ones are looked
// for: its interval is so wide that all n hold together at the level (Bonferroni).
func (p *People) atOnce(e *stats.Estimates, k, n, people int) crosstab.Cell {
	low, high := e.Interval(k, 1-(1-p.Level)/float64(n))
	return p.made(e.Value[k], e.SE(k), low, high, e.DF, people)
}

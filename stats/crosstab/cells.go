package crosstab

import (
	"math"

	"tradeoff/stats/dist"
	"tradeoff/stats/internal/logit"
)

// result turns estimates and variances into bases and cells.
func (e *estimation) result() *Result {
	r := &Result{Bases: make([]Base, e.C), Cells: make([][]Cell, e.S)}
	for c := range r.Bases {
		r.Bases[c] = e.masks[0].domains[c].base()
	}
	q := &quantiles{1 - e.req.Level, map[float64]float64{}}
	for s := range r.Cells {
		r.Cells[s] = make([]Cell, e.C)
		for c := range r.Cells[s] {
			r.Cells[s][c] = e.cell(c, s, q)
		}
	}
	return r
}

// base is how many people stand behind a domain.
func (d *domain) base() Base {
	b := Base{Unweighted: int(d.rows), People: int(d.people), Weighted: d.w}
	if d.w2 > 0 {
		b.Effective = d.w * d.w / d.w2
	}
	return b
}

// cell is the estimate of a statistic in a column.
//
// Proportion and NetRow: share of the base, 0 to 1. Interval: logit
// transformed, plogis(qlogis(p) -+ t(df) se/(p(1-p))), as R's svyciprop with
// method "logit"; weak where few PSUs hold the answer. Mean: interval p -+
// t(df) se. SD: the root of R's svyvar, sum w (y-m)^2 / sum w * n/(n-1), n the
// rows in it; it has no standard error here. df: PSUs minus strata that reach
// the domain.
//
// Base 0: NotAsked. Nobody with a score, or one person for an SD:
// NotApplicable. Proportion 0 or 1, no variance, or no df: no interval, since
// none is known that rests on the design.
//
// Deff compares with simple random sampling with replacement of as many rows,
// Var / (s^2/n) with s^2 of svyvar, which is R's deff = "replace": weights that
// are scaled say nothing of the population, so the reference without
// replacement is not known. TestOracle checks all of it against R.
func (e *estimation) cell(c, s int, q *quantiles) Cell {
	i, d, st := c*e.S+s, e.domain(c, s), &e.stats[s]
	switch {
	case e.masks[0].domains[c].rows == 0:
		return Cell{Status: NotAsked}
	case d.rows == 0 || st.Kind == SD && d.rows < 2:
		return Cell{Status: NotApplicable}
	}
	cell := Cell{
		Status:        OK,
		Estimate:      e.p[i],
		DF:            e.df(d.psus, d.strata),
		Count:         int(d.rows),
		WeightedCount: d.w,
	}
	if d.base().Low(e.req.LowBase) {
		cell.Status = LowBase
	}
	n := float64(d.rows)
	srs := e.s2[i] / (n - 1) // s^2/n with s^2 = s2 n/(n-1)
	switch {
	case st.share():
		cell.Count, cell.WeightedCount = int(e.count[i]), e.num[i]
	case st.Kind == SD:
		cell.Estimate = math.Sqrt(srs * n)
		cell.Low, cell.High = cell.Estimate, cell.Estimate
		return cell
	}
	v := e.variance(c, s)
	if math.IsNaN(v) { // LonelyAverage without a stratum to average
		v = 0
	}
	cell.SE = math.Sqrt(v)
	if n > 1 && srs > 0 {
		cell.Deff = v / srs
	}
	cell.interval(st.share(), q)
	return cell
}

// interval sets Low, High and HasCI from the estimate, SE and df.
func (c *Cell) interval(share bool, q *quantiles) {
	c.Low, c.High = c.Estimate, c.Estimate
	if c.SE == 0 || c.DF < 1 {
		return
	}
	t := q.at(c.DF)
	c.HasCI = true
	if !share {
		c.Low, c.High = c.Estimate-t*c.SE, c.Estimate+t*c.SE
		return
	}
	p := c.Estimate
	centre := math.Log(p / (1 - p))
	half := t * c.SE / (p * (1 - p))
	c.Low, c.High = logit.Expit(centre-half), logit.Expit(centre+half)
}

// quantiles remembers t quantiles by df for one alpha.
type quantiles struct {
	alpha float64
	known map[float64]float64
}

func (q *quantiles) at(df float64) float64 {
	t, ok := q.known[df]
	if !ok {
		t = dist.TQuantile(q.alpha, df)
		q.known[df] = t
	}
	return t
}

package stats_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
	"tradeoff/stats/dist"
)

// A clusterSample is a simulated stratified cluster sample: trust is an answer
// from 0 to 3, -1 where it was not asked, and willing a number, NaN for no
// answer.
type clusterSample struct {
	stratum, psu, country, trust []int
	weight, willing              []float64
	fpc                          []float64 // by stratum
	lonely                       stats.Lonely
}

func drawClusters(t *rapid.T) clusterSample {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	s := clusterSample{lonely: rapid.SampledFrom([]stats.Lonely{stats.LonelyRemove, stats.LonelyAdjust, stats.LonelyAverage}).Draw(t, "lonely")}
	strata := rapid.IntRange(1, 4).Draw(t, "strata")
	zeros := rapid.Bool().Draw(t, "weights of zero")
	for h := range strata {
		psus := 1 + r.IntN(4)
		s.fpc = append(s.fpc, float64(psus+r.IntN(5)))
		for i := range psus {
			for range 1 + r.IntN(8) {
				s.stratum, s.psu = append(s.stratum, h), append(s.psu, i)
				s.country, s.trust = append(s.country, r.IntN(3)), append(s.trust, r.IntN(5)-1)
				w, willing := 0.2+r.ExpFloat64(), float64(i)+r.NormFloat64()
				if zeros && r.IntN(6) == 0 {
					w = 0
				}
				if r.IntN(8) == 0 {
					willing = math.NaN()
				}
				s.weight, s.willing = append(s.weight, w), append(s.willing, willing)
			}
		}
	}
	s.weight[0] = 1
	return s
}

func (s clusterSample) rowFPC() []float64 {
	if s.fpc == nil {
		return nil
	}
	f := make([]float64, len(s.stratum))
	for i, h := range s.stratum {
		f[i] = s.fpc[h]
	}
	return f
}

func (s clusterSample) design(t interface{ Fatal(...any) }) *stats.Design {
	d, err := stats.NewDesign(stats.Sampling{
		Rows: len(s.psu), Weights: s.weight, Lonely: s.lonely,
		Stages: []stats.Stage{{Strata: s.stratum, Units: s.psu, FPC: s.rowFPC()}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// is marks the rows of a country.
func (s clusterSample) is(country int) []bool {
	in := make([]bool, len(s.country))
	for i, c := range s.country {
		in[i] = c == country
	}
	return in
}

// answered is 1 for the answers in codes, 0 for others, NaN where not asked.
func (s clusterSample) answered(codes ...int) []float64 {
	y := make([]float64, len(s.trust))
	for i, c := range s.trust {
		switch {
		case c < 0:
			y[i] = math.NaN()
		case slices.Contains(codes, c):
			y[i] = 1
		}
	}
	return y
}

// sameNumbers fails unless estimates agree, values and covariances.
func sameNumbers(t *rapid.T, what string, got, want *stats.Estimates, scale float64) {
	t.Helper()
	if got.Len() != want.Len() {
		t.Fatalf("%s: %d numbers, expected %d", what, got.Len(), want.Len())
	}
	for k := range want.Value {
		nearOrNone(t, what, got.Value[k], scale*want.Value[k])
		for l := range want.Value {
			nearOrNone(t, what+" covariance", got.Cov.At(k, l), scale*scale*want.Cov.At(k, l))
		}
	}
	nearOrNone(t, what+" df", got.DF, want.DF)
}

// Weights times 1000 leave everything alone but totals; other labels, and rows in
// another order, change nothing.
func TestWeightsAndOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawClusters(t)
		all := func(s clusterSample) []stats.Statistic {
			return []stats.Statistic{
				stats.Mean(nil, s.willing), stats.Mean(nil, s.answered(2, 3)),
				stats.Ratio(nil, [][]float64{s.answered(3)}, [][]float64{s.answered(1, 2, 3)}),
				stats.Variance(nil, s.willing), stats.Correlation(nil, s.willing, s.answered(3)),
				stats.In(s.is(1), stats.Mean(nil, s.willing)),
			}
		}
		d := s.design(t)
		want := estimated(t, d, all(s)...)
		heavy := s
		heavy.weight = slices.Clone(s.weight)
		for i := range heavy.weight {
			heavy.weight[i] *= 1000
		}
		sameNumbers(t, "weights times 1000", estimated(t, heavy.design(t), all(heavy)...), want, 1)
		sameNumbers(t, "totals of weights times 1000", estimated(t, heavy.design(t), stats.Total(nil, s.willing)), estimated(t, d, stats.Total(nil, s.willing)), 1000)

		order := rand.New(rand.NewPCG(uint64(len(s.psu)), 1)).Perm(len(s.psu))
		var other clusterSample
		other.fpc, other.lonely = []float64{0, 0, 0, 0, 0, 0, 0, 0, 0}, s.lonely
		for _, i := range order {
			other.stratum, other.psu = append(other.stratum, 8-s.stratum[i]), append(other.psu, 7*s.psu[i]-3)
			other.country, other.trust = append(other.country, s.country[i]), append(other.trust, s.trust[i])
			other.weight, other.willing = append(other.weight, s.weight[i]), append(other.willing, s.willing[i])
			other.fpc[8-s.stratum[i]] = s.fpc[s.stratum[i]]
		}
		sameNumbers(t, "another order", estimated(t, other.design(t), all(other)...), want, 1)
		a, err := stats.Quantiles(d, []float64{0.3, 0.5}, stats.QuantileOptions{Rule: stats.HF7}, nil, s.willing)
		if err != nil {
			t.Fatal(err)
		}
		b, err := stats.Quantiles(other.design(t), []float64{0.3, 0.5}, stats.QuantileOptions{Rule: stats.HF7}, nil, other.willing)
		if err != nil {
			t.Fatal(err)
		}
		for k := range a.Each {
			nearOrNone(t, "quantile", b.Each[k].Value, a.Each[k].Value)
			nearOrNone(t, "its SE", b.Each[k].SE, a.Each[k].SE)
		}
	})
}

// The mean in a domain is the mean of the domain's design, the mean with In, the
// ratio of totals in the domain, and that of the columns set to NaN outside.
func TestDomainMean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawClusters(t)
		d, in := s.design(t), s.is(0)
		if s.lonely == stats.LonelyAverage {
			t.Skip("averages over the strata that the domain reaches, with Domain, or that any does")
		}
		y, one, outside := slices.Clone(s.willing), make([]float64, len(in)), slices.Clone(s.willing)
		for i := range in {
			if math.IsNaN(y[i]) || !in[i] {
				y[i], outside[i] = 0, math.NaN()
			} else {
				one[i] = 1
			}
		}
		want := estimated(t, d.Domain(in), stats.Mean(nil, s.willing))
		want.DF = d.DF()
		sameNumbers(t, "In", estimated(t, d, stats.In(in, stats.Mean(nil, s.willing))), want, 1)
		sameNumbers(t, "By", estimated(t, d, stats.By(s.country, 6, stats.Mean(nil, s.willing))[0]), want, 1)
		sameNumbers(t, "missing outside", estimated(t, d, stats.Mean(nil, outside)), want, 1)
		sameNumbers(t, "ratio", estimated(t, d, stats.Ratio(nil, [][]float64{y}, [][]float64{one})), want, 1)
		totals := estimated(t, d, stats.Total(nil, y, one))
		if want.Value[0] == want.Value[0] {
			nearOrNone(t, "ratio of totals", totals.Value[0]/totals.Value[1], want.Value[0])
		}
	})
}

// The textbook: Cochran (1977), (2.20) for a simple random sample, (5.12) for a
// stratified one, (9.9) for clusters of one size; with n-1 in V of a share (3.8).
func TestTextbook(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		n := rapid.IntRange(2, 30).Draw(t, "n")
		N := float64(n + r.IntN(50))
		y, share := make([]float64, 2*n), make([]float64, 2*n)
		for i := range y {
			y[i], share[i] = r.NormFloat64(), float64(r.IntN(2))
		}
		fraction := 1 - float64(n)/N
		srs, err := stats.NewDesign(stats.Sampling{Rows: n, Stages: []stats.Stage{{FPC: fill(n, N)}}})
		if err != nil {
			t.Fatal(err)
		}
		first := y[:n]
		mean := estimated(t, srs, stats.Mean(nil, first), stats.Total(nil, first), stats.Mean(nil, share[:n]))
		near(t, "mean", mean.Value[0], averageOf(first), 1e-12)
		near(t, "its variance", mean.Var(0), fraction*textbookCov(first, first)/float64(n), 1e-12)
		near(t, "total", mean.Value[1], N*averageOf(first), 1e-11)
		near(t, "its variance", mean.Var(1), N*N*fraction*textbookCov(first, first)/float64(n), 1e-11)
		p := averageOf(share[:n])
		near(t, "variance of a share", mean.Var(2), fraction*p*(1-p)/float64(n-1), 1e-12)
		near(t, "deff", mean.Deff(0, true), fraction, 1e-11)

		// The second stratum is as large again, with N + 10 in the population.
		M := N + 10
		sizes := append(fill(n, N), fill(n, M)...)
		stratum := append(make([]int, n), slices.Repeat([]int{1}, n)...)
		strata, err := stats.NewDesign(stats.Sampling{Rows: 2 * n, Stages: []stats.Stage{{Strata: stratum, FPC: sizes}}})
		if err != nil {
			t.Fatal(err)
		}
		second := y[n:]
		both := estimated(t, strata, stats.Mean(nil, y))
		a, b := N/(N+M), M/(N+M)
		near(t, "stratified mean", both.Value[0], a*averageOf(first)+b*averageOf(second), 1e-12)
		near(t, "its variance", both.Var(0), a*a*fraction*textbookCov(first, first)/float64(n)+b*b*(1-float64(n)/M)*textbookCov(second, second)/float64(n), 1e-12)

		// Pairs of rows as clusters.
		unit, pairs := make([]int, 2*n), make([]float64, n)
		for i := range unit {
			unit[i] = i / 2
			pairs[i/2] += y[i] / 2
		}
		clusters, err := stats.NewDesign(stats.Sampling{Rows: 2 * n, Stages: []stats.Stage{{Units: unit, FPC: fill(2*n, N)}}})
		if err != nil {
			t.Fatal(err)
		}
		e := estimated(t, clusters, stats.Mean(nil, y))
		near(t, "cluster mean", e.Value[0], averageOf(pairs), 1e-12)
		near(t, "its variance", e.Var(0), fraction*textbookCov(pairs, pairs)/float64(n), 1e-12)
		near(t, "df", e.DF, float64(n-1), 0)
	})
}

func averageOf(y []float64) float64 {
	s := 0.0
	for _, v := range y {
		s += v
	}
	return s / float64(len(y))
}

// The streamed tables of package crosstab are this library: shares, nets, means
// and deviations in every column, and the comparison of columns, with standard
// errors, df, intervals and bases.
func TestCrosstabIsThisLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawClusters(t)
		if rapid.Bool().Draw(t, "with replacement") {
			s.fpc = nil
		}
		d := s.design(t)
		table := s.crosstab(t)
		columns := []func(country int) bool{
			func(int) bool { return true },
			func(c int) bool { return c == 0 }, func(c int) bool { return c == 1 }, func(c int) bool { return c >= 1 },
		}
		s.compareTable(t, d, table, func(c, i int) bool { return columns[c](s.country[i]) }, len(columns))
	})
}

// compareTable holds a table against the library: columns tell the rows that lie
// in each.
func (s clusterSample) compareTable(t *rapid.T, d *stats.Design, table *crosstab.Result, column func(c, row int) bool, columns int) {
	scores := s.answered()
	asked := make([]bool, len(scores))
	for i, c := range s.trust {
		asked[i] = c >= 0
		if asked[i] {
			scores[i] = scoreOf[c]
		}
	}
	rows := [][]float64{s.answered(0), s.answered(1, 3), scores, scores, s.willing}[:len(table.Cells)]
	domains := make([]*stats.Design, columns)
	for c := range domains {
		in := make([]bool, len(asked))
		for i := range in {
			in[i] = asked[i] && column(c, i)
		}
		domains[c] = d.Domain(in)
		base := table.Bases[c]
		if base.Unweighted != domains[c].Base() {
			t.Errorf("base %d, expected %d", base.Unweighted, domains[c].Base())
		}
		near(t, "effective base", base.Effective, domains[c].EffectiveBase(), 1e-11)
		for k, y := range rows {
			compareCell(t, table.Cells[k][c], domains[c], y, k)
		}
	}
	for _, got := range table.Comparisons {
		y := rows[got.Row]
		a, b := in(domains[got.A], y), in(domains[got.B], y)
		either := make([]bool, len(a))
		for i := range either {
			either[i] = a[i] || b[i]
		}
		e := estimated(t, d.Domain(either), stats.In(a, stats.Mean(nil, y)), stats.In(b, stats.Mean(nil, y))).Contrast(nil, []float64{1, -1})
		near(t, "difference", got.Difference, e.Value[0], 1e-11)
		near(t, "its SE", got.SE, e.SE(0), 1e-11)
		near(t, "its df", got.DF, e.DF, 0)
		// Of a tiny standard error t would be compared to no digit.
		near(t, "its t", got.T, got.Difference/got.SE, 1e-14)
		near(t, "p", got.P, dist.TTwoSided(got.T, got.DF), 1e-14)
	}
}

// So are those of ratings in a loop, where the persons or their PSUs are units and
// two columns share persons.
func TestCrosstabLoopIsThisLibrary(t *testing.T) {
	const turns = 3
	rapid.Check(t, func(t *rapid.T) {
		persons := drawClusters(t)
		if rapid.Bool().Draw(t, "persons are the PSUs") {
			persons.fpc = nil
			for i := range persons.psu {
				persons.psu[i] = i
			}
		}
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "answers"), 0))
		ratings := clusterSample{fpc: persons.fpc, lonely: persons.lonely}
		var turn []int
		codes := make([][]uint8, turns)
		for i, first := range persons.trust {
			for k := range turns {
				answer := first
				if r.IntN(2) == 0 {
					answer = r.IntN(5) - 1
				}
				codes[k] = append(codes[k], uint8(answer)) // 255 for -1
				turn, ratings.trust = append(turn, k), append(ratings.trust, answer)
				ratings.stratum, ratings.psu = append(ratings.stratum, persons.stratum[i]), append(ratings.psu, persons.psu[i])
				ratings.country, ratings.weight = append(ratings.country, persons.country[i]), append(ratings.weight, persons.weight[i])
			}
		}
		columns := []func(country, turn int) bool{
			func(int, int) bool { return true },
			func(_, k int) bool { return k == 0 }, func(_, k int) bool { return k >= 1 }, func(c, k int) bool { return c == 0 && k != 1 }, func(c, _ int) bool { return c >= 1 },
		}
		table := persons.crosstabLoop(t, codes, columns)
		ratings.compareTable(t, ratings.design(t), table, func(c, i int) bool { return columns[c](ratings.country[i], turn[i]) }, len(columns))
	})
}

// crosstabLoop is the table of the ratings of persons, codes by turn.
func (s clusterSample) crosstabLoop(t *rapid.T, codes [][]uint8, columns []func(country, turn int) bool) *crosstab.Result {
	rows := crosstab.Rows{Weight: s.weight}
	clustered := s.fpc != nil
	layout, block := &crosstab.Layout{}, &crosstab.Block{Weight: s.weight, Codes: codes}
	for i := range s.psu {
		psu := int32(-1)
		rows.Stratum = append(rows.Stratum, int32(s.stratum[i]))
		if clustered {
			psu = int32(10*s.stratum[i] + s.psu[i])
			rows.PSU = append(rows.PSU, psu)
		}
		block.Place = append(block.Place, layout.Number(int32(s.stratum[i]), psu, int32(s.country[i])))
	}
	census := &crosstab.Census{}
	census.Add(rows)
	d, err := census.Design(crosstab.DesignOptions{FPC: s.fpc, Lonely: s.lonely})
	if err != nil {
		t.Fatal(err)
	}
	tally := crosstab.NewLoopTally(d, layout, len(codes), []int{len(scoreOf)}, nil)
	tally.Add(block, 1)
	req := crosstab.Request{Groups: [][]int{{1, 2}, {3, 4}, {2, 3}}, MinBase: 1, LowBase: 1,
		Stats: []crosstab.StatSpec{{Kind: crosstab.Proportion, Codes: []int16{0}}, {Kind: crosstab.NetRow, Codes: []int16{1, 3}},
			{Kind: crosstab.Mean, Scores: scoreOf}, {Kind: crosstab.SD, Scores: scoreOf}}}
	for _, in := range columns {
		turns := len(codes)
		req.Columns = append(req.Columns, crosstab.ColumnSpec{In: func(cell int32) bool { return in(int(cell)/turns, int(cell)%turns) }})
	}
	result, err := tally.Accumulators()[0].Estimate(req)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// in marks the rows of a domain with weight and a value.
func in(d *stats.Design, y []float64) []bool {
	marks := make([]bool, len(y))
	for i, w := range d.Weights() {
		marks[i] = w != 0 && !math.IsNaN(y[i])
	}
	return marks
}

var scoreOf = []float64{1, 2, 4, 7}

// crosstab is the table of trust and willingness by country.
func (s clusterSample) crosstab(t *rapid.T) *crosstab.Result {
	rows := crosstab.Rows{Weight: s.weight}
	var cell []int32
	var code []int16
	strata := 0
	for i := range s.psu {
		rows.Stratum = append(rows.Stratum, int32(s.stratum[i]))
		rows.PSU = append(rows.PSU, int32(10*s.stratum[i]+s.psu[i]))
		cell, code = append(cell, int32(s.country[i])), append(code, int16(s.trust[i]))
		strata = max(strata, s.stratum[i]+1)
	}
	census := &crosstab.Census{}
	census.Add(rows)
	d, err := census.Design(crosstab.DesignOptions{Strata: strata, FPC: s.fpc, Lonely: s.lonely})
	if err != nil {
		t.Fatal(err)
	}
	a := crosstab.NewAccumulator(d)
	a.Add(rows, cell, code, s.willing)
	result, err := a.Estimate(crosstab.Request{
		Columns: []crosstab.ColumnSpec{{},
			{In: func(c int32) bool { return c == 0 }}, {In: func(c int32) bool { return c == 1 }}, {In: func(c int32) bool { return c >= 1 }}},
		Groups: [][]int{{1, 2}, {2, 3}},
		Stats: []crosstab.StatSpec{{Kind: crosstab.Proportion, Codes: []int16{0}}, {Kind: crosstab.NetRow, Codes: []int16{1, 3}},
			{Kind: crosstab.Mean, Scores: scoreOf}, {Kind: crosstab.SD, Scores: scoreOf}, {Kind: crosstab.Mean, Value: true}},
		MinBase: 1, LowBase: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// compareCell compares a cell of crosstab with the estimate in the domain: rows
// 0 and 1 are shares, 3 a standard deviation.
func compareCell(t *rapid.T, got crosstab.Cell, d *stats.Design, y []float64, row int) {
	d = d.Domain(in(d, y)) // those with a value, whose strata count for average
	e := estimated(t, d, stats.Mean(nil, y))
	if row == 3 {
		e = estimated(t, d, stats.StandardDeviation(nil, y))
	}
	if got.Status != crosstab.OK {
		if !math.IsNaN(e.Value[0]) {
			t.Errorf("row %d: %s, expected %g", row, got.Status, e.Value[0])
		}
		return
	}
	near(t, "estimate", got.Estimate, e.Value[0], 1e-11)
	if row == 3 {
		return // crosstab has no SE of it
	}
	near(t, "df", got.DF, e.DF, 0)
	if math.IsNaN(e.SE(0)) {
		return // average without a stratum to average, a zero there
	}
	near(t, "SE", got.SE, e.SE(0), 1e-11)
	if !got.HasCI {
		return
	}
	if row < 2 {
		v := proportion(t, d, y, stats.ProportionOptions{})
		if !v.Degenerate {
			near(t, "low", got.Low, v.Low, 1e-10)
			near(t, "high", got.High, v.High, 1e-10)
		}
		return
	}
	low, high := e.IntervalDF(0, 0.95, got.DF)
	near(t, "low", got.Low, low, 1e-10)
	near(t, "high", got.High, high, 1e-10)
	if got.Deff != 0 {
		near(t, "deff", got.Deff, e.Deff(0, true), 1e-9)
	}
}

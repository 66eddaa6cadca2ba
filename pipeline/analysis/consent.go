package analysis

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
	"tradeoff/stats/hypothesis"
)

// consent says how far people do what they say: the share who are willing beside
// the share of the same people who do it all the same.
func consent(p *People) ([]*crosstab.Table, error) {
	var out []*crosstab.Table
	add := func(t *crosstab.Table, err error) error {
		if t != nil {
			out = append(out, t)
		}
		return err
	}
	willing := p.willing()
	for _, did := range p.Measuring("behaviour") {
		if did.Loop != nil {
			continue
		}
		if did.Answers == nil && !did.Multi {
			if willing != nil {
				if err := add(p.counted(*willing, did)); err != nil {
					return nil, err
				}
			}
			continue
		}
		if !did.tops() {
			continue
		}
		for _, s := range p.Measuring("sharing") {
			if err := add(p.gaps(did.Name+"."+s.Name, "What people would share, and what they have switched on", did, matched(s, did))); err != nil {
				return nil, err
			}
		}
		if willing != nil {
			if err := add(p.gaps(did.Name+".consent", "What people say and do: "+did.Label, did, overall(*willing, did))); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// A saying is what somebody says: 1 for yes, 0 for no, NaN for nothing, by row.
type saying struct {
	label string
	yes   []float64
	of    []crosstab.Figure // where the tables have the share of those who say it, if they do
}

// A deed is what people say, and what they do.
type deed struct{ said, did saying }

// willing is the first question on sharing in general: one scale, outside of loops.
func (p *People) willing() *saying {
	for _, q := range p.Measuring("sharing") {
		if q.Loop == nil && !q.Multi && len(q.Items) == 1 && q.Answers != nil && q.tops() {
			return &saying{"Say that they are willing to share", q.topped(q.Items[0].Codes[0]), []crosstab.Figure{q.figure(q.Items[0])}}
		}
	}
	return nil
}

// deeds are the items of a question on behaviour.
func deeds(q *Question) []saying {
	var out []saying
	for _, it := range q.Items {
		switch {
		case it.None:
		case q.Multi:
			out = append(out, saying{it.Label, ticked(it.Codes[0]), []crosstab.Figure{q.figure(it)}})
		default:
			label := it.Label
			if len(q.Items) == 1 {
				label = "“" + strings.Join(q.top(), "” or “") + "”"
			}
			out = append(out, saying{label, q.topped(it.Codes[0]), []crosstab.Figure{q.figure(it)}})
		}
	}
	return out
}

// top are the labels of the top answers.
func (q *Question) top() []string {
	var out []string
	for _, a := range q.Answers {
		if a.Top {
			out = append(out, a.Label)
		}
	}
	return out
}

// overall sets one saying beside every deed.
func overall(said saying, did *Question) []deed {
	var out []deed
	for _, d := range deeds(did) {
		out = append(out, deed{said, d})
	}
	return out
}

// matched sets what people would share beside the deeds of the same name: would, in
// a loop, with one at least of those that they were asked about.
func matched(said, did *Question) []deed {
	var out []deed
	for _, d := range deeds(did) {
		for _, it := range said.Items {
			if !said.tops() || it.None || !strings.EqualFold(it.Label, d.label) {
				continue
			}
			t := tally(it.Label, said, it.Codes...)
			yes := make([]float64, len(t.of))
			for i, n := range t.of {
				switch {
				case n == 0:
					yes[i] = math.NaN()
				case t.count[i] > 0:
					yes[i] = 1
				}
			}
			would := saying{label: "Would share: " + it.Label, yes: yes}
			if said.Loop == nil {
				would.of = []crosstab.Figure{said.figure(it)}
			}
			out = append(out, deed{would, saying{"Switched on: " + d.label, d.yes, d.of}})
		}
	}
	return out
}

// gaps is a table of deeds of people who answered both, nil for none or too few
// people: the share who say yes, the share who do, who do without saying yes, and by
// how much more do than say, by the banner. Gaps are compared between groups.
func (p *People) gaps(id, title string, q *Question, deeds []deed) (*crosstab.Table, error) {
	if len(deeds) == 0 {
		return nil, nil
	}
	base := make([]bool, p.Rows())
	for i := range base {
		base[i] = true
		for _, d := range deeds {
			base[i] = base[i] && !math.IsNaN(d.said.yes[i]+d.did.yes[i])
		}
	}
	// Every row is a yes or no of the people of the column, and is protected as one.
	b := p.banner(crosstab.Table{ID: id, Question: q.Name, Title: title, Text: q.Text, BaseText: "All who answered both", Multi: true}, base)
	if b.t.Columns[0].Base.People < p.Small {
		return nil, nil
	}
	for k, d := range deeds {
		if err := b.deed(k+1, d, base, k == 0 || d.said.label != deeds[k-1].said.label); err != nil {
			return nil, err
		}
	}
	b.note("What people say and what they do is of the same people, so the difference knows that the two go together. That somebody does what they say they are not willing to do can have many reasons: a setting that came switched on, no other choice, or data that they do not think of.")
	return b.t, nil
}

// deed adds the rows of the kth deed; what is said only where it was not said above.
func (b *builder) deed(k int, d deed, base []bool, first bool) error {
	said, did := inBase(d.said.yes, base), inBase(d.did.yes, base)
	despite, more := make([]float64, len(said)), make([]float64, len(said))
	for i := range said {
		more[i] = did[i] - said[i]
		despite[i] = math.Max(0, more[i]) // NaN outside of the base
	}
	both := slices.Concat(d.said.of, d.did.of)
	rows := []struct {
		label, code string
		y           []float64
		of          []crosstab.Figure
	}{
		{d.said.label, "said", said, d.said.of},
		{d.did.label, "did", did, d.did.of},
		{d.did.label + ", though unwilling", "despite", despite, both},
	}
	if !first {
		rows = rows[1:]
	}
	for _, r := range rows {
		cells, err := b.p.shares(r.y)
		if err != nil {
			return err
		}
		b.row(crosstab.Row{Kind: crosstab.Proportion, Label: r.label, Code: fmt.Sprintf("%s.%d", r.code, k), Of: r.of}, cells...)
	}
	return b.gap(crosstab.Row{Kind: crosstab.Difference, Label: d.did.label + ", less what is said", Code: fmt.Sprint("gap.", k), Of: both}, more)
}

// gap adds a row of means of differences, and compares the groups of each segment.
func (b *builder) gap(r crosstab.Row, y []float64) error {
	p := b.p
	cells := make([]crosstab.Cell, len(p.Columns))
	for j, c := range p.Columns {
		if cells[j] = none(); c.Unprinted || b.t.Columns[j].Base.Unweighted == 0 {
			continue
		}
		e, err := p.All.Domain(c.In).Estimate(stats.Mean([]string{r.Label}, y))
		if err != nil {
			return err
		}
		cells[j] = p.cell(e, 0, b.t.Columns[j].Base.People)
	}
	row := len(b.t.Rows)
	b.row(r, cells...)
	return b.compare(row, y)
}

// compare tests the groups of each segment against each other in a row of means of
// y; waves and nested groups are left to the tables of the questions.
func (b *builder) compare(row int, y []float64) error {
	p := b.p
	for _, g := range p.Groups {
		if g.Name == "wave" || p.Columns[g.First].Parent != "" {
			continue
		}
		var at []int
		var in [][]bool
		for j := g.First; j < g.First+g.N; j++ {
			if b.t.Columns[j].Base.People >= p.Small {
				at, in = append(at, j), append(in, p.Columns[j].In)
			}
		}
		if len(at) < 2 {
			continue
		}
		e, err := hypothesis.Columns(p.All, nil, y, in...)
		if err != nil {
			return err
		}
		for _, x := range hypothesis.Pairs(e) {
			if math.IsNaN(x.P) {
				continue
			}
			b.t.Comparisons = append(b.t.Comparisons, crosstab.Comparison{Row: row, A: at[x.A], B: at[x.B], EstimateA: e.Value[x.A], EstimateB: e.Value[x.B],
				Difference: -x.Estimate, SE: x.SE, DF: x.DF, T: -x.T, P: x.P, Status: crosstab.OK})
		}
	}
	return nil
}

// inBase is y for those in a base, NaN for others.
func inBase(y []float64, base []bool) []float64 {
	out := make([]float64, len(y))
	for i, v := range y {
		if out[i] = v; !base[i] {
			out[i] = math.NaN()
		}
	}
	return out
}

// counted is a table of a behaviour that is counted, such as questions skipped: its
// mean among those who say yes, among the others, and the difference, by the banner.
// nil for too few people.
func (p *People) counted(said saying, q *Question) (*crosstab.Table, error) {
	if len(q.Items) != 1 {
		return nil, nil
	}
	y := q.Items[0].Values[0]
	base := make([]bool, p.Rows())
	for i := range base {
		base[i] = !math.IsNaN(y[i] + said.yes[i])
	}
	b := p.banner(crosstab.Table{ID: q.Name + ".consent", Question: q.Name, Title: "What people say and do: " + q.Label, Text: q.Text, BaseText: "All who answered both", Unit: q.Unit}, base)
	if b.t.Columns[0].Base.People < p.Small {
		return nil, nil
	}
	cells := make([][]crosstab.Cell, 3)
	for j, c := range p.Columns {
		three := [3]crosstab.Cell{none(), none(), none()}
		if !c.Unprinted && b.t.Columns[j].Base.Unweighted > 0 {
			if err := p.byWord(c, y, said.yes, &three); err != nil {
				return nil, err
			}
		}
		for k := range cells {
			cells[k] = append(cells[k], three[k])
		}
	}
	of := append(slices.Clone(said.of), q.mean(q.Items[0])) // those who say yes and the others make the mean
	b.row(crosstab.Row{Kind: crosstab.Mean, Label: said.label, Code: "yes", Of: of}, cells[0]...)
	b.row(crosstab.Row{Kind: crosstab.Mean, Label: "Do not", Code: "no", Of: of}, cells[1]...)
	b.row(crosstab.Row{Kind: crosstab.Coefficient, Label: "Difference of the means", Code: "difference", Of: of}, cells[2]...)
	b.note("Those who say yes and those who do not are different people; the difference is between them.")
	return b.t, nil
}

// byWord are the means of a column of those who say yes and no, and the difference.
func (p *People) byWord(c Column, y, yes []float64, out *[3]crosstab.Cell) error {
	var in [2][]bool
	var n [2]int
	for k := range in {
		in[k] = make([]bool, len(y))
	}
	w := p.All.Weights()
	for i, v := range yes {
		if !c.In[i] || w[i] == 0 || math.IsNaN(y[i]+v) {
			continue
		}
		k := 1 - int(v)
		in[k][i] = true
		n[k]++
	}
	e, err := hypothesis.Columns(p.All.Domain(c.In), nil, y, in[0], in[1])
	if err != nil {
		return err
	}
	for k := range n {
		out[k] = p.cell(e, k, n[k])
	}
	if n[0] > 0 && n[1] > 0 {
		out[2] = p.cell(e.Contrast([]string{"difference"}, []float64{1, -1}), 0, min(n[0], n[1]))
	}
	return nil
}

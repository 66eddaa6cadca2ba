package analysis

import (
	"fmt"
	"slices"
	"strings"

	"tradeoff/stats"
	"tradeoff/stats/crosstab"
	"tradeoff/stats/latent"
	"tradeoff/stats/multivariate"
)

// Latent classes: groups that the answers themselves form, beside the types of a
// rule. They are found in a few signs of wanting, worrying, trusting and giving up;
// what people would share, and want for it, has no part in finding them, so that it
// can be told of them.

const (
	mostClasses = 5
	classStarts = 5 // of each fit; the same on every run, as the seed is
	classSeed   = 1
	classSteps  = 500 // of a start; one that takes more has found nothing sharp
)

// found are the classes of the people of Total.
type found struct {
	*latent.Solution
	signs  []trait
	all    int // signs that there would be
	modal  []int
	labels []string
}

// classes finds the classes: one more as long as BIC takes that for better, and no
// class is too small to speak of. It is nil where there are too few signs, or the
// answers form no classes.
func (p *People) classes() (*found, error) {
	f := &found{}
	f.signs, f.all = p.attitudes()
	f.signs = p.varying(f.signs)
	if len(f.signs) < 4 || p.base(p.Columns[0].In, nil).People < p.Small || p.negative() {
		return nil, nil
	}
	var items []latent.Item
	for _, t := range f.signs {
		items = append(items, latent.Item{Name: t.label, Labels: []string{"no", "yes"}, Codes: t.codes()})
	}
	for k := 1; k <= mostClasses; k++ {
		s, err := latent.Fit(p.Design, items, k, latent.Options{Starts: classStarts, Seed: classSeed, Steps: classSteps})
		if err != nil {
			return nil, err
		}
		if !s.Converged || !s.Identified || f.Solution != nil && s.BIC >= f.BIC || p.smallest(s) < p.Small {
			break
		}
		f.Solution = s
	}
	if f.Solution == nil || len(f.Sizes) < 2 {
		return nil, nil
	}
	f.modal = f.Modal()
	for i, w := range p.Design.Weights() {
		if w == 0 {
			f.modal[i] = -1
		}
	}
	for c := range f.Sizes {
		f.labels = append(f.labels, fmt.Sprintf("Class %d: %s", c+1, p.ofService().Replace(f.character(c))))
	}
	return f, nil
}

// varying are the signs to which both answers are given in Total.
func (p *People) varying(signs []trait) []trait {
	var out []trait
	for _, t := range signs {
		var given [2]bool
		for i, w := range p.Design.Weights() {
			if v := t.y[i]; w > 0 && (v == 0 || v == 1) {
				given[int(v)] = true
			}
		}
		if given[0] && given[1] {
			out = append(out, t)
		}
	}
	return out
}

// negative tells whether a calibration made negative weights, under which answers
// have no likelihood.
func (p *People) negative() bool {
	for _, w := range p.Design.Weights() {
		if w < 0 {
			return true
		}
	}
	return false
}

// smallest is how many people are in the smallest class.
func (p *People) smallest(s *latent.Solution) int {
	n := make([]int, len(s.Sizes))
	for i, c := range s.Modal() {
		if c >= 0 && p.Design.Weights()[i] != 0 {
			n[c]++
		}
	}
	least := n[0]
	for _, x := range n {
		least = min(least, x)
	}
	return least
}

// apart is how far a class must be from everybody in a measure, for its name to say
// so.
const apart = 0.1

// LikeEverybody names a class that differs from everybody in nothing.
const LikeEverybody = "like everybody"

// character says in words how a class differs from everybody: of what more, or fewer, of its
// people are. It is no share of those who do it.
func (f *found) character(class int) string {
	var said []string
	for _, m := range []struct{ measure, more, less string }{
		{"expectation", "more want service", "fewer want service"},
		{"concern", "more worry", "fewer worry"},
		{"trust", "more trust", "fewer trust"},
		{"resigned", "more have given up", "fewer have given up"},
	} {
		d, n := 0.0, 0.0
		for k, t := range f.signs {
			if t.measure == m.measure {
				d += f.Probabilities[k][class][1]
				n++
				for c, size := range f.Sizes {
					d -= size * f.Probabilities[k][c][1]
				}
			}
		}
		switch {
		case n > 0 && d/n >= apart:
			said = append(said, m.more)
		case n > 0 && d/n <= -apart:
			said = append(said, m.less)
		}
	}
	if said == nil {
		return LikeEverybody
	}
	return strings.Join(said, ", ")
}

// latentClasses makes the tables of the classes: how large they are, by the banner;
// what they are like, what they would share and want for it; how far they agree
// with the types of the rule; and who does both by the rule and by the classes.
func latentClasses(p *People) ([]*crosstab.Table, error) {
	f, err := p.classes()
	if err != nil {
		return nil, err
	}
	var out []*crosstab.Table
	if f != nil {
		sizes, err := p.classSizes(f)
		if err != nil {
			return nil, err
		}
		profiles, err := p.profiles(f)
		if err != nil {
			return nil, err
		}
		crossed, err := p.agreement(f)
		if err != nil {
			return nil, err
		}
		out = append([]*crosstab.Table{sizes, profiles}, crossed...)
	}
	both, err := p.bothOtherwise(f)
	if both != nil {
		out = append(out, both)
	}
	return out, err
}

// ByClasses is the code of a figure that goes by classes and not by the rule.
const ByClasses = "classes"

// bothOtherwise is the share who want service and worry under other choices, one of
// which is to go by the classes, where there are some, and not by the rule.
func (p *People) bothOtherwise(f *found) (*crosstab.Table, error) {
	wants, worries := p.side("expectation"), p.side("concern")
	if wants == nil || worries == nil {
		return nil, nil
	}
	both := make([]float64, p.Rows())
	for i := range both {
		both[i] = wants[i] * worries[i]
	}
	figure := keyFigure{share: true, of: crosstab.Figure{Table: "contradiction", Kind: crosstab.Proportion, Code: "1"}}
	figure.add(both)
	var more []choice
	if f != nil {
		e, err := p.Design.Estimate(f)
		if err != nil {
			return nil, err
		}
		sum, does := make([]float64, len(e.Value)), false
		for c := range f.Sizes {
			if f.most("expectation", c) && f.most("concern", c) {
				sum[f.Size(c)], does = 1, true
			}
		}
		if !does { // classes that do not tell the two apart say nothing of who does both
			return p.bothOtherwise(nil)
		}
		more = append(more, choice{ByClasses, p.ofService().Replace("By classes: everybody in one where most want service and most worry"), p.probability(e.Contrast([]string{"both"}, sum), 0, 0), among(f.modal)})
	}
	t, err := p.choice(crosstab.Table{ID: "contradiction.choices", Question: "contradiction", Title: OtherChoices + p.ofService().Replace("wanting service and worrying"), Text: p.ofService().Replace("Who wants personalized service, and who worries about personal data"),
		BaseText: "All who answered both"}, p.recount(&figure), besides(p.doubts(p.Design), func(q *Question) bool { return q.Side && q.Measures != "trust" }), more...)
	if t != nil && more != nil {
		t.Notes = append(t.Notes, "By the rule somebody wants service, or worries, who gives a top answer to at least half of the questions on it. By the classes, all do who are in a class whose chance of a top answer is at least half on average; everybody counts who answered any of the questions.")
	}
	return t, err
}

// most tells whether the average chance of a top answer to the signs of a measure is
// at least half in a class.
func (f *found) most(measure string, class int) bool {
	sum, n := 0.0, 0.0
	for k, t := range f.signs {
		if t.measure == measure {
			sum += f.Probabilities[k][class][1]
			n++
		}
	}
	return n > 0 && 2*sum >= n
}

// classSizes are the shares of the classes in every column of the banner, corrected
// for people who are taken for another class than theirs.
func (p *People) classSizes(f *found) (*crosstab.Table, error) {
	b := p.banner(crosstab.Table{ID: "contradiction.classes", Question: "contradiction", Title: "Classes found in the answers",
		Text: "Groups that the answers on wanting, worrying and trusting form by themselves", BaseText: "All who answered any of the questions on it"}, among(f.modal))
	e, err := p.Design.Estimate(f)
	if err != nil {
		return nil, err
	}
	cells := make([][]crosstab.Cell, len(f.Sizes))
	for c := range cells {
		cells[c] = make([]crosstab.Cell, len(p.Columns))
		for j := range cells[c] {
			cells[c][j] = none()
		}
		cells[c][0] = p.probability(e, f.Size(c), 0)
	}
	for _, set := range p.disjoint() {
		codes, names := p.codesOf(set)
		s := f.Shares(latent.Item{Labels: names, Codes: codes}, latent.ThreeStep{ML: true})
		e, err := p.Design.Estimate(s)
		if err != nil {
			return nil, err
		}
		for k, j := range set {
			for c := range cells {
				cells[c][j] = p.probability(e, s.Place(k, c), 0)
			}
		}
	}
	for c, label := range f.labels {
		b.row(crosstab.Row{Kind: crosstab.Probability, Label: label, Code: fmt.Sprint("class", c+1)}, cells[c]...)
	}
	b.note(fmt.Sprintf("Classes are groups of people whose answers to %s go together; within one, the answers have nothing more to do with each other (latent class analysis). Classes were added, up to %d, as long as the fit was better for their number (BIC), which made %d. They are a way to sum up answers: nobody said which class they are in, and where one ends and the next begins is a matter of degree.",
		f.signed(), mostClasses, len(f.Sizes)))
	b.note("A class is named by where it lies ten points or more from everybody. Shares by segment are corrected for people who are taken for another class than theirs.")
	return b.t, nil
}

// signed says in which signs the classes were found.
func (f *found) signed() string {
	text := fmt.Sprintf("%d signs", len(f.signs))
	if len(f.signs) < f.all {
		text += fmt.Sprintf(" (the first %d of each of wanting, worrying and trusting, of %d in all)", mostTraits, f.all)
	}
	return text
}

// disjoint sorts the columns of Total's people, but Total, into sets in which nobody
// is in two.
func (p *People) disjoint() [][]int {
	var sets [][]int
	var taken []bool
	w := p.Design.Weights()
	for j, c := range p.Columns[1:] {
		here, twice := false, len(sets) == 0
		for i, in := range c.In {
			if in && w[i] != 0 {
				here = true
				twice = twice || taken[i]
			}
		}
		if !here || c.Unprinted {
			continue
		}
		if twice {
			sets, taken = append(sets, nil), make([]bool, len(c.In))
		}
		sets[len(sets)-1] = append(sets[len(sets)-1], j+1)
		for i, in := range c.In {
			taken[i] = taken[i] || in
		}
	}
	return sets
}

// codesOf numbers the column of everybody among some that nobody is in two of, -1
// for none.
func (p *People) codesOf(columns []int) (codes []int, names []string) {
	codes = make([]int, p.Rows())
	for i := range codes {
		codes[i] = -1
	}
	for k, j := range columns {
		names = append(names, p.Columns[j].Label)
		for i, in := range p.Columns[j].In {
			if in {
				codes[i] = k
			}
		}
	}
	return codes, names
}

// profiles has a column for each class: its answers to the signs, what its people
// would share, and what they want for it.
func (p *People) profiles(f *found) (*crosstab.Table, error) {
	b := p.byClass(f, crosstab.Table{ID: "contradiction.profiles", Question: "contradiction", Title: "What the classes are like",
		Text: "What the people of each class say", BaseText: "All who answered any of the questions that the classes are found in"}, among(f.modal))
	if err := b.signs(f); err != nil {
		return nil, err
	}
	for _, measure := range []string{"sharing", "benefit"} {
		for _, q := range p.Measuring(measure) {
			figures := append(q.keyFigures(), q.refusals()...)
			again := slices.ContainsFunc(figures, func(k keyFigure) bool {
				return k.key != "" && b.has(crosstab.Row{Kind: crosstab.Probability, Label: k.label})
			})
			for _, k := range figures {
				if !k.share {
					continue
				}
				row := crosstab.Row{Kind: crosstab.Probability, Label: k.label, Pinned: k.none, Code: strings.Trim(measure+"."+q.Name+"."+k.key, ".")}
				if k.key == "" {
					row.Label = q.Text
				}
				if k.key != "" && again || b.has(row) { // two questions may list the same items: what tells rows apart stands first
					row.Label += " (" + q.Label + ")"
				}
				if err := b.mean(f, row, k.each()); err != nil {
					return nil, err
				}
			}
		}
	}
	b.note("Shares of a class are corrected for people who are taken for another class than theirs; a share that the correction takes below 0 or above 1 is not shown. Where people were asked in a loop, theirs is the share of their ratings.")
	return b.t, nil
}

// byClass begins a table with a column for Total and each class, of the people in a
// base. Those of a class are those who are most likely in it.
func (p *People) byClass(f *found, t crosstab.Table, base []bool) *builder {
	b := p.total(t, base)
	sum := crosstab.Sum{Total: 0}
	for c, label := range f.labels {
		x := crosstab.Column{Group: "class", Label: label, Wave: b.t.Columns[0].Wave}
		x.Base = p.base(truth(is(f.modal, c)), base)
		x.Status = p.status(x.Base)
		sum.Parts = append(sum.Parts, c+1)
		b.t.Columns = append(b.t.Columns, x)
	}
	b.t.Groups = []crosstab.Group{{Name: "class", Label: "Class", First: 1, N: len(f.labels)}}
	b.t.Sums = []crosstab.Sum{sum}
	return b
}

// truth tells where y is 1.
func truth(y []float64) []bool {
	out := make([]bool, len(y))
	for i, v := range y {
		out[i] = v == 1
	}
	return out
}

// signs adds a row for each sign that the classes were found in.
func (b *builder) signs(f *found) error {
	e, err := b.p.Design.Estimate(f)
	if err != nil {
		return err
	}
	for k, t := range f.signs {
		total, err := b.p.share(b.p.Design, t.y)
		if err != nil {
			return err
		}
		total.Count, total.WeightedCount = 0, 0
		cells := []crosstab.Cell{total}
		for c := range f.Sizes {
			cells = append(cells, b.p.probability(e, f.Probability(k, c, 1), 0))
		}
		b.row(crosstab.Row{Kind: crosstab.Probability, Label: t.label, Code: fmt.Sprint("sign", k+1)}, cells...)
	}
	return nil
}

// mean adds a row of the mean of a share in Total and in each class.
func (b *builder) mean(f *found, r crosstab.Row, y []float64) error {
	e, err := b.p.Design.Estimate(f.Means(latent.ThreeStep{}, []string{""}, y))
	if err != nil {
		return err
	}
	total, err := b.p.Design.Estimate(stats.Mean([]string{""}, y))
	if err != nil {
		return err
	}
	cells := []crosstab.Cell{b.p.probability(total, 0, 0)}
	for c := range f.Sizes {
		x := none()
		if v := e.Value[c]; v >= 0 && v <= 1 {
			x = b.p.probability(e, c, 0)
		}
		cells = append(cells, x)
	}
	b.row(r, cells...)
	return nil
}

// agreement crosses the classes with the types of the rule: the share of each type
// among the people who are most likely in a class. There is no correction: types are
// made of the answers that the classes are found in. It is nil without types.
func (p *People) agreement(f *found) ([]*crosstab.Table, error) {
	of, resignation := p.types()
	if of == nil {
		return nil, nil
	}
	b := p.byClass(f, crosstab.Table{ID: "contradiction.agreement", Question: "contradiction", Title: "Privacy types and classes", Text: "Of which privacy type the people of each class are",
		BaseText: "All who answered the questions on both"}, among(of))
	b.t.Model = false // everybody is of one type: a hidden share must not follow from the others
	for k, x := range privacyTypes {
		if k == resignedCynic && !resignation {
			continue
		}
		y := is(of, k)
		var cells []crosstab.Cell
		for c := -1; c < len(f.Sizes); c++ {
			d := p.Design
			if c >= 0 {
				d = d.Domain(truth(is(f.modal, c)))
			}
			cell, err := p.share(d, y)
			if err != nil {
				return nil, err
			}
			cells = append(cells, cell)
		}
		b.row(crosstab.Row{Kind: crosstab.Proportion, Label: x.label, Code: x.code}, cells...)
	}
	e, err := p.Design.Estimate(multivariate.AdjustedRand(of, f.modal))
	if err != nil {
		return nil, err
	}
	index := p.total(crosstab.Table{ID: "contradiction.rand", Question: "contradiction", Title: "How far privacy types and classes agree", Text: "Adjusted Rand index of the two",
		BaseText: "All who answered the questions on both"}, among(of))
	index.row(crosstab.Row{Kind: crosstab.Coefficient, Label: "Adjusted Rand index", Code: "agreement"}, p.cell(e, 0, 0))
	index.note("The index compares pairs of people: 1 would mean that types and classes put the same people together, 0 that they do so no more often than chance. It takes people for what they most likely are.")
	return []*crosstab.Table{b.t, index.t}, nil
}

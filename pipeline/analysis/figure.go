package analysis

import (
	"math"

	"tradeoff/stats/crosstab"
)

// A keyFigure is the number that stands for a question, or for one item of it: the
// share of the top answers or of those who ticked a box, the mean of a number. In a
// loop it is of all turns together. With the sums y and n of each row it is
//
//	Σ w y / Σ w n
type keyFigure struct {
	key   string // of the item, "" for a question without items
	label string
	share bool // 0 to 1; else in the question's unit
	none  bool // "none of these"
	of    crosstab.Figure
	y, n  []float64
}

// keyFigures are those of a question, an item each; nil where no answer of it is a
// top answer.
func (q *Question) keyFigures() []keyFigure {
	var out []keyFigure
	for _, it := range q.Items {
		if it.None {
			continue
		}
		f := keyFigure{key: it.Key, label: it.Label, share: it.Values == nil, of: q.figure(it)}
		if len(q.Items) == 1 && !q.Multi {
			f.key = ""
		}
		switch {
		case it.Values != nil:
			f.add(it.Values...)
		case q.Multi:
			for _, codes := range it.Codes {
				f.add(ticked(codes))
			}
		case q.hasTop():
			for _, codes := range it.Codes {
				f.add(q.topped(codes))
			}
		default:
			return nil
		}
		out = append(out, f)
	}
	return out
}

// refusals are the items that mean "none of these".
func (q *Question) refusals() []keyFigure {
	var out []keyFigure
	for _, it := range q.Items {
		if it.None && q.Multi {
			f := keyFigure{key: it.Key, label: it.Label, share: true, none: true, of: q.figure(it)}
			for _, codes := range it.Codes {
				f.add(ticked(codes))
			}
			out = append(out, f)
		}
	}
	return out
}

// each is the figure of everybody, the mean of a person's turns; NaN for none.
func (f *keyFigure) each() []float64 {
	out := make([]float64, len(f.y))
	for i, n := range f.n {
		out[i] = f.y[i] / n // 0/0: not in the base of any
	}
	return out
}

// add adds turns: NaN for those who are not in the base of one.
func (f *keyFigure) add(turns ...[]float64) {
	for _, x := range turns {
		if f.y == nil {
			f.y, f.n = make([]float64, len(x)), make([]float64, len(x))
		}
		for i, v := range x {
			if !math.IsNaN(v) {
				f.y[i] += v
				f.n[i]++
			}
		}
	}
}

// asked marks the rows in the base.
func (f *keyFigure) asked() []bool {
	in := make([]bool, len(f.n))
	for i, n := range f.n {
		in[i] = n > 0
	}
	return in
}

// kind of the figure.
func (f *keyFigure) kind() crosstab.RowKind {
	if f.share {
		return crosstab.Proportion
	}
	return crosstab.Mean
}

// change is the kind of the difference of two.
func (f *keyFigure) change() crosstab.RowKind {
	if f.share {
		return crosstab.Difference
	}
	return crosstab.Coefficient
}

// prefix of the labels of its rows: which item they are of.
func (f *keyFigure) prefix() string {
	if f.key == "" {
		return ""
	}
	return f.label + ": "
}

// figure is where the streamed tables have the key figure of an item: the share of the
// top answers or of those who ticked it, the mean of a number.
func (q *Question) figure(it Item) crosstab.Figure {
	switch {
	case q.Multi:
		return crosstab.Figure{Table: q.Name, Kind: crosstab.Proportion, Code: it.Key}
	case it.Values != nil:
		return q.mean(it)
	}
	return crosstab.Figure{Table: q.table(it), Kind: crosstab.NetRow}
}

// mean is where the streamed tables have the mean of an item.
func (q *Question) mean(it Item) crosstab.Figure {
	return crosstab.Figure{Table: q.table(it), Kind: crosstab.Mean}
}

// table is the ID of the streamed table of an item.
func (q *Question) table(it Item) string {
	if q.Multi || len(q.Items) == 1 {
		return q.Name
	}
	return q.Name + "." + it.Key
}

// inTurn is a figure of a question in a loop, of one turn.
func (q *Question) inTurn(f crosstab.Figure, turn int) crosstab.Figure {
	f.Group, f.Label = q.Loop.Segment, q.Loop.Items[turn]
	return f
}

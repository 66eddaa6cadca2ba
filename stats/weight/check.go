package weight

import (
	"math"

	"tradeoff/stats"
)

// smallBase is the number of respondents below which a category is said to be
// small: the customary limit for reporting a base.
const smallBase = 30

// Check looks at targets and data before Rake, and says what keeps them from
// fitting together (faults) and what deserves a thought (notes), in the order of
// the margins:
//
//   - rows without a category; categories without respondents, or whose rows all
//     weigh zero; respondents in a category without a target;
//   - targets that are negative, shares that do not add up to 1, margins whose
//     totals disagree;
//   - margins that follow from another (country, beside country × age): a note
//     where the targets agree, a contradiction where they do not;
//   - categories with fewer than 30 respondents, and combinations of two margins
//     without any: notes.
//
// Rake does the same by itself, and returns the faults as its error and the
// notes in its Report. TestCheck has one case of each.
func Check(d *stats.Design, margins []Margin, o Options) Problems {
	p, _ := check(d, margins, o)
	return p
}

// check is Check, with the totals that weights must have.
func check(d *stats.Design, margins []Margin, o Options) (p Problems, targets [][]float64) {
	w := d.Weights()
	p.checkWeights(w)
	if len(margins) == 0 {
		p.fault(NoTarget, "", "", "there is nothing to weight by; name a margin")
	}
	for k := range margins {
		margins[k].must(d.Rows())
		if margins[k].Targets == nil {
			p.fault(NoTarget, margins[k].Name, "", "it has no targets")
		}
	}
	if p != nil {
		return p, nil
	}
	targets = resolve(margins, w, o.Total, o.Unfinished, &p)
	if targets == nil {
		return p, nil
	}
	for k := range margins {
		p.checkCategories(d, &margins[k], targets[k], false)
	}
	if p.faults() == nil {
		for a := range margins {
			for b := range margins {
				if a != b {
					p.checkPair(&margins[a], &margins[b], targets[a], targets[b], w, a < b, o.Unfinished)
				}
			}
		}
	}
	return p, targets
}

// checkWeights complains of weights that cannot be adjusted.
func (ps *Problems) checkWeights(w []float64) {
	negative, positive := 0, 0
	for _, x := range w {
		if x < 0 {
			negative++
		} else if x > 0 {
			positive++
		}
	}
	if negative > 0 {
		ps.fault(NegativeWeight, "", "", "%s negative before the adjustment; bound the calibration that made them, or trim them", number(negative, "weight is", "weights are"))
	} else if positive == 0 {
		ps.fault(ZeroWeights, "", "", "no row has a weight")
	}
}

// checkCategories compares the categories of a margin with the rows. With
// partial, targets without respondents are noted only.
func (ps *Problems) checkCategories(d *stats.Design, m *Margin, target []float64, partial bool) {
	base, rows := make([]int, len(target)), make([]int, len(target))
	none, all := 0, 0.0
	w, in := d.Weights(), d.In()
	for i, c := range m.Of {
		switch {
		case in != nil && !in[i]:
		case c < 0 && w[i] != 0:
			none++
		case c < 0:
		case w[i] != 0:
			base[c]++
			rows[c]++
		default:
			rows[c]++
		}
	}
	for _, t := range target {
		all += t
	}
	if none > 0 {
		ps.fault(NoCategory, m.Name, "", "%s no category; give those who are missing one of their own, with a target or with NaN, which keeps their share", number(none, "row has", "rows have"))
	}
	for c, t := range target {
		share := 100 * t / all
		switch {
		case t > 0 && base[c] == 0 && partial:
			ps.note(NoRespondents, m.Name, m.label(c), "nobody is in it; its target of %.3g%% is left out", share)
		case t > 0 && base[c] == 0 && rows[c] > 0:
			ps.fault(ZeroWeights, m.Name, m.label(c), "the target is %.3g%%, but all of its %s zero; give them weights, or merge it with a neighbour, in the data and in the targets", share, number(rows[c], "row weighs", "rows weigh"))
		case t > 0 && base[c] == 0:
			ps.fault(NoRespondents, m.Name, m.label(c), "the target is %.3g%%, but nobody is in it; merge it with a neighbour, in the data and in the targets", share)
		case t == 0 && base[c] > 0:
			ps.fault(NoTarget, m.Name, m.label(c), "%s in it, but the target is zero; give it a target, NaN to keep its share, merge it with another, or set these weights to zero", number(base[c], "respondent is", "respondents are"))
		case base[c] > 0 && base[c] < smallBase:
			ps.note(SmallBase, m.Name, m.label(c), "its %.3g%% rest on %s; think of merging it with a neighbour", share, people(base[c]))
		}
	}
}

// checkPair looks whether a determines b, and, once for each pair, for
// combinations without respondents.
func (ps *Problems) checkPair(a, b *Margin, ta, tb, w []float64, first, lenient bool) {
	kb := len(tb)
	joint := make([]bool, len(ta)*kb)
	for i, c := range a.Of {
		if w[i] != 0 {
			joint[c*kb+b.Of[i]] = true
		}
	}
	determines := true
	implied := make([]float64, kb)
	empty, where := 0, ""
	for x := range ta {
		found := 0
		for y := range tb {
			switch {
			case joint[x*kb+y]:
				found++
				implied[y] += ta[x]
			case ta[x] > 0 && tb[y] > 0:
				if empty == 0 {
					where = a.label(x) + " × " + b.label(y)
				}
				empty++
			}
		}
		determines = determines && found <= 1
	}
	reverse := true // b determines a
	for y := range tb {
		found := 0
		for x := range ta {
			if joint[x*kb+y] {
				found++
			}
		}
		reverse = reverse && found <= 1
	}
	switch {
	case determines && !(reverse && !first):
		all := 0.0
		for _, t := range tb {
			all += t
		}
		for y := range tb {
			if math.Abs(implied[y]-tb[y]) > rounding*all && !lenient {
				ps.fault(Contradiction, b.Name, b.label(y), "the target is %.10g, but the targets of %s make it %.10g; leave out %s, which follows from %s, or correct one of them", tb[y], a.Name, implied[y], b.Name, a.Name)
				return
			}
		}
		ps.note(Redundant, b.Name, "", "it follows from %s, and changes nothing", a.Name)
		if !lenient {
			copy(tb, implied) // to the last digit, so that both can be met
		}
	case first && empty > 0 && !determines && !reverse:
		ps.note(EmptyCells, a.Name+" × "+b.Name, "", "%s without respondents, the first %s; they stay empty", number(empty, "combination is", "combinations are"), where)
	}
}

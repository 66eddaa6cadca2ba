package analysis

import (
	"math"

	"tradeoff/stats/crosstab"
)

// Privacy types, in the manner of Westin's segments (Kumaraguru and Cranor 2005,
// CMU-ISRI-5-138, report his rules): all signs on the side of privacy, all on the
// other, or mixed. Westin asked three questions of his own; here the signs are two
// that studies on this subject have.

// Places of the types.
const (
	fundamentalist = iota
	resignedCynic
	pragmatist
	unconcerned
)

// A privacyType is one of them, in words.
type privacyType struct{ code, label string }

var privacyTypes = []privacyType{
	{"fundamentalist", "Fundamentalists: worry, and trust few"},
	{"resigned", "Resigned cynics: the same, and have given up"},
	{"pragmatist", "Pragmatists: worry and trust, or neither"},
	{"unconcerned", "Unconcerned: do not worry, and trust"},
}

// types is the type of everybody, -1 for who answered too little; nil where the study
// measures no concern or no trust. Without questions that show resignation nobody
// is a resigned cynic.
func (p *People) types() (of []int, resignation bool) {
	worries, trusts, resigned := p.side("concern"), p.side("trust"), p.resigned()
	if worries == nil || trusts == nil {
		return nil, false
	}
	of = make([]int, p.Rows())
	for i := range of {
		switch {
		case math.IsNaN(worries[i]) || math.IsNaN(trusts[i]) || resigned != nil && math.IsNaN(resigned[i]):
			of[i] = -1
		case worries[i] == trusts[i]:
			of[i] = pragmatist
		case worries[i] == 0:
			of[i] = unconcerned
		case resigned != nil && resigned[i] == 1:
			of[i] = resignedCynic
		default:
			of[i] = fundamentalist
		}
	}
	return of, resigned != nil
}

// typology counts the privacy types by the banner.
func typology(p *People) ([]*crosstab.Table, error) {
	of, resignation := p.types()
	if of == nil {
		return nil, nil
	}
	text := "Who worries about personal data, and who trusts those who hold them"
	if resignation {
		text = "Who worries about personal data, who trusts those who hold them, and who has given up"
	}
	b := p.banner(crosstab.Table{ID: "contradiction.types", Question: "contradiction", Title: "Privacy types", Text: text,
		BaseText: "All who answered the questions on it"}, among(of))
	b.t.Model = false // everybody is of one type: a hidden share must not follow from the others
	// Those who worry less those who trust are the fundamentalists and the resigned, less
	// the unconcerned.
	made := append(p.sideFigure("concern"), p.sideFigure("trust")...)
	for k, x := range privacyTypes {
		if k == resignedCynic && !resignation {
			continue
		}
		cells, err := p.shares(is(of, k))
		if err != nil {
			return nil, err
		}
		b.row(crosstab.Row{Kind: crosstab.Proportion, Label: x.label, Code: x.code, Of: made}, cells...)
	}
	b.note("The types follow Westin's: all signs on the side of privacy, all on the other side, or mixed. Somebody worries when at least half of the answers on concern are top answers, and trusts when at least half of those on trust are.")
	if resignation {
		b.note("Resigned cynics worry and trust few, and give at least half of the answers of people who have given up: they click through agreements unread, or see nothing that they could decide.")
	} else {
		b.note("Resigned cynics, who have given up, are among the fundamentalists: no question tells them apart. Add resigned: true to one whose top answers do, say on clicking through agreements unread.")
	}
	return []*crosstab.Table{b.t}, nil
}

// is is 1 for one of several codes, 0 for the others, NaN for none.
func is(of []int, code int) []float64 {
	out := make([]float64, len(of))
	for i, c := range of {
		switch c {
		case -1:
			out[i] = math.NaN()
		case code:
			out[i] = 1
		}
	}
	return out
}

// among tells who has a code.
func among(of []int) []bool {
	out := make([]bool, len(of))
	for i, c := range of {
		out[i] = c >= 0
	}
	return out
}

package crosstab

// A content is what one place holds: totals of a question by answer. Some of them
// may be empty, and some of the same answer.
type content struct {
	unit
	cell   int32
	codes  []int32     // indices of answers
	sums   []sums      // as long as codes
	values []moments   // the same; nil = no answer has a value
	reps   [][]float64 // the same; nil = no replicates. nil where there is nobody
}

// A unit is the sampling unit that a row lies in, or the person if rows are
// ratings and the PSU is said as well.
type unit struct {
	stratum int32
	psu     int32 // none if rows or persons are the PSUs
	person  int32 // none if rows are persons
}

// sampled is the unit without persons inside PSUs.
func (u unit) sampled() unit {
	if u.psu != none {
		u.person = none
	}
	return u
}

// rows reports whether rows are the sampling units: they are told together, as
// those of the stratum.
func (u unit) rows() bool { return u.psu == none && u.person == none }

// contents are the totals of a question by place. each calls f for all of them,
// in order of stratum, PSU and person, and reuses what it hands over.
type contents interface {
	answers() []codeKey
	each(f func(at *content))
}

// codeKey is an answer; a value splits it in two because only rows that have one
// are in a mean of values.
type codeKey struct {
	code   int16
	valued bool
}

// number is a different number for every answer.
func (k codeKey) number() int {
	n := 2 * int(k.code)
	if k.valued {
		n++
	}
	return n
}

// codesTo are answers without values, n of them, and their indices.
func codesTo(n int) ([]codeKey, []int32) {
	answers, codes := make([]codeKey, n), make([]int32, n)
	for i := range codes {
		answers[i].code, codes[i] = int16(i), int32(i)
	}
	return answers, codes
}

// keyed are the totals of an accumulator, in order of their keys.
type keyed struct {
	keys  []key
	known []codeKey
	all   content // of all places together
}

// contents are the totals by place.
func (a *Accumulator) contents() contents {
	if a.tallied != nil {
		return a.tallied
	}
	k := &keyed{keys: make([]key, len(a.keys))}
	k.all = content{codes: make([]int32, len(a.keys)), sums: make([]sums, len(a.keys))}
	if a.values != nil {
		k.all.values = make([]moments, len(a.keys))
	}
	if a.reps != nil {
		k.all.reps = make([][]float64, len(a.keys))
	}
	var codes numbering
	for to, from := range a.order() {
		k.keys[to], k.all.sums[to] = a.keys[from], a.sums[from]
		if a.values != nil {
			k.all.values[to] = a.values[from]
		}
		if a.reps != nil {
			k.all.reps[to] = a.reps[from]
		}
		x, known := codeKey{a.keys[from].code, a.keys[from].valued}, false
		if k.all.codes[to], known = codes.of(x.number()); !known {
			k.known = append(k.known, x)
		}
	}
	return k
}

func (k *keyed) answers() []codeKey { return k.known }

func (k *keyed) each(f func(at *content)) {
	for first := 0; first < len(k.keys); {
		of, last := k.keys[first], first+1
		for last < len(k.keys) && k.keys[last].in(&of) {
			last++
		}
		at := content{unit{of.stratum, of.psu, of.person}, of.cell, k.all.codes[first:last], k.all.sums[first:last], nil, nil}
		if k.all.values != nil {
			at.values = k.all.values[first:last]
		}
		if k.all.reps != nil {
			at.reps = k.all.reps[first:last]
		}
		f(&at)
		first = last
	}
}

// in reports whether two keys are of the same place and person.
func (k *key) in(o *key) bool {
	return k.stratum == o.stratum && k.psu == o.psu && k.person == o.person && k.cell == o.cell
}

// numbering numbers whole numbers from 0 in the order in which they come.
type numbering struct {
	small []int32 // by number below manySmall: its own + 1
	large map[int]int32
	n     int32
}

const manySmall = 1 << 16

// of returns the number that i has, or gets as a new one.
func (x *numbering) of(i int) (number int32, known bool) {
	if i >= manySmall {
		if number, known = x.large[i]; !known {
			if x.large == nil {
				x.large = map[int]int32{}
			}
			number = x.n
			x.large[i] = number
			x.n++
		}
		return number, known
	}
	if i >= len(x.small) {
		x.small = append(x.small, make([]int32, i+1-len(x.small))...)
	}
	if at := x.small[i]; at > 0 {
		return at - 1, true
	}
	x.n++
	x.small[i] = x.n
	return x.n - 1, false
}

package pipeline

import (
	"slices"
	"strings"

	"tradeoff/data"
	"tradeoff/data/study"
)

// What an empty cell in a column of a tick-all question means is told by what else the
// column holds: where a code says "not ticked", an empty cell is no answer; where the
// column holds nothing but ticks, it is a box that is not ticked. Files and waves may
// differ in that, so the first pass looks at each wave of each file: at each part.

// A blank is what an empty cell means in a part, if other items have an answer.
type blank uint8

const (
	notTicked  blank = iota
	unanswered       // who is in the base of the question is not in that of the item
	unasked          // the same, and nobody in the part has an answer: it was not asked
)

// A tickColumn is a column of a tick-all question: of an item, in a turn of its loop.
type tickColumn struct {
	name     string
	at       int // column of the batch
	missing  map[string]bool
	variable *data.Variable
	found    *openList // of an item whose ticks are told by the values; else nil
	met      [][]met   // by file and part
	blank    [][]blank // by file and part
	seen     []bool
}

// A met is what a column holds in a part.
type met struct {
	codes map[string]bool // the values that are an answer
	told  bool            // one of them means "not ticked"
}

// partOf is the part of its file that row i is in.
func partOf(wave []int16, i int) int {
	if wave == nil {
		return 0
	}
	return int(wave[i]) - int(leftOut)
}

// waves are the waves of the batch's rows, as they are numbered while reading; nil
// without waves.
func (l *locator) waves() []int16 {
	if l.p.waves == nil {
		return nil
	}
	return l.values[0]
}

// lookAtTicks asks for the columns of tick-all questions.
func (r *reader) lookAtTicks(want func(string) int) {
	for _, q := range r.p.asked {
		if q.spec.Type != study.Multi || q.spec.Separator != "" {
			continue
		}
		for k := range q.items {
			it := &q.items[k]
			it.ticked = nil
			for _, name := range it.columns {
				t := &tickColumn{name: name, at: want(name), missing: q.missing, variable: r.p.book.Variable(name), met: make([][]met, len(r.s.Files))}
				if it.open {
					t.found = &openList{column: name, formula: r.formula}
				}
				it.ticked = append(it.ticked, t)
				r.ticked = append(r.ticked, t)
			}
		}
	}
}

// meetTicks notes which values the columns of tick-all questions hold in the parts of a
// batch.
func (r *reader) meetTicks(b data.Batch, cols []column, n int) {
	if len(r.ticked) == 0 {
		return
	}
	wave := r.waves()
	here := make([]bool, 1) // parts of the batch
	here[0] = wave == nil
	for i := range wave {
		here = longer(here, partOf(wave, i))
		here[partOf(wave, i)] = true
	}
	for _, t := range r.ticked {
		t.met[b.File] = longer(t.met[b.File], len(here)-1)
		t.meet(r, b, cols[t.at], n, wave, here)
	}
}

// meet notes which values a column holds in the parts of a batch.
func (t *tickColumn) meet(r *reader, b data.Batch, c column, n int, wave []int16, here []bool) {
	m := t.met[b.File]
	if c.codes == nil {
		for i := range n {
			if r.place[i] >= 0 && !c.null(i) {
				t.add(r, b, i, &m[partOf(wave, i)], c.code(i))
			}
		}
		return
	}
	if t.knows(m, c, here) {
		return
	}
	t.seen = resize(t.seen, len(here)<<8)
	clear(t.seen)
	for i, code := range c.codes[:n] {
		if at := partOf(wave, i)<<8 | int(code); !t.seen[at] && code != data.NoCode && r.place[i] >= 0 {
			t.seen[at] = true
			t.add(r, b, i, &m[partOf(wave, i)], c.code(i))
		}
	}
}

// knows reports whether all values of a coded column are known in all parts of the batch,
// so that its rows hold nothing new.
func (t *tickColumn) knows(m []met, c column, here []bool) bool {
	values := column{numbers: c.numbers, texts: c.texts}
	for v := range c.dictionary.Len() {
		code := values.code(v)
		for p, is := range here {
			if is && !m[p].codes[code] && !t.noAnswer(code) {
				return false
			}
		}
	}
	return true
}

// noAnswer reports whether a value says nothing of the item.
func (t *tickColumn) noAnswer(code string) bool {
	return code == "" || t.missing[code] || t.variable.Missing.Declares(code)
}

// add notes a value, unless it is no answer.
func (t *tickColumn) add(r *reader, b data.Batch, i int, m *met, code string) {
	if m.codes[code] || len(m.codes) > maxFound || t.noAnswer(code) {
		return
	}
	if m.codes == nil {
		m.codes = map[string]bool{}
	}
	m.codes[strings.Clone(code)] = true
	if o := t.found; o != nil {
		o.formulas(r.s, b, i, code)
		if len(m.codes) > maxFound && !o.limit {
			r.fault(b, i, o.column, "more than %d different answers; list the answers in the study, or use type: number", maxFound)
			o.limit = true
		}
	}
}

// closeTicks settles which values of a question's columns mean ticked, and what its
// empty cells mean.
func (r *reader) closeTicks(q *question) {
	for k := range q.items {
		it := &q.items[k]
		if it.open {
			r.settleYes(q, it)
		}
		for _, t := range it.ticked {
			for _, parts := range t.met {
				for p := range parts {
					for code := range parts[p].codes {
						parts[p].told = parts[p].told || !it.yes[code]
					}
				}
			}
		}
	}
	for l := range q.turns() {
		var columns []*tickColumn
		for _, it := range q.items {
			if it.ticked != nil {
				columns = append(columns, it.ticked[l])
			}
		}
		settleBlanks(columns, r.s.Files, r.p.waves != nil)
	}
}

// settleYes finds which values of an item mean ticked.
func (r *reader) settleYes(q *question, it *item) {
	yes := false
	other := map[string]bool{}
	for _, t := range it.ticked {
		for _, m := range slices.Concat(t.met...) {
			for code := range m.codes {
				switch w := strings.ToLower(code); {
				case noWords[w]:
				case it.yes[w]:
					yes = true
					it.yes[code] = true
				default:
					other[code] = true
				}
			}
		}
	}
	switch {
	case len(other) == 0:
	case len(other) == 1 && !yes: // the words of the option itself mean ticked
		for code := range other {
			it.yes[code] = true
		}
	default:
		codes := make([]string, 0, len(other))
		for code := range other {
			codes = append(codes, code)
		}
		sortCodes(codes)
		r.faults = append(r.faults, r.p.study.Fault("questions."+q.spec.Name, "column %s holds %s, and it is not clear whether that means ticked; say which codes do under yes:, and which are no answer under missing:",
			it.columns[0], list(codes, 5)))
	}
}

// settleBlanks tells what the empty cells of the columns of a question mean, those of
// one turn. A column that holds nothing in a part is a gap there if its file lacks it,
// if others say "not ticked" by a code, or if it is only this wave that holds nothing.
func settleBlanks(columns []*tickColumn, files []data.File, waves bool) {
	told := func(file, part int) bool {
		return slices.ContainsFunc(columns, func(t *tickColumn) bool { return t.met[file][part].told })
	}
	for _, t := range columns {
		holds := map[int]bool{} // waves with a value, in any file
		for _, parts := range t.met {
			for p, m := range parts {
				if len(m.codes) > 0 {
					holds[p] = true
				}
			}
		}
		t.blank = make([][]blank, len(files))
		for f, parts := range t.met {
			t.blank[f] = make([]blank, len(parts))
			for p, m := range parts {
				switch {
				case m.told:
					t.blank[f][p] = unanswered
				case len(m.codes) > 0:
				case !files[f].Has(t.name), told(f, p), waves && len(holds) > 0 && !holds[p]:
					t.blank[f][p] = unasked
				}
			}
		}
	}
}

// onlyTicks reports whether no column of a question has a code for "not ticked".
func (q *question) onlyTicks() bool {
	for _, it := range q.items {
		for _, t := range it.ticked {
			for _, parts := range t.met {
				if slices.ContainsFunc(parts, func(m met) bool { return m.told }) {
					return false
				}
			}
		}
	}
	return true
}

// blankCodes are the codes of an empty cell of an item in the parts of a file.
func blankCodes[T code](t *tickColumn, file int) []T {
	out := make([]T, len(t.blank[file]))
	for p, b := range t.blank[file] {
		if b != notTicked {
			out[p] = noCode[T]()
		}
	}
	return out
}

package pipeline

import (
	"context"
	"fmt"
	"hash/maphash"
	"math"
	"slices"
	"strconv"
	"strings"

	"tradeoff/data"
)

// Whether a respondent is in the data twice is found in two steps, since the ids
// of millions don't fit into memory beside everything else: the first pass keeps
// 8 bytes of each, a hash. Only where two are equal, which is nearly always a
// true repetition, the ids are read again, and those few kept in full.

// identity notes the ids of a batch.
func (r *reader) identity(b data.Batch, cols []column, n int) {
	name := r.p.study.Respondent
	if name == "" {
		return
	}
	c := cols[r.index[name]]
	for i := range n {
		if c.null(i) {
			r.fault(b, i, name, "the respondent id is empty; give every respondent one, or leave respondent: out of the study")
			continue
		}
		r.ids = append(r.ids, r.hash(c, i))
	}
}

// hash tells ids apart, but for one pair in 10^19.
func (r *reader) hash(c column, i int) uint64 {
	switch {
	case c.numbers != nil:
		return maphash.Comparable(r.seed, math.Float64bits(c.numbers[c.at(i)]+0))
	case c.texts != nil:
		return maphash.String(r.seed, c.texts.Value(c.at(i)))
	}
	return maphash.Comparable(r.seed, c.times[i])
}

// twice looks at the ids that seem to come again: it refuses a respondent who
// would count twice in one table, twice in the data, or, where the tables are of
// the last wave, twice in one wave, and counts the people who were in a wave
// before.
func (r *reader) twice(ctx context.Context) error {
	slices.Sort(r.ids)
	again := map[uint64]bool{}
	for i, h := range r.ids {
		if i > 0 && h == r.ids[i-1] {
			again[h] = true
		}
	}
	r.ids = nil
	if len(again) == 0 || len(r.faults) >= maxFaults {
		return nil
	}
	name := r.p.study.Respondent
	people := map[string]bool{} // of any wave, where the tables are of one
	seen := map[string]int64{}  // respondent and wave: row, coded file<<40|row
	first := 0
	for b, err := range r.s.Batches([]string{name}) {
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		c := columnOf(b.Record.Column(0))
		for i := range int(b.Record.NumRows()) {
			if !c.null(i) && again[r.hash(c, i)] {
				r.again(b, c, i, first+i, people, seen)
			}
		}
		first += int(b.Record.NumRows())
		if len(r.faults) >= maxFaults {
			break
		}
	}
	return nil
}

// again looks at one respondent, in row at of the frame.
func (r *reader) again(b data.Batch, c column, i, at int, people map[string]bool, seen map[string]int64) {
	key := c.code(i)
	if latest(r.p) {
		if people[key] {
			r.f.panel++
		}
		people[key] = true
		key += "\x00" + strconv.Itoa(int(r.f.combos[r.f.combo[at]][0]))
	}
	was, twice := seen[key]
	if !twice {
		seen[key] = int64(b.File)<<40 | b.Row(i)
		return
	}
	f := r.s.Files[was>>40]
	where := fmt.Sprintf("%s %d of %s", f.Unit, was&(1<<40-1), f.Name())
	hint := "one person must not count twice: remove one of the rows"
	if r.p.waves != nil && !latest(r.p) {
		hint += "; if people answer in several waves, say wave: {column: " + r.p.waves.column + ", report: latest}"
	}
	if rounded(c.code(i)) {
		hint = "the ids look as if a spreadsheet had rounded them (1.23E+11): export them again as text"
	}
	r.fault(b, i, r.p.study.Respondent, "this respondent id stands in %s already; %s", where, hint)
}

// rounded tells a long number that ends in zeros, or is in E notation.
func rounded(id string) bool {
	if strings.ContainsAny(id, "eE") && isNumber(id) {
		return true
	}
	return len(id) >= 9 && isNumber(id) && strings.HasSuffix(id, "000000")
}

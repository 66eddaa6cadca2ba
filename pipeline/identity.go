package pipeline

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"tradeoff/data"
)

// Whether a respondent is in the data twice is found in two steps, since the ids
// of millions don't fit into memory beside everything else: the first pass keeps
// 8 bytes of each, a hash. Only where two are equal, which is nearly always a
// true repetition, the ids are read again, and some of those kept in full. Numbers
// that rise from row to row need neither, and people who answer in several waves
// are counted by their hashes unless they are few.

// identity notes the ids of a batch.
func (r *reader) identity(b data.Batch, cols []column, n int) {
	name := r.p.study.Respondent
	if name == "" {
		return
	}
	c := cols[r.index[name]]
	if r.ids == nil {
		r.ids = make([]uint64, 0, min(max(r.s.Rows(), int64(n)), 1<<24))
		r.rising, r.last = true, math.Inf(-1)
	}
	for i := range n {
		if c.null(i) {
			r.fault(b, i, name, "the respondent id is empty; give every respondent one, or leave respondent: out of the study")
			continue
		}
		if r.rising {
			v := math.NaN()
			if c.numbers != nil {
				v = c.numbers[c.at(i)]
			}
			r.rising, r.last = v > r.last, v
		}
		wave := int16(0)
		if latest(r.p) {
			wave = r.values[0][i]
		}
		r.ids = append(r.ids, r.hash(c, i, wave))
	}
}

// hash tells ids apart, but for one pair in 10^16: where the tables are of the
// last wave, the lowest byte is the wave, so that a person of several waves stands
// side by side with herself.
func (r *reader) hash(c column, i int, wave int16) uint64 {
	h := hashOf(c, i)
	if latest(r.p) {
		return h&^0xff | uint64(uint8(wave))
	}
	return h
}

// hashOf is a number for an id.
func hashOf(c column, i int) uint64 {
	switch {
	case c.numbers != nil:
		return mix(math.Float64bits(c.numbers[c.at(i)] + 0))
	case c.texts != nil:
		h := uint64(14695981039346656037) // FNV-1a
		for _, b := range []byte(c.texts.Value(c.at(i))) {
			h = (h ^ uint64(b)) * 1099511628211
		}
		return mix(h)
	}
	return mix(uint64(c.times[i]))
}

// mix spreads the bits of a number over all 64 (the finalizer of MurmurHash3).
func mix(x uint64) uint64 {
	x = (x ^ x>>33) * 0xff51afd7ed558ccd
	x = (x ^ x>>33) * 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}

// Of more repetitions than these only some are looked at again: what is told of
// them is cut off long before.
const (
	maxAgain  = 10_000
	fewPeople = 1_000
)

// repeated finds the hashes that come again, and counts the people of several
// waves. Are these few, they are looked at again too.
func (r *reader) repeated() (again map[uint64]bool) {
	again = map[uint64]bool{}
	if r.rising {
		return again // numbers that rise all the way: nobody is there twice
	}
	slices.Sort(r.ids)
	var panel []uint64 // hashes of the few
	for i := 0; i < len(r.ids); {
		last := i + 1
		waves := 1
		for ; last < len(r.ids) && (r.ids[last] == r.ids[i] || latest(r.p) && r.ids[last]>>8 == r.ids[i]>>8); last++ {
			if r.ids[last] != r.ids[last-1] {
				waves++
			} else if len(again) < maxAgain {
				again[r.ids[last]] = true
			}
		}
		if waves > 1 {
			if r.f.panel++; r.f.panel <= fewPeople {
				panel = append(panel, r.ids[i:last]...)
			}
		}
		i = last
	}
	if r.f.panel > 0 && r.f.panel <= fewPeople {
		r.f.panel, r.few = 0, true
		for _, h := range panel {
			again[h] = true
		}
	}
	return again
}

// twice looks at the ids that seem to come again: it refuses a respondent who
// would count twice in one table, twice in the data, or, where the tables are of
// the last wave, twice in one wave, and counts the people who were in a wave
// before.
func (r *reader) twice(ctx context.Context) error {
	again := r.repeated()
	r.ids = nil
	if len(again) == 0 || len(r.faults) >= maxFaults {
		return nil
	}
	name := r.p.study.Respondent
	names := []string{name}
	if r.p.waves != nil {
		names = append(names, r.p.waves.column)
	}
	people := map[string]int{} // in how many waves, where the tables are of one
	seen := map[string]int64{} // respondent and wave: row, coded file<<40|row
	var waves []int16
	for b, err := range r.s.Batches(names) {
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		cols := columnsOf(b)
		n := int(b.Record.NumRows())
		waves = resize(waves, n)
		if r.p.waves != nil {
			told := len(r.faults) // by the first pass
			r.value(b, cols[1], r.segments[0], waves)
			r.faults = r.faults[:told]
		}
		for i := range n {
			if !cols[0].null(i) && again[r.hash(cols[0], i, waves[i])] {
				r.again(b, cols[0], i, waves[i], people, seen)
			}
		}
		if len(r.faults) >= maxFaults {
			break
		}
	}
	return nil
}

// again looks at one respondent.
func (r *reader) again(b data.Batch, c column, i int, wave int16, people map[string]int, seen map[string]int64) {
	person := c.code(i)
	key := person
	if latest(r.p) {
		key += "\x00" + strconv.Itoa(int(wave))
	}
	was, twice := seen[key]
	if !twice {
		seen[key] = int64(b.File)<<40 | b.Row(i)
		if people[person]++; people[person] == 2 && r.few {
			r.f.panel++
		}
		return
	}
	f := r.s.Files[was>>40]
	where := fmt.Sprintf("%s %d of %s", f.Unit, was&(1<<40-1), f.Name())
	hint := "one person must not count twice: remove one of the rows"
	if r.p.waves != nil && !latest(r.p) {
		column := "column: " + r.p.waves.column + ", "
		if r.p.study.Sources[0].Wave != "" { // the files name their waves
			column = ""
		}
		hint += "; if people answer in several waves, say wave: {" + column + "report: latest}"
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

package crosstab

// An index finds the slot of a key. Where rows are the sampling units a slot
// lies behind two tables: the place of a stratum and cell, then its answers.
// Elsewhere it lies behind a map of unit, cell and answer. A key that neither
// can hold is found by itself.
type index struct {
	cells  int32   // per stratum in places
	places []int32 // by stratum and cell: place + 1; 0 = none
	codes  int32   // per place in slots; odd ones are those with a value
	slots  []int32 // by place and code: slot + 1; 0 = none
	units  map[uint64]int32
	rest   map[key]int32
}

// Sizes up to which tables are used.
const (
	mostPlaces = 1 << 22 // entries of places, 16 MB
	mostCodes  = 1 << 9  // answers of a question
)

// find returns the slot of a key, -1 if it has none.
func (x *index) find(k *key, keys []key) int32 {
	if k.psu == none && k.person == none && k.code < mostCodes {
		if k.cell < x.cells {
			if at := int(k.stratum)*int(x.cells) + int(k.cell); at < len(x.places) {
				if p := x.places[at]; p > 0 {
					if c := k.column(); c < x.codes {
						return x.slots[(p-1)*x.codes+c] - 1
					}
					return -1
				}
			}
		}
	} else if u, ok := k.packed(); ok {
		if s, ok := x.units[u]; ok && keys[s] == *k {
			return s
		}
	}
	if s, ok := x.rest[*k]; ok {
		return s
	}
	return -1
}

// column is where the answer stands among those of its place.
func (k *key) column() int32 {
	c := 2 * int32(k.code)
	if k.valued {
		c++
	}
	return c
}

// packed is unit, cell and answer in one word, where they fit.
func (k *key) packed() (uint64, bool) {
	unit := k.person
	if unit == none {
		unit = k.psu
	}
	if k.cell >= 1<<20 || k.code >= 1<<11 {
		return 0, false
	}
	return uint64(uint32(unit))<<32 | uint64(k.cell)<<12 | uint64(k.column()), true
}

// put gives a key a slot; it has none yet.
func (x *index) put(k *key, slot int32) {
	if k.psu == none && k.person == none && k.code < mostCodes {
		if x.room(k) {
			p := &x.places[int(k.stratum)*int(x.cells)+int(k.cell)]
			if *p == 0 {
				*p = int32(len(x.slots))/x.codes + 1
				x.slots = append(x.slots, make([]int32, x.codes)...)
			}
			x.slots[(*p-1)*x.codes+k.column()] = slot + 1
			return
		}
	} else if u, ok := k.packed(); ok {
		if _, taken := x.units[u]; !taken {
			if x.units == nil {
				x.units = map[uint64]int32{}
			}
			x.units[u] = slot
			return
		}
	}
	if x.rest == nil {
		x.rest = map[key]int32{}
	}
	x.rest[*k] = slot
}

// room makes the tables large enough for a key; false if they would be too
// large.
func (x *index) room(k *key) bool {
	if k.cell >= x.cells {
		wide := max(16, x.cells)
		for wide <= k.cell {
			wide *= 2
		}
		strata := int(k.stratum) + 1
		if x.cells > 0 {
			strata = max(strata, len(x.places)/int(x.cells))
		}
		if strata*int(wide) > mostPlaces {
			return false
		}
		places := make([]int32, strata*int(wide))
		for h := range strata {
			if x.cells > 0 && h*int(x.cells) < len(x.places) {
				copy(places[h*int(wide):], x.places[h*int(x.cells):][:x.cells])
			}
		}
		x.places, x.cells = places, wide
	}
	if need := (int(k.stratum) + 1) * int(x.cells); need > len(x.places) {
		if need > mostPlaces {
			return false
		}
		x.places = append(x.places, make([]int32, need-len(x.places))...)
	}
	if c := k.column(); c >= x.codes {
		wide := max(16, x.codes)
		for wide <= c {
			wide *= 2
		}
		n := 0
		if x.codes > 0 {
			n = len(x.slots) / int(x.codes)
		}
		slots := make([]int32, n*int(wide))
		for p := range n {
			copy(slots[p*int(wide):], x.slots[p*int(x.codes):][:x.codes])
		}
		x.slots, x.codes = slots, wide
	}
	return true
}

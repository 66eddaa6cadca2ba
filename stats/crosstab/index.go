package crosstab

// An index finds the slot of a key: by its unit, cell and answer in one word,
// where they fit, and else by itself.
type index struct {
	words map[uint64]int32
	rest  map[key]int32
}

// word is unit, cell and answer in one word, if they fit. Keys of one word are
// rare: a PSU and a person lie in one stratum. Rows that are units themselves
// have their stratum in the unit's place.
func (k *key) word() (uint64, bool) {
	unit := k.person
	if unit == none {
		unit = k.psu
	}
	if unit == none {
		unit = k.stratum
	}
	if k.cell >= 1<<20 || k.code >= 1<<11 {
		return 0, false
	}
	w := uint64(uint32(unit))<<32 | uint64(k.cell)<<12 | uint64(k.code)<<1
	if k.valued {
		w |= 1
	}
	return w, true
}

// find returns the slot of a key, -1 if it has none.
func (x *index) find(k *key, keys []key) int32 {
	if w, ok := k.word(); ok {
		if s, ok := x.words[w]; ok && keys[s] == *k {
			return s
		}
	}
	if s, ok := x.rest[*k]; ok {
		return s
	}
	return -1
}

// put gives a key a slot; it has none yet.
func (x *index) put(k *key, slot int32) {
	if w, ok := k.word(); ok {
		if _, taken := x.words[w]; !taken {
			if x.words == nil {
				x.words = map[uint64]int32{}
			}
			x.words[w] = slot
			return
		}
	}
	if x.rest == nil {
		x.rest = map[key]int32{}
	}
	x.rest[*k] = slot
}

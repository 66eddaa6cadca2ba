package columns

// Words are the codes of words of 8 bytes as they stand in a file, hashed, with
// room for about twice as many as there are codes, so that few share a place. The
// zero value holds none.
type Words struct {
	word [512]uint64
	code [512]uint16 // and taken, or 0
	n    int
}

const (
	taken    = 1 << 8             // a bit that no code has
	golden   = 0x9E3779B97F4A7C15 // 2^64 over the golden ratio
	maxWords = 384                // different words may have one code
)

// AtHome is Find for a word that stands where its hash says, as most do.
func (w *Words) AtHome(word uint64) (code uint16, ok bool) {
	i := word * golden >> 55
	return w.code[i] &^ taken, w.word[i] == word && w.code[i] != 0
}

// Find is the code of a word, if it has one.
func (w *Words) Find(word uint64) (code uint16, ok bool) {
	for i := word * golden >> 55; w.code[i] != 0; i = (i + 1) % uint64(len(w.word)) {
		if w.word[i] == word {
			return w.code[i] &^ taken, true
		}
	}
	return 0, false
}

// Add takes a word that has no code yet, or says that there is no room.
func (w *Words) Add(word uint64, code uint16) bool {
	if w.n == maxWords {
		return false
	}
	i := word * golden >> 55
	for w.code[i] != 0 {
		i = (i + 1) % uint64(len(w.word))
	}
	w.word[i], w.code[i] = word, code|taken
	w.n++
	return true
}

package dta

// A layout says how long things are in a release.
type layout struct {
	release    int
	name       int64 // bytes of a variable's name, of the name of a set of value labels, of a characteristic
	format     int64 // bytes of a display format
	label      int64 // bytes of a variable's label; in releases without tags also of the data set's
	timestamp  int64 // bytes of the time of saving, releases without tags
	expansion  int64 // bytes of the length of an expansion field, 0 where there are none
	labelSet   int64 // bytes of a value-label table's name; 0 for the tables of before release 108
	k, n       int64 // bytes of the numbers of variables and of cases
	dataLabel  int64 // bytes of the length of the data set's label, releases with tags
	sorted     int64 // bytes of an entry in the list of variables that cases are sorted by
	strlV      int   // bytes of the variable's number in a reference to a long string; the rest are the case's
	strlO      int64 // bytes of the case's number where the long string stands
	letterType bool  // types are letters, not numbers
	extended   bool  // there are missing values .a to .z
	utf8       bool
}

// tagged is the first release with tags.
const tagged = 117

// layoutOf describes a release, or is nil for one that does not exist or is
// not read.
func layoutOf(release int) *layout {
	l := &layout{release: release, name: 33, format: 12, label: 81, timestamp: 18, expansion: 4, labelSet: 33, k: 2, n: 4, sorted: 2}
	switch release {
	case 104:
		l.name, l.format, l.label, l.timestamp, l.expansion, l.labelSet, l.letterType = 9, 7, 32, 0, 0, 0, true
	case 105:
		l.name, l.label, l.expansion, l.labelSet, l.letterType = 9, 32, 2, 0, true
	case 108:
		l.name, l.expansion, l.labelSet, l.letterType = 9, 2, 9, true
	case 110:
		l.letterType = true
	case 111:
	case 113:
		l.extended = true
	case 114, 115:
		l.format, l.extended = 49, true
	case 117:
		l.format, l.dataLabel, l.strlV, l.strlO, l.extended = 49, 1, 4, 4, true
	case 118, 119, 120, 121:
		l.name, l.format, l.label, l.labelSet, l.n, l.dataLabel, l.strlV, l.strlO = 129, 57, 321, 129, 8, 2, 2, 8
		l.extended, l.utf8 = true, true
		if release%2 == 1 { // for more than 32,767 variables
			l.k, l.sorted, l.strlV = 4, 4, 3
		}
	default:
		return nil
	}
	return l
}

// A storage is how a variable's values are stored.
type storage uint8

const (
	str storage = iota
	int8s
	int16s
	int32s
	floats
	doubles
	strL
	alias // of a variable in another frame
)

// size is the bytes of a value, for all but strings.
func (s storage) size() int64 {
	switch s {
	case int8s:
		return 1
	case int16s:
		return 2
	case int32s, floats:
		return 4
	case doubles, strL:
		return 8
	}
	return 0
}

// storageOf is the type that a number or letter in the list of types stands
// for; width counts for strings.
func (l *layout) storageOf(code int) (s storage, width int64, ok bool) {
	switch {
	case l.letterType && code > 127:
		return str, int64(code - 127), true
	case l.letterType:
		return numberOf(code, map[int]storage{'b': int8s, 'i': int16s, 'l': int32s, 'f': floats, 'd': doubles})
	case l.release < tagged && code >= 1 && code <= 244, l.release >= tagged && code >= 1 && code <= 2045:
		return str, int64(code), true
	case l.release < tagged:
		return numberOf(code, map[int]storage{251: int8s, 252: int16s, 253: int32s, 254: floats, 255: doubles})
	case l.release < 120 && code == 65525:
		return 0, 0, false
	}
	return numberOf(code, map[int]storage{65530: int8s, 65529: int16s, 65528: int32s, 65527: floats, 65526: doubles, 32768: strL, 65525: alias})
}

func numberOf(code int, all map[int]storage) (storage, int64, bool) {
	s, ok := all[code]
	return s, s.size(), ok
}

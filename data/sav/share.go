package sav

// Epoch is 14 October 1582, where SPSS begins to count, in seconds before 1970.
const Epoch = epoch

// FormatWords are the words for a print format of SPSS given by its numbers,
// "F8.2" or "DATE11", "" for one that does not exist; point says whether it
// shows points in time.
func FormatWords(kind, width, decimals int) (words string, point bool) {
	if kind < 0 || kind > 0xff || width < 0 || width > 0xff || decimals < 0 || decimals > 0xff {
		return "", false
	}
	f := printFormat(kind<<16 | width<<8 | decimals)
	return f.String(), f.isDate()
}

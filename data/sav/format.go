package sav

import (
	"fmt"
	"regexp"
	"strconv"

	"tradeoff/data"
)

// Print formats by their number in the file.
const (
	formatA        = 1
	formatF        = 5
	formatDatetime = 22
)

// formatNames are the words for the print formats.
var formatNames = [...]string{
	1: "A", 2: "AHEX", 3: "COMMA", 4: "DOLLAR", 5: "F", 6: "IB", 7: "PIBHEX", 8: "P", 9: "PIB", 10: "PK", 11: "RB", 12: "RBHEX",
	15: "Z", 16: "N", 17: "E", 20: "DATE", 21: "TIME", 22: "DATETIME", 23: "ADATE", 24: "JDATE", 25: "DTIME", 26: "WKDAY",
	27: "MONTH", 28: "MOYR", 29: "QYR", 30: "WKYR", 31: "PCT", 32: "DOT", 33: "CCA", 34: "CCB", 35: "CCC", 36: "CCD", 37: "CCE",
	38: "EDATE", 39: "SDATE", 40: "MTIME", 41: "YMDHMS",
}

// A printFormat is a print format as the file packs it: type, width, decimals.
type printFormat uint32

func (f printFormat) kind() int { return int(f >> 16 & 0xff) }

// String is the format as SPSS shows it, "F8.2", "F1.0" or "DATE11"; "" for one
// that does not exist.
func (f printFormat) String() string {
	k := f.kind()
	if k >= len(formatNames) || formatNames[k] == "" {
		return ""
	}
	s := formatNames[k] + strconv.Itoa(int(f>>8&0xff))
	if d := f & 0xff; d > 0 || k == formatF {
		s += fmt.Sprintf(".%d", d)
	}
	return s
}

// isDate tells formats of a point in time from those of a number. TIME, DTIME
// and MTIME are durations, WKDAY and MONTH are codes 1 to 7 and 1 to 12.
func (f printFormat) isDate() bool {
	switch f.kind() {
	case 20, 22, 23, 24, 28, 29, 30, 38, 39, 41:
		return true
	}
	return false
}

// formatPattern is a format in the words of SPSS.
var formatPattern = regexp.MustCompile(`^([A-Z]+)([0-9]{1,5})(?:\.([0-9]{1,2}))?$`)

// parseFormat is the print format of a variable to be written, or false where
// the words are not a format for values of that type (they may come from
// another program).
func parseFormat(s string, t data.Type) (f printFormat, width int, ok bool) {
	m := formatPattern.FindStringSubmatch(s)
	if m == nil {
		return 0, 0, false
	}
	width, _ = strconv.Atoi(m[2]) // digits only, at most five
	decimals, _ := strconv.Atoi(m[3])
	for k, name := range formatNames {
		if name != m[1] {
			continue
		}
		f = printFormat(k<<16 | min(width, 255)<<8 | decimals)
		switch {
		case width == 0:
			return 0, 0, false
		case t == data.Text:
			return f, width, k == formatA
		case t == data.Time:
			return f, width, f.isDate() && width <= 40
		}
		return f, width, k > 2 && !f.isDate() && width <= 40 && decimals <= 16
	}
	return 0, 0, false
}

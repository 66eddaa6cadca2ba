package xlsx

import (
	"math"
	"strings"
	"time"
)

// builtinDate reports whether one of the number formats that need no
// definition shows a day. 27-36 and 50-58 are those of East Asian editions.
func builtinDate(id int) bool {
	return id >= 14 && id <= 17 || id == 22 || id >= 27 && id <= 31 || id == 36 || id >= 50 && id <= 54 || id == 57 || id == 58
}

// isDateFormat reports whether a format code shows a day or a year. Formats
// with hours alone are no dates: their numbers are fractions of a day or
// lengths of time.
func isDateFormat(code string) bool {
	code, _, _ = strings.Cut(code, ";")
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '"':
			end := strings.IndexByte(code[i+1:], '"')
			if end < 0 {
				return false
			}
			i += end + 1
		case '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				return false
			}
			i += end
		case '\\', '_', '*':
			i++
		case 'y', 'Y', 'd', 'D':
			return true
		case 'G', 'g':
			if strings.HasPrefix(strings.ToLower(code[i:]), "general") {
				i += len("general") - 1
			}
		}
	}
	return false
}

// lastSerial is 9999-12-31, the last day that a workbook knows.
const lastSerial = 2958466

// moment is the date of a serial number, to the second. Numbers outside of
// what a workbook shows as a date are none.
//
// Day 1 is 1900-01-01, but there is a 29 February 1900 (day 60) that never
// was, so days up to 59 count from the day before; or day 0 is 1904-01-01.
func (b *workbook) moment(serial float64) (t time.Time, ok bool) {
	if !(serial >= 0 && serial < lastSerial) {
		return t, false
	}
	base := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case b.epoch1904:
		base = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case serial < 1:
		return t, false
	case serial < 60:
		base = base.AddDate(0, 0, 1)
	}
	days := math.Floor(serial)
	// Half a second goes up, as in what the workbook shows; a serial number
	// is only good to the microsecond, so milliseconds are rounded first.
	milliseconds := math.Round((serial - days) * 86_400_000)
	seconds := math.Floor((milliseconds + 500) / 1000)
	return base.AddDate(0, 0, int(days)).Add(time.Duration(seconds) * time.Second), true
}

// parseISO reads a date as strict workbooks write it.
func parseISO(s string) (time.Time, bool) {
	for _, form := range []string{time.DateOnly, "2006-01-02T15:04:05", "2006-01-02T15:04:05Z", "2006-01-02T15:04"} {
		if t, err := time.Parse(form, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

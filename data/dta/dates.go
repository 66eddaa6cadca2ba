package dta

import (
	"math"
	"strings"
	"time"

	"tradeoff/data/columns"
)

// A dateUnit is what a variable with a date format counts from the beginning of
// 1960.
type dateUnit uint8

const (
	notDate dateUnit = iota
	days
	milliseconds
	leapMilliseconds // with the leap seconds
	weeks            // 52 a year; the first begins on 1 January
	months
	quarters
	halves
)

// dateUnitOf reads a display format: %td, %-tdDD/NN/CCYY, %tc; %d is an old
// way to write %td.
func dateUnitOf(format string, s storage) dateUnit {
	if s == str || s == strL || s == alias {
		return notDate
	}
	f, ok := strings.CutPrefix(format, "%")
	if !ok {
		return notDate
	}
	f = strings.TrimPrefix(f, "-")
	if strings.HasPrefix(f, "d") {
		return days
	}
	if len(f) < 2 || f[0] != 't' {
		return notDate
	}
	switch f[1] {
	case 'd':
		return days
	case 'c':
		return milliseconds
	case 'C':
		return leapMilliseconds
	case 'w':
		return weeks
	case 'm':
		return months
	case 'q':
		return quarters
	case 'h':
		return halves
	}
	return notDate
}

// isPeriod reports whether values are stretches of time, of which the first day
// is shown.
func (u dateUnit) isPeriod() bool { return u >= weeks }

// epoch is the beginning of 1960 in seconds before 1970.
const epoch = 3653 * daySeconds

const daySeconds = 24 * 60 * 60

// seconds turns a value into whole seconds since 1970.
func (u dateUnit) seconds(v float64) float64 {
	switch u {
	case days:
		return math.Floor(v*daySeconds) - epoch
	case milliseconds:
		return math.Floor(v/1000) - epoch
	case leapMilliseconds:
		return withoutLeaps(math.Floor(v/1000) - epoch)
	case weeks:
		year, week := inYear(v, 52)
		return firstOf(year, 0) + 7*daySeconds*week
	case months:
		year, month := inYear(v, 12)
		return firstOf(year, month)
	case quarters:
		year, quarter := inYear(v, 4)
		return firstOf(year, 3*quarter)
	case halves:
		year, half := inYear(v, 2)
		return firstOf(year, 6*half)
	}
	return v
}

// inYear takes a count of periods since 1960 apart.
func inYear(v, perYear float64) (year, period float64) {
	v = math.Floor(v)
	year = math.Floor(v / perYear)
	return 1960 + year, v - perYear*year
}

// firstOf is the first day of a month, counted from 0. Years too far away for
// the calendar are beyond columns.MaxTime too.
func firstOf(year, month float64) float64 {
	if math.Abs(year) > maxYear {
		return math.Copysign(2*columns.MaxTime, year)
	}
	return float64(time.Date(int(year), time.Month(1+int(month)), 1, 0, 0, 0, 0, time.UTC).Unix())
}

// maxYear is the farthest year that a calendar is asked about.
const maxYear = 30_000_000

// leaps are the seconds at whose end a leap second was inserted: the days that
// begin behind one, as the International Earth Rotation and Reference Systems
// Service announced them (Bulletin C; none since 2017).
var leaps = leapDays()

func leapDays() []float64 {
	var days []float64
	for _, at := range []struct{ year, month int }{
		{1972, 7}, {1973, 1}, {1974, 1}, {1975, 1}, {1976, 1}, {1977, 1}, {1978, 1}, {1979, 1}, {1980, 1},
		{1981, 7}, {1982, 7}, {1983, 7}, {1985, 7}, {1988, 1}, {1990, 1}, {1991, 1}, {1992, 7}, {1993, 7},
		{1994, 7}, {1996, 1}, {1997, 7}, {1999, 1}, {2006, 1}, {2009, 1}, {2012, 7}, {2015, 7}, {2017, 1},
	} {
		days = append(days, firstOf(float64(at.year), float64(at.month-1)))
	}
	return days
}

// withoutLeaps turns seconds that count leap seconds into seconds that do not. A
// leap second itself becomes the first second of the next day.
func withoutLeaps(s float64) float64 {
	for i := len(leaps) - 1; i >= 0; i-- {
		if behind := float64(i + 1); s >= leaps[i]+behind {
			return s - behind
		}
	}
	return s
}

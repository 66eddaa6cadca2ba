package syntax

import (
	"bytes"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"tradeoff/data/described"
)

// numbers reads numbers with a decimal point, or a comma. One that has none in data of
// fixed width has so many decimals. A lone point is no number, as SPSS has it.
func numbers(comma bool, decimals int) func([]byte) (float64, bool) {
	by := math.Pow10(min(decimals, 15))
	return func(cell []byte) (float64, bool) {
		if len(cell) == 1 && cell[0] == '.' {
			return math.NaN(), true
		}
		if comma {
			cell = bytes.ReplaceAll(cell, []byte(","), []byte("."))
		}
		v, ok := described.Number(cell)
		if ok && by > 1 && !bytes.ContainsAny(cell, ".eE") {
			v /= by
		}
		return v, ok && (len(cell) != 2 || cell[0] != '.' || cell[1] <= '9') // .a is no number here
	}
}

// clock reads a time of day or a duration, in seconds.
func clock(cell []byte) (float64, bool) {
	parts := strings.Split(string(cell), ":")
	if len(parts) < 2 || len(parts) > 3 {
		return 0, false
	}
	sum := 0.0
	for i, p := range append(parts, "0")[:3] {
		v, err := strconv.ParseFloat(p, 64)
		if p == "" || strings.Trim(p, "0123456789.") != "" || err != nil || i > 0 && v >= 60 {
			return 0, false
		}
		sum = sum*60 + v
	}
	return sum, true
}

// orders are the formats of dates, by the order of day, month and year.
func orders() map[string]string {
	return map[string]string{"DATE": "dmy", "EDATE": "dmy", "DATETIME": "dmy", "ADATE": "mdy", "SDATE": "ymd", "YMDHMS": "ymd"}
}

// moments reads dates, with the time of day or without, in seconds: the parts between
// signs, in this order, but a year of four digits may stand first in all. Months are
// numbers or begin as in English. A year has four digits.
func moments(order string) func([]byte) (float64, bool) {
	return func(cell []byte) (float64, bool) {
		var parts [3]string
		rest := string(cell)
		for i := range parts {
			end := strings.IndexAny(rest, "-/., ")
			if end < 0 {
				end = len(rest)
			}
			parts[i], rest = rest[:end], rest[min(end+1, len(rest)):]
		}
		o := order
		if len(parts[0]) == 4 {
			o = "ymd"
		}
		var date [3]int
		for i, what := range "ymd" {
			p := parts[strings.IndexRune(o, what)]
			n, err := strconv.Atoi(p)
			if what == 'm' && err != nil {
				n = month(p)
			} else if err != nil {
				return 0, false
			}
			if date[i] = n; what == 'y' && len(p) != 4 {
				return 0, false
			}
		}
		t := time.Date(date[0], time.Month(date[1]), date[2], 0, 0, 0, 0, time.UTC)
		if t.Year() != date[0] || int(t.Month()) != date[1] || t.Day() != date[2] {
			return 0, false
		}
		seconds := 0.0
		if rest != "" {
			ok := false
			if seconds, ok = clock([]byte(rest)); !ok || seconds >= 86400 {
				return 0, false
			}
		}
		return float64(t.Unix()) + math.Floor(seconds), true
	}
}

// month is the number of a month in letters, 0 for none.
func month(s string) int {
	if len(s) < 3 {
		return 0
	}
	return 1 + slices.IndexFunc([]string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"},
		func(m string) bool { return strings.HasPrefix(m, strings.ToLower(s)) })
}

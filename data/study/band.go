package study

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// bandPattern is how a band is written: "18-24", "65+", "-17" for everything up
// to 17, "40" for the one value. The schema holds the same pattern.
const bandPattern = `^\s*(\d+(\.\d+)?\s*[-–]\s*\d+(\.\d+)?|\d+(\.\d+)?\s*\+|[-–]\s*\d+(\.\d+)?|\d+(\.\d+)?)\s*$`

var bandText = regexp.MustCompile(bandPattern)

// parseBand reads a band. Its label is the text as written, and "up to 17" for
// "-17", which a reader would take for a negative number.
func parseBand(s string) (Band, bool) {
	if !bandText.MatchString(s) {
		return Band{}, false
	}
	label := strings.TrimSpace(s)
	text := strings.ReplaceAll(strings.ReplaceAll(label, "–", "-"), " ", "")
	b := Band{Label: label, Low: math.Inf(-1), High: math.Inf(1)}
	low, high, isRange := strings.Cut(text, "-")
	switch {
	case strings.HasSuffix(text, "+"):
		b.Low = number(strings.TrimSuffix(text, "+"))
	case !isRange:
		b.Low, b.High = number(text), number(text)
	case low == "":
		b.High = number(high)
		b.Label = "up to " + high
	default:
		b.Low, b.High = number(low), number(high)
	}
	return b, true
}

// number reads a number that a pattern has already matched.
func number(s string) float64 {
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil {
		return math.NaN()
	}
	return v
}

package study

import (
	"regexp"
	"strconv"
	"strings"

	"tradeoff/data"
)

// plainDecimal is a number as people write codes: no exponent, no leading
// zeros, no plus sign.
var plainDecimal = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?$`)

// exactDigits is how many digits a number may have and still be the same number
// in float64; longer ones stay text.
const exactDigits = 15

// canonical is the code that a text in the study file stands for. A plain
// decimal is the number's code, so that 1 and 1.0 are the same; everything else
// is its own text: 012 stays "012", 2024-01-01 and 1e3 stay as they are, because
// YAML's idea of their value (10, a time, 1000) is not what the export holds.
// A quoted text is never taken for a number.
func canonical(s string, quoted bool) string {
	s = strings.TrimRight(s, " ")
	if quoted || !plainDecimal.MatchString(s) || len(s) > exactDigits {
		return s
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return s
	}
	return data.Code(v)
}

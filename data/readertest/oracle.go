package readertest

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

// JSON reads what another program found out, a file of JSON.
func JSON(t testing.TB, path string, into any) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatal(err)
	}
}

// Number is a number that another program printed.
func Number(t testing.TB, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Digest says of the values of all cases, in the form of Values, how many there
// are, and sums them up as haven.R does: an MD5 over one line a case, so that a
// value that is another one, or stands elsewhere, shows.
func Digest(column []any) (n int64, sum string) {
	lines := make([]string, len(column))
	for i, x := range column {
		switch x := x.(type) {
		case nil:
			continue
		case float64:
			lines[i] = Digits(x)
		case int64:
			lines[i] = Digits(float64(x))
		case string:
			lines[i] = x
		}
		n++
	}
	h := md5.Sum([]byte(strings.Join(lines, "\n")))
	return n, hex.EncodeToString(h[:])
}

// Digits is a number as the scripts print it, with 17 digits and without a sign on
// zero.
func Digits(v float64) string { return strconv.FormatFloat(v+0, 'g', 17, 64) }

// Start is a label as haven.R prints it.
func Start(label string) string {
	r := []rune(label)
	if len(r) <= 24 {
		return label
	}
	return fmt.Sprintf("%s...%d", string(r[:24]), len(r))
}

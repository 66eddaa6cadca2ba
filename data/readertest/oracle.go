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

// MD5 is the sum of the texts of all cases as haven.R prints it.
func MD5(texts []string) string {
	h := md5.Sum([]byte(strings.Join(texts, "\n")))
	return hex.EncodeToString(h[:])
}

// Start is a label as haven.R prints it.
func Start(label string) string {
	r := []rune(label)
	if len(r) <= 24 {
		return label
	}
	return fmt.Sprintf("%s...%d", string(r[:24]), len(r))
}

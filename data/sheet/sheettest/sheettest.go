// Package sheettest helps the tests of the readers of grids: the values of a
// survey as text, and what no message may tell.
package sheettest

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"tradeoff/data"
	"tradeoff/internal/sharedtest"
)

// Null stands for a missing value.
const Null = "\x00null"

// Values are all values of the named variables (nil for all), by variable and
// row, as text; and the number that the file gives each row.
func Values(t testing.TB, s *data.Survey, names []string) (values [][]string, rows []int64) {
	t.Helper()
	if names == nil {
		names = s.Codebook.Names()
	}
	values = make([][]string, len(names))
	for b, err := range s.Batches(names) {
		if err != nil {
			t.Fatal(err)
		}
		for i := range int(b.Record.NumRows()) {
			rows = append(rows, b.Row(i))
		}
		for k := range names {
			if got := b.Record.ColumnName(k); got != names[k] {
				t.Fatalf("column %d of the batch is %q, asked for %q", k, got, names[k])
			}
			column := data.Plain(b.Record.Column(k))
			for i := range column.Len() {
				values[k] = append(values[k], valueAt(t, column, i))
			}
		}
	}
	return values, rows
}

func valueAt(t testing.TB, column arrow.Array, i int) string {
	if column.IsNull(i) {
		return Null
	}
	switch a := column.(type) {
	case *array.Float64:
		return data.Code(a.Value(i))
	case *array.String:
		return a.Value(i)
	case *array.Timestamp:
		return time.Unix(int64(a.Value(i)), 0).UTC().Format(time.DateTime)
	}
	t.Fatalf("a column is %T", column)
	return ""
}

// Counts is how many rows hold each value of a variable.
func Counts(t testing.TB, s *data.Survey, name string) map[string]int {
	t.Helper()
	values, _ := Values(t, s, []string{name})
	n := map[string]int{}
	for _, v := range values[0] {
		n[v]++
	}
	return n
}

// Shape is "rows x columns" of what is read, and fails where the survey's own
// number of rows differs from the rows that come.
func Shape(t testing.TB, s *data.Survey) string {
	t.Helper()
	_, rows := Values(t, s, nil)
	if int64(len(rows)) != s.Files[0].Rows {
		t.Errorf("%d rows come, the survey says %d", len(rows), s.Files[0].Rows)
	}
	return fmt.Sprintf("%d x %d", len(rows), len(s.Codebook.Variables))
}

// KeepsSecrets fails where a message holds one of the addresses and open
// answers of the bad inputs.
func KeepsSecrets(t testing.TB, message string) {
	t.Helper()
	b, err := os.ReadFile(sharedtest.Path(t, "badinputs", "secrets.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range strings.Split(string(b), "\n") {
		if len(secret) > 5 && strings.Contains(message, secret) {
			t.Errorf("the message tells somebody's answer: %s", message)
		}
	}
}

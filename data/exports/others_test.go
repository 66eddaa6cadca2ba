package exports

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tradeoff/data"
	"tradeoff/data/readertest"
	"tradeoff/internal/sharedtest"
)

// What Python read in a file, see testdata/others.py. Columns are nil for bytes that
// are no text.
type otherFile struct {
	File    string
	Rows    int64
	Columns []string
}

// refused are files of which Python reads something that no survey can use; other
// tests hold what is said of them.
func refused() map[string]string {
	return map[string]string{
		"parquet-conformance/parquet-testing/binary.parquet":                  "bytes that are no text",
		"parquet-conformance/parquet-testing/fixed_length_byte_array.parquet": "bytes that are no text",
	}
}

// TestOthers compares every CSV file, workbook and Parquet file of the shared surveys
// with what Python's csv, openpyxl and pyarrow read in it, column by column, value for
// value. No other such file is in the folder.
func TestOthers(t *testing.T) {
	var others []otherFile
	readertest.JSON(t, "testdata/others.json", &others)
	sharedtest.Path(t, "surveys")
	var files []string
	for _, o := range others {
		files = append(files, o.File)
		t.Run(o.File, func(t *testing.T) {
			s, err := open(readertest.Input(t, sharedtest.Path(t, "surveys", o.File)))
			if want, ok := refused()[o.File]; ok {
				if err == nil || !data.IsData(err) || !strings.Contains(err.Error(), want) {
					t.Errorf("%v, want %q", err, want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			columns := make([][]any, len(s.Codebook.Variables))
			for b, err := range s.Batches(nil) {
				if err != nil {
					t.Fatal(err)
				}
				for i := range columns {
					columns[i] = append(columns[i], readertest.Column(b, i)...)
				}
			}
			if s.Files[0].Rows != o.Rows || len(columns) != len(o.Columns) {
				t.Fatalf("%d rows and %d columns, Python has %d and %d", s.Files[0].Rows, len(columns), o.Rows, len(o.Columns))
			}
			for i, column := range columns {
				if got := inPythonsWords(column, o.Columns[i]); got != o.Columns[i] {
					t.Errorf("column %d, %s: %s, Python has %s", i+1, s.Codebook.Variables[i].Name, got, o.Columns[i])
				}
			}
		})
	}
	if diff := cmp.Diff(sharedtest.Files(t, "surveys", ".csv", ".xlsx", ".zip", ".parquet"), files); diff != "" {
		t.Errorf("files (-shared +Python): %s", diff)
	}
}

var numeric = regexp.MustCompile(`^(-?(0|[1-9][0-9]*)(\.[0-9]*)?([eE][+-]?[0-9]+)?|-?\.[0-9]+([eE][+-]?[0-9]+)?)$`)

// inPythonsWords counts and sums up a column as the script does, as far as it did.
func inPythonsWords(column []any, want string) string {
	for i, x := range column {
		s, ok := x.(string)
		if !ok {
			continue
		}
		s = strings.TrimRight(s, " \t\r\n")
		switch bare := strings.Trim(s, " \t\r\n"); bare {
		case "", "NA", "N/A":
			column[i] = nil
		default:
			column[i] = s
			if v, ok := data.ParseCode(bare); ok && numeric.MatchString(bare) {
				column[i] = v
			}
		}
	}
	n, sum := readertest.Digest(column)
	if !strings.Contains(want, " ") {
		return fmt.Sprint(n)
	}
	return fmt.Sprint(n, " ", sum[:16])
}

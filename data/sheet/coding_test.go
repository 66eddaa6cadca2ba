package sheet

import (
	"fmt"
	"iter"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tradeoff/data"
)

// drawnCell draws cells of all forms that a column can hold: short codes most
// often, numbers and words in several ways of writing, and what is missing.
func drawnCell() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.Map(rapid.IntRange(0, 12), func(n int) string { return fmt.Sprint(n) }),
		rapid.SampledFrom([]string{"", "", " ", "NA", "N/A", " NA", "NAN", "N", "-", "0", "-0", "1", "1.0", " 1", "01", "1,5", "1,234", "1e3",
			"1.23458E+15", "9007199254740993", "yes", "yes ", "no", "strongly agree", "strongly disagree", "straßen", "\ufeffx", strings.Repeat("long ", 60)}),
		rapid.Map(rapid.IntRange(0, 2000), func(n int) string { return fmt.Sprint(n) }),
	)
}

// drawnTable draws rows of cells; every column keeps to some of them.
func drawnTable(t *rapid.T) [][]string {
	width := rapid.IntRange(1, 6).Draw(t, "width")
	pools := make([][]string, width)
	for i := range pools {
		pools[i] = rapid.SliceOfN(drawnCell(), 1, rapid.SampledFrom([]int{1, 5, 20, 700}).Draw(t, "different")).Draw(t, "pool")
	}
	rows := make([][]string, rapid.SampledFrom([]int{1, 10, 1000}).Draw(t, "rows"))
	for r := range rows {
		rows[r] = make([]string, width)
		for i, pool := range pools {
			rows[r][i] = pool[(r*(i+7)+r/len(pool))%len(pool)]
		}
	}
	return rows
}

// gridOf makes a grid of rows below a header: as lines, or as cells of the
// kinds given.
func gridOf(rows [][]string, kinds func(row, column int) Kind) Grid {
	header := make([]string, len(rows[0]))
	for i := range header {
		header[i] = fmt.Sprintf("v%d", i)
	}
	return Grid{
		File:      data.File{Path: "x", Unit: "line"},
		Delimiter: '|',
		Rows: func(Start) iter.Seq2[*Row, error] {
			return func(yield func(*Row, error) bool) {
				for r, cells := range append([][]string{header}, rows...) {
					row := &Row{Start: Start{Number: int64(r + 1)}, Bytes: []byte(strings.Join(cells, "|") + "|"), Delimiter: '|'}
					if r > 0 && kinds != nil {
						row.split()
						for i := range row.Cells {
							row.Cells[i].Kind = kinds(r-1, i)
						}
					}
					if !yield(row, nil) {
						return
					}
				}
			}
		},
	}
}

// cellsOf reads all values of a table as text.
func cellsOf(t *rapid.T, tb *table) (out [][]string, coded int) {
	for b, err := range tb.scan(tb.book.Names(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range b.Record.Columns() {
			if _, _, ok := data.Codes(c); ok {
				coded++
			}
			plain := data.Plain(c)
			for r := range plain.Len() {
				if len(out) <= int(b.Before)+r {
					out = append(out, []string{fmt.Sprint("line ", b.Row(r))})
				}
				out[int(b.Before)+r] = append(out[int(b.Before)+r], fmt.Sprint(i, plain.DataType(), " ", valueOf(plain, r)))
			}
		}
	}
	return out, coded
}

// TestCodedIsPlain reads random tables with and without codes: the values are
// the same, row by row, and the same from lines as from cells.
func TestCodedIsPlain(t *testing.T) {
	coded := 0
	rapid.Check(t, func(t *rapid.T) {
		rows := drawnTable(t)
		read := func(kinds func(row, column int) Kind) [][]string {
			g := gridOf(rows, kinds)
			tb, err := inspect(&g)
			if err != nil {
				return nil // no row holds anything
			}
			values, n := cellsOf(t, tb)
			coded += n
			for i := range tb.columns {
				tb.columns[i].coding = nil
			}
			plain, n := cellsOf(t, tb)
			if n > 0 {
				t.Fatalf("%d coded columns, want none", n)
			}
			if d := cmp.Diff(plain, values); d != "" {
				t.Fatal(d)
			}
			return values
		}
		lines := read(nil)
		cells := read(func(int, int) Kind { return Plain })
		if d := cmp.Diff(lines, cells); d != "" {
			t.Fatal(d)
		}
		read(func(row, column int) Kind { return Kind((row + column) % 2) }) // some in quotation marks
	})
	if coded == 0 {
		t.Error("no column was coded")
	}
}

// TestEvidence counts classes cell by cell, and compares with what the first
// pass counts text by text, for cells with and without quotation marks.
func TestEvidence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawnTable(t)
		quoted := rapid.Bool().Draw(t, "quotation marks")
		var got, want evidence
		var codes []uint8
		got.texts = newDictionary()
		for r, row := range rows {
			if row[0] == "" {
				continue
			}
			k := Plain
			if quoted && r%2 == 1 {
				k = Quoted
			}
			if code := got.add([]byte(row[0]), k, int64(r+1)); code != unknown {
				codes = append(codes, code)
			}
			c := classify([]byte(row[0]), k)
			if want.n[c]++; want.n[c] == 1 {
				want.first[c] = int64(r + 1)
			}
		}
		got.texts.count(codes)
		got.tally()
		if got.n != want.n || got.first != want.first {
			t.Fatalf("%v from rows %v, want %v from %v", got.n, got.first, want.n, want.first)
		}
	})
}

// valueOf is one value as text; -0 is 0.
func valueOf(a arrow.Array, i int) string {
	if f, ok := a.(*array.Float64); ok && f.IsValid(i) {
		return data.Code(f.Value(i))
	}
	return a.ValueStr(i)
}

package sheet

import (
	"fmt"
	"iter"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tradeoff/data"
)

// lineGrid is a grid of lines of fixed width, whose cells have been looked for or not.
func lineGrid(lines []string, places []Place, described map[string]*Described, looked bool) Grid {
	return Grid{File: data.File{Path: "a.dat", Unit: "line"}, Delimiter: ' ', Described: described, Rows: func(Start) iter.Seq2[*Row, error] {
		return func(yield func(*Row, error) bool) {
			top := &Row{}
			for i := range places {
				name := fmt.Sprint("v", i)
				top.Cells = append(top.Cells, Cell{Start: int32(len(top.Bytes)), End: int32(len(top.Bytes) + len(name)), Kind: Quoted})
				top.Bytes = append(top.Bytes, name...)
			}
			if !yield(top, nil) {
				return
			}
			for i, line := range lines {
				row := &Row{Start: Start{Number: int64(i + 1), Offset: int64(i + 1)}, Bytes: []byte(line), Places: places}
				if looked {
					row.split()
				}
				if !yield(row, nil) {
					return
				}
			}
		}
	}}
}

// Lines of fixed width give the same survey, or the same faults, whether their cells
// are read at their places or looked for first.
func TestPlaces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var places []Place
		described := map[string]*Described{}
		end := int32(0)
		for i := range rapid.IntRange(1, 6).Draw(t, "columns") {
			start := end + int32(rapid.IntRange(0, 1).Draw(t, "gap"))
			end = start + int32(rapid.IntRange(0, 3).Draw(t, "width"))
			cut := rapid.Bool().Draw(t, "number")
			places = append(places, Place{Start: start, End: end, Cut: cut})
			if cut {
				described[fmt.Sprint("v", i)] = &Described{Type: data.Number, Wrong: "no number", Read: func(cell []byte) (float64, bool) {
					if string(cell) == "." {
						return math.NaN(), true
					}
					return Decimal(cell)
				}}
			}
		}
		char := rapid.SampledFrom([]byte(rapid.SampledFrom([]string{"   112234", "   1122349.a"}).Draw(t, "alphabet")))
		few := rapid.SliceOfN(rapid.SliceOfN(char, int(end), int(end)+1), 1, 12).Draw(t, "lines")
		var lines []string
		for i := range rapid.SampledFrom([]int{len(few), 600, 9000}).Draw(t, "rows") {
			line := string(few[i%len(few)])
			if end >= 3 { // many different values
				line = strings.Replace(line, "111", fmt.Sprintf("%3d", i%1000), 1)
			}
			lines = append(lines, line)
		}
		room := rapid.SampledFrom([]int64{0, 1 << 30}).Draw(t, "room")
		read := func(looked bool) (values []string) {
			g := lineGrid(lines, places, described, looked)
			g.Room = room
			s, err := Survey(g)
			if err != nil {
				return []string{err.Error()}
			}
			for b, err := range s.Batches(nil) {
				if err != nil {
					return append(values, err.Error())
				}
				for _, row := range rowsOf(b, nil) {
					values = append(values, strings.Join(row, "|"))
				}
			}
			return append(values, s.Codebook.Notes...)
		}
		if d := cmp.Diff(read(true), read(false)); d != "" {
			t.Fatal(d)
		}
	})
}

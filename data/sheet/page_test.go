package sheet

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tradeoff/data"
)

// manyRows are rows of several pages: closed answers, a number of its own for
// every row, texts that become too many for a dictionary far down, and words.
func manyRows(rng *rand.Rand, n int) [][]string {
	rows := make([][]string, n)
	for r := range rows {
		late := "same"
		if r > n/2 {
			late = fmt.Sprint("late ", r)
		}
		rows[r] = []string{
			[]string{"1", "2", "3", "", "NA", "10", "01"}[rng.IntN(7)],
			fmt.Sprint(r),
			[]string{"yes", "no", "", "yes "}[rng.IntN(4)],
			late,
			fmt.Sprintf("%.3f", rng.Float64()),
		}
	}
	return rows
}

// counted counts how often the rows of a grid are read.
func counted(g *Grid) *int {
	n, rows := new(int), g.Rows
	g.Rows = func(from Start) iter.Seq2[*Row, error] {
		*n++
		return rows(from)
	}
	return n
}

// TestKeptIsRead reads tables with room for all rows, for some pages and for
// none: the values are the same, with and without stretches passed over, and
// what is kept is not read again.
func TestKeptIsRead(t *testing.T) {
	rows := manyRows(rand.New(rand.NewPCG(1, 1)), 3*pageRows+100)
	skips := map[string]data.Skip{
		"none":   nil,
		"first":  func(before, n int64) bool { return before+n <= pageRows },
		"second": func(before, n int64) bool { return before >= pageRows && before+n <= 2*pageRows },
		"last":   func(before, n int64) bool { return before >= 3*pageRows },
	}
	for name, kinds := range map[string]func(row, column int) Kind{"lines": nil, "cells": func(row, column int) Kind { return Kind((row + column) % 2) }} {
		for skipped, skip := range skips {
			t.Run(name+", without "+skipped, func(t *testing.T) {
				read := func(room int64) (values [][]string, passes, kept int) {
					g := gridOf(rows, kinds)
					g.Room = room
					n := counted(&g)
					tb, err := inspect(&g)
					if err != nil {
						t.Fatal(err)
					}
					for b, err := range tb.scan([]string{"v4", "v0", "v3", "v2", "v1"}, skip) {
						if err != nil {
							t.Fatal(err)
						}
						values = append(values, rowsOf(b, skip)...)
					}
					return values, *n, len(tb.kept)
				}
				want, _, kept := read(0)
				if kept != 0 {
					t.Errorf("%d pages are kept without room", kept)
				}
				for room, pages := range map[int64]int{300_000: 1, 1 << 30: 4} {
					got, passes, kept := read(room)
					if d := cmp.Diff(want, got); d != "" {
						t.Fatal(d)
					}
					if kept != pages {
						t.Errorf("%d pages are kept in %d bytes, want %d", kept, room, pages)
					}
					if kept == 4 && passes != 1 {
						t.Errorf("all rows are kept, and are read %d times", passes)
					}
				}
			})
		}
	}
}

// rowsOf is a batch as text, row by row, without the rows that skip names.
func rowsOf(b data.Batch, skip data.Skip) (out [][]string) {
	for i := range int(b.Record.NumRows()) {
		before := (b.Before + int64(i)) / pageRows * pageRows
		if skip.Rows(before, min(pageRows, 3*pageRows+100-before)) {
			continue
		}
		row := []string{fmt.Sprint(b.Row(i), " behind ", b.Before+int64(i))}
		for _, c := range b.Record.Columns() {
			if codes, values, ok := data.Codes(c); ok {
				if codes[i] == data.NoCode {
					row = append(row, "(null)")
				} else {
					row = append(row, valueOf(values, int(codes[i])))
				}
				continue
			}
			row = append(row, valueOf(c, i))
		}
		out = append(out, row)
	}
	return out
}

// TestLateWord: a column of numbers that turns out to be text, far down, is read
// as text from the top.
func TestLateWord(t *testing.T) {
	rows := manyRows(rand.New(rand.NewPCG(4, 4)), 2*pageRows)
	rows[pageRows+5][4] = "none of them"
	g := gridOf(rows, nil)
	g.Room = 1 << 30
	tb, err := inspect(&g)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for b, err := range tb.scan([]string{"v4"}, nil) {
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rowsOf(b, nil) {
			if row[1] != rows[n][4] {
				t.Fatalf("row %d is %q, want %q", n, row[1], rows[n][4])
			}
			n++
		}
	}
	if n != len(rows) {
		t.Errorf("%d rows, want %d", n, len(rows))
	}
}

// TestForgotten: what identifies people is gone from memory, and the other
// columns are what they were.
func TestForgotten(t *testing.T) {
	rows := manyRows(rand.New(rand.NewPCG(2, 2)), pageRows+50)
	g := gridOf(rows, nil)
	g.Room = 1 << 20
	tb, err := inspect(&g)
	if err != nil {
		t.Fatal(err)
	}
	before := tb.Bytes()
	tb.Forget([]string{"v1", "v3"})
	if len(tb.kept) != 2 || tb.Bytes() >= before {
		t.Errorf("%d pages of %d bytes are kept, before it were %d bytes", len(tb.kept), tb.Bytes(), before)
	}
	for _, p := range tb.kept {
		if p.numbers[1] != nil || p.texts[3] != nil {
			t.Error("what is known of a column that was left out are still there")
		}
	}
	n := 0
	for b, err := range tb.scan([]string{"v4", "v2"}, nil) {
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rowsOf(b, nil) {
			var v float64
			if _, err := fmt.Sscan(rows[n][4], &v); err != nil {
				t.Fatal(err)
			}
			word := strings.TrimRight(rows[n][2], " ")
			if word == "" {
				word = "(null)"
			}
			if want := []string{data.Code(v), word}; !slices.Equal(row[1:], want) {
				t.Fatalf("row %d is %v, want %v", n, row[1:], want)
			}
			n++
		}
	}
	if n != len(rows) {
		t.Errorf("%d rows, want %d", n, len(rows))
	}
}

// TestQuartets takes words of every pattern of delimiters apart byte by byte.
func TestQuartets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SliceOfN(rapid.SampledFrom([]byte{0, 0, 1, 0x7f, 0x80, 0xff}), 8, 8).Draw(t, "word")
		want, at := quartet(0), 0
		for cell := range 4 {
			want |= quartet(8*at) << (8 * cell)
			if at < 8 && word[at] != 0 {
				at++
			}
			if at > 7 || word[at] != 0 {
				want, at = 0, 0
				break
			}
			at++
		}
		want |= quartet(at) << 32
		var x uint64
		for i, b := range word {
			x |= uint64(b) << (8 * i)
		}
		if got := quartetOf(x); got != want {
			t.Fatalf("%x of %v, want %x", got, word, want)
		}
	})
}

// BenchmarkLine reads lines of forty closed answers, some of them missing.
func BenchmarkLine(b *testing.B) {
	rng := rand.New(rand.NewPCG(3, 3))
	columns := make([]shorts, 40)
	p := newPage(pageRows)
	for k := range columns {
		columns[k] = newShorts(unknown)
		columns[k].one[','] = data.NoCode
		for d := range 5 {
			columns[k].one['1'+d] = uint8(d)
		}
		p.addColumn()
	}
	lines := make([][]byte, 1000)
	size := 0
	for i := range lines {
		for range columns {
			if rng.IntN(20) > 0 {
				lines[i] = append(lines[i], '1'+byte(rng.IntN(5)))
			}
			lines[i] = append(lines[i], ',')
		}
		size += len(lines[i])
	}
	other := func(int, []byte, Kind) uint8 { panic("an answer that is not known") }
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, line := range lines {
			if end := p.readLine(line, ',', columns, other); end != len(line) {
				b.Fatalf("read %d of %d bytes", end, len(line))
			}
			if p.rows = append(p.rows, 0); len(p.rows) == p.limit {
				p.clear()
			}
		}
	}
}

package pipeline

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Bases and ticks of items are those of a plain count row by row, whatever the files, the
// waves and the columns hold: ticks (1), codes for not ticked (0), a missing code (9) or
// nothing.
func TestTickAllBasesAreThoseOfRows(t *testing.T) {
	const items = 3
	files := []string{"a.csv", "b.csv"}
	waves := []string{"2023", "2024", "2025"}
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		type row struct {
			file, wave int
			cells      [items]string
		}
		byWave := rapid.Bool().Draw(t, "waves")
		var rows []row
		for f := range files {
			for w := range waves {
				var holds [items]string
				for k := range holds { // what the column holds in this part
					holds[k] = rapid.SampledFrom([]string{"", "1", "01", "019", "19", "9"}).Draw(t, "holds")
				}
				for range rapid.IntRange(20, 40).Draw(t, "rows") {
					r := row{file: f, wave: w}
					for k, h := range holds {
						if i := rapid.IntRange(0, len(h)).Draw(t, "cell"); i < len(h) {
							r.cells[k] = h[i : i+1]
						}
					}
					rows = append(rows, r)
				}
			}
		}
		rows = append(rows, row{0, 0, [items]string{"1", "1", "1"}}, row{0, 0, [items]string{"1", "1", "1"}})
		text := map[int]string{}
		for _, r := range rows {
			text[r.file] += fmt.Sprintf("%s,%s,%s,%s\n", waves[r.wave], r.cells[0], r.cells[1], r.cells[2])
		}
		yaml := "study: S\nsources: [a.csv, b.csv]\nquestions: {q: {type: multi, columns: [s0, s1, s2], yes: 1, missing: 9}}\n"
		part := func(r row) [2]int { return [2]int{r.file, 0} }
		if byWave {
			yaml += "wave: {column: w, labels: [2023, 2024, 2025]}\n"
			part = func(r row) [2]int { return [2]int{r.file, r.wave} }
		}
		for f, name := range files {
			write(t, filepath.Join(dir, name), "w,s0,s1,s2\n"+text[f])
		}
		// The rule, as docs/study-file.md says it.
		some := func(k int, in func(row) bool, values string) bool {
			for _, r := range rows {
				if c := r.cells[k]; in(r) && c != "" && strings.Contains(values, c) {
					return true
				}
			}
			return false
		}
		answers := func(c string) bool { return c == "0" || c == "1" }
		inBase := func(k int, r row) bool {
			here := func(o row) bool { return part(o) == part(r) }
			anySaysNo := some(0, here, "0") || some(1, here, "0") || some(2, here, "0")
			switch {
			case !answers(r.cells[0]) && !answers(r.cells[1]) && !answers(r.cells[2]), r.cells[k] == "9":
				return false
			case r.cells[k] != "":
				return true
			case some(k, here, "0"):
				return false
			case some(k, here, "01"):
				return true
			}
			elsewhere := byWave && some(k, func(row) bool { return true }, "01") && !some(k, func(o row) bool { return o.wave == r.wave }, "01")
			return !anySaysNo && !elsewhere
		}
		var base, ticks [items][4]int
		for _, r := range rows {
			for k := range items {
				if !inBase(k, r) {
					continue
				}
				for _, j := range []int{0, r.wave + 1} {
					base[k][j]++
					if r.cells[k] == "1" {
						ticks[k][j]++
					}
				}
			}
		}
		x := estimated(t, dir, yaml).tables[0]
		for k := range items {
			at := 0
			for j, c := range x.Columns {
				if j > 0 && c.Group != "wave" {
					continue
				}
				if b, n := x.BaseOf(k, j).Unweighted, x.Cell(k, j).Count; b != base[k][at] || n != ticks[k][at] {
					t.Fatalf("item %d, column %d: %d of %d, want %d of %d", k, at, n, b, ticks[k][at], base[k][at])
				}
				at++
			}
		}
	})
}

// BenchmarkTicks makes both passes over a tick-all question of 40 columns: codes, and
// codes with empty cells in three waves. Rows are kept as they were met at opening.
func BenchmarkTicks(b *testing.B) {
	const n, columns = 200_000, 40
	for _, waves := range []bool{false, true} {
		b.Run(fmt.Sprintf("waves=%v", waves), func(b *testing.B) {
			dir := b.TempDir()
			rng := rand.New(rand.NewPCG(1, 1))
			var text strings.Builder
			var names []string
			for k := range columns {
				names = append(names, fmt.Sprintf("s%d", k))
			}
			text.WriteString("w," + strings.Join(names, ",") + "\n")
			for i := range n {
				fmt.Fprintf(&text, "%d", 2023+i%3)
				for range columns {
					text.WriteString([]string{",0", ",1", ","}[rng.IntN(3)])
				}
				text.WriteByte('\n')
			}
			write(b, filepath.Join(dir, "a.csv"), text.String())
			yaml := "study: S\nsources: a.csv\nquestions: {q: {type: multi, columns: [" + strings.Join(names, ", ") + "], yes: 1}}\n"
			if waves {
				yaml += "wave: w\n"
			}
			path := filepath.Join(dir, "s.yaml")
			write(b, path, yaml)
			r := newRun(FromPath(path), Options{})
			defer r.close()
			if err := r.do(b.Context(), []stage{{"loading", r.load}}); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if err := r.do(b.Context(), []stage{{"binding", r.bind}, {"reading", r.readFrame}, {"counting", r.count}}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)*columns*float64(b.N)/b.Elapsed().Seconds(), "cells/s")
		})
	}
}

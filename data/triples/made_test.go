package triples

import (
	"fmt"
	"math"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tradeoff/data/readertest"
)

// A made is a variable that a test made up: how its answers look in the file, and what
// has to come out, a list for each column.
type made struct {
	kind, rest string
	width      int
	cells      []string
	want       [][]any
}

// add adds an answer that is a column's value, or one of several.
func (m *made) add(cell string, values ...any) {
	m.cells = append(m.cells, cell)
	for i, v := range values {
		m.want[i] = append(m.want[i], v)
	}
}

// makeUp makes a variable of n answers: codes of one or two digits, in several
// spellings; numbers of few or many values; bits; texts with letters and signs that
// CSV has to put into quotation marks.
func makeUp(t *rapid.T, n int) made {
	m := made{kind: rapid.SampledFrom([]string{"single", "quantity", "multiple", "character"}).Draw(t, "kind")}
	of := func(what string, most int) int { return rapid.IntRange(0, most).Draw(t, what) }
	columns := 1
	switch m.kind {
	case "single":
		m.width = 1 + of("width", 1)
		m.rest = "<values>"
		for k := range int(math.Pow10(m.width)) {
			m.rest += fmt.Sprintf(`<value code="%d">a</value>`, k)
		}
		m.rest += "</values>"
	case "quantity":
		m.width = 3 + of("width", 7)
	case "multiple":
		m.width, columns = 3, 3
		m.rest = `<values><value code="1">a</value><value code="2">b</value><value code="3">c</value></values>`
	case "character":
		m.width = 4
	}
	m.want = make([][]any, columns)
	kinds := rapid.SampledFrom([]int{2, 60, 2000}).Draw(t, "kinds of numbers")
	seed := of("seed", 1<<20)
	for i := range n {
		seed = seed*1103515245&0xffffffff + 12345
		x := seed >> 8
		switch {
		case x%7 == 0 && columns == 3:
			m.add("   ", nil, nil, nil)
		case x%7 == 0:
			m.add(strings.Repeat(" ", m.width), nil)
		case m.kind == "single":
			v := x / 7 % int(math.Pow10(m.width))
			m.add(fmt.Sprintf([]string{"%*d", "%-*d", "%0*d"}[x/7/100%3], m.width, v), float64(v))
		case m.kind == "quantity":
			v := float64(x / 7 % kinds % int(math.Pow10(m.width-2))) // and a sign, and a point
			cell := fmt.Sprintf("%*g", m.width, v)
			if i%3 == 0 {
				v /= -2
				if cell = fmt.Sprintf("%*.1f", m.width, v); len(cell) > m.width {
					v, cell = 0, fmt.Sprintf("%0*d", m.width, 0)
				}
			}
			m.add(cell, v+0)
		case m.kind == "multiple":
			b := fmt.Sprintf("%03b", x/7%8)
			m.add(b, float64(b[0]-'0'), float64(b[1]-'0'), float64(b[2]-'0'))
		default:
			text := []string{"a", "b,b", `"c"`, `d""`, "é", "  f", "ganz", ",", "日本"}[x/7%9]
			m.add(text+strings.Repeat(" ", m.width-utf8.RuneCountInString(text)), text)
		}
	}
	return m
}

// place is where a variable stands, the last position or field before it being at.
func (m *made) place(csv bool, at *int) string {
	from := *at + 1
	if csv {
		*at++
		return fmt.Sprintf(`start="%d"`, from)
	}
	*at += m.width
	return fmt.Sprintf(`start="%d" finish="%d"`, from, *at)
}

// spelt is an answer as it stands in the file.
func (m *made) spelt(csv bool, i int) string {
	if csv && (strings.ContainsAny(m.cells[i], `,"`) || i%11 == 0) {
		return `"` + strings.ReplaceAll(m.cells[i], `"`, `""`) + `"`
	}
	return m.cells[i]
}

// What was written comes out, in every column of both layouts, in as many rows as take
// several blocks, on any number of threads.
func TestMadeUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{1, 5, blockRows - 1, blockRows, blockRows + 1, 3*blockRows + 7}).Draw(t, "rows")
		csv := rapid.Bool().Draw(t, "csv")
		var all []made
		var definition, lines strings.Builder
		at := 0
		var want [][]any
		for k := range rapid.IntRange(1, 6).Draw(t, "variables") {
			m := makeUp(t, n)
			all = append(all, m)
			definition.WriteString(variableOf("v"+strconv.Itoa(k), m.kind, m.place(csv, &at), m.rest))
			want = append(want, m.want...)
		}
		for i := range n {
			for k := range all {
				if csv && k > 0 {
					lines.WriteByte(',')
				}
				lines.WriteString(all[k].spelt(csv, i))
			}
			if csv && len(all) == 1 { // a line of blanks alone is a row, and one without anything is none
				lines.WriteByte(',')
			}
			lines.WriteByte('\n')
		}
		layout := `format="fixed"`
		if csv {
			layout = `format="csv"`
		}
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(rapid.IntRange(1, 4).Draw(t, "threads")))
		s, err := pair([]byte(define(layout, definition.String())), []byte(lines.String()))
		if err != nil {
			t.Fatal(err)
		}
		got, err := readertest.Values(s, nil)
		if err != nil || !cmp.Equal(got, want) {
			t.Fatal(err, cmp.Diff(want, got))
		}
	})
}

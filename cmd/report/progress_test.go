package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"tradeoff/pipeline"
)

// screen is what stands on a terminal of one line a row after the text: a
// carriage return goes to the beginning of the line, ESC [K clears the rest.
func screen(text string) string {
	var rows []string
	for line := range strings.SplitSeq(text, "\n") {
		row, at := []rune{}, 0
		for line != "" {
			if rest, ok := strings.CutPrefix(line, "\r"); ok {
				line, at = rest, 0
				continue
			}
			if rest, ok := strings.CutPrefix(line, "\x1b[K"); ok {
				line, row = rest, row[:at]
				continue
			}
			row = append(row[:at], append([]rune(line[:1]), row[min(len(row), at+1):]...)...)
			line, at = line[1:], at+1
		}
		rows = append(rows, string(row))
	}
	return strings.Join(rows, "\n")
}

func TestBarOnATerminal(t *testing.T) {
	var b bytes.Buffer
	p := &progress{w: &b, kind: "bar"}
	want := func(text string) {
		t.Helper()
		if got := screen(b.String()); got != text {
			t.Errorf("the screen shows\n%q\nand not\n%q", got, text)
		}
	}
	p.show(pipeline.Progress{Stage: "reading", Rows: 500, Of: 1000})
	want("reading    [============            ] 500 of 1000")
	p.show(pipeline.Progress{Stage: "reading", Rows: 1000, Of: 1000})
	want("reading    [========================] 1000 of 1000")

	// A shorter line leaves nothing of a longer one, and a log line stands
	// above the bar.
	p.show(pipeline.Progress{Stage: "drawing"})
	want("drawing ...")
	fmt.Fprintln(p, "warning: small base")
	want("warning: small base\n")
	p.show(pipeline.Progress{Stage: "counting", Rows: 7})
	want("warning: small base\ncounting 7 rows")

	p.done()
	want("warning: small base\n")
}

// TestBarIsNotRedrawnForEveryBatch checks that a fast run does not write more
// than a person sees.
func TestBarIsNotRedrawnForEveryBatch(t *testing.T) {
	var b bytes.Buffer
	p := &progress{w: &b, kind: "bar"}
	for i := range int64(10000) {
		p.show(pipeline.Progress{Stage: "counting", Rows: i, Of: 10000})
	}
	if n := strings.Count(b.String(), "counting"); n > 1000 {
		t.Errorf("the bar is drawn %d times", n)
	}
}

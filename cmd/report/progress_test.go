package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

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

// A watched is a progress display under a clock that a test turns.
type watched struct {
	progress
	out   bytes.Buffer
	clock time.Time
}

func watchedProgress(kind string, width int) *watched {
	w := &watched{clock: time.Unix(1e9, 0)}
	w.progress = progress{w: &w.out, kind: kind, now: func() time.Time { return w.clock }, width: func() int { return width },
		say: func(s position) { fmt.Fprintln(&w.out, s) }}
	return w
}

// stage shows a stage of some seconds, a batch each tenth of one.
func (w *watched) stage(name string, rows int64, seconds int) {
	w.show(pipeline.Progress{Stage: name})
	for i := range int64(seconds * 10) {
		w.clock = w.clock.Add(time.Second / 10)
		w.show(pipeline.Progress{Stage: name, Rows: rows * (i + 1) / int64(seconds*10), Of: rows})
	}
}

func TestBarOnATerminal(t *testing.T) {
	p := watchedProgress("bar", 80)
	want := func(text string) {
		t.Helper()
		if got := screen(p.out.String()); got != text {
			t.Errorf("the screen shows\n%q\nand not\n%q", got, text)
		}
	}
	p.show(pipeline.Progress{Stage: "reading"})
	want("reading ...")
	p.clock = p.clock.Add(redrawn)
	p.show(pipeline.Progress{Stage: "reading", Rows: 1500, Of: 3000})
	want("reading    [======      ] 1,500 of 3,000 rows")
	p.show(pipeline.Progress{Stage: "reading", Rows: 3000, Of: 3000}) // the end is shown at once
	want("reading    [============] 3,000 of 3,000 rows")

	// A shorter line leaves nothing of a longer one, and a log line stands
	// above the bar.
	p.show(pipeline.Progress{Stage: "drawing"})
	want("drawing ...")
	fmt.Fprintln(p, "warning: small base")
	want("warning: small base\n")
	p.show(pipeline.Progress{Stage: "counting", Rows: 7})
	want("warning: small base\ncounting   7 rows")

	p.done()
	want("warning: small base\n")
}

// TestPaceOfALongStage: ten million rows at a million a second.
func TestPaceOfALongStage(t *testing.T) {
	p := watchedProgress("bar", 80)
	p.stage("counting", 10_000_000, 10)
	lines := strings.Split(p.out.String(), "\r\x1b[K")
	for i, want := range map[int]string{
		0:   "counting ...",
		9:   "counting   [=           ] 900,000 of 10,000,000 rows",
		10:  "counting   [=           ] 1,000,000 of 10,000,000 rows, 1,000,000 rows/s, 9 s left",
		60:  "counting   [=======     ] 6,000,000 of 10,000,000 rows, 1,000,000 rows/s, 4 s left",
		100: "counting   [============] 10,000,000 of 10,000,000 rows, 1,000,000 rows/s",
	} {
		if i != 10 && i != 60 {
			if lines[i] != want {
				t.Errorf("line %d is\n%q and not\n%q", i, lines[i], want)
			}
			continue
		}
		// These have 80 characters and more: the bar is left out.
		if want = "counting   " + want[26:]; lines[i] != want {
			t.Errorf("line %d is\n%q and not\n%q", i, lines[i], want)
		}
	}
	for _, l := range lines {
		if len(l) >= 80 {
			t.Errorf("%q is longer than a line", l)
		}
	}
}

// TestNarrowTerminal: a line that does not fit would be wrapped, and could not
// be cleared any more.
func TestNarrowTerminal(t *testing.T) {
	s := position{pipeline.Progress{Stage: "counting", Rows: 1_000_000, Of: 10_000_000}, pace{1_000_000, 9 * time.Second}}
	for width, want := range map[int]string{
		90: "counting   [=           ] 1,000,000 of 10,000,000 rows, 1,000,000 rows/s, 9 s left",
		80: "counting   1,000,000 of 10,000,000 rows, 1,000,000 rows/s, 9 s left",
		60: "counting   1,000,000 of 10,000,000 rows, 9 s left",
		45: "counting   1,000,000 of 10,000,000 rows",
		20: "",
	} {
		if got := s.bar(width); got != want {
			t.Errorf("in %d characters: %q, want %q", width, got, want)
		}
	}
}

// TestPaceIsSteady: one batch that takes four times as long does not make the
// time left jump, and a lasting change shows.
func TestPaceIsSteady(t *testing.T) {
	clock := time.Unix(1e9, 0)
	m, rows := meter{began: clock}, int64(0)
	after := func(seconds int, n int64) pace {
		clock, rows = clock.Add(time.Duration(seconds)*time.Second), rows+n
		return m.at(clock, pipeline.Progress{Rows: rows, Of: 1_000_000})
	}
	for range 10 {
		after(1, 10_000)
	}
	if got := after(1, 2_500); got.rate < 8_000 || got.rate > 9_990 || got.left < 90*time.Second || got.left > 110*time.Second {
		t.Errorf("one slow batch: %+v", got)
	}
	var got pace
	for range 20 {
		got = after(1, 2_500)
	}
	if got.rate < 2_500 || got.rate > 2_700 {
		t.Errorf("after twenty slow batches: %+v", got)
	}
	// Between two looks, a second apart, nothing changes.
	clock, rows = clock.Add(time.Second/2), rows+100_000
	if half := m.at(clock, pipeline.Progress{Rows: rows, Of: 1_000_000}); half != got {
		t.Errorf("half a second later %+v is shown in place of %+v", half, got)
	}
}

// TestUnknownTotal: rows of an export that does not say how many it has are
// counted, and no time left is made up.
func TestUnknownTotal(t *testing.T) {
	clock := time.Unix(1e9, 0)
	m := meter{began: clock}
	s := pipeline.Progress{Stage: "reading", Rows: 12_345_678}
	at := position{s, m.at(clock.Add(10*time.Second), s)}
	if got, want := at.bar(80), "reading    12,345,678 rows, 1,230,000 rows/s"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestAbout(t *testing.T) {
	for d, want := range map[time.Duration]string{
		time.Second:                   "1 s",
		59 * time.Second:              "59 s",
		61 * time.Second:              "2 min",
		3600 * time.Second:            "1 h 00 min",
		2*time.Hour + 601*time.Second: "2 h 11 min",
	} {
		if got := about(d); got != want {
			t.Errorf("%v is said as %q, want %q", d, got, want)
		}
	}
}

// TestLinesOfALog: a line a stage, and one every five seconds where there are
// rows; a short stage has none.
func TestLinesOfALog(t *testing.T) {
	p := watchedProgress("plain", 80)
	p.stage("reading", 3_000, 1)
	p.stage("counting", 10_000_000, 12)
	p.stage("drawing", 0, 0)
	if got, want := p.out.String(), `reading ...
counting ...
counting: 4,166,666 of 10,000,000 rows, 833,000 rows/s, 7 s left
counting: 8,333,333 of 10,000,000 rows, 833,000 rows/s, 2 s left
drawing ...
`; got != want {
		t.Errorf("the log says\n%s\nand not\n%s", got, want)
	}
}

func TestPositionForMachines(t *testing.T) {
	for _, c := range []struct {
		at   position
		want string
	}{
		{position{pipeline.Progress{Stage: "drawing"}, pace{}}, `{"msg":"stage begins","stage":"drawing"}`},
		{position{pipeline.Progress{Stage: "counting", Rows: 5, Of: 10}, pace{2, 3 * time.Second}},
			`{"msg":"stage goes on","of":10,"rows":5,"rows_per_second":2,"seconds_left":3,"stage":"counting"}`},
		{position{pipeline.Progress{Stage: "reading", Rows: 5}, pace{}}, `{"msg":"stage goes on","rows":5,"stage":"reading"}`},
	} {
		var b bytes.Buffer
		c.at.log(slog.New(slog.NewJSONHandler(&b, nil)))
		var got map[string]any
		if err := json.Unmarshal(b.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		delete(got, "time")
		delete(got, "level")
		if text, _ := json.Marshal(got); string(text) != c.want {
			t.Errorf("%s, want %s", text, c.want)
		}
	}
}

// TestBarIsNotRedrawnForEveryBatch checks that a fast run does not write more
// than a person sees.
func TestBarIsNotRedrawnForEveryBatch(t *testing.T) {
	p := watchedProgress("bar", 80)
	for i := range int64(10000) {
		p.clock = p.clock.Add(time.Millisecond)
		p.show(pipeline.Progress{Stage: "counting", Rows: i, Of: 10000})
	}
	if n := strings.Count(p.out.String(), "counting"); n != 100 {
		t.Errorf("the bar is drawn %d times in ten seconds, expected 100", n)
	}
}

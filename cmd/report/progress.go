package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"tradeoff/pipeline"
)

// How often progress is written within a stage.
const (
	redrawn = 100 * time.Millisecond // the line on a terminal
	told    = 5 * time.Second        // a line of a log
)

// progress writes how far a run is: one line that is redrawn on a terminal,
// lines elsewhere. Log lines go through it, so that they do not stand in the
// middle of a bar.
type progress struct {
	mu    sync.Mutex
	w     io.Writer
	kind  string           // bar, plain, none
	now   func() time.Time // the clock
	width func() int       // of the terminal
	say   func(s position) // plain: writes a line
	meter meter
	stage string
	last  time.Time // when it was written
	shown bool      // a bar stands on the current line
}

// A position is how far a run is, and how fast.
type position struct {
	pipeline.Progress
	pace
}

// show is told how far the run is, by one goroutine at a time.
func (p *progress) show(s pipeline.Progress) {
	if p.kind == "none" {
		return
	}
	now, every := p.now(), told
	if p.kind == "bar" {
		every = redrawn
	}
	begins := s.Stage != p.stage
	if begins {
		p.stage, p.meter = s.Stage, meter{began: now}
	}
	at := position{s, p.meter.at(now, s)}
	if !begins && now.Sub(p.last) < every && (p.kind == "plain" || s.Rows != s.Of) {
		return
	}
	p.last = now
	if p.kind == "plain" {
		p.say(at)
		return
	}
	p.draw(at.bar(p.width()))
}

// draw writes the line of a terminal anew.
func (p *progress) draw(line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	fmt.Fprint(p.w, line)
	p.shown = true
}

// String says a position in a line of a log.
func (s position) String() string {
	if s.Rows == 0 {
		return s.Stage + " ..."
	}
	return s.Stage + ": " + s.rows() + s.speed() + s.rest()
}

// log tells a position to a log for machines.
func (s position) log(l *slog.Logger) {
	if s.Rows == 0 {
		l.Info("stage begins", "stage", s.Stage)
		return
	}
	attrs := []any{"stage", s.Stage, "rows", s.Rows}
	for _, a := range []struct {
		key   string
		value int64
	}{{"of", s.Of}, {"rows_per_second", s.rate}, {"seconds_left", int64(s.left / time.Second)}} {
		if a.value > 0 {
			attrs = append(attrs, a.key, a.value)
		}
	}
	l.Info("stage goes on", attrs...)
}

// bar draws a position in one line of a terminal; where the terminal is narrow,
// parts are left out.
func (s position) bar(width int) string {
	if s.Rows == 0 {
		return s.Stage + " ..."
	}
	name, bar := fmt.Sprintf("%-10s ", s.Stage), ""
	if s.Of > 0 {
		const cells = 12
		full := int(cells * min(s.Rows, s.Of) / s.Of)
		bar = "[" + strings.Repeat("=", full) + strings.Repeat(" ", cells-full) + "] "
	}
	for _, line := range []string{
		name + bar + s.rows() + s.speed() + s.rest(),
		name + s.rows() + s.speed() + s.rest(),
		name + s.rows() + s.rest(),
		name + s.rows(),
	} {
		if len(line) < width {
			return line
		}
	}
	return ""
}

func (s position) rows() string {
	if s.Of == 0 {
		return thousands(s.Rows) + " rows"
	}
	return thousands(s.Rows) + " of " + thousands(s.Of) + " rows"
}

func (s position) speed() string {
	if s.rate == 0 {
		return ""
	}
	return ", " + thousands(s.rate) + " rows/s"
}

func (s position) rest() string {
	if s.left == 0 {
		return ""
	}
	return ", " + about(s.left) + " left"
}

// about says a time as people do.
func about(d time.Duration) string {
	switch s := int64(d / time.Second); {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 3600:
		return fmt.Sprintf("%d min", (s+59)/60)
	default:
		m := (s + 59) / 60
		return fmt.Sprintf("%d h %02d min", m/60, m%60)
	}
}

// thousands writes a number with commas.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.shown = false
	}
}

// done takes the bar off the terminal.
func (p *progress) done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
}

// Write lets a log line through.
func (p *progress) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	return p.w.Write(b)
}

// plainHandler writes log records as a person would say them.
type plainHandler struct{ w io.Writer }

func (h *plainHandler) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelInfo }
func (h *plainHandler) WithAttrs([]slog.Attr) slog.Handler           { return h }
func (h *plainHandler) WithGroup(string) slog.Handler                { return h }

func (h *plainHandler) Handle(_ context.Context, r slog.Record) error {
	word := "note"
	switch {
	case r.Level >= slog.LevelError:
		word = "error"
	case r.Level >= slog.LevelWarn:
		word = "warning"
	}
	_, err := fmt.Fprintf(h.w, "%s: %s\n", word, r.Message)
	return err
}

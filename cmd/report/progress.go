package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"

	"tradeoff/pipeline"
)

// progress writes how far a run is: one line that is redrawn on a terminal, a
// line a stage elsewhere. Log lines go through it, so that they do not stand
// in the middle of a bar.
type progress struct {
	mu    sync.Mutex
	w     io.Writer
	kind  string             // bar, plain, none
	say   func(stage string) // plain: writes a line
	stage string
	last  time.Time
	shown bool // a bar stands on the current line
}

// show is told of every step, by one goroutine at a time.
func (p *progress) show(s pipeline.Progress) {
	begins := s.Stage != p.stage
	p.stage = s.Stage
	switch {
	case p.kind == "plain" && begins:
		p.say(s.Stage)
	case p.kind == "bar":
		p.draw(s, begins)
	}
}

// draw redraws the bar, at most twenty times a second within a stage.
func (p *progress) draw(s pipeline.Progress, begins bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !begins && time.Since(p.last) < 50*time.Millisecond && s.Rows != s.Of {
		return
	}
	p.last = time.Now()
	p.clear()
	fmt.Fprint(p.w, bar(s))
	p.shown = true
}

// bar draws one line of at most 60 characters.
func bar(s pipeline.Progress) string {
	const width = 24
	if s.Of == 0 {
		if s.Rows == 0 {
			return s.Stage + " ..."
		}
		return fmt.Sprintf("%s %d rows", s.Stage, s.Rows)
	}
	full := int(width * s.Rows / s.Of)
	return fmt.Sprintf("%-10s [%s%s] %d of %d", s.Stage, strings.Repeat("=", full), strings.Repeat(" ", width-full), s.Rows, s.Of)
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

package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"tradeoff/pipeline"
)

// progress writes how far a run is: one line that is redrawn on a terminal, a
// line a stage elsewhere. Log lines go through it, so that they do not stand
// in the middle of a bar.
type progress struct {
	mu    sync.Mutex
	w     io.Writer
	kind  string // bar, plain, none
	stage string
	last  time.Time
	shown bool // a bar stands on the current line
}

func newProgress(w io.Writer, kind string, json bool) *progress {
	p := &progress{w: w, kind: kind}
	if kind == "auto" {
		p.kind = "plain"
		if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
			p.kind = "bar"
		}
		if json {
			p.kind = "none"
		}
	}
	return p
}

// show is told of every step.
func (p *progress) show(s pipeline.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch p.kind {
	case "bar":
		if s.Stage == p.stage && time.Since(p.last) < 50*time.Millisecond && s.Rows != s.Of {
			return
		}
		p.last = time.Now()
		p.clear()
		fmt.Fprint(p.w, bar(s))
		p.shown = true
	case "plain":
		if s.Stage != p.stage {
			fmt.Fprintf(p.w, "%s ...\n", s.Stage)
		}
	}
	p.stage = s.Stage
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

package pipeline

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tradeoff/reports"
)

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func filesOf(texts map[string]string) map[string]reports.File {
	files := map[string]reports.File{}
	for name, text := range texts {
		files[name] = reports.File{[]byte(text)}
	}
	return files
}

func publishNow(t *testing.T, out string, files map[string]string) {
	t.Helper()
	p, err := acquire(out, "s")
	if err != nil {
		t.Fatal(err)
	}
	defer p.release()
	if err := p.publish(filesOf(files)); err != nil {
		t.Fatal(err)
	}
}

func TestPublishReplacesTheWholeFolder(t *testing.T) {
	out := t.TempDir()
	publishNow(t, out, map[string]string{"report.html": "one", "charts/a.svg": "a", "run.json": "{}"})
	open, err := os.Open(filepath.Join(out, "s", "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	publishNow(t, out, map[string]string{"report.html": "two", "run.json": "{}"})
	if got := read(t, filepath.Join(out, "s", "report.html")); got != "two" {
		t.Errorf("report.html holds %q", got)
	}
	if _, err := os.Stat(filepath.Join(out, "s", "charts")); !os.IsNotExist(err) {
		t.Error("charts of the report before are still there")
	}
	b := make([]byte, 3)
	if _, err := open.Read(b); err != nil || string(b) != "one" {
		t.Errorf("who had the old report open reads %q, %v", b, err)
	}
}

func TestPublishIsRefusedWhileAnotherRunHoldsTheFolder(t *testing.T) {
	out := t.TempDir()
	p, err := acquire(out, "s")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := acquire(out, "s"); !errors.Is(err, ErrBusy) {
		t.Errorf("a second run is told %v", err)
	}
	other, err := acquire(out, "t")
	if err != nil {
		t.Fatalf("another study in the same folder is told %v", err)
	}
	other.release()
	p.release()
	again, err := acquire(out, "s")
	if err != nil {
		t.Fatalf("after the first run is done: %v", err)
	}
	again.release()
}

func TestWhatADeadRunLeftIsRemoved(t *testing.T) {
	out := t.TempDir()
	publishNow(t, out, map[string]string{"report.html": "one", "run.json": "{}"})
	half := filepath.Join(out, private, "s", "0123456789abcdef")
	if err := os.MkdirAll(half, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(half, "report.html"), []byte("ha"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", filepath.Join(out, private, "s", "link")); err != nil {
		t.Fatal(err)
	}
	publishNow(t, out, map[string]string{"report.html": "two", "run.json": "{}"})
	if _, err := os.Stat(half); !os.IsNotExist(err) {
		t.Error("the half-written version is still there")
	}
	if got := read(t, filepath.Join(out, "s", "report.html")); got != "two" {
		t.Errorf("report.html holds %q", got)
	}
}

func TestPublishNeverReplacesWhatIsNoReport(t *testing.T) {
	out := t.TempDir()
	precious := filepath.Join(out, "s", "thesis.doc")
	if err := os.MkdirAll(filepath.Dir(precious), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(precious, []byte("years"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := acquire(out, "s"); err == nil || !strings.Contains(err.Error(), "is not a report") {
		t.Errorf("acquire says %v", err)
	}
	if read(t, precious) != "years" {
		t.Error("the file is gone")
	}
}

func TestACopiedReportIsReplaced(t *testing.T) {
	out := t.TempDir()
	if err := os.MkdirAll(filepath.Join(out, "s"), 0o755); err != nil {
		t.Fatal(err)
	}
	for n, b := range map[string]string{"report.html": "copied", "run.json": "{}"} {
		if err := os.WriteFile(filepath.Join(out, "s", n), []byte(b), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	publishNow(t, out, map[string]string{"report.html": "new", "run.json": "{}"})
	if got := read(t, filepath.Join(out, "s", "report.html")); got != "new" {
		t.Errorf("report.html holds %q", got)
	}
}

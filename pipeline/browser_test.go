//go:build unix

package pipeline_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"tradeoff/pipeline"
)

// A browser is headless Chromium, spoken to over a pair of pipes in the
// DevTools protocol: JSON messages that each end in a zero byte.
type browser struct {
	in     *os.File
	events chan event
	id     int
	page   string // session of the page
}

// event is a message from the browser: an answer to the request of that id, or
// something that happened.
type event struct {
	ID     int
	Method string
	Params json.RawMessage
	Result json.RawMessage
	Error  *struct{ Message string }
}

// openBrowser starts Chromium with a page of its own; it skips the test where
// Chromium is missing.
func openBrowser(t *testing.T) *browser {
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			program = p
			break
		}
	}
	if program == "" {
		t.Skip("Chromium is not installed: the page is not tested in a browser")
	}
	requests, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out, answers, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	c := exec.CommandContext(ctx, program, "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
		"--no-first-run", "--disable-background-networking", "--user-data-dir="+t.TempDir(), "about:blank")
	c.ExtraFiles = []*os.File{requests, answers} // 3 and 4
	c.WaitDelay = 10 * time.Second
	if err := c.Start(); err != nil {
		cancel()
		t.Fatal(err)
	}
	requests.Close()
	answers.Close()
	b := &browser{in: in, events: make(chan event, 10000)}
	go b.read(out)
	t.Cleanup(func() {
		_ = b.send("", "Browser.close", nil)
		in.Close()
		done := make(chan struct{})
		go func() { _ = c.Wait(); close(done) }()
		select {
		case <-done:
		case <-time.After(10 * time.Second):
			cancel()
			<-done
		}
		cancel()
		out.Close()
	})
	target := b.call(t, "Target.createTarget", map[string]any{"url": "about:blank"})
	attached := b.call(t, "Target.attachToTarget", map[string]any{"targetId": field[string](t, target, "targetId"), "flatten": true})
	b.page = field[string](t, attached, "sessionId")
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		b.call(t, domain+".enable", nil)
	}
	return b
}

// read passes on every message.
func (b *browser) read(out *os.File) {
	defer close(b.events)
	r := bufio.NewReader(out)
	for {
		line, err := r.ReadBytes(0)
		if err != nil {
			return
		}
		var e event
		if json.Unmarshal(line[:len(line)-1], &e) == nil {
			b.events <- e
		}
	}
}

func (b *browser) send(session, method string, params map[string]any) error {
	b.id++
	m := map[string]any{"id": b.id, "method": method}
	if params != nil {
		m["params"] = params
	}
	if session != "" {
		m["sessionId"] = session
	}
	line, err := json.Marshal(m)
	if err != nil {
		return err
	}
	_, err = b.in.Write(append(line, 0))
	return err
}

// call sends a request and waits for its answer; events in between are lost.
func (b *browser) call(t *testing.T, method string, params map[string]any) json.RawMessage {
	t.Helper()
	if err := b.send(b.page, method, params); err != nil {
		t.Fatalf("%s: %v", method, err)
	}
	for {
		e := b.next(t, method)
		if e.ID != b.id {
			continue
		}
		if e.Error != nil {
			t.Fatalf("%s: %s", method, e.Error.Message)
		}
		return e.Result
	}
}

func (b *browser) next(t *testing.T, waiting string) event {
	t.Helper()
	select {
	case e, ok := <-b.events:
		if !ok {
			t.Fatalf("Chromium ended while the test waited for %s", waiting)
		}
		return e
	case <-time.After(time.Minute):
		t.Fatalf("Chromium does not answer: waited a minute for %s", waiting)
	}
	return event{}
}

func field[T any](t *testing.T, raw json.RawMessage, name string) T {
	t.Helper()
	var m map[string]json.RawMessage
	var v T
	if err := errors.Join(json.Unmarshal(raw, &m), json.Unmarshal(m[name], &v)); err != nil {
		t.Fatalf("%s in %s: %v", name, raw, err)
	}
	return v
}

// load opens a page and returns what is wrong with it: requests for anything
// but the file itself, and errors and warnings of the console.
func (b *browser) load(t *testing.T, path string) []string {
	t.Helper()
	url := "file://" + path
	if err := b.send(b.page, "Page.navigate", map[string]any{"url": url}); err != nil {
		t.Fatal(err)
	}
	var wrong []string
	loaded := false
	quiet := time.NewTimer(time.Minute)
	for {
		select {
		case e, ok := <-b.events:
			if !ok {
				t.Fatal("Chromium ended while the page was loading")
			}
			if e.Method == "Page.loadEventFired" {
				loaded = true
				quiet.Reset(500 * time.Millisecond) // late requests and errors
			}
			if w := complaint(t, e, url); w != "" {
				wrong = append(wrong, w)
			}
		case <-quiet.C:
			if !loaded {
				t.Fatal("the page did not load within a minute")
			}
			return wrong
		}
	}
}

// complaint says what an event shows to be wrong, or "".
func complaint(t *testing.T, e event, own string) string {
	t.Helper()
	switch e.Method {
	case "Network.requestWillBeSent":
		var p struct{ Request struct{ URL string } }
		_ = json.Unmarshal(e.Params, &p)
		if u := p.Request.URL; u != own && !strings.HasPrefix(u, "data:") {
			return "asks for " + u
		}
	case "Runtime.exceptionThrown":
		return "throws " + string(e.Params)
	case "Runtime.consoleAPICalled":
		var p struct{ Type string }
		_ = json.Unmarshal(e.Params, &p)
		if p.Type == "error" || p.Type == "warning" || p.Type == "assert" {
			return "console " + string(e.Params)
		}
	case "Log.entryAdded":
		var p struct{ Entry struct{ Level, Text string } }
		_ = json.Unmarshal(e.Params, &p)
		if p.Entry.Level == "error" || p.Entry.Level == "warning" {
			return "log " + p.Entry.Text
		}
	}
	return ""
}

// evaluate returns the value of an expression in the page.
func evaluate[T any](t *testing.T, b *browser, expression string) T {
	t.Helper()
	r := b.call(t, "Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true})
	return field[T](t, field[json.RawMessage](t, r, "result"), "value")
}

// resize makes the window as wide as a screen.
func (b *browser) resize(t *testing.T, width, height int) {
	t.Helper()
	b.call(t, "Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})
}

// colours counts the colours of a picture of the window, up to 50.
func (b *browser) colours(t *testing.T) int {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(field[string](t, b.call(t, "Page.captureScreenshot", nil), "data"))
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y++ {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x++ {
			if seen[fmt.Sprint(img.At(x, y))] = true; len(seen) == 50 {
				return 50
			}
		}
	}
	return len(seen)
}

// The page of the sample, opened from disk, asks nobody for anything, has no
// errors, shows its title and figures, and fits a phone.
func TestPageInBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("a run of the sample, and a browser")
	}
	b := openBrowser(t)
	out := t.TempDir()
	s, err := pipeline.Run(context.Background(), pipeline.Sample(), pipeline.Options{Out: out, Formats: []string{"html"}, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	path, err := filepath.EvalSymlinks(filepath.Join(s.Folder, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range b.load(t, path) {
		t.Errorf("the page %s", w)
	}
	if title := evaluate[string](t, b, "document.querySelector('h1').innerText"); title != s.Title {
		t.Errorf("the heading is %q, not %q", title, s.Title)
	}
	// A figure that is there but has no size is not seen.
	figures := evaluate[int](t, b, "[...document.querySelectorAll('figure svg')].filter(f => f.getBoundingClientRect().height > 50).length")
	if figures < 5 {
		t.Errorf("%d figures are seen; the sample has 5 chapters with one each at least", figures)
	}
	for _, width := range []int{1280, 360} {
		b.resize(t, width, 900)
		if n := b.colours(t); n < 10 {
			t.Errorf("%d pixels wide the picture has %d colours: next to nothing is drawn", width, n)
		}
		if w := evaluate[int](t, b, "document.documentElement.scrollWidth"); w > width {
			t.Errorf("the page is %d pixels wide on a screen of %d", w, width)
		}
	}
}

// The browser of these tests sees what it is there to see.
func TestBrowserComplains(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser")
	}
	b := openBrowser(t)
	for body, want := range map[string]string{
		"<img src='picture.png'>":                     "asks for file://",
		"<link rel=stylesheet href='http://x.test/'>": "asks for http://x.test/",
		"<script>console.error('no')</script>":        "console ",
		"<script>throw new Error('no')</script>":      "throws ",
		"<p>nothing wrong":                            "",
	} {
		path := filepath.Join(t.TempDir(), "page.html")
		if err := os.WriteFile(path, []byte("<!doctype html><title>x</title><link rel=icon href='data:,'>"+body), 0o644); err != nil {
			t.Fatal(err)
		}
		got := strings.Join(b.load(t, path), "\n")
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s: the browser says %q, and should say %q", body, got, want)
		}
	}
}

// The what-if of the sample shows what results.csv holds, whether it is asked with the
// mouse or with the keyboard, and prints as a table of its single moves.
func TestWhatIfInBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("a run of the sample, and a browser")
	}
	b := openBrowser(t)
	s, err := pipeline.Run(context.Background(), pipeline.Sample(), pipeline.Options{Out: t.TempDir(), Formats: []string{"html", "results"}, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	path, err := filepath.EvalSymlinks(filepath.Join(s.Folder, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	figures := whatIfFigures(t, filepath.Join(filepath.Dir(path), "results.csv"))
	for _, width := range []int{1280, 390} {
		b.resize(t, width, 900)
		for _, w := range b.load(t, path) {
			t.Errorf("the page %s", w)
		}
		// Every group by every single move, and one of two things at once.
		asked := evaluate[[][]string](t, b, `(function () {
			var ask = document.querySelector(".ask"), out = [];
			function set(l, k) { ask.querySelector("[name=lever-" + l + "][value='" + k + "']").click(); }
			function label(l) { return ask.querySelectorAll("legend")[l].textContent + ": " + ask.querySelector("[name=lever-" + l + "]:checked").nextElementSibling.textContent; }
			ask.querySelectorAll("option").forEach(function (o) {
				ask.querySelector("select").value = o.value;
				ask.querySelector("button").click();
				out.push([o.textContent, "", ask.querySelector(".said").textContent]);
				[0, 1, 2].forEach(function (l) {
					[0, 2].forEach(function (k) { ask.querySelector("button").click(); set(l, k); out.push([o.textContent, label(l), ask.querySelector(".said").textContent]); });
				});
				ask.querySelector("button").click(); set(0, 2); set(2, 2);
				out.push([o.textContent, label(0) + " & " + label(2), ask.querySelector(".said").textContent]);
			});
			return out;
		})()`)
		if len(asked) < 20*8 {
			t.Fatalf("%d questions were asked", len(asked))
		}
		for _, q := range asked {
			now, change := figures[q[0]]["Willing to share, as people answered"], figures[q[0]][q[1]]
			want := fmt.Sprintf("%s: now %.0f%% (%.0f–%.0f%%)", q[0], 100*now[0], 100*now[1], 100*now[2])
			if !strings.HasPrefix(q[2], want) {
				t.Errorf("%q should begin with %q", q[2], want)
			}
			if q[1] == "" {
				continue
			}
			word, low, high := "more", change[1], change[2]
			if change[0] < 0 {
				word, low, high = "fewer", -change[2], -change[1]
			}
			points := fmt.Sprintf("%.0f points %s", 100*math.Abs(change[0]), word)
			if points == "1 points "+word {
				points = "1 point " + word
			}
			want = fmt.Sprintf("about %.0f%%: %s (%.0f to %.0f).", 100*(now[0]+change[0]), points, 100*low, 100*high)
			if !strings.HasSuffix(q[2], want) {
				t.Errorf("%s, %s: %q should end with %q", q[0], q[1], q[2], want)
			}
		}
		if w := evaluate[int](t, b, "document.documentElement.scrollWidth"); w > width {
			t.Errorf("the page is %d pixels wide on a screen of %d", w, width)
		}
	}
	// By keyboard: from what trust is to one answer higher.
	before := evaluate[string](t, b, `(function () { var ask = document.querySelector(".ask"); ask.querySelector("button").click(); ask.querySelector("input:checked").focus(); return ask.querySelector(".said").textContent; })()`)
	for _, kind := range []string{"rawKeyDown", "keyUp"} {
		b.call(t, "Input.dispatchKeyEvent", map[string]any{"type": kind, "key": "ArrowRight", "code": "ArrowRight", "windowsVirtualKeyCode": 39})
	}
	after := evaluate[string](t, b, `document.querySelector(".said").textContent`)
	if before == after || !strings.Contains(after, " one answer higher it would be about") {
		t.Errorf("the arrow key turns %q into %q", before, after)
	}
	b.call(t, "Emulation.setEmulatedMedia", map[string]any{"media": "print"})
	seen := evaluate[[]bool](t, b, `[".ask", ".moves"].map(function (s) { return document.querySelector(s).offsetHeight > 0; })`)
	if seen[0] || !seen[1] {
		t.Errorf("on paper the controls are seen: %v; the table of moves: %v", seen[0], seen[1])
	}
}

// whatIfFigures are estimate and interval of what-if in results.csv, by group and row.
func whatIfFigures(t *testing.T, path string) map[string]map[string][3]float64 {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for j, name := range records[0] {
		at[name] = j
	}
	out := map[string]map[string][3]float64{}
	for _, r := range records[1:] {
		if r[at["table"]] != "willing.whatif" {
			continue
		}
		var x [3]float64
		for k, name := range []string{"estimate", "ci_low", "ci_high"} {
			x[k], _ = strconv.ParseFloat(r[at[name]], 64)
		}
		group := r[at["segment"]]
		if out[group] == nil {
			out[group] = map[string][3]float64{}
		}
		out[group][r[at["category"]]] = x
	}
	return out
}

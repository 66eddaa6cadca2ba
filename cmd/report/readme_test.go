package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// A step is a command that the README shows, and what it prints.
type step struct{ command, output string }

var consoleBlock = regexp.MustCompile("(?ms)^```console\n(.*?)^```$")

// steps reads the commands of the README's console blocks, in order.
func steps(readme string) []step {
	var out []step
	for _, block := range consoleBlock.FindAllStringSubmatch(readme, -1) {
		for line := range strings.Lines(block[1]) {
			if command, is := strings.CutPrefix(line, "$ "); is {
				out = append(out, step{command: strings.TrimSuffix(command, "\n")})
			} else {
				out[len(out)-1].output += line
			}
		}
	}
	return out
}

// matches compares what a command printed with what the README shows: a line
// of "..." stands for any lines, and the time that a run took may differ.
func matches(shown, printed string) bool {
	var e strings.Builder
	e.WriteString(`^`)
	for line := range strings.Lines(shown) {
		if line == "...\n" {
			e.WriteString(`(?:.*\n)*?`)
			continue
		}
		e.WriteString(regexp.MustCompile(`\\\(\d+\\\.\d s\\\)`).ReplaceAllString(regexp.QuoteMeta(line), `\(\d+\.\d s\)`))
	}
	e.WriteString(`$`)
	return regexp.MustCompile(e.String()).MatchString(printed)
}

// Every command of the README runs in a shell, in a folder that has the built
// program and the sample's exports, and prints what the README shows.
func TestReadme(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the README's commands are for a Unix shell")
	}
	if testing.Short() {
		t.Skip("it builds the program and runs all commands of the README")
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "report")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if err := os.CopyFS(filepath.Join(dir, "data", "sample"), os.DirFS("../../data/sample")); err != nil {
		t.Fatal(err)
	}
	all := steps(string(readme))
	if len(all) < 8 {
		t.Fatalf("the README shows %d commands; there are more", len(all))
	}
	var ran []string
	last := 0 // exit code
	for _, s := range all {
		ran = append(ran, s.command)
		command := s.command
		switch command {
		case "go test ./...": // this is one of those tests
			continue
		case "go build ./cmd/report": // done above
			continue
		case "go run ./cmd/report":
			command = "./report"
		}
		// A shell is opened for each command; $? is handed on.
		c := exec.Command("sh", "-c", fmt.Sprintf("(exit %d)\n%s", last, command))
		c.Dir = dir
		var both bytes.Buffer
		c.Stdout, c.Stderr = &both, &both
		err := c.Run()
		var exit *exec.ExitError
		if last = 0; errors.As(err, &exit) {
			last = exit.ExitCode()
		} else if err != nil {
			t.Fatal(err)
		}
		// Progress stands on stderr; the README leaves it out.
		printed := regexp.MustCompile(`(?m)^[a-z]+ \.\.\.\n`).ReplaceAllString(both.String(), "")
		if !matches(s.output, printed) {
			t.Errorf("$ %s\nprints\n%s\nand the README shows\n%s", s.command, printed, s.output)
		}
	}
	for _, c := range []string{"go run ./cmd/report", "go test ./..."} {
		if !strings.Contains(strings.Join(ran, "\n"), c) {
			t.Errorf("the README does not show %s", c)
		}
	}
}

// The README has a line for every command.
func TestReadmeNamesCommands(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	a := &app{}
	for _, c := range a.root().Commands() {
		if c.Hidden || c.Name() == "help" || c.Name() == "completion" {
			continue
		}
		if !bytes.Contains(readme, []byte("\n| `report "+c.Name())) {
			t.Errorf("the README's commands lack report %s", c.Name())
		}
	}
	for n := range busy + 1 {
		if !regexp.MustCompile(fmt.Sprintf(`(?:Exit codes: |; |\n)%d \w`, n)).Match(readme) {
			t.Errorf("the README does not say what exit code %d is", n)
		}
	}
}

// What the comparison takes and refuses.
func TestReadmeMatches(t *testing.T) {
	for _, c := range []struct {
		shown, printed string
		want           bool
	}{
		{"a\n", "a\n", true},
		{"a\n", "b\n", false},
		{"a\n...\nd\n", "a\nb\nc\nd\n", true},
		{"a\n...\n", "a\n", true},
		{"a\n", "a\nb\n", false},
		{"", "b\n", false},
		{"Published (1.7 s):\n", "Published (12.3 s):\n", true},
		{"p. 1.7\n", "p. 1.8\n", false},
		{"a.c\n", "abc\n", false},
	} {
		if matches(c.shown, c.printed) != c.want {
			t.Errorf("shown %q, printed %q: not %v", c.shown, c.printed, c.want)
		}
	}
}

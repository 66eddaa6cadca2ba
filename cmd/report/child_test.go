package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A result is how a child process ended.
type result struct {
	code           int
	stdout, stderr string
}

// program finds the program that TestMain put on the path.
func program(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("report")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// report runs the program in a process of its own.
func report(t *testing.T, limit time.Duration, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	var r result
	var stdout, stderr strings.Builder
	cmd := exec.CommandContext(ctx, program(t), args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	r.stdout, r.stderr = stdout.String(), stderr.String()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		t.Fatalf("the program runs longer than %v", limit)
	case errors.As(err, &exit):
		r.code = exit.ExitCode()
	case err != nil:
		t.Fatal(err)
	}
	return r
}

func readText(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// contents reads everything that a reader of a folder of reports sees: links
// are followed, and names with a dot in front are left out.
func contents(t *testing.T, out string) map[string]string {
	t.Helper()
	files := map[string]string{}
	entries, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		study, err := filepath.EvalSymlinks(filepath.Join(out, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		err = filepath.WalkDir(study, func(p string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				rel, _ := filepath.Rel(study, p)
				files[path.Join(e.Name(), filepath.ToSlash(rel))] = readText(t, p)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func sameTree(a, b map[string]string) bool {
	if len(a) != len(b) {
		return false
	}
	for n := range a {
		if a[n] != b[n] {
			return false
		}
	}
	return true
}

// names lists the paths below a folder; links are not followed.
func names(t *testing.T, folder string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(folder, func(p string, _ fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(folder, p)
		out = append(out, filepath.ToSlash(rel))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// copyTree copies a folder with its links as they are.
func copyTree(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

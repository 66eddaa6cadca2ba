package data

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// A sibling is a file of the same folder and nothing else: no path, no folder,
// no link that leads out.
func TestSibling(t *testing.T) {
	outside := t.TempDir()
	folder := filepath.Join(outside, "in")
	write := func(path, content string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(folder, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(filepath.Join(outside, "secret.asc"), "secret")
	write(filepath.Join(folder, "a.sss"), "definition")
	write(filepath.Join(folder, "a.asc"), "data")
	write(filepath.Join(folder, "sub", "b.asc"), "data")
	for link, target := range map[string]string{"out.asc": filepath.Join("..", "secret.asc"), "within.asc": "a.asc"} {
		if err := os.Symlink(target, filepath.Join(folder, link)); err != nil {
			t.Skip(err)
		}
	}
	in, err := FromFile(filepath.Join(folder, "a.sss"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", ".", "..", "sub", "sub/b.asc", `sub\b.asc`, "../secret.asc", filepath.Join(outside, "secret.asc"), "C:secret.asc", "file:a.asc", "a.asc\x00", "b.asc"} {
		if _, err := in.Sibling(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q: %v, want that there is no such file", name, err)
		}
	}
	if _, err := in.Sibling("out.asc"); err == nil {
		t.Error("a link out of the folder was followed")
	}
	for _, name := range []string{"a.asc", "within.asc"} {
		b, err := in.Sibling(name)
		if err != nil {
			t.Fatal(err)
		}
		if head, err := b.Head(10); err != nil || string(head) != "data" {
			t.Errorf("%s: %q, %v", name, head, err)
		}
	}
	if n := in.BytesRead(); n != 8 {
		t.Errorf("%d bytes read, want those of both siblings, 8", n)
	}
	siblings := in.Siblings()
	if len(siblings) != 2 || siblings[0].Name() != "a.asc" {
		t.Errorf("%d siblings", len(siblings))
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := siblings[0].Head(1); err == nil {
		t.Error("a sibling is open after its input was closed")
	}
	if _, err := FromBytes("a.sss", nil).Sibling("a.asc"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an input in memory has a sibling: %v", err)
	}
}

package sav

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tradeoff/data"
	"tradeoff/data/columns"
)

// wide is a survey whose cases fill more than one block.
func wide() *data.Survey {
	values := [][]any{make([]any, 25000), make([]any, 25000)}
	for k := range values[0] {
		values[0][k] = float64(k) / 7
		values[1][k] = fmt.Sprintf("%0200d", k*k)
	}
	return survey(data.Codebook{Variables: []data.Variable{{Name: "n"}, {Name: "s", Type: data.Text}}}, values, columns.MaxCases)
}

// A .zsav says the same as the .sav beside it: read by us, with no case, with few,
// and with more than a block holds.
func TestWriteBlocks(t *testing.T) {
	book, values := everything()
	none := make([][]any, len(values))
	for name, s := range map[string]*data.Survey{"few": survey(book, values, 2), "none": survey(book, none, 2), "blocks": wide()} {
		flat := write(t, s, WriteOptions{})
		packed := write(t, s, WriteOptions{Name: "a.ZSAV"})
		want, ws, err := readAll(data.FromBytes("a.sav", flat))
		if err != nil {
			t.Fatal(err)
		}
		got, gs, err := readAll(data.FromBytes("a.zsav", packed))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(ws.Codebook, gs.Codebook); diff != "" || gs.Rows() != ws.Rows() {
			t.Errorf("%s: %d cases, want %d: %s", name, gs.Rows(), ws.Rows(), diff)
		}
		if !cmp.Equal(want, got) {
			t.Errorf("%s: the values differ", name)
		}
		d, err := readDictionary(data.FromBytes("a.zsav", packed))
		if err != nil {
			t.Fatal(err)
		}
		blocks, err := d.readBlocks()
		if err != nil || (len(blocks) > 1) != (name == "blocks") || sizeOf(blocks) != int64(len(flat))-d.start {
			t.Errorf("%s: %d blocks of %d bytes, want %d: %v", name, len(blocks), sizeOf(blocks), int64(len(flat))-d.start, err)
		}
	}
}

// haven reads the same out of a .sav and a .zsav of more than one block.
func TestHavenReadsBlocks(t *testing.T) {
	if err := exec.Command("Rscript", "-e", "library(haven)").Run(); err != nil {
		t.Skip("R's haven is not installed, so it cannot be asked")
	}
	dir := t.TempDir()
	s := wide()
	for _, name := range []string{"a.sav", "a.zsav"} {
		if err := os.WriteFile(filepath.Join(dir, name), write(t, s, WriteOptions{Name: name}), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	script := `library(haven); a <- read_sav("a.sav"); z <- read_sav("a.zsav"); cat(nrow(z), ncol(z), identical(a, z))`
	ask := exec.Command("Rscript", "-e", script)
	ask.Dir = dir
	out, err := ask.CombinedOutput()
	if err != nil || !bytes.HasSuffix(bytes.TrimSpace(out), []byte("25000 2 TRUE")) {
		t.Errorf("%v: %s", err, strings.TrimSpace(string(out)))
	}
}

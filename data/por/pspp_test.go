package por

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tradeoff/data"
	"tradeoff/data/readertest"
	"tradeoff/data/sav"
)

// TestPSPPReadsTheSame lets PSPP (tried with 1.6.2) read crafted files of hard
// numbers and texts, and compares what it saves as .sav. PSPP multiplies by a
// rounded power of 30, so its numbers may lie some steps beside the nearest
// float64; whole numbers must agree. Texts are filled up with blanks: behind
// shorter ones, which SPSS writes, PSPP leaves what was in its memory.
func TestPSPPReadsTheSame(t *testing.T) {
	if _, err := exec.LookPath("pspp"); err != nil {
		t.Skip("pspp is not installed, so it cannot be asked")
	}
	r := rand.New(rand.NewPCG(3, 4))
	c := newCraft().put("4").whole(3).variable("N", 0, 5).variable("I", 0, 5).variable("S", 40, 1).put("F")
	for i := range 3000 {
		token := base30(r.Int64N(1 << (1 + r.IntN(62))))
		if r.IntN(2) == 0 {
			token = "-" + token
		}
		switch r.IntN(3) {
		case 0:
			token += "." + base30(r.Int64N(1<<40))
		case 1:
			token += "+" + base30(r.Int64N(100))
		case 2:
			token += "-" + base30(r.Int64N(150))
		}
		c.put(token + "/").whole(i).text(fmt.Sprintf("%-40s", fmt.Sprintf("%*d/*.Z", 1+r.IntN(20), i)))
	}
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	for name, b := range map[string][]byte{
		"hard.por": c.lines("\n"),
		"read.sps": []byte("IMPORT FILE='" + file("hard.por") + "'.\nSAVE OUTFILE='" + file("read.sav") + "'.\n"),
	} {
		if err := os.WriteFile(file(name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command("pspp", file("read.sps")).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	b, err := os.ReadFile(file("read.sav"))
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := sav.Open(data.FromBytes("read.sav", b))
	if err != nil {
		t.Fatal(err)
	}
	want, err := readertest.Values(theirs, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := readertest.Values(openBytes(t, bytes.Clone(c.lines("\n"))), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i < 3; i++ {
		if diff := cmp.Diff(want[i], got[i]); diff != "" {
			t.Error(diff)
		}
	}
	same := 0
	for k := range want[0] {
		x, y := want[0][k].(float64), got[0][k].(float64)
		if math.Abs(x-y) > 8*0x1p-52*math.Abs(y) {
			t.Errorf("case %d: PSPP reads %v, we %v", k+1, x, y)
		}
		if x == y {
			same++
		}
	}
	if same < len(want[0])/4 {
		t.Errorf("only %d of %d numbers are the same", same, len(want[0]))
	}
	t.Logf("%d of %d numbers are the same to the last bit", same, len(want[0]))
}

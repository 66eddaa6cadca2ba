package sav

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tradeoff/data"
)

// TestPSPPReadsOurs lets PSPP (tried with 1.6.2) read a file with every
// feature: weight, multiple-response sets and missing values are things that
// haven does not show or does not use. The expected lines follow by hand from
// the values in everything.
func TestPSPPReadsOurs(t *testing.T) {
	for _, name := range []string{"ours.sav", "ours.zsav"} {
		t.Run(name, func(t *testing.T) { psppReads(t, name) })
	}
}

func psppReads(t *testing.T, name string) {
	if _, err := exec.LookPath("pspp"); err != nil {
		t.Skip("pspp is not installed, so it cannot be asked")
	}
	book, columns := everything()
	// PSPP 1.6 expects the length of the values of record 7/22 before each
	// value; SPSS writes it once for each variable. Both agree on one value.
	book.Variable("channel").Missing = data.Missing{Codes: []string{"dk"}}
	dir := t.TempDir()
	sav, sps := filepath.Join(dir, name), filepath.Join(dir, "ask.sps")
	if err := os.WriteFile(sav, write(t, survey(book, columns, 2), WriteOptions{Name: name}), 0o644); err != nil {
		t.Fatal(err)
	}
	script := "GET FILE='" + sav + "'.\nMRSETS /DISPLAY NAME=ALL.\nSHOW WEIGHT.\nDESCRIPTIVES score /STATISTICS=SUM.\n" +
		"FREQUENCIES channel code.\nWEIGHT OFF.\nDESCRIPTIVES q1_comfort upper tick_a /STATISTICS=SUM.\n"
	if err := os.WriteFile(sps, []byte(script), 0o644); err != nil {
		t.Fatal(err)
	}
	b, err := exec.Command("pspp", "-O", "format=csv", "-o", "-", sps).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, b)
	}
	out := string(b)
	for _, want := range []string{
		"$choices,Choices,Categories,,first_choice\nsecond_choice",
		"$ticks,Ticked ✓ all,Dichotomies,1,tick_a\ntick_b",
		"$yes,,Dichotomies,Yes,yes_a\nyes_b",
		"WEIGHT is design_weight",
		"score,1.2500,152.03",    // 0.25 * 0.1 + 1e-300 * 151 + 1 * 152; -5 and -99 are missing
		"Missing,dk,2.0000",      // weight of the last case
		"Missing,NA,1.0000",      // weight of the fourth
		"How comfortable?,2,3",   // 1 + 2; 98 and 99 are missing
		"upper,2,-1E+010",        // 1 - 1e10; 95 and 1e10 are in 90 THRU HIGHEST
		"Süddeutsche Zeitung,.0", // a label of a string beyond 8 bytes
		",Germany,1.5000",
	} {
		if !strings.Contains(flat(out), flat(want)) {
			t.Errorf("PSPP does not say %q", want)
		}
	}
	if strings.Contains(out, "warning") || strings.Contains(out, "error") {
		t.Error("PSPP is not content")
	}
	if t.Failed() {
		t.Log(out)
	}
}

// flat takes quotes and line ends out of PSPP's CSV.
func flat(s string) string {
	return strings.NewReplacer("\"", "", "\n", " ").Replace(s)
}

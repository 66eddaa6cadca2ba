package pipeline

import (
	"bytes"
	"encoding/json"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tradeoff/internal/sharedtest"
)

// These tests run one study of ../shared/oracle/data through the whole
// pipeline and compare results.csv and tests.csv with R's package survey:
// testdata/oracle_cells.csv and oracle_tests.csv, which testdata/oracle.R
// writes. Tolerance is 1e-9, of the estimate or its standard error, whichever
// is larger; p values are compared relative to themselves.

const near = 1e-9

// Designs of oracle.R: regions within strata as PSUs, and respondents as PSUs.
var oracleDesigns = map[string]string{
	"region": "{weight: base_w, strata: stratum, cluster: psu}",
	"person": "{weight: base_w, strata: stratum}",
}

// oracleRun fills in testdata/oracle.yaml.tmpl and runs it on an export.
func oracleRun(t *testing.T, design, export string) (source Source, results, tests []byte) {
	t.Helper()
	path := sharedtest.Path(t, "oracle", "data", export)
	text := string(fileOf(t, filepath.Join("testdata", "oracle.yaml.tmpl")))
	text = strings.NewReplacer("EXPORT", "'"+path+"'", "DESIGN", oracleDesigns[design]).Replace(text)
	source = studyIn(t, t.TempDir(), text)
	folder, _ := runInto(t, source, Options{Formats: []string{"results"}})
	return source, fileOf(t, filepath.Join(folder, "results.csv")), fileOf(t, filepath.Join(folder, "tests.csv"))
}

// rowName is our word for a row of oracle.R.
func rowName(r row) string {
	switch {
	case r["category"] != "Top 2":
		return r["category"]
	case r["table"] == "trust":
		return "Top 2 (much, completely)"
	}
	return "Top 2 (much, very much)"
}

func agree(t *testing.T, what string, got, want, scale float64) {
	t.Helper()
	if !(math.Abs(got-want) <= near*math.Max(math.Abs(want), scale)) {
		t.Errorf("%s is %.15g, R says %.15g", what, got, want)
	}
}

// TestOracle compares bases, estimates, standard errors, degrees of freedom,
// intervals, design effects and comparisons, by country, age, age within
// country, industry and industry within age.
func TestOracle(t *testing.T) {
	sharedtest.Path(t, "oracle", "data")
	cells, pairs := tidyRows(t, fileOf(t, filepath.Join("testdata", "oracle_cells.csv"))), tidyRows(t, fileOf(t, filepath.Join("testdata", "oracle_tests.csv")))
	for design := range oracleDesigns {
		t.Run(design, func(t *testing.T) {
			source, results, tests := oracleRun(t, design, "loop_wide.csv")
			s := &survey{t: t, shown: figuresOf(t, results), all: beforeProtection(t, source)}
			numbers := 0
			for _, r := range cells {
				if r["design"] != design {
					continue
				}
				what := strings.Join([]string{r["table"], r["category"], r["segment"]}, ", ")
				scale := 0.0
				if r["se"] != "" {
					scale = r.number(t, "se")
				}
				for theirs, ours := range map[string]string{"base": "base_unweighted", "weighted": "base_weighted", "effective": "base_effective",
					"estimate": "estimate", "se": "se", "df": "df", "low": "ci_low", "high": "ci_high", "deff": "deff"} {
					if r[theirs] == "" || r[theirs] == "0" && theirs != "estimate" {
						continue // R has none: one person in the group, or a share of 0 or 1
					}
					if spread := slices.Contains([]string{"se", "low", "high", "deff"}, theirs); spread && scale < 1e-15 {
						// One person in the group who gave several ratings: the
						// standard error is 0, and R's is rounding noise.
						if se := s.all[address{r["table"], rowName(r), r["banner"], r["segment"]}].number(t, "se"); se != 0 {
							t.Errorf("%s: se is %g, expected 0", what, se)
						}
						continue
					}
					numbers++
					agree(t, what+": "+ours, s.figure(ours, r["table"], rowName(r), r["banner"], r["segment"]), r.number(t, theirs), scale)
				}
			}
			compared, hidden := oracleTests(t, design, tests, pairs)
			t.Logf("%d numbers of cells (%d hidden in results.csv), %d comparisons (%d hidden in tests.csv)", numbers, s.hides, compared, hidden)
			if numbers < 3000 || compared < 900 || s.hides*5 > numbers || hidden*2 > compared {
				t.Error("too little was compared with the published files")
			}
		})
	}
}

func oracleTests(t *testing.T, design string, tests []byte, pairs []row) (compared, hidden int) {
	t.Helper()
	type key struct{ table, category, banner, a, b string }
	ours := map[key]row{}
	for _, r := range tidyRows(t, tests) {
		ours[key{r["table"], r["category"], r["banner"], r["segment_a"], r["segment_b"]}] = r
	}
	for _, r := range pairs {
		if r["design"] != design {
			continue
		}
		k, sign := key{r["table"], rowName(r), r["banner"], r["a"], r["b"]}, 1.0
		got, ok := ours[k]
		if !ok {
			k.a, k.b = k.b, k.a
			got, ok = ours[k]
			sign = -1
		}
		switch {
		case !ok:
			t.Errorf("tests.csv has no %v", k)
			continue
		case got["status"] == "suppressed":
			hidden++
			continue
		case got["p"] == "":
			// Not tested by us: R's standard error is none, or of rounding noise.
			if se := r.number(t, "se"); se > 1e-9 && r.number(t, "df") >= 1 {
				t.Errorf("%v: not tested (%s), R has p = %s", k, got["status"], r["p"])
			}
			continue
		}
		compared++
		se := r.number(t, "se")
		agree(t, k.a+" and "+k.b+" of "+k.table+": difference", sign*got.number(t, "difference"), r.number(t, "difference"), se)
		agree(t, k.a+" and "+k.b+" of "+k.table+": se", got.number(t, "se"), se, 0)
		if got["df"] != r["df"] {
			t.Errorf("%v: df is %s, R says %s", k, got["df"], r["df"])
		}
		if p := r.number(t, "p"); p > 1e-12 {
			agree(t, k.a+" and "+k.b+" of "+k.table+": p", got.number(t, "p"), p, p*100) // p multiplies the error of t
		}
	}
	return compared + hidden, hidden
}

// TestOracleFormats: the same answers as CSV and as SPSS give the same files,
// byte for byte; "don't know" is an empty cell in the one and code 99, declared
// missing, in the other.
func TestOracleFormats(t *testing.T) {
	for design := range oracleDesigns {
		if testing.Short() && design != "region" {
			continue
		}
		_, results, tests := oracleRun(t, design, "loop_wide.csv")
		_, spss, spssTests := oracleRun(t, design, "loop_wide.sav")
		if !bytes.Equal(results, spss) {
			t.Errorf("%s: results.csv of the .sav differs from that of the CSV", design)
		}
		if !bytes.Equal(tests, spssTests) {
			t.Errorf("%s: tests.csv of the .sav differs from that of the CSV", design)
		}
	}
}

// TestLoopWording: a question asked of several industries is not worded as if
// it were about the first of them.
func TestLoopWording(t *testing.T) {
	if testing.Short() {
		t.Skip("another run of the oracle's study")
	}
	source, _, _ := oracleRun(t, "person", "loop_wide.sav") // its labels are "Trust in telecoms", ...
	for _, table := range reportOf(t, source).Tables {
		if table.Loop && strings.Contains(table.Text, "telecoms") {
			t.Errorf("%s is worded %q", table.ID, table.Text)
		}
		if table.ID == "expects" && table.Text != "Expects personalisation from ..." {
			t.Errorf("expects is worded %q", table.Text)
		}
	}
}

// TestOracleCases compares with the answers that ../shared/oracle brings along.
func TestOracleCases(t *testing.T) {
	var file struct {
		Cases []struct {
			ID     string
			Params struct {
				Vars, By []string
			}
			Expect json.RawMessage
		}
	}
	type expect struct {
		Cells   []map[string]any
		Est, SE []float64
	}
	if err := json.Unmarshal(fileOf(t, sharedtest.Path(t, "oracle", "04_domains.json")), &file); err != nil {
		t.Fatal(err)
	}
	rows := map[string][2]string{"overall_trust": {"overall", "Mean"}, "trust": {"trust", "Mean"}, "trust_high": {"trust", "Top 2 (much, completely)"}, "pers": {"expects", "Mean"},
		"share_contact": {"share", "contact"}, "share_location": {"share", "location"}, "share_purchase": {"share", "purchase"}, "share_health": {"share", "health"}, "share_browsing": {"share", "browsing"}}
	banners := map[string]string{"country": "country", "age_band": "age", "country age_band": "age_by_country", "industry": "industry", "industry age_band": "industry_by_age"}
	wanted := []string{"by/loop/trust_country", "by/loop/trust_age", "by/loop/trust_country_age", "by/long/trust_industry_na", "by/long/trust_high_industry", "by/long/share_industry", "by/long/pers_industry_age"}
	source, results, _ := oracleRun(t, "region", "loop_wide.csv")
	s := &survey{t: t, shown: figuresOf(t, results), all: beforeProtection(t, source)}
	seen := 0
	for _, c := range file.Cases {
		if !slices.Contains(wanted, c.ID) {
			continue
		}
		seen++
		var want expect // of other cases: not all are lists of numbers
		if err := json.Unmarshal(c.Expect, &want); err != nil {
			t.Fatal(err)
		}
		n := len(want.Cells)
		for i, v := range c.Params.Vars {
			at, ok := rows[v]
			if !ok {
				continue // nps is not asked by the study
			}
			for k, cell := range want.Cells {
				var parts []string
				for _, by := range c.Params.By {
					parts = append(parts, cell[by].(string))
				}
				banner := banners[strings.Join(c.Params.By, " ")]
				if banner == "industry_by_age" {
					slices.Reverse(parts)
				}
				segment := strings.Join(parts, " × ")
				est, se := want.Est[i*n+k], want.SE[i*n+k]
				what := c.ID + " " + segment
				agree(t, what, s.figure("estimate", at[0], at[1], banner, segment), est, se)
				agree(t, what+": se", s.figure("se", at[0], at[1], banner, segment), se, 1e-6*est) // 0 is rounding noise in R
				df := s.figure("df", at[0], at[1], banner, segment)
				if r := cell["df"].(float64); df != r && r != 0 {
					t.Errorf("%s: df is %v, R says %v", what, df, r)
				}
				base := cell["n"]
				if valid, ok := cell["n_valid"]; ok {
					base = valid
				}
				if got := s.figure("base_unweighted", at[0], at[1], banner, segment); got != base.(float64) {
					t.Errorf("%s: base %v, R says %v", what, got, base)
				}
			}
		}
	}
	if seen != len(wanted) {
		t.Errorf("%d of %d cases were found", seen, len(wanted))
	}
	t.Logf("%d numbers compared", s.compared)
}

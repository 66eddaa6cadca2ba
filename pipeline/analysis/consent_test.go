package analysis

import (
	"math"
	"testing"

	"tradeoff/stats/crosstab"
)

// consenting are people who say whether they are willing, which permissions are
// switched on, which data they would share, and how many questions they skip.
func consenting(t testing.TB, n int) (p *People, willing, did, share *Question) {
	p, r := somePeople(t, n)
	willing = p.ask(Question{Name: "willing", Measures: "sharing", Answers: scaleOf(5)}, []string{""}, func(row, _ int) uint8 {
		if row%19 == 0 {
			return None
		}
		return uint8(r.IntN(5))
	})
	did = p.ask(Question{Name: "switched", Measures: "behaviour", Multi: true}, []string{"Location", "Camera"}, func(row, item int) uint8 {
		return uint8(r.IntN(2+item) / (1 + item))
	})
	share = p.askLoop(Question{Name: "share", Measures: "sharing", Multi: true}, []string{"Phone", "location"}, []string{"Bank", "Shop", "Radio"}, func(row, item, turn int) uint8 {
		if row%3 == turn {
			return None
		}
		return uint8(r.IntN(4) / 3)
	})
	skipped := make([]float64, n)
	for i := range skipped {
		skipped[i] = float64(r.IntN(4))
	}
	p.Questions = append(p.Questions, &Question{Name: "skipped", Measures: "behaviour", Unit: "questions", Items: []Item{{Values: [][]float64{skipped}}}})
	return p, willing, did, share
}

// What people say, what they do, and the gap are counted here person by person; the
// standard error of the gap is that of a difference of the same people: of the mean of
// their differences, which knows their covariance.
func TestConsentIsOfTheSamePeople(t *testing.T) {
	p, willing, did, share := consenting(t, 900)
	tables, err := consent(p)
	if err != nil {
		t.Fatal(err)
	}
	w := p.Design.Weights()
	check := func(table, k string, says func(i int) (yes, answered bool), item int) {
		t.Helper()
		x := find(t, tables, table)
		var all, said, done, despite float64
		for i := range w {
			yes, answered := says(i)
			if !answered {
				continue
			}
			does := did.Items[item].Codes[0][i] == 1
			all += w[i]
			if yes {
				said += w[i]
			}
			if does {
				done += w[i]
			}
			if does && !yes {
				despite += w[i]
			}
		}
		for code, want := range map[string]float64{"did." + k: done / all, "despite." + k: despite / all, "gap." + k: (done - said) / all} {
			if got := rowNamed(t, x, code).Estimate; math.Abs(got-want) > 1e-12 {
				t.Errorf("%s, %s: %v, want %v", table, code, got, want)
			}
		}
	}
	overall := func(i int) (bool, bool) {
		c := willing.Items[0].Codes[0][i]
		return c != None && c >= 3, c != None
	}
	check("switched.consent", "1", overall, 0)
	check("switched.consent", "2", overall, 1)
	check("switched.share", "1", func(i int) (yes, answered bool) {
		for _, codes := range share.Items[1].Codes {
			answered = answered || codes[i] != None
			yes = yes || codes[i] == 1
		}
		return yes, answered
	}, 0)

	x := find(t, tables, "switched.consent")
	cells, err := p.differences(inBase(ticked(did.Items[0].Codes[0]), answered(willing.topped(willing.Items[0].Codes[0]))), willing.topped(willing.Items[0].Codes[0]))
	if err != nil {
		t.Fatal(err)
	}
	for j, want := range cells {
		for i, r := range x.Rows {
			if got := x.Cells[i][j]; r.Code == "gap.1" && (math.Abs(got.Estimate-want.Estimate) > 1e-12 || math.Abs(got.SE-want.SE) > 1e-12) {
				t.Errorf("%s: the gap is %v with SE %v, as a contrast %v with SE %v", x.Columns[j].Label, got.Estimate, got.SE, want.Estimate, want.SE)
			}
		}
	}
	if len(x.Comparisons) != 2*(1+3) { // two gaps, of two and of three groups
		t.Errorf("%d comparisons", len(x.Comparisons))
	}
	for _, c := range x.Comparisons {
		if got := x.Cells[c.Row][c.A].Estimate - x.Cells[c.Row][c.B].Estimate; math.Abs(c.Difference-got) > 1e-12 || c.P < 0 || c.P > 1 {
			t.Errorf("%+v, but the cells differ by %v", c, got)
		}
	}
}

// What is counted is averaged among those who are willing and the others.
func TestConsentOfWhatIsCounted(t *testing.T) {
	p, willing, _, _ := consenting(t, 600)
	tables, err := consent(p)
	if err != nil {
		t.Fatal(err)
	}
	x := find(t, tables, "skipped.consent")
	sum, all := [2]float64{}, [2]float64{}
	for i, w := range p.Design.Weights() {
		c := willing.Items[0].Codes[0][i]
		if c == None {
			continue
		}
		k := 0
		if c < 3 {
			k = 1
		}
		sum[k] += w * p.Questions[3].Items[0].Values[0][i]
		all[k] += w
	}
	yes, no := sum[0]/all[0], sum[1]/all[1]
	for code, want := range map[string]float64{"yes": yes, "no": no, "difference": yes - no} {
		if got := rowNamed(t, x, code).Estimate; math.Abs(got-want) > 1e-12 {
			t.Errorf("%s: %v, want %v", code, got, want)
		}
	}
}

// Without a word on willingness, without deeds, and with too few people there is no
// table; nothing fails.
func TestConsentNeedsBoth(t *testing.T) {
	p, _, _, _ := consenting(t, 200)
	all := p.Questions
	for name, questions := range map[string][]*Question{"no deeds": all[:1], "no words": {all[1], all[3]}, "nothing": nil} {
		p.Questions = questions
		if tables, err := consent(p); err != nil || len(tables) != 0 {
			t.Errorf("%s: %d tables, %v", name, len(tables), err)
		}
	}
	p, _, _, _ = consenting(t, 200)
	p.Small = 1000
	for _, f := range []func(*People) ([]*crosstab.Table, error){consent, custodians, trustAndSharing, rankings} {
		if tables, err := f(p); err != nil || len(tables) != 0 {
			t.Errorf("too few people: %d tables, %v", len(tables), err)
		}
	}
}

func BenchmarkConsent(b *testing.B) {
	p, _, _, _ := consenting(b, 100_000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := consent(p); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(100_000*float64(b.N)/b.Elapsed().Seconds(), "people/s")
}

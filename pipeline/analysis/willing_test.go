package analysis

import (
	"math"
	"testing"

	"tradeoff/stats"
)

// exchanging are people with benefits, willingness, data that they would share with
// two industries, and a price.
func exchanging(t testing.TB, n int) *People {
	t.Helper()
	p, r := somePeople(t, n)
	p.ask(Question{Name: "benefits", Measures: "benefit", Multi: true}, []string{"money", "time", "fun"}, func(row, k int) uint8 {
		if row%23 == 0 {
			return None
		}
		return uint8(r.IntN(2))
	})
	scale := []Answer{{Label: "No"}, {Label: "Yes", Top: true}}
	p.ask(Question{Name: "willing", Measures: "sharing", Answers: scale, Side: true}, []string{""}, func(row, _ int) uint8 {
		if row%29 == 0 {
			return None
		}
		if p.Questions[0].Items[0].Codes[0][row] == 1 && r.IntN(2) == 0 {
			return 1
		}
		return uint8(r.IntN(2))
	})
	data := &Question{Name: "data", Measures: "sharing", Multi: true, Loop: &Loop{Name: "industry", Items: []string{"a", "b"}}}
	for _, label := range []string{"card", "phone"} {
		it := Item{Key: label, Label: label}
		for range 2 {
			codes := make([]uint8, n)
			for i := range codes {
				codes[i] = uint8(r.IntN(2))
				if i%7 == len(it.Codes) {
					codes[i] = None
				}
			}
			it.Codes = append(it.Codes, codes)
		}
		data.Items = append(data.Items, it)
	}
	sums := make([]float64, n)
	for i := range sums {
		sums[i] = float64(1 + r.IntN(40))
		if i%11 == 0 {
			sums[i] = math.NaN()
		}
	}
	p.Questions = append(p.Questions, data, &Question{Name: "price", Text: "What would you want for it?", Measures: "sharing", Unit: "euro a month", Items: []Item{{Values: [][]float64{sums}}}})
	return p
}

// Those who want a benefit and those who do not are counted row by row; with both
// in one regression the difference is its slope, here as a contrast of means.
func TestWillingWithAndWithout(t *testing.T) {
	p := exchanging(t, 900)
	tables, err := willingFor(p)
	if err != nil {
		t.Fatal(err)
	}
	table := find(t, tables, "benefits.willing")
	w, wants, willing := p.Design.Weights(), p.Questions[0].Items[0].Codes[0], p.Questions[1].Items[0].Codes[0]
	for j, c := range p.Columns {
		var yes, all [2]float64
		for i := range w {
			if c.In[i] && wants[i] != None && willing[i] != None {
				all[1-wants[i]] += w[i]
				yes[1-wants[i]] += w[i] * float64(willing[i])
			}
		}
		with, without := yes[0]/all[0], yes[1]/all[1]
		for k, x := range []float64{with, without, with - without} {
			if got := table.Cell(k, j).Estimate; math.Abs(got-x) > 1e-12 {
				t.Errorf("%s, %s: %v, want %v", c.Label, table.Rows[k].Label, got, x)
			}
		}
	}
	if c := table.Cell(2, 0); c.Low <= 0 {
		t.Errorf("who wants money is more willing here, and the difference is %v to %v", c.Low, c.High)
	}
}

// Of the ratings of those who want a benefit, those that would share are counted.
func TestBenefitsForData(t *testing.T) {
	p := exchanging(t, 900)
	tables, err := benefitsForData(p)
	if err != nil {
		t.Fatal(err)
	}
	table := find(t, tables, "benefits.data")
	w := p.Design.Weights()
	for j, col := range table.Columns {
		for k, it := range p.Questions[2].Items {
			var yes, all float64
			for i := range w {
				if j > 0 && p.Questions[0].Items[j-1].Codes[0][i] != 1 {
					continue
				}
				for _, codes := range it.Codes {
					if codes[i] != None {
						all += w[i]
						yes += w[i] * float64(codes[i])
					}
				}
			}
			if got := table.Cell(k, j); math.Abs(got.Estimate-yes/all) > 1e-12 || !(got.Low < got.Estimate && got.Estimate < got.High) {
				t.Errorf("%s, %s: %+v, want %v", col.Label, it.Label, *got, yes/all)
			}
		}
	}
}

// Mean and median are those of package stats; a number that is no money has no
// price.
func TestPrices(t *testing.T) {
	p := exchanging(t, 900)
	tables, err := prices(p)
	if err != nil {
		t.Fatal(err)
	}
	table := find(t, tables, "price.price")
	y := p.Questions[3].Items[0].Values[0]
	for j, c := range p.Columns {
		d := p.Design.Domain(c.In)
		mean, err := d.Estimate(stats.Mean([]string{""}, y))
		if err != nil {
			t.Fatal(err)
		}
		median, err := stats.Quantiles(d, []float64{0.5}, stats.QuantileOptions{}, []string{""}, y)
		if err != nil {
			t.Fatal(err)
		}
		if m, q := table.Cell(0, j), table.Cell(1, j); m.Estimate != mean.Value[0] || m.SE != mean.SE(0) || q.Estimate != median.Each[0].Value || q.Low != median.Each[0].Low || q.High != median.Each[0].High {
			t.Errorf("%s: %+v and %+v, want %v and %+v", c.Label, *m, *q, mean.Value[0], median.Each[0])
		}
	}
	for unit, is := range map[string]bool{"minutes": false, "questions": false, "€": true, "US dollars": true, "GBP per month": true, "centimetres": false, "seconds": false} {
		p.Questions[3].Unit = unit
		if tables, err := prices(p); err != nil || (tables != nil) != is {
			t.Errorf("a price in %s: %d tables, %v", unit, len(tables), err)
		}
	}
}

package analysis

import (
	"math"
	"testing"
)

// asked adds the questions of the contradiction: wanting, worrying, trusting, and
// giving up, with chances that depend on the row.
func (p *People) asked(chance func(row int) (want, worry, trust, resigned bool)) {
	scale := []Answer{{Label: "No"}, {Label: "Yes", Top: true}}
	for k, q := range []Question{{Name: "want", Measures: "expectation"}, {Name: "worry", Measures: "concern"}, {Name: "trust", Measures: "trust"}, {Name: "click", Measures: "behaviour", Resigned: true}} {
		q.Answers, q.Side = scale, true
		p.ask(q, []string{""}, func(row, _ int) uint8 {
			want, worry, trust, resigned := chance(row)
			if row%19 == k {
				return None
			}
			if []bool{want, worry, trust, resigned}[k] {
				return 1
			}
			return 0
		})
	}
}

// The overlap by chance is the product of the two shares; its excess has the
// standard error of the derivative by hand: with u the deviations from the means,
// that of c - a b is (c - C) - B (a - A) - A (b - B) row by row.
func TestOverlapIsBesideChance(t *testing.T) {
	p, r := somePeople(t, 800)
	draws := make([][4]bool, p.Rows())
	for i := range draws {
		worry := r.IntN(2) == 0
		draws[i] = [4]bool{r.IntN(10) < 5 || worry && r.IntN(2) == 0, worry, r.IntN(3) == 0, r.IntN(2) == 0}
	}
	p.asked(func(i int) (bool, bool, bool, bool) { d := draws[i]; return d[0], d[1], d[2], d[3] })
	tables, err := overlap(p)
	if err != nil {
		t.Fatal(err)
	}
	table := find(t, tables, "contradiction.chance")
	w := p.Design.Weights()
	for j, c := range p.Columns {
		var n, want, worry, both float64
		for i := range draws {
			if c.In[i] && i%19 > 1 {
				n += w[i]
				if draws[i][0] {
					want += w[i]
				}
				if draws[i][1] {
					worry += w[i]
				}
				if draws[i][0] && draws[i][1] {
					both += w[i]
				}
			}
		}
		want, worry, both = want/n, worry/n, both/n
		u := make([]float64, p.Rows())
		for i := range u {
			if c.In[i] && i%19 > 1 {
				var a, b float64
				if draws[i][0] {
					a = 1
				}
				if draws[i][1] {
					b = 1
				}
				u[i] = ((a*b - both) - worry*(a-want) - want*(b-worry)) / n
			}
		}
		se := byHand(w, u)
		for k, x := range []float64{want * worry, both - want*worry, both / (want * worry)} {
			if got := table.Cell(k, j).Estimate; math.Abs(got-x) > 1e-12 {
				t.Errorf("%s, %s: %v, want %v", c.Label, table.Rows[k].Label, got, x)
			}
		}
		if got := table.Cell(1, j).SE; math.Abs(got-se) > 1e-12 {
			t.Errorf("%s: the excess has a standard error of %v, want %v", c.Label, got, se)
		}
		if x := table.Cell(2, j); !(x.Low > 0 && x.Low < x.Estimate && x.Estimate < x.High) {
			t.Errorf("%s: the lift is %v, interval %v to %v", c.Label, x.Estimate, x.Low, x.High)
		}
	}
	if x := table.Cell(1, 0); x.Low <= 0 {
		t.Errorf("who worries wants more here, and the excess is %v, interval %v to %v", x.Estimate, x.Low, x.High)
	}
}

// byHand is the standard error of a total of w u in the design of somePeople:
// PSUs of a stratum are drawn with replacement,
//
//	V = sum_h m/(m-1) sum_i (z_hi - mean z_h)^2
func byHand(w, u []float64) float64 {
	n := len(w)
	var z [20]float64
	for i := range u {
		z[i*20/n] += w[i] * u[i]
	}
	v := 0.0
	for h := range 4 {
		mean := 0.0
		for _, x := range z[5*h:][:5] {
			mean += x / 5
		}
		for _, x := range z[5*h:][:5] {
			v += 5.0 / 4 * (x - mean) * (x - mean)
		}
	}
	return math.Sqrt(v)
}

// Types follow from the signs; who left a question out is in none.
func TestPrivacyTypes(t *testing.T) {
	signs := [][3]bool{{true, false, false}, {true, false, true}, {true, true, true}, {false, false, true}, {false, true, true}, {false, true, false}}
	want := []int{fundamentalist, resignedCynic, pragmatist, pragmatist, unconcerned, unconcerned}
	p, _ := somePeople(t, 600)
	p.asked(func(i int) (bool, bool, bool, bool) { s := signs[i%6]; return true, s[0], s[1], s[2] })
	of, resignation := p.types()
	if !resignation {
		t.Error("the question that tells who has given up is not found")
	}
	for i, got := range of {
		expected := want[i%6]
		if k := i % 19; k >= 1 && k <= 3 {
			expected = -1
		}
		if got != expected {
			t.Fatalf("row %d: type %d, want %d", i, got, expected)
		}
	}
	tables, err := typology(p)
	if err != nil {
		t.Fatal(err)
	}
	table := find(t, tables, "contradiction.types")
	for j := range p.Columns {
		sum := 0.0
		for i := range table.Rows {
			sum += table.Cell(i, j).Estimate
		}
		if math.Abs(sum-1) > 1e-12 {
			t.Errorf("%s: the types add up to %v", p.Columns[j].Label, sum)
		}
	}
	for _, q := range p.Questions {
		q.Resigned = false
	}
	if of, resignation = p.types(); resignation || of[5*19+6] == resignedCynic {
		t.Error("without a question on giving up the cynics are fundamentalists")
	}
}

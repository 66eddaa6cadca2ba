package replicate

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"tradeoff/stats"
)

// Draws without replacement are different, below the limit, and each number is
// drawn about as often as others: 3 of 8 in 8,000 draws, 3,000 times each, with
// a standard deviation of 43.
func TestDistinct(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	times := make([]int, 8)
	for range 8000 {
		draw := distinct(random, 3, 8)
		for k, i := range draw {
			if slices.Contains(draw[:k], i) {
				t.Fatalf("%v", draw)
			}
			times[i]++
		}
	}
	for i, n := range times {
		if n < 2800 || n > 3200 {
			t.Errorf("%d was drawn %d times", i, n)
		}
	}
	all := distinct(random, 5, 5)
	slices.Sort(all)
	if !slices.Equal(all, []int{0, 1, 2, 3, 4}) {
		t.Errorf("all of five: %v", all)
	}
}

// Every time through, every row is used once and row 0 never; neighbours do not
// get the same two rows again the next time.
func TestRowsInTurn(t *testing.T) {
	for _, order := range []int{4, 16, 20, 80} {
		row := rowsInTurn(order)
		n := order - 1
		seen := map[[2]int]bool{}
		for turn := range min(4, order/2) {
			var rows []int
			for i := turn * n; i < turn*n+n; i++ {
				rows = append(rows, row(i))
				if pair := [2]int{row(i), row(i + 1)}; i+1 < turn*n+n {
					if seen[pair] {
						t.Errorf("order %d: rows %v again", order, pair)
					}
					seen[pair] = true
				}
			}
			slices.Sort(rows)
			for k, r := range rows {
				if r != k+1 {
					t.Errorf("order %d, turn %d: rows %v", order, turn, rows)
					break
				}
			}
		}
	}
}

// oneOf makes replicates of a stratum of five PSUs and a lonely one.
func oneOf(t *testing.T, lonely stats.Lonely, share float64, make func(*stats.Design) (*stats.Design, error)) *stats.Replicates {
	t.Helper()
	st := stats.Stage{Strata: []int{1, 1, 1, 1, 1, 2}, FPC: slices.Repeat([]float64{share}, 6)}
	if share == 0 {
		st.FPC = nil
	}
	d, err := stats.NewDesign(stats.Sampling{Rows: 6, Weights: slices.Repeat([]float64{1}, 6), Lonely: lonely, Stages: []stats.Stage{st}})
	if err != nil {
		t.Fatal(err)
	}
	if d, err = make(d); err != nil {
		t.Fatal(err)
	}
	return d.Replicates()
}

// Of a population of seven, copies of five PSUs, no PSU is drawn more than twice
// and each of them is drawn twice now and then: chance says of which there are
// two copies. A lonely PSU deviates so that the Scale, which is made for five,
// gives its square.
func TestCantyCopies(t *testing.T) {
	r := oneOf(t, stats.LonelyAdjust, 5./7, func(d *stats.Design) (*stats.Design, error) {
		return Bootstrap(d, BootstrapOptions{Method: Canty, Replicates: 400})
	})
	twice := make([]int, 5)
	for _, w := range r.Weights {
		for u := range twice {
			if w[u] > 2 {
				t.Fatalf("a PSU was drawn %g times", w[u])
			}
			if w[u] == 2 {
				twice[u]++
			}
		}
		if got, want := math.Abs(w[5]-1), math.Sqrt(.8*2/7); math.Abs(got-want) > 1e-12 {
			t.Fatalf("the lonely PSU deviates by %g, want %g", got, want)
		}
	}
	if slices.Min(twice) == 0 {
		t.Errorf("drawn twice: %v", twice)
	}
}

// The scales that multiply squared deviations.
func TestScales(t *testing.T) {
	for name, c := range map[string]struct {
		lonely stats.Lonely
		make   func(*stats.Design) (*stats.Design, error)
		want   float64
	}{
		"bootstrap": {"remove", func(d *stats.Design) (*stats.Design, error) { return Bootstrap(d, BootstrapOptions{Replicates: 50}) }, 1. / 49},
		"bootstrap, MSE": {"remove", func(d *stats.Design) (*stats.Design, error) {
			return Bootstrap(d, BootstrapOptions{Replicates: 50, MSE: true})
		}, 1. / 50},
		"Canty": {"remove", func(d *stats.Design) (*stats.Design, error) {
			return Bootstrap(d, BootstrapOptions{Method: Canty, Replicates: 50})
		}, 1.25 / 49},
		"bootstrap, avg.":   {"average", func(d *stats.Design) (*stats.Design, error) { return Bootstrap(d, BootstrapOptions{Replicates: 50}) }, 2. / 49},
		"groups":            {"remove", func(d *stats.Design) (*stats.Design, error) { return Jackknife(d, JackknifeOptions{Groups: 4}) }, .75},
		"groups, average":   {"average", func(d *stats.Design) (*stats.Design, error) { return Jackknife(d, JackknifeOptions{Groups: 4}) }, 1.5},
		"jackknife":         {"remove", func(d *stats.Design) (*stats.Design, error) { return Jackknife(d, JackknifeOptions{}) }, 1},
		"balanced":          {"remove", func(d *stats.Design) (*stats.Design, error) { return Balanced(d, BalancedOptions{Rho: .6}) }, 1 / (8 * .16)},
		"balanced, average": {"average", func(d *stats.Design) (*stats.Design, error) { return Balanced(d, BalancedOptions{Rho: .6}) }, 2 / (8 * .16)},
		"successive":        {"average", func(d *stats.Design) (*stats.Design, error) { return Successive(d, SuccessiveOptions{Replicates: 80}) }, 8. / 80},
	} {
		if got := oneOf(t, c.lonely, 0, c.make).Scale; math.Abs(got-c.want) > 1e-14 {
			t.Errorf("%s: %g, want %g", name, got, c.want)
		}
	}
}

// All of three PSUs were taken, and two of four people in each: only the second
// stage varies, by sqrt(f (1-f_j)) = sqrt(1/2) up or down in every replicate.
// Methods of the first stage refuse such a design.
func TestPrestonCertainty(t *testing.T) {
	d, err := stats.NewDesign(stats.Sampling{Rows: 6, Weights: slices.Repeat([]float64{2}, 6), Stages: []stats.Stage{
		{Units: []int{1, 1, 2, 2, 3, 3}, FPC: slices.Repeat([]float64{3}, 6)},
		{FPC: slices.Repeat([]float64{4}, 6)},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Bootstrap(d, BootstrapOptions{}); err != errConstant {
		t.Errorf("Rao and Wu: %v", err)
	}
	p, err := Bootstrap(d, BootstrapOptions{Method: Preston})
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range p.Replicates().Weights {
		for i := 0; i < 6; i += 2 {
			if math.Abs(math.Abs(w[i]/2-1)-math.Sqrt(.5)) > 1e-12 || math.Abs(w[i]+w[i+1]-4) > 1e-12 {
				t.Fatalf("weights %g and %g of two people", w[i], w[i+1])
			}
		}
	}
	one, err := stats.NewDesign(stats.Sampling{Rows: 2, Weights: []float64{2, 2}, Lonely: stats.LonelyAverage, Stages: []stats.Stage{
		{Units: []int{1, 1}, FPC: []float64{3, 3}},
		{FPC: []float64{4, 4}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Bootstrap(one, BootstrapOptions{Method: Preston}); err != errConstant {
		t.Errorf("no PSU to average over: %v", err)
	}
}

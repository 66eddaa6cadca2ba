package stats

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// TestRank compares the short cuts with the definition, column after column over
// all rows.
func TestRank(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, st := randomSample(t)
		columns := randomReplicates(t, w, st)
		outside := rapid.Int32Range(0, 9).Draw(t, "outside")
		for i := range w { // a domain
			if st.unit[i]%5 == outside {
				w[i] = 0
				for _, c := range columns {
					c[i] = 0
				}
			}
		}
		if got, want := rank(columns, w, st), independent(columns, rankTolerance); got != want {
			t.Errorf("rank %d, by definition %d", got, want)
		}
	})
}

// randomSample is a sample of up to four strata.
func randomSample(t *rapid.T) (w []float64, st *stage) {
	g := Stage{}
	for h := range rapid.IntRange(1, 4).Draw(t, "strata") {
		for u := range rapid.IntRange(2, 5).Draw(t, "PSUs") {
			for range rapid.IntRange(1, 4).Draw(t, "rows") {
				g.Strata, g.Units = append(g.Strata, h), append(g.Units, u)
				w = append(w, rapid.Float64Range(1, 3).Draw(t, "w"))
			}
		}
	}
	n := number(g, make([]int32, len(w)))
	return w, &n
}

// randomReplicates are a jackknife (some strata may be left alone), draws of
// PSUs, or anything.
func randomReplicates(t *rapid.T, w []float64, st *stage) (columns [][]float64) {
	add := func(multiplier func(i int) float64) {
		c := make([]float64, len(w))
		for i := range c {
			c[i] = w[i] * multiplier(i)
		}
		columns = append(columns, c)
	}
	switch kind := rapid.SampledFrom([]string{"jackknife", "draws", "rows"}).Draw(t, "kind"); kind {
	case "jackknife":
		alone := rapid.IntRange(0, 5).Draw(t, "alone")
		add(func(int) float64 { return 1 })
		for u, h := range st.stratum {
			if int(h) == alone {
				continue
			}
			n := float64(st.strata[h].n)
			add(func(i int) float64 {
				switch {
				case st.unit[i] == int32(u):
					return 0
				case st.stratum[st.unit[i]] == h:
					return n / (n - 1)
				}
				return 1
			})
		}
	default:
		for range rapid.IntRange(1, 8).Draw(t, "replicates") {
			m := rapid.SliceOfN(rapid.IntRange(0, 2), len(w), len(w)).Draw(t, "m")
			m[0] = 1
			add(func(i int) float64 {
				if kind == "draws" {
					i = int(st.unit[i])
				}
				return float64(m[i])
			})
		}
	}
	return columns
}

// randomColumns are R columns of n rows of weight 1, every row a PSU.
func randomColumns(n, R int) (w []float64, columns [][]float64, st *stage) {
	random := rand.New(rand.NewPCG(3, 4))
	dense := number(Stage{}, make([]int32, n))
	w, columns = make([]float64, n), make([][]float64, R)
	for r := range columns {
		columns[r] = make([]float64, n)
		for i := range w {
			w[i] = 1
			columns[r][i] = random.Float64()
		}
	}
	return w, columns, &dense
}

// TestRankKnown has ranks that are clear without counting.
func TestRankKnown(t *testing.T) {
	const n, R = 900, 40
	w, columns, st := randomColumns(n, R)
	check := func(what string, want int) {
		t.Helper()
		if got := rank(columns, w, st); got != want {
			t.Errorf("%s: rank %d, want %d", what, got, want)
		}
	}
	check("random columns", R)
	for i := range w {
		columns[R-1][i] = columns[0][i] + 2*columns[1][i]
	}
	check("one is a sum of others", R-1)
	for i := range w {
		columns[R-1][i] = columns[0][i] * (1 + 2e-5*math.Sin(float64(i)))
	}
	check("one differs from another by 1.4e-5 of its length", R)
	for i := range w {
		columns[R-1][i] = columns[0][i] * (1 + 0.7e-5*math.Sin(float64(i)))
	}
	check("one differs from another by half of that, below R's tolerance", R-1)
	for r := range columns {
		clear(columns[r])
	}
	check("no weight at all", 0)
}

// TestRankLookalikes has what is nearly a jackknife or nearly the same row.
func TestRankLookalikes(t *testing.T) {
	st := number(Stage{Strata: []int{1, 1, 2, 2}}, make([]int32, 4))
	// By hand: a c1 + b c2 + c c3 + d c4 = 0 gives c = d, b = -c, a = -2c, c = 0.
	almost := [][]float64{{0, 1, 1, 1}, {2, 0, 1, 1}, {1, 1, 0, 2}, {1, 1, 2, 0}}
	if got := rank(almost, []float64{1, 1, 1, 1}, &st); got != 4 {
		t.Errorf("a PSU whose neighbour does not take over: rank %d, want 4", got)
	}
	almost[0][1] = 2
	if got := rank(almost, []float64{1, 1, 1, 1}, &st); got != 3 {
		t.Errorf("JKn of two strata of two: rank %d, want 3", got)
	}
	st = number(Stage{Units: []int{1, 1}}, make([]int32, 2))
	if got := rank([][]float64{{1, 0}, {1, 1}}, []float64{1, 1}, &st); got != 2 {
		t.Errorf("two rows of a PSU that differ: rank %d, want 2", got)
	}
}

// A jackknife of persons has as many replicates as rows: its rank must come from
// the formula, the definition takes minutes.
func TestRankOfManyReplicates(t *testing.T) {
	const n = 3000
	st := number(Stage{}, make([]int32, n))
	w, columns := make([]float64, n), make([][]float64, n)
	for r := range columns {
		columns[r] = make([]float64, n)
		for i := range w {
			w[i] = 1 + float64(i%7)
			columns[r][i] = w[i] * n / (n - 1)
		}
		columns[r][r] = 0
	}
	if got, ok := jackknifeRank(columns, w, &st); !ok || got != n {
		t.Errorf("rank %d (known: %t), want %d", got, ok, n)
	}
}

func BenchmarkRank(b *testing.B) {
	const n, R = 100_000, 80
	w, columns, st := randomColumns(n, R)
	b.Run("full", func(b *testing.B) {
		for b.Loop() {
			rank(columns, w, st)
		}
	})
	columns[R-1] = columns[0]
	b.Run("deficient", func(b *testing.B) {
		for b.Loop() {
			rank(columns, w, st)
		}
	})
}

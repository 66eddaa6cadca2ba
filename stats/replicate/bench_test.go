package replicate_test

import (
	"testing"

	"tradeoff/stats"
	"tradeoff/stats/replicate"
)

// BenchmarkReplicates makes the replicates of 100,000 respondents in 20 strata
// of 10 PSUs.
func BenchmarkReplicates(b *testing.B) {
	const n = 100_000
	st := stats.Stage{Strata: make([]int, n), Units: make([]int, n)}
	for i := range n {
		st.Strata[i], st.Units[i] = i%20, i/20%10
	}
	d := must(b)(stats.NewDesign(stats.Sampling{Rows: n, Stages: []stats.Stage{st}}))
	for _, c := range []struct {
		name string
		make func() (*stats.Design, error)
	}{
		{"JKn", func() (*stats.Design, error) { return replicate.Jackknife(d, replicate.JackknifeOptions{}) }},
		{"80 groups", func() (*stats.Design, error) { return replicate.Jackknife(d, replicate.JackknifeOptions{Groups: 80}) }},
		{"Balanced", func() (*stats.Design, error) { return replicate.Balanced(d, replicate.BalancedOptions{Rho: .8}) }},
		{"Rao-Wu", func() (*stats.Design, error) { return replicate.Bootstrap(d, replicate.BootstrapOptions{}) }},
		{"Preston", func() (*stats.Design, error) {
			return replicate.Bootstrap(d, replicate.BootstrapOptions{Method: replicate.Preston})
		}},
		{"Successive", func() (*stats.Design, error) {
			return replicate.Successive(d, replicate.SuccessiveOptions{Replicates: 80})
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			made := 0
			for b.Loop() {
				r, err := c.make()
				if err != nil {
					b.Fatal(err)
				}
				made = len(r.Replicates().Weights)
			}
			b.ReportMetric(float64(b.N*n)*float64(made)/b.Elapsed().Seconds(), "weights/s")
		})
	}
	jk := must(b)(replicate.Jackknife(d, replicate.JackknifeOptions{}))
	b.Run("df of JKn", func(b *testing.B) {
		for b.Loop() {
			if df := jk.WithReplicates(*jk.Replicates()).DF(); df != 180 {
				b.Fatal(df)
			}
		}
	})
	boot := must(b)(replicate.Bootstrap(d, replicate.BootstrapOptions{Replicates: 500}))
	b.Run("df of 500 bootstraps", func(b *testing.B) {
		for b.Loop() {
			if df := boot.WithReplicates(*boot.Replicates()).DF(); df != 180 {
				b.Fatal(df)
			}
		}
	})
}

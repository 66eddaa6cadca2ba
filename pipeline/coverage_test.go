package pipeline

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tradeoff/data/sample"
	"tradeoff/data/sample/model"
	"tradeoff/stats/crosstab"
)

// A promise is a key figure of a chapter whose interval should hold the truth: the
// cell that says it, and how the simulated people make it. Add one to the list of
// promises to have it counted.
type promise struct {
	chapter, says string
	table, code   string // of the row; the first net without a code
	group, label  string // of the column; Total without
	of, minus     model.Count
}

func promises() []promise {
	latest := func(p *model.Person) bool { return p.Wave == model.Latest }
	in := func(wave int) func(*model.Person) bool {
		return func(p *model.Person) bool { return p.Wave == wave }
	}
	rated := func(get func(*model.Person, int) int, industries ...int) model.Count {
		var all []model.Count
		for _, j := range industries {
			all = append(all, model.Top(4, func(p *model.Person) int { return get(p, j) }))
		}
		return model.Together(all...)
	}
	expect := func(p *model.Person, j int) int { return p.Expect[j] }
	trust := func(p *model.Person, j int) int { return p.Custody[j] }
	location := func(p *model.Person, j int) int { return p.Share[j][0] }
	ticked := func(get func(*model.Person, int) int, industries ...int) model.Count {
		var all []model.Count
		for _, j := range industries {
			all = append(all, model.Top(1, func(p *model.Person) int { return get(p, j) }))
		}
		return model.Together(all...)
	}
	everywhere := []int{0, 1, 2, 3, 4, 5, 6, 7}
	willing := model.Top(4, func(p *model.Person) int { return p.Willing })
	tracked := model.Top(3, func(p *model.Person) int { return p.Tracked })
	young := func(p *model.Person) bool { return p.Age <= 24 && latest(p) }
	german := func(p *model.Person) bool { return p.Country == 4 && latest(p) }
	told := func(code int) func(*model.Person) bool {
		return func(p *model.Person) bool { return p.Told == code && latest(p) }
	}
	now := func(c model.Count) model.Count { return model.Within(latest, c) }
	at := func(wave int, c model.Count) model.Count { return model.Within(in(wave), c) }
	waves := model.Waves()
	return []promise{
		{"expectation", "expect it, all industries", "expects", "", "", "", now(rated(expect, everywhere...)), nil},
		{"expectation", "expect it of telecoms", "expects", "", "industry", "Telecoms", now(rated(expect, 0)), nil},
		{"expectation", "they value my time", "service.time", "", "", "", now(model.Top(4, func(p *model.Person) int { return p.Service[0] })), nil},
		{"concern", "believe or worry that they are tracked", "tracked", "", "", "", now(tracked), nil},
		{"concern", "the same, Germany", "tracked", "", "country", "Germany", model.Within(german, tracked), nil},
		{"concern", "worry that data are sold on", "worries.sold", "", "", "", now(model.Top(4, func(p *model.Person) int { return p.Concern[0] })), nil},
		{"trust", "trust, all industries", "trust", "", "", "", now(rated(trust, everywhere...)), nil},
		{"trust", "trust banking", "trust", "", "industry", "Banking", now(rated(trust, 3)), nil},
		{"sharing", "would share the location", "share", "location", "", "", now(ticked(location, everywhere...)), nil},
		{"sharing", "willing to share", "willing", "", "", "", now(willing), nil},
		{"sharing", "the same, 18 to 24", "willing", "", "age", "18-24", model.Within(young, willing), nil},
		{"exchange", "discounts would earn data", "benefits", "discounts", "", "", now(model.Top(1, func(p *model.Person) int { return p.Benefit[0] })), nil},
		// A draw decided who was told, so the truth is in those who were.
		{"drivers", "what if everybody were told", "willing.whatif", "told_benefit=1", "", "", model.Within(told(1), willing), now(willing)},
		{"communication", "what being told changes", "told_benefit.effect", "lift.1", "", "", model.Within(told(1), willing), model.Within(told(0), willing)},
		{"trend", "willing, since the first wave", "willing.trend", "since", "", "", at(waves[2], willing), at(waves[0], willing)},
		{"trend", "tracked, since the wave before", "tracked.trend", "step", "", "", at(waves[2], tracked), at(waves[1], tracked)},
		{"trend", "expect it, since the first wave", "expects.trend", "since", "", "", at(waves[2], rated(expect, everywhere...)), at(waves[0], rated(expect, everywhere...))},
	}
}

// cell finds the cell of a promise.
func (x promise) cell(b testing.TB, tables []*crosstab.Table) *crosstab.Cell {
	b.Helper()
	for _, t := range tables {
		if t.ID != x.table {
			continue
		}
		row := t.RowOf(crosstab.NetRow, "")
		if x.code != "" {
			row = rowOf(t, x.code)
		}
		for j, c := range t.Columns {
			if c.Group == x.group && (x.label == "" || c.Label == x.label) && row >= 0 {
				return t.Cell(row, j)
			}
		}
	}
	b.Fatalf("%s: %s is in no table", x.chapter, x.says)
	return nil
}

// redrawn is the sample's study over people drawn with another seed, in a folder.
func redrawn(b testing.TB, folder string, seed uint64) Source {
	b.Helper()
	name, text := sample.Study()
	lines := strings.Split(string(text), "\n")
	var out []string
	for _, l := range lines {
		if strings.HasPrefix(strings.TrimSpace(l), "- wave20") {
			if l = "  - waves.csv"; out[len(out)-1] == l {
				continue
			}
		}
		out = append(out, l)
	}
	var data bytes.Buffer
	var people []*model.Person
	for p := range model.People(seed, model.PerCountry) {
		people = append(people, p)
	}
	if err := model.WriteCSV(&data, people); err != nil {
		b.Fatal(err)
	}
	for file, text := range map[string][]byte{"waves.csv": data.Bytes(), name: []byte(strings.Join(out, "\n"))} {
		if err := os.WriteFile(filepath.Join(folder, file), text, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	return FromPath(filepath.Join(folder, name))
}

// BenchmarkSampleCoverage draws the sample anew again and again, from the public
// whose truth is known, and counts how often the 95 % intervals of each chapter's
// key figures hold it:
//
//	go test ./pipeline -run '^$' -bench SampleCoverage -benchtime 200x
//
// Of 200 intervals that hold the truth at their rate 180 to 198 do, but for one list
// in a hundred (binomial, three standard errors). It is a simulation and no check of
// speed, and so no part of the tests.
func BenchmarkSampleCoverage(b *testing.B) {
	list := promises()
	var counts []model.Count
	for _, x := range list {
		minus := x.minus
		if minus == nil {
			minus = func(*model.Person) (float64, float64) { return 0, 1 }
		}
		counts = append(counts, x.of, minus)
	}
	if b.N == 1 { // the trial run of the benchmark
		return
	}
	shares := model.Truth(counts...)
	held, above, below := make([]int, len(list)), make([]int, len(list)), make([]int, len(list))
	folder := b.TempDir()
	for i := range b.N {
		r := newRun(redrawn(b, folder, uint64(1000+i)), Options{})
		if err := r.do(context.Background(), []stage{{"loading", r.load}, {"binding", r.bind}, {"reading", r.readFrame}, {"counting", r.count}, {"estimating", r.estimate}}); err != nil {
			b.Fatal(err)
		}
		for k, x := range list {
			truth := shares[2*k] - shares[2*k+1]
			switch c := x.cell(b, r.tables); {
			case c.Low > truth:
				above[k]++
			case c.High < truth:
				below[k]++
			default:
				held[k]++
			}
		}
		r.close()
	}
	table := "\n| chapter | figure | truth, % | covered, % | above | below |\n|---|---|---:|---:|---:|---:|\n"
	for k, x := range list {
		rate := float64(held[k]) / float64(b.N)
		table += fmt.Sprintf("| %s | %s | %.1f | %.1f | %d | %d |\n", x.chapter, x.says, 100*(shares[2*k]-shares[2*k+1]), 100*rate, above[k], below[k])
		if b.N >= 200 && (rate < 0.90 || rate > 0.995) {
			b.Errorf("%s: %s: %d of %d intervals hold the truth", x.chapter, x.says, held[k], b.N)
		}
	}
	b.Log(table)
}

// A sample drawn anew answers every promise, and its intervals hold the truth or
// miss it by little.
func TestPromisesAreInTheTables(t *testing.T) {
	r := newRun(redrawn(t, t.TempDir(), 4711), Options{})
	t.Cleanup(r.close)
	if err := r.do(context.Background(), []stage{{"loading", r.load}, {"binding", r.bind}, {"reading", r.readFrame}, {"counting", r.count}, {"estimating", r.estimate}}); err != nil {
		t.Fatal(err)
	}
	for _, x := range promises() {
		if c := x.cell(t, r.tables); !c.HasCI || c.Low >= c.High {
			t.Errorf("%s: %s has no interval: %+v", x.chapter, x.says, *c)
		}
	}
}

package pipeline

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tradeoff/pipeline/analysis"
	"tradeoff/stats"
	"tradeoff/stats/crosstab"
)

// The people that models take say what the streamed tables say, in every column,
// with the same standard errors and degrees of freedom, whatever the design.
func TestPeopleSayWhatTablesSay(t *testing.T) {
	const questions = `
segments:
  sex: sex
  age: {from: age, codes: {1: Young, 2: Middle, 3: Old}}
  brand: {loop: brand, items: {a: A, b: B}}
questions:
  trust: {column: trust, measures: trust, answers: {1: No, 2: Some, 3: Yes}}
  spent: {column: spent, type: number, measures: benefit}
  rated: {columns: "{brand}", loop: brand, measures: expectation, answers: {1: Bad, 2: Fair, 3: Good}}
`
	reps := "design: {weight: w, replicates: {columns: rw_1..rw_8, method: brr}}\n"
	for name, study := range map[string]string{
		"plain":         "",
		"weights":       "design: {weight: w}\n",
		"strata":        "design: {weight: w, strata: h}\n",
		"clusters":      "design: {weight: w, strata: h, cluster: psu}\n",
		"replicates":    reps,
		"filter":        "design: {weight: w, strata: h, cluster: psu}\nfilter: {where: {sex: [2]}}\n",
		"waves":         "design: {weight: w, strata: h}\nwave: {column: wave, report: latest}\n",
		"raked":         "design: {weight: w, strata: h}\nweighting: {rake: {sex: {1: 0.4, 2: 0.6}, age: {1: 0.2, 2: 0.3, 3: 0.5}}}\n",
		"trimmed":       "design: {weight: w, strata: h, cluster: psu}\nweighting: {rake: {sex: {1: 0.4, 2: 0.6}, age: {1: 0.3, 2: 0.3, 3: 0.4}}, trim: 1.8}\n",
		"raked waves":   "design: {weight: w, strata: h}\nwave: {column: wave, report: latest}\nweighting: {rake: {sex: {1: 0.4, 2: 0.6}}}\n",
		"raked filter":  "design: {weight: w, strata: h}\nfilter: {where: {age: [1, 2]}}\nweighting: {rake: {sex: {1: 0.4, 2: 0.6}}}\n",
		"raked counts":  "design: {weight: w, strata: h}\nweighting: {rake: {sex: {1: 4000, 2: 6000}}}\n",
		"trimmed total": "design: {weight: w, strata: h}\nweighting: {rake: {sex: {1: 4000, 2: 6000}, age: {1: 3000, 2: 3000, 3: 4000}}, trim: 1.8}\n",
	} {
		t.Run(name, func(t *testing.T) {
			m := makeSurvey(600, 8)
			dir := t.TempDir()
			header := madeHeader
			for k := range m.reps {
				header += fmt.Sprintf(",rw_%d", k+1)
			}
			lines := []string{header}
			for i := range m.sex {
				lines = append(lines, m.row(i))
			}
			write := func(name, text string) {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			write("data.csv", strings.Join(lines, "\n")+"\n")
			write("study.yaml", "study: Made\nsources: [data.csv]\n"+study+questions)
			r := newRun(FromPath(filepath.Join(dir, "study.yaml")), Options{})
			t.Cleanup(r.close)
			if err := r.do(context.Background(), []stage{{"loading", r.load}, {"binding", r.bind}, {"reading", r.readFrame}, {"counting", r.count}, {"estimating", r.estimate}}); err != nil {
				t.Fatal(err)
			}
			p, err := r.held.people(r.plan, r.frame)
			if err != nil {
				t.Fatal(err)
			}
			compared := 0
			for _, table := range r.tables {
				for _, q := range p.Questions {
					if table.ID == q.Name && !table.Model {
						compared += peopleAgree(t, p, q, table)
					}
				}
			}
			if compared < 30 {
				t.Errorf("%d numbers compared", compared)
			}
		})
	}
}

// peopleAgree compares the shares and the mean of a question with its table.
func peopleAgree(t *testing.T, p *analysis.People, q *analysis.Question, table *crosstab.Table) (compared int) {
	t.Helper()
	for j, c := range p.Columns {
		if c.Unprinted {
			continue
		}
		k := j // the columns of a loop stand behind those of people, or between them
		for k < len(table.Columns) && (table.Columns[k].Group != c.Group || table.Columns[k].Label != c.Label) {
			k++
		}
		for i, row := range table.Rows {
			y, n := make([]float64, p.Rows()), make([]float64, p.Rows())
			code := -1
			for a, x := range q.Answers {
				if x.Code == row.Code && row.Kind == crosstab.Proportion {
					code = a
				}
			}
			for r := range y {
				for turn := range q.Items[0].Codes {
					if got := q.Items[0].Codes[turn][r]; got != analysis.None {
						n[r]++
						if int(got) == code {
							y[r]++
						}
					}
				}
				if q.Answers == nil {
					if v := q.Items[0].Values[0][r]; !math.IsNaN(v) {
						y[r], n[r] = v, 1
					}
				}
			}
			if code < 0 && (q.Answers != nil || row.Kind != crosstab.Mean) {
				continue
			}
			e, err := p.All.Domain(c.In).Estimate(stats.Ratio(nil, [][]float64{y}, [][]float64{n}))
			if err != nil {
				t.Fatal(err)
			}
			cell := table.Cell(i, k)
			if cell.Status == crosstab.NotApplicable || table.Columns[k].Status == crosstab.NotAsked {
				continue
			}
			compared++
			what := fmt.Sprintf("%s, %s, %s", table.ID, row.Label, c.Label)
			if math.Abs(cell.Estimate-e.Value[0]) > 1e-12 {
				t.Errorf("%s: %.15g in the table, %.15g of the people", what, cell.Estimate, e.Value[0])
			}
			if math.Abs(cell.SE-e.SE(0)) > 1e-8*e.SE(0)+1e-12 {
				t.Errorf("%s: the SE is %.15g in the table, %.15g of the people", what, cell.SE, e.SE(0))
			}
		}
	}
	return compared
}

// Nets are groups of models like any others, whether they hold everybody or not: the
// study file refuses those that share an answer.
func TestNetsAreGroupsOfModels(t *testing.T) {
	rows := "id,age,trust,share\n"
	for i := range 400 {
		rows += fmt.Sprintf("%d,%d,%d,%d\n", i, 1+i%4, 1+i*7%3, i*5%11%2)
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.csv"), rows)
	peopleWith := func(segment string) (*analysis.People, []*crosstab.Table) {
		t.Helper()
		path := filepath.Join(dir, "s.yaml")
		write(t, path, "study: S\nsources: a.csv\nrespondent: id\nsegments: {age: {from: age, "+segment+"}}\nquestions:\n"+
			"  trust: {column: trust, measures: trust, scale: [1, 2, 3], top: 1}\n  share: {column: share, measures: sharing, scale: {\"0\": No, \"1\": Yes}, top: 1}\n")
		r := newRun(FromPath(path), Options{})
		t.Cleanup(r.close)
		if err := r.do(context.Background(), []stage{{"loading", r.load}, {"binding", r.bind}, {"reading", r.readFrame}, {"counting", r.count}, {"estimating", r.estimate}}); err != nil {
			t.Fatal(err)
		}
		p, err := r.held.people(r.plan, r.frame)
		if err != nil {
			t.Fatal(err)
		}
		return p, r.tables
	}
	odds := func(tables []*crosstab.Table) *crosstab.Table {
		for _, x := range tables {
			if x.ID == "share.odds" {
				return x
			}
		}
		t.Fatal("no model of willingness")
		return nil
	}
	codes, want := peopleWith("codes: {1: A, 2: B, 3: C, 4: D}")
	nets, got := peopleWith("nets: {A: [1], B: [2], C: [3], D: [4]}")
	if !cmp.Equal(nets.Segments, codes.Segments) || !cmp.Equal(odds(got), odds(want)) {
		t.Errorf("a net for each code: %+v, expected %+v", nets.Segments[0].Groups, codes.Segments[0].Groups)
	}
	if n := len(odds(want).Rows); n != 4 { // trust, and three ages beside the first
		t.Errorf("%d odds ratios", n)
	}
	some, tables := peopleWith("nets: {young: [1, 2], old: [4]}")
	for i, g := range some.Segments[0].Of {
		if w := []int16{0, 0, -1, 1}[i%4]; g != w {
			t.Fatalf("row %d is in group %d, expected %d", i, g, w)
		}
	}
	// the quarter that is in no net is compared as well: nobody is left out for it
	var labels []string
	for _, r := range odds(tables).Rows[1:] {
		labels = append(labels, r.Label)
	}
	if said := strings.Join(labels, "; "); said != "Age: old rather than young; Age: None of these groups rather than young" || odds(tables).Columns[0].Base.People != 400 {
		t.Errorf("a quarter is in no net: %s, of %d people", said, odds(tables).Columns[0].Base.People)
	}
}

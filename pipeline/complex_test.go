package pipeline

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"strconv"
	"testing"

	"tradeoff/internal/sharedtest"
	"tradeoff/stats"
)

// These tests run real files of complex designs and compare results.csv with the
// figures that the README of ../shared/surveys/complex-design documents: computed
// with R's survey 4.1.1, those of nhanes.csv in its own manual, and the mean of
// nhanes2.csv also printed in Stata's survey manual (87.18207, .4944827).

// complexly runs a study of one of these files: design and questions in YAML.
func complexly(t *testing.T, file, text string) *survey {
	t.Helper()
	path := sharedtest.Path(t, "surveys", "complex-design", file)
	return surveyOf(t, studyIn(t, t.TempDir(), "study: "+file+"\nsources: "+strconv.Quote(path)+"\n"+text))
}

// documented compares an estimate and its standard error, as shares or in units of
// the mean, each printed with so many digits.
func (s *survey) documented(table, category, banner, segment string, estimate float64, digits int, se float64, seDigits int) {
	s.t.Helper()
	what := fmt.Sprint(table, ", ", category, ", ", segment)
	s.rounds(what, s.figure("estimate", table, category, banner, segment), estimate, digits)
	s.rounds(what+", standard error", s.figure("se", table, category, banner, segment), se, seDigits)
}

func TestDesignNHANES(t *testing.T) {
	few(t)
	s := complexly(t, "nhanes.csv", `
design: {weight: WTMEC2YR, strata: SDMVSTRA, cluster: SDMVPSU}
segments:
  sex: {from: RIAGENDR, codes: {1: Men, 2: Women}}
  race: {from: race, codes: {1: R1, 2: R2, 3: R3, 4: R4}}
  age: {from: agecat, codes: {"(0,19]": to 19, "(19,39]": to 39, "(39,59]": to 59, "(59,Inf]": from 60}}
  both: {nest: sex*race}
questions:
  cholesterol: {column: HI_CHOL, text: High cholesterol, answers: {0: "No", 1: "Yes"}}
`)
	s.documented("cholesterol", "Yes", "total", "Total", 0.11214, 5, 0.0054, 4)
	// R compares with a sample drawn without replacement, we with one drawn with it
	// (deff="replace" in R): they differ by the share of the population that was asked.
	asked := s.figure("base_unweighted", "cholesterol", "Yes", "total", "Total") / s.figure("base_weighted", "cholesterol", "Yes", "total", "Total")
	s.rounds("design effect", s.figure("deff", "cholesterol", "Yes", "total", "Total")/(1-asked), 2.3368, 4)
	s.rounds("degrees of freedom", s.figure("df", "cholesterol", "Yes", "total", "Total"), 16, 0)
	for sex, want := range map[string][4][2]float64{
		"Men":   {{0.11467, 0.00522}, {0.09973, 0.00870}, {0.07783, 0.00894}, {0.11325, 0.03320}},
		"Women": {{0.08765, 0.01128}, {0.14292, 0.00784}, {0.07932, 0.01562}, {0.08789, 0.02851}}, // printed as 0.02853 in the README; R's survey 4.1.1 says 0.028509
	} {
		for i, w := range want {
			s.documented("cholesterol", "Yes", "both", fmt.Sprint(sex, " × R", i+1), w[0], 5, w[1], 5)
		}
	}
	for age, w := range map[string][2]float64{"to 19": {0.00866, 0.00267}, "to 39": {0.07889, 0.00907}, "to 59": {0.17849, 0.01098}, "from 60": {0.15530, 0.01257}} {
		s.documented("cholesterol", "Yes", "age", age, w[0], 5, w[1], 5)
	}
}

func TestDesignYRBS(t *testing.T) {
	few(t)
	s := complexly(t, "yrbs.csv", `
design: {weight: weight, strata: stratum, cluster: psu}
questions:
  qn8: {column: qn8, text: Question 8, answers: {1: "Yes", 2: "No"}}
`)
	s.documented("qn8", "Yes", "total", "Total", 0.81362, 5, 0.0201, 4)
	// The design has 41 degrees of freedom. Two PSUs hold no answer; of those who
	// answered R's survey counts 39: degf(subset(design, !is.na(qn8))).
	s.rounds("degrees of freedom", s.figure("df", "qn8", "Yes", "total", "Total"), 39, 0)
	s.base("qn8", "Yes", "total", "Total", 15624-6867) // 6,867 are missing
}

func TestDesignNHANES2(t *testing.T) {
	few(t)
	s := complexly(t, "nhanes2.csv", `
design: {weight: finalwgt, strata: stratid, cluster: psuid}
segments:
  region: {from: region, codes: {1: One, 2: Two, 3: Three, 4: Four}}
questions:
  zinc: {column: zinc, text: Zinc, type: number}
  diabetes: {column: diabetes, text: Diabetes, answers: {0: "No", 1: "Yes"}}
  pressure: {column: highbp, text: High blood pressure, answers: {0: "No", 1: "Yes"}}
`)
	s.documented("zinc", "Mean", "total", "Total", 87.18207, 5, 0.4944827, 6)
	s.documented("diabetes", "Yes", "total", "Total", 0.034285, 6, 0.0018, 4)
	s.documented("pressure", "Yes", "total", "Total", 0.36874, 5, 0.0143, 4)
	s.rounds("degrees of freedom", s.figure("df", "pressure", "Yes", "total", "Total"), 31, 0)
	for region, w := range map[string][2]float64{"One": {0.39657, 0.03273}, "Two": {0.34758, 0.03183}, "Three": {0.36953, 0.02589}, "Four": {0.36631, 0.02490}} {
		s.documented("pressure", "Yes", "region", region, w[0], 5, w[1], 5)
	}
}

func TestDesignFinitePopulation(t *testing.T) {
	s := complexly(t, "one_stage_fpc.csv", `
design: {weight: weight, strata: stratid, cluster: psuid, fpc: Nh}
questions:
  y: {column: "y", text: Y, type: number}
`)
	s.documented("y", "Mean", "total", "Total", 10.279, 3, 0.7751, 4)
}

// The ratio of weight to height, with balanced half-samples of the producer. A study
// has no ratios of totals, so package stats is asked.
func TestDesignHalfSamples(t *testing.T) {
	columns := numbersOf(t, "nhanes2brr_subset.csv")
	half := stats.Replicates{Scale: 1.0 / 32}
	for r := range 32 {
		half.Weights = append(half.Weights, columns[fmt.Sprint("brr_", r+1)])
	}
	d, err := stats.NewDesign(stats.Sampling{Rows: len(columns["weight"]), Weights: columns["finalwgt"]})
	if err != nil {
		t.Fatal(err)
	}
	e, err := d.WithReplicates(half).Estimate(stats.Ratio([]string{"weight/height"}, [][]float64{columns["weight"]}, [][]float64{columns["height"]}))
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%.9f (%.9f)", e.Value[0], e.SE(0)); got != "0.426082149 (0.002730105)" {
		t.Errorf("weight/height is %s", got)
	}
}

// A total, with the share of each stratum that was sampled. A study has no totals.
func TestDesignTotal(t *testing.T) {
	columns := numbersOf(t, "one_stage_fpc.csv")
	whole := func(x []float64) []int {
		out := make([]int, len(x))
		for i := range x {
			out[i] = int(x[i])
		}
		return out
	}
	d, err := stats.NewDesign(stats.Sampling{Rows: len(columns["y"]), Weights: columns["weight"],
		Stages: []stats.Stage{{Strata: whole(columns["stratid"]), Units: whole(columns["psuid"]), FPC: columns["Nh"]}}})
	if err != nil {
		t.Fatal(err)
	}
	e, err := d.Estimate(stats.Total([]string{"y"}, columns["y"]))
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%.2f (%.3f)", e.Value[0], e.SE(0)); got != "853.12 (97.414)" {
		t.Errorf("the total of y is %s", got)
	}
}

// numbersOf are the columns of a file of numbers.
func numbersOf(t *testing.T, file string) map[string][]float64 {
	t.Helper()
	b, err := os.ReadFile(sharedtest.Path(t, "surveys", "complex-design", file))
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	columns := map[string][]float64{}
	for i, name := range lines[0] {
		for _, l := range lines[1:] {
			x, err := strconv.ParseFloat(l[i], 64)
			if err != nil {
				t.Fatal(err)
			}
			columns[name] = append(columns[name], x)
		}
	}
	return columns
}

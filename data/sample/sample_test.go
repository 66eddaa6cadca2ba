package sample

import (
	"encoding/csv"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow/array"

	"tradeoff/data"
	"tradeoff/data/columnar"
	"tradeoff/data/sample/model"
	"tradeoff/data/sav"
	"tradeoff/data/study"
)

func TestSize(t *testing.T) {
	var total int64
	for _, in := range Files() {
		t.Logf("%s: %d bytes", in.Name(), in.Size)
		total += in.Size
	}
	if total == 0 || total > 5<<20 {
		t.Errorf("the exports take %d bytes, want at most 5 MB", total)
	}
}

func TestInput(t *testing.T) {
	if _, ok := Input("study.yaml"); ok {
		t.Error("the study file is not an export")
	}
	if _, ok := Input("wave2026.csv"); ok {
		t.Error("there is no wave 2026")
	}
	in, ok := Input("wave2023.csv")
	if !ok {
		t.Fatal("wave2023.csv is not there")
	}
	head, err := in.Head(13)
	if err != nil || string(head) != "resp_id,wave," {
		t.Errorf("wave2023.csv begins %q, %v", head, err)
	}
}

// cells is what each column should hold, as canonical codes, "" for a blank.
func cells(wave int) map[string][]string {
	people := model.Draw(model.Seed, model.PerCountry, wave)
	want := map[string][]string{}
	for _, c := range model.Columns() {
		for _, p := range people {
			want[c.Variable.Name] = append(want[c.Variable.Name], c.Cell(p))
		}
	}
	return want
}

// The CSV is read with the standard library, so that no error of ours in
// writing can hide one in reading.
func TestCSVHoldsTheModel(t *testing.T) {
	in, _ := Input("wave2023.csv")
	rows, err := csv.NewReader(io.NewSectionReader(in, 0, in.Size)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := cells(2023)
	if len(rows) != 3001 || len(rows[0]) != len(want) {
		t.Fatalf("%d lines of %d columns, want 3001 of %d", len(rows), len(rows[0]), len(want))
	}
	for j, name := range rows[0] {
		for i, row := range rows[1:] {
			if row[j] != want[name][i] {
				t.Fatalf("line %d, column %s: %q, want %q", i+2, name, row[j], want[name][i])
			}
		}
	}
}

func TestSAVHoldsTheModel(t *testing.T) {
	in, _ := Input("wave2024.sav")
	s, err := sav.Open(in)
	if err != nil {
		t.Fatal(err)
	}
	holdsTheModel(t, s, 2024)
}

func TestParquetHoldsTheModel(t *testing.T) {
	in, _ := Input("wave2025.parquet")
	s, err := columnar.OpenParquet(in)
	if err != nil {
		t.Fatal(err)
	}
	holdsTheModel(t, s, 2025)
}

// holdsTheModel checks the values, and that the labels, the missing values,
// the multiple-response sets and the weight came through.
func holdsTheModel(t *testing.T, s *data.Survey, wave int) {
	t.Helper()
	if len(s.Codebook.Notes) > 0 {
		t.Errorf("the reader had to assume something: %q", s.Codebook.Notes)
	}
	want := model.Codebook()
	if !slices.Equal(s.Codebook.Names(), want.Names()) {
		t.Fatalf("columns are %v", s.Codebook.Names())
	}
	for i, v := range want.Variables {
		got := s.Codebook.Variables[i]
		if got.Label != v.Label || got.Type != v.Type || got.Level != v.Level || got.Format != v.Format ||
			!slices.Equal(got.Labels, v.Labels) || !slices.Equal(got.Missing.Codes, v.Missing.Codes) || got.Missing.HasRange {
			t.Errorf("%s: codebook says %+v, want %+v", v.Name, got, v)
		}
	}
	if len(s.Codebook.Sets) != len(want.Sets) {
		t.Fatalf("%d multiple-response sets, want %d", len(s.Codebook.Sets), len(want.Sets))
	}
	for i, set := range want.Sets {
		got := s.Codebook.Sets[i]
		if got.Name != set.Name || got.Label != set.Label || got.Counted != set.Counted || !slices.Equal(got.Variables, set.Variables) {
			t.Errorf("multiple-response set %+v, want %+v", got, set)
		}
	}
	if s.Codebook.Weight != "weight" {
		t.Errorf("weight is %q", s.Codebook.Weight)
	}
	held := map[string][]string{}
	for b, err := range s.Batches(nil) {
		if err != nil {
			t.Fatal(err)
		}
		for j, name := range s.Codebook.Names() {
			held[name] = append(held[name], codes(t, b, j)...)
		}
	}
	for name, column := range cells(wave) {
		if !slices.Equal(held[name], column) {
			t.Errorf("column %s does not hold what the model drew", name)
		}
	}
}

// codes are the values of a column as canonical codes.
func codes(t *testing.T, b data.Batch, j int) []string {
	t.Helper()
	var out []string
	for i := range int(b.Record.NumRows()) {
		switch a := data.Plain(b.Record.Column(j)).(type) {
		case *array.Float64:
			if a.IsNull(i) {
				out = append(out, "")
			} else {
				out = append(out, data.Code(a.Value(i)))
			}
		case *array.String:
			if a.IsNull(i) {
				out = append(out, "")
			} else {
				out = append(out, a.Value(i))
			}
		default:
			t.Fatalf("column %s is %T", b.Record.ColumnName(j), a)
		}
	}
	return out
}

func parsed(t *testing.T) *study.Study {
	t.Helper()
	s, err := study.Parse(Study())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The study file names columns and codes that are there, with the words that
// the exports with labels have for them.
func TestStudyFitsTheExports(t *testing.T) {
	s, book := parsed(t), model.Codebook()
	if s.Name != "state-of-personal-data" || !s.Simulated || !slices.EqualFunc(s.Sources, names(), func(s study.Source, name string) bool { return s.File == name }) {
		t.Errorf("name %q, simulated %v, sources %v", s.Name, s.Simulated, s.Sources)
	}
	var items []study.Code
	for _, seg := range s.Segments {
		if seg.Loop == "industry" {
			items = seg.Items
		}
	}
	if len(items) != 8 {
		t.Fatalf("the loop has %d industries, want 8", len(items))
	}
	used := map[string]bool{}
	for _, q := range s.Questions {
		for _, name := range columns(q, items) {
			used[name] = true
			v := book.Variable(name)
			if v == nil {
				t.Errorf("question %s: there is no column %s", q.Name, name)
				continue
			}
			for _, c := range append(slices.Clone(q.Codes), q.Missing...) {
				if v.LabelOf(c.Code) != c.Label {
					t.Errorf("question %s: code %s is %q, in column %s %q", q.Name, c.Code, c.Label, name, v.LabelOf(c.Code))
				}
			}
			if q.Type != study.Number && len(q.Codes) > 0 && len(q.Codes)+len(q.Missing) != len(v.Labels) {
				t.Errorf("question %s leaves codes of column %s out", q.Name, name)
			}
			for _, c := range v.Missing.Codes {
				if !slices.ContainsFunc(q.Missing, func(m study.Code) bool { return m.Code == c }) {
					t.Errorf("question %s: column %s declares %s missing, the study file does not", q.Name, name, c)
				}
			}
		}
	}
	for _, seg := range s.Segments {
		if seg.Column != "" && book.Variable(seg.Column) == nil {
			t.Errorf("segment %s: there is no column %s", seg.Name, seg.Column)
		}
		used[seg.Column] = true
	}
	for _, name := range []string{s.Respondent, s.Wave.Column, s.Design.Weight, s.Design.Strata} {
		if book.Variable(name) == nil {
			t.Errorf("there is no column %q", name)
		}
		used[name] = true
	}
	// All that nobody names is what identifies people, and what the strata are made of.
	var rest []string
	for _, name := range book.Names() {
		if !used[name] {
			rest = append(rest, name)
		}
	}
	if !slices.Equal(rest, []string{"region", "area", "email", "phone", "comment"}) {
		t.Errorf("columns that the study file does not name: %v", rest)
	}
}

// columns are the columns of a question, its pattern filled in.
func columns(q study.Question, industries []study.Code) []string {
	fill := func(list []string, what string, with []study.Code) []string {
		var out []string
		for _, c := range list {
			for _, w := range with {
				out = append(out, strings.ReplaceAll(c, what, w.Code))
			}
		}
		return out
	}
	list := []string{q.Column}
	if strings.Contains(q.Column, "{industry}") {
		list = fill(list, "{industry}", industries)
	}
	if strings.Contains(q.Column, "{item}") {
		list = fill(list, "{item}", q.Items)
	}
	return list
}

// Every chapter of the report has a question to stand on.
func TestStudyHasEveryMeasure(t *testing.T) {
	has := map[string]bool{}
	for _, q := range parsed(t).Questions {
		has[q.Measures] = true
	}
	for _, m := range []string{"expectation", "concern", "trust", "sharing", "benefit", "communication", "behaviour", "expertise"} {
		if !has[m] {
			t.Errorf("no question measures %s", m)
		}
	}
}

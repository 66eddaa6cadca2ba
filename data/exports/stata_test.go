package exports

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tradeoff/data"
	"tradeoff/data/readertest"
	"tradeoff/internal/sharedtest"
)

// extended is an extended missing value as crafted columns take it.
func extended(letter byte) string {
	return strconv.FormatFloat(data.Extended(letter), 'g', -1, 64)
}

// Stata's extended missing values keep their code, label and declaration in
// SPSS and Parquet files, are counted as missing, and are no part of means.
func TestExtendedMissing(t *testing.T) {
	q := crafted{data.Variable{Name: "q", Label: "How much?", Labels: []data.ValueLabel{{Code: "1", Label: "a little"}, {Code: ".a", Label: "don't know"}}, Missing: data.Missing{Codes: []string{".a", ".z"}}},
		[]string{"1", "3", extended('a'), extended('a'), extended('z'), ""}}
	for _, in := range []*data.Input{savFile(t, "a.sav", q), parquetFile(t, "a.parquet", q)} {
		s := survey(t, nil, in)
		if diff := cmp.Diff([]string{"1", "3", ".a", ".a", ".z", ""}, readertest.Cells(t, s)["q"]); diff != "" {
			t.Errorf("%s: %s", in.Name(), diff)
		}
		v := s.Codebook.Variable("q")
		if diff := cmp.Diff(q.Labels, v.Labels); diff != "" {
			t.Errorf("%s: %s", in.Name(), diff)
		}
		if diff := cmp.Diff(q.Missing, v.Missing); diff != "" {
			t.Errorf("%s: %s", in.Name(), diff)
		}
		profiles, err := Profiles(s)
		if err != nil {
			t.Fatal(err)
		}
		if p := profiles[0]; p.Missing != 3 || p.Null != 1 || p.Max != 3 || p.Mean != 2 {
			t.Errorf("%s: %+v", in.Name(), p)
		}
	}
}

// Waves from Stata and SPSS are pooled: both kinds of missing are declared.
func TestPooledExtendedMissing(t *testing.T) {
	labels := []data.ValueLabel{{Code: "1", Label: "yes"}, {Code: "2", Label: "no"}}
	a := crafted{data.Variable{Name: "q", Labels: append(labels[:2:2], data.ValueLabel{Code: ".a", Label: "don't know"}), Missing: data.Missing{Codes: []string{".a"}}}, []string{"1", extended('a')}}
	b := crafted{data.Variable{Name: "q", Labels: append(labels[:2:2], data.ValueLabel{Code: "8", Label: "don't know"}), Missing: data.Missing{Codes: []string{"8"}}}, []string{"8", "2"}}
	s := survey(t, nil, parquetFile(t, "a.parquet", a), savFile(t, "b.sav", b))
	if diff := cmp.Diff([]string{"1", ".a", "8", "2"}, readertest.Cells(t, s)["q"]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{".a", "8"}, s.Codebook.Variable("q").Missing.Codes); diff != "" {
		t.Error(diff)
	}
}

// Identifiers are recognised as well among extended missing values as among
// nulls: respondent numbers by having no fractions, coordinates by lying on the
// globe.
func TestIdentifierAmongExtendedMissing(t *testing.T) {
	columns := func(none string) []crafted {
		id := crafted{data.Variable{Name: "respondent_id", Missing: data.Missing{Codes: []string{".a"}}}, nil}
		where := crafted{data.Variable{Name: "latitude", Missing: data.Missing{Codes: []string{".a"}}}, nil}
		for i := range 200 {
			if i%3 == 0 {
				id.values = append(id.values, fmt.Sprint(7919*i))
				where.values = append(where.values, fmt.Sprint(float64(i)/7))
			} else {
				id.values, where.values = append(id.values, none), append(where.values, none)
			}
		}
		return []crafted{id, where, {data.Variable{Name: "q"}, make([]string, 200)}}
	}
	want := dropped(survey(t, nil, parquetFile(t, "null.parquet", columns("")...)))
	got := dropped(survey(t, nil, parquetFile(t, "a.parquet", columns(extended('a'))...)))
	if len(want) != 2 {
		t.Fatalf("among nulls: %q", want)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// What is left out of the shared Stata files; of the rest all stays. Decided by
// reading the files' names and labels: idno, id, make, model and the strings are
// identifiers, names of things and texts.
func TestStataSurveys(t *testing.T) {
	want := map[string]string{
		"datareader/stata5_117.dta": "string_", "datareader/stata6_117.dta": "string_",
		"ddi-cdi/Stata_Example.dta": "idno", "foreign/auto8.dta": "make", "foreign/datefactor.dta": "id",
		"haven/notes.dta": "id", "readstata13/statacar.dta": "model modelStrL",
	}
	files, err := filepath.Glob(filepath.Join(sharedtest.Path(t, "surveys", "dta-conformance"), "*", "*.dta"))
	if err != nil || len(files) != 31 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, path := range files {
		s := survey(t, nil, readertest.Input(t, path))
		var got []string
		for _, d := range s.Codebook.Dropped {
			got = append(got, d.Name)
		}
		name := filepath.Base(filepath.Dir(path)) + "/" + filepath.Base(path)
		if strings.Join(got, " ") != want[name] {
			t.Errorf("%s: left out %q, want %q", name, got, want[name])
		}
	}
}

// Stata files are told by content, and refused by name where they are no more
// than a beginning.
func TestStataByContent(t *testing.T) {
	for name, c := range map[string]struct{ content, want string }{
		"a.dta": {"<stata_dta><header>", "there is no <release> where the format has one"},
		"b.csv": {"\x73\x02\x01\x00\x05\x00", "the number of cases"},
		"c.dta": {"\x74\x02\x01\x00\x05\x00\x00", "the header names release 116, which is not read"},
		"d.dta": {"id,q1\n1,2\n", "this is not a Stata file although it is called .dta: it looks like text"},
		"e.dta": {"\x00\x01\x02\x03\x04\x05", "this is not a Stata file although it is called .dta"},
	} {
		if _, err := Open([]*data.Input{text(name, c.content)}, nil); err == nil || !data.IsData(err) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

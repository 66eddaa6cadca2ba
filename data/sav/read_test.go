package sav

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"tradeoff/data"
	"tradeoff/data/columns"
	"tradeoff/data/readertest"
	"tradeoff/internal/sharedtest"
)

// readAll opens an input and reads every case.
func readAll(in *data.Input) ([][]any, *data.Survey, error) {
	s, err := Open(in)
	if err != nil {
		return nil, nil, err
	}
	got, err := readertest.Values(s, nil)
	return got, s, err
}

// TestBadInputs reads the damaged files of the shared set. What must be said
// is the expectation of its manifest.
func TestBadInputs(t *testing.T) {
	for _, c := range []struct {
		file   string
		column string
		row    int64
		says   []string
	}{
		{"s01_empty.sav", "", 0, []string{"empty", "export it again"}},
		{"s02_header_cut.sav", "", 0, []string{"ends after 120 bytes", "176"}},
		{"s03_data_cut.sav", "", 38, []string{"promises 60 cases", "37 are whole"}},
		{"s04_csv_inside.sav", "", 0, []string{"not an SPSS system file"}},
		{"s05_cases_two_billion.sav", "", 0, []string{"promises 2147483647 cases", "60 whole cases"}},
		{"s06_label_two_gigabytes.sav", "Q1_COMFO", 0, []string{"2147483647 bytes"}},
		{"s07_value_labels_two_billion.sav", "", 0, []string{"number of value labels", "2147483647"}},
		{"s08_type_9999.sav", "SEX", 0, []string{"type 9999", "1 to 255"}},
		{"s11_compressed_cut.sav", "", 47, []string{"promises 60 cases", "46 are whole"}},
		{"s14_same_name_twice.sav", "sex", 0, []string{"variables 4 and 12"}},
	} {
		t.Run(c.file, func(t *testing.T) {
			in, err := data.FromFile(sharedtest.Path(t, "badinputs", c.file))
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err = Open(in)
			runtime.ReadMemStats(&after)
			if took := after.TotalAlloc - before.TotalAlloc; took > 8<<20 {
				t.Errorf("%d bytes of memory were taken for a file of %d", took, in.Size)
			}
			f := firstFault(t, err)
			if f.File != c.file || f.Column != c.column || f.Row != c.row {
				t.Errorf("file %q, column %q, case %d; expected column %q, case %d: %v", f.File, f.Column, f.Row, c.column, c.row, err)
			}
			for _, s := range c.says {
				if !strings.Contains(err.Error(), s) {
					t.Errorf("%v\ndoes not say %q", err, s)
				}
			}
		})
	}
}

// firstFault is the first fault in an error that must be one of the data.
func firstFault(t *testing.T, err error) *data.Fault {
	t.Helper()
	var f *data.Fault
	var fs data.Faults
	switch {
	case errors.As(err, &fs):
		return fs[0]
	case errors.As(err, &f):
		return f
	}
	t.Fatalf("got %v, expected a fault", err)
	return nil
}

// TestTolerated: what can be read in one sensible way is read, with a note,
// and gives the same answers as the undamaged control.sav.
func TestTolerated(t *testing.T) {
	want, err := readertest.Values(open(t, sharedtest.Path(t, "badinputs", "control.sav")), nil)
	if err != nil {
		t.Fatal(err)
	}
	for file, note := range map[string]string{
		"control.zsav":                 "",
		"s09_weight_variable_9999.sav": "variable 9999 as the weight",
		"s10_label_not_utf8.sav":       "variable q1_comfort",
		"s12_cases_unknown.sav":        "",
		"s13_hostile_labels.sav":       "",
	} {
		s := open(t, sharedtest.Path(t, "badinputs", file))
		got, err := readertest.Values(s, nil)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if !reflect.DeepEqual(want, got) {
			t.Errorf("%s: the values are not those of control.sav", file)
		}
		switch notes := strings.Join(s.Codebook.Notes, "\n"); {
		case note == "" && notes != "":
			t.Errorf("%s: unexpected notes %s", file, notes)
		case !strings.Contains(notes, note):
			t.Errorf("%s: the notes %q do not say %q", file, notes, note)
		}
		if s.Codebook.Weight != "" {
			t.Errorf("%s: weight %q", file, s.Codebook.Weight)
		}
		for _, v := range s.Codebook.Variables {
			for _, l := range v.Labels {
				if !utf8.ValidString(l.Label) {
					t.Errorf("%s: label %q of %s is not UTF-8", file, l.Label, v.Name)
				}
			}
		}
	}
	// s10 has é as the single byte E9 in a label: shown, not swallowed.
	v := open(t, sharedtest.Path(t, "badinputs", "s10_label_not_utf8.sav")).Codebook.Variable("q1_comfort")
	found := strings.Contains(v.Label, "\uFFFD")
	for _, l := range v.Labels {
		found = found || strings.Contains(l.Label, "\uFFFD")
	}
	if !found {
		t.Error("the broken letter leaves no trace")
	}
}

// TestFeatures compares features.sav with features.json, which says what a
// reader must find in it.
func TestFeatures(t *testing.T) {
	b, err := os.ReadFile(sharedtest.Path(t, "oracle", "data", "features.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Rows      int
		Variables []struct {
			Name, Label, Type string
			Values            []any
			ValueLabels       []struct {
				Value float64
				Label string
			} `json:"value_labels"`
			Missing []float64 `json:"missing_values"`
			Range   []float64 `json:"missing_range"`
			After   []any     `json:"values_after_missing"`
		}
	}
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	s := open(t, sharedtest.Path(t, "oracle", "data", "features.sav"))
	got, err := readertest.Values(s, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(want.Variables) != len(got) {
		t.Fatalf("%d variables, expected %d", len(got), len(want.Variables))
	}
	for i, w := range want.Variables {
		v := s.Codebook.Variables[i]
		if v.Name != w.Name || v.Label != w.Label {
			t.Errorf("variable %s %q, expected %s %q", v.Name, v.Label, w.Name, w.Label)
		}
		if diff := cmp.Diff(w.Values, inJSON(got[i], w.Type)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", w.Name, diff)
		}
		if w.After != nil {
			if diff := cmp.Diff(w.After, inJSON(withoutMissing(v, got[i]), w.Type)); diff != "" {
				t.Errorf("%s after missing (-want +got):\n%s", w.Name, diff)
			}
		}
		for _, l := range w.ValueLabels {
			if v.LabelOf(data.Code(l.Value)) != l.Label {
				t.Errorf("%s: the label of %g is %q, expected %q", w.Name, l.Value, v.LabelOf(data.Code(l.Value)), l.Label)
			}
		}
		for _, m := range w.Missing {
			if !v.Missing.Declares(data.Code(m)) {
				t.Errorf("%s: %g is not declared missing", w.Name, m)
			}
		}
		if w.Range != nil && (!v.Missing.HasRange || v.Missing.Low != w.Range[0] || v.Missing.High != w.Range[1]) {
			t.Errorf("%s: missing range %v, expected %v", w.Name, v.Missing, w.Range)
		}
	}
}

// inJSON brings values to the form of features.json, where blank texts are ""
// and times are written out.
func inJSON(values []any, kind string) []any {
	layout := map[string]string{"date": time.DateOnly, "datetime": "2006-01-02T15:04:05"}[kind]
	text := false
	for _, v := range values {
		if _, ok := v.(string); ok {
			text = true
		}
	}
	out := make([]any, len(values))
	for i, v := range values {
		switch v := v.(type) {
		case int64:
			out[i] = time.Unix(v, 0).UTC().Format(layout)
		case string:
			out[i] = v
			if i == len(values)-1 && strings.HasPrefix(v, "long long") {
				out[i] = v + " " // the file's own trailing blank, which a reader cuts
			}
		default:
			out[i] = v
			if v == nil && text {
				out[i] = ""
			}
		}
	}
	return out
}

func withoutMissing(v data.Variable, values []any) []any {
	out := make([]any, len(values))
	for i, x := range values {
		if f, ok := x.(float64); !ok || !v.Missing.Declares(data.Code(f)) {
			out[i] = x
		}
	}
	return out
}

// TestSameDataTwice: sample.sav and sample.zsav hold the same data, once in
// bytes and once in zlib blocks, both written by SPSS.
func TestSameDataTwice(t *testing.T) {
	a, sa, err := readAll(readertest.Input(t, sharedtest.Path(t, "surveys", "sav-conformance", "pyreadstat", "sample.sav")))
	if err != nil {
		t.Fatal(err)
	}
	b, sb, err := readAll(readertest.Input(t, sharedtest.Path(t, "surveys", "sav-conformance", "pyreadstat", "sample.zsav")))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(a, b); diff != "" {
		t.Errorf("values (-sav +zsav):\n%s", diff)
	}
	if diff := cmp.Diff(sa.Codebook, sb.Codebook); diff != "" {
		t.Errorf("codebook (-sav +zsav):\n%s", diff)
	}
}

// TestSets: the sets of simple_alltypes.sav as they stand, in readable form, in
// its record 7/7; the short names ca_subva, v9_a and v10_a belong to
// ca_subvar_1, _2 and _3 by record 7/13.
func TestSets(t *testing.T) {
	s := open(t, sharedtest.Path(t, "surveys", "sav-conformance", "pyreadstat", "simple_alltypes.sav"))
	want := []data.Set{
		{Name: "$categorical_array", Variables: []string{"ca_subvar_1", "ca_subvar_2", "ca_subvar_3"}},
		{Name: "$mymrset", Label: "My multiple response set", Counted: "1", Variables: []string{"bool1", "bool2", "bool3"}},
	}
	if diff := cmp.Diff(want, s.Codebook.Sets); diff != "" {
		t.Errorf("sets (-want +got):\n%s", diff)
	}
}

// TestWeight: the README of the conformance files names the weight of
// weighted.sav; control.sav has none.
func TestWeight(t *testing.T) {
	if got := open(t, sharedtest.Path(t, "surveys", "sav-conformance", "spss-reader", "weighted.sav")).Codebook.Weight; got != "Sample_Weight" {
		t.Errorf("weight %q, expected Sample_Weight", got)
	}
}

// TestLevels: the levels are those that PSPP 1.6.2 lists for the file (DISPLAY
// DICTIONARY); it shows the names, which are in capitals in the file, in small
// letters.
func TestLevels(t *testing.T) {
	s := open(t, sharedtest.Path(t, "surveys", "sav-conformance", "savReaderWriter", "Employee data.sav"))
	want := map[string]data.Level{"id": data.Scale, "gender": data.Nominal, "bdate": data.Scale, "educ": data.Ordinal, "jobcat": data.Ordinal, "salary": data.Scale, "minority": data.Ordinal}
	for name, level := range want {
		if got := s.Codebook.Variable(strings.ToUpper(name)).Level; got != level {
			t.Errorf("%s: level %d, expected %d", name, got, level)
		}
	}
}

// TestColumnsAndOrder: a scan gives the variables asked for in the order asked
// for, and several scans may run at once.
func TestColumnsAndOrder(t *testing.T) {
	s := open(t, sharedtest.Path(t, "oracle", "data", "loop_wide.sav"))
	all, err := readertest.Values(s, nil)
	if err != nil {
		t.Fatal(err)
	}
	names := s.Codebook.Names()
	ask := []string{names[40], names[0], names[len(names)-1]}
	want := [][]any{all[40], all[0], all[len(names)-1]}
	var wait sync.WaitGroup
	for range 4 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			got, err := readertest.Values(s, ask)
			if err != nil || !reflect.DeepEqual(want, got) {
				t.Errorf("three variables on their own are not the same as among all (%v)", err)
			}
		}()
	}
	wait.Wait()
	got, err := readertest.Values(s, []string{})
	if err != nil || len(got) != 0 {
		t.Errorf("no variables: %v, %v", got, err)
	}
	for range s.Batches(nil) {
		break // stopping early must not panic
	}
}

// TestBatches: batches hold 16384 cases and number them on.
func TestBatches(t *testing.T) {
	n := 2*columns.MaxCases + 5
	book := data.Codebook{Variables: []data.Variable{{Name: "i", Type: data.Number}}}
	column := make([]any, n)
	for i := range column {
		column[i] = float64(i + 1)
	}
	s := reopen(t, write(t, survey(book, [][]any{column}, 1000), WriteOptions{}))
	var sizes, firsts []int64
	for b, err := range s.Batches(nil) {
		if err != nil {
			t.Fatal(err)
		}
		sizes, firsts = append(sizes, b.Record.NumRows()), append(firsts, b.First)
		if v := readertest.Column(b, 0)[0]; v != float64(b.First) {
			t.Errorf("case %d holds %v", b.First, v)
		}
	}
	if !reflect.DeepEqual(sizes, []int64{16384, 16384, 5}) || !reflect.DeepEqual(firsts, []int64{1, 16385, 32769}) {
		t.Errorf("batches of %v from %v", sizes, firsts)
	}
}

// TestEveryCut cuts good files at every byte. A file that names its number of
// cases must never be read as a shorter one.
func TestEveryCut(t *testing.T) {
	for _, path := range []string{"badinputs/control.sav", "badinputs/control.zsav", "surveys/sav-conformance/SpssLib/BigEndian.sav", "oracle/data/features.sav"} {
		b, err := os.ReadFile(sharedtest.Path(t, filepath.FromSlash(path)))
		if err != nil {
			t.Fatal(err)
		}
		whole, _, err := readAll(data.FromBytes("whole", b))
		if err != nil {
			t.Fatal(err)
		}
		for n := range b {
			got, _, err := readAll(data.FromBytes("cut", b[:n]))
			switch {
			case err == nil && !reflect.DeepEqual(whole, got):
				t.Fatalf("%s cut after %d of %d bytes is read as another file", path, n, len(b))
			case err == nil && len(b)-n >= 16:
				// The last block may hold the end mark and filling alone.
				t.Fatalf("%s cut after %d of %d bytes is read without a fault", path, n, len(b))
			case err != nil && !data.IsData(err):
				t.Fatalf("%s cut after %d bytes: %v is not a fault", path, n, err)
			}
		}
	}
}

// TestEveryByte damages every byte of good files in turn. Whatever comes of
// it, reading ends, does not panic, and fails with nothing but faults.
func TestEveryByte(t *testing.T) {
	for _, path := range []string{"badinputs/control.zsav", "surveys/sav-conformance/pyreadstat/sample.sav", "surveys/sav-conformance/pyreadstat/simple_alltypes.sav",
		"surveys/sav-conformance/spss-reader/longstringvaluerecord.sav", "surveys/sav-conformance/SpssLib/test.sav", "surveys/sav-conformance/SpssLib/Longstring.sav"} {
		good, err := os.ReadFile(sharedtest.Path(t, filepath.FromSlash(path)))
		if err != nil {
			t.Fatal(err)
		}
		for i := range good {
			for _, x := range []byte{0x01, 0xff} {
				b := append([]byte(nil), good...)
				b[i] = x
				if _, _, err := readAll(data.FromBytes("damaged", b)); err != nil && !data.IsData(err) {
					t.Fatalf("%s with byte %d set to %d: %v is not a fault", path, i, x, err)
				}
			}
		}
	}
}

package exports

import (
	"context"
	"errors"
	"fmt"
	"hash"
	"hash/fnv"
	"io/fs"
	"iter"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tradeoff/data"
	"tradeoff/data/readertest"
	"tradeoff/internal/sharedtest"
)

// targets are a file of each kind that is written.
func targets() []string {
	return []string{"out.sav", "out.zsav", "out.parquet", "out.arrow", "out.csv"}
}

// A drawn survey holds its values as the codebook's codes, "" for a null.
type drawn struct {
	book data.Codebook
	rows [][]any // float64, string, int64 (seconds) or nil
}

// survey streams the rows in batches of so many.
func (d *drawn) survey(batch int) *data.Survey {
	scan := func(names []string, _ data.Skip) iter.Seq2[data.Batch, error] {
		return func(yield func(data.Batch, error) bool) {
			for from := 0; from < len(d.rows); from += batch {
				rows := d.rows[from:min(from+batch, len(d.rows))]
				if !yield(data.Batch{Record: d.record(names, rows), First: int64(from + 1), Before: int64(from)}, nil) {
					return
				}
			}
		}
	}
	return data.New(d.book, []data.File{{Path: "drawn.sav", Format: "SPSS", Rows: int64(len(d.rows)), Unit: "case"}}, scan)
}

func (d *drawn) record(names []string, rows [][]any) arrow.Record {
	var fields []arrow.Field
	var columns []arrow.Array
	for _, name := range names {
		i := slices.Index(d.book.Names(), name)
		cells := make([]any, len(rows))
		for k, row := range rows {
			cells[k] = row[i]
		}
		a := readertest.Array(d.book.Variables[i].Type, cells)
		fields, columns = append(fields, arrow.Field{Name: name, Type: a.DataType(), Nullable: true}), append(columns, a)
	}
	return array.NewRecord(arrow.NewSchema(fields, nil), columns, int64(len(rows)))
}

// values are all values of a survey, row by row.
func values(t testing.TB, s *data.Survey) [][]any {
	t.Helper()
	var rows [][]any
	for b, err := range data.PlainBatches(s.Batches(nil)) {
		if err != nil {
			t.Fatal(err)
		}
		for i := range int(b.Record.NumRows()) {
			row := make([]any, b.Record.NumCols())
			for j := range row {
				if b.Record.Column(j).IsNull(i) {
					continue
				}
				switch c := b.Record.Column(j).(type) {
				case *array.Float64:
					row[j] = c.Value(i)
				case *array.String:
					row[j] = strings.Clone(c.Value(i))
				case *array.Timestamp:
					row[j] = int64(c.Value(i))
				}
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// drawSurvey draws a survey that every format can hold.
func drawSurvey(t *rapid.T) *drawn {
	d := &drawn{}
	words := rapid.StringMatching(`[a-zäЖ字"',;&<>éß0-9]([a-zäЖ字"',;&<>éß0-9 ]{0,18}[a-zäЖ字"',;&<>éß0-9.?])?`)
	text := rapid.OneOf(words, rapid.SampledFrom([]string{"NA", "N/A", "007", "1", "1.50", "true", "2026-03-01", "=1+1", "a\nb", "é\t\"q\""}))
	number := rapid.OneOf(rapid.Map(rapid.IntRange(-3, 120), func(i int) float64 { return float64(i) }), rapid.Float64Range(-1e6, 1e6),
		rapid.SampledFrom([]float64{0.1, 1e15, -1e-9, 123456789012}))
	for i := range rapid.IntRange(1, 6).Draw(t, "variables") {
		v := data.Variable{Name: fmt.Sprintf("q%d_%s", i, rapid.StringMatching(`[a-zA-Zé]{0,4}`).Draw(t, "name")), Type: data.Type(rapid.IntRange(0, 2).Draw(t, "type")),
			Level: data.Level(rapid.IntRange(0, 3).Draw(t, "level"))}
		v.Label = rapid.OneOf(rapid.Just(""), text).Draw(t, "label")
		var codes []string
		switch v.Type {
		case data.Number:
			codes = rapid.SliceOfNDistinct(rapid.Map(number, data.Code), 0, 6, rapid.ID).Draw(t, "codes")
			if rapid.Bool().Draw(t, "extended") {
				codes = append([]string{".a"}, codes...)
			}
		case data.Text:
			codes = rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z0-9]([a-z0-9 ]{0,5}[a-z0-9])?`), 0, 6, rapid.ID).Draw(t, "codes")
		}
		for _, c := range codes[:rapid.IntRange(0, len(codes)).Draw(t, "labelled")] {
			v.Labels = append(v.Labels, data.ValueLabel{Code: c, Label: words.Draw(t, "word")})
		}
		v.Missing.Codes = codes[:min(len(codes), rapid.IntRange(0, 3).Draw(t, "missing"))]
		if v.Type == data.Number && len(v.Missing.Codes) < 2 && rapid.Bool().Draw(t, "range") {
			v.Labels = append(v.Labels, data.ValueLabel{Code: "250", Label: rapid.SampledFrom([]string{"", "in the range"}).Draw(t, "empty")})
			v.Missing.HasRange, v.Missing.Low, v.Missing.High = true, 200, rapid.SampledFrom([]float64{300, math.Inf(1)}).Draw(t, "high")
		}
		if len(v.Missing.Codes) == 0 {
			v.Missing.Codes = nil
		}
		if v.Type == data.Number && d.book.Weight == "" && rapid.Bool().Draw(t, "weight") {
			d.book.Weight = v.Name
		}
		d.book.Variables = append(d.book.Variables, v)
	}
	for kind, counted := range [][]string{data.Number: {"", "1"}, data.Text: {"", "yes"}} {
		var members []string
		for _, v := range d.book.Variables {
			if v.Type == data.Type(kind) {
				members = append(members, v.Name)
			}
		}
		if len(members) > 1 && rapid.Bool().Draw(t, "set") && len(d.book.Sets) == 0 {
			d.book.Sets = []data.Set{{Name: "$many", Label: words.Draw(t, "set label"), Counted: rapid.SampledFrom(counted).Draw(t, "counted"), Variables: members}}
		}
	}
	for range rapid.IntRange(1, 30).Draw(t, "rows") {
		row := make([]any, len(d.book.Variables))
		for i, v := range d.book.Variables {
			switch {
			case rapid.IntRange(0, 3).Draw(t, "null") == 0:
			case v.Type == data.Number && len(v.Missing.Codes) > 0 && rapid.Bool().Draw(t, "no answer"):
				row[i], _ = data.ParseCode(v.Missing.Codes[0])
			case v.Type == data.Number:
				row[i] = number.Draw(t, "number")
			case v.Type == data.Text:
				row[i] = text.Draw(t, "text")
			default:
				row[i] = rapid.OneOf(rapid.Int64Range(-5e9, 5e9), rapid.Int64Range(-4e11, 4e11)).Draw(t, "time")
			}
		}
		d.rows = append(d.rows, row)
	}
	return d
}

// bookOf is what a codebook says without print formats, which are every format's
// own, and without notes.
func bookOf(b data.Codebook) data.Codebook {
	out := data.Codebook{Sets: b.Sets, Weight: b.Weight}
	for _, v := range b.Variables {
		v.Format = ""
		if len(v.Labels) == 0 {
			v.Labels = nil
		}
		if len(v.Missing.Codes) == 0 {
			v.Missing.Codes = nil
		}
		out.Variables = append(out.Variables, v)
	}
	return out
}

// again opens a converted survey, by its codebook where one stands beside it.
func again(t testing.TB, out *Written) *data.Survey {
	t.Helper()
	in, err := data.FromFile(out.Files[len(out.Files)-1])
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close() })
	s, err := open(in)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// read(write(x)) = x, for every format.
func TestWriteAndReadIsTheSameSurvey(t *testing.T) {
	for _, name := range targets() {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				d := drawSurvey(rt)
				path := filepath.Join(t.TempDir(), name)
				out, err := Write(context.Background(), path, d.survey(rapid.IntRange(1, 40).Draw(rt, "batch")), false)
				if err != nil {
					rt.Fatal(err)
				}
				if len(out.Differs) > 0 || out.Rows != int64(len(d.rows)) {
					rt.Errorf("%d rows of %d, and differences: %q", out.Rows, len(d.rows), out.Differs)
				}
				s := again(t, out)
				if diff := cmp.Diff(bookOf(d.book), bookOf(s.Codebook)); diff != "" {
					rt.Errorf("the codebook (-written +read):\n%s", diff)
				}
				if diff := cmp.Diff(d.rows, values(t, s)); diff != "" {
					rt.Errorf("the values (-written +read):\n%s", diff)
				}
			})
		})
	}
}

// The batches say nothing of the bytes.
func TestWrittenBytesDoNotDependOnBatches(t *testing.T) {
	d := rapid.Custom(drawSurvey).Example(7)
	for _, name := range []string{"out.sav", "out.zsav", "out.parquet", "out.csv"} {
		var first []byte
		for _, batch := range []int{1, 3, 1000} {
			out, err := Write(context.Background(), filepath.Join(t.TempDir(), name), d.survey(batch), false)
			if err != nil {
				t.Fatal(err)
			}
			b, err := os.ReadFile(out.Files[0])
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = b
			} else if !slices.Equal(first, b) {
				t.Errorf("%s: other bytes in batches of %d", name, batch)
			}
		}
	}
}

func TestWriteKeepsWhatIsThere(t *testing.T) {
	d := rapid.Custom(drawSurvey).Example(1)
	folder := t.TempDir()
	for _, name := range []string{"a.sav", "b.xml"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("precious"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"a.sav", "b.csv"} { // b.csv is not there, its codebook is
		if _, err := Write(context.Background(), filepath.Join(folder, name), d.survey(9), false); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: %v", name, err)
		}
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	if _, err := Write(stopped, filepath.Join(folder, "a.sav"), d.survey(9), true); !errors.Is(err, context.Canceled) {
		t.Errorf("a stopped run: %v", err)
	}
	for _, name := range []string{"a.sav", "b.xml"} {
		if b, err := os.ReadFile(filepath.Join(folder, name)); err != nil || string(b) != "precious" {
			t.Errorf("%s holds %q, %v", name, b, err)
		}
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 2 {
		t.Errorf("%v, %v left behind", entries, err)
	}
	if _, err := Write(context.Background(), filepath.Join(folder, "a.sav"), d.survey(9), true); err != nil {
		t.Error(err)
	}
}

// What a format cannot hold is refused or said.
func TestWriteSaysWhatIsLost(t *testing.T) {
	one := func(v data.Variable) *drawn {
		return &drawn{book: data.Codebook{Variables: []data.Variable{v}}, rows: [][]any{{1.0}}}
	}
	four := one(data.Variable{Name: "q", Missing: data.Missing{Codes: []string{"6", "7", "8", "9"}}})
	_, err := Write(context.Background(), filepath.Join(t.TempDir(), "x.sav"), four.survey(1), false)
	if !data.IsData(err) || !strings.Contains(err.Error(), "4 missing values are declared") {
		t.Errorf("four missing values: %v", err)
	}
	if out, err := Write(context.Background(), filepath.Join(t.TempDir(), "x.parquet"), four.survey(1), false); err != nil || len(out.Differs) > 0 {
		t.Errorf("four missing values: %v, %v", out, err)
	}
	long := one(data.Variable{Name: "my question", Label: strings.Repeat("long ", 60)})
	out, err := Write(context.Background(), filepath.Join(t.TempDir(), "x.sav"), long.survey(1), false)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"Names that the format does not allow are changed: my question is called my_question.", "Question texts are cut or changed: my_question."}
	if diff := cmp.Diff(want, out.Differs); diff != "" {
		t.Error(diff)
	}
}

// Every readable export of the shared surveys: in every format, and those of more
// than a megabyte as CSV and in one other format, by turns.
func TestConvertSharedSurveys(t *testing.T) {
	if testing.Short() {
		t.Skip("long")
	}
	converted, large, refused := 0, 0, 0
	root := sharedtest.Path(t, "surveys")
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, _ := filepath.Rel(root, path)
		in, err := data.FromFile(path)
		if err != nil {
			return err
		}
		defer in.Close()
		s, err := Open([]*data.Input{in}, nil)
		if err != nil {
			refused++ // with its reason, which other tests look at
			return nil
		}
		to := targets()
		if in.Size > 1<<20 {
			to = []string{"out.csv", to[large%(len(to)-1)]}
			large++
		}
		was := digests(t, s)
		for _, target := range to {
			out, err := Write(context.Background(), filepath.Join(t.TempDir(), target), s, false)
			switch {
			case data.IsData(err):
				t.Logf("%s to %s is refused: %v", name, target, err)
				continue
			case err != nil:
				t.Errorf("%s to %s: %v", name, target, err)
				continue
			}
			converted++
			now := again(t, out)
			for i, is := range digests(t, now) {
				if is != was[i] {
					t.Errorf("%s to %s: %s holds other values", name, target, now.Codebook.Variables[i].Name)
				}
			}
			switch {
			case len(out.Differs) == 0:
			case strings.HasSuffix(target, "sav"): // names and lengths of SPSS
				t.Logf("%s to %s: %q", name, target, out.Differs)
			default:
				t.Errorf("%s to %s: %q", name, target, out.Differs)
			}
		}
		return nil
	})
	if err != nil || converted == 0 {
		t.Errorf("%d conversions, %v", converted, err)
	}
	t.Logf("%d conversions; %d files in a sample of formats, %d that are no survey or refused left out", converted, large, refused)
}

// digests are a digest of the values of each variable.
func digests(t testing.TB, s *data.Survey) []uint64 {
	t.Helper()
	sums := make([]hash.Hash64, len(s.Codebook.Variables))
	for i := range sums {
		sums[i] = fnv.New64a()
	}
	for b, err := range s.Batches(nil) {
		if err != nil {
			t.Fatal(err)
		}
		for i, sum := range sums {
			for _, v := range readertest.Column(b, i) {
				fmt.Fprintf(sum, "%T %v\n", v, v)
			}
		}
	}
	out := make([]uint64, len(sums))
	for i, sum := range sums {
		out[i] = sum.Sum64()
	}
	return out
}

package oracle

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// A Case is a question and another program's answer.
type Case struct {
	ID, Call       string
	Note           Value
	Design         Value
	Params, Expect Value
	Tol            float64
	File           string `json:"-"`

	books   *Book
	numbers int
	worst   float64
	at      string
}

// A Book is a folder of cases: *.json beside data/*.csv and rep/*.csv.
type Book struct {
	Dir    string
	Cases  []*Case
	levels map[string]map[string][]string
	frames map[string]*Frame
}

// Open reads all cases of a folder.
func Open(dir string) (*Book, error) {
	b := &Book{Dir: dir, levels: map[string]map[string][]string{}, frames: map[string]*Frame{}}
	if err := b.readCodebook(); err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no cases in %s", dir)
	}
	slices.Sort(files)
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		var f struct {
			Total int `json:"cases_total"`
			Cases []*Case
		}
		if err := json.Unmarshal(text, &f); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if f.Total != len(f.Cases) {
			return nil, fmt.Errorf("%s: %d cases, not %d", name, len(f.Cases), f.Total)
		}
		for _, c := range f.Cases {
			c.books, c.File = b, filepath.Base(name)
		}
		b.Cases = append(b.Cases, f.Cases...)
	}
	return b, nil
}

func (b *Book) readCodebook() error {
	text, err := os.ReadFile(filepath.Join(b.Dir, "data", "codebook.json"))
	if err != nil {
		return err
	}
	var book map[string][]struct {
		Name   string
		Levels []string
	}
	if err := json.Unmarshal(text, &book); err != nil {
		return err
	}
	for data, columns := range book {
		b.levels[data] = map[string][]string{}
		for _, c := range columns {
			if c.Levels != nil {
				b.levels[data][c.Name] = c.Levels
			}
		}
	}
	return nil
}

// Frame is a data set by name.
func (c *Case) Frame(name string) *Frame {
	if f := c.books.frames[name]; f != nil {
		return f
	}
	f, err := ReadFrame(filepath.Join(c.books.Dir, "data", name+".csv"), c.books.levels[name])
	if err != nil {
		panic(err)
	}
	c.books.frames[name] = f
	return f
}

// Replicates is a table of replicate weights by file name.
func (c *Case) Replicates(file string) *Frame {
	if f := c.books.frames["rep/"+file]; f != nil {
		return f
	}
	f, err := ReadFrame(filepath.Join(c.books.Dir, "rep", file), nil)
	if err != nil {
		panic(err)
	}
	c.books.frames["rep/"+file] = f
	return f
}

// Compared is how many numbers were compared, the largest relative difference
// among them and where it was.
func (c *Case) Compared() (n int, worst float64, at string) { return c.numbers, c.worst, c.at }

// Near fails if a number differs from the expected one by more than Tol,
// relative to the larger of the expected one and scale. Where the answer is
// null, the number must be NaN.
func (c *Case) Near(t testing.TB, what string, got, want, scale float64) {
	t.Helper()
	c.NearTol(t, what, got, want, scale, c.Tol)
}

// NearTol is Near with a tolerance of its own, for which the caller has a reason.
func (c *Case) NearTol(t testing.TB, what string, got, want, scale, tol float64) {
	t.Helper()
	c.numbers++
	if math.IsNaN(want) {
		if !math.IsNaN(got) {
			t.Errorf("%s: got %.15g, expected nothing", what, got)
		}
		return
	}
	if got == want {
		return
	}
	d := math.Abs(got-want) / math.Max(math.Abs(want), scale)
	if !(d <= tol) {
		t.Errorf("%s: got %.15g, expected %.15g (relative difference %.1e)", what, got, want, d)
	}
	if d > c.worst {
		c.worst, c.at = d, what
	}
}

// SE compares standard errors. One that is zero in theory is rounding noise:
// it counts as equal when both are nothing beside the estimate.
func (c *Case) SE(t testing.TB, what string, got, want, estimate float64) {
	t.Helper()
	if nothing := 1e-11 * math.Abs(estimate); want < nothing && got < nothing {
		c.numbers++
		return
	}
	c.Near(t, what, got, want, 0)
}

// Cov compares covariance matrices, entries relative to sqrt(V_ii V_jj). A
// variance that is zero in theory is rounding noise beside the square of the
// estimate: it must be nothing here as well.
func (c *Case) Cov(t testing.TB, what string, got func(i, j int) float64, want [][]float64, estimates []float64) {
	t.Helper()
	scale, nothing := make([]float64, len(want)), make([]bool, len(want))
	for i := range want {
		scale[i] = math.Sqrt(math.Abs(want[i][i]))
		if noise := 1e-11 * math.Abs(estimates[i]); scale[i] < noise {
			scale[i], nothing[i] = noise, true
		}
	}
	for i := range want {
		for j := range want[i] {
			name := fmt.Sprintf("%s[%d,%d]", what, i, j)
			if math.IsNaN(estimates[i]) || math.IsNaN(estimates[j]) {
				continue
			}
			if nothing[i] || nothing[j] {
				c.Check(t, fmt.Sprintf("%s must be zero, is %g", name, got(i, j)), math.Abs(got(i, j)) <= scale[i]*scale[j])
				continue
			}
			c.Near(t, name, got(i, j), want[i][j], scale[i]*scale[j])
		}
	}
}

// Same fails unless two texts or whole numbers are equal.
func (c *Case) Same(t testing.TB, what string, got, want any) {
	t.Helper()
	c.numbers++
	if got != want {
		t.Errorf("%s: got %v, expected %v", what, got, want)
	}
}

// Check counts a property that the case asks for and fails unless it holds.
func (c *Case) Check(t testing.TB, what string, ok bool) {
	t.Helper()
	c.numbers++
	if !ok {
		t.Error(what)
	}
}

package columnar

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tradeoff/data"
	"tradeoff/data/columns"
)

// listsOneByOne reads the lists of a chunk entry by entry: nil for no list, else the
// texts of its values. It stops with the fault of the row that it is in.
func listsOneByOne(c *chunk) (rows [][]string, err error) {
	e, last := newElement(c.leaf.kind), 0
	for {
		for c.left == 0 {
			if c.values == 0 {
				return rows, nil
			}
			if err := c.next(); err != nil {
				return rows, err
			}
		}
		c.left--
		again, err := c.again.next()
		if err != nil {
			return rows, err
		}
		level := int(c.leaf.maxDef)
		if c.levels != nil {
			if level, err = c.levels.next(); err != nil {
				return rows, err
			}
		}
		if again == 0 {
			rows = append(rows, nil)
		} else if len(rows) == 0 {
			return rows, breaks("a column of lists begins inside a list")
		} else if min(level, last) < c.leaf.list.there {
			return rows, breaks("a list without values goes on")
		}
		last = level
		row := &rows[len(rows)-1]
		if *row == nil && level >= c.leaf.list.there-1 {
			*row = []string{}
		}
		if level < int(c.leaf.maxDef) {
			continue
		}
		v, err := c.source()
		if err != nil {
			return rows, err
		}
		text, err := e.text(func(b *builder) error { return c.leaf.put(b, v) })
		if err != nil {
			return rows, err
		}
		*row = append(*row, string(text))
	}
}

// manyLists draws a file of lists with pages and runs of different lengths.
func manyLists(tb testing.TB, t *rapid.T) []byte {
	random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	n, different, most := rapid.IntRange(1, 4000).Draw(t, "rows"), rapid.IntRange(1, 300).Draw(t, "values"), rapid.IntRange(0, 6).Draw(t, "most")
	rows := make([][]string, n)
	for i := range rows {
		if random.IntN(5) == 0 {
			continue
		}
		rows[i] = []string{}
		for range random.IntN(most + 1) {
			v := ""
			if random.IntN(9) > 0 {
				v = fmt.Sprint(1 + random.IntN(different))
			}
			rows[i] = append(rows[i], v)
		}
	}
	options := []parquet.WriterProperty{
		parquet.WithDataPageVersion(rapid.SampledFrom([]parquet.DataPageVersion{parquet.DataPageV1, parquet.DataPageV2}).Draw(t, "version")),
		parquet.WithDataPageSize(rapid.SampledFrom([]int64{16, 1000, 1 << 20}).Draw(t, "page")),
		parquet.WithDictionaryDefault(rapid.Bool().Draw(t, "dictionary")),
		parquet.WithDictionaryPageSizeLimit(rapid.SampledFrom([]int64{20, 1 << 20}).Draw(t, "limit")), // beyond it values are plain
	}
	return parquetOf(tb, rows, rapid.IntRange(1, n).Draw(t, "group"), rapid.Bool().Draw(t, "numbers"), options...)
}

// readLists reads a chunk of lists with the answers that were met in it; bad is the row
// of the fault.
func readLists(c *chunk, a *columns.Answers, n int) (rows [][]string, bad int, err error) {
	t := columns.NewTicks(a)
	var asked []columns.Column
	for k := range a.Items {
		asked = append(asked, t.Ask(k))
	}
	r := newListReader(c, placeIn(a))
	if bad, err = r.ticks(t, n); err == nil {
		err = r.end()
	}
	for k, column := range asked {
		codes, _, _ := data.Codes(column.Array())
		rows = append(rows, make([][]string, len(codes)-len(rows))...)
		for i, code := range codes {
			if code != data.NoCode && rows[i] == nil {
				rows[i] = []string{}
			}
			if code == 1 {
				rows[i] = append(rows[i], a.Items[k])
			}
		}
	}
	return rows, bad, err
}

// compareLists holds the answers met in each chunk of lists, in their order, and the rows
// against those read entry by entry; in a damaged file up to the row of the fault. It
// returns the fault.
func compareLists(t testing.TB, b []byte) (fault error) {
	defer func() {
		if wrong := recover(); wrong != nil { // the codecs of the library, over damage
			fault = breaks("%v", wrong)
		}
	}()
	p, err := openParquet(data.FromBytes("a.parquet", b))
	if err != nil {
		return err
	}
	l := leafOf(p.meta.Schema.Column(0), 0)
	for g := range p.meta.GetRowGroups() {
		if l.list == nil {
			return breaks("no lists")
		}
		l.list = &lists{there: l.list.there}
		open := func() *chunk {
			c, err := p.column(g, l)
			fault = err
			return c
		}
		c := open()
		if fault != nil {
			return fault
		}
		want, slow := listsOneByOne(c)
		if err := meetLists(open(), 1); err != nil && slow == nil {
			t.Errorf("values are met until %v, one by one all are", err)
		}
		a := &l.list.answers
		var items []string
		for _, v := range slices.Concat(want...) {
			if v != "" && !slices.Contains(items, v) {
				items = append(items, v)
			}
		}
		tooMany := len(items) > 255 || slices.ContainsFunc(items, func(v string) bool { return len(v) > 1000 })
		if slow == nil && tooMany != (a.Many > 0) {
			t.Errorf("%d different values, too many is %t", len(items), a.Many > 0)
		}
		if tooMany || a.Many > 0 {
			continue
		}
		if slow != nil {
			want = append(want, nil) // reading goes on to the fault
		} else if diff := cmp.Diff(items, a.Items); diff != "" {
			t.Error(diff)
		}
		got, bad, err := readLists(open(), a, len(want))
		if (err != nil) != (slow != nil) || err != nil && (bad > len(want)-2 || bad < len(want)-3) && len(want) > 2 {
			t.Fatalf("row %d of %d: %v, one by one %v", bad, len(want), err, slow) // a fault is in the row that is read or the next
		}
		for i := range got {
			slices.SortFunc(want[i], func(a, b string) int { return cmpItems(items, a, b) })
			want[i] = slices.DeleteFunc(slices.Compact(want[i]), func(v string) bool { return v == "" })
			if (got[i] == nil) != (want[i] == nil) || !slices.Equal(got[i], want[i]) {
				t.Fatalf("row %d: %q, one by one %q", i, got[i], want[i])
			}
		}
		if slow != nil {
			return slow
		}
	}
	return nil
}

// cmpItems orders answers as they were met.
func cmpItems(items []string, a, b string) int {
	return slices.Index(items, a) - slices.Index(items, b)
}

// Many lists at a time say what lists entry by entry say, faults with their rows included.
func TestListsAgainstOneByOne(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b := manyLists(t, rt)
		if err := compareLists(t, b); err != nil {
			rt.Fatal(err)
		}
		for range 8 {
			own := bytes.Clone(b)
			own[rapid.IntRange(0, len(b)-1).Draw(rt, "byte")] ^= byte(rapid.IntRange(1, 255).Draw(rt, "bits"))
			_ = compareLists(t, own)
		}
	})
}

// Half a million lists of five of ten answers.
func BenchmarkLists(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 1))
	rows := make([][]string, 500_000)
	for i := range rows {
		for k := range 10 {
			if random.IntN(2) == 0 {
				rows[i] = append(rows[i], fmt.Sprint(k))
			}
		}
	}
	for name, dictionary := range map[string]bool{"dictionary": true, "plain": false} {
		file := parquetOf(b, rows, 250_000, false, parquet.WithDictionaryDefault(dictionary), parquet.WithCompression(compress.Codecs.Snappy))
		b.Run(name, func(b *testing.B) {
			benchmarkReading(b, OpenParquet, file, len(rows))
		})
	}
}

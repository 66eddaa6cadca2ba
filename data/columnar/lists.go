package columnar

import (
	"strconv"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/schema"

	"tradeoff/data"
	"tradeoff/data/columns"
)

// This file reads columns that hold a list in each row as multiple answers: null where
// there is no list, which was not asked, and 0 everywhere for an empty one.

// lists is a column of lists of texts or numbers.
type lists struct {
	answers columns.Answers
	there   int // Parquet: the definition level from which a list has a value, or a null in its place
	rows    int64
}

// noList is the reason why a list is left out.
const noList = "holds lists of objects, of lists or of times; export one column for each element"

// variables names the variables of a column of lists, and says why there are none.
func (l *lists) variables(name string, taken func(string) bool) (all []data.Variable, set data.Set, why string) {
	switch {
	case l.answers.Many > 0:
		return nil, set, "holds lists of more than 255 different values, or of long texts, which are no multiple answers"
	case len(l.answers.Items) == 0:
		return nil, set, "holds lists without any value"
	}
	all, set = l.answers.Variables(name, taken)
	return all, set, ""
}

// An element is a value of a list as a text, which is how answers are told apart.
type element struct{ b *builder }

func newElement(kind data.Type) element { return element{newBuilder(kind, 1)} }

// text is what put adds to a builder, nil for no value. It is valid until the next.
func (e element) text(put func(b *builder) error) ([]byte, error) {
	b := e.b
	b.n, b.nulls, b.valid[0], b.numbers, b.text = 0, 0, 0, b.numbers[:0], b.text[:0]
	if b.ends != nil {
		b.ends = b.ends[:1]
	}
	if err := put(b); err != nil {
		return nil, err
	}
	switch {
	case b.isNull(0):
		return nil, nil
	case b.kind == data.Text:
		return b.text, nil
	}
	return []byte(data.Code(b.numbers[0])), nil
}

// listOf finds the list that a Parquet column stands in: the one that it names, of which
// the column holds the values, and from which definition level on a list has a value.
func listOf(c *schema.Column) (name string, there int, ok bool) {
	if c.MaxRepetitionLevel() != 1 {
		return "", 0, false
	}
	var path []schema.Node // from the leaf up, without the root
	for n := c.SchemaNode(); n != nil && n.Parent() != nil; n = n.Parent() {
		path = append(path, n)
	}
	at := -1
	for i := len(path) - 1; i >= 0; i-- {
		switch path[i].RepetitionType() {
		case parquet.Repetitions.Optional:
			if at < 0 {
				there++
			}
		case parquet.Repetitions.Repeated:
			at = i
			there++
		}
	}
	for i := range at { // between the values and the list there are no others
		if g, is := path[i+1].(*schema.GroupNode); !is || g.NumFields() != 1 {
			return "", 0, false
		}
	}
	if at > 1 {
		return "", 0, false
	}
	named := path[at]
	if at+1 < len(path) { // a group of one list is that list
		if g, is := path[at+1].(*schema.GroupNode); is && g.NumFields() == 1 {
			named = path[at+1]
		}
	}
	return named.Path(), there, true
}

// errChanged is the fault of a value that was not there when the file was opened.
var errChanged = breaks("this is not what stood here a moment ago; the file changed while it was read, run again when it is complete")

// list reads a column of lists of an Arrow file.
func (f *field) list(t arrow.ListLikeType) {
	switch t.(type) {
	case *arrow.ListType, *arrow.LargeListType, *arrow.FixedSizeListType: // whose lists follow each other
	default:
		f.refused = noList
		return
	}
	value := &field{}
	value.typed(t.Elem())
	_, long := t.Elem().(*arrow.Int64Type)
	_, unsigned := t.Elem().(*arrow.Uint64Type)
	switch {
	case long || unsigned: // told apart by their digits
		value.kind, value.look = data.Text, nil
	case value.refused != "" || value.uncertain() || value.kind == data.Time || value.multiple != nil:
		f.refused = noList
		return
	}
	f.multiple, f.value = &lists{}, value
	e := newElement(value.kind)
	f.look = func(a arrow.Array) {
		_ = f.each(a, e, func(i int, none bool, texts func(func([]byte) error) error) error { // told when the rows are read
			return texts(func(text []byte) error {
				f.multiple.answers.Meet(text, f.multiple.rows+int64(i)+1)
				return nil
			})
		})
		f.multiple.rows += int64(a.Len())
	}
}

// each hands over the lists of an array one after the other, with their values.
func (f *field) each(a arrow.Array, e element, do func(i int, none bool, texts func(func([]byte) error) error) error) error {
	l, ok := a.(array.ListLike)
	if !ok {
		return breaks("a column of lists holds none")
	}
	values := l.ListValues()
	last := int64(0)
	for i := range a.Len() {
		if a.IsNull(i) {
			if err := do(i, true, func(func([]byte) error) error { return nil }); err != nil {
				return err
			}
			continue
		}
		from, to := l.ValueOffsets(i)
		if from < last || from > to || to > int64(values.Len()) {
			return breaks("the list of row %s goes from value %d to %d of %d", strconv.Itoa(i+1), from, to, values.Len())
		}
		last = to
		if err := do(i, false, func(see func([]byte) error) error {
			for k := from; k < to; k++ {
				if values.IsNull(int(k)) {
					continue
				}
				text, err := e.text(func(b *builder) error { return f.value.put(b, values, int(k)) })
				if err == nil {
					err = see(text)
				}
				if err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// ticks converts the lists of an array; it returns the index of one that was refused.
func (f *field) ticks(a arrow.Array, t *columns.Ticks) (bad int, err error) {
	err = f.each(a, newElement(f.value.kind), func(i int, none bool, texts func(func([]byte) error) error) error {
		bad = i
		if none {
			t.Null()
			return nil
		}
		err := texts(func(text []byte) error {
			if !t.Tick(text) {
				return errChanged
			}
			return nil
		})
		t.Row()
		return err
	})
	if err == nil {
		bad = -1
	}
	return bad, err
}

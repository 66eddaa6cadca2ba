// Package jsonl reads JSON Lines, one object for each respondent, and JSON arrays of
// such objects.
//
// In: an Input of UTF-8. Open reads the objects once (parse.go, tree.go): it names
// the columns in the order in which their keys come first, "a.b" for the key b of an
// object inside under a; refuses what is no JSON, keys that stand twice in an object
// and numbers that are too large, each with its line; and counts what each column
// holds, which settles its type (column.go). Keys are expected where they stood in the
// object before (usual.go), and objects are parsed in blocks, ahead of those that are
// worked on (block.go).
//
// Out: a data.Survey whose rows are parsed again for every Scan (scan.go). Numbers
// are numbers; true and false are 1 and 0 with these labels; texts are texts, but
// numbers where all texts of a column are numbers in quotation marks. null, an empty
// text and a key that is not there are nulls. A list of texts or numbers is a
// multiple answer: a variable of 1 and 0 for each value that occurs, and a data.Set;
// null where there is no list, 0 for an empty one. Columns that hold several kinds
// are texts, and that is said. What is no answer (lists of objects, lists of more
// values than a question has) is left out, and said.
//
// Rows are named by the line on which the object starts, those of an array by their
// number. Memory grows with the number of columns and the longest object, and by a
// few bytes for each batch.
package jsonl

import (
	"bytes"
	"fmt"

	"tradeoff/data"
	"tradeoff/data/columns"
)

// Sniff reports whether a text begins like an object or an array of objects.
func Sniff(head []byte) bool {
	text := bytes.TrimSpace(bytes.TrimPrefix(head, []byte(mark)))
	if rest, ok := bytes.CutPrefix(text, []byte("{")); ok {
		rest = bytes.TrimSpace(rest)
		return bytes.HasPrefix(rest, []byte(`"`)) || bytes.HasPrefix(rest, []byte("}"))
	}
	rest, ok := bytes.CutPrefix(text, []byte("["))
	return ok && bytes.HasPrefix(bytes.TrimSpace(rest), []byte("{"))
}

// mark is the byte-order mark of UTF-8.
const mark = "\xef\xbb\xbf"

// A start is where a batch starts.
type start struct{ offset, line, row int64 }

// A table is a file that has been read once.
type table struct {
	in      *data.Input
	array   bool // the objects lie in an array
	unit    string
	tree    *node
	columns []*column
	starts  []start // of every batch
	rows    int64
	where   map[string]place
}

// Open reads the file once and returns the survey. Faults are *data.Fault.
func Open(in *data.Input) (*data.Survey, error) {
	t := &table{in: in, tree: newNode(nil, ""), unit: "line"}
	p, err := t.parser(start{})
	if err != nil {
		return nil, err
	}
	p.counts = true
	if t.array = p.array; t.array {
		t.unit = "object"
	}
	if err := p.each((*column).see); err != nil {
		return nil, err
	}
	if t.rows == 0 {
		return nil, p.fault("the file holds no object, so there are no respondents; ask for a new export")
	}
	if err := t.again(); err != nil {
		return nil, err
	}
	book, err := t.book()
	if err != nil {
		return nil, err
	}
	format := "JSON Lines"
	if t.array {
		format = "JSON"
	}
	return data.New(book, []data.File{{Path: in.Path, Format: format, Rows: t.rows, Unit: t.unit}}, t.scan), nil
}

// each hands all values of the file to their columns, those of a list with it.
func (p *parser) each(do func(c *column, v *value, items []value, o *object) error) error {
	blocks := p.ahead()
	defer blocks.Close()
	o := object{table: p.table}
	for b := blocks.Next(); b != nil; b = blocks.Next() {
		for k := range b.rows {
			values := b.object(k, &o)
			for i := 0; i < len(values); i++ {
				v := &values[i]
				items := values[i+1 : i+1+int(v.items)]
				if err := do(v.node.column, v, items, &o); err != nil {
					return err
				}
				i += len(items)
			}
		}
		if b.err != nil {
			return b.err
		}
	}
	return nil
}

// count counts an object.
func (t *table) count(at start) {
	if t.rows%batchRows == 0 {
		t.starts = append(t.starts, at)
	}
	t.rows++
}

// again reads the file once more where some answers of a column are lists and some
// are not, so that the values of both come in the order in which they stand.
func (t *table) again() error {
	mixed := map[*column]bool{}
	t.walk(t.tree)
	for _, c := range t.columns {
		if c.mixed() {
			mixed[c], c.answers = true, columns.Answers{}
		}
	}
	if len(mixed) == 0 {
		return nil
	}
	p, err := t.parser(start{})
	if err != nil {
		return err
	}
	p.known, p.root = true, t.tree.copy(nil)
	return p.each(func(c *column, v *value, items []value, o *object) error {
		if mixed[c] {
			c.again(v, items, o)
		}
		return nil
	})
}

// fault is something wrong with a row, 0 for none, or a column.
func (t *table) fault(row int64, column, format string, args ...any) *data.Fault {
	return &data.Fault{File: t.in.Name(), Row: row, Unit: t.unit, Column: column, Found: fmt.Sprintf(format, args...)}
}

package columnar

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"iter"
	"math"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/metadata"

	"tradeoff/data"
	"tradeoff/data/columns"
)

const parquetFormat = "Parquet"

var (
	parquetMagic     = []byte("PAR1")
	parquetEncrypted = []byte("PARE")
)

// SniffParquet reports whether a file that begins like this is Parquet.
func SniffParquet(head []byte) bool {
	return bytes.HasPrefix(head, parquetMagic) || bytes.HasPrefix(head, parquetEncrypted)
}

// A parquetFile is an open Parquet file: its metadata, checked, and how each
// variable is read.
type parquetFile struct {
	in     *data.Input
	meta   *metadata.FileMetaData
	end    int64 // where the footer starts
	leaves map[string]leaf
	book   data.Codebook
	wholes *coding
}

// OpenParquet opens a Parquet file. The survey reads from in until it is no
// longer used; the caller closes in.
func OpenParquet(in *data.Input) (*data.Survey, error) {
	p, err := openParquet(in)
	if err != nil {
		return nil, err
	}
	files := []data.File{{Path: in.Path, Format: parquetFormat, Rows: p.meta.GetNumRows(), Unit: "row"}}
	return data.New(p.book, files, p.scan), nil
}

func openParquet(in *data.Input) (p *parquetFile, err error) {
	defer func() {
		if wrong := recover(); wrong != nil {
			p, err = nil, caught(in, parquetFormat, wrong)
		}
	}()
	p = &parquetFile{in: in, leaves: map[string]leaf{}, wholes: newWholes()}
	if err := p.openFooter(); err != nil {
		return nil, err
	}
	return p, p.describe()
}

// openFooter checks the end of the file, then has the library read it.
func (p *parquetFile) openFooter() error {
	in := p.in
	if in.Size == 0 {
		return fault(in, "the file is empty; export it again")
	}
	head, err := in.Head(4)
	if err != nil {
		return fault(in, "the file cannot be read")
	}
	if !SniffParquet(head) {
		return fault(in, "this is not a Parquet file: it does not begin with PAR1")
	}
	tail := make([]byte, 8)
	if in.Size < 12 {
		return p.cut()
	}
	if _, err := in.ReadAt(tail, in.Size-8); err != nil {
		return fault(in, "the file cannot be read")
	}
	switch {
	case bytes.Equal(tail[4:], parquetEncrypted):
		return fault(in, "the Parquet file is encrypted; write it without encryption")
	case !bytes.Equal(tail[4:], parquetMagic):
		return p.cut()
	}
	size := int64(binary.LittleEndian.Uint32(tail))
	if size > in.Size-12 {
		return fault(in, "the footer says that it is %d bytes long, the file has %d; the file is damaged, export it again", size, in.Size)
	}
	p.end = in.Size - 8 - size
	footer := make([]byte, size)
	if _, err := in.ReadAt(footer, p.end); err != nil {
		return fault(in, "the file cannot be read")
	}
	if err := checkFooter(footer); err != nil {
		return caught(in, parquetFormat, err)
	}
	if p.meta, err = metadata.NewFileMetaData(footer, nil); err != nil {
		return caught(in, parquetFormat, err)
	}
	return nil
}

func (p *parquetFile) cut() error {
	return fault(p.in, "the Parquet file is incomplete: its end is missing; transfer or export it again")
}

// schemaDepth is how deep columns may nest; surveys are flat.
const schemaDepth = 32

// checkFooter walks the footer and checks that the schema is a tree: the
// library makes room for as many children as an element claims.
func checkFooter(b []byte) error {
	var open []int64 // children still to come, per level of the schema
	var children, elements int64
	w := walker{b: b, visit: func(path int, kind byte, n int64) error {
		switch {
		case path == 2 && kind == thriftList:
			elements = n
		case path == 205:
			children = n
		case path == 2 && kind == thriftStruct:
			for len(open) > 0 && open[len(open)-1] == 0 {
				open = open[:len(open)-1]
			}
			if len(open) > 0 {
				open[len(open)-1]--
			}
			if children < 0 || children > elements || len(open) > schemaDepth {
				return breaks("its columns nest too deeply or miss their parts")
			}
			open, children = append(open, children), 0
		}
		return nil
	}}
	if _, err := w.record(); err != nil {
		return err
	}
	for _, missing := range open {
		if missing != 0 {
			return breaks("it promises more columns than it describes")
		}
	}
	return nil
}

// indexColumn begins the name of the column in which pandas stores row
// numbers.
const indexColumn = "__index_level_"

// describe makes the codebook out of the schema.
func (p *parquetFile) describe() error {
	if err := p.checkGroups(); err != nil {
		return caught(p.in, parquetFormat, err)
	}
	schema := p.meta.Schema
	plain := map[string]bool{}
	for i := range schema.NumColumns() {
		l := leafOf(schema.Column(i), i)
		plain[l.name] = plain[l.name] || l.list == nil
	}
	for i := range schema.NumColumns() {
		l := leafOf(schema.Column(i), i)
		v := data.Variable{Name: l.name, Type: l.kind, Level: l.level(), Labels: l.labels()}
		if !isName(l.name) {
			return nameless(p.in, i)
		}
		why := l.refused
		if why == "" && l.list != nil {
			if why = p.lists(l, plain); why == "" {
				continue
			}
		} else if why == "" && l.uncertain() {
			why = p.settle(&l)
			v.Type = l.kind
		}
		switch {
		case strings.HasPrefix(l.name, indexColumn):
			p.note("Column %s was left out: it numbers the rows.", l.name)
			continue
		case why != "":
			p.note("Column %s was left out: it %s.", l.name, why)
			continue
		case l.note != "":
			p.note("Column %s %s.", l.name, l.note)
		}
		if _, twice := p.leaves[l.name]; twice {
			return &data.Fault{File: p.in.Name(), Column: l.name, Found: "two columns have this name; rename one of them and export again"}
		}
		p.leaves[l.name] = l
		p.book.Variables = append(p.book.Variables, v)
	}
	if len(p.book.Variables) == 0 {
		return noColumns(p.in, p.book.Notes)
	}
	if text := p.meta.KeyValueMetadata().FindValue(CodebookKey); text != nil {
		if err := decodeBook(*text, &p.book); err != nil {
			return caught(p.in, parquetFormat, err)
		}
	}
	return nil
}

// lists adds the variables of a column of lists, and says why there are none; plain are
// the names of the columns that hold none. Damage is told when the rows are read.
func (p *parquetFile) lists(l leaf, plain map[string]bool) (why string) {
	before := int64(0)
	for i := range p.meta.GetRowGroups() {
		rows := p.meta.RowGroup(i).NumRows()
		if c, err := p.column(i, l); err == nil && rows > 0 {
			_ = meetLists(c, before+1)
		}
		before += rows
	}
	all, set, why := l.list.variables(l.name, func(name string) bool { _, taken := p.leaves[name]; return taken || plain[name] })
	for k, v := range all {
		l.item = k
		p.leaves[v.Name] = l
		p.book.Variables = append(p.book.Variables, v)
	}
	if len(all) > 0 {
		p.book.Sets = append(p.book.Sets, set)
	}
	return why
}

// checkGroups checks the row groups against the file and against each other.
func (p *parquetFile) checkGroups() error {
	var rows int64
	columns := p.meta.Schema.NumColumns()
	for i := range p.meta.GetRowGroups() {
		g := p.meta.RowGroup(i)
		if g.NumColumns() != columns || g.NumRows() < 0 || rows > math.MaxInt64-g.NumRows() {
			return breaks("row group %d does not fit the list of columns", i+1)
		}
		rows += g.NumRows()
	}
	if rows != p.meta.GetNumRows() {
		return breaks("it promises %d rows, its parts hold %d", p.meta.GetNumRows(), rows)
	}
	return nil
}

func (p *parquetFile) note(format string, args ...any) {
	p.book.Notes = append(p.book.Notes, p.in.Name()+": "+fmt.Sprintf(format, args...))
}

// settle reads a column whose type its values decide, and says why it cannot
// be used if that is so. Row groups whose statistics promise short numbers are
// not read: who reads the rows is told where one breaks the promise.
func (p *parquetFile) settle(l *leaf) (why string) {
	for i := range p.meta.GetRowGroups() {
		if p.promisesShort(i, *l) {
			continue
		}
		c, err := p.column(i, *l)
		if err != nil {
			return "" // told when the rows are read
		}
		if !l.look(c, p.meta.RowGroup(i).NumRows()) {
			return "holds bytes that are no text"
		}
	}
	return ""
}

// promisesShort reports whether the statistics of a row group say that none of its
// whole numbers is too long for a Number.
func (p *parquetFile) promisesShort(group int, l leaf) (yes bool) {
	defer func() {
		if recover() != nil { // the library, on statistics of another length
			yes = false
		}
	}()
	if l.meaning != plainNumber {
		return false
	}
	m, err := p.meta.RowGroup(group).ColumnChunk(l.index)
	if err != nil {
		return false
	}
	s, err := m.Statistics()
	if err != nil || s == nil || !s.HasMinMax() {
		return false
	}
	of, is := s.(*metadata.Int64Statistics)
	return is && of.Min() <= of.Max() && !l.long(of.Min()) && !l.long(of.Max())
}

// column opens a column of a row group for reading.
func (p *parquetFile) column(group int, l leaf) (c *chunk, err error) {
	defer func() {
		if wrong := recover(); wrong != nil { // the library, on parts that are not there
			c, err = nil, caught(p.in, parquetFormat, wrong)
		}
	}()
	g := p.meta.RowGroup(group)
	m, err := g.ColumnChunk(l.index)
	if err != nil {
		return nil, breaks("row group %d has no column %s", group+1, l.name)
	}
	if m.CryptoMetadata() != nil {
		return nil, breaks("column %s is encrypted; write it without encryption", l.name)
	}
	if m.FilePath() != "" {
		return nil, breaks("column %s is stored in another file", l.name)
	}
	start := m.DataPageOffset()
	if d := m.DictionaryPageOffset(); m.HasDictionaryPage() && d > 0 && d < start {
		start = d
	}
	size := m.TotalCompressedSize()
	if start < 4 || size < 0 || start > p.end || size > p.end-start {
		return nil, breaks("column %s should stand at bytes %d to %d, the data end at %d", l.name, start, start+size, p.end)
	}
	if l.list == nil && m.NumValues() != g.NumRows() || m.NumValues() < 0 || m.Type() != l.physical {
		return nil, breaks("column %s has %d values in %d rows", l.name, m.NumValues(), g.NumRows())
	}
	// Old writers did not count the header of the dictionary page.
	end := min(start+size+100, p.end)
	c = &chunk{in: p.in, at: start, end: end, values: m.NumValues(), codec: m.Compression(), leaf: l, room: &room{}, wholes: p.wholes}
	if l.physical == parquet.Types.Boolean {
		c.truths = truthDictionary(l)
	}
	return c, nil
}

// scan streams the rows of the named variables; a row group can be stepped over.
func (p *parquetFile) scan(names []string, skip data.Skip) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		r := groupReader{file: p, rooms: make([]room, min(len(names), runtime.GOMAXPROCS(0)))}
		for _, n := range names {
			r.vars = append(r.vars, *p.book.Variable(n))
		}
		before := int64(0)
		for g := range p.meta.GetRowGroups() {
			rows := p.meta.RowGroup(g).NumRows()
			if rows == 0 || skip.Rows(before, rows) {
				before += rows
				continue
			}
			err := r.open(g)
			for end := before + rows; before < end && err == nil; {
				n := min(int64(rowsFor(len(names))), end-before)
				var rec arrow.Record
				if rec, err = r.batch(int(n), before+1); err != nil {
					break
				}
				if !yield(data.Batch{Record: rec, First: before + 1, Before: before}, nil) {
					return
				}
				before += n
			}
			if err == nil {
				err = r.end()
			}
			if err != nil {
				yield(data.Batch{}, caught(p.in, parquetFormat, err))
				return
			}
		}
	}
}

// A groupReader reads one row group after the other, several columns at a time.
type groupReader struct {
	file   *parquetFile
	vars   []data.Variable
	chunks []*chunk      // of the row group, by variable; nil for one that comes with another of its column
	lists  []*listReader // of the chunks that hold lists
	rooms  []room        // one for each goroutine
}

// open opens the columns of a row group. Their pages go where those of the row
// group before were.
func (r *groupReader) open(group int) error {
	chunks := make([]*chunk, len(r.vars))
	r.lists = make([]*listReader, len(r.vars))
	read := map[*lists]bool{}
	for i, v := range r.vars {
		if l := r.file.leaves[v.Name].list; l != nil && read[l] {
			continue
		} else if l != nil {
			read[l] = true
		}
		c, err := r.file.column(group, r.file.leaves[v.Name])
		if err != nil {
			return err
		}
		if r.chunks != nil && r.chunks[i] != nil {
			c.page = r.chunks[i].page
		}
		chunks[i] = c
	}
	r.chunks = chunks
	return nil
}

// end checks that the row group holds no more lists than rows.
func (r *groupReader) end() error {
	for _, l := range r.lists {
		if l == nil {
			continue
		}
		if err := l.end(); err != nil {
			return &data.Fault{File: r.file.in.Name(), Column: l.chunk.leaf.name, Found: oneLine(err)}
		}
	}
	return nil
}

// batch reads the next n rows, the first of which has the given number. The
// columns are shared out over the goroutines; where several have a fault, it is
// that of the first.
func (r *groupReader) batch(n int, first int64) (arrow.Record, error) {
	arrays, errs := make([]arrow.Array, len(r.chunks)), make([]error, len(r.chunks))
	var next atomic.Int64
	var readers sync.WaitGroup
	for k := range r.rooms {
		readers.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(r.chunks); i = int(next.Add(1)) - 1 {
				switch c := r.chunks[i]; {
				case c == nil:
				case c.leaf.list != nil:
					errs[i] = r.multiple(i, n, first, &r.rooms[k], arrays)
				default:
					arrays[i], errs[i] = r.column(c, n, first, &r.rooms[k])
				}
			}
		})
	}
	readers.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return record(r.vars, arrays, n), nil
}

// column reads the next n values of one column.
func (r *groupReader) column(c *chunk, n int, first int64, room *room) (a arrow.Array, err error) {
	err = r.guarded(c, first, func() (bad int, err error) {
		c.room = room
		a, bad, err = c.column(n)
		return bad, err
	})
	return a, err
}

// multiple reads the next n lists of a chunk into all variables that are made of them.
func (r *groupReader) multiple(i, n int, first int64, room *room, arrays []arrow.Array) error {
	c := r.chunks[i]
	return r.guarded(c, first, func() (bad int, err error) {
		c.room = room
		if r.lists[i] == nil {
			r.lists[i] = newListReader(c, placeIn(&c.leaf.list.answers))
		}
		t := columns.NewTicks(&c.leaf.list.answers)
		asked := map[int]columns.Column{}
		for k, v := range r.vars {
			if own := r.file.leaves[v.Name]; own.list == c.leaf.list {
				asked[k] = t.Ask(own.item)
			}
		}
		if bad, err := r.lists[i].ticks(t, n); err != nil {
			return bad, err
		}
		for k, column := range asked {
			arrays[k] = column.Array()
		}
		return -1, nil
	})
}

// guarded reads from a chunk, and says the row in which it went wrong, -1 for none; first
// is the number of the first.
func (r *groupReader) guarded(c *chunk, first int64, read func() (bad int, err error)) (err error) {
	f := &data.Fault{File: r.file.in.Name(), Column: c.leaf.name}
	defer func() {
		if wrong := recover(); wrong != nil {
			f.Found = "the Parquet file is damaged (" + oneLine(wrong) + "); export it again"
			err = f
		}
	}()
	bad, err := read()
	if err != nil {
		f.Unit, f.Found = "row", oneLine(err)
		if bad >= 0 {
			f.Row = first + int64(bad)
		}
		return f
	}
	return nil
}

package columnar

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"iter"
	"math"

	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"tradeoff/data"
)

const ipcFormat = "Arrow IPC"

// continuation begins every message of the current stream format.
const continuation = 0xFFFFFFFF

var (
	ipcMagic   = []byte("ARROW1")
	featherOne = []byte("FEA1")
)

// SniffIPC reports whether a file that begins like this is Arrow IPC, as a
// file or as a stream.
func SniffIPC(head []byte) bool {
	return bytes.HasPrefix(head, ipcMagic) || bytes.HasPrefix(head, featherOne) ||
		len(head) >= 8 && binary.LittleEndian.Uint32(head) == continuation && binary.LittleEndian.Uint32(head[4:]) < 1<<28 && head[4]&7 == 0
}

// An ipcFile is an open Arrow IPC file and how its columns become variables.
type ipcFile struct {
	in         *data.Input
	start, end int64 // of the messages
	rows       int64
	fields     map[string]*field
	book       data.Codebook
	wholes     *coding
}

// OpenIPC opens an Arrow IPC file or stream. All messages are checked once
// when it is opened. The survey reads from in until it is no longer used; the
// caller closes in.
func OpenIPC(in *data.Input) (s *data.Survey, err error) {
	defer func() {
		if wrong := recover(); wrong != nil {
			s, err = nil, caught(in, ipcFormat, wrong)
		}
	}()
	f := &ipcFile{in: in, fields: map[string]*field{}, wholes: newWholes()}
	if err := f.bounds(); err != nil {
		return nil, err
	}
	if err := f.describe(); err != nil {
		return nil, caught(in, ipcFormat, err)
	}
	files := []data.File{{Path: in.Path, Format: ipcFormat, Rows: f.rows, Unit: "row"}}
	return data.New(f.book, files, f.scan), nil
}

// bounds finds where the messages start and end. A file is a stream between
// two marks, with an index behind it that we do not need.
func (f *ipcFile) bounds() error {
	if f.in.Size == 0 {
		return fault(f.in, "the file is empty; export it again")
	}
	head, err := f.in.Head(8)
	if err != nil {
		return fault(f.in, "the file cannot be read")
	}
	f.end = f.in.Size
	switch {
	case bytes.HasPrefix(head, featherOne):
		return fault(f.in, "this is the first version of Feather; write it again as Feather version 2")
	case !SniffIPC(head):
		return fault(f.in, "this is not an Arrow file: it begins with neither ARROW1 nor a message")
	case !bytes.HasPrefix(head, ipcMagic):
		return nil
	}
	tail := make([]byte, 10)
	cut := fault(f.in, "the Arrow file is incomplete: its end is missing; transfer or export it again")
	if f.in.Size < 18 {
		return cut
	}
	if _, err := f.in.ReadAt(tail, f.in.Size-10); err != nil {
		return fault(f.in, "the file cannot be read")
	}
	if !bytes.Equal(tail[4:], ipcMagic) {
		return cut
	}
	size := int64(binary.LittleEndian.Uint32(tail))
	if size > f.in.Size-18 {
		return fault(f.in, "the footer says that it is %d bytes long, the file has %d; the file is damaged, export it again", size, f.in.Size)
	}
	f.start, f.end = 8, f.in.Size-10-size
	return nil
}

// messages reads one message after the other for the library and checks it
// first; it implements ipc.MessageReader.
type messages struct {
	in      *data.Input
	at, end int64
	shape   shape // what batches must hold
	rows    int64 // of all batches so far
	last    *ipc.Message
}

// Retain and Release do nothing: the garbage collector owns the messages.
func (m *messages) Retain()  {}
func (m *messages) Release() {}

// Message is the next message, io.EOF after the last.
func (m *messages) Message() (*ipc.Message, error) {
	size, err := m.length()
	if err != nil {
		return nil, err
	}
	meta := make([]byte, size)
	if _, err := m.in.ReadAt(meta, m.at); err != nil {
		return nil, breaks("a message cannot be read")
	}
	m.at += size
	head, err := parseMessage(meta)
	if err != nil {
		return nil, err
	}
	if head.body < 0 || head.body > m.end-m.at {
		return nil, breaks("a message of %d bytes is promised where %d are left", head.body, m.end-m.at)
	}
	body := make([]byte, head.body)
	if _, err := m.in.ReadAt(body, m.at); err != nil && head.body > 0 {
		return nil, breaks("a message cannot be read")
	}
	m.at += head.body
	if err := m.check(head, body); err != nil {
		return nil, err
	}
	m.last = ipc.NewMessage(memory.NewBufferBytes(meta), memory.NewBufferBytes(body))
	return m.last, nil
}

// length steps over the prefix of a message and returns the length of its
// metadata, io.EOF at the end.
func (m *messages) length() (int64, error) {
	if m.at == m.end {
		return 0, io.EOF
	}
	word, err := m.word()
	if err == nil && word == continuation {
		word, err = m.word()
	}
	if err != nil {
		return 0, err
	}
	if word == 0 {
		return 0, io.EOF
	}
	if int64(word) > m.end-m.at {
		return 0, breaks("a message of %d bytes is promised where %d are left", word, m.end-m.at)
	}
	return int64(word), nil
}

func (m *messages) word() (uint32, error) {
	var b [4]byte
	if m.end-m.at < 4 {
		return 0, breaks("it ends inside a message")
	}
	if _, err := m.in.ReadAt(b[:], m.at); err != nil {
		return 0, breaks("a message cannot be read")
	}
	m.at += 4
	return binary.LittleEndian.Uint32(b[:]), nil
}

func (m *messages) check(head message, body []byte) error {
	switch head.kind {
	case messageSchema:
		err := checkSchema(head.header)
		if err == nil {
			m.shape, err = shapeOf(head.header, head.version)
		}
		return err
	case messageDictionary:
		batch, ok, err := head.header.child(1)
		if err == nil && !ok {
			err = breaks("a list of categories is empty")
		}
		if err == nil {
			_, err = checkBatch(batch, body)
		}
		id, e := head.header.int64(0)
		if err == nil {
			err = e
		}
		if err == nil {
			err = m.shape.dictionaries[id].holds(batch)
		}
		return err
	case messageBatch:
		rows, err := checkBatch(head.header, body)
		if err == nil {
			err = m.shape.columns.holds(head.header)
		}
		if err == nil && rows > math.MaxInt64-m.rows {
			err = breaks("it promises more rows than can be counted")
		}
		m.rows += rows
		return err
	}
	return breaks("a message has the unknown kind %d", head.kind)
}

// reader starts reading at the first message.
func (f *ipcFile) reader() (*ipc.Reader, *messages, error) {
	m := &messages{in: f.in, at: f.start, end: f.end}
	r, err := ipc.NewReaderFromMessageReader(m)
	return r, m, err
}

// describe makes the codebook out of the schema and the values that decide
// the type of a column.
func (f *ipcFile) describe() error {
	r, m, err := f.reader()
	if err != nil {
		return err
	}
	var all, uncertain []*field
	for i, a := range r.Schema().Fields() {
		if !isName(a.Name) {
			return nameless(f.in, i)
		}
		d := fieldOf(a, i)
		if d.refused != "" {
			f.note("Column %s was left out: it %s.", a.Name, d.refused)
			continue
		}
		if d.note != "" {
			f.note("Column %s %s.", a.Name, d.note)
		}
		all = append(all, d)
		if d.uncertain() {
			uncertain = append(uncertain, d)
		}
	}
	if err := f.lookThrough(r, m, uncertain); err != nil {
		return err
	}
	f.rows = m.rows
	plain := map[string]bool{}
	for _, d := range all {
		plain[d.name] = plain[d.name] || d.multiple == nil
	}
	for _, d := range all {
		if d.multiple != nil {
			f.lists(d, plain)
			continue
		}
		if _, twice := f.fields[d.name]; twice {
			return &data.Fault{File: f.in.Name(), Column: d.name, Found: "two columns have this name; rename one of them and export again"}
		}
		f.fields[d.name] = d
		f.book.Variables = append(f.book.Variables, data.Variable{Name: d.name, Type: d.kind, Level: d.level, Labels: d.labels})
	}
	if len(f.book.Variables) == 0 {
		return noColumns(f.in, f.book.Notes)
	}
	meta := r.Schema().Metadata()
	if i := meta.FindKey(CodebookKey); i >= 0 {
		return decodeBook(meta.Values()[i], &f.book)
	}
	return nil
}

// lists adds the variables of a column of lists; plain are the names of the columns that
// hold none.
func (f *ipcFile) lists(d *field, plain map[string]bool) {
	all, set, why := d.multiple.variables(d.name, func(name string) bool { return plain[name] || f.fields[name] != nil })
	if why != "" {
		f.note("Column %s was left out: it %s.", d.name, why)
		return
	}
	for k, v := range all {
		own := *d
		own.item = k
		f.fields[v.Name] = &own
	}
	f.book.Variables, f.book.Sets = append(f.book.Variables, all...), append(f.book.Sets, set)
}

// lookThrough checks all messages; the values are taken out of them only
// where there are columns whose type they decide.
func (f *ipcFile) lookThrough(r *ipc.Reader, m *messages, uncertain []*field) error {
	if len(uncertain) == 0 {
		for {
			if _, err := m.Message(); err == io.EOF {
				return nil
			} else if err != nil {
				return err
			}
		}
	}
	for r.Next() {
		for _, d := range uncertain {
			d.look(r.Record().Column(d.index))
		}
	}
	return r.Err()
}

func (f *ipcFile) note(format string, args ...any) {
	f.book.Notes = append(f.book.Notes, f.in.Name()+": "+fmt.Sprintf(format, args...))
}

// scan streams the rows of the named variables. Stretches that nobody needs are
// read but not converted.
func (f *ipcFile) scan(names []string, skip data.Skip) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		c := converter{file: f, vars: make([]data.Variable, len(names)), codings: make([]recordCoding, len(names))}
		for i, n := range names {
			c.vars[i] = *f.book.Variable(n)
		}
		r, _, err := f.reader()
		before := int64(0)
		for err == nil && r.Next() {
			rows := r.Record().NumRows()
			if !skip.Rows(before, rows) {
				var goOn bool
				if goOn, err = c.batches(r.Record(), before, yield); !goOn {
					return
				}
			}
			before += rows
		}
		if err == nil {
			err = r.Err()
		}
		if err != nil {
			yield(data.Batch{}, caught(f.in, ipcFormat, err))
		}
	}
}

package sav

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"iter"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow/go/v17/arrow/array"

	"tradeoff/data"
	"tradeoff/data/columns"
)

// WriteOptions is what a system file says of itself.
type WriteOptions struct {
	Name    string    // base name of the file, for messages; one that ends in .zsav makes zlib blocks of the cases
	Label   string    // file label, cut after 64 bytes
	Created time.Time // stands in the header; zero: 1 January 1970, so that the same survey gives the same bytes
}

// Write writes a survey as a byte-compressed system file in UTF-8, or as one of
// zlib blocks, which are kept in memory until the last is known.
//
// book says what the columns of the batches are, in order. batches is ranged
// over twice, as a data.Scan allows: first to count the cases and measure the
// texts, then to write. A sequence that gives other rows the second time is a
// programmer's mistake and panics.
//
// Names that SPSS does not allow become allowed ones, and stand in the label
// where there is none; what SPSS has no room for is cut: labels after 255
// bytes. A codebook that cannot be written is a *data.Fault, found before the
// first byte is written. Codebook.Notes and Dropped are not written, and
// neither are the weight or members of a set that are not among the variables.
func Write(w io.Writer, book *data.Codebook, batches iter.Seq2[data.Batch, error], opts WriteOptions) error {
	p, err := newPlan(book, opts)
	if err != nil {
		return err
	}
	if err := p.measure(batches); err != nil {
		return err
	}
	if err := p.layOut(); err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 1<<16)
	start, err := p.writeDictionary(out)
	if err != nil {
		return err
	}
	if p.compression() == zlibbed {
		err = p.writeBlocks(out, start, batches)
	} else {
		err = p.writeCases(out, batches)
	}
	if err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("%s: %w", opts.Name, err)
	}
	return nil
}

// compression is how the cases are stored.
func (p *plan) compression() int {
	if strings.EqualFold(filepath.Ext(p.opts.Name), ".zsav") {
		return zlibbed
	}
	return bytecode
}

// writeBlocks writes the cases, byte-compressed, in zlib blocks behind the start
// bytes of the dictionary.
func (p *plan) writeBlocks(out *bufio.Writer, start int64, batches iter.Seq2[data.Batch, error]) error {
	blocks := newBlockWriter(start)
	cases := bufio.NewWriterSize(blocks, 1<<16)
	if err := p.writeCases(cases, batches); err != nil {
		return err
	}
	err := cases.Flush()
	if err == nil {
		err = blocks.finish(out)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", p.opts.Name, err)
	}
	return nil
}

// A plan is how a survey will lie in the file.
type plan struct {
	book      *data.Codebook
	opts      WriteOptions
	variables []*planned
	byName    map[string]*planned
	cases     int64
	elements  int
}

// A planned variable.
type planned struct {
	*data.Variable
	name     string   // allowed in SPSS
	short    []string // one name of up to 8 bytes for each record
	width    int      // bytes of a string, 0 for a number
	segments []int    // widths of the records
	element  int      // place of its first 8 bytes in a case, counted from 0
	format   printFormat
	whole    bool // no number has a fraction
}

// Limits of the format.
const (
	maxName      = 64
	maxShort     = 8
	maxLabel     = 255
	maxText      = 32767
	maxMissing   = 3
	maxFileLabel = 64
)

func newPlan(book *data.Codebook, opts WriteOptions) (*plan, error) {
	p := &plan{book: book, opts: opts, byName: map[string]*planned{}}
	if len(book.Variables) == 0 {
		return nil, p.fault("", "there are no variables to write; name at least one")
	}
	names := newNames()
	for i := range book.Variables {
		v := &book.Variables[i]
		o := &planned{Variable: v, name: names.long(v.Name), whole: true}
		if v.Type == data.Text {
			o.width = 1
			if f, w, ok := parseFormat(v.Format, v.Type); ok {
				o.format, o.width = f, min(w, maxText)
			}
			for _, l := range v.Labels {
				o.width = max(o.width, len(l.Code))
			}
			for _, c := range v.Missing.Codes {
				o.width = max(o.width, len(c))
			}
		}
		if err := p.checkCodes(o); err != nil {
			return nil, err
		}
		p.variables = append(p.variables, o)
		p.byName[v.Name] = o
	}
	return p, nil
}

func (p *plan) fault(column, format string, args ...any) *data.Fault {
	return &data.Fault{File: p.opts.Name, Unit: "case", Column: column, Found: fmt.Sprintf(format, args...)}
}

// checkCodes refuses value labels and missing values that have no place in the
// format.
func (p *plan) checkCodes(o *planned) error {
	allowed := maxMissing
	if o.Missing.HasRange {
		allowed = 1
	}
	if n := len(o.Missing.Codes); n > allowed {
		return p.fault(o.Name, "%d missing values are declared, but SPSS has room for 3, or for a range and one; merge codes before writing", n)
	}
	if o.Type == data.Text {
		if o.Missing.HasRange {
			return p.fault(o.Name, "a range of missing values is declared for texts, which SPSS does not have; list the codes instead")
		}
		for _, c := range o.Missing.Codes {
			if len(c) > 8 {
				return p.fault(o.Name, "the missing value %q has %d bytes, but SPSS has room for 8; use a shorter code", c, len(c))
			}
		}
		return nil
	}
	for _, l := range o.Labels {
		if _, err := o.number(l.Code); err != nil {
			return p.fault(o.Name, "the code %q has a value label but is not a number; correct the code or store the variable as text", l.Code)
		}
	}
	for _, c := range o.Missing.Codes {
		if _, err := o.number(c); err != nil {
			return p.fault(o.Name, "the missing value %q is not a number; correct it or store the variable as text", c)
		}
	}
	return nil
}

// number is the stored form of a code.
func (o *planned) number(code string) (float64, error) {
	v, ok := data.ParseCode(code)
	if !ok || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, strconv.ErrSyntax
	}
	return o.stored(v), nil
}

// stored shifts points in time to seconds since 1582.
func (o *planned) stored(v float64) float64 {
	if o.Type == data.Time {
		return v + epoch
	}
	return v
}

// measure counts the cases and finds the widest text of each variable.
func (p *plan) measure(batches iter.Seq2[data.Batch, error]) error {
	for b, err := range data.PlainBatches(batches) {
		if err != nil {
			return err
		}
		p.checkShape(b)
		for i, o := range p.variables {
			if err := p.measureColumn(o, b, i); err != nil {
				return err
			}
		}
		p.cases += b.Record.NumRows()
	}
	return nil
}

// checkShape panics over batches that are not those of the codebook.
func (p *plan) checkShape(b data.Batch) {
	if n := int(b.Record.NumCols()); n != len(p.variables) {
		panic(fmt.Sprintf("sav: a batch has %d columns for %d variables", n, len(p.variables)))
	}
	for i, o := range p.variables {
		if got, want := b.Record.Column(i).DataType().ID(), columns.ArrowType(o.Type).ID(); got != want {
			panic(fmt.Sprintf("sav: the column of %s is %v, expected %v", o.Name, got, want))
		}
	}
}

func (p *plan) measureColumn(o *planned, b data.Batch, i int) error {
	switch c := b.Record.Column(i).(type) {
	case *array.String:
		for k := range c.Len() {
			if c.IsNull(k) {
				continue
			}
			n := len(strings.TrimRight(c.Value(k), " "))
			if n > maxText {
				return p.caseFault(k, o, "the text has %d bytes, but SPSS has room for %d; shorten it or leave the variable out", n, maxText)
			}
			o.width = max(o.width, n)
		}
	case *array.Float64:
		for k := range c.Len() {
			v := c.Value(k)
			if c.IsNull(k) || math.IsNaN(v) {
				continue
			}
			if math.IsInf(v, 0) {
				return p.caseFault(k, o, "the value is infinite, expected a number; set it to missing")
			}
			if v != math.Trunc(v) {
				o.whole = false
			}
		}
	}
	return nil
}

func (p *plan) caseFault(k int, o *planned, format string, args ...any) *data.Fault {
	f := p.fault(o.Name, format, args...)
	f.Row = p.cases + int64(k) + 1
	return f
}

// layOut settles widths, segments, places, short names and formats.
func (p *plan) layOut() error {
	short := newNames()
	for _, o := range p.variables {
		o.short = []string{short.claim(o.name)}
	}
	for _, o := range p.variables {
		if o.width > maxText {
			return p.fault(o.Name, "its texts take %d bytes, but SPSS has room for %d; shorten them or leave the variable out", o.width, maxText)
		}
		o.segments = segmentsOf(o.width)
		for i := range o.segments {
			if i > 0 {
				o.short = append(o.short, "")
			}
			if o.short[i] == "" {
				o.short[i] = short.invent()
			}
		}
		o.element = p.elements
		for _, w := range o.segments {
			p.elements += elementsOf(w)
		}
		o.format = o.chooseFormat()
	}
	return nil
}

// segmentsOf are the widths of the records that hold a string. A segment has
// room for 255 bytes, but there are as many as if each held 252.
func segmentsOf(width int) []int {
	if width <= segmentBytes {
		return []int{width}
	}
	n := (width + segmentCounts - 1) / segmentCounts
	ws := make([]int, n)
	for i := range ws {
		ws[i] = segmentBytes
	}
	ws[n-1] = width - (n-1)*segmentCounts
	return ws
}

// chooseFormat keeps the print format that the codebook has, if it is one for
// values of that type.
func (o *planned) chooseFormat() printFormat {
	if o.Type == data.Text {
		return formatA<<16 | printFormat(min(o.width, 255))<<8
	}
	if f, _, ok := parseFormat(o.Format, o.Type); ok {
		return f
	}
	switch {
	case o.Type == data.Time:
		return formatDatetime<<16 | 20<<8
	case o.whole:
		return formatF<<16 | 8<<8
	}
	return formatF<<16 | 8<<8 | 2
}

// writeCases writes the rows, byte-compressed.
func (p *plan) writeCases(out *bufio.Writer, batches iter.Seq2[data.Batch, error]) error {
	bw := &byteWriter{w: out}
	cases := int64(0)
	for b, err := range data.PlainBatches(batches) {
		if err != nil {
			return err
		}
		p.checkShape(b)
		for k := range int(b.Record.NumRows()) {
			for i, o := range p.variables {
				bw.value(o, b, i, k)
			}
		}
		cases += b.Record.NumRows()
		if bw.err != nil {
			return fmt.Errorf("%s: %w", p.opts.Name, bw.err)
		}
	}
	if cases != p.cases {
		panic(fmt.Sprintf("sav: the rows were %d the first time and %d the second", p.cases, cases))
	}
	bw.flush()
	if bw.err != nil {
		return fmt.Errorf("%s: %w", p.opts.Name, bw.err)
	}
	return nil
}

// bias is what byte-compressed numbers are shifted by.
const bias = 100

// A byteWriter writes byte-compressed data: blocks of 8 instructions, each
// followed by the literals in it. The first error of the writer sticks.
type byteWriter struct {
	w        *bufio.Writer
	ops      [8]byte
	n        int
	literals []byte
	err      error
}

// value writes row k of column i.
func (b *byteWriter) value(o *planned, batch data.Batch, i, k int) {
	switch c := batch.Record.Column(i).(type) {
	case *array.String:
		text := ""
		if !c.IsNull(k) {
			text = strings.TrimRight(c.Value(k), " ")
		}
		if len(text) > o.width {
			panic(fmt.Sprintf("sav: a text of %s was longer the second time", o.Name))
		}
		for _, w := range o.segments {
			part := text[:min(len(text), segmentBytes)]
			text = text[len(part):]
			b.text(part, elementsOf(w))
		}
	case *array.Float64:
		if v := c.Value(k); c.IsNull(k) || math.IsNaN(v) {
			b.op(opSysmis)
		} else {
			b.number(v)
		}
	case *array.Timestamp:
		if c.IsNull(k) {
			b.op(opSysmis)
		} else {
			b.number(o.stored(float64(c.Value(k))))
		}
	}
}

// number writes small whole numbers as one byte.
func (b *byteWriter) number(v float64) {
	if v == math.Trunc(v) && 1-bias <= v && v <= opEnd-1-bias {
		b.op(byte(v + bias))
		return
	}
	b.literal(binary.LittleEndian.AppendUint64(nil, math.Float64bits(v)))
}

// text writes a text in n runs of 8 bytes.
func (b *byteWriter) text(s string, n int) {
	for range n {
		part := s[:min(len(s), 8)]
		s = s[len(part):]
		if part == "" {
			b.op(opBlanks)
			continue
		}
		b.literal([]byte(fixed(part, 8)))
	}
}

func (b *byteWriter) literal(p []byte) {
	b.literals = append(b.literals, p...)
	b.op(opLiteral)
}

func (b *byteWriter) op(op byte) {
	b.ops[b.n] = op
	b.n++
	if b.n == len(b.ops) {
		b.flush()
	}
}

// flush writes the block, filled up with instructions to do nothing.
func (b *byteWriter) flush() {
	if b.n == 0 {
		return
	}
	clear(b.ops[b.n:])
	if _, err := b.w.Write(b.ops[:]); err != nil && b.err == nil {
		b.err = err
	}
	if _, err := b.w.Write(b.literals); err != nil && b.err == nil {
		b.err = err
	}
	b.n, b.literals = 0, b.literals[:0]
}

// fixed fills a text up with blanks to n bytes, or cuts it there.
func fixed(s string, n int) string {
	if len(s) > n {
		return cut(s, n)
	}
	return s + strings.Repeat(" ", n-len(s))
}

// cut shortens a text to n bytes at most without splitting a letter, and fills
// up with blanks what that leaves free.
func cut(s string, n int) string {
	end := 0
	for i := range s {
		if i > n {
			break
		}
		end = i
	}
	return s[:end] + strings.Repeat(" ", n-end)
}

// ellipsis marks a label that was cut.
const ellipsis = "…"

// shorten cuts a label that the format has no room for, visibly.
func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return string(bytes.TrimRight([]byte(cut(s, n-len(ellipsis))), " ")) + ellipsis
}

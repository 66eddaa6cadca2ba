package sav

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"time"

	"tradeoff/data"
)

// product stands in the header; other programs look for its first words.
const product = "@(#) SPSS DATA FILE tradeoff"

// A recordWriter appends the fields of records, little-endian.
type recordWriter struct{ b []byte }

func (r *recordWriter) int32(vs ...int) {
	for _, v := range vs {
		r.b = binary.LittleEndian.AppendUint32(r.b, uint32(int32(v)))
	}
}

func (r *recordWriter) int64(vs ...int64) {
	for _, v := range vs {
		r.b = binary.LittleEndian.AppendUint64(r.b, uint64(v))
	}
}

func (r *recordWriter) float(vs ...float64) {
	for _, v := range vs {
		r.b = binary.LittleEndian.AppendUint64(r.b, math.Float64bits(v))
	}
}

func (r *recordWriter) text(s string) { r.b = append(r.b, s...) }

// lengthed writes a text after its length.
func (r *recordWriter) lengthed(s string) {
	r.int32(len(s))
	r.text(s)
}

// extension writes record 7 with a body of items of the given size.
func (r *recordWriter) extension(subtype, size int, body []byte) {
	if len(body) == 0 {
		return
	}
	r.int32(recExtension, subtype, size, len(body)/size)
	r.b = append(r.b, body...)
}

// writeDictionary writes everything before the first case, and says how many bytes
// that takes.
func (p *plan) writeDictionary(out *bufio.Writer) (size int64, err error) {
	r := &recordWriter{}
	p.header(r)
	for _, o := range p.variables {
		p.variableRecords(r, o)
	}
	for _, o := range p.variables {
		labelRecords(r, o)
	}
	p.extensions(r)
	r.int32(recDictionary, 0)
	if _, err := out.Write(r.b); err != nil {
		return 0, fmt.Errorf("%s: %w", p.opts.Name, err)
	}
	return int64(len(r.b)), nil
}

func (p *plan) header(r *recordWriter) {
	created := p.opts.Created
	if created.IsZero() {
		created = time.Unix(0, 0).UTC()
	}
	cases := int(p.cases)
	if p.cases > math.MaxInt32 {
		cases = -1 // record 7/16 has it
	}
	magic := "$FL2"
	if p.compression() == zlibbed {
		magic = "$FL3"
	}
	r.text(magic + fixed(product, 60))
	r.int32(2, p.elements, p.compression(), p.weightPlace(), cases)
	r.float(bias)
	r.text(created.Format("02 Jan 06") + created.Format("15:04:05") + fixed(strings.ToValidUTF8(p.opts.Label, "\uFFFD"), maxFileLabel) + "\x00\x00\x00")
}

// weightPlace is the place of the weight among the elements, counted from 1; 0
// for none.
func (p *plan) weightPlace() int {
	if o := p.byName[p.book.Weight]; o != nil && o.Type == data.Number {
		return o.element + 1
	}
	return 0
}

// variableRecords writes a variable: a record for each segment, and one for
// each further 8 bytes.
func (p *plan) variableRecords(r *recordWriter, o *planned) {
	label := o.Label
	if label == "" && o.name != o.Name {
		label = o.Name
	}
	label = shorten(strings.ToValidUTF8(label, "\uFFFD"), maxLabel)
	for i, w := range o.segments {
		format := o.format
		if w > 0 {
			format = formatA<<16 | printFormat(w)<<8
		}
		missing := recordWriter{}
		count := 0
		if i == 0 && w <= 8 {
			count = o.missing(&missing)
		}
		labelled := 0
		if i == 0 && label != "" {
			labelled = 1
		}
		r.int32(recVariable, w, labelled, count, int(format), int(format))
		r.text(fixed(o.short[i], maxShort))
		if labelled == 1 {
			r.lengthed(label)
			r.text(strings.Repeat("\x00", int(padding(int64(len(label)), 4))))
		}
		r.b = append(r.b, missing.b...)
		for range elementsOf(w) - 1 {
			r.int32(recVariable, continuation, 0, 0, 0, 0)
			r.text(fixed("", maxShort))
		}
	}
}

// missing writes the missing values of a number or a short string and returns
// their number as the variable record has it: negative with a range.
func (o *planned) missing(r *recordWriter) int {
	m := o.Missing
	count := len(m.Codes)
	if m.HasRange {
		low, high := o.stored(m.Low), o.stored(m.High)
		if math.IsInf(low, -1) {
			low = lowest
		}
		if math.IsInf(high, 1) {
			high = highest
		}
		r.float(low, high)
		count = -2 - count
	}
	for _, c := range m.Codes {
		o.code(r, c)
	}
	return count
}

// code writes a code in 8 bytes.
func (o *planned) code(r *recordWriter, code string) {
	if o.Type == data.Text {
		r.text(fixed(code, 8))
		return
	}
	v, _ := o.number(code) // checked by checkCodes
	r.float(v)
}

// labelRecords writes the value labels of a number or a short string.
func labelRecords(r *recordWriter, o *planned) {
	if len(o.Labels) == 0 || o.width > 8 {
		return
	}
	r.int32(recLabels, len(o.Labels))
	for _, l := range o.Labels {
		o.code(r, l.Code)
		label := shorten(strings.ToValidUTF8(l.Label, "\uFFFD"), maxLabel)
		r.b = append(r.b, byte(len(label)))
		r.text(label + strings.Repeat(" ", int(padding(int64(1+len(label)), 8))))
	}
	r.int32(recLabelled, 1, o.element+1)
}

func (p *plan) extensions(r *recordWriter) {
	integer, float, cases := recordWriter{}, recordWriter{}, recordWriter{}
	integer.int32(1, 0, 0, -1, floatIEEE, 1, 2, codeUTF8) // version, machine, float, compression, little-endian, letters
	r.extension(extInteger, 4, integer.b)
	float.float(-math.MaxFloat64, highest, lowest)
	r.extension(extFloat, 8, float.b)
	r.extension(extSets, 1, p.sets())
	r.extension(extDisplay, 4, p.levels())
	r.extension(extLongNames, 1, p.longNames())
	r.extension(extVeryLong, 1, p.veryLong())
	cases.int64(1, p.cases)
	r.extension(extCases, 8, cases.b)
	r.extension(extEncoding, 1, []byte("UTF-8"))
	r.extension(extLongLabels, 1, p.longLabels())
	r.extension(extLongMissing, 1, p.longMissing())
}

// sets are the multiple-response sets, a line each.
func (p *plan) sets() []byte {
	var r recordWriter
	names := newNames()
	for _, s := range p.book.Sets {
		var members []string
		for _, name := range s.Variables {
			if o := p.byName[name]; o != nil {
				members = append(members, strings.ToLower(o.short[0]))
			}
		}
		if len(members) == 0 {
			continue
		}
		kind := "C"
		if s.Counted != "" {
			kind = fmt.Sprintf("D%d %s", len(s.Counted), s.Counted)
		}
		label := strings.ToValidUTF8(s.Label, "\uFFFD")
		r.text(fmt.Sprintf("$%s=%s %d %s %s\n", names.long(strings.TrimPrefix(s.Name, "$")), kind, len(label), label, strings.Join(members, " ")))
	}
	return r.b
}

// levels are the measurement levels with a width and an alignment for each
// variable record.
func (p *plan) levels() []byte {
	var r recordWriter
	for _, o := range p.variables {
		for _, w := range o.segments {
			right := 1
			if w > 0 {
				right = 0
			}
			r.int32(levelCode(o.Level), min(max(w, 8), 40), right)
		}
	}
	return r.b
}

// levelCode is the inverse of levelOf.
func levelCode(l data.Level) int {
	switch l {
	case data.Nominal:
		return 1
	case data.Ordinal:
		return 2
	case data.Scale:
		return 3
	}
	return 0
}

func (p *plan) longNames() []byte {
	parts := make([]string, len(p.variables))
	for i, o := range p.variables {
		parts[i] = o.short[0] + "=" + o.name
	}
	return []byte(strings.Join(parts, "\t"))
}

func (p *plan) veryLong() []byte {
	var r recordWriter
	for _, o := range p.variables {
		if len(o.segments) > 1 {
			r.text(fmt.Sprintf("%s=%05d\x00\t", o.short[0], o.width))
		}
	}
	return r.b
}

// longLabels are the value labels of strings longer than 8 bytes.
func (p *plan) longLabels() []byte {
	var r recordWriter
	for _, o := range p.variables {
		if o.width <= 8 || len(o.Labels) == 0 {
			continue
		}
		r.lengthed(o.name)
		r.int32(o.width, len(o.Labels))
		for _, l := range o.Labels {
			r.lengthed(fixed(l.Code, o.width))
			r.lengthed(shorten(strings.ToValidUTF8(l.Label, "\uFFFD"), maxLabel))
		}
	}
	return r.b
}

// longMissing are the missing values of strings longer than 8 bytes.
func (p *plan) longMissing() []byte {
	var r recordWriter
	for _, o := range p.variables {
		if o.width <= 8 || len(o.Missing.Codes) == 0 {
			continue
		}
		r.lengthed(o.name)
		r.b = append(r.b, byte(len(o.Missing.Codes)))
		r.int32(8)
		for _, c := range o.Missing.Codes {
			r.text(fixed(c, 8))
		}
	}
	return r.b
}

package pipeline

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"tradeoff/data"
	"tradeoff/data/study"
)

// A column is one array of a batch, its type looked up once.
type column struct {
	numbers    []float64
	texts      *array.String
	times      []arrow.Timestamp
	codes      []uint8    // of a coded column: where in numbers or texts the value of each row is
	dictionary dictionary // of a coded column: all its values
	valid      []byte     // bitmap of rows that are not null; nil = none is null
	offset     int        // of row 0 in the bitmap
}

// A dictionary is all values of a coded column; the same pointer is the same
// values.
type dictionary = arrow.ArrayData

// columnOf wraps an array of the three types that a survey has.
func columnOf(a arrow.Array) column {
	var c column
	if codes, values, ok := data.Codes(a); ok {
		c = columnOf(values)
		c.codes, c.dictionary = codes, values.Data()
		return c
	}
	if a.NullN() > 0 {
		c.valid, c.offset = a.NullBitmapBytes(), a.Data().Offset()
	}
	switch x := a.(type) {
	case *array.Float64:
		c.numbers = x.Float64Values()
	case *array.String:
		c.texts = x
	case *array.Timestamp:
		c.times = x.TimestampValues()
	default:
		panic("pipeline: a survey holds no " + a.DataType().String())
	}
	return c
}

// columnsOf wraps the columns of a batch.
func columnsOf(b data.Batch) []column {
	cols := make([]column, b.Record.NumCols())
	for i := range cols {
		cols[i] = columnOf(b.Record.Column(i))
	}
	return cols
}

// null reports whether nothing was recorded in row i.
func (c column) null(i int) bool {
	if c.codes != nil {
		return c.codes[i] == data.NoCode
	}
	if c.numbers != nil && math.IsNaN(c.numbers[i]) {
		return true
	}
	if c.valid == nil {
		return false
	}
	at := c.offset + i
	return c.valid[at>>3]>>(at&7)&1 == 0
}

// at is where in numbers, texts or times the value of row i is.
func (c column) at(i int) int {
	if c.codes != nil {
		return int(c.codes[i])
	}
	return i
}

// code is the canonical code in row i.
func (c column) code(i int) string {
	i = c.at(i)
	switch {
	case c.numbers != nil:
		return data.Code(c.numbers[i])
	case c.texts != nil:
		return c.texts.Value(i)
	}
	return time.Unix(int64(c.times[i]), 0).UTC().Format("2006-01-02 15:04:05")
}

// number is the value in row i; text is read where it is a plain number. An
// extended missing value is none.
func (c column) number(i int) (float64, bool) {
	i = c.at(i)
	switch {
	case c.numbers != nil:
		_, missing := data.ExtendedLetter(c.numbers[i])
		return c.numbers[i], !missing && !math.IsInf(c.numbers[i], 0)
	case c.texts != nil:
		v, err := strconv.ParseFloat(c.texts.Value(i), 64)
		return v, err == nil && !math.IsInf(v, 0) && !math.IsNaN(v)
	}
	return 0, false
}

// A matcher tells whether values are among some codes.
type matcher struct {
	codes map[string]bool
	met   map[string]bool // those of the codes that came
	table [256]uint8      // of a coded column: 1 = no, 2 = yes; 0 = not looked up yet
	of    dictionary
}

// narrow leaves those rows in whose value matches.
func (m *matcher) narrow(c column, in []bool) {
	if c.codes == nil {
		for i := range in {
			in[i] = !c.null(i) && m.meets(c.code(i)) && in[i]
		}
		return
	}
	if m.of != c.dictionary {
		m.of = c.dictionary
		clear(m.table[:])
		m.table[data.NoCode] = 1
	}
	for i, code := range c.codes {
		if m.table[code] == 0 {
			m.table[code] = 1
			if m.meets(c.code(i)) {
				m.table[code] = 2
			}
		}
		in[i] = in[i] && m.table[code] == 2
	}
}

// meets reports whether a value is among the codes, and notes that it came.
func (m *matcher) meets(code string) bool {
	if !m.codes[code] {
		return false
	}
	if !m.met[code] {
		m.met[strings.Clone(code)] = true
	}
	return true
}

// A coder turns values into places in a list of codes.
type coder struct {
	numbers map[float64]int16
	texts   map[string]int16
	small   [256]int16 // places of whole numbers from 0, most codes there are; undeclared for others
	rest    int16      // place of texts that are not listed; undeclared where there is none
}

// Places that are not in the list.
const (
	noAnswer   int16 = -2 // asked, but don't know or refused
	undeclared int16 = -3
	notAsked   int16 = -4 // a code that says that the question was not asked
)

// newCoder codes the categories in order, and the missing codes that the study
// lists or the export declares. A text that is a category's word stands for
// its code.
func newCoder(categories []category, missing []study.Code, v *data.Variable) *coder {
	c := &coder{numbers: map[float64]int16{}, texts: map[string]int16{}, rest: undeclared}
	add := func(code string, place int16) {
		if _, taken := c.texts[code]; taken {
			return
		}
		c.texts[code] = place
		if x, ok := data.ParseCode(code); ok {
			c.numbers[x] = place
		}
	}
	for i, cat := range categories {
		add(cat.code, int16(i))
		for _, code := range cat.also {
			add(code, int16(i))
		}
	}
	for code, place := range missingPlaces(missing, v) {
		add(code, place)
	}
	for i, cat := range categories {
		if _, taken := c.texts[cat.label]; !taken {
			c.texts[cat.label] = int16(i)
		}
	}
	for code := range c.small {
		c.small[code] = undeclared
		if p, ok := c.numbers[float64(code)]; ok {
			c.small[code] = p
		}
	}
	return c
}

// learn gives a number that is no category yet its place.
func (c *coder) learn(v float64, place int16) {
	c.numbers[v] = place
	if v >= 0 && v < 256 && float64(uint8(v)) == v {
		c.small[uint8(v)] = place
	}
}

// notAskedWords are the labels by which exports say that a missing code means
// "not asked" rather than "no answer".
var notAskedWords = regexp.MustCompile(`(?i)^\W*(iap|inap|inapplicable|not applicable|not asked|question not asked|skipped by design|legitimate skip|does not apply|nicht gefragt|trifft nicht zu|non applicable|no aplica)\b`)

// missingPlaces tells the missing codes of a variable apart: asked but no
// answer, or not asked.
func missingPlaces(listed []study.Code, v *data.Variable) map[string]int16 {
	places := map[string]int16{}
	add := func(code, label string) {
		if label == "" {
			label = v.LabelOf(code)
		}
		places[code] = noAnswer
		if notAskedWords.MatchString(label) {
			places[code] = notAsked
		}
	}
	for _, code := range v.Missing.Codes {
		add(code, "")
	}
	for _, l := range v.Labels {
		if v.Missing.Declares(l.Code) {
			add(l.Code, l.Label)
		}
	}
	for _, m := range listed {
		add(m.Code, m.Label)
	}
	return places
}

// place codes row i, which is not null.
func (c *coder) place(col column, i int, declared data.Missing) int16 {
	var p int16
	var ok bool
	if col.numbers != nil {
		v := col.numbers[col.at(i)]
		if v >= 0 && v < 256 && float64(uint8(v)) == v {
			if p := c.small[uint8(v)]; p != undeclared {
				return p
			}
		}
		p, ok = c.numbers[v]
	} else {
		p, ok = c.texts[col.code(i)]
	}
	switch {
	case ok:
		return p
	case declared.HasRange && declared.Declares(col.code(i)):
		return noAnswer
	case col.numbers == nil:
		return c.rest
	}
	return undeclared
}

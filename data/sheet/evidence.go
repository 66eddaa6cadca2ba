package sheet

import "tradeoff/data"

// Scientific is the print format of a variable whose numbers a spreadsheet
// has written with an exponent, and so rounded: identifiers among them are
// lost.
const Scientific = "scientific"

// evidence counts what the cells of a column look like.
type evidence struct {
	n     [classes]int64 // cells of each class
	first [classes]int64 // number of the first row with one
	texts *dictionary    // never nil
	full  bool           // there were too many texts: the dictionary has the first
	as    *Described     // nil for a column that is as it looks
}

// numeric reports whether all cells so far are numbers with a decimal point, or
// missing; or are read as numbers whatever they look like.
func (e *evidence) numeric() bool {
	if e.as != nil {
		return e.as.numeric()
	}
	return e.sum(integer, decimal, rounded) == e.values()
}

// number is the number of a cell of a numeric column, NaN for a missing one.
func (e *evidence) number(b []byte, k Kind) (v float64, ok bool) {
	if e.as.numeric() {
		return e.as.number(b, k)
	}
	v, _, ok = number(b, k)
	return v, ok
}

// note counts a cell of a class, one that the dictionary does not count.
func (e *evidence) note(c class, row int64) {
	if e.first[c] == 0 {
		e.first[c] = row
	}
	e.n[c]++
}

// add looks at a cell that is not empty, and returns the code of its text,
// unknown where the column is full. Cells with a code are counted later, by
// tally.
func (e *evidence) add(b []byte, k Kind, row int64) uint8 {
	if !e.full {
		if code := e.texts.find(b, k); code != unknown {
			return code
		}
	}
	c := classify(b, k)
	if e.first[c] == 0 {
		e.first[c] = row
	}
	if !e.full && e.texts.add(b, k) {
		return uint8(len(e.texts.texts) - 1)
	}
	e.full = true
	e.n[c]++
	return unknown
}

// tally adds the cells that the dictionary has counted to those of each class.
func (e *evidence) tally() {
	for code, t := range e.texts.texts {
		e.n[classify(t.text, t.kind)] += e.texts.n[code]
		e.texts.n[code] = 0
	}
}

// sum adds up classes.
func (e *evidence) sum(of ...class) int64 {
	var s int64
	for _, c := range of {
		s += e.n[c]
	}
	return s
}

// values counts the cells that hold a value.
func (e *evidence) values() int64 {
	var s int64
	for c := missing + 1; c < classes; c++ {
		s += e.n[c]
	}
	return s
}

// decimalComma reports whether the column can only be read with a decimal
// comma.
func (e *evidence) decimalComma() bool {
	return e.n[comma] > 0 && e.sum(integer, comma, either) == e.values()
}

// settle decides the type of the column and says what an analyst should know
// of it, and the row in which it first shows. commas tells that another column
// of the file has decimal commas, so that 1,234 is none of thousands.
func (e *evidence) settle(c *column, commas, workbook bool) (what string, where int64) {
	values := e.values()
	numbers := e.sum(integer, decimal, rounded)
	c.notAsked = numbers+e.sum(comma, either, zeroed, huge) == 0
	switch {
	case e.n[date] > 0 && e.n[date] == values:
		c.kind = data.Time
		return "", 0
	case numbers == values:
		c.kind = data.Number
		switch {
		case e.n[rounded] > 0 && !workbook:
			return "Long numbers are written with an exponent, which a spreadsheet does when it rounds them; if they are identifiers, ask for an export that no spreadsheet has saved", e.first[rounded]
		case commas && e.n[decimal] > 0:
			return "Numbers have a decimal point although other columns of the file have decimal commas, and are read with a point", e.first[decimal]
		}
		return "", 0
	case e.decimalComma() && e.n[either] > 0:
		c.kind, c.point = data.Number, ','
		return "Numbers are written with a decimal comma and are read as such, also those that could be thousands by their form", e.first[e.commaClass()]
	case e.decimalComma():
		c.kind, c.point = data.Number, ','
		return "Numbers are written with a decimal comma and are read as such", e.first[comma]
	case e.n[either] > 0 && e.sum(integer, either) == values && commas:
		c.kind, c.point = data.Number, ','
		return "Commas in numbers are read as decimal commas, because other columns of the file have them", e.first[either]
	}
	c.kind = data.Text
	return e.doubt(numbers, values)
}

// doubt says why a column that is nearly numbers, or nearly dates, is text.
func (e *evidence) doubt(numbers, values int64) (what string, where int64) {
	switch {
	case e.n[either] > 0 && e.sum(integer, either) == values:
		return "A comma before three digits can be a decimal comma or a thousands separator, so the column is read as text; export numbers with a decimal point and without separators", e.first[either]
	case e.sum(comma, either) > 0 && numbers+e.sum(comma, either) == values:
		return "Some numbers have a decimal point and some a comma, so the column is read as text; export it with one of them", e.first[e.commaClass()]
	case e.n[zeroed] > 0 && numbers+e.n[zeroed] == values:
		return "Numbers with leading zeros are kept as text", e.first[zeroed]
	case e.n[huge] > 0 && numbers+e.n[huge] == values:
		return "Whole numbers of more digits than a number can hold are kept as text", e.first[huge]
	case e.n[failed] > 0:
		return "Formulas ended in an error value, so the column is read as text; mend them and save the workbook again", e.first[failed]
	case e.n[date] > 0:
		return "Some values are dates and some are not, so the column is read as text", e.first[e.oddClass(date)]
	case numbers > 0 && 10*numbers >= 9*values:
		return "Nearly all values are numbers, but not this one, so the column is read as text", e.first[e.oddClass(integer)]
	}
	return "", 0
}

// commaClass is the class of the first number with a comma.
func (e *evidence) commaClass() class {
	if e.n[comma] > 0 && (e.n[either] == 0 || e.first[comma] < e.first[either]) {
		return comma
	}
	return either
}

// oddClass is the class of the first value that is not of the given class,
// which for integer stands for all numbers.
func (e *evidence) oddClass(usual class) class {
	odd := missing
	for c := integer; c < classes; c++ {
		if e.n[c] == 0 || c == usual || usual == integer && c <= rounded {
			continue
		}
		if odd == missing || e.first[c] < e.first[odd] {
			odd = c
		}
	}
	return odd
}

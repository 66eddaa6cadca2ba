package triples

import (
	"cmp"
	"fmt"
	"slices"

	"tradeoff/data"
	"tradeoff/data/beside"
	"tradeoff/data/columns"
)

// maxFaults is how many faults are collected before reading stops; no more are
// shown.
const maxFaults = 100

// maxStrange is how many codes of a multiple answer that the definition does not
// list get a variable of their own.
const maxStrange = 1 << 8

// An auditor goes through the answers to one variable.
type auditor struct {
	*variable
	coder   *coder
	met     []int64  // line on which each code of coder was met first
	more    [2]int64 // numbers beyond the coder that are not declared: how many, the first line
	on      []uint8
	bits    int              // how many bits the definition describes
	strange map[string]int64 // the same of a multiple answer
	text    bool             // no numbers after all
}

// audit reads all answers once: it counts the respondents of CSV, refuses what
// cannot be read, and notes what the definition does not list.
func (f *dataFile) audit() error {
	var auditors []*auditor
	for _, v := range f.variables {
		if a := newAuditor(v); a != nil {
			auditors = append(auditors, a)
		}
	}
	longest, rows, err := f.walk(auditors)
	if err != nil {
		return err
	}
	f.rows = rows
	if longest > f.width {
		what := "positions"
		if f.isCSV() {
			what = "fields"
		}
		f.note("%s: lines of %s have up to %d %s, and the definition describes %d; the rest is not read.", f.in.Name(), f.data.Name(), longest, what, f.width)
	}
	var again []*auditor
	for _, a := range auditors {
		if a.text {
			a.sort, a.soft = texts, false
			again = append(again, newAuditor(a.variable))
		}
	}
	if again != nil {
		if _, _, err := f.walk(again); err != nil {
			return err
		}
	}
	for _, a := range slices.Concat(auditors, again) {
		if !a.text {
			a.tell(f)
		}
	}
	f.filters()
	return nil
}

// newAuditor is nil for a variable that takes any answer.
func newAuditor(v *variable) *auditor {
	a := &auditor{variable: v}
	switch v.sort {
	case numbers, dates:
		a.coder = newCoder(v.parse, new(columns.Dictionary))
	case ticks:
		a.on, a.strange = make([]uint8, len(v.ticked)), map[string]int64{}
		for _, t := range v.ticked {
			a.bits = max(a.bits, t.place+1)
		}
	case texts:
		if len(v.words) == 0 {
			return nil
		}
		a.strange = map[string]int64{}
	}
	return a
}

// walk takes the auditors through all rows. longest is the width of the widest.
func (f *dataFile) walk(auditors []*auditor) (longest int, rows int64, err error) {
	var faults data.Faults
	var usual int // the width of the first row
	wrong := make([]data.Faults, len(auditors))
	blocks := f.ahead(0, blockRows)
	defer blocks.Close()
	for len(faults) < maxFaults {
		b := blocks.Next()
		if b == nil {
			break
		}
		share(len(auditors), func(k int) { wrong[k] = auditors[k].add(f, b) })
		for k := range wrong {
			faults = append(faults, wrong[k]...)
		}
		for i := range b.rows {
			width := b.rows[i].width
			if longest = max(longest, width); rows == 0 && i == 0 {
				usual = width
			}
			if f.isCSV() && width != usual && max(width, usual) > f.width && len(faults) < maxFaults {
				faults = append(faults, f.rowFault(b.rows[i].number, "", fmt.Sprintf("%s has %d fields on this line, and %d on its first; a text with a comma may lack its quotation marks: export it again", f.data.Name(), width, usual)))
			}
		}
		rows += int64(len(b.rows))
		switch bad := b.err.(type) {
		case nil:
		case *data.Fault:
			faults = append(faults, bad)
		default:
			return 0, 0, bad
		}
	}
	slices.SortStableFunc(faults, func(a, b *data.Fault) int { return cmp.Compare(a.Row, b.Row) })
	return longest, rows, faults.Err()
}

// add looks at the answers of a block, and says what is wrong with them.
func (a *auditor) add(f *dataFile, b *block) (wrong data.Faults) {
	if a.coder != nil {
		return a.numbers(f, b)
	}
	for i := range b.rows {
		number := b.rows[i].number
		if a.sort == ticks {
			if why := a.ticks(b, i); why != "" {
				wrong = append(wrong, f.rowFault(number, a.name, why))
			}
		} else if cell := trim(b.cell(i, a.variable)); len(cell) > 0 && !a.variable.words[string(cell)] {
			a.meet(string(cell), number)
		}
	}
	return wrong
}

// numbers looks at answers that are numbers. Those that were met before in the same
// spelling are known; where there are too many of them for that, each is looked at.
func (a *auditor) numbers(f *dataFile, b *block) (wrong data.Faults) {
	var codes [blockRows]uint8
	for i := 0; i < len(b.rows) && !a.text; i++ {
		if !a.coder.full {
			if i = a.coder.known(codes[:len(b.rows)], b, a.variable, i); i == len(b.rows) {
				break
			}
		}
		if why := a.number(b.cell(i, a.variable), b.rows[i].number); why != "" {
			wrong = append(wrong, f.rowFault(b.rows[i].number, a.name, why))
		}
	}
	return wrong
}

// number looks at a number on a line.
func (a *auditor) number(cell []byte, line int64) string {
	var v float64
	var is outcome
	if a.coder.full {
		v, is = a.parse(trim(cell))
	} else {
		_, v, is, _ = a.coder.code(cell)
	}
	switch {
	case a.soft && (is == wrong || !canonical(trim(cell))):
		a.text = true
	case is == wrong:
		return fmt.Sprintf("the value is no %s, as the definition says of this variable; correct the definition or export again", a.noun())
	case is == empty:
	case len(a.met) < len(a.coder.met.Values):
		a.met = append(a.met, line)
	case !a.declares(v) && !a.coder.has(v):
		if a.more[0]++; a.more[1] == 0 {
			a.more[1] = line
		}
	}
	return ""
}

// canonical reports whether a literal code is spelled as its number is, so that
// no two codes become one: 1 and not 01.
func canonical(cell []byte) bool {
	for i, c := range cell {
		if c < '0' || c > '9' || c == '0' && i == 0 && len(cell) > 1 {
			n, is := number(cell)
			return is == given && data.Code(n) == string(cell)
		}
	}
	return true
}

// noun is what a value of the variable is.
func (v *variable) noun() string {
	switch v.kind {
	case "date":
		return "date (YYYYMMDD)"
	case "time":
		return "time of day (HHMMSS or HHMM)"
	}
	return "number"
}

func (a *auditor) ticks(b *block, row int) string {
	if n := len(trim(b.cell(row, a.variable))); b.csv && !a.spread && n > 0 && n < a.bits {
		return fmt.Sprintf("the answer has %d digits, and the definition describes %d; a spreadsheet may have cut zeros off: export it again", n, a.bits)
	}
	is := a.read(b, row, a.on, func(code string, place int) {
		if _, met := a.tickAt[code]; !met && len(a.strange) < maxStrange {
			a.meet(code, b.rows[row].number)
			a.variable.add(code, "", place)
			a.on = append(a.on, 0)
		}
	})
	switch {
	case len(a.strange) == maxStrange:
		return "the answers hold too many codes that the definition does not list; it is not the definition of these data"
	case is == wrong:
		if a.spread {
			return "the answer holds something that is no code; correct the definition or export again"
		}
		return "the answer holds something else than 0, 1 and blanks; correct the definition or export again"
	}
	return ""
}

// meet remembers where a code was met first.
func (a *auditor) meet(code string, line int64) {
	if _, ok := a.strange[code]; !ok && len(a.strange) < maxStrange {
		a.strange[code] = line
	}
}

// tell notes what the definition does not list.
func (a *auditor) tell(f *dataFile) {
	var codes []string
	first := int64(0)
	meet := func(code string, line int64) {
		codes = append(codes, code)
		if first == 0 || line < first {
			first = line
		}
	}
	for k, line := range a.met {
		if v := a.coder.met.Values[k]; !a.declares(v) {
			meet(data.Code(v), line)
		}
	}
	if a.sort == ticks {
		for _, t := range a.ticked {
			if line, ok := a.strange[t.code]; ok {
				meet(t.code, line)
			}
		}
	} else {
		for _, code := range sortedKeys(a.strange) {
			meet(beside.Short(code), a.strange[code])
		}
	}
	if a.more[0] > 0 {
		meet("", a.more[1])
	}
	if first == 0 {
		return
	}
	where := fmt.Sprintf("%s: column %s, from data line %d on:", f.in.Name(), a.name, first)
	switch {
	case len(a.bounds) > 0:
		f.note("%s values lie outside the range of the definition; they stay as they are.", where)
	case a.sort == texts:
		f.note("%s answers that are not among the codes of the definition; they stay as they are.", where)
	default:
		f.note("%s codes that the definition does not list (%s); they stay as they are, without a label.", where, beside.List(codes))
	}
}

func sortedKeys(m map[string]int64) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// filters says who was asked what.
func (f *dataFile) filters() {
	var lines []string
	for _, v := range f.variables {
		if v.filter != "" {
			lines = append(lines, v.name+" where "+beside.Short(v.filter))
		}
	}
	if len(lines) > 0 {
		f.note("%s: the definition says that some questions were not put to everybody: %s. Who was not asked has blanks in the data.", f.in.Name(), beside.List(lines))
	}
}

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
	wrong := make([]data.Faults, len(auditors))
	r := f.rower(0)
	var b block
	for len(faults) < maxFaults {
		_, err := b.next(r, blockRows)
		f.share(len(auditors), func(k int) {
			a := auditors[k]
			for i := range b.rows {
				if why := a.add(&b.rows[i]); why != "" {
					wrong[k] = append(wrong[k], f.rowFault(b.rows[i].number, a.name, why))
				}
			}
		})
		for k := range wrong {
			faults, wrong[k] = append(faults, wrong[k]...), nil
		}
		for i := range b.rows {
			longest = max(longest, b.rows[i].width())
		}
		rows += int64(len(b.rows))
		if bad, ok := err.(*data.Fault); ok {
			if faults = append(faults, bad); bad.Unit == unit && !f.isCSV() {
				continue // with the next line
			}
			break
		}
		if err != nil {
			return 0, 0, err
		}
		if len(b.rows) == 0 {
			break
		}
	}
	slices.SortStableFunc(faults, func(a, b *data.Fault) int { return cmp.Compare(a.Row, b.Row) })
	return longest, rows, faults.Err()
}

// width is how many positions or fields a row has.
func (r *row) width() int {
	switch {
	case r.fields != nil:
		return len(r.fields)
	case r.starts != nil:
		return len(r.starts) - 1
	}
	return len(r.line)
}

// add looks at an answer, and says what is wrong with it.
func (a *auditor) add(r *row) string {
	switch {
	case a.text:
	case a.coder != nil:
		return a.number(r)
	case a.sort == ticks:
		return a.ticks(r)
	default:
		if cell := trim(r.cell(a.variable)); len(cell) > 0 && !a.variable.words[string(cell)] {
			a.meet(string(cell), r.number)
		}
	}
	return ""
}

func (a *auditor) number(r *row) string {
	code, v, is, full := a.coder.code(r.cell(a.variable))
	switch {
	case a.soft && (is == wrong || !canonical(trim(r.cell(a.variable)))):
		a.text = true
	case is == wrong:
		return fmt.Sprintf("the value is no %s, as the definition says of this variable; correct the definition or export again", a.noun())
	case full && !a.declares(v):
		if a.more[0]++; a.more[1] == 0 {
			a.more[1] = r.number
		}
	case is == given && !full && int(code) == len(a.met):
		a.met = append(a.met, r.number)
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

func (a *auditor) ticks(r *row) string {
	is := a.read(r, a.on, func(code string, place int) {
		if _, met := a.tickAt[code]; !met && len(a.strange) < maxStrange {
			a.meet(code, r.number)
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

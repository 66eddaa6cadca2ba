package pipeline

import (
	"cmp"
	"fmt"
	"math"
	"reflect"
	"runtime/metrics"
	"slices"
	"strings"

	"tradeoff/data/study"
	"tradeoff/stats/crosstab"
)

// What a run needs of memory is worked out between the two passes, when strata,
// PSUs, groups and answers are known, and before anything large is made; what is
// certain, before the first. A run that needs more than it may
// take is refused, with what to leave out, so that the system never has to kill
// it.

// Bytes that were measured; the rest follows from the types. TestNeedIsRight of
// cmd/report holds them against whole runs.
const (
	fixedBytes      = 28e6    // program, fonts, the page and workbook of a small study
	valueBytes      = 2 * 8   // of a value that is read: of the batches on their way, some of them a byte a value
	aheadRows       = 1 << 16 // respondents in them, at most
	idBytes         = 8       // of an id: its hash
	cellBytes       = 300     // of a table's cell, as it is written to the page
	tidyBytes       = 700     // more, where it is written to the results
	bookBytes       = 500     // more, where it is written to the workbook
	comparisonBytes = 600     // of a comparison that is written to the results
	heldBytes       = 400     // of a respondent in a model: design, columns, linearised values
	driverBytes     = 650     // of a respondent for each question in the models that are fitted at a time
)

// keptBytes is how much of the rows may be kept from the opening of the files, so
// that they are read once only: a million respondents to some fifty questions.
const keptBytes = 80 << 20

// room is how many bytes of rows may be kept: no more than an eighth of what the
// run may take.
func (o *Options) room() int64 {
	if o.Memory == 0 {
		return keptBytes
	}
	return min(keptBytes, o.Memory/8)
}

// A TooLarge is a run that needs more memory than it may take.
type TooLarge struct{ text string }

func (e *TooLarge) Error() string { return e.text }

// A needed is a part of a need.
type needed struct {
	what  string
	bytes int64
}

// A need is what a run takes of memory, by part.
type need []needed

func (n need) bytes() (sum int64) {
	for _, p := range n {
		sum += p.bytes
	}
	return sum
}

// largest names the parts that make most of it, at most three.
func (n need) largest() string {
	parts := slices.Clone(n)
	slices.SortStableFunc(parts, func(a, b needed) int { return cmp.Compare(b.bytes, a.bytes) })
	var said []string
	for _, p := range parts[:min(3, len(parts))] {
		if p.bytes*20 > n.bytes() {
			said = append(said, gigabytes(p.bytes)+" for "+p.what)
		}
	}
	return and(said)
}

// gigabytes says a size with two digits.
func gigabytes(n int64) string {
	unit, name := 1e6, "MB"
	if n >= 1e9 {
		unit, name = 1e9, "GB"
	}
	v := float64(n) / unit
	if v >= 10 {
		return fmt.Sprintf("%.0f %s", v, name)
	}
	return fmt.Sprintf("%.1f %s", v, name)
}

// fitsBefore refuses a run that may not even take what reading who the
// respondents are takes for certain.
func (r *run) fitsBefore() error {
	n := need{{"the program", fixedBytes}, r.plan.ids(max(0, r.survey.Rows()))}
	if r.o.Memory == 0 || n.bytes() <= r.o.Memory {
		return nil
	}
	return &TooLarge{fmt.Sprintf("this run needs at least %s of memory and may take %s: %s; %s",
		gigabytes(n.bytes()), gigabytes(r.o.Memory), n.largest(), allow(n.bytes()))}
}

// ids is what is kept of respondents in the first pass, to find who is there
// twice.
func (p *plan) ids(respondents int64) needed {
	n := needed{what: "the ids of " + plural(respondents, "respondent")}
	if p.study.Respondent != "" {
		n.bytes = idBytes * respondents
	}
	return n
}

// allow says how to allow a need.
func allow(bytes int64) string {
	return fmt.Sprintf("allow it more, if the machine has it: --memory %.0fMB", math.Ceil(float64(bytes)/10e6)*10)
}

// fits works out the need between the passes, and refuses a run that needs more
// than it may take.
func (r *run) fits() error {
	z := r.sizing()
	n := z.need(nil)
	r.record.NeedBytes = n.bytes()
	if r.o.Memory == 0 || n.bytes() <= r.o.Memory {
		return nil
	}
	return &TooLarge{fmt.Sprintf("this run needs about %s of memory and may take %s: %s; %s%s",
		gigabytes(n.bytes()), gigabytes(r.o.Memory), n.largest(), z.cuts(r.o.Memory), allow(n.bytes()))}
}

// A sizing works out needs of one study.
type sizing struct {
	*plan
	frame    *frame
	counters []*counter // of all questions; nothing is counted
	threads  int
	formats  []string
	kept     int64
}

func (r *run) sizing() *sizing {
	z := &sizing{plan: r.plan, frame: r.frame, threads: r.o.Threads, formats: r.o.Formats, kept: r.survey.Kept()}
	for _, q := range r.plan.asked {
		z.counters = append(z.counters, newCounter(r.plan, r.frame, r.survey, q, func(string) int { return 0 }))
	}
	return z
}

// A without is the names of segments and questions that are left out:
// "segment age", "question trust".
type without map[string]bool

// keeps reports whether a segment is there; a nest is not without its parts.
func (w without) keeps(s *segment) bool {
	return !w["segment "+s.name] && !slices.ContainsFunc(s.nest, func(n *segment) bool { return !w.keeps(n) })
}

// need is what a run takes that leaves some segments and questions out.
func (z *sizing) need(w without) need {
	size := z.size(w)
	columns, pairs := z.banner(w)
	cell, comparison := z.written()
	var totals, tables, work int64
	asked, read, coded, loops := 0, len(z.frame.places)+3+len(z.study.Design.Replicates.Columns), 0, map[*loop][]int{}
	for _, c := range z.counters {
		if w["question "+c.q.spec.Name] {
			continue
		}
		asked++
		for i := range c.q.items {
			read += len(c.q.items[i].columns)
		}
		rows, number := shape(c.q)
		for _, answers := range c.answers() {
			if c.byKey() {
				totals += size.Keyed(answers, c.loopCount())
			} else {
				loops[c.q.loop] = append(loops[c.q.loop], answers)
			}
			work = max(work, size.Work(answers, c.loopCount(), columns, pairs, rows, c.byKey()))
		}
		tables += int64(number*rows) * (int64(columns)*cell + int64(pairs)*comparison)
	}
	for l, answers := range loops {
		if l == nil {
			totals += size.Tally(answers)
			coded += len(answers)
		} else {
			totals += size.Loop(len(l.items), answers)
			coded += len(answers) * len(l.items)
		}
	}
	blocks := size.Block(coded)
	n := need{
		{"the program", fixedBytes},
		{"what is read at a time", valueBytes*int64(read)*int64(min(z.frame.inside, aheadRows)) + blocks},
		{fmt.Sprintf("the totals of %s in %s places (%s)", plural(asked, "question"), thousands(size.Places), z.where(w)), totals},
		{fmt.Sprintf("working out %s at a time", plural(min(z.threads, asked), "table")), work * int64(min(z.threads, asked))},
		{fmt.Sprintf("tables of %s", plural(columns, "column")), tables},
	}
	if held := z.held(w); held.bytes > 0 {
		n = append(n, held)
	}
	if ids := z.ids(int64(z.frame.respondents)); ids.bytes > totals+work+tables {
		n = append(n[:2], ids) // they are gone when counting begins
	}
	if z.kept > 0 {
		n = append(n, needed{"the rows kept from the opening of the files", z.kept})
	}
	return n
}

// held is what the respondents take that models take one by one: their answers, and
// what a model makes of them while it is fitted.
func (z *sizing) held(w without) needed {
	rows := min(z.frame.respondents, mostHeld)
	codes, drivers := 0, 0
	for _, c := range z.counters {
		if c.q.spec.Measures != "" && !w["question "+c.q.spec.Name] {
			drivers++
			codes += len(c.sums) * c.loopCount()
		}
	}
	if codes == 0 {
		return needed{}
	}
	row := heldBytes + driverBytes*drivers + 8*len(z.study.Design.Replicates.Columns) + codes
	return needed{fmt.Sprintf("%s in models", plural(rows, "respondent")), int64(rows) * int64(row)}
}

// written is what a cell and a comparison take in tables and files.
func (z *sizing) written() (cell, comparison int64) {
	cell, comparison = sizeOf[crosstab.Cell]()+cellBytes, sizeOf[crosstab.Comparison]()
	if slices.Contains(z.formats, "results") {
		cell, comparison = cell+tidyBytes, comparison+comparisonBytes
	}
	if slices.Contains(z.formats, "xlsx") {
		cell += bookBytes
	}
	return cell, comparison
}

func sizeOf[T any]() int64 { return int64(reflect.TypeFor[T]().Size()) }

// size is what counting depends on if segments are left out.
func (z *sizing) size(w without) crosstab.Size {
	s := crosstab.Size{Design: z.frame.design, Places: z.frame.layout.Len(), Cells: len(z.frame.combos), Rows: z.frame.inside}
	left := []int{}
	for k, g := range z.frame.places {
		if g == z.waves || w.keeps(g) {
			left = append(left, k)
		}
	}
	if len(left) == len(z.frame.places) {
		return s
	}
	number := map[string]int32{}
	merged := make([]int32, len(z.frame.combos))
	for c, combo := range z.frame.combos {
		var key strings.Builder
		for _, k := range left {
			fmt.Fprintf(&key, "%d,", combo[k])
		}
		id, ok := number[key.String()]
		if !ok {
			id = int32(len(number))
			number[key.String()] = id
		}
		merged[c] = id
	}
	s.Places, s.Cells = z.frame.layout.Merged(func(c int32) int32 { return merged[c] }), len(number)
	return s
}

// where says what places are made of.
func (z *sizing) where(w without) string {
	var of []string
	if z.frame.design.Clustered() {
		of = append(of, plural(z.frame.design.PSUs(), "PSU"))
	} else if n := z.frame.design.Strata(); n > 1 && len(z.study.Design.Replicates.Columns) == 0 {
		of = append(of, thousands(n)+" strata")
	}
	for _, s := range z.frame.places {
		if s == z.waves || w.keeps(s) {
			of = append(of, fmt.Sprintf("%d × %s", max(len(s.values), len(s.bands)), s.name))
		}
	}
	if len(of) == 0 {
		return "Total"
	}
	return and(of)
}

// banner counts the columns of a table, and the pairs of them that are compared.
func (z *sizing) banner(w without) (columns, pairs int) {
	columns = 1
	for _, s := range z.segments {
		if !s.banner || !w.keeps(s) {
			continue
		}
		outer, inner := 1, s
		if n := len(s.nest); n > 0 {
			inner = s.nest[n-1]
			for _, o := range s.nest[:n-1] {
				outer *= len(o.groups)
			}
		}
		columns += outer * len(inner.groups)
		pairs += outer*len(inner.groups)*(len(inner.groups)-1)/2 + len(s.groups) // and with the rest
	}
	if z.waves != nil {
		n := len(z.waves.values)
		columns += n
		pairs += n * (n - 1) / 2
	}
	return columns, pairs
}

// shape is how many rows a table of a question has, and how many tables.
func shape(q *question) (rows, tables int) {
	switch {
	case q.spec.Type == study.Number:
		return 2, len(q.items)
	case q.spec.Type == study.Multi:
		return max(len(q.items), len(q.answers)) + 2, 1
	}
	rows = len(q.answers) + len(q.spec.Nets)
	if q.spec.Ordered || len(q.spec.Scores) > 0 {
		rows += 4 // top, bottom, mean, deviation
	}
	return rows, len(q.items)
}

// cuts says what to leave out to come down to a limit: whatever is enough by
// itself, at most three of them and what is least first, or else some that are
// enough together, the largest first.
func (z *sizing) cuts(limit int64) string {
	type cut struct {
		name  string
		bytes int64
	}
	var all []cut
	try := func(name string) { all = append(all, cut{name, z.need(without{name: true}).bytes()}) }
	for _, s := range z.segments {
		try("segment " + s.name)
	}
	for _, q := range z.asked {
		if len(z.asked) > 1 {
			try("question " + q.spec.Name)
		}
	}
	slices.SortStableFunc(all, func(a, b cut) int { return cmp.Compare(b.bytes, a.bytes) })
	var enough []string
	for _, c := range all {
		if c.bytes <= limit && len(enough) < 3 {
			enough = append(enough, fmt.Sprintf("%s (it then needs %s)", c.name, gigabytes(c.bytes)))
		}
	}
	if len(enough) > 0 {
		return "leave out " + strings.Join(enough, ", or ") + ", or "
	}
	w, names := without{}, []string{}
	for len(names) < len(all) {
		best := cut{bytes: math.MaxInt64}
		for _, c := range all {
			if w[c.name] {
				continue
			}
			w[c.name] = true
			if n := z.need(w).bytes(); n < best.bytes {
				best = cut{c.name, n}
			}
			delete(w, c.name)
		}
		w[best.name] = true
		names = append(names, best.name)
		if best.bytes <= limit {
			return fmt.Sprintf("leave out %s (it then needs %s), or ", and(names), gigabytes(best.bytes))
		}
		if len(names) == 8 {
			break // a list that nobody would follow
		}
	}
	return ""
}

// memoryTaken is how many bytes the Go runtime has had from the operating
// system at most, free space and its own needs included: it takes more when it
// must, and what it gives back it still counts.
func memoryTaken() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

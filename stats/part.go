package stats

// A domain is often small beside the sample, and a report estimates thousands of
// numbers in domains. Rows outside weigh zero, so statistics that are sums over rows
// need not look at them, and neither does the variance: the units in which nobody is
// inside have totals of zero. TestDomainsByTheirRows holds these numbers against
// those on all rows.

// A local is a Statistic that can be made of some rows of a sample of n. Its
// numbers, and the linearised values of these rows, are those that it has on all
// rows where the others weigh zero.
type local interface {
	at(rows []int32, n int) Statistic
}

// A part is a statistic and the rows that it is about.
type part struct {
	Statistic         // of these rows alone where it is local, else of all
	rows      []int32 // in order; nil = all
	local     bool
}

// part is a statistic of the rows of the domain, less those outside of an In.
func (d *Design) part(s Statistic) part {
	rows, inner := d.rows, s
	for {
		in, ok := inner.(inside)
		if !ok {
			break
		}
		mustLen("marks of a domain", in.n, d.n)
		rows, inner = common(rows, in.rows), in.Statistic
	}
	if l, ok := inner.(local); ok && rows != nil {
		return part{l.at(rows, d.n), rows, true}
	}
	return part{s, rows, false}
}

// of is the weights of the rows that the statistic knows.
func (p part) of(w []float64) []float64 {
	if !p.local {
		return w
	}
	return at(w, p.rows)
}

// column is w u of linearised values of those rows, zero wherever w is.
func (p part) column(u, w []float64) column {
	if p.local || p.rows == nil {
		return column{p.rows, weighted(u, w)}
	}
	z := make([]float64, len(p.rows))
	for j, i := range p.rows {
		if w[i] != 0 {
			z[j] = w[i] * u[i]
		}
	}
	return column{p.rows, z}
}

// at is the values of some rows, all where rows is nil.
func at(y []float64, rows []int32) []float64 {
	if rows == nil {
		return y
	}
	out := make([]float64, len(rows))
	for j, i := range rows {
		out[j] = y[i]
	}
	return out
}

// columnsAt is at of columns with a length of n.
func columnsAt(ys [][]float64, rows []int32, n int) [][]float64 {
	out := make([][]float64, len(ys))
	for k, y := range ys {
		mustLen("values", len(y), n)
		out[k] = at(y, rows)
	}
	return out
}

// marked are the numbers of the rows that are in; nil where all are.
func marked(in []bool) []int32 {
	n := 0
	for _, x := range in {
		if x {
			n++
		}
	}
	if n == len(in) {
		return nil
	}
	rows := make([]int32, n+1) // the last for what is overwritten: a jump would be guessed wrong too often
	k := 0
	for i, x := range in {
		rows[k] = int32(i)
		if x {
			k++
		}
	}
	return rows[:n]
}

// common are the rows that are in both a and b, which are in order; nil is all.
func common(a, b []int32) []int32 {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	rows := make([]int32, 0, min(len(a), len(b)))
	for _, i := range a {
		for len(b) > 0 && b[0] < i {
			b = b[1:]
		}
		if len(b) > 0 && b[0] == i {
			rows = append(rows, i)
		}
	}
	return rows
}

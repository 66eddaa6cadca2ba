package model

// A model is often of few of the rows: those of a domain, with outcome and
// variables. What takes time looks at these rows alone.

// weighted are the rows with a weight, in order.
func weighted(w []float64) []int32 {
	n := 0
	for _, v := range w {
		if v != 0 {
			n++
		}
	}
	rows := make([]int32, 0, n)
	for i, v := range w {
		if v != 0 {
			rows = append(rows, int32(i))
		}
	}
	return rows
}

// at is the values of some rows; nil stays nil.
func at[T any](values []T, rows []int32) []T {
	if values == nil {
		return nil
	}
	out := make([]T, len(rows))
	for j, i := range rows {
		out[j] = values[i]
	}
	return out
}

// spread is the way back: n values, zero in other rows.
func spread(values []float64, rows []int32, n int) []float64 {
	out := make([]float64, n)
	for j, i := range rows {
		out[i] = values[j]
	}
	return out
}

// at is the data of some rows.
func (d Data) at(rows []int32) Data {
	out := Data{}
	for name, c := range d {
		out[name] = Column{values: at(c.values, rows), codes: at(c.codes, rows), levels: c.levels}
	}
	return out
}

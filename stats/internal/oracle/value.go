package oracle

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// A Value is a piece of JSON. Asking for what is not there panics with the
// path: a case that is read wrongly is a mistake in the test.
type Value struct {
	path string
	v    any
}

// UnmarshalJSON keeps the piece as it is.
func (v *Value) UnmarshalJSON(b []byte) error { return json.Unmarshal(b, &v.v) }

// Has reports whether an object has a key, with a value that is not null.
func (v Value) Has(key string) bool {
	m, ok := v.v.(map[string]any)
	return ok && m[key] != nil
}

// Get is the value of a key of an object; null if it has none.
func (v Value) Get(key string) Value {
	m, _ := v.v.(map[string]any)
	return Value{v.path + "." + key, m[key]}
}

// Keys are the keys of an object, sorted.
func (v Value) Keys() []string {
	m, _ := v.v.(map[string]any)
	var ks []string
	for k := range m {
		ks = append(ks, k)
	}
	slices.Sort(ks)
	return ks
}

// Null reports whether there is nothing.
func (v Value) Null() bool { return v.v == nil }

// IsList reports whether the value is a list.
func (v Value) IsList() bool { _, ok := v.v.([]any); return ok }

// List are the elements of a list; a single value is a list of one, and null
// of none.
func (v Value) List() []Value {
	if v.v == nil {
		return nil
	}
	l, ok := v.v.([]any)
	if !ok {
		return []Value{v}
	}
	vs := make([]Value, len(l))
	for i, x := range l {
		vs[i] = Value{fmt.Sprintf("%s[%d]", v.path, i), x}
	}
	return vs
}

// Float is a number; NaN for null, and the texts Inf and -Inf.
func (v Value) Float() float64 {
	switch x := v.v.(type) {
	case nil:
		return math.NaN()
	case float64:
		return x
	case string:
		if f, err := strconv.ParseFloat(x, 64); err == nil {
			return f
		}
	case []any:
		if len(x) == 1 {
			return v.List()[0].Float()
		}
	}
	panic(fmt.Sprintf("oracle: %s is %v, no number", v.path, v.v))
}

// Int is a whole number.
func (v Value) Int() int { return int(v.Float()) }

// Bool is a truth value; null is false.
func (v Value) Bool() bool { b, _ := v.v.(bool); return b }

// Text is a text; a number or truth value is spelled out, null is "".
func (v Value) Text() string {
	switch x := v.v.(type) {
	case nil:
		return ""
	case string:
		return x
	case float64:
		return strconv.FormatFloat(x, 'g', -1, 64)
	case []any:
		if len(x) == 1 {
			return v.List()[0].Text()
		}
	}
	return fmt.Sprint(v.v)
}

// Texts are the elements of a list as texts.
func (v Value) Texts() []string {
	var s []string
	for _, x := range v.List() {
		s = append(s, x.Text())
	}
	return s
}

// Floats are the numbers of a list, of a list of lists row by row.
func (v Value) Floats() []float64 {
	var f []float64
	for _, x := range v.List() {
		if x.IsList() {
			f = append(f, x.Floats()...)
		} else {
			f = append(f, x.Float())
		}
	}
	return f
}

// Matrix are the rows of a list of lists.
func (v Value) Matrix() [][]float64 {
	var m [][]float64
	for _, x := range v.List() {
		m = append(m, x.Floats())
	}
	return m
}

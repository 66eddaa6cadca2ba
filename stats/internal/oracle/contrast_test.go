package oracle_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"strconv"
	"testing"

	"gonum.org/v1/gonum/num/dual"

	"tradeoff/stats"
	"tradeoff/stats/dist"
	"tradeoff/stats/internal/oracle"
)

// contrast answers linear and smooth functions of means or totals, of domains
// or of variables.
func contrast(t *testing.T, c *oracle.Case) {
	d, f := designOf(t, c)
	p, want := c.Params, c.Expect
	names, y := variables(f, p.Get("vars").Texts())
	s := stats.Mean(names, y...)
	if p.Get("of").Text() == "total" {
		s = stats.Total(names, y...)
	}
	all := []stats.Statistic{s}
	if p.Has("by") {
		group, values := f.Cells(p.Get("by").Texts()...)
		all = stats.By(group, len(values), s)
	}
	e := estimate(t, d, all...)
	for k, v := range want.Get("base_est").Floats() {
		c.Near(t, "estimate", e.Value[k], v, e.SE(k))
	}
	c.Cov(t, "covariance", e.Cov.At, want.Get("base_vcov").Matrix(), e.Value)
	c.Near(t, "df", e.DF, want.Get("df").Float(), 0)
	linear := want.Get("linear")
	var rows [][]float64
	for _, name := range linear.Get("names").Texts() {
		rows = append(rows, p.Get("linear").Get(name).Floats())
	}
	l := e.Contrast(linear.Get("names").Texts(), rows...)
	compareContrast(t, c, l, linear)
	for k, v := range linear.Get("t").Floats() {
		tt, pv := l.Test(k, 0)
		c.Near(t, "t", tt, v, 1)
		c.Near(t, "p", pv, linear.Get("p_t").Floats()[k], 0)
		c.Near(t, "normal p", dist.TTwoSided(tt, math.Inf(1)), linear.Get("p_normal").Floats()[k], 0)
	}
	nonlinear := want.Get("nonlinear")
	for k, name := range nonlinear.Get("names").Texts() {
		expr, err := parser.ParseExpr(p.Get("nonlinear").Get(name).Text())
		if err != nil {
			t.Fatal(err)
		}
		x := e.Smooth(name, func(v []dual.Number) dual.Number { return eval(expr, v) })
		c.Near(t, name, x.Value[0], nonlinear.Get("est").Floats()[k], x.SE(0))
		c.Near(t, name+" SE", x.SE(0), nonlinear.Get("se").Floats()[k], 0)
	}
}

func compareContrast(t *testing.T, c *oracle.Case, e *stats.Estimates, want oracle.Value) {
	t.Helper()
	for k, name := range want.Get("names").Texts() {
		c.Near(t, name, e.Value[k], want.Get("est").Floats()[k], e.SE(k))
		c.Near(t, name+" SE", e.SE(k), want.Get("se").Floats()[k], 0)
	}
	c.Cov(t, "covariance of contrasts", e.Cov.At, want.Get("vcov").Matrix(), e.Value)
}

// eval computes an expression of e1, e2, ... with its derivative.
func eval(x ast.Expr, v []dual.Number) dual.Number {
	switch x := x.(type) {
	case *ast.ParenExpr:
		return eval(x.X, v)
	case *ast.Ident:
		k, err := strconv.Atoi(x.Name[1:])
		if err != nil {
			panic(err)
		}
		return v[k-1]
	case *ast.BasicLit:
		f, err := strconv.ParseFloat(x.Value, 64)
		if err != nil {
			panic(err)
		}
		return dual.Number{Real: f}
	case *ast.CallExpr:
		return dual.Log(eval(x.Args[0], v))
	case *ast.BinaryExpr:
		a, b := eval(x.X, v), eval(x.Y, v)
		switch x.Op {
		case token.ADD:
			return dual.Add(a, b)
		case token.SUB:
			return dual.Sub(a, b)
		case token.MUL:
			return dual.Mul(a, b)
		case token.QUO:
			return dual.Mul(a, dual.Inv(b))
		}
	}
	panic("no expression of this kind")
}

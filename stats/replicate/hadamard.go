package replicate

import "fmt"

// maxOrder is the largest Hadamard matrix that is made: 16 MB.
const maxOrder = 4096

// Hadamard makes a matrix of 1 and -1 whose columns are orthogonal, of the
// smallest order that is at least n and that it knows how to make; the first row
// and the first column are 1. Column by column, what the half-samples of Balanced
// need.
//
// Orders are 1, 2, q+1 for prime powers q = 3 mod 4, 2(q+1) for prime powers
// q = 1 mod 4 (Paley 1933), and products of these (Sylvester 1867): below 200,
// all multiples of 4 but 92, 116, 156, 172, 184 and 188, where the next is taken.
// Panics unless 1 <= n <= 4096. R: hadamard. TestHadamard multiplies all out.
func Hadamard(n int) [][]int8 {
	if n < 1 || n > maxOrder {
		panic(fmt.Sprintf("replicate: no Hadamard matrix of order %d is made; the largest is %d", n, maxOrder))
	}
	for order := n; ; order++ {
		if how, ok := recipeOf(order); ok {
			h := how.matrix()
			normalise(h)
			return h
		}
	}
}

// recipe says how to make the matrix of an order: by Paley from a prime power,
// or as the product of two orders.
type recipe struct {
	order, q int
	a, b     *recipe
}

func recipeOf(order int) (recipe, bool) {
	r := recipe{order: order}
	if order <= 2 {
		return r, true
	}
	if order%4 != 0 {
		return r, false
	}
	if _, _, ok := primePower(order - 1); ok { // 3 mod 4
		r.q = order - 1
		return r, true
	}
	if _, _, ok := primePower(order/2 - 1); ok && (order/2-1)%4 == 1 {
		r.q = order/2 - 1
		return r, true
	}
	for a := 2; a*a <= order; a++ {
		if order%a != 0 {
			continue
		}
		if x, ok := recipeOf(a); ok {
			if y, ok := recipeOf(order / a); ok {
				r.a, r.b = &x, &y
				return r, true
			}
		}
	}
	return r, false
}

func (r *recipe) matrix() [][]int8 {
	switch {
	case r.order == 1:
		return [][]int8{{1}}
	case r.order == 2:
		return [][]int8{{1, 1}, {1, -1}}
	case r.a != nil:
		return product(r.a.matrix(), r.b.matrix())
	case r.q == r.order-1:
		return paley1(r.q)
	}
	return paley2(r.q)
}

func square(n int) [][]int8 {
	h := make([][]int8, n)
	for i := range h {
		h[i] = make([]int8, n)
	}
	return h
}

// product is the Kronecker product.
func product(a, b [][]int8) [][]int8 {
	h := square(len(a) * len(b))
	for i := range h {
		for j := range h {
			h[i][j] = a[i/len(b)][j/len(b)] * b[i%len(b)][j%len(b)]
		}
	}
	return h
}

// paley1 is I + S with S skew: a border of ones around the quadratic characters
// of differences.
func paley1(q int) [][]int8 {
	chi := characters(q)
	h := square(q + 1)
	for i := range h {
		for j := range h {
			switch {
			case i == j, i == 0:
				h[i][j] = 1
			case j == 0:
				h[i][j] = -1
			default:
				h[i][j] = chi[i-1][j-1]
			}
		}
	}
	return h
}

// paley2 doubles the symmetric matrix of the same kind: 0 becomes (1 -1; -1 -1)
// and s becomes s (1 1; 1 -1).
func paley2(q int) [][]int8 {
	chi := characters(q)
	h := square(2 * (q + 1))
	for i := range q + 1 {
		for j := range q + 1 {
			s := int8(1)
			if i > 0 && j > 0 {
				s = chi[i-1][j-1]
			}
			block := [2][2]int8{{s, s}, {s, -s}}
			if i == j {
				block = [2][2]int8{{1, -1}, {-1, -1}}
			}
			for k := range 2 {
				for l := range 2 {
					h[2*i+k][2*j+l] = block[k][l]
				}
			}
		}
	}
	return h
}

// normalise flips rows and columns until the first of each is 1.
func normalise(h [][]int8) {
	for _, row := range h {
		if row[0] < 0 {
			for j := range row {
				row[j] = -row[j]
			}
		}
	}
	for j := range h {
		if h[0][j] < 0 {
			for i := range h {
				h[i][j] = -h[i][j]
			}
		}
	}
}

// primePower finds q = p^k.
func primePower(q int) (p, k int, ok bool) {
	if q < 2 {
		return 0, 0, false
	}
	for p = 2; p*p <= q && q%p != 0; p++ {
	}
	if q%p != 0 {
		p = q
	}
	for ; q%p == 0; k++ {
		q /= p
	}
	return p, k, q == 1
}

// characters is chi(a-b) for all a, b of the field of q elements: 1 for squares,
// -1 for others, 0 for 0. Elements are polynomials over the integers mod p, the
// digits of their number in base p.
func characters(q int) [][]int8 {
	p, k, _ := primePower(q)
	chi := make([]int8, q)
	sign := int8(1)
	for _, e := range powers(p, k, q) { // squares are the even powers of a generator
		chi[e] = sign
		sign = -sign
	}
	table := square(q)
	for a := range q {
		for b := range q {
			table[a][b] = chi[minus(a, b, p)]
		}
	}
	return table
}

// minus subtracts digit by digit.
func minus(a, b, p int) int {
	d := 0
	for place := 1; a > 0 || b > 0; place *= p {
		d += (a%p - b%p + p) % p * place
		a, b = a/p, b/p
	}
	return d
}

// powers are the powers of a generator of the field, from 1, all q-1: of a
// number for k = 1, else of x modulo a primitive polynomial, found by trying.
func powers(p, k, q int) []int {
	for try := 1; ; try++ { // x = try for k = 1, x^k = try as a polynomial for k > 1
		all := []int{1}
		for e := times(1, try, p, k, q); e != 1 && e != 0 && len(all) < q; e = times(e, try, p, k, q) {
			all = append(all, e)
		}
		if len(all) == q-1 {
			return all
		}
	}
}

// times multiplies an element by the generator that is tried.
func times(e, try, p, k, q int) int {
	if k == 1 {
		return e * try % p
	}
	top := e / (q / p) // coefficient of x^(k-1), becomes that of x^k
	e = e % (q / p) * p
	for range top {
		e = minus(e, minus(0, try, p), p)
	}
	return e
}

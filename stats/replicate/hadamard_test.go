package replicate

import (
	"slices"
	"testing"
)

// TestHadamard multiplies the matrices out: H'H = n I is the definition.
func TestHadamard(t *testing.T) {
	var orders []int
	top := 300
	if testing.Short() {
		top = 128
	}
	for n := 1; n <= top; n = orders[len(orders)-1] + 1 {
		h := Hadamard(n)
		order := len(h)
		orders = append(orders, order)
		for i := range h {
			if h[i][0] != 1 || h[0][i] != 1 {
				t.Fatalf("order %d: the first row and column must be 1", order)
			}
			for j := range i {
				dot := 0
				for k := range h {
					dot += int(h[i][k]) * int(h[j][k])
				}
				if dot != 0 {
					t.Fatalf("order %d: rows %d and %d are not orthogonal", order, i, j)
				}
			}
			if slices.ContainsFunc(h[i], func(x int8) bool { return x != 1 && x != -1 }) {
				t.Fatalf("order %d holds something else than 1 and -1", order)
			}
		}
	}
	// The orders that Paley's and Sylvester's constructions do not reach are
	// known; the first, 92, took a computer (Baumert, Golomb and Hall 1962).
	missing := []int{92, 116, 156, 172, 184, 188, 232, 236, 260, 268, 292}
	for n := 4; n <= min(300, top); n += 4 {
		if slices.Contains(orders, n) == slices.Contains(missing, n) {
			t.Errorf("order %d: made %t", n, slices.Contains(orders, n))
		}
	}
}

func TestHadamardLargest(t *testing.T) {
	if got := len(Hadamard(maxOrder)); got != maxOrder {
		t.Errorf("the largest has order %d", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("an order above the largest must panic")
		}
	}()
	Hadamard(maxOrder + 1)
}


// A byte beyond the limit is found wherever it stands, beside any others.
func TestAnyFrom(t *testing.T) {
	for n := 1; n <= 256; n++ {
		for v := range 256 {
			for at := range 20 {
				b := bytes.Repeat([]byte{uint8(n - 1)}, 20)
				b[at] = uint8(v)
				if got := anyFrom(b, n); got != (v >= n) {
					t.Fatalf("%d at %d among %d: %v", v, at, n-1, got)
				}
			}
		}
	}
}

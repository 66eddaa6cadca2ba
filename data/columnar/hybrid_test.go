package columnar

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// stored stores numbers of so many bits as runs and groups of eight, as they
// come; the last group may be cut short behind the last number.
func stored(random *rand.Rand, numbers []int, width int, cut bool) (b []byte) {
	for len(numbers) > 0 {
		n := 1
		for n < len(numbers) && numbers[n] == numbers[0] {
			n++
		}
		if n >= 8 || random.IntN(4) == 0 {
			b = binary.AppendUvarint(b, uint64(n)<<1)
			var v [4]byte
			binary.LittleEndian.PutUint32(v[:], uint32(numbers[0]))
			b = append(b, v[:(width+7)/8]...)
			numbers = numbers[n:]
			continue
		}
		groups := 1 + random.IntN(min((len(numbers)+7)/8, 70))
		n = min(8*groups, len(numbers))
		bytes := groups * width
		if cut && n == len(numbers) {
			bytes = (n*width + 7) / 8
		}
		b = binary.AppendUvarint(b, uint64(groups)<<1|1)
		packed := make([]byte, bytes)
		for i, v := range numbers[:n] {
			for k := range width {
				packed[(i*width+k)/8] |= byte(v>>k&1) << ((i*width + k) % 8)
			}
		}
		b, numbers = append(b, packed...), numbers[n:]
	}
	return b
}

// However numbers are read, and in pieces of whatever size, they are those that
// were stored.
func TestHybrid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(0, 20).Draw(t, "width")
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		repeats := rapid.IntRange(1, 100).Draw(t, "repeats")
		var numbers []int
		for n := rapid.IntRange(1, 2000).Draw(t, "n"); len(numbers) < n; {
			v := random.IntN(1 << width)
			for k := 1 + random.IntN(repeats); k > 0 && len(numbers) < n; k-- {
				numbers = append(numbers, v)
			}
		}
		b := stored(random, numbers, width, rapid.Bool().Draw(t, "cut"))
		one, many, bytes, ones := &hybrid{b: b, width: width}, &hybrid{b: b, width: width}, &hybrid{b: b, width: width}, &hybrid{b: b, width: width}
		for len(numbers) > 0 {
			piece := numbers[:1+random.IntN(len(numbers))]
			numbers = numbers[len(piece):]
			wide, narrow, bitmap := make([]int32, len(piece)), make([]byte, len(piece)), make([]byte, len(piece)/8+16)
			if err := many.fill(wide); err != nil {
				t.Fatal(err)
			}
			if width <= 8 {
				if err := bytes.fillBytes(narrow); err != nil {
					t.Fatal(err)
				}
			}
			set := 0
			if width == 1 {
				var err error
				if set, err = ones.ones(bitmap, len(piece)); err != nil {
					t.Fatal(err)
				}
			}
			for i, want := range piece {
				if got, err := one.next(); err != nil || got != want {
					t.Fatalf("next is %d, %v, want %d", got, err, want)
				}
				if int(wide[i]) != want || width <= 8 && int(narrow[i]) != want {
					t.Fatalf("number %d of a piece is %d and %d, want %d", i, wide[i], narrow[i], want)
				}
				if width == 1 {
					if set -= want; int(bitmap[i>>3]>>(i&7)&1) != want {
						t.Fatalf("bit %d of a piece is not %d", i, want)
					}
				}
			}
			if set != 0 {
				t.Fatalf("%d more bits are counted than there are", set)
			}
		}
	})
}

// Bytes from n on are found wherever they stand.
func TestAnyFrom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 256).Draw(t, "n")
		b := rapid.SliceOfN(rapid.Byte(), 0, 30).Draw(t, "b")
		want := false
		for i := range b {
			if rapid.IntRange(0, 9).Draw(t, "keep") > 0 {
				b[i] = byte(int(b[i]) % n)
			}
			want = want || int(b[i]) >= n
		}
		if got := anyFrom(b, n); got != want {
			t.Fatalf("anyFrom(%v, %d) is %v", b, n, got)
		}
	})
}

// A byte beyond the limit is found wherever it stands, beside any others.
func TestAnyFromBesideOthers(t *testing.T) {
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

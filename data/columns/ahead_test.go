package columns

import (
	"testing"

	"pgregory.net/rapid"
)

// Blocks come in the order in which they are read, each unchanged until the next is
// asked for; nothing is read behind the end, nor after Close.
func TestAhead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		blocks := rapid.IntRange(0, 20).Draw(t, "blocks")
		wanted := rapid.IntRange(0, 22).Draw(t, "blocks that are asked for")
		filled := 0
		a := NewAhead(func(b *[]int) bool {
			if filled == blocks {
				filled = -1 // a call behind the last is one too many
				return false
			}
			if filled < 0 {
				panic("read behind the end")
			}
			filled++
			*b = append((*b)[:0], filled, filled)
			return true
		})
		for k := 1; k <= wanted; k++ {
			b := a.Next()
			switch {
			case k > blocks && b != nil:
				t.Fatalf("block %d of %d is %v", k, blocks, *b)
			case k <= blocks && (b == nil || (*b)[0] != k || (*b)[1] != k):
				t.Fatalf("block %d is %v", k, b)
			}
		}
		a.Close()
		if filled > wanted+blocksAhead {
			t.Fatalf("%d blocks were read for %d", filled, wanted)
		}
	})
}

// A panic of what reads is one of who asks.
func TestAheadPanics(t *testing.T) {
	read := false
	a := NewAhead(func(b *int) bool {
		if read {
			panic("library")
		}
		read = true
		return true
	})
	defer a.Close()
	if a.Next() == nil {
		t.Fatal("the block before is not there")
	}
	defer func() {
		if got := recover(); got != "library" {
			t.Errorf("panic %v", got)
		}
	}()
	a.Next()
	t.Error("no panic")
}

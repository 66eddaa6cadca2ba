package pipeline

import "runtime/metrics"

// memoryTaken is how many bytes the Go runtime has had from the operating
// system at most, free space and its own needs included: it takes more when it
// must, and what it gives back it still counts.
func memoryTaken() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

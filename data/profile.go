package data

// A Profile counts what a variable holds: the evidence for drafting a study,
// for telling identifiers from answers, and for the codebook that report
// inspect prints.
type Profile struct {
	Recorded int64   // rows with a value, declared missing ones included
	Null     int64   // rows without
	Missing  int64   // rows with a declared missing value
	Distinct int     // different values; stops counting at MaxDistinct
	Values   []Count // every value with its count, most frequent first, ties by code; nil when Distinct reached MaxDistinct
	Min, Max float64 // numbers, declared missing values left out
	Mean     float64
	Longest  int // text: characters in the longest value
}

// A Count is how many rows hold a value.
type Count struct {
	Code string
	N    int64
}

// MaxDistinct is how many different values a profile tells apart.
const MaxDistinct = 1000

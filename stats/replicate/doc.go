// Package replicate gives a survey design replicate weights: the same sample,
// weighted again and again so that the spread of an estimate over the replicates
// is its variance. They serve statistics without a linearised form, files from
// which strata and PSUs were withheld, and weights whose calibration should be
// repeated in every replicate.
//
//	Jackknife    leave a PSU, or a random group of PSUs, out of each replicate (JK1, JKn)
//	Balanced     half-samples by Hadamard matrices (BRR) and Fay's method
//	Bootstrap    resampled PSUs: Rao and Wu, Canty and Davison, Preston's multi-stage
//	Successive   successive differences, for systematic samples
//	Supplied     the weights of a producer's file, checked
//	Pairs        strata of two PSUs, for designs that have others
//
// Each takes a stats.Design and returns one whose Design.Estimate works with
// replicates; how the sample was drawn (strata, PSUs, fpc, lonely PSUs) comes
// from the design. A design with calibrated weights is refused: make replicates
// first, and calibrate each as the main weight was (package weight).
//
// With z_hj the weighted total over PSU j of stratum h of what is added up, all
// methods but Successive estimate the variance of linearisation at the first
// stage,
//
//	V = sum_h (1-f_h) n_h/(n_h-1) sum_j (z_hj - z_h)^2,
//
// for a total exactly (Jackknife, Balanced) or on average (Bootstrap). Later
// stages count in Preston's bootstrap only. Strata that were sampled in full
// do not vary. A stratum with a single PSU is treated as the design says:
// remove and certainty let it not vary, adjust lets it vary around the mean of
// the sample, average scales the variance up. What is lonely only in a domain
// cannot be known to replicates: LonelyDomains has no effect.
//
// Where random numbers are used, a seed in the options determines them, and the
// first replicates do not depend on how many there are.
package replicate

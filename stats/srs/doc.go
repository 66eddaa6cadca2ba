// Package srs has the textbook statistics of a simple random sample: no strata,
// no PSUs, no weights. Every answer counts once and answers are independent.
//
//	two groups      Welch, Pooled, VarianceRatio, RankSum
//	pairs           OneSample of differences, SignedRank, McNemar
//	several groups  OneWay, WelchOneWay, KruskalWallis; Friedman for blocks
//	tables          ChiSquared, Fisher
//	proportions     BinomialTest, BinomialInterval, Proportions
//	correlation     Pearson, Spearman, Kendall, Correlations, Polychoric
//	distribution    Quantile, ECDF, MAD
//
// For a survey they are a reference: what a test would say if the sample had
// been simple. With weights, strata or clusters their standard errors are wrong;
// the tests of package hypothesis are then right. Weighted correlations
// (WeightedPearson, WeightedSpearman) are here because, without standard
// errors, they need no design.
//
// NaN is a missing answer, and left out: of pairs, blocks and rows the whole.
// What cannot be computed (no answers, no variance) is NaN. Slices of different
// length and options out of range panic. Nothing is sorted or changed in place.
package srs

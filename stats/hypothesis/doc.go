// Package hypothesis tests what a survey says on its own design. A design comes
// in, with codes or values of its rows; statistics, degrees of freedom and p
// values come out.
//
//   - Tables: Independence of two questions (Rao and Scott), GoodnessOfFit to
//     given shares.
//   - Means and ranks: OneSample, TwoSample, RankTest, KSampleRankTest, Trend
//     and LinearTrend over ordered groups, AllEqual.
//   - Columns of a banner, which may share people: Columns, Compare, Pairs,
//     AgainstRest.
//   - Waves of a tracker, which may share people: Stack and Waves.Change.
//   - The order of numbers: RankNumbers, with the chance of each place.
//   - Many tests at once: Adjust, and a Family that says which tests were
//     counted.
//   - The tests of older tables, from effective bases: ClassicProportions and
//     ClassicMeans. They know weights, not clusters or strata, and are there to
//     match an old tracker.
//
// All p values are two-sided where there are sides, and unadjusted unless they
// come out of Adjust. Proportions are 0 to 1. Rows where a value is NaN or a
// code is negative are missing: they leave the test, not the design. A test that
// does not exist (an empty group, no variance, no degrees of freedom) has a
// P of NaN; the comments say when. Errors come from statistics that cannot be
// computed on the design at all.
//
// The reference is R's package survey; TestOracle in stats/internal/oracle
// compares with it. Textbook tests of a simple random sample are in package
// srs.
package hypothesis

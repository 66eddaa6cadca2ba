// Package quality finds answers that were not given in earnest: by people who
// rush, tick the same box all the way down, contradict themselves, answer
// twice, or leave most of it out.
//
//  1. A check reads a column or a battery and returns a Flag: a measure for every
//     respondent, and whether it passes the limit.
//  2. Exclude decides who leaves by the flags, and counts them flag by flag.
//  3. Effect estimates what the exclusion does to headline figures, with the
//     standard error of the difference.
//
// Flags are doubts and not proofs: somebody may read fast, and may truly be
// indifferent to ten companies. So nothing is excluded by itself; limits are
// the caller's, and the defaults are those of the literature named beside them.
//
// Batteries are slices by item, then respondent. An item that was not asked or
// not answered is NaN.
package quality

// Package weight makes the weights of a survey agree with what is known of the
// population, and leaves in the design what the variance has to know of it.
//
//  1. What is known comes in as margins (categories with targets, shares or
//     counts) or as terms (columns of numbers with population totals).
//  2. Check says what is wrong with them, in the analyst's words, before
//     anything is computed: categories without respondents, respondents without
//     a target, totals that disagree, margins that contradict each other.
//  3. Nonresponse and Propensity let respondents stand for those who did not
//     answer. PostStratify, Rake and Calibrate meet the targets; Trim bounds the
//     weights, and Rake does both until both hold.
//  4. Out come a design with the new weights and a Report: rounds, remaining
//     gap, the spread of weights and what they cost (deff by Kish), and shares
//     before and after beside their targets.
//
// A design with replicate weights has every set of them adjusted anew, together
// with the main weight; otherwise the variance works on residuals (see
// stats.Adjustment), also for weights that were calibrated elsewhere
// (Precalibrated).
//
// Rows of weight zero, and rows outside of a domain, stay as they are and count
// nowhere. Weights before an adjustment must not be negative: R goes on, with
// square roots of negative numbers in its variance. Weights after an unbounded
// linear calibration may be negative; the Report counts them.
package weight

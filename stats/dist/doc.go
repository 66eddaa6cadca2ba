// Package dist has the tail probabilities and quantiles that tests and
// intervals of surveys need: normal, Student's t, chi-squared, F and beta, and
// sums of chi-squareds with weights, to which Rao-Scott tests lead.
//
// A tail is a probability in its own right, never 1 minus a distribution
// function: it holds its digits, about 13 of them, down to 1e-300. For the
// same reason quantiles of chi-squared and F start from the upper tail, the one
// a test needs. Degrees of freedom may be fractions, huge and +Inf.
//
// Probabilities are 0 to 1. Whatever has no answer, for any argument of NaN or
// of the wrong sign, is NaN; nothing panics, but for slices of different length.
//
// gonum's distributions were not enough: its survival functions of F and of the
// normal are differences from 1, its incomplete beta function loses digits with
// the size of its arguments, and its quantiles of t and F go wrong far out. Its
// incomplete gamma function is used.
package dist

// Package dist has the tail probabilities and quantiles that tests and
// intervals need, with their digits held far out in the tails.
package dist

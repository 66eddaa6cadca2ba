// Package logit holds the logistic function and its integral, for the packages
// that fit logistic models.
package logit

import "math"

// Expit is 1/(1 + exp(-x)), the share of which x is the log odds.
func Expit(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// Softplus is log(1 + exp x), for any size of x.
func Softplus(x float64) float64 { return math.Max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }

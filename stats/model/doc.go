// Package model fits regressions to survey data: linear, logistic, Poisson and
// other generalised linear models, and the ordinal model of proportional odds.
//
//  1. Columns (Numeric, Factor) and Terms become a design matrix: factors by
//     treatment contrasts, interactions by products, an intercept.
//  2. New or NewOrdinal checks a model; Fit solves its weighted equations to
//     machine precision, and finds columns that say nothing new and outcomes
//     that columns separate.
//  3. Coefficients come as stats.Estimates, by linearisation over the stages of
//     the design or from its replicate weights, in domains and after
//     calibration.
//  4. From a fit: tests of terms, predictions for people like these, average
//     predictions if everyone were like this (Margins), average effects, odds
//     ratios, deviance, pseudo R^2, AIC and BIC; of an ordinal fit, whether one
//     slope does for all thresholds (Parallel).
//
// Within is a regression inside of persons who rate several things.
//
// Weights are sampling weights: standard errors are those of the design, never
// those of the likelihood. It does not read formulas from text, choose terms,
// or impute missing values.
package model

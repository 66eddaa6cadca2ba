// Package importance says how much each predictor of a model counts for: the
// drivers of trust, of willingness to share. It divides what a model explains,
// its R^2, among the predictors, so that the parts add up, although predictors
// are correlated.
//
//  1. An outcome and predictors come in, columns of a length of rows; a predictor
//     may be several columns (the dummies of a factor) that count as one. Rows
//     where anything is missing (NaN) are left out.
//  2. Weighted correlations take the place of the rows. Negative weights, which a
//     calibration can make, count as they are.
//  3. LMG (Shapley) or Johnson divides R^2 of a linear model, Logistic that of a
//     logistic one. Each is a stats.Statistic, with R^2 first, then the parts,
//     then the parts as shares of R^2.
//  4. Analyze puts them in a table, with standard errors by the design, and the
//     sign, coefficient and correlation of each predictor.
//
// A part is a description of the model, not an effect: what is left out of the
// model has no part, and a predictor with a negative sign counts like one with a
// positive one. Parts are never negative, so their intervals, symmetric as they
// are, say little near 0.
//
// Shapley divides any other measure of fit.
package importance

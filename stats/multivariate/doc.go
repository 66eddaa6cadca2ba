// Package multivariate looks at several answers together on a survey sample:
// how far items measure one thing (Alpha), what few dimensions lie behind many
// (PCA, Factors), how far two classifications agree (Kappa, AdjustedRand), how far
// two traits go together (Overlap), and which tables of counts are explained by
// which interactions (Loglinear).
//
//  1. Columns of a length of rows come in, NaN or a code of -1 where an answer is
//     missing; such rows are left out of all columns of the call.
//  2. Moments are weighted with the design's weights, never with counts of rows.
//     Negative weights, which a calibration can make, count as they are.
//  3. Alpha, Kappa, AdjustedRand, Overlap, ComponentVariances and Loglinear are
//     stats.Statistics: a stats.Design gives them standard errors, by linearisation
//     or replicates.
//     PCA and Factors describe; they take weights.
//
// Loadings and scores have no standard errors here: their axes may turn from
// sample to sample.
package multivariate

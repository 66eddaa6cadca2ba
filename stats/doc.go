// Package stats estimates what a survey says, with the standard errors of the
// way it was sampled. Rows are held in memory as slices; package crosstab
// streams tables of shares and means over any number of rows.
//
//  1. Sampling (strata, stages, weights, sampling fractions) becomes a Design,
//     checked once and never filtered. A domain of it keeps every row and gives
//     weight zero to those outside.
//  2. Package replicate turns a design into one with replicate weights, and
//     package weight into one with calibrated weights; both leave in the Design
//     what the variance has to know.
//  3. A Statistic (mean, total, ratio, quantile, regression coefficient, ...) has
//     values and linearised values. Design.Estimate turns any number of them,
//     together, into Estimates with one covariance matrix, by one variance
//     function: with-replacement or multi-stage linearisation, or replicates.
//  4. Estimates give standard errors, intervals, contrasts and tests.
//
// Packages beside this one rest on it: model (regression), hypothesis (tests),
// latent, kmeans, importance, turf, smallarea, multivariate, quality; srs has
// the textbook statistics of simple random samples.
//
// Proportions are 0 to 1. An estimate that does not exist (no row, no variance)
// is NaN, and its comment says when; nothing else is. Functions panic when
// slices do not have a length in common, which is a programmer's mistake, and
// return an error for what data can cause.
//
// The reference is R's package survey. stats/internal/oracle compares with it;
// comments say where R differs and why.
package stats

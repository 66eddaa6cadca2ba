// Package crosstab estimates tables: shares, means and comparisons of every
// column of a banner in one pass over streamed rows, with the standard errors
// of the way the sample was drawn.
//
// In: slices. A row is a respondent, or one of the ratings that a respondent
// gave, with its stratum, PSU and weight, the cell of the banner that it lies
// in, and its answer as a small integer or a number.
//
//  1. A Census reads every row once and becomes the Design: strata, PSUs,
//     sampling fractions. It is never filtered; a domain is a mask over it.
//  2. An Accumulator reads the rows of one question in chunks and keeps
//     totals by stratum or PSU, cell and answer. Accumulators of consecutive
//     chunks merge into one.
//  3. Estimate rolls the cells up to columns and turns every statistic into
//     linearised values, and these into variances and covariances by one
//     function, for element, cluster and loop samples alike.
//  4. Columns are compared with each other and with the rest, with their
//     covariance.
//
// Out: bases, cells and comparisons, the parts of a Table.
//
// The package knows neither files nor Arrow and hides no cell: suppression is
// stats/disclosure. It is the streamed form of package stats, which holds rows
// in memory and estimates everything else; here a multi-stage design is taken
// as sampled with its first stage (the ultimate cluster).
//
// The reference is R's package survey; the tests say with which numbers.
package crosstab

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
//  2. A Tally counts all questions of respondents, a byte an answer, block by
//     block, and a LoopTally those of a loop; a Layout numbers the places of
//     respondents for both. They make an Accumulator of each question, with
//     totals by stratum or PSU, cell and answer. Numbers, and answers that do
//     not fit into a byte, are added to one row by row. Accumulators of
//     consecutive chunks of rows merge into one.
//  3. Estimate rolls the cells up to columns and turns every statistic into
//     linearised values, and these into variances and covariances by one
//     function, for element, cluster and loop samples alike.
//     With replicate weights the variances come from the spread of the estimates;
//     with a Calibration from the residuals of what weights were calibrated on.
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

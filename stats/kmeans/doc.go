// Package kmeans puts rows into k clusters around their means, such that the
// weighted sum of squared distances to the mean of the own cluster,
//
//	SS = sum_i w_i sum_v (x_iv - m_cluster(i),v)^2
//
// is small (MacQueen 1967; Lloyd 1982).
//
//  1. Columns of numbers on comparable scales (see Standardize) and a stats.Design
//     go in.
//  2. Fit runs Hartigan and Wong's algorithm, or Lloyd's, from many seeded starts
//     (k-means++) and keeps the best.
//  3. Out come centres and the cluster of every row; Silhouettes says how well
//     rows lie in their clusters.
//
// Clusters always come out, whether there are groups or not, and those of survey
// answers depend on the choice and scale of the columns: package latent has a
// model, criteria for its number of classes, and linearised standard errors.
package kmeans

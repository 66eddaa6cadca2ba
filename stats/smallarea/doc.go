// Package smallarea estimates for cells with too few respondents: a country by
// age by industry in which nine people answered. It borrows strength from the
// other cells through a model, and says how far each estimate is the cell's own.
//
//   - FayHerriot takes direct estimates with their sampling variances and shrinks
//     each towards a regression on what is known of the areas. It needs no rows.
//   - Multilevel takes counts in the cells of a cross-classification and fits a
//     logistic model with random effects; Poststratify adds its cells up to any
//     area by population counts.
//
// Such estimates are biased a little in every cell to be closer on average. They
// are no design-based estimates: print them as modelled, with the root of their
// mean squared error where a standard error would stand.
package smallarea

// Package latent finds latent classes: groups of people that nobody asked about,
// which explain why answers to categorical questions go together. Within a class
// answers are independent, so that class c has size pi_c and answers item j with
// category k with probability rho_jck, and a respondent who answers y has the
// likelihood
//
//	L(y) = sum_c pi_c prod_j rho_jc,y_j
//
// over the items that were answered; skipped ones are missing at random
// (Lazarsfeld and Henry 1968; Goodman 1974, Biometrika 61).
//
//  1. Items and the weights of a stats.Design go in. Rows with the same answers
//     are put together, so that work grows with the number of answer patterns.
//  2. Fit maximises sum w log L by EM from many seeded starts, each finished by
//     Newton's method; Choose does so for one class, two, and so on. Every
//     Solution has its criteria of fit and the share of starts that found it.
//  3. A Solution is a stats.Statistic: Design.Estimate gives class sizes and
//     answer probabilities standard errors under the design.
//  4. Shares and Means relate classes to what was not used to find them (age,
//     country, spending), corrected for the error of assigning people to classes.
//
// It takes no covariates in the model itself, and no ordered or numeric items.
package latent

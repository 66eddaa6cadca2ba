# The people of answers.csv, and what R says of them if something moved: changes of the
# average prediction of a logistic model, by group, with the sampling of the people
# averaged over. Made with R 4.2.2, survey 4.1-1: Rscript whatif.R, after answers.R.
suppressMessages({library(survey); library(jsonlite)})
d <- read.csv("answers.csv")
# Willing is a top answer to want1. Trust is a person's mean of two items, clarity an
# answer; told is of the PSU, which is no draw and does not matter here; hours are a number
# with a standard deviation of about 4, of which a round step is 5.
d$y <- ifelse(is.na(d$want1), NA, as.numeric(d$want1 >= 4))
d$trust <- rowMeans(d[, c("worry1", "worry2")], na.rm = TRUE)
d$clarity <- d$worry3
d$told <- factor(ifelse(d$psu %% 2 == 0, "Told", "Not told"), levels = c("Not told", "Told"))
d$hours <- 3 * d$worry4 + d$psu %% 4
d$country <- factor(d$country); d$age <- factor(d$age)
des <- svydesign(~psu, strata = ~stratum, weights = ~w, data = d, nest = TRUE)
vars <- c("y", "trust", "clarity", "told", "hours", "country", "age")
full <- complete.cases(d[, vars])
m <- svyglm(y ~ trust + clarity + told + hours + age + country, subset(des, full), family = quasibinomial, epsilon = 1e-15)
# Linearised values of the coefficients, of all rows: A^-1 x (y - p).
X <- model.matrix(~ trust + clarity + told + hours + age + country, d[full, ])
b <- coef(m)
p <- plogis(drop(X %*% b)); w <- d$w[full]
A <- t(X) %*% (w * p * (1 - p) * X)
ub <- (X * (d$y[full] - p)) %*% solve(A)
stopifnot(all.equal(unname(SE(m)), unname(sqrt(diag(vcov(svytotal(replace(matrix(0, nrow(d), length(b)), cbind(rep(which(full), length(b)), rep(seq_along(b), each = sum(full))), ub), des)))))))
cap <- function(x, by) pmin(pmax(x + by, min(x)), max(x))
moves <- list(list(trust = 1), list(trust = -1), list(clarity = 1), list(told = "Told"), list(trust = 1, clarity = -1), list(trust = 1, clarity = 1, told = "Told"), list(hours = 5), list(hours = -5))
moved <- function(move) {
  e <- d[full, ]
  for (v in names(move)) e[[v]] <- if (is.factor(d[[v]])) factor(rep(move[[v]], nrow(e)), levels = levels(d[[v]])) else cap(e[[v]], move[[v]])
  Z <- model.matrix(~ trust + clarity + told + hours + age + country, e)
  list(Z = Z, q = plogis(drop(Z %*% b)))
}
change <- function(move, group, from = list()) {
  now <- moved(from); then <- moved(move)
  W <- sum(w[group]); value <- sum((w * (then$q - now$q))[group]) / W
  g <- colSums((w * (then$q * (1 - then$q) * then$Z - now$q * (1 - now$q) * now$Z))[group, , drop = FALSE]) / W
  u <- rep(0, nrow(d))
  u[full] <- drop(ub %*% g) + ifelse(group, (then$q - now$q - value) / W, 0)
  # The standard error is that of the total of the linearised values, by svytotal.
  list(value = value, se = SE(svytotal(u, des))[1])
}
groups <- c(list(rep(TRUE, sum(full))), lapply(1:3, function(a) d$age[full] == a), lapply(1:3, function(k) d$country[full] == k))
stopifnot(abs(sqrt(weighted.mean((d$hours - weighted.mean(d$hours, d$w, na.rm = TRUE))^2, d$w, na.rm = TRUE)) - 4) < 0.8) # nearer to 5 than to 2 or 10
write_json(list(
  people = sum(full), now = weighted.mean(d$y[full], w),
  changes = lapply(groups, function(g) lapply(moves, change, group = g)),
  # everybody in one group rather than in the first
  effects = lapply(list(list("told", "Not told", "Told"), list("age", 1, 2), list("age", 1, 3), list("country", 1, 2), list("country", 1, 3)), function(x)
    change(setNames(list(x[[3]]), x[[1]]), rep(TRUE, sum(full)), setNames(list(x[[2]]), x[[1]])))
), "whatif.json", auto_unbox = TRUE, digits = NA, pretty = TRUE)

# Regression inside of persons: the numbers of TestWithin, by svyglm with a constant
# for every person and every thing. R 4.2.2, survey 4.1.1. Data are by formula, so
# that the test can make the same.
library(survey)
d <- expand.grid(t = 0:3, i = 0:59)
d$rated <- (d$i * 7 + d$t * 5) %% 4 != 0
d$x <- (d$i * 3 + d$t * d$t * 5 + d$i * d$t) %% 5
d$z <- (d$i + d$t * 3) %% 7
d$y <- (d$i * 11 + d$t * 7 + d$x * 3) %% 10 / 2 + d$x
d$w <- 1 + d$i %% 3
d$stratum <- d$i %/% 30
d$psu <- d$i %/% 5
d <- d[d$rated, ]
fit <- function(ids) {
  g <- svydesign(ids, strata = ~stratum, weights = ~w, data = d)
  m <- svyglm(y ~ x + z + factor(t) + factor(i), g)
  print(c(coef(m)[2:3], SE(m)[2:3], vcov(m)[2, 3]), digits = 12)
}
fit(~i)
fit(~psu)

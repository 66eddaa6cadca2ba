# Families, links and ordinal links that the shared oracle has no case of.
# Made with R 4.2.2, survey 4.1-1, MASS 7.3-58.2: Rscript families.R
suppressMessages({library(survey); library(MASS); library(jsonlite)})
set.seed(7)
n <- 60
d <- data.frame(stratum = rep(1:2, each = 30), psu = rep(1:12, each = 5), w = round(runif(n, 0.5, 3), 2),
                trust = round(rnorm(n, 5, 2), 1), age = sample(c("young", "middle", "old"), n, TRUE))
d$age <- factor(d$age, levels = c("young", "middle", "old"))
e <- 0.15 * d$trust + 0.3 * (d$age == "old") + rnorm(n, 0, 0.3)
d$amount <- round(exp(1 + e + rnorm(n, 0, 0.4)), 2)          # willingness to pay
d$count <- rpois(n, exp(e))
d$yes <- rbinom(n, 1, plogis(e - 0.9))
d$hours <- round(runif(n, 1, 4), 1)                           # exposure
d$worry <- cut(e + rlogis(n), c(-Inf, 0, 1, 2, Inf), labels = FALSE) - 1
write.csv(d, "families.csv", row.names = FALSE, quote = FALSE)
d$ord <- factor(d$worry)
des <- svydesign(~psu, strata = ~stratum, weights = ~w, data = d)
ctl <- list(epsilon = 1e-20, maxit = 200)
fit <- function(name, f, fam, start = NULL) {
  m <- eval(bquote(svyglm(.(f), des, family = fam, control = ctl, start = .(start))))
  list(name = name, coef = unname(coef(m)), se = unname(sqrt(diag(vcov(m)))), deviance = m$deviance, null_deviance = m$null.deviance, df = m$df.residual)
}
o <- options(warn = -1)
glms <- list(
  fit("gamma/inverse", amount ~ trust + age, Gamma()),
  fit("gamma/log", amount ~ trust + age, Gamma("log")),
  fit("gamma/identity", amount ~ trust + age, Gamma("identity")),
  fit("gaussian/log", amount ~ trust + age, gaussian("log"), c(1, 0.1, 0, 0)),
  fit("poisson/identity", count ~ age, quasipoisson("identity")),
  fit("poisson/log/offset", count ~ trust + age + offset(log(hours)), quasipoisson()),
  fit("binomial/log", yes ~ age, quasibinomial("log"), c(-1, 0, 0)),
  fit("binomial/identity", yes ~ age, quasibinomial("identity")),
  fit("binomial/loglog", I(1 - yes) ~ trust + age, quasibinomial("cloglog")) # mirrored: signs turn
)
# Criteria: BIC of models inside a maximal one, and Akaike's of a linear model by
# the formulas of Lumley and Scott (2015), as survey's own divides by sigma^2
# at the end.
big <- svyglm(yes ~ trust + age, des, family = quasibinomial(), control = ctl)
small <- svyglm(yes ~ trust, des, family = quasibinomial(), control = ctl)
none <- svyglm(yes ~ 1, des, family = quasibinomial(), control = ctl)
criteria <- list(bic = unname(t(sapply(list(big, small, none), function(m) BIC(m, maximal = big)))))
lin <- svyglm(amount ~ trust + age, des, control = ctl)
pw <- lin$prior.weights; N <- sum(pw); r2 <- (lin$y - lin$fitted.values)^2; s2 <- sum(pw * r2) / N
lambda <- sum(diag(solve(lin$naive.cov[-1, -1], vcov(lin)[-1, -1]))) / s2
sigma <- sum(pw * ((r2 - s2) / (2 * s2^2))^2) / (N / (2 * s2^2))
criteria$aic <- N * log(2 * pi * s2) + N + 2 * (lambda + sigma)
criteria$parameters <- lambda + sigma
# Ordinal links: the maximum of polr with tight control; sandwich by the package's
# variance of scores from numerical derivatives is left to derivatives in Go.
ord <- lapply(c("probit", "loglog", "cloglog"), function(l) {
  m <- polr(ord ~ trust + age, data = d, weights = w, method = l, Hess = TRUE, control = list(reltol = 1e-16, maxit = 1000))
  list(name = l, coef = unname(c(coef(m), m$zeta)), deviance = m$deviance, naive_se = unname(sqrt(diag(vcov(m)))))
})
so <- svyolr(ord ~ trust + age, des, method = "probit", control = list(reltol = 1e-16, maxit = 1000))
sc <- svyolr(ord ~ trust + age, des, method = "cloglog", control = list(reltol = 1e-16, maxit = 1000))
out <- list(glm = glms, criteria = criteria, ordinal = ord, svyolr_probit_se = unname(sqrt(diag(vcov(so)))), svyolr_cloglog_se = unname(sqrt(diag(vcov(sc)))), svyolr_cloglog_coef = unname(c(coef(sc), sc$zeta)))
# Names of model matrices.
X <- data.frame(a = factor(c("1", "2", "3", "1", "2", "3")), b = factor(c("u", "u", "u", "v", "v", "v")), x = 1:6 / 2, z = c(3, 1, 4, 1, 5, 9))
fs <- c("~ a", "~ a + b", "~ a * b", "~ a:b", "~ a + a:b", "~ x + a:x", "~ a:x", "~ a - 1", "~ a + b - 1", "~ x + a - 1", "~ a:b - 1", "~ x * z", "~ a * b * x", "~ a + b + a:b:x", "~ x:a + b")
out$matrices <- lapply(fs, function(f) { m <- model.matrix(as.formula(f), X); list(formula = f, terms = attr(terms(as.formula(f)), "term.labels"), intercept = attr(terms(as.formula(f)), "intercept"), names = colnames(m), assign = attr(m, "assign"), rows = unname(m[])) })
write_json(out, "families.json", digits = NA, auto_unbox = TRUE, matrix = "rowmajor")

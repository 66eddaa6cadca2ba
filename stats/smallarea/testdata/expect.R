# Expected numbers of package smallarea: R 4.2.2, metafor, lme4 of Debian 12.
# Rscript expect.R > expect.json
suppressMessages({library(metafor); library(lme4); library(jsonlite)})
set.seed(20261122)
m <- 24
x <- round(rnorm(m), 3)
psi <- round(runif(m, 0.002, 0.03), 5)
y <- round(0.55 + 0.08 * x + rnorm(m, 0, 0.09) + rnorm(m, 0, sqrt(psi)), 5)
r <- rma(y, psi, mods = ~x, method = "REML", control = list(threshold = 1e-13, maxiter = 1000))
b <- blup(r)
# areas that do not differ: the variance between them is estimated as zero
y0 <- round(0.5 + rep(c(-1, 1), m / 2) * 0.01, 3)
r0 <- rma(y0, psi, method = "REML")

cells <- expand.grid(country = 1:6, age = 1:5, industry = 1:4)
bc <- rnorm(6, 0, 0.5); ba <- rnorm(5, 0, 0.4); bi <- rnorm(4, 0, 0.3)
cells$n <- rpois(nrow(cells), 12); cells$n[c(3, 50, 77)] <- 0
cells$x <- round(rnorm(nrow(cells)), 3)
eta <- -0.3 + 0.4 * cells$x + bc[cells$country] + ba[cells$age] + bi[cells$industry]
cells$yes <- rbinom(nrow(cells), cells$n, plogis(eta))
g <- glmer(cbind(yes, n - yes) ~ x + (1 | country) + (1 | age) + (1 | industry), family = binomial(), data = cells[cells$n > 0, ],
  control = glmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10, maxfun = 1e6), tolPwrss = 1e-13))
V <- as.data.frame(VarCorr(g))
sd <- setNames(V$sdcor, V$grp)[c("country", "age", "industry")]
re <- ranef(g)
out <- list(
  fayherriot = list(y = y, psi = psi, x = x, tau2 = r$tau2, beta = as.numeric(r$beta), se = as.numeric(r$se),
    blup = as.numeric(b$pred), blup_se = as.numeric(b$se), y0 = y0, tau20 = r0$tau2, beta0 = as.numeric(r0$beta)),
  multilevel = list(country = cells$country, age = cells$age, industry = cells$industry, n = cells$n, yes = cells$yes, x = cells$x,
    beta = as.numeric(fixef(g)), sd = as.numeric(sd), country_effects = re$country[, 1], age_effects = re$age[, 1],
    industry_effects = re$industry[, 1],
    p = as.numeric(predict(g, newdata = cells, type = "response"))))
cat(toJSON(out, digits = 17, auto_unbox = TRUE), "\n")

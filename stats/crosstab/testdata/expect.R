# Makes ratings.csv and expect.json: a small simulated loop of ratings, and what
# R's survey says of it. Run in this folder: Rscript expect.R
# Written with R 4.2.2, survey 4.1-1, jsonlite 1.8.4. Compared at 1e-9 relative.
suppressMessages(library(survey))
set.seed(20240607)

persons <- expand.grid(k = 1:6, psu = 1:4, stratum = 1:3)
persons <- subset(persons, !(stratum == 2 & psu == 4))
persons$person <- seq_len(nrow(persons))
persons$psu <- as.integer(factor(paste(persons$stratum, persons$psu)))
persons$w <- round(runif(nrow(persons), 0.3, 3), 2)
persons$w[7] <- 0
persons$age <- sample(1:3, nrow(persons), TRUE)
d <- do.call(rbind, lapply(seq_len(nrow(persons)), function(i) {
  items <- sort(sample(1:3, 2))
  data.frame(as.list(persons[i, c("stratum", "psu", "person", "w", "age")]), item = items,
             score = pmin(5, pmax(1, round(3 + persons$stratum[i] / 3 + items / 4 - persons$age[i] / 3 + rnorm(2)))))
}))
d$score[c(5, 40, 77)] <- NA
rownames(d) <- NULL
write.csv(d, "ratings.csv", row.names = FALSE, quote = FALSE, na = "")
d$high <- as.numeric(d$score >= 4)
d$npsu <- c(9, 5, 40)[d$stratum]
d$nper <- 10 * as.numeric(tapply(persons$person, persons$stratum, length))[d$stratum]

designs <- list(
  psu = svydesign(ids = ~psu, strata = ~stratum, weights = ~w, fpc = ~npsu, data = d),
  person = svydesign(ids = ~person, strata = ~stratum, weights = ~w, fpc = ~nper, data = d))
cells <- NULL; pairs <- NULL
for (name in names(designs)) {
  full <- designs[[name]]
  # a missing answer is outside the domain
  des <- subset(full, !is.na(score))
  for (y in c("score", "high")) {
    f <- as.formula(paste("~", y))
    for (by in c("item", "age")) {
      for (k in 1:3) {
        sub <- des[des$variables[[by]] == k, ]
        m <- svymean(f, sub, deff = "replace")
        df <- degf(sub); t <- qt(0.975, df)
        est <- as.numeric(coef(m)); se <- as.numeric(SE(m))
        ci <- if (y == "high") plogis(qlogis(est) + c(-1, 1) * t * se / (est * (1 - est))) else est + c(-1, 1) * t * se
        w <- weights(sub, "sampling")
        cells <- rbind(cells, data.frame(design = name, y = y, by = by, k = k, est = est, se = se, df = df, low = ci[1], high = ci[2],
          deff = as.numeric(deff(m)), sd = sqrt(as.numeric(svyvar(f, sub))),
          rows = sum(w != 0), people = length(unique(sub$variables$person[w != 0])), effective = sum(w)^2 / sum(w^2)))
        # the rest: everybody else
        des$variables$own <- as.numeric(des$variables[[by]] == k)
        b <- svyby(f, ~own, des, svymean, covmat = TRUE)
        v <- vcov(b); e <- coef(b)
        diff <- e[[2]] - e[[1]]; s <- sqrt(v[1, 1] + v[2, 2] - 2 * v[1, 2])
        pairs <- rbind(pairs, data.frame(design = name, y = y, by = by, a = k, b = 0, diff = diff, se = s, df = degf(des),
          p = 2 * pt(-abs(diff / s), degf(des))))
      }
      b <- svyby(f, as.formula(paste("~", by)), des, svymean, covmat = TRUE)
      v <- vcov(b); e <- coef(b)
      for (i in 1:2) for (j in (i + 1):3) {
        both <- des[des$variables[[by]] %in% c(i, j), ]
        diff <- e[[i]] - e[[j]]; s <- sqrt(v[i, i] + v[j, j] - 2 * v[i, j])
        pairs <- rbind(pairs, data.frame(design = name, y = y, by = by, a = i, b = j, diff = diff, se = s, df = degf(both),
          p = 2 * pt(-abs(diff / s), degf(both))))
      }
    }
  }
}
tails <- expand.grid(t = c(1e-6, 0.01, 0.5, 1, 1.96, 2.6, 4, 9, 30), df = c(1, 2, 7, 78, 2999, 99999, 100001, 1e7))
tails$p <- 2 * pt(-tails$t, tails$df)
quantiles <- expand.grid(alpha = c(0.5, 0.2, 0.1, 0.05, 0.01, 0.001, 1e-10), df = c(1, 2, 3, 7, 78, 2999, 99999, 100001, 1e7))
quantiles$t <- -qt(quantiles$alpha / 2, quantiles$df)
json <- jsonlite::toJSON(list(cells = cells, pairs = pairs, tails = tails, quantiles = quantiles), digits = I(17))
writeLines(gsub("},{", "},\n{", json, fixed = TRUE), "expect.json")

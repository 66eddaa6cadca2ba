# Invented people, and what R says of them: ratings adjusted for who rates,
# correlations, standardized shares, scales, answers centred by person.
# Made with R 4.2.2, survey 4.1-1: Rscript answers.R
suppressMessages({library(survey); library(jsonlite)})
set.seed(11)
n <- 360
d <- data.frame(stratum = rep(1:3, each = 120), psu = rep(1:24, each = 15), w = round(runif(n, 0.5, 2.5), 2),
                country = sample(1:3, n, TRUE), age = sample(1:3, n, TRUE))
d$age <- ifelse(runif(n) < 0.4, pmax(1, d$age - (d$country == 2)), d$age)
want <- rnorm(n) - 0.4 * d$age + 0.3 * (d$country == 3)
worry <- rnorm(n) + 0.5 * d$age - 0.2 * want
style <- 0.8 * (d$country == 2)
five <- function(x) as.integer(cut(x, c(-Inf, -1.2, -0.4, 0.4, 1.2, Inf)))
gaps <- function(x, p) ifelse(runif(n) < p, NA, x)
for (k in 1:4) d[[paste0("rate", k)]] <- gaps(five(0.7 * want + c(0.9, 0.3, 0, -0.8)[k] + rnorm(n)), 0.4)
d$rate3[runif(n) < 0.5 & d$age == 1] <- NA # the young rate it less often
for (k in 1:4) d[[paste0("want", k)]] <- gaps(five(0.7 * want + style + rnorm(n)), 0.03)
for (k in 1:4) d[[paste0("worry", k)]] <- gaps(five(0.7 * worry + style + rnorm(n)), 0.03)
write.csv(d, "answers.csv", row.names = FALSE, quote = FALSE, na = "")
d$person <- seq_len(n)
des <- svydesign(~psu, strata = ~stratum, weights = ~w, data = d, nest = TRUE)
top <- function(x) as.numeric(x >= 4)
pair <- function(e) list(value = unname(coef(e)), se = unname(SE(e)))

# Ratings below each other; the PSU of a person is the PSU of the rating.
long <- do.call(rbind, lapply(1:4, function(k) data.frame(d[, c("stratum", "psu", "w", "country", "age")], turn = k, top = top(d[[paste0("rate", k)]]))))
long <- long[!is.na(long$top), ]
for (v in c("turn", "country", "age")) long[[v]] <- factor(long[[v]])
rated <- svydesign(~psu, strata = ~stratum, weights = ~w, data = long, nest = TRUE)
m <- svyglm(top ~ turn + country + age, rated)
# Levels less their average: the first level has coefficient 0.
apart <- lapply(1:4, function(k) { c <- rep(-1/4, 4); c[k] <- c[k] + 1; svycontrast(m, setNames(c[-1], paste0("turn", 2:4))) })
adjusted <- sapply(1:4, function(k) { x <- long; x$turn <- factor(k, levels = 1:4); weighted.mean(predict(m, x), long$w) })
raw <- svyby(~top, ~turn, rated, svymean)

# Correlations of the four expectations among those who answered all.
all <- subset(des, complete.cases(d[, paste0("want", 1:4)]))
correlation <- function(i, j) {
  a <- paste0("want", i); b <- paste0("want", j)
  s <- svyvar(as.formula(paste("~", a, "+", b)), all)
  m <- as.matrix(s); V <- attr(s, "var")
  r <- m[1, 2] / sqrt(m[1, 1] * m[2, 2])
  g <- c(-r / (2 * m[1, 1]), 1 / (2 * sqrt(m[1, 1] * m[2, 2])), 1 / (2 * sqrt(m[1, 1] * m[2, 2])), -r / (2 * m[2, 2]))
  list(i = i - 1, j = j - 1, value = r, se = sqrt(drop(t(g) %*% V %*% g)))
}
pairs <- list(); for (i in 1:3) for (j in (i + 1):4) pairs <- c(pairs, list(correlation(i, j)))

# Shares of the first worry by country, of all ages alike: the pooled ages of
# everybody are the standard.
d$top1 <- top(d$worry1)
des <- update(des, top1 = d$top1, age = factor(d$age))
pooled <- as.numeric(svytable(~age, des)); pooled <- pooled / sum(pooled)
has <- subset(des, !is.na(top1))
std <- svyby(~top1, ~country, svystandardize(has, by = ~age, over = ~country, population = pooled), svymean)
plain <- svyby(~top1, ~country, has, svymean)

# Scale of worries, 0 to 100, of those who answered at least half; and the same
# less the person's own mean of all eight, of which half are answered.
items <- 25 * (as.matrix(d[, c(paste0("want", 1:4), paste0("worry", 1:4))]) - 1)
half <- function(x) ifelse(rowSums(!is.na(x)) * 2 >= ncol(x), rowMeans(x, na.rm = TRUE), NA)
d$scale <- half(items[, 5:8])
d$centred <- d$scale - half(items)
d$raw <- ifelse(is.na(d$centred), NA, d$scale)
des <- svydesign(~psu, strata = ~stratum, weights = ~w, data = d, nest = TRUE)
by <- function(f, v) { x <- subset(des, !is.na(d[[v]])); e <- svyby(f, ~country, x, svymean); list(value = unname(coef(e)), se = unname(SE(e))) }
write_json(list(
  adjusted = list(value = adjusted), apart = lapply(apart, function(e) list(value = coef(e)[[1]], se = SE(e)[[1]])),
  raw = list(value = unname(coef(raw)), se = unname(SE(raw))), pairs = pairs,
  standardized = list(value = unname(coef(std)), se = unname(SE(std))), plain = list(value = unname(coef(plain)), se = unname(SE(plain))),
  scale = by(~scale, "scale"), alpha = unname(svycralpha(~worry1 + worry2 + worry3 + worry4, subset(des, complete.cases(d[, paste0("worry", 1:4)])))),
  own = by(~raw, "raw"), centred = by(~centred, "centred"), mean = coef(svymean(~raw, subset(des, !is.na(d$raw))))[[1]]
), "answers.json", auto_unbox = TRUE, digits = NA, pretty = TRUE)

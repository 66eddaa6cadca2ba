# Makes the cases of this folder: a small simulated survey, and what R says of it.
#
#   Rscript cases.R [folder]        writes into the folder, this one by default
#
# data/*.csv and data/codebook.json are the survey, rep/*.csv are multipliers of
# replicate weights, and every <topic>.json holds cases: how the sample was
# drawn (design), what was asked (params), what came out (expect), and the
# relative tolerance that suits it (tol). Needs survey and polycor, whose versions
# are in each file. Two runs give the same bytes. Warnings of single PSUs and of
# fits that R gives up at its limit of rounding are expected.
#
# Where R stops early or errs, the number is computed here, from its formula: the
# textbook variance after raking, intervals of shares, ordinal models, sums of
# chi-squareds, principal components, polychoric correlations. The word
# "stopifnot" marks that R's own number is close to it.
suppressMessages({ library(survey); library(polycor) })
out <- c(commandArgs(TRUE), ".")[1]
for (d in c("data", "rep")) dir.create(file.path(out, d), showWarnings = FALSE, recursive = TRUE)
set.seed(20240318, "Mersenne-Twister", "Inversion", "Rejection")

# ---- Writing ----

# digits: the shortest of 15 and 17 significant digits that reads back the same.
digits <- function(x) {
  s <- sprintf("%.15g", x)
  off <- is.finite(x)
  off[off] <- as.numeric(s[off]) != x[off]
  s[off] <- sprintf("%.17g", x[off])
  s
}

# json: NULL, NA and NaN are null, Inf is a text, a data frame is a list of rows,
# a matrix a list of lists. A vector of one element is that element, unless in I().
json <- function(x) {
  array <- function(v) paste0("[", paste(v, collapse = ","), "]")
  object <- function(names, v) paste0("{", paste0(json_text(names), ": ", v, collapse = ", "), "}")
  if (is.null(x)) return("null")
  if (is.data.frame(x)) return(array(vapply(seq_len(nrow(x)), function(i) json(as.list(x[i, , drop = FALSE])), "")))
  if (is.list(x)) {
    v <- vapply(x, json, "")
    return(if (is.null(names(x))) array(v) else object(names(x), v))
  }
  if (is.matrix(x)) return(array(vapply(seq_len(nrow(x)), function(i) array(json_atoms(x[i, ])), "")))
  v <- json_atoms(x)
  if (length(v) == 1 && !inherits(x, "AsIs")) v else array(v)
}
json_text <- function(s) paste0("\"", gsub("([\"\\\\])", "\\\\\\1", s), "\"")
json_atoms <- function(x) {
  if (is.factor(x)) x <- as.character(x)
  if (is.logical(x)) return(ifelse(is.na(x), "null", tolower(as.character(x))))
  if (is.character(x)) return(ifelse(is.na(x), "null", json_text(x)))
  ifelse(is.na(x), "null", ifelse(is.finite(x), digits(x), json_text(as.character(x))))
}

topics <- list()
# case files a case under its topic. What R refuses has its message for an answer
# (refused).
case <- function(topic, id, stat, call, params = list(), expect, design = NULL, tol = 1e-9, note = NULL) {
  one <- list(id = id)
  if (!is.null(design)) one$design <- design
  one <- c(one, list(call = call, params = c(list(stat = stat), params), tol = tol))
  if (!is.null(note)) one$note <- note
  one$expect <- expect
  topics[[topic]] <<- c(topics[[topic]], list(one))
}
refused <- function(expr) tryCatch({ capture.output(suppressWarnings(force(expr))); stop("R did not stop") },
  error = function(e) list(error = conditionMessage(e)))

write_topics <- function() {
  versions <- list(generated_by = paste0("R ", getRversion(), ", stats/internal/oracle/testdata/cases.R"),
    survey = as.character(packageVersion("survey")), polycor = as.character(packageVersion("polycor")))
  for (name in names(topics)) {
    file <- paste0(name, ".json")
    head <- json(c(list(file = file), versions, list(cases_total = length(topics[[name]]))))
    lines <- vapply(topics[[name]], json, "")
    writeLines(c(sub("}$", ", \"cases\": [", head), paste0(lines, c(rep(",", length(lines) - 1), "")), "]}"), file.path(out, file))
  }
}

# quiet makes the rounding noise in a covariance matrix zero: variances that are
# nothing beside the square of the estimate, covariances that are nothing beside
# the variances.
quiet <- function(V, est) {
  V <- unname(as.matrix(V)); est[is.na(est)] <- 0
  none <- sqrt(pmax(diag(V), 0)) < 1e-11 * abs(est)
  V[none, ] <- 0; V[, none] <- 0
  noise <- abs(V) < 1e-12 * sqrt(outer(diag(V), diag(V)))
  V[!is.na(noise) & noise] <- 0
  V
}
numbers <- function(x) as.numeric(unlist(x))
near <- function(a, b, tol) stopifnot(all(abs(a - b) <= tol * pmax(abs(a), abs(b))))

# ---- The survey ----

# 240 respondents in 3 countries, urban and rural: 6 strata, 4 PSUs in each, numbered
# from 1 again in every stratum.
simulate <- function() {
  n <- 240
  country <- rep(c("Chile", "Finland", "Spain"), each = 80)
  area <- rep(rep(c("urban", "rural"), each = 40), 3)
  psu <- unlist(lapply(1:6, function(i) sort(c(1:4, sample(1:4, 36, TRUE, c(0.3, 0.2, 0.3, 0.2))))))
  w <- data.frame(resp_id = 1:n, country, area)
  w$stratum <- 10L * as.integer(factor(country)) + (area == "rural")
  w$psu <- psu
  w$cluster <- as.integer(factor(paste(w$stratum, w$psu)))
  w$pair <- (w$cluster - 1L) %/% 2L + 1L     # two PSUs each, for BRR
  w$half <- (w$cluster - 1L) %% 2L + 1L
  shift <- rnorm(24)[w$cluster]
  w$w <- round(60 * exp(rnorm(n, 0, 0.4)) * c(0.7, 1.5, 1.1)[factor(country)], 2)
  w$w_psu <- round(ave(w$w, w$cluster), 1)
  w$n_psu <- c(`10` = 9, `11` = 14, `20` = 11, `21` = 8, `30` = 20, `31` = 10)[as.character(w$stratum)]
  w$n_resp <- ave(w$resp_id, w$cluster, FUN = length) * 5L + w$cluster
  w$n_all <- 24000L
  w$age <- sample(c("18-34", "35-54", "55+"), n, TRUE)
  w$gender <- sample(c("female", "male"), n, TRUE)
  w$edu <- sample(c("school", "college", "university"), n, TRUE, c(0.4, 0.35, 0.25))
  score <- 0.6 * shift + rnorm(n) + 0.5 * (w$edu == "university") - 0.4 * (w$age == "55+")
  w$trust <- round(pmin(10, pmax(0, 5 + 1.6 * score + rnorm(n))), 1)
  w$nps <- pmin(10L, pmax(0L, as.integer(round(5.5 + 1.8 * score + rnorm(n)))))
  w$worry <- pmin(5L, pmax(1L, as.integer(round(3 - 0.6 * score + rnorm(n)))))
  cut3 <- function(x) c("low", "low", "mid", "high", "high")[x]
  w$worry_cat <- cut3(w$worry)
  w$worry_again <- cut3(pmin(5L, pmax(1L, w$worry + sample(-1:1, n, TRUE, c(0.2, 0.6, 0.2)))))
  w$accounts <- rpois(n, exp(0.7 + 0.25 * score))
  w$spend <- round(exp(3 + 0.3 * score + rnorm(n, 0, 0.5)), 2)
  w$high <- as.integer(w$trust > 6)
  group <- runif(n) < plogis(score)          # two latent classes of sharers
  share <- function(yes, no) as.integer(runif(n) < ifelse(group, yes, no))
  w$share_mail <- share(0.92, 0.2); w$share_place <- share(0.85, 0.12)
  w$share_buys <- share(0.9, 0.2); w$share_health <- share(0.8, 0.1)
  w$shares <- w$share_mail + w$share_place + w$share_buys + w$share_health
  w$income <- 1000L * as.integer(round(exp(3 + 0.3 * (w$edu == "university") + rnorm(n, 0, 0.4))))
  w$bank_trust <- pmin(5L, pmax(1L, as.integer(round(3 + 0.8 * score + rnorm(n, 0, 0.8)))))
  w$shop_trust <- pmin(5L, pmax(1L, as.integer(round(2.8 + 0.5 * score + rnorm(n)))))
  w$income[sample(n, 17)] <- NA
  w$bank_trust[sample(n, 40)] <- NA
  w$shop_trust[sample(n, 60)] <- NA
  w$channel <- sample(c("app", "web"), n, TRUE)
  w$channel[sample(n, 12)] <- NA
  long <- do.call(rbind, lapply(seq(1, n, 2), function(i) data.frame(as.list(w[i, c("resp_id", "stratum", "psu", "w")]),
    industry = sort(sample(c("bank", "health", "shop", "telecom"), 2)), score = score[i])))
  long$rating <- pmin(5L, pmax(1L, as.integer(round(3 + 0.7 * long$score + (long$industry == "bank") + rnorm(n, 0, 0.8)))))
  long$wants <- pmin(5L, pmax(1L, as.integer(round(3 + 0.3 * long$score + rnorm(n)))))
  long$share <- as.integer(runif(n) < plogis(-1.2 + 0.4 * long$rating - 0.5 * (long$industry == "health")))
  long$rating[sample(n, 15)] <- NA
  long$score <- NULL
  lonely <- data.frame(stratum = rep(1:5, c(10, 8, 4, 12, 6)),
    psu = c(rep(1:3, c(3, 4, 3)), rep(1:2, 4), rep(1, 4), rep(1:4, 3), rep(1:2, each = 3)))
  lonely$w <- round(runif(40, 1, 4), 1)
  lonely$z <- round(rnorm(40, 5, 2), 2)
  lonely$y <- round(2 + 3 * lonely$z + rnorm(40, lonely$stratum, 3), 2)
  lonely$group <- ifelse(lonely$stratum == 5, ifelse(lonely$psu == 1, "a", "b"), sample(c("a", "b"), 40, TRUE))
  list(wide = w, long = long, lonely = lonely)
}

# Levels that are not in the order of the alphabet are on purpose: order counts.
factors <- list(country = NULL, area = c("urban", "rural"), age = NULL, gender = NULL, edu = c("school", "college", "university"),
  worry_cat = c("low", "mid", "high"), worry_again = c("low", "mid", "high"), channel = c("web", "app"), industry = NULL, group = NULL)

# The script goes on with what stands in the files.
frames <- simulate()
codebook <- list()
for (name in names(frames)) {
  path <- file.path(out, "data", paste0(name, ".csv"))
  text <- as.data.frame(lapply(frames[[name]], function(x) if (is.numeric(x)) ifelse(is.na(x), NA, digits(x)) else x))
  write.csv(text, path, row.names = FALSE, quote = FALSE, na = "")
  f <- read.csv(path, na.strings = "")
  for (v in intersect(names(f), names(factors))) f[[v]] <- factor(f[[v]], levels = if (is.null(factors[[v]])) sort(unique(f[[v]])) else factors[[v]])
  frames[[name]] <- f
  codebook[[name]] <- lapply(names(f), function(v) c(
    list(name = v, type = if (is.factor(f[[v]])) "factor" else if (is.integer(f[[v]])) "integer" else "number"),
    if (is.factor(f[[v]])) list(levels = I(levels(f[[v]]))), if (anyNA(f[[v]])) list(missing = sum(is.na(f[[v]])))))
}
writeLines(gsub("},{", "},\n  {", json(codebook), fixed = TRUE), file.path(out, "data", "codebook.json"))

# ---- Designs ----

spec <- function(data, ids = character(), strata = character(), weights = NULL, fpc = character(), nest = TRUE,
                 lonely = "fail", domains = FALSE, ultimate = FALSE, steps = list()) {
  s <- list(data = data, ids = I(ids), strata = I(strata), weights = weights, fpc = I(fpc), nest = nest,
    options = list(lonely_psu = lonely, adjust_domain_lonely = domains, ultimate_cluster = ultimate))
  s <- s[!vapply(s, is.null, NA)]
  if (length(steps)) s$steps <- steps
  s
}
with_steps <- function(s, ...) { s$steps <- c(s$steps, list(...)); s }

loop <- spec("wide", "psu", "stratum", "w")                     # the survey as it was drawn
long <- spec("long", "psu", "stratum", "w")                     # its ratings
few <- spec("wide", "psu", "stratum", "w", "n_psu")             # PSUs without replacement
two <- spec("wide", c("psu", "resp_id"), "stratum", fpc = c("n_psu", "n_resp"))  # two stages, weights from fpc
simple <- spec("wide", fpc = "n_all")                           # simple random sample
strat <- spec("wide", strata = "country", weights = "w")        # rows as PSUs
clus <- spec("wide", "cluster", weights = "w", nest = FALSE)    # no strata
paired <- spec("wide", "half", "pair", "w")                     # two PSUs a stratum

vars <- function(v, left = "") as.formula(paste(left, "~", paste(v, collapse = " + ")))
part <- function(v) if (length(v)) vars(v) else NULL

# build makes the design of a specification, and sets the options of the package
# that belong to it.
build <- function(s) {
  o <- s$options
  options(survey.lonely.psu = o$lonely_psu, survey.adjust.domain.lonely = o$adjust_domain_lonely, survey.ultimate.cluster = o$ultimate_cluster)
  d <- suppressWarnings(svydesign(ids = if (length(s$ids)) vars(s$ids) else ~1, strata = part(s$strata), weights = part(s$weights),
    fpc = part(s$fpc), nest = s$nest, data = frames[[s$data]]))
  for (step in s$steps) d <- steps[[step$op]](d, step)
  d
}

meets <- function(f, where) Reduce(`&`, lapply(where, function(c) {
  x <- f[[c$var]]
  if (is.factor(x)) x <- as.character(x)
  r <- switch(c$op, "notna" = TRUE, "in" = x %in% c$value, "==" = x == c$value, "!=" = x != c$value, "<" = x < c$value, "<=" = x <= c$value,
    ">" = x > c$value, ">=" = x >= c$value)
  r & !is.na(x)
}))

steps <- list(
  subset = function(d, s) d[meets(d$variables, s$where), ],
  postStratify = function(d, s) postStratify(d, vars(s$vars), s$population, partial = s$partial),
  rake = function(d, s) rake(d, lapply(s$margins, function(m) vars(m$vars)), lapply(s$margins, `[[`, "population"),
    control = list(maxit = s$maxit, epsilon = s$epsilon, verbose = FALSE)),
  calibrate = function(d, s) {
    bounds <- list(lower = if (is.null(s$lower)) -Inf else s$lower, upper = if (is.null(s$upper)) Inf else s$upper)
    d <- calibrate(d, as.formula(s$formula), setNames(s$population$totals, s$population$terms), calfun = s$calfun, bounds = bounds,
      bounds.const = isTRUE(s$bounds_const), aggregate.stage = s$aggregate_stage, variance = s$variance_coef, maxit = s$maxit, epsilon = s$epsilon)
    if (is_rep(d)) d$degf <- NULL            # R keeps the df of the weights before; rake and postStratify count anew
    d
  },
  trimWeights = function(d, s) trimWeights(d, upper = if (is.null(s$upper)) Inf else s$upper, lower = if (is.null(s$lower)) -Inf else s$lower,
    strict = s$strict),
  replicates = function(d, s) as.svrepdesign(d, type = s$type, mse = s$mse),
  replicates_from_file = function(d, s) {
    table <- read.csv(file.path(out, "rep", s$file))
    key <- function(f) do.call(paste, unname(f[s$key]))
    m <- as.matrix(table[match(key(d$variables), key(table)), grep("^r[0-9]+$", names(table))])
    rownames(m) <- NULL
    svrepdesign(data = d$variables, repweights = m, weights = weights(d, "sampling"), combined.weights = FALSE, type = "other",
      scale = s$scale, rscales = if (identical(s$rscales, "ones")) rep(1, ncol(m)) else s$rscales, mse = s$mse)
  },
  svystandardize = function(d, s) svystandardize(d, by = vars(s$by), over = if (length(s$over)) vars(s$over) else ~1, population = s$population,
    excluding.missing = part(s$excluding_missing))
)

where <- function(var, op, value = NULL) c(list(var = var, op = op), if (!is.null(value)) list(value = value))
sub_of <- function(s, ...) with_steps(s, list(op = "subset", where = list(...)))
margin <- function(var, freq) { p <- data.frame(levels(frames$wide[[var]]), Freq = freq); names(p)[1] <- var; p }

# block: estimates with standard errors, covariances and both intervals.
block <- function(x, d, level = 0.95) {
  est <- as.numeric(coef(x)); V <- quiet(vcov(x), est)
  se <- sqrt(diag(V)); df <- degf(d)
  ci <- function(q) cbind(est - q * se, est + q * se)
  list(names = I(names(coef(x))), est = I(est), se = I(se), vcov = V, df = df, level = level,
    ci_normal = ci(qnorm((1 + level) / 2)), ci_t = ci(qt((1 + level) / 2, df)))
}
deff_of <- function(x, se) { v <- deff(x); v <- if (is.matrix(v)) diag(v) else as.numeric(v); v[se == 0] <- NA; I(as.numeric(v)) }
is_rep <- function(d) inherits(d, "svyrep.design")

means <- function(topic, id, s, v, stat = "mean", na_rm = FALSE, level = 0.95, deff = TRUE) {
  d <- build(s); f <- list(mean = svymean, total = svytotal)[[stat]]
  e <- block(f(vars(v), d, na.rm = na_rm), d, level)
  if (deff && !is_rep(d)) {
    e$deff <- deff_of(f(vars(v), d, na.rm = na_rm, deff = TRUE), e$se)
    e$deff_replace <- deff_of(f(vars(v), d, na.rm = na_rm, deff = "replace"), e$se)
  }
  w <- weights(d, "sampling")
  e <- c(e, list(n = nrow(d$variables), n_nonzero = sum(w != 0), sum_weights = sum(w)))
  case(topic, id, stat, sprintf("svy%s(~ %s, design, na.rm = %s)", stat, paste(v, collapse = " + "), na_rm),
    list(vars = I(v), na_rm = na_rm, level = level), e, s)
}
ratios <- function(topic, id, s, top, below, na_rm = FALSE) {
  d <- build(s)
  e <- block(svyratio(vars(top), vars(below), d, na.rm = na_rm, covmat = TRUE), d)
  case(topic, id, "ratio", "svyratio(covmat = TRUE)", list(numerator = I(top), denominator = I(below), na_rm = na_rm, level = 0.95), e, s)
}
# Correlations have their standard errors by the delta method from the covariances.
spreads <- function(topic, id, s, v, na_rm = FALSE) {
  d <- build(s); x <- svyvar(vars(v), d, na.rm = na_rm); k <- length(v)
  S <- matrix(as.numeric(as.matrix(x)), k); V <- vcov(x)
  e <- list(names = I(v), matrix = S, se = matrix(sqrt(diag(V)), k), df = degf(d))
  if (k > 1) {
    e$cor <- cov2cor(S); e$cor_se_delta <- matrix(0, k, k)
    for (i in 1:k) for (j in setdiff(1:k, i)) {
      at <- c((j - 1) * k + i, (i - 1) * k + i, (j - 1) * k + j)
      g <- e$cor[i, j] * c(1 / S[i, j], -0.5 / S[i, i], -0.5 / S[j, j])
      e$cor_se_delta[i, j] <- sqrt(drop(t(g) %*% V[at, at] %*% g))
    }
  }
  case(topic, id, "var", "svyvar; correlations from it", list(vars = I(v), na_rm = na_rm), e, s)
}
tables <- function(topic, id, s, v) {
  d <- build(s)
  cells <- as.data.frame(svytable(vars(v), d), stringsAsFactors = FALSE)
  case(topic, id, "table", "svytable", list(vars = I(v)), list(cells = cells, sum_weights = sum(weights(d)), n = nrow(d$variables)), s)
}

# ---- Means, totals, ratios, variances, tables ----

local({
  means("means", "mean/loop", loop, c("trust", "nps", "edu"))
  means("means", "mean/few", few, c("trust", "edu"), level = 0.9)
  means("means", "mean/two_stages", two, c("trust", "high"))
  s <- two; s$options$ultimate_cluster <- TRUE
  means("means", "mean/two_stages/ultimate_cluster", s, c("trust", "high"))
  means("means", "mean/simple", simple, c("trust", "spend"), level = 0.99)
  means("means", "mean/rows", spec("wide"), c("trust", "nps"))
  means("means", "mean/strat/missing", strat, c("income", "trust"))
  means("means", "mean/strat/missing_left_out", strat, c("income", "trust"), na_rm = TRUE)
  means("means", "mean/long", long, c("rating", "share"), na_rm = TRUE)
  means("means", "mean/domain", sub_of(loop, where("age", "in", c("18-34", "55+")), where("nps", ">=", 4)), c("trust", "country"))
  means("means", "total/loop", loop, c("accounts", "country"), "total")
  means("means", "total/two_stages", two, "accounts", "total")
  means("means", "total/domain", sub_of(few, where("gender", "==", "male"), where("income", "notna")), "income", "total")
  ratios("means", "ratio/loop", loop, c("shares", "accounts"), c("nps", "trust"))
  ratios("means", "ratio/missing", few, "income", "spend", na_rm = TRUE)
  ratios("means", "ratio/domain", sub_of(two, where("country", "!=", "Spain"), where("worry", "<", 5)), "shares", "nps")
  spreads("means", "var/loop", loop, c("trust", "nps", "worry"))
  spreads("means", "var/missing", strat, "income", na_rm = TRUE)
  spreads("means", "var/two_stages/domain", sub_of(two, where("worry", "<=", 3), where("nps", ">", 2)), c("trust", "spend"))
  tables("means", "table/country_edu", loop, c("country", "edu"))
  tables("means", "table/domain", sub_of(strat, where("high", "==", 1)), "worry_cat")
})

# ---- Quantiles ----

# on_step: p is where the weighted distribution function steps. rounding_sensitive: an
# interpolated quantile that is a data value. Rounding decides on both.
quantiles <- function(id, s, v, p, rule = "math", type = "mean", alpha = 0.05, df = "degf", na_rm = FALSE) {
  d <- build(s)
  q <- suppressWarnings(svyquantile(vars(v), d, p, na.rm = na_rm, qrule = rule, interval.type = type, ci = TRUE, alpha = alpha,
    df = if (identical(df, "degf")) degf(d) else df))
  e <- lapply(setNames(v, v), function(name) {
    x <- d$variables[[name]]; w <- weights(d, "sampling")[!is.na(x)]; x <- x[!is.na(x)]
    steps <- cumsum(tapply(w, x, sum)) / sum(w)
    lapply(seq_along(p), function(k) {
      one <- as.numeric(q[[name]][k, ])
      r <- list(p = p[k], quantile = one[1], lower = one[2], upper = one[3], se = one[4])
      if (any(abs(steps - p[k]) < 1e-10)) r$on_step <- TRUE
      if (!rule %in% c("math", "hf1", "hf3") && any(abs(x - one[1]) < 1e-9 * max(1, abs(one[1])))) r$rounding_sensitive <- TRUE
      r
    })
  })
  case("quantiles", id, "quantile", sprintf("svyquantile(qrule = \"%s\", interval.type = \"%s\", ci = TRUE)", rule, type),
    list(vars = I(v), probs = I(p), qrule = rule, interval_type = type, na_rm = na_rm, alpha = alpha, df = df), c(e, list(df = degf(d))), s)
}
local({
  p <- c(0.1, 0.5, 0.75)
  for (rule in c("math", "school", paste0("hf", 1:9))) quantiles(paste0("quantile/loop/", rule), loop, "spend", p, rule)
  for (type in c("beta", "xlogit", "asin", "score")) quantiles(paste0("quantile/loop/", type), loop, c("spend", "nps"), c(0.25, 0.5), type = type)
  quantiles("quantile/two_stages/level", two, "trust", c(0.2, 0.6), alpha = 0.2, df = Inf)
  quantiles("quantile/few/missing", few, "income", c(0.3, 0.5), "hf7", na_rm = TRUE)
  quantiles("quantile/domain", sub_of(loop, where("country", "==", "Finland")), "spend", c(0.25, 0.5))
  quantiles("quantile/rows", spec("wide"), "spend", c(0.37, 0.5))
  quantiles("quantile/replicates/mean", with_steps(clus, list(op = "replicates", type = "JK1", mse = FALSE)), "spend", c(0.3, 0.5))
  quantiles("quantile/replicates/quantile", with_steps(loop, list(op = "replicates", type = "JKn", mse = FALSE)), "spend", c(0.3, 0.5), type = "quantile")
})

# ---- Shares ----

# The closed forms, or the equation itself, solved; R's own logit and likelihood
# intervals stop early. The likelihood interval is where the change of the deviance,
# over the dispersion n/(n-1), is t^2 V(logit p) / naive V.
shares <- function(id, s, var, value, method, level = 0.95, df = "degf", na_rm = FALSE) {
  d <- build(s)
  d$variables$yes <- as.numeric(d$variables[[var]] == value)
  m <- svymean(~yes, d, na.rm = na_rm); p <- as.numeric(coef(m)); se <- as.numeric(SE(m))
  k <- if (identical(df, "degf")) degf(d) else df
  t <- qt((1 + level) / 2, k)
  r <- as.numeric(confint(svyciprop(~yes, d, method = method, level = level, df = k, na.rm = na_rm)))
  n <- sum(!is.na(d$variables$yes)); n_eff <- p * (1 - p) / se^2
  # logit on replicates: the variance of their logits
  se_logit <- if (is_rep(d) && method == "logit") as.numeric(SE(withReplicates(d,
    function(w, data) qlogis(sum(w * data$yes) / sum(w))))) else se / (p * (1 - p))
  e <- list(est = p, se = se, df = k, level = level)
  e$ci <- switch(method, logit = , xlogit = plogis(qlogis(p) + c(-1, 1) * t * se_logit), mean = p + c(-1, 1) * t * se,
    asin = sin(asin(sqrt(p)) + c(-1, 1) * t * se / (2 * sqrt(p * (1 - p))))^2,
    beta = { a <- n_eff * (qt((1 + level) / 2, nrow(d$variables) - 1) / t)^2; c(qbeta((1 - level) / 2, p * a, (1 - p) * a + 1),
      qbeta((1 + level) / 2, p * a + 1, (1 - p) * a)) },
    likelihood = {
      cut <- t^2 * se_logit^2 * n * p * (1 - p) * n / (n - 1)
      g <- function(q) 2 * n * (p * log(p / q) + (1 - p) * log((1 - p) / (1 - q))) - cut
      c(uniroot(g, c(1e-9, p), tol = 1e-16)$root, uniroot(g, c(p, 1 - 1e-9), tol = 1e-16)$root)
    })
  near(e$ci, r, 1e-3)
  if (method == "beta") e$n_eff_raw <- n_eff
  if (method == "likelihood") e$n <- n
  case("proportions", id, "ciprop", sprintf("svyciprop(~I(%s == %s), design, method = \"%s\", level = %g)", var, value, method, level),
    list(var = var, value = value, method = method, level = level, df = df, na_rm = na_rm), e, s, tol = if (method == "likelihood") 1e-8 else 1e-9)
}
local({
  all <- c("logit", "likelihood", "asin", "beta", "mean", "xlogit")
  for (m in all) shares(paste0("ciprop/loop/high/", m), loop, "high", 1, m)
  for (m in all) shares(paste0("ciprop/two_stages/edu/", m), two, "edu", "university", m, level = 0.9)
  for (m in c("logit", "asin", "mean")) shares(paste0("ciprop/missing/", m), few, "bank_trust", 5, m, na_rm = TRUE)
  for (m in c("logit", "mean")) shares(paste0("ciprop/normal/", m), strat, "high", 1, m, df = Inf)
  for (m in c("logit", "xlogit")) shares(paste0("ciprop/jk1/", m), with_steps(clus, list(op = "replicates", type = "JK1", mse = FALSE)), "high", 1, m)
  # Nobody, or everybody: no interval.
  s <- sub_of(loop, where("trust", ">", 6))
  case("proportions", "ciprop/everybody", "ciprop", "svyciprop of a share of 1", list(var = "high", value = 1, method = "logit", level = 0.95, df = "degf",
    na_rm = FALSE),
    list(est = 1, se = 0, df = degf(build(s)), level = 0.95, degenerate = TRUE, ci = c(NA, NA)), s)
})

# ---- Domains and contrasts ----

domains <- function(topic, id, s, stat, v, by, below = NULL, covmat = FALSE, na_rm = FALSE, deff = FALSE, na_rm_by = FALSE, na_rm_all = FALSE, drop = TRUE,
  p = NULL, rule = NULL) {
  d <- build(s)
  f <- list(by_mean = svymean, by_total = svytotal, by_ratio = svyratio, by_var = svyvar, by_quantile = svyquantile)[[stat]]
  args <- list(vars(v), vars(by), d, f, covmat = covmat, na.rm = na_rm, na.rm.by = na_rm_by, na.rm.all = na_rm_all, drop.empty.groups = drop, keep.var = TRUE)
  if (deff) args$deff <- TRUE
  if (!is.null(below)) args$denominator <- vars(below)
  if (!is.null(p)) args <- c(args, list(quantiles = p, qrule = rule, ci = TRUE))
  b <- do.call(svyby, args)
  est <- as.numeric(coef(b)); se <- numbers(SE(b))
  cells <- as.list(as.data.frame(lapply(b[by], as.character), stringsAsFactors = FALSE))
  rows <- lapply(seq_len(nrow(b)), function(g) {
    one <- lapply(cells, `[`, g)
    in_cell <- Reduce(`&`, lapply(by, function(x) d$variables[[x]] %in% one[[x]]))
    sub <- d[in_cell, ]; w <- weights(sub, "sampling")
    if (na_rm) one$n_valid <- sum(w != 0 & complete.cases(sub$variables[c(v, below)]))
    if (is.null(p)) one <- c(one, list(n = sum(w != 0), sum_w = sum(w), df = if (any(in_cell)) degf(sub)))
    one
  })
  empty <- vapply(rows, function(r) identical(r$n, 0L) || identical(r$n_valid, 0L), NA)
  est[rep_len(empty, length(est))] <- NA; se[rep_len(empty, length(se))] <- NA
  e <- list(cells = rows, names = I(names(coef(b))), est = I(est), se = I(se))
  if (covmat) e$vcov <- quiet(vcov(b), est)
  if (deff) e$deff <- I(numbers(b[grep("^DEff", names(b))]))
  params <- list(vars = I(v), by = I(by), covmat = covmat, na_rm = na_rm, deff = deff, na_rm_by = na_rm_by, na_rm_all = na_rm_all, drop_empty_groups = drop)
  if (!is.null(below)) params$denominator <- below
  if (!is.null(p)) params <- c(params, list(probs = I(p), qrule = rule))
  case(topic, id, stat, sprintf("svyby(~ %s, ~ %s, design, %s)", paste(v, collapse = " + "), paste(by, collapse = " + "), sub("by_", "svy", stat)), params, e,
    s)
}
local({
  domains("domains", "by/loop/mean", loop, "by_mean", c("trust", "nps"), "country", covmat = TRUE)
  domains("domains", "by/two_stages/mean_two", two, "by_mean", "trust", c("edu", "gender"), covmat = TRUE)
  domains("domains", "by/few/deff", few, "by_mean", "trust", "age", deff = TRUE)
  domains("domains", "by/loop/missing_outcome", loop, "by_mean", "bank_trust", "edu", na_rm = TRUE)
  domains("domains", "by/loop/missing_group", loop, "by_mean", "trust", "channel", na_rm_by = TRUE)
  domains("domains", "by/loop/factor", loop, "by_mean", "worry_cat", "area")
  domains("domains", "by/long/mean", long, "by_mean", "share", "industry", covmat = TRUE)
  domains("domains", "by/loop/total", loop, "by_total", "accounts", c("area", "edu"), covmat = TRUE)
  domains("domains", "by/few/total", few, "by_total", "shares", "gender", covmat = TRUE)
  domains("domains", "by/loop/ratio", loop, "by_ratio", "shares", "country", below = "nps")
  domains("domains", "by/long/ratio", long, "by_ratio", "rating", "industry", below = "wants", na_rm = TRUE)
  domains("domains", "by/loop/var", loop, "by_var", "trust", "edu")
  domains("domains", "by/few/var", few, "by_var", "spend", "area")
  domains("quantiles", "quantile/by/math", loop, "by_quantile", "spend", "country", p = 0.5, rule = "math")
  domains("quantiles", "quantile/by/hf7", few, "by_quantile", "spend", "edu", p = 0.25, rule = "hf7")
})

contrasts_of <- function(id, s, of, v, linear, smooth, by = NULL, topic = "contrasts") {
  d <- build(s); f <- list(mean = svymean, total = svytotal)[[of]]
  b <- if (is.null(by)) f(vars(v), d) else svyby(vars(v), vars(by), d, f, covmat = TRUE)
  est <- as.numeric(coef(b)); V <- quiet(vcov(b), est); df <- degf(d)
  stat <- structure(setNames(est, paste0("e", seq_along(est))), var = V, statistic = of, class = "svystat")
  result <- function(x, names) { est <- as.numeric(coef(x)); V <- quiet(vcov(x), est); list(names = I(names), est = I(est), se = I(sqrt(diag(V))), vcov = V) }
  l <- result(svycontrast(stat, linear), names(linear))
  t <- l$est / l$se
  e <- list(base_names = I(names(coef(b))), base_est = I(est), base_vcov = V, df = df,
    linear = c(l, list(t = I(as.numeric(t)), p_t = I(2 * pt(-abs(as.numeric(t)), df)), p_normal = I(2 * pnorm(-abs(as.numeric(t)))))),
    nonlinear = result(svycontrast(stat, lapply(smooth, str2lang)), names(smooth)))
  params <- list(of = of, vars = I(v), linear = lapply(linear, I), nonlinear = smooth, na_rm = FALSE)
  if (!is.null(by)) params$by <- I(by)
  case(topic, id, "contrast", "svycontrast", params, e, s)
}
local({
  three <- list("F-C" = c(-1, 1, 0), "S-C" = c(-1, 0, 1), "C vs rest" = c(1, -0.5, -0.5))
  contrasts_of("contrast/loop/country", loop, "mean", "trust", three, list("F/C" = "e2/e1", "log ratio" = "log(e3/e1)"), "country")
  contrasts_of("contrast/few/edu", few, "mean", "high", three, list("odds ratio" = "(e2/(1-e2))/(e1/(1-e1))"), "edu")
  contrasts_of("contrast/two_stages/variables", two, "mean", c("trust", "nps"), list(difference = c(1, -1)), list(percent = "100*(e1-e2)/e2"))
  contrasts_of("contrast/loop/totals", loop, "total", c("shares", "accounts"), list(difference = c(1, -1)), list(ratio = "e1/e2"))
  contrasts_of("contrast/jkn", with_steps(loop, list(op = "replicates", type = "JKn", mse = FALSE)), "mean", "trust", three, list("F/C" = "e2/e1"), "country")
})

# ---- Strata with a single PSU ----

local({
  of <- function(policy, domains = FALSE) spec("lonely", "psu", "stratum", "w", lonely = policy, domains = domains)
  for (policy in c("remove", "adjust", "average", "certainty")) {
    means("lonely_psu", paste0("lonely/", policy, "/mean"), of(policy), c("y", "z"), deff = FALSE)
    domains("lonely_psu", paste0("lonely/", policy, "/by"), of(policy), "by_mean", "y", "group")
  }
  means("lonely_psu", "lonely/adjust/total", of("adjust"), "y", "total", deff = FALSE)
  ratios("lonely_psu", "lonely/average/ratio", of("average"), "y", "z")
  for (policy in c("adjust", "average")) means("lonely_psu", paste0("lonely/", policy, "/domain"), sub_of(of(policy, TRUE), where("group", "==", "a")), "y",
    deff = FALSE)
  case("lonely_psu", "lonely/fail/mean", "mean", "svymean(~y, design)", list(vars = I("y"), na_rm = FALSE, level = 0.95),
    refused(svymean(~y, build(of("fail")))), of("fail"))
  case("lonely_psu", "lonely/fail/ratio", "ratio", "svyratio(~y, ~z, design)", list(numerator = I("y"), denominator = I("z"), na_rm = FALSE, level = 0.95),
    refused(svyratio(~y, ~z, build(of("fail")))), of("fail"))
})

# ---- Sums of chi-squareds ------------------------------------------------------------------------------

# mixture is the tail of sum a_i chi-squared(1), over an independent chi-squared(ddf)/ddf
# if ddf is finite: a series of tails of chi-squared, or F (Ruben 1962, Annals of
# Mathematical Statistics 33, 542). A sum whose a are equal is one chi-squared.
mixture <- function(x, a, ddf = Inf) {
  a <- a[a > 1e-12 * max(a)]
  tail <- function(x, n) if (is.finite(ddf)) pf(x / n, n, ddf, lower.tail = FALSE) else pchisq(x, n, lower.tail = FALSE)
  b <- min(a); n <- length(a); terms <- 2000
  g <- vapply(1:terms, function(m) sum((1 - b / a)^m), 0)
  c <- numeric(terms); c[1] <- prod(sqrt(b / a))
  for (k in 2:terms) c[k] <- sum(g[(k - 1):1] * c[1:(k - 1)]) / (2 * (k - 1))
  stopifnot(abs(sum(c) - 1) < 1e-10)
  p <- sum(c * tail(x / b, n + 2 * (0:(terms - 1))))
  # The same by inversion of the characteristic function (Imhof 1961), for certainty.
  l <- if (is.finite(ddf)) c(a, -x / ddf) else a; h <- c(rep(1, n), if (is.finite(ddf)) ddf)
  f <- function(u) sapply(u, function(u) sin(0.5 * sum(h * atan(l * u)) - 0.5 * u * (if (is.finite(ddf)) 0 else x)) / (u * prod((1 + (l * u)^2)^(h / 4))))
  if (n > 3 || is.finite(ddf) && n > 1) stopifnot(abs(0.5 + integrate(f, 0, Inf, rel.tol = 1e-8, subdivisions = 5000L,
    stop.on.error = FALSE)$value / pi - p) < 1e-4)
  p
}
# saddle is the tail by Lugannani and Rice's formula in Kuonen's form (1999, Biometrika
# 86, 929), with the root to the last digit; R stops at 1e-8.
saddle <- function(x, a, ddf = Inf) {
  l <- if (is.finite(ddf)) c(a, -x / ddf) else a; h <- c(rep(1, length(a)), if (is.finite(ddf)) ddf)
  if (is.finite(ddf)) x <- 0
  k0 <- function(z) -0.5 * sum(h * log1p(-2 * z * l)); k1 <- function(z) sum(h * l / (1 - 2 * z * l)); k2 <- function(z) 2 * sum(h * l^2 / (1 - 2 * z * l)^2)
  high <- (1 - 1e-9) / (2 * max(l))
  low <- if (any(l < 0)) (1 - 1e-9) / (2 * min(l)) else -sum(h) / x
  z <- uniroot(function(z) k1(z) - x, c(low, high), tol = 1e-14)$root
  for (i in 1:5) z <- z - (k1(z) - x) / k2(z)
  w <- sign(z) * sqrt(2 * (z * x - k0(z))); v <- z * sqrt(k2(z))
  pnorm(w + log(v / w) / w, lower.tail = FALSE)
}
satterthwaite <- function(x, a, ddf = Inf) {
  n <- sum(a)^2 / sum(a^2); m <- sum(a) / n
  if (is.finite(ddf)) pf(x / m / n, n, ddf, lower.tail = FALSE) else pchisq(x / m, n, lower.tail = FALSE)
}

# ---- Tests ----

# Rao and Scott's matrix is computed here: contrasts C of the table that are orthogonal to both
# margins, Delta = (C' D^-1 C / n)^-1 C' D^-1 V D^-1 C, with D the diagonal matrix of shares.
chisquared <- function(topic, id, s, row, col) {
  d <- build(s)                              # n and nu are of all rows, as in R
  R <- factor(d$variables[[row]]); C <- factor(d$variables[[col]])
  d$variables$cell <- interaction(R, C)
  m <- svymean(~cell, d, na.rm = TRUE); p <- as.numeric(coef(m)); n <- nrow(d$variables)
  H <- kronecker(contr.helmert(nlevels(C)), contr.helmert(nlevels(R)))
  G <- H / p
  delta <- solve(t(H) %*% G / n, t(G) %*% vcov(m) %*% G)
  lambda <- sort(Re(eigen(delta)$values), decreasing = TRUE)
  f <- as.formula(paste("~", row, "+", col))
  test <- function(kind) { x <- svychisq(f, d, statistic = kind); list(statistic = as.numeric(x$statistic), parameter = I(as.numeric(x$parameter)),
    p = as.numeric(x$p.value)) }
  e <- list(F = test("F"), Chisq = test("Chisq"), Wald = test("Wald"), adjWald = test("adjWald"), saddlepoint = test("saddlepoint"))
  e$saddlepoint$parameter <- NULL
  e$lincom <- e$saddlepoint                  # as R has it without CompQuadForm
  X2 <- e$saddlepoint$statistic
  stopifnot(abs(e$F$statistic * sum(lambda) / X2 - 1) < 1e-9)
  u <- unique(d$variables[c(s$strata, s$ids)])
  nu <- if (length(s$ids)) nrow(u) - max(1, nrow(unique(u[s$strata]))) else n - max(1, nrow(unique(d$variables[s$strata])))
  d0 <- sum(lambda)^2 / sum(lambda^2)
  e <- c(e, list(delta_eigenvalues = I(lambda), trace_delta = sum(lambda), first_order_correction = mean(lambda), nu = nu, N_rows = n, X2_pearson = X2,
    p_second_order_chisq = pchisq(X2 / (sum(lambda) / d0), d0, lower.tail = FALSE), p_lincom_exact = mixture(X2, lambda, d0 * nu),
    proportions = list(rows = I(levels(R)), cols = I(levels(C)), p = matrix(p, nlevels(R)))))
  case(topic, id, "chisq", "svychisq, all statistics; p_lincom_exact by a series", list(row = row, col = col, na_rm = TRUE), e, s, tol = 1e-8)
}
goodness <- function(id, s, var, p) {
  d <- build(s); x <- svygofchisq(vars(var), p, d)
  e <- list(statistic = as.numeric(x$statistic), scale = x$parameter[["scale"]], df = x$parameter[["df"]], p = as.numeric(x$p.value))
  e$lambda <- I(ifelse(abs(x$lambda) < 1e-9 * max(x$lambda), 0, x$lambda))
  case("tests", id, "gofchisq", "svygofchisq; the statistic is of totals", list(var = var, p = I(p)), e, s)
}
t_tests <- function(id, s, y, group = NULL) {
  d <- build(s); x <- svyttest(if (is.null(group)) vars(0, y) else vars(group, y), d)
  est <- as.numeric(x$estimate); t <- as.numeric(x$statistic); df <- as.numeric(x$parameter); se <- est / t
  e <- list(t = t, df = df, p = as.numeric(x$p.value), estimate = est, se = se, ci = est + c(-1, 1) * qt(0.975, df) * se, degf = degf(d))
  case("tests", id, "ttest", "svyttest", c(list(y = y), if (!is.null(group)) list(group = group)), e, s)
}
ranks <- function(id, s, y, group, test) {
  d <- build(s); x <- svyranktest(vars(group, y), d, test = test)
  e <- list(p = as.numeric(x$p.value), degf = degf(d))
  both <- c(x$statistic, x$parameter)        # R's names of the two are swapped with several groups
  e <- c(e, if (is.null(x$ddf)) list(t = both[["t"]], df = both[["df"]], estimate = as.numeric(x$estimate)) else list(chisq = both[["Chisq"]],
    ndf = both[["df"]], ddf = x$ddf))
  case("tests", id, "ranktest", sprintf("svyranktest(test = \"%s\")", test), list(y = y, group = group, test = test), e, s)
}
adjusted <- function(p) lapply(c(none = "none", bonferroni = "bonferroni", holm = "holm", hochberg = "hochberg", hommel = "hommel", BH = "BH", BY = "BY"),
  function(m) I(p.adjust(p, m)))
pairs_of <- function(id, s, y, group) {
  d <- build(s); b <- svyby(vars(y), vars(group), d, svymean, covmat = TRUE)
  m <- as.numeric(coef(b)); V <- vcov(b); g <- as.character(b[[group]]); ab <- combn(length(m), 2); df <- degf(d)
  diff <- m[ab[2, ]] - m[ab[1, ]]; se <- sqrt(diag(V)[ab[1, ]] + diag(V)[ab[2, ]] - 2 * V[t(ab)]); t <- diff / se; p <- 2 * pt(-abs(t), df)
  tests <- lapply(seq_along(t), function(k) {
    x <- svyttest(vars(group, y), droplevels_in(d[d$variables[[group]] %in% g[ab[, k]], ], group))
    list(a = g[ab[1, k]], b = g[ab[2, k]], t = as.numeric(x$statistic), df = as.numeric(x$parameter), p = as.numeric(x$p.value))
  })
  case("tests", id, "pairwise", "svyby(covmat = TRUE), differences of all pairs, p.adjust", list(y = y, group = group, na_rm = FALSE),
    list(groups = I(g), means = I(m), df = df,
    pairs = lapply(seq_along(t), function(k) list(a = g[ab[1, k]], b = g[ab[2, k]], diff_b_minus_a = diff[k], se = se[k], t = t[k], p = p[k])),
      adjusted = adjusted(p), svyttest = tests), s)
}
droplevels_in <- function(d, v) { d$variables[[v]] <- droplevels(d$variables[[v]]); d }

local({
  chisquared("tests", "chisq/loop/country_high", loop, "country", "high")
  chisquared("tests", "chisq/few/edu_worry", few, "edu", "worry_cat")
  chisquared("tests", "chisq/strat/missing", strat, "channel", "age")
  chisquared("tests", "chisq/long/industry_share", long, "industry", "share")
  chisquared("tests", "chisq/domain", sub_of(loop, where("gender", "==", "female")), "area", "worry_cat")
  goodness("gof/clus/country", clus, "country", c(0.25, 0.4, 0.35))
  goodness("gof/loop/gender", loop, "gender", c(0.45, 0.55))
  goodness("gof/simple/country", simple, "country", c(0.3, 0.4, 0.3))
  t_tests("ttest/loop/area", loop, "trust", "area")
  t_tests("ttest/two_stages/gender", two, "high", "gender")
  t_tests("ttest/one_sample", few, "nps")
  t_tests("ttest/jkn", with_steps(loop, list(op = "replicates", type = "JKn", mse = TRUE)), "trust", "gender")
  for (test in c("wilcoxon", "vanderWaerden", "median", "KruskalWallis")) {
    ranks(paste0("rank/loop/area/", test), loop, "worry", "area", test)
    ranks(paste0("rank/few/edu/", test), few, "trust", "edu", test)
  }
  pairs_of("pairwise/loop/country", loop, "trust", "country")
  pairs_of("pairwise/long/industry", long, "share", "industry")
  for (p in list(c(0.01, 0.012, 0.03, 0.2, 0.6), c(0.04, NA, 0.001, 0.5, 0.04)))
    case("tests", paste0("p_adjust/", length(na.omit(p))), "p_adjust", "p.adjust", list(p = p), adjusted(p)[-1])
})

# ---- Weighting ----

# greg is the textbook variance of a calibrated mean or total: residuals from the
# regression on the calibration variables with the weights before, times the weights
# after (Deville and Sarndal 1992; Sarndal, Swensson and Wretman 1992, section 6.6).
greg <- function(before, after, X, Y, total = FALSE, variance = NULL) {
  d <- weights(before); w <- weights(after)
  Z <- if (total) Y else sweep(Y, 2, colSums(w * Y) / sum(w)) / sum(w)
  v <- if (is.null(variance)) 1 else drop(X %*% variance)
  e <- Z - X %*% qr.coef(qr(sqrt(d / v) * X), sqrt(d / v) * Z)
  svyrecvar(w * e, before$cluster, before$strata, before$fpc, postStrata = NULL)
}
greg_se <- function(V, est) { s <- sqrt(diag(V)); ifelse(s < 1e-11 * abs(est), 0, s) }

weighted <- function(id, base, step, formula = NULL, v = c("trust", "gender"), list_all = FALSE) {
  s <- with_steps(base, step); before <- build(base); d <- build(s); w <- as.numeric(weights(d))
  m <- block(svymean(vars(v), d), d); t <- block(svytotal(vars(v), d), d)
  e <- list(n = length(w), sum = sum(w), sum_sq = sum(w^2), min = min(w), max = max(w))
  if (list_all) e$weights <- I(w)
  e <- c(e, list(kish_deff = length(w) * sum(w^2) / sum(w)^2, n_eff = sum(w)^2 / sum(w^2), df = degf(d), mean = m, total = t))
  if (!is.null(formula)) {
    X <- model.matrix(as.formula(formula), before$variables)
    Y <- do.call(cbind, lapply(v, function(x) { x <- before$variables[[x]]; if (is.factor(x)) model.matrix(~ x - 1) else cbind(x) }))
    e$greg_formula <- formula
    e$greg_mean_se <- I(greg_se(greg(before, d, X, Y, FALSE, step$variance_coef), m$est))
    e$greg_total_se <- I(greg_se(greg(before, d, X, Y, TRUE, step$variance_coef), t$est))
    if (!step$op %in% "rake" && is.null(step$aggregate_stage)) stopifnot(all(abs(e$greg_mean_se - m$se) <= 1e-6 * m$se + 1e-11 * abs(m$est)))
  }
  case("weights", id, "weights", "weights after the steps of the design; svymean and svytotal with them", list(vars = I(v)), e, s, tol = 1e-8)
}
age_gender <- list(op = "rake", margins = list(
  list(vars = I("age"), population = margin("age", c(6000, 7000, 6500))), list(vars = I("gender"), population = margin("gender", c(10000, 9500))),
  list(vars = I("country"), population = margin("country", c(4000, 9500, 6000)))), maxit = 2000, epsilon = 1e-13)
by_age <- list(op = "postStratify", vars = I("age"), population = margin("age", c(6000, 7000, 6500)), partial = FALSE)
calibrated <- function(calfun, ...) c(list(op = "calibrate", formula = "~country+nps",
  population = list(terms = c("(Intercept)", "countryFinland", "countrySpain", "nps"),
  totals = c(19500, 9500, 6000, 108000)), calfun = calfun, maxit = 200, epsilon = 1e-12), list(...))
local({
  cells <- expand.grid(age = levels(frames$wide$age), gender = levels(frames$wide$gender), stringsAsFactors = FALSE)
  cells$Freq <- c(3100, 3400, 3200, 3000, 3500, 3300)
  weighted("post/loop/age", loop, by_age, "~age")
  weighted("post/few/age_gender", few, list(op = "postStratify", vars = c("age", "gender"), population = cells, partial = FALSE), "~age*gender")
  weighted("rake/loop/three", loop, age_gender, "~age+gender+country", list_all = TRUE)
  stopped <- age_gender; stopped$maxit <- 10; stopped$epsilon <- 1
  weighted("rake/few/default_control", few, stopped)
  weighted("calibrate/loop/linear", loop, calibrated("linear"), "~country+nps")
  weighted("calibrate/few/raking", few, calibrated("raking"), "~country+nps")
  weighted("calibrate/loop/logit", loop, calibrated("logit", lower = 0.4, upper = 2.5), "~country+nps")
  weighted("calibrate/loop/raking_bounded", loop, calibrated("raking", lower = 0.5, upper = 2), "~country+nps")
  weighted("calibrate/loop/bounds_of_weights", loop, calibrated("linear", lower = 15, upper = 260, bounds_const = TRUE))
  # R meets the totals only where weights are the same inside a PSU.
  weighted("calibrate/clus/by_psu", spec("wide", "cluster", weights = "w_psu", nest = FALSE), calibrated("linear", aggregate_stage = 1))
  weighted("calibrate/loop/variance", loop, calibrated("linear", variance_coef = c(1, 0, 0, 0.5)), "~country+nps")
  weighted("trim/loop/both", loop, list(op = "trimWeights", lower = 35, upper = 130, strict = FALSE))
  weighted("trim/loop/strict", loop, list(op = "trimWeights", upper = 120, strict = TRUE))
  stops <- function(id, step) case("weights", id, "weights", "R stops", list(vars = I("trust")), refused(build(with_steps(loop, step))), with_steps(loop, step))
  short <- by_age; short$population <- short$population[1:2, ]
  stops("post/loop/group_without_target", short)
  stops("calibrate/loop/bounds_too_narrow", calibrated("linear", lower = 0.99, upper = 1.01))

  # After weighting: means, totals, domains, and the rest with the design as it is then.
  raked <- with_steps(loop, age_gender); posted <- with_steps(loop, by_age)
  means("weights", "after/rake/mean", raked, c("trust", "area"))
  means("weights", "after/post/mean", posted, c("trust", "area"))
  means("weights", "after/calibrate/total", with_steps(loop, calibrated("raking")), "accounts", "total")
  means("weights", "after/trim/mean", with_steps(loop, list(op = "trimWeights", upper = 120, strict = TRUE)), "trust")
  ratios("weights", "after/post/ratio", posted, "shares", "nps")
  domains("weights", "after/post/by", posted, "by_mean", "trust", "country")
  domains("weights", "after/rake/by", raked, "by_mean", "trust", "edu")
  shares("ciprop/raked/logit", raked, "high", 1, "logit")
  chisquared("weights", "after/post/chisq", posted, "country", "high")
  means("weights", "standardize/loop/age", with_steps(loop, list(op = "svystandardize", by = I("age"), over = I(character()), population = c(6000, 7000, 6500),
    excluding_missing = I("trust"))), "trust", deff = FALSE)
  domains("weights", "standardize/loop/age_within_country", with_steps(loop, list(op = "svystandardize", by = I("age"), over = I("country"),
    population = c(6000, 7000, 6500), excluding_missing = I("trust"))), "by_mean", "trust", "country")

  # Covariances of domains of a weighted design, which svyby does not give: residuals of
  # linearised values from the cells' weighted means, times the weights.
  for (base in list(list("loop", loop), list("few", few))) {
    s <- with_steps(base[[2]], by_age); d <- build(s); before <- build(base[[2]]); x <- d$variables
    I_g <- model.matrix(~ country - 1, x); w <- weights(d); N <- colSums(w * I_g); m <- colSums(w * I_g * x$trust) / N
    Z <- sweep(I_g * (x$trust - rep(m, each = nrow(x))), 2, N, "/")
    V <- quiet(greg(before, d, model.matrix(~age, x), Z, TRUE), m)
    near(sqrt(diag(V)), numbers(SE(svyby(~trust, ~country, d, svymean))), 1e-9)
    case("weights", paste0("after/post/covariance/", base[[1]]), "by_mean_covariance", "covariances of domain means of a poststratified design",
      list(var = "trust", by = "country"),
      list(names = I(levels(x$country)), est = I(as.numeric(m)), se = I(sqrt(diag(V))), vcov = V, df = degf(d)), s)
  }
})

# ---- Replicates ----

# rep_file writes what R draws, one row per value of the key and to five digits, and is the
# step that reads it.
rep_file <- function(name, s, key, type, scale_type = type, mse = FALSE, ...) {
  d <- as.svrepdesign(build(s), type = type, compress = FALSE, mse = mse, ...)
  m <- signif(as.matrix(d$repweights), 5); k <- d$variables[key]; first <- !duplicated(k)
  table <- cbind(k[first, , drop = FALSE], setNames(as.data.frame(m[first, ]), paste0("r", seq_len(ncol(m)))))
  table <- as.data.frame(lapply(table, digits))
  write.csv(table, file.path(out, "rep", paste0(name, ".csv")), row.names = FALSE, quote = FALSE)
  step <- list(op = "replicates_from_file", file = paste0(name, ".csv"), key = I(key), type = scale_type, combined_weights = FALSE, scale = d$scale,
    rscales = if (all(d$rscales == 1)) "ones" else d$rscales, mse = mse)
  if (type == "Fay") step$fay_rho <- list(...)$fay.rho
  with_steps(s, step)
}
local({
  set.seed(7, "Mersenne-Twister", "Inversion", "Rejection")
  jk <- function(s, type, mse = FALSE) with_steps(s, list(op = "replicates", type = type, mse = mse))
  plain <- spec("wide", "half", "pair", "w")
  all <- list(jk1 = jk(clus, "JK1"), jkn = jk(loop, "JKn"), jkn_mse = jk(few, "JKn", TRUE),
    brr = rep_file("brr", plain, c("pair", "half"), "BRR"), fay = rep_file("fay", plain, c("pair", "half"), "Fay", fay.rho = 0.3, mse = TRUE),
    bootstrap = rep_file("bootstrap", loop, c("stratum", "psu"), "bootstrap", replicates = 20),
    subbootstrap = rep_file("subbootstrap", loop, c("stratum", "psu"), "subbootstrap", replicates = 20),
    mrbbootstrap = rep_file("mrbbootstrap", two, "resp_id", "mrbbootstrap", replicates = 6))
  for (name in names(all)) {
    s <- all[[name]]; d <- build(s)
    means("replicates", paste0("rep/", name, "/mean"), s, c("trust", "gender"))
    if (!is.null(s$weights)) {
      m <- as.matrix(d$repweights); first <- if (length(s$ids)) which(!duplicated(d$variables[c(s$strata, s$ids)])) else seq_len(nrow(m))
      e <- list(replicates = ncol(m), scale = d$scale, rscales = I(d$rscales), degf = degf(d), mse = isTRUE(d$mse))
      if (name %in% c("jk1", "jkn_mse", "fay")) e <- c(e, list(multipliers = unname(m[first[1:3], ]), row_of_psu = I(first[1:3])))
      case("replicates", paste0("repweights/", name), "replicate_weights", "weights(design, \"replication\"), scale, rscales", list(), e, s)
    }
  }
  means("replicates", "rep/bootstrap/total", all$bootstrap, "accounts", "total")
  means("replicates", "rep/brr/domain", sub_of(all$brr, where("age", "==", "55+")), "trust")
  ratios("replicates", "rep/jk1/ratio", all$jk1, "shares", "nps")
  ratios("replicates", "rep/fay/ratio", all$fay, "shares", "nps")
  spreads("replicates", "rep/brr/var", all$brr, c("trust", "nps"))
  domains("replicates", "rep/jkn/by", all$jkn, "by_mean", "trust", "country", covmat = TRUE)
  domains("replicates", "rep/bootstrap/by", all$bootstrap, "by_mean", "trust", "edu")
  means("replicates", "rep/jkn/poststratified", with_steps(all$jkn, by_age), c("trust", "country"))
  means("replicates", "rep/jk1/raked", with_steps(all$jk1, age_gender), "trust")
  means("replicates", "rep/jkn/calibrated", with_steps(all$jkn, calibrated("raking")), "trust")
})

# ---- Models ----

glms <- function(id, s, formula, family = "gaussian", link = NULL, newdata = NULL, terms = NULL, topic = "models") {
  d <- build(s)
  fam <<- if (is.null(link)) get(family)() else get(family)(link = link)  # where R looks for it
  fit <- suppressWarnings(svyglm(as.formula(formula), d, family = fam, control = list(epsilon = 1e-20, maxit = 100)))
  est <- coef(fit); V <- quiet(vcov(fit), as.numeric(est)); se <- sqrt(diag(V)); df <- fit$df.residual; t <- as.numeric(est) / se
  e <- list(names = I(names(est)), coef = I(as.numeric(est)), se = I(se), vcov = V, df_residual = df, degf = degf(d), t = I(t), p = I(2 * pt(-abs(t), df)),
    ci_wald_t = cbind(as.numeric(est) - qt(0.975, df) * se, as.numeric(est) + qt(0.975, df) * se), dispersion = as.numeric(summary(fit)$dispersion),
    deviance = deviance(fit), null_deviance = fit$null.deviance, naive_cov_unscaled = quiet(fit$naive.cov, as.numeric(est)), n_used = length(fit$y),
      na_dropped = length(fit$na.action))
  if (family != "gaussian" && !is_rep(d)) {
    a <- AIC(fit)
    e$pseudo_r2 <- list(cox_snell = psrsq(fit, "Cox-Snell"), nagelkerke = psrsq(fit, "Nagelkerke"))
    e$aic_lumley_scott <- list(eff_p = a[["eff.p"]], AIC = a[["AIC"]], deltabar = a[["deltabar"]])
  }
  params <- list(formula = formula, family = family)
  if (!is.null(link)) params$link <- link
  if (!is.null(newdata)) {
    params$newdata <- newdata; nd <- newdata
    for (v in intersect(names(nd), names(factors))) nd[[v]] <- factor(nd[[v]], levels = levels(d$variables[[v]]))
    l <- predict(fit, nd, type = "link", vcov = TRUE); r <- predict(fit, nd, type = "response", vcov = TRUE)
    e$predict <- list(link = I(as.numeric(coef(l))), link_se = I(sqrt(diag(vcov(l)))), response = I(as.numeric(coef(r))), response_se = I(sqrt(diag(vcov(r)))),
      response_vcov = quiet(vcov(r), as.numeric(coef(r))))
  }
  if (!is.null(terms)) {
    params$test_terms <- I(terms)
    e$term_tests <- lapply(terms, function(term) {
      f <- as.formula(paste("~", term)); w <- regTermTest(fit, f)
      one <- list(term = term, wald_F = as.numeric(w$Ftest), df = w$df, ddf = w$ddf, wald_p = as.numeric(w$p))
      if (is_rep(d)) return(one)
      l <- regTermTest(fit, f, method = "LRT"); k <- regTermTest(fit, f, method = "WorkingWald"); x <- l$chisq; a <- as.numeric(l$lambda)
      c(one, list(lrt_chisq = x, lrt_lambda = I(a), lrt_p_saddlepoint = as.numeric(l$p), lrt_p_saddlepoint_exact_root = saddle(x, a, l$ddf),
        lrt_p_satterthwaite = satterthwaite(x, a, l$ddf), lrt_p_exact = mixture(x, a, l$ddf), working_wald_chisq = as.numeric(k$chisq),
          working_wald_p_saddlepoint = as.numeric(k$p)))
    })
  }
  case(topic, id, "glm", sprintf("svyglm(%s, design, family = %s(%s), control = list(epsilon = 1e-20, maxit = 100))", formula, family,
    if (is.null(link)) "" else link), params, e, s,
    tol = if (is.null(link)) 1e-8 else 1e-7)   # R stops when the deviance stays, before the coefficients do
}

# ordinal: the maximum by Newton's method with the second derivatives, and the sandwich
# from the scores; svyolr stops early and differentiates by differences (r_svyolr).
ordinal <- function(id, s, formula) {
  d <- build(s); r <- svyolr(as.formula(formula), d, method = "logistic")
  X <- model.matrix(as.formula(formula), d$variables)[, -1, drop = FALSE]
  y <- as.integer(d$variables[[all.vars(as.formula(formula))[1]]]); K <- max(y); n <- length(y); k <- ncol(X)
  w <- weights(d, "sampling"); u <- w / mean(w)
  row <- function(j) { E <- matrix(0, n, K - 1); inside <- j >= 1 & j <= K - 1; E[cbind(which(inside), j[inside])] <- 1; cbind(-X * inside, E) }
  A <- row(y); B <- row(y - 1)               # the upper and the lower threshold of each answer
  F <- function(M, b, j) ifelse(j == 0, 0, ifelse(j == K, 1, plogis(drop(M %*% b))))
  parts <- function(b) {
    Fa <- F(A, b, y); Fb <- F(B, b, y - 1); p <- Fa - Fb; fa <- Fa * (1 - Fa); fb <- Fb * (1 - Fb)
    ga <- fa / p; gb <- -fb / p
    score <- A * ga + B * gb
    H <- t(A) %*% (A * (u * (fa * (1 - 2 * Fa) / p - ga^2))) + t(B) %*% (B * (u * (-fb * (1 - 2 * Fb) / p - gb^2))) - t(A) %*% (B * (u * ga * gb)) - t(B) %*% (A * (u * ga * gb))
    list(score = score, H = H, deviance = -2 * sum(u * log(p)))
  }
  b <- as.numeric(c(r$coefficients, r$zeta))
  for (i in 1:20) { x <- parts(b); b <- b - solve(x$H, colSums(u * x$score)) }
  x <- parts(b); V <- svyrecvar(w * x$score %*% solve(x$H) * (1 / mean(w)), d$cluster, d$strata, d$fpc, postStrata = d$postStrata)
  rs <- as.numeric(SE(r)); near(rs, sqrt(diag(V)), 1e-3)
  V <- quiet(V, b)
  case("models", id, "olr", sprintf("svyolr(%s, design); coef, se and vcov from the exact maximum", formula), list(formula = formula, method = "logistic"),
    list(names = I(c(names(r$coefficients), names(r$zeta))), coef = I(b), df_residual = degf(d) - k, deviance = x$deviance, se = I(sqrt(diag(V))), vcov = V,
      r_svyolr = list(coef = I(signif(as.numeric(c(r$coefficients, r$zeta)), 5)), se = I(signif(rs, 4)), deviance = as.numeric(r$deviance))), s, tol = 1e-8)
}

# predictive_means has the two parts of the variance by themselves: what comes from the
# coefficients, and what from the distribution of the other variables.
predictive_means <- function(id, s, formula, group, family = "gaussian") {
  d <- build(s); fam <<- get(family)(); f <- as.formula(paste(formula, "+", group)); w <- weights(d)
  fit <- suppressWarnings(svyglm(f, d, family = fam, control = list(epsilon = 1e-20, maxit = 100)))
  smaller <- suppressWarnings(svyglm(as.formula(formula), d, family = fam, control = list(epsilon = 1e-20, maxit = 100)))
  r <- suppressWarnings(svypredmeans(smaller, vars(group)))
  groups <- sort(levels(d$variables[[group]]))
  P <- lapply(groups, function(g) {
    x <- d$variables; x[[group]] <- factor(g, levels(x[[group]])); X <- model.matrix(delete.response(terms(fit)), x); eta <- drop(X %*% coef(fit))
    list(mu = fam$linkinv(eta), grad = colSums(w * fam$mu.eta(eta) * X) / sum(w))
  })
  M <- vapply(P, `[[`, numeric(length(w)), "mu"); G <- t(vapply(P, `[[`, coef(fit), "grad"))
  est <- colSums(w * M) / sum(w); V1 <- G %*% vcov(fit) %*% t(G); V2 <- vcov(svymean(M, d))
  near(est, as.numeric(coef(r))[match(groups, names(coef(r)))], 1e-6); near(sqrt(diag(V1 + V2)), as.numeric(SE(r))[match(groups, names(coef(r)))], 1e-5)
  V <- unname(V1 + V2)
  case("models", id, "predmeans", sprintf("svypredmeans(svyglm(%s, family = %s()), ~%s)", formula, family, group),
    list(adjust_formula = formula, group = group, family = family),
    list(groups = I(groups), est = I(est), se = I(sqrt(diag(V))), vcov = V, df = degf(d), vcov_from_coefficients = unname(V1),
      vcov_from_covariate_distribution = unname(as.matrix(V2))), s, tol = 1e-8)
}

local({
  nd <- data.frame(age = c("18-34", "55+"), nps = c(2, 9))
  glms("glm/loop/gaussian", loop, "trust ~ age + nps", newdata = nd, terms = c("age", "age + nps"))
  glms("glm/few/quasibinomial", few, "high ~ age + nps", "quasibinomial", newdata = nd, terms = c("age", "nps"))
  glms("glm/two_stages/quasipoisson", two, "accounts ~ edu + nps", "quasipoisson", terms = "edu")
  glms("glm/loop/probit", loop, "high ~ nps + worry", "quasibinomial", "probit", newdata = data.frame(nps = c(3, 8), worry = c(4, 1)))
  glms("glm/strat/missing", strat, "trust ~ bank_trust + gender", terms = "gender")
  glms("glm/loop/interaction", loop, "trust ~ area * gender", terms = "area:gender")
  glms("glm/loop/no_intercept", loop, "trust ~ country - 1", newdata = data.frame(country = c("Chile", "Spain")))
  glms("glm/long/logit", long, "share ~ wants + industry", "quasibinomial", terms = "industry")
  glms("glm/domain", sub_of(loop, where("country", "!=", "Chile")), "trust ~ nps + worry", terms = "worry")
  glms("glm/jkn", with_steps(loop, list(op = "replicates", type = "JKn", mse = FALSE)), "high ~ nps + area", "quasibinomial", terms = "area")
  glms("glm/raked", with_steps(loop, age_gender), "trust ~ nps + gender", terms = "gender")
  glms("glm/poststratified", with_steps(loop, by_age), "high ~ nps", "quasibinomial")
  ordinal("olr/loop", loop, "worry_cat ~ age + nps")
  ordinal("olr/few", few, "worry_cat ~ edu + trust")
  predictive_means("predmeans/loop/trust", loop, "trust ~ age + nps", "country")
  predictive_means("predmeans/few/high", few, "high ~ nps + area", "edu", "quasibinomial")
  predictive_means("predmeans/two_stages/accounts", two, "accounts ~ worry", "gender", "quasipoisson")
})

# ---- Several variables at once ----

turned <- function(R) unname(apply(R, 2, function(v) v * sign(v[which.max(abs(v))])))   # largest element positive
agreement <- function(id, s) {
  d <- build(s); k <- svykappa(~worry_cat + worry_again, d)
  case("multivariate", id, "kappa", "svykappa(~worry_cat + worry_again, design)", list(row = "worry_cat", col = "worry_again"),
    list(kappa = as.numeric(coef(k)), se = as.numeric(SE(k)), df = degf(d)), s)
}
alpha <- function(id, s, v) {
  a <- as.numeric(svycralpha(vars(v), build(s)))
  case("multivariate", id, "cronbach_alpha", "svycralpha", list(vars = I(v)), list(alpha = a, r_svycralpha = a), s)
}
# svyprcomp centres and scales after the multiplication by sqrt(weight); the textbook's
# components are those of the weighted covariance or correlation matrix.
components <- function(id, s, v, scale) {
  d <- build(s); p <- svyprcomp(vars(v), d, scale. = scale); S <- matrix(as.numeric(as.matrix(svyvar(vars(v), d))), length(v))
  t <- eigen(if (scale) cov2cor(S) else S, symmetric = TRUE)
  e <- list(names = I(v), sdev = I(as.numeric(p$sdev)), rotation = turned(p$rotation), center = I(as.numeric(p$center)),
    textbook = list(variances = I(t$values), rotation = turned(t$vectors)))
  if (scale) e$scale <- I(as.numeric(p$scale))
  case("multivariate", id, "prcomp", "svyprcomp", list(vars = I(v), scale = scale), e, s)
}
factors_of <- function(id, s, v) {
  d <- build(s); fit <- function(r) svyfactanal(vars(v), d, factors = 1, rotation = r, control = list(opt = list(factr = 1)))
  none <- fit("none"); L <- matrix(as.numeric(none$loadings), length(v)); up <- function(x) matrix(as.numeric(x), length(v))
  case("multivariate", id, "factanal", "svyfactanal(factors = 1)", list(vars = I(v), factors = 1),
    list(names = I(v), uniquenesses = I(as.numeric(none$uniquenesses)), loadings_unrotated = L,
    loadings_varimax = up(fit("varimax")$loadings), criterion = none$criteria[["objective"]]), s, tol = 1e-4)
}
loglinear <- function(id, s, small, large) {
  d <- build(s); a <- svyloglin(as.formula(small), d); b <- svyloglin(as.formula(large), d); t <- anova(a, b); V <- quiet(vcov(a), as.numeric(coef(a)))
  p <- function(x) list(chisq_first_order = x$p[2], F_second_order = x$p[3], saddlepoint = x$p[4])
  case("multivariate", id, "loglin", "svyloglin, anova", list(formula = small, formula_larger = large, contrasts = "sum"),
    list(names = I(names(coef(a))), coef = I(as.numeric(coef(a))), se = I(sqrt(diag(V))), vcov = V, names_larger = I(names(coef(b))),
      coef_larger = I(as.numeric(coef(b))),
      se_larger = I(as.numeric(SE(b))), deviance_change = t$dev$dev, deviance_p = p(t$dev), score_chisq = as.numeric(t$score$chisq), score_p = p(t$score),
        delta_eigenvalues = I(t$a), df_difference = length(t$a)), s, tol = 1e-6)
}

# importance: shares of R^2. Johnson (2000, Multivariate Behavioral Research 35, 1) by the
# square root of the correlation matrix; Shapley (Lindeman, Merenda and Gold 1980) over all orders.
importance <- function(id, data, y, x, weight = NULL) {
  f <- frames[[data]][c(y, x, weight)]; f <- f[complete.cases(f), ]
  R <- cov.wt(f[c(y, x)], wt = if (is.null(weight)) rep(1, nrow(f)) else f[[weight]] / sum(f[[weight]]), cor = TRUE)$cor
  if (is.null(weight)) R <- cor(f[c(y, x)])
  k <- length(x); r <- R[1, -1]; S <- unname(R[-1, -1]); beta <- solve(S, r); total <- sum(beta * r)
  E <- eigen(S, symmetric = TRUE); half <- E$vectors %*% (sqrt(E$values) * t(E$vectors))
  johnson <- drop(half^2 %*% solve(half, r)^2)
  r2 <- function(set) if (length(set)) sum(r[set] * solve(S[set, set, drop = FALSE], r[set])) else 0
  shapley <- vapply(1:k, function(j) {
    rest <- setdiff(1:k, j)
    sum(vapply(0:(2^(k - 1) - 1), function(m) { set <- rest[bitwAnd(m,
      2^(seq_along(rest) - 1)) > 0]; n <- length(set); factorial(n) * factorial(k - 1 - n) / factorial(k) * (r2(c(set, j)) - r2(set)) }, 0))
  }, 0)
  case("multivariate", id, "relative_importance", "Johnson's relative weights and Shapley shares of R^2",
    c(list(data = data, y = y, x = I(x)), if (!is.null(weight)) list(weights = weight)),
    list(n = nrow(f), names = I(x), r2 = total, correlation_x = S, correlation_xy = I(unname(r)), johnson = I(johnson), johnson_share = I(johnson / total),
      shapley = I(shapley), shapley_share = I(shapley / total),
      standardized_beta = I(unname(beta)), squared_beta = I(unname(beta)^2)))
}

# clusters: kmeans from fixed rows; with weights Lloyd's algorithm, written here.
clusters <- function(id, v, start, scaled = FALSE, weight = NULL) {
  X <- as.matrix(frames$wide[v]); dimnames(X) <- NULL
  if (scaled) X <- matrix(scale(X), nrow(X))
  S <- X[start, ]; a <- kmeans(X, S, 200, algorithm = "Lloyd"); b <- kmeans(X, S, 200, algorithm = "Hartigan-Wong")
  all <- function(k) list(centers = unname(k$centers), withinss = I(k$withinss), size = I(k$size))
  e <- list(n = nrow(X), start = S, lloyd = c(all(a), list(totss = a$totss, betweenss = a$betweenss, cluster = I(a$cluster))), hartigan_wong = all(b))
  params <- list(data = "wide", vars = I(v), start_rows = I(start), scale = scaled)
  if (!is.null(weight)) {
    w <- frames$wide[[weight]]; C <- S; old <- 0
    repeat {
      D <- vapply(seq_along(start), function(k) colSums((t(X) - C[k, ])^2), w); g <- max.col(-D, "first")
      if (identical(g, old)) break
      old <- g; C <- rowsum(w * X, g) / as.numeric(rowsum(w, g))
    }
    params$weights <- weight
    e$weighted_lloyd <- list(centers = unname(C), withinss = I(as.numeric(rowsum(w * D[cbind(seq_along(g), g)], g))), size = I(tabulate(g)),
      weight = I(as.numeric(rowsum(w, g))), cluster = I(g))
  }
  case("multivariate", id, "kmeans", "k-means from the rows named", params, e)
}

# classes: latent classes by EM from a start, until nothing moves. Weights sum to n.
classes <- function(id, items, K, weight = NULL, missing = "drop", jackknife = FALSE) {
  f <- frames$wide; codes <- vapply(f[items], function(x) as.integer(factor(x, levels = if (is.factor(x)) levels(x) else sort(unique(x)))), integer(nrow(f)))
  w <- if (is.null(weight)) rep(1, nrow(f)) else f[[weight]]
  keep <- if (missing == "drop") complete.cases(codes) else rowSums(!is.na(codes)) > 0
  codes <- codes[keep, ]; cats <- apply(codes, 2, max, na.rm = TRUE)
  key <- apply(codes, 1, paste, collapse = " "); first <- which(!duplicated(key)); pattern <- match(key, key[first]); P <- codes[first, ]
  Z <- lapply(seq_along(items), function(j) { z <- outer(P[, j], 1:cats[j], "=="); z[is.na(z)] <- FALSE; z })
  start <- list(class = if (K == 2) c(0.4, 0.6) else seq_len(K) / sum(seq_len(K)),
    items = lapply(setNames(seq_along(items), items), function(j) lapply(1:K,
      function(k) { x <- 1 + ((1:cats[j] - 1) / (cats[j] - 1)) * (2 * k - K - 1) * 0.6 + 0.1 * j; x / sum(x) })))
  joint <- function(m) vapply(1:K, function(k) m$class[k] * Reduce(`*`, lapply(seq_along(items), function(j) { p <- m$items[[j]][[k]][P[, j]]; ifelse(is.na(p),
    1, p) })), numeric(nrow(P)))
  em <- function(w, m, record = NULL) {
    u <- as.numeric(rowsum(w, pattern)); u <- u / sum(u) * sum(w > 0); trace <- NULL
    for (it in 1:20000) {
      J <- joint(m); if (it %in% record) trace <- c(trace, sum(u * log(rowSums(J)))); T <- u * J / rowSums(J)
      new <- list(class = colSums(T) / sum(T), items = lapply(setNames(Z, items), function(z) { t <- crossprod(T, z); lapply(1:K, function(k) t[k,
        ] / sum(t[k, ])) }))
      change <- max(abs(unlist(new) - unlist(m))); m <- new
      if (change < 1e-15) break
    }
    stopifnot(change < 1e-13)
    J <- joint(m); c(m, list(u = u, loglik = sum(u * log(rowSums(J))), post = J / rowSums(J), p = rowSums(J), trace = trace, iterations = it))
  }
  record <- c(1, 2, 3, 5, 10); s <- em(w[keep], start, record); n <- sum(keep); q <- K - 1 + K * sum(cats - 1)
  e <- list(n = n, categories = I(as.integer(cats)), start = start, loglik = s$loglik, class_sizes = I(s$class), item_probs = s$items,
    loglik_at_iteration = list(iteration = record, loglik = s$trace), parameters = q, aic = -2 * s$loglik + 2 * q, bic = -2 * s$loglik + q * log(n),
      abic = -2 * s$loglik + q * log((n + 2) / 24),
    entropy_r2 = 1 + sum(s$u * ifelse(s$post > 0, s$post * log(s$post), 0)) / (n * log(K)), modal_sizes = I(tabulate(max.col(s$post, "first")[pattern], K) / n))
  if (!anyNA(P)) {
    e$patterns <- list(pattern = unname(P), weight = I(s$u), posterior = s$post)
    e$g2 <- 2 * sum(s$u * log(s$u / (n * s$p))); e$x2 <- sum((s$u - n * s$p)^2 / (n * s$p)) + n * (1 - sum(s$p)); e$df <- prod(cats) - 1 - q
  }
  if (jackknife) {
    d <- as.svrepdesign(build(loop), type = "JKn"); W <- as.matrix(weights(d, "analysis"))[keep, ]
    est <- apply(W, 2, function(w) unlist(em(w, s[c("class", "items")])[c("class", "items")]))
    se <- sqrt(d$scale * drop((est - rowMeans(est))^2 %*% d$rscales))
    e$jackknife_design <- loop; e$class_sizes_se_jkn <- I(unname(se[1:K])); e$item_probs_se_jkn <- relist(se[-(1:K)], s$items)
  }
  case("multivariate", id, "lca", "latent classes by EM from the start",
    c(list(data = "wide", items = I(items), classes = K), if (!is.null(weight)) list(weights = weight), list(missing = missing)), e, tol = 1e-7)
}

local({
  agreement("kappa/loop", loop); agreement("kappa/few/domain", sub_of(few, where("area", "==", "rural")))
  alpha("alpha/loop", loop, c("share_mail", "share_place", "share_buys", "share_health")); alpha("alpha/two_stages", two, c("trust", "nps"))
  components("prcomp/loop/scaled", loop, c("trust", "nps", "worry", "shares"), TRUE); components("prcomp/few", few, c("trust", "nps", "worry"), FALSE)
  factors_of("factanal/loop", loop, c("trust", "nps", "worry", "shares")); factors_of("factanal/two_stages", two, c("trust", "nps", "worry", "shares", "spend"))
  loglinear("loglin/loop/two", loop, "~ age + gender", "~ age * gender"); loglinear("loglin/few/three", few, "~ area + edu + high", "~ area + edu * high")
  importance("relimp/ratings", "long", "rating", c("wants", "share")); importance("relimp/weighted", "wide", "trust", c("nps", "worry", "shares", "accounts"),
    "w")
  clusters("kmeans/two", c("trust", "nps"), c(3, 90)); clusters("kmeans/weighted", c("trust", "nps", "worry"), c(10, 120, 201), TRUE, "w")
  four <- c("share_mail", "share_place", "share_buys", "share_health")
  classes("lca/two", four, 2); classes("lca/two_weighted", four, 2, "w", jackknife = TRUE); classes("lca/missing", c(four, "channel", "worry_cat"), 2, "w",
    "keep")
})

# ---- Without a design ----

local({
  plain <- function(id, stat, call, params, expect, tol = 1e-9) case("plain", id, stat, call, params, expect, tol = tol)
  tab <- list(small = matrix(c(5, 2, 1, 7), 2), zero = matrix(c(0, 6, 5, 3), 2), wide = unname(unclass(table(frames$wide$edu, frames$wide$worry_cat))))
  tab$wide <- matrix(as.numeric(tab$wide), nrow(tab$wide))
  # The odds ratio with the largest conditional likelihood, and its interval, to the last
  # digit: R stops 1e-4 from the root.
  odds <- function(t, r) {
    x <- t[1, 1]; m <- sum(t[1, ]); n <- sum(t[2, ]); k <- sum(t[, 1]); all <- max(0, k - n):min(k, m)
    p <- function(l) { v <- lchoose(m, all) + lchoose(n, k - all) + all * l; v <- exp(v - max(v)); v / sum(v) }
    root <- function(f) exp(uniroot(f, c(-30, 30), tol = 1e-15)$root)
    v <- c(if (x == min(all)) 0 else if (x == max(all)) Inf else root(function(l) sum(all * p(l)) - x),
      if (x == min(all)) 0 else root(function(l) sum(p(l)[all >= x]) - 0.025), if (x == max(all)) Inf else root(function(l) sum(p(l)[all <= x]) - 0.025))
    stopifnot(abs(pmin(v, 1 / v) - pmin(c(r$estimate, r$conf.int), 1 / c(r$estimate, r$conf.int))) < 1.3e-4)
    v
  }
  for (name in names(tab)) {
    t <- tab[[name]]; x <- fisher.test(t)
    e <- list(p = x$p.value)
    if (all(dim(t) == 2)) e <- c(e, list(odds_ratio_conditional_mle = as.numeric(x$estimate), ci = as.numeric(x$conf.int), odds_exact = odds(t, x),
      p_less = fisher.test(t, alternative = "less")$p.value, p_greater = fisher.test(t, alternative = "greater")$p.value))
    plain(paste0("fisher/table_", name), "fisher", "fisher.test", list(table = t), e, 1e-6)
    u <- suppressWarnings(chisq.test(t, correct = FALSE)); y <- suppressWarnings(chisq.test(t)); x2 <- as.numeric(u$statistic)
    plain(paste0("chisq_plain/", name), "chisq_plain", "chisq.test", list(table = t),
      list(x2 = x2, df = as.numeric(u$parameter), p = u$p.value, x2_yates = as.numeric(y$statistic), p_yates = y$p.value, expected = u$expected,
      std_residuals = u$stdres, residuals = u$residuals, cramers_v = sqrt(x2 / sum(t) / (min(dim(t)) - 1)),
        g2 = 2 * sum(ifelse(t > 0, t * log(t / u$expected), 0))))
  }
  for (t in list(matrix(c(60, 12, 21, 47), 2), matrix(c(5, 3, 8, 11), 2))) {
    a <- mcnemar.test(t); b <- mcnemar.test(t, correct = FALSE)
    plain(paste0("mcnemar/", sum(t)), "mcnemar", "mcnemar.test", list(table = t),
      list(x2_corrected = as.numeric(a$statistic), p_corrected = a$p.value, x2 = as.numeric(b$statistic), p = b$p.value))
  }
  samples <- list(small = list(c(1.2, 3.4, 2.2, 5.1, 0.7), c(4.4, 6.1, 2.9, 7.3)), ties = list(frames$wide$nps[1:30], frames$wide$nps[101:125]),
    long = list(frames$wide$spend[1:20], frames$wide$spend[121:138]))
  for (name in names(samples)) {
    x <- samples[[name]][[1]]; y <- samples[[name]][[2]]; ties <- anyDuplicated(c(x, y)) > 0
    w <- function(...) suppressWarnings(wilcox.test(x, y, ...)); n <- w(exact = FALSE); t <- t.test(x, y); p <- t.test(x, y, var.equal = TRUE)
    v <- var.test(x, y)
    e <- list(W = as.numeric(n$statistic), p_normal_corrected = n$p.value, p_normal = w(exact = FALSE, correct = FALSE)$p.value,
      p_less = w(exact = FALSE, alternative = "less")$p.value, welch_t = as.numeric(t$statistic),
      welch_df = as.numeric(t$parameter), welch_p = t$p.value, welch_ci = as.numeric(t$conf.int), pooled_t = as.numeric(p$statistic), pooled_p = p$p.value,
        f_var = as.numeric(v$statistic), f_var_p = v$p.value)
    if (!ties) e$p_exact <- w(exact = TRUE)$p.value
    plain(paste0("two_sample/", name), "two_sample", "wilcox.test, t.test, var.test", list(x = x, y = y), e)
  }
  x <- c(5.1, 3.3, 6.2, 4.8, 7.7, 2.9, 5.5); y <- c(4.9, 3.8, 5.1, 4.1, 5.9, 3.3, 3.6)
  v <- wilcox.test(x, y, paired = TRUE, exact = TRUE); plain("signed_rank/exact", "signed_rank", "wilcox.test(paired = TRUE)", list(x = x, y = y),
    list(V = as.numeric(v$statistic), p_exact = v$p.value, p_normal_corrected = wilcox.test(x, y, paired = TRUE, exact = FALSE)$p.value))
  x <- frames$wide$nps[1:30]; y <- frames$wide$accounts[1:30]; v <- suppressWarnings(wilcox.test(x, y, paired = TRUE, exact = FALSE))
  plain("signed_rank/ties", "signed_rank", "wilcox.test(paired = TRUE)", list(x = x, y = y), list(V = as.numeric(v$statistic), p_normal_corrected = v$p.value))
  for (g in c("country", "edu")) {
    k <- kruskal.test(vars(g, "nps"), frames$wide); plain(paste0("kruskal/", g), "kruskal", "kruskal.test", list(data = "wide", y = "nps", group = g),
      list(H = as.numeric(k$statistic), df = as.numeric(k$parameter), p = k$p.value))
    a <- oneway.test(vars(g, "trust"), frames$wide, var.equal = TRUE); b <- oneway.test(vars(g, "trust"), frames$wide)
    plain(paste0("anova/", g), "anova", "oneway.test", list(data = "wide", y = "trust", group = g),
      list(F = as.numeric(a$statistic), df = as.numeric(a$parameter), p = a$p.value, welch_F = as.numeric(b$statistic), welch_df = as.numeric(b$parameter),
      welch_p = b$p.value))
  }
  for (M in list(matrix(c(7, 5, 6, 9, 4, 8, 5, 5, 3, 6, 2, 7, 8, 6, 4, 9, 5, 9), 6), matrix(c(1, 4, 2, 3, 2, 3, 1, 1, 5, 2, 6, 4, 3, 6, 4, 2), 4))) {
    f <- friedman.test(M)
    plain(paste0("friedman/", nrow(M)), "friedman", "friedman.test", list(matrix = M), list(Q = as.numeric(f$statistic), df = as.numeric(f$parameter),
      p = f$p.value))
  }
  couples <- list(small = list(c(2.3, 4.1, 1.7, 7.9, 5.2, 6.6, 3.8), c(1.1, 3.9, 2.6, 8.4, 4.7, 5.9, 6.3)),
    ties = list(frames$wide$nps[1:60], frames$wide$worry[1:60]))
  for (name in names(couples)) {
    x <- couples[[name]][[1]]; y <- couples[[name]][[2]]; ties <- anyDuplicated(x) > 0
    p <- cor.test(x, y); s <- suppressWarnings(cor.test(x, y, method = "spearman", exact = FALSE))
    k <- suppressWarnings(cor.test(x, y, method = "kendall", exact = FALSE))
    e <- list(n = length(x), pearson = as.numeric(p$estimate), pearson_t = as.numeric(p$statistic), pearson_p = p$p.value,
      pearson_ci_fisher_z = as.numeric(p$conf.int), spearman = as.numeric(s$estimate), spearman_S = as.numeric(s$statistic),
      spearman_p_t_approx = s$p.value, kendall = as.numeric(k$estimate), kendall_z = as.numeric(k$statistic), kendall_p_normal = k$p.value)
    if (!ties) e <- c(e, list(kendall_p_exact = cor.test(x, y, method = "kendall", exact = TRUE)$p.value,
      spearman_p_exact = cor.test(x, y, method = "spearman", exact = TRUE)$p.value))
    plain(paste0("cor/", name), "correlation", "cor.test", list(x = x, y = y), e)
  }
  v <- c("trust", "nps", "worry"); X <- frames$wide[v]; cors <- function(X, ...) unname(cor(X, ...))
  plain("cor/matrix", "correlation_matrix", "cor", list(data = "wide", vars = I(v)), list(pearson = cors(X), spearman = cors(X, method = "spearman"),
    kendall = cors(X, method = "kendall")))
  m <- c("bank_trust", "shop_trust", "income"); Y <- frames$wide[m]; there <- crossprod(!is.na(Y))
  plain("cor/matrix_missing", "correlation_matrix", "cor(use = \"pairwise\"), cor(use = \"complete\")", list(data = "wide", vars = I(m)),
    list(pairwise = cors(Y, use = "pairwise"), complete = cors(Y, use = "complete"), n_pairwise = unname(there), n_complete = sum(complete.cases(Y))))
  midrank <- function(x, w) vapply(x, function(v) sum(w[x < v]) + sum(w[x == v]) / 2, 0)
  w <- frames$wide$w; weighted_cor <- function(X) unname(cov.wt(X, wt = w / sum(w), cor = TRUE)$cor)
  for (v in list(v, c("spend", "accounts"))) {
    X <- frames$wide[v]
    plain(paste0("cor/weighted/", v[1]), "correlation_weighted", "cov.wt; of weighted midranks", list(data = "wide", vars = I(v), weights = "w"),
      list(pearson = weighted_cor(X), spearman_midrank = weighted_cor(as.data.frame(lapply(X, midrank, w)))))
  }
  # Polychoric: thresholds from the margins, then the maximum in rho, by the root of the
  # derivative; a cell's derivative is that of the bivariate normal distribution function.
  for (v in list(c("worry_cat", "worry_again"), c("high", "worry_cat"))) {
    t <- unclass(table(frames$wide[[v[1]]], frames$wide[[v[2]]])); t <- matrix(as.numeric(t), nrow(t)); cut <- function(n) qnorm(c(0, cumsum(n) / sum(n)))
    a <- cut(rowSums(t)); b <- cut(colSums(t)); a[length(a)] <- b[length(b)] <- Inf
    cell <- function(i, j, r) integrate(function(x) dnorm(x) * (pnorm((b[j + 1] - r * x) / sqrt(1 - r^2)) - pnorm((b[j] - r * x) / sqrt(1 - r^2))), a[i],
      a[i + 1], rel.tol = 1e-13)$value
    density <- function(x, y, r) if (is.finite(x) && is.finite(y)) exp(-(x^2 - 2 * r * x * y + y^2) / (2 * (1 - r^2))) / (2 * pi * sqrt(1 - r^2)) else 0
    score <- function(r) { s <- 0; for (i in seq_len(nrow(t))) for (j in seq_len(ncol(t))) if (t[i, j] > 0) s <- s + t[i,
      j] * (density(a[i + 1], b[j + 1], r) - density(a[i], b[j + 1], r) - density(a[i + 1], b[j], r) + density(a[i], b[j], r)) / cell(i, j, r); s }
    rho <- uniroot(score, c(-0.95, 0.95), tol = 1e-14)$root; inner <- function(x) I(x[-c(1, length(x))])
    plain(paste0("polychoric/", v[1]), "polychoric", "two steps: thresholds, then rho", list(table = t),
      list(rho = rho, row_thresholds = inner(a), col_thresholds = inner(b), polycor_two_step = round(polychor(t), 4)), 1e-8)
  }
  for (n in c(7, 24)) {
    x <- frames$wide$trust[1:n]; p <- c(0, 0.05, 1 / 3, 0.5, 1); at <- c(2, 5, 7.5)
    e <- lapply(setNames(1:9, paste0("type", 1:9)), function(k) I(as.numeric(quantile(x, p, type = k))))
    plain(paste0("quantile_types/", n), "quantile_plain", "quantile(type = 1 to 9), ecdf, mad, IQR", list(x = x, probs = p),
      c(e, list(ecdf_at = at, ecdf = ecdf(x)(at), mad = mad(x), iqr7 = IQR(x))))
  }
  for (b in list(c(9, 31), c(0, 15), c(118, 900))) {
    t <- binom.test(b[1], b[2]); plain(sprintf("binomial/%d_of_%d", b[1], b[2]), "binomial", "binom.test, prop.test", list(x = b[1], n = b[2]),
      list(clopper_pearson = as.numeric(t$conf.int), p_half = t$p.value, wilson_corrected = as.numeric(prop.test(b[1], b[2])$conf.int),
        wilson = as.numeric(prop.test(b[1], b[2], correct = FALSE)$conf.int)), 1e-8)
  }
  for (x in list(c(31, 44, 25), c(12, 8, 19, 15))) {
    n <- c(80, 90, 70, 60)[seq_along(x)]; a <- prop.test(x[1:2], n[1:2], correct = FALSE); b <- prop.test(x, n)
    plain(paste0("prop_groups/", length(x)), "prop_groups", "prop.test", list(x = x, n = n),
      list(two_x2 = as.numeric(a$statistic), two_p = a$p.value, two_ci = as.numeric(a$conf.int), four_x2 = as.numeric(b$statistic),
      four_df = as.numeric(b$parameter), four_p = b$p.value))
  }
})

# ---- Distributions ----

local({
  put <- function(id, call, params, expect) case("distributions", id, sub("/.*", "", id), call, params, lapply(expect, I), tol = 1e-10)
  q <- c(-12, -3, -0.4, 0, 1.5, 5); p <- c(1e-8, 0.025, 0.5, 0.9, 0.999)
  put("dist/normal", "pnorm, qnorm", list(q = q), list(lower = pnorm(q), upper = pnorm(q, lower.tail = FALSE), p = p, quantile = qnorm(p)))
  p <- c(0.6, 0.9, 0.975, 0.9999)
  for (df in c(1, 17.5, 237)) { x <- c(0, 0.5, 2, 8); put(sprintf("dist/t_df_%g", df), "pt, qt", list(df = df),
    list(x = x, upper = pt(x, df, lower.tail = FALSE), p = p, quantile = qt(p, df))) }
  for (df in c(0.8, 3, 40)) { x <- c(0.1, 2, 30, 90); put(sprintf("dist/chisq_df_%g", df), "pchisq, qchisq", list(df = df),
    list(x = x, upper = pchisq(x, df, lower.tail = FALSE), p = p, quantile = qchisq(p, df))) }
  for (k in list(c(1, 18), c(2.6, 61.3))) { x <- c(0.05, 1, 4, 20); put(sprintf("dist/F_%g_%g", k[1], k[2]), "pf, qf", list(df1 = k[1], df2 = k[2]),
    list(x = x, upper = pf(x, k[1], k[2], lower.tail = FALSE), p = p, quantile = qf(p, k[1], k[2]))) }
  for (k in list(c(0.7, 2), c(41, 15.5))) { x <- c(0.02, 0.3, 0.7, 0.95); put(sprintf("dist/beta_%g_%g", k[1], k[2]), "pbeta, qbeta", list(a = k[1], b = k[2]),
    list(x = x, lower = pbeta(x, k[1], k[2]), p = p, quantile = qbeta(p, k[1], k[2]))) }
  for (a in list(0.8, c(1.4, 0.5), c(2.2, 1.1, 0.6, 0.3))) {
    x <- c(0.7, 3, 9, 20); by <- function(f, ...) vapply(x, f, 0, a, ...)
    put(paste0("dist_chisqsum/", length(a)), "sum of a chi-squared(1), also over chi-squared(ddf)/ddf with ddf = 31.5", list(a = I(a)),
      list(x = x, exact = by(mixture), exact_over_chisq_ddf = by(mixture, 31.5), saddlepoint = by(saddle), satterthwaite = by(satterthwaite)))
  }
})

write_topics()

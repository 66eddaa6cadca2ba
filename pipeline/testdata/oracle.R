# What R's survey says about ../../../shared/oracle/data/loop_wide.csv and
# loop_long.csv: cells and comparisons of the tables that oracle.yaml.tmpl asks for.
# Writes oracle_cells.csv and oracle_tests.csv. Run in this folder:
#   Rscript oracle.R
# Written with R 4.2.2, survey 4.1-1. Compared at 1e-9 relative.
suppressMessages(library(survey))
options(digits = 15)
data <- "../../../shared/oracle/data/"
countries <- c("Germany", "France", "United Kingdom", "United States", "Brazil", "Japan")
ages <- c("18-24", "25-34", "35-44", "45-54", "55-64", "65+")
industries <- c("telecoms", "hardware", "media", "banking", "retail", "health", "travel", "government")
wide <- read.csv(paste0(data, "loop_wide.csv"))
long <- read.csv(paste0(data, "loop_long.csv"))
wide$concern_top <- as.numeric(wide$privacy_concern >= 4)
long$trust_top <- as.numeric(long$trust >= 4)
long$trust_5 <- as.numeric(long$trust == 5)

# "region": regions are the PSUs, numbered afresh in each stratum, as the
# sample was drawn. "person": every respondent is a PSU, and all ratings by one
# person belong to it.
design <- function(kind, d) {
  if (kind == "region") svydesign(ids = ~psu, strata = ~stratum, weights = ~base_w, nest = TRUE, data = d)
  else svydesign(ids = ~resp_id, strata = ~stratum, weights = ~base_w, data = d)
}

# One row of a table: the variable, where it stands, and what it is.
stat <- function(table, category, y, d, share, sd = FALSE) list(table = table, category = category, y = y, d = d, share = share, sd = sd)
stats <- list(
  stat("overall", "Mean", "overall_trust", wide, FALSE), stat("overall", "Standard deviation", "overall_trust", wide, FALSE, TRUE),
  stat("income", "Mean", "income", wide, FALSE),
  stat("concern", "Mean", "privacy_concern", wide, FALSE), stat("concern", "Top 2", "concern_top", wide, TRUE),
  stat("trust", "Mean", "trust", long, FALSE), stat("trust", "Standard deviation", "trust", long, FALSE, TRUE),
  stat("trust", "Top 2", "trust_top", long, TRUE), stat("trust", "Completely", "trust_5", long, TRUE),
  stat("expects", "Mean", "pers", long, FALSE),
  stat("share", "health", "share_health", long, TRUE))

# The groups of columns: banner, parent, and the domain of each column.
group <- function(banner, parent, labels, of) list(banner = banner, parent = parent, labels = labels, of = of)
groups <- list(group("country", "", countries, function(d, v) d$country == v), group("age", "", ages, function(d, v) d$age_band == v),
  group("urban", "", c("urban", "rural"), function(d, v) d$urban == v))
for (k in countries) groups <- c(groups, list(local({ k <- k; group("age_by_country", k, ages, function(d, v) d$country == k & d$age_band == v) })))
loops <- list(group("industry", "", industries, function(d, v) d$industry == v))
for (k in ages) loops <- c(loops, list(local({ k <- k; group("industry_by_age", k, industries, function(d, v) d$age_band == k & d$industry == v) })))

number <- function(x) { s <- sprintf("%.14g", x); s[is.na(x)] <- ""; s }
cells <- NULL; tests <- NULL
for (kind in c("region", "person")) for (s in stats) {
  full <- design(kind, s$d)
  f <- as.formula(paste("~", s$y))
  here <- !is.na(s$d[[s$y]])
  own <- function(in_) subset(full, in_ & here)
  cell <- function(banner, segment, sub) {
    if (s$sd) { est <- sqrt(as.numeric(svyvar(f, sub))); se <- df <- low <- high <- de <- NA }
    else {
      m <- svymean(f, sub, deff = "replace"); est <- as.numeric(coef(m)); se <- as.numeric(SE(m)); df <- degf(sub); de <- as.numeric(deff(m))
      ci <- if (df < 1) c(NA, NA) else if (!s$share) est + c(-1, 1) * qt(0.975, df) * se
        else if (est > 0 && est < 1) plogis(qlogis(est) + c(-1, 1) * qt(0.975, df) * se / (est * (1 - est))) else c(NA, NA)
      low <- ci[1]; high <- ci[2]
    }
    w <- weights(sub, "sampling")
    cells <<- rbind(cells, data.frame(design = kind, table = s$table, category = s$category, banner = banner, segment = segment,
      base = length(w), weighted = number(sum(w)), effective = number(sum(w)^2 / sum(w^2)), estimate = number(est), se = number(se),
      df = number(df), low = number(low), high = number(high), deff = number(de)))
  }
  cell("total", "Total", own(TRUE))
  for (g in c(groups, if ("industry" %in% names(s$d)) loops)) {
    name <- function(v) if (g$parent == "") v else paste(g$parent, "×", v)
    column <- rep(NA, nrow(s$d))
    for (v in g$labels) {
      in_ <- g$of(s$d, v)
      column[in_] <- v
      if (any(in_ & here)) cell(g$banner, name(v), own(in_))
    }
    if (!paste(s$table, s$category) %in% c("overall Mean", "concern Top 2", "trust Mean", "trust Top 2")) next # enough tests
    d <- update(full, column = factor(column, levels = g$labels))
    d <- subset(d, !is.na(column) & here)
    b <- svyby(f, ~column, d, svymean, covmat = TRUE)
    e <- coef(b); v <- vcov(b); at <- as.character(b$column)
    test <- function(a, b, diff, se, df) tests <<- rbind(tests, data.frame(design = kind, table = s$table, category = s$category, banner = g$banner,
      a = a, b = b, difference = number(diff), se = number(se), df = df, p = number(2 * pt(-abs(diff / se), df))))
    for (i in seq_along(at)) for (j in seq_along(at)) if (i < j) {
      df <- degf(subset(d, column %in% at[c(i, j)]))
      if (df > 0) test(name(at[i]), name(at[j]), e[[i]] - e[[j]], sqrt(v[i, i] + v[j, j] - 2 * v[i, j]), df)
    }
    if (g$parent == "") for (x in g$labels) {
      d <- subset(update(full, own = as.numeric(g$of(s$d, x))), here)
      b <- svyby(f, ~own, d, svymean, covmat = TRUE)
      e <- coef(b); v <- vcov(b)
      test(x, "rest of total", e[[2]] - e[[1]], sqrt(v[1, 1] + v[2, 2] - 2 * v[1, 2]), degf(d))
    }
  }
}
write.csv(cells, "oracle_cells.csv", row.names = FALSE, quote = 3:5, fileEncoding = "UTF-8")
write.csv(tests, "oracle_tests.csv", row.names = FALSE, quote = 3:6, fileEncoding = "UTF-8")

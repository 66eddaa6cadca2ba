# One measurement of one R package, in a process of its own:
#
#   Rscript peers.R JOB PACKAGE THREADS FILE TIMES
#
# prints {"seconds": [...], "sums": [...], "how": "..."}, as peers.py does.

args <- commandArgs(TRUE)
job <- args[1]; package <- args[2]; threads <- as.integer(args[3]); path <- args[4]; times <- as.integer(args[5])
suppressPackageStartupMessages(library(package, character.only = TRUE))
if (!package %in% c("haven", "readxl")) { library(data.table, warn.conflicts = FALSE); setDTthreads(threads) }
questions <- paste0("q", 1:40)

timed <- function(f) {
  out <- if (job != "estimate") f() # once beforehand, but for what takes minutes
  seconds <- replicate(times, { gc(FALSE); start <- proc.time()[["elapsed"]]; out <<- f(); proc.time()[["elapsed"]] - start })
  list(seconds = seconds, out = out)
}

answer <- function(seconds, sums, how) {
  row <- function(r) paste0("[", paste(r, collapse = ","), "]")
  cat(sprintf('{"seconds": %s, "sums": [%s], "how": "%s"}\n', row(seconds), paste(sums, collapse = ","), how))
}

# Like peers.py: missing answers are 0, which nobody gives to questions 1 to 30.
survey_data <- function(n = Inf) {
  d <- fread(path, nrows = n)
  for (q in questions) set(d, which(is.na(d[[q]])), q, 0L)
  d[, cell := ((stratum - 1L) * 6L + age - 1L) * 8L + industry - 1L]
  d[, w2 := w * w]
  d
}

count <- function() {
  d <- survey_data()
  t <- timed(function() lapply(questions, function(q) d[, .(n = .N, w = sum(w), w2 = sum(w2)), by = c("cell", q)]))
  sums <- character()
  for (i in c(1, 15, 40)) {
    g <- t$out[[i]]; a <- g[[2]]; age <- g$cell %/% 8L %% 6L + 1L; low <- if (i <= 30) 1 else 0
    for (k in low:(if (low) 5 else 1)) for (column in 0:6) {
      at <- a == k & (column == 0 | age == column)
      sums <- c(sums, sprintf("[%d,%d,%d,%d,%.17g]", i, column, k - low, sum(g$n[at]), sum(g$w[at])))
    }
  }
  answer(t$seconds, sums, "by = cell, answer")
}

# Shares and standard errors of every cell, at 10,000 rows.
estimate <- function() {
  d <- fread(path, nrows = 10000)
  for (q in questions) set(d, j = q, value = factor(d[[q]]))
  d[, total := 1L]
  s <- svydesign(ids = ~1, strata = ~stratum, weights = ~w, data = d)
  banners <- list(~total, ~age, ~country, ~industry, ~ age + country)
  t <- timed(function() lapply(questions, function(q) lapply(banners, function(b) svyby(as.formula(paste0("~", q)), b, s, svymean, na.rm = TRUE))))
  sums <- character()
  for (i in c(1, 15, 40)) for (b in 1:2) {
    g <- t$out[[i]][[b]]; m <- coef(g); e <- SE(g)
    m <- matrix(m, nrow(g)); e <- as.matrix(e)
    for (r in seq_len(nrow(g))) for (k in seq_len(ncol(m)))
      sums <- c(sums, sprintf("[%d,%d,%d,%.17g,%.17g]", i, if (b == 1) 0L else r, k - 1L, m[r, k], e[r, k]))
  }
  answer(t$seconds, sums, "svyby, svymean")
}

read <- function() {
  ending <- sub(".*[.]", "", path)
  how <- switch(package, haven = paste0("read_", sub("zsav", "sav", ending)), readxl = "read_xlsx", "fread")
  t <- timed(function() if (how == "fread") fread(path, nThread = threads) else get(how)(path))
  answer(t$seconds, sprintf('["rows",%d]', nrow(t$out)), how)
}

switch(job, count = count(), estimate = estimate(), read = read())

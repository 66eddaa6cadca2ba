# What the scripts that ask R's haven about a file have in common: how numbers,
# texts and labels are printed so that tests can compare them (oracle.go). Each
# script (../sav/testdata/haven.R, ../dta/testdata/haven.R) reads it first.
suppressMessages({library(haven); library(jsonlite)})

digits <- function(x) sprintf("%.17g", x)

# Seconds since 1970 for points in time; the bare number for everything else.
# haven turns dates and times into R's classes before labels and missing values.
numbers <- function(x) {
  if (inherits(x, "Date")) return(as.numeric(unclass(x)) * 86400)
  as.numeric(unclass(x))
}

kind <- function(x) {
  if (inherits(x, c("Date", "POSIXct"))) "date or time"
  else if (is.character(x)) "text"
  else "number"
}

md5 <- function(strings) {
  f <- tempfile(); on.exit(unlink(f))
  con <- file(f, "wb")
  writeBin(charToRaw(paste0(enc2utf8(strings), collapse = "\n")), con)
  close(con)
  unname(tools::md5sum(f))
}

# A label without the blanks that pad it, and of a long one its beginning and
# its length.
start <- function(label) {
  label <- sub(" +$", "", label)
  if (nchar(label) <= 24) label else paste0(substr(label, 1, 24), "...", nchar(label))
}

# The name of a variable, what it is, its label and its format; format is the
# attribute in which haven keeps the format.
described <- function(x, name, format) {
  out <- list(name = name)
  if (kind(x) != "number") out$type <- kind(x)
  label <- attr(x, "label", exact = TRUE)
  if (!is.null(label)) out$label <- start(enc2utf8(label))
  fmt <- attr(x, format, exact = TRUE)
  if (!is.null(fmt)) out$format <- fmt
  out
}

# How many values there are, and the MD5 sum of those of all cases in their order,
# one a line: texts without the blanks behind them, numbers with 17 digits, which
# no two share, and nothing where there is none.
values <- function(x) {
  if (is.character(x)) {
    s <- sub(" +$", "", enc2utf8(as.character(unclass(x)))); s[is.na(s)] <- ""
  } else {
    v <- numbers(x); s <- digits(v + 0); s[!is.finite(v)] <- ""
  }
  list(n = sum(s != ""), md5 = md5(s))
}

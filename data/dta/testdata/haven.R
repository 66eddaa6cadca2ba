# Reads Stata files with R's haven and prints what is in them as aggregates: the
# oracle of oracle_test.go. No answer of a respondent is printed, only counts and
# an MD5 sum over all cases: of texts, and of numbers with 17 digits, "" where
# there is none.
#
#   Rscript haven.R FOLDER > haven.json
#
# FOLDER is surveys of the shared folder; haven.json has every .dta below it,
# sorted by path. What haven refuses, because the letters are none in
# windows-1252 (test2_117.dta), is read a second time as UTF-8 and marked so.
# Infinite numbers are counted by themselves.
#
# Written with R 4.2 and haven 2.5.1.
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
source(file.path(here, "../../readertest/haven.R"))
folder <- commandArgs(trailingOnly = TRUE)[1]

code <- function(x) if (is.na(x) && !is.na(na_tag(x))) paste0(".", na_tag(x)) else digits(x)

variable <- function(x, name) {
  out <- c(described(x, name, "format.stata"), values(x))
  if (is.double(x) && !inherits(x, c("Date", "POSIXct"))) {
    if (any(is.infinite(x))) out$infinite <- sum(is.infinite(x))
    tags <- na_tag(x)
    if (any(!is.na(tags))) {
      t <- table(tags)
      out$tags <- setNames(as.list(as.integer(t)), paste0(".", names(t)))
    }
  }
  labels <- attr(x, "labels", exact = TRUE)
  if (length(labels)) {
    out$codes <- I(vapply(seq_along(labels), function(i) code(labels[[i]]), ""))
    out$labels <- I(vapply(names(labels), function(l) start(enc2utf8(l)), "", USE.NAMES = FALSE))
  }
  out
}

result <- list()
for (f in sort(list.files(folder, pattern = "[.]dta$", recursive = TRUE), method = "radix")) {
  one <- list(file = f)
  d <- tryCatch(read_dta(file.path(folder, f)), error = function(e) conditionMessage(e))
  if (is.character(d)) {
    one$refused <- TRUE
    d <- read_dta(file.path(folder, f), encoding = "UTF-8")
  }
  one$rows <- nrow(d)
  one$variables <- I(lapply(seq_along(d), function(i) variable(d[[i]], enc2utf8(names(d)[i]))))
  result[[length(result) + 1]] <- one
}
cat(toJSON(list(files = result), auto_unbox = TRUE, digits = NA), "\n", sep = "")

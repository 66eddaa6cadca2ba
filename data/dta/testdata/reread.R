# Reads data sets that a test wrote with R's haven and foreign, and prints a line
# for each: the file, the reader, the values of all cases variable by variable,
# and the value labels of the first variable. See reread_test.go.
#
#   Rscript reread.R FOLDER
suppressMessages({library(haven); library(foreign)})
folder <- commandArgs(trailingOnly = TRUE)[1]

line <- function(file, reader, d, labels) {
  cells <- vapply(d, function(x) {
    x <- unclass(x)
    x <- if (is.character(x)) x else ifelse(is.na(x), ".", sprintf("%.17g", as.numeric(x)))
    paste(x, collapse = ",")
  }, "")
  words <- if (length(labels)) paste0(unname(labels), "=", names(labels)) else "none"
  cat(file, reader, paste(cells, collapse = "|"), paste(words, collapse = ","), sep = "\t")
  cat("\n")
}

for (f in list.files(folder, pattern = "[.]dta$")) {
  release <- as.integer(sub("-.*", "", f))
  d <- tryCatch(read_dta(file.path(folder, f)), error = function(e) NULL)
  if (!is.null(d)) line(f, "haven", d, attr(d$tiny, "labels"))
  if (release >= 105 && release <= 115) {
    d <- read.dta(file.path(folder, f), convert.factors = FALSE, convert.dates = FALSE)
    line(f, "foreign", d, attr(d, "label.table")$scale)
  }
}

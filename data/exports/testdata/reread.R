# Reads a file that a test wrote, CSV with read.csv and SPSS files with haven, and
# prints its columns as JSON: numbers with 17 digits, times in seconds since 1970, ""
# where there is nothing. See reread_test.go.
#
#   Rscript reread.R FILE
suppressMessages(library(jsonlite))
file <- commandArgs(trailingOnly = TRUE)[1]
d <- if (grepl("csv$", file)) read.csv(file, na.strings = "", encoding = "UTF-8", check.names = FALSE) else haven::read_sav(file, user_na = TRUE)

cells <- function(x) {
  if (is.character(x) && all(is.na(x) | grepl("^-?[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9:]{8})?$", x)))
    x <- as.POSIXct(ifelse(nchar(x) > 10, x, paste(x, "00:00:00")), tz = "UTC", format = "%Y-%m-%d %H:%M:%S")
  if (inherits(x, "Date")) x <- as.POSIXct(x)
  s <- if (is.character(x)) sub(" +$", "", enc2utf8(as.character(unclass(x)))) else sprintf("%.17g", as.numeric(unclass(x)))
  s[is.na(unclass(x))] <- "" # what is declared missing is there
  I(s)
}
cat(toJSON(lapply(seq_along(d), function(i) list(name = unbox(names(d)[i]), cells = cells(d[[i]]))), digits = NA))

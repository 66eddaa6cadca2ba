# Reads the portable files of this folder with R and PSPP's eyes and writes
# oracle.json, after make.sps has written them. Run in this folder: Rscript read.R
# R 4.x with haven 2.5.1, foreign 0.8.84, jsonlite; GNU PSPP 1.6.2.
#
# foreign reads plain.por as it is. haven takes the last of several meanings of
# a character in the table of the header, and PSPP's table lists digits and
# dashes twice (as superscripts too), so haven gets a copy with the later places
# emptied. What
# PSPP reads comes from pspp.sav, which it wrote after IMPORT of pspp.por.
library(haven)
stopifnot(system("pspp make.sps > /dev/null") == 0)

numbers <- function(x) lapply(as.numeric(x), function(v) if (is.na(v)) NULL else sprintf("%.17g", v))
columns <- function(df) lapply(as.list(df), function(x) {
  if (is.character(x)) return(lapply(sub(" +$", "", as.character(x)), function(s) if (is.na(s) || s == "") NULL else s))
  if (inherits(x, "Date")) return(numbers(as.numeric(x) * 86400))
  numbers(unclass(x))
})

b <- readBin("plain.por", "raw", 1e5)
flat <- which(!(b %in% charToRaw("\r\n")))
table <- flat[200 + 1 + 64:255]
b[table[duplicated(b[table])]] <- charToRaw("0")
copy <- tempfile(fileext = ".por")
writeBin(b, copy)

foreign <- suppressWarnings(foreign::read.spss("plain.por", to.data.frame = FALSE, use.value.labels = FALSE))
out <- list(
  haven = columns(read_por(copy, user_na = TRUE)),
  foreign = columns(foreign),
  pspp = columns(read_sav("pspp.sav", user_na = TRUE)))
writeLines(jsonlite::toJSON(out, auto_unbox = TRUE, null = "null", pretty = TRUE), "oracle.json")
unlink("pspp.sav")

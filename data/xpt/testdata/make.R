# Writes transport files with haven and oracle.json, what haven reads from them.
# Run in this folder: Rscript make.R (R with haven 2.5.1, jsonlite). The cases are
# made up.
library(haven)

x <- data.frame(
  id = 1:7,
  score = c(0.1, -1/3, 1e-70, 7e75, 123456789.123, 0, 2^53),
  town = c("Berlin", "Köln", "", "a b ", "São Paulo", "12345678901234567890", "end"),
  stringsAsFactors = FALSE)
x$answer <- labelled(c(1, 2, tagged_na("A"), tagged_na("Z"), NA, 5, 3), label = "How comfortable are you?")
x$day <- as.Date(c("2020-01-01", "1960-01-01", "1959-12-31", "1582-10-15", NA, "2099-12-31", "2024-02-29"))
x$moment <- as.POSIXct(c("2020-01-01 12:30:00", "1960-01-01 00:00:00", "1959-12-31 23:59:59", "1970-01-01 00:00:00", NA, "2099-12-31 00:00:01", "2024-02-29 23:59:59"), tz = "UTC")
attr(x$town, "label") <- "Town, if told"
write_xpt(x, "v5.xpt", version = 5, name = "WAVE1")
long <- x
names(long)[2] <- "a_score_with_a_long_name_of_31_c"
attr(long$town, "label") <- paste(rep("a label of more than forty letters", 4), collapse = ", ")
write_xpt(long, "v8.xpt", version = 8, name = "WAVE1_long_name")

numbers <- function(x) lapply(as.numeric(x), function(v) if (is.na(v)) NULL else sprintf("%.17g", v))
columns <- function(df) lapply(as.list(df), function(x) {
  if (is.character(x)) return(lapply(x, function(s) if (is.na(s) || s == "") NULL else s))
  out <- if (inherits(x, "Date")) numbers(as.numeric(x) * 86400) else numbers(unclass(x))
  if (inherits(x, c("Date", "POSIXct"))) return(out)
  tag <- na_tag(as.double(x))
  out[!is.na(tag)] <- as.list(paste0(".", tag[!is.na(tag)]))
  out
})
out <- list(v5 = columns(read_xpt("v5.xpt")), v8 = columns(read_xpt("v8.xpt")))
writeLines(jsonlite::toJSON(out, auto_unbox = TRUE, null = "null", pretty = TRUE), "oracle.json")

# Reads SPSS files with R's haven and prints what is in them as aggregates: the
# oracle of oracle_test.go. No answer of a respondent is printed, only how many
# there are and an MD5 sum over the values of all cases (readertest/haven.R).
#
#   Rscript haven.R FOLDER FILE... > haven.json      (files relative to FOLDER)
#
# haven.json has every .sav and .zsav below surveys and oracle/data of the shared
# folder, sorted by path, and of badinputs control.sav, control.zsav, s12 and s13.
# The other bad inputs are judged by their manifest; on s05, which promises two
# billion cases, haven takes all the memory there is.
#
# Written with R 4.2 and haven 2.5.1.
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
source(file.path(here, "../../readertest/haven.R"))
args <- commandArgs(trailingOnly = TRUE)
folder <- args[1]

codes <- function(v) if (is.character(v)) enc2utf8(unname(v)) else digits(unname(v))

# Many variables share one set of value labels and missing values; each is
# printed once and named by its place, counted from 0.
sets <- list()
places <- new.env()
set_of <- function(set) {
  key <- md5(toJSON(set))
  if (is.null(places[[key]])) {
    sets[[length(sets) + 1]] <<- set
    places[[key]] <- length(sets) - 1
  }
  places[[key]]
}

variable <- function(x, name) {
  out <- c(described(x, name, "format.spss"), values(x))
  set <- list()
  labels <- attr(x, "labels", exact = TRUE)
  if (length(labels)) {
    set$codes <- I(codes(labels))
    set$labels <- I(enc2utf8(names(labels)))
  }
  missing <- attr(x, "na_values", exact = TRUE)
  if (length(missing)) set$missing <- I(codes(missing))
  range <- attr(x, "na_range", exact = TRUE)
  if (length(range)) set$range <- I(codes(range))
  if (length(set)) out$set <- set_of(set)
  out
}

result <- list()
for (f in args[-1]) {
  d <- tryCatch(read_sav(file.path(folder, f), user_na = TRUE), error = function(e) conditionMessage(e))
  result[[length(result) + 1]] <- if (is.character(d)) list(file = f, error = d) else
    list(file = f, rows = nrow(d), variables = I(lapply(seq_along(d), function(i) variable(d[[i]], enc2utf8(names(d)[i])))))
}
cat(toJSON(list(files = result, sets = sets), auto_unbox = TRUE, digits = NA), "\n", sep = "")

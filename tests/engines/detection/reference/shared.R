# Bounds and alarms of the R package 'surveillance' on its own data sets salmonella.agona and rotaBB.
# usage: Rscript shared.R outdir
suppressMessages(library(surveillance))
out <- commandArgs(TRUE)[1]; dir.create(out, showWarnings = FALSE)
data(salmonella.agona); data(rotaBB)
sets <- list(salmonella_agona = disProg2sts(salmonella.agona), rotaBB_total = aggregate(rotaBB, by = "unit"))
noufaily <- list(noPeriods = 10, pastWeeksNotIncluded = 26, thresholdMethod = "nbPlugin")
for (name in names(sets)) {
  s <- sets[[name]]; n <- nrow(s); f <- s@freq
  first <- if (f == 52) 5 * 52 + 4 else 5 * 12 + 4
  k <- first:n
  flexible <- if (f == 52) noufaily else list(noPeriods = 3, w = 1, thresholdMethod = "muan")
  runs <- list(
    "farrington-flexible" = function() farringtonFlexible(s, list(range = k, glmWarnings = FALSE)),
    "farrington-flexible-noufaily" = function() farringtonFlexible(s, c(flexible, list(range = k, glmWarnings = FALSE))),
    "farrington" = function() farrington(s, list(range = k)),
    "ears-c1" = function() earsC(s, list(range = k, method = "C1")),
    "ears-c2" = function() earsC(s, list(range = k, method = "C2")),
    "ears-c3" = function() earsC(s, list(range = k, method = "C3")),
    "cusum" = function() cusum(s, list(range = k, trans = "rossi")),
    "bayes" = function() bayes(s, list(range = k)),
    "rki" = function() rki(s, list(range = k)))
  for (run in names(runs)) {
    r <- suppressWarnings(runs[[run]]())
    z <- data.frame(series = 1, t = k, upperbound = format(as.vector(r@upperbound), digits = 17, trim = TRUE),
                    alarm = as.vector(r@alarm) * 1)
    con <- gzfile(file.path(out, paste0(name, "_", run, ".csv.gz")), "w")
    write.csv(z, con, row.names = FALSE, quote = FALSE); close(con)
  }
}

# Runs the detectors of the R package 'surveillance' on a table of weekly counts and writes bounds and alarms.
# usage: Rscript reference.R series.csv outdir from to [only]
#   series.csv  one column per series, one row per week, no dates; from, to: 1-based weeks to decide
suppressMessages(library(surveillance))
args <- commandArgs(TRUE)
X <- as.matrix(read.csv(args[1])); out <- args[2]; range <- as.integer(args[3]):as.integer(args[4])
only <- if (length(args) > 4) strsplit(args[5], ",")[[1]] else NULL
n <- nrow(X); S <- ncol(X)
pop <- matrix(rep(seq(1e5, 1.3e5, length.out = n), S), n)
plain <- sts(observed = X, frequency = 52, population = pop)
dated <- sts(observed = X, frequency = 52, epoch = as.numeric(seq(as.Date("2010-01-04"), by = 7, length.out = n)),
             epochAsDate = TRUE, population = pop)
month <- sts(observed = X, frequency = 12, epoch = as.numeric(seq(as.Date("1990-01-01"), by = "month", length.out = n)),
             epochAsDate = TRUE, population = pop)
noufaily <- list(noPeriods = 10, pastWeeksNotIncluded = 26, thresholdMethod = "nbPlugin", pThresholdTrend = 1)
with <- function(...) modifyList(noufaily, list(...))
ff <- function(s, control) farringtonFlexible(s, c(control, list(range = range, glmWarnings = FALSE)))
run <- function(f, s = plain, control = list()) f(s, control = c(list(range = range), control))
each <- function(f) {           # functions that decide one series at a time
  ub <- al <- matrix(NA_real_, length(range), S)
  for (j in 1:S) { r <- f(plain[, j]); ub[, j] <- r@upperbound; al[, j] <- r@alarm }
  list(ub = ub, al = al)
}
old <- function(f, control, columns = 1:S) {   # legacy objects carry arguments that the sts wrapper hides
  ub <- al <- matrix(NA_real_, length(range), S)
  for (j in columns) {
    d <- sts2disProg(plain[, j]); d$populationFrac <- pop[, j]
    r <- tryCatch(f(d, control = c(list(range = range), control)), error = function(e) NULL)
    if (!is.null(r)) { ub[, j] <- r$upperbound; al[, j] <- r$alarm }
  }
  list(ub = ub, al = al)
}
cases <- list(
  flexible_default = function() ff(plain, list()),
  flexible_noufaily = function() ff(plain, noufaily),
  flexible_noufaily_dated = function() ff(dated, with(alpha = 0.01, pThresholdTrend = 0.05)),
  flexible_muan = function() ff(plain, with(thresholdMethod = "muan", alpha = 0.005)),
  flexible_delta_10 = function() ff(dated, list(noPeriods = 10, pastWeeksNotIncluded = 26, limit54 = c(0, 4))),
  flexible_no_reweight = function() ff(plain, list(noPeriods = 5, reweight = FALSE, powertrans = "1/2")),
  flexible_no_trend = function() ff(plain, list(noPeriods = 4, w = 2, b = 3, powertrans = "none", trend = FALSE)),
  flexible_population = function() ff(plain, list(noPeriods = 10, populationOffset = TRUE, limit54 = c(0, 1),
                                                   thresholdMethod = "nbPlugin")),
  flexible_month = function() ff(month, list(w = 2, noPeriods = 3, b = 5)),
  farrington_default = function() run(farrington),
  farrington_dated = function() run(farrington, dated, list(alpha = 0.01, b = 4, w = 2)),
  farrington_month = function() run(farrington, month, list(b = 5, w = 1)),
  farrington_no_trend = function() run(farrington, plain, list(trend = FALSE, reweight = FALSE, limit54 = c(0, 4), powertrans = "none")),
  farrington_half = function() run(farrington, plain, list(powertrans = "1/2", b = 3)),
  farrington_population = function() old(algo.farrington, list(fitFun = "algo.farrington.fitGLM.populationOffset")),
  ears_c1 = function() run(earsC, plain, list(method = "C1")),
  ears_c2 = function() run(earsC, plain, list(method = "C2")),
  ears_c3 = function() run(earsC, plain, list(method = "C3")),
  ears_c1_long = function() run(earsC, plain, list(method = "C1", baseline = 14, minSigma = 0.5, alpha = 0.01)),
  ears_c3_sigma = function() run(earsC, plain, list(method = "C3", minSigma = 1)),
  cusum_standard = function() run(cusum),
  cusum_rossi = function() run(cusum, plain, list(trans = "rossi")),
  cusum_anscombe = function() run(cusum, plain, list(trans = "anscombe")),
  cusum_anscombe2nd = function() run(cusum, plain, list(trans = "anscombe2nd")),
  cusum_pearson = function() run(cusum, plain, list(trans = "pearsonNegBin", alpha = 0.2)),
  cusum_none = function() run(cusum, plain, list(trans = "none", k = 4, h = 9)),
  cusum_given = function() run(cusum, plain, list(m = 3, trans = "rossi")),
  cusum_glm = function() run(cusum, plain, list(m = "glm", trans = "rossi", k = 0.8, h = 3)),
  bayes_default = function() run(bayes),
  bayes1 = function() run(bayes, plain, list(b = 0, w = 6, actY = TRUE)),
  bayes2 = function() run(bayes, plain, list(b = 1, w = 6, actY = TRUE)),
  bayes3 = function() run(bayes, plain, list(b = 2, w = 4, actY = FALSE, alpha = 0.001)),
  rki1 = function() run(rki, plain, list(b = 0, w = 6, actY = TRUE)),
  rki2 = function() run(rki, plain, list(b = 1, w = 6, actY = TRUE)),
  rki3 = function() run(rki),
  outbreakp_value = function() run(outbreakP, plain, list(k = 100)),
  outbreakp_cases = function() old(algo.outbreakP, list(k = 100, ret = "cases", maxUpperboundCases = 60), 1:6),
  glr_poisson = function() old(algo.glrpois, list(mu0 = NULL)),
  glr_poisson_given = function() old(algo.glrpois, list(mu0 = 2 + sin(seq_along(range)), ret = "cases")),
  glr_poisson_window = function() old(algo.glrpois, list(mu0 = 2 + sin(seq_along(range)), M = 10, Mtilde = 2)),
  glr_poisson_tilde = function() old(algo.glrpois, list(mu0 = 2 + sin(seq_along(range)), Mtilde = 3)),
  glr_poisson_dec = function() old(algo.glrpois, list(mu0 = 2 + sin(seq_along(range)), dir = "dec", c.ARL = 3)),
  glr_poisson_theta = function() old(algo.glrpois, list(mu0 = 2 + sin(seq_along(range)), theta = 0.5)),
  glr_negbin = function() old(algo.glrnb, list(mu0 = 2 + sin(seq_along(range)), alpha = 0.3)),
  glr_negbin_window = function() old(algo.glrnb, list(mu0 = 2 + sin(seq_along(range)), alpha = 0.3, M = 8, Mtilde = 3)),
  glr_negbin_dec = function() old(algo.glrnb, list(mu0 = 2 + sin(seq_along(range)), alpha = 0.3, dir = "dec", c.ARL = 2)),
  glr_negbin_theta = function() old(algo.glrnb, list(mu0 = 2 + sin(seq_along(range)), alpha = 0.3, theta = 0.4)),
  glr_negbin_fitted = function() old(algo.glrnb, list(alpha = 0.2))
)
dir.create(out, showWarnings = FALSE)
for (name in names(cases)) {
  if (!is.null(only) && !(name %in% only)) next
  r <- suppressWarnings(suppressMessages(cases[[name]]()))
  ub <- if (is.list(r)) r$ub else r@upperbound
  al <- if (is.list(r)) r$al else r@alarm * 1
  z <- data.frame(series = rep(1:S, each = length(range)), t = rep(range, S),
                  upperbound = format(as.vector(ub), digits = 17, trim = TRUE), alarm = as.vector(al) * 1)
  con <- gzfile(file.path(out, paste0(name, ".csv.gz")), "w")
  write.csv(z, con, row.names = FALSE, quote = FALSE); close(con)
}

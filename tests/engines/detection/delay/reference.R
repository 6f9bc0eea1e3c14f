# Writes the reference numbers of delay and growth: "key,value" lines with 15 digits, from the files beside this script.
# Needs R with surveillance and EpiEstim (Debian: r-cran-surveillance r-cran-epiestim).
# Run: Rscript reference.R > reference.csv
suppressWarnings(suppressMessages({library(surveillance); library(EpiEstim)}))
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value=TRUE)))
out <- function(key, value) for (i in seq_along(value)) cat(sprintf("%s.%d,%.15g\n", key, i, value[i]))
quiet <- function(x) { r <- NULL; capture.output(r <- suppressWarnings(suppressMessages(x))); r }
cat("key,value\n")

counts <- read.csv(file.path(here, "epidemic.csv")); si <- c(0, .12, .31, .24, .16, .09, .05, .03)
rt <- function(key, r) for (n in names(r$R)[-(1:2)]) out(paste0(key, ".", n), r$R[[n]])
out("discr_si.mean4_sd2", discr_si(0:40, 4, 2)); out("discr_si.mean14_sd5", discr_si(0:40, 14, 5))
out("lambda", overall_infectivity(counts$observed, si)[-1])
rt("rt.weights", quiet(estimate_R(counts$observed, method="non_parametric_si", config=make_config(list(si_distr=si)))))
rt("rt.parametric", quiet(estimate_R(counts$observed, method="parametric_si", config=make_config(list(mean_si=4, std_si=2)))))
rt("rt.long_si", quiet(estimate_R(counts$observed[1:20], method="parametric_si", config=make_config(list(mean_si=14, std_si=5)))))
n <- nrow(counts)
rt("rt.window14", quiet(estimate_R(counts$observed, method="non_parametric_si", config=make_config(list(
   si_distr=si, t_start=2:(n-13), t_end=15:n, mean_prior=2, std_prior=1)))))
imported <- data.frame(local=counts$observed - counts$imported, imported=counts$imported)
rt("rt.imported", quiet(estimate_R(imported, method="non_parametric_si", config=make_config(list(si_distr=si)))))
set.seed(1)
rt("rt.uncertain", quiet(estimate_R(counts$observed, method="uncertain_si", config=make_config(list(
   mean_si=4, std_mean_si=1, min_mean_si=2, max_mean_si=6, std_si=2, std_std_si=.5, min_std_si=1, max_std_si=3,
   n1=1000, n2=100, seed=1)))))

first <- counts$observed[5:25]
g <- summary(glm(first ~ seq_along(first), family=quasipoisson, control=glm.control(epsilon=1e-14, maxit=100)))
out("growth.quasipoisson", c(g$coefficients[2,1:2], g$dispersion))
l <- lm(log(first) ~ seq_along(first)); out("growth.loglinear", c(coef(l)[2], confint(l)[2,]))

cases <- read.csv(file.path(here, "linelist.csv"), colClasses="Date")
now <- as.Date("2017-07-20"); when <- seq(now - 15, now, by="1 day")
prior <- structure("poisgamma", mean.lambda=15, var.lambda=300)
cast <- function(...) quiet(nowcast(now=now, when=when, data=cases, dEventCol="onset", dReportCol="report", D=15, ...))
for (m in list(NULL, 20)) {
  key <- paste0("nowcast.", if (is.null(m)) "all" else "m20")
  x <- cast(method="lawless", m=m, control=list())
  rows <- match(when, epoch(x))
  out(paste0(key, ".lawless.median"), x@upperbound[rows]); out(paste0(key, ".lawless.lower"), x@pi[rows,,1])
  out(paste0(key, ".lawless.upper"), x@pi[rows,,2]); out(paste0(key, ".lawless.cdf"), x@delayCDF$lawless[1:16])
  for (method in c("bayes.trunc", "bayes.notrunc")) {
    set.seed(1)
    x <- cast(method=method, m=m, control=list(N.tInf.prior=prior, N.tInf.max=300, nSamples=2500, predPMF=TRUE))
    out(paste0(key, ".", method, ".cdf"), x@delayCDF[[method]])
    # The predictive distribution itself says more than its quantiles: its mean and its values at some counts.
    for (d in c(0, 1, 4)) {
      p <- x@predPMF[[as.character(now - d)]][[method]]
      out(paste0(key, ".", method, ".mean", d), sum(0:300 * p)); out(paste0(key, ".", method, ".cdf_at", d), cumsum(p)[1 + seq(0, 80, 5)])
    }
    out(paste0(key, ".", method, ".median"), x@upperbound[rows])
    out(paste0(key, ".", method, ".lower"), x@pi[rows,,1]); out(paste0(key, ".", method, ".upper"), x@pi[rows,,2])
  }
}

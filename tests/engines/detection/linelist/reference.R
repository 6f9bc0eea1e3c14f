# Writes the reference numbers of the line-list statistics: "key,value" lines with 17 digits.
# Needs R with epitools and epiR (Debian: r-cran-epitools r-cran-epir). Run: Rscript reference.R > reference.csv
suppressWarnings(suppressMessages({library(epitools); library(epiR)}))
out <- function(key, value) for (i in seq_along(value)) cat(sprintf("%s.%d,%.17g\n", key, i, value[i]))
cat("key,value\n")
tables <- list(vanilla=c(43,11,3,18), cakes=c(27,13,19,16), milk=c(2,2,44,27), zero_b=c(8,0,5,9), zero_c=c(6,7,0,11),
               large=c(231,1890,118,2204), small=c(2,3,4,1))
# fisher.test and or.midp stop their root search at 1.2e-4; the same equations are solved here to the last digit.
root <- function(f, low, high) exp(uniroot(f, c(low, high), tol=1e-14, extendInt="yes")$root)
tail_p <- function(m, psi, side) fisher.test(m, or=psi, alternative=side)$p.value
conditional_mean <- function(m, psi) {
  x <- max(0, sum(m[,1]) - sum(m[2,])):min(sum(m[1,]), sum(m[,1]))
  l <- dhyper(x, sum(m[1,]), sum(m[2,]), sum(m[,1]), log=TRUE) + x * log(psi)
  p <- exp(l - max(l)); sum(x * p) / sum(p)
}
tight <- function(m) {
  mid <- function(psi) (tail_p(m, psi, "less") - tail_p(m, psi, "greater") + 1) / 2
  list(exact=c(root(function(t) conditional_mean(m, exp(t)) - m[1,1], -3, 3),
               root(function(t) tail_p(m, exp(t), "greater") - .025, -3, 3),
               root(function(t) tail_p(m, exp(t), "less") - .025, -3, 3)),
       midp=c(root(function(t) mid(exp(t)) - .5, -3, 3), root(function(t) mid(exp(t)) - .975, -3, 3),
              root(function(t) mid(exp(t)) - .025, -3, 3)))
}
quiet <- function(x) suppressWarnings(suppressMessages(x))
for (name in names(tables)) {
  v <- tables[[name]]; m <- matrix(v, 2, byrow=TRUE)
  f <- quiet(fisher.test(m)); out(paste0(name, ".fisher"), f$p.value)
  out(paste0(name, ".chi"), quiet(chisq.test(m, correct=FALSE))[c("statistic","p.value")] |> unlist())
  out(paste0(name, ".yates"), quiet(chisq.test(m, correct=TRUE))[c("statistic","p.value")] |> unlist())
  out(paste0(name, ".midp_p"), ormidp.test(v[1], v[2], v[3], v[4])$two.sided)
  out(paste0(name, ".or_exact"), c(f$estimate, f$conf.int))
  # epitools wants the unexposed row and the well column first
  e <- matrix(c(v[4], v[3], v[2], v[1]), 2, byrow=TRUE)
  if (min(v) > 0) {
    solved <- tight(m); out(paste0(name, ".or_tight_exact"), solved$exact); out(paste0(name, ".or_tight_midp"), solved$midp)
    out(paste0(name, ".rr_wald"), quiet(riskratio.wald(e))$measure[2,])
    out(paste0(name, ".rr_small"), quiet(riskratio.small(e))$measure[2,])
    out(paste0(name, ".or_wald"), quiet(oddsratio.wald(e))$measure[2,])
    if (v[1]*v[4]/v[2]/v[3] < 1000) out(paste0(name, ".or_midp"), quiet(or.midp(v, interval=c(1e-6, 1000)))[c("estimate","conf.int")] |> unlist())
    b <- quiet(epi.2by2(as.table(m), method="cohort.count", conf.level=0.95, units=1))$massoc.detail
    out(paste0(name, ".rd_wald"), unlist(b$ARisk.strata.wald))
    out(paste0(name, ".paf"), unlist(b$PAFRisk.strata.wald))
    out(paste0(name, ".af"), unlist(b$AFRisk.strata.wald))
    t <- epi.tests(as.table(m), method="exact")$detail
    for (s in c("ap","tp","se","sp","diag.ac","diag.or","youden","pv.pos","pv.neg","lr.pos","lr.neg"))
      out(paste0(name, ".test.", s), as.numeric(t[t$statistic == s, 2:4]))
    # scores of risk ratio: epiR's zRRscore reads the cells by column, so it is given the transpose
    out(paste0(name, ".rr_score"), epiR:::zRRscore(t(m), 0.95))
  }
}
for (x in list(c(0,10), c(1,10), c(5,20), c(20,20), c(437,2310))) {
  k <- sprintf("binomial.%d_%d", x[1], x[2])
  out(paste0(k, ".exact"), unlist(binom.exact(x[1], x[2])[c("lower","upper")]))
  out(paste0(k, ".wilson"), unlist(binom.wilson(x[1], x[2])[c("lower","upper")]))
  out(paste0(k, ".wilson_continuity"), prop.test(x[1], x[2], correct=TRUE)$conf.int |> quiet())
  out(paste0(k, ".agresti"), unlist(epiR:::zagresti(matrix(x, 1), 0.95)[c("lower","upper")]))
  out(paste0(k, ".jeffreys"), c(qbeta(.025, x[1]+.5, x[2]-x[1]+.5), qbeta(.975, x[1]+.5, x[2]-x[1]+.5)))
}
for (x in c(0, 1, 4, 25, 1000)) {
  out(sprintf("poisson.%d.exact", x), poisson.test(x)$conf.int)
  out(sprintf("poisson.%d.byar_epitools", x), unlist(pois.byar(x)[c("lower","upper")]))
  if (x > 0) out(sprintf("poisson.%d.byar", x), unlist(epi.smr(x, 1, method="byar")[c("lower","upper")]))
}
deaths <- c(3, 0, 7, 21, 64); pop <- c(9100, 15300, 20250, 11840, 4010); std <- c(24000, 26000, 22000, 18000, 10000)
sdeaths <- c(61, 80, 402, 1805, 9020); spop <- c(310000, 402000, 515000, 298000, 120000)
out("direct.gamma", ageadjust.direct(deaths, pop, stdpop=std))
ind <- ageadjust.indirect(deaths, pop, sdeaths, spop)
out("indirect.sir", ind$sir); out("indirect.rate", ind$rate)
out("indirect.exact", poisson.test(sum(deaths), ind$sir["exp"])$conf.int)
strata <- array(c(10,20,5,40, 8,30,6,25, 3,9,1,14), dim=c(2,2,3)); strata <- aperm(strata, c(2,1,3))
mh <- mantelhaen.test(strata, correct=FALSE)
out("mh.or", c(mh$estimate, mh$conf.int)); out("mh.chi", c(mh$statistic, mh$p.value))
g <- epi.2by2(strata, method="cohort.count", units=1)$massoc.detail
out("mh.rr", unlist(g$RR.mh.wald)); out("mh.breslow_day", unlist(g$bOR.homog[c("test.statistic","p.value")]))
out("rate.midp", rateratio.midp(matrix(c(15, 41, 19017, 28010), 2))$measure[2,] |> quiet())
out("rate.exact", poisson.test(c(41, 15), c(28010, 19017))[c("estimate","conf.int")] |> unlist())

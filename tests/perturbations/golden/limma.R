# Writes limma_counts.csv, limma_sheet.csv, limma_cases.csv and limma_results.csv, which tests/perturbations/test_against_limma.py is held against.
# Run in this folder: Rscript limma.R
library(limma)
set.seed(17)
n <- 14; genes <- 90
what <- rep(c("ctrl", "A"), each = 7)
sheet <- data.frame(
  sample = paste0("s", 1:n), what = what, donor = rep(paste0("d", 1:7), 2), batch = rep(c("x", "y", "x", "y", "x", "y", "y"), 2),
  age = round(runif(n, 20, 80), 1), sex = sample(c("F", "M"), n, TRUE)
)
level <- exp(rnorm(genes, 4, 1.8)); level[1:6] <- c(0.5, 1, 2, 3, 1e5, 0)
fold <- exp(rnorm(genes, 0, 0.5))
mean <- outer(runif(n, 0.6, 1.6), level) * exp(outer(what == "A", log(fold) * (runif(genes) < 0.3)))
mean <- mean * exp(outer((sheet$age - 50) / 40, rnorm(genes, 0, 0.3)) + outer(sheet$batch == "y", rnorm(genes, 0, 0.3)))
counts <- matrix(rnbinom(n * genes, mu = mean, size = rep(1 / (0.05 + 1 / (5 + level)), each = n)), n)
colnames(counts) <- paste0("G", 1:genes); rownames(counts) <- sheet$sample
write.csv(counts, "limma_counts.csv", quote = FALSE)
write.csv(sheet, "limma_sheet.csv", row.names = FALSE, quote = FALSE)

cases <- list(
  unpaired = list(rows = 1:12, formula = ~ what), few = list(rows = c(1, 2, 8, 9), formula = ~ what),
  paired = list(rows = 1:14, formula = ~ donor + what), strata = list(rows = c(1:5, 8:14), formula = ~ batch + what),
  covariates = list(rows = 1:14, formula = ~ age + sex + what), both = list(rows = 1:14, formula = ~ batch + age + what)
)
write.csv(data.frame(
  case = names(cases), design = sapply(cases, function(each) paste(deparse(each$formula), collapse = "")),
  samples = sapply(cases, function(each) paste(sheet$sample[each$rows], collapse = " "))
), "limma_cases.csv", row.names = FALSE, quote = FALSE)
fits <- function(name, rows, formula, trend, some = genes) {
  part <- counts[rows, ]; total <- rowSums(part)
  obs <- sheet[rows, ]; obs$what <- factor(obs$what, c("ctrl", "A"))
  # filterByExpr of edgeR with its defaults, groups as labeled
  keep <- colSums(part / total * 1e6 >= 10 / median(total) * 1e6) >= min(table(obs$what)) - 1e-14 & colSums(part) >= 15 - 1e-14
  keep <- which(keep)[seq_len(min(some, sum(keep)))]
  prior <- max(1, 2 * 1e7 / mean(total))
  values <- log2(t(part[, keep]) * rep(1e7 / total, each = length(keep)) + prior)
  fit <- eBayes(lmFit(values, model.matrix(formula, obs)), trend = trend, robust = FALSE)
  data.frame(
    case = name, trend = trend, gene = rownames(values), change = fit$coefficients[, "whatA"], sigma = fit$sigma,
    t = fit$t[, "whatA"], p = fit$p.value[, "whatA"], fdr = p.adjust(fit$p.value[, "whatA"], "BH"), df_prior = fit$df.prior,
    s2_prior = fit$s2.prior
  )
}
results <- do.call(rbind, c(
  lapply(names(cases), function(name) fits(name, cases[[name]]$rows, cases[[name]]$formula, TRUE)),
  lapply(names(cases), function(name) fits(name, cases[[name]]$rows, cases[[name]]$formula, FALSE)),
  list(fits("some genes", 1:12, ~ what, TRUE, 9))
))
numbers <- sapply(results, is.numeric)
results[numbers] <- lapply(results[numbers], function(x) formatC(x, digits = 15, format = "g"))
about <- sprintf("# limma %s, %s; lmFit, eBayes(trend, robust = FALSE)", packageVersion("limma"), R.version.string)
writeLines(about, "limma_results.csv")
suppressWarnings(write.table(results, "limma_results.csv", sep = ",", row.names = FALSE, quote = FALSE, append = TRUE))

# The chance that each of four estimates is the largest or the smallest in the
# population, by integration of the multivariate normal and t distributions, and
# adjusted p values of all pairs: the numbers of TestRankChances and TestRankNumbers.
# R 4.2.2, mvtnorm 1.1-3; good to 1e-5 (normal) and 1e-6 (t).
library(mvtnorm)
v <- c(0.52, 0.50, 0.35, 0.47)
s <- c(0.02, 0.025, 0.02, 0.03)
r <- matrix(c(1,.3,.1,0, .3,1,.2,-.2, .1,.2,1,.1, 0,-.2,.1,1), 4)
V <- diag(s) %*% r %*% diag(s)
set.seed(1)
first <- function(k, df) {
  D <- diag(4)[-k, ]; D[, k] <- -1 # each other less k: all below zero
  S <- D %*% V %*% t(D)
  if (df == 0) pmvnorm(upper = as.vector(-D %*% v), sigma = S, algorithm = Miwa(4096))
  else pmvt(upper = rep(0, 3), delta = as.vector(D %*% v), sigma = S, df = df, type = "shifted",
            algorithm = GenzBretz(abseps = 1e-7, maxpts = 1e7))
}
last <- function(k) {
  D <- -diag(4)[-k, ]; D[, k] <- 1
  pmvnorm(upper = as.vector(-D %*% v), sigma = D %*% V %*% t(D), algorithm = Miwa(4096))
}
for (df in c(0, 12)) print(sapply(1:4, first, df = df), digits = 6)
print(sapply(1:4, last), digits = 6)
p <- c()
for (a in 1:3) for (b in (a + 1):4) {
  se <- sqrt(V[a, a] + V[b, b] - 2 * V[a, b])
  p <- c(p, 2 * pt(-abs((v[a] - v[b]) / se), 12))
}
print(p.adjust(p, "bonferroni"), digits = 8) # pairs 1-2, 1-3, 1-4, 2-3, 2-4, 3-4

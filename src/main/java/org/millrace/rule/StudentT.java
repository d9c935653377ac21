package org.millrace.rule;

/**
 * Quantiles of Student's t by G. W. Hill's algorithm 396 (Communications of the ACM 13, 1970), good to five digits from
 * three degrees of freedom on. {@link StrictMath}, so that every machine computes the same.
 */
final class StudentT {
    private StudentT() {}

    /**
     * @param outside probability of both tails together, e.g. 0.05 for 95 %
     * @param n degrees of freedom, at least 1; need not be whole
     */
    static double quantile(double outside, double n) {
        double a = 1 / (n - 0.5);
        double b = 48 / (a * a);
        double c = ((20_700 * a / b - 98) * a - 16) * a + 96.36;
        double d = ((94.5 / (b + c) - 3) / b + 1) * StrictMath.sqrt(a * StrictMath.PI / 2) * n;
        double x = d * outside;
        double y = StrictMath.pow(x, 2 / n);
        if (y > 0.05 + a) {
            x = normal(outside / 2);
            y = x * x;
            if (n < 5) {
                c += 0.3 * (n - 4.5) * (x + 0.6);
            }
            c = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + c;
            y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x;
            y = StrictMath.expm1(a * y * y);
        } else {
            y = ((1 / (((n + 6) / (n * y) - 0.089 * d - 0.822) * (n + 2) * 3) + 0.5 / (n + 4)) * y - 1)
                            * (n + 1)
                            / (n + 2)
                    + 1 / y;
        }
        return StrictMath.sqrt(n * y);
    }

    /** Lower quantile of the normal distribution, Abramowitz and Stegun 26.2.23 with one step of Newton's method. */
    private static double normal(double p) {
        double t = StrictMath.sqrt(-2 * StrictMath.log(p));
        double x = t
                - (2.515517 + 0.802853 * t + 0.010328 * t * t)
                        / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t);
        for (int i = 0; i < 2; i++) {
            double density = StrictMath.exp(-x * x / 2) / StrictMath.sqrt(2 * StrictMath.PI);
            x += (tail(x) - p) / density;
        }
        return -x;
    }

    /** Upper tail of the normal distribution for x > 0, by the continued fraction of Mills' ratio. */
    private static double tail(double x) {
        if (x < 1.5) { // the fraction converges slowly there: the series of the integral
            double term = x;
            double sum = x;
            for (int k = 1; k < 60; k++) {
                term *= -x * x / (2 * k);
                sum += term / (2 * k + 1);
            }
            return 0.5 - sum / StrictMath.sqrt(2 * StrictMath.PI);
        }
        double fraction = x;
        for (int k = 120; k >= 1; k--) {
            fraction = x + k / fraction;
        }
        return StrictMath.exp(-x * x / 2) / StrictMath.sqrt(2 * StrictMath.PI) / fraction;
    }
}

package org.millrace.rule;

/**
 * A straight line through at most 64 points (least squares), and when it meets a limit, with a confidence interval
 * (Fieller). Neighbouring residuals of a process are alike, so the number of independent points is less than that of
 * points: it is corrected by the residuals' lag-1 correlation (Santer et al., J. Geophys. Res. 105, 2000).
 */
final class LineFit {
    private static final double LEAST_INDEPENDENT = 4;

    /** When the line meets the limit, in the unit of x counted from the last point; {@code latest} may be infinite. */
    record Crossing(double expected, double earliest, double latest) {}

    private final double meanX;
    private final double meanY;
    private final double slope;
    private final double spreadX;
    private final double slopeError;
    private final double residual;
    private final double independent;
    private final double lastX;

    LineFit(double[] x, double[] y, int n) {
        double sumX = 0;
        double sumY = 0;
        for (int i = 0; i < n; i++) {
            sumX += x[i];
            sumY += y[i];
        }
        meanX = sumX / n;
        meanY = sumY / n;
        double xx = 0;
        double xy = 0;
        for (int i = 0; i < n; i++) {
            xx += (x[i] - meanX) * (x[i] - meanX);
            xy += (x[i] - meanX) * (y[i] - meanY);
        }
        spreadX = xx;
        slope = xy / xx;
        double squares = 0;
        double products = 0;
        double before = 0;
        for (int i = 0; i < n; i++) {
            double r = y[i] - meanY - slope * (x[i] - meanX);
            squares += r * r;
            products += i == 0 ? 0 : r * before;
            before = r;
        }
        double alike = squares == 0 ? 0 : Math.max(0, Math.min(0.99, products / squares));
        independent = n * (1 - alike) / (1 + alike);
        residual = squares / Math.max(1, independent - 2);
        slopeError = Math.sqrt(residual / spreadX);
        lastX = x[n - 1];
    }

    double slope() {
        return slope;
    }

    /** Whether the slope differs from zero at this confidence. */
    boolean significant(double outside) {
        return independent >= LEAST_INDEPENDENT
                && slope != 0
                && Math.abs(slope) > StudentT.quantile(outside, independent - 2) * slopeError;
    }

    /** To be asked of a significant slope only: else there is no end to the interval. */
    Crossing crossing(double limit, double outside) {
        double t = StudentT.quantile(outside, independent - 2);
        double d = limit - meanY;
        double g = t * t * residual;
        // (slope·u − d)² = g (1/n + u²/Sxx), u = x − mean
        double a = slope * slope - g / spreadX;
        double half = slope * d;
        double c = d * d - g / independent;
        double root = Math.sqrt(Math.max(0, half * half - a * c));
        double first = meanX + (half - root) / a - lastX;
        double second = meanX + (half + root) / a - lastX;
        double expected = meanX + d / slope - lastX;
        return new Crossing(
                Math.max(0, expected), Math.max(0, Math.min(first, second)), Math.max(0, Math.max(first, second)));
    }
}

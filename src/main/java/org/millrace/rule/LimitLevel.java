package org.millrace.rule;

/**
 * A level of a rule, in the tag's unit. Limits are converted and the deadband subtracted in decimal at load and rounded
 * once to the nearest double, so that a sensor's {@code 2.6} meets {@code 2.8 - 0.2} exactly (in doubles it would be
 * 2.5999999999999996).
 *
 * @param low breached below the limit instead of above it
 * @param rank 1 for the level met first on its side, rising with distance from normal
 * @param limit entered strictly beyond it
 * @param release left at or before it: the limit, less the deadband
 * @param onDelay µs
 * @param offDelay µs
 * @param inclusive entered at the limit already: times and counts are reached, values are exceeded
 */
public record LimitLevel(
        String name,
        RuleFile.Severity severity,
        boolean low,
        int rank,
        double limit,
        double release,
        long onDelay,
        long offDelay,
        boolean inclusive) {

    /** Entering is strict: a value at the limit is still in the zone below (ISO 10816: boundary belongs to it). */
    boolean breachedBy(double value) {
        return (low ? value < limit : value > limit) || (inclusive && value == limit);
    }

    /** Once entered, the level is kept until the value is back by the deadband. */
    boolean keptBy(double value) {
        return (low ? value < release : value > release) || (inclusive && value == release);
    }
}

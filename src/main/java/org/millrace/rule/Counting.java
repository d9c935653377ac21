package org.millrace.rule;

/** How much a counter has counted from one reading to the next, across rollover and reset. */
final class Counting {
    /** A fall of up to this part is the jitter of an analogue register. */
    private static final double JITTER = 0.01;

    private static final double RESET = 0.5;

    private Counting() {}

    /**
     * What was counted. When the counter falls: with a known width it has rolled over if that makes the way forward
     * shorter than half of its range, else it was reset and has counted what it shows. A fall to more than half is a
     * correction and counts nothing.
     *
     * @param modulus range of the counter in the unit of its values; 0 when not known
     */
    static double delta(double old, double now, double modulus) {
        double delta = now - old;
        if (delta >= 0) {
            return delta;
        }
        if (modulus > 0) {
            double rolled = delta + modulus;
            if (rolled >= 0 && rolled < modulus / 2) {
                return rolled;
            }
        }
        return now >= 0 && now < old * RESET ? now : 0;
    }

    /** The reading to count from next: the highest one, while the counter only jitters below it. */
    static double reference(double old, double now, double modulus) {
        boolean jitter = now < old && now >= old - Math.abs(old) * JITTER;
        return jitter && delta(old, now, modulus) == 0 ? old : now;
    }
}

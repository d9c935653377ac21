package org.millrace.kpi;

import java.util.Optional;

/** Differences of a counter that rolls over, is reset, repeats itself, and is sometimes not good. Mutable. */
public final class CycleCounter {
    private final Optional<Integer> bits;
    private boolean known;
    private double last;
    private long lastTime = Long.MIN_VALUE;

    /** @param bits width of the counter, where it rolls over; without it a fall is a reset */
    public CycleCounter(Optional<Integer> bits) {
        this.bits = bits;
    }

    /**
     * What was counted since the last good value. A fall is a roll-over when the counter's width is known and less than
     * half of its range lies between; else it was reset, and what it shows was counted since.
     *
     * @param value NaN when not good: nothing is concluded, and the next good value takes it up
     * @return 0 for the first value, a repeated one and an older one
     */
    public double take(long time, double value) {
        if (Double.isNaN(value) || value < 0 || time <= lastTime && known) {
            return 0;
        }
        boolean first = !known;
        double before = last;
        known = true;
        last = value;
        lastTime = time;
        if (first) {
            return 0;
        }
        if (value >= before) {
            return value - before;
        }
        if (bits.isPresent()) {
            double range = Math.pow(2, bits.get());
            double around = value - before + range;
            if (before < range && around < range / 2) {
                return around;
            }
        }
        return value;
    }

    /** Time of the last good value; {@link Long#MIN_VALUE} before the first. */
    long lastTime() {
        return lastTime;
    }
}

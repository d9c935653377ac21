package org.millrace.rule;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;

/**
 * What an instance compares with its levels when that is not the value itself: state of bounded size, changed by
 * samples only. What it comes to at a moment ({@link #at}) follows from that state and the moment, so that it does not
 * matter how often, or before which stop and restart, it was asked. Times are event times of the instance, µs.
 */
abstract class Measure {
    /** Stands for "never" where a time to come is given. */
    static final long NO_TIME = Long.MAX_VALUE;

    /**
     * The slot with this place in {@link MeasureSpec#tags()} has taken a sample.
     *
     * @param freshBefore until when the slot's value before counted
     */
    abstract void sample(int place, long now, long freshBefore);

    /** In the unit of the spec; NaN while it is not known. */
    abstract double at(long now);

    /** The first moment after now at which it comes to something else without a sample. */
    long nextChange(long now) {
        return NO_TIME;
    }

    /** Until when it counts without a further sample. */
    long freshUntil() {
        return NO_TIME;
    }

    /** True when it must be told that time has begun although no sample came. */
    boolean waitsForTime() {
        return false;
    }

    /** Time begins without a sample. */
    void begin(long now) {}

    /** The hub did not run for so long: what it would have seen is not known. True when this matters here. */
    boolean pause(long micros) {
        return false;
    }

    /** The work that this measures the need of was done at the given time; true when that is news. */
    boolean completed(long time) {
        return false;
    }

    /** The number people see for a value of this measure. */
    double shown(double value) {
        return value;
    }

    /** The furthest number people see, for the furthest value of this measure. */
    double shownPeak(double peak) {
        return peak;
    }

    /** The limit people see. */
    double limit(double limit) {
        return limit;
    }

    /** Adds to the evidence of an event. */
    void tell(Map<String, String> inputs) {}

    abstract void write(DataOutput out) throws IOException;

    abstract void read(DataInput in) throws IOException;

    /** Approximate size on the heap. */
    abstract int bytes();

    static double orNan(double value) {
        return Double.isFinite(value) ? value : Double.NaN;
    }
}

package org.millrace.source.plc;

import java.time.Duration;
import java.util.List;

/** One rate and what is read at it. Used by the source's one thread only. */
final class ScanClass {
    private final long periodNanos;
    private final List<String> addresses;
    private List<String> readable = List.of();
    private List<ReadPlan.Unit> units = List.of();
    private long due;

    ScanClass(Duration period, List<String> addresses) {
        this.periodNanos = Math.max(1_000_000L, period.toNanos());
        this.addresses = addresses;
    }

    List<String> addresses() {
        return addresses;
    }

    /** Those that the driver understands. */
    List<String> readable() {
        return readable;
    }

    void readable(List<String> understood) {
        readable = understood;
    }

    List<ReadPlan.Unit> units() {
        return units;
    }

    void plan(List<ReadPlan.Unit> plan) {
        units = List.copyOf(plan);
    }

    long due() {
        return due;
    }

    void due(long at) {
        due = at;
    }

    /**
     * Fixed rate: the next multiple of the period after now.
     *
     * @return scans that were skipped because the last one took too long
     */
    long advance(long now) {
        long behind = Math.max(0, now - due);
        long skipped = behind / periodNanos;
        due += (skipped + 1) * periodNanos;
        return skipped;
    }
}

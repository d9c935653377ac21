package org.millrace.source.plc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One rate and what is read at it. Used by the source's one thread only. */
final class ScanClass {
    private final String name;
    private final long periodNanos;
    private final List<String> addresses;
    private List<ReadPlan.Unit> units = List.of();
    private long due;

    ScanClass(String name, Duration period, List<String> addresses) {
        this.name = name;
        this.periodNanos = Math.max(1_000_000L, period.toNanos());
        this.addresses = addresses;
    }

    String name() {
        return name;
    }

    List<String> addresses() {
        return addresses;
    }

    List<ReadPlan.Unit> units() {
        return units;
    }

    /** A new connection: read together again what was taken apart on the last one. */
    void plan(List<ReadPlan.Unit> plan, long now) {
        units = new ArrayList<>(plan);
        due = now;
    }

    void replace(ReadPlan.Unit unit, List<ReadPlan.Unit> parts) {
        int at = units.indexOf(unit);
        if (at >= 0) {
            units.remove(at);
            units.addAll(at, parts);
        }
    }

    long due() {
        return due;
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

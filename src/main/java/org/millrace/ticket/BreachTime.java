package org.millrace.ticket;

import java.util.List;
import org.millrace.rule.AlarmEvent;

/**
 * How long a condition has held. Measured between event times, so that data with an old clock (a replayed recording, a
 * gateway that was offline) reads as long as it really was; an acknowledgement carries the hub's time and ends nothing.
 */
public final class BreachTime {
    private BreachTime() {}

    /**
     * @param steps of one incident, oldest first, at least one
     * @param asOf hub time up to which a condition that is still active has gone on, µs
     * @return µs, not negative
     */
    public static long micros(List<AlarmEvent> steps, long asOf) {
        AlarmEvent last = steps.getLast();
        AlarmEvent measured = last;
        boolean returned = false;
        for (AlarmEvent step : steps) {
            if (isByValues(step.type())) {
                measured = step;
                returned = step.type() == AlarmEvent.Type.RTN_UNACK;
            } else if (step.type() == AlarmEvent.Type.NORMAL && !returned) {
                measured = step; // after a return it is the acknowledgement's time
            }
        }
        long running = last.level().isEmpty() ? 0 : Math.max(0, asOf - measured.hubTime());
        return Math.max(0, measured.time() - measured.since()) + running;
    }

    /** Steps that values make, and not people: when the last is one of them, it says all that {@link #micros} needs. */
    public static boolean isByValues(AlarmEvent.Type type) {
        return switch (type) {
            case RAISED, LOWERED, RTN_UNACK -> true;
            case ACKED,
                    NORMAL,
                    CONFIRMED,
                    REALARMED,
                    ESCALATED,
                    SHELVED,
                    UNSHELVED,
                    SUPPRESSED,
                    UNSUPPRESSED,
                    OUT_OF_SERVICE,
                    IN_SERVICE,
                    SUMMARY -> false;
        };
    }
}

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
            switch (step.type()) {
                case RAISED, LOWERED -> {
                    measured = step;
                    returned = false;
                }
                case RTN_UNACK -> {
                    measured = step;
                    returned = true;
                }
                case NORMAL -> measured = returned ? measured : step; // after a return it is the acknowledgement's time
                case ACKED,
                        CONFIRMED,
                        REALARMED,
                        ESCALATED,
                        SHELVED,
                        UNSHELVED,
                        SUPPRESSED,
                        UNSUPPRESSED,
                        OUT_OF_SERVICE,
                        IN_SERVICE,
                        SUMMARY -> {} // people, not values
            }
        }
        long running = last.level().isEmpty() ? 0 : Math.max(0, asOf - measured.hubTime());
        return Math.max(0, measured.time() - measured.since()) + running;
    }
}

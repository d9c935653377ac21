package org.millrace.connector;

import java.time.Duration;
import org.millrace.signal.Micros;
import org.millrace.ticket.OrderAnswer;
import org.millrace.ticket.OrderAnswer.Failed;
import org.slf4j.Logger;

/**
 * Whether a system is called at all. Opens after three failures in a row, at once when the system asks for rest or
 * refuses the credentials; then one call tries it, and its answer closes the circuit or opens it for longer. A refused
 * request is not a failure of the system. Times are µs. Safe from any thread.
 */
final class Circuit {
    enum State {
        /** Calls go through. */
        CLOSED,
        /** No calls before {@link Status#until()}. */
        OPEN,
        /** One call tries. */
        TRYING
    }

    /**
     * @param failures in a row
     * @param since when it came up, or its present outage began
     * @param until no call before, 0 while it is closed
     * @param unauthorized the credentials are refused: a person must look
     */
    record Status(State state, int failures, long since, long until, String lastError, boolean unauthorized) {}

    private static final int THRESHOLD = 3;
    private static final Duration AUTH_FIRST = Duration.ofMinutes(1);
    private static final Duration AUTH_LONGEST = Duration.ofMinutes(15);

    private final long first;
    private final long longest;
    private State state = State.CLOSED;
    private int failures;
    private int opened;
    private long since;
    private long until;
    private String lastError = "";
    private boolean unauthorized;

    Circuit(Duration first, Duration longest, long now) {
        this.first = Micros.of(first);
        this.longest = Micros.of(longest);
        this.since = now;
    }

    /** Whether a call may be made now; the first one after a pause is the try. */
    synchronized boolean allows(long now) {
        if (state == State.OPEN && now >= until) {
            state = State.TRYING;
        }
        return state != State.OPEN;
    }

    /**
     * As {@link #saw(OrderAnswer, long)}, and the log is told when the system goes away and when it is back.
     *
     * @param who begins the line
     */
    void saw(OrderAnswer answer, long now, Logger log, String who) {
        boolean before = status().failures() == 0;
        saw(answer, now);
        Status after = status();
        if (before && after.failures() > 0) {
            log.warn("{}: {}", who, after.lastError());
        } else if (!before && after.failures() == 0) {
            log.info("{}: answers again", who);
        }
    }

    synchronized void saw(OrderAnswer answer, long now) {
        if (!(answer instanceof Failed failed) || failed.kind() == OrderAnswer.Kind.PERMANENT) {
            worked(now);
            return;
        }
        if (failures == 0) {
            since = now;
        }
        failures++;
        lastError = failed.why();
        unauthorized = failed.kind() == OrderAnswer.Kind.UNAUTHORIZED;
        boolean atOnce = unauthorized || failed.kind() == OrderAnswer.Kind.THROTTLED || state == State.TRYING;
        if (atOnce || failures >= THRESHOLD) {
            open(now, failed.after());
        }
    }

    private void worked(long now) {
        if (failures > 0) {
            since = now;
        }
        state = State.CLOSED;
        failures = 0;
        opened = 0;
        until = 0;
        unauthorized = false;
    }

    private void open(long now, long after) {
        state = State.OPEN;
        long base = unauthorized ? Micros.of(AUTH_FIRST) : first;
        long end = unauthorized ? Micros.of(AUTH_LONGEST) : longest;
        until = now + Math.max(after, Math.min(end, base << Math.min(opened, 20)));
        opened++;
    }

    synchronized Status status() {
        return new Status(state, failures, since, state == State.OPEN ? until : 0, lastError, unauthorized);
    }
}

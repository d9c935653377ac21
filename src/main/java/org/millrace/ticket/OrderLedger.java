package org.millrace.ticket;

import java.util.List;
import java.util.Optional;

/**
 * Where the orders of remote systems are kept. {@link #commit} is durable on return and all or nothing. Times are µs.
 * Any method may fail with an unchecked exception; then nothing was kept and the same may be tried again.
 */
public interface OrderLedger {
    /** @param oldest µs; 0 = none */
    record Waiting(long orders, long oldest) {}

    /**
     * @param rows new or changed
     * @param wakes when each row next needs attention, in the order of the rows; {@link Long#MAX_VALUE} = never
     * @param took the step of an incident that is now in the rows
     * @param log lines for people
     * @param cursor of the system's changes
     */
    record Change(
            List<OrderRow> rows, List<Long> wakes, Optional<Took> took, List<Line> log, Optional<Cursor> cursor) {}

    record Took(String system, String incident, int step) {}

    record Line(String system, String reference, long time, String text) {}

    record Cursor(String system, String value) {}

    void commit(Change change);

    /** The latest episode of a key. */
    Optional<OrderRow> latest(String system, String key);

    Optional<OrderRow> byReference(String system, String reference);

    /** By the id its system gave it. */
    Optional<OrderRow> byRemoteId(String system, String id);

    /** The latest step of an incident that was taken; 0 when none. */
    int step(String system, String incident);

    /** Rows that need attention by then, the longest waiting first. */
    List<OrderRow> due(String system, long now, int limit);

    /** How many rows {@link #due} would give without a limit, and since when the longest of them waits, µs; 0 = none. */
    Waiting waiting(String system, long now);

    /** When the next row needs attention; {@link Long#MAX_VALUE} when none does. */
    long nextWake(String system);

    /** Rows whose order is open there, or done and under verification: what polling looks at. */
    List<OrderRow> watched(String system);

    /** Where the system's changes were last read to; empty at the start. */
    String cursor(String system);
}

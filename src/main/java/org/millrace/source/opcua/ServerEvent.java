package org.millrace.source.opcua;

import java.util.Optional;

/**
 * One event of a server, with the state of its condition if it is of one (OPC 10000-9 §5.5).
 *
 * @param id EventId in hexadecimal: the same when the server tells the event again
 * @param type node text of its type
 * @param sourceNode node text; empty without
 * @param time µs by the server's clock; {@link org.millrace.signal.Reading#NO_TIME} without
 * @param severity 1 to 1000, 1000 is the worst
 * @param condition node text of the condition; empty when the event is of none
 * @param branch node text of an earlier occurrence that still needs someone; empty for the present state
 * @param retain of interest: active, or someone still has to do something
 * @param active,acked,confirmed,suppressed empty when the condition has no such state
 */
record ServerEvent(
        String id,
        String type,
        String sourceNode,
        String sourceName,
        long time,
        String message,
        int severity,
        String condition,
        String conditionName,
        String branch,
        boolean retain,
        Optional<Boolean> active,
        Optional<Boolean> acked,
        Optional<Boolean> confirmed,
        Optional<Boolean> suppressed) {

    boolean ofCondition() {
        return !condition.isEmpty();
    }

    /** A condition without ActiveState is active as long as it is of interest. */
    boolean isActive() {
        return branch.isEmpty() && retain && active.orElse(true);
    }
}

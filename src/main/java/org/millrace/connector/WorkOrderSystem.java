package org.millrace.connector;

import org.millrace.rule.AlarmEvent;

/**
 * Where work orders live: the built-in desk, or a CMMS behind a connector. The seam for the REST connector engine.
 * Implementations must be safe to call again with the same event (redelivery after a crash).
 */
public interface WorkOrderSystem {
    String id();

    /** Hands over one step of an incident. */
    Delivery deliver(AlarmEvent event);

    /** What became of one hand-over. */
    sealed interface Delivery {
        /** A work order was opened for the incident. */
        record Created(String number) implements Delivery {}

        /** The incident's open work order was updated (severity, comment, state). */
        record Updated(String number) implements Delivery {}

        /** Durably noted; its system is told as soon as it answers. @param reference by which the order is found there */
        record Queued(String reference) implements Delivery {}

        /** Nothing to do: already done before, or not for this system. */
        record Unchanged(String why) implements Delivery {}

        /** May succeed later; try again. */
        record Deferred(String why) implements Delivery {}

        /** Will never succeed; dead letter. */
        record Rejected(String why) implements Delivery {}
    }
}

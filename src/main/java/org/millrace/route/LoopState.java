package org.millrace.route;

/**
 * A sink's place and health: one {@code hub:journal} or {@code hub:events} consumer.
 *
 * @param route id of its route
 * @param queue {@code journal} or {@code events}
 * @param name of its cursor in that queue
 * @param up false while the last try failed and it is being tried again
 * @param since µs since the epoch when it came up, or when its present outage began
 * @param failures tries in a row that failed; 0 while up
 * @param lastError what the last failed try said; empty when none has failed since the start
 * @param nextTry µs since the epoch of the next try; 0 while up or while a try is under way
 */
public record LoopState(
        String route,
        String queue,
        String name,
        boolean up,
        long since,
        int failures,
        String lastError,
        long nextTry) {}

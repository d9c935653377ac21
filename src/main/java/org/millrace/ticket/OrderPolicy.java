package org.millrace.ticket;

import java.time.Duration;
import java.util.Optional;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.RuleFile;

/**
 * How orders of one rule in one system are handled. What the rule says and what its connector can do, in one place.
 *
 * @param reopenWithin how long an order that was done is under verification; the symptom back in it is a repeat failure
 * @param onRepeat what a repeat failure does
 * @param closeWhenCleared whether the hub may close an order that nobody touched, once its condition is over
 * @param closeAfter how long the condition must have been over for that
 * @param commentEvery least time between two comments on an order; doubles with each
 * @param settle how long a system may need to carry out what it was sent; longer than its own timeout
 * @param firstPause before a failed call is made again; doubles with each failure
 * @param longestPause ends the doubling
 * @param maxAttempts calls in a row that may end in the unknown before they become a dead letter
 * @param checkEvery how often an open order is looked for doubles
 * @param can what the system can do
 */
public record OrderPolicy(
        Duration reopenWithin,
        OnRepeat onRepeat,
        boolean closeWhenCleared,
        Duration closeAfter,
        Duration commentEvery,
        Duration settle,
        Duration firstPause,
        Duration longestPause,
        int maxAttempts,
        Duration checkEvery,
        Can can) {

    /** Reopen within 24 h, a comment each 15 minutes at most, 60 s to settle, everything possible. */
    public static final OrderPolicy STANDARD = new OrderPolicy(
            Duration.ofHours(24),
            OnRepeat.REOPEN,
            false,
            Duration.ofMinutes(10),
            Duration.ofMinutes(15),
            Duration.ofSeconds(60),
            Duration.ofSeconds(2),
            Duration.ofMinutes(5),
            8,
            Duration.ofHours(1),
            new Can(true, true, true, true));

    public enum OnRepeat {
        /** The order that was done is opened again. */
        REOPEN,
        /** A new order that names the former one. */
        LINK
    }

    /**
     * @param update an order can be changed
     * @param state an order can be closed and opened from here
     * @param comment texts can be added
     * @param attach files can be added
     */
    public record Can(boolean update, boolean state, boolean comment, boolean attach) {}

    /** Time to act: as the rule says for the event's level, else by severity. */
    public static Duration within(AlarmEvent event, Optional<RuleFile.WorkOrder> settings) {
        return settings.map(order -> order.due().get(event.level())).orElseGet(() -> switch (event.severity()) {
            case CRITICAL -> Duration.ofHours(4);
            case MAJOR -> Duration.ofHours(24);
            case MINOR -> Duration.ofDays(7);
            case INFO -> Duration.ofDays(30);
        });
    }

    /** The same for a rule that says otherwise. */
    public OrderPolicy with(Duration reopen, OnRepeat repeat, boolean close) {
        return new OrderPolicy(
                reopen,
                repeat,
                close,
                closeAfter,
                commentEvery,
                settle,
                firstPause,
                longestPause,
                maxAttempts,
                checkEvery,
                can);
    }

    public OrderPolicy withCan(Can other) {
        return new OrderPolicy(
                reopenWithin,
                onRepeat,
                closeWhenCleared,
                closeAfter,
                commentEvery,
                settle,
                firstPause,
                longestPause,
                maxAttempts,
                checkEvery,
                other);
    }
}

package org.millrace.alarm;

/**
 * What people, and the systems of work orders, say to alarms; kept in the journal, so part of the same history as the
 * samples. {@code target} is an incident, or an alarm as {@code rule@asset}. What is not possible in the alarm's present
 * state changes nothing.
 */
public sealed interface AlarmCommand {
    /** Of a flood's parent: all the alarms it stands for. */
    record Acknowledge(String target, String who, String comment) implements AlarmCommand {}

    record Confirm(String target, String who, String comment) implements AlarmCommand {}

    /** Of a latched alarm. */
    record Reset(String target, String who, String comment) implements AlarmCommand {}

    /**
     * @param micros how long, µs; more than the policy allows is cut to that; 0 = as long as the policy allows
     * @param oneShot until the alarm next returns to normal, and no longer than {@code micros}
     */
    record Shelve(String target, long micros, boolean oneShot, String who, String reason) implements AlarmCommand {}

    record Unshelve(String target, String who, String reason) implements AlarmCommand {}

    record OutOfService(String target, String who, String reason) implements AlarmCommand {}

    record InService(String target, String who, String reason) implements AlarmCommand {}

    /**
     * Work is in progress: alarms of this asset and failure mode are not told.
     *
     * @param system that holds the order; empty in journals of earlier versions
     * @param order number of the work order there; a second one with it replaces the first
     * @param failureMode ISO 14224 code; empty = all of the asset
     * @param until hub time at the latest, µs; 0 = until {@link Unmute}
     */
    record Mute(String system, String order, String asset, String failureMode, long until, String who)
            implements AlarmCommand {}

    /** The work is over, or was put down. */
    record Unmute(String system, String order, String who) implements AlarmCommand {}
}

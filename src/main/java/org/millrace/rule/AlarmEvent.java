package org.millrace.rule;

import java.util.Map;

/**
 * One step in the life of an alarm: a pure function of the journal, so the same journal gives the same events, ids
 * included. Snapshot: it never changes.
 *
 * @param id {@code incident + "." + step}; the same however often it is derived
 * @param incident id of the incident: key, and the event time at which it was first raised
 * @param key what the incident is about: site / asset path / failure mode / rule; never time or value
 * @param step 1 for the first event of the incident, then rising by one
 * @param type what happened
 * @param tag full path of the input
 * @param time event time, µs since the epoch
 * @param hubTime hub time of the journal entry that caused it, µs
 * @param since event time of the first breach of this incident
 * @param level level name after this event, empty when normal
 * @param severity after this event; while returning, the highest reached
 * @param value last good value of the input, NaN when none
 * @param peak furthest value of the incident so far (highest, or lowest for low limits)
 * @param limit the limit of the level (for returns, of the level left)
 * @param unit UCUM unit of value, peak and limit
 * @param inputs tag name to "value unit (QUALITY)" of everything the rule looked at
 */
public record AlarmEvent(
        String id,
        String incident,
        String key,
        int step,
        Type type,
        String rule,
        String title,
        String asset,
        String assetName,
        String assetPath,
        String failureMode,
        String tag,
        long time,
        long hubTime,
        long since,
        String level,
        RuleFile.Severity severity,
        double value,
        double peak,
        double limit,
        boolean low,
        String unit,
        Map<String, String> inputs) {

    /** Key in {@link #inputs()}: what was compared with the limit, when it was not the value of the tag itself. */
    public static final String MEASURED = "measured";

    /** Key in {@link #inputs()} of a meter: when the last service was. */
    public static final String METER = "meter";

    /** Key in {@link #inputs()}: {@code 17.5 t of RM-4711}. */
    public static final String PURCHASE_REQUEST = "purchase request";

    /** What an event asks for, for routes. */
    public enum Subject {
        ALARM,
        /** A meter has come to its service interval. */
        MAINTENANCE_DUE,
        /** A stock has come to its reorder point. */
        PURCHASE_REQUEST
    }

    public Subject subject() {
        return inputs.containsKey(PURCHASE_REQUEST)
                ? Subject.PURCHASE_REQUEST
                : inputs.containsKey(METER) ? Subject.MAINTENANCE_DUE : Subject.ALARM;
    }

    /** False when value, peak and limit are of something else than the tag's value, such as its rate. */
    public boolean ofTheValue() {
        return !inputs.containsKey(MEASURED);
    }

    /** In the terms of OPC 10000-9 and ISA-18.2. */
    public enum Type {
        /** Entered, or rose to, a level after its on-delay; unacknowledged. */
        RAISED,
        /** Fell to a lower level after the off-delay. */
        LOWERED,
        /** Returned to normal, not yet acknowledged. */
        RTN_UNACK,
        /** An operator acknowledged it. */
        ACKED,
        /** Normal and acknowledged: the incident is over. */
        NORMAL
    }
}

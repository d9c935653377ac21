package org.millrace.rule;

import java.util.List;
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
 * @param handling who acted, whether it was told, what it belongs to
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
        Map<String, String> inputs,
        Handling handling) {

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
        /** Entered, or rose to, a level after its on-delay; unacknowledged. Also said again when a silence ends. */
        RAISED,
        /** Fell to a lower level after the off-delay. */
        LOWERED,
        /** Returned to normal; still to be acknowledged, confirmed or reset. */
        RTN_UNACK,
        /** An operator acknowledged it. */
        ACKED,
        /** An operator confirmed what was done (ConfirmedState). */
        CONFIRMED,
        /** Still active a set time after its acknowledgement: unacknowledged again (ReAlarmTime). */
        REALARMED,
        /** Nobody has acted in the time set: told to whom {@link Handling#recipient()} names. */
        ESCALATED,
        /** An operator shelved it (ShelvingState). */
        SHELVED,
        /** Shelving ended, by an operator, by time, or by the return of a one-shot. */
        UNSHELVED,
        /** Suppressed by design, maintenance or work in progress (SuppressedState). */
        SUPPRESSED,
        /** The suppression ended. */
        UNSUPPRESSED,
        /** Taken out of service by an operator (OutOfServiceState). */
        OUT_OF_SERVICE,
        /** Put back into service. */
        IN_SERVICE,
        /** A flood's parent: how many alarms it stands for has changed. */
        SUMMARY,
        /** Normal and acknowledged (confirmed, reset, where asked for): the incident is over. */
        NORMAL
    }

    /** Why nobody is called for an alarm that goes on being evaluated. */
    public enum Silence {
        OUT_OF_SERVICE,
        SHELVED,
        /** By design: another alarm is active, or a condition holds. */
        SUPPRESSED,
        /** Within a maintenance window. */
        MAINTENANCE,
        /** A work order for the same asset and failure mode is in progress. */
        MUTED,
        /** Told through the parent of an alarm flood. */
        FLOOD,
        /** Held for a moment, so that what comes together is told together. */
        GROUP_WAIT
    }

    /**
     * How the event goes on its way to people.
     *
     * @param who the operator whose action it is; empty when it is the hub's
     * @param comment the operator's comment or reason; else why the hub did it, may be empty
     * @param announced people and systems are told; false: only recorded, routes do not get it
     * @param silencedBy what silences the alarm now, in the order of {@link Silence}
     * @param parent incident whose work order covers this one; empty when none
     * @param group what the alarm is grouped by, e.g. {@code asset=P-101}, or a flood's area; empty when ungrouped
     * @param firstInGroup it was the first of its group (FirstInGroupFlag)
     * @param recipient whom an escalation is for; empty otherwise
     * @param members of a flood's parent: the alarms it stands for; 0 otherwise
     */
    public record Handling(
            String who,
            String comment,
            boolean announced,
            List<Silence> silencedBy,
            String parent,
            String group,
            boolean firstInGroup,
            String recipient,
            int members) {
        /** Told, by nobody, without group. */
        public static final Handling NONE = new Handling("", "", true, List.of(), "", "", false, "", 0);

        public Handling {
            silencedBy = List.copyOf(silencedBy);
        }

        public Handling by(String user, String words) {
            return new Handling(user, words, announced, silencedBy, parent, group, firstInGroup, recipient, members);
        }
    }

    public AlarmEvent {
        handling = handling == null ? Handling.NONE : handling; // events written before there was any lack it
    }

    /** An event nobody has handled yet. */
    public AlarmEvent(
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
        this(
                id,
                incident,
                key,
                step,
                type,
                rule,
                title,
                asset,
                assetName,
                assetPath,
                failureMode,
                tag,
                time,
                hubTime,
                since,
                level,
                severity,
                value,
                peak,
                limit,
                low,
                unit,
                inputs,
                Handling.NONE);
    }

    /** The next step of the same incident: as this one, but for what is given. */
    public AlarmEvent step(int number, Type what, long at, long hub, Handling how) {
        return step(number, what, at, hub, level, severity, inputs, how);
    }

    /** As {@link #step(int, Type, long, long, Handling)}, at another level and with other evidence. */
    public AlarmEvent step(
            int number,
            Type what,
            long at,
            long hub,
            String reached,
            RuleFile.Severity bad,
            Map<String, String> evidence,
            Handling how) {
        return new AlarmEvent(
                incident + "." + number,
                incident,
                key,
                number,
                what,
                rule,
                title,
                asset,
                assetName,
                assetPath,
                failureMode,
                tag,
                at,
                hub,
                since,
                reached,
                bad,
                value,
                peak,
                limit,
                low,
                unit,
                evidence,
                how);
    }
}

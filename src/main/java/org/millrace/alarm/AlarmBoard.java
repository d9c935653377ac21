package org.millrace.alarm;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.rule.AlarmEvent.Silence;

/**
 * Where the alarms stand with people, at one moment: what a console shows beside the alarms themselves. Immutable.
 *
 * @param alarms by {@code rule@asset}; those with nothing to say are not in it
 * @param mutes work in progress, by system and order number
 */
public record AlarmBoard(Map<String, Entry> alarms, List<Mute> mutes) {
    public static final AlarmBoard EMPTY = new AlarmBoard(Map.of(), List.of());

    /** How an alarm is shelved, as ShelvingState of OPC 10000-9 §5.8.17. */
    public enum Kind {
        UNSHELVED,
        TIMED,
        ONE_SHOT
    }

    /** @param since hub time, µs, as {@code until}, at which it ends at the latest */
    public record Shelving(Kind kind, long since, long until, String who, String reason) {
        public static final Shelving NONE = new Shelving(Kind.UNSHELVED, 0, 0, "", "");

        public boolean isOn() {
            return kind != Kind.UNSHELVED;
        }
    }

    /** @param out taken out of service by {@code who} at {@code since} (hub time, µs) */
    public record Service(boolean out, long since, String who, String reason) {
        public static final Service IN = new Service(false, 0, "", "");
    }

    /**
     * Work in progress.
     *
     * @param system that holds the order: {@code desk}, or a connector's id; two systems may have orders of one number.
     *     Empty in what earlier versions stored
     * @param failureMode empty = all of the asset
     * @param until hub time, µs; 0 = no end set
     */
    public record Mute(String system, String order, String asset, String failureMode, long until, String who) {
        /** Whether an order is the one of this mute, as far as its system is known. */
        public boolean isOf(String ofSystem, String number) {
            return order.equals(number) && (system.isEmpty() || ofSystem.isEmpty() || system.equals(ofSystem));
        }

        boolean covers(AlarmPoint point) {
            return point.bound().asset().id().equals(asset)
                    && (failureMode.isEmpty()
                            || point.bound().rule().failureMode().equals(failureMode));
        }
    }

    /**
     * @param alarm {@code rule@asset}
     * @param incident open incident, empty when none
     * @param parent incident that speaks for it, of a flood or a group; empty when none
     * @param group what it is told together with, empty when with nothing
     * @param silences why nobody is called for it
     * @param suppressedBy in words, empty when not suppressed
     * @param mutedBy number of the work order, empty when not muted
     * @param chatteringSince hub time, µs; 0 = it does not chatter
     * @param confirmable acknowledged, to be confirmed
     * @param resettable latched, to be reset
     */
    public record Entry(
            String alarm,
            String rule,
            String asset,
            String assetPath,
            String incident,
            String parent,
            String group,
            List<Silence> silences,
            Shelving shelving,
            Service service,
            String suppressedBy,
            String mutedBy,
            long chatteringSince,
            boolean confirmable,
            boolean resettable) {}

    /** @param target an alarm as {@code rule@asset}, or an incident */
    public Optional<Entry> find(String target) {
        Entry entry = alarms.get(target);
        return entry != null
                ? Optional.of(entry)
                : alarms.values().stream()
                        .filter(e -> !target.isEmpty() && e.incident().equals(target))
                        .findFirst();
    }
}

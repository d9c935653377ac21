package org.millrace.alarm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.AlarmEvent.Handling;
import org.millrace.rule.AlarmEvent.Type;
import org.millrace.rule.RuleFile.Severity;
import org.millrace.signal.Micros;

/**
 * Floods by part of the plant: from the alarm that makes too many of them until few enough come. One parent incident
 * stands for all that are not told by themselves; it goes on until the last of them has returned.
 */
final class Floods {
    private static final int NAMED = 10;

    static final class Flood {
        final String area;
        /** Hub times of the last alarms. */
        final Deque<Long> times = new ArrayDeque<>();

        boolean on;
        /** Incident of the parent, empty when none is open. */
        String incident = "";

        int step;
        int members;
        int summarised;
        boolean acked;
        boolean returned;
        Severity worst = Severity.INFO;

        @Nullable
        AlarmEvent last;

        boolean dirty;

        Flood(String area) {
            this.area = area;
        }
    }

    final Map<String, Flood> floods = new TreeMap<>();

    Flood of(String area) {
        return floods.computeIfAbsent(area, Flood::new);
    }

    @Nullable
    Flood byIncident(String incident) {
        for (Flood flood : floods.values()) {
            if (!incident.isEmpty() && flood.incident.equals(incident)) {
                return flood;
            }
        }
        return null;
    }

    /** Counts an alarm that would be told; true when it makes a flood. */
    boolean count(Flood flood, AlarmPolicyFile.Flood policy, long hub) {
        flood.dirty = true;
        flood.times.addLast(hub);
        prune(flood, policy, hub);
        if (flood.on || flood.times.size() <= policy.start().count()) {
            return false;
        }
        flood.on = true;
        if (flood.incident.isEmpty()) {
            flood.incident = flood.area + "/FLOOD@" + Micros.iso(hub);
        }
        return true;
    }

    static void prune(Flood flood, AlarmPolicyFile.Flood policy, long hub) {
        long from = hub - Micros.of(policy.start().within());
        while (!flood.times.isEmpty() && flood.times.peekFirst() <= from) {
            flood.times.removeFirst();
            flood.dirty = true;
        }
    }

    /** The parent's first event, or the news that the flood is back. */
    static AlarmEvent begin(Flood flood, AlarmEvent first, List<AlarmEvent> members, long hub) {
        if (flood.last == null) {
            flood.step = 0;
            flood.members = 0;
            flood.worst = Severity.INFO;
        }
        flood.acked = false;
        flood.returned = false;
        flood.members += members.size();
        members.forEach(member -> worse(flood, member.severity()));
        Map<String, String> names = new LinkedHashMap<>();
        members.stream().limit(NAMED).forEach(m -> names.put(m.rule() + "@" + m.asset(), m.title()));
        AlarmEvent base = new AlarmEvent(
                "",
                flood.incident,
                flood.area + "/FLOOD",
                0,
                Type.RAISED,
                first.rule(),
                title(flood, first),
                first.asset(),
                first.assetName(),
                first.assetPath(),
                first.failureMode(),
                first.tag(),
                Math.max(first.time(), first.time() + hub - first.hubTime()),
                hub,
                first.since(),
                "FLOOD",
                flood.worst,
                first.value(),
                first.peak(),
                first.limit(),
                first.low(),
                first.unit(),
                Collections.unmodifiableMap(names));
        flood.last = base;
        return next(flood, Type.RAISED, hub, "");
    }

    private static void worse(Flood flood, Severity severity) {
        flood.worst = severity.compareTo(flood.worst) > 0 ? severity : flood.worst;
    }

    private static String title(Flood flood, AlarmEvent first) {
        return "Alarm flood in " + flood.area.substring(flood.area.lastIndexOf('/') + 1) + ", first: " + first.title();
    }

    /** One more alarm during a flood; a summary whenever their number has doubled. */
    static List<AlarmEvent> joined(Flood flood, Severity severity, long hub) {
        flood.members++;
        flood.dirty = true;
        worse(flood, severity);
        return flood.last != null && flood.members >= 2 * flood.summarised
                ? List.of(next(flood, Type.SUMMARY, hub, flood.members + " alarms so far"))
                : List.of();
    }

    /** Acknowledged by a person; closed when nothing of it is active any more. */
    static List<AlarmEvent> acknowledge(Flood flood, long hub) {
        if (flood.last == null || flood.acked) {
            return List.of();
        }
        flood.acked = true;
        return List.of(next(flood, flood.returned ? Type.NORMAL : Type.ACKED, hub, ""));
    }

    /**
     * @param active members that have not returned
     * @param open members that are not over
     */
    static List<AlarmEvent> settle(Flood flood, AlarmPolicyFile.Flood policy, int active, int open, long hub) {
        List<AlarmEvent> out = new ArrayList<>(0);
        prune(flood, policy, hub);
        if (flood.last == null) {
            return out;
        }
        if (flood.on && flood.times.size() < policy.endBelow()) {
            flood.on = false;
            out.add(next(flood, Type.SUMMARY, hub, "the flood is over after " + flood.members + " alarms"));
        }
        if (!flood.on && active == 0) {
            if (flood.acked || open == 0) {
                out.add(next(flood, Type.NORMAL, hub, ""));
            } else if (!flood.returned) {
                flood.returned = true;
                out.add(next(flood, Type.RTN_UNACK, hub, ""));
            }
        }
        return out;
    }

    private static AlarmEvent next(Flood flood, Type type, long hub, String comment) {
        AlarmEvent before = Objects.requireNonNull(flood.last);
        flood.step++;
        flood.dirty = true;
        flood.summarised = flood.members;
        Handling how = new Handling("", comment, true, List.of(), "", "flood " + flood.area, true, "", flood.members);
        boolean over = type == Type.RTN_UNACK || type == Type.NORMAL;
        Map<String, String> inputs = new LinkedHashMap<>(before.inputs());
        inputs.put("alarms", String.format(Locale.ROOT, "%d", flood.members));
        AlarmEvent event = before.step(
                flood.step,
                type,
                Math.max(before.time(), before.time() + hub - before.hubTime()),
                hub,
                over || flood.returned ? "" : "FLOOD",
                flood.worst,
                Collections.unmodifiableMap(inputs),
                how);
        flood.last = event;
        if (type == Type.NORMAL) {
            flood.incident = "";
            flood.last = null;
            flood.members = 0;
            flood.summarised = 0;
        }
        return event;
    }
}

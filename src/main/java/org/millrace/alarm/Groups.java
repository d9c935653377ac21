package org.millrace.alarm;

import java.util.Map;
import java.util.TreeMap;
import org.millrace.rule.AlarmEvent;
import org.millrace.signal.Micros;

/** Groups that still take alarms in. The first alarm of a group stands for those that join it within the wait. */
final class Groups {
    /** @param first incident that stands for the group; @param told it was; @param release hub time, µs */
    record Group(String first, boolean told, long release) {}

    final Map<String, Group> groups = new TreeMap<>();
    boolean dirty;

    /** An alarm nobody was told of yet. */
    void join(PointState p, AlarmEvent event, long hub) {
        AlarmPolicyFile.Group policy = p.point.policy().group().orElse(null);
        if (policy == null || policy.wait_().isZero() || event.incident().equals(firstOf(p))) {
            return;
        }
        String key = key(p);
        Group group = groups.get(key);
        p.grouped = true;
        if (group == null || group.release() <= hub) {
            group = new Group(event.incident(), false, hub + Micros.of(policy.wait_()));
            groups.put(key, group);
            dirty = true;
            p.first = true;
            p.parent = "";
        } else {
            p.first = false;
            p.parent = policy.firstOut() ? group.first() : "";
        }
        p.waitUntil = group.release();
        if (policy.never().contains(event.severity())) {
            p.waitUntil = 0;
            p.parent = "";
        }
    }

    private String firstOf(PointState p) {
        Group group = groups.get(key(p));
        return group == null ? "" : group.first();
    }

    private static String key(PointState p) {
        return p.point.policy().id() + " " + p.point.group();
    }

    /** The wait is over: when the first was never told (over, or silenced), this one stands for the group. */
    void release(PointState p) {
        Group group = groups.get(key(p));
        if (group == null || p.first) {
            return;
        }
        boolean firstOut =
                p.point.policy().group().map(AlarmPolicyFile.Group::firstOut).orElse(true);
        if (!group.told()) {
            groups.put(key(p), new Group(p.incident, false, group.release()));
            p.first = true;
            p.parent = "";
        } else {
            p.parent = firstOut ? group.first() : "";
        }
        dirty = true;
    }

    void told(PointState p) {
        Group group = groups.get(key(p));
        if (group != null && group.first().equals(p.incident) && !group.told()) {
            groups.put(key(p), new Group(group.first(), true, group.release()));
            dirty = true;
        }
    }

    void prune(long hub) {
        dirty |= groups.values().removeIf(group -> group.release() <= hub);
    }
}

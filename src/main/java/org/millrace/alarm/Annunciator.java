package org.millrace.alarm;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.millrace.alarm.AlarmBoard.Kind;
import org.millrace.alarm.AlarmBoard.Mute;
import org.millrace.alarm.AlarmBoard.Shelving;
import org.millrace.alarm.Floods.Flood;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.AlarmEvent.Handling;
import org.millrace.rule.AlarmEvent.Silence;
import org.millrace.rule.AlarmEvent.Type;
import org.millrace.rule.RuleEngine;
import org.millrace.rule.RuleFile.Escalation;
import org.millrace.rule.RuleFile.Severity;
import org.millrace.signal.Micros;

/**
 * Takes the rules' events of one journal entry and decides who is told. First every alarm's state is learned, then
 * silences are judged on that state, so that an alarm and what suppresses it may come in any order (Alertmanager #2229).
 */
final class Annunciator {
    final List<PointState> points = new ArrayList<>();
    final Map<String, PointState> byKey = new HashMap<>();
    private final Map<String, List<PointState>> byArea = new HashMap<>();
    final Floods floods = new Floods();
    final Groups groups = new Groups();
    /** By system and number. */
    final SortedSet<Mute> mutes =
            new TreeSet<>(Comparator.comparing(Mute::system).thenComparing(Mute::order));

    boolean mutesDirty;
    /** The board is to be drawn anew. */
    boolean changed;

    private final RuleEngine rules;
    private List<AlarmEvent> out = new ArrayList<>();
    private long hub;
    private String who = "";
    private String comment = "";

    Annunciator(RuleEngine rules, AlarmPlan plan) {
        this.rules = rules;
        for (AlarmPoint point : plan.points()) {
            PointState state = new PointState(point);
            points.add(state);
            byKey.put(point.key(), state);
            byArea.computeIfAbsent(point.area(), area -> new ArrayList<>()).add(state);
        }
    }

    List<AlarmEvent> run(long hubTime, List<AlarmEvent> raw) {
        return run(hubTime, raw, "", "");
    }

    /** @param user whose action made the raw events; empty when nobody's */
    List<AlarmEvent> run(long hubTime, List<AlarmEvent> raw, String user, String words) {
        out = new ArrayList<>(raw.size());
        hub = hubTime;
        who = user;
        comment = words;
        for (AlarmEvent event : raw) {
            learn(event);
        }
        for (AlarmEvent event : raw) {
            PointState p = byKey.get(event.rule() + "@" + event.asset());
            if (p == null) {
                out.add(event);
            } else {
                pass(p, event);
            }
        }
        settle();
        changed |= !out.isEmpty();
        return out;
    }

    private void learn(AlarmEvent event) {
        PointState p = byKey.get(event.rule() + "@" + event.asset());
        if (p != null) {
            p.active = !event.level().isEmpty();
            p.dirty = true;
        }
    }

    private void pass(PointState p, AlarmEvent event) {
        switch (event.type()) {
            case RAISED -> raised(p, event);
            case RTN_UNACK -> {
                if (p.owed != null && p.waitUntil <= hub) {
                    p.owed = null;
                }
                p.realarmAt = 0;
                emit(p, event, p.told);
                returned(p, event.time());
            }
            case ACKED -> {
                p.acked = true;
                p.realarmAt = event.level().isEmpty() || p.point.realarm() == 0 ? 0 : hub + p.point.realarm();
                emit(p, event, p.told);
            }
            case CONFIRMED -> {
                p.confirmed = true;
                emit(p, event, p.told);
            }
            case NORMAL -> {
                boolean wasActive = p.last != null && !p.last.level().isEmpty();
                emit(p, event, p.told);
                if (wasActive) {
                    returned(p, event.time());
                }
                p.end();
            }
            default -> emit(p, event, p.told);
        }
    }

    private void raised(PointState p, AlarmEvent event) {
        if (!event.incident().equals(p.incident)) {
            p.begin(event.incident());
        }
        p.acked = false;
        p.confirmed = false;
        p.realarmAt = 0;
        p.escalated = 0;
        p.raisedAt = hub;
        if (p.chatterSince != 0) {
            p.chatterUntil = hub
                    + p.point.policy().chatter().map(c -> Micros.of(c.quiet())).orElse(0L);
        }
        boolean counts = othersSilence(p).isEmpty();
        if (counts && !p.told) {
            groups.join(p, event, hub);
        }
        boolean floodBegins = counts && joinFlood(p, event);
        p.silences = silences(p, event.severity());
        boolean told = p.silences.isEmpty();
        p.owed = told ? null : event;
        if (told) {
            told(p);
        }
        emit(p, event, told);
        if (floodBegins) {
            beginFlood(p);
        }
    }

    private void told(PointState p) {
        p.told = true;
        p.toldAt = hub;
        p.escalated = 0;
        p.owed = null;
        groups.told(p);
    }

    // ---- floods -------------------------------------------------------------------------------------------------

    /** True when this alarm makes the flood. */
    private boolean joinFlood(PointState p, AlarmEvent event) {
        AlarmPolicyFile.Flood policy = p.point.policy().flood().orElse(null);
        if (policy == null) {
            return false;
        }
        Flood flood = floods.of(p.point.area());
        boolean byItself = policy.never().contains(event.severity());
        if (p.inFlood && (!flood.on || byItself)) {
            p.inFlood = false; // it outlived the flood and comes anew, or it has become too bad to be one of many
            p.parent = "";
        }
        boolean begins = floods.count(flood, policy, hub);
        if (flood.on && !byItself && !p.inFlood) {
            p.inFlood = true;
            p.parent = flood.incident;
            p.waitUntil = 0;
            if (!begins) {
                out.addAll(Floods.joined(flood, event.severity(), hub));
            }
        }
        return begins;
    }

    /** All that was raised within the time is of the flood; what nobody was told of yet is told through the parent. */
    private void beginFlood(PointState trigger) {
        AlarmPolicyFile.Flood policy = trigger.point.policy().flood().orElseThrow();
        long from = hub - Micros.of(policy.start().within());
        List<PointState> members = new ArrayList<>();
        List<AlarmEvent> events = new ArrayList<>();
        PointState first = trigger;
        for (PointState p : byArea.getOrDefault(trigger.point.area(), List.of())) {
            AlarmEvent last = p.last;
            if (p.isOpen() && p.raisedAt > from && last != null) {
                members.add(p);
                events.add(last);
                first = better(p, first) ? p : first;
            }
        }
        AlarmEvent firstOut = first.last;
        if (firstOut == null) {
            return; // the trigger has just been emitted: there always is one
        }
        Flood flood = floods.of(trigger.point.area());
        AlarmEvent parent = Floods.begin(flood, firstOut, events, hub);
        for (PointState p : members) {
            boolean silent = !p.told && p.last != null && !policy.never().contains(p.last.severity());
            if (silent || p == trigger && p.inFlood) {
                p.inFlood = true;
                p.parent = flood.incident;
                p.waitUntil = 0;
                p.silences = silences(p, p.last == null ? Severity.INFO : p.last.severity());
                p.dirty = true;
            }
        }
        out.add(parent);
    }

    /** The parent speaks for the first alarm, and for one that asks for work before one that does not. */
    private static boolean better(PointState p, PointState than) {
        boolean wants = p.point.bound().rule().workOrder().isPresent();
        boolean otherWants = than.point.bound().rule().workOrder().isPresent();
        if (wants != otherWants) {
            return wants;
        }
        // what comes in one message has one hub time: the device's says which was first
        return p.raisedAt != than.raisedAt || p.last == null || than.last == null
                ? p.raisedAt < than.raisedAt
                : p.last.since() < than.last.since();
    }

    // ---- silences -----------------------------------------------------------------------------------------------

    private List<Silence> silences(PointState p, Severity severity) {
        List<Silence> silences = othersSilence(p);
        if (p.inFlood
                && p.point
                        .policy()
                        .flood()
                        .filter(f -> !f.never().contains(severity))
                        .isPresent()) {
            silences.add(Silence.FLOOD);
        }
        if (p.waitUntil > hub) {
            silences.add(Silence.GROUP_WAIT);
        }
        return List.copyOf(silences);
    }

    /** Without those that come of telling many as one. */
    private List<Silence> othersSilence(PointState p) {
        List<Silence> silences = new ArrayList<>(2);
        if (p.service.out()) {
            silences.add(Silence.OUT_OF_SERVICE);
        }
        if (p.shelving.isOn()) {
            silences.add(Silence.SHELVED);
        }
        if (!suppressedBy(p).isEmpty()) {
            silences.add(Silence.SUPPRESSED);
        }
        if (!window(p).isEmpty()) {
            silences.add(Silence.MAINTENANCE);
        }
        if (!mutedBy(p).isEmpty()) {
            silences.add(Silence.MUTED);
        }
        return silences;
    }

    String suppressedBy(PointState p) {
        if (p.monitor != null && p.monitor.holds()) {
            return p.monitor.text();
        }
        for (int other : p.point.suppressors()) {
            PointState by = points.get(other);
            if (by.active) {
                return by.last == null ? by.point.key() : by.last.title();
            }
        }
        return "";
    }

    private String window(PointState p) {
        for (AlarmPoint.Window window : p.point.windows()) {
            if (window.calendar().contains(hub)) {
                return window.id();
            }
        }
        return "";
    }

    String mutedBy(PointState p) {
        for (Mute mute : mutes) {
            if (mute.covers(p.point)) {
                return mute.order();
            }
        }
        return "";
    }

    // ---- what runs out ------------------------------------------------------------------------------------------

    private void settle() {
        if (mutes.removeIf(mute -> mute.until() != 0 && mute.until() <= hub)) {
            mutesDirty = true;
            changed = true;
        }
        for (PointState p : points) {
            if (p.first && p.isOpen()) {
                settle(p); // before those that wait for the same group: it stands for them
            }
        }
        for (PointState p : points) {
            if (!p.first && p.awake()) {
                settle(p);
            }
        }
        groups.prune(hub);
        for (Flood flood : floods.floods.values()) {
            settle(flood);
        }
    }

    private void settle(PointState p) {
        if (p.shelving.isOn() && p.shelving.until() <= hub) {
            unshelve(p, "", "its time is over");
        }
        if (p.chatterSince != 0 && p.chatterUntil <= hub) {
            p.chatterSince = 0;
            p.dirty = true;
            changed = true;
            rules.leastOffDelay(p.point.key(), 0);
        }
        AlarmEvent last = p.last;
        if (!p.isOpen() || last == null) {
            return;
        }
        List<Silence> was = p.silences;
        List<Silence> now = silences(p, last.severity());
        if (!now.equals(was)) {
            p.silences = now;
            p.dirty = true;
            changed = true;
            suppression(p, was, now);
            if (now.isEmpty()) {
                speak(p, was);
            }
        }
        if (p.realarmAt != 0 && p.realarmAt <= hub && p.active && p.acked) {
            realarm(p, last);
        }
        escalate(p);
    }

    private static boolean bySystem(List<Silence> silences) {
        return silences.contains(Silence.SUPPRESSED)
                || silences.contains(Silence.MAINTENANCE)
                || silences.contains(Silence.MUTED);
    }

    private void suppression(PointState p, List<Silence> was, List<Silence> now) {
        if (bySystem(was) == bySystem(now)) {
            return;
        }
        String by = suppressedBy(p);
        String window = window(p);
        String why = !by.isEmpty() ? by : !window.isEmpty() ? "maintenance window " + window : mutedBy(p);
        state(p, bySystem(now) ? Type.SUPPRESSED : Type.UNSUPPRESSED, "", why);
    }

    /** The last silence has ended: what is still active is told at once (Alertmanager #2496, #3367). */
    private void speak(PointState p, List<Silence> was) {
        AlarmEvent last = p.last;
        boolean waited = was.equals(List.of(Silence.GROUP_WAIT));
        boolean dealtWith = was.equals(List.of(Silence.MUTED)) && p.acked && p.told; // the work was done, and said so
        if (last == null || waited && p.told || dealtWith) {
            return;
        }
        if (waited) {
            groups.release(p);
        }
        if (p.active) {
            boolean acked = p.acked;
            if (!waited) {
                rules.unacknowledge(p.point.key());
                p.acked = false;
                p.confirmed = false;
                p.realarmAt = 0;
            }
            told(p);
            say(p, last, Type.RAISED, true, "", waited ? "" : "still active when its silence ended");
            if (waited && acked) {
                say(p, last, Type.ACKED, true, "", "");
            }
        } else if (waited && p.owed != null) { // shorter than the wait, but no one has seen it yet
            AlarmEvent owed = p.owed;
            told(p);
            say(p, owed, Type.RAISED, true, "", "");
            say(p, last, last.type(), true, "", "");
        }
    }

    private void realarm(PointState p, AlarmEvent last) {
        p.realarmAt = 0;
        p.acked = false;
        p.confirmed = false;
        rules.unacknowledge(p.point.key());
        boolean told = p.silences.isEmpty();
        if (told) {
            told(p);
        }
        say(p, last, Type.REALARMED, told, "", "");
    }

    private void escalate(PointState p) {
        if (!p.told || !p.silences.isEmpty() || p.last == null) {
            return;
        }
        List<Escalation> steps = p.point.escalations();
        for (int i = 0; i < Math.min(steps.size(), 31); i++) {
            Escalation step = steps.get(i);
            boolean due = (p.escalated & 1 << i) == 0 && hub - p.toldAt >= Micros.of(step.after());
            boolean meant = step.severity().isEmpty() || step.severity().contains(p.last.severity());
            if (due && meant && holds(p, step)) {
                p.escalated |= 1 << i;
                say(p, p.last, Type.ESCALATED, true, step.notify_(), "");
            }
        }
    }

    private boolean holds(PointState p, Escalation step) {
        return switch (step.if_()) {
            case UNACKED -> !p.acked;
            case ACTIVE -> p.active;
            case NOT_IN_PROGRESS -> mutedBy(p).isEmpty();
        };
    }

    private void settle(Flood flood) {
        if (flood.last == null && flood.times.isEmpty()) {
            return;
        }
        int active = 0;
        int open = 0;
        AlarmPolicyFile.Flood policy = null;
        for (PointState p : byArea.getOrDefault(flood.area, List.of())) {
            policy = p.point.policy().flood().orElse(policy);
            if (p.inFlood && p.parent.equals(flood.incident) && !flood.incident.isEmpty()) {
                active += p.active ? 1 : 0;
                open += p.isOpen() ? 1 : 0;
            }
        }
        if (policy != null) {
            out.addAll(Floods.settle(flood, policy, active, open, hub));
        }
    }

    // ---- chatter, shelving --------------------------------------------------------------------------------------

    /** It has gone back to normal: one cycle more, and a one-shot shelving has had its shot. */
    private void returned(PointState p, long time) {
        if (p.shelving.kind() == Kind.ONE_SHOT) {
            unshelve(p, "", "it has returned to normal");
        }
        AlarmPolicyFile.Chatter chatter = p.point.policy().chatter().orElse(null);
        if (chatter == null) {
            return;
        }
        p.returns.addLast(time);
        while (p.returns.peekFirst() != null && p.returns.peekFirst() <= time - Micros.of(chatter.within())) {
            p.returns.removeFirst();
        }
        if (p.returns.size() >= chatter.cycles()) {
            p.chatterSince = p.chatterSince == 0 ? hub : p.chatterSince;
            p.chatterUntil = hub + Micros.of(chatter.quiet());
            changed = true;
            rules.leastOffDelay(p.point.key(), offDelay(p));
        }
    }

    private static long offDelay(PointState p) {
        return p.point
                .policy()
                .chatter()
                .map(c -> Micros.of(c.offDelay().orElse(c.within())))
                .orElse(0L);
    }

    void unshelve(PointState p, String user, String why) {
        p.shelving = Shelving.NONE;
        p.dirty = true;
        changed = true;
        state(p, Type.UNSHELVED, user, why);
    }

    /** A change of state that only is recorded, where there is an incident to record it in. */
    void state(PointState p, Type type, String user, String why) {
        AlarmEvent last = p.last;
        p.dirty = true;
        changed = true;
        if (p.isOpen() && last != null) {
            long time = Math.max(last.time(), rules.timeOf(p.point.key(), hub));
            Handling how = handling(p, user, why, false, silences(p, last.severity()), "");
            add(p, last.step(0, type, time, hub, how), how);
        }
    }

    // ---- events -------------------------------------------------------------------------------------------------

    private void say(PointState p, AlarmEvent as, Type type, boolean told, String notify, String why) {
        AlarmEvent before = p.last == null ? as : p.last;
        long time = Math.max(before.time(), rules.timeOf(p.point.key(), hub));
        Handling how = handling(p, "", why, told, p.silences, notify);
        add(p, as.step(0, type, time, hub, how), how);
    }

    private void emit(PointState p, AlarmEvent event, boolean told) {
        add(p, event, handling(p, who, comment, told, p.silences, ""));
    }

    private static Handling handling(
            PointState p, String user, String why, boolean told, List<Silence> silences, String notify) {
        return new Handling(user, why, told, silences, p.parent, group(p), p.first, notify, 0);
    }

    private static String group(PointState p) {
        return p.inFlood ? "flood " + p.point.area() : p.grouped ? p.point.group() : "";
    }

    private void add(PointState p, AlarmEvent event, Handling how) {
        p.step = Math.max(p.step + 1, event.step());
        p.dirty = true;
        AlarmEvent next = event.step(p.step, event.type(), event.time(), event.hubTime(), how);
        p.last = next;
        out.add(next);
    }

    // ---- for the rows and the board -----------------------------------------------------------------------------

    /** Begins a run that consists of one command; what it says is added by {@link #state} and the settling. */
    List<AlarmEvent> command(long hubTime, Runnable change) {
        out = new ArrayList<>();
        hub = hubTime;
        who = "";
        comment = "";
        change.run();
        settle();
        changed = true;
        return out;
    }

    /** After a restore: what the rules no longer have open is not open, what chatters is calmed again. */
    void resumed(Set<String> open) {
        for (PointState p : points) {
            if (p.isOpen() && !open.contains(p.incident)) {
                p.end();
                p.dirty = true;
            }
            if (p.chatterSince != 0) {
                rules.leastOffDelay(p.point.key(), offDelay(p));
            }
        }
    }

    @Nullable
    PointState byTarget(String target) {
        PointState p = byKey.get(target);
        if (p != null || target.isEmpty()) {
            return p;
        }
        for (PointState state : points) {
            if (state.incident.equals(target)) {
                return state;
            }
        }
        return null;
    }

    AlarmBoard board() {
        Map<String, AlarmBoard.Entry> entries = new LinkedHashMap<>();
        for (PointState p : points) {
            if (p.awake() || p.service.out()) {
                entries.put(p.point.key(), entry(p));
            }
        }
        return new AlarmBoard(Collections.unmodifiableMap(entries), List.copyOf(mutes));
    }

    private AlarmBoard.Entry entry(PointState p) {
        boolean confirmed = p.confirmed || !p.point.confirms();
        return new AlarmBoard.Entry(
                p.point.key(),
                p.point.rule(),
                p.point.bound().asset().id(),
                p.point.bound().asset().path(),
                p.incident,
                p.parent,
                group(p),
                p.isOpen() ? p.silences : List.copyOf(othersSilence(p)),
                p.shelving,
                p.service,
                suppressedBy(p),
                mutedBy(p),
                p.chatterSince,
                p.isOpen() && p.acked && !confirmed,
                p.isOpen() && p.point.latches() && !p.active && p.acked && confirmed);
    }
}

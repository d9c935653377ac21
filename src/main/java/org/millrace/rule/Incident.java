package org.millrace.rule;

import static org.millrace.rule.Slot.NEVER;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.millrace.rule.AlarmEvent.Type;
import org.millrace.signal.Micros;

/** The incident of one instance, from its first RAISED to NORMAL, and how its steps are told. */
final class Incident {
    private final BoundRule bound;
    private final Slot[] slots;
    /** Empty when there is none. */
    String id = "";

    int step;
    boolean acked;
    boolean confirmed;
    boolean reset;
    long since = NEVER;
    double value = Double.NaN;
    double highest = Double.NaN;
    double lowest = Double.NaN;
    RuleFile.Severity worst = RuleFile.Severity.INFO;
    /** Name of the level it stands at; empty when it has returned and waits for an acknowledgement. */
    String level = "";
    /** The level last stood at; told with returns. */
    String leftLevel = "";

    boolean low;
    long lastRaised = NEVER;
    long lastTime = NEVER;

    private final @Nullable Measure measure;

    Incident(BoundRule bound, Slot[] slots, @Nullable Measure measure) {
        this.bound = bound;
        this.slots = slots;
        this.measure = measure;
    }

    boolean isOpen() {
        return !id.isEmpty();
    }

    void track(double v) {
        if (!Double.isFinite(v)) {
            return; // "never", of a forecast
        }
        if (!(highest >= v)) {
            highest = v;
        }
        if (!(lowest <= v)) {
            lowest = v;
        }
    }

    void forgetPeaks() {
        highest = Double.NaN;
        lowest = Double.NaN;
    }

    void raised(LimitLevel to, long firstBreach, long time, long hub, List<AlarmEvent> out) {
        if (!isOpen()) {
            // two incidents of one key never share an id, even when both are raised in the same microsecond
            long start = lastRaised != NEVER && lastRaised >= time ? lastRaised + 1 : time;
            lastRaised = start;
            id = bound.incidentKey() + "@" + Micros.iso(start);
            step = 0;
            since = firstBreach;
            worst = to.severity();
            lastTime = NEVER;
        } else if (low != to.low()) {
            forgetPeaks();
            track(value);
        }
        acked = false;
        confirmed = false;
        reset = false;
        low = to.low();
        worst = to.severity().compareTo(worst) > 0 ? to.severity() : worst;
        level = to.name();
        leftLevel = to.name();
        emit(Type.RAISED, to.severity(), time, hub, out);
    }

    void lowered(LimitLevel to, long time, long hub, List<AlarmEvent> out) {
        level = to.name();
        leftLevel = to.name();
        emit(Type.LOWERED, to.severity(), time, hub, out);
    }

    void returned(long time, long hub, List<AlarmEvent> out) {
        level = "";
        if (done()) {
            close(time, hub, out);
        } else {
            emit(Type.RTN_UNACK, worst, time, hub, out);
        }
    }

    /** Everything a person must do for the incident to be over has been done. */
    private boolean done() {
        return acked && (confirmed || !wants(RuleFile.Alarm::confirm)) && (reset || !wants(RuleFile.Alarm::latch));
    }

    private boolean wants(Predicate<RuleFile.Alarm> what) {
        return bound.rule().alarm().filter(what).isPresent();
    }

    void acknowledge(long time, long hub, List<AlarmEvent> out) {
        if (isOpen() && !acked) {
            acked = true;
            acted(Type.ACKED, time, hub, out);
        }
    }

    /** After the acknowledgement, where the rule asks for it (OPC 10000-9 §5.7.4). */
    void confirm(long time, long hub, List<AlarmEvent> out) {
        if (isOpen() && acked && !confirmed && wants(RuleFile.Alarm::confirm)) {
            confirmed = true;
            acted(Type.CONFIRMED, time, hub, out);
        }
    }

    /** Of a latched alarm that has returned, was acknowledged and, where asked for, confirmed. */
    void reset(long time, long hub, List<AlarmEvent> out) {
        boolean ready = acked && (confirmed || !wants(RuleFile.Alarm::confirm));
        if (isOpen() && level.isEmpty() && ready && wants(RuleFile.Alarm::latch)) {
            reset = true;
            close(time, hub, out);
        }
    }

    private void acted(Type type, long time, long hub, List<AlarmEvent> out) {
        if (level.isEmpty() && done()) {
            close(time, hub, out);
        } else {
            emit(type, level.isEmpty() ? worst : severityOf(level), time, hub, out);
        }
    }

    /** True when it was acknowledged and is still active. */
    boolean unacknowledge() {
        if (!isOpen() || !acked || level.isEmpty()) {
            return false;
        }
        acked = false;
        confirmed = false;
        return true;
    }

    private void close(long time, long hub, List<AlarmEvent> out) {
        emit(Type.NORMAL, worst, time, hub, out);
        id = "";
        forgetPeaks();
    }

    private void emit(Type type, RuleFile.Severity severity, long at, long hub, List<AlarmEvent> out) {
        long time = Math.max(at, lastTime);
        lastTime = time;
        step++;
        RuleFile rule = bound.rule();
        Map<String, String> inputs = new LinkedHashMap<>();
        for (Slot slot : slots) {
            inputs.put(slot.tag.name(), slot.describe());
        }
        inputs.putAll(new java.util.TreeMap<>(bound.facts()));
        double shown = value;
        double peak = low ? lowest : highest;
        double limit = limitOf(leftLevel);
        if (measure != null) {
            bound.measure().ifPresent(spec -> inputs.put(AlarmEvent.MEASURED, spec.about()));
            measure.tell(inputs);
            shown = Measure.orNan(measure.shown(value));
            peak = measure.shownPeak(peak);
            limit = measure.limit(limit);
        }
        out.add(new AlarmEvent(
                id + "." + step,
                id,
                id.substring(0, id.lastIndexOf('@')),
                step,
                type,
                rule.id(),
                Title.fill(rule.title(), level.isEmpty() ? worstLevel() : leftLevel, bound.asset()),
                bound.asset().id(),
                bound.asset().name(),
                bound.asset().path(),
                rule.failureMode(),
                bound.input().path(),
                time,
                hub,
                since,
                level,
                severity,
                shown,
                peak,
                limit,
                low,
                bound.unit(),
                Collections.unmodifiableMap(inputs)));
    }

    /** What has returned is named for the worst it was, as its severity and its ticket are. */
    private String worstLevel() {
        String name = leftLevel;
        for (LimitLevel l : bound.levels()) {
            if (l.low() == low && l.severity() == worst) {
                name = l.name();
                break;
            }
        }
        return name;
    }

    private double limitOf(String name) {
        for (LimitLevel l : bound.levels()) {
            if (l.name().equals(name)) {
                return l.limit();
            }
        }
        return Double.NaN; // a level that the rule no longer has
    }

    private RuleFile.Severity severityOf(String name) {
        for (LimitLevel l : bound.levels()) {
            if (l.name().equals(name)) {
                return l.severity();
            }
        }
        return worst;
    }

    /** For {@link RuleEngine#openIncidents()}. */
    static List<String> ids(Iterable<RuleInstance> instances) {
        List<String> ids = new ArrayList<>();
        for (RuleInstance instance : instances) {
            if (instance.incident.isOpen()) {
                ids.add(instance.incident.id);
            }
        }
        return ids;
    }
}

package org.millrace.rule;

import static org.millrace.rule.Slot.NEVER;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millrace.plant.Tag;
import org.millrace.signal.Micros;
import org.millrace.signal.SampleBatch;

/**
 * The alarm state machine of one rule on one asset.
 *
 * <p>Every level is a latch of its own: it goes on when the breach has lasted its on-delay and off when the return has
 * lasted its off-delay. A level that goes on takes the lower ones of its side with it and ends the other side. The
 * incident stands at the highest latched level; a level that goes on is RAISED (unacknowledged again), one that goes
 * off leaves LOWERED, or a return to normal.
 *
 * <p>Time is event time by the clock of the input; between samples it runs on with hub time ({@link #now(long)}).
 */
final class RuleInstance {
    private static final long NO_DUE = Long.MAX_VALUE;

    final BoundRule bound;
    /** The input first, then the other tags of the gate. */
    final Slot[] slots;

    final GateState gate;
    /** What is compared with the levels; null when it is the input's value itself. */
    final @Nullable Measure measure;

    final Incident incident;
    final boolean[] entered;
    final boolean[] active;
    /** Event time of the last change of {@link #entered}. */
    final long[] since;
    /** From when the on-delay counts; NEVER while none is running. */
    final long[] onStart;

    long clockEvent = NEVER;
    long clockHub;
    boolean inputKnown;
    /** When the input last became known. */
    long knownSince = NEVER;
    /** The conditions under which the levels were last evaluated, see {@link BoundRule#conditions()}. */
    String evaluatedUnder;

    /** Event time for which the measure was last looked at. */
    long measuredAt = NEVER;

    boolean dirty;
    /** Least off-delay of every level while the alarm chatters, µs; given anew after a restore. */
    private long leastOffDelay;

    private final String conditions;
    private final LimitLevel[] levels;
    private final boolean[] ofGate;
    /** Place of each slot among the measure's; -1 when it is none of them. */
    private final int[] ofMeasure;

    private final double quietBelow;
    private final double quietAbove;
    private boolean quiet = true;
    private boolean reevaluate;
    private long nextDue = NO_DUE;
    /** When the measure next changes by itself. */
    private long nextChange = NO_DUE;

    RuleInstance(BoundRule bound) {
        this.bound = bound;
        this.levels = bound.levels().toArray(new LimitLevel[0]);
        List<Tag> gateTags = bound.gate().map(Condition::tags).orElse(List.of());
        List<Tag> measured = bound.measure().map(MeasureSpec::tags).orElse(List.of());
        List<Slot> all = new ArrayList<>(List.of(new Slot(bound.input())));
        List<Slot> gateSlots = slotsOf(gateTags, all);
        List<Slot> measureSlots = slotsOf(measured, all);
        this.slots = all.toArray(new Slot[0]);
        this.ofGate = new boolean[slots.length];
        this.ofMeasure = new int[slots.length];
        for (int i = 0; i < slots.length; i++) {
            ofGate[i] = gateSlots.contains(slots[i]);
            ofMeasure[i] = measureSlots.indexOf(slots[i]);
        }
        this.measure = bound.measure()
                .map(spec -> spec.start(measureSlots.toArray(new Slot[0])))
                .orElse(null);
        this.gate = new GateState(
                bound.gate(),
                gateSlots.toArray(new Slot[0]),
                Micros.of(bound.rule().settle()));
        this.incident = new Incident(bound, slots, measure);
        this.entered = new boolean[levels.length];
        this.active = new boolean[levels.length];
        this.since = new long[levels.length];
        this.onStart = new long[levels.length];
        java.util.Arrays.fill(onStart, NEVER);
        this.conditions = bound.conditions();
        this.evaluatedUnder = conditions;
        double below = Double.POSITIVE_INFINITY;
        double above = Double.NEGATIVE_INFINITY;
        for (LimitLevel level : levels) {
            below = level.low() ? below : Math.min(below, level.limit());
            above = level.low() ? Math.max(above, level.limit()) : above;
        }
        this.quietBelow = below;
        this.quietAbove = above;
    }

    /** The slots of these tags; what is missing is added to all. */
    private static List<Slot> slotsOf(List<Tag> tags, List<Slot> all) {
        List<Slot> found = new ArrayList<>();
        for (Tag tag : tags) {
            Slot slot = all.stream()
                    .filter(s -> s.tag.name().equals(tag.name()))
                    .findFirst()
                    .orElseGet(() -> new Slot(tag));
            if (!all.contains(slot)) {
                all.add(slot);
            }
            found.add(slot);
        }
        return found;
    }

    /** Event time of this instance when the hub's clock says {@code hub}. */
    long now(long hub) {
        return clockEvent == NEVER ? NEVER : clockEvent + Math.max(0, hub - clockHub);
    }

    /** Takes sample {@code i} for slot {@code s}; false when it is older than the slot's last and so ignored. */
    boolean sample(int s, SampleBatch batch, int i, long hub, List<AlarmEvent> out) {
        Slot slot = slots[s];
        long time = batch.time(i);
        if (time < slot.time) {
            return false;
        }
        // the input's clock leads; another tag's sample only moves it on, so that a skewed source cannot hold it back
        if (s == 0 || clockEvent == NEVER || time > now(hub)) {
            clockEvent = time;
            clockHub = hub;
        }
        long now = s == 0 ? time : now(hub);
        if (measure != null) {
            advance(measure, now, hub, out);
        } else if (nextDue <= now) {
            fire(now, hub, out);
        }
        long freshBefore = slot.freshUntil();
        boolean changed = slot.take(batch, i);
        if (ofGate[s]) {
            gate.update(time, changed);
        }
        if (measure != null) {
            if (ofMeasure[s] >= 0) {
                long until = measure.freshUntil();
                measure.sample(ofMeasure[s], now, freshBefore);
                look(measure, now, until);
            }
        } else if (s == 0) {
            input(slot, time, freshBefore);
        }
        if (!quiet || reevaluate) {
            settle(now, hub, out);
        }
        return true;
    }

    /** Lets the timers run to where hub time has come. */
    void tick(long hub, List<AlarmEvent> out) {
        if (measure != null && measure.waitsForTime()) {
            begin(measure, hub);
        }
        if (clockEvent == NEVER) {
            return;
        }
        if (measure != null) {
            advance(measure, now(hub), hub, out);
        }
        if (reevaluate) {
            settle(now(hub), hub, out);
        } else if (nextDue <= now(hub)) {
            fire(now(hub), hub, out);
        }
        lapse(now(hub), hub, out);
    }

    /** An alarm whose input has not been heard of for {@code clear_after} returns. */
    private void lapse(long now, long hub, List<AlarmEvent> out) {
        if (quiet
                || measure != null
                || slots[0].time == NEVER
                || bound.rule().alarm().isEmpty()) {
            return;
        }
        Optional<Duration> clearAfter = bound.rule().alarm().get().clearAfter();
        if (clearAfter.isEmpty() || now < slots[0].time + Micros.of(clearAfter.get())) {
            return;
        }
        for (int i = 0; i < levels.length; i++) {
            entered[i] = false;
            active[i] = false;
            onStart[i] = NEVER;
            since[i] = now;
        }
        nextDue = nextDue();
        standAt(now, hub, false, NEVER, out);
        quiet = isQuiet();
        dirty = true;
    }

    /** What a person does with the incident. */
    interface Action {
        void on(long time, long hub, List<AlarmEvent> out);
    }

    /** Delays that have run out come first, then the action. */
    void act(long hub, List<AlarmEvent> out, Action action) {
        long now = now(hub);
        if (measure != null) {
            advance(measure, now, hub, out);
        }
        fire(now, hub, out);
        action.on(now, hub, out);
        quiet = isQuiet();
        dirty = true;
    }

    /** See {@link RuleEngine#leastOffDelay}. */
    void leastOffDelay(long micros) {
        leastOffDelay = micros;
        nextDue = nextDue();
    }

    /** The work that this rule asks for was done at this event time. */
    void completed(long time, long hub, List<AlarmEvent> out) {
        if (measure == null || clockEvent == NEVER) {
            return;
        }
        advance(measure, now(hub), hub, out);
        if (measure.completed(time)) {
            dirty = true;
            look(measure, now(hub), measure.freshUntil());
            settle(now(hub), hub, out);
        }
    }

    /** The hub did not run for so long, in hub time. */
    void pause(long micros) {
        if (measure != null && measure.pause(micros)) {
            nextChange = measuredAt == NEVER ? NO_DUE : measure.nextChange(measuredAt);
            dirty = true;
        }
    }

    private void begin(Measure measure, long hub) {
        if (clockEvent == NEVER) {
            clockEvent = hub;
            clockHub = hub;
        }
        measure.begin(now(hub));
        look(measure, now(hub), measure.freshUntil());
        dirty = true;
    }

    /** Lets measure and timers run to now, each change at its own time. */
    private void advance(Measure measure, long now, long hub, List<AlarmEvent> out) {
        while (nextChange <= now || nextDue <= now && nextDue != NO_DUE) {
            if (nextChange <= nextDue) {
                long time = nextChange;
                look(measure, time, measure.freshUntil());
                settle(time, hub, out);
            } else {
                fire(Math.min(now, nextChange - 1), hub, out);
            }
        }
    }

    /** Compares what the measure comes to at this time with the levels. */
    private void look(Measure measure, long time, long freshBefore) {
        double value = measure.at(time);
        measuredAt = time;
        nextChange = measure.nextChange(time);
        if (Double.isNaN(value)) {
            dirty |= inputKnown;
            inputKnown = false;
            return;
        }
        if (!inputKnown || time > freshBefore) {
            knownSince = time;
            dirty = true;
        }
        inputKnown = true;
        dirty |= !quiet && value != incident.value;
        incident.value = value;
        evaluate(value, time);
        quiet = false;
    }

    long freshUntil() {
        return measure == null ? slots[0].freshUntil() : measure.freshUntil();
    }

    /** Approximate size on the heap, without what rule and asset share. */
    int bytes() {
        int bytes = 240 + slots.length * 88 + levels.length * 20 + 160;
        return bytes + (measure == null ? 0 : measure.bytes());
    }

    /** To be called when the fields were set from a stored row. */
    void resume() {
        nextChange = measure == null || measuredAt == NEVER ? NO_DUE : measure.nextChange(measuredAt);
        quiet = isQuiet();
        nextDue = nextDue();
        reevaluate = !evaluatedUnder.equals(conditions);
    }

    private void input(Slot slot, long time, long freshBefore) {
        if (!slot.known()) {
            inputKnown = false;
            return;
        }
        if (!inputKnown || time > freshBefore) {
            knownSince = time;
        }
        inputKnown = true;
        double value = slot.number();
        incident.value = value;
        if (quiet && value <= quietBelow && value >= quietAbove) {
            return;
        }
        evaluate(value, time);
        quiet = false;
    }

    private void evaluate(double value, long time) {
        boolean before = anyEntered();
        boolean beyond = false;
        for (int i = levels.length - 1; i >= 0; i--) { // from the outside in: a level includes the lower ones
            boolean first = i == levels.length - 1 || levels[i + 1].low() != levels[i].low();
            beyond = (!first && beyond) || (entered[i] ? levels[i].keptBy(value) : levels[i].breachedBy(value));
            if (beyond != entered[i]) {
                dirty = true;
                entered[i] = beyond;
                since[i] = time;
                onStart[i] = NEVER;
            }
        }
        if (!before && !incident.isOpen()) {
            incident.forgetPeaks();
        }
        incident.track(value);
    }

    /** Starts and cancels on-delays for what is known now, then lets due timers act. */
    private void settle(long now, long hub, List<AlarmEvent> out) {
        if (reevaluate) { // limits or gate were edited: same times, new verdict
            reevaluate = false;
            evaluatedUnder = conditions;
            dirty = true;
            gate.update(now, true);
            if (measure != null) {
                look(measure, now, measure.freshUntil());
            } else if (inputKnown) {
                evaluate(incident.value, now);
            }
            standAt(now, hub, false, NEVER, out);
        }
        boolean mayStart = gate.certainlyOpen(now) && inputKnown && now <= freshUntil();
        for (int i = 0; i < levels.length; i++) {
            if (!entered[i] || active[i] || !gate.open) {
                dirty |= onStart[i] != NEVER;
                onStart[i] = NEVER;
            } else if (onStart[i] == NEVER && mayStart) {
                dirty = true;
                onStart[i] = Math.max(Math.max(since[i], knownSince), gate.countsFrom());
            }
        }
        nextDue = nextDue();
        fire(now, hub, out);
        quiet = isQuiet();
    }

    private long due(int i) {
        if (entered[i] && !active[i] && onStart[i] != NEVER) {
            return onStart[i] + levels[i].onDelay();
        }
        if (!entered[i] && active[i] && inputKnown) {
            long due = Math.max(since[i] + Math.max(levels[i].offDelay(), leastOffDelay), knownSince);
            return due <= freshUntil() ? due : NO_DUE;
        }
        return NO_DUE;
    }

    private long nextDue() {
        long next = NO_DUE;
        for (int i = 0; i < levels.length; i++) {
            next = Math.min(next, due(i));
        }
        return next;
    }

    private void fire(long now, long hub, List<AlarmEvent> out) {
        while (nextDue <= now && nextDue != NO_DUE) {
            long time = nextDue;
            boolean raised = false;
            long firstBreach = NEVER;
            for (int i = levels.length - 1; i >= 0; i--) {
                if (due(i) == time) {
                    if (entered[i]) {
                        raised = true;
                        firstBreach = latch(i);
                    } else {
                        active[i] = false;
                    }
                }
            }
            standAt(time, hub, raised, firstBreach, out);
            dirty = true;
            nextDue = nextDue();
        }
        quiet = isQuiet();
    }

    /** Latches a level and the lower ones of its side; gives the first breach among them. */
    private long latch(int level) {
        long first = onStart[level];
        for (int i = 0; i < levels.length; i++) {
            if (levels[i].low() != levels[level].low()) {
                active[i] = false;
            } else if (levels[i].rank() <= levels[level].rank()) {
                first = onStart[i] == NEVER ? first : Math.min(first, onStart[i]);
                active[i] = true;
                onStart[i] = NEVER;
            }
        }
        return first;
    }

    private void standAt(long time, long hub, boolean raised, long firstBreach, List<AlarmEvent> out) {
        int top = top(active);
        if (raised) {
            incident.raised(levels[top], firstBreach, time, hub, out);
        } else if (!incident.isOpen() || incident.level.isEmpty()) {
            return;
        } else if (top < 0) {
            incident.returned(time, hub, out);
        } else if (!levels[top].name().equals(incident.level)) {
            incident.lowered(levels[top], time, hub, out);
        }
    }

    /** The level furthest from normal of those given; -1 when it is none. */
    int top(boolean[] which) {
        int top = -1;
        for (int i = 0; i < levels.length; i++) {
            if (which[i] && (top < 0 || levels[i].rank() > levels[top].rank())) {
                top = i;
            }
        }
        return top;
    }

    private boolean anyEntered() {
        for (boolean e : entered) {
            if (e) {
                return true;
            }
        }
        return false;
    }

    /** Nothing entered, latched or open: a value between the limits changes nothing. */
    private boolean isQuiet() {
        for (int i = 0; i < levels.length; i++) {
            if (entered[i] || active[i]) {
                return false;
            }
        }
        return !incident.isOpen();
    }
}

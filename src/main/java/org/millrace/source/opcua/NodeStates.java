package org.millrace.source.opcua;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;

/**
 * What is known of each node over all connections: the newest source time, and whether a loss was told since. Turns what
 * a server sends into readings without doubles and without a tag that stays Bad for ever. Thread-safe.
 *
 * <p>A loss is one Bad reading for each node at the start of the gap, by the server's clock. A value that has not changed
 * since (its source time is from before the loss) is passed on with the time at which the server confirmed it, or the Bad
 * reading would stay the newest.
 */
final class NodeStates {
    /** More than a live value can come again for one node while its history is read. */
    private static final int MOST_FILLED = 1000;

    private static final class State {
        private long last = Reading.NO_TIME;
        /** The newest before the gap, and the first live one behind it: history is wanted for what lies between. */
        private long before = Reading.NO_TIME;

        private long after = Reading.NO_TIME;
        private long bad = Reading.NO_TIME;
        private boolean first;
        private final Set<Long> filled = new HashSet<>();
    }

    private final Map<String, State> states = new LinkedHashMap<>();
    private final Holes holes = new Holes();
    private Map<String, StatusCode> refused = Map.of();
    private long lastSign = Reading.NO_TIME;
    private long behind;
    private long gapStart = Reading.NO_TIME;
    private long lossStart = Reading.NO_TIME;
    private boolean lost;
    /** A gap from before the last loss is still open. */
    private boolean older;

    NodeStates(List<NodePlan> plans) {
        plans.forEach(plan -> states.put(plan.node(), new State()));
    }

    /** What was received before this start of the hub, so that the time between can be filled. */
    synchronized void seed(Map<String, Long> newest) {
        newest.forEach((node, time) -> {
            State state = states.get(node);
            if (state != null && time != Reading.NO_TIME) {
                state.last = time;
                state.before = time;
                gapStart = Math.max(gapStart, time);
            }
        });
    }

    /** The items were made anew: the next value of each node is its current one, however old. */
    synchronized void expectCurrent() {
        states.values().forEach(state -> state.first = true);
    }

    /** A keep-alive or data came, at this hub time. */
    synchronized void sign(long now) {
        lastSign = now;
    }

    /** @param now µs, hub clock */
    synchronized List<Reading> live(List<String> nodes, List<DataValue> values, long now) {
        sign(now);
        holes.look(nodes, values, this::newest);
        List<Reading> readings = new ArrayList<>(nodes.size());
        for (int i = 0; i < nodes.size(); i++) {
            one(nodes.get(i), values.get(i), now, readings);
        }
        return Collections.unmodifiableList(readings);
    }

    /** Nothing for an item that is new, or whose gap is read up to its next value: that is no hole of its own. */
    private long newest(String node) {
        State state = states.get(node);
        return state == null || state.first || older && state.after == Reading.NO_TIME ? Reading.NO_TIME : state.last;
    }

    private void one(String node, DataValue data, long now, List<Reading> readings) {
        Reading reading = DataValues.reading(node, data);
        State state = states.get(node);
        if (state == null) {
            readings.add(reading);
            return;
        }
        long time = reading.sourceTime();
        boolean current = state.first;
        state.first = false;
        if (state.after == Reading.NO_TIME) {
            state.after = time;
        }
        if (!state.filled.isEmpty() && state.filled.remove(time)) {
            state.bad = Reading.NO_TIME;
            return; // the server's history has given it already
        }
        boolean seen = time != Reading.NO_TIME && time <= state.last;
        if (current && state.bad != Reading.NO_TIME && time != Reading.NO_TIME && time <= state.bad) {
            if (!seen) {
                readings.add(reading);
            }
            readings.add(confirmed(reading, state, now));
        } else {
            readings.add(reading);
        }
        state.bad = Reading.NO_TIME;
        if (time != Reading.NO_TIME) {
            state.last = Math.max(state.last, time);
        }
    }

    private Reading confirmed(Reading reading, State state, long now) {
        long time = Math.max(serverTime(now), state.bad + 1);
        return new Reading(reading.device(), reading.field(), reading.value(), time, reading.quality());
    }

    /** Values that the server's history holds, oldest first; those that were received before are left out. */
    synchronized List<Reading> filled(String node, List<DataValue> values) {
        State state = states.get(node);
        List<Reading> readings = new ArrayList<>();
        for (DataValue data : values) {
            Reading reading = DataValues.reading(node, data);
            long time = reading.sourceTime();
            if (state == null
                    || time == Reading.NO_TIME
                    || time <= state.before
                    || state.after != Reading.NO_TIME && time >= state.after) {
                continue;
            }
            state.last = Math.max(state.last, time);
            if (state.filled.size() < MOST_FILLED) {
                state.filled.add(reading.sourceTime());
            } else { // only the newest can come again
                state.filled.clear();
                state.filled.add(reading.sourceTime());
            }
            readings.add(reading);
        }
        return readings;
    }

    /** Values read from the server now: those nodes that have not changed since the loss are good again. */
    synchronized List<Reading> unchanged(List<String> nodes, List<DataValue> values, long now) {
        List<Reading> readings = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            State state = states.get(nodes.get(i));
            Reading reading = DataValues.reading(nodes.get(i), values.get(i));
            if (state != null && state.bad != Reading.NO_TIME && reading.sourceTime() <= state.last) {
                readings.add(confirmed(reading, state, now));
                state.bad = Reading.NO_TIME;
            }
        }
        return readings;
    }

    /** What the server's clock showed at this hub time. */
    synchronized void clock(long now, long server) {
        behind = now - server;
    }

    /** Once per loss a Bad reading of each node; empty when it is told already. */
    synchronized List<Reading> lose(long now) {
        if (lost) {
            return List.of();
        }
        lost = true;
        older = gapStart != Reading.NO_TIME; // a gap that was not filled yet goes on
        // ahead of ours, readings sort by themselves; behind, the Bad one must not be newer than what comes next
        long start = lastSign == Reading.NO_TIME ? now : lastSign - Math.max(0, behind);
        if (lastSign != Reading.NO_TIME) {
            gapStart = gapStart == Reading.NO_TIME ? start : Math.min(gapStart, start);
        }
        lossStart = start;
        List<Reading> readings = new ArrayList<>(states.size());
        states.forEach((node, state) -> {
            state.bad = state.last == Reading.NO_TIME ? start : Math.max(start, state.last + 1);
            state.filled.clear();
            state.after = Reading.NO_TIME;
            if (!older) {
                state.before = state.last;
            }
            readings.add(new Reading("", node, Value.NONE, state.bad, Quality.BAD_NO_COMMUNICATION));
        });
        return readings;
    }

    /** µs by the server's clock where the last loss began. */
    synchronized long lossStart() {
        return lossStart;
    }

    /** Connected again: the next loss is a new one. */
    synchronized void regained() {
        lost = false;
    }

    /**
     * The session is back with its subscription: what was sampled meanwhile waits in the server's queue and arrives now,
     * so this loss leaves no gap. What the queue could not hold is a hole, told by the bit Overflow.
     *
     * @param queues whether every item has a queue: one that holds a single value drops the others without a word
     */
    synchronized void resumed(boolean queues) {
        lost = false;
        if (!older && queues) {
            gapStart = Reading.NO_TIME;
        }
    }

    /** µs by the server's clock from when on values may be missing; {@link Reading#NO_TIME} when none are. */
    synchronized long gapStart() {
        return gapStart;
    }

    /** The gap is filled, or will stay. */
    synchronized void gapClosed() {
        gapStart = Reading.NO_TIME;
        older = false;
    }

    /** Whether the server has dropped values that are neither filled in nor told as a gap. */
    synchronized boolean holes() {
        return !holes.isEmpty();
    }

    synchronized Map<String, List<Holes.Hole>> openHoles() {
        return holes.open();
    }

    /** The values among these that fall into the hole; it is closed, with them or as a gap. */
    synchronized List<Reading> closeHole(String node, Holes.Hole hole, List<DataValue> values) {
        holes.close(node, hole);
        List<Reading> missing = values.stream()
                .filter(value -> hole.misses(DataValues.time(value)))
                .map(value -> DataValues.reading(node, value))
                .toList();
        return missing.isEmpty() ? List.of(Holes.gap(node, hole)) : missing;
    }

    /** A Bad reading where each hole begins: they stay. */
    synchronized List<Reading> holesStay() {
        return holes.giveUp();
    }

    synchronized List<Reading> takeHolesGiven() {
        return holes.takeGiven();
    }

    /** µs, what the server's clock shows when ours shows {@code now}. */
    synchronized long serverTime(long now) {
        return now - behind;
    }

    /** @param news nodes that are refused now and were not before, or for another reason */
    record Refusal(Map<String, StatusCode> news, List<Reading> readings) {}

    /** A Bad reading for each refused node, when something about them has changed. */
    synchronized Refusal refuse(Map<String, StatusCode> bad, long now, boolean again) {
        Map<String, StatusCode> news = new HashMap<>(bad);
        news.entrySet().removeIf(e -> e.getValue().equals(refused.get(e.getKey())));
        boolean changed = !bad.equals(refused);
        refused = Map.copyOf(bad);
        if (!changed && !again) {
            return new Refusal(news, List.of());
        }
        List<Reading> readings = new ArrayList<>();
        bad.forEach((node, status) -> {
            State state = states.get(node);
            long time = now;
            if (state != null) {
                time = Math.max(now, Math.max(state.last, state.bad) + 1);
                state.bad = time;
            }
            readings.add(new Reading("", node, Value.NONE, time, (int) status.value()));
        });
        return new Refusal(news, readings);
    }

    synchronized Map<String, StatusCode> refused() {
        return refused;
    }
}

package org.millrace.source.opcua;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;

/**
 * Where a server has dropped values of one node because the queue of its monitored item was full, although the connection
 * was well: the bit Overflow says so. Not thread-safe.
 *
 * <p>By OPC 10000-4 §5.13.1.5 the bit is on the value behind the dropped ones; there are servers that set it on the newest
 * instead. So a hole reaches from what was received before the notification to the value with the bit, without those
 * values that the notification brought.
 */
final class Holes {
    /** @param from,to µs, source time, both received */
    record Hole(long from, long to, Set<Long> received) {
        boolean misses(long time) {
            return time > from && time < to && !received.contains(time);
        }
    }

    /** What a node may have open; older ones become gaps. */
    private static final int MOST = 100;

    private final Map<String, ArrayDeque<Hole>> open = new LinkedHashMap<>();
    private final List<Reading> given = new ArrayList<>();

    boolean isEmpty() {
        return open.isEmpty();
    }

    /**
     * Looks through a notification before it is taken in.
     *
     * @param last µs of the newest value received before; {@link Reading#NO_TIME} when the item is new
     */
    void look(List<String> nodes, List<DataValue> values, ToLongFunction<String> last) {
        Map<String, Long> ends = new HashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            if (DataValues.overflow(values.get(i))) {
                ends.merge(nodes.get(i), DataValues.time(values.get(i)), Math::max);
            }
        }
        if (ends.isEmpty()) {
            return;
        }
        Map<String, Set<Long>> received = new HashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            if (ends.containsKey(nodes.get(i))) {
                received.computeIfAbsent(nodes.get(i), n -> new HashSet<>()).add(DataValues.time(values.get(i)));
            }
        }
        ends.forEach((node, end) -> {
            long from = last.applyAsLong(node);
            if (from != Reading.NO_TIME && end > from) {
                add(node, new Hole(from, end, received.getOrDefault(node, Set.of())));
            }
        });
    }

    private void add(String node, Hole hole) {
        ArrayDeque<Hole> all = open.computeIfAbsent(node, n -> new ArrayDeque<>());
        if (all.size() >= MOST) {
            given.add(gap(node, all.removeFirst()));
        }
        all.add(hole);
    }

    /** All there are now, by node, oldest first. */
    Map<String, List<Hole>> open() {
        Map<String, List<Hole>> copy = new LinkedHashMap<>();
        open.forEach((node, holes) -> copy.put(node, List.copyOf(holes)));
        return copy;
    }

    void close(String node, Hole hole) {
        ArrayDeque<Hole> all = open.get(node);
        if (all != null && all.remove(hole) && all.isEmpty()) {
            open.remove(node);
        }
    }

    /** Every hole as a gap that stays; afterwards there are none. */
    List<Reading> giveUp() {
        open.forEach((node, holes) -> holes.forEach(hole -> given.add(gap(node, hole))));
        open.clear();
        List<Reading> all = List.copyOf(given);
        given.clear();
        return all;
    }

    /** Gaps of holes that were too many to be kept. */
    List<Reading> takeGiven() {
        List<Reading> all = List.copyOf(given);
        given.clear();
        return all;
    }

    /** One Bad reading directly behind the last value that was received before it. */
    static Reading gap(String node, Hole hole) {
        return new Reading("", node, Value.NONE, hole.from() + 1, Quality.BAD_DATA_LOST);
    }
}

package org.millrace.source.opcua;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.UaServiceFaultException;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills the gap after an outage from the server's history, before the live values that came meanwhile are let through:
 * so everything leaves in the order of its time. What the history does not hold stays a gap, which the Bad readings at
 * its start mark.
 */
final class Backfill {
    private static final Logger log = LoggerFactory.getLogger(Backfill.class);
    /** Beyond this live values go on their way although history is still coming. */
    private static final int MOST_HELD = 50_000;
    /** What was under way when the connection broke is older than the last sign of life. */
    private static final long MARGIN_MICROS = 10_000_000;

    private static final int TRIES = 5;
    private static final Duration AGAIN = Duration.ofSeconds(30);

    private record Part(long hubTime, List<Reading> readings) {}

    private final String source;
    private final Duration max;
    private final NodeStates states;
    private final ReadingBuffer buffer;
    private final List<Part> held = new ArrayList<>();
    private final ReentrantLock releasing = new ReentrantLock();
    private int heldReadings;
    private boolean holding;
    private volatile long notBefore = System.nanoTime();
    private int failures;
    private boolean overflowTold;

    Backfill(OpcUaSourceFile file, NodeStates states, ReadingBuffer buffer) {
        this.source = file.id();
        this.max = file.backfillMax();
        this.states = states;
        this.buffer = buffer;
    }

    /** Whether there is a gap that may be filled. */
    boolean wanted() {
        return !max.isZero() && (states.gapStart() != Reading.NO_TIME || states.holes());
    }

    /** As {@link #wanted}, while connected: what could not be read is tried again, not at once. */
    boolean due() {
        return wanted() && System.nanoTime() - notBefore >= 0;
    }

    /** A new connection: what could not be read over the last one is tried again. */
    void connected() {
        failures = 0;
        notBefore = System.nanoTime();
    }

    /** From now on live values wait for {@link #release}. */
    synchronized void hold() {
        holding = true;
    }

    /** Live values, on their way or held. One thread calls this. */
    void pass(long hubTime, List<Reading> readings) throws InterruptedException {
        synchronized (this) {
            if (holding && heldReadings < MOST_HELD) {
                held.add(new Part(hubTime, readings));
                heldReadings += readings.size();
                return;
            }
        }
        release();
        buffer.put(hubTime, readings);
    }

    /** Lets everything through that was held; what comes meanwhile lines up behind it. */
    void release() throws InterruptedException {
        releasing.lockInterruptibly();
        try {
            while (true) {
                List<Part> parts;
                synchronized (this) {
                    if (held.isEmpty()) {
                        holding = false;
                        return;
                    }
                    parts = List.copyOf(held);
                    held.clear();
                    heldReadings = 0;
                }
                for (Part part : parts) {
                    buffer.put(part.hubTime(), part.readings());
                }
            }
        } finally {
            releasing.unlock();
        }
    }

    /**
     * Takes in what the server dropped on a connection that is well: with history to come, live values wait for it; without
     * it the gap is told.
     */
    void overflowed(long now) throws InterruptedException {
        if (max.isZero()) {
            buffer.put(now, states.holesStay());
        } else if (states.holes()) {
            hold();
        }
        buffer.put(now, states.takeHolesGiven());
    }

    /**
     * Reads the history of the gap, and of the holes, and hands it on.
     *
     * @param now µs, hub clock
     * @return values that were filled in
     */
    long fill(Connection connection, long now) throws InterruptedException {
        long[] count = new long[1];
        boolean gap = states.gapStart() != Reading.NO_TIME;
        try {
            if (gap) {
                gap(connection, now, count);
            }
            gap = false;
            holes(connection, now, count);
            notBefore = System.nanoTime();
            failures = 0;
        } catch (UaException e) {
            // the server does not know this, or cannot do it; a lost connection is tried again
            if (e instanceof UaServiceFaultException || ++failures >= TRIES) {
                failures = 0;
                if (gap) {
                    states.gapClosed();
                }
                buffer.put(now, states.holesStay());
            }
            notBefore = System.nanoTime() + AGAIN.toNanos();
            log.warn(
                    "{}: the server's history could not be read ({}); the gap is not filled{}",
                    source,
                    Endpoints.text(e),
                    count[0] == 0 ? "" : " completely");
        }
        return count[0];
    }

    private void gap(Connection connection, long now, long[] count) throws UaException, InterruptedException {
        long to = states.serverTime(now);
        long from = Math.max(states.gapStart() - MARGIN_MICROS, to - max.toNanos() / 1000);
        Map<String, StatusCode> without = connection.history(from, to, (node, values) -> {
            List<Reading> readings = states.filled(node, values);
            count[0] += readings.size();
            buffer.put(now, readings);
        });
        states.gapClosed();
        tell(count[0], without);
    }

    /** Values are collected by node first: a page of history may end within a hole. */
    private void holes(Connection connection, long now, long[] count) throws UaException, InterruptedException {
        Map<String, List<Holes.Hole>> open = states.openHoles();
        if (open.isEmpty()) {
            return;
        }
        long earliest = states.serverTime(now) - max.toNanos() / 1000;
        LongSummaryStatistics span = open.values().stream()
                .flatMap(List::stream)
                .flatMapToLong(hole -> LongStream.of(hole.from(), hole.to()))
                .summaryStatistics();
        Map<String, List<DataValue>> found = new HashMap<>();
        connection.history(
                open.keySet(),
                Math.max(span.getMin(), earliest),
                span.getMax(),
                (node, values) ->
                        found.computeIfAbsent(node, n -> new ArrayList<>()).addAll(values));
        List<Reading> missed = new ArrayList<>();
        open.forEach((node, holes) -> holes.forEach(
                hole -> missed.addAll(states.closeHole(node, hole, found.getOrDefault(node, List.of())))));
        buffer.put(now, missed);
        long filled = missed.stream().filter(r -> !Quality.isBad(r.quality())).count();
        count[0] += filled;
        if (!overflowTold) {
            overflowTold = true; // as often as it happens it would be a flood
            log.warn(
                    "{}: the server's queue overflowed for {} nodes, the first is {}; {} values were read from its history;"
                            + " raise queue:, or lower publish_every: or the sampling rate",
                    source,
                    open.size(),
                    open.keySet().iterator().next(),
                    filled);
        }
    }

    private void tell(long count, Map<String, StatusCode> without) {
        if (count > 0) {
            log.info("{}: {} values of the gap were filled in from the server's history", source, count);
        }
        if (!without.isEmpty()) {
            Map<String, Long> reasons = without.values().stream()
                    .collect(Collectors.groupingBy(Endpoints::text, LinkedHashMap::new, Collectors.counting()));
            log.info("{}: the server has no history for {} nodes {}; their gap stays", source, without.size(), reasons);
        }
    }
}

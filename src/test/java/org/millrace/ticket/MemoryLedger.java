package org.millrace.ticket;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A ledger that survives the objects that use it, as a disk would; it refuses what the store's indexes refuse. */
public final class MemoryLedger implements OrderLedger {
    private final Map<String, OrderRow> rows = new LinkedHashMap<>();
    private final Map<String, Long> wakes = new HashMap<>();
    private final Map<String, Integer> steps = new HashMap<>();
    private final Map<String, String> cursors = new HashMap<>();
    private final List<Line> log = new ArrayList<>();
    private int commits;

    @Override
    public synchronized void commit(Change change) {
        commits++;
        Map<String, OrderRow> next = new LinkedHashMap<>(rows);
        for (OrderRow row : change.rows()) {
            next.put(id(row.id().system(), row.id().reference()), row);
        }
        next.values().stream()
                .filter(row -> row.state().isLive())
                .map(row -> id(row.id().system(), row.id().key()))
                .reduce(new HashMap<String, Integer>(), MemoryLedger::count, (a, b) -> a)
                .forEach((key, live) -> {
                    if (live > 1) {
                        throw new IllegalStateException("two live rows of " + key);
                    }
                });
        rows.putAll(next);
        for (int i = 0; i < change.rows().size(); i++) {
            OrderRow row = change.rows().get(i);
            wakes.put(
                    id(row.id().system(), row.id().reference()), change.wakes().get(i));
        }
        change.took().ifPresent(took -> steps.put(id(took.system(), took.incident()), took.step()));
        change.cursor().ifPresent(cursor -> cursors.put(cursor.system(), cursor.value()));
        log.addAll(change.log());
    }

    private static HashMap<String, Integer> count(HashMap<String, Integer> all, String key) {
        all.merge(key, 1, Integer::sum);
        return all;
    }

    @Override
    public synchronized Optional<OrderRow> latest(String system, String key) {
        return rows(system)
                .filter(row -> row.id().key().equals(key))
                .max(Comparator.comparingInt(row -> row.id().episode()));
    }

    @Override
    public synchronized Optional<OrderRow> byReference(String system, String reference) {
        return Optional.ofNullable(rows.get(id(system, reference)));
    }

    @Override
    public synchronized Optional<OrderRow> byRemoteId(String system, String id) {
        return rows(system).filter(row -> row.there().id().equals(id)).findFirst();
    }

    @Override
    public synchronized int step(String system, String incident) {
        return steps.getOrDefault(id(system, incident), 0);
    }

    @Override
    public Waiting waiting(String system, long now) {
        List<OrderRow> due = due(system, now, Integer.MAX_VALUE);
        return new Waiting(
                due.size(),
                due.stream().mapToLong(row -> row.times().updated()).min().orElse(0));
    }

    @Override
    public synchronized List<OrderRow> due(String system, long now, int limit) {
        return rows(system)
                .filter(row -> wake(row) <= now)
                .sorted(Comparator.comparingLong(this::wake))
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized long nextWake(String system) {
        return rows(system).mapToLong(this::wake).min().orElse(Long.MAX_VALUE);
    }

    @Override
    public synchronized List<OrderRow> watched(String system) {
        return rows(system)
                .filter(row -> row.state().isOpenThere() || row.state() == OrderState.DONE)
                .toList();
    }

    @Override
    public synchronized String cursor(String system) {
        return cursors.getOrDefault(system, "");
    }

    public synchronized List<OrderRow> all() {
        return List.copyOf(rows.values());
    }

    public synchronized List<Line> log() {
        return List.copyOf(log);
    }

    public synchronized int commits() {
        return commits;
    }

    private java.util.stream.Stream<OrderRow> rows(String system) {
        return rows.values().stream().filter(row -> row.id().system().equals(system));
    }

    private long wake(OrderRow row) {
        return wakes.getOrDefault(id(row.id().system(), row.id().reference()), Long.MAX_VALUE);
    }

    private static String id(String system, String name) {
        return system + "\n" + name;
    }
}

package org.millrace.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.millrace.rule.AlarmEvent;
import org.millrace.sqlite.Session;

/**
 * The events of rules, in the order they happened, for named consumers. Each consumer has its own place and gets the
 * same event again until it says done, over restarts too.
 */
public final class Outbox {
    /** @param id rises with every event, in the order of the journal */
    public record Row(long id, AlarmEvent event) {}

    /** Where a consumer begins that was never seen before. */
    public enum Start {
        /** With the oldest event kept. */
        FIRST_KEPT,
        /** With the next event: past incidents are none of its business. */
        NOW
    }

    private final Database database;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();
    private long signals; // guarded by lock; counts commits, so that one between look and wait is not missed
    private boolean closed;

    Outbox(Database database) {
        this.database = database;
    }

    /** Makes sure the consumer exists; one that does keeps its place. */
    public void register(String consumer, Start start) {
        database.write("register the consumer " + consumer, session -> {
            long passed = start == Start.NOW ? newest(session) : 0;
            return session.update(
                    "INSERT INTO outbox_consumer (name, passed) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
                    consumer,
                    passed);
        });
    }

    /** Takes away a consumer that is gone for good. */
    public void unregister(String consumer) {
        database.write(
                "remove the consumer " + consumer,
                session -> session.update("DELETE FROM outbox_consumer WHERE name = ?", consumer));
    }

    /** The consumer's next event; waits for it, empty on time-out. Until {@link #done} it is the same one. */
    public Optional<Row> next(String consumer, Duration wait) throws InterruptedException {
        long left = wait.toNanos();
        while (true) {
            long seen = signals();
            Optional<Row> row = look(consumer);
            if (row.isPresent() || left <= 0) {
                return row;
            }
            left = await(seen, left);
        }
    }

    /** The consumer is done with this row and all before it. Saying so again is harmless. */
    public void done(String consumer, Row row) {
        database.write(
                "move the consumer " + consumer,
                session -> session.update(
                        "UPDATE outbox_consumer SET passed = ? WHERE name = ? AND passed < ?",
                        row.id(),
                        consumer,
                        row.id()));
    }

    /** Events still to go, by consumer. */
    public Map<String, Long> pending() {
        return database.read("count the outbox", session -> {
            Map<String, Long> pending = new TreeMap<>();
            try (ResultSet row = session.prepare("SELECT c.name, (SELECT count(*) FROM outbox o WHERE o.id > c.passed)"
                            + " FROM outbox_consumer c")
                    .executeQuery()) {
                while (row.next()) {
                    pending.put(row.getString(1), row.getLong(2));
                }
            }
            return pending;
        });
    }

    /** Every step of one incident that is kept, oldest first. */
    public List<AlarmEvent> events(String incident) {
        return database.read("read the events of an incident", session -> {
            List<AlarmEvent> events = new ArrayList<>();
            try (ResultSet row = session.prepare("SELECT body FROM outbox WHERE incident = ? ORDER BY id", incident)
                    .executeQuery()) {
                while (row.next()) {
                    events.add(AlarmEventJson.read(row.getString(1)));
                }
            }
            return events;
        });
    }

    /** Events whose hub time is in [from, to), as far as they are kept, in the order in which they happened. */
    public List<AlarmEvent> between(long from, long to) {
        return database.read("read the events of a time", session -> {
            List<AlarmEvent> events = new ArrayList<>();
            try (ResultSet row = session.prepare(
                            "SELECT body FROM outbox WHERE hub_time >= ? AND hub_time < ? ORDER BY id", from, to)
                    .executeQuery()) {
                while (row.next()) {
                    events.add(AlarmEventJson.read(row.getString(1)));
                }
            }
            return events;
        });
    }

    /**
     * Deletes events that are older and that every consumer is done with; returns how many.
     *
     * @param hubTime µs since the epoch
     */
    public int prune(long hubTime) {
        return database.write(
                "prune the outbox",
                session -> session.update(
                        "DELETE FROM outbox WHERE hub_time < ?"
                                + " AND id <= coalesce((SELECT min(passed) FROM outbox_consumer), 0)"
                                + " AND incident NOT IN (SELECT incident FROM alarm WHERE state <> 'CLOSED')",
                        hubTime));
    }

    /** False when it was there before. */
    static boolean add(Session session, AlarmEvent event) throws SQLException {
        if (session.number("SELECT count(*) FROM outbox WHERE event_id = ?", event.id()) > 0) {
            return false;
        }
        session.update(
                "INSERT INTO outbox (id, event_id, incident, hub_time, body) VALUES (?, ?, ?, ?, ?)",
                Database.next(session, "outbox"),
                event.id(),
                event.incident(),
                event.hubTime(),
                AlarmEventJson.write(event));
        return true;
    }

    void wake() {
        lock.lock();
        try {
            signals++;
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Optional<Row> look(String consumer) {
        return database.read("read the outbox", session -> {
            long passed;
            try (ResultSet row = session.prepare("SELECT passed FROM outbox_consumer WHERE name = ?", consumer)
                    .executeQuery()) {
                if (!row.next()) {
                    throw new IllegalArgumentException("no consumer '" + consumer + "' is registered with the outbox");
                }
                passed = row.getLong(1);
            }
            try (ResultSet row = session.prepare("SELECT id, body FROM outbox WHERE id > ? ORDER BY id LIMIT 1", passed)
                    .executeQuery()) {
                return row.next()
                        ? Optional.of(new Row(row.getLong(1), AlarmEventJson.read(row.getString(2))))
                        : Optional.empty();
            }
        });
    }

    private static long newest(Session session) throws SQLException {
        return session.number("SELECT max(id) FROM outbox");
    }

    private long signals() {
        lock.lock();
        try {
            return signals;
        } finally {
            lock.unlock();
        }
    }

    private long await(long seen, long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (signals == seen && left > 0 && !closed) {
                left = grown.awaitNanos(left);
            }
            return closed ? 0 : left;
        } finally {
            lock.unlock();
        }
    }
}

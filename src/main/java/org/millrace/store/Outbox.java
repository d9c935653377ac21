package org.millrace.store;

import java.sql.PreparedStatement;
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
        /** With all events of the incidents that stand, and the next event: those that are over are none of its business. */
        STANDING,
        /** With the next event. */
        NOW
    }

    /** Of the time before a consumer joined: the incidents that stood then, even if they are over before it gets there. */
    private static final String OF_STANDING =
            "SELECT o.id, o.body FROM outbox_standing s JOIN outbox o ON o.incident = s.incident"
                    + " WHERE s.name = ? AND o.id > ? AND o.id <= ? ORDER BY o.id LIMIT 1";

    private static final String OF_NEW = "SELECT id, body FROM outbox WHERE id > ? ORDER BY id LIMIT 1";

    /** @param joined the last event when the consumer was first seen; 0 = all concern it */
    private record Place(long passed, long joined) {}

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
            long newest = newest(session);
            int made = session.update(
                    "INSERT INTO outbox_consumer (name, passed, joined) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING",
                    consumer,
                    start == Start.NOW ? newest : 0,
                    start == Start.FIRST_KEPT ? 0 : newest);
            if (made > 0 && start == Start.STANDING) {
                session.update(
                        "INSERT INTO outbox_standing (name, incident)"
                                + " SELECT ?, incident FROM alarm WHERE state <> 'CLOSED'",
                        consumer);
            }
            return made;
        });
    }

    /** Takes away a consumer that is gone for good. */
    public void unregister(String consumer) {
        database.write(
                "remove the consumer " + consumer,
                session -> session.update("DELETE FROM outbox_standing WHERE name = ?", consumer)
                        + session.update("DELETE FROM outbox_consumer WHERE name = ?", consumer));
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
            try (ResultSet row = session.prepare(
                            "SELECT c.name, (SELECT count(*) FROM outbox o WHERE o.id > max(c.passed, c.joined))"
                                    + " + (SELECT count(*) FROM outbox_standing s JOIN outbox o ON o.incident = s.incident"
                                    + " WHERE s.name = c.name AND o.id > c.passed AND o.id <= c.joined)"
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
                session -> forget(session)
                        + session.update(
                                "DELETE FROM outbox WHERE hub_time < ?"
                                        + " AND id <= coalesce((SELECT min(max(passed, joined)) FROM outbox_consumer), 0)"
                                        + " AND incident NOT IN (SELECT incident FROM alarm WHERE state <> 'CLOSED')"
                                        + " AND incident NOT IN (SELECT incident FROM outbox_standing)",
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
            Place place = place(session, consumer);
            Optional<Row> standing = place.passed() < place.joined()
                    ? first(session.prepare(OF_STANDING, consumer, place.passed(), place.joined()))
                    : Optional.empty();
            return standing.isPresent()
                    ? standing
                    : first(session.prepare(OF_NEW, Math.max(place.passed(), place.joined())));
        });
    }

    private static Place place(Session session, String consumer) throws SQLException {
        try (ResultSet row = session.prepare("SELECT passed, joined FROM outbox_consumer WHERE name = ?", consumer)
                .executeQuery()) {
            if (!row.next()) {
                throw new IllegalArgumentException("no consumer '" + consumer + "' is registered with the outbox");
            }
            return new Place(row.getLong(1), row.getLong(2));
        }
    }

    private static Optional<Row> first(PreparedStatement query) throws SQLException {
        try (ResultSet row = query.executeQuery()) {
            return row.next()
                    ? Optional.of(new Row(row.getLong(1), AlarmEventJson.read(row.getString(2))))
                    : Optional.empty();
        }
    }

    /** What no consumer needs any more to know what stood when it joined; counts as nothing pruned. */
    private static int forget(Session session) throws SQLException {
        session.update("DELETE FROM outbox_standing WHERE NOT EXISTS (SELECT 1 FROM outbox o"
                + " JOIN outbox_consumer c ON o.id > c.passed AND o.id <= c.joined"
                + " WHERE c.name = outbox_standing.name AND o.incident = outbox_standing.incident)");
        return 0;
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

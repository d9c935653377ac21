package org.millrace.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.sqlite.Session;
import org.millrace.ticket.OrderLedger;
import org.millrace.ticket.OrderRow;

/**
 * The orders of remote systems in the operational store. A row is kept whole as JSON; what is searched for stands in
 * columns beside it. The database itself refuses a second live row of one key.
 */
public final class TicketLedger implements OrderLedger {
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES) // written by a newer version, after a rollback
            .build();
    private static final String SELECT = "SELECT body FROM ticket ";
    private static final String STATES = "('OPEN', 'IN_PROGRESS', 'ON_HOLD', 'DONE')";

    private final Database database;

    TicketLedger(Database database) {
        this.database = database;
    }

    @Override
    public void commit(Change change) {
        database.write("keep a work order", session -> {
            // rows that end first: the index allows one live row of a key at every moment
            for (boolean live : new boolean[] {false, true}) {
                for (int i = 0; i < change.rows().size(); i++) {
                    if (change.rows().get(i).state().isLive() == live) {
                        save(session, change.rows().get(i), change.wakes().get(i));
                    }
                }
            }
            if (change.took().isPresent()) {
                Took took = change.took().get();
                session.update(
                        "INSERT INTO ticket_incident (system, incident, step) VALUES (?, ?, ?)"
                                + " ON CONFLICT (system, incident) DO UPDATE SET step = excluded.step",
                        took.system(),
                        took.incident(),
                        took.step());
            }
            for (Line line : change.log()) {
                session.update(
                        "INSERT INTO ticket_log (id, system, reference, time, text) VALUES (?, ?, ?, ?, ?)",
                        Database.next(session, "ticket_log"),
                        line.system(),
                        line.reference(),
                        line.time(),
                        line.text());
            }
            if (change.cursor().isPresent()) {
                session.update(
                        "INSERT INTO ticket_cursor (system, value) VALUES (?, ?)"
                                + " ON CONFLICT (system) DO UPDATE SET value = excluded.value",
                        change.cursor().get().system(),
                        change.cursor().get().value());
            }
            return change.rows().size();
        });
    }

    private static void save(Session session, OrderRow row, long wake) throws SQLException {
        session.update(
                "INSERT INTO ticket (system, reference, alarm_key, episode, state, remote_id, number, incident, asset,"
                        + " wake, updated, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                        + " ON CONFLICT (system, reference) DO UPDATE SET state = excluded.state,"
                        + " remote_id = excluded.remote_id, number = excluded.number, incident = excluded.incident,"
                        + " wake = excluded.wake, updated = excluded.updated, body = excluded.body",
                row.id().system(),
                row.id().reference(),
                row.id().key(),
                row.id().episode(),
                row.state().name(),
                row.there().id(),
                row.there().number(),
                row.facts().last().incident(),
                row.facts().last().asset(),
                wake,
                row.times().updated(),
                write(row));
    }

    @Override
    public Optional<OrderRow> latest(String system, String key) {
        return one(SELECT + "WHERE system = ? AND alarm_key = ? ORDER BY episode DESC LIMIT 1", system, key);
    }

    @Override
    public Optional<OrderRow> byReference(String system, String reference) {
        return one(SELECT + "WHERE system = ? AND reference = ?", system, reference);
    }

    @Override
    public Optional<OrderRow> byRemoteId(String system, String id) {
        return one(SELECT + "WHERE system = ? AND remote_id = ? AND remote_id <> ''", system, id);
    }

    @Override
    public int step(String system, String incident) {
        return database.read(
                "read a step of an incident",
                session -> Math.toIntExact(session.number(
                        "SELECT step FROM ticket_incident WHERE system = ? AND incident = ?", system, incident)));
    }

    @Override
    public List<OrderRow> due(String system, long now, int limit) {
        return all(SELECT + "WHERE system = ? AND wake <= ? ORDER BY wake LIMIT ?", system, now, limit);
    }

    @Override
    public Waiting waiting(String system, long now) {
        return database.read("count the work orders that wait", session -> {
            try (ResultSet row = session.prepare(
                            "SELECT count(*), min(updated) FROM ticket WHERE system = ? AND wake <= ?", system, now)
                    .executeQuery()) {
                return row.next() ? new Waiting(row.getLong(1), row.getLong(2)) : new Waiting(0, 0);
            }
        });
    }

    @Override
    public long nextWake(String system) {
        return database.read("read when a work order is due", session -> {
            long wake = session.number("SELECT min(wake) FROM ticket WHERE system = ?", system);
            return wake == 0 ? Long.MAX_VALUE : wake;
        });
    }

    @Override
    public List<OrderRow> watched(String system) {
        return all(SELECT + "WHERE system = ? AND state IN " + STATES + " ORDER BY reference", system);
    }

    @Override
    public String cursor(String system) {
        return database.read(
                "read a cursor", session -> session.text("SELECT value FROM ticket_cursor WHERE system = ?", system));
    }

    /** Orders of all systems, the latest change first. */
    public List<OrderRow> list(int limit) {
        return all(SELECT + "ORDER BY updated DESC, reference LIMIT ?", limit);
    }

    /** Orders of an asset in all systems, the latest change first. */
    public List<OrderRow> ofAsset(String asset, int limit) {
        return all(SELECT + "WHERE asset = ? AND number <> '' ORDER BY updated DESC LIMIT ?", asset, limit);
    }

    /** Numbers by incident, of orders whose latest event is of one of the incidents; the latest change counts. */
    public Map<String, String> numbers(Collection<String> incidents) {
        return database.lookUp(
                "read the orders of incidents",
                "SELECT incident, number FROM ticket WHERE number <> '' AND incident IN"
                        + " (SELECT value FROM json_each(?)) ORDER BY updated DESC, reference",
                incidents);
    }

    /** By the number people know it by. */
    public Optional<OrderRow> byNumber(String number) {
        return one(SELECT + "WHERE number = ? ORDER BY updated DESC LIMIT 1", number);
    }

    public Optional<OrderRow> byReference(String reference) {
        return one(SELECT + "WHERE reference = ? LIMIT 1", reference);
    }

    /** Oldest first. */
    public List<Line> log(String system, String reference) {
        return database.read("read the log of a work order", session -> {
            List<Line> lines = new ArrayList<>();
            try (ResultSet row = session.prepare(
                            "SELECT time, text FROM ticket_log WHERE system = ? AND reference = ? ORDER BY id",
                            system,
                            reference)
                    .executeQuery()) {
                while (row.next()) {
                    lines.add(new Line(system, reference, row.getLong(1), row.getString(2)));
                }
            }
            return lines;
        });
    }

    private Optional<OrderRow> one(String sql, Object... parameters) {
        return all(sql, parameters).stream().findFirst();
    }

    private List<OrderRow> all(String sql, Object... parameters) {
        return database.read("read work orders", session -> {
            List<OrderRow> rows = new ArrayList<>();
            try (ResultSet row = session.prepare(sql, parameters).executeQuery()) {
                while (row.next()) {
                    rows.add(read(row.getString(1)));
                }
            }
            return rows;
        });
    }

    private static String write(OrderRow row) {
        try {
            return JSON.writeValueAsString(row);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("order " + row.id() + " has no JSON form: " + e.getMessage(), e);
        }
    }

    private static OrderRow read(String body) throws SQLException {
        try {
            return JSON.readValue(body, OrderRow.class);
        } catch (JsonProcessingException e) {
            throw new SQLException("not a work order: " + e.getOriginalMessage(), e);
        }
    }
}

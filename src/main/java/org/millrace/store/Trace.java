package org.millrace.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.millrace.rule.AlarmEvent;
import org.millrace.sqlite.Session;

/**
 * What became of every event on its way, one row for each event, step and counterpart: a step that is tried again counts
 * up its row. Bounded by age and by {@value #MOST_ROWS} rows. Kept for {@code hub why}.
 */
public final class Trace {
    /** Steps in the order of the way. */
    public enum Step {
        /** The rules decided it, and it is durable. */
        EVENT,
        /** A route took it from the outbox. */
        ROUTE,
        /** A work-order system was called. */
        CALL
    }

    /**
     * @param subject the rule, the consumer's name, or the connector's id
     * @param outcome {@code raised}…, {@code done}, {@code filtered}, {@code failed}, {@code created}, {@code updated},
     *     {@code unchanged}, {@code deferred}, {@code rejected}
     * @param detail order number, or the reason
     * @param configuration version of the configuration under which the step was made last
     * @param firstTime µs since the epoch; as {@code lastTime}
     * @param attempts how often it was tried
     */
    public record Row(
            String eventId,
            String incident,
            Step step,
            String subject,
            String outcome,
            String detail,
            String configuration,
            long firstTime,
            long lastTime,
            int attempts) {}

    static final int MOST_ROWS = 200_000;
    private static final int LONGEST_DETAIL = 500;
    private static final String SELECT = "SELECT event_id, incident, step, subject, outcome, detail, configuration,"
            + " first_time, last_time, attempts FROM trace ";

    private final Database database;
    private volatile String configuration = "";

    Trace(Database database) {
        this.database = database;
    }

    /** The version that rows get from now on. */
    public void configuration(String version) {
        configuration = version;
    }

    /** Durable on return. */
    public void record(long time, AlarmEvent event, Step step, String subject, String outcome, String detail) {
        database.write("write the trace", session -> {
            add(session, time, event, step, subject, outcome, detail);
            return true;
        });
    }

    void event(Session session, AlarmEvent event) throws SQLException {
        add(
                session,
                event.hubTime(),
                event,
                Step.EVENT,
                event.rule(),
                event.type().name().toLowerCase(java.util.Locale.ROOT),
                event.level());
    }

    private void add(
            Session session, long time, AlarmEvent event, Step step, String subject, String outcome, String detail)
            throws SQLException {
        session.update(
                "INSERT INTO trace (event_id, incident, step, subject, outcome, detail, configuration, first_time,"
                        + " last_time, attempts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)"
                        + " ON CONFLICT (event_id, step, subject) DO UPDATE SET outcome = excluded.outcome,"
                        + " detail = excluded.detail, configuration = excluded.configuration,"
                        + " last_time = excluded.last_time, attempts = trace.attempts + 1",
                event.id(),
                event.incident(),
                step.name(),
                subject,
                outcome,
                detail.length() <= LONGEST_DETAIL ? detail : detail.substring(0, LONGEST_DETAIL),
                configuration,
                time,
                time);
    }

    /** Everything about one incident, in the order in which it began. */
    public List<Row> incident(String incident) {
        return rows(SELECT + "WHERE incident = ? ORDER BY first_time, event_id, step DESC", incident);
    }

    /** The incident for which a work-order system gave out a number, the latest one. */
    public Optional<String> incidentOf(String orderNumber) {
        return rows(
                        SELECT + "WHERE step = 'CALL' AND detail = ? AND outcome IN ('created', 'updated')"
                                + " ORDER BY last_time DESC LIMIT 1",
                        orderNumber)
                .stream()
                .map(Row::incident)
                .findFirst();
    }

    /** Deletes what is older, and the oldest of what is too much; returns how many rows. */
    public int prune(long before) {
        return database.write("prune the trace", session -> {
            int old = session.update("DELETE FROM trace WHERE last_time < ?", before);
            long rest = session.number("SELECT count(*) FROM trace");
            return rest <= MOST_ROWS
                    ? old
                    : old
                            + session.update(
                                    "DELETE FROM trace WHERE last_time <= (SELECT last_time FROM trace"
                                            + " ORDER BY last_time LIMIT 1 OFFSET ?)",
                                    rest - MOST_ROWS - 1);
        });
    }

    private List<Row> rows(String sql, Object... parameters) {
        return database.read("read the trace", session -> {
            List<Row> rows = new ArrayList<>();
            try (ResultSet row = session.prepare(sql, parameters).executeQuery()) {
                while (row.next()) {
                    rows.add(new Row(
                            row.getString(1),
                            row.getString(2),
                            Step.valueOf(row.getString(3)),
                            row.getString(4),
                            row.getString(5),
                            row.getString(6),
                            row.getString(7),
                            row.getLong(8),
                            row.getLong(9),
                            row.getInt(10)));
                }
            }
            return rows;
        });
    }
}

package org.millrace.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.millrace.rule.RuleFile.Severity;
import org.millrace.sqlite.Session;

/** The tables of the built-in work-order desk; what they mean is the desk's business. */
public final class WorkOrders {
    public enum State {
        OPEN,
        IN_PROGRESS,
        DONE,
        CANCELLED;

        /** A person still has it to do. At most one such order per incident key. */
        public boolean isOpen() {
            return this == OPEN || this == IN_PROGRESS;
        }

        /** {@code open}, {@code in_progress}, {@code done}, {@code cancelled}. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param number {@code WO-000001} and up
     * @param incident the latest incident it is about
     * @param key what it is about: site / asset path / failure mode / rule
     * @param asset id of the asset
     * @param trendSvg a picture, may be empty
     * @param value last good value of the input, NaN when none; as limit and peak in {@code unit} (UCUM)
     * @param since start of the condition, µs; as created, updated and due
     * @param events number of alarm events that went into it
     */
    public record WorkOrder(
            String number,
            String incident,
            String key,
            String rule,
            String asset,
            String assetName,
            String assetPath,
            String failureMode,
            State state,
            Severity severity,
            String title,
            String text,
            String trendSvg,
            double limit,
            double value,
            double peak,
            String unit,
            long since,
            long created,
            long updated,
            long due,
            int events) {}

    /** @param who user or {@code hub} */
    public record LogLine(long id, long time, String who, String text) {}

    private static final String SELECT = "SELECT number, incident, alarm_key, rule, asset, asset_name, asset_path,"
            + " failure_mode, state, severity, title, text, trend_svg, limit_value, value, peak, unit, since, created,"
            + " updated, due, events FROM work_order ";

    private final Database database;

    WorkOrders(Database database) {
        this.database = database;
    }

    /** Runs a step of the desk in one transaction; a failure in it leaves nothing behind. */
    public <T> T transact(Function<Tx, T> step) {
        return database.write("change work orders", session -> {
            try {
                return step.apply(new Tx(session));
            } catch (Wrapped e) {
                throw e.failure;
            }
        });
    }

    public Optional<WorkOrder> get(String number) {
        return database.read("read a work order", session -> first(session, SELECT + "WHERE number = ?", number));
    }

    /** The latest change first. */
    public List<WorkOrder> list(int limit) {
        return database.read(
                "list work orders",
                session -> all(session, SELECT + "ORDER BY updated DESC, number DESC LIMIT ?", limit));
    }

    /** Those of one state, the latest change first. */
    public List<WorkOrder> list(State state, int limit) {
        return database.read(
                "list work orders",
                session -> all(
                        session,
                        SELECT + "WHERE state = ? ORDER BY updated DESC, number DESC LIMIT ?",
                        state.name(),
                        limit));
    }

    /** Those of an asset, the latest change first. */
    public List<WorkOrder> ofAsset(String asset, int limit) {
        return database.read(
                "list work orders of an asset",
                session -> all(session, SELECT + "WHERE asset = ? ORDER BY updated DESC LIMIT ?", asset, limit));
    }

    /** Numbers by incident, of orders whose latest incident is one of them; the latest change counts. */
    public Map<String, String> numbers(Collection<String> incidents) {
        return database.lookUp(
                "read the orders of incidents",
                "SELECT incident, number FROM work_order WHERE incident IN (SELECT value FROM json_each(?))"
                        + " ORDER BY updated DESC, number DESC",
                incidents);
    }

    /** Oldest first. */
    public List<LogLine> log(String number) {
        return database.read("read the log of a work order", session -> {
            List<LogLine> lines = new ArrayList<>();
            try (ResultSet row = session.prepare(
                            "SELECT id, time, who, text FROM work_order_log WHERE number = ? ORDER BY id", number)
                    .executeQuery()) {
                while (row.next()) {
                    lines.add(new LogLine(row.getLong(1), row.getLong(2), row.getString(3), row.getString(4)));
                }
            }
            return lines;
        });
    }

    /** What a step of the desk can do; only valid within {@link #transact}. */
    public static final class Tx {
        private final Session session;

        private Tx(Session session) {
            this.session = session;
        }

        public Optional<WorkOrder> get(String number) {
            return sql(() -> first(session, SELECT + "WHERE number = ?", number));
        }

        public Optional<WorkOrder> open(String key) {
            return sql(() -> first(session, SELECT + "WHERE alarm_key = ? AND state IN ('OPEN', 'IN_PROGRESS')", key));
        }

        /** The order that has last taken an event of the incident. */
        public Optional<WorkOrder> ofIncident(String incident) {
            return sql(() -> first(
                    session,
                    SELECT + "WHERE number = (SELECT number FROM work_order_incident WHERE incident = ?)",
                    incident));
        }

        /** The latest step of the incident that was taken. */
        public OptionalInt step(String incident) {
            long step = sql(() -> session.number("SELECT step FROM work_order_incident WHERE incident = ?", incident));
            return step == 0 ? OptionalInt.empty() : OptionalInt.of((int) step);
        }

        public void took(String incident, String number, int step) {
            sql(() -> session.update(
                    "INSERT INTO work_order_incident (incident, number, step) VALUES (?, ?, ?)"
                            + " ON CONFLICT (incident) DO UPDATE SET number = excluded.number, step = excluded.step",
                    incident,
                    number,
                    step));
        }

        public String newNumber() {
            return sql(() -> "WO-%06d".formatted(Database.next(session, "work_order")));
        }

        /** Writes the order, new or changed. */
        public void save(WorkOrder o) {
            sql(() -> {
                session.update("DELETE FROM work_order WHERE number = ?", o.number());
                return session.update(
                        "INSERT INTO work_order (number, incident, alarm_key, rule, asset, asset_name, asset_path,"
                                + " failure_mode, state, severity, title, text, trend_svg, limit_value, value, peak,"
                                + " unit, since, created, updated, due, events)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        o.number(),
                        o.incident(),
                        o.key(),
                        o.rule(),
                        o.asset(),
                        o.assetName(),
                        o.assetPath(),
                        o.failureMode(),
                        o.state().name(),
                        o.severity().name(),
                        o.title(),
                        o.text(),
                        o.trendSvg(),
                        Double.toString(o.limit()), // as text: SQLite turns NaN into NULL
                        Double.toString(o.value()),
                        Double.toString(o.peak()),
                        o.unit(),
                        o.since(),
                        o.created(),
                        o.updated(),
                        o.due(),
                        o.events());
            });
        }

        public void log(String number, long time, String who, String text) {
            sql(() -> session.update(
                    "INSERT INTO work_order_log (id, number, time, who, text) VALUES (?, ?, ?, ?, ?)",
                    Database.next(session, "work_order_log"),
                    number,
                    time,
                    who,
                    text));
        }
    }

    @FunctionalInterface
    private interface Query<T> {
        T run() throws SQLException;
    }

    /** Carries an SQLException through the desk's code to {@link #transact}. */
    private static final class Wrapped extends RuntimeException {
        private final SQLException failure;

        Wrapped(SQLException failure) {
            super(failure);
            this.failure = failure;
        }
    }

    private static <T> T sql(Query<T> query) {
        try {
            return query.run();
        } catch (SQLException e) {
            throw new Wrapped(e);
        }
    }

    private static Optional<WorkOrder> first(Session session, String sql, Object... parameters) throws SQLException {
        return all(session, sql, parameters).stream().findFirst();
    }

    private static List<WorkOrder> all(Session session, String sql, Object... parameters) throws SQLException {
        List<WorkOrder> orders = new ArrayList<>();
        try (ResultSet row = session.prepare(sql, parameters).executeQuery()) {
            while (row.next()) {
                orders.add(order(row));
            }
        }
        return orders;
    }

    private static WorkOrder order(ResultSet row) throws SQLException {
        return new WorkOrder(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                row.getString(8),
                State.valueOf(row.getString(9)),
                Severity.valueOf(row.getString(10)),
                row.getString(11),
                row.getString(12),
                row.getString(13),
                Double.parseDouble(row.getString(14)),
                Double.parseDouble(row.getString(15)),
                Double.parseDouble(row.getString(16)),
                row.getString(17),
                row.getLong(18),
                row.getLong(19),
                row.getLong(20),
                row.getLong(21),
                row.getInt(22));
    }
}

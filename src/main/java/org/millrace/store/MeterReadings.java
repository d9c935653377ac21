package org.millrace.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.millrace.sqlite.Session;

/**
 * The outbox of meter readings: one row a meter, its latest value, what is on its way and what the system has taken. Times
 * are µs; 0 stands for none.
 */
public final class MeterReadings {
    /** A value of a tag for a meter. @param every least time between two readings, µs; @param resets may be lower than before */
    public record Offer(
            String meter, String asset, String tag, String unit, double value, long time, long every, boolean resets) {}

    /**
     * @param time source time of the latest value; with the meter it is the reading's identity
     * @param tryTime of the value that was sent without a clear answer; it is sent again as it was
     * @param sentTime of the value that is dealt with: taken, or refused for good
     * @param next nothing is sent before
     * @param failures sends in a row that ended in the unknown
     * @param note why something is held back or was refused; empty when all is well
     */
    public record Row(
            String system,
            String meter,
            String asset,
            String tag,
            String unit,
            double value,
            long time,
            double tryValue,
            long tryTime,
            double sentValue,
            long sentTime,
            long next,
            long every,
            int failures,
            String note) {}

    private static final String COLUMNS =
            "system, meter, asset, tag, unit, value, time, try_value, try_time, sent_value,"
                    + " sent_time, next, every, failures, note";

    private final Database database;

    MeterReadings(Database database) {
        this.database = database;
    }

    /**
     * Durable on return. An older value than the latest changes nothing, so that a batch may come again; a lower one is
     * held back with a note unless the meter may be reset.
     */
    public void offer(String system, List<Offer> offers) {
        database.write("keep meter readings", session -> {
            for (Offer offer : offers) {
                offer(session, system, offer);
            }
            return offers.size();
        });
    }

    private static void offer(Session session, String system, Offer o) throws SQLException {
        int known = session.update(
                "INSERT INTO meter_reading (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, ?, 0, '')"
                        + " ON CONFLICT (system, meter) DO NOTHING",
                system,
                o.meter(),
                o.asset(),
                o.tag(),
                o.unit(),
                o.value(),
                o.time(),
                o.every());
        if (known > 0) {
            return;
        }
        // another tag on the meter is another counter: what it said before is no measure
        String lower = "tag = ? AND value > ?";
        if (!o.resets()) {
            session.update(
                    "UPDATE meter_reading SET note = ? WHERE system = ? AND meter = ? AND time < ? AND " + lower,
                    "held back: " + o.value() + " " + o.unit()
                            + " is less than before; resets: true sends it all the same",
                    system,
                    o.meter(),
                    o.time(),
                    o.tag(),
                    o.value());
        }
        session.update(
                "UPDATE meter_reading SET asset = ?, unit = ?, value = ?, time = ?, every = ?, note ="
                        + " CASE WHEN note LIKE 'held back%' THEN '' ELSE note END"
                        + " WHERE system = ? AND meter = ? AND time < ? AND (1 = ? OR NOT (" + lower + "))",
                o.asset(),
                o.unit(),
                o.value(),
                o.time(),
                o.every(),
                system,
                o.meter(),
                o.time(),
                o.resets() ? 1 : 0,
                o.tag(),
                o.value());
        session.update(
                "UPDATE meter_reading SET tag = ? WHERE system = ? AND meter = ? AND tag <> ?",
                o.tag(),
                system,
                o.meter(),
                o.tag());
    }

    /** Those that want a call now, longest waiting first. */
    public List<Row> due(String system, long now, int limit) {
        return rows(
                "SELECT " + COLUMNS + " FROM meter_reading WHERE system = ? AND (time > sent_time OR try_time > 0)"
                        + " AND next <= ? ORDER BY next, meter LIMIT " + limit,
                system,
                now);
    }

    /** When the next one wants a call; {@link Long#MAX_VALUE} when none does. */
    public long next(String system) {
        return database.read("read when a meter reading is due", session -> {
            try (ResultSet row = session.prepare(
                            "SELECT MIN(next) FROM meter_reading WHERE system = ? AND (time > sent_time OR try_time > 0)",
                            system)
                    .executeQuery()) {
                long next = row.next() ? row.getLong(1) : 0;
                return row.wasNull() ? Long.MAX_VALUE : next;
            }
        });
    }

    /** Every meter of a system. */
    public List<Row> of(String system) {
        return rows("SELECT " + COLUMNS + " FROM meter_reading WHERE system = ? ORDER BY meter", system);
    }

    /** Durable before the call: what is on its way. */
    public void trying(String system, String meter, double value, long time) {
        database.write(
                "note a meter reading on its way",
                session -> session.update(
                        "UPDATE meter_reading SET try_value = ?, try_time = ? WHERE system = ? AND meter = ?",
                        value,
                        time,
                        system,
                        meter));
    }

    /** What came of it; a newer value that was offered meanwhile stays. */
    public void settled(Row row) {
        database.write(
                "note what became of a meter reading",
                session -> session.update(
                        "UPDATE meter_reading SET try_value = ?, try_time = ?, sent_value = ?, sent_time = ?, next = ?,"
                                + " failures = ?, note = ? WHERE system = ? AND meter = ?",
                        row.tryValue(),
                        row.tryTime(),
                        row.sentValue(),
                        row.sentTime(),
                        row.next(),
                        row.failures(),
                        row.note(),
                        row.system(),
                        row.meter()));
    }

    private List<Row> rows(String sql, Object... parameters) {
        return database.read("read meter readings", session -> {
            List<Row> rows = new ArrayList<>();
            try (ResultSet r = session.prepare(sql, parameters).executeQuery()) {
                while (r.next()) {
                    rows.add(new Row(
                            r.getString(1),
                            r.getString(2),
                            r.getString(3),
                            r.getString(4),
                            r.getString(5),
                            r.getDouble(6),
                            r.getLong(7),
                            r.getDouble(8),
                            r.getLong(9),
                            r.getDouble(10),
                            r.getLong(11),
                            r.getLong(12),
                            r.getLong(13),
                            r.getInt(14),
                            r.getString(15)));
                }
            }
            return rows;
        });
    }
}

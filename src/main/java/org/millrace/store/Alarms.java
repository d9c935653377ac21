package org.millrace.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.millrace.rule.AlarmEvent;
import org.millrace.sqlite.Session;

/** Every incident as it stands: the latest event and what it means. Fed by {@link OperationalStore#commit}. */
public final class Alarms {
    /** States of ISA-18.2 that an incident of the hub can be in. */
    public enum State {
        ACTIVE_UNACKNOWLEDGED,
        ACTIVE_ACKNOWLEDGED,
        NORMAL_UNACKNOWLEDGED,
        /** Returned and acknowledged; waits for a confirmation or a reset. */
        NORMAL_ACKNOWLEDGED,
        CLOSED
    }

    /**
     * @param last the latest step
     * @param firstTime event time of the first step, µs
     * @param lastTime event time of the latest step, µs
     */
    public record Alarm(AlarmEvent last, State state, long firstTime, long lastTime) {}

    /** @param returned of the incidents kept, those whose condition is over, acknowledged or not */
    public record Count(long incidents, long returned) {}

    private static final String SELECT = "SELECT state, first_time, last_time, body FROM alarm ";

    private final Database database;

    Alarms(Database database) {
        this.database = database;
    }

    /** Not closed, oldest first. */
    public List<Alarm> open() {
        return list(SELECT + "WHERE state <> 'CLOSED' ORDER BY first_time, incident");
    }

    /** Open and closed, the latest change first. */
    public List<Alarm> history(int limit) {
        return list(SELECT + "ORDER BY last_time DESC, incident LIMIT ?", limit);
    }

    /** Without reading the events. */
    public Count count() {
        return database.read(
                "count alarms",
                session -> new Count(
                        session.number("SELECT count(*) FROM alarm"),
                        session.number("SELECT count(*) FROM alarm WHERE state IN ('NORMAL_UNACKNOWLEDGED',"
                                + " 'NORMAL_ACKNOWLEDGED', 'CLOSED')")));
    }

    /** Begun at {@code until} or before and not closed before {@code from}, event time in µs; the latest change first. */
    public List<Alarm> standing(long from, long until) {
        return list(
                SELECT + "WHERE first_time <= ? AND (state <> 'CLOSED' OR last_time >= ?)"
                        + " ORDER BY last_time DESC, incident",
                until,
                from);
    }

    public Optional<Alarm> incident(String incident) {
        return list(SELECT + "WHERE incident = ?", incident).stream().findFirst();
    }

    static void apply(Session session, AlarmEvent event) throws SQLException {
        Optional<Alarm> before = first(session, SELECT + "WHERE incident = ?", event.incident());
        if (before.isPresent() && before.get().last().step() >= event.step()) {
            return;
        }
        State state = after(before.map(Alarm::state).orElse(State.ACTIVE_UNACKNOWLEDGED), event.type());
        session.update(
                "INSERT INTO alarm (incident, state, step, first_time, last_time, body) VALUES (?, ?, ?, ?, ?, ?)"
                        + " ON CONFLICT (incident) DO UPDATE SET state = excluded.state, step = excluded.step,"
                        + " last_time = excluded.last_time, body = excluded.body",
                event.incident(),
                state.name(),
                event.step(),
                event.time(),
                event.time(),
                AlarmEventJson.write(event));
    }

    private static State after(State before, AlarmEvent.Type type) {
        return switch (type) {
            case RAISED, REALARMED -> State.ACTIVE_UNACKNOWLEDGED;
            case RTN_UNACK ->
                before == State.ACTIVE_ACKNOWLEDGED ? State.NORMAL_ACKNOWLEDGED : State.NORMAL_UNACKNOWLEDGED;
            case ACKED ->
                before == State.NORMAL_UNACKNOWLEDGED || before == State.NORMAL_ACKNOWLEDGED
                        ? State.NORMAL_ACKNOWLEDGED
                        : State.ACTIVE_ACKNOWLEDGED;
            case LOWERED,
                    CONFIRMED,
                    ESCALATED,
                    SHELVED,
                    UNSHELVED,
                    SUPPRESSED,
                    UNSUPPRESSED,
                    OUT_OF_SERVICE,
                    IN_SERVICE,
                    SUMMARY -> before;
            case NORMAL -> State.CLOSED;
        };
    }

    private List<Alarm> list(String sql, Object... parameters) {
        return database.read("read alarms", session -> all(session, sql, parameters));
    }

    private static Optional<Alarm> first(Session session, String sql, Object... parameters) throws SQLException {
        return all(session, sql, parameters).stream().findFirst();
    }

    private static List<Alarm> all(Session session, String sql, Object... parameters) throws SQLException {
        List<Alarm> alarms = new ArrayList<>();
        try (ResultSet row = session.prepare(sql, parameters).executeQuery()) {
            while (row.next()) {
                alarms.add(new Alarm(
                        AlarmEventJson.read(row.getString(4)),
                        State.valueOf(row.getString(1)),
                        row.getLong(2),
                        row.getLong(3)));
            }
        }
        return alarms;
    }
}

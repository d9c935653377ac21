package org.millrace.store;

import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;

/** Reasons that people gave to stops of machines, by asset and the stop's start. */
public final class StopReasons {
    /**
     * @param start event time of the stop's begin, µs
     * @param reason a code of the machine's list, or free words
     * @param time when it was given, µs
     */
    public record Given(String asset, long start, String reason, String who, long time) {}

    private final Database database;

    StopReasons(Database database) {
        this.database = database;
    }

    /** Gives a reason, or another one; durable on return. */
    public void give(Given given) {
        database.write(
                "keep a stop's reason",
                session -> session.update(
                        "INSERT INTO stop_reason (asset, start_time, reason, who, time) VALUES (?, ?, ?, ?, ?)"
                                + " ON CONFLICT (asset, start_time) DO UPDATE SET reason = excluded.reason,"
                                + " who = excluded.who, time = excluded.time",
                        given.asset(),
                        given.start(),
                        given.reason(),
                        given.who(),
                        given.time()));
    }

    /** Those of stops that began within [from, to), oldest first. */
    public List<Given> between(String asset, long from, long to) {
        return database.read("read stops' reasons", session -> {
            List<Given> found = new ArrayList<>();
            try (ResultSet row = session.prepare(
                            "SELECT asset, start_time, reason, who, time FROM stop_reason"
                                    + " WHERE asset = ? AND start_time >= ? AND start_time < ? ORDER BY start_time",
                            asset,
                            from,
                            to)
                    .executeQuery()) {
                while (row.next()) {
                    found.add(new Given(
                            row.getString(1), row.getLong(2), row.getString(3), row.getString(4), row.getLong(5)));
                }
            }
            return found;
        });
    }
}

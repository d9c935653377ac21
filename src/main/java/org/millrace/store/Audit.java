package org.millrace.store;

import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;

/** Who did what, when. Rows are only ever added. */
public final class Audit {
    /**
     * @param time µs since the epoch
     * @param who user or {@code hub}
     * @param what the action, e.g. {@code work-order.state}
     */
    public record Row(long id, long time, String who, String what, String detail) {}

    private final Database database;

    Audit(Database database) {
        this.database = database;
    }

    public void record(long time, String who, String what, String detail) {
        database.write(
                "write the audit trail",
                session -> session.update(
                        "INSERT INTO audit (id, time, who, what, detail) VALUES (?, ?, ?, ?, ?)",
                        Database.next(session, "audit"),
                        time,
                        who,
                        what,
                        detail));
    }

    /** Newest first. */
    public List<Row> latest(int limit) {
        return database.read("read the audit trail", session -> {
            List<Row> rows = new ArrayList<>();
            try (ResultSet row = session.prepare(
                            "SELECT id, time, who, what, detail FROM audit ORDER BY id DESC LIMIT ?", limit)
                    .executeQuery()) {
                while (row.next()) {
                    rows.add(new Row(
                            row.getLong(1), row.getLong(2), row.getString(3), row.getString(4), row.getString(5)));
                }
            }
            return rows;
        });
    }
}

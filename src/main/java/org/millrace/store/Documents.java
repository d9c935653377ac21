package org.millrace.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.millrace.erp.DocumentJson;
import org.millrace.erp.DocumentLedger;
import org.millrace.erp.DocumentRow;
import org.millrace.sqlite.Session;

/** Documents on their way to ERP systems, in the operational store. The database refuses a second row of one reference. */
public final class Documents implements DocumentLedger {
    private static final String SELECT = "SELECT system, state, remote_id, number, last_step, note, attempts, failures,"
            + " created, updated, wake, body FROM document ";

    private final Database database;

    Documents(Database database) {
        this.database = database;
    }

    @Override
    public boolean add(DocumentRow row) {
        return database.write(
                        "keep a document",
                        session -> write(session, row, " ON CONFLICT (system, reference) DO NOTHING"))
                > 0;
    }

    @Override
    public void save(DocumentRow row) {
        database.write(
                "keep a document",
                session -> write(
                        session,
                        row,
                        " ON CONFLICT (system, reference) DO UPDATE SET state = excluded.state,"
                                + " remote_id = excluded.remote_id, number = excluded.number,"
                                + " last_step = excluded.last_step, note = excluded.note, attempts = excluded.attempts,"
                                + " failures = excluded.failures, updated = excluded.updated, wake = excluded.wake"));
    }

    private static int write(Session session, DocumentRow row, String conflict) throws SQLException {
        return session.update(
                "INSERT INTO document (system, reference, kind, asset, state, remote_id, number, last_step, note,"
                        + " attempts, failures, created, updated, wake, body)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" + conflict,
                row.system(),
                row.reference(),
                row.document().kind().word(),
                row.document().equipment().asset(),
                row.state().name(),
                row.remoteId(),
                row.number(),
                row.lastStep(),
                row.note(),
                row.attempts(),
                row.failures(),
                row.created(),
                row.updated(),
                row.wake(),
                DocumentJson.write(row.document()));
    }

    @Override
    public Optional<DocumentRow> get(String system, String reference) {
        return rows(SELECT + "WHERE system = ? AND reference = ?", system, reference).stream()
                .findFirst();
    }

    @Override
    public List<DocumentRow> due(String system, long now, int limit) {
        return rows(SELECT + "WHERE system = ? AND wake <= ? ORDER BY wake, created LIMIT ?", system, now, limit);
    }

    @Override
    public long nextWake(String system) {
        return database.read("read when a document is due", session -> {
            long wake = session.number("SELECT min(wake) FROM document WHERE system = ?", system);
            return wake == 0 ? DocumentRow.NEVER : wake;
        });
    }

    @Override
    public long count(String system, DocumentRow.State state) {
        return database.read(
                "count documents",
                session -> session.number(
                        "SELECT count(*) FROM document WHERE system = ? AND state = ?", system, state.name()));
    }

    /** Documents that are not there, finished, and not refused. */
    public long waiting(String system) {
        return database.read(
                "count waiting documents",
                session -> session.number(
                        "SELECT count(*) FROM document WHERE system = ? AND state NOT IN ('DONE', 'REFUSED')", system));
    }

    /** Of all systems, the latest change first. */
    public List<DocumentRow> list(int limit) {
        return rows(SELECT + "ORDER BY updated DESC, reference LIMIT ?", limit);
    }

    /** Deletes those that are done and older; those refused stay until someone has looked. Returns how many. */
    public int prune(long before) {
        return database.write(
                "prune documents",
                session -> session.update("DELETE FROM document WHERE state = 'DONE' AND updated < ?", before));
    }

    private List<DocumentRow> rows(String sql, Object... parameters) {
        return database.read("read documents", session -> {
            List<DocumentRow> rows = new ArrayList<>();
            try (ResultSet row = session.prepare(sql, parameters).executeQuery()) {
                while (row.next()) {
                    rows.add(new DocumentRow(
                            row.getString(1),
                            DocumentJson.read(row.getString(12)),
                            DocumentRow.State.valueOf(row.getString(2)),
                            row.getString(3),
                            row.getString(4),
                            row.getString(5),
                            row.getString(6),
                            row.getInt(7),
                            row.getInt(8),
                            row.getLong(9),
                            row.getLong(10),
                            row.getLong(11)));
                }
            }
            return rows;
        });
    }
}

package org.millrace.store;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.millrace.rule.AlarmEvent;
import org.millrace.sqlite.Session;
import org.millrace.sqlite.SqliteFile;

/**
 * The operational store in one SQLite file. Every method that writes is durable on return and can be repeated after a
 * {@link StoreException}. Safe from any thread.
 */
public final class OperationalStore implements AutoCloseable {
    /**
     * Where the rules are.
     *
     * @param sequence last journal sequence whose effects are in the state; 0 at the start
     * @param state by name, as the rules wrote it
     */
    public record Checkpoint(long sequence, Map<String, byte[]> state) {}

    private final Database database;
    private final Outbox outbox;
    private final Alarms alarms;
    private final Audit audit;
    private final WorkOrders workOrders;
    private final TicketLedger tickets;
    private final Trace trace;
    private final StopReasons stopReasons;
    private final SourceNotes sourceNotes;
    private final MeterReadings meterReadings;
    private final AssetContext assetContext;
    private final Documents documents;
    private final ProductionPlaces productionPlaces;

    /**
     * Opens or makes {@code store.db} in the folder, bringing an older format up to date.
     *
     * @throws IOException when it cannot be opened, or its format is newer; the message says what to do
     */
    public static OperationalStore open(Path folder) throws IOException {
        return new OperationalStore(new Database(SqliteFile.open(folder.resolve("store.db"), StoreSchema.FORMAT)));
    }

    private OperationalStore(Database database) {
        this.database = database;
        this.outbox = new Outbox(database);
        this.alarms = new Alarms(database);
        this.audit = new Audit(database);
        this.workOrders = new WorkOrders(database);
        this.tickets = new TicketLedger(database);
        this.trace = new Trace(database);
        this.stopReasons = new StopReasons(database);
        this.sourceNotes = new SourceNotes(database);
        this.meterReadings = new MeterReadings(database);
        this.assetContext = new AssetContext(database);
        this.documents = new Documents(database);
        this.productionPlaces = new ProductionPlaces(database);
    }

    /** What the last {@link #commit} left: where rules go on after a start. */
    public Checkpoint load() {
        return database.read("read the rules' checkpoint", session -> {
            Map<String, byte[]> state = new HashMap<>();
            try (ResultSet row =
                    session.prepare("SELECT name, body FROM rule_state").executeQuery()) {
                while (row.next()) {
                    state.put(row.getString(1), row.getBytes(2));
                }
            }
            return new Checkpoint(sequence(session), state);
        });
    }

    /**
     * One step of the rules, all or nothing: state, cursor, events for the outbox and alarms as they now stand.
     * Committing the same step again changes nothing.
     *
     * @param sequence journal sequence up to which this step has seen everything
     * @throws IllegalArgumentException when the sequence is behind the stored one: another engine is at work
     */
    public void commit(long sequence, Map<String, byte[]> changed, Set<String> removed, List<AlarmEvent> events) {
        database.write("commit the rules' step", session -> {
            long stored = sequence(session);
            if (sequence < stored) {
                throw new IllegalArgumentException("the rules' checkpoint is at " + stored + " and cannot go back to "
                        + sequence + "; does another engine use this store?");
            }
            for (Map.Entry<String, byte[]> row : changed.entrySet()) {
                session.update(
                        "INSERT INTO rule_state (name, body) VALUES (?, ?)"
                                + " ON CONFLICT (name) DO UPDATE SET body = excluded.body",
                        row.getKey(),
                        row.getValue());
            }
            for (String name : removed) {
                session.update("DELETE FROM rule_state WHERE name = ?", name);
            }
            for (AlarmEvent event : events) {
                if (Outbox.add(session, event)) {
                    Alarms.apply(session, event);
                    trace.event(session, event);
                }
            }
            session.update("UPDATE rule_checkpoint SET sequence = ? WHERE id = 1", sequence);
            return sequence;
        });
        if (!events.isEmpty()) {
            outbox.wake();
        }
    }

    public Outbox outbox() {
        return outbox;
    }

    public Alarms alarms() {
        return alarms;
    }

    public Audit audit() {
        return audit;
    }

    public WorkOrders workOrders() {
        return workOrders;
    }

    /** Orders of remote systems. */
    public TicketLedger tickets() {
        return tickets;
    }

    public Trace trace() {
        return trace;
    }

    public StopReasons stopReasons() {
        return stopReasons;
    }

    public SourceNotes sourceNotes() {
        return sourceNotes;
    }

    public MeterReadings meterReadings() {
        return meterReadings;
    }

    public AssetContext assetContext() {
        return assetContext;
    }

    /** Documents on their way to ERP systems. */
    public Documents documents() {
        return documents;
    }

    public ProductionPlaces productionPlaces() {
        return productionPlaces;
    }

    @Override
    public void close() {
        outbox.close();
        database.close();
    }

    private static long sequence(Session session) throws SQLException {
        return session.number("SELECT sequence FROM rule_checkpoint WHERE id = 1");
    }
}

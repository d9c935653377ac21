package org.millrace.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.millrace.journal.JournalTables.StoredEntry;
import org.millrace.sqlite.Session;
import org.millrace.sqlite.SqliteInspection;

/**
 * Everything a journal holds, every entry read and checked against its checksum. Changes nothing; a hub may be running
 * on it.
 *
 * @param entries that can be read
 * @param bytes of the entries kept, as the journal counts them
 * @param oldestTime hub time of the oldest readable entry, µs since the epoch; empty when there is none
 * @param unreadable sequence numbers of entries that are kept but cannot be read
 * @param notes what could not be read of its other tables, as sentences
 */
public record JournalInspection(
        long entries,
        long samples,
        long bytes,
        long head,
        Optional<Long> oldestTime,
        List<Range> unreadable,
        Map<String, CursorState> cursors,
        long deadLetters,
        Ledger ledger,
        List<String> notes) {
    /** Sequence numbers from the first to the last. */
    public record Range(long first, long last) {
        public long size() {
            return last - first + 1;
        }
    }

    /** @param entriesBehind not yet passed */
    public record CursorState(long position, long entriesBehind, Ledger.SinkAccount account) {}

    /** Marks the file as a journal (PRAGMA application_id). */
    public static int applicationId() {
        return JournalTables.FORMAT.applicationId();
    }

    /** The journal's format as this version writes it. */
    public static int currentFormat() {
        return JournalTables.FORMAT.version();
    }

    /** Which hub runs on the folder, for a message; empty when none does. */
    public static Optional<String> user(Path folder) throws IOException {
        return FolderLock.holder(folder);
    }

    /** Whether a repair of the folder's journal was cut short. */
    public static boolean repairPending(Path folder) {
        return RepairSwap.isOpen(folder);
    }

    /** @throws SQLException when it is not a journal, or cannot be opened at all */
    public static JournalInspection of(Path folder) throws SQLException {
        try (Session session = SqliteInspection.open(folder.resolve(SqliteJournal.FILE))) {
            session.execute("BEGIN"); // one moment of a journal that may be in use
            return of(session);
        }
    }

    private static JournalInspection of(Session session) throws SQLException {
        SalvagedTables tables = SalvagedTables.read(session);
        Accounts accounts = tables.accounts();
        Scan scan = new Scan();
        EntryScan.run(session, accounts.trimmed, accounts.head, scan);
        Ledger ledger = accounts.ledger();
        Map<String, CursorState> cursors = new TreeMap<>();
        ledger.sinks().forEach((name, account) -> {
            long position = Objects.requireNonNull(accounts.cursors.get(name)).position();
            cursors.put(name, new CursorState(position, accounts.head - position, account));
        });
        return new JournalInspection(
                scan.entries,
                scan.samples,
                accounts.liveBytes(),
                accounts.head,
                scan.oldest,
                List.copyOf(scan.unreadable),
                cursors,
                tables.letters().size(),
                ledger,
                List.copyOf(tables.notes()));
    }

    private static final class Scan implements EntryScan.Visitor {
        private long entries;
        private long samples;
        private Optional<Long> oldest = Optional.empty();
        private final List<Range> unreadable = new ArrayList<>();

        @Override
        public void readable(StoredEntry entry) {
            if (entries++ == 0) {
                oldest = Optional.of(entry.hubTime());
            }
            samples += entry.samples();
        }

        @Override
        public void lost(Range range) {
            unreadable.add(range);
        }
    }
}

package org.millrace.journal;

import java.sql.SQLException;
import java.util.Optional;
import org.millrace.journal.JournalInspection.Range;
import org.millrace.journal.JournalTables.StoredEntry;
import org.millrace.sqlite.Session;

/**
 * Looks at every entry on its own, by its number, so that one damaged page costs no more than the entries on it. Numbers
 * have no gaps: one that is not found was lost.
 */
final class EntryScan {
    /** Told of everything in order. */
    interface Visitor {
        void readable(StoredEntry entry) throws SQLException;

        void lost(Range range) throws SQLException;
    }

    private EntryScan() {}

    /** From the entry after {@code after} to {@code head}. */
    static void run(Session session, long after, long head, Visitor visitor) throws SQLException {
        boolean checksums = session.number("PRAGMA user_version") > 1;
        long firstLost = 0;
        for (long sequence = after + 1; sequence <= head; sequence++) {
            Optional<StoredEntry> entry = sound(session, sequence, checksums);
            if (entry.isEmpty()) {
                firstLost = firstLost == 0 ? sequence : firstLost;
                continue;
            }
            if (firstLost != 0) {
                visitor.lost(new Range(firstLost, sequence - 1));
                firstLost = 0;
            }
            visitor.readable(entry.get());
        }
        if (firstLost != 0) {
            visitor.lost(new Range(firstLost, head));
        }
    }

    private static Optional<StoredEntry> sound(Session session, long sequence, boolean checksums) throws SQLException {
        try {
            Optional<StoredEntry> entry = JournalTables.entry(session, sequence, checksums);
            if (entry.isPresent()) {
                entry.get().decoded();
            }
            return entry;
        } catch (SQLException e) {
            session.forget();
            return Optional.empty();
        }
    }
}

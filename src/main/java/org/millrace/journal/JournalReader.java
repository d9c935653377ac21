package org.millrace.journal;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.millrace.sqlite.Session;
import org.millrace.sqlite.SqliteInspection;

/**
 * Reads the entries a journal keeps, in order, without changing it; a hub may be running on it. One moment of the
 * journal: what is appended later is not seen. Not thread-safe.
 */
public final class JournalReader implements AutoCloseable {
    private final Session session;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final long head;

    /** @throws SQLException when the folder holds no journal, or it cannot be read */
    public static JournalReader open(Path folder) throws SQLException {
        return new JournalReader(SqliteInspection.open(folder.resolve(SqliteJournal.FILE)));
    }

    private JournalReader(Session session) throws SQLException {
        this.session = session;
        try {
            session.execute("BEGIN");
            for (TagDictionary.Tag tag : JournalTables.tags(session)) {
                numbers.put(tag.path(), tag.number());
            }
            this.head = session.number("SELECT coalesce(max(seq), 0) FROM entry");
        } catch (SQLException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** The number of a tag in the entries; empty when the journal never had a value of it. */
    public OptionalInt tagNumber(String path) {
        Integer number = numbers.get(path);
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }

    /** How many tags the dictionary names: the highest number. */
    public int highestTag() {
        return numbers.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    /** The newest sequence; 0 when nothing is kept. */
    public long head() {
        return head;
    }

    /** Hub time of the oldest entry, µs since the epoch; 0 when nothing is kept. */
    public long oldestTime() throws SQLException {
        return session.number("SELECT coalesce((SELECT hub_time FROM entry ORDER BY seq LIMIT 1), 0)");
    }

    /** The sequence before the first entry whose hub time is at or after {@code hubTime}: where to begin reading. */
    public long before(long hubTime) throws SQLException {
        try (ResultSet row = session.prepare("SELECT seq FROM entry WHERE hub_time >= ? ORDER BY seq LIMIT 1", hubTime)
                .executeQuery()) {
            return row.next() ? row.getLong(1) - 1 : head;
        }
    }

    /**
     * Entries after {@code sequence}, at most {@code maxSamples} samples in all but at least one entry; empty at the end.
     *
     * @throws SQLException also when an entry does not match its checksum; {@code hub doctor} says how to mend it
     */
    public List<Journal.Entry> read(long sequence, int maxSamples) throws SQLException {
        return JournalTables.entries(session, sequence, head, maxSamples);
    }

    @Override
    public void close() throws SQLException {
        session.close();
    }
}

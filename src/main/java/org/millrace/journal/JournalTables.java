package org.millrace.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.millrace.journal.Journal.DeadLetter;
import org.millrace.journal.Journal.Entry;
import org.millrace.journal.Journal.StoredDeadLetter;
import org.millrace.journal.JournalTask.EntryKind;
import org.millrace.signal.SampleBatch;
import org.millrace.sqlite.Session;
import org.millrace.sqlite.SqliteFile;

/** The journal's SQL, and nothing but. */
final class JournalTables {
    private static final int APPLICATION_ID = 0x4d524a31; // MRJ1
    private static final int MAX_ENTRIES = 4096; // a read of nothing but ticks also ends
    private static final EntryKind[] KINDS = EntryKind.values();
    private static final int SQLITE_CORRUPT = 11;
    private static final int UNCHECKED = -1; // an entry of format 1 has no checksum
    private static final String ENTRY =
            "SELECT seq, kind, hub_time, source, samples, body, crc, samples_through, bytes_through FROM entry ";

    static final SqliteFile.Format FORMAT = new SqliteFile.Format(
            "journal",
            APPLICATION_ID,
            List.of(
                    List.of(
                            """
                    CREATE TABLE journal (
                      id INTEGER PRIMARY KEY CHECK (id = 1), commits INTEGER NOT NULL, head INTEGER NOT NULL,
                      samples INTEGER NOT NULL, bytes INTEGER NOT NULL, trimmed INTEGER NOT NULL,
                      trimmed_samples INTEGER NOT NULL, trimmed_bytes INTEGER NOT NULL, letter_bytes INTEGER NOT NULL)""",
                            "INSERT INTO journal VALUES (1, 0, 0, 0, 0, 0, 0, 0, 0)",
                            """
                    CREATE TABLE entry (
                      seq INTEGER PRIMARY KEY, kind INTEGER NOT NULL, hub_time INTEGER NOT NULL, source TEXT NOT NULL,
                      samples_through INTEGER NOT NULL, bytes_through INTEGER NOT NULL, samples INTEGER NOT NULL,
                      body BLOB NOT NULL)""",
                            "CREATE TABLE tag (number INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE)",
                            """
                    CREATE TABLE source (
                      id TEXT PRIMARY KEY, received INTEGER NOT NULL, accepted INTEGER NOT NULL,
                      rejected INTEGER NOT NULL) WITHOUT ROWID""",
                            """
                    CREATE TABLE filtered (
                      source TEXT NOT NULL, reason TEXT NOT NULL, count INTEGER NOT NULL,
                      PRIMARY KEY (source, reason)) WITHOUT ROWID""",
                            """
                    CREATE TABLE cursor (
                      name TEXT PRIMARY KEY, position INTEGER NOT NULL, base INTEGER NOT NULL, passed INTEGER NOT NULL,
                      rejected INTEGER NOT NULL, expired INTEGER NOT NULL) WITHOUT ROWID""",
                            """
                    CREATE TABLE dead_letter (
                      id INTEGER PRIMARY KEY AUTOINCREMENT, cost INTEGER NOT NULL, source TEXT NOT NULL,
                      hub_time INTEGER NOT NULL, step TEXT NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL,
                      context TEXT NOT NULL, raw BLOB NOT NULL)"""),
                    List.of("ALTER TABLE entry ADD COLUMN crc INTEGER NOT NULL DEFAULT " + UNCHECKED),
                    List.of(
                            "ALTER TABLE source ADD COLUMN replayed INTEGER NOT NULL DEFAULT 0",
                            "ALTER TABLE cursor ADD COLUMN replayed INTEGER NOT NULL DEFAULT 0",
                            "ALTER TABLE dead_letter ADD COLUMN configuration TEXT NOT NULL DEFAULT ''",
                            "ALTER TABLE dead_letter ADD COLUMN state TEXT NOT NULL DEFAULT 'NEW'",
                            "ALTER TABLE dead_letter ADD COLUMN state_time INTEGER NOT NULL DEFAULT 0",
                            "ALTER TABLE dead_letter ADD COLUMN state_detail TEXT NOT NULL DEFAULT ''")));

    private JournalTables() {}

    /** Whether a file of this format keeps account of replays. */
    static boolean hasReplays(long format) {
        return format > 2;
    }

    /** The counters of the whole journal, without sources and cursors. */
    static Accounts counters(Session session) throws SQLException {
        Accounts accounts = new Accounts();
        try (ResultSet row = session.prepare("SELECT * FROM journal").executeQuery()) {
            if (!row.next()) {
                throw damaged("the row of its counters is gone", null);
            }
            accounts.commits = row.getLong("commits");
            accounts.head = row.getLong("head");
            accounts.samples = row.getLong("samples");
            accounts.bytes = row.getLong("bytes");
            accounts.trimmed = row.getLong("trimmed");
            accounts.trimmedSamples = row.getLong("trimmed_samples");
            accounts.trimmedBytes = row.getLong("trimmed_bytes");
            accounts.letterBytes = row.getLong("letter_bytes");
        }
        return accounts;
    }

    static Accounts accounts(Session session) throws SQLException {
        Accounts accounts = counters(session);
        accounts.oldest = hubTimeAfter(session, accounts.trimmed);
        try (ResultSet row = session.prepare("SELECT id, received, accepted, rejected, replayed FROM source")
                .executeQuery()) {
            while (row.next()) {
                accounts.sources.put(
                        row.getString(1),
                        new Accounts.Source(row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5)));
            }
        }
        try (ResultSet row =
                session.prepare("SELECT source, reason, count FROM filtered").executeQuery()) {
            while (row.next()) {
                accounts.filtered.put(new Accounts.Filtered(row.getString(1), row.getString(2)), row.getLong(3));
            }
        }
        try (ResultSet row = session.prepare(
                        "SELECT name, position, base, passed, rejected, expired, replayed FROM cursor")
                .executeQuery()) {
            while (row.next()) {
                accounts.cursors.put(
                        row.getString(1),
                        new Accounts.Cursor(
                                row.getLong(2),
                                row.getLong(3),
                                row.getLong(4),
                                row.getLong(5),
                                row.getLong(6),
                                row.getLong(7)));
            }
        }
        return accounts;
    }

    static void save(Session session, Accounts a) throws SQLException {
        session.update(
                "UPDATE journal SET commits = ?, head = ?, samples = ?, bytes = ?, trimmed = ?, trimmed_samples = ?,"
                        + " trimmed_bytes = ?, letter_bytes = ?",
                a.commits,
                a.head,
                a.samples,
                a.bytes,
                a.trimmed,
                a.trimmedSamples,
                a.trimmedBytes,
                a.letterBytes);
    }

    static void saveSource(Session session, String id, Accounts.Source source) throws SQLException {
        session.update(
                "INSERT INTO source (id, received, accepted, rejected, replayed) VALUES (?, ?, ?, ?, ?)"
                        + " ON CONFLICT (id) DO UPDATE SET received = excluded.received,"
                        + " accepted = excluded.accepted, rejected = excluded.rejected, replayed = excluded.replayed",
                id,
                source.received(),
                source.accepted(),
                source.rejected(),
                source.replayed());
    }

    static void saveFiltered(Session session, Accounts.Filtered key, long count) throws SQLException {
        session.update(
                "INSERT INTO filtered VALUES (?, ?, ?) ON CONFLICT (source, reason) DO UPDATE SET count = excluded.count",
                key.source(),
                key.reason(),
                count);
    }

    static void saveCursor(Session session, String name, Accounts.Cursor cursor) throws SQLException {
        session.update(
                "INSERT INTO cursor (name, position, base, passed, rejected, expired, replayed)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET"
                        + " position = excluded.position, passed = excluded.passed, rejected = excluded.rejected,"
                        + " expired = excluded.expired, replayed = excluded.replayed",
                name,
                cursor.position(),
                cursor.base(),
                cursor.passed(),
                cursor.rejected(),
                cursor.expired(),
                cursor.replayed());
    }

    static void deleteCursor(Session session, String name) throws SQLException {
        session.update("DELETE FROM cursor WHERE name = ?", name);
    }

    static void saveTag(Session session, TagDictionary.Tag tag) throws SQLException {
        session.update("INSERT INTO tag VALUES (?, ?)", tag.number(), tag.path());
    }

    static List<TagDictionary.Tag> tags(Session session) throws SQLException {
        List<TagDictionary.Tag> tags = new ArrayList<>();
        try (ResultSet row = session.prepare("SELECT number, path FROM tag").executeQuery()) {
            while (row.next()) {
                tags.add(new TagDictionary.Tag(row.getInt(1), row.getString(2)));
            }
        }
        return tags;
    }

    /** The entry of the accounts' head. */
    static void insert(Session session, Accounts a, JournalTask.Append append) throws SQLException {
        insert(
                session,
                a,
                new StoredEntry(
                        a.head,
                        append.kind().ordinal(),
                        append.hubTime(),
                        append.source(),
                        append.samples(),
                        append.body(),
                        0,
                        0,
                        0));
    }

    /** The entry of the accounts' head; its checksum and what the accounts have come to with it are made here. */
    static void insert(Session session, Accounts a, StoredEntry entry) throws SQLException {
        session.update(
                "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                a.head,
                entry.kind(),
                entry.hubTime(),
                entry.source(),
                a.samples,
                a.bytes,
                entry.samples(),
                entry.body(),
                checksum(a.head, entry.kind(), entry.hubTime(), entry.source(), entry.body()));
        if (a.oldest == Accounts.NOTHING) {
            a.oldest = entry.hubTime();
        }
    }

    /** SQLite's pages carry no checksum, so every entry does: a flipped bit must not become a plausible value. */
    static long checksum(long sequence, int kind, long hubTime, String source, byte[] body) {
        CRC32C crc = new CRC32C();
        ByteBuffer head = ByteBuffer.allocate(2 * Long.BYTES + Integer.BYTES);
        crc.update(head.putLong(sequence).putLong(hubTime).putInt(kind).flip());
        crc.update(source.getBytes(StandardCharsets.UTF_8));
        crc.update(body);
        return crc.getValue();
    }

    static long samplesThrough(Session session, long sequence) throws SQLException {
        return session.number("SELECT samples_through FROM entry WHERE seq = ?", sequence);
    }

    /** Deletes everything up to the sequence, which must be kept still, and notes it in the accounts. */
    static void trim(Session session, Accounts accounts, long sequence) throws SQLException {
        accounts.trimmedSamples = samplesThrough(session, sequence);
        accounts.trimmedBytes = session.number("SELECT bytes_through FROM entry WHERE seq = ?", sequence);
        accounts.trimmed = sequence;
        session.update("DELETE FROM entry WHERE seq <= ?", sequence);
        accounts.oldest = hubTimeAfter(session, sequence);
    }

    /** The entry with which at least so many bytes have been written in all, or the newest. */
    static long firstReaching(Session session, Accounts accounts, long bytesThrough) throws SQLException {
        long found = session.number(
                "SELECT seq FROM entry WHERE seq > ? AND bytes_through >= ? ORDER BY seq LIMIT 1",
                accounts.trimmed,
                bytesThrough);
        return found == 0 ? accounts.head : found;
    }

    /** The last of the oldest entries, at most {@code step} of them, that were all received before the time. */
    static long lastBefore(Session session, Accounts accounts, long hubTime, int step) throws SQLException {
        long limit = Math.min(accounts.head, accounts.trimmed + step);
        long young = session.number(
                "SELECT seq FROM entry WHERE seq > ? AND seq <= ? AND hub_time >= ? ORDER BY seq LIMIT 1",
                accounts.trimmed,
                limit,
                hubTime);
        return young == 0 ? limit : young - 1;
    }

    private static long hubTimeAfter(Session session, long sequence) throws SQLException {
        try (ResultSet row = session.prepare("SELECT hub_time FROM entry WHERE seq > ? ORDER BY seq LIMIT 1", sequence)
                .executeQuery()) {
            return row.next() ? row.getLong(1) : Accounts.NOTHING;
        }
    }

    static void insert(Session session, DeadLetter letter, String configuration) throws SQLException {
        session.update(
                "INSERT INTO dead_letter (cost, source, hub_time, step, reason, detail, context, raw, configuration)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                JournalTask.costOf(letter),
                letter.source(),
                letter.hubTime(),
                letter.step(),
                letter.reason(),
                letter.detail(),
                letter.context(),
                letter.raw(),
                configuration);
    }

    /** A letter as another journal had it, with its number. */
    static void insert(Session session, StoredDeadLetter stored) throws SQLException {
        insert(session, stored.letter(), stored.configuration());
        long id = session.number("SELECT last_insert_rowid()");
        session.update("UPDATE dead_letter SET id = ? WHERE id = ?", stored.id(), id);
        mark(session, stored.id(), stored.state(), stored.stateTime(), stored.stateDetail());
    }

    /** What became of a dead letter; one that was dropped meanwhile is no matter. */
    static void mark(Session session, long id, Journal.LetterState state, long time, String detail)
            throws SQLException {
        session.update(
                "UPDATE dead_letter SET state = ?, state_time = ?, state_detail = ? WHERE id = ?",
                state.name(),
                time,
                detail,
                id);
    }

    /** Deletes the oldest dead letter; returns what it took. */
    static long dropOldestLetter(Session session) throws SQLException {
        long cost = session.number("SELECT cost FROM dead_letter ORDER BY id LIMIT 1");
        session.update("DELETE FROM dead_letter WHERE id = (SELECT min(id) FROM dead_letter)");
        return cost;
    }

    static List<StoredDeadLetter> letters(Session session, long below, int limit) throws SQLException {
        List<StoredDeadLetter> letters = new ArrayList<>();
        try (ResultSet row = session.prepare(
                        "SELECT id, source, hub_time, step, reason, detail, context, raw, configuration, state,"
                                + " state_time, state_detail FROM dead_letter"
                                + " WHERE id < ? ORDER BY id DESC LIMIT ?",
                        below,
                        limit)
                .executeQuery()) {
            while (row.next()) {
                DeadLetter letter = new DeadLetter(
                        row.getString(2),
                        row.getLong(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6),
                        row.getString(7),
                        row.getBytes(8));
                letters.add(new StoredDeadLetter(
                        row.getLong(1),
                        letter,
                        row.getString(9),
                        Journal.LetterState.valueOf(row.getString(10)),
                        row.getLong(11),
                        row.getString(12)));
            }
        }
        return letters;
    }

    static List<Entry> entries(Session session, long after, long upTo, int maxSamples) throws SQLException {
        List<Entry> entries = new ArrayList<>();
        long samples = 0;
        try (ResultSet row = session.prepare(ENTRY + "WHERE seq > ? AND seq <= ? ORDER BY seq", after, upTo)
                .executeQuery()) {
            while (row.next() && entries.size() < MAX_ENTRIES) {
                samples += row.getLong(5);
                if (samples > maxSamples && !entries.isEmpty()) {
                    break;
                }
                entries.add(entry(row));
            }
        }
        return entries;
    }

    private static Entry entry(ResultSet row) throws SQLException {
        return StoredEntry.of(row).decoded();
    }

    /**
     * An entry as it lies in its table, if it can be read at all.
     *
     * @param checksums whether the file's format has them
     */
    static Optional<StoredEntry> entry(Session session, long sequence, boolean checksums) throws SQLException {
        String select = checksums ? ENTRY : ENTRY.replace("crc", Integer.toString(UNCHECKED));
        try (ResultSet row = session.prepare(select + "WHERE seq = ?", sequence).executeQuery()) {
            return row.next() ? Optional.of(StoredEntry.of(row)) : Optional.empty();
        }
    }

    /** A row of the table, not yet trusted. */
    record StoredEntry(
            long sequence,
            int kind,
            long hubTime,
            String source,
            int samples,
            byte[] body,
            long crc,
            long samplesThrough,
            long bytesThrough) {
        private static StoredEntry of(ResultSet row) throws SQLException {
            byte[] body = row.getBytes(6);
            String source = row.getString(4);
            return new StoredEntry(
                    row.getLong(1),
                    row.getInt(2),
                    row.getLong(3),
                    source == null ? "" : source,
                    row.getInt(5),
                    body == null ? new byte[0] : body,
                    row.getLong(7),
                    row.getLong(8),
                    row.getLong(9));
        }

        /** Checks and decodes; an {@link SQLException} with SQLITE_CORRUPT when the row is not what was written. */
        Entry decoded() throws SQLException {
            if (crc != UNCHECKED && crc != checksum(sequence, kind, hubTime, source, body)) {
                throw damaged("entry " + sequence + " does not match its checksum", null);
            }
            if (kind < 0 || kind >= KINDS.length) {
                throw damaged("entry " + sequence + " has the unknown kind " + kind, null);
            }
            return switch (KINDS[kind]) {
                case SAMPLES -> new Entry.Samples(sequence, hubTime, source, batch());
                case TICK -> new Entry.Tick(sequence, hubTime);
                case COMMAND -> new Entry.Command(sequence, hubTime, new String(body, StandardCharsets.UTF_8));
            };
        }

        private SampleBatch batch() throws SQLException {
            try {
                SampleBatch batch = BatchCodec.decode(body);
                if (batch.size() != samples) {
                    throw damaged("entry " + sequence + " has " + batch.size() + " samples, not " + samples, null);
                }
                return batch;
            } catch (BatchCodec.MalformedBatchException | RuntimeException e) {
                throw damaged("entry " + sequence + " cannot be read: " + e.getMessage(), e);
            }
        }
    }

    private static SQLException damaged(String what, @Nullable Exception cause) {
        return new SQLException(what, "", SQLITE_CORRUPT, cause);
    }
}

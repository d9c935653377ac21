package org.millrace.journal;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
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
                      context TEXT NOT NULL, raw BLOB NOT NULL)"""), // replays
                    List.of(
                            "ALTER TABLE source ADD COLUMN replayed INTEGER NOT NULL DEFAULT 0",
                            "ALTER TABLE cursor ADD COLUMN replayed INTEGER NOT NULL DEFAULT 0",
                            "ALTER TABLE dead_letter ADD COLUMN configuration TEXT NOT NULL DEFAULT ''",
                            "ALTER TABLE dead_letter ADD COLUMN state TEXT NOT NULL DEFAULT 'NEW'",
                            "ALTER TABLE dead_letter ADD COLUMN state_time INTEGER NOT NULL DEFAULT 0",
                            "ALTER TABLE dead_letter ADD COLUMN state_detail TEXT NOT NULL DEFAULT ''")));

    private JournalTables() {}

    static Accounts accounts(Session session) throws SQLException {
        Accounts accounts = new Accounts();
        try (ResultSet row = session.prepare("SELECT * FROM journal").executeQuery()) {
            row.next();
            accounts.commits = row.getLong("commits");
            accounts.head = row.getLong("head");
            accounts.samples = row.getLong("samples");
            accounts.bytes = row.getLong("bytes");
            accounts.trimmed = row.getLong("trimmed");
            accounts.trimmedSamples = row.getLong("trimmed_samples");
            accounts.trimmedBytes = row.getLong("trimmed_bytes");
            accounts.letterBytes = row.getLong("letter_bytes");
        }
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
        session.update(
                "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                a.head,
                append.kind().ordinal(),
                append.hubTime(),
                append.source(),
                a.samples,
                a.bytes,
                append.samples(),
                append.body());
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
        try (ResultSet row = session.prepare(
                        "SELECT seq, kind, hub_time, source, samples, body FROM entry WHERE seq > ? AND seq <= ?"
                                + " ORDER BY seq",
                        after,
                        upTo)
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
        long sequence = row.getLong(1);
        int kind = row.getInt(2);
        if (kind < 0 || kind >= KINDS.length) {
            throw new SQLException("journal entry " + sequence + " has the unknown kind " + kind);
        }
        long hubTime = row.getLong(3);
        return switch (KINDS[kind]) {
            case SAMPLES -> new Entry.Samples(sequence, hubTime, row.getString(4), batch(sequence, row.getBytes(6)));
            case TICK -> new Entry.Tick(sequence, hubTime);
            case COMMAND -> new Entry.Command(sequence, hubTime, new String(row.getBytes(6), StandardCharsets.UTF_8));
        };
    }

    private static SampleBatch batch(long sequence, byte[] body) throws SQLException {
        try {
            return BatchCodec.decode(body);
        } catch (BatchCodec.MalformedBatchException e) {
            throw new SQLException("journal entry " + sequence + " cannot be read: " + e.getMessage(), e);
        }
    }
}

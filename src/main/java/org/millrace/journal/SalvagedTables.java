package org.millrace.journal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.millrace.journal.Journal.DeadLetter;
import org.millrace.journal.Journal.StoredDeadLetter;
import org.millrace.sqlite.Session;

/**
 * What can be read of a damaged journal's small tables: each from its front until it fails, then from its back.
 *
 * @param accounts what is missing in the counters is made good from the entries as far as they tell
 * @param notes what could not be read
 */
record SalvagedTables(
        Accounts accounts, List<TagDictionary.Tag> tags, List<StoredDeadLetter> letters, List<String> notes) {
    private interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    private interface Key<T> {
        Object of(T row);
    }

    static SalvagedTables read(Session session) {
        List<String> notes = new ArrayList<>();
        Accounts accounts = counters(session, notes);
        boolean replays = JournalTables.hasReplays(end(session, "PRAGMA user_version"));
        for (Map.Entry<String, Accounts.Source> source : rows(
                session,
                "source",
                "id",
                row -> Map.entry(
                        row.getString("id"),
                        new Accounts.Source(
                                row.getLong("received"),
                                row.getLong("accepted"),
                                row.getLong("rejected"),
                                replays ? row.getLong("replayed") : 0)),
                Map.Entry::getKey,
                notes)) {
            accounts.sources.put(source.getKey(), source.getValue());
        }
        for (Map.Entry<Accounts.Filtered, Long> filtered : rows(
                session,
                "filtered",
                "source, reason",
                row -> Map.entry(
                        new Accounts.Filtered(row.getString("source"), row.getString("reason")), row.getLong("count")),
                Map.Entry::getKey,
                notes)) {
            accounts.filtered.put(filtered.getKey(), filtered.getValue());
        }
        for (Map.Entry<String, Accounts.Cursor> cursor : rows(
                session,
                "cursor",
                "name",
                row -> Map.entry(
                        row.getString("name"),
                        new Accounts.Cursor(
                                row.getLong("position"),
                                row.getLong("base"),
                                row.getLong("passed"),
                                row.getLong("rejected"),
                                row.getLong("expired"),
                                replays ? row.getLong("replayed") : 0)),
                Map.Entry::getKey,
                notes)) {
            accounts.cursors.put(cursor.getKey(), cursor.getValue());
        }
        Collection<TagDictionary.Tag> tags = rows(
                session,
                "tag",
                "number",
                row -> new TagDictionary.Tag(row.getInt("number"), row.getString("path")),
                TagDictionary.Tag::number,
                notes);
        Collection<StoredDeadLetter> letters =
                rows(session, "dead_letter", "id", row -> letter(row, replays), StoredDeadLetter::id, notes);
        return new SalvagedTables(accounts, complete(tags, notes), oldestFirst(letters), notes);
    }

    private static List<StoredDeadLetter> oldestFirst(Collection<StoredDeadLetter> letters) {
        return letters.stream()
                .sorted(Comparator.comparingLong(StoredDeadLetter::id))
                .toList();
    }

    private static StoredDeadLetter letter(ResultSet row, boolean replays) throws SQLException {
        long id = row.getLong("id");
        DeadLetter letter = new DeadLetter(
                row.getString("source"),
                row.getLong("hub_time"),
                row.getString("step"),
                row.getString("reason"),
                row.getString("detail"),
                row.getString("context"),
                row.getBytes("raw"));
        return replays
                ? new StoredDeadLetter(
                        id,
                        letter,
                        row.getString("configuration"),
                        Journal.LetterState.valueOf(row.getString("state")),
                        row.getLong("state_time"),
                        row.getString("state_detail"))
                : new StoredDeadLetter(id, letter);
    }

    private static Accounts counters(Session session, List<String> notes) {
        try {
            return JournalTables.counters(session);
        } catch (SQLException e) {
            notes.add("the counters of the whole journal could not be read (" + e.getMessage()
                    + "); they were made from the entries");
        }
        Accounts made = new Accounts();
        made.head = end(session, "SELECT max(seq) FROM entry");
        made.samples = end(session, "SELECT samples_through FROM entry ORDER BY seq DESC LIMIT 1");
        long first = end(session, "SELECT min(seq) FROM entry");
        made.trimmed = Math.max(0, first - 1);
        made.trimmedSamples = end(session, "SELECT samples_through - samples FROM entry ORDER BY seq LIMIT 1");
        made.trimmedBytes = 0;
        return made;
    }

    private static long end(Session session, String sql) {
        try {
            return session.number(sql);
        } catch (SQLException e) {
            return 0;
        }
    }

    /** A number without a path would hold up every consumer at the first sample that has it. */
    private static List<TagDictionary.Tag> complete(Collection<TagDictionary.Tag> tags, List<String> notes) {
        Map<Integer, TagDictionary.Tag> byNumber = new TreeMap<>();
        tags.forEach(tag -> byNumber.put(tag.number(), tag));
        int highest =
                byNumber.keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
        int missing = 0;
        for (int number = 1; number <= highest; number++) {
            if (!byNumber.containsKey(number)) {
                byNumber.put(number, new TagDictionary.Tag(number, "lost/tag-" + number));
                missing++;
            }
        }
        if (missing > 0) {
            notes.add("the names of " + missing
                    + " tags could not be read; their waiting values go to lost/tag-<number>");
        }
        return List.copyOf(byNumber.values());
    }

    private static <T> Collection<T> rows(
            Session session, String table, String order, Row<T> reader, Key<T> key, List<String> notes) {
        Map<Object, T> found = new LinkedHashMap<>();
        String sql = "SELECT * FROM " + table + " ORDER BY " + order;
        try {
            collect(session, sql, reader, key, found);
        } catch (SQLException | RuntimeException e) {
            try {
                collect(session, sql.replace(", ", " DESC, ") + " DESC", reader, key, found);
            } catch (SQLException | RuntimeException again) {
                e.addSuppressed(again); // what lies between the two is lost
            }
            notes.add("of the table " + table + " only " + found.size() + " rows could be read: " + e.getMessage());
        }
        return found.values();
    }

    private static <T> void collect(Session session, String sql, Row<T> reader, Key<T> key, Map<Object, T> into)
            throws SQLException {
        try (ResultSet row = session.prepare(sql).executeQuery()) {
            while (row.next()) {
                T one = reader.read(row);
                into.putIfAbsent(key.of(one), one);
            }
        }
    }
}

package org.millrace.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.millrace.sqlite.Session;

/**
 * Business context of assets by time: what held from when, as each source said it. An answer for a source time is the same
 * whenever it is asked, but for what a source corrects later. Times are µs.
 */
public final class AssetContext {
    /** From {@code validFrom} on this holds; no fields: nothing does. */
    public record Entry(String asset, long validFrom, Map<String, String> fields) {}

    /** @param validFrom since when it holds */
    public record Valid(String source, long validFrom, Map<String, String> fields) {}

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<LinkedHashMap<String, String>> TEXTS = new TypeReference<>() {};

    /** Row that says when a source was read last: no asset has an empty id. */
    private static final String SOURCE = "";

    private final Database database;

    AssetContext(Database database) {
        this.database = database;
    }

    /** What differs from what is kept: changed fields, and an end for every asset the source no longer names. */
    public List<Entry> changes(String source, Collection<Entry> said, long now) {
        return database.read("compare the context of " + source, session -> {
            Map<String, Entry> kept = latest(session, source);
            List<Entry> changes = new ArrayList<>();
            for (Entry entry : said) {
                Optional<Valid> before = at(session, source, entry.asset(), entry.validFrom());
                Entry last = kept.remove(entry.asset());
                boolean known = before.isPresent() && before.get().fields().equals(entry.fields());
                boolean latest = last == null || last.fields().equals(entry.fields());
                if (!known || !latest) {
                    // what was kept later than it says now is corrected from now on
                    boolean behind = known && last != null && last.validFrom() > entry.validFrom();
                    changes.add(behind ? new Entry(entry.asset(), now, entry.fields()) : entry);
                }
            }
            kept.values().stream()
                    .filter(last -> !last.fields().isEmpty() && last.validFrom() <= now)
                    .forEach(last -> changes.add(new Entry(last.asset(), now, Map.of())));
            return changes;
        });
    }

    /** Durable on return, with the time of the reading. */
    public void keep(String source, List<Entry> changes, long now) {
        database.write("keep the context of " + source, session -> {
            for (Entry entry : changes) {
                put(session, source, entry.asset(), entry.validFrom(), now, write(entry.fields()));
            }
            put(session, source, SOURCE, 0, now, "{}");
            return changes.size();
        });
    }

    private static void put(Session session, String source, String asset, long from, long now, String body)
            throws SQLException {
        session.update(
                "INSERT INTO asset_context (source, asset, valid_from, read_at, body) VALUES (?, ?, ?, ?, ?)"
                        + " ON CONFLICT (source, asset, valid_from)"
                        + " DO UPDATE SET read_at = excluded.read_at, body = excluded.body",
                source,
                asset,
                from,
                now,
                body);
    }

    /** What each source says of an asset as of a time; sources in the order of their names. */
    public List<Valid> asOf(String asset, long time) {
        return database.read("read the context of " + asset, session -> {
            Map<String, Valid> found = new TreeMap<>();
            try (ResultSet row = session.prepare(
                            "SELECT source, valid_from, body FROM asset_context WHERE asset = ? AND valid_from <= ?"
                                    + " ORDER BY valid_from",
                            asset,
                            time)
                    .executeQuery()) {
                while (row.next()) {
                    found.put(row.getString(1), new Valid(row.getString(1), row.getLong(2), read(row.getString(3))));
                }
            }
            return List.copyOf(found.values());
        });
    }

    /** When a source was read last; 0 = never. */
    public long lastRead(String source) {
        return database.read(
                "read when context was read",
                session -> session.number(
                        "SELECT read_at FROM asset_context WHERE source = ? AND asset = ?", source, SOURCE));
    }

    /** Forgets what ended before a time; what still holds stays. Returns how much went. */
    public int prune(long before) {
        return database.write(
                "forget old context",
                session -> session.update(
                        "DELETE FROM asset_context WHERE valid_from < ? AND EXISTS (SELECT 1 FROM asset_context later WHERE"
                                + " later.source = asset_context.source AND later.asset = asset_context.asset AND"
                                + " later.valid_from > asset_context.valid_from AND later.valid_from < ?)",
                        before,
                        before));
    }

    private static Map<String, Entry> latest(Session session, String source) throws SQLException {
        Map<String, Entry> latest = new LinkedHashMap<>();
        try (ResultSet row = session.prepare(
                        "SELECT asset, valid_from, body FROM asset_context WHERE source = ? AND asset <> ?"
                                + " ORDER BY valid_from",
                        source,
                        SOURCE)
                .executeQuery()) {
            while (row.next()) {
                latest.put(row.getString(1), new Entry(row.getString(1), row.getLong(2), read(row.getString(3))));
            }
        }
        return latest;
    }

    private static Optional<Valid> at(Session session, String source, String asset, long time) throws SQLException {
        try (ResultSet row = session.prepare(
                        "SELECT valid_from, body FROM asset_context WHERE source = ? AND asset = ? AND valid_from <= ?"
                                + " ORDER BY valid_from DESC LIMIT 1",
                        source,
                        asset,
                        time)
                .executeQuery()) {
            return row.next()
                    ? Optional.of(new Valid(source, row.getLong(1), read(row.getString(2))))
                    : Optional.empty();
        }
    }

    private static String write(Map<String, String> fields) {
        try {
            return JSON.writeValueAsString(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("context has no JSON form", e);
        }
    }

    private static Map<String, String> read(String body) {
        try {
            return JSON.readValue(body, TEXTS);
        } catch (JsonProcessingException e) {
            throw new StoreException("context in the store is damaged: " + e.getOriginalMessage(), e);
        }
    }
}

package org.millrace.historian;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millrace.historian.Series.Mode;
import org.millrace.signal.Value;

/**
 * Questions to the historian. Safe from any thread. Every method fails with {@link SQLException} while the database is
 * away.
 */
public final class SeriesQuery {
    /** Most rows that one question reads into memory. */
    public static final int MOST_ROWS = 100_000;

    private static final long FIRST = -62_135_596_800_000_000L; // 0001-01-01
    private static final long LAST = 253_402_300_799_999_999L; // 9999-12-31
    private static final String TAG = "SELECT tag_id, path, data_type, unit, step, comp_max_ms, meta FROM tag";
    private static final ObjectMapper JSON = new ObjectMapper();
    private final Dialect dialect;

    /** What the tag table says. */
    record TagRow(int id, String path, String type, String unit, boolean step, long limit, Map<String, String> states) {
        boolean isText() {
            return type.equals("TEXT") || !states.isEmpty();
        }

        /** The value of columns v, vl, vt, starting at {@code column}. */
        Value value(ResultSet row, int column) throws SQLException {
            String text = row.getString(column + 2);
            if (text != null) {
                return Value.of(text);
            }
            long whole = row.getLong(column + 1);
            if (!row.wasNull()) {
                String state = states.get(Long.toString(whole));
                return state != null ? Value.of(state) : type.equals("BOOL") ? Value.of(whole != 0) : Value.of(whole);
            }
            double real = row.getDouble(column);
            return row.wasNull() ? Value.NONE : Value.of(real);
        }
    }

    SeriesQuery(Dialect dialect) {
        this.dialect = dialect;
    }

    /** As {@link #series(String, long, long, Mode, int, boolean)}, of Good samples only. */
    public Optional<Series> series(String tagPath, long fromUs, long toUs, Mode mode, int points) throws SQLException {
        return series(tagPath, fromUs, toUs, mode, points, false);
    }

    /**
     * A tag from {@code fromUs} (included) to {@code toUs} (not included), between the years 1 and 9999.
     *
     * @param points most points wanted; not above 0 means 1000, and {@value #MOST_ROWS} is the limit
     * @param anyQuality Uncertain and Bad samples too; TWA and LTTB are of Good samples always
     * @return empty when the tag is not known
     */
    public Optional<Series> series(String tagPath, long fromUs, long toUs, Mode mode, int points, boolean anyQuality)
            throws SQLException {
        long from = Math.clamp(fromUs, FIRST, LAST);
        long to = Math.clamp(toUs, FIRST, LAST);
        if (to <= from) {
            throw new IllegalArgumentException("series of " + tagPath + ": 'to' must be after 'from'");
        }
        int most = Math.clamp(points <= 0 ? 1000 : points, 1, MOST_ROWS);
        try (Connection connection = dialect.dataSource().getConnection()) {
            Optional<TagRow> found = tag(connection, tagPath);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            TagRow tag = found.get();
            Mode served = tag.isText() ? Mode.RAW : mode;
            SeriesReader reader = new SeriesReader(dialect, connection, tag, from, to, anyQuality);
            SeriesReader.Count count = reader.count();
            SeriesReader.Points read = reader.read(served, most, count);
            double percentGood = count.n() == 0 ? 0 : 100.0 * count.good() / count.n();
            return Optional.of(new Series(
                    tag.path(), tag.unit(), read.points(), count.n(), count.bad(), percentGood, served, read.width()));
        }
    }

    /** Empty when the tag is not known or has no value yet. */
    public Optional<LastValue> last(String tagPath) throws SQLException {
        try (Connection connection = dialect.dataSource().getConnection()) {
            Optional<TagRow> tag = tag(connection, tagPath);
            if (tag.isEmpty()) {
                return Optional.empty();
            }
            String sql = lastSql() + " WHERE tag_id=?";
            try (PreparedStatement select = connection.prepareStatement(sql)) {
                select.setInt(1, tag.get().id());
                try (ResultSet row = select.executeQuery()) {
                    return row.next() ? Optional.of(last(tag.get(), row)) : Optional.empty();
                }
            }
        }
    }

    /** The last value of every tag that has one, by path. */
    public List<LastValue> lastAll() throws SQLException {
        try (Connection connection = dialect.dataSource().getConnection()) {
            Map<Integer, TagRow> tags = new HashMap<>();
            try (PreparedStatement select = connection.prepareStatement(TAG);
                    ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    TagRow tag = tagRow(rows);
                    tags.put(tag.id(), tag);
                }
            }
            List<LastValue> all = new ArrayList<>();
            try (PreparedStatement select = connection.prepareStatement(lastSql());
                    ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    TagRow tag = tags.get(rows.getInt(1));
                    if (tag != null) {
                        all.add(last(tag, rows));
                    }
                }
            }
            all.sort((a, b) -> a.tagPath().compareTo(b.tagPath()));
            return all;
        }
    }

    /** Rows stored, counted one by one: seconds to minutes on a large table. */
    public long count() throws SQLException {
        return number("SELECT count(*) FROM tag_sample");
    }

    /** Tags that have at least one value. */
    public long tagCount() throws SQLException {
        return number("SELECT count(*) FROM tag_last");
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = dialect.dataSource().getConnection();
                PreparedStatement select = connection.prepareStatement(sql);
                ResultSet row = select.executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    private String lastSql() {
        return "SELECT tag_id, " + dialect.micros("ts") + ", v, vl, vt, q, " + dialect.micros("rx") + " FROM tag_last";
    }

    private static LastValue last(TagRow tag, ResultSet row) throws SQLException {
        return new LastValue(tag.path(), tag.unit(), row.getLong(2), tag.value(row, 3), row.getInt(6), row.getLong(7));
    }

    private static Optional<TagRow> tag(Connection connection, String path) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(TAG + " WHERE path=?")) {
            select.setString(1, path);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(tagRow(row)) : Optional.empty();
            }
        }
    }

    private static TagRow tagRow(ResultSet row) throws SQLException {
        String type = row.getString(3);
        String unit = row.getString(4);
        return new TagRow(
                row.getInt(1),
                row.getString(2),
                type,
                unit == null ? "" : unit,
                row.getBoolean(5) || type.equals("BOOL"),
                row.getLong(6) * 1000,
                states(row.getString(7)));
    }

    private static Map<String, String> states(@Nullable String meta) {
        if (meta == null) {
            return Map.of();
        }
        try {
            Map<String, String> states = new HashMap<>();
            JSON.readTree(meta)
                    .path("states")
                    .properties()
                    .forEach(e -> states.put(e.getKey(), e.getValue().asText()));
            return states;
        } catch (JsonProcessingException someoneElsesMeta) {
            return Map.of();
        }
    }
}

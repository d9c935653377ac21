package org.millrace.historian;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.millrace.plant.Plant;
import org.millrace.plant.Tag;
import org.millrace.signal.SampleBatch.Kind;

/** The {@code tag} table: ids by path, made when needed. The writer's; not thread-safe. */
final class TagDirectory {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ADD =
            "INSERT INTO tag(path,data_type,created_us) VALUES(?,?,?) ON CONFLICT (path) DO NOTHING";
    private static final String DESCRIBE = """
            INSERT INTO tag(path,data_type,created_us,unit,step,span_lo,span_hi,comp_max_ms,meta) VALUES(?,?,?,?,?,?,?,?,%s)
            ON CONFLICT (path) DO UPDATE SET unit=excluded.unit, step=excluded.step, span_lo=excluded.span_lo,
              span_hi=excluded.span_hi, comp_max_ms=excluded.comp_max_ms, meta=excluded.meta""";
    private static final long COMP_MAX_MS = 3_600_000;

    private final Map<String, Known> known = new HashMap<>();

    /** A tag that a write asks for. */
    record Wanted(String path, Kind kind, long created) {}

    private static final class Known {
        final int id;
        boolean typed;

        Known(int id) {
            this.id = id;
        }
    }

    /** Forgets everything: after a failure the database may be another one (restored, failed over). */
    void clear() {
        known.clear();
    }

    int id(String path) {
        Known tag = known.get(path);
        if (tag == null) {
            throw new IllegalStateException("historian: tag " + path + " was not made");
        }
        return tag.id;
    }

    /** Makes the tags that are not there, in a transaction of its own; the type is that of the first value seen. */
    void ensure(Dialect dialect, Collection<Wanted> tags) throws SQLException {
        List<Wanted> missing = new ArrayList<>();
        List<Wanted> untyped = new ArrayList<>();
        for (Wanted tag : tags) {
            Known row = known.get(tag.path());
            if (row == null) {
                missing.add(tag);
            }
            if (tag.kind() != Kind.NONE && (row == null || !row.typed)) {
                untyped.add(tag);
            }
        }
        if (missing.isEmpty() && untyped.isEmpty()) {
            return;
        }
        Map<String, Integer> ids = dialect.transaction(connection -> {
            add(connection, missing);
            type(connection, untyped);
            return missing.isEmpty() ? Map.of() : load(connection);
        });
        ids.forEach((path, id) -> known.computeIfAbsent(path, p -> new Known(id)));
        untyped.forEach(tag -> {
            Known row = known.get(tag.path());
            if (row != null) {
                row.typed = true;
            }
        });
    }

    private static void add(Connection connection, List<Wanted> tags) throws SQLException {
        if (tags.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement(ADD)) {
            for (Wanted tag : tags) {
                insert.setString(1, tag.path());
                insert.setString(2, type(tag.kind()));
                insert.setLong(3, tag.created());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static void type(Connection connection, List<Wanted> tags) throws SQLException {
        if (tags.isEmpty()) {
            return;
        }
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE tag SET data_type=? WHERE path=? AND data_type<>?")) {
            for (Wanted tag : tags) {
                update.setString(1, type(tag.kind()));
                update.setString(2, tag.path());
                update.setString(3, type(tag.kind()));
                update.addBatch();
            }
            update.executeBatch();
        }
    }

    private static Map<String, Integer> load(Connection connection) throws SQLException {
        Map<String, Integer> ids = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT path, tag_id FROM tag");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                ids.put(rows.getString(1), rows.getInt(2));
            }
        }
        return ids;
    }

    /** Writes what the plant says of its tags; tags that left the plant keep their last description. */
    static void describe(Dialect dialect, Plant plant, long now) throws SQLException {
        dialect.transaction(connection -> {
            try (PreparedStatement upsert = connection.prepareStatement(DESCRIBE.formatted(dialect.json()))) {
                for (Tag tag : plant.tags()) {
                    bind(upsert, tag, now);
                    upsert.addBatch();
                }
                upsert.executeBatch();
            }
            return plant.tags().size();
        });
    }

    private static void bind(PreparedStatement upsert, Tag tag, long now) throws SQLException {
        upsert.setString(1, tag.path());
        upsert.setString(2, tag.states().isEmpty() ? "DOUBLE" : "TEXT");
        upsert.setLong(3, now);
        if (tag.unit().isEmpty()) {
            upsert.setNull(4, Types.VARCHAR);
        } else {
            upsert.setString(4, tag.unit());
        }
        upsert.setBoolean(5, !tag.states().isEmpty());
        limit(upsert, 6, tag.low());
        limit(upsert, 7, tag.high());
        upsert.setLong(8, tag.staleAfter().map(d -> d.toMillis()).orElse(COMP_MAX_MS));
        upsert.setString(9, meta(tag));
    }

    private static void limit(PreparedStatement upsert, int index, double value) throws SQLException {
        if (Double.isFinite(value)) {
            upsert.setDouble(index, value);
        } else {
            upsert.setNull(index, Types.DOUBLE);
        }
    }

    private static String meta(Tag tag) {
        ObjectNode meta = JSON.createObjectNode().put("asset", tag.assetId());
        if (!tag.states().isEmpty()) {
            ObjectNode states = meta.putObject("states");
            tag.states().forEach(states::put);
        }
        return meta.toString();
    }

    private static String type(Kind kind) {
        return switch (kind) {
            case NONE, REAL -> "DOUBLE";
            case WHOLE -> "LONG";
            case FLAG -> "BOOL";
            case TEXT -> "TEXT";
        };
    }
}

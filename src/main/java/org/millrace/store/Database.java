package org.millrace.store;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.millrace.sqlite.Session;
import org.millrace.sqlite.SqliteFile;

/** The store's file with failures in the store's own terms. */
final class Database {
    private final SqliteFile file;

    Database(SqliteFile file) {
        this.file = file;
    }

    <T> T write(String what, SqliteFile.Work<T> work) {
        try {
            return file.write(work);
        } catch (SQLException e) {
            throw new StoreException("could not " + what + " in " + file.path() + ": " + e.getMessage(), e);
        }
    }

    <T> T read(String what, SqliteFile.Work<T> work) {
        try {
            return file.read(work);
        } catch (SQLException e) {
            throw new StoreException("could not " + what + " from " + file.path() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Texts of two columns as a map; of several rows with one key the first counts.
     *
     * @param sql takes the keys as one parameter, an array in JSON
     */
    Map<String, String> lookUp(String what, String sql, Collection<String> keys) {
        return read(what, session -> {
            Map<String, String> found = new HashMap<>();
            try (ResultSet row = session.prepare(sql, array(keys)).executeQuery()) {
                while (row.next()) {
                    found.putIfAbsent(row.getString(1), row.getString(2));
                }
            }
            return found;
        });
    }

    private static String array(Collection<String> texts) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        texts.forEach(array::add);
        return array.toString();
    }

    void close() {
        file.close();
    }

    /** The next number of a series, from 1; part of the transaction, so without gaps. */
    static long next(Session session, String series) throws SQLException {
        session.update(
                "INSERT INTO series (name, value) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = series.value + 1",
                series);
        return session.number("SELECT value FROM series WHERE name = ?", series);
    }
}

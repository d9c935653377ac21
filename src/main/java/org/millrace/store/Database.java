package org.millrace.store;

import java.sql.SQLException;
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

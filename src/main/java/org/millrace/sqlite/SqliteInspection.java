package org.millrace.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.sqlite.SQLiteConfig;

/**
 * A look at a SQLite file that changes nothing: it may be damaged, of another program, or in use by a running hub.
 *
 * @param bytes of the file without its write-ahead log
 * @param freeBytes inside the file, used again before it grows
 * @param applicationId 0 when it was never set or cannot be read
 * @param formatVersion 0 when it was never set or cannot be read
 * @param problems what SQLite's own check found; empty when sound
 */
public record SqliteInspection(
        Path file,
        long bytes,
        long walBytes,
        long freeBytes,
        int applicationId,
        int formatVersion,
        List<String> problems) {
    private static final int MOST_PROBLEMS = 20;

    /** Reads the whole file: about a second for half a gigabyte. */
    public static SqliteInspection of(Path file) throws IOException {
        long bytes = Files.size(file);
        Path wal = Path.of(file + "-wal");
        long walBytes = Files.exists(wal) ? Files.size(wal) : 0;
        List<String> problems = new ArrayList<>();
        long free = 0;
        int application = 0;
        int version = 0;
        try (Session session = open(file)) {
            application = Math.toIntExact(session.number("PRAGMA application_id"));
            version = Math.toIntExact(session.number("PRAGMA user_version"));
            free = session.number("PRAGMA freelist_count") * session.number("PRAGMA page_size");
            check(session, problems);
        } catch (SQLException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        return new SqliteInspection(file, bytes, walBytes, free, application, version, List.copyOf(problems));
    }

    /** A connection of one's own that cannot change the file. */
    public static Session open(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(10_000);
        return new Session(config.createConnection("jdbc:sqlite:" + file.toAbsolutePath()));
    }

    private static void check(Session session, List<String> problems) throws SQLException {
        try (Statement statement = session.connection().createStatement();
                ResultSet rows = statement.executeQuery("PRAGMA integrity_check(" + MOST_PROBLEMS + ")")) {
            while (rows.next()) {
                String line = rows.getString(1);
                if (!"ok".equals(line)) {
                    problems.add(line);
                }
            }
        }
    }
}

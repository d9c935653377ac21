package org.millrace.historian;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Makes the tables, and refuses a database that a newer program has made. */
final class Schema {
    /** Raised with every change of the SQL resources; the step from the version before belongs in {@link #upgrade}. */
    static final int VERSION = 1;

    private Schema() {}

    /** @throws NewerSchemaException if a newer program has been here */
    static void migrate(Dialect dialect) throws SQLException {
        dialect.transaction(connection -> {
            int found = version(connection);
            if (found > VERSION) {
                throw new NewerSchemaException("historian: the database has schema version " + found
                        + ", this program knows up to " + VERSION + ": use the newer program, or another database");
            }
            if (found < VERSION) {
                upgrade(connection, dialect.schema());
            }
            return VERSION;
        });
    }

    private static int version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS historian_schema (version INTEGER NOT NULL)");
            try (ResultSet row = statement.executeQuery("SELECT max(version) FROM historian_schema")) {
                return row.next() ? row.getInt(1) : 0;
            }
        }
    }

    private static void upgrade(Connection connection, String resource) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : read(resource).split(";\\s*\\n")) {
                if (!sql.isBlank()) {
                    statement.execute(sql);
                }
            }
            statement.execute("DELETE FROM historian_schema");
            statement.execute("INSERT INTO historian_schema(version) VALUES (" + VERSION + ")");
        }
    }

    private static String read(String resource) {
        try (InputStream in = Schema.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("resource " + resource + " is not in the program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

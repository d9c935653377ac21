package org.millrace.source.sql;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTimeoutException;
import java.sql.Types;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One connection that may only read. A query that is not answered in time ends it. */
final class DatabaseLink implements AutoCloseable {
    /** Given to a socket beyond the query's own time: the server is to answer that it gave up. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    /** @param cells as many as columns */
    record Page(List<String> columns, List<List<@Nullable Object>> rows) {}

    private final Connection connection;
    private final boolean sqlite;
    private final Duration timeout;
    private volatile @Nullable PreparedStatement running;

    private DatabaseLink(Connection connection, boolean sqlite, Duration timeout) {
        this.connection = connection;
        this.sqlite = sqlite;
        this.timeout = timeout;
    }

    /** @param secrets reference to plain text; asked at each connection */
    static DatabaseLink open(SqlSourceFile file, UnaryOperator<String> secrets) throws SQLException {
        boolean sqlite = file.url().startsWith("jdbc:sqlite:");
        Properties properties = new Properties();
        file.user().ifPresent(user -> properties.setProperty("user", user));
        file.password().ifPresent(secret -> properties.setProperty("password", secret.reveal(secrets)));
        if (file.url().startsWith("jdbc:postgresql:")) {
            String seconds = Long.toString(file.timeout().plus(GRACE).toSeconds());
            properties.setProperty("ApplicationName", "millrace " + file.id());
            properties.setProperty("connectTimeout", "10");
            properties.setProperty("loginTimeout", seconds);
            properties.setProperty("socketTimeout", seconds);
            properties.setProperty("tcpKeepAlive", "true");
            properties.setProperty("readOnlyMode", "always"); // by itself only inside of transactions
        } else if (sqlite) {
            properties.setProperty("open_mode", "1"); // SQLITE_OPEN_READONLY: a file that is not there is not made
            properties.setProperty("busy_timeout", "5000");
        }
        Connection connection = DriverManager.getConnection(file.url(), properties);
        try {
            if (!sqlite) {
                connection.setReadOnly(true);
                limitWaiting(connection, file.timeout().plus(GRACE));
            }
            return new DatabaseLink(connection, sqlite, file.timeout());
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Else a server that vanishes without a word is waited for without end. */
    private static void limitWaiting(Connection connection, Duration longest) throws SQLException {
        try {
            connection.setNetworkTimeout(Runnable::run, (int) longest.toMillis());
        } catch (SQLFeatureNotSupportedException e) {
            return; // the driver's URL has a setting of its own for it
        }
    }

    /** At most {@code limit} rows after a cursor value. */
    Page page(NamedQuery query, CursorValue after, int limit) throws SQLException {
        long begin = System.nanoTime();
        try (PreparedStatement statement = query.prepare(connection, after.parameter(), limit)) {
            running = statement;
            statement.setQueryTimeout((int) Math.max(1, timeout.toSeconds()));
            try (ResultSet result = statement.executeQuery()) {
                ResultSetMetaData meta = result.getMetaData();
                List<String> columns = new ArrayList<>();
                for (int i = 1; i <= meta.getColumnCount(); i++) {
                    columns.add(meta.getColumnLabel(i));
                }
                List<List<@Nullable Object>> rows = new ArrayList<>();
                while (result.next()) {
                    List<@Nullable Object> cells = new ArrayList<>(columns.size());
                    for (int i = 1; i <= columns.size(); i++) {
                        cells.add(cell(result, meta, i));
                    }
                    rows.add(cells);
                }
                return new Page(columns, rows);
            }
        } catch (SQLException e) {
            if (System.nanoTime() - begin < timeout.toNanos()) {
                throw e;
            }
            throw new SQLTimeoutException(
                    "no answer within the timeout of " + timeout.toSeconds() + " s: " + e.getMessage(),
                    e.getSQLState(),
                    e);
        } finally {
            running = null;
        }
    }

    private @Nullable Object cell(ResultSet row, ResultSetMetaData meta, int i) throws SQLException {
        if (sqlite) {
            return row.getObject(i); // every cell has a type of its own there
        }
        String name = meta.getColumnTypeName(i).toLowerCase(Locale.ROOT);
        boolean zoned = name.equals("timestamptz") || name.equals("datetimeoffset") || name.endsWith("with time zone");
        return switch (meta.getColumnType(i)) {
            case Types.TIMESTAMP_WITH_TIMEZONE -> row.getObject(i, OffsetDateTime.class);
            case Types.TIMESTAMP ->
                zoned ? row.getObject(i, OffsetDateTime.class) : row.getObject(i, LocalDateTime.class);
            case Types.DATE -> row.getObject(i, LocalDate.class);
            case Types.NUMERIC, Types.DECIMAL -> number(row, i);
            default -> zoned ? row.getObject(i, OffsetDateTime.class) : row.getObject(i);
        };
    }

    private static @Nullable Object number(ResultSet row, int i) throws SQLException {
        Object number = row.getObject(i);
        return number instanceof Double ? number : row.getBigDecimal(i); // PostgreSQL's NaN is a Double
    }

    /** Ends a query that runs, from another thread. */
    void cancel() {
        PreparedStatement now = running;
        if (now != null) {
            try {
                now.cancel();
            } catch (SQLException e) {
                return; // it has ended, or the connection is gone
            }
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            return; // it was gone
        }
    }
}

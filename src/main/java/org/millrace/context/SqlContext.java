package org.millrace.context;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.TimeZone;
import java.util.function.UnaryOperator;
import org.millrace.signal.Micros;

/** By SQL: one read-only connection for each reading, given back at once. */
final class SqlContext implements ContextSource {
    private static final int MOST_ROWS = 100_000;

    private final ContextFile file;
    private final ContextFile.Sql sql;
    private final UnaryOperator<String> secrets;

    SqlContext(ContextFile file, ContextFile.Sql sql, UnaryOperator<String> secrets) {
        this.file = file;
        this.sql = sql;
        this.secrets = secrets;
    }

    @Override
    public List<Said> read() throws ContextException {
        try (Connection connection = DriverManager.getConnection(sql.url(), properties())) {
            if (!isSqlite()) { // which knows of it only when it is opened
                connection.setReadOnly(true);
            }
            try (Statement statement = connection.createStatement()) {
                statement.setQueryTimeout((int) Math.max(1, sql.timeout().toSeconds()));
                statement.setMaxRows(MOST_ROWS);
                try (ResultSet rows = statement.executeQuery(sql.query())) {
                    return said(rows);
                }
            }
        } catch (SQLException e) {
            throw new ContextException(words(e));
        }
    }

    /** The password may stand in what a driver says of a URL. */
    private String words(SQLException failure) {
        String message =
                String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        String at = sql.url().replaceFirst("[?;].*", "");
        return at + ": " + message.replace(sql.url(), at);
    }

    private boolean isSqlite() {
        return sql.url().startsWith("jdbc:sqlite:");
    }

    private Properties properties() {
        Properties properties = new Properties();
        if (!sql.user().isEmpty()) {
            properties.setProperty("user", sql.user());
        }
        sql.password().ifPresent(password -> properties.setProperty("password", password.reveal(secrets)));
        if (sql.url().startsWith("jdbc:postgresql:")) {
            String seconds = Long.toString(Math.max(1, sql.timeout().toSeconds()));
            properties.setProperty("connectTimeout", seconds);
            properties.setProperty("loginTimeout", seconds);
            properties.setProperty("socketTimeout", Long.toString(sql.timeout().toSeconds() + 5));
            properties.setProperty("readOnlyMode", "always"); // by itself only inside of transactions
        } else if (isSqlite()) {
            properties.setProperty("open_mode", "1"); // SQLITE_OPEN_READONLY: a file that is not there is not made
            properties.setProperty("busy_timeout", "5000");
        }
        return properties;
    }

    private List<Said> said(ResultSet rows) throws SQLException, ContextException {
        Map<String, Integer> columns = columns(rows.getMetaData());
        int asset = column(columns, file.asset());
        int since = file.since().isPresent() ? column(columns, file.since().get()) : 0;
        Map<String, Integer> fields = new LinkedHashMap<>();
        for (Map.Entry<String, String> field : file.fields().entrySet()) {
            fields.put(field.getKey(), column(columns, field.getValue()));
        }
        List<Said> said = new ArrayList<>();
        while (rows.next()) {
            String name = rows.getString(asset);
            if (name == null || name.isBlank()) {
                continue;
            }
            Map<String, String> values = new LinkedHashMap<>();
            for (Map.Entry<String, Integer> field : fields.entrySet()) {
                String value = rows.getString(field.getValue());
                if (value != null && !value.isBlank()) {
                    values.put(field.getKey(), value.strip());
                }
            }
            said.add(new Said(name.strip(), since == 0 ? OptionalLong.empty() : time(rows, since), values));
        }
        return said;
    }

    private static Map<String, Integer> columns(ResultSetMetaData data) throws SQLException {
        Map<String, Integer> columns = new java.util.TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 1; i <= data.getColumnCount(); i++) {
            columns.putIfAbsent(data.getColumnLabel(i), i);
        }
        return columns;
    }

    private static int column(Map<String, Integer> columns, String name) throws ContextException {
        Integer column = columns.get(name);
        if (column == null) {
            throw new ContextException(
                    "the query gives no column '" + name + "'; hint: it gives " + String.join(", ", columns.keySet()));
        }
        return column;
    }

    private OptionalLong time(ResultSet rows, int column) throws SQLException {
        int type = rows.getMetaData().getColumnType(column);
        if (type == Types.TIMESTAMP || type == Types.TIMESTAMP_WITH_TIMEZONE || type == Types.DATE) {
            Calendar zone = Calendar.getInstance(TimeZone.getTimeZone(ZoneId.of(file.zone())));
            Timestamp time = rows.getTimestamp(column, zone);
            return time == null ? OptionalLong.empty() : OptionalLong.of(Micros.of(time.toInstant()));
        }
        String text = rows.getString(column);
        return text == null ? OptionalLong.empty() : ContextTimes.read(text, ZoneId.of(file.zone()));
    }
}

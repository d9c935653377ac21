package org.millrace.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection with its prepared statements, which live as long as it does. Not thread-safe. */
public final class Session implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new HashMap<>();

    Session(Connection connection) {
        this.connection = connection;
    }

    Connection connection() {
        return connection;
    }

    /** The statement for this text with the parameters set in order; close its result set, not the statement. */
    public PreparedStatement prepare(String sql, Object... parameters) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        for (int i = 0; i < parameters.length; i++) {
            switch (parameters[i]) {
                case Long v -> statement.setLong(i + 1, v);
                case Integer v -> statement.setInt(i + 1, v);
                case Double v -> statement.setDouble(i + 1, v);
                case String v -> statement.setString(i + 1, v);
                case byte[] v -> statement.setBytes(i + 1, v);
                default -> throw new IllegalArgumentException("no SQL type for " + parameters[i].getClass());
            }
        }
        return statement;
    }

    /** Gives up the prepared statements: one that failed half-way on a damaged page cannot be used again. */
    public void forget() throws SQLException {
        for (PreparedStatement statement : statements.values()) {
            statement.close();
        }
        statements.clear();
    }

    /** Runs a change; returns the number of rows it touched. */
    public int update(String sql, Object... parameters) throws SQLException {
        return prepare(sql, parameters).executeUpdate();
    }

    /** The first column of the only row; 0 when there is no row or it is null. */
    public long number(String sql, Object... parameters) throws SQLException {
        try (ResultSet rows = prepare(sql, parameters).executeQuery()) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    /** The first column of the only row as text; empty when there is no row or it is null. */
    public String text(String sql, Object... parameters) throws SQLException {
        try (ResultSet rows = prepare(sql, parameters).executeQuery()) {
            String text = rows.next() ? rows.getString(1) : null;
            return text == null ? "" : text;
        }
    }

    /** A statement without parameters or result, such as DDL. */
    public void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        try {
            connection.close(); // closes its statements
        } catch (SQLException e) {
            LOG.debug("closing a connection failed; nothing is lost by it", e);
        }
    }
}

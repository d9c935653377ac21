package org.millrace.historian;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;

/** What differs between the databases: connections, the bulk write, times, and which errors are the data's fault. */
sealed interface Dialect extends AutoCloseable permits SqliteDialect, PostgresDialect {

    /** Pooled connections for queries and for SQL in routes. */
    DataSource dataSource();

    /** File name of the schema beside this class. */
    String schema();

    /** Runs the work in one transaction of the writer: all of it is stored, or an exception says that nothing is. */
    <T> T transaction(Work<T> work) throws SQLException;

    /** Writes rows [from, to) into {@code tag_sample}, leaves those that are there, and returns how many were new. */
    int insert(Connection connection, Rows rows, int from, int to) throws SQLException;

    /** Moves {@code tag_last} forward to the given rows where they are newer. */
    void last(Connection connection, Rows rows, int[] newest) throws SQLException;

    /** What has to be there before the rows, e.g. partitions; in transactions of its own. */
    void prepare(Rows rows) throws SQLException;

    /** Whether the database refused a value, and will every time; any other error may pass. */
    boolean isPoison(SQLException error);

    /** Whether a text can be kept to the letter. */
    boolean holds(String text);

    /** SQL for a time column in µs since the epoch. */
    String micros(String column);

    /** SQL of a JSON parameter. */
    String json();

    /** Sets a time column's parameter, given µs since the epoch; what the database can't hold becomes its limit. */
    void setTime(PreparedStatement statement, int index, long micros) throws SQLException;

    @Override
    void close();

    /** One transaction's statements. */
    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }
}

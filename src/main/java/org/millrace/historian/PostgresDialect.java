package org.millrace.historian;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariCredentialsProvider;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.Credentials;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.millrace.signal.SampleBatch.Kind;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * PostgreSQL, and what speaks its language. Rows go in by binary COPY, the cheapest way for both ends.
 *
 * <p>COPY knows no ON CONFLICT. So a batch is first copied straight into {@code tag_sample}, within a savepoint; only if
 * a key is there already (after a redelivery) it is copied into a temporary table and inserted from there, and so are
 * the batches after it, until one of them is all new again.
 */
final class PostgresDialect implements Dialect {
    private static final String COLUMNS = "tag_id,ts,v,vl,vt,q,rx";
    private static final String UNIQUE_VIOLATION = "23505";
    private static final long MIN_TIME = -62_135_596_800_000_000L; // 0001-01-01
    private static final long MAX_TIME = 253_402_300_799_999_999L; // 9999-12-31
    private static final String LAST = """
            INSERT INTO tag_last(tag_id,ts,v,vl,vt,q,rx)
            SELECT i, TIMESTAMPTZ 'epoch' + t * INTERVAL '1 microsecond', v, vl, vt, q,
                   TIMESTAMPTZ 'epoch' + rx * INTERVAL '1 microsecond'
            FROM unnest(?,?,?,?,?,?,?) AS r(i, t, v, vl, vt, q, rx)
            ON CONFLICT (tag_id) DO UPDATE SET
              ts=excluded.ts, v=excluded.v, vl=excluded.vl, vt=excluded.vt, q=excluded.q, rx=excluded.rx
            WHERE excluded.ts > tag_last.ts""";

    private final HikariDataSource pool;
    private final PostgresPartitions partitions;
    private volatile boolean expectNew = true;

    PostgresDialect(String url, Supplier<@Nullable String> user, Supplier<@Nullable String> password) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setPoolName("historian");
        config.setMaximumPoolSize(5);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(3_000); // the start of the hub waits this long for a database that is away
        config.setInitializationFailTimeout(-1); // a database that is not up yet does not stop the hub
        // asked for every new connection, so that a changed password needs no restart
        config.setCredentialsProvider(new HikariCredentialsProvider() {
            @Override
            public Credentials getCredentials() {
                return Credentials.of(user.get(), password.get());
            }
        });
        property(config, url, "reWriteBatchedInserts", "true");
        property(config, url, "ApplicationName", "millrace-historian");
        property(config, url, "tcpKeepAlive", "true");
        property(config, url, "connectTimeout", "10");
        property(config, url, "socketTimeout", "120"); // s; a half-dead connection must not hold the sink for ever
        this.pool = new HikariDataSource(config);
        this.partitions = new PostgresPartitions(this::transaction);
    }

    /** What the user wrote in the URL stays. */
    private static void property(HikariConfig config, String url, String name, String value) {
        if (!url.contains(name + "=")) {
            config.addDataSourceProperty(name, value);
        }
    }

    @Override
    public DataSource dataSource() {
        return pool;
    }

    @Override
    public String schema() {
        return "pg.sql";
    }

    @Override
    public <T> T transaction(Work<T> work) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            try {
                T result = work.run(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                try {
                    connection.rollback();
                } catch (SQLException broken) {
                    e.addSuppressed(broken);
                }
                throw e;
            }
        }
    }

    @Override
    public void prepare(Rows rows) throws SQLException {
        partitions.ensure(rows);
    }

    @Override
    public int insert(Connection connection, Rows rows, int from, int to) throws SQLException {
        if (expectNew) {
            Savepoint before = connection.setSavepoint();
            try {
                copy(connection, "tag_sample", rows, from, to);
                return to - from;
            } catch (SQLException e) {
                if (!UNIQUE_VIOLATION.equals(e.getSQLState())) {
                    throw e;
                }
                connection.rollback(before);
                expectNew = false;
            }
        }
        int inserted = merge(connection, rows, from, to);
        expectNew = inserted == to - from;
        return inserted;
    }

    private static int merge(Connection connection, Rows rows, int from, int to) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMP TABLE tag_batch (tag_id INT, ts TIMESTAMPTZ, v DOUBLE PRECISION, vl BIGINT,"
                    + " vt TEXT, q INT, rx TIMESTAMPTZ) ON COMMIT DROP");
            copy(connection, "tag_batch", rows, from, to);
            int inserted = statement.executeUpdate("INSERT INTO tag_sample(" + COLUMNS + ") SELECT " + COLUMNS
                    + " FROM tag_batch ON CONFLICT (tag_id, ts) DO NOTHING");
            statement.execute("DROP TABLE tag_batch");
            return inserted;
        }
    }

    private static void copy(Connection connection, String table, Rows rows, int from, int to) throws SQLException {
        PostgresCopy data = new PostgresCopy(rows, from, to);
        CopyIn copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("COPY " + table + "(" + COLUMNS + ") FROM STDIN (FORMAT binary)");
        try {
            copy.writeToCopy(data.bytes(), 0, data.length());
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    @Override
    public void last(Connection connection, Rows rows, int[] newest) throws SQLException {
        int n = newest.length;
        Integer[] ids = new Integer[n];
        Long[] times = new Long[n];
        @Nullable Double[] reals = new @Nullable Double[n];
        @Nullable Long[] wholes = new @Nullable Long[n];
        @Nullable String[] texts = new @Nullable String[n];
        Integer[] qualities = new Integer[n];
        Long[] received = new Long[n];
        for (int k = 0; k < n; k++) {
            int i = newest[k];
            Kind kind = rows.kind(i);
            ids[k] = rows.tagId(i);
            times[k] = rows.time(i);
            reals[k] = kind == Kind.REAL ? Double.longBitsToDouble(rows.bits(i)) : null;
            wholes[k] = kind == Kind.WHOLE || kind == Kind.FLAG ? rows.bits(i) : null;
            texts[k] = kind == Kind.TEXT ? rows.text(i) : null;
            qualities[k] = rows.quality(i);
            received[k] = rows.received(i);
        }
        try (PreparedStatement statement = connection.prepareStatement(LAST)) {
            setArray(statement, 1, "int4", ids);
            setArray(statement, 2, "int8", times);
            setArray(statement, 3, "float8", reals);
            setArray(statement, 4, "int8", wholes);
            setArray(statement, 5, "text", texts);
            setArray(statement, 6, "int4", qualities);
            setArray(statement, 7, "int8", received);
            statement.executeUpdate();
        }
    }

    private static void setArray(PreparedStatement statement, int index, String type, @Nullable Object[] values)
            throws SQLException {
        Array array = statement.getConnection().createArrayOf(type, values);
        statement.setArray(index, array);
    }

    /** Class 22 is a value it can't hold, 23 a constraint, 54 a limit; everything else may pass. */
    @Override
    public boolean isPoison(SQLException error) {
        String state = error.getSQLState();
        return state != null && (state.startsWith("22") || state.startsWith("23") || state.startsWith("54"));
    }

    @Override
    public boolean holds(String text) {
        return text.indexOf('\0') < 0;
    }

    @Override
    public String micros(String column) {
        return "(extract(epoch from " + column + ") * 1000000)::bigint";
    }

    @Override
    public String json() {
        return "?::jsonb";
    }

    @Override
    public void setTime(PreparedStatement statement, int index, long micros) throws SQLException {
        long held = Math.clamp(micros, MIN_TIME, MAX_TIME);
        statement.setObject(index, Instant.EPOCH.plus(held, ChronoUnit.MICROS).atOffset(ZoneOffset.UTC));
    }

    @Override
    public void close() {
        pool.close();
    }
}

package org.millrace.historian;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteConfig.TempStore;
import org.sqlite.SQLiteConfig.TransactionMode;
import org.sqlite.SQLiteDataSource;

/**
 * One file, WAL, synchronous=FULL; one connection writes, a small pool reads and serves routes.
 *
 * <p>After a failed transaction the writer's connection is closed, not used again: on a full disk SQLite's rollback can
 * fail and leave the connection in autocommit, where later transactions report failure and are stored all the same.
 */
final class SqliteDialect implements Dialect {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteDialect.class);
    private static final int BUSY_MS = 30_000;
    // result codes: https://www.sqlite.org/rescode.html
    private static final Set<Integer> POISON = Set.of(18 /* TOOBIG */, 19 /* CONSTRAINT */, 20 /* MISMATCH */);
    private static final String INSERT =
            "INSERT INTO tag_sample(tag_id,ts,v,vl,vt,q,rx) VALUES(?,?,?,?,?,?,?) ON CONFLICT(tag_id,ts) DO NOTHING";
    private static final String LAST = """
            INSERT INTO tag_last(tag_id,ts,v,vl,vt,q,rx) VALUES(?,?,?,?,?,?,?)
            ON CONFLICT(tag_id) DO UPDATE SET
              ts=excluded.ts, v=excluded.v, vl=excluded.vl, vt=excluded.vt, q=excluded.q, rx=excluded.rx
            WHERE excluded.ts > tag_last.ts""";

    private final String url;
    private final HikariDataSource pool;
    private @Nullable Connection writer;

    SqliteDialect(String url, Path dataFolder) throws SQLException {
        this.url = resolved(url, dataFolder);
        create(this.url);
        SQLiteDataSource source = new SQLiteDataSource(config(TransactionMode.DEFERRED, 16));
        source.setUrl(this.url);
        HikariConfig config = new HikariConfig();
        config.setDataSource(source);
        config.setPoolName("historian");
        config.setMaximumPoolSize(4);
        config.setMinimumIdle(1);
        config.setInitializationFailTimeout(-1);
        this.pool = new HikariDataSource(config);
    }

    /** A relative file is taken from the data folder; folders are made. */
    private static String resolved(String url, Path dataFolder) {
        String name = url.substring("jdbc:sqlite:".length());
        if (name.isEmpty() || name.contains(":memory:")) {
            throw new IllegalArgumentException("historian: url " + url
                    + " keeps nothing over a restart: give a file, e.g. jdbc:sqlite:historian.db, or leave url out");
        }
        if (name.startsWith("file:")) {
            return url;
        }
        int query = name.indexOf('?');
        Path file =
                dataFolder.resolve(query < 0 ? name : name.substring(0, query)).toAbsolutePath();
        try {
            Path parent = file.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "historian: cannot make the folder of " + file + ": " + e + "; check url and permissions", e);
        }
        return "jdbc:sqlite:" + file + (query < 0 ? "" : name.substring(query));
    }

    /** Retention gives pages back step by step; that has to be said before the file's first page is written. */
    private static void create(String url) throws SQLException {
        try (Connection connection = new SQLiteConfig().createConnection(url);
                var statement = connection.createStatement()) {
            statement.execute("PRAGMA auto_vacuum=INCREMENTAL");
            statement.execute("PRAGMA journal_mode=WAL");
        }
    }

    private static SQLiteConfig config(TransactionMode mode, int cacheMegabytes) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(JournalMode.WAL);
        config.setSynchronous(SynchronousMode.FULL);
        config.setBusyTimeout(BUSY_MS);
        config.setTempStore(TempStore.MEMORY);
        config.setCacheSize(-1024 * cacheMegabytes);
        config.setJournalSizeLimit(64 * 1024 * 1024);
        config.setTransactionMode(mode);
        return config;
    }

    @Override
    public DataSource dataSource() {
        return pool;
    }

    @Override
    public String schema() {
        return "sqlite.sql";
    }

    @Override
    public synchronized <T> T transaction(Work<T> work) throws SQLException {
        Connection connection = writer();
        try {
            connection.setAutoCommit(false); // BEGIN IMMEDIATE
            T result = work.run(connection);
            // commits; the driver's commit() would begin the next transaction at once, and hold the lock for ever
            connection.setAutoCommit(true);
            return result;
        } catch (SQLException | RuntimeException e) {
            abandon(connection, e);
            throw e;
        }
    }

    private Connection writer() throws SQLException {
        Connection open = writer;
        if (open == null) {
            // IMMEDIATE: the write lock is taken (and waited for) at the start, where waiting is still possible
            open = config(TransactionMode.IMMEDIATE, 64).createConnection(url);
            try (var statement = open.createStatement()) {
                // checkpoints merge writes to the same page: 8192 pages (32 MB) rather than 1000
                statement.execute("PRAGMA wal_autocheckpoint=8192");
            }
            writer = open;
        }
        return open;
    }

    private void abandon(Connection connection, Exception cause) {
        writer = null;
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
        try {
            connection.close();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public int insert(Connection connection, Rows rows, int from, int to) throws SQLException {
        int inserted = 0;
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            for (int i = from; i < to; i++) {
                bind(statement, rows, i);
                statement.addBatch();
            }
            for (int count : statement.executeBatch()) {
                inserted += count;
            }
        }
        return inserted;
    }

    @Override
    public void last(Connection connection, Rows rows, int[] newest) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LAST)) {
            for (int i : newest) {
                bind(statement, rows, i);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private static void bind(PreparedStatement statement, Rows rows, int i) throws SQLException {
        statement.setInt(1, rows.tagId(i));
        statement.setLong(2, rows.time(i));
        statement.setNull(3, Types.DOUBLE);
        statement.setNull(4, Types.BIGINT);
        statement.setNull(5, Types.VARCHAR);
        switch (rows.kind(i)) {
            case NONE -> {}
            case REAL -> statement.setDouble(3, Double.longBitsToDouble(rows.bits(i)));
            case WHOLE, FLAG -> statement.setLong(4, rows.bits(i));
            case TEXT -> statement.setString(5, rows.text(i));
        }
        statement.setInt(6, rows.quality(i));
        statement.setLong(7, rows.received(i));
    }

    @Override
    public void prepare(Rows rows) {
        // nothing: one table holds every time
    }

    @Override
    public boolean isPoison(SQLException error) {
        return POISON.contains(error.getErrorCode() & 0xFF);
    }

    @Override
    public boolean holds(String text) {
        return true;
    }

    @Override
    public String micros(String column) {
        return column;
    }

    @Override
    public String json() {
        return "?";
    }

    @Override
    public void setTime(PreparedStatement statement, int index, long micros) throws SQLException {
        statement.setLong(index, micros);
    }

    @Override
    public synchronized void close() {
        pool.close();
        Connection open = writer;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                LOG.warn("historian: closing {}: {}", url, e.getMessage());
            }
            writer = null;
        }
    }
}

package org.millrace.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A SQLite database file in WAL mode with synchronous=FULL: what {@link #write} returned from is on disk.
 *
 * <p>The full-disk rule: after SQLITE_FULL or SQLITE_IOERR a rollback may fail and leave the connection silently in
 * autocommit, where later "failed" transactions are kept. So after any error but a broken constraint the connection is
 * closed, and the next transaction opens a new one. A damaged file is reported with what to do about it, see {@link
 * Damage}.
 *
 * <p>Safe from any thread; writers take turns, readers do not wait for them.
 */
public final class SqliteFile implements AutoCloseable {
    /**
     * What the file must be.
     *
     * @param name for messages, e.g. {@code journal}
     * @param applicationId marks the file as ours (PRAGMA application_id), not 0
     * @param migrations statements that lead from version i to i + 1; the format version is the size of the list.
     *     Append only.
     */
    public record Format(String name, int applicationId, List<List<String>> migrations) {
        public int version() {
            return migrations.size();
        }
    }

    /** Something done on one connection; statements come from {@link Session#prepare} and are not closed by it. */
    @FunctionalInterface
    public interface Work<T> {
        T run(Session session) throws SQLException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(SqliteFile.class);
    private static final int SQLITE_CONSTRAINT = 19;

    private final Path file;
    private final String name;
    private final Deque<Session> idleReaders = new ArrayDeque<>();
    private final Object writeLock = new Object();
    private @Nullable Session writer;
    private volatile boolean closed;

    private SqliteFile(Path file, String name) {
        this.file = file;
        this.name = name;
    }

    /**
     * Opens or makes the file and brings an older format up to date.
     *
     * @throws IOException when the folder cannot be written, the file is damaged, not ours, or of a newer format
     */
    public static SqliteFile open(Path file, Format format) throws IOException {
        SqliteFile opened = new SqliteFile(file, format.name());
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            opened.prepare(format);
            return opened;
        } catch (SQLException e) {
            opened.close();
            SQLException why = Damage.explained(e, format.name(), file);
            throw new IOException("cannot open the " + format.name() + " " + file + ": " + why.getMessage(), why);
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    public Path path() {
        return file;
    }

    /** Runs the work in one transaction, durable on return. On any failure nothing is kept and the work can be retried. */
    public <T> T write(Work<T> work) throws SQLException {
        synchronized (writeLock) {
            if (closed) {
                throw new SQLException(file + " is closed");
            }
            Session session = writer;
            if (session == null) {
                session = new Session(connect());
                session.connection().setAutoCommit(false);
                writer = session;
            }
            try {
                T result = work.run(session);
                session.connection().commit();
                return result;
            } catch (SQLException e) {
                undo(session, e);
                throw Damage.explained(e, name, file);
            } catch (RuntimeException | Error e) {
                undo(session, e);
                throw e;
            }
        }
    }

    /** Runs queries that see the last committed state. */
    public <T> T read(Work<T> work) throws SQLException {
        Session session = borrow();
        boolean healthy = false;
        try {
            T result = work.run(session);
            healthy = true;
            return result;
        } catch (SQLException e) {
            throw Damage.explained(e, name, file);
        } finally {
            giveBack(session, healthy);
        }
    }

    /** One {@code PRAGMA} that changes the file outside any transaction, stepped to its end. */
    public void pragma(String pragma) throws SQLException {
        synchronized (writeLock) {
            Session session = writer;
            if (session == null) {
                return; // broken for now; housekeeping can wait
            }
            session.connection().setAutoCommit(true);
            try (Statement statement = session.connection().createStatement()) {
                statement.executeUpdate(pragma); // not execute(): that takes one step, and incremental_vacuum many
                session.connection().setAutoCommit(false);
            } catch (SQLException e) {
                drop(session);
                throw e;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        synchronized (idleReaders) {
            idleReaders.forEach(Session::close);
            idleReaders.clear();
        }
        synchronized (writeLock) { // last: the last connection to close checkpoints and removes the WAL
            if (writer != null) {
                writer.close();
                writer = null;
            }
        }
    }

    private void undo(Session session, Throwable cause) {
        boolean keep = !(cause instanceof SQLException sql) || (sql.getErrorCode() & 0xff) == SQLITE_CONSTRAINT;
        try {
            session.connection().rollback();
        } catch (SQLException e) {
            keep = false;
            cause.addSuppressed(e);
        }
        if (!keep) {
            drop(session);
            LOG.atDebug().setCause(cause).log("reopening {} after a failed transaction", file);
        }
    }

    private void drop(Session session) {
        session.close();
        writer = null;
    }

    private Session borrow() throws SQLException {
        synchronized (idleReaders) {
            if (closed) {
                throw new SQLException(file + " is closed");
            }
            Session idle = idleReaders.pollFirst();
            if (idle != null) {
                return idle;
            }
        }
        Session opened = new Session(connect());
        opened.execute("PRAGMA query_only = 1");
        return opened;
    }

    private void giveBack(Session session, boolean healthy) {
        synchronized (idleReaders) {
            if (healthy && !closed) {
                idleReaders.addFirst(session);
                return;
            }
        }
        session.close();
    }

    private Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file.toAbsolutePath());
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 10000");
            statement.execute("PRAGMA synchronous = FULL");
            statement.execute("PRAGMA temp_store = MEMORY");
            statement.execute("PRAGMA journal_size_limit = 16777216");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private void prepare(Format format) throws SQLException, IOException {
        int version;
        try (Session session = new Session(connect())) {
            version = Math.toIntExact(session.number("PRAGMA user_version"));
            long application = session.number("PRAGMA application_id");
            boolean fresh =
                    version == 0 && application == 0 && session.number("SELECT count(*) FROM sqlite_master") == 0;
            if (!fresh && application != format.applicationId()) {
                throw new IOException(file + " is not a Millrace " + format.name()
                        + ". Move it away, or name another folder in hub.yaml.");
            }
            if (version > format.version()) {
                throw new IOException("the " + format.name() + " " + file + " has format " + version
                        + ", written by a newer Millrace; this one knows up to " + format.version()
                        + ". Run the newer version, or restore a backup made before the upgrade.");
            }
            if (fresh) {
                session.execute("PRAGMA auto_vacuum = INCREMENTAL"); // only possible before the first table
            }
            session.execute("PRAGMA journal_mode = WAL");
        }
        for (int i = version; i < format.version(); i++) {
            migrate(format, i);
        }
    }

    private void migrate(Format format, int from) throws SQLException {
        write(session -> {
            session.execute("PRAGMA application_id = " + format.applicationId());
            for (String statement : format.migrations().get(from)) {
                session.execute(statement);
            }
            session.execute("PRAGMA user_version = " + (from + 1));
            return from;
        });
    }
}

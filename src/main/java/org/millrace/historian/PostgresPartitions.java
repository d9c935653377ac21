package org.millrace.historian;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Daily partitions of {@code tag_sample}, made when the first row of a day comes.
 *
 * <p>Only days near the time of receipt get one: a backfill of ten years must not make thousands of tables, which every
 * query would have to plan for. Older and future rows go to the default partition; when a future day comes, its
 * partition is made and its rows move there. A failure here never fails a write: the default partition takes the rows.
 */
final class PostgresPartitions {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresPartitions.class);
    private static final long DAY_US = 86_400_000_000L;
    private static final long DAYS_BACK = 31;
    private static final long DAYS_AHEAD = 1;
    private static final long LAST_DAY = LocalDate.of(9999, 12, 30).toEpochDay();
    private static final long RETRY_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final long LOCK = 0x4D494C4C52414345L; // any number that is the same in every hub

    private final Transactions transactions;
    private final Set<Long> ready = new HashSet<>();
    private final Map<Long, Long> failedAt = new HashMap<>();

    interface Transactions {
        <T> T run(Dialect.Work<T> work) throws SQLException;
    }

    PostgresPartitions(Transactions transactions) {
        this.transactions = transactions;
    }

    synchronized void ensure(Rows rows) throws SQLException {
        Set<Long> missing = new TreeSet<>();
        for (int i = 0; i < rows.size(); i++) {
            long day = Math.floorDiv(rows.time(i), DAY_US);
            long today = Math.floorDiv(rows.received(i), DAY_US);
            if (day >= today - DAYS_BACK
                    && day <= today + DAYS_AHEAD
                    && day >= 0
                    && day <= LAST_DAY
                    && !ready.contains(day)) {
                missing.add(day);
            }
        }
        for (long day : missing) {
            if (mayTry(day)) {
                make(day);
            }
        }
    }

    private boolean mayTry(long day) {
        Long failed = failedAt.get(day);
        return failed == null || System.nanoTime() - failed > RETRY_NANOS;
    }

    private void make(long day) throws SQLException {
        try {
            transactions.run(connection -> {
                make(connection, LocalDate.ofEpochDay(day));
                return true;
            });
            ready.add(day);
            failedAt.remove(day);
        } catch (SQLException e) {
            String state = e.getSQLState();
            if (state == null || state.startsWith("08") || state.startsWith("57")) {
                throw e; // the connection's fault: the whole write is retried
            }
            failedAt.put(day, System.nanoTime());
            LOG.warn(
                    "historian: no partition for {}: {}; its rows go to tag_sample_default and move when it can be made",
                    LocalDate.ofEpochDay(day),
                    e.getMessage());
        }
    }

    private static void make(Connection connection, LocalDate day) throws SQLException {
        String name = "tag_sample_" + day.format(DateTimeFormatter.BASIC_ISO_DATE);
        String from = "'" + day + "Z'";
        String to = "'" + day.plusDays(1) + "Z'";
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
            try (ResultSet found = statement.executeQuery("SELECT to_regclass('" + name + "') IS NOT NULL")) {
                if (found.next() && found.getBoolean(1)) {
                    return;
                }
            }
            statement.execute("SET LOCAL lock_timeout = '5s'"); // a long reader must not hold up the sink
            statement.execute("CREATE TABLE " + name + " (LIKE tag_sample INCLUDING DEFAULTS INCLUDING CONSTRAINTS)");
            statement.execute("WITH moved AS (DELETE FROM tag_sample_default WHERE ts >= " + from + " AND ts < " + to
                    + " RETURNING *) INSERT INTO " + name + " SELECT * FROM moved");
            statement.execute("ALTER TABLE tag_sample ATTACH PARTITION " + name + " FOR VALUES FROM (" + from + ") TO ("
                    + to + ")");
        }
    }
}

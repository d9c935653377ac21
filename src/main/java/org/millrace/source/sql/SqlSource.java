package org.millrace.source.sql;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.millrace.signal.Micros;
import org.millrace.source.Handover;
import org.millrace.source.Places;
import org.millrace.source.RetryPause;
import org.millrace.source.Silence;
import org.millrace.source.Source;
import org.millrace.source.SourceBatch;
import org.millrace.source.SourceStatus;
import org.millrace.source.SourceThread;
import org.millrace.source.table.RowMapping;
import org.millrace.source.table.RowMapping.ColumnMissingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls a query, each row once. Every poll begins {@code overlap} before the highest cursor value, goes on page by page
 * to the end, and leaves out what it has seen. A database that is away is asked again for ever.
 */
public final class SqlSource implements Source {
    private static final Logger LOG = LoggerFactory.getLogger(SqlSource.class);
    private static final String PLACE = "cursor";

    private final SqlSourceFile file;
    private final NamedQuery query;
    private final RowMapping.Numeric numeric;
    private final UnaryOperator<String> secrets;
    private final Places places;
    private final Clock clock;
    private final Silence silence;
    private final RetryPause pause =
            new RetryPause(Duration.ofMillis(500), Duration.ofSeconds(30), RandomGenerator.getDefault());
    private final SourceThread life = new SourceThread();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong connections = new AtomicLong();
    private volatile boolean up;
    private volatile String detail;
    private volatile String downSince = "";
    private volatile long lastData;
    private volatile @Nullable DatabaseLink link;

    /**
     * @param secrets reference to plain text
     * @param places where it stands; loaded when it starts
     */
    public SqlSource(
            SqlSourceFile file, RowMapping.Numeric numeric, UnaryOperator<String> secrets, Places places, Clock clock) {
        this.file = file;
        this.query = NamedQuery.parse(file.query());
        this.numeric = numeric;
        this.secrets = secrets;
        this.places = places;
        this.clock = clock;
        this.silence = new Silence(file.silentAfter(), System::nanoTime);
        this.detail = file.url() + ": not asked yet";
    }

    @Override
    public String id() {
        return file.id();
    }

    @Override
    public String kind() {
        return "sql";
    }

    @Override
    public void start(Receiver receiver) {
        Handover handover = new Handover(
                id(),
                receiver,
                new RetryPause(Duration.ofMillis(500), Duration.ofSeconds(10), RandomGenerator.getDefault()));
        silence.begin();
        life.start("sql-" + id(), () -> live(handover));
    }

    @Override
    public SourceStatus status() {
        Optional<String> silent = up ? silence.text() : Optional.empty();
        return new SourceStatus(
                id(),
                kind(),
                up && silent.isEmpty(),
                silent.map(text -> file.url() + ": " + text + "; ").orElse("") + detail,
                received.get(),
                lastData,
                Math.max(0, connections.get() - 1));
    }

    /** Lets the batch that is on its way arrive, so that the place is known. */
    @Override
    public void close() {
        life.end();
        DatabaseLink now = link;
        if (now != null) {
            now.cancel();
        }
        life.join();
        up = false;
        detail = file.url() + ": closed";
    }

    private void live(Handover handover) {
        boolean loaded = false;
        Duration wait = Duration.ZERO;
        try {
            while (!life.endsWithin(wait)) {
                try {
                    if (!loaded) {
                        places.load();
                        loaded = true;
                    }
                    poll(connected(), handover);
                    pause.reset();
                    wait = file.poll();
                } catch (SQLException | ColumnMissingException | RuntimeException e) {
                    disconnect();
                    if (!life.isEnding()) {
                        wait = pause.next();
                        down(text(e), wait);
                    }
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("{}: polling ends", id());
        } finally {
            disconnect();
        }
    }

    private DatabaseLink connected() throws SQLException {
        DatabaseLink now = link;
        if (now == null) {
            now = DatabaseLink.open(file, secrets);
            link = now;
            connections.incrementAndGet();
        }
        return now;
    }

    private void disconnect() {
        DatabaseLink now = link;
        link = null;
        if (now != null) {
            now.close();
        }
    }

    private static String text(Exception e) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        String state = e instanceof SQLException sql && sql.getSQLState() != null ? " [" + sql.getSQLState() + "]" : "";
        String hint = e instanceof ColumnMissingException missing ? " (" + missing.hint() + ")" : "";
        return message.replaceAll("\\s*\\n\\s*", " ") + state + hint;
    }

    private void down(String reason, Duration wait) {
        if (downSince.isEmpty()) {
            downSince = Micros.iso(Micros.of(clock.instant()) / 1_000_000 * 1_000_000);
            LOG.warn("{}: {}: {}", id(), file.url(), reason);
        }
        up = false;
        detail = file.url() + ": down since " + downSince + " because: " + reason + "; next try in "
                + Math.max(1, wait.toSeconds()) + " s";
    }

    private void up(String text) {
        detail = file.url() + ": " + text;
        if (!up) {
            up = true;
            downSince = "";
            LOG.info("{}: {}", id(), detail);
        }
    }

    private void poll(DatabaseLink database, Handover handover)
            throws SQLException, ColumnMissingException, InterruptedException {
        SqlSourceFile.Cursor settings = file.cursor();
        SqlPlace place = place();
        CursorValue after = place.bound(settings);
        while (!life.isEnding()) {
            DatabaseLink.Page page = database.page(query, after, file.batch());
            RowDecoder rows = new RowDecoder(file, page.columns(), numeric, place.time());
            List<List<@Nullable Object>> whole =
                    ordered(rows, page.rows(), page.rows().size() >= file.batch());
            Set<SqlPlace.Seen> before = place.seenRows();
            List<SqlPlace.Seen> fresh = new ArrayList<>();
            long now = Micros.of(clock.instant());
            for (List<@Nullable Object> cells : whole) {
                SqlPlace.Seen row = rows.seen(cells);
                if (!before.contains(row)) {
                    rows.decode(cells, now);
                    fresh.add(row);
                }
            }
            if (!fresh.isEmpty()) {
                place = place.plus(fresh, rows.time(), settings);
                SourceBatch.Readings batch = rows.take(now);
                places.deliver(handover, batch, PLACE, place.bytes());
                received.addAndGet(
                        batch.readings().size() + (long) batch.undecodable().size());
                lastData = Micros.of(clock.instant());
                silence.heard();
            }
            up("connected, " + settings.column() + " "
                    + place.cursor().map(c -> "at " + c).orElse("has no row yet"));
            if (page.rows().size() < file.batch()) {
                return;
            }
            after = rows.cursor(whole.getLast());
        }
    }

    /**
     * The rows to take. Of a page that was cut off by its limit the last cursor value is left to the next page: there
     * may be more rows with it.
     */
    private List<List<@Nullable Object>> ordered(RowDecoder rows, List<List<@Nullable Object>> page, boolean full) {
        CursorValue last = null;
        int end = 0;
        for (int i = 0; i < page.size(); i++) {
            CursorValue now = rows.cursor(page.get(i));
            if (last != null && now.compareTo(last) < 0) {
                throw new IllegalArgumentException(
                        "the rows do not come in the order of " + file.cursor().column() + ": " + now + " after " + last
                                + "; write ORDER BY " + file.cursor().column());
            }
            if (last == null || now.compareTo(last) > 0) {
                end = i;
            }
            last = now;
        }
        if (full && end == 0) {
            throw new IllegalArgumentException("more than " + file.batch() + " rows have the "
                    + file.cursor().column() + " " + last + ": raise batch");
        }
        return full ? page.subList(0, end) : page;
    }

    private SqlPlace place() {
        return places.get(PLACE)
                .map(bytes -> {
                    try {
                        return SqlPlace.of(bytes, file.cursor().type());
                    } catch (IllegalArgumentException e) {
                        throw new IllegalArgumentException(
                                "the place that was kept is of another type (" + e.getMessage()
                                        + "): give the source another id to begin anew",
                                e);
                    }
                })
                .orElse(SqlPlace.START);
    }
}

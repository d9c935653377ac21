package org.millrace.historian;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.millrace.journal.Journal;
import org.millrace.plant.Plant;
import org.millrace.signal.Sample;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.SampleBatch.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where values are kept: SQLite in a file, or PostgreSQL. Safe from any thread; one write runs at a time.
 *
 * <p>A PostgreSQL that is down does not stop {@link #open}: the schema is made before the first write that reaches it.
 */
public final class Historian implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Historian.class);
    /** 4713-01-01 BC, where PostgreSQL's time begins; nothing a machine says is older. */
    private static final long FIRST_TIME = -210_863_520_000_000_000L;

    private final Dialect dialect;
    private final LongSupplier clock;
    private final TagDirectory tags = new TagDirectory();
    private final SeriesQuery query;
    private volatile boolean schemaReady;
    private @Nullable Plant toDescribe;

    /**
     * What became of a write. {@code rows + duplicates + rejected.size()} is the number of samples given.
     *
     * @param rows newly stored
     * @param duplicates not stored because (tag, source time) was there already
     * @param rejected what the database can never keep; everything beside it was stored
     */
    public record Result(long rows, long duplicates, List<Rejected> rejected) {}

    /**
     * A sample that can't be kept, for the dead letters.
     *
     * @param source the source it came from
     * @param hubTime µs since the epoch when the hub received it
     * @param reason {@code not-a-number}, {@code time-out-of-range}, {@code bad-text} or {@code refused}
     * @param detail a sentence for people
     */
    public record Rejected(String source, long hubTime, String tagPath, Sample sample, String reason, String detail) {}

    private Historian(Dialect dialect, LongSupplier clock) {
        this.dialect = dialect;
        this.clock = clock;
        this.query = new SeriesQuery(dialect);
    }

    /**
     * Opens the database and brings its schema up to date.
     *
     * @param dataFolder where the SQLite file goes, and what a relative {@code jdbc:sqlite:} file is relative to
     * @param secretResolver gives the password behind a reference
     * @throws IllegalArgumentException if the URL is of no known kind
     * @throws NewerSchemaException if a newer program has written the schema
     * @throws SQLException if the SQLite file can't be used
     */
    public static Historian open(HistorianFile settings, Path dataFolder, UnaryOperator<String> secretResolver)
            throws SQLException {
        return open(settings, dataFolder, secretResolver, () -> System.currentTimeMillis() * 1000);
    }

    /** As {@link #open(HistorianFile, Path, UnaryOperator)}; the clock gives µs since the epoch. */
    public static Historian open(
            HistorianFile settings, Path dataFolder, UnaryOperator<String> secretResolver, LongSupplier clock)
            throws SQLException {
        Historian historian = new Historian(dialect(settings, dataFolder, secretResolver), clock);
        try {
            historian.makeReady();
        } catch (SQLException e) {
            if (historian.dialect instanceof SqliteDialect) {
                historian.close();
                throw e;
            }
            LOG.warn(
                    "historian: {} can't be reached yet: {}; values wait in the journal",
                    safe(settings.url()),
                    e.getMessage());
        } catch (RuntimeException e) {
            historian.close();
            throw e;
        }
        return historian;
    }

    private static Dialect dialect(HistorianFile settings, Path dataFolder, UnaryOperator<String> secrets)
            throws SQLException {
        String url = settings.url().strip();
        String kind = url.toLowerCase(Locale.ROOT);
        if (url.isEmpty()) {
            return new SqliteDialect("jdbc:sqlite:historian.db", dataFolder);
        }
        if (kind.startsWith("jdbc:sqlite:")) {
            return new SqliteDialect(url, dataFolder);
        }
        if (kind.startsWith("jdbc:postgresql:")) {
            return new PostgresDialect(
                    url,
                    () -> settings.user().orElse(null),
                    () -> settings.password().map(p -> p.reveal(secrets)).orElse(null));
        }
        throw new IllegalArgumentException("historian: " + problemOf(url).orElse("no writer for this url"));
    }

    /** What is wrong with {@code url:}, for the configuration check; empty when there is a writer for it. */
    public static Optional<String> problemOf(String url) {
        String kind = url.strip().toLowerCase(Locale.ROOT);
        return kind.isEmpty() || kind.startsWith("jdbc:sqlite:") || kind.startsWith("jdbc:postgresql:")
                ? Optional.empty()
                : Optional.of(
                        "no writer for url " + safe(url.strip())
                                + ": use jdbc:sqlite:<file>, jdbc:postgresql://host/db, or leave url out for SQLite in the data folder");
    }

    /** Without parameters: someone may have put a password there. */
    private static String safe(String url) {
        int query = url.indexOf('?');
        return query < 0 ? url : url.substring(0, query) + "?…";
    }

    private synchronized void makeReady() throws SQLException {
        if (!schemaReady) {
            Schema.migrate(dialect);
            schemaReady = true;
        }
        Plant plant = toDescribe;
        if (plant != null) {
            TagDirectory.describe(dialect, plant, clock.getAsLong());
            toDescribe = null;
        }
    }

    /**
     * Keeps what the plant says of its tags (unit, range, states) beside the values. If the database is down it is
     * done before the next write.
     */
    public synchronized void describe(Plant plant) {
        toDescribe = plant;
        if (!schemaReady) {
            return; // a database that was away a moment ago is not waited for a second time
        }
        try {
            makeReady();
        } catch (SQLException e) {
            LOG.warn("historian: the plant's tags can't be described yet: {}", e.getMessage());
        }
    }

    /**
     * Stores the samples: in one transaction, unless the database refuses one of them; then the rest in several.
     *
     * @param tagPath path of a tag number in the batches, as {@link Journal#tagPath}
     * @throws SQLException if the database could not be written to; write the same again later, for ever
     */
    public synchronized Result write(List<Journal.Entry.Samples> entries, IntFunction<String> tagPath)
            throws SQLException {
        Batch batch = new Batch(entries, tagPath);
        if (batch.wanted.isEmpty()) {
            return new Result(0, 0, List.copyOf(batch.rejected));
        }
        try {
            makeReady();
            tags.ensure(dialect, batch.wanted.values());
            Map<Integer, Integer> ids = new HashMap<>();
            batch.wanted.forEach((number, tag) -> ids.put(number, tags.id(tag.path())));
            batch.duplicates += batch.rows.sort(ids::get);
            dialect.prepare(batch.rows);
            store(batch, 0, batch.rows.size());
        } catch (SQLException e) {
            tags.clear();
            schemaReady = false;
            throw e;
        }
        return new Result(batch.stored, batch.duplicates, List.copyOf(batch.rejected));
    }

    /** Halves what holds a value the database refuses until that value is alone. */
    private void store(Batch batch, int from, int to) throws SQLException {
        try {
            int inserted = dialect.transaction(connection -> {
                int count = dialect.insert(connection, batch.rows, from, to);
                dialect.last(connection, batch.rows, batch.rows.newest(from, to));
                return count;
            });
            batch.stored += inserted;
            batch.duplicates += to - from - inserted;
        } catch (SQLException e) {
            if (!dialect.isPoison(e)) {
                throw e;
            }
            if (to - from == 1) {
                batch.refuse(from, e);
                return;
            }
            int middle = (from + to) >>> 1;
            store(batch, from, middle);
            store(batch, middle, to);
        }
    }

    /**
     * Records that nothing was heard of a tag: no average or line is drawn over it.
     *
     * @param from µs since the epoch
     * @param to µs since the epoch, not before {@code from}; an earlier record with the same {@code from} is replaced
     * @param reason short, e.g. {@code disconnected}
     */
    public synchronized void gap(String tagPath, long from, long to, String reason) throws SQLException {
        if (to < from) {
            throw new IllegalArgumentException("historian: gap of " + tagPath + " ends before it begins");
        }
        makeReady();
        tags.ensure(dialect, List.of(new TagDirectory.Wanted(tagPath, Kind.NONE, clock.getAsLong())));
        int id = tags.id(tagPath);
        dialect.transaction(connection -> {
            try (PreparedStatement upsert = connection.prepareStatement(
                    "INSERT INTO tag_gap(tag_id,t0,t1,reason)"
                            + " VALUES(?,?,?,?) ON CONFLICT (tag_id,t0) DO UPDATE SET t1=excluded.t1, reason=excluded.reason")) {
                upsert.setInt(1, id);
                dialect.setTime(upsert, 2, from);
                dialect.setTime(upsert, 3, to);
                upsert.setString(4, reason);
                return upsert.executeUpdate();
            }
        });
    }

    /** True when the database was reached and not lost since: what asks it then need not expect a time-out. */
    public boolean reached() {
        return schemaReady;
    }

    /** What was, for charts, the console and reports. */
    public SeriesQuery query() {
        return query;
    }

    /** Many tags together in the order of time: for back-tests and reports. */
    public HistoryReader history() {
        return new HistoryReader(dialect);
    }

    /** Pooled connections to the same database, for SQL in routes ({@code jdbc:historian}). */
    public DataSource dataSource() {
        return dialect.dataSource();
    }

    @Override
    public synchronized void close() {
        dialect.close();
    }

    /** One write on its way. */
    private final class Batch {
        final Map<Integer, TagDirectory.Wanted> wanted = new HashMap<>();
        final List<Rejected> rejected = new ArrayList<>();
        final IntFunction<String> tagPath;
        final Rows rows;
        long stored;
        long duplicates;

        Batch(List<Journal.Entry.Samples> entries, IntFunction<String> tagPath) {
            this.tagPath = tagPath;
            this.rows =
                    new Rows(entries.stream().mapToInt(e -> e.batch().size()).sum());
            for (Journal.Entry.Samples entry : entries) {
                Rows.Origin origin = new Rows.Origin(entry.source(), entry.hubTime());
                for (int i = 0; i < entry.batch().size(); i++) {
                    add(origin, entry.batch(), i);
                }
            }
        }

        private void add(Rows.Origin origin, SampleBatch samples, int i) {
            int tag = samples.tag(i);
            Kind kind = samples.kind(i);
            if (samples.time(i) < FIRST_TIME) {
                reject(
                        origin,
                        samples.sample(i),
                        "time-out-of-range",
                        "source time " + samples.time(i) + " µs is before 4713 BC: check the decoder's time field");
                return;
            }
            if (kind == Kind.REAL && !Double.isFinite(samples.number(i))) {
                reject(
                        origin,
                        samples.sample(i),
                        "not-a-number",
                        samples.number(i) + " is not a value: send Bad quality without a value instead");
                return;
            }
            String text = samples.text(i);
            if (kind == Kind.TEXT && !(dialect.holds(text) && wellFormed(text))) {
                reject(
                        origin,
                        samples.sample(i),
                        "bad-text",
                        "the text holds a NUL or half a character, which the database can't keep: clean it in the decoder");
                return;
            }
            TagDirectory.Wanted before = wanted.get(tag);
            if (before == null || before.kind() == Kind.NONE && kind != Kind.NONE) {
                wanted.put(tag, new TagDirectory.Wanted(tagPath.apply(tag), kind, origin.hubTime()));
            }
            rows.add(origin, tag, samples.time(i), kind, samples.bits(i), text, samples.quality(i));
        }

        private static boolean wellFormed(String text) {
            return text.isEmpty() || StandardCharsets.UTF_8.newEncoder().canEncode(text);
        }

        private void reject(Rows.Origin origin, Sample sample, String reason, String detail) {
            rejected.add(new Rejected(
                    origin.source(), origin.hubTime(), tagPath.apply(sample.tag()), sample, reason, detail));
        }

        void refuse(int row, SQLException error) {
            Sample sample = new Sample(rows.tag(row), rows.time(row), rows.value(row), rows.quality(row));
            reject(rows.origin(row), sample, "refused", "the database refuses the value: " + error.getMessage());
        }
    }
}

package org.millrace.historian;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.SampleBatch.Kind;

/**
 * Reads many tags together in the order of their source time, window by window: for back-tests and reports over past
 * shifts. Every method fails with {@link SQLException} while the database is away.
 */
public final class HistoryReader {
    private static final int INDEX_BITS = 24;
    private static final int MOST_ROWS = 1 << INDEX_BITS;
    /** A window's times are packed beside the row's index: 39 bits of µs. */
    private static final long LONGEST_MICROS = 6L * 86_400_000_000L;

    private final Dialect dialect;

    HistoryReader(Dialect dialect) {
        this.dialect = dialect;
    }

    /** The database's ids of those of the tags that it knows, by path. */
    public Map<String, Integer> tagIds(Collection<String> paths) throws SQLException {
        Set<String> wanted = new HashSet<>(paths);
        Map<String, Integer> ids = new HashMap<>();
        try (Connection connection = dialect.dataSource().getConnection();
                PreparedStatement select = connection.prepareStatement("SELECT path, tag_id FROM tag");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                if (wanted.contains(rows.getString(1))) {
                    ids.put(rows.getString(1), rows.getInt(2));
                }
            }
        }
        return ids;
    }

    /**
     * Every sample of the tags from {@code from} (included) to {@code to} (not included), of any quality, by source time
     * and then by tag. Tag numbers in the batch are the database's ids.
     *
     * @throws IllegalArgumentException when the window is longer than six days
     * @throws SQLException also when it holds more than 16 million rows: ask for less
     */
    public SampleBatch window(Collection<Integer> tagIds, long from, long to) throws SQLException {
        if (to - from > LONGEST_MICROS) {
            throw new IllegalArgumentException("a window of " + (to - from) + " µs; the longest is six days");
        }
        if (tagIds.isEmpty() || to <= from) {
            return SampleBatch.empty();
        }
        Window window = new Window(from);
        try (Connection connection = dialect.dataSource().getConnection();
                PreparedStatement select = connection.prepareStatement(sql(tagIds))) {
            select.setFetchSize(10_000);
            dialect.setTime(select, 1, from);
            dialect.setTime(select, 2, to);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    window.add(rows);
                }
            }
        }
        return window.sorted();
    }

    /** The last sample of each tag before a time, as one batch in the order of time: how things stood. */
    public SampleBatch lastBefore(Collection<Integer> tagIds, long time) throws SQLException {
        Window window = new Window(Long.MIN_VALUE);
        String sql = "SELECT s.tag_id, " + dialect.micros("s.ts") + ", s.v, s.vl, s.vt, s.q FROM tag_sample s"
                + " WHERE s.tag_id=? AND s.ts<? ORDER BY s.ts DESC LIMIT 1";
        try (Connection connection = dialect.dataSource().getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            for (int id : tagIds) {
                select.setInt(1, id);
                dialect.setTime(select, 2, time);
                try (ResultSet rows = select.executeQuery()) {
                    if (rows.next()) {
                        window.add(rows);
                    }
                }
            }
        }
        return window.inOrderOfTime();
    }

    private String sql(Collection<Integer> ids) {
        String in = ids.stream().sorted().map(String::valueOf).collect(Collectors.joining(","));
        return "SELECT tag_id, " + dialect.micros("ts") + ", v, vl, vt, q FROM tag_sample WHERE tag_id IN (" + in
                + ") AND ts>=? AND ts<?";
    }

    /** Rows in columns, as they come. */
    private static final class Window {
        private final long from;
        private int size;
        private int[] tags = new int[4096];
        private long[] times = new long[4096];
        private byte[] kinds = new byte[4096];
        private long[] bits = new long[4096];
        private String[] texts = new String[4096];
        private int[] qualities = new int[4096];

        Window(long from) {
            this.from = from;
        }

        void add(ResultSet row) throws SQLException {
            if (size == tags.length) {
                grow();
            }
            tags[size] = row.getInt(1);
            times[size] = row.getLong(2);
            double real = row.getDouble(3);
            Kind kind = Kind.REAL;
            long value = Double.doubleToRawLongBits(real);
            // a real number that is not 0 is there: no need to ask, and asking costs
            if (real == 0 && row.wasNull()) {
                value = row.getLong(4);
                kind = Kind.WHOLE;
                if (value == 0 && row.wasNull()) {
                    String text = row.getString(5);
                    kind = text == null ? Kind.NONE : Kind.TEXT;
                    texts[size] = text == null ? "" : text;
                }
            }
            kinds[size] = (byte) kind.ordinal();
            bits[size] = value;
            qualities[size] = row.getInt(6);
            size++;
        }

        SampleBatch sorted() {
            long[] order = new long[size];
            for (int i = 0; i < size; i++) {
                order[i] = times[i] - from << INDEX_BITS | i;
            }
            Arrays.sort(order);
            SampleBatch.Builder batch = SampleBatch.builder(size);
            for (long key : order) {
                put(batch, (int) key & MOST_ROWS - 1);
            }
            return batch.build();
        }

        SampleBatch inOrderOfTime() {
            SampleBatch.Builder batch = SampleBatch.builder(size);
            java.util.stream.IntStream.range(0, size)
                    .boxed()
                    .sorted((a, b) -> Long.compare(times[a], times[b]))
                    .forEach(i -> put(batch, i));
            return batch.build();
        }

        private void put(SampleBatch.Builder batch, int i) {
            Kind kind = KINDS[kinds[i]];
            if (kind == Kind.TEXT) {
                batch.addText(tags[i], times[i], texts[i], qualities[i]);
            } else {
                batch.addBits(tags[i], times[i], kind, bits[i], qualities[i]);
            }
        }

        private void grow() throws SQLException {
            if (size >= MOST_ROWS / 2) {
                throw new SQLException("more than " + size + " rows in one window: ask for a shorter one");
            }
            int capacity = size * 2;
            tags = Arrays.copyOf(tags, capacity);
            times = Arrays.copyOf(times, capacity);
            kinds = Arrays.copyOf(kinds, capacity);
            bits = Arrays.copyOf(bits, capacity);
            texts = Arrays.copyOf(texts, capacity);
            qualities = Arrays.copyOf(qualities, capacity);
        }

        private static final Kind[] KINDS = Kind.values();
    }
}

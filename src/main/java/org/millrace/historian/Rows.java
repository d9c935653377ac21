package org.millrace.historian;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import org.millrace.signal.SampleBatch.Kind;
import org.millrace.signal.Value;

/**
 * Rows of {@code tag_sample} in columns, in the order of its key and without doubles of that key. Not thread-safe.
 *
 * <p>Filled in order of arrival with the journal's tag numbers, then {@link #sort} gives the database's.
 */
final class Rows {
    private final Origin[] origins;
    private final int[] tags;
    private final long[] times;
    private final byte[] kinds;
    private final long[] bits;
    private final String[] texts;
    private final int[] qualities;
    private int size;
    private int[] order = new int[0];
    private int[] tagIds = new int[0];

    /** Where a row came from. */
    record Origin(String source, long hubTime) {}

    Rows(int capacity) {
        origins = new Origin[capacity];
        tags = new int[capacity];
        times = new long[capacity];
        kinds = new byte[capacity];
        bits = new long[capacity];
        texts = new String[capacity];
        qualities = new int[capacity];
    }

    void add(Origin origin, int tag, long time, Kind kind, long value, String text, int quality) {
        origins[size] = origin;
        tags[size] = tag;
        times[size] = time;
        kinds[size] = (byte) kind.ordinal();
        bits[size] = value;
        texts[size] = text;
        qualities[size] = quality;
        size++;
    }

    /**
     * Sorts by (tag id, time), keeping the first of equal keys.
     *
     * @param tagId database id of a journal's tag number; positive
     * @return how many rows were dropped as doubles
     */
    int sort(IntUnaryOperator tagId) {
        tagIds = new int[size];
        long[] keys = new long[size];
        for (int i = 0; i < size; i++) {
            tagIds[i] = tagId.applyAsInt(tags[i]);
            keys[i] = (long) tagIds[i] << 32 | i;
        }
        Arrays.sort(keys);
        int[] sorted = new int[size];
        for (int i = 0; i < size; i++) {
            sorted[i] = (int) keys[i];
        }
        sortRunsByTime(sorted);
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (kept == 0 || !sameKey(sorted[kept - 1], sorted[i])) {
                sorted[kept++] = sorted[i];
            }
        }
        order = Arrays.copyOf(sorted, kept);
        return size - kept;
    }

    /** Most tags arrive in time order, so the usual run is only looked at. */
    private void sortRunsByTime(int[] sorted) {
        int from = 0;
        while (from < sorted.length) {
            int to = from + 1;
            boolean inOrder = true;
            while (to < sorted.length && tagIds[sorted[to]] == tagIds[sorted[from]]) {
                inOrder &= times[sorted[to]] >= times[sorted[to - 1]];
                to++;
            }
            if (!inOrder) {
                Integer[] run = new Integer[to - from];
                for (int i = from; i < to; i++) {
                    run[i - from] = sorted[i];
                }
                Arrays.sort(run, (a, b) -> Long.compare(times[a], times[b])); // stable: arrival order stays
                for (int i = from; i < to; i++) {
                    sorted[i] = run[i - from];
                }
            }
            from = to;
        }
    }

    private boolean sameKey(int a, int b) {
        return tagIds[a] == tagIds[b] && times[a] == times[b];
    }

    /** Rows to be written, after {@link #sort}. */
    int size() {
        return order.length;
    }

    int tagId(int i) {
        return tagIds[order[i]];
    }

    int tag(int i) {
        return tags[order[i]];
    }

    long time(int i) {
        return times[order[i]];
    }

    Kind kind(int i) {
        return KINDS[kinds[order[i]]];
    }

    long bits(int i) {
        return bits[order[i]];
    }

    String text(int i) {
        return texts[order[i]];
    }

    int quality(int i) {
        return qualities[order[i]];
    }

    long received(int i) {
        return origins[order[i]].hubTime();
    }

    Origin origin(int i) {
        return origins[order[i]];
    }

    Value value(int i) {
        return switch (kind(i)) {
            case NONE -> Value.NONE;
            case REAL -> Value.of(Double.longBitsToDouble(bits(i)));
            case WHOLE -> Value.of(bits(i));
            case FLAG -> Value.of(bits(i) != 0);
            case TEXT -> Value.of(text(i));
        };
    }

    /**
     * The newest row of every tag in [from, to), as {@code tag_last} wants it: a row that claims to be of the future
     * when it was received is data, but never the last value, or a clock that was once wrong would hold it for ever.
     */
    int[] newest(int from, int to) {
        int[] newest = new int[to - from];
        int count = 0;
        for (int i = from; i < to; i++) {
            if (time(i) > received(i) + FUTURE_US) {
                continue;
            }
            if (count > 0 && tagId(newest[count - 1]) == tagId(i)) {
                newest[count - 1] = i;
            } else {
                newest[count++] = i;
            }
        }
        return Arrays.copyOf(newest, count);
    }

    private static final long FUTURE_US = 300_000_000L;
    private static final Kind[] KINDS = Kind.values();
}

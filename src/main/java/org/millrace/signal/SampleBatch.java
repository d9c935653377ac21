package org.millrace.signal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Samples in columns: the unit in which values travel through the hub. Immutable; order is the order of arrival.
 *
 * <p>Every sample has a tag number, a source time (µs UTC), a quality (OPC UA StatusCode) and a value of one
 * {@link Kind}. Numbers live in one {@code long} column: bits of the double, the whole number, or 0/1.
 */
public final class SampleBatch {
    /** How a sample's value is stored. The ordinal is part of the journal format: append only. */
    public enum Kind {
        NONE,
        REAL,
        WHOLE,
        FLAG,
        TEXT
    }

    private static final Kind[] KINDS = Kind.values();
    private static final String[] NO_TEXTS = new String[0];

    private final int size;
    private final int[] tags;
    private final long[] times;
    private final int[] qualities;
    private final byte[] kinds;
    private final long[] bits;
    private final String[] texts; // empty when the batch has no text

    private SampleBatch(Builder from) {
        this.size = from.size;
        this.tags = Arrays.copyOf(from.tags, size);
        this.times = Arrays.copyOf(from.times, size);
        this.qualities = Arrays.copyOf(from.qualities, size);
        this.kinds = Arrays.copyOf(from.kinds, size);
        this.bits = Arrays.copyOf(from.bits, size);
        this.texts = from.hasText ? Arrays.copyOf(from.texts, size) : NO_TEXTS;
    }

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    public int tag(int i) {
        return tags[i];
    }

    public long time(int i) {
        return times[i];
    }

    public int quality(int i) {
        return qualities[i];
    }

    public Kind kind(int i) {
        return KINDS[kinds[i]];
    }

    /** Raw column: double bits, whole number, or 0/1; 0 for NONE and TEXT. */
    public long bits(int i) {
        return bits[i];
    }

    /** The value as a number (flags are 0 or 1); NaN for NONE and TEXT. */
    public double number(int i) {
        return switch (kind(i)) {
            case REAL -> Double.longBitsToDouble(bits[i]);
            case WHOLE, FLAG -> bits[i];
            case NONE, TEXT -> Double.NaN;
        };
    }

    /** The text of a TEXT sample; empty for every other kind. */
    public String text(int i) {
        return kind(i) == Kind.TEXT ? texts[i] : "";
    }

    public Value value(int i) {
        return switch (kind(i)) {
            case NONE -> Value.NONE;
            case REAL -> Value.of(Double.longBitsToDouble(bits[i]));
            case WHOLE -> Value.of(bits[i]);
            case FLAG -> Value.of(bits[i] != 0);
            case TEXT -> Value.of(texts[i]);
        };
    }

    public Sample sample(int i) {
        return new Sample(tags[i], times[i], value(i), qualities[i]);
    }

    public List<Sample> toList() {
        List<Sample> list = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            list.add(sample(i));
        }
        return list;
    }

    public static SampleBatch of(List<Sample> samples) {
        Builder builder = builder(samples.size());
        samples.forEach(builder::add);
        return builder.build();
    }

    public static SampleBatch empty() {
        return builder(0).build();
    }

    public static Builder builder(int expected) {
        return new Builder(expected);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SampleBatch that && toList().equals(that.toList());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(tags) * 31 + Arrays.hashCode(times);
    }

    @Override
    public String toString() {
        return "SampleBatch" + toList();
    }

    /** Grows as needed; not thread-safe. */
    public static final class Builder {
        private int size;
        private int[] tags;
        private long[] times;
        private int[] qualities;
        private byte[] kinds;
        private long[] bits;
        private String[] texts = NO_TEXTS;
        private boolean hasText;

        private Builder(int expected) {
            int capacity = Math.max(4, expected);
            tags = new int[capacity];
            times = new long[capacity];
            qualities = new int[capacity];
            kinds = new byte[capacity];
            bits = new long[capacity];
        }

        public Builder add(Sample sample) {
            return add(sample.tag(), sample.time(), sample.value(), sample.quality());
        }

        public Builder add(int tag, long time, Value value, int quality) {
            return switch (value) {
                case Value.Real v -> addReal(tag, time, v.value(), quality);
                case Value.Whole v -> addBits(tag, time, Kind.WHOLE, v.value(), quality);
                case Value.Flag v -> addBits(tag, time, Kind.FLAG, v.value() ? 1 : 0, quality);
                case Value.Text v -> addText(tag, time, v.value(), quality);
                case Value.None v -> addBits(tag, time, Kind.NONE, 0, quality);
            };
        }

        public Builder addReal(int tag, long time, double value, int quality) {
            return addBits(tag, time, Kind.REAL, Double.doubleToRawLongBits(value), quality);
        }

        public Builder addText(int tag, long time, String value, int quality) {
            addBits(tag, time, Kind.TEXT, 0, quality);
            if (texts.length < tags.length) {
                texts = Arrays.copyOf(texts, tags.length);
            }
            texts[size - 1] = value;
            hasText = true;
            return this;
        }

        /** The raw form, for decoders of the journal's encoding; TEXT goes through {@link #addText}. */
        public Builder addBits(int tag, long time, Kind kind, long value, int quality) {
            if (size == tags.length) {
                grow();
            }
            tags[size] = tag;
            times[size] = time;
            qualities[size] = quality;
            kinds[size] = (byte) kind.ordinal();
            bits[size] = value;
            size++;
            return this;
        }

        public int size() {
            return size;
        }

        public SampleBatch build() {
            return new SampleBatch(this);
        }

        private void grow() {
            int capacity = size * 2;
            tags = Arrays.copyOf(tags, capacity);
            times = Arrays.copyOf(times, capacity);
            qualities = Arrays.copyOf(qualities, capacity);
            kinds = Arrays.copyOf(kinds, capacity);
            bits = Arrays.copyOf(bits, capacity);
        }
    }
}

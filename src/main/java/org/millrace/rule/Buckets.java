package org.millrace.rule;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * A window over event time in {@link #STEPS} steps, so of fixed size however many samples fall into it. A bucket is a
 * row of numbers, all zero at first; the caller gives them their meaning.
 */
final class Buckets {
    /** A sliding window moves on by this part of its length. */
    static final int STEPS = 60;

    private static final int SIZE = 64;
    private static final long NONE = Long.MIN_VALUE;

    final long step;
    final int width;
    private final long[] numbers = new long[SIZE];
    private final double[] data;

    Buckets(long step, int width) {
        this.step = Math.max(1, step);
        this.width = width;
        this.data = new double[SIZE * width];
        Arrays.fill(numbers, NONE);
    }

    static Buckets sliding(long over, int width) {
        return new Buckets(over / STEPS, width);
    }

    /** Number of the bucket that holds a time. */
    long number(long time) {
        return Math.floorDiv(time, step);
    }

    /** Offset into {@link #data()} of the bucket, made empty when it is new; -1 when it is too old to be kept. */
    int open(long number) {
        int place = (int) Math.floorMod(number, (long) SIZE);
        if (numbers[place] == number) {
            return place * width;
        }
        if (numbers[place] > number) {
            return -1;
        }
        numbers[place] = number;
        Arrays.fill(data, place * width, (place + 1) * width, 0);
        return place * width;
    }

    /** Offset of the bucket; -1 when nothing fell into it. */
    int find(long number) {
        int place = (int) Math.floorMod(number, (long) SIZE);
        return numbers[place] == number ? place * width : -1;
    }

    double[] data() {
        return data;
    }

    void write(DataOutput out) throws IOException {
        int used = 0;
        for (long number : numbers) {
            used += number == NONE ? 0 : 1;
        }
        out.writeByte(used);
        for (int place = 0; place < SIZE; place++) {
            if (numbers[place] != NONE) {
                out.writeLong(numbers[place]);
                for (int i = 0; i < width; i++) {
                    out.writeDouble(data[place * width + i]);
                }
            }
        }
    }

    void read(DataInput in) throws IOException {
        for (int used = in.readByte(); used > 0; used--) {
            long number = in.readLong();
            int place = (int) Math.floorMod(number, (long) SIZE);
            numbers[place] = number;
            for (int i = 0; i < width; i++) {
                data[place * width + i] = in.readDouble();
            }
        }
    }

    int bytes() {
        return 64 + SIZE * (8 + 8 * width);
    }
}

package org.millrace.journal;

import java.util.Arrays;

/** A growing byte array with the primitives of the batch format. */
final class ByteWriter {
    static final int PLAIN = 0;
    static final int RUNS = 1;

    private byte[] bytes;
    private int size;

    ByteWriter(int expected) {
        bytes = new byte[Math.max(16, expected)];
    }

    int size() {
        return size;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    void raw(byte value) {
        ensure(1);
        bytes[size++] = value;
    }

    void raw(byte[] values) {
        ensure(values.length);
        System.arraycopy(values, 0, bytes, size, values.length);
        size += values.length;
    }

    /** Seven bits a byte, low ones first; a negative number takes ten bytes. */
    void unsigned(long value) {
        ensure(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    /** Zigzag: small numbers of either sign are short. */
    void signed(long value) {
        unsigned(value << 1 ^ value >> 63);
    }

    /** Eight bytes without the zero bytes at both ends: one byte of counts, then what is left. */
    void trimmed(long value) {
        if (value == 0) {
            raw((byte) 0x80);
            return;
        }
        int leading = Long.numberOfLeadingZeros(value) / 8;
        int trailing = Long.numberOfTrailingZeros(value) / 8;
        raw((byte) (leading << 4 | trailing));
        ensure(8);
        for (int at = 7 - leading; at >= trailing; at--) {
            bytes[size++] = (byte) (value >>> at * 8);
        }
    }

    /** The first {@code count} values, plain or as runs, whichever is shorter. */
    void column(long[] values, int count) {
        int plain = 0;
        int runs = 0;
        int start = 0;
        for (int i = 0; i < count; i++) {
            int length = length(values[i] << 1 ^ values[i] >> 63);
            plain += length;
            if (i + 1 == count || values[i + 1] != values[i]) {
                runs += length + length(i + 1 - start);
                start = i + 1;
            }
        }
        if (plain <= runs) {
            raw((byte) PLAIN);
            for (int i = 0; i < count; i++) {
                signed(values[i]);
            }
        } else {
            raw((byte) RUNS);
            start = 0;
            for (int i = 0; i < count; i++) {
                if (i + 1 == count || values[i + 1] != values[i]) {
                    signed(values[i]);
                    unsigned(i + 1 - start);
                    start = i + 1;
                }
            }
        }
    }

    private static int length(long unsigned) {
        return unsigned == 0 ? 1 : (70 - Long.numberOfLeadingZeros(unsigned)) / 7;
    }

    private void ensure(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}

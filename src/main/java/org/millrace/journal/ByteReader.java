package org.millrace.journal;

import java.util.Arrays;
import org.millrace.journal.BatchCodec.MalformedBatchException;

/** The counterpart of {@link ByteWriter}; refuses what it cannot have written. */
final class ByteReader {
    private final byte[] bytes;
    private int at;

    ByteReader(byte[] bytes) {
        this.bytes = bytes;
    }

    byte raw() throws MalformedBatchException {
        if (at >= bytes.length) {
            throw truncated();
        }
        return bytes[at++];
    }

    byte[] raw(long count) throws MalformedBatchException {
        if (count < 0 || count > bytes.length - at) {
            throw truncated();
        }
        byte[] part = Arrays.copyOfRange(bytes, at, at + (int) count);
        at += (int) count;
        return part;
    }

    long unsigned() throws MalformedBatchException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = raw();
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedBatchException("damaged batch: a number without end at byte " + at);
    }

    /** How many of something follow; damaged, it could claim any number, also a negative one. */
    int count(int most, String ofWhat) throws MalformedBatchException {
        long count = unsigned();
        if (count < 0 || count > most) {
            throw new MalformedBatchException(
                    "damaged batch: it claims " + Long.toUnsignedString(count) + " " + ofWhat);
        }
        return (int) count;
    }

    long signed() throws MalformedBatchException {
        long value = unsigned();
        return value >>> 1 ^ -(value & 1);
    }

    long trimmed() throws MalformedBatchException {
        int counts = raw() & 0xff;
        if (counts == 0x80) {
            return 0;
        }
        int trailing = counts & 0xf;
        int top = 7 - (counts >> 4);
        if (trailing > 7 || top < trailing) {
            throw new MalformedBatchException("damaged batch: trimmed number at byte " + at);
        }
        long value = 0;
        for (int i = top; i >= trailing; i--) {
            value |= (raw() & 0xffL) << i * 8;
        }
        return value;
    }

    long[] column(int count) throws MalformedBatchException {
        int mode = raw();
        if (mode != ByteWriter.PLAIN && mode != ByteWriter.RUNS) {
            throw new MalformedBatchException("damaged batch: column mode " + mode + " at byte " + at);
        }
        long[] values = new long[count];
        int filled = 0;
        while (filled < count) {
            long value = signed();
            long run = mode == ByteWriter.RUNS ? unsigned() : 1;
            if (run < 1 || run > count - filled) {
                throw new MalformedBatchException("damaged batch: run of " + run + " at byte " + at);
            }
            Arrays.fill(values, filled, filled + (int) run, value);
            filled += (int) run;
        }
        return values;
    }

    private MalformedBatchException truncated() {
        return new MalformedBatchException("damaged batch: it ends at byte " + bytes.length + ", more was expected");
    }
}

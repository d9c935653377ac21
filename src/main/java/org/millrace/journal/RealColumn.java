package org.millrace.journal;

import org.millrace.journal.BatchCodec.MalformedBatchException;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.SampleBatch.Kind;

/**
 * Doubles. A value with few decimals (most of industry: 23.45) is kept as a whole number and a scale, against the tag's
 * value before; any other by XOR with the tag's bits before, zero bytes cut off at both ends. Every decimal is checked
 * to come back bit by bit before it is used, so the column is exact.
 */
final class RealColumn {
    private static final int MAX_SCALE = 9;
    private static final int XOR = MAX_SCALE + 1;
    private static final double[] POWERS = new double[MAX_SCALE + 1];
    private static final double EXACT = 1L << 53;

    static {
        POWERS[0] = 1;
        for (int i = 1; i <= MAX_SCALE; i++) {
            POWERS[i] = POWERS[i - 1] * 10;
        }
    }

    private RealColumn() {}

    static void write(SampleBatch batch, int[] previous, ByteWriter out) {
        int[] at = new int[batch.size()];
        int count = 0;
        for (int i = 0; i < batch.size(); i++) {
            if (batch.kind(i) == Kind.REAL) {
                at[count++] = i;
            }
        }
        if (count == 0) {
            return;
        }
        long[] scales = new long[count];
        long[] common = new long[count];
        int widest = 0;
        for (int i = 0; i < count; i++) {
            scales[i] = scale(batch.bits(at[i]));
            if (scales[i] != XOR) {
                widest = (int) Math.max(widest, scales[i]);
            }
        }
        for (int i = 0; i < count; i++) {
            boolean fits = scales[i] != XOR && isExact(batch.bits(at[i]), widest);
            common[i] = fits ? widest : scales[i];
        }
        ByteWriter own = body(batch, at, scales, previous);
        ByteWriter shared = body(batch, at, common, previous); // one scale for all: longer numbers, but no scale column
        out.raw(own.size() < shared.size() ? own.toBytes() : shared.toBytes());
    }

    static void read(ByteReader in, Kind[] kinds, int[] previous, long[] bits) throws MalformedBatchException {
        int count = 0;
        for (Kind kind : kinds) {
            count += kind == Kind.REAL ? 1 : 0;
        }
        if (count == 0) {
            return;
        }
        long[] scales = in.column(count);
        int next = 0;
        for (int i = 0; i < kinds.length; i++) {
            if (kinds[i] != Kind.REAL) {
                continue;
            }
            long scale = scales[next++];
            if (scale < 0 || scale > XOR) {
                throw new MalformedBatchException("damaged batch: scale " + scale);
            }
            long before = previous[i] < 0 ? 0 : bits[previous[i]];
            bits[i] = scale == XOR
                    ? before ^ in.trimmed()
                    : toBits(in.signed() + mantissaNear(before, (int) scale), (int) scale);
        }
    }

    private static ByteWriter body(SampleBatch batch, int[] at, long[] scales, int[] previous) {
        ByteWriter out = new ByteWriter(16 + scales.length * 6);
        out.column(scales, scales.length);
        for (int i = 0; i < scales.length; i++) {
            long bits = batch.bits(at[i]);
            long before = previous[at[i]] < 0 ? 0 : batch.bits(previous[at[i]]);
            if (scales[i] == XOR) {
                out.trimmed(bits ^ before);
            } else {
                int scale = (int) scales[i];
                out.signed(mantissa(bits, scale) - mantissaNear(before, scale));
            }
        }
        return out;
    }

    private static int scale(long bits) {
        for (int scale = 0; scale <= MAX_SCALE; scale++) {
            if (isExact(bits, scale)) {
                return scale;
            }
        }
        return XOR;
    }

    private static boolean isExact(long bits, int scale) {
        double scaled = Double.longBitsToDouble(bits) * POWERS[scale];
        return Math.abs(scaled) < EXACT && toBits(Math.round(scaled), scale) == bits; // false for NaN, ∞ and −0.0
    }

    private static long mantissa(long bits, int scale) {
        return Math.round(Double.longBitsToDouble(bits) * POWERS[scale]);
    }

    /** A guess at the mantissa from the value before, which need not be exact at this scale; 0 when it has none. */
    private static long mantissaNear(long bits, int scale) {
        double scaled = Double.longBitsToDouble(bits) * POWERS[scale];
        return Math.abs(scaled) < EXACT ? Math.round(scaled) : 0;
    }

    private static long toBits(long mantissa, int scale) {
        return Double.doubleToRawLongBits(mantissa / POWERS[scale]);
    }
}

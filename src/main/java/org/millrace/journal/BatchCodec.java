package org.millrace.journal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.SampleBatch.Kind;

/**
 * Samples as bytes, column by column; the format of journal entries and sealed historian chunks. Exact: every bit of
 * every value comes back, NaN payloads and −0.0 included.
 *
 * <pre>
 * version (1 byte) · count · tags (deltas) · times (unit, deltas of deltas) · qualities · kinds
 *   · numbers of WHOLE and FLAG (against the tag's value before) · REAL (see RealColumn) · TEXT (dictionary, indexes)
 * </pre>
 * Integers are zigzag varints; every column is plain or run-length coded, whichever is shorter. Columns of kinds that
 * do not occur are absent.
 */
public final class BatchCodec {
    /** Bytes that are not a batch, or a batch of a newer format. */
    public static final class MalformedBatchException extends IOException {
        public MalformedBatchException(String message) {
            super(message);
        }
    }

    static final byte VERSION = 1;
    private static final int MAX_SAMPLES = 1 << 24;
    private static final long[] TIME_UNITS = {1_000_000, 1_000, 1};
    private static final Kind[] KINDS = Kind.values();

    private BatchCodec() {}

    public static byte[] encode(SampleBatch batch) {
        int size = batch.size();
        ByteWriter out = new ByteWriter(32 + size * 8);
        out.raw(VERSION);
        out.unsigned(size);
        if (size == 0) {
            return out.toBytes();
        }
        long[] column = new long[size];
        for (int i = 0; i < size; i++) {
            column[i] = (long) batch.tag(i) - (i == 0 ? 0 : batch.tag(i - 1));
        }
        out.column(column, size);
        writeTimes(batch, column, out);
        for (int i = 0; i < size; i++) {
            column[i] = batch.quality(i);
        }
        out.column(column, size);
        for (int i = 0; i < size; i++) {
            column[i] = batch.kind(i).ordinal();
        }
        out.column(column, size);
        int[] previous = TagHistory.previous(batch);
        writeNumbers(batch, previous, column, out);
        RealColumn.write(batch, previous, out);
        writeTexts(batch, column, out);
        return out.toBytes();
    }

    public static SampleBatch decode(byte[] bytes) throws MalformedBatchException {
        ByteReader in = new ByteReader(bytes);
        byte version = in.raw();
        if (version != VERSION) {
            throw new MalformedBatchException("batch format " + version + " is not known; this version reads up to "
                    + VERSION + ". It was written by a newer Millrace, or is damaged.");
        }
        int size = in.count(MAX_SAMPLES, "samples");
        if (size == 0) {
            return SampleBatch.empty();
        }
        int[] tags = new int[size];
        long[] deltas = in.column(size);
        for (int i = 0; i < size; i++) {
            tags[i] = (int) ((i == 0 ? 0 : tags[i - 1]) + deltas[i]);
        }
        long[] times = readTimes(in, size);
        long[] qualities = in.column(size);
        Kind[] kinds = readKinds(in, size);
        int[] previous = TagHistory.previous(tags, kinds);
        long[] bits = new long[size];
        readNumbers(in, kinds, previous, bits);
        RealColumn.read(in, kinds, previous, bits);
        String[] texts = readTexts(in, kinds);

        SampleBatch.Builder batch = SampleBatch.builder(size);
        int text = 0;
        for (int i = 0; i < size; i++) {
            if (kinds[i] == Kind.TEXT) {
                batch.addText(tags[i], times[i], texts[text++], (int) qualities[i]);
            } else {
                batch.addBits(tags[i], times[i], kinds[i], bits[i], (int) qualities[i]);
            }
        }
        return batch.build();
    }

    private static void writeTimes(SampleBatch batch, long[] column, ByteWriter out) {
        int unit = 0;
        for (int i = 0; i < batch.size(); i++) {
            while (batch.time(i) % TIME_UNITS[unit] != 0) {
                unit++;
            }
        }
        long before = 0;
        long deltaBefore = 0;
        for (int i = 0; i < batch.size(); i++) {
            long time = batch.time(i) / TIME_UNITS[unit];
            long delta = time - before; // wraps for extreme times, and wraps back when decoded
            column[i] = i == 0 ? time : delta - deltaBefore;
            deltaBefore = i == 0 ? 0 : delta;
            before = time;
        }
        out.raw((byte) unit);
        out.column(column, batch.size());
    }

    private static long[] readTimes(ByteReader in, int size) throws MalformedBatchException {
        int unit = in.raw();
        if (unit < 0 || unit >= TIME_UNITS.length) {
            throw new MalformedBatchException("damaged batch: time unit " + unit);
        }
        long[] times = in.column(size);
        long delta = 0;
        for (int i = 1; i < size; i++) {
            delta += times[i];
            times[i] = times[i - 1] + delta;
        }
        for (int i = 0; i < size; i++) {
            times[i] *= TIME_UNITS[unit];
        }
        return times;
    }

    private static Kind[] readKinds(ByteReader in, int size) throws MalformedBatchException {
        long[] column = in.column(size);
        Kind[] kinds = new Kind[size];
        for (int i = 0; i < size; i++) {
            if (column[i] < 0 || column[i] >= KINDS.length) {
                throw new MalformedBatchException("damaged batch: kind " + column[i]);
            }
            kinds[i] = KINDS[(int) column[i]];
        }
        return kinds;
    }

    private static boolean isNumber(Kind kind) {
        return kind == Kind.WHOLE || kind == Kind.FLAG;
    }

    private static void writeNumbers(SampleBatch batch, int[] previous, long[] column, ByteWriter out) {
        int count = 0;
        for (int i = 0; i < batch.size(); i++) {
            if (isNumber(batch.kind(i))) {
                column[count++] = batch.bits(i) - (previous[i] < 0 ? 0 : batch.bits(previous[i]));
            }
        }
        if (count > 0) {
            out.column(column, count);
        }
    }

    private static void readNumbers(ByteReader in, Kind[] kinds, int[] previous, long[] bits)
            throws MalformedBatchException {
        int count = 0;
        for (Kind kind : kinds) {
            count += isNumber(kind) ? 1 : 0;
        }
        long[] column = count == 0 ? bits : in.column(count);
        int next = 0;
        for (int i = 0; i < kinds.length; i++) {
            if (isNumber(kinds[i])) {
                bits[i] = column[next++] + (previous[i] < 0 ? 0 : bits[previous[i]]);
            }
        }
    }

    private static void writeTexts(SampleBatch batch, long[] column, ByteWriter out) {
        Map<String, Integer> dictionary = new LinkedHashMap<>();
        int count = 0;
        for (int i = 0; i < batch.size(); i++) {
            if (batch.kind(i) == Kind.TEXT) {
                int fresh = dictionary.size();
                column[count++] = dictionary.computeIfAbsent(batch.text(i), t -> fresh);
            }
        }
        if (count == 0) {
            return;
        }
        out.unsigned(dictionary.size());
        for (String text : dictionary.keySet()) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            boolean utf8 = new String(bytes, StandardCharsets.UTF_8).equals(text);
            if (!utf8) { // a lone surrogate has no UTF-8 form
                bytes = toUtf16(text);
            }
            out.unsigned((long) bytes.length << 1 | (utf8 ? 0 : 1));
            out.raw(bytes);
        }
        out.column(column, count);
    }

    private static byte[] toUtf16(String text) {
        byte[] exact = new byte[text.length() * 2];
        for (int i = 0; i < text.length(); i++) { // the charset would replace lone surrogates
            exact[2 * i] = (byte) (text.charAt(i) >> 8);
            exact[2 * i + 1] = (byte) text.charAt(i);
        }
        return exact;
    }

    private static String[] readTexts(ByteReader in, Kind[] kinds) throws MalformedBatchException {
        int count = 0;
        for (Kind kind : kinds) {
            count += kind == Kind.TEXT ? 1 : 0;
        }
        String[] texts = new String[count];
        if (count == 0) {
            return texts;
        }
        String[] dictionary = new String[in.count(count, "texts")];
        for (int i = 0; i < dictionary.length; i++) {
            long header = in.unsigned();
            byte[] bytes = in.raw(header >>> 1);
            dictionary[i] = (header & 1) == 0 ? new String(bytes, StandardCharsets.UTF_8) : fromUtf16(bytes);
        }
        long[] indexes = in.column(count);
        for (int i = 0; i < count; i++) {
            if (indexes[i] < 0 || indexes[i] >= dictionary.length) {
                throw new MalformedBatchException("damaged batch: text " + indexes[i] + " of " + dictionary.length);
            }
            texts[i] = dictionary[(int) indexes[i]];
        }
        return texts;
    }

    private static String fromUtf16(byte[] bytes) {
        char[] chars = new char[bytes.length / 2];
        for (int i = 0; i < chars.length; i++) {
            chars[i] = (char) (bytes[2 * i] << 8 | bytes[2 * i + 1] & 0xff);
        }
        return new String(chars);
    }
}

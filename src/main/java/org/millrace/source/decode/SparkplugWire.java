package org.millrace.source.decode;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The protobuf messages of Sparkplug B 3.0 §6.4.1, as far as values need them, read from and written to the wire. Not
 * generated code: what comes from outside is bounded here, and an unknown field costs nothing.
 */
final class SparkplugWire {
    static final int BOOLEAN = 11;
    static final int STALE = 500;
    private static final int MOST_METRICS = 20_000;
    private static final int DEEPEST = 8;

    /** What a metric holds, by the field of the {@code oneof} it stands in. */
    sealed interface Held {
        record Nothing() implements Held {}

        /** {@code int_value} or {@code long_value}, not yet given its sign. */
        record Bits(long bits) implements Held {}

        record Real(double value) implements Held {}

        record Flag(boolean value) implements Held {}

        record Text(String value) implements Held {}

        /** An instance of a template. */
        record Members(List<Metric> members) implements Held {}

        /** Bytes, a data set, a template's definition, an extension: no single value. */
        record Other(String what) implements Held {}
    }

    /**
     * @param alias -1 when there is none
     * @param time ms since the epoch; -1 when there is none
     * @param type data type of §6.4.16; 0 when there is none
     * @param quality the property {@code Quality}; -1 when there is none
     * @param raw the message itself
     */
    record Metric(String name, long alias, long time, int type, boolean isNull, long quality, Held held, byte[] raw) {}

    /** @param time ms since the epoch; -1 when there is none. @param seq -1 when there is none */
    record Message(long time, long seq, List<Metric> metrics) {}

    private SparkplugWire() {}

    /** @throws IOException when it is not a Sparkplug payload */
    static Message read(byte[] bytes) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        long time = -1;
        long seq = -1;
        List<Metric> metrics = new ArrayList<>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case 1 << 3 -> time = in.readUInt64();
                case 2 << 3 | 2 -> {
                    if (metrics.size() == MOST_METRICS) {
                        throw new IOException("more than " + MOST_METRICS + " metrics");
                    }
                    metrics.add(metric(in.readByteArray(), 0));
                }
                case 3 << 3 -> seq = in.readUInt64();
                default -> in.skipField(tag);
            }
        }
        return new Message(time, seq, metrics);
    }

    private static Metric metric(byte[] raw, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new IOException("templates nested more than " + DEEPEST + " deep");
        }
        CodedInputStream in = CodedInputStream.newInstance(raw);
        String name = "";
        long alias = -1;
        long time = -1;
        int type = 0;
        boolean isNull = false;
        long quality = -1;
        Held held = new Held.Nothing();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case 1 << 3 | 2 -> name = in.readStringRequireUtf8();
                case 2 << 3 -> alias = in.readUInt64();
                case 3 << 3 -> time = in.readUInt64();
                case 4 << 3 -> type = in.readUInt32();
                case 7 << 3 -> isNull = in.readBool();
                case 9 << 3 | 2 -> quality = quality(in.readByteArray());
                case 10 << 3 -> held = new Held.Bits(in.readUInt32() & 0xFFFF_FFFFL);
                case 11 << 3 -> held = new Held.Bits(in.readUInt64());
                case 12 << 3 | 5 -> held = new Held.Real(in.readFloat());
                case 13 << 3 | 1 -> held = new Held.Real(in.readDouble());
                case 14 << 3 -> held = new Held.Flag(in.readBool());
                case 15 << 3 | 2 -> held = new Held.Text(in.readStringRequireUtf8());
                case 16 << 3 | 2 -> held = other(in, "bytes or a list");
                case 17 << 3 | 2 -> held = other(in, "a data set");
                case 18 << 3 | 2 -> held = template(in.readByteArray(), depth);
                default -> in.skipField(tag);
            }
        }
        return new Metric(name, alias, time, type, isNull, quality, held, raw);
    }

    private static Held other(CodedInputStream in, String what) throws IOException {
        in.skipRawBytes(in.readRawVarint32());
        return new Held.Other(what);
    }

    private static Held template(byte[] bytes, int depth) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        List<Metric> members = new ArrayList<>();
        boolean definition = false;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case 2 << 3 | 2 -> members.add(metric(in.readByteArray(), depth + 1));
                case 5 << 3 -> definition = in.readBool();
                default -> in.skipField(tag);
            }
        }
        return definition ? new Held.Other("a template's definition") : new Held.Members(members);
    }

    /** The value of the key {@code Quality} in a PropertySet. */
    private static long quality(byte[] bytes) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        List<String> keys = new ArrayList<>();
        List<Long> values = new ArrayList<>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case 1 << 3 | 2 -> keys.add(in.readString());
                case 2 << 3 | 2 -> values.add(property(in.readByteArray()));
                default -> in.skipField(tag);
            }
        }
        int at = keys.indexOf("Quality");
        return at < 0 || at >= values.size() ? -1 : values.get(at);
    }

    private static long property(byte[] bytes) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        long value = -1;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case 3 << 3 -> value = in.readUInt32() & 0xFFFF_FFFFL;
                case 4 << 3 -> value = in.readUInt64();
                default -> in.skipField(tag);
            }
        }
        return value;
    }

    /** The payload with other metrics. */
    static byte[] write(Message message, List<byte[]> metrics) {
        return bytes(out -> {
            if (message.time() >= 0) {
                out.writeUInt64(1, message.time());
            }
            for (byte[] metric : metrics) {
                out.writeByteArray(2, metric);
            }
            if (message.seq() >= 0) {
                out.writeUInt64(3, message.seq());
            }
        });
    }

    /** The metric with its name and type: of a field given twice, the last one counts. */
    static byte[] named(Metric metric, String name, int type) {
        return bytes(out -> {
            out.writeRawBytes(metric.raw());
            out.writeString(1, name);
            if (metric.type() == 0) {
                out.writeUInt32(4, type);
            }
        });
    }

    /** A metric without a value, stale since the time of the payload. */
    static byte[] dead(String name, int type) {
        byte[] property = bytes(out -> {
            out.writeUInt32(1, 3);
            out.writeUInt32(3, STALE);
        });
        byte[] properties = bytes(out -> {
            out.writeString(1, "Quality");
            out.writeByteArray(2, property);
        });
        return bytes(out -> {
            out.writeString(1, name);
            out.writeUInt32(4, type);
            out.writeBool(7, true);
            out.writeByteArray(9, properties);
        });
    }

    /** {@code Node Control/Rebirth} = true, §6.4.22. @param time ms since the epoch */
    static byte[] rebirth(long time) {
        byte[] metric = bytes(out -> {
            out.writeString(1, "Node Control/Rebirth");
            out.writeUInt64(3, time);
            out.writeUInt32(4, BOOLEAN);
            out.writeBool(14, true);
        });
        return write(new Message(time, -1, List.of()), List.of(metric));
    }

    /** What is written. */
    @FunctionalInterface
    private interface Body {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] bytes(Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            body.write(out);
            out.flush();
        } catch (IOException e) {
            throw new IllegalStateException(e); // to memory
        }
        return bytes.toByteArray();
    }
}

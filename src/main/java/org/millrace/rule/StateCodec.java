package org.millrace.rule;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.millrace.signal.SampleBatch.Kind;

/**
 * The stored form of one instance, big-endian, slots and levels by name. Version 2 has what the rule measures at its
 * end; version 1, of rules on the value itself, is read too. Version 3 has confirmation
 * and reset of the incident.
 */
public final class StateCodec {
    private static final int VERSION = 3;
    private static final int WITHOUT_MEASURE = 1;
    private static final int WITHOUT_RESET = 2;

    private StateCodec() {}

    static byte[] encode(RuleInstance s) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            text(out, s.bound.identity());
            text(out, s.evaluatedUnder);
            out.writeLong(s.clockEvent);
            out.writeLong(s.clockHub);
            out.writeBoolean(s.inputKnown);
            out.writeLong(s.knownSince);
            out.writeByte(s.gate.truth.ordinal());
            out.writeBoolean(s.gate.open);
            out.writeLong(s.gate.openAt);
            out.writeLong(s.gate.trueSince);
            out.writeLong(s.gate.freshUntil);
            out.writeShort(s.slots.length);
            for (Slot slot : s.slots) {
                slot(out, slot);
            }
            out.writeShort(s.entered.length);
            for (int i = 0; i < s.entered.length; i++) {
                text(out, s.bound.levels().get(i).name());
                out.writeBoolean(s.entered[i]);
                out.writeBoolean(s.active[i]);
                out.writeLong(s.since[i]);
                out.writeLong(s.onStart[i]);
            }
            incident(out, s.incident);
            measure(out, s);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a byte array does not fail
        }
        return bytes.toByteArray();
    }

    /**
     * Sets the instance from a row; false when the row was made for another kind, input or unit, and so says nothing.
     *
     * @throws IllegalArgumentException when the row is damaged or of a newer version
     */
    static boolean decode(RuleInstance s, byte[] row) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(row))) {
            int version = in.readByte();
            if (version < WITHOUT_MEASURE || version > VERSION) {
                throw new IllegalArgumentException("alarm state of " + s.bound.stateKey() + " has version " + version
                        + ", this hub reads " + VERSION + ": start the hub that wrote it, or remove the row");
            }
            if (!text(in).equals(s.bound.identity())) {
                return false;
            }
            s.evaluatedUnder = text(in);
            s.clockEvent = in.readLong();
            s.clockHub = in.readLong();
            s.inputKnown = in.readBoolean();
            s.knownSince = in.readLong();
            gate(in, s);
            for (int n = in.readShort(); n > 0; n--) {
                slot(in, s.slots);
            }
            for (int n = in.readShort(); n > 0; n--) {
                level(in, s);
            }
            incident(in, s.incident);
            if (version > WITHOUT_RESET) {
                s.incident.confirmed = in.readBoolean();
                s.incident.reset = in.readBoolean();
            }
            if (version > WITHOUT_MEASURE) {
                measure(in, s);
            }
        } catch (IOException | ArrayIndexOutOfBoundsException | NegativeArraySizeException e) {
            throw new IllegalArgumentException(
                    "alarm state of " + s.bound.stateKey() + " is damaged: restore a backup, or remove the row", e);
        }
        s.resume();
        return true;
    }

    private static void gate(DataInputStream in, RuleInstance s) throws IOException {
        Truth truth = Truth.values()[in.readByte()];
        boolean open = in.readBoolean();
        long openAt = in.readLong();
        long trueSince = in.readLong();
        long freshUntil = in.readLong();
        if (s.bound.gate().isPresent()) { // a rule whose while was removed keeps its open gate
            s.gate.truth = truth;
            s.gate.open = open;
            s.gate.openAt = openAt;
            s.gate.trueSince = trueSince;
            s.gate.freshUntil = freshUntil;
        }
    }

    static void slot(DataOutputStream out, Slot slot) throws IOException {
        text(out, slot.tag.name());
        out.writeLong(slot.time);
        out.writeByte(slot.kind.ordinal());
        out.writeLong(slot.bits);
        text(out, slot.text);
        out.writeInt(slot.quality);
    }

    static void slot(DataInputStream in, Slot[] slots) throws IOException {
        String name = text(in);
        long time = in.readLong();
        Kind kind = Kind.values()[in.readByte()];
        long bits = in.readLong();
        String value = text(in);
        int quality = in.readInt();
        for (Slot slot : slots) {
            if (slot.tag.name().equals(name)) {
                slot.time = time;
                slot.kind = kind;
                slot.bits = bits;
                slot.text = value;
                slot.quality = quality;
            }
        }
    }

    private static void level(DataInputStream in, RuleInstance s) throws IOException {
        String name = text(in);
        boolean entered = in.readBoolean();
        boolean active = in.readBoolean();
        long since = in.readLong();
        long onStart = in.readLong();
        for (int i = 0; i < s.entered.length; i++) {
            if (s.bound.levels().get(i).name().equals(name)) {
                s.entered[i] = entered;
                s.active[i] = active;
                s.since[i] = since;
                s.onStart[i] = onStart;
            }
        }
    }

    private static void incident(DataOutputStream out, Incident incident) throws IOException {
        text(out, incident.id);
        out.writeInt(incident.step);
        out.writeBoolean(incident.acked);
        out.writeLong(incident.since);
        out.writeDouble(incident.value);
        out.writeDouble(incident.highest);
        out.writeDouble(incident.lowest);
        out.writeByte(incident.worst.ordinal());
        text(out, incident.level);
        text(out, incident.leftLevel);
        out.writeBoolean(incident.low);
        out.writeLong(incident.lastRaised);
        out.writeLong(incident.lastTime);
        out.writeBoolean(incident.confirmed);
        out.writeBoolean(incident.reset);
    }

    private static void incident(DataInputStream in, Incident incident) throws IOException {
        incident.id = text(in);
        incident.step = in.readInt();
        incident.acked = in.readBoolean();
        incident.since = in.readLong();
        incident.value = in.readDouble();
        incident.highest = in.readDouble();
        incident.lowest = in.readDouble();
        incident.worst = RuleFile.Severity.values()[in.readByte()];
        incident.level = text(in);
        incident.leftLevel = text(in);
        incident.low = in.readBoolean();
        incident.lastRaised = in.readLong();
        incident.lastTime = in.readLong();
    }

    private static void measure(DataOutputStream out, RuleInstance s) throws IOException {
        Measure measure = s.measure;
        out.writeBoolean(measure != null);
        if (measure != null) {
            text(out, s.bound.measure().map(MeasureSpec::shape).orElse(""));
            out.writeLong(s.measuredAt);
            measure.write(out);
        }
    }

    /** A measure of another shape begins anew; the incident goes on and is judged when something is known again. */
    private static void measure(DataInputStream in, RuleInstance s) throws IOException {
        Measure measure = s.measure;
        if (in.readBoolean() && measure != null) {
            if (text(in).equals(s.bound.measure().map(MeasureSpec::shape).orElse(""))) {
                s.measuredAt = in.readLong();
                measure.read(in);
            } else {
                s.inputKnown = false;
            }
        }
    }

    /** UTF-8 after its length in bytes. */
    public static void text(DataOutputStream out, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    /** @throws IOException when the length cannot be right */
    public static String text(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("text of " + length + " bytes");
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
}

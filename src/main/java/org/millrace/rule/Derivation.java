package org.millrace.rule;

import static org.millrace.rule.Slot.NEVER;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.millrace.plant.Tag;
import org.millrace.signal.Micros;
import org.millrace.signal.Quality;
import org.millrace.signal.SampleBatch;

/**
 * One derived tag at work. A value has the event time of the sample that made it; what accumulates is also told every
 * {@code sample_every} while it grows. An unknown input makes the value Bad and empty, once.
 */
final class Derivation {
    private static final int VERSION = 1;
    private static final long TELL_EVERY = 10_000_000;
    private static final double SECOND = 1e6;

    final DerivedTag derived;
    final Slot[] slots;
    private final int number;
    private final long every;

    private long clockEvent = NEVER;
    private long clockHub;
    /** Up to when it is accumulated; for rate and delta the time of the reading before. */
    private long last = NEVER;

    private long accumulated;
    private Truth truth = Truth.UNKNOWN;
    private double before;
    private long told = NEVER;
    private boolean toldBad;
    boolean dirty;

    /** @param number of the derived tag in the journal's dictionary */
    Derivation(DerivedTag derived, int number) {
        this.derived = derived;
        this.number = number;
        this.slots = derived.inputs().stream().map(Slot::new).toArray(Slot[]::new);
        this.every =
                derived.tag().sampleEvery().map(Micros::of).filter(m -> m > 0).orElse(TELL_EVERY);
    }

    /** False when the sample is older than the slot's last and so ignored. */
    boolean sample(int s, SampleBatch batch, int i, long hub, Consumer<SampleBatch> out) {
        Slot slot = slots[s];
        long time = batch.time(i);
        if (time < slot.time) {
            return false;
        }
        dirty = true;
        clockEvent = clockEvent == NEVER ? time : Math.max(clockEvent, time);
        clockHub = hub;
        if (derived.kind() == DerivedTag.Kind.ACCUMULATE) {
            accumulate(clockEvent);
            slot.take(batch, i);
            Truth was = truth;
            truth = ConditionMeasure.judge(derived.expression(), slots, clockEvent);
            if (told == NEVER ? truth != Truth.UNKNOWN : truth != was || clockEvent - told >= every) {
                tell(clockEvent, accumulated / SECOND, out);
            }
            return true;
        }
        slot.take(batch, i);
        if (derived.kind() == DerivedTag.Kind.EXPRESSION) {
            boolean known = ConditionMeasure.judgeable(derived.expression(), slots, clockEvent);
            double value = known ? derived.expression().number(name -> Slot.find(slots, name)) : Double.NaN;
            tell(clockEvent, value, out);
        } else {
            change(slot, out);
        }
        return true;
    }

    /** What grows is told although no sample came. */
    void tick(long hub, Consumer<SampleBatch> out) {
        if (truth != Truth.TRUE || derived.kind() != DerivedTag.Kind.ACCUMULATE || told == NEVER) {
            return;
        }
        long now = Math.min(clockEvent + Math.max(0, hub - clockHub), freshUntil());
        if (now - told >= every) {
            long time = told + (now - told) / every * every;
            tell(time, (accumulated + Math.max(0, time - last)) / SECOND, out);
            dirty = true;
        }
    }

    private void accumulate(long now) {
        if (truth == Truth.TRUE) {
            accumulated += Math.max(0, Math.min(now, freshUntil()) - last);
        }
        last = now;
    }

    private long freshUntil() {
        long until = Long.MAX_VALUE;
        for (Slot slot : slots) {
            until = Math.min(until, slot.freshUntil());
        }
        return until;
    }

    private void change(Slot slot, Consumer<SampleBatch> out) {
        if (!slot.known()) {
            tell(slot.time, Double.NaN, out);
            return;
        }
        double value = slot.number();
        boolean first = last == NEVER;
        if (!first && slot.time > last) {
            double delta = derived.counter() ? Counting.delta(before, value, derived.modulus()) : value - before;
            boolean rate = derived.kind() == DerivedTag.Kind.RATE;
            tell(slot.time, rate ? delta * SECOND / (slot.time - last) : delta, out);
        }
        if (first || slot.time > last) {
            before = derived.counter() && !first ? Counting.reference(before, value, derived.modulus()) : value;
            last = slot.time;
        }
    }

    private void tell(long time, double computed, Consumer<SampleBatch> out) {
        if (told != NEVER && time < told) {
            return; // told already for a later time: what accumulates never falls back
        }
        Tag tag = derived.tag();
        double value = computed * derived.factor();
        boolean known = Double.isFinite(value);
        if (!known && toldBad) {
            return;
        }
        told = time;
        toldBad = !known;
        SampleBatch.Builder batch = SampleBatch.builder(1);
        if (!known) {
            batch.addBits(number, time, SampleBatch.Kind.NONE, 0, Quality.BAD);
        } else {
            boolean inRange = value >= tag.low() && value <= tag.high();
            batch.addReal(number, time, value, inRange ? Quality.GOOD : Quality.BAD_OUT_OF_RANGE);
        }
        out.accept(batch.build());
    }

    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            StateCodec.text(out, derived.shape());
            out.writeLong(clockEvent);
            out.writeLong(clockHub);
            out.writeLong(last);
            out.writeLong(accumulated);
            out.writeByte(truth.ordinal());
            out.writeDouble(before);
            out.writeLong(told);
            out.writeBoolean(toldBad);
            out.writeShort(slots.length);
            for (Slot slot : slots) {
                StateCodec.slot(out, slot);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a byte array does not fail
        }
        return bytes.toByteArray();
    }

    /** Another expression or unit begins anew. */
    void decode(byte[] row) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(row))) {
            int version = in.readByte();
            if (version != VERSION) {
                throw new IllegalArgumentException("state of the derived tag "
                        + derived.tag().path() + " has version " + version + ", this hub reads " + VERSION
                        + ": start the hub that wrote it, or remove the row");
            }
            if (!StateCodec.text(in).equals(derived.shape())) {
                dirty = true;
                return;
            }
            clockEvent = in.readLong();
            clockHub = in.readLong();
            last = in.readLong();
            accumulated = in.readLong();
            truth = Truth.values()[in.readByte()];
            before = in.readDouble();
            told = in.readLong();
            toldBad = in.readBoolean();
            for (int n = in.readShort(); n > 0; n--) {
                StateCodec.slot(in, slots);
            }
        } catch (IOException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    "state of the derived tag " + derived.tag().path()
                            + " is damaged: restore a backup, or remove the row",
                    e);
        }
    }

    int bytes() {
        return 160 + slots.length * 88;
    }
}

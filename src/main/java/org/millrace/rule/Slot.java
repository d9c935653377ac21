package org.millrace.rule;

import java.math.BigDecimal;
import java.util.Optional;
import org.millrace.plant.Tag;
import org.millrace.signal.Micros;
import org.millrace.signal.Quality;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.SampleBatch.Kind;

/** The latest value of one tag as one rule instance saw it. Mutable; its owner's thread only. */
final class Slot {
    /** Stands for "never" in every time of this package. */
    static final long NEVER = Long.MIN_VALUE;

    final Tag tag;
    private final long staleAfter;
    long time = NEVER;
    Kind kind = Kind.NONE;
    long bits;
    String text = "";
    int quality = Quality.BAD;

    Slot(Tag tag) {
        this.tag = tag;
        this.staleAfter = tag.staleAfter().map(Micros::of).orElse(Long.MAX_VALUE);
    }

    /** Takes the sample over; true when value or severity of its quality differ from before. */
    boolean take(SampleBatch batch, int i) {
        Kind newKind = batch.kind(i);
        int newQuality = batch.quality(i);
        boolean changed = newKind != kind
                || batch.bits(i) != bits
                || Quality.isGood(newQuality) != Quality.isGood(quality)
                || (newKind == Kind.TEXT && !text.equals(batch.text(i)));
        time = batch.time(i);
        kind = newKind;
        bits = batch.bits(i);
        quality = newQuality;
        if (newKind == Kind.TEXT) {
            text = batch.text(i);
        }
        return changed;
    }

    /** Good, and of a kind that can be used; freshness apart. */
    boolean known() {
        return time != NEVER
                && Quality.isGood(quality)
                && kind != Kind.NONE
                && (ConditionCompiler.isText(tag) || (kind != Kind.TEXT && Double.isFinite(number())));
    }

    double number() {
        return switch (kind) {
            case REAL -> Double.longBitsToDouble(bits);
            case WHOLE, FLAG -> bits;
            case NONE, TEXT -> Double.NaN;
        };
    }

    /** Last event time at which the value still counts. */
    long freshUntil() {
        return time == NEVER
                ? NEVER
                : staleAfter > Long.MAX_VALUE - Math.max(0, time) ? Long.MAX_VALUE : time + staleAfter;
    }

    /** As CEL sees it: a number, or the name of the state. */
    Object celValue() {
        if (!ConditionCompiler.isText(tag)) {
            return number();
        }
        if (kind == Kind.TEXT) {
            return text;
        }
        return tag.states().getOrDefault(plain(), plain());
    }

    /** The value that a condition asks for by name. */
    static Optional<Object> find(Slot[] slots, String name) {
        for (Slot slot : slots) {
            if (slot.tag.name().equals(name)) {
                return Optional.of(slot.celValue());
            }
        }
        return Optional.empty();
    }

    /** {@code 4.2 mm/s (GOOD)}, for people. */
    String describe() {
        if (time == NEVER) {
            return "missing";
        }
        String shown = switch (kind) {
            case NONE -> "no value";
            case TEXT -> text;
            case REAL, WHOLE, FLAG -> ConditionCompiler.isText(tag) ? celValue().toString() : plain();
        };
        boolean unit = kind != Kind.NONE && kind != Kind.TEXT && !tag.unit().isEmpty();
        return shown + (unit ? " " + tag.unit() : "") + " (" + Quality.severity(quality) + ")";
    }

    private String plain() {
        double number = number();
        if (kind != Kind.REAL) {
            return Long.toString(bits);
        }
        return Double.isFinite(number)
                ? BigDecimal.valueOf(number).stripTrailingZeros().toPlainString()
                : Double.toString(number);
    }
}

package org.millrace.signal;

/**
 * What a reading or sample carries: a real number, a whole number, a truth value, a text, or nothing (status only).
 *
 * <p>NaN and infinities are not values: they are refused where a reading is bound.
 */
public sealed interface Value {
    /** A measured quantity. */
    record Real(double value) implements Value {}

    /** A counter, code or register, exact to 64 bits. */
    record Whole(long value) implements Value {}

    /** A switch, contact or bit. */
    record Flag(boolean value) implements Value {}

    /** An enumerated state or free text. */
    record Text(String value) implements Value {}

    /** No value: the source sent a status only (for example a Bad StatusCode). */
    record None() implements Value {}

    Value NONE = new None();

    /** As a number: a truth value is 0 or 1, a text and nothing are NaN. */
    default double number() {
        return switch (this) {
            case Real v -> v.value();
            case Whole v -> v.value();
            case Flag v -> v.value() ? 1 : 0;
            case Text v -> Double.NaN;
            case None v -> Double.NaN;
        };
    }

    static Value of(double value) {
        return new Real(value);
    }

    static Value of(long value) {
        return new Whole(value);
    }

    static Value of(boolean value) {
        return new Flag(value);
    }

    static Value of(String value) {
        return new Text(value);
    }
}

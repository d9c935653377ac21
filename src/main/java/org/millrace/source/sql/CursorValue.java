package org.millrace.source.sql;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.millrace.config.BadValue;
import org.millrace.config.Durations;
import org.millrace.source.sql.SqlSourceFile.Type;

/** A value of the growing column. Values of one type compare as the database compares them. */
final class CursorValue implements Comparable<CursorValue> {
    private final Type type;
    private final Comparable<?> value;

    private CursorValue(Type type, Comparable<?> value) {
        this.type = type;
        this.value = value;
    }

    /** @throws IllegalArgumentException when the text is none of that type */
    static CursorValue parse(Type type, String text) {
        try {
            return new CursorValue(
                    type,
                    switch (type) {
                        case number -> new BigDecimal(text.strip());
                        case timestamp -> LocalDateTime.parse(text.strip().replace(' ', 'T'));
                        case timestamp_tz ->
                            OffsetDateTime.parse(text.strip().replace(' ', 'T')).toInstant();
                        case text -> text;
                    });
        } catch (DateTimeException | NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not a " + type, e);
        }
    }

    static CursorValue first(Type type) {
        return switch (type) {
            case number -> parse(type, "0");
            case timestamp -> parse(type, "1970-01-01T00:00:00");
            case timestamp_tz -> parse(type, "1970-01-01T00:00:00Z");
            case text -> parse(type, "");
        };
    }

    /** @throws IllegalArgumentException when the database gave something else */
    static CursorValue of(Type type, Object cell) {
        Object value = cell instanceof OffsetDateTime time ? time.toInstant() : cell;
        boolean fits = switch (type) {
            case number -> value instanceof Number;
            case timestamp -> value instanceof LocalDateTime;
            case timestamp_tz -> value instanceof Instant;
            case text -> value instanceof String;
        };
        if (!fits) {
            throw new IllegalArgumentException(
                    "the cursor's column holds " + what(cell) + " ('" + cell + "'), cursor.type says " + type);
        }
        return new CursorValue(
                type, value instanceof Number ? new BigDecimal(value.toString()) : (Comparable<?>) value);
    }

    private static String what(Object cell) {
        return switch (cell) {
            case OffsetDateTime time -> "a time with zone";
            case LocalDateTime time -> "a time without zone";
            case Number number -> "a number";
            case String text -> "a text";
            default -> "a " + cell.getClass().getSimpleName();
        };
    }

    /**
     * So much before this.
     *
     * @throws IllegalArgumentException when that cannot be; see {@link #overlapProblem}
     */
    CursorValue minus(String overlap) {
        return switch (value) {
            case BigDecimal number -> new CursorValue(type, number.subtract(new BigDecimal(overlap.strip())));
            case LocalDateTime time -> new CursorValue(type, time.minus(duration(overlap)));
            case Instant time -> new CursorValue(type, time.minus(duration(overlap)));
            default -> this;
        };
    }

    private static Duration duration(String text) {
        try {
            return text.strip().equals("0") ? Duration.ZERO : Durations.parse(text.strip());
        } catch (BadValue e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** What is wrong with an overlap; empty when it is one of that type. */
    static String overlapProblem(Type type, String overlap) {
        try {
            if (type == Type.text) {
                return overlap.strip().equals("0") ? "" : "there is no overlap of texts";
            }
            CursorValue zero = first(type);
            return zero.minus(overlap).compareTo(zero) > 0 ? "the overlap is below nothing" : "";
        } catch (IllegalArgumentException e) {
            return "'" + overlap + "' is not " + (type == Type.number ? "a number of ids" : "a duration");
        }
    }

    /** As the driver takes it. A whole number is one, so that the index of a bigint column is used. */
    Object parameter() {
        return switch (value) {
            case BigDecimal number -> {
                boolean whole =
                        number.stripTrailingZeros().scale() <= 0 && number.abs().compareTo(LONGEST) <= 0;
                yield whole ? (Object) number.longValueExact() : number;
            }
            case Instant time -> time.atOffset(ZoneOffset.UTC);
            default -> value;
        };
    }

    private static final BigDecimal LONGEST = BigDecimal.valueOf(Long.MAX_VALUE);

    @Override
    public int compareTo(CursorValue other) {
        return switch (value) {
            case BigDecimal number -> number.compareTo((BigDecimal) other.value);
            case LocalDateTime time -> time.compareTo((LocalDateTime) other.value);
            case Instant time -> time.compareTo((Instant) other.value);
            default -> value.toString().compareTo(other.value.toString());
        };
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CursorValue that && type == that.type && compareTo(that) == 0;
    }

    @Override
    public int hashCode() {
        return value instanceof BigDecimal number ? number.stripTrailingZeros().hashCode() : value.hashCode();
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return value.toString();
    }
}

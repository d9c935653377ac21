package org.millrace.source.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.OptionalLong;
import org.millrace.signal.Reading;

/**
 * Times as devices write them, to µs since the epoch, UTC.
 *
 * <p>Text is RFC 3339 with {@code Z} or an offset, any number of decimals; a text without an offset is refused, since it
 * could mean any zone. A number (also as text) is taken by its magnitude: below 10^11 seconds (until the year 5138),
 * below 10^14 milliseconds, below 10^17 microseconds, else nanoseconds. Decimals are kept; finer than 1 µs is cut off.
 */
final class Times {
    private static final BigDecimal SECONDS_END = new BigDecimal("1e11");
    private static final BigDecimal MILLIS_END = new BigDecimal("1e14");
    private static final BigDecimal MICROS_END = new BigDecimal("1e17");
    private static final int LONGEST = 40;

    private Times() {}

    /** The value at the parser; null is {@link Reading#NO_TIME}, empty when it is not a time. */
    static OptionalLong read(JsonParser p) throws IOException {
        JsonToken token = p.currentToken();
        return switch (token) {
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_STRING -> text(p.getText());
            case VALUE_NULL -> OptionalLong.of(Reading.NO_TIME);
            default -> {
                p.skipChildren();
                yield OptionalLong.empty();
            }
        };
    }

    /** A time written as text or as the digits of a number. */
    static OptionalLong text(String text) {
        String trimmed = text.trim();
        if (trimmed.isEmpty() || trimmed.length() > LONGEST) {
            return OptionalLong.empty();
        }
        try {
            return trimmed.indexOf(':') < 0 ? number(trimmed) : iso(trimmed);
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    static long micros(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
    }

    private static OptionalLong iso(String text) {
        String iso =
                text.length() > 10 && text.charAt(10) == ' ' ? text.substring(0, 10) + 'T' + text.substring(11) : text;
        return OptionalLong.of(micros(OffsetDateTime.parse(iso).toInstant()));
    }

    private static OptionalLong number(String digits) {
        BigDecimal value = new BigDecimal(digits);
        BigDecimal size = value.abs();
        if (value.precision() - value.scale() > 20) { // nothing a clock says; keeps 1e999999999 from being written out
            return OptionalLong.empty();
        }
        int shift = size.compareTo(SECONDS_END) < 0
                ? 6
                : size.compareTo(MILLIS_END) < 0 ? 3 : size.compareTo(MICROS_END) < 0 ? 0 : -3;
        return OptionalLong.of(
                value.scaleByPowerOfTen(shift).setScale(0, RoundingMode.FLOOR).longValueExact());
    }
}

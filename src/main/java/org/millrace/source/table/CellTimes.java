package org.millrace.source.table;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.Temporal;
import java.time.temporal.TemporalAccessor;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millrace.signal.Micros;

/**
 * Times of cells, to µs since the epoch, UTC. Immutable, thread-safe.
 *
 * <p>A local time that the clock shows twice (the hour in autumn) is the first one that is not before the row before;
 * one that it never shows (the hour in spring) is refused: then the clock does not follow the zone that was written.
 */
public final class CellTimes {
    /** No time can be made of it; the message says why and what to do. */
    public static final class UnreadableException extends Exception {
        private final String hint;

        UnreadableException(String message, String hint) {
            super(message);
            this.hint = hint;
        }

        public String hint() {
            return hint;
        }
    }

    private static final Pattern NUMBER = Pattern.compile("[+-]?\\d{1,20}(\\.\\d{1,12})?");
    private static final Pattern LETTERS = Pattern.compile("'[^']*'");
    private static final DateTimeFormatter ISO = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart()
            .appendLiteral('T')
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .optionalStart()
            .appendOffset("+HH:MM", "Z")
            .optionalEnd()
            .optionalStart()
            .appendOffset("+HHMM", "Z")
            .optionalEnd()
            .optionalStart()
            .appendOffset("+HH", "Z")
            .optionalEnd()
            .optionalEnd()
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);
    private static final List<BigDecimal> ENDS =
            List.of(new BigDecimal("1e11"), new BigDecimal("1e14"), new BigDecimal("1e17"));

    private final String pattern;
    private final DateTimeFormatter format;
    private final @Nullable ZoneId zone;

    private CellTimes(String pattern, DateTimeFormatter format, @Nullable ZoneId zone) {
        this.pattern = pattern;
        this.format = format;
        this.zone = zone;
    }

    /** @throws DateTimeException or IllegalArgumentException when pattern or zone are none; see {@link #problem} */
    public static CellTimes of(String pattern, Optional<String> zone) {
        return new CellTimes(pattern, formatter(pattern), zone.map(ZoneId::of).orElse(null));
    }

    /** What is wrong with a pattern; empty when it is one. */
    public static Optional<String> problem(String pattern) {
        String letters = LETTERS.matcher(pattern).replaceAll("");
        if (letters.indexOf('Y') >= 0 || letters.indexOf('D') >= 0) { // accepted by Java, and hardly ever meant
            return Optional.of(
                    "Y is the year of a week and D the day of a year; the year is y, the day of the month d");
        }
        try {
            formatter(pattern);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Whether times written so carry their own offset or zone; of {@code auto} nobody knows. */
    public static boolean hasOffset(String pattern) {
        return pattern.equals(TimeColumn.AUTO)
                || LETTERS.matcher(pattern).replaceAll("").matches(".*[XxZzVO].*");
    }

    private static DateTimeFormatter formatter(String pattern) {
        if (pattern.equals(TimeColumn.AUTO)) {
            return ISO;
        }
        return new DateTimeFormatterBuilder()
                .parseCaseInsensitive()
                .appendPattern(proleptic(pattern))
                .toFormatter(Locale.ENGLISH)
                .withResolverStyle(ResolverStyle.STRICT); // else 31.02. is the 28th
    }

    /** {@code y} is a year of an era that nobody writes; strict reading needs {@code u}. */
    private static String proleptic(String pattern) {
        StringBuilder text = new StringBuilder();
        boolean quoted = false;
        for (char c : pattern.toCharArray()) {
            quoted ^= c == '\'';
            text.append(!quoted && c == 'y' ? 'u' : c);
        }
        return text.toString();
    }

    /**
     * @param cell text, a number, or what a database driver makes of its time types
     * @param before µs of the row before, for the hour that is there twice; {@link Long#MIN_VALUE} without
     */
    public long micros(Object cell, long before) throws UnreadableException {
        try {
            return switch (cell) {
                case OffsetDateTime time -> Micros.of(time.toInstant());
                case Instant time -> Micros.of(time);
                case LocalDateTime time -> local(time, before, time);
                case LocalDate date -> local(date.atStartOfDay(), before, date);
                case Date date -> Micros.of(Instant.ofEpochMilli(date.getTime()));
                case Number number -> epoch(new BigDecimal(number.toString()));
                default -> text(cell.toString().strip(), before);
            };
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            throw unreadable(cell);
        }
    }

    private long text(String text, long before) throws UnreadableException {
        boolean auto = pattern.equals(TimeColumn.AUTO);
        if (auto && NUMBER.matcher(text).matches()) {
            return epoch(new BigDecimal(text));
        }
        String iso = auto && text.length() > 10 && text.charAt(10) == ' '
                ? text.substring(0, 10) + 'T' + text.substring(11).replace(" ", "")
                : text;
        TemporalAccessor found =
                format.parseBest(iso, ZonedDateTime::from, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
        return switch (found) {
            case ZonedDateTime time -> Micros.of(time.toInstant());
            case OffsetDateTime time -> Micros.of(time.toInstant());
            case LocalDateTime time -> local(time, before, text);
            case Temporal date -> local(LocalDate.from(date).atStartOfDay(), before, text);
            default -> throw unreadable(text);
        };
    }

    private long local(LocalDateTime time, long before, Object written) throws UnreadableException {
        if (zone == null) {
            throw new UnreadableException(
                    "the time '" + written + "' has no offset", "write time.zone, e.g. Europe/Paris");
        }
        List<ZoneOffset> offsets = zone.getRules().getValidOffsets(time);
        if (offsets.isEmpty()) {
            throw new UnreadableException(
                    "the time '" + written + "' does not exist in " + zone + ": the clock was set forward",
                    "if this clock is never changed, write its offset in time.zone, e.g. +01:00");
        }
        long first = Micros.of(time.toInstant(offsets.getFirst()));
        return offsets.size() == 1 || first >= before ? first : Micros.of(time.toInstant(offsets.getLast()));
    }

    private UnreadableException unreadable(Object cell) {
        String shown = cell.toString();
        return new UnreadableException(
                "the time '" + (shown.length() > 60 ? shown.substring(0, 60) + "…" : shown) + "' is not "
                        + (pattern.equals(TimeColumn.AUTO) ? "ISO 8601 or an epoch number" : "written " + pattern),
                "correct time.format");
    }

    private static long epoch(BigDecimal value) {
        BigDecimal size = value.abs();
        int shift = 6;
        for (BigDecimal end : ENDS) {
            if (size.compareTo(end) < 0) {
                break;
            }
            shift -= 3;
        }
        return value.scaleByPowerOfTen(shift).setScale(0, RoundingMode.FLOOR).longValueExact();
    }
}

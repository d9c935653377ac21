package org.millrace.connector.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as systems write them. */
final class Times {
    private static final Pattern ODATA = Pattern.compile("/Date\\((-?\\d{1,16})(?:[+-]\\d{4})?\\)/");
    private static final DateTimeFormatter MILLIS = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT);
    private static final double LARGEST_SECONDS = 1e11; // more are milliseconds: seconds would be the year 5138
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private Times() {}

    static Optional<Instant> read(JsonNode node, ZoneId zone) {
        if (node.isNumber()) {
            double value = node.asDouble();
            return Optional.of(
                    Math.abs(value) < LARGEST_SECONDS
                            ? Instant.ofEpochMilli(Math.round(value * 1000))
                            : Instant.ofEpochMilli(node.asLong()));
        }
        String text = node.isTextual() ? node.textValue().strip() : "";
        Matcher odata = ODATA.matcher(text);
        if (odata.matches()) {
            return Optional.of(Instant.ofEpochMilli(Long.parseLong(odata.group(1))));
        }
        if (text.length() < 10) {
            return Optional.empty();
        }
        String iso = text.replaceFirst("^(\\d{4}-\\d\\d-\\d\\d) +", "$1T").replaceFirst("([+-]\\d\\d)(\\d\\d)$", "$1:$2");
        try {
            if (iso.length() == 10) {
                return Optional.of(LocalDate.parse(iso).atStartOfDay(zone).toInstant());
            }
            boolean placed = iso.endsWith("Z") || iso.substring(10).matches(".*[+-]\\d\\d(:\\d\\d)?");
            return Optional.of(
                    placed
                            ? OffsetDateTime.parse(iso).toInstant()
                            : LocalDateTime.parse(iso).atZone(zone).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** UTC with milliseconds, always: Atlas finds nothing by a time without them. */
    static String iso(Instant time) {
        return time.atOffset(ZoneOffset.UTC).format(MILLIS);
    }

    /** As the system compares times. */
    static String write(Instant time, ConnectorFile.Cursor cursor) {
        return switch (cursor.format()) {
            case "iso" -> iso(time);
            case "epoch-millis" -> Long.toString(time.toEpochMilli());
            case "epoch-seconds" -> Long.toString(time.getEpochSecond());
            default ->
                DateTimeFormatter.ofPattern(cursor.format(), Locale.ROOT).format(time.atZone(ZoneId.of(cursor.zone())));
        };
    }

    /** {@code Retry-After}: seconds or a date (RFC 9110 §10.2.3); never longer than an hour. */
    static Optional<Duration> retryAfter(String value, Instant now) {
        String text = value.strip();
        Duration wait;
        if (text.matches("\\d{1,9}")) {
            wait = Duration.ofSeconds(Long.parseLong(text));
        } else {
            try {
                wait = Duration.between(
                        now, ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
            } catch (DateTimeException e) {
                return Optional.empty();
            }
        }
        return Optional.of(wait.isNegative() ? Duration.ZERO : wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait);
    }
}

package org.millrace.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as an integrator writes them: {@code 500ms}, {@code 2s}, {@code 15m}, {@code 8h}, {@code 7d}, {@code 1.5h},
 * {@code 1h30m}. A day is 24 hours; {@code w} is seven days. Always with a unit: a bare number has been read as seconds
 * and as milliseconds by different people.
 */
public final class Durations {
    /** For editors: what {@link #parse} accepts. */
    public static final String PATTERN =
            "^\\d+(\\.\\d+)?\\s?(us|ms|s|m|h|d|w)(\\s?\\d+(\\.\\d+)?\\s?(us|ms|s|m|h|d|w))*$";

    private static final int MAX_LENGTH = 40;
    private static final Pattern WHOLE = Pattern.compile(PATTERN);
    private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s?(us|ms|[smhdw])");
    private static final BigDecimal MAX_NANOS = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final Map<String, Long> NANOS = Map.of(
            "us", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L,
            "d", 86_400_000_000_000L,
            "w", 604_800_000_000_000L);
    private static final Map<String, String> MEANT = Map.ofEntries(
            Map.entry("sec", "s"),
            Map.entry("secs", "s"),
            Map.entry("second", "s"),
            Map.entry("seconds", "s"),
            Map.entry("min", "m"),
            Map.entry("mins", "m"),
            Map.entry("minute", "m"),
            Map.entry("minutes", "m"),
            Map.entry("hr", "h"),
            Map.entry("hrs", "h"),
            Map.entry("hour", "h"),
            Map.entry("hours", "h"),
            Map.entry("day", "d"),
            Map.entry("days", "d"),
            Map.entry("week", "w"),
            Map.entry("weeks", "w"),
            Map.entry("µs", "us"));

    private Durations() {}

    public static Duration parse(String written) throws BadValue {
        String text = written.strip();
        if (text.length() > MAX_LENGTH || !WHOLE.matcher(text).matches()) {
            throw new BadValue("expected a duration such as 30s, found \"" + shown(text) + "\"", hint(text), 0);
        }
        BigDecimal nanos = BigDecimal.ZERO;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            BigDecimal unit = BigDecimal.valueOf(NANOS.getOrDefault(part.group(2), 0L));
            nanos = nanos.add(new BigDecimal(part.group(1)).multiply(unit));
        }
        if (nanos.compareTo(MAX_NANOS) > 0) {
            throw new BadValue("the duration " + text + " is longer than 292 years", "", 0);
        }
        return Duration.ofNanos(nanos.longValue());
    }

    /** As an integrator would write it: the largest units that lose nothing, e.g. {@code 1h30m}, {@code 500ms}. */
    public static String format(Duration duration) {
        long nanos = duration.toNanos();
        if (nanos == 0) {
            return "0s";
        }
        StringBuilder text = new StringBuilder();
        for (String unit : new String[] {"d", "h", "m", "s", "ms", "us"}) {
            long size = NANOS.getOrDefault(unit, 1L);
            if (nanos / size > 0) {
                text.append(nanos / size).append(unit);
                nanos %= size;
            }
        }
        return text.toString();
    }

    private static String shown(String text) {
        return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "...";
    }

    private static String hint(String text) {
        String units = "units are ms, s, m, h, d, w: 500ms, 2s, 15m, 8h, 7d";
        Matcher simple =
                Pattern.compile("^(\\d{1,9}(?:\\.\\d{1,9})?)\\s*([\\p{L}µ]*)$").matcher(text);
        if (!simple.matches()) {
            return units;
        }
        String number = simple.group(1);
        String unit = simple.group(2);
        if (unit.isEmpty()) {
            return "say the unit: " + number + "s, " + number + "m, ...";
        }
        String meant = MEANT.getOrDefault(unit.toLowerCase(Locale.ROOT), unit.toLowerCase(Locale.ROOT));
        return NANOS.containsKey(meant) ? "did you mean " + number + meant + "?" : units;
    }
}

package org.millrace.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.millrace.signal.Micros;

/** Times as people write them on a command line, and as they read them. */
final class TimeText {
    private static final Pattern AGO = Pattern.compile("-(\\d{1,6})(s|m|h|d)");
    private static final DateTimeFormatter SHOWN = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    private TimeText() {}

    /**
     * @param text {@code 2026-11-22T06:00:00Z}, {@code 2026-11-22T06:00} or {@code 2026-11-22} (in the zone), {@code now},
     *     or {@code -7d}, {@code -12h}, {@code -30m}, {@code -90s} before now
     * @return µs since the epoch
     * @throws IllegalArgumentException with the forms that are possible
     */
    static long parse(String text, ZoneId zone, Instant now) {
        Matcher ago = AGO.matcher(text);
        try {
            if (text.equals("now")) {
                return Micros.of(now);
            }
            if (ago.matches()) {
                return Micros.of(now.minus(ago(ago)));
            }
            if (!text.contains("T")) {
                return Micros.of(LocalDate.parse(text).atStartOfDay(zone).toInstant());
            }
            return text.endsWith("Z")
                    ? Micros.of(Instant.parse(text))
                    : Micros.of(LocalDateTime.parse(text).atZone(zone).toInstant());
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException("'" + text + "' is not a time; hint: 2026-11-22, 2026-11-22T06:00 ("
                    + zone + "), 2026-11-22T05:00:00Z, now, or -7d, -12h, -30m before now");
        }
    }

    private static Duration ago(Matcher ago) {
        long n = Long.parseLong(ago.group(1));
        return switch (ago.group(2)) {
            case "s" -> Duration.ofSeconds(n);
            case "m" -> Duration.ofMinutes(n);
            case "h" -> Duration.ofHours(n);
            default -> Duration.ofDays(n);
        };
    }

    /** {@code 2026-11-22 06:00:00} in the zone. */
    static String shown(long micros, ZoneId zone) {
        return SHOWN.format(Micros.instant(micros).atZone(zone));
    }

    /** {@code 3 d 4 h}, {@code 12 min}, {@code 40 s}: two figures at most. */
    static String length(long micros) {
        long s = Math.abs(micros) / 1_000_000;
        String text = s >= 86_400
                ? s / 86_400 + " d " + s % 86_400 / 3_600 + " h"
                : s >= 3_600
                        ? s / 3_600 + " h " + s % 3_600 / 60 + " min"
                        : s >= 60 ? s / 60 + " min " + s % 60 + " s" : s + " s";
        return micros < 0 ? "-" + text : text;
    }
}

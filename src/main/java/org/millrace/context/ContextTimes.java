package org.millrace.context;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.OptionalLong;
import org.millrace.signal.Micros;

/** Times as ERP and MES write them in texts: ISO 8601 with or without zone, seconds or milliseconds since 1970. */
final class ContextTimes {
    private static final long LARGEST_SECONDS = 100_000_000_000L; // more are milliseconds

    private ContextTimes() {}

    /** µs; empty for what is no time. */
    static OptionalLong read(String text, ZoneId zone) {
        String iso = text.strip().replaceFirst("^(\\d{4}-\\d\\d-\\d\\d) +", "$1T");
        try {
            if (iso.matches("\\d{9,13}")) {
                long number = Long.parseLong(iso);
                return OptionalLong.of(number < LARGEST_SECONDS ? number * 1_000_000 : number * 1_000);
            }
            String placed = iso.replaceFirst("([+-]\\d\\d)(\\d\\d)?$", "$1:$2").replaceFirst(":$", ":00");
            Instant instant = iso.endsWith("Z")
                            || iso.substring(Math.min(10, iso.length())).matches(".*[+-]\\d\\d.*")
                    ? OffsetDateTime.parse(placed.endsWith("Z") ? iso : placed).toInstant()
                    : LocalDateTime.parse(iso).atZone(zone).toInstant();
            return OptionalLong.of(Micros.of(instant));
        } catch (DateTimeException e) {
            return OptionalLong.empty();
        }
    }
}

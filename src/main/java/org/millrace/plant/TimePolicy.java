package org.millrace.plant;

import java.time.Duration;

/**
 * What time a value may have, and how long an unchanged value may be left out.
 *
 * @param ahead how far a device's clock may be ahead of the hub's
 * @param earliest µs since the epoch; before it a clock is taken for dead (most begin at 1970 or 1980 without battery)
 * @param deadbandMax a value is kept at the latest after this long, however little it changes
 */
public record TimePolicy(Duration ahead, long earliest, Duration deadbandMax) {
    /** 5 minutes ahead, not before 1990-01-01T00:00Z, a value at least every 10 minutes. */
    public static final TimePolicy STANDARD =
            new TimePolicy(Duration.ofMinutes(5), 631_152_000_000_000L, Duration.ofMinutes(10));
}

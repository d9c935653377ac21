package org.millrace.source.codec;

import java.time.Duration;

/**
 * What one run of a codec may use.
 *
 * @param time of the processor
 * @param memory bytes taken in all, also what is free again
 */
public record Limits(Duration time, long memory) {
    public static final Limits DEFAULT = new Limits(Duration.ofMillis(100), 32_000_000);
}

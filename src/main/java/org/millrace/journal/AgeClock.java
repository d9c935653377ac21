package org.millrace.journal;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.millrace.signal.Micros;

/**
 * The time by which entries age, in µs since the epoch: the wall clock, but never ahead of what has truly elapsed since
 * the start. A clock that jumps forward must not expire a backlog; one that jumps back only delays it.
 */
final class AgeClock {
    private final InstantSource wall;
    private final LongSupplier nanos;
    private final long startMicros;
    private final long startNanos;

    /** @param nanos monotonic, like {@link System#nanoTime} */
    AgeClock(InstantSource wall, LongSupplier nanos) {
        this.wall = wall;
        this.nanos = nanos;
        this.startMicros = micros();
        this.startNanos = nanos.getAsLong();
    }

    /** Entries received before this time are older than {@code age}; nothing is when the age is zero. */
    long cutoff(Duration age) {
        if (age.isZero()) {
            return Long.MIN_VALUE;
        }
        long elapsed = Math.max(0, nanos.getAsLong() - startNanos) / 1000;
        return Math.min(micros(), startMicros + elapsed) - age.toNanos() / 1000;
    }

    private long micros() {
        return Micros.of(wall.instant());
    }
}

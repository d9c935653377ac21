package org.millrace.source;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Tells a source that works and has nothing new from one whose writer has stopped. Thread-safe. */
public final class Silence {
    private final Optional<Duration> longest;
    private final LongSupplier nanos;
    private volatile long last;

    /** @param longest after which silence is told; empty: it never is */
    public Silence(Optional<Duration> longest, LongSupplier nanos) {
        this.longest = longest;
        this.nanos = nanos;
        this.last = nanos.getAsLong();
    }

    /** Counts from now. */
    public void begin() {
        last = nanos.getAsLong();
    }

    /** Something new came. */
    public void heard() {
        last = nanos.getAsLong();
    }

    /** A sentence when it has been silent for too long. */
    public Optional<String> text() {
        Duration silent = Duration.ofNanos(nanos.getAsLong() - last);
        return longest.filter(most -> silent.compareTo(most) > 0)
                .map(most -> "connected, but nothing new for " + silent.toSeconds() + " s (silent_after is "
                        + most.toSeconds() + " s)");
    }
}

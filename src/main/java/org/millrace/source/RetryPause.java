package org.millrace.source;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Bounded backoff that never gives up: doubles from {@code first} to {@code most}, each pause shortened at random by up
 * to a quarter so that many sources do not come back in step.
 */
public final class RetryPause {
    /** Failures after which no doubling can be below the longest pause. */
    private static final int LONG = 20;

    private final Duration first;
    private final Duration most;
    private final RandomGenerator random;
    private volatile int failures;

    public RetryPause(Duration first, Duration most, RandomGenerator random) {
        this.first = first;
        this.most = most;
        this.random = random;
    }

    /** The pause after one more failure. */
    public Duration next() {
        int n = failures;
        failures = n + 1;
        long nanos = n >= LONG ? most.toNanos() : Math.min(most.toNanos(), first.toNanos() << n);
        return Duration.ofNanos(nanos - (long) (nanos * 0.25 * random.nextDouble()));
    }

    /**
     * After a success that did not last: the counterpart answers, so the pauses of the outage before no longer count, and
     * yet it must not be asked without end. The next pause is at most eight times the first.
     */
    public void came() {
        failures = Math.min(failures, 3);
    }

    /** The next pause is the longest: the counterpart is there, and trying soon would do harm. */
    public void longest() {
        failures = LONG;
    }

    /** After a success. */
    public void reset() {
        failures = 0;
    }

    /** Failures since the last success. */
    public int failures() {
        return failures;
    }
}

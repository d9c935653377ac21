package org.millrace.connector.rest;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps a connector's requests below what its system allows: at most so many in any minute and hour, so many at once.
 * Who would wait longer than allowed is told how long instead. Thread-safe.
 */
final class Pace {
    /** Whether a request may go. */
    sealed interface Turn {}

    /** It may; to be closed when its answer is there. */
    record Granted(Semaphore permits) implements Turn, AutoCloseable {
        @Override
        public void close() {
            permits.release();
        }
    }

    /** It would have to wait too long. @param needed how long, when that is known */
    record Wait(String why, Optional<Duration> needed) implements Turn {}

    private static final long MINUTE = 60_000;
    private static final long HOUR = 3_600_000;

    private final ConnectorFile.Limits limits;
    private final InstantSource clock;
    private final Semaphore permits;
    private final Deque<Long> minute = new ArrayDeque<>();
    private final Deque<Long> hour = new ArrayDeque<>();

    Pace(ConnectorFile.Limits limits, InstantSource clock) {
        this.limits = limits;
        this.clock = clock;
        this.permits = new Semaphore(limits.concurrency(), true);
    }

    Turn enter() {
        long maxWait = limits.maxWait().toMillis();
        try {
            if (!permits.tryAcquire(maxWait, TimeUnit.MILLISECONDS)) {
                return new Wait(limits.concurrency() + " requests are under way already", Optional.empty());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Wait("interrupted while waiting for its turn", Optional.empty());
        }
        Granted granted = new Granted(permits);
        long start = clock.millis();
        while (true) {
            long wait = take(clock.millis());
            if (wait == 0) {
                return granted;
            }
            if (clock.millis() + wait - start > maxWait || Thread.currentThread().isInterrupted()) {
                granted.close();
                return new Wait("the connector's own limit is reached", Optional.of(Duration.ofMillis(wait)));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(wait));
        }
    }

    /** Milliseconds until there is room; 0 when the request has been counted. */
    private synchronized long take(long now) {
        long wait = Math.max(
                wait(minute, limits.perMinute(), MINUTE, now), wait(hour, limits.perHour(), HOUR, now));
        if (wait == 0) {
            count(minute, limits.perMinute(), now);
            count(hour, limits.perHour(), now);
        }
        return wait;
    }

    private static long wait(Deque<Long> sent, int most, long span, long now) {
        while (!sent.isEmpty() && (sent.getFirst() <= now - span || sent.getFirst() > now)) {
            sent.removeFirst(); // out of the window, or the clock was set back
        }
        return most == 0 || sent.size() < most ? 0 : Math.max(1, sent.getFirst() + span - now);
    }

    private static void count(Deque<Long> sent, int most, long now) {
        if (most > 0) {
            sent.addLast(now);
        }
    }
}

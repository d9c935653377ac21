package org.millrace.source.mqtt;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Pauses that double up to a limit, each shortened by up to a quarter so that many hubs do not return together. */
record Backoff(Duration first, Duration longest) {
    static final Backoff RECONNECT = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));
    static final Backoff REDELIVER = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));

    /** @param failures how many there were before, 0 = this is the first */
    Duration after(int failures, RandomGenerator random) {
        long full = first.toMillis() << Math.min(failures, 20);
        long bounded = Math.min(full, longest.toMillis());
        return Duration.ofMillis(bounded - (long) (bounded * 0.25 * random.nextDouble()));
    }
}

package org.millrace.runtime;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.millrace.journal.Journal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the passing of time into the journal, so that rules learn it from there and a replay sees the same ticks. */
public final class Ticker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Ticker.class);

    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("hub-ticker").daemon().factory());

    /** @param now µs since the epoch */
    public Ticker(Journal journal, Duration every, LongSupplier now) {
        executor.scheduleAtFixedRate(
                () -> tick(journal, now), every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void tick(Journal journal, LongSupplier now) {
        try {
            journal.tick(now.getAsLong()).whenComplete((sequence, failure) -> {
                if (failure != null) {
                    LOG.warn("a tick was not journalled, delays wait for the next one: {}", failure.toString());
                }
            });
        } catch (RuntimeException e) {
            LOG.warn("a tick was not journalled, delays wait for the next one: {}", e.toString());
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}

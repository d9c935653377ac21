package org.millrace.runtime;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.millrace.signal.Micros;
import org.millrace.store.OperationalStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Once a day: lets go of events that are over, done with by every consumer, and older than they are kept. */
public final class Housekeeping implements AutoCloseable {
    /** How long events are kept after everybody is done with them. */
    public static final Duration KEEP_EVENTS = Duration.ofDays(30);

    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    /** The ledger of what an ERP has: long enough for a year's questions. */
    private static final Duration KEEP_DOCUMENTS = Duration.ofDays(400);

    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("hub-housekeeping").daemon().factory());

    /** @param now µs since the epoch */
    public Housekeeping(OperationalStore store, LongSupplier now) {
        executor.scheduleWithFixedDelay(
                () -> once(store, now.getAsLong()), 1, TimeUnit.DAYS.toMinutes(1), TimeUnit.MINUTES);
    }

    static void once(OperationalStore store, long now) {
        try {
            int pruned = store.outbox().prune(now - Micros.of(KEEP_EVENTS));
            store.trace().prune(now - Micros.of(KEEP_EVENTS));
            store.assetContext().prune(now - Micros.of(KEEP_EVENTS));
            store.documents().prune(now - Micros.of(KEEP_DOCUMENTS));
            if (pruned > 0) {
                LOG.info("{} events older than {} days and done with were deleted", pruned, KEEP_EVENTS.toDays());
            }
        } catch (RuntimeException e) {
            LOG.warn("old events could not be deleted, tried again tomorrow: {}", e.toString());
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}

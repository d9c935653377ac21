package org.millrace.source;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands one batch at a time to a receiver and waits until it is durable: what is refused (the journal is full, the disk
 * says no) is kept and offered again after a pause, for ever. One thread uses it; so order is kept and nothing is dropped.
 */
public final class Handover {
    private static final Logger log = LoggerFactory.getLogger(Handover.class);

    private final String source;
    private final Source.Receiver receiver;
    private final RetryPause pause;
    private final AtomicReference<@Nullable CompletableFuture<@Nullable Throwable>> inFlight = new AtomicReference<>();

    public Handover(String source, Source.Receiver receiver, RetryPause pause) {
        this.source = source;
        this.receiver = receiver;
        this.pause = pause;
    }

    /** Returns when the receiver said that the batch is durable. An interrupt means the source is closing. */
    public void deliver(SourceBatch batch) throws InterruptedException {
        while (true) {
            Throwable failure = offer(batch);
            if (failure == null) {
                if (pause.failures() > 0) {
                    log.info("{}: values are accepted again", source);
                }
                pause.reset();
                return;
            }
            if (pause.failures() == 0) {
                log.warn(
                        "{}: the hub did not accept values ({}); they are kept and offered again",
                        source,
                        failure.toString());
            }
            Duration wait = pause.next();
            Thread.sleep(wait);
        }
    }

    /** True while the receiver has a batch that it has not yet finished. */
    public boolean busy() {
        return inFlight.get() != null;
    }

    private @Nullable Throwable offer(SourceBatch batch) throws InterruptedException {
        CompletableFuture<@Nullable Throwable> done = new CompletableFuture<>();
        inFlight.set(done);
        try {
            receiver.receive(batch, done::complete);
            return done.get();
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (RuntimeException e) {
            return e;
        } finally {
            inFlight.set(null);
        }
    }
}

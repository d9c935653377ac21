package org.millrace.route;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.millrace.journal.Journal;

/**
 * {@code hub:journal/<cursor>}: body = {@link JournalBatch}, in order; the cursor moves when the exchange succeeds.
 * Gathers up to {@code maxSamples} samples, or what came within {@code flushEvery} ms.
 */
final class JournalConsumer extends LoopConsumer {
    /** Exchange property by which a sink says what it will never be able to store. */
    static final String OUTCOME = "millrace.outcome";

    /** Exchange property holding the {@link JournalBatch}, whatever a route makes of the body. */
    static final String BATCH = "millrace.batch";

    private final Journal journal;
    private final String cursor;

    JournalConsumer(HubEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.journal = endpoint.port().journal();
        this.cursor = endpoint.path();
    }

    @Override
    protected void doStart() throws Exception {
        journal.register(cursor);
        super.doStart();
    }

    @Override
    String place() {
        return cursor;
    }

    @Override
    void step() throws Exception {
        JournalBatch batch = gather();
        if (batch.last() == 0) {
            return;
        }
        JournalBatch.Outcome outcome = JournalBatch.Outcome.STORED;
        if (!batch.entries().isEmpty()) {
            Exchange exchange = exchange(batch);
            exchange.setProperty(BATCH, batch);
            process(exchange);
            outcome = exchange.getProperty(OUTCOME, JournalBatch.Outcome.STORED, JournalBatch.Outcome.class);
        }
        journal.advance(cursor, batch.last(), outcome.rejectedBySource(), outcome.deadLetters());
    }

    private JournalBatch gather() throws InterruptedException {
        List<Journal.Entry.Samples> samples = new ArrayList<>();
        long position = journal.position(cursor);
        long last = 0;
        int size = 0;
        long deadline = 0;
        Duration wait = Duration.ofSeconds(1);
        while (size < hub().getMaxSamples()) {
            List<Journal.Entry> entries = journal.read(Math.max(position, last), hub().getMaxSamples() - size, wait);
            if (entries.isEmpty()) {
                break;
            }
            for (Journal.Entry entry : entries) {
                last = entry.sequence();
                if (entry instanceof Journal.Entry.Samples some && !some.batch().isEmpty()) {
                    samples.add(some);
                    size += some.batch().size();
                }
            }
            long now = System.nanoTime();
            if (deadline == 0) {
                deadline = now + Duration.ofMillis(hub().getFlushEvery()).toNanos();
            }
            if (now >= deadline || !isRunAllowed()) {
                break;
            }
            wait = Duration.ofNanos(deadline - now);
        }
        return new JournalBatch(cursor, samples, last);
    }
}

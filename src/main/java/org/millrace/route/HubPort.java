package org.millrace.route;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.millrace.connector.WorkOrderSystem;
import org.millrace.journal.Journal;
import org.millrace.rule.AlarmEvent;
import org.millrace.source.Source;
import org.millrace.source.SourceBatch;

/** What the {@code hub:} endpoints need of the hub; bound in Camel's registry as {@link #NAME} before routes load. */
public interface HubPort {
    String NAME = "millraceHub";

    /** The source of one connection, not yet started. */
    Optional<Source> source(String id);

    /** Payloads to readings; readings pass through. Pure and quick. */
    SourceBatch.Readings decode(SourceBatch batch);

    /** Binds and journals; completes when durable. */
    CompletionStage<Void> ingest(SourceBatch.Readings readings);

    Journal journal();

    /**
     * Writes samples of the journal to the historian, once however often it is called.
     *
     * @return what could not be stored and never will be
     */
    JournalBatch.Outcome store(JournalBatch batch) throws Exception;

    Optional<WorkOrderSystem> workOrderSystem(String id);

    EventQueue events();

    /** The hub's clock, µs since the epoch, UTC. */
    long now();

    /** Criticality of an asset as a letter, for routes that choose by it; {@code B} when it is not known. */
    String criticality(String assetId);

    /** The outbox as a consumer sees it: every event in order, until it is done. */
    interface EventQueue {
        void register(String consumer);

        /** The next event that this consumer has not finished, or empty after {@code waitMillis}. */
        Optional<Pending> next(String consumer, long waitMillis) throws InterruptedException;

        void done(String consumer, long row);

        record Pending(long row, AlarmEvent event, String json) {}
    }
}

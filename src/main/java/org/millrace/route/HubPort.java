package org.millrace.route;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.millrace.connector.Documents;
import org.millrace.connector.WorkOrderSystem;
import org.millrace.erp.BusinessDocument;
import org.millrace.erp.DocumentKind;
import org.millrace.erp.ShiftDocuments;
import org.millrace.journal.Journal;
import org.millrace.rule.AlarmEvent;
import org.millrace.source.Source;
import org.millrace.source.SourceBatch;
import org.millrace.source.http.HttpSource;
import org.millrace.store.Outbox;
import org.millrace.ticket.Ticket;

/** What the {@code hub:} endpoints need of the hub; bound in Camel's registry as {@link #NAME} before routes load. */
public interface HubPort {
    String NAME = "millraceHub";

    /** The source of one connection, not yet started. */
    Optional<Source> source(String id);

    /**
     * Payloads to readings; readings pass through. Pure and quick.
     *
     * @param format decoder name; {@code auto} takes the one each payload is configured with
     */
    SourceBatch.Readings decode(SourceBatch batch, String format);

    /** Most samples in one batch of a journal cursor, where the route does not say. */
    default int batch(String cursor) {
        return 10_000;
    }

    /** Longest a sample waits for its batch, where the route does not say. */
    default Duration flushEvery(String cursor) {
        return Duration.ofSeconds(1);
    }

    /** Binds and journals; completes when durable. */
    CompletionStage<Void> ingest(SourceBatch.Readings readings);

    /**
     * Takes in what a device posted, as {@code hub:http/<source>} does; completes with what to answer it.
     *
     * @param path what follows the source in the address; empty when nothing does
     * @param messageId of the device's own; empty when it sent none
     */
    default CompletionStage<HttpSource.Answer> receive(
            String source, String device, String path, String messageId, byte[] body) {
        return CompletableFuture.completedFuture(new HttpSource.Answer(503, 10, "there is no source '" + source + "'"));
    }

    Journal journal();

    /**
     * Writes samples of the journal to the historian, once however often it is called.
     *
     * @return what could not be stored and never will be
     */
    JournalBatch.Outcome store(JournalBatch batch) throws Exception;

    Optional<WorkOrderSystem> workOrderSystem(String id);

    /** Keeps the latest values of the meters of one connector's system; durable on return. */
    default void readings(String connector, JournalBatch batch) {
        throw new IllegalArgumentException("there is no connector '" + connector + "'");
    }

    /** Order, product, shift and the like of an asset as of a source time (µs); empty where nothing is known. */
    default Map<String, String> context(String asset, long time) {
        return Map.of();
    }

    /** The same of the asset with this path. */
    default Map<String, String> contextAt(String path, long time) {
        return Map.of();
    }

    /** What people read of an event, in the hub's language. */
    Ticket ticket(AlarmEvent event);

    /** The work order of the event's incident as people call it; empty when none is known yet. */
    String workOrder(AlarmEvent event);

    Outbox events();

    /** What takes documents under this id; nothing is known of another. */
    default Optional<Documents> documents(String id) {
        return Optional.empty();
    }

    /**
     * The document an event asks for; empty when it asks for none of this kind.
     *
     * @param workOrder number of the order a step before has made; may be empty
     */
    default Optional<BusinessDocument> document(AlarmEvent event, DocumentKind kind, String workOrder) {
        return Optional.empty();
    }

    /** What became of an event's document; kept for {@code hub why}. */
    default void documentTaken(AlarmEvent event, String system, String outcome, String reference) {}

    /** The next shift that is over and that this reader has not taken, waiting for at most so long. */
    default Optional<ShiftDocuments> production(String consumer, Duration wait) throws Exception {
        Thread.sleep(wait.toMillis());
        return Optional.empty();
    }

    /** The reader has taken it. */
    default void produced(String consumer, ShiftDocuments shift) {}

    /** What became of an event at one consumer of the outbox; kept for {@code hub why}. */
    default void routed(AlarmEvent event, String consumer, String outcome, String detail) {}

    /** The hub's clock, µs since the epoch, UTC. */
    long now();

    /** Criticality of an asset as a letter, for routes that choose by it; {@code B} when it is not known. */
    String criticality(String assetId);
}

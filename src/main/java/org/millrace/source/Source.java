package org.millrace.source;

import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One connection to the field, on a protocol's own client library. It never gives up: a counterpart that is away is
 * tried again for ever, with bounded backoff, and {@link #status()} says so.
 */
public interface Source extends AutoCloseable {
    String id();

    /** {@code opcua}, {@code plc}, {@code mqtt}, {@code http}, {@code file}, {@code sql}. */
    String kind();

    /** Starts connecting in the background; returns at once, also when the counterpart is away. */
    void start(Receiver receiver);

    SourceStatus status();

    /** When the certificates of this connection end, by whose they are ({@code hub}, {@code server}); empty without. */
    default Map<String, Instant> certificatesEnd() {
        return Map.of();
    }

    /** Stops intake; what was not acknowledged stays with the counterpart. Idempotent. */
    @Override
    void close();

    /** Takes deliveries, in order. A source keeps few in flight, so a receiver that is slow to finish holds it back. */
    @FunctionalInterface
    interface Receiver {
        /**
         * @param done called exactly once, from any thread: {@code null} when the batch is durable, else why not. Then
         *     the source does not acknowledge upstream and offers the same again after a pause, or keeps it.
         */
        void receive(SourceBatch batch, Consumer<@org.jspecify.annotations.Nullable Throwable> done);
    }
}

package org.millrace.journal;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.millrace.signal.SampleBatch;

/**
 * The durable, ordered log between intake and consumers: the one place where "accepted" is decided. A SPI free of SQL.
 *
 * <p>Appends from one caller are kept in the order they were made. Sequence numbers start at 1, rise by one, and are
 * never used again. An entry is removed when every registered cursor has passed it or, where the journal's policy says so,
 * when it expires at the limit: then the cursors that had not passed it jump over it, and every sample counts as expired
 * for them. {@link #read} just goes on with the next entry that is kept.
 */
public interface Journal extends AutoCloseable {
    /**
     * The tag's number in the journal's durable dictionary, made at first use. Safe from any thread.
     *
     * @param path full tag path
     */
    int tagNumber(String path);

    /** The path behind a number made by {@link #tagNumber}. */
    String tagPath(int number);

    /**
     * Appends what one delivery of a source came to: accepted samples, counters and dead letters, in one transaction.
     * Blocks while the write queue is full. Completes with the sequence number when it is on disk, or exceptionally
     * ({@link JournalFullException} at the limit, {@link java.io.IOException} when the disk refuses); then nothing of
     * it was kept and the source must not acknowledge.
     */
    CompletableFuture<Long> append(Intake intake);

    /** Appends the passing of time: how rules learn that it is later. */
    CompletableFuture<Long> tick(long hubTime);

    /**
     * Appends an operator's command (acknowledge, shelve, …) as JSON, so that what people do is part of the same
     * deterministic history.
     */
    CompletableFuture<Long> command(long hubTime, String json);

    /** Makes sure the cursor exists; a new one starts at the beginning of what is kept. */
    void register(String cursor);

    /** The last sequence the cursor has passed or that expired unseen; 0 at the start. */
    long position(String cursor);

    /**
     * Entries after {@code afterSequence}, in order, at most {@code maxSamples} samples in all (but at least one entry),
     * waiting up to {@code wait} for the first. Empty on time-out.
     */
    List<Entry> read(long afterSequence, int maxSamples, Duration wait) throws InterruptedException;

    /**
     * Moves a cursor forward. {@code rejected} samples of the passed entries went to dead letters instead of the sink;
     * the rest counts as stored. Durable with the next group commit; a crash before it means redelivery.
     */
    void advance(String cursor, long sequence, Map<String, Long> rejectedBySource, List<DeadLetter> deadLetters);

    /** The newest durable sequence; 0 when empty. */
    long head();

    Ledger ledger();

    /** Newest first. */
    List<StoredDeadLetter> deadLetters(int limit);

    @Override
    void close();

    /**
     * One delivery of one source.
     *
     * @param hubTime µs since the epoch when the hub received it
     * @param received readings in the delivery; {@code samples.size() + sum(filtered) + deadLetters = received}
     * @param filtered count by reason ({@code unmapped}, {@code deadband}, …)
     */
    record Intake(
            String source,
            long hubTime,
            long received,
            SampleBatch samples,
            Map<String, Long> filtered,
            List<DeadLetter> deadLetters) {}

    /**
     * What could not go on, kept for people.
     *
     * @param source where it came from
     * @param step {@code decode}, {@code bind}, {@code historian}, …
     * @param reason short machine-readable reason, e.g. {@code malformed}, {@code not-a-number}, {@code future-time}
     * @param detail a sentence: what, where, what to do
     * @param context device, topic or address
     * @param raw the bytes as they came; a reading that was already decoded is kept as JSON
     */
    record DeadLetter(
            String source, long hubTime, String step, String reason, String detail, String context, byte[] raw) {}

    /**
     * @param configuration version of the configuration under which it was refused; empty when unknown
     * @param stateTime µs since the epoch of the last replay; 0 = never
     * @param stateDetail of the last replay, a sentence; empty = never
     */
    record StoredDeadLetter(
            long id, DeadLetter letter, String configuration, LetterState state, long stateTime, String stateDetail) {
        public StoredDeadLetter(long id, DeadLetter letter) {
            this(id, letter, "", LetterState.NEW, 0, "");
        }
    }

    enum LetterState {
        /** Never replayed. */
        NEW,
        /** Replayed with success: it is accepted or filtered now and no longer counts as rejected. */
        REPLAYED,
        /** The last replay failed too; it may be replayed again. */
        FAILED
    }

    /** What {@link #read} returns. */
    sealed interface Entry {
        long sequence();

        long hubTime();

        record Samples(long sequence, long hubTime, String source, SampleBatch batch) implements Entry {}

        record Tick(long sequence, long hubTime) implements Entry {}

        record Command(long sequence, long hubTime, String json) implements Entry {}
    }

    /** The journal is at its limit and its policy is to hold sources back. */
    final class JournalFullException extends RuntimeException {
        public JournalFullException(String message) {
            super(message);
        }
    }
}

package org.millrace.journal;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.millrace.journal.Journal.DeadLetter;

/** Something for the writer to put into its next transaction. */
sealed interface JournalTask {
    /** Rough size in memory and on disk, bytes. */
    long cost();

    /** Overhead of a row and its share of the index. */
    int ROW = 64;

    /**
     * An entry, or (samples without body) only counters and dead letters.
     *
     * @param replayOf id of the dead letter that this is the replay of; 0 = none
     * @param done completed with the entry's sequence, or exceptionally
     */
    record Append(
            EntryKind kind,
            long hubTime,
            String source,
            int samples,
            byte[] body,
            long received,
            Map<String, Long> filtered,
            List<DeadLetter> letters,
            long replayOf,
            CompletableFuture<Long> done)
            implements JournalTask {
        @Override
        public long cost() {
            return ROW + body.length + costOf(letters);
        }

        /** A delivery of which nothing was accepted makes no entry. */
        boolean hasEntry() {
            return kind != EntryKind.SAMPLES || samples > 0;
        }
    }

    /** A cursor's step. Never given up on failure: tried again with the next transaction. */
    record Advance(String cursor, long sequence, long rejected, List<DeadLetter> letters) implements JournalTask {
        @Override
        public long cost() {
            return ROW + costOf(letters);
        }
    }

    /**
     * What became of a dead letter's replay.
     *
     * @param cursor sink that has stored after all what it had refused, {@code samples} of them; empty when there is none
     */
    record Mark(
            long letter,
            Journal.LetterState state,
            long time,
            String detail,
            String cursor,
            long samples,
            CompletableFuture<Long> done)
            implements JournalTask {
        @Override
        public long cost() {
            return ROW + detail.length();
        }
    }

    /** Makes a cursor, or takes it away. */
    record Enrol(String cursor, boolean present, CompletableFuture<Long> done) implements JournalTask {
        @Override
        public long cost() {
            return ROW;
        }
    }

    /** The ordinal is part of the journal format: append only. */
    enum EntryKind {
        SAMPLES,
        TICK,
        COMMAND
    }

    static long costOf(List<DeadLetter> letters) {
        long cost = 0;
        for (DeadLetter letter : letters) {
            cost += costOf(letter);
        }
        return cost;
    }

    static long costOf(DeadLetter letter) {
        return ROW
                + letter.raw().length
                + letter.detail().length()
                + letter.context().length();
    }
}

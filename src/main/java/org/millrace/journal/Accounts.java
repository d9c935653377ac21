package org.millrace.journal;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The counters of the journal: what its transactions have come to. The writer changes a copy, saves it with the
 * transaction, and publishes the copy when that is durable; a published one never changes.
 */
final class Accounts {
    /**
     * @param position last sequence passed
     * @param base samples of the journal before this cursor's beginning
     * @param passed samples of the journal up to the position
     */
    record Cursor(long position, long base, long passed, long rejected, long expired, long replayed) {
        /**
         * After a consumer's step. When entries of the step expired while the consumer had them in hand, they stay
         * expired, but for what it rejected of them: that has its own account.
         */
        Cursor moved(long sequence, long samples, long rejectedMore) {
            long fresh = Math.max(0, samples - passed);
            long late = Math.min(expired, Math.max(0, rejectedMore - fresh));
            long counted = Math.min(rejectedMore, fresh + late);
            return new Cursor(
                    Math.max(position, sequence),
                    base,
                    Math.max(passed, samples),
                    rejected + counted,
                    expired - late,
                    replayed);
        }

        /** After everything up to the sequence was dropped unseen. */
        Cursor jumped(long sequence, long samples) {
            return new Cursor(sequence, base, samples, rejected, expired + samples - passed, replayed);
        }

        /** Samples it had refused are stored after all. */
        Cursor replayed(long samples) {
            long moved = Math.min(rejected, samples);
            return new Cursor(position, base, passed, rejected - moved, expired, replayed + moved);
        }
    }

    record Source(long received, long accepted, long rejected, long replayed) {
        static final Source NONE = new Source(0, 0, 0, 0);

        Source plus(long receivedMore, long acceptedMore, long rejectedMore) {
            return new Source(received + receivedMore, accepted + acceptedMore, rejected + rejectedMore, replayed);
        }

        /** What follows of a dead letter was counted as a new receipt: the old one goes. */
        Source withoutReplayed() {
            return new Source(received - 1, accepted, rejected - 1, replayed + 1);
        }
    }

    /** No entry is kept. */
    static final long NOTHING = Long.MAX_VALUE;

    record Filtered(String source, String reason) {}

    long commits; // number of the transaction: tells whether one that failed while committing was kept after all
    long head; // newest sequence
    long samples; // ever accepted
    long bytes; // ever written
    long trimmed; // newest sequence deleted
    long trimmedSamples;
    long trimmedBytes;
    long letterBytes;
    long oldest = NOTHING; // hub time of the oldest entry kept; follows from the entries, so it is not saved
    final Map<String, Source> sources;
    final Map<Filtered, Long> filtered;
    final Map<String, Cursor> cursors;

    Accounts() {
        sources = new HashMap<>();
        filtered = new HashMap<>();
        cursors = new HashMap<>();
    }

    Accounts(Accounts from) {
        commits = from.commits;
        head = from.head;
        samples = from.samples;
        bytes = from.bytes;
        trimmed = from.trimmed;
        trimmedSamples = from.trimmedSamples;
        trimmedBytes = from.trimmedBytes;
        letterBytes = from.letterBytes;
        oldest = from.oldest;
        sources = new HashMap<>(from.sources);
        filtered = new HashMap<>(from.filtered);
        cursors = new HashMap<>(from.cursors);
    }

    /** Of the entries kept. */
    long liveBytes() {
        return bytes - trimmedBytes;
    }

    /** Up to here every cursor has passed; without cursors nothing is ever consumed. */
    long consumed() {
        return cursors.values().stream().mapToLong(Cursor::position).min().orElse(trimmed);
    }

    Ledger ledger() {
        Map<String, Ledger.SourceAccount> bySource = new TreeMap<>();
        sources.forEach((id, source) -> {
            Map<String, Long> reasons = new TreeMap<>();
            filtered.forEach((key, count) -> {
                if (key.source().equals(id)) {
                    reasons.put(key.reason(), count);
                }
            });
            bySource.put(
                    id,
                    new Ledger.SourceAccount(
                            source.received(), source.accepted(), reasons, source.rejected(), source.replayed()));
        });
        Map<String, Ledger.SinkAccount> bySink = new TreeMap<>();
        cursors.forEach((name, cursor) -> bySink.put(
                name,
                new Ledger.SinkAccount(
                        samples - cursor.base(),
                        cursor.passed() - cursor.base() - cursor.rejected() - cursor.expired(),
                        samples - cursor.passed(),
                        cursor.rejected(),
                        cursor.expired(),
                        cursor.replayed())));
        return new Ledger(bySource, bySink);
    }
}
